//! Access tokens: JWTs that say who may do what in which room.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use serde::Serialize;
use sha2::Sha256;

use crate::frame::Secret;

/// How long a token gets somebody in.
const VALID_S: i64 = 300;
/// How long one of ours may be used at the server's API.
const ADMIN_VALID_S: i64 = 600;
/// The first part of every token.
const HEADER: &str = r#"{"alg":"HS256"}"#;

/// The only source that players may publish.
pub const MICROPHONE: &[&str] = &["microphone"];

/// Makes tokens of one LiveKit server.
#[derive(Clone)]
pub struct Issuer {
    /// Who issues.
    key: String,
    /// Signs.
    mac: Hmac<Sha256>,
}

/// What a token is good for.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Grant<'a> {
    /// May enter `room`.
    pub room_join: bool,
    /// The room.
    pub room: &'a str,
    /// May list rooms: never given to people.
    pub room_list: bool,
    /// May publish tracks.
    pub can_publish: bool,
    /// May hear and see others.
    pub can_subscribe: bool,
    /// May send data.
    pub can_publish_data: bool,
    /// May change what is said of them.
    pub can_update_own_metadata: bool,
    /// What may be published; none: anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_publish_sources: Option<&'static [&'static str]>,
}

/// What a token says beside its grant.
#[derive(Clone, Copy, Debug, Default)]
pub struct Invitation<'a> {
    /// Who enters.
    pub identity: &'a str,
    /// What others see.
    pub name: Option<&'a str>,
    /// What others may read, JSON text.
    pub metadata: Option<&'a str>,
    /// Valid from, seconds.
    pub not_before: i64,
}

#[derive(Serialize)]
struct Claims<'a, V> {
    iss: &'a str,
    sub: &'a str,
    exp: i64,
    nbf: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a str>,
    video: V,
}

impl Issuer {
    /// Of an API key and its secret.
    pub fn new(key: &str, secret: &Secret) -> Self {
        let mac = Hmac::new_from_slice(secret.reveal().as_bytes());
        Self {
            key: key.to_owned(),
            mac: mac.expect("HMAC takes keys of any length"),
        }
    }

    /// The API key.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// What checks a signature.
    pub(super) fn mac(&self) -> Hmac<Sha256> {
        self.mac.clone()
    }

    /// A token for somebody, from now on for five minutes.
    pub fn token(&self, invitation: &Invitation<'_>, grant: &Grant<'_>, now_ms: i64) -> String {
        self.signed(&Claims {
            iss: &self.key,
            sub: invitation.identity,
            exp: now_ms / 1000 + VALID_S,
            nbf: invitation.not_before,
            name: invitation.name,
            metadata: invitation.metadata,
            video: grant,
        })
    }

    /// How somebody gets into a room: `livekit:<host>?access_token=<token>`.
    pub fn connection(
        &self,
        host: &str,
        invitation: &Invitation<'_>,
        grant: &Grant<'_>,
        now_ms: i64,
    ) -> String {
        let token = self.token(invitation, grant, now_ms);
        format!("livekit:{host}?access_token={token}")
    }

    /// A token for the server's API; the server's clock is the system's.
    pub(super) fn admin(&self, grant: &impl Serialize, now_s: i64) -> String {
        self.signed(&Claims {
            iss: &self.key,
            sub: "",
            exp: now_s + ADMIN_VALID_S,
            nbf: 0,
            name: None,
            metadata: None,
            video: grant,
        })
    }

    fn signed(&self, claims: &impl Serialize) -> String {
        let claims = serde_json::to_string(claims).expect("claims are plain members");
        let text = format!("{}.{}", base64(HEADER), base64(&claims));
        let mut mac = self.mac.clone();
        mac.update(text.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        format!("{text}.{signature}")
    }
}

fn base64(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(part: &str) -> Value {
        let bytes = URL_SAFE_NO_PAD.decode(part).expect("base64");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    #[test]
    fn a_token_says_who_may_do_what_where_and_until_when() {
        let issuer = Issuer::new("devkey", &Secret::new("secret"));
        let invitation = Invitation {
            identity: "0x1",
            name: Some("Ann"),
            metadata: Some("{\"role\":\"watcher\"}"),
            not_before: 1_700_000_000,
        };
        let grant = Grant {
            room_join: true,
            room: "I1",
            can_subscribe: true,
            can_publish_sources: Some(MICROPHONE),
            ..Grant::default()
        };
        let connection = issuer.connection("wss://lk.test", &invitation, &grant, 1_700_000_000_999);
        let token = connection
            .strip_prefix("livekit:wss://lk.test?access_token=")
            .expect("the server's address");
        let parts: Vec<&str> = token.split('.').collect();
        let [header, claims, signature] = parts[..] else {
            panic!("three parts: {token}");
        };
        assert_eq!(read(header), json!({"alg": "HS256"}));
        let wanted = json!({
            "iss": "devkey", "sub": "0x1", "exp": 1_700_000_300, "nbf": 1_700_000_000, "name": "Ann",
            "metadata": "{\"role\":\"watcher\"}",
            "video": {
                "roomJoin": true, "room": "I1", "roomList": false, "canPublish": false, "canSubscribe": true,
                "canPublishData": false, "canUpdateOwnMetadata": false, "canPublishSources": ["microphone"],
            },
        });
        assert_eq!(read(claims), wanted);
        let mut mac = Hmac::<Sha256>::new_from_slice(b"secret").expect("a key");
        mac.update(format!("{header}.{claims}").as_bytes());
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64");
        mac.verify_slice(&signature).expect("signed by the secret");
    }
}
