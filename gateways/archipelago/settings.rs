//! The section `archipelago` of the configuration.

use runtime::settings::{Size, Span};
use serde::{Deserialize, Deserializer};

use crate::frame::Secret;

/// The front door, the core and the stats of islands.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Archipelago {
    /// Whether this process may be the core; one of those that may is.
    pub core: bool,
    /// Seconds between two flushes, start to start.
    pub archipelago_flush_frequency: f64,
    /// Metres within which peers come together.
    pub archipelago_join_distance: f64,
    /// Metres within which they stay together.
    pub archipelago_leave_distance: f64,
    /// Most peers of an island.
    pub livekit_island_size: usize,
    /// Most peers of the core.
    pub peers_max: usize,
    /// What names of islands, and rooms, begin with.
    pub room_prefix: String,
    /// Silence after which a peer is gone; a plain number is in ms.
    #[serde(deserialize_with = "millis")]
    pub check_heartbeat_interval: Span,
    /// Pause between two messages that say that the core is there; a plain number is in ms.
    #[serde(deserialize_with = "millis")]
    pub archipelago_status_update_interval: Span,
    /// Pause between two messages by which the core keeps its office.
    pub lease_interval: Span,
    /// Silence after which the office is free.
    pub lease_timeout: Span,
    /// Whether who changes island is told the positions of its members.
    pub peers_in_island_changed: bool,
    /// The LiveKit server of the islands, `wss://…`; unset: islands without rooms.
    pub livekit_host: Option<String>,
    /// Its key.
    pub livekit_api_key: Option<String>,
    /// Its secret.
    pub livekit_api_secret: Option<Secret>,
    /// Asked whether somebody is banned; unset: nobody is.
    pub comms_gatekeeper_url: Option<String>,
    /// Longest wait for that; then nobody is.
    pub ban_timeout: Span,
    /// Pause between two rounds in which everybody is asked about again; a plain number is in ms.
    #[serde(deserialize_with = "millis")]
    pub ban_sweep_interval_ms: Span,
    /// Questions of such a round at a time.
    pub ban_checks: usize,
    /// List of addresses that are refused; unset: none are.
    pub denylist_json_url: Option<String>,
    /// How long it is kept; after a failure the old one as long again.
    pub denylist_interval: Span,
    /// How long a client has for each step of the handshake; a plain number is in ms.
    #[serde(deserialize_with = "millis")]
    pub handshake_timeout: Span,
    /// Handshakes under way; one more, and the oldest is ended.
    pub handshakes_max: usize,
    /// Sockets of this process.
    pub max_users: usize,
    /// Sockets of one network address; programs of this machine have no such limit.
    pub sockets_per_address: usize,
    /// Largest message of a client.
    pub frame_limit: Size,
    /// Heartbeats a second that are taken from one client.
    pub heartbeats_per_second: u32,
    /// Longest time until a client takes one message; then its socket is closed.
    pub send_timeout: Span,
    /// Silence, pongs included, after which a socket is closed.
    pub idle_timeout: Span,
    /// Content server that hot scenes are named from; unset: the platform's own state.
    pub content_url: Option<String>,
    /// How old the list of hot scenes may be.
    pub hot_scenes_max_age: Span,
    /// Parcels, those with most peers first, that scenes are looked for on.
    pub hot_scenes_parcels: usize,
    /// Changes that wait to be written to the log; one more is dropped and counted.
    pub log_queue: usize,
}

impl Default for Archipelago {
    fn default() -> Self {
        Self {
            core: true,
            archipelago_flush_frequency: 2.0,
            archipelago_join_distance: 64.0,
            archipelago_leave_distance: 80.0,
            livekit_island_size: 100,
            peers_max: 200_000,
            room_prefix: "I".into(),
            check_heartbeat_interval: Span::secs(60),
            archipelago_status_update_interval: Span::secs(10),
            lease_interval: Span::secs(1),
            lease_timeout: Span::secs(3),
            peers_in_island_changed: true,
            livekit_host: None,
            livekit_api_key: None,
            livekit_api_secret: None,
            comms_gatekeeper_url: None,
            ban_timeout: Span::secs(1),
            ban_sweep_interval_ms: Span::secs(30),
            ban_checks: 20,
            denylist_json_url: None,
            denylist_interval: Span::secs(300),
            handshake_timeout: Span::secs(60),
            handshakes_max: 1000,
            max_users: 20_000,
            sockets_per_address: 100,
            frame_limit: Size(16 << 10),
            heartbeats_per_second: 10,
            send_timeout: Span::secs(10),
            idle_timeout: Span::secs(90),
            content_url: None,
            hot_scenes_max_age: Span::secs(10),
            hot_scenes_parcels: 2000,
            log_queue: 65_536,
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

impl Archipelago {
    /// The engine's part.
    ///
    /// # Errors
    /// What is out of its range, by name.
    pub fn options(&self) -> Result<islands::Options, String> {
        let options = islands::Options {
            join_distance_m: self.archipelago_join_distance,
            leave_distance_m: self.archipelago_leave_distance,
            island_peers_max: self.livekit_island_size,
            peers_max: self.peers_max,
            room_prefix: self.room_prefix.clone(),
            ..islands::Options::default()
        };
        islands::Engine::new(options.clone()).map_err(|error| format!("archipelago: {error}"))?;
        Ok(options)
    }

    /// What the types cannot say.
    ///
    /// # Errors
    /// The key and what is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        self.options()?;
        let seconds = self.archipelago_flush_frequency;
        if !(0.05..=3600.0).contains(&seconds) {
            return Err(format!(
                "archipelago.archipelago_flush_frequency: {seconds} is not between 0.05 and 3600 seconds"
            ));
        }
        let keys = (&self.livekit_api_key, &self.livekit_api_secret);
        if self.livekit_host.is_some() && !matches!(keys, (Some(_), Some(_))) {
            return Err(
                "archipelago.livekit_host: livekit_api_key and livekit_api_secret are needed with it"
                    .into(),
            );
        }
        if self.lease_timeout.0 < self.lease_interval.0 * 2 {
            return Err(
                "archipelago.lease_timeout: want at least twice archipelago.lease_interval".into(),
            );
        }
        let zero = [
            ("lease_interval", self.lease_interval),
            (
                "archipelago_status_update_interval",
                self.archipelago_status_update_interval,
            ),
            ("ban_sweep_interval_ms", self.ban_sweep_interval_ms),
            ("idle_timeout", self.idle_timeout),
        ];
        match zero.iter().find(|(_, span)| span.0.is_zero()) {
            Some((key, _)) => Err(format!("archipelago.{key}: must not be 0")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_numbers_of_the_originals_keys_are_milliseconds() {
        let text =
            r#"{"handshake_timeout":1500,"check_heartbeat_interval":"2m","lease_interval":2}"#;
        let settings: Archipelago = serde_json::from_str(text).expect("settings");
        assert_eq!(settings.handshake_timeout, Span::millis(1500));
        assert_eq!(settings.check_heartbeat_interval, Span::secs(120));
        assert_eq!(settings.lease_interval, Span::secs(2));
    }

    #[test]
    fn what_cannot_work_is_named() {
        assert_eq!(Archipelago::default().check(), Ok(()));
        type Change = fn(&mut Archipelago);
        let cases: [(&str, Change); 4] = [
            ("leave_distance", |of| of.archipelago_leave_distance = 10.0),
            ("flush_frequency", |of| of.archipelago_flush_frequency = 0.0),
            ("livekit_api_key", |of| {
                of.livekit_host = Some("wss://h".into());
            }),
            ("lease_timeout", |of| of.lease_timeout = Span::secs(1)),
        ];
        for (name, change) in cases {
            let mut settings = Archipelago::default();
            change(&mut settings);
            let error = settings.check().expect_err(name);
            assert!(error.contains(name), "{error}");
        }
    }
}
