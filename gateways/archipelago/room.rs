//! How a peer gets into its island's room: a connection string with a LiveKit access token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use serde::Serialize;
use sha2::Sha256;

use super::settings::Archipelago;
use crate::frame::Secret;

/// What clients take for "nobody to talk to": islands without rooms.
const OFFLINE: &str = "offline:offline";
/// How long a token gets somebody in.
const VALID_S: i64 = 300;
/// The first part of every token.
const HEADER: &str = r#"{"alg":"HS256"}"#;

/// Makes connection strings; without a LiveKit server those of nowhere.
pub(super) struct Rooms(Option<LiveKit>);

struct LiveKit {
    /// `livekit:wss://…?access_token=` and the token's first part.
    prefix: String,
    /// Who issues.
    key: String,
    /// Signs.
    mac: Hmac<Sha256>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    exp: i64,
    nbf: i64,
    video: Video<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Video<'a> {
    room_join: bool,
    room: &'a str,
    room_list: bool,
    can_publish: bool,
    can_subscribe: bool,
    can_publish_data: bool,
    can_update_own_metadata: bool,
    can_publish_sources: [&'static str; 1],
}

impl Rooms {
    pub(super) fn new(settings: &Archipelago) -> Self {
        let parts = (
            settings.livekit_host.as_deref(),
            settings.livekit_api_key.as_deref(),
            Secret::present(&settings.livekit_api_secret),
        );
        let (Some(host), Some(key), Some(secret)) = parts else {
            return Self(None);
        };
        let mac = Hmac::new_from_slice(secret.reveal().as_bytes());
        Self(Some(LiveKit {
            prefix: format!("livekit:{host}?access_token={}", base64(HEADER)),
            key: key.to_owned(),
            mac: mac.expect("HMAC takes keys of any length"),
        }))
    }

    /// How this peer, in lower case, gets into that room, from now on for five minutes.
    pub(super) fn connection(&self, peer: &str, room: &str, now_ms: i64) -> String {
        let Some(LiveKit { prefix, key, mac }) = &self.0 else {
            return OFFLINE.to_owned();
        };
        let claims = Claims {
            iss: key,
            sub: peer,
            exp: now_ms / 1000 + VALID_S,
            nbf: 0,
            video: Video {
                room_join: true,
                room,
                room_list: false,
                can_publish: true,
                can_subscribe: true,
                can_publish_data: true,
                can_update_own_metadata: true,
                can_publish_sources: ["microphone"],
            },
        };
        let claims = serde_json::to_string(&claims).expect("claims are plain members");
        let claims = base64(&claims);
        let mut mac = mac.clone();
        mac.update(base64(HEADER).as_bytes());
        mac.update(b".");
        mac.update(claims.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        format!("{prefix}.{claims}.{signature}")
    }
}

fn base64(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const PEER: &str = "0x1111111111111111111111111111111111111111";

    #[test]
    fn without_a_server_clients_are_told_to_stay_alone() {
        let rooms = Rooms::new(&Archipelago::default());
        assert_eq!(rooms.connection(PEER, "I1", 0), "offline:offline");
    }

    #[test]
    fn a_token_says_who_may_do_what_where_and_until_when() {
        let rooms = Rooms::new(&Archipelago {
            livekit_host: Some("wss://livekit.test".into()),
            livekit_api_key: Some("devkey".into()),
            livekit_api_secret: Some(Secret::new("secret")),
            ..Archipelago::default()
        });
        let connection = rooms.connection(PEER, "I1", 1_700_000_000_999);
        let token = connection
            .strip_prefix("livekit:wss://livekit.test?access_token=")
            .expect("the server's address");
        let parts: Vec<&str> = token.split('.').collect();
        let [header, claims, signature] = parts[..] else {
            panic!("three parts: {token}");
        };
        let read = |part: &str| -> Value {
            let bytes = URL_SAFE_NO_PAD.decode(part).expect("base64");
            serde_json::from_slice(&bytes).expect("JSON")
        };
        assert_eq!(read(header), json!({"alg": "HS256"}));
        let wanted = json!({
            "iss": "devkey", "sub": PEER, "exp": 1_700_000_300, "nbf": 0,
            "video": {
                "roomJoin": true, "room": "I1", "roomList": false, "canPublish": true, "canSubscribe": true,
                "canPublishData": true, "canUpdateOwnMetadata": true, "canPublishSources": ["microphone"],
            },
        });
        assert_eq!(read(claims), wanted);
        let mut mac = Hmac::<Sha256>::new_from_slice(b"secret").expect("a key");
        mac.update(format!("{header}.{claims}").as_bytes());
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64");
        mac.verify_slice(&signature).expect("signed by the secret");
    }
}
