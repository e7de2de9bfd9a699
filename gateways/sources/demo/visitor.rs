//! One player who comes from outside: what its explorer reports, as Segment's webhook hands it on.

use kernel::event_id;
use model::dates::iso;
use ring::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};
use serde_json::{Value, json};

use super::login::Login;

/// Realm of the reports.
const REALM: &str = "demo";

/// What an explorer reports of its player.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// Came in.
    LoggedIn,
    /// Stepped onto the parcel in the middle.
    Landed,
    /// Walked so many steps.
    Walked(u32),
    /// Climbed so high, m.
    Climbed(u32),
    /// Danced.
    Emote,
    /// Looked at the passport of one of the neighbours, by number.
    Passport(u32),
}

/// The player of a seed.
#[derive(Clone, Debug)]
pub struct Visitor {
    seed: u64,
    login: Login,
}

impl Visitor {
    /// The same seed gives the same wallet.
    pub fn new(seed: u64) -> Self {
        let login = Login::new(seed, "visitor");
        Self { seed, login }
    }

    /// Its keys.
    pub fn login(&self) -> &Login {
        &self.login
    }

    /// The body of the webhook for a report at `now` (ms). Its message id is the same for the same report at the same
    /// time, so that a repetition counts once.
    pub fn track(&self, report: Report, now: i64) -> Value {
        let (event, properties) = self.told(report);
        let address = self.login.address();
        let session = event_id(format!("{address}\n{now}").as_bytes());
        let message = event_id(format!("{address}\n{event}\n{properties}\n{now}").as_bytes());
        let at = iso(now);
        json!({
            "type": "track",
            "event": event,
            "messageId": message.to_string(),
            "timestamp": at,
            "sentAt": at,
            "receivedAt": at,
            "context": {
                "dcl_eth_address": self.login.checksum_address(),
                "auth_chain": json!(self.login.chain()).to_string(),
                "session_id": session.to_string(),
                "realm": REALM,
                "runtime": "worldlog-demo",
            },
            "properties": properties,
        })
    }

    fn told(&self, report: Report) -> (&'static str, Value) {
        match report {
            Report::LoggedIn => ("logged_in", json!({})),
            Report::Landed => {
                let properties =
                    json!({"new_parcel": "(0, 0)", "old_parcel": "(NaN, NaN)", "scene_hash": ""});
                ("move_to_parcel", properties)
            }
            Report::Walked(steps) => ("walked_distance", json!({"step_count": steps})),
            Report::Climbed(height) => ("vertical_height_reached", json!({"height": height})),
            Report::Emote => {
                let emote = json!({"emote_index": -1, "is_base": true, "item_id": "dance", "source": "shortcut"});
                ("used_emote", emote)
            }
            Report::Passport(number) => {
                let neighbour = Login::new(self.seed, &format!("neighbour {number}"));
                let receiver = neighbour.address();
                ("passport_opened", json!({"receiver_id": receiver}))
            }
        }
    }
}

/// What Segment writes into `x-signature`.
pub fn segment_signature(key: &str, body: &[u8]) -> String {
    let key = Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes());
    hex::encode(sign(&key, body))
}
