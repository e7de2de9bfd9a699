//! A read model that was damaged by hand is found out, one that is right is said to be, and every key can say why it is as
//! it is.

use std::time::Duration;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::crowd::deployed;
use crate::http::{get, operator, post, put, records, send, settle};
use crate::process::{Finished, Launch, Program, Scratch, TOKEN};

const CONSUMERS: usize = 20;

/// Fails unless every row of every read model is what the log makes it.
pub(crate) async fn every_read_model_is_right(program: &Program) {
    let models = operator(program, "/generations").await.expect(200).json();
    let mut keys = 0;
    for model in models.as_array().expect("a list of read models") {
        let name = model["readModel"]
            .as_str()
            .expect("a read model has a name");
        let report = verified(program, &format!("{name}?all=true")).await;
        keys += report["keys"].as_u64().expect("keys are counted");
    }
    assert!(keys > 0, "nothing was compared");
}

/// The report of a verification that finds nothing.
async fn verified(program: &Program, asked: &str) -> Value {
    let url = program.at(&format!("/operator/verify/{asked}"));
    let asks = get(&url)
        .bearer_auth(TOKEN)
        .timeout(Duration::from_secs(300));
    let lines = send(asks).await.expect(200).text();
    let last = lines.lines().last().expect("it says how it ended");
    let last: Value = serde_json::from_str(last).expect("a line is JSON");
    assert_eq!(last["report"]["differences"], 0, "{asked}: {lines}");
    let notes = last["report"]["notes"].as_array().expect("a list").iter();
    let odd = |note: &&Value| {
        !note
            .as_str()
            .is_some_and(|n| n.ends_with("there is nothing to verify"))
    };
    assert_eq!(notes.filter(odd).count(), 0, "{asked}: {lines}");
    last["report"].clone()
}

fn name(number: usize) -> String {
    format!("c{number:02}")
}

async fn register(program: &Program, number: usize) {
    let url = program.at(&format!("/deployments/queue/{}", name(number)));
    send(put(&url, &json!({}))).await.expect(200);
}

/// Consumers, an entity, and one of them that has worked on it.
async fn some_consumers(program: &Program) {
    for number in 0..CONSUMERS {
        register(program, number).await;
    }
    let events: Value = vec![deployed("10,10", 1).1].into();
    let feed = post(&program.at("/events-notifier/events"), &events).bearer_auth(TOKEN);
    send(feed).await.expect(202);
    settle(program).await;
    let lease = post(
        &program.at("/deployments/queue/c01/lease"),
        &json!({ "limit": 1, "ttl": "1h" }),
    );
    send(lease).await.expect(200);
    settle(program).await;
}

async fn ask(scratch: &Scratch, program: &Program, arguments: &[&str]) -> Finished {
    let asked = arguments.join("-").replace(['/', ' '], "");
    Launch::verb(scratch, &format!("verb-{asked}"), arguments)
        .argument("--url")
        .argument(&program.url)
        .argument("--token")
        .argument(TOKEN)
        .finish()
        .await
}

/// Changes a document of the store, as nobody should.
fn damage(store: &Connection, table: &str, key: &str, row: &str, change: impl Fn(&mut Value)) {
    let at = format!("FROM \"{table}\" WHERE pk = ?1 AND ck = ?2");
    let place = (key.as_bytes(), row.as_bytes());
    let doc: Vec<u8> = store
        .query_row(&format!("SELECT doc {at}"), place, |row| row.get(0))
        .expect("the row is there");
    let mut doc: Value = serde_json::from_slice(&doc).expect("a document is JSON");
    change(&mut doc);
    let sql = format!("UPDATE \"{table}\" SET doc = ?3 WHERE pk = ?1 AND ck = ?2");
    let doc = serde_json::to_vec(&doc).expect("JSON");
    let changed = store.execute(&sql, (place.0, place.1, doc));
    assert_eq!(changed.expect("the store can be written"), 1);
}

/// An aggregate and a row changed, one removed, two added: one of them where no key of the log would look.
fn damage_by_hand(up: &Launch) {
    let store = Connection::open(up.data().join("store.db")).expect("the store is a file");
    damage(&store, "consumers_g1", "c03", "", |doc| {
        doc["lastAt"] = 17.into()
    });
    damage(&store, "consumer_names_g1", "all", "c05", |doc| {
        doc["since"] = 18.into()
    });
    let removed = store.execute(
        "DELETE FROM consumer_commands_g1 WHERE pk = CAST('c07' AS BLOB)",
        (),
    );
    assert_eq!(removed.expect("the store can be written"), 1);
    for (table, key) in [
        ("consumer_commands_g1", "c09"),
        ("consumer_history_g1", "nobody"),
    ] {
        let sql = format!("INSERT INTO \"{table}\" (pk, ck, doc, stamp) VALUES (?1, ?2, ?3, 257)");
        let row = (key.as_bytes(), &b"invented"[..], &b"{\"by\":\"hand\"}"[..]);
        assert_eq!(
            store.execute(&sql, row).expect("the store can be written"),
            1
        );
    }
}

#[tokio::test]
async fn what_was_damaged_by_hand_is_found_and_named() {
    let scratch = Scratch::new();
    let up = Launch::up(&scratch, "up");
    let program = up.start().await;
    some_consumers(&program).await;
    every_read_model_is_right(&program).await;
    let right = ask(&scratch, &program, &["verify", "consumers", "--all"]).await;
    assert_eq!(right.code, Some(0), "{}", right.output);
    assert!(
        right.output.contains("the same as the log"),
        "{}",
        right.output
    );
    assert!(program.terminate().await.success());
    damage_by_hand(&up);
    let program = up.start().await;

    let all = ask(&scratch, &program, &["verify", "consumers", "--all"]).await;
    assert_eq!(all.code, Some(3), "{}", all.output);
    for named in [
        "consumers_g1 \"c03\" is not what the log makes it",
        "/lastAt",
        "consumer_names_g1 \"all\" \"c05\" is not what the log makes it",
        "written by the events of \"c05\"",
        "consumer_commands_g1 \"c07\"",
        "is missing",
        "consumer_commands_g1 \"c09\" \"invented\" is there, and nothing in the log makes it",
        "consumer_history_g1 \"nobody\" \"invented\" is there, and nothing in the log makes it",
        "5 differences",
    ] {
        assert!(
            all.output.contains(named),
            "no {named:?} in: {}",
            all.output
        );
    }
    // The same in slices of the keys.
    let slices = [
        "verify",
        "consumers",
        "--all",
        "--memory",
        "4 KiB",
        "--output",
        "json",
    ];
    let slices = ask(&scratch, &program, &slices).await;
    assert_eq!(slices.code, Some(3), "{}", slices.output);
    let found: Value = serde_json::from_str(&slices.output).expect("JSON");
    assert!(found["report"]["passes"].as_u64() > Some(2), "{found}");
    let kinds = found["differences"].as_array().expect("a list").iter();
    let mut kinds: Vec<_> = kinds.map(|d| d["kind"].as_str().expect("text")).collect();
    kinds.sort_unstable();
    let expected = [
        "changed",
        "changed",
        "missing",
        "unexplained",
        "unexplained",
    ];
    assert_eq!(kinds, expected, "{found}");
    // A sample sees what its keys own; all of them are in this one.
    let sample = ["verify", "consumers", "--sample", "500", "--seed", "7"];
    let sample = ask(&scratch, &program, &sample).await;
    assert_eq!(sample.code, Some(3), "{}", sample.output);
    assert!(sample.output.contains("4 differences"), "{}", sample.output);
    assert!(sample.output.contains("seed 7"), "{}", sample.output);
    // Other read models are well, and pure feeds have nothing that could be wrong.
    verified(&program, "queue?all=true").await;
    let feed = ask(&scratch, &program, &["verify", "compat"]).await;
    assert_eq!(feed.code, Some(0), "{}", feed.output);
    assert!(
        feed.output.contains("there is nothing to verify"),
        "{}",
        feed.output
    );
}

#[tokio::test]
async fn a_read_model_is_right_while_events_flow() {
    let scratch = Scratch::new();
    let program = Launch::up(&scratch, "up").start().await;
    some_consumers(&program).await;
    let flows = async {
        for number in 0.. {
            register(&program, number % CONSUMERS).await;
        }
    };
    let looks = async {
        for _ in 0..4 {
            for asked in [
                "consumers?all=true",
                "consumers?sample=10",
                "consumers?all=true&memory=8%20KiB",
                "queue?all=true",
            ] {
                verified(&program, asked).await;
            }
        }
    };
    tokio::select! {
        () = flows => unreachable!("it never ends"),
        () = looks => {}
    }
    assert!(program.terminate().await.success());
}

#[tokio::test]
async fn a_generation_of_the_past_is_what_the_log_was() {
    let scratch = Scratch::new();
    let up = Launch::up(&scratch, "up");
    let program = up.start().await;
    some_consumers(&program).await;
    let until = records(&program, "deployments.consumers").await;
    let until = until
        .iter()
        .filter_map(|record| record["timestamp"].as_i64());
    let until = until.min().expect("there are commands").to_string();
    for verb in [
        &["generations", "build", "consumers", "--until", &until][..],
        &["generations", "status", "consumers", "--watch"],
        &["generations", "build", "consumers", "--wait"],
    ] {
        let built = ask(&scratch, &program, verb).await;
        assert_eq!(built.code, Some(0), "{}", built.output);
    }
    let past = verified(&program, "consumers?all=true&generation=2").await;
    let keys = past["keys"].as_u64().expect("keys are counted");
    assert!((1..CONSUMERS as u64).contains(&keys), "{past}");
    let now = verified(&program, "consumers?all=true&generation=3").await;
    assert_eq!(now["keys"], CONSUMERS, "{now}");
    let none = ask(
        &scratch,
        &program,
        &["verify", "consumers", "--generation", "9"],
    )
    .await;
    assert_eq!(none.code, Some(1), "{}", none.output);
    assert!(program.terminate().await.success());
    // A generation can be damaged, too, and only that one is wrong.
    let store = Connection::open(up.data().join("store.db")).expect("the store is a file");
    damage(&store, "consumers_g3", "c03", "", |doc| {
        doc["lastAt"] = 17.into()
    });
    drop(store);
    let program = up.start().await;
    let wrong = ["verify", "consumers", "--all", "--generation", "3"];
    let wrong = ask(&scratch, &program, &wrong).await;
    assert_eq!(wrong.code, Some(3), "{}", wrong.output);
    assert!(
        wrong.output.contains("consumers_g3 \"c03\""),
        "{}",
        wrong.output
    );
    verified(&program, "consumers?all=true").await;
    assert!(program.terminate().await.success());
}

#[tokio::test]
async fn a_key_says_why_it_is_as_it_is() {
    let scratch = Scratch::new();
    let program = Launch::up(&scratch, "up").start().await;
    some_consumers(&program).await;
    let told = ask(&scratch, &program, &["explain", "consumers", "c01"]).await;
    assert_eq!(told.code, Some(0), "{}", told.output);
    for named in [
        "deployments.consumers/",
        "/lastAt",
        "wrote    consumer_names \"all\" \"c01\"",
        "wrote    consumer_history",
        "2 events of \"c01\"",
    ] {
        assert!(
            told.output.contains(named),
            "no {named:?} in: {}",
            told.output
        );
    }
    let json = [
        "explain",
        "consumers",
        "c01",
        "--limit",
        "1",
        "--output",
        "json",
    ];
    let told = ask(&scratch, &program, &json).await;
    let told: Value = serde_json::from_str(&told.output).expect("JSON");
    assert_eq!(told["events"].as_array().map(Vec::len), Some(1), "{told}");
    assert_eq!(told["events"][0]["value"]["command"], "register", "{told}");
    let next = told["end"]["next"].as_u64().expect("there is more");
    let rest = ["explain", "consumers", "c01", "--from", &next.to_string()];
    let rest = ask(&scratch, &program, &rest).await;
    assert!(
        !rest.output.contains("wrote    consumer_names"),
        "{}",
        rest.output
    );
    assert!(
        rest.output.contains("wrote    consumer_history"),
        "{}",
        rest.output
    );
    // A partition key of a table is nobody's key, but somebody wrote there.
    let rows = ask(&scratch, &program, &["explain", "consumers", "all"]).await;
    assert_eq!(rows.code, Some(0), "{}", rows.output);
    for named in [
        "no event of",
        "consumer_names: row \"c04\" was written by \"c04\"",
    ] {
        assert!(
            rows.output.contains(named),
            "no {named:?} in: {}",
            rows.output
        );
    }
    // What is asked of the outside is told, and not with what.
    let events = operator(&program, "/explain/effects/x?limit=0").await;
    assert_eq!(events.status, 400);
    let secret = send(get(&program.at("/operator/explain/effects/x"))).await;
    assert_eq!(secret.status, 401, "{}", secret.text());
    assert!(program.terminate().await.success());
}
