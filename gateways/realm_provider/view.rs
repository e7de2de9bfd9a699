//! How the catalysts and the islands are: one round of questions, each with a limit of time and size.

use std::sync::Arc;

use futures::future::join_all;
use serde_json::{Map, Value};
use tokio::time::timeout;

use super::meters::{self, Outcome};
use super::{Asking, RealmProvider};
use crate::sources::outbound::Request;

/// What a round found.
#[derive(Default)]
pub(super) struct View {
    /// Those that are well, in the order of the list.
    pub(super) realms: Vec<Arc<Realm>>,
    /// What the configured stats say: whether the core is well, and how many peers it has.
    pub(super) stats: Option<Option<(bool, u64)>>,
    /// What the configured front door says of itself.
    pub(super) door: Option<Option<Door>>,
}

/// A catalyst that is well.
#[derive(Clone, Debug)]
pub(super) struct Realm {
    pub(super) url: String,
    about: Map<String, Value>,
}

/// What a front door says of itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Door {
    pub(super) version: Option<String>,
    pub(super) commit: Option<String>,
}

impl Realm {
    /// A catalyst by what it says of itself; `None` when it is not well, or says what no catalyst says.
    pub(super) fn of(url: &str, about: Value) -> Option<Self> {
        let Value::Object(about) = about else {
            return None;
        };
        let says = |name: &str| about.get(name) == Some(&Value::Bool(true));
        let fine = |name: &str| matches!(about.get(name), None | Some(Value::Object(_)));
        let parts = ["configurations", "comms", "content", "lambdas"];
        let well = says("healthy") && says("acceptingUsers") && parts.into_iter().all(fine);
        well.then(|| Self {
            url: url.trim_end_matches('/').to_owned(),
            about,
        })
    }

    pub(super) fn about(&self) -> &Map<String, Value> {
        &self.about
    }

    fn text(&self, part: &str, name: &str) -> Option<&str> {
        self.about.get(part)?.get(name)?.as_str()
    }

    /// Its name, if it has one.
    pub(super) fn name(&self) -> Option<&str> {
        let name = self.text("configurations", "realmName")?;
        (!name.is_empty()).then_some(name)
    }

    /// Whether it has comms, and how many people it has.
    pub(super) fn users(&self) -> Option<u64> {
        let comms = self.about.get("comms")?;
        let users = comms.get("usersCount").and_then(Value::as_u64);
        Some(users.unwrap_or(0))
    }

    /// Version of its content server and of its lambdas.
    pub(super) fn versions(&self) -> [&str; 2] {
        ["content", "lambdas"].map(|part| self.text(part, "version").unwrap_or_default())
    }
}

/// Asks all at once.
pub(super) async fn round(asking: &Asking, urls: &[String]) -> View {
    let settings = &asking.settings;
    let abouts = join_all(urls.iter().map(|url| realm(asking, url)));
    let stats = async {
        let url = asking.stats()?;
        let answer = json(asking, url, "/core-status", settings).await;
        Some(answer.and_then(|core| {
            let healthy = core.get("healthy")?.as_bool()?;
            let users = core.get("userCount").and_then(Value::as_u64);
            Some((healthy, users.unwrap_or(0)))
        }))
    };
    let door = async {
        let url = asking.door()?;
        let answer = json(asking, url, "/status", settings).await;
        Some(answer.map(|status| {
            let text = |name: &str| status.get(name)?.as_str().map(str::to_owned);
            Door {
                version: text("version"),
                commit: text("commitHash"),
            }
        }))
    };
    let (realms, stats, door) = tokio::join!(abouts, stats, door);
    let realms: Vec<_> = realms.into_iter().flatten().map(Arc::new).collect();
    meters::round(realms.len());
    View {
        realms,
        stats,
        door,
    }
}

async fn realm(asking: &Asking, url: &str) -> Option<Realm> {
    let about = json(asking, url, "/about", &asking.settings).await;
    let Some(about) = about else {
        meters::asked(Outcome::Silent);
        return None;
    };
    let realm = Realm::of(url, about);
    meters::asked(match realm {
        Some(_) => Outcome::Well,
        None => Outcome::Unwell,
    });
    realm
}

/// An answer in JSON, of at most the size of an `/about`.
async fn json(asking: &Asking, url: &str, path: &str, settings: &RealmProvider) -> Option<Value> {
    read(asking, url, path, settings.about_limit.0).await
}

/// An answer in JSON, in time and not too large; else `None`, and a line in the log.
pub(super) async fn read(asking: &Asking, url: &str, path: &str, limit: u64) -> Option<Value> {
    let asked = async {
        let request = Request {
            server: url,
            path,
            thing: "its state",
        };
        let body = asking.client.open(request, limit).await;
        let bytes = body.map_err(|error| error.to_string())?.collect().await;
        let bytes = bytes.map_err(|error| error.to_string())?;
        serde_json::from_slice(&bytes).map_err(|error| format!("{url}{path}: {error}"))
    };
    match timeout(asking.settings.ask_timeout.0, asked).await {
        Ok(Ok(value)) => Some(value),
        Ok(Err(error)) => {
            tracing::debug!(error, "not asked with success");
            None
        }
        Err(_) => {
            tracing::debug!(url, path, "no answer in time");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_who_is_well_and_says_so_in_the_right_words_is_a_realm() {
        let realm = |about| Realm::of("https://peer.org/", about);
        let well = json!({
            "healthy": true, "acceptingUsers": true, "content": { "version": "6.4.5" },
            "configurations": { "realmName": "hela" }, "comms": { "usersCount": 3 },
        });
        let found = realm(well.clone()).expect("it is well");
        assert_eq!(found.url, "https://peer.org");
        assert_eq!((found.name(), found.users()), (Some("hela"), Some(3)));
        assert_eq!(found.versions(), ["6.4.5", ""]);
        for (name, lie) in [
            ("healthy", json!(false)),
            ("healthy", json!("true")),
            ("acceptingUsers", json!(1)),
            ("configurations", json!([])),
            ("comms", json!("v3")),
            ("content", json!(7)),
        ] {
            let mut about = well.clone();
            about[name] = lie.clone();
            assert!(realm(about).is_none(), "{name}: {lie}");
        }
        for about in [json!([]), json!(null), json!({}), json!("healthy")] {
            assert!(realm(about).is_none());
        }
        // Numbers that are none count for nobody.
        for lie in [json!(-1), json!("9"), json!(1.5), json!(null)] {
            let mut about = well.clone();
            about["comms"]["usersCount"] = lie;
            assert_eq!(realm(about).and_then(|r| r.users()), Some(0));
        }
    }
}
