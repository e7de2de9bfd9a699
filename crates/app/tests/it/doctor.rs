//! What `doctor` says of retention: promises that are not kept, readers that lose something, and when.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use kernel::{Headers, NewRecord};
use runtime::embedded::{SqliteLog, SqliteLogOptions};
use runtime::ports::{Log as _, Retention, SystemClock, TopicSpec};
use uuid::Uuid;

use crate::cli::{code, run, stdout};
use crate::crowd::deployed;
use crate::http::{post, send, settle};
use crate::process::{Launch, Scratch, TOKEN};

const TOPIC: &str = "deployments";
const MINUTE_MS: i64 = 60_000;

fn now_ms() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.expect("after 1970").as_millis();
    i64::try_from(now).expect("before the year 300000000")
}

/// The log of a platform that does not run, with nothing that removes by itself.
fn open(data: &Path) -> SqliteLog {
    let options = SqliteLogOptions {
        retention_interval: None,
        ..SqliteLogOptions::default()
    };
    let log = SqliteLog::open(data.join("log.db"), options, Arc::new(SystemClock));
    log.expect("nobody else has it")
}

/// Something that nobody has read.
fn unread(timestamp: i64) -> NewRecord {
    let headers = Headers::new(Uuid::from_u128(7), "x/y", "tests");
    let record = NewRecord::keyed(TOPIC.into(), Bytes::from("k"), headers, Bytes::new());
    NewRecord {
        timestamp: Some(timestamp),
        ..record
    }
}

/// The lines on retention, and whether anything is broken.
fn retention(data: &Path) -> (Vec<String>, bool) {
    let data = data.to_str().expect("the folder's name is text");
    let output = run(&["doctor", "--data", data]);
    let text = stdout(&output);
    let lines = text.lines().filter(|line| {
        let mut words = line.split_whitespace();
        words.nth(1) == Some("retention")
    });
    (lines.map(str::to_owned).collect(), code(&output) == 1)
}

fn says(lines: &[String], state: &str, parts: &[&str]) {
    let says =
        |line: &&String| line.starts_with(state) && parts.iter().all(|part| line.contains(part));
    assert!(
        lines.iter().any(|line| says(&line)),
        "{state} {parts:?}: {lines:#?}"
    );
}

#[tokio::test]
async fn doctor_names_what_retention_takes_and_from_whom() {
    let scratch = Scratch::new();
    let up = Launch::up(&scratch, "up");
    let program = up.start().await;
    let feed = post(
        &program.at("/events-notifier/events"),
        &deployed("10,10", 1).1,
    );
    send(feed.bearer_auth(TOKEN)).await.expect(202);
    settle(&program).await;
    let (lines, broken) = retention(up.data());
    assert!(!broken, "{lines:#?}");
    says(&lines, "note", &["events.inbox is kept for 7d", "ingest"]);
    says(&lines, "ok", &["nobody has anything unread"]);
    assert!(
        !lines.iter().any(|l| l.starts_with("warning")),
        "{lines:#?}"
    );
    assert!(program.terminate().await.success());

    // Somebody has made it shorter, and an event waits that is nearly as old as is kept.
    let log = open(up.data());
    let hour = TopicSpec {
        name: TOPIC.to_owned(),
        partitions: 32,
        retention: Retention {
            time: Some(Duration::from_secs(3600)),
            ..Retention::FOREVER
        },
    };
    log.ensure(&hour).await.expect("it is altered");
    let now = now_ms();
    let appended = log.append(vec![unread(now - 50 * MINUTE_MS)]).await;
    let partition = appended.expect("it is there")[0].partition;
    log.close().await.expect("closed");
    let (lines, broken) = retention(up.data());
    assert!(!broken, "{lines:#?}");
    says(
        &lines,
        "warning",
        &[
            "deployments is kept for 1h, topics.yaml says for ever",
            "compat",
        ],
    );
    let place = format!("compat generation 1 on deployments/{partition}");
    says(&lines, "warning", &[&place, "min at the earliest"]);

    // And then it is gone.
    let log = open(up.data());
    let swept = log.run_retention(now + 20 * MINUTE_MS).await;
    assert!(swept.expect("it runs").expired > 0);
    log.close().await.expect("closed");
    let (lines, broken) = retention(up.data());
    assert!(broken, "{lines:#?}");
    let place = format!("compat generation 1 has read deployments/{partition}");
    says(
        &lines,
        "BROKEN",
        &[&place, "1 records are gone unread", "LOG_HOLE"],
    );
    says(
        &lines,
        "warning",
        &["1 partitions have lost their beginning already"],
    );
}
