//! What the inbox of a person is made of: notices, what people ask of it, names, and who has which e-mail address.

use apache_avro::AvroSchema;
use serde::{Deserialize, Serialize};

use crate::Json;
use crate::codec::recorded;

/// Key, in the topic `notifications`, of what is said to everybody. No address can be it.
pub const EVERYBODY: &str = "*";

/// Most bytes of a notification's metadata: a client gets fifty of them at a time.
pub const METADATA_BYTES_MAX: usize = 64 * 1024;

/// Somebody, or everybody, is to be told of something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.notification")]
pub struct Notice {
    /// Lower case; empty: everybody.
    pub address: String,
    /// One of [`TYPES`].
    #[serde(rename = "type")]
    pub kind: String,
    /// With type and address the identity of a notification.
    pub event_key: String,
    /// What clients show. Texts may start with `{{place}}`, which stands for an address of the configuration.
    pub metadata: Json,
    /// When it happened, ms.
    pub timestamp: i64,
    /// What its reader may have opted out of: `community`.
    pub scope: Option<String>,
    /// Which one.
    pub scope_id: Option<String>,
}

impl Notice {
    /// The key of its record: all that concerns one inbox meets.
    pub fn key(&self) -> &str {
        if self.address.is_empty() {
            EVERYBODY
        } else {
            &self.address
        }
    }
}

/// What a person, or another service, asks of one inbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.notification")]
pub struct Command {
    /// Whose inbox; of `mail` the e-mail address.
    pub address: String,
    /// `read`, `subscription`, `opt-out`, `opt-in`, `set-email`, `confirm-email`, `verdict`, `unsubscribe` or `mail`.
    pub command: String,
    /// The same id is carried out once.
    pub command_id: String,
    /// `read`: ids of own notifications.
    pub ids: Vec<String>,
    /// `read`: ids of notifications to everybody, which the gateway knows.
    pub broadcast_ids: Vec<String>,
    /// `subscription`: the details, whole or in part. `set-email`: the [`MailsAllowed`].
    pub details: Json,
    /// `opt-out`, `opt-in`: of what kind of thing.
    pub scope: Option<String>,
    /// Of which.
    pub scope_id: Option<String>,
    /// `unsubscribe`: from which type; none: from all e-mail.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// `set-email`, `verdict`: the e-mail address; empty clears it.
    pub email: Option<String>,
    /// `set-email`, `confirm-email`: SHA-256 of the code, hex.
    pub code_hash: Option<String>,
    /// `set-email`: what the code is derived from, together with the signing key.
    pub nonce: Option<String>,
    /// `set-email`: how long the code holds, ms.
    pub ttl_ms: i64,
    /// `set-email`: wrong codes that are taken.
    pub tries_max: i64,
    /// `set-email`: asked for on the way to credits.
    pub credits: bool,
    /// `set-email`: the link leads over a captcha.
    pub captcha: bool,
    /// `verdict`: whether the address is this wallet's.
    pub granted: bool,
    /// `mail`: subject.
    pub subject: Option<String>,
    /// `mail`: text, shown as it is.
    pub content: Option<String>,
    /// `mail`: headline.
    pub title: Option<String>,
    /// `mail`: second part of the headline.
    pub title_highlight: Option<String>,
    /// The platform's time of the request, ms.
    pub at: i64,
}

/// How many mails with codes one wallet may ask for, in the details of `set-email`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MailsAllowed {
    /// So many; 0: as many as are asked for.
    pub most: u32,
    /// Within this time, ms.
    pub window_ms: i64,
}

/// What a person is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.notification")]
pub struct Name {
    /// Lower case.
    pub address: String,
    /// As the profile has it.
    pub name: String,
    /// Of the profile, ms.
    pub timestamp: i64,
}

/// A wallet wants an e-mail address for itself, or gives it back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.notification")]
pub struct EmailClaim {
    /// Lower case.
    pub email: String,
    /// The wallet.
    pub address: String,
    /// `claim` or `release`.
    pub action: String,
    /// The command that it decides.
    pub command_id: String,
}

recorded! {
    Notice = "notification/notice",
    Command = "notification/command",
    Name = "notification/name",
    EmailClaim = "notification/email-claim",
}

/// Whether it is a wallet's address in lower case.
pub fn is_address(text: &str) -> bool {
    let digits = text.strip_prefix("0x").unwrap_or_default();
    let digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    digits.len() == 40 && digits.bytes().all(digit)
}

/// Every type of notification, and whether it is told by e-mail, too.
pub const TYPES: [(&str, bool); 72] = [
    ("badge_granted", false),
    ("ban_lifted", true),
    ("ban_warning", true),
    ("banned", true),
    ("bid_accepted", true),
    ("bid_received", true),
    ("community_deleted", false),
    ("community_deleted_content_violation", false),
    ("community_invite_received", false),
    ("community_member_banned", false),
    ("community_member_removed", false),
    ("community_ownership_transferred", false),
    ("community_post_added", false),
    ("community_renamed", false),
    ("community_request_to_join_accepted", false),
    ("community_request_to_join_received", false),
    ("community_voice_chat_started", false),
    ("credits_goal_completed", false),
    ("credits_new_season_reminder", false),
    ("credits_on_demand_granted", true),
    ("credits_reminder_claim_credits", true),
    ("credits_reminder_complete_goals", true),
    ("credits_reminder_do_not_miss_out", true),
    ("credits_reminder_usage", true),
    ("credits_reminder_usage_24_hours", true),
    ("event_approved", true),
    ("event_created", false),
    ("event_deleted", true),
    ("event_rejected", true),
    ("events_started", true),
    ("events_starts_soon", true),
    ("governance_announcement", true),
    ("governance_authored_proposal_finished", true),
    ("governance_cliff_ended", false),
    ("governance_coauthor_requested", true),
    ("governance_new_comment_on_project_update", true),
    ("governance_new_comment_on_proposal", true),
    ("governance_pitch_passed", true),
    ("governance_proposal_enacted", true),
    ("governance_tender_passed", true),
    ("governance_voted_on_behalf", false),
    ("governance_voting_ended_voter", true),
    ("governance_whale_vote", false),
    ("item_published", false),
    ("item_sold", true),
    ("referral_invited_users_accepted", true),
    ("referral_new_tier_reached", true),
    ("rental_ended", true),
    ("rental_started", true),
    ("reward_assignment", true),
    ("reward_campaign_gas_price_higher_than_expected", true),
    ("reward_campaign_out_of_funds", true),
    ("reward_campaign_out_of_stock", true),
    ("reward_delayed", false),
    ("reward_in_progress", false),
    ("royalties_earned", true),
    ("social_service_friendship_accepted", false),
    ("social_service_friendship_request", false),
    ("streaming_key_expired", true),
    ("streaming_key_reset", true),
    ("streaming_key_revoke", true),
    ("streaming_place_updated", true),
    ("streaming_time_exceeded", true),
    ("tip_received", true),
    ("transfer_received", false),
    ("user_banned_from_scene", false),
    ("user_unbanned_from_scene", false),
    ("worlds_access_restored", true),
    ("worlds_access_restricted", true),
    ("worlds_missing_resources", true),
    ("worlds_permission_granted", true),
    ("worlds_permission_revoked", true),
];

/// Whether it is one of [`TYPES`].
pub fn is_type(name: &str) -> bool {
    TYPES
        .binary_search_by(|(known, _)| (*known).cmp(name))
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_in_order_so_that_they_are_found() {
        assert!(TYPES.is_sorted_by(|(a, _), (b, _)| a < b));
        assert!(TYPES.iter().all(|(name, _)| is_type(name)));
        assert!(!is_type("events_ended"));
        assert_eq!(TYPES.iter().filter(|(_, mail)| *mail).count(), 46);
    }

    #[test]
    fn an_address_is_in_lower_case_and_whole() {
        let address = format!("0x{}", "ab".repeat(20));
        assert!(is_address(&address));
        for odd in [
            &address[1..],
            &address[..41],
            &address.to_uppercase(),
            EVERYBODY,
            "",
        ] {
            assert!(!is_address(odd), "{odd}");
        }
    }
}
