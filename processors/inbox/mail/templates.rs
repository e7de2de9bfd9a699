//! The mails there are, as data: one row a type of notification.

/// The mail of one type.
pub(super) struct Template {
    /// Type of the notification.
    pub(super) kind: &'static str,
    /// Subject.
    pub(super) subject: &'static str,
    /// Paragraphs; one whose insert is missing is left out.
    pub(super) body: &'static [&'static str],
    /// What the button says and where it leads: a place of ours, or `[member]`.
    pub(super) button: Option<(&'static str, &'static str)>,
    /// The member that holds a picture.
    pub(super) banner: Option<&'static str>,
}

/// The mail of a type.
pub(super) fn of(kind: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.kind == kind)
}

const fn row(
    kind: &'static str,
    subject: &'static str,
    body: &'static [&'static str],
    button: &'static str,
    link: &'static str,
) -> Template {
    Template {
        kind,
        subject,
        body,
        button: Some((button, link)),
        banner: None,
    }
}

const fn pictured(member: &'static str, template: Template) -> Template {
    Template {
        banner: Some(member),
        ..template
    }
}

const fn proposal(
    kind: &'static str,
    subject: &'static str,
    said: &'static [&'static str],
) -> Template {
    row(kind, subject, said, "See the proposal", "[link]")
}

const fn stream(kind: &'static str, subject: &'static str) -> Template {
    pictured(
        "image",
        row(kind, subject, TOLD, "Open the settings", "[url]"),
    )
}

const fn world(
    kind: &'static str,
    subject: &'static str,
    said: &'static [&'static str],
) -> Template {
    row(kind, subject, said, "See your worlds", "[url]")
}

/// What the event itself says.
const TOLD: &[&str] = &["[title]", "[description]"];

const TEMPLATES: &[Template] = &[
    row(
        "ban_lifted",
        "You may enter again",
        &["The ban of your wallet was lifted on [liftedAt|day]."],
        "Jump in",
        "{{decentraland}}/play",
    ),
    row(
        "ban_warning",
        "A warning about your conduct",
        &[
            "A moderator has warned your wallet.",
            "Reason given: [reason]",
        ],
        "Read the rules",
        "{{decentraland}}/ethics",
    ),
    row(
        "banned",
        "Your wallet was banned",
        &[
            "A moderator has banned your wallet.",
            "Reason given: [reason]",
            "[customMessage]",
            "The ban ends on [expiresAt|day].",
        ],
        "Read the rules",
        "{{decentraland}}/ethics",
    ),
    pictured(
        "image",
        row(
            "bid_accepted",
            "Your bid for [nftName] was accepted",
            &["Your bid of [price|mana] MANA for [nftName] was accepted: it is yours now."],
            "See it",
            "[link]",
        ),
    ),
    pictured(
        "image",
        row(
            "bid_received",
            "A bid for [nftName]",
            &["Somebody offers [price|mana] MANA for [nftName]."],
            "See the bid",
            "[link]",
        ),
    ),
    row(
        "credits_on_demand_granted",
        "You were given [creditsGranted] credits",
        &["[creditsGranted] credits were added to your balance."],
        "Spend them",
        "[link]",
    ),
    row(
        "credits_reminder_claim_credits",
        "Credits wait to be claimed",
        &["You have reached goals of week [weekNumber] whose credits you did not claim."],
        "Claim them",
        "[link]",
    ),
    row(
        "credits_reminder_complete_goals",
        "Goals of this week are open",
        &["Week [weekNumber] is not over: goals that earn credits are still open."],
        "Jump in",
        "[link]",
    ),
    row(
        "credits_reminder_do_not_miss_out",
        "Credits are waiting for you",
        &["Weekly goals earn credits for the Marketplace, and you have not begun."],
        "See how",
        "[link]",
    ),
    row(
        "credits_reminder_usage",
        "Your credits expire on [expirationDate|day]",
        &["[balance] credits are left. They expire on [expirationDate|day]."],
        "Spend them",
        "[link]",
    ),
    row(
        "credits_reminder_usage_24_hours",
        "A day left for your credits",
        &["[balance] credits expire within 24 hours."],
        "Spend them",
        "[link]",
    ),
    pictured(
        "image",
        row(
            "event_approved",
            "Your event “[title]” was approved",
            &["“[title]” is listed now."],
            "See your events",
            "[myHangouts]",
        ),
    ),
    pictured(
        "image",
        row(
            "event_deleted",
            "Your event “[title]” was removed",
            &[
                "A moderator has removed “[title]”.",
                "Reason given: [reason]",
            ],
            "See your events",
            "[myHangouts]",
        ),
    ),
    pictured(
        "image",
        row(
            "event_rejected",
            "Your event “[title]” was not approved",
            &[
                "A moderator has not approved “[title]”.",
                "Reason given: [reason]",
            ],
            "See your events",
            "[myHangouts]",
        ),
    ),
    pictured(
        "image",
        row(
            "events_started",
            "[name] has begun",
            TOLD,
            "Jump in",
            "[link]",
        ),
    ),
    pictured(
        "image",
        row(
            "events_starts_soon",
            "[name] begins soon",
            TOLD,
            "Jump in",
            "[link]",
        ),
    ),
    row(
        "governance_announcement",
        "News of the DAO",
        TOLD,
        "Read more",
        "[link]",
    ),
    proposal(
        "governance_authored_proposal_finished",
        "Voting on your proposal is over",
        &["The vote on “[proposalTitle]” has ended."],
    ),
    proposal(
        "governance_coauthor_requested",
        "You are asked to be a co-author",
        &["You are named as a co-author of “[proposalTitle]”."],
    ),
    proposal(
        "governance_new_comment_on_project_update",
        "A comment on your project's update",
        &["Somebody commented on an update of “[proposalTitle]”."],
    ),
    proposal(
        "governance_new_comment_on_proposal",
        "A comment on your proposal",
        &["Somebody commented on “[proposalTitle]”."],
    ),
    proposal(
        "governance_pitch_passed",
        "A pitch has passed",
        &["“[proposalTitle]” has passed and can become a tender."],
    ),
    proposal(
        "governance_proposal_enacted",
        "A proposal was enacted",
        &["“[proposalTitle]” was enacted."],
    ),
    proposal(
        "governance_tender_passed",
        "A tender has passed",
        &["“[proposalTitle]” has passed: projects can be submitted for it."],
    ),
    proposal(
        "governance_voting_ended_voter",
        "A vote you took part in is over",
        &["The vote on “[proposalTitle]” has ended."],
    ),
    pictured(
        "image",
        row(
            "item_sold",
            "[nftName] was sold",
            &["Somebody has bought [nftName] from you."],
            "See it",
            "[link]",
        ),
    ),
    pictured(
        "image",
        row(
            "referral_invited_users_accepted",
            "[title]",
            TOLD,
            "See your referrals",
            "[url]",
        ),
    ),
    pictured(
        "image",
        row(
            "referral_new_tier_reached",
            "[title]",
            TOLD,
            "See your rewards",
            "[url]",
        ),
    ),
    row(
        "rental_ended",
        "A rental has ended",
        &[
            "The rental of your LAND has ended on [endedAt|day].",
            "[description]",
        ],
        "See it",
        "[link]",
    ),
    row(
        "rental_started",
        "Your LAND was rented",
        &[
            "Your LAND is rented from [startedAt|day] until [endedAt|day].",
            "Tenant: [tenant]",
            "[description]",
        ],
        "See it",
        "[link]",
    ),
    pictured(
        "tokenImage",
        row(
            "reward_assignment",
            "You were given [tokenName]",
            &["[tokenName] is yours.", "[description]"],
            "See it",
            "{{account}}",
        ),
    ),
    row(
        "reward_campaign_gas_price_higher_than_expected",
        "Campaign [campaignName] waits for a lower price of gas",
        &["Gas costs more than campaign [campaignName] is set to pay; its rewards wait."],
        "Open the campaign",
        "[link]",
    ),
    row(
        "reward_campaign_out_of_funds",
        "Campaign [campaignName] has no funds left",
        &["Campaign [campaignName] cannot pay for more rewards."],
        "Open the campaign",
        "[link]",
    ),
    row(
        "reward_campaign_out_of_stock",
        "Campaign [campaignName] has nothing left to give",
        &["All rewards of campaign [campaignName] were given."],
        "Open the campaign",
        "[link]",
    ),
    pictured(
        "image",
        row(
            "royalties_earned",
            "You have earned royalties for [nftName]",
            &["[nftName] was sold on; your part is [royaltiesCut|mana] MANA."],
            "See it",
            "[link]",
        ),
    ),
    stream("streaming_key_expired", "Your streaming key has expired"),
    stream("streaming_key_reset", "Your streaming key was replaced"),
    stream("streaming_key_revoke", "Your streaming key was withdrawn"),
    stream(
        "streaming_place_updated",
        "A place you stream to has changed",
    ),
    stream("streaming_time_exceeded", "Your streaming time is used up"),
    row(
        "tip_received",
        "You were tipped [manaAmount|mana] MANA",
        &[
            "[manaAmount|mana] MANA came from [senderUsername].",
            "The sender's wallet is [senderAddress].",
        ],
        "Jump in",
        "{{decentraland}}/play",
    ),
    world(
        "worlds_access_restored",
        "Your worlds can be entered again",
        &["[description]"],
    ),
    row(
        "worlds_access_restricted",
        "Your worlds cannot be entered",
        &["[description]", "Since: [when|day]"],
        "See your account",
        "{{account}}",
    ),
    world(
        "worlds_missing_resources",
        "Your worlds need more room",
        &[
            "[description]",
            "They are closed from [when|day] on if nothing changes.",
        ],
    ),
    world(
        "worlds_permission_granted",
        "You may work on [world]",
        &["You were given permissions in the world [world]: [permissions|list]."],
    ),
    world(
        "worlds_permission_revoked",
        "Permissions in [world] were withdrawn",
        &["These permissions in the world [world] were withdrawn: [permissions|list]."],
    ),
];
