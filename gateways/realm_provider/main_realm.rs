//! `/main/about`: the realm that clients enter.

use axum::Json;
use axum::extract::{RawQuery, State};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use tokio::time::timeout;

use super::choice::{Client, chosen, offered};
use super::fault::{Fault, FaultBody};
use super::view::{Door, Realm, View};
use super::{Server, set};
use crate::frame::Edge;

/// Its name.
pub(super) const MAIN: &str = "main";
/// Longest wish for a catalyst that is looked at.
const WISH_BYTES_MAX: usize = 2048;

/// How the islands are, and with how many people.
#[derive(Clone, Debug, Default)]
pub(super) struct Main {
    pub(super) healthy: bool,
    pub(super) users: u64,
    door: Door,
}

impl Main {
    /// By what others were heard to say where they are configured, and by what is known here where not.
    pub(super) fn of(server: &Server, view: &View) -> Self {
        let context = &server.context;
        let core = match server.asking.stats() {
            Some(_) => view.stats.flatten(),
            None => {
                let now_ms = context.platform.clock.now_ms();
                let core = context.islands.core(now_ms);
                core.map(|(healthy, users)| (healthy, u64::from(users)))
            }
        };
        let door = match server.asking.door() {
            Some(_) => view.door.clone().flatten(),
            None => Some(Door {
                version: Some(context.version.to_owned()),
                commit: Some(context.commit.to_owned()),
            }),
        };
        match (core, door) {
            (Some((healthy, users)), Some(door)) => Self {
                healthy,
                users,
                door,
            },
            _ => Self::default(),
        }
    }

    /// The `comms` of its `/about`.
    fn comms(&self, adapter: Option<String>) -> Value {
        let mut comms = json!({
            "healthy": self.healthy, "protocol": "v3", "usersCount": self.users,
        });
        let parts = [
            ("version", self.door.version.clone()),
            ("commitHash", self.door.commit.clone()),
            ("adapter", adapter),
        ];
        for (name, text) in parts {
            if let Some(text) = text {
                comms[name] = text.into();
            }
        }
        comms
    }
}

/// The realms that may be offered to somebody who came in at this edge. The platform's own is one when no other is
/// configured.
pub(super) async fn realms_of(server: &Server, view: &View, edge: &Edge) -> Vec<Arc<Realm>> {
    if !server.asking.is_alone() {
        return view.realms.clone();
    }
    let own = match server.own.public_url() {
        Some(url) => Some(url.to_owned()),
        None => edge.beside("catalyst"),
    };
    let Some(url) = own else {
        return Vec::new();
    };
    let wait = server.asking.settings.answer_timeout.0;
    let about = timeout(wait, server.own.about(&url)).await;
    let own = about.ok().and_then(|about| Realm::of(&url, about));
    own.map(Arc::new).into_iter().collect()
}

/// Where clients of the realm find the islands.
fn adapter(server: &Server, edge: &Edge) -> Option<String> {
    let settings = &server.asking.settings;
    let base = match (set(&settings.archipelago_url), server.asking.door()) {
        (Some(url), _) => {
            let origin = reqwest::Url::parse(url).ok()?.origin();
            format!("{}/archipelago", origin.ascii_serialization())
        }
        (None, Some(door)) => door.trim_end_matches('/').to_owned(),
        (None, None) => edge.beside("archipelago")?,
    };
    let base = match base.strip_prefix("http") {
        Some(rest) => format!("ws{rest}"),
        None => base,
    };
    Some(format!("archipelago:archipelago:{base}/ws"))
}

/// The value of `catalyst`.
fn wish(query: &str) -> Option<String> {
    // Only its query is of interest, and this reads it as browsers do.
    let query = query.get(..WISH_BYTES_MAX).unwrap_or(query);
    let url = reqwest::Url::parse(&format!("http://query/?{query}")).ok()?;
    let mut pairs = url.query_pairs();
    let wish = pairs.find(|(name, _)| name == "catalyst")?.1;
    Some(wish.into_owned())
}

/// What a client needs to know to enter the realm `main`: what its catalyst says, with the comms of the islands.
#[utoipa::path(get, path = "/main/about", tag = "realms",
    params(("catalyst" = Option<String>, Query, description = "URL of the catalyst that is wished for")),
    responses((status = 200, body = Object), (status = 503, body = FaultBody)))]
pub(super) async fn about(
    State(server): State<Server>,
    edge: Edge,
    RawQuery(query): RawQuery,
) -> Result<Json<Map<String, Value>>, Fault> {
    let view = server.view().await?;
    let settings = &server.asking.settings;
    let realms = realms_of(&server, &view, &edge).await;
    let realms = offered(realms, &settings.blacklist());
    let urls: Vec<&str> = realms.iter().map(|realm| realm.url.as_str()).collect();
    let wish = wish(query.as_deref().unwrap_or_default());
    let client = Client {
        country: edge.country.as_deref(),
        address: edge.address,
        wish: wish.as_deref(),
    };
    let place = chosen(&urls, &client, &settings.catalyst_countries);
    let realm = place.and_then(|place| realms.get(place));
    let main = Main::of(&server, &view);
    let comms = main.comms(adapter(&server, &edge));
    let mut about = realm.ok_or(Fault::NoCatalyst)?.about().clone();
    about.insert("healthy".into(), main.healthy.into());
    about.insert("acceptingUsers".into(), main.healthy.into());
    about.insert("comms".into(), comms);
    let configurations = about.entry("configurations").or_insert_with(|| json!({}));
    configurations["realmName"] = MAIN.into();
    if let Some(Value::Object(bff)) = about.get_mut("bff") {
        bff.insert("userCount".into(), main.users.into());
    }
    Ok(Json(about))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_read_as_browsers_write_it() {
        let wished = wish("a=b&catalyst=https%3A%2F%2Fpeer.org&catalyst=x");
        assert_eq!(wished.as_deref(), Some("https://peer.org"));
        assert_eq!(wish(""), None);
        assert_eq!(wish("catalyst"), Some(String::new()));
        assert!(wish(&format!("catalyst={}", "x".repeat(5000))).is_some_and(|w| w.len() < 3000));
    }
}
