//! `worldlog bundle`: what is in bundles that Unity made.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::cli::{Folder, code, json, run, stderr, stdout};
use crate::world::shared;

/// A bundle of Unity's, if the data is there.
fn real() -> Option<PathBuf> {
    let folder = shared("assets/unityfs/real")?;
    Some(folder.join("shark"))
}

#[test]
fn a_bundle_of_unity_tells_what_is_in_it() {
    let Some(file) = real() else { return };
    let file = file.to_str().expect("a path of letters");
    let shown = run(&["bundle", "inspect", file]);
    assert_eq!(code(&shown), 0, "{}", stderr(&shown));
    assert!(stdout(&shown).contains("CAB-"), "{}", stdout(&shown));
    let all = json(&run(&["bundle", "inspect", file, "--json"]));
    let same = json(&run(&["bundle", "inspect", file, "--output", "json"]));
    assert_eq!(all, same);
    let objects = all["files"][0]["objects"].as_array().expect("a list");
    let of_class = |class: &str| objects.iter().find(|object| object["class"] == class);
    let bundle: &Value = of_class("AssetBundle").expect("it has one");
    let id = bundle["path_id"].to_string();
    let object = json(&run(&[
        "bundle", "inspect", file, "--object", &id, "--json",
    ]));
    assert_eq!(object["class"], "AssetBundle");
    let alike = run(&["bundle", "diff", file, file]);
    assert_eq!(code(&alike), 0, "{}", stdout(&alike));
}

#[test]
fn what_differs_and_what_is_no_bundle_has_its_exit_code() {
    let Some(file) = real() else { return };
    let folder = Folder::new();
    let bytes = fs::read(&file).expect("a bundle");
    let cut = folder.path("cut");
    fs::write(&cut, &bytes[..bytes.len() / 2]).expect("written");
    let (file, cut) = (
        file.to_str().expect("letters"),
        cut.to_str().expect("letters"),
    );
    for arguments in [
        vec!["inspect", cut],
        vec!["inspect", "/nowhere/at/all"],
        vec!["diff", file, cut],
    ] {
        let mut all = vec!["bundle"];
        all.extend(&arguments);
        let done = run(&all);
        assert_eq!(code(&done), 1, "{arguments:?}: {}", stderr(&done));
        let named = arguments.last().expect("a file");
        assert!(stderr(&done).contains(named), "{}", stderr(&done));
    }
    let wrong = run(&["bundle", "inspect", file, "--object", "door"]);
    assert_eq!(code(&wrong), 2, "{}", stderr(&wrong));
}
