//! The platform is killed while it sends mails: each mail came once or is reported, and none is forgotten.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::people::{Person, now};
use super::providers::Provider;
use super::{SERVICE, platform};
use crate::http::{distinct, operator, post, settle, try_send};
use crate::process::{Launch, Program, Scratch, until};
use crate::replay::every_read_model_is_right;
use crate::world::Dice;

const ROUNDS: usize = 20;
const LATEST_MS: u64 = 250;
/// Notifications of one post.
const BATCH: usize = 4;
const PATIENCE: Duration = Duration::from_secs(180);

/// Tries are short, so that who comes next need not wait long until it may say that nobody knows.
pub(super) fn impatient(launch: Launch) -> Launch {
    launch
        .environment("WORLDLOG__EFFECTS__ATTEMPT_TIMEOUT", "1s")
        .environment("WORLDLOG__EFFECTS__STOP_GRACE", "100ms")
        .environment("WORLDLOG__EFFECTS__LEDGER_INTERVAL", "200ms")
        .environment("WORLDLOG__EFFECTS__CONCURRENCY", "4")
}

/// Posts notifications to a person one batch after another, each until a platform has taken it.
pub(super) struct Teller<'a> {
    person: &'a Person,
    pub(super) told: usize,
    pub(super) stop: AtomicBool,
}

impl<'a> Teller<'a> {
    pub(super) fn new(person: &'a Person) -> Self {
        Self {
            person,
            told: 0,
            stop: AtomicBool::new(false),
        }
    }

    /// Goes on until it is told to stop or the platform is gone. A batch that was not answered is said again next time:
    /// its notifications have keys.
    pub(super) async fn tell(&mut self, program_url: &str) {
        while !self.stop.load(Ordering::Relaxed) {
            let batch: Value = (self.told..self.told + BATCH)
                .map(|n| self.notice(n))
                .collect();
            let url = format!("{program_url}/notifications/notifications");
            match try_send(post(&url, &batch).bearer_auth(SERVICE)).await {
                Ok(answer) if answer.status == 204 => self.told += BATCH,
                Ok(answer) => assert_eq!(answer.status, 503, "{}", answer.text()),
                Err(_) => return,
            }
        }
    }

    fn notice(&self, number: usize) -> Value {
        json!({ "type": "reward_assignment", "address": self.person.address, "eventKey": format!("k{number}"),
            "timestamp": now(), "metadata": { "title": "T", "description": "D", "tokenName": format!("Hat {number}"),
                "tokenImage": "https://i.example/x.png" } })
    }
}

/// Effects of the kind `mail` that were asked for, by key, with the subject of each.
pub(super) async fn requested(program: &Program) -> BTreeMap<String, String> {
    let mut requested = BTreeMap::new();
    for record in distinct(program, "effects.mail").await {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let before = requested.insert(text(&record["key"]), text(&record["value"]["subject"]));
        assert_eq!(before, None, "asked for twice: {record}");
    }
    requested
}

/// What became of each, once something has become of all.
async fn outcomes(
    program: &Program,
    requested: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let end = std::time::Instant::now() + PATIENCE;
    loop {
        let mut outcomes = BTreeMap::new();
        for record in distinct(program, "effects.outcomes").await {
            let value = &record["value"];
            let text = |name: &str| value[name].as_str().expect("text").to_owned();
            let before = outcomes.insert(text("key"), text("outcome"));
            assert_eq!(before, None, "two outcomes: {record}");
        }
        if outcomes.len() >= requested.len() {
            assert!(outcomes.keys().eq(requested.keys()));
            return outcomes;
        }
        let open: Vec<_> = requested
            .keys()
            .filter(|key| !outcomes.contains_key(*key))
            .collect();
        assert!(std::time::Instant::now() < end, "forgotten: {open:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Every notification that was taken has exactly one mail.
pub(super) fn all_asked_for(requested: &BTreeMap<String, String>, told: usize) {
    let mut subjects: BTreeMap<&str, usize> = BTreeMap::new();
    for subject in requested.values() {
        *subjects.entry(subject).or_default() += 1;
    }
    for number in 0..told {
        let subject = format!("You were given Hat {number}");
        assert_eq!(subjects.get(&*subject), Some(&1), "{subject}");
    }
}

#[tokio::test]
async fn each_mail_comes_once_or_is_reported_through_kills() {
    let mut dice = Dice::of_run(23);
    let scratch = Scratch::new();
    let provider = Provider::sendgrid().await;
    let up = impatient(provider.serving(platform(&scratch, "up")));
    let person = Person::new(1);
    let program = up.start().await;
    person
        .with_email(&program, &provider, "a@example.org")
        .await;
    program.kill();
    provider.refuse_one_of(7);
    let mut teller = Teller::new(&person);
    for round in 0..ROUNDS {
        let program = up.start().await;
        let url = program.url.clone();
        // Every other kill falls in the middle of a try: the provider has the mail, and does not say so.
        let moment = async {
            match round % 2 {
                0 => tokio::time::sleep(Duration::from_millis(dice.below(LATEST_MS))).await,
                _ => tokio::time::timeout(PATIENCE, provider.hold())
                    .await
                    .expect("a mail"),
            }
            program.kill();
        };
        tokio::join!(teller.tell(&url), moment);
        provider.release();
    }
    let program = up.start().await;
    settle(&program).await;
    let requested = requested(&program).await;
    all_asked_for(&requested, teller.told);
    let outcomes = outcomes(&program, &requested).await;
    let mut came: BTreeMap<String, usize> = BTreeMap::new();
    for letter in provider.letters() {
        assert_eq!(letter.subject, requested[&letter.key], "a key is one mail");
        *came.entry(letter.key).or_default() += 1;
    }
    let mut unknown = BTreeSet::new();
    for (key, outcome) in &outcomes {
        let times = came.get(key).copied().unwrap_or(0);
        match outcome.as_str() {
            "done" => assert_eq!(times, 1, "{key} is done"),
            // Nobody knows, and an operator reads so; a person gets it once at most.
            "unknown" => {
                assert!(times <= 1, "{key} is unknown and came {times} times");
                unknown.insert(key.clone());
            }
            other => panic!("{key}: {other}"),
        }
    }
    println!(
        "{} mails, {} of them unknown",
        outcomes.len(),
        unknown.len()
    );
    assert!(
        unknown.len() >= ROUNDS / 2,
        "half of the kills are in the middle of a try"
    );
    let again = provider
        .asked()
        .into_values()
        .filter(|times| *times > 1)
        .count();
    assert!(
        again > 0,
        "some were refused, and asked again under the same key"
    );
    let failed = operator(&program, "/effects/failed?kind=mail&limit=1000")
        .await
        .expect(200)
        .text();
    for key in &unknown {
        assert!(
            failed.contains(key.as_str()),
            "{key} is not reported: {failed}"
        );
    }
    every_read_model_is_right(&program).await;
    assert!(program.terminate().await.success());
}

#[tokio::test]
async fn a_folder_has_each_mail_once_through_kills() {
    let mut dice = Dice::of_run(29);
    let scratch = Scratch::new();
    let outbox = scratch.path("outbox");
    let folder = outbox.to_str().expect("text").to_owned();
    let up =
        impatient(platform(&scratch, "up")).environment("WORLDLOG__NOTIFICATIONS__OUTBOX", folder);
    let person = Person::new(1);
    let program = up.start().await;
    let wish = json!({ "email": "a@example.org" });
    let wish = person.ask(
        &program,
        "notifications",
        ("PUT", "/set-email"),
        Some(&wish),
    );
    wish.await.expect(204);
    let code = until(PATIENCE, || code_in(&outbox))
        .await
        .expect("a mail with a code");
    let given = json!({ "address": person.address, "code": code });
    let url = program.at("/notifications/confirm-email");
    crate::http::send(crate::http::put(&url, &given))
        .await
        .expect(204);
    program.kill();
    let mut teller = Teller::new(&person);
    for _ in 0..ROUNDS {
        let program = up.start().await;
        let url = program.url.clone();
        let moment = async {
            tokio::time::sleep(Duration::from_millis(dice.below(LATEST_MS))).await;
            program.kill();
        };
        tokio::join!(teller.tell(&url), moment);
    }
    let program = up.start().await;
    settle(&program).await;
    let requested = requested(&program).await;
    all_asked_for(&requested, teller.told);
    let outcomes = outcomes(&program, &requested).await;
    assert!(
        outcomes.values().all(|outcome| outcome == "done"),
        "{outcomes:?}"
    );
    let files: BTreeSet<String> = fs::read_dir(&outbox)
        .expect("a folder")
        .map(|file| {
            file.expect("an entry")
                .file_name()
                .into_string()
                .expect("text")
        })
        .filter(|name| !name.starts_with('.'))
        .collect();
    let wanted: BTreeSet<String> = requested.keys().map(|key| format!("{key}.eml")).collect();
    assert_eq!(files, wanted);
    every_read_model_is_right(&program).await;
    assert!(program.terminate().await.success());
}

/// The code in the first mail of a folder that has one.
pub(super) fn code_in(outbox: &std::path::Path) -> Option<String> {
    let mut files = fs::read_dir(outbox).ok()?.filter_map(Result::ok);
    let file = files.find(|file| file.path().extension().is_some_and(|e| e == "eml"))?;
    let bytes = fs::read(file.path()).ok()?;
    let mail = mailparse::parse_mail(&bytes).ok()?;
    let text = mail.subparts.first()?.get_body().ok()?;
    let (_, rest) = text.split_once("/confirm-email/")?;
    Some(rest.split('?').next()?.to_owned())
}
