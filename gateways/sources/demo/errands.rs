//! What simulated players do about credits: take part, and claim what their goals earned.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use futures::future::BoxFuture;
use http::{Method, header};
use model::dates::iso;
use serde_json::{Value, json};

use super::login::Login;
use super::world::DemoWorld;

/// Where the gap of every captcha of a demo is, per cent of the picture's width.
pub const CAPTCHA_X: f64 = 40.0;
/// Largest answer that is read.
const ANSWER_BYTES_MAX: usize = 1 << 20;
const HOUR_MS: i64 = 3_600_000;
/// How long a season of the demo is.
const SEASON_MS: i64 = 28 * 24 * HOUR_MS;
/// Header of a position.
const POSITION: &str = "x-worldlog-position";
/// Header by which a command is the same command.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Sends a request to the platform, as a client would.
pub type Call = Arc<dyn Fn(Request) -> BoxFuture<'static, Response> + Send + Sync>;

/// The season of a demo that began at `begun`, at `now` (ms): the key of its definition, and the definition.
pub fn season(begun: i64, now: i64) -> (String, Value) {
    let before = (now - begun).max(0) / SEASON_MS;
    let number = before + 1;
    // Begun a while ago: the ledger's clock is a little behind.
    let start = begun - HOUR_MS + before * SEASON_MS;
    let goal = |goal: (&str, &str, &str), steps: u32, reward: &str| {
        let (id, title, description) = goal;
        json!({"goalId": id, "week": null, "title": title, "description": description, "thumbnail": "",
            "rewardWei": reward, "totalSteps": steps})
    };
    let log_in = ("log-in", "Come in", "Log in on a day of the week");
    let visit = (
        "visit-profile",
        "Look around",
        "Open the passports of three people",
    );
    let definition = json!({
        "id": number,
        "name": format!("Demo season {number}"),
        "startDate": iso(start),
        "endDate": iso(start + SEASON_MS),
        "maxManaWei": "1000000000000000000000000",
        "weeklyManaWei": null,
        "paused": false,
        "goals": [
            goal(log_in, 1, "1000000000000000000"),
            goal(visit, 3, "2500000000000000000"),
        ],
    });
    (format!("season:{number}:1"), definition)
}

/// Runs the errands of the people of a world.
pub(super) struct Errands {
    world: DemoWorld,
    call: Call,
}

impl Errands {
    pub(super) fn new(world: &DemoWorld, call: Call) -> Self {
        let world = world.clone();
        Self { world, call }
    }

    /// Before somebody logs in: takes part, so that the log-in counts.
    pub(super) async fn before(&self, event: &Value, now: i64) {
        let Some(login) = self.login(event).filter(|_| is(event, "logged-in")) else {
            return;
        };
        // Under one key: who takes part already is not asked again.
        let headers = [(IDEMPOTENCY_KEY, "demo-enrolment".to_owned())];
        self.ask(&login, (Method::POST, "/credits/users"), &headers, "", now)
            .await;
    }

    /// After something that a goal may count, at `position`: claims if a goal is complete.
    pub(super) async fn after(&self, event: &Value, position: Option<String>, now: i64) {
        let counted = is(event, "logged-in") || is(event, "passport-opened");
        let Some(login) = self.login(event).filter(|_| counted) else {
            return;
        };
        let path = format!("/credits/users/{}/progress", login.address());
        let headers: Vec<_> = position
            .map(|token| (POSITION, token))
            .into_iter()
            .collect();
        let progress = self
            .ask(&login, (Method::GET, &path), &headers, "", now)
            .await;
        if !progress.is_some_and(|progress| waits(&progress)) {
            return;
        }
        let captcha = "/credits/captcha";
        self.ask(&login, (Method::GET, captcha), &[], "", now).await;
        let answer = json!({ "x": CAPTCHA_X }).to_string();
        let claimed = self.ask(&login, (Method::POST, captcha), &[], &answer, now);
        if let Some(claimed) = claimed.await {
            let credits = &claimed["credits_granted"];
            tracing::info!(%credits, "{} claimed what its goals earned", login.address());
        }
    }

    fn login(&self, event: &Value) -> Option<Login> {
        let address = event["metadata"]["userAddress"].as_str()?;
        let world = self.world.read();
        let person = world.people.iter().find(|p| p.login.address() == address)?;
        Some(person.login.clone())
    }

    /// Asks, signed; null for an answer that is no JSON, nothing for one that is no success.
    async fn ask(
        &self,
        login: &Login,
        (method, path): (Method, &str),
        headers: &[(&str, String)],
        body: &str,
        now: i64,
    ) -> Option<Value> {
        let mut request = Request::builder().method(&method).uri(path);
        for (name, value) in login.headers(method.as_str(), path, now) {
            request = request.header(name, value);
        }
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_owned()));
        let answer = (self.call)(request.ok()?).await;
        let status = answer.status();
        if !status.is_success() {
            tracing::debug!(%status, path, "an errand of a simulated player was refused");
            return None;
        }
        let body = to_bytes(answer.into_body(), ANSWER_BYTES_MAX).await.ok()?;
        Some(serde_json::from_slice(&body).unwrap_or_default())
    }
}

fn is(event: &Value, sub_type: &str) -> bool {
    event["subType"] == sub_type
}

/// Whether a goal is complete and its reward waits.
fn waits(progress: &Value) -> bool {
    let goals = progress["goals"].as_array().into_iter().flatten();
    goals.into_iter().any(|goal| {
        let steps = |name: &str| goal["progress"][name].as_i64().unwrap_or_default();
        goal["isClaimed"] == false && steps("completedSteps") >= steps("totalSteps")
    })
}

#[cfg(test)]
mod tests {
    use model::dates::parse_iso;

    use super::*;

    #[test]
    fn one_season_follows_another_without_a_gap_and_each_lasts_when_it_is_defined() {
        let begun = 1_767_225_600_000;
        let mut end = None;
        for number in 0..3 {
            let now = begun + number * SEASON_MS + 5;
            let (key, season) = season(begun, now);
            assert_eq!(key, format!("season:{}:1", number + 1));
            let at = |name: &str| parse_iso(season[name].as_str().expect("a date")).expect("UTC");
            assert!((at("startDate")..at("endDate")).contains(&now));
            assert!(end.is_none_or(|end| end == at("startDate")));
            end = Some(at("endDate"));
            // The same from start to start, so that it is one definition.
            assert_eq!(self::season(begun, now + 7).1, season);
        }
    }

    #[test]
    fn a_complete_goal_waits_until_it_is_claimed() {
        let goal = |done: i64, claimed: bool| json!({"goals": [{"progress": {"totalSteps": 3, "completedSteps": done}, "isClaimed": claimed}]});
        assert!(waits(&goal(3, false)));
        assert!(!waits(&goal(2, false)) && !waits(&goal(3, true)) && !waits(&json!({})));
    }
}
