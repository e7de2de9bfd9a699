//! How a peer gets into its island's room: a connection string with a LiveKit access token.

use super::settings::Archipelago;
use crate::frame::Secret;
use crate::frame::livekit::{Grant, Invitation, Issuer, MICROPHONE};

/// What clients take for "nobody to talk to": islands without rooms.
const OFFLINE: &str = "offline:offline";

/// Makes connection strings; without a LiveKit server those of nowhere.
pub(super) struct Rooms(Option<(String, Issuer)>);

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
        Self(Some((host.to_owned(), Issuer::new(key, secret))))
    }

    /// How this peer, in lower case, gets into that room, from now on for five minutes.
    pub(super) fn connection(&self, peer: &str, room: &str, now_ms: i64) -> String {
        let Some((host, issuer)) = &self.0 else {
            return OFFLINE.to_owned();
        };
        let invitation = Invitation {
            identity: peer,
            ..Invitation::default()
        };
        let grant = Grant {
            room_join: true,
            room,
            room_list: false,
            can_publish: true,
            can_subscribe: true,
            can_publish_data: true,
            can_update_own_metadata: true,
            can_publish_sources: Some(MICROPHONE),
        };
        issuer.connection(host, &invitation, &grant, now_ms)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use hmac::{Hmac, Mac};
    use serde_json::{Value, json};
    use sha2::Sha256;

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
