//! Badges, credits, proposals, worlds, streams, referrals, and what moderators do.

use super::{Member, Rule, To, fixed, made, renamed, rule, same};

pub(super) const RULES: &[Rule] = &[
    rule("badge/badge-granted", "badge_granted", TOLD, BADGE),
    rule(
        "world/worlds_permission_granted",
        "worlds_permission_granted",
        TOLD,
        PERMISSION,
    ),
    rule(
        "world/worlds_permission_revoked",
        "worlds_permission_revoked",
        TOLD,
        PERMISSION,
    ),
    rule(
        "world/worlds_access_restored",
        "worlds_access_restored",
        To::One("metadata.attendee"),
        &[same("title"), same("description"), same("url")],
    ),
    rule(
        "world/worlds_access_restricted",
        "worlds_access_restricted",
        TOLD,
        &[same("title"), same("description"), same("when")],
    ),
    rule(
        "world/worlds_missing_resources",
        "worlds_missing_resources",
        TOLD,
        &[
            same("title"),
            same("description"),
            same("url"),
            same("when"),
        ],
    ),
    rule(
        "streaming/streaming-key-reset",
        "streaming_key_reset",
        TOLD,
        STREAM,
    ),
    rule(
        "streaming/streaming-key-revoke",
        "streaming_key_revoke",
        TOLD,
        STREAM,
    ),
    rule(
        "streaming/streaming-key-expired",
        "streaming_key_expired",
        TOLD,
        STREAM,
    ),
    rule(
        "streaming/streaming-time-exceeded",
        "streaming_time_exceeded",
        TOLD,
        STREAM,
    ),
    rule(
        "streaming/streaming-place-updated",
        "streaming_place_updated",
        TOLD,
        STREAM,
    ),
    rule(
        "referral/referral-invited-users-accepted",
        "referral_invited_users_accepted",
        TOLD,
        REFERRAL,
    ),
    rule(
        "referral/referral-new-tier-reached",
        "referral_new_tier_reached",
        TOLD,
        REFERRAL,
    ),
    rule(
        "comms/user-banned-from-scene",
        "user_banned_from_scene",
        USER,
        PLACE,
    ),
    rule(
        "comms/user-unbanned-from-scene",
        "user_unbanned_from_scene",
        USER,
        PLACE,
    ),
    rule(
        "moderation/user-ban-created",
        "banned",
        BANNED,
        &[
            same("reason"),
            same("bannedAt"),
            same("expiresAt"),
            same("customMessage"),
        ],
    ),
    rule(
        "moderation/user-warning-created",
        "ban_warning",
        To::One("metadata.warnedAddress"),
        &[same("reason"), same("warnedAt")],
    ),
    rule(
        "moderation/user-ban-lifted",
        "ban_lifted",
        BANNED,
        &[same("liftedAt")],
    ),
];

pub(super) const CREDITS: &[Rule] = &[
    rule(
        "credits-service/credits-goal-completed",
        "credits_goal_completed",
        TOLD,
        &[
            same("goalId"),
            same("creditsObtained"),
            fixed("image", CREDITS_IMAGE),
            fixed("title", "Weekly Goal Completed!"),
            fixed("description", "Claim your Credits to unlock them"),
        ],
    ),
    rule(
        "credits-service/on-demand-credits-granted",
        "credits_on_demand_granted",
        TOLD,
        &[
            same("creditsGranted"),
            fixed("image", CREDITS_IMAGE),
            fixed("title", "Bonus credits unlocked"),
            fixed(
                "description",
                "Spend them in the Marketplace before the season ends",
            ),
            fixed("link", MARKETPLACE),
        ],
    ),
    rule(
        "credits-service/complete-goals-reminder",
        "credits_reminder_complete_goals",
        TOLD,
        &[
            same("seasonId"),
            same("weekNumber"),
            same("pendingGoalIds"),
            fixed("link", "{{decentraland}}/play"),
        ],
    ),
    rule(
        "credits-service/claim-credits-reminder",
        "credits_reminder_claim_credits",
        TOLD,
        &[
            same("seasonId"),
            same("weekNumber"),
            fixed("link", MARKETPLACE),
        ],
    ),
    rule(
        "credits-service/usage-reminder",
        "credits_reminder_usage",
        TOLD,
        &[
            same("expirationDate"),
            same("expirationDay"),
            renamed("balance", "creditsAmount"),
            fixed("link", MARKETPLACE),
        ],
    ),
    rule(
        "credits-service/usage-24-hours-reminder",
        "credits_reminder_usage_24_hours",
        TOLD,
        &[
            same("expirationDate"),
            renamed("balance", "creditsAmount"),
            fixed("link", MARKETPLACE),
        ],
    ),
    rule(
        "credits-service/do-not-miss-out-reminder",
        "credits_reminder_do_not_miss_out",
        TOLD,
        &[fixed("link", MARKETPLACE)],
    ),
];

pub(super) const GOVERNANCE: &[Rule] = &[
    proposal(
        "governance/governance_authored_proposal_finished",
        "governance_authored_proposal_finished",
    ),
    proposal(
        "governance/governance_cliff_ended",
        "governance_cliff_ended",
    ),
    proposal(
        "governance/governance_coauthor_requested",
        "governance_coauthor_requested",
    ),
    proposal(
        "governance/governance_new_comment_on_project_update",
        "governance_new_comment_on_project_update",
    ),
    proposal(
        "governance/governance_new_comment_on_proposal",
        "governance_new_comment_on_proposal",
    ),
    proposal(
        "governance/governance_pitch_passed",
        "governance_pitch_passed",
    ),
    proposal(
        "governance/governance_proposal_enacted",
        "governance_proposal_enacted",
    ),
    proposal(
        "governance/governance_tender_passed",
        "governance_tender_passed",
    ),
    proposal(
        "governance/governance_voted_on_behalf",
        "governance_voted_on_behalf",
    ),
    proposal(
        "governance/governance_voting_ended_voter",
        "governance_voting_ended_voter",
    ),
    proposal("governance/governance_whale_vote", "governance_whale_vote"),
];

const fn proposal(pair: &'static str, notice: &'static str) -> Rule {
    rule(pair, notice, TOLD, PROPOSAL)
}

const TOLD: To = To::One("metadata.address");
const USER: To = To::One("metadata.userAddress");
const BANNED: To = To::One("metadata.bannedAddress");
const CREDITS_IMAGE: &str = "{{cdn}}/credits/notification-icon.png";
const MARKETPLACE: &str = "{{marketplace}}";

const BADGE: &[Member] = &[
    renamed("id", "badgeId"),
    fixed("title", "New Badge Unlocked!"),
    made("description", super::made::badge),
    renamed("image", "badgeImageUrl"),
];

const PERMISSION: &[Member] = &[
    same("title"),
    same("description"),
    same("world"),
    same("permissions"),
    same("url"),
];

const STREAM: &[Member] = &[
    same("title"),
    same("description"),
    same("position"),
    same("worldName"),
    same("isWorld"),
    same("url"),
    same("image"),
    same("address"),
];

const REFERRAL: &[Member] = &[
    same("address"),
    same("title"),
    same("description"),
    same("tier"),
    same("url"),
    same("image"),
    same("invitedUserAddress"),
    same("invitedUsers"),
    same("rarity"),
];

const PLACE: &[Member] = &[same("placeTitle"), same("userAddress")];

const PROPOSAL: &[Member] = &[
    same("proposalId"),
    same("proposalTitle"),
    same("title"),
    same("description"),
    same("link"),
];
