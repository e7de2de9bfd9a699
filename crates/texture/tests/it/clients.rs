//! Readers that browsers run: ktx-parse, and the transcoder behind three.js's KTX2Loader.
//!
//! `tests/readers` has the script and the lock file; `npm ci` runs once for each lock file, into the
//! target folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use texture::{ChainOptions, Codec, MipChain, Usage, encode_ktx2, key};

use crate::measure::transcode;
use crate::pictures::painted;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/readers");
const INSTALL_FILES: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];
const MISSING: &str = "the readers need Node.js 20 or newer with npm on the PATH";

/// The folder with the script and its modules.
fn installed() -> PathBuf {
    let read = |name: &str| fs::read(Path::new(FOLDER).join(name)).expect("in the repository");
    let files = [read("read.mjs"), INSTALL_FILES.map(read).concat()].concat();
    let options = ChainOptions::ktx2(1);
    let name = key::content_key(&files, Usage::Data, &options, &Codec::etc1s()).to_string();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let done = target.join(format!("readers-{}", &name[..16]));
    if done.exists() {
        return done;
    }
    // Beside its place first: a run that is ended in the middle leaves nothing that looks finished.
    let partial = target.join(format!("readers-partial-{}", std::process::id()));
    fs::create_dir_all(&partial).expect("the target folder is writable");
    for name in INSTALL_FILES.iter().chain(&["read.mjs"]) {
        fs::copy(Path::new(FOLDER).join(name), partial.join(name)).expect("a writable folder");
    }
    let mut command = Command::new("npm");
    command
        .args(["ci", "--ignore-scripts", "--prefer-offline"])
        .current_dir(&partial);
    let output = command.output().expect(MISSING);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "npm ci failed; {MISSING}\n{errors}"
    );
    fs::rename(&partial, &done).expect("two folders of one parent");
    done
}

struct Case {
    codec: Codec,
    usage: Usage,
    alpha: bool,
    format: u32,
    scheme: u32,
    model: u32,
}

fn case(codec: Codec, usage: Usage, alpha: bool, format: u32, scheme: u32, model: u32) -> Case {
    Case {
        codec,
        usage,
        alpha,
        format,
        scheme,
        model,
    }
}

#[test]
fn the_readers_of_browsers_take_every_file() {
    let cases = [
        case(Codec::etc1s(), Usage::Colour, false, 0, 1, 163),
        case(Codec::etc1s(), Usage::Cutout, true, 0, 1, 163),
        case(Codec::etc1s(), Usage::Normal, false, 0, 1, 163),
        case(Codec::uastc(), Usage::Colour, true, 0, 2, 166),
        case(Codec::uastc(), Usage::Data, false, 0, 2, 166),
        case(Codec::bc7(), Usage::Colour, true, 146, 2, 134),
        case(Codec::bc5(), Usage::Normal, false, 141, 2, 132),
    ];
    let folder = installed();
    let scratch = folder.join(format!("files-{}", std::process::id()));
    fs::create_dir_all(&scratch).expect("the target folder is writable");
    let mut files = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let image = painted(60, 44, 21, case.alpha);
        let chain = MipChain::new(&image, case.usage, &ChainOptions::ktx2(1024)).expect("an image");
        let file = encode_ktx2(&chain, &case.codec).expect("a codec for it");
        let path = scratch.join(format!("{number}.ktx2"));
        fs::write(&path, &file).expect("the target folder is writable");
        files.push((path, file));
    }
    let mut command = Command::new("node");
    command
        .arg("read.mjs")
        .args(files.iter().map(|(path, _)| path))
        .current_dir(&folder);
    let output = command.output().expect(MISSING);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let said = String::from_utf8(output.stdout).expect("text");
    assert_eq!(said.lines().count(), cases.len());
    for ((line, case), (path, file)) in said.lines().zip(&cases).zip(&files) {
        check(&serde_json::from_str(line).expect("JSON"), case, path, file);
    }
    fs::remove_dir_all(&scratch).expect("our own folder");
}

fn check(said: &Value, case: &Case, path: &Path, file: &[u8]) {
    let mut expected = json!({
        "format": case.format, "width": 60, "height": 44, "levels": 6, "supercompression": case.scheme,
        "model": case.model, "transfer": if case.usage.is_srgb() { 2 } else { 1 }, "orientation": "rd",
    });
    if case.format == 0 {
        expected["alpha"] = json!(case.alpha);
        expected["uastc"] = json!(case.model == 166);
        for level in 0..6 {
            let name = format!("{}.{level}.rgba", path.display());
            let theirs = fs::read(name).expect("the script wrote it");
            assert!(
                theirs == transcode(file, level).2,
                "{:?}: level {level}",
                case.codec
            );
        }
    }
    assert_eq!(said, &expected, "{:?}", case.codec);
}
