//! Bad input: each is refused, or put aside, in words that name it; a counter tells of it; nothing else is held up or lost.

use ring::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};
use serde_json::{Value, json};

use super::people::{Person, now};
use super::{SERVICE, feed, platform};
use crate::http::{Answer, get, post, put, records, send, settle};
use crate::process::{Program, Scratch, TOKEN};

const SEGMENT: &str = "segment-key";
const CAPTCHA: &str = "40.0";
const YEAR_2200: i64 = 7_258_118_400_000;

async fn started(scratch: &Scratch) -> Program {
    let up = platform(scratch, "up")
        .environment("WORLDLOG__EVENTS_NOTIFIER__SEGMENT_SIGNING_KEY", SEGMENT)
        .environment("WORLDLOG__CREDITS__CREDITS_TEST_CAPTCHA_X", CAPTCHA);
    up.start().await
}

/// The sum of the samples of a counter whose labels hold all of these.
pub(super) async fn counted(program: &Program, name: &str, labels: &[&str]) -> u64 {
    let scrape = send(get(&program.at("/metrics"))).await.expect(200).text();
    let samples = scrape.lines().filter(|line| {
        let named = line
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with(['{', ' ']));
        named && labels.iter().all(|label| line.contains(label))
    });
    let values = samples.map(|line| line.rsplit(' ').next().expect("a value"));
    values
        .map(|value| value.parse::<f64>().expect("a number") as u64)
        .sum()
}

/// A track that an explorer reports, of somebody at a time.
fn track(person: &Person, message: &str, time: &str) -> Value {
    let chain = serde_json::to_string(&person.login).expect("a chain");
    json!({ "type": "track", "event": "walked_distance", "messageId": message, "properties": { "step_count": 3 },
        "timestamp": time, "sentAt": time, "receivedAt": time,
        "context": { "dcl_eth_address": person.checksum, "session_id": "s", "realm": "main", "auth_chain": chain } })
}

async fn forward(program: &Program, body: &str, key: &str) -> Answer {
    let key = Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes());
    let tag = sign(&key, body.as_bytes());
    let tag: String = tag
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let url = program.at("/events-notifier/forward");
    send(
        post(&url, &Value::Null)
            .header("x-signature", tag)
            .body(body.to_owned()),
    )
    .await
}

#[tokio::test]
async fn what_segment_would_never_send_is_refused_by_its_reason_and_the_rest_flows() {
    let scratch = Scratch::new();
    let program = started(&scratch).await;
    // Logged in for longer than anybody is, so that only the time is wrong.
    let alice = Person::until(1, "2300-01-01T00:00:00.000Z");
    let today = "2026-01-01T00:00:00.000Z";
    let good = track(&alice, "m-1", today);
    let mut unknown = track(&alice, "m-2", today);
    unknown["event"] = "opened_map".into();
    let mut large = track(&alice, "m-3", today);
    large["properties"]["note"] = "x".repeat(2 << 20).into();
    let mut looks = track(&alice, "m-4", today);
    // A Cyrillic letter that looks like the first `a` of the address.
    looks["context"]["dcl_eth_address"] = alice.address.replacen('a', "\u{430}", 1).into();
    for (body, key, status, reason, said) in [
        (&good, "another key", 401, "signature", "Invalid signature"),
        (&unknown, SEGMENT, 400, "event", "Invalid event"),
        (&large, SEGMENT, 413, "too_large", ""),
        (&looks, SEGMENT, 401, "chain", "Invalid AuthChain"),
        (
            &track(&alice, "m-5", "1970-01-01T00:00:00.000Z"),
            SEGMENT,
            400,
            "time",
            "Invalid event",
        ),
        (
            &track(&alice, "m-6", "2200-01-01T00:00:00.000Z"),
            SEGMENT,
            400,
            "time",
            "Invalid event",
        ),
    ] {
        let label = format!("reason=\"{reason}\"");
        let before = counted(&program, "forward_refused_total", &[&label]).await;
        let answer = forward(&program, &body.to_string(), key)
            .await
            .expect(status);
        if !said.is_empty() {
            assert_eq!(answer.json(), json!({ "error": said, "ok": false }));
        }
        let after = counted(&program, "forward_refused_total", &[&label]).await;
        assert_eq!(after, before + 1, "{reason}");
    }
    // The webhook comes again and again, as it was and after a restart of the sender: one event.
    for _ in 0..3 {
        forward(&program, &good.to_string(), SEGMENT)
            .await
            .expect(200);
    }
    settle(&program).await;
    let told = records(&program, "user.actions").await;
    let keys: Vec<&Value> = told.iter().map(|record| &record["value"]["key"]).collect();
    assert_eq!(keys, ["m-1"]);
    assert!(program.terminate().await.success());
}

fn banned(address: &str, key: &str, timestamp: i64, reason: &str) -> Value {
    json!({ "type": "moderation", "subType": "user-ban-created", "key": key, "timestamp": timestamp, "metadata": {
        "id": key, "bannedAddress": address, "bannedBy": "m", "reason": reason, "bannedAt": 1, "expiresAt": null } })
}

/// A member of what each of a person's notifications shows, the newest first.
pub(super) async fn told(program: &Program, person: &Person, member: &str) -> Vec<Value> {
    let wish = ("GET", "/notifications?limit=50");
    let listed = person.ask(program, "notifications", wish, None).await;
    let listed = listed.expect(200).json()["notifications"].clone();
    let rows = listed.as_array().expect("a list").iter();
    rows.map(|row| row["metadata"][member].clone()).collect()
}

#[tokio::test]
async fn events_of_no_time_of_nobody_and_of_too_much_are_named_and_the_rest_flows() {
    let scratch = Scratch::new();
    let program = started(&scratch).await;
    let alice = Person::new(1);
    let today = now();
    let refusals = ["route=\"/events\"", "status=\"400\""];
    for (event, named) in [
        (
            banned(&alice.address, "r1", YEAR_2200, "2200"),
            format!("timestamp: {YEAR_2200} is after "),
        ),
        (
            banned(&alice.address, "r2", -1, "before time"),
            "timestamp: -1 is less than 0".to_owned(),
        ),
        (
            json!({ "type": "moderation", "subType": "user-praised", "key": "k", "timestamp": today, "metadata": {} }),
            "\"moderation/user-praised\" is no event".to_owned(),
        ),
        (
            banned(&alice.address, "r3", today, &"x".repeat(5 << 20)),
            "at most 4194304 are taken".to_owned(),
        ),
    ] {
        let before = counted(&program, "http_requests_total", &refusals).await;
        // Beside a good one: all of a request or nothing.
        let body = json!([banned(&alice.address, "beside", today, "beside"), event]);
        let url = program.at("/events-notifier/events");
        let answer = send(post(&url, &body).bearer_auth(TOKEN))
            .await
            .expect(400)
            .json();
        assert_eq!(answer["index"], 1, "{answer}");
        let reason = answer["reason"].as_str().expect("a reason");
        assert!(reason.contains(&named), "{reason}");
        assert_eq!(
            counted(&program, "http_requests_total", &refusals).await,
            before + 1
        );
    }
    // What is taken and cannot be told goes to the dead letters, and names itself there.
    let looks = alice.address.replacen('a', "\u{430}", 1);
    let events = json!([
        banned(&alice.address, "old", 0, "of 1970"),
        banned(&looks, "looks", today, "for nobody"),
        banned(&alice.address, "large", today, &"x".repeat(2 << 20)),
        banned(&alice.address, "last", today, "the last"),
    ]);
    feed(&program, &events).await;
    let letters = records(&program, "dlq.notices-moderation").await;
    let said: Vec<String> = letters.iter().map(ToString::to_string).collect();
    assert_eq!(letters.len(), 2, "{said:?}");
    for (code, named) in [
        ("NOTICE_ADDRESS", "u{430}"),
        (
            "NOTICE_TOO_LARGE",
            "event large of moderation/user-ban-created",
        ),
    ] {
        let letter = said.iter().find(|letter| letter.contains(code));
        let letter = letter.unwrap_or_else(|| panic!("{code}: {said:?}"));
        assert!(letter.contains(named), "{letter}");
    }
    let dead = counted(
        &program,
        "dlq_records_total",
        &["processor=\"notices-moderation\""],
    )
    .await;
    assert_eq!(dead, 2);
    // An old event is history and takes its place; nothing is lost of all of them.
    assert_eq!(
        told(&program, &alice, "reason").await,
        ["the last", "of 1970"]
    );
    assert_eq!(records(&program, "moderation.events").await.len(), 4);
    assert!(program.terminate().await.success());
}

#[tokio::test]
async fn a_service_hears_what_is_wrong_with_its_notifications() {
    let scratch = Scratch::new();
    let program = started(&scratch).await;
    let alice = Person::new(1);
    let notice = |address: &str, timestamp: i64, reason: String| {
        json!({ "type": "banned", "address": address, "eventKey": "k", "timestamp": timestamp,
            "metadata": { "reason": reason } })
    };
    let url = program.at("/notifications/notifications");
    let looks = alice.address.replacen('a', "\u{430}", 1);
    let refusals = ["gateway=\"notifications\"", "status=\"400\""];
    for (notice, named) in [
        (
            notice(&alice.address, 0, "1970".into()),
            "\"[1].timestamp\" must be greater than 1672531200000",
        ),
        (notice(&looks, now(), "looks".into()), "u{430}"),
        (
            notice(&alice.address, now(), "x".repeat(100_000)),
            "\"[1].metadata\" is longer than 65536 bytes",
        ),
    ] {
        let before = counted(&program, "http_requests_total", &refusals).await;
        let body = json!([{ "type": "banned", "address": alice.address, "eventKey": "beside", "timestamp": now(),
            "metadata": {} }, notice]);
        let answer = send(post(&url, &body).bearer_auth(SERVICE))
            .await
            .expect(400)
            .json();
        let message = answer["message"].as_str().expect("a message");
        assert!(message.contains(named), "{message}");
        assert_eq!(
            counted(&program, "http_requests_total", &refusals).await,
            before + 1
        );
    }
    // More than that is not even read.
    let large = json!([notice(&alice.address, now(), "x".repeat(2 << 20))]);
    let answer = send(post(&url, &large).bearer_auth(SERVICE)).await;
    assert_eq!(answer.expect(413).json()["error"], "body_too_large");
    // Nor is a mail's address one that only looks like one, in its domain or beside it.
    for odd in [
        "а@",
        "@example.org",
        "a b@example.org",
        "a@exa mple.org",
        "a@b.c\r\nBcc: x@y.z",
    ] {
        let wish = json!({ "email": odd });
        let answer = alice
            .ask(
                &program,
                "notifications",
                ("PUT", "/set-email"),
                Some(&wish),
            )
            .await
            .expect(400);
        assert_eq!(answer.json()["message"], "Invalid email", "{odd:?}");
    }
    let good = json!([notice(&alice.address, now(), "good".into())]);
    send(post(&url, &good).bearer_auth(SERVICE))
        .await
        .expect(204);
    settle(&program).await;
    assert_eq!(told(&program, &alice, "reason").await, ["good"]);
    assert!(program.terminate().await.success());
}

#[tokio::test]
async fn nobody_guesses_his_way_through_a_captcha_or_a_code() {
    let scratch = Scratch::new();
    let program = started(&scratch).await;
    let (alice, bob) = (Person::new(1), Person::new(2));
    let tick = json!({ "type": "platform", "subType": "clock-tick", "key": "t", "timestamp": now(), "metadata": { "now": now() } });
    feed(&program, &tick).await;
    let answers = async |who: &Person, x: f64| {
        who.ask(&program, "credits", ("GET", "/captcha"), None)
            .await
            .expect(200);
        let place = json!({ "x": x });
        who.ask(&program, "credits", ("POST", "/captcha"), Some(&place))
            .await
            .expect(200)
            .json()
    };
    let route = [
        "gateway=\"credits\"",
        "route=\"/captcha\"",
        "status=\"200\"",
    ];
    let before = counted(&program, "http_requests_total", &route).await;
    for (guess, blocked) in [(0.0, false), (100.0, false), (60.0, true)] {
        let answer = answers(&alice, guess).await;
        assert_eq!(
            (&answer["ok"], &answer["isBlockedForClaiming"]),
            (&json!(false), &json!(blocked))
        );
    }
    // From now on even the right answer is none, however often it is given, and at once, too.
    let right: f64 = CAPTCHA.parse().expect("a number");
    for _ in 0..5 {
        let answer = answers(&alice, right).await;
        assert_eq!(
            (&answer["ok"], &answer["isBlockedForClaiming"]),
            (&json!(false), &json!(true))
        );
    }
    // Others are not held up.
    assert_eq!(answers(&bob, right).await["ok"], true);
    assert_eq!(
        counted(&program, "http_requests_total", &route).await,
        before + 18
    );
    for odd in [
        json!({ "x": -1 }),
        json!({ "x": 101 }),
        json!({ "x": "40" }),
        json!({}),
    ] {
        let answer = bob
            .ask(&program, "credits", ("POST", "/captcha"), Some(&odd))
            .await;
        assert_eq!(answer.status, 400, "{odd}: {}", answer.text());
    }
    // A challenge is used up by one answer: many at once are one try.
    bob.ask(&program, "credits", ("GET", "/captcha"), None)
        .await
        .expect(200);
    let place = json!({ "x": right });
    let at_once = (0..8).map(|_| bob.ask(&program, "credits", ("POST", "/captcha"), Some(&place)));
    let at_once = futures::future::join_all(at_once).await;
    let right: Vec<bool> = at_once
        .iter()
        .map(|a| a.json()["ok"] == true)
        .filter(|ok| *ok)
        .collect();
    assert_eq!(right.len(), 1);
    // So are codes of mails.
    let wish = json!({ "email": "a@example.org" });
    alice
        .ask(
            &program,
            "notifications",
            ("PUT", "/set-email"),
            Some(&wish),
        )
        .await
        .expect(204);
    let url = program.at("/notifications/confirm-email");
    let guess = |n: usize| json!({ "address": alice.address, "code": format!("{n:032}") });
    let guesses = (0..30).map(|n| send(put(&url, &guess(n))));
    let guesses: Vec<Value> = futures::future::join_all(guesses)
        .await
        .into_iter()
        .map(|a| a.expect(400).json()["message"].clone())
        .collect();
    let told = |message: &str| guesses.iter().filter(|said| *said == message).count();
    assert_eq!(told("Invalid code"), 5, "{guesses:?}");
    assert_eq!(
        told("No unconfirmed email for this address"),
        25,
        "{guesses:?}"
    );
    assert!(program.terminate().await.success());
}
