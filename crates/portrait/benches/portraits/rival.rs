//! The same avatars in a headless Chromium: three.js on SwiftShader, which draws without a graphics card.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::avatars::Shelf;
use crate::{Measured, Phase, install, plan};

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/portraits/browser");
/// Set, it names a folder for the pictures that the browser draws of the first avatars.
const SHOTS: &str = "PORTRAIT_SHOTS";
/// Names a browser that is not on the PATH.
const BROWSER: &str = "WORLDLOG_BROWSER";

/// A browser of this machine, if it has one.
pub(crate) fn browser() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(BROWSER) {
        return Some(PathBuf::from(named));
    }
    let folders = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&folders).collect();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let mut places = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    places.find(|place| place.is_file())
}

/// Measures a phase with so many workers of the page.
pub(crate) fn measure(shelf: &Shelf, browser: &Path, phase: Phase, workers: usize) -> Measured {
    let modules = install::installed().join("node_modules");
    let scratch = tempfile::tempdir().expect("a folder for the browser");
    let list = scratch.path().join("plan.json");
    std::fs::write(&list, plan::of(shelf).to_string()).expect("it is writable");
    let output = Command::new("node")
        .arg(Path::new(SCRIPTS).join("serve.mjs"))
        .env("DRAW_PLAN", &list)
        .env("DRAW_DATA", &shelf.folder)
        .env("DRAW_MODULES", modules)
        .env("DRAW_BROWSER", browser)
        .env("DRAW_PROFILE", scratch.path().join("profile"))
        .env("DRAW_PHASE", phase.name())
        .env("DRAW_WORKERS", workers.to_string())
        .env("DRAW_SHOTS", std::env::var_os(SHOTS).unwrap_or_default())
        .stderr(std::process::Stdio::inherit())
        .output();
    let output = output.expect(install::MISSING);
    assert!(output.status.success(), "the browser did not draw");
    let told: Value = serde_json::from_slice(&output.stdout).expect("a line of JSON");
    println!("chromium, {}, {workers} workers: {told}", phase.name());
    Measured::of(&told)
}
