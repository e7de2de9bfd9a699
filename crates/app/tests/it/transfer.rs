//! Records out of a log and into another: exact to the byte, and all or nothing.

use std::fs;

use serde_json::Value;

use crate::cli::{Folder, code, json, run, stderr, stdout};

/// A line of an export: one record.
fn line(topic: &str, partition: u32, offset: u64) -> String {
    serde_json::json!({
        "topic": topic, "partition": partition, "offset": offset, "timestamp": 1_767_225_600_000_u64 + offset,
        "key": "aw==", "value": null,
        "headers": [
            ["ce_id", "MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDA3"], ["ce_type", "dC90"], ["ce_source", "cw=="],
            ["odd", "AP8="],
        ],
    })
    .to_string()
}

/// A whole export of some topics, two partitions each.
fn export(topics: &[&str], records: &[String]) -> String {
    let retention = serde_json::json!({ "compact": false, "time": null, "bytes": null });
    let topics = topics
        .iter()
        .map(|name| serde_json::json!({ "name": name, "partitions": 2, "retention": retention }));
    let topics: Vec<Value> = topics.collect();
    let opening = serde_json::json!({ "worldlogExport": 1, "topics": topics });
    let lines = std::iter::once(opening.to_string()).chain(records.iter().cloned());
    lines.map(|line| line + "\n").collect()
}

#[test]
fn an_export_imports_to_the_same_log() {
    let folder = Folder::new();
    let records = [
        line("one", 0, 0),
        line("one", 0, 1),
        line("one", 1, 0),
        line("two", 1, 0),
    ];
    let file = folder.write("in.ndjson", &export(&["one", "two"], &records));
    let data = folder.text("data");
    let imported = run(&["log", "import", &file, "--data", &data, "--output", "json"]);
    assert_eq!(code(&imported), 0, "{}", stderr(&imported));
    assert_eq!(json(&imported)["records"], 4);
    assert_eq!(json(&imported)["moved"], 0);
    let again = run(&["log", "import", &file, "--data", &data]);
    assert_eq!(code(&again), 4, "{}", stderr(&again));
    let out = folder.text("out/");
    let exported = run(&["log", "export", &out, "--data", &data, "--output", "json"]);
    assert_eq!(code(&exported), 0, "{}", stderr(&exported));
    assert_eq!(json(&exported)["records"], 4);
    let other = folder.text("other");
    let imported = run(&["log", "import", &out, "--data", &other]);
    assert_eq!(code(&imported), 0, "{}", stderr(&imported));
    assert_eq!(whole(&data), whole(&other));
    for wanted in ["\"odd\",\"AP8=\"", "\"partition\":1", "\"key\":\"aw==\""] {
        assert!(
            whole(&other).contains(wanted),
            "{wanted}: {}",
            whole(&other)
        );
    }
    let cat = run(&[
        "log",
        "cat",
        "one",
        "--data",
        &other,
        "--output",
        "json",
        "--partition",
        "0",
    ]);
    let offsets: Vec<Value> = stdout(&cat)
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).expect("JSON")["offset"].clone())
        .collect();
    assert_eq!(offsets, [0, 1]);
    let nearest = run(&["log", "cat", "onne", "--data", &other]);
    assert_eq!(code(&nearest), 2);
    assert!(
        stderr(&nearest).contains("did you mean one?"),
        "{}",
        stderr(&nearest)
    );
}

/// The whole log of a data folder, as an export.
fn whole(data: &str) -> String {
    let exported = run(&["log", "export", "-", "--data", data]);
    assert_eq!(code(&exported), 0, "{}", stderr(&exported));
    stdout(&exported)
}

#[test]
fn an_import_that_is_refused_for_its_last_file_has_taken_nothing_of_the_first() {
    let folder = Folder::new();
    let data = folder.text("data");
    let before = folder.write("before.ndjson", &export(&["two"], &[line("two", 0, 0)]));
    let imported = run(&["log", "import", &before, "--data", &data]);
    assert_eq!(code(&imported), 0, "{}", stderr(&imported));
    let untouched = whole(&data);
    let good = export(&["one"], &[line("one", 0, 0), line("one", 1, 0)]);
    let full = export(&["two"], &[line("two", 0, 0)]);
    for (name, last, refused, says) in [
        ("full", full.as_str(), 4, "--yes"),
        ("no-export", "{}\n", 1, "b.ndjson"),
        ("empty", "", 1, "b.ndjson"),
    ] {
        fs::create_dir(folder.path(name)).expect("the folder is writable");
        folder.write(&format!("{name}/a.ndjson"), &good);
        folder.write(&format!("{name}/b.ndjson"), last);
        let from = folder.text(name);
        let output = run(&["log", "import", &from, "--data", &data]);
        assert_eq!(code(&output), refused, "{name}: {}", stderr(&output));
        assert!(
            stderr(&output).contains(says),
            "{name}: {}",
            stderr(&output)
        );
        assert!(output.stdout.is_empty(), "{name}: {}", stdout(&output));
        assert_eq!(whole(&data), untouched, "{name}: the log is as it was");
    }
    let all = run(&[
        "log",
        "import",
        &folder.text("full"),
        "--data",
        &data,
        "--yes",
    ]);
    assert_eq!(code(&all), 0, "{}", stderr(&all));
    assert_ne!(whole(&data), untouched, "the first file was good");
}
