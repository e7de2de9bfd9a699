//! What analysts read with: Confluent's Python client, Kafka's Java client with Apicurio's deserializer, kcat. All of them
//! see in every topic what the operator gateway shows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use identity::sign::{Wallet, create_simple_chain};
use model::Topics;
use serde_json::{Value, json};

use super::avro::{plain, said};
use super::{Stand, events, rest};
use crate::crowd::deployed;
use crate::generated::{entity_of, stored};
use crate::http::{eventually, get, operator, post, put, send, settle};
use crate::process::{Launch, Program, TOKEN};
use crate::world::{World, caught_up};

const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");

/// Topic, partition and offset.
type Place = (String, u64, u64);
/// Records by place, as the operator gateway shows them.
type Shown = BTreeMap<Place, Value>;

#[tokio::test]
async fn stock_clients_read_every_topic_with_an_outside_registry() {
    let Some(world) = World::recorded() else {
        return;
    };
    let Some(stand) = Stand::when_asked().await else {
        return;
    };
    let stand = stand.with_registry();
    stand.topics();
    let folder = stand.scratch.path("world");
    let copy = world.beginning(&folder, world.history.len());
    deny_one(&folder);
    let server = Launch::catalyst(&stand.scratch, "catalyst", &folder)
        .start()
        .await;
    let run = stand.run("run").following(&[&server]);
    // What becomes of an effect is recorded when it fails; this one shall soon.
    let run = run.environment("WORLDLOG__EFFECTS__ATTEMPTS_MAX", "1");
    let program = run.start().await;
    caught_up(&program, &copy).await;
    use_the_queue(&program).await;
    events::feed(&program, &events::all("clients")).await;
    events::feed(&program, &[lacking_a_file()]).await;
    settle(&program).await;
    rejected(&program).await;
    let registry = &stand.shared.registry;
    rest::write(&stand, &program, registry).await;
    settle(&program).await;
    rest::redrive(&program).await;
    settle(&program).await;
    let shown = shown(&program).await;
    let topics: BTreeSet<&str> = shown.keys().map(|(topic, ..)| topic.as_str()).collect();
    for topic in Topics::global().iter().map(|t| t.name.as_str()) {
        // What went wrong differs from run to run.
        assert!(
            topics.contains(topic) || topic.starts_with("dlq."),
            "{topic} has no records"
        );
    }
    assert!(topics.contains("dlq.games"), "{topics:?}");
    let topics: Vec<&str> = topics.into_iter().collect();
    same(&shown, &lines(&python(&stand, registry, &topics).await));
    // The platform's own registry knows the other's ids, too.
    let own = program.at("/operator/registry");
    same(&shown, &lines(&python(&stand, &own, &topics).await));
    same(&shown, &lines(&java(&stand, registry, &topics).await));
    kcat_sees(&stand, &program, &shown, &topics).await;
    assert!(program.terminate().await.success());
    stand.clear().await;
}

/// A row that the followed server lists, of an entity that its owner never signed.
fn deny_one(folder: &Path) {
    let wallet = Wallet::from_private_key([9; 32]).expect("a valid key");
    let mut row = stored(folder, entity_of("scene", &["140,140"], 1_767_225_600_000));
    let chain = create_simple_chain(&wallet, "something else").expect("a short text");
    row["authChain"] = serde_json::to_value(chain).expect("a chain is JSON");
    let file = fs::File::options()
        .append(true)
        .open(folder.join("pointer-changes.ndjson"));
    let written = writeln!(file.expect("the copy has a history"), "{row}");
    written.expect("the copy is writable");
}

/// A scene with a file that nobody has.
fn lacking_a_file() -> Value {
    let (id, mut event) = deployed("145,145", 1);
    event["entity"]["content"] = json!([{ "file": "bin/index.js", "hash": id }]);
    event
}

/// Waits until the denied row was rejected: it delays nothing else, and nothing waits for it.
async fn rejected(program: &Program) {
    let url = program.at("/operator/topics/catalyst.rejected/records");
    let any = |rows: &Value| rows.as_array().is_some_and(|rows| !rows.is_empty());
    eventually(|| get(&url), |answer| any(&answer.json()).then_some(())).await;
}

/// A consumer that comes, takes something and goes.
pub(super) async fn use_the_queue(program: &Program) {
    let url = program.at("/deployments/queue/analysts");
    send(put(&url, &json!({}))).await.expect(200);
    let lease = json!({ "limit": 2, "ttl": "10m", "commandId": "lease" });
    send(post(&format!("{url}/lease"), &lease).bearer_auth(TOKEN))
        .await
        .expect(200);
}

/// Every record of every topic that has some.
pub(super) async fn shown(program: &Program) -> Shown {
    let listed = operator(program, "/topics").await.expect(200).json();
    let mut shown = Shown::new();
    for topic in listed.as_array().expect("a list of topics") {
        if topic["records"] == 0 {
            continue;
        }
        let name = topic["name"].as_str().expect("a name");
        let path = format!("/topics/{name}/records?format=ndjson&limit=1000000");
        for line in operator(program, &path).await.expect(200).text().lines() {
            let record: Value = serde_json::from_str(line).expect("a record is JSON on a line");
            assert_eq!(record.get("undecodable"), None, "{record}");
            shown.insert(place(&record), record);
        }
    }
    shown
}

fn place(record: &Value) -> Place {
    let number = |name: &str| record[name].as_u64().unwrap_or_else(|| panic!("{record}"));
    let topic = record["topic"].as_str().expect("a record has a topic");
    (topic.to_owned(), number("partition"), number("offset"))
}

/// What a client printed, a record a line.
pub(super) fn lines(output: &Output) -> Vec<Value> {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let text = String::from_utf8(output.stdout.clone()).expect("UTF-8");
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().expect("a record a line")
}

/// Both saw the same records with the same keys, headers and values.
pub(super) fn same(shown: &Shown, seen: &[Value]) {
    let mut missing: BTreeSet<&Place> = shown.keys().collect();
    for line in seen {
        let place = place(line);
        let wanted = shown
            .get(&place)
            .unwrap_or_else(|| panic!("{place:?} is not shown"));
        assert_eq!(wanted["key"], line["key"], "{place:?}");
        assert_eq!(wanted["headers"], line["headers"], "{place:?}");
        let value = match line["schema"].as_str() {
            None => Value::Null,
            Some(schema) => said(schema, &line["record"]),
        };
        assert_eq!(plain(wanted["value"].clone()), value, "{place:?}: {line}");
        assert!(missing.remove(&place), "{place:?} was seen twice");
    }
    assert!(missing.is_empty(), "not seen: {missing:?}");
}

pub(super) async fn python(stand: &Stand, registry: &str, topics: &[&str]) -> Output {
    let folder = Path::new(CLIENTS).join("python");
    let python = peers::programs::python(&folder.join("requirements.txt")).await;
    let mut command = Command::new(python.unwrap_or_else(|e| panic!("no Python: {e:#}")));
    command.arg(folder.join("reader.py"));
    finish(command.args([stand.brokers(), registry]).args(topics))
}

async fn java(stand: &Stand, registry: &str, topics: &[&str]) -> Output {
    let folder = Path::new(CLIENTS).join("java");
    let jars = peers::programs::jars(&folder.join("pom.xml")).await;
    let jars = jars.unwrap_or_else(|e| panic!("no jars: {e:#}"));
    let java = peers::programs::java()
        .await
        .unwrap_or_else(|e| panic!("no Java: {e:#}"));
    let (classes, path) = (stand.scratch.path("classes"), class_path(&jars));
    let mut compiler = Command::new(&java);
    compiler.args([
        "-cp",
        &path,
        "org.eclipse.jdt.internal.compiler.batch.Main",
        "-17",
    ]);
    compiler
        .args(["-cp", &path, "-d"])
        .arg(&classes)
        .arg(folder.join("Reader.java"));
    let compiled = finish(&mut compiler);
    assert!(
        compiled.status.success(),
        "{}",
        String::from_utf8_lossy(&compiled.stderr)
    );
    // Apicurio's deserializer asks by Apicurio's own API.
    let registry = registry.replace("/apis/ccompat/v7", "/apis/registry/v2");
    let mut command = Command::new(java);
    command.args([
        "-Xmx256m",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-cp",
    ]);
    command
        .arg(format!("{}:{path}", classes.display()))
        .arg("Reader");
    finish(command.args([stand.brokers(), &registry]).args(topics))
}

fn class_path(jars: &Path) -> String {
    let files = fs::read_dir(jars).expect("the folder is there").flatten();
    let files: Vec<String> = files.map(|f| f.path().display().to_string()).collect();
    files.join(":")
}

fn finish(command: &mut Command) -> Output {
    let finished = command.stdin(Stdio::null()).output();
    finished.unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// kcat knows no registry in every build; it shows places, keys, headers and bytes.
async fn kcat_sees(stand: &Stand, program: &Program, shown: &Shown, topics: &[&str]) {
    let kcat: PathBuf = peers::programs::kcat()
        .await
        .unwrap_or_else(|e| panic!("{e:#}"));
    for topic in topics {
        let mut command = Command::new(&kcat);
        command.args(["-C", "-q", "-e", "-b", stand.brokers(), "-t", topic]);
        command.args(["-o", "beginning", "-f", "%p %o %K %S\\n%k%h\\n%s\\n"]);
        let output = finish(&mut command);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{topic}: {told}");
        let mut seen = 0;
        let mut rest = &output.stdout[..];
        let mut last = None;
        while !rest.is_empty() {
            let (record, left) = kcats(rest);
            let place = ((*topic).to_owned(), record.partition, record.offset);
            let wanted = shown
                .get(&place)
                .unwrap_or_else(|| panic!("{place:?} is not shown"));
            assert_eq!(wanted["key"].as_str(), record.key, "{place:?}");
            assert_eq!(headers(wanted), record.headers, "{place:?}");
            (seen, last, rest) = (seen + 1, Some(record), left);
        }
        let wanted = shown.keys().filter(|(t, ..)| t == topic).count();
        assert_eq!(seen, wanted, "{topic}");
        let last = last.expect("the topic has records");
        let path = format!(
            "/topics/{topic}/records?partition={}&offset={}&format=avro",
            last.partition, last.offset
        );
        let answer = operator(program, &path).await;
        assert_eq!(answer.body, last.value, "{topic}");
        match answer.status {
            // Decisions about dead letters stand in a header.
            204 => assert_eq!(*topic, "redrives"),
            _ => assert_eq!(answer.expect(200).body[0], 0, "Confluent's framing"),
        }
    }
}

/// A record in the form that `kcat_sees` asked for.
struct Printed<'a> {
    partition: u64,
    offset: u64,
    key: Option<&'a str>,
    headers: &'a str,
    value: &'a [u8],
}

fn kcats(output: &[u8]) -> (Printed<'_>, &[u8]) {
    let end = |bytes: &[u8]| bytes.iter().position(|b| *b == b'\n').expect("a line");
    let text = |bytes: &'_ [u8]| {
        std::str::from_utf8(bytes)
            .map(str::to_owned)
            .expect("UTF-8")
    };
    let (first, rest) = output.split_at(end(output));
    let first = text(first);
    let numbers: Vec<i64> = first
        .split(' ')
        .map(|n| n.parse().expect("a number"))
        .collect();
    let length = |n: i64| usize::try_from(n).unwrap_or(0);
    let (key, rest) = rest[1..].split_at(length(numbers[2]));
    let (headers, rest) = rest.split_at(end(rest));
    let (value, rest) = rest[1..].split_at(length(numbers[3]));
    let number = |n: i64| u64::try_from(n).expect("no place is negative");
    let printed = Printed {
        partition: number(numbers[0]),
        offset: number(numbers[1]),
        key: (numbers[2] >= 0).then(|| std::str::from_utf8(key).expect("UTF-8")),
        headers: std::str::from_utf8(headers).expect("UTF-8"),
        value,
    };
    (printed, &rest[1..])
}

/// Headers as kcat prints them.
fn headers(shown: &Value) -> String {
    let headers = shown["headers"].as_object().expect("headers").iter();
    let pairs: Vec<String> = headers
        .map(|(name, text)| format!("{name}={}", text.as_str().expect("text")))
        .collect();
    pairs.join(",")
}
