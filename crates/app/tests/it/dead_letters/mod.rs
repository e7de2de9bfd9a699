//! One event in the middle of what each processor reads cannot be applied: its key waits, everything else goes on, and
//! once the program is mended and a person has decided so, all is as if nothing had happened. On both engines.

mod golden;
mod poisoned;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kernel::{ErasedProcessor, NewRecord, Poison, Record};
use runtime::embedded::{SqliteLog, SqliteLogOptions};
use runtime::ports::{Log, Store, SystemClock};
use runtime::replay::{Keys, Report, Scope, verify};
use serde_json::{Value, json};

use self::poisoned::Poisoned;
use crate::cli;
use crate::cluster::stand::{Stand, Wants};
use crate::generations::house::{House, PATIENCE, embedded, everything, on_the_cluster};
use crate::http::{eventually, get, post, put, send, settle};
use crate::process::{Launch, Scratch, TOKEN};
use crate::rewards::people::Person;
use crate::rewards::rebuild::catalogue;

/// The whole log of a demo in which a player plays and people are told things: by topic and partition, in order.
async fn lived(scratch: &Scratch) -> (BTreeMap<String, Vec<Vec<Record>>>, Arc<SqliteLog>) {
    let data = scratch.path("lived").join("data");
    let path = data.to_string_lossy().into_owned();
    let up = ["up", "--demo", "--listen", "127.0.0.1:0"];
    let up = Launch::verb(scratch, "lived", &up).argument("--data");
    let up = up.argument(&path).ready_file();
    let up = up
        .environment("WORLDLOG__DEMO__PLAY_INTERVAL", "0s")
        .environment("WORLDLOG__OPERATOR__TOKEN", TOKEN);
    let program = up.start().await;
    eventually(
        || get(&program.at("/credits/seasons")),
        |answer| (answer.json()["currentSeason"]["season"]["state"] == "RUNNING").then_some(()),
    )
    .await;
    let player = ["demo", "player", "--data", &path, "--seed", "7"];
    let played = cli::run(&player);
    assert_eq!(cli::code(&played), 0, "{}", cli::stderr(&played));
    let people = [Person::new(1), Person::new(2)];
    let told = post(&program.at("/events-notifier/events"), &catalogue(&people));
    send(told.bearer_auth(TOKEN)).await.expect(202);
    let converter = program.at("/deployments/queue/converter");
    let lease = format!("{converter}/lease");
    send(put(&converter, &json!({})).bearer_auth(TOKEN)).await;
    for _ in 0..3 {
        let leased = post(&lease, &json!({ "limit": 1 })).bearer_auth(TOKEN);
        send(leased).await.expect(200);
    }
    settle(&program).await;
    assert!(program.terminate().await.success());
    let options = SqliteLogOptions::default();
    let log = SqliteLog::open(data.join("log.db"), options, Arc::new(SystemClock));
    let log = Arc::new(log.expect("a log"));
    let mut all = BTreeMap::new();
    for topic in log.topics().await.expect("topics") {
        let records = everything(&*log, &topic.spec.name).await;
        // What this demo could not apply is its own.
        if !topic.spec.name.starts_with("dlq.") {
            all.insert(topic.spec.name, records);
        }
    }
    (all, log)
}

/// Every processor, each poisoned in the middle of what it reads.
fn poisoned(
    lived: &BTreeMap<String, Vec<Vec<Record>>>,
    mended: &Arc<AtomicBool>,
) -> Vec<Arc<dyn ErasedProcessor>> {
    let all = processors::all().into_iter();
    all.map(|processor| {
        let processor: Arc<dyn ErasedProcessor> = Arc::from(processor);
        let spec = processor.spec();
        let read = lived.get(spec.input).into_iter().flatten().flatten();
        let of_use = read.filter(|r| matches!(processor.decode(r), Ok(Some(_))));
        let ids: BTreeSet<_> = of_use.map(|record| record.headers.id).collect();
        // Who stops at poison goes on by itself once it is mended.
        let processor = match spec.poison {
            Poison::Halt => processor,
            _ => kernel::with_poison(processor, Poison::Park),
        };
        let poisoned = Poisoned::new(processor, ids.len().div_ceil(2), Arc::clone(mended));
        Arc::new(poisoned) as Arc<dyn ErasedProcessor>
    })
    .collect()
}

async fn letters(house: &House) -> BTreeMap<String, Value> {
    let all = send(get(&format!("{}/operator/dlq", house.url))).await;
    let all = all.expect(200).json();
    let all = all.as_array().expect("a list").iter();
    all.map(|of| {
        (
            of["processor"].as_str().expect("a name").to_owned(),
            of.clone(),
        )
    })
    .collect()
}

/// Waits until every processor has taken everything, but for the partitions that stand still.
async fn rests(house: &House, processors: &[Arc<dyn ErasedProcessor>], still: bool) {
    let look = async {
        let mut before = Vec::new();
        loop {
            let (mut reached, mut ends) = (true, Vec::new());
            for spec in processors.iter().map(|p| p.spec()) {
                let input = house.platform.log.ends(spec.input).await.expect("ends");
                for (partition, end) in (0..).zip(&input) {
                    let mark = house.platform.progress.mark(spec.name, 1, partition);
                    let halts = still && spec.poison == Poison::Halt;
                    reached &= halts || mark >= *end;
                }
                ends.push(input);
            }
            // What was said at the end of one round is taken in the next.
            if reached && ends == before {
                return;
            }
            before = ends;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let rested = tokio::time::timeout(PATIENCE, look).await;
    rested.expect("every processor comes to the end");
}

async fn verified(house: &House, processor: &Arc<dyn ErasedProcessor>) -> Report {
    let (tell, mut told) = tokio::sync::mpsc::channel(16);
    let hear = tokio::spawn(async move {
        let mut differences = Vec::new();
        while let Some(line) = told.recv().await {
            if let runtime::replay::Telling::Difference(difference) = line {
                differences.push(difference);
            }
        }
        differences
    });
    let scope = Scope {
        generation: 1,
        keys: Keys::All,
        memory: 1 << 28,
    };
    let report = verify(&house.platform, Arc::clone(processor), scope, tell).await;
    let differences = hear.await.expect("it hears");
    let name = processor.spec().name;
    assert!(differences.is_empty(), "{name}: {differences:#?}");
    report.unwrap_or_else(|error| panic!("{name}: {error}"))
}

async fn parks_flows_and_comes_back(
    scratch: &Scratch,
    ports: (Arc<dyn Log>, Arc<dyn Store>),
    shared: bool,
) {
    let (mut lived, _log) = lived(scratch).await;
    golden::leave_out_rejected(&mut lived);
    let given = golden::add(&mut lived);
    let count = processors::all().len();
    assert!(
        given.len() * 3 < count,
        "the demo has events for most of {count}: {given:?}"
    );
    let mended = Arc::new(AtomicBool::new(false));
    let all = poisoned(&lived, &mended);
    for (topic, partitions) in &lived {
        for (partition, records) in (0..).zip(partitions) {
            let said = records.iter().map(|record| NewRecord {
                topic: topic.as_str().into(),
                partition: Some(partition),
                key: record.key.clone(),
                headers: record.headers.clone(),
                value: record.value.clone(),
                timestamp: Some(record.timestamp),
            });
            let said: Vec<_> = said.collect();
            for some in said.chunks(500) {
                ports.0.append(some.to_vec()).await.expect("taken");
            }
        }
    }
    let mut house = House::open(scratch, ports, shared, all.clone()).await;
    rests(&house, &all, true).await;
    let parked = letters(&house).await;
    for spec in all
        .iter()
        .map(|p| p.spec())
        .filter(|s| s.poison != Poison::Halt)
    {
        let of = parked.get(spec.name).unwrap_or(&Value::Null);
        let depth = of["depth"].as_u64().unwrap_or(0);
        assert!(depth > 0, "{} was not poisoned: {parked:#?}", spec.name);
        let keys = u64::from(spec.aggregates.is_some());
        assert_eq!(of["parkedKeys"], keys, "{}: {of}", spec.name);
        assert_eq!(of["rejected"], 1, "{}: {of}", spec.name);
    }
    let waiting: u64 = parked.values().filter_map(|of| of["depth"].as_u64()).sum();
    assert!(
        waiting > all.len() as u64,
        "something waits behind: {waiting}"
    );

    // The mended program starts when the old one has stopped, as a release does.
    house.stop_engines().await;
    mended.store(true, Ordering::Relaxed);
    house.start(all.clone()).await;
    rests(&house, &all, false).await;
    let poisoned = parked.iter().filter(|(_, of)| of["depth"] != 0);
    for processor in poisoned.map(|(processor, _)| processor) {
        let url = format!("{}/operator/dlq/{processor}", house.url);
        let asked = json!({ "all": true, "reason": "mended", "by": "the test" });
        let decided = send(post(&format!("{url}/redrive"), &asked).bearer_auth(TOKEN)).await;
        let decided = decided.expect(202).json();
        assert_eq!(decided["left"], 0, "{decided}");
    }
    let over = async {
        while letters(&house).await.values().any(|of| of["depth"] != 0) {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let over = tokio::time::timeout(PATIENCE, over).await;
    if over.is_err() {
        panic!("something is still waiting: {:#?}", letters(&house).await);
    }
    rests(&house, &all, false).await;
    let mut keys = 0;
    for processor in &all {
        keys += verified(&house, processor).await.keys;
    }
    assert!(keys > 100, "{keys} keys are right");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn poison_parks_its_key_and_a_redrive_restores_the_order_on_the_embedded_engine() {
    let scratch = Scratch::new();
    let ports = embedded(&scratch).await;
    parks_flows_and_comes_back(&scratch, ports, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn poison_parks_its_key_and_a_redrive_restores_the_order_on_kafka_and_cassandra() {
    let Some(stand) = Stand::new(Wants::default()).await else {
        return;
    };
    let ports = on_the_cluster(&stand).await;
    parks_flows_and_comes_back(&stand.scratch, ports, true).await;
    stand.clear().await;
}
