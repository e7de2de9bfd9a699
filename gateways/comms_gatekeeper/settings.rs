//! The section `comms_gatekeeper` of the configuration.

use model::tables::gatekeeper::voice::Patience;
use runtime::settings::{Size, Span};
use serde::{Deserialize, Deserializer};

use crate::frame::Secret;
use crate::frame::livekit::Limits;
use crate::sources::outbound::list;

/// Who gets into which room.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CommsGatekeeper {
    /// Bearer of the routes of services; unset: nobody passes.
    pub comms_gatekeeper_auth_token: Option<Secret>,
    /// Bearer of the moderation routes; unset: only addresses pass.
    pub moderator_token: Option<Secret>,
    /// Addresses that may moderate.
    #[serde(deserialize_with = "list::deserialize")]
    pub platform_user_moderators: Vec<String>,
    /// The LiveKit server, `wss://…`; unset: there are no rooms, and routes that give one answer 503.
    pub prod_livekit_host: Option<String>,
    /// Its key.
    pub prod_livekit_api_key: Option<String>,
    /// Its secret.
    pub prod_livekit_api_secret: Option<Secret>,
    /// Longest time of one call of its API.
    pub livekit_timeout: Span,
    /// Tries of such a call.
    pub livekit_tries: u32,
    /// Largest answer of its API.
    pub livekit_answer_limit: Size,
    /// Calls of its API that this process makes at a time beside requests.
    pub livekit_calls: usize,
    /// Such calls that wait; what does not fit is dropped and counted.
    pub livekit_queue: usize,
    /// What names of the rooms of whole worlds begin with.
    pub comms_room_prefix: String,
    /// What names of the rooms of scenes in worlds begin with.
    pub world_room_prefix: String,
    /// What names of the rooms of scenes begin with.
    pub scene_room_prefix: String,
    /// What names of the rooms of islands begin with.
    pub island_room_prefix: String,
    /// The room of private messages.
    pub private_messages_room_id: String,
    /// Worlds content server; unset: every world lets everybody in.
    pub world_content_url: Option<String>,
    /// Content server; unset: the platform's own state.
    pub catalyst_content_url: Option<String>,
    /// Places, up to and without `/places`; unset: scenes of the platform's own state.
    pub places_api_url: Option<String>,
    /// Who owns what; unset: who deployed a scene owns it.
    pub lambdas_url: Option<String>,
    /// Who may write to whom; unset: everybody may.
    pub social_service_url: Option<String>,
    /// Who has leased which parcels; unset: nobody has.
    pub land_authorizations_url: Option<String>,
    /// List of addresses that are refused; unset: none are.
    pub denylist_json_url: Option<String>,
    /// How long it is kept; after a failure the old one as long again.
    pub denylist_interval: Span,
    /// Longest wait for the answer of one of these services.
    pub outside_timeout: Span,
    /// Largest such answer.
    pub outside_answer_limit: Size,
    /// Answers that are remembered.
    pub content_client_cache_max: usize,
    /// How long they are, ms.
    #[serde(deserialize_with = "millis")]
    pub content_client_cache_ttl: Span,
    /// How long somebody who was lost counts as being in a call, ms.
    #[serde(deserialize_with = "millis")]
    pub voice_chat_connection_interrupted_ttl: Span,
    /// How long somebody who has not come yet does, ms.
    #[serde(deserialize_with = "millis")]
    pub voice_chat_initial_connection_ttl: Span,
    /// How long a community's call goes on without a moderator, ms.
    #[serde(deserialize_with = "millis")]
    pub community_voice_chat_no_moderator_ttl: Span,
    /// Calls that are ended at a time.
    pub voice_chat_expired_batch_size: usize,
    /// Pause between two looks for calls and streams whose time is over.
    pub sweep_interval: Span,
    /// People of one call.
    pub call_users_max: usize,
    /// Calls that are looked at.
    pub calls_max: usize,
    /// How long a key to stream with is good.
    pub stream_key_ttl: Span,
    /// Longest time that somebody streams.
    pub stream_time_max: Span,
    /// Where streamers and watchers are sent.
    pub cast2_url: String,
    /// Whether previews on a developer's machine get rooms.
    pub allow_local_preview: bool,
    /// Address of the key that scene servers sign with; unset: there is none.
    pub authoritative_server_address: Option<String>,
    /// Largest request body.
    pub body_limit: Size,
    /// Characters of a name or an id of a request.
    pub name_chars_max: usize,
    /// Characters of a reason or a message.
    pub text_chars_max: usize,
    /// Admins of one place.
    pub scene_admins_max: usize,
    /// Bans of one place.
    pub scene_bans_max: usize,
    /// Bans from the platform that are listed.
    pub user_bans_max: usize,
    /// Rooms that somebody is looked for in when banned from the platform.
    pub kick_rooms_max: usize,
    /// Least time between two refreshments of what is said of one room.
    pub room_metadata_rest: Span,
}

impl Default for CommsGatekeeper {
    fn default() -> Self {
        Self {
            comms_gatekeeper_auth_token: None,
            moderator_token: None,
            platform_user_moderators: Vec::new(),
            prod_livekit_host: None,
            prod_livekit_api_key: None,
            prod_livekit_api_secret: None,
            livekit_timeout: Span::secs(5),
            livekit_tries: 3,
            livekit_answer_limit: Size::mib(8),
            livekit_calls: 8,
            livekit_queue: 4096,
            comms_room_prefix: "world-env-".into(),
            world_room_prefix: "world-scene-room-".into(),
            scene_room_prefix: "scene-".into(),
            island_room_prefix: "island-".into(),
            private_messages_room_id: "private-messages".into(),
            world_content_url: None,
            catalyst_content_url: None,
            places_api_url: None,
            lambdas_url: None,
            social_service_url: None,
            land_authorizations_url: None,
            denylist_json_url: None,
            denylist_interval: Span::secs(300),
            outside_timeout: Span::secs(5),
            outside_answer_limit: Size::mib(4),
            content_client_cache_max: 1000,
            content_client_cache_ttl: Span::secs(300),
            voice_chat_connection_interrupted_ttl: Span::secs(300),
            voice_chat_initial_connection_ttl: Span::secs(300),
            community_voice_chat_no_moderator_ttl: Span::secs(300),
            voice_chat_expired_batch_size: 50,
            sweep_interval: Span::secs(60),
            call_users_max: 1000,
            calls_max: 10_000,
            stream_key_ttl: Span::secs(4 * 86_400),
            stream_time_max: Span::secs(4 * 3600),
            cast2_url: "https://decentraland.org/cast".into(),
            allow_local_preview: false,
            authoritative_server_address: None,
            body_limit: Size(64 << 10),
            name_chars_max: 256,
            text_chars_max: 1000,
            scene_admins_max: 500,
            scene_bans_max: 5000,
            user_bans_max: 10_000,
            kick_rooms_max: 10_000,
            room_metadata_rest: Span::secs(60),
        }
    }
}

/// A duration whose plain numbers are milliseconds.
fn millis<'de, D: Deserializer<'de>>(from: D) -> Result<Span, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u64),
        Text(String),
    }
    match Either::deserialize(from)? {
        Either::Number(ms) => Ok(Span::millis(ms)),
        Either::Text(text) => match text.trim().parse() {
            Ok(ms) => Ok(Span::millis(ms)),
            Err(_) => text.parse().map_err(serde::de::Error::custom),
        },
    }
}

/// A span in ms.
pub(super) fn ms(span: Span) -> i64 {
    i64::try_from(span.0.as_millis()).unwrap_or(i64::MAX)
}

impl CommsGatekeeper {
    /// Bounds of calls of the LiveKit server's API.
    pub(super) fn limits(&self) -> Limits {
        Limits {
            timeout: self.livekit_timeout,
            tries: self.livekit_tries,
            answer: self.livekit_answer_limit,
        }
    }

    /// How long who is not in the room counts as being in a call.
    pub(super) fn patience(&self) -> Patience {
        Patience {
            interrupted: ms(self.voice_chat_connection_interrupted_ttl),
            initial: ms(self.voice_chat_initial_connection_ttl),
        }
    }

    /// Whether this address, in lower case, may moderate.
    pub(super) fn is_moderator(&self, address: &str) -> bool {
        let same = |known: &String| known.trim().eq_ignore_ascii_case(address);
        self.platform_user_moderators.iter().any(same)
    }

    /// What the types cannot say.
    ///
    /// # Errors
    /// The key and what is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        let keys = (
            &self.prod_livekit_api_key,
            Secret::present(&self.prod_livekit_api_secret),
        );
        let host = self.prod_livekit_host.as_deref().unwrap_or_default();
        if !host.is_empty() && !matches!(keys, (Some(_), Some(_))) {
            return Err(
                "comms_gatekeeper.prod_livekit_host: prod_livekit_api_key and prod_livekit_api_secret are needed with it"
                    .into(),
            );
        }
        let prefixes = [
            ("scene_room_prefix", &self.scene_room_prefix),
            ("world_room_prefix", &self.world_room_prefix),
            ("comms_room_prefix", &self.comms_room_prefix),
            ("island_room_prefix", &self.island_room_prefix),
        ];
        for (key, prefix) in prefixes {
            // Every name begins with nothing: every room would be one of this kind.
            if prefix.is_empty() {
                return Err(format!("comms_gatekeeper.{key}: must not be empty"));
            }
        }
        if self.sweep_interval.0.is_zero() {
            return Err("comms_gatekeeper.sweep_interval: must not be 0".into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_work_is_named() {
        let check = |text: &str| {
            let read: CommsGatekeeper = serde_json::from_str(text).expect("settings");
            read.check().err().unwrap_or_default()
        };
        assert_eq!(check("{}"), "");
        for (text, key) in [
            (r#"{"prod_livekit_host":"wss://a"}"#, "prod_livekit_host"),
            (r#"{"scene_room_prefix":""}"#, "scene_room_prefix"),
            (r#"{"sweep_interval":"0s"}"#, "sweep_interval"),
        ] {
            assert!(check(text).contains(key), "{text}: {}", check(text));
        }
    }

    #[test]
    fn plain_numbers_of_the_originals_keys_are_milliseconds() {
        let read: CommsGatekeeper =
            serde_json::from_str(r#"{"voice_chat_initial_connection_ttl":1500}"#)
                .expect("settings");
        assert_eq!(read.patience().initial, 1500);
    }
}
