//! Verbs on a log in Kafka and a store in Cassandra, each with its exit code.

use std::process::Output;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Stand, ended, events, succeeded};
use crate::http::settle;
use crate::process::{Launch, Program, until};

#[tokio::test]
async fn topics_are_planned_applied_and_never_repartitioned() {
    let Some(stand) = Stand::when_asked().await else {
        return;
    };
    let plan = ["topics", "plan", "--output", "json"];
    let planned = json_of(&ended(&stand.verb(&plan), 3));
    let changes = planned["changes"].as_array().expect("a list");
    assert!(changes.iter().all(|c| c["action"] == "create"), "{planned}");
    ended(&stand.verb(&["topics", "apply"]), 4);
    assert_eq!(
        json_of(&ended(&stand.verb(&plan), 3)),
        planned,
        "nothing was done"
    );
    let refused = stand.run("early").finish().await;
    assert_eq!(refused.code, Some(1), "{}", refused.output);
    assert!(
        refused.output.contains("worldlog topics apply --yes"),
        "{}",
        refused.output
    );
    // One with another retention is altered, what is not ours stays.
    import(
        &stand,
        &[
            ("badge.events", 32, json!({ "secs": 60, "nanos": 0 })),
            ("theirs", 1, Value::Null),
        ],
    );
    let planned = json_of(&ended(&stand.verb(&plan), 3));
    let badge = planned["changes"].as_array().expect("a list").iter();
    let badge = badge
        .clone()
        .find(|c| c["topic"] == "badge.events")
        .expect("it differs");
    assert_eq!(
        (&badge["action"], &planned["unknown"]),
        (&json!("alter"), &json!(["theirs"]))
    );
    let doctor = succeeded(&stand.verb(&["doctor"]));
    let shorter = "warning  retention      badge.events is kept for 1m, topics.yaml says for ever";
    let line = doctor.lines().find(|line| line.starts_with(shorter));
    let line = line.unwrap_or_else(|| panic!("{doctor}"));
    assert!(
        line.contains("badges"),
        "it names who is made of it: {line}"
    );
    stand.topics();
    assert!(!succeeded(&stand.verb(&["doctor"])).contains(shorter));
    let planned = json_of(&succeeded(&stand.verb(&plan)));
    assert_eq!(
        (&planned["changes"], &planned["unknown"]),
        (&json!([]), &json!(["theirs"]))
    );
    assert!(succeeded(&stand.verb(&["topics", "apply"])).contains("topics as they should be"));
}

#[tokio::test]
async fn other_partitions_are_refused() {
    let Some(stand) = Stand::when_asked().await else {
        return;
    };
    import(&stand, &[("badge.events", 2, Value::Null)]);
    let refusal = "has 2 partitions, should have 32";
    let planned = ended(&stand.verb(&["topics", "plan"]), 3);
    assert!(planned.contains(refusal), "{planned}");
    let applied = stand.verb(&["topics", "apply", "--yes"]);
    ended(&applied, 3);
    assert!(told(&applied).contains(refusal), "{}", told(&applied));
    let planned = json_of(&ended(
        &stand.verb(&["topics", "plan", "--output", "json"]),
        3,
    ));
    assert_eq!(
        planned["changes"].as_array().map(Vec::len),
        Some(1),
        "the others are there"
    );
    let refused = stand.run("run").finish().await;
    assert_eq!(refused.code, Some(1), "{}", refused.output);
    assert!(refused.output.contains(refusal), "{}", refused.output);
    let doctor = ended(&stand.verb(&["doctor"]), 1);
    assert!(
        doctor
            .lines()
            .any(|l| l.starts_with("BROKEN") && l.contains(refusal)),
        "{doctor}"
    );
}

#[tokio::test]
async fn verbs_read_the_cluster() {
    let Some(stand) = Stand::when_asked().await else {
        return;
    };
    let doctor = succeeded(&stand.verb(&["doctor"]));
    assert!(
        doctor.contains("note     topics         badge.events: 32 partitions"),
        "{doctor}"
    );
    // It makes no keyspace: a second one finds none either.
    let missing = format!("keyspace {} at", stand.keyspace);
    for doctor in [doctor, succeeded(&stand.verb(&["doctor"]))] {
        let line = doctor.lines().find(|line| line.contains(&missing));
        let line = line.unwrap_or_else(|| panic!("{doctor}"));
        assert!(
            line.starts_with("note     store") && line.contains("is not there"),
            "{line}"
        );
    }
    stand.topics();
    let program = stand.run("run").start().await;
    let fed = events::all("verbs");
    events::feed(&program, &fed).await;
    settle(&program).await;
    tail(&stand, &program, fed.len()).await;
    assert!(program.terminate().await.success());
    let cat = ["log", "cat", "events.inbox", "--output", "json"];
    let all = succeeded(&stand.verb(&cat));
    // One was fed to the tail.
    assert_eq!(all.lines().count(), fed.len() + 1);
    let one = json_of(all.lines().nth(7).expect("a record"));
    let (partition, offset) = (one["partition"].to_string(), one["offset"].to_string());
    let there = ["--partition", &partition, "--from", &offset, "--count", "1"];
    assert_eq!(
        json_of(&succeeded(&stand.verb(&[&cat[..], &there].concat()))),
        one
    );
    let key = one["key"].as_str().expect("a key").to_owned();
    let of_key = succeeded(&stand.verb(&[&cat[..], &["--key", &key, "--from", "10m"]].concat()));
    let has_key = |line: &str| json_of(line)["key"] == one["key"];
    assert!(
        of_key.lines().count() > 0 && of_key.lines().all(has_key),
        "{of_key}"
    );
    let nearest = stand.verb(&["log", "cat", "events.inbx"]);
    ended(&nearest, 2);
    assert!(
        told(&nearest).contains("did you mean events.inbox?"),
        "{}",
        told(&nearest)
    );
    ended(
        &stand.verb(&["log", "cat", "events.inbox", "--partition", "32"]),
        2,
    );
    let exported = [
        "log",
        "export",
        "-",
        "--topic",
        "platform.ticks",
        "--decode",
    ];
    let exported = succeeded(&stand.verb(&exported));
    let decoded: Vec<Value> = exported
        .lines()
        .skip(1)
        .map(|l| json_of(l)["decoded"].clone())
        .collect();
    assert_eq!(decoded[0]["type"], "platform", "{exported}");
    behind(&stand).await;
    let doctor = succeeded(&stand.verb(&["doctor"]));
    for line in ["ok       log", "ok       records", "ok       store"] {
        assert!(doctor.contains(line), "{line}: {doctor}");
    }
    stand.clear().await;
}

/// A tail shows what is there and then what comes, and no more than it was asked for.
async fn tail(stand: &Stand, program: &Program, there: usize) {
    let count = (there + 1).to_string();
    let tail = [
        "log",
        "tail",
        "events.inbox",
        "--from",
        "beginning",
        "--count",
        &count,
    ];
    let tail = Launch::verb(&stand.scratch, "tail", &tail);
    let variables = stand.variables.iter();
    let tail = variables.fold(tail, |tail, (name, value)| tail.environment(name, value));
    let tail = tail.spawn();
    let lines = |text: &str| {
        text.lines()
            .filter(|l| l.starts_with("events.inbox/"))
            .count()
    };
    let all = || (lines(&tail.log()) == there).then_some(());
    let shown = until(Duration::from_secs(60), all).await;
    shown.unwrap_or_else(|| panic!("{}", tail.log()));
    let one = events::all("tail").remove(0);
    events::feed(program, &[one]).await;
    let ended = tail.ended().await;
    assert_eq!(ended.code, Some(0), "{}", ended.output);
    assert_eq!(lines(&ended.output), there + 1, "{}", ended.output);
    settle(program).await;
}

/// Lag is what the store's marks and the log's ends say, whether a platform runs or not.
async fn behind(stand: &Stand) {
    let listed = json_of(&succeeded(&stand.verb(&[
        "processors",
        "list",
        "--output",
        "json",
    ])));
    let lag = || {
        json_of(&succeeded(&stand.verb(&[
            "processors",
            "lag",
            "--output",
            "json",
        ])))
    };
    let total = |lag: Value| -> u64 {
        let all = lag.as_array().expect("a list").clone();
        assert_eq!(Some(all.len()), listed.as_array().map(Vec::len));
        all.iter()
            .map(|l| l["lagEvents"].as_u64().expect("a number"))
            .sum()
    };
    assert_eq!(total(lag()), 0);
    let feeder = [
        "--processors",
        "none",
        "--sources",
        "none",
        "--runners",
        "none",
    ];
    let feeder = feeder
        .iter()
        .fold(stand.run("feeder"), |l, flag| l.argument(flag));
    let program = feeder.start().await;
    events::feed(&program, &events::all("lag")[..10]).await;
    assert_eq!(total(lag()), 10);
    let asked = succeeded(&stand.verb(&[
        "processors",
        "lag",
        "--url",
        &program.url,
        "--output",
        "json",
    ]));
    let remote = json_of(&asked);
    let inbox = remote
        .as_array()
        .expect("a list")
        .iter()
        .find(|p| p["name"] == "ingest");
    assert_eq!(inbox.expect("it is one of ours")["lag"], 10, "{asked}");
    assert!(program.terminate().await.success());
}

/// Creates topics as they are in an export: name, partitions, how long records are kept.
fn import(stand: &Stand, topics: &[(&str, u32, Value)]) {
    let topics: Vec<Value> = topics
        .iter()
        .map(|(name, partitions, time)| {
            let retention = json!({ "compact": false, "time": time, "bytes": null });
            json!({ "name": name, "partitions": partitions, "retention": retention })
        })
        .collect();
    let opening = json!({ "worldlogExport": 1, "topics": topics });
    let file = stand.scratch.path("topics.ndjson");
    std::fs::write(&file, format!("{opening}\n")).expect("the scratch folder is writable");
    succeeded(&stand.verb(&["log", "import", &file.display().to_string()]));
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
