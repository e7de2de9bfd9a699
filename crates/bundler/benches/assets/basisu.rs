//! BasisU beside us, in a process of its own: `examples/basisu.rs`.

use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;

use texture::{Level, Usage};

/// A .basis file of a level and its mip maps in ETC1S, made in one thread, and its CPU seconds. Quality is 1 to 255.
pub(crate) fn encode(level: &Level, usage: Usage, quality: u32) -> (Vec<u8>, f64) {
    let own = std::env::current_exe().expect("this program is a file");
    let folder = own.parent().and_then(std::path::Path::parent);
    let program = folder
        .expect("a folder of the profile")
        .join("examples/basisu");
    let name = match usage {
        Usage::Normal => "NORMAL",
        of if of.is_srgb() => "COLOUR",
        _ => "DATA",
    };
    let numbers = [level.width, level.height, quality].map(|number| number.to_string());
    let child = Command::new(&program)
        .arg(name)
        .args(numbers)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let hint = "cargo build --release -p bundler --example basisu";
    let mut child = child.unwrap_or_else(|e| panic!("{}: {e}; first: {hint}", program.display()));
    let mut input = child.stdin.take().expect("it is piped");
    thread::scope(|scope| {
        scope.spawn(move || {
            input
                .write_all(&level.rgba)
                .expect("BasisU reads the image")
        });
        let output = child.wait_with_output().expect("BasisU ends");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "BasisU: {told}");
        (output.stdout, told.trim().parse().expect("CPU seconds"))
    })
}
