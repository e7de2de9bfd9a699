//! Section `realm_provider` of the configuration.

use std::collections::BTreeMap;

use runtime::settings::{Size, Span};
use serde::Deserialize;

use crate::settings::Network;

/// Which catalysts there are, how they are asked, and where clients are sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RealmProvider {
    /// Bases of the candidates, those that are preferred first; none: the list of the DAO, or the platform itself.
    pub catalyst_urls: Vec<String>,
    /// An Ethereum node that is asked for the DAO's list; unset: the platform is its own only catalyst.
    pub rpc_url: Option<String>,
    /// Whose list of catalysts is read there.
    pub eth_network: Network,
    /// How long that list is believed; after a failure the old one stays.
    pub list_max_age: Span,
    /// Longest time of one question to the node.
    pub rpc_timeout: Span,
    /// Candidates that are asked at most.
    pub catalysts_max: usize,
    /// How old an answer may be.
    pub max_age: Span,
    /// Pause between two rounds in which all are asked how they are.
    pub poll_interval: Span,
    /// Longest time of one question of a round.
    pub ask_timeout: Span,
    /// Longest time that a request waits for a round.
    pub answer_timeout: Span,
    /// Largest `/about` that is read.
    pub about_limit: Size,
    /// Largest answer about parcels that is read.
    pub parcels_limit: Size,
    /// Parcels, those with most people first, that scenes are looked for on.
    pub hot_scenes_parcels: usize,
    /// Longest time for finding the scenes of parcels.
    pub content_timeout: Span,
    /// Base of the stats of islands; unset: the platform's own.
    pub archipelago_stats_url: Option<String>,
    /// Base of the front door of islands; unset: the platform's own.
    pub archipelago_ws_connector_url: Option<String>,
    /// Host at which clients find `/archipelago/ws`; unset: the front door's own URL.
    pub archipelago_url: Option<String>,
    /// Content server that hot scenes are named from; unset: the platform's own state.
    pub content_url: Option<String>,
    /// What the URL of the realm `main` starts with; unset: as the client came here.
    pub http_base_url: Option<String>,
    /// Catalysts whose URL contains one of these are not offered.
    pub blacklisted_catalyst: Vec<String>,
    /// Countries of catalysts besides those that are known: host, and port if there is one, to ISO code.
    pub catalyst_countries: BTreeMap<String, String>,
}

impl Default for RealmProvider {
    fn default() -> Self {
        Self {
            catalyst_urls: Vec::new(),
            rpc_url: None,
            eth_network: Network::Mainnet,
            list_max_age: Span::secs(86_400),
            rpc_timeout: Span::secs(10),
            catalysts_max: 100,
            max_age: Span::secs(10),
            poll_interval: Span::secs(3),
            ask_timeout: Span::secs(1),
            answer_timeout: Span::secs(2),
            about_limit: Size(64 << 10),
            parcels_limit: Size::mib(1),
            hot_scenes_parcels: 2000,
            content_timeout: Span::secs(5),
            archipelago_stats_url: None,
            archipelago_ws_connector_url: None,
            archipelago_url: None,
            content_url: None,
            http_base_url: None,
            blacklisted_catalyst: Vec::new(),
            catalyst_countries: BTreeMap::new(),
        }
    }
}

impl RealmProvider {
    /// What the types cannot say.
    ///
    /// # Errors
    /// The key and what is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        let spans = [
            ("poll_interval", self.poll_interval),
            ("ask_timeout", self.ask_timeout),
            ("answer_timeout", self.answer_timeout),
        ];
        if let Some((key, _)) = spans.iter().find(|(_, span)| span.0.is_zero()) {
            return Err(format!("realm_provider.{key}: must not be 0"));
        }
        // Else what is known is too old before it is known anew.
        if self.max_age.0 < (self.poll_interval.0 + self.ask_timeout.0) * 2 {
            return Err(
                "realm_provider.max_age: want at least twice poll_interval and ask_timeout together"
                    .into(),
            );
        }
        Ok(())
    }

    /// The texts of `blacklisted_catalyst`, lower case. The original writes them with semicolons in between.
    pub(super) fn blacklist(&self) -> Vec<String> {
        let entries = self.blacklisted_catalyst.iter();
        let texts = entries.flat_map(|entry| entry.split(';'));
        let texts = texts.map(|text| text.trim().to_lowercase());
        texts.filter(|text| !text.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_must_not_be_too_old_before_the_next() {
        assert_eq!(RealmProvider::default().check(), Ok(()));
        let slow = RealmProvider {
            poll_interval: Span::secs(60),
            ..RealmProvider::default()
        };
        assert!(slow.check().is_err_and(|e| e.contains("max_age")));
    }

    #[test]
    fn a_blacklist_may_be_written_as_the_original_does() {
        let settings = RealmProvider {
            blacklisted_catalyst: vec!["peer-EC1.org; ;x".into(), "y".into()],
            ..RealmProvider::default()
        };
        assert_eq!(settings.blacklist(), ["peer-ec1.org", "x", "y"]);
    }
}
