//! Inboxes: bounds, histories that are told twice, mails.

use model::Json;
use model::events::effects::Mail;
use model::events::notification::{Command, Notice, TYPES};
use model::tables::inbox::{Details, Known, ROWS, SEEN, State, UNREAD};
use model::tables::number_key;
use serde_json::{Value, json};
use uuid::Uuid;

use super::step::Event;
use super::{Inbox, mail, rules};
use crate::testing::Run;

const ALICE: &str = "0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

fn notice(key: &str) -> Event {
    Event::Notice(Notice {
        address: ALICE.into(),
        kind: "item_sold".into(),
        event_key: key.into(),
        metadata: Json::from(json!({"nftName": key, "link": "https://m.example"})),
        timestamp: 5,
        ..Notice::default()
    })
}

fn command(command: &str, id: &str, with: impl FnOnce(&mut Command)) -> Event {
    let mut asked = Command {
        address: ALICE.into(),
        command: command.into(),
        command_id: id.into(),
        ..Command::default()
    };
    with(&mut asked);
    Event::Command(Box::new(asked))
}

fn id_at(run: &Run<Inbox>, order: i64) -> Uuid {
    let known = run
        .state()
        .known
        .iter()
        .find(|(_, known)| known.order() == order);
    *known.expect("it is known").0
}

#[test]
fn an_inbox_keeps_the_newest_and_forgets_rows_and_marks_together() {
    let mut run = Run::new(Inbox);
    // Full, as if it had been told so much: order 1 to the bound.
    let full = (1..=rules::KNOWN_MAX as i64).map(|n| (Uuid::from_u128(n as u128), Known(n, 0)));
    let state = State {
        known: full.collect(),
        last: rules::KNOWN_MAX as i64,
        ..State::default()
    };
    run.states.insert(ALICE.into(), state);
    for order in 1..=4 {
        for table in [ROWS, UNREAD] {
            let row = number_key(order).to_vec().into();
            run.rows.insert((table, ALICE.into(), row), Value::Null);
        }
    }
    for key in ["a", "b", "c"] {
        run.apply(&notice(key), 1).unwrap();
    }
    let known = &run.state().known;
    assert_eq!(known.len(), rules::KNOWN_MAX);
    assert_eq!(known.values().map(|known| known.order()).min(), Some(4));
    for table in [ROWS, UNREAD] {
        assert!(run.row(table, ALICE, &number_key(3)).is_none(), "{table}");
        assert!(run.row(table, ALICE, &number_key(4)).is_some(), "{table}");
        assert_eq!(run.count(table), 4);
    }
    // What is still known is not told anew.
    run.apply(&notice("c"), 1).unwrap();
    assert_eq!(run.state().last, rules::KNOWN_MAX as i64 + 3);
    assert_eq!(run.count(ROWS), 4);
}

#[test]
fn order_never_goes_back_when_the_clock_does() {
    let mut run = Run::new(Inbox);
    for (key, now) in [("a", 1000), ("b", 900), ("c", 900), ("d", 2000)] {
        run.apply(&notice(key), now).unwrap();
    }
    let mut orders: Vec<i64> = run
        .state()
        .known
        .values()
        .map(|known| known.order())
        .collect();
    orders.sort_unstable();
    assert_eq!(orders, [1000, 1001, 1002, 2000]);
}

/// The same things, however often each arrives: once, twice at once, or all of them again.
#[test]
fn doubled_histories_come_to_the_same() {
    let history = |ids: &[String]| {
        vec![
            notice("a"),
            notice("b"),
            command("read", "r1", |asked| asked.ids = ids.to_vec()),
            notice("c"),
            command("subscription", "s1", |asked| {
                asked.details = Json::from(json!({"ignore_all_email": true}));
            }),
            command("opt-out", "o1", |asked| {
                asked.scope = Some("community".into());
                asked.scope_id = Some("c1".into());
            }),
        ]
    };
    let mut first = Run::new(Inbox);
    first.apply(&notice("a"), 10).unwrap();
    let ids = [id_at(&first, 10).to_string()];
    let mut once = Run::new(Inbox);
    for event in history(&ids) {
        once.apply(&event, 10).unwrap();
    }
    let mut doubled = Run::new(Inbox);
    for event in history(&ids) {
        doubled.apply(&event, 10).unwrap();
        doubled.apply(&event, 10).unwrap();
    }
    for event in history(&ids) {
        doubled.apply(&event, 10).unwrap();
    }
    assert_eq!(doubled.state(), once.state());
    assert_eq!(doubled.rows, once.rows);
    assert_eq!(doubled.effects, once.effects);
    assert_eq!(once.count(UNREAD), 2);
}

#[test]
fn what_was_read_of_everybodys_is_bounded() {
    let mut run = Run::new(Inbox);
    let ids: Vec<String> = (0..5000_u128)
        .map(|n| Uuid::from_u128(n).to_string())
        .collect();
    for (n, ids) in ids.chunks(rules::IDS_MAX).enumerate() {
        let read = command("read", &format!("r{n}"), |asked| {
            asked.broadcast_ids = ids.to_vec()
        });
        run.apply(&read, n as i64).unwrap();
    }
    assert_eq!(run.state().seen.len(), rules::SEEN_MAX);
    assert_eq!(run.count(SEEN), rules::SEEN_MAX);
    assert!(run.state().seen.contains_key(&Uuid::from_u128(4999)));
    let many = command("read", "many", |asked| {
        asked.ids = vec![String::new(); rules::IDS_MAX + 1]
    });
    let before = run.state().seen.len();
    run.apply(&many, 9).unwrap();
    let answer = run
        .row(model::tables::inbox::ANSWERS, ALICE, b"many")
        .unwrap();
    assert_eq!(answer["refused"], "too-many");
    assert_eq!(run.state().seen.len(), before);
}

#[test]
fn answers_are_forgotten_with_their_commands() {
    let mut run = Run::new(Inbox);
    for n in 0..rules::COMMANDS_MAX + 2 {
        run.apply(&command("read", &format!("r{n}"), |_| {}), 1)
            .unwrap();
    }
    assert_eq!(run.state().commands.len(), rules::COMMANDS_MAX);
    assert_eq!(
        run.count(model::tables::inbox::ANSWERS),
        rules::COMMANDS_MAX
    );
}

#[test]
fn each_type_that_is_mailed_has_a_mail() {
    let metadata =
        json!({"title": "T", "link": "https://m.example/x", "url": "https://m.example/x"});
    for (kind, mailed) in TYPES {
        assert_eq!(mail::has(kind), mailed, "{kind}");
        let made = mail::notification(kind, ALICE, "a@example.org", Some("Ada"), &metadata);
        assert_eq!(made.is_some(), mailed, "{kind}");
        let Some(made) = made else { continue };
        assert!(
            !made.subject.is_empty() && !made.subject.contains('['),
            "{kind}: {}",
            made.subject
        );
        assert!(
            made.action_text
                .as_ref()
                .is_none_or(|text| !text.is_empty()),
            "{kind}"
        );
        assert!(
            made.html.contains("{{unsubscribeOne}}") && made.text.contains("{{unsubscribeAll}}")
        );
        assert_eq!(
            (made.title.as_str(), made.title_highlight.as_str()),
            ("Hey there", "Ada")
        );
    }
}

#[test]
fn a_mail_says_what_it_knows_and_hides_what_it_does_not() {
    let metadata = json!({"amount": "2.5", "manaAmount": "2500000000000000000",
        "senderAddress": "0xB", "receiverAddress": ALICE});
    let tip = mail::notification("tip_received", ALICE, "a@example.org", None, &metadata).unwrap();
    assert_eq!(tip.subject, "You were tipped 2.50 MANA");
    assert_eq!(tip.title_highlight, "Unknown");
    assert_eq!(tip.text.lines().nth(2), Some("The sender's wallet is 0xB."));
    let banned = json!({"reason": "spam", "bannedAt": 1, "expiresAt": 1_767_225_600_000_i64});
    let banned = mail::notification("banned", ALICE, "a@example.org", None, &banned).unwrap();
    assert!(
        banned
            .content
            .ends_with("<p>The ban ends on 2026-01-01.</p>"),
        "{}",
        banned.content
    );
}

fn hostile() -> Value {
    let text = "\"'><script>alert(1)</script>{{code}}{{unsubscribeAll}}\r\nBcc: x@y.z\u{202e}\0";
    json!({"title": text, "description": text, "name": text, "nftName": text, "tokenName": text, "reason": text,
        "link": "javascript:alert(1)", "url": "data:text/html,x", "image": "https://x\" onerror=\"alert(1)",
        "tokenImage": text, "world": text, "permissions": [text, text], "campaignName": text, "tenant": text,
        "proposalTitle": text, "customMessage": text, "myHangouts": "vbscript:x", "senderUsername": text})
}

#[test]
fn an_event_that_begins_is_called_by_its_own_name() {
    let metadata = json!({ "name": "The Gala", "title": "T", "description": "D", "image": "https://i.example/x" });
    for (kind, subject) in [
        ("events_started", "The Gala has begun"),
        ("events_starts_soon", "The Gala begins soon"),
    ] {
        let made = mail::notification(kind, ALICE, "a@example.org", Some("Alice"), &metadata);
        let made = made.unwrap();
        assert_eq!(made.subject, subject);
        assert_eq!(made.banner_label.as_deref(), Some("The Gala"));
        assert_eq!(made.title_highlight, "Alice");
    }
}

#[test]
fn what_is_under_a_picture_is_not_said_twice() {
    let metadata = |name: &str| json!({ "title": "A new key", "description": "D", "image": "https://i.example/x", "name": name });
    let html = |metadata: &Value| {
        let made = mail::notification(
            "streaming_key_reset",
            ALICE,
            "a@example.org",
            None,
            metadata,
        );
        made.unwrap().html
    };
    let under = |text: &str| format!("<span style=\"font-size:13px;color:#716b7c\">{text}</span>");
    assert!(html(&metadata("The Plaza")).contains(&under("The Plaza")));
    assert!(!html(&metadata("A new key")).contains(&under("A new key")));
}

#[test]
fn hostile_text_is_text_in_every_mail() {
    for (kind, _) in TYPES.iter().filter(|(_, mailed)| *mailed) {
        let name = "<img src=x>{{code}}";
        let made =
            mail::notification(kind, ALICE, "a@example.org", Some(name), &hostile()).unwrap();
        let Mail {
            html,
            content,
            text,
            subject,
            action_link,
            banner_url,
            ..
        } = &made;
        for part in [html, content] {
            for bad in [
                "<script",
                "<img src=x",
                "javascript:",
                "{{code}}",
                "onerror=\"",
                "\0",
            ] {
                assert!(!part.contains(bad), "{kind}: {bad} in {part}");
            }
        }
        assert!(!content.contains("{{"), "{kind}: {content}");
        assert!(
            !text.contains("{{code}}") && !text.contains('\r'),
            "{kind}: {text}"
        );
        assert_eq!(text.matches("{{unsubscribeAll}}").count(), 1, "{kind}");
        assert!(
            subject.chars().all(|c| !c.is_control()) && !subject.contains("{{"),
            "{kind}"
        );
        assert_eq!(*banner_url, None, "{kind}");
        let own =
            |link: &String| link.starts_with("{{decentraland}}") || link.starts_with("{{account}}");
        assert!(
            action_link.as_ref().is_none_or(own),
            "{kind}: {action_link:?}"
        );
    }
}

#[test]
fn details_start_as_wanted_and_keep_only_what_differs() {
    let mut run = Run::new(Inbox);
    let sent = |details: Value| move |asked: &mut Command| asked.details = Json::from(details);
    let off = json!({"message_type": {"banned": {"email": false}}});
    run.apply(&command("subscription", "1", sent(off)), 0)
        .unwrap();
    assert!(!run.state().details.wants_mail("banned"));
    let on = json!({"message_type": {"banned": {"email": true, "in_app": true}}});
    run.apply(&command("subscription", "2", sent(on)), 0)
        .unwrap();
    assert_eq!(run.state().details, Details::default());
    run.apply(&command("subscription", "3", sent(json!([1]))), 0)
        .unwrap();
    assert_eq!(
        run.state(),
        &State {
            commands: vec!["1".into(), "2".into(), "3".into()],
            ..State::default()
        }
    );
}
