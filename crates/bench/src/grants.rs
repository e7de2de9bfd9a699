//! From an action to the badge and the notification it earns, through the real binary, at a steady two thousand actions
//! a second.
//!
//! Actions are posted to the gateway `events-notifier` as a service would, ten in a request. In every other request one
//! of them earns a badge. Whoever earns it asks at once for their badges and, signed, for their notifications, both with
//! the position the post was answered with: the answers come when the read models show it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use reqwest::Client;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::people::{Person, now_ms};
use crate::startup::Running;
use crate::{play, report};

/// Actions a second.
const PER_SECOND: usize = 2_000;
/// Actions of one request.
const BATCH: usize = 10;
/// Requests in all.
const REQUESTS: usize = 2_000;
/// Who acts without earning anything.
const PLAYERS: usize = 1_000;
/// Requests at the start that are not measured.
const WARMING: usize = 200;
const TOKEN: &str = "bench";
const POSITION: &str = "x-worldlog-position";

pub(crate) async fn run() -> Result<()> {
    let running = Running::start(&[], &[("WORLDLOG__OPERATOR__TOKEN", TOKEN)])?;
    let server = Arc::new(Server {
        client: Client::builder().no_gzip().build()?,
        base: running.url(),
    });
    let people = (0..REQUESTS as u64 / 2).map(Person::new);
    let mut people: Vec<Person> = people.collect::<Result<_>>()?;
    let mut pace = tokio::time::interval(Duration::from_secs(1) * BATCH as u32 / PER_SECOND as u32);
    let mut earned = JoinSet::new();
    let mut others = JoinSet::new();
    for n in 0..REQUESTS {
        pace.tick().await;
        let server = Arc::clone(&server);
        let actions = actions(n)?;
        match (n % 2 == 0).then(|| people.pop()).flatten() {
            Some(person) => {
                drop(earned.spawn(async move { Ok((n, server.earn(&person, actions).await?)) }))
            }
            None => drop(others.spawn(async move { server.post(&actions).await })),
        }
    }
    let (mut badges, mut notifications) = (Vec::new(), Vec::new());
    while let Some(done) = earned.join_next().await {
        let (n, seen): (usize, Seen) = done?.map_err(|e: anyhow::Error| e)?;
        if n >= WARMING {
            badges.push(seen.badge);
            notifications.push(seen.notification);
        }
    }
    while let Some(done) = others.join_next().await {
        done??;
    }
    report::percentiles("action to badge, 2 000 actions/s", badges);
    report::percentiles("action to notification, 2 000 actions/s", notifications);
    Ok(())
}

/// What players do meanwhile.
fn actions(n: usize) -> Result<Vec<Value>> {
    let now = now_ms()?;
    let action = |k: usize| {
        let n = n * BATCH + k;
        let address = format!("0x{:040x}", n % PLAYERS);
        play::action(&address, n % 95, n, now)
    };
    Ok((1..BATCH).map(action).collect())
}

/// The binary.
struct Server {
    client: Client,
    base: String,
}

/// How long after the action each was seen.
struct Seen {
    badge: Duration,
    notification: Duration,
}

impl Server {
    /// Posts actions; gives their position.
    async fn post(&self, actions: &[Value]) -> Result<String> {
        let url = format!("{}/events-notifier/events", self.base);
        let request = self
            .client
            .post(url)
            .bearer_auth(TOKEN)
            .body(serde_json::to_vec(actions)?);
        let answer = request.send().await?.error_for_status()?;
        let position = answer.headers().get(POSITION).context("no position")?;
        Ok(position.to_str()?.to_owned())
    }

    /// Posts actions with one that earns a badge, and looks for what comes of it.
    async fn earn(&self, person: &Person, mut actions: Vec<Value>) -> Result<Seen> {
        actions.push(play::climb(&person.address, now_ms()?));
        let signed = person.signed_get("/notifications")?;
        let started = Instant::now();
        let position = self.post(&actions).await?;
        let badges = format!("{}/badges/users/{}/badges", self.base, person.address);
        let notifications = format!("{}/notifications/notifications", self.base);
        let (badge, notification) = tokio::try_join!(
            self.seen(&badges, HeaderMap::new(), &position, started),
            self.seen(&notifications, signed, &position, started),
        )?;
        let id = json!(play::CLIMBED);
        ensure!(
            badge.0["data"]["achieved"][0]["id"] == id,
            "no badge: {}",
            badge.0
        );
        let told = &notification.0["notifications"][0]["metadata"]["id"];
        ensure!(*told == id, "not told: {}", notification.0);
        Ok(Seen {
            badge: badge.1,
            notification: notification.1,
        })
    }

    /// Reads what is derived from a position; says when it was there.
    async fn seen(
        &self,
        url: &str,
        headers: HeaderMap,
        position: &str,
        started: Instant,
    ) -> Result<(Value, Duration)> {
        let request = self
            .client
            .get(url)
            .headers(headers)
            .header(POSITION, position);
        let body = request.send().await?.error_for_status()?.bytes().await?;
        Ok((serde_json::from_slice(&body)?, started.elapsed()))
    }
}
