//! What the player does, and what is there afterwards that was not there before.

use std::collections::BTreeSet;
use std::time::Duration;

use gateways::sources::demo::{CAPTCHA_X, Visitor};
use runtime::ports::{Clock as _, SystemClock};
use serde::Serialize;
use serde_json::{Value, json};

use super::Action;
use super::client::Client;
use crate::exit::Failure;

/// How often it is looked for credits that were given and are not signed yet,
const SIGNED_TRIES: u32 = 40;
/// and the pause between two looks.
const SIGNED_PAUSE: Duration = Duration::from_millis(250);

/// What was played.
#[derive(Debug, Serialize)]
pub(super) struct Played {
    pub(super) url: String,
    pub(super) address: String,
    pub(super) actions: Vec<Done>,
    pub(super) badges: Badges,
    pub(super) notifications: Notifications,
    pub(super) credits: Credits,
}

/// One action that was taken.
#[derive(Debug, Serialize)]
pub(super) struct Done {
    pub(super) action: Action,
    /// What the platform said to it, if that is worth a word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) answer: Option<String>,
    /// Where it lies in the log.
    pub(super) position: Option<String>,
    /// Whether credits were given for it.
    #[serde(skip)]
    granted: bool,
}

/// Badges.
#[derive(Debug, Serialize)]
pub(super) struct Badges {
    /// Granted just now.
    pub(super) granted: Vec<Badge>,
    /// All the player has, tiers counted.
    pub(super) held: usize,
    pub(super) url: String,
}

/// A badge, or a tier of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Badge {
    pub(super) id: String,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tier: Option<String>,
}

/// The inbox.
#[derive(Debug, Serialize)]
pub(super) struct Notifications {
    /// Arrived just now.
    pub(super) arrived: Vec<Value>,
    /// Signed: it holds for a few minutes.
    pub(super) curl: String,
}

/// Credits.
#[derive(Debug, Serialize)]
pub(super) struct Credits {
    /// Given just now, as the ledger has them.
    pub(super) given: Vec<Value>,
    /// To spend, whole credits.
    pub(super) available: Value,
    pub(super) goals: Vec<Value>,
    /// Signed: it holds for a minute.
    pub(super) curl: String,
}

/// What a player has at one time.
struct Holdings {
    badges: BTreeSet<Badge>,
    inbox: Vec<Value>,
    progress: Value,
    credits: Vec<Value>,
}

/// The paths of what a player has.
struct Paths {
    badges: String,
    inbox: String,
    progress: String,
    credits: String,
}

impl Paths {
    fn of(address: &str) -> Self {
        Self {
            badges: format!("/badges/users/{address}/badges"),
            inbox: "/notifications/notifications?limit=50".into(),
            progress: format!("/credits/users/{address}/progress"),
            credits: format!("/credits/users/{address}/credits"),
        }
    }
}

/// Takes the actions one after another; tells what came of them.
///
/// # Errors
/// Nobody answers, or something is refused.
pub(super) async fn play(
    client: &Client,
    visitor: &Visitor,
    actions: &[Action],
) -> Result<Played, Failure> {
    let address = visitor.login().address().to_owned();
    let paths = Paths::of(&address);
    let before = holdings(client, visitor, &paths, None).await?;
    let mut done = Vec::with_capacity(actions.len());
    let mut last: Option<String> = None;
    for &action in actions {
        // A claim must find the goals that the actions before it completed.
        let taken = take(client, visitor, action, last.as_deref()).await?;
        last = join(last, taken.position.as_deref());
        done.push(taken);
    }
    let mut after = holdings(client, visitor, &paths, last.as_deref()).await?;
    // A credit shows when it is signed, which is an effect: no position waits for that.
    let claimed = done.iter().any(|done| done.granted);
    for _ in 0..SIGNED_TRIES {
        if !claimed || !new(&before.credits, after.credits.clone()).is_empty() {
            break;
        }
        tokio::time::sleep(SIGNED_PAUSE).await;
        after = holdings(client, visitor, &paths, last.as_deref()).await?;
    }
    let granted = after.badges.difference(&before.badges).cloned().collect();
    Ok(Played {
        url: client.at("/"),
        actions: done,
        badges: Badges {
            granted,
            held: after.badges.len(),
            url: client.at(&paths.badges),
        },
        notifications: Notifications {
            arrived: new(&before.inbox, after.inbox),
            curl: client.curl(visitor.login(), &paths.inbox),
        },
        credits: Credits {
            given: new(&before.credits, after.credits),
            available: after.progress["credits"]["available"].clone(),
            goals: list(&after.progress["goals"]),
            curl: client.curl(visitor.login(), &paths.credits),
        },
        address,
    })
}

async fn take(
    client: &Client,
    visitor: &Visitor,
    action: Action,
    seen: Option<&str>,
) -> Result<Done, Failure> {
    let mut position: Option<String> = None;
    for report in action.reports() {
        let track = visitor.track(report, SystemClock.now_ms());
        let answer = client.forward(&track).await?;
        position = join(position, answer.position.as_deref());
    }
    let login = visitor.login();
    let mut granted = false;
    let answer = match action {
        Action::Enrol => {
            let taken = client
                .ask(login, ("POST", "/credits/users"), None, None)
                .await?;
            position = taken.position;
            None
        }
        Action::Claim => {
            let captcha = "/credits/captcha";
            client.ask(login, ("GET", captcha), None, seen).await?;
            let place = json!({ "x": CAPTCHA_X });
            let claimed = client
                .ask(login, ("POST", captcha), Some(&place), None)
                .await?;
            position = claimed.position;
            granted = claimed.body["credits_granted"].as_f64() > Some(0.0);
            Some(claim(&claimed.body))
        }
        _ => None,
    };
    Ok(Done {
        action,
        answer,
        position,
        granted,
    })
}

fn claim(answer: &Value) -> String {
    let right = answer["ok"] == true;
    match (right, answer["isBlockedForClaiming"] == true) {
        (true, _) => format!("granted {} credits", answer["credits_granted"]),
        (false, true) => "blocked for a day, after three wrong answers to the captcha".to_owned(),
        (false, false) => {
            "the captcha was answered wrongly: its answer is known on a demo only".to_owned()
        }
    }
}

async fn holdings(
    client: &Client,
    visitor: &Visitor,
    paths: &Paths,
    position: Option<&str>,
) -> Result<Holdings, Failure> {
    let login = visitor.login();
    let own = async |path: &str| client.ask(login, ("GET", path), None, position).await;
    let badges = client.read(&paths.badges, position).await?;
    let inbox = own(&paths.inbox).await?.body;
    let progress = own(&paths.progress).await?.body;
    let credits = own(&paths.credits).await?.body;
    Ok(Holdings {
        badges: tiers(&badges),
        inbox: list(&inbox["notifications"]),
        credits: list(&credits["credits"]),
        progress,
    })
}

/// Every badge somebody has, and every tier of those that have tiers.
fn tiers(answer: &Value) -> BTreeSet<Badge> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut all = BTreeSet::new();
    for badge in list(&answer["data"]["achieved"]) {
        let named = |tier: Option<String>| Badge {
            id: text(&badge["id"]),
            name: text(&badge["name"]),
            tier,
        };
        let tiers = list(&badge["progress"]["achievedTiers"]);
        if tiers.is_empty() {
            all.insert(named(None));
        }
        for tier in tiers {
            let id = text(&tier["tierId"]);
            let tier = id.rsplit('-').next().unwrap_or_default();
            all.insert(named(Some(tier.to_owned())));
        }
    }
    all
}

/// What is there now and was not: known by its id.
fn new(before: &[Value], after: Vec<Value>) -> Vec<Value> {
    let known: BTreeSet<&str> = before.iter().filter_map(|one| one["id"].as_str()).collect();
    let is_new = |one: &Value| one["id"].as_str().is_some_and(|id| !known.contains(id));
    after.into_iter().filter(is_new).collect()
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

/// Two positions as one.
fn join(one: Option<String>, other: Option<&str>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) => Some(format!("{one},{other}")),
        (one, other) => one.or_else(|| other.map(str::to_owned)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_badge_is_known_by_its_tiers() {
        let answer = json!({"data": {"achieved": [
            {"id": "dclcitizen", "name": "Citizen", "progress": {"stepsDone": 1}},
            {"id": "traveler", "name": "Traveler", "progress": {"achievedTiers": [
                {"tierId": "traveler-starter", "completedAt": 1}, {"tierId": "traveler-bronze", "completedAt": 2}]}}]}});
        let badges: Vec<_> = tiers(&answer)
            .into_iter()
            .map(|badge| (badge.id, badge.tier))
            .collect();
        let tier = |name: &str| ("traveler".to_owned(), Some(name.to_owned()));
        let wanted = [
            ("dclcitizen".to_owned(), None),
            tier("bronze"),
            tier("starter"),
        ];
        assert_eq!(badges, wanted);
    }

    #[test]
    fn what_was_there_before_is_not_new() {
        let rows =
            |ids: &[&str]| -> Vec<Value> { ids.iter().map(|id| json!({"id": id})).collect() };
        assert_eq!(new(&rows(&["a"]), rows(&["b", "a"])), rows(&["b"]));
        assert_eq!(join(None, Some("a")).as_deref(), Some("a"));
        assert_eq!(join(Some("a".into()), Some("b")).as_deref(), Some("a,b"));
    }
}
