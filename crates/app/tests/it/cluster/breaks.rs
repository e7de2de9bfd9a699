//! A log that is not what it was: records removed before they were read, a topic made anew. The partition stops and says
//! what to do; others go on.

use std::time::Duration;

use kernel::partition_for;
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use serde_json::Value;

use super::scale::{gateway, shared_by, worker};
use super::stand::{Stand, Wants};
use crate::crowd::moved;
use crate::http::{Answer, distinct, eventually, get, post, send, settle};
use crate::process::{Program, TOKEN};

const INBOX: &str = "events.inbox";
const ADMIN_TIMEOUT: Duration = Duration::from_secs(60);

/// Two people whose events are in different partitions of the inbox, and a third one.
const PEOPLE: [&str; 3] = ["0xa1", "0xb2", "0xc3"];

fn partition(person: &str) -> u32 {
    partition_for(person.as_bytes(), 32)
}

/// Somebody does a few things; answered by whatever the platform knows of the log by then.
async fn acts(gateway: &Program, person: &str, numbers: std::ops::Range<u64>) {
    let events: Value = numbers.map(|number| moved(person, number)).collect();
    let url = gateway.at("/events-notifier/events");
    let feed = || post(&url, &events).bearer_auth(TOKEN);
    eventually(feed, |answer| (answer.status == 202).then_some(())).await;
}

/// How many of a person's events were told.
async fn told(gateway: &Program, person: &str) -> usize {
    let records = distinct(gateway, "user.actions").await;
    records
        .iter()
        .filter(|record| record["key"] == person)
        .count()
}

/// Waits until so many of a person's events are told.
async fn eventually_told(gateway: &Program, person: &str, count: usize) {
    while told(gateway, person).await != count {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Waits, at a worker, whose only gateway is the operator's, until a person's partition of the inbox is said to be stopped; gives the reason and the message.
async fn eventually_stopped(worker: &Program, person: &str) -> (String, String) {
    let place = partition(person);
    let stopped = |answer: &Answer| {
        let all = answer.json();
        let ingest = all.as_array()?.iter().find(|p| p["name"] == "ingest")?;
        let blocked = ingest["blocked"].as_array()?;
        let found = blocked
            .iter()
            .find(|b| b["partition"] == place && b["passing"] == false)?;
        let text = |member: &str| found[member].as_str().map(str::to_owned);
        Some((text("reason")?, text("message")?))
    };
    let url = worker.at("/processors");
    eventually(|| get(&url).bearer_auth(TOKEN), stopped).await
}

/// The partitions that a metric says are stopped, for this reason.
async fn stopped(worker: &Program, reason: &str) -> Vec<u32> {
    let metrics = send(get(&worker.at("/metrics"))).await.expect(200).text();
    let wanted = format!("reason=\"{reason}\"}} 1");
    let lines = metrics.lines().filter(|line| {
        line.starts_with("partition_blocked{processor=\"ingest\"") && line.ends_with(&wanted)
    });
    let number = |line: &str| {
        let (_, rest) = line.split_once("partition=\"").expect("a label");
        let (number, _) = rest.split_once('"').expect("it is quoted");
        number.parse().expect("a number")
    };
    let mut partitions: Vec<u32> = lines.map(number).collect();
    partitions.sort_unstable();
    partitions
}

/// What an operator does behind the platform's back.
fn admin(stand: &Stand) -> (AdminClient<DefaultClientContext>, AdminOptions) {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", stand.kafka.address());
    let options = AdminOptions::new().operation_timeout(Some(ADMIN_TIMEOUT));
    (config.create().expect("a client"), options)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_that_were_removed_unread_stop_their_partition_and_no_other() {
    let Some(stand) = Stand::when_asked(Wants::default()).await else {
        return;
    };
    let gateway = gateway(&stand).await;
    let launch = worker(&stand, "worker");
    let process = launch.start().await;
    let [first, second, _] = PEOPLE;
    for person in [first, second] {
        acts(&gateway, person, 0..5).await;
    }
    settle(&gateway).await;
    assert!(process.terminate().await.success());
    for person in [first, second] {
        acts(&gateway, person, 5..10).await;
    }
    let (client, options) = admin(&stand);
    let mut before = TopicPartitionList::new();
    let place = i32::try_from(partition(first)).expect("small");
    before
        .add_partition_offset(INBOX, place, Offset::Offset(8))
        .expect("an offset");
    let removed = client
        .delete_records(&before, &options)
        .await
        .expect("answered");
    removed.elements()[0].error().expect("removed");
    let process = launch.start().await;
    let (reason, message) = eventually_stopped(&process, first).await;
    assert_eq!(reason, "hole", "{message}");
    for part in [
        "LOG_HOLE",
        INBOX,
        "offset 5",
        "starts at 8",
        "import",
        "build",
    ] {
        assert!(message.contains(part), "{message}");
    }
    eventually_told(&gateway, second, 10).await;
    assert_eq!(stopped(&process, "hole").await, [partition(first)]);
    assert_eq!(
        told(&gateway, first).await,
        5,
        "nothing is told past a hole"
    );
    send(get(&process.at("/health/live"))).await.expect(200);
    let doctor = stand.verb("doctor", &["doctor"]).finish().await;
    assert_eq!(doctor.code, Some(1), "{}", doctor.output);
    let place = format!("ingest generation 1 has read {INBOX}/{}", partition(first));
    for part in [&place, "BROKEN   retention", "3 records are gone unread"] {
        assert!(doctor.output.contains(part), "{part}: {}", doctor.output);
    }
    assert!(process.terminate().await.success());
    assert!(gateway.terminate().await.success());
    stand.clear().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_topic_that_was_made_anew_stops_the_partitions_that_were_read_and_no_other() {
    let Some(stand) = Stand::when_asked(Wants::default()).await else {
        return;
    };
    let gateway = gateway(&stand).await;
    let launch = worker(&stand, "worker");
    let process = launch.start().await;
    shared_by(&[&process]).await;
    let [first, second, third] = PEOPLE;
    for person in [first, second] {
        acts(&gateway, person, 0..5).await;
    }
    settle(&gateway).await;
    let (client, options) = admin(&stand);
    let deleted = client.delete_topics(&[INBOX], &options).await;
    deleted.expect("answered").remove(0).expect("deleted");
    stand.apply_topics().await;
    // Who was reading says so; and whoever comes next is not taken in by offsets that are there again.
    let (reason, message) = eventually_stopped(&process, first).await;
    assert!(
        ["rewritten", "log"].contains(&reason.as_str()),
        "{reason}: {message}"
    );
    assert!(process.terminate().await.success());
    for person in PEOPLE {
        acts(&gateway, person, 20..30).await;
    }
    let process = launch.start().await;
    for person in [first, second] {
        let (reason, message) = eventually_stopped(&process, person).await;
        assert_eq!(reason, "rewritten", "{message}");
        for part in ["LOG_REWRITTEN", INBOX, "build the read model anew"] {
            assert!(message.contains(part), "{message}");
        }
        assert_eq!(
            told(&gateway, person).await,
            5,
            "nothing of the new topic is told"
        );
    }
    eventually_told(&gateway, third, 10).await;
    let mut both = [partition(first), partition(second)];
    both.sort_unstable();
    assert_eq!(stopped(&process, "rewritten").await, both);
    assert!(process.terminate().await.success());
    assert!(gateway.terminate().await.success());
    stand.clear().await;
}

#[test]
fn the_people_are_in_different_partitions() {
    let mut partitions = PEOPLE.map(partition);
    partitions.sort_unstable();
    assert!(
        partitions.windows(2).all(|pair| pair[0] != pair[1]),
        "{partitions:?}"
    );
}
