//! `worldlog schemas register`, on a real registry.

use serde_json::Value;

use crate::cli::{Folder, code, json, run, stderr, stdout};

/// A configuration file with this registry.
fn configured(folder: &Folder, url: &str) -> String {
    folder.write("worldlog.toml", &format!("[registry]\nurl = \"{url}\"\n"))
}

#[test]
fn every_schema_is_registered_once_and_its_id_is_told() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let folder = Folder::new();
    let config = configured(&folder, &shared.registry);
    let verb = ["schemas", "register", "--config", &config];
    let first = run(&[&verb[..], &["--output", "json"]].concat());
    assert_eq!(code(&first), 0, "{}", stderr(&first));
    let first = json(&first);
    let rows = first["schemas"].as_array().expect("a list");
    let badge = |row: &&Value| row["subject"] == "worldlog.badge.BadgeGranted";
    let badge = rows.iter().find(badge).expect("it is one of ours");
    assert_eq!(badge["version"], 1);
    let id = badge["id"].as_u64().expect("a number");
    let again = run(&[&verb[..], &["--output", "json"]].concat());
    assert_eq!(json(&again), first, "nothing new");
    let table = run(&verb);
    assert_eq!(code(&table), 0, "{}", stderr(&table));
    let line = stdout(&table);
    let line = line
        .lines()
        .find(|l| l.contains("worldlog.badge.BadgeGranted"));
    let cells: Vec<_> = line.expect("a line").split_whitespace().collect();
    assert_eq!(cells, ["worldlog.badge.BadgeGranted", "1", &id.to_string()]);
    let check = run(&[&verb[..], &["--check"]].concat());
    assert_eq!(code(&check), 0, "{}{}", stdout(&check), stderr(&check));
}

#[test]
fn without_a_registry_it_is_told_that_none_is_needed() {
    let output = run(&["schemas", "register"]);
    assert_eq!(code(&output), 2);
    let text = stderr(&output);
    assert!(text.contains("registry.url"), "{text}");
    assert_eq!(stdout(&output), "");
}

#[test]
fn a_registry_that_does_not_answer_is_unreachable_and_its_password_is_not_told() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let folder = Folder::new();
    let config = configured(&folder, &format!("http://me:hunter2@{address}"));
    for arguments in [&[][..], &["--check"]] {
        let output = run(&[&["schemas", "register", "--config", &config], arguments].concat());
        assert_eq!(code(&output), 5, "{}", stderr(&output));
        let text = stderr(&output);
        assert!(text.contains(&address.to_string()), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}
