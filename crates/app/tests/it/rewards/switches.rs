//! The platform is killed at every stage of building, switching, going back and dropping: there is always one live
//! generation, no switch stays half done, and nobody gets a mail twice because of it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::kills::{Teller, all_asked_for, impatient, requested};
use super::people::Person;
use super::providers::Provider;
use super::{platform, told};
use crate::cluster::stand::{Stand, Wants};
use crate::http::{Answer, operator, post, settle, try_send};
use crate::process::{Launch, Program, Scratch, TOKEN};
use crate::world::Dice;

const ROUNDS: usize = 20;
/// The decider of mails.
const MODEL: &str = "emails";
const PATIENCE: Duration = Duration::from_secs(180);

/// Asks for a change; `None` when the platform is killed meanwhile.
async fn change(url: &str, action: &str, body: &Value) -> Option<Answer> {
    let url = format!("{url}/operator/generations/{MODEL}/{action}");
    try_send(post(&url, body).bearer_auth(TOKEN)).await.ok()
}

/// The generations: exactly one is live, and it is the one that is read.
async fn generations(program: &Program) -> Value {
    let all = operator(program, "/generations").await.expect(200).json();
    let models = all.as_array().expect("a list").iter();
    let mut models = models.filter(|model| model["readModel"] == MODEL);
    let model = models.next().expect("it is there").clone();
    let of = model["generations"].as_array().expect("a list").iter();
    let live: Vec<_> = of.filter(|g| g["state"] == "live").collect();
    assert_eq!(live.len(), 1, "{model}");
    assert_eq!(live[0]["generation"], model["live"], "{model}");
    model
}

/// Waits until no switch and no drop is under way any more.
async fn settled(program: &Program) -> Value {
    let look = async {
        loop {
            let model = generations(program).await;
            let of = model["generations"].as_array().expect("a list");
            let dropping = of.iter().any(|g| g["state"] == "dropping");
            if model["switching"].is_null() && !dropping {
                return model;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let settled = tokio::time::timeout(PATIENCE, look).await;
    settled.expect("what was begun ends by itself")
}

/// What comes next: build, promote, roll back, drop, and again.
fn next(model: &Value) -> (&'static str, Value) {
    let of = model["generations"].as_array().expect("a list");
    let other = of.iter().find(|g| g["generation"] != model["live"]);
    match other.map(|g| (g["state"].as_str().unwrap_or_default(), &g["generation"])) {
        None => ("build", json!({})),
        Some(("building" | "ready", _)) => ("promote", json!({ "force": true })),
        // The first generation is the one that was there before; once it is back, the other can go.
        Some((_, number)) if *number == 1 => ("rollback", json!({})),
        Some((_, number)) => ("drop", json!({ "generation": number })),
    }
}

async fn killed_at_every_stage(up: &Launch, provider: &Provider, latest_ms: u64) {
    let mut dice = Dice::of_run(31);
    let person = Person::new(1);
    let program = up.start().await;
    person.with_email(&program, provider, "a@example.org").await;
    program.kill();
    let mut teller = Teller::new(&person);
    let mut stages: BTreeMap<&'static str, usize> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let program = up.start().await;
        let url = program.url.clone();
        let moment = async {
            let (action, body) = next(&settled(&program).await);
            let wait = tokio::time::sleep(Duration::from_millis(dice.below(latest_ms)));
            tokio::select! {
                () = wait => {}
                answer = async {
                    let answer = change(&url, action, &body).await;
                    // Killed a little after the change was answered, too: what follows from it goes on behind it.
                    tokio::time::sleep(Duration::from_millis(latest_ms)).await;
                    answer
                } => {
                    let answer = answer.expect("it is alive");
                    assert!(answer.status < 300, "{action}: {}", answer.text());
                }
            }
            *stages.entry(action).or_default() += 1;
            program.kill();
        };
        tokio::join!(teller.tell(&url), moment);
    }
    let program = up.start().await;
    settled(&program).await;
    settle(&program).await;
    println!("killed at {stages:?}, {} notices", teller.told);
    assert!(stages.len() == 4, "every stage had its kills: {stages:?}");
    let requested = requested(&program).await;
    all_asked_for(&requested, teller.told);
    let mut came: BTreeMap<String, usize> = BTreeMap::new();
    for letter in provider.letters() {
        *came.entry(letter.key).or_default() += 1;
    }
    for (key, times) in &came {
        assert_eq!(*times, 1, "{key} came {times} times");
        assert!(requested.contains_key(key), "nobody asked for {key}");
    }
    assert!(program.terminate().await.success());
}

#[tokio::test]
async fn kills_leave_one_live_generation_and_no_mail_twice() {
    let scratch = Scratch::new();
    let provider = Provider::sendgrid().await;
    let up = impatient(provider.serving(platform(&scratch, "up")));
    killed_at_every_stage(&up, &provider, 60).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_leave_one_live_generation_and_no_mail_twice_on_kafka_and_cassandra() {
    let wants = Wants {
        kafka: Wants::sessions_of(3),
        ..Wants::default()
    };
    let Some(stand) = Stand::when_asked(wants).await else {
        return;
    };
    let provider = Provider::sendgrid().await;
    let up = impatient(provider.serving(told(stand.process("up"))));
    killed_at_every_stage(&up, &provider, 400).await;
    stand.clear().await;
}
