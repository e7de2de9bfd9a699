//! The read models are lost and folded anew from the log: the same answers byte for byte, and nobody gets a mail again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::people::Person;
use super::providers::Provider;
use super::{ADMIN, SERVICE, feed, platform};
use crate::http::{get, operator, post, put, records, send, settle, topics};
use crate::process::{Program, Scratch};

const T: i64 = 1_767_225_600_000;
/// Everybody whom an event of the catalogue tells something: events of every kind, two people.
const GOLDEN: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../processors/notices/golden"
);
const V2: &str = "urn:decentraland:matic:collections-v2:0xc0ffee";
/// The processors whose whole input is counted after the rebuild.
const FOLDED: [&str; 5] = ["ingest", "badges", "notices-rewards", "inbox", "emails"];

#[tokio::test]
async fn a_lost_store_comes_back_the_same_and_sendgrid_hears_nothing() {
    comes_back(Provider::sendgrid().await).await;
}

#[tokio::test]
async fn a_lost_store_comes_back_the_same_and_the_smtp_server_hears_nothing() {
    comes_back(Provider::smtp().await).await;
}

async fn comes_back(provider: Provider) {
    let scratch = Scratch::new();
    let up = provider.serving(platform(&scratch, "up"));
    let people = [Person::new(1), Person::new(2)];
    let program = up.start().await;
    live(&program, &provider, &people).await;
    let before = (answers(&program, &people).await, lengths(&program).await);
    rewarding(&before.0, &people);
    let mails = provider.letters();
    assert!(mails.len() > 40, "a mail of every kind: {}", mails.len());
    let keys: std::collections::BTreeSet<&str> = mails.iter().map(|l| &*l.key).collect();
    assert_eq!(keys.len(), mails.len(), "each mail came once");
    assert!(program.terminate().await.success());

    up.lose_the_store();
    let program = up.start().await;
    settle(&program).await;
    folded_from_the_beginning(&program).await;
    let after = (answers(&program, &people).await, lengths(&program).await);
    same(&after.0, &before.0);
    assert_eq!(after.1, before.1, "nothing is said twice");
    assert_eq!(provider.letters().len(), mails.len(), "no mail came again");
    // And it goes on: what is new is mailed.
    feed(&program, &reward(&people[0].checksum, "after the rebuild")).await;
    assert_eq!(provider.letters().len(), mails.len() + 1);
    assert!(program.terminate().await.success());
    assert_eq!(provider.letters().len(), mails.len() + 1);
}

/// People walk, trade, are told things, read some of them, and set what they want.
async fn live(program: &Program, provider: &Provider, people: &[Person; 2]) {
    let [alice, bob] = people;
    alice
        .with_email(program, provider, "alice@example.org")
        .await;
    bob.with_email(program, provider, "bob@example.org").await;
    feed(program, &built(alice)).await;
    feed(program, &done(alice)).await;
    feed(program, &catalogue(people)).await;
    let attended = (0..60).map(|n| json!({ "eventId": format!("e{n}"), "firstVisitAt": T + n }));
    let progress = json!({ "eventsAttended": attended.collect::<Vec<_>>() });
    let backfill = json!({ "registries": [{ "userAddress": bob.checksum, "data": { "progress": progress } }] });
    let url = program.at("/badges/badges/event_enthusiast/backfill");
    send(post(&url, &backfill).bearer_auth(ADMIN))
        .await
        .expect(200);
    let said = json!([
        { "type": "governance_announcement", "eventKey": "to all", "timestamp": T,
            "metadata": { "title": "News", "description": "For all", "link": "https://dao.example" } },
        { "type": "item_published", "address": bob.checksum, "eventKey": "i", "timestamp": T, "metadata": {} },
    ]);
    let url = program.at("/notifications/notifications");
    send(post(&url, &said).bearer_auth(SERVICE))
        .await
        .expect(204);
    settle(program).await;
    let listed = alice.ask(
        program,
        "notifications",
        ("GET", "/notifications?limit=3"),
        None,
    );
    let listed = listed.await.expect(200).json();
    let ids: Vec<&Value> = listed["notifications"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|n| &n["id"])
        .collect();
    let asked = json!({ "notificationIds": ids });
    let read = alice.ask(
        program,
        "notifications",
        ("PUT", "/notifications/read"),
        Some(&asked),
    );
    assert_eq!(read.await.expect(200).json()["updated"], 3);
    let out = json!({ "scope": "community", "scopeId": "c1" });
    let wish = ("POST", "/subscription/opt-outs");
    alice
        .ask(program, "notifications", wish, Some(&out))
        .await
        .expect(201);
    let mut details = alice
        .ask(program, "notifications", ("GET", "/subscription"), None)
        .await
        .expect(200)
        .json()["details"]
        .clone();
    details["message_type"]["banned"]["email"] = json!(false);
    alice
        .ask(
            program,
            "notifications",
            ("PUT", "/subscription"),
            Some(&details),
        )
        .await
        .expect(204);
    // Wrong codes are part of the state, too.
    let wish = json!({ "email": "bob-2@example.org" });
    bob.ask(program, "notifications", ("PUT", "/set-email"), Some(&wish))
        .await
        .expect(204);
    let guess = json!({ "address": bob.address, "code": "guess" });
    send(put(&program.at("/notifications/confirm-email"), &guess))
        .await
        .expect(400);
    settle(program).await;
}

/// Scenes and wearables, which badges look up.
fn built(person: &Person) -> Value {
    let scene = |n: i64| {
        let metadata = json!({ "display": { "title": format!("Scene {n}") } });
        deployed("scene", &person.address, &format!("{n},0"), metadata)
    };
    let wearable = |n: usize| {
        let urn = format!("{V2}:{n}");
        deployed(
            "wearable",
            &person.address,
            &urn,
            json!({ "id": urn, "rarity": "epic" }),
        )
    };
    let scenes = (0..4).map(scene);
    scenes.chain((0..3).map(wearable)).collect()
}

fn done(person: &Person) -> Value {
    let client = |kind: &str, at: i64, members: Value| {
        let mut metadata = json!({ "userAddress": person.checksum, "authChain": [], "sessionId": "s", "realm": "main" });
        for (name, value) in members.as_object().into_iter().flatten() {
            metadata[name] = value.clone();
        }
        json!({ "type": "client", "subType": kind, "key": format!("{kind}-{at}"), "timestamp": T + at, "metadata": metadata })
    };
    let worn = (0..3).map(|n| format!("{V2}:{n}")).collect::<Vec<_>>();
    let avatar =
        json!({ "name": "Alice", "description": "I build", "avatar": { "wearables": worn } });
    let mut events = vec![deployed(
        "profile",
        &person.address,
        &person.address,
        json!({ "avatars": [avatar] }),
    )];
    for n in 0..4 {
        let parcel = json!({ "parcel": { "newParcel": format!("({n}, 0)") } });
        events.push(client("move-to-parcel", n * 70_000, parcel));
    }
    events.extend((0..120).map(|n| {
        let emote = json!({ "emote": { "emoteIndex": -1, "isBase": true, "itemId": "wave", "source": "x" } });
        client("used-emote", n * 60_000, emote)
    }));
    events.push(client("walked-distance", 1, json!({ "stepCount": 45_000 })));
    events.push(client("vertical-height-reached", 2, json!({})));
    let receiver = format!("0x{}", "9".repeat(40));
    events.push(client(
        "passport-opened",
        3,
        json!({ "passport": { "receiver": receiver } }),
    ));
    events.into()
}

fn deployed(kind: &str, owner: &str, pointer: &str, metadata: Value) -> Value {
    let id = identity::hash::hash_v1(format!("{kind} {pointer}"));
    json!({ "type": "catalyst-deployment", "subType": kind,
        "entity": { "version": "v3", "id": id, "type": kind, "pointers": [pointer], "timestamp": T,
            "content": [], "metadata": metadata },
        "authChain": [{ "type": "SIGNER", "payload": owner, "signature": "" }],
        "contentServerUrls": ["http://127.0.0.1:1/content"] })
}

fn reward(address: &str, key: &str) -> Value {
    json!({ "type": "rewards", "subType": "reward-assigned", "key": key, "timestamp": T,
        "metadata": { "title": "T", "description": "D", "beneficiary": address, "tokenName": "Hat",
            "tokenImage": "https://i.example/x.png", "tokenRarity": "epic", "tokenCategory": "wearable" } })
}

/// The golden events of the notices, of every kind, told to these two people.
pub(crate) fn catalogue([alice, bob]: &[Person; 2]) -> Value {
    let mut events = Vec::new();
    let folders = fs::read_dir(Path::new(GOLDEN)).expect("the golden cases are there");
    let mut files: Vec<_> = folders
        .map(|f| f.expect("an entry").path().join("every_event/given.jsonl"))
        .collect();
    files.sort();
    for file in files.iter().filter(|file| file.is_file()) {
        let mut text = fs::read_to_string(file).expect("readable");
        for (from, to) in [("a", &alice.address), ("b", &bob.address)] {
            let lower = format!("0x{}", from.repeat(40));
            let mixed = format!("0x{}{}", from.to_uppercase().repeat(20), from.repeat(20));
            text = text.replace(&lower, to).replace(&mixed, to);
        }
        for line in text.lines() {
            let mut record: Value = serde_json::from_str(line).expect("a record a line");
            // Content servers tell of deployments, not services.
            if record["value"]["subType"] != "deployment" {
                events.push(record["value"].take());
            }
        }
    }
    events.into()
}

/// What the gateways of badges and notifications answer of these people, whole.
async fn answers(program: &Program, people: &[Person]) -> BTreeMap<String, Vec<u8>> {
    let mut answers = BTreeMap::new();
    let mut plain = [
        "/badges/badges",
        "/badges/badges/traveler",
        "/badges/badges/traveler/tiers",
        "/badges/badges/none",
        "/badges/categories",
    ]
    .map(str::to_owned)
    .to_vec();
    for person in people {
        let badges = format!("/badges/users/{}", person.checksum);
        plain.push(format!("{badges}/badges"));
        plain.push(format!("{badges}/badges?includeNotAchieved=true"));
        plain.push(format!("{badges}/preview"));
        let catalogue = send(get(&program.at("/badges/badges")))
            .await
            .expect(200)
            .json();
        for badge in catalogue["data"].as_array().expect("a list of badges") {
            plain.push(format!(
                "{badges}/badges/{}",
                badge["id"].as_str().expect("an id")
            ));
        }
        plain.push(format!(
            "/notifications/unsubscribe/{}?signature=00",
            person.address
        ));
    }
    for path in plain {
        let asked = get(&program.at(&path))
            .bearer_auth(ADMIN)
            .header("x-request-id", "the same");
        let answer = send(asked).await;
        answers.insert(
            path,
            [answer.status.to_string().into_bytes(), answer.body].concat(),
        );
    }
    for person in people {
        for path in [
            "/notifications?limit=50",
            "/notifications",
            "/notifications?onlyUnread",
            "/notifications?from=1&limit=50",
            "/subscription",
            "/subscription/opt-outs/community/c1",
        ] {
            let answer = person
                .ask(program, "notifications", ("GET", path), None)
                .await;
            let name = format!("{} {path}", person.address);
            answers.insert(
                name,
                [answer.status.to_string().into_bytes(), answer.body].concat(),
            );
        }
    }
    answers
}

/// Fails unless there was something to compare.
fn rewarding(answers: &BTreeMap<String, Vec<u8>>, [alice, bob]: &[Person; 2]) {
    let text = |name: String| String::from_utf8_lossy(&answers[&name]).into_owned();
    let badges = text(format!("/badges/users/{}/badges", alice.checksum));
    for badge in [
        "dclcitizen",
        "epic_ensemble",
        "profile_pro",
        "traveler",
        "moves_master",
        "walkabout_wanderer",
        "vertical_voyager",
        "social_butterfly",
        "land_architect",
    ] {
        assert!(
            badges.contains(&format!("\"{badge}\"")),
            "{badge}: {badges}"
        );
    }
    assert!(text(format!("/badges/users/{}/badges", bob.checksum)).contains("event_enthusiast"));
    let inbox = text(format!("{} /notifications?limit=50", alice.address));
    assert!(
        inbox.contains("\"read\":true") && inbox.contains("\"read\":false"),
        "{inbox}"
    );
    assert!(text(format!("{} /subscription", bob.address)).contains("bob-2@example.org"));
    let refused: Vec<_> = answers
        .iter()
        .filter(|(_, answer)| answer.starts_with(b"5"))
        .collect();
    assert!(refused.is_empty(), "{refused:?}");
}

/// The answers that differ, named and readable.
fn same(after: &BTreeMap<String, Vec<u8>>, before: &BTreeMap<String, Vec<u8>>) {
    assert!(after.keys().eq(before.keys()));
    for (name, answer) in after {
        let (after, before) = (
            String::from_utf8_lossy(answer),
            String::from_utf8_lossy(&before[name]),
        );
        assert_eq!(after, before, "{name}");
    }
}

/// How many records each topic has.
async fn lengths(program: &Program) -> BTreeMap<String, usize> {
    let mut lengths = BTreeMap::new();
    for (topic, _) in topics(program).await {
        let length = records(program, &topic).await.len();
        lengths.insert(topic, length);
    }
    lengths
}

/// This process has folded every record of the inputs, from offset 0, and skipped none as known.
async fn folded_from_the_beginning(program: &Program) {
    let scrape = send(get(&program.at("/metrics"))).await.expect(200).text();
    let processors = operator(program, "/processors").await.expect(200).json();
    for name in FOLDED {
        let processor = processors
            .as_array()
            .expect("a list")
            .iter()
            .find(|p| p["name"] == name);
        let input = processor
            .and_then(|p| p["input"].as_str())
            .unwrap_or_else(|| panic!("no processor {name}"));
        let there = records(program, input).await.len();
        assert!(there > 0, "{input} has records");
        let counted = |outcome: Option<&str>| -> f64 {
            let lines = scrape.lines().filter(|l| {
                l.starts_with("processor_events_total{")
                    && l.contains(&format!("processor=\"{name}\""))
            });
            let lines =
                lines.filter(|l| outcome.is_none_or(|o| l.contains(&format!("outcome=\"{o}\""))));
            lines
                .map(|l| {
                    l.rsplit(' ')
                        .next()
                        .expect("a value")
                        .parse::<f64>()
                        .expect("a number")
                })
                .sum()
        };
        assert_eq!(counted(None) as usize, there, "{name} reads all of {input}");
        assert_eq!(
            counted(Some("skipped")) as usize,
            0,
            "{name} knows nothing of before"
        );
    }
}
