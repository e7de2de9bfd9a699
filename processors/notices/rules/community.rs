//! Friends, communities, and the events people meet at.

use super::{Member, Rule, To, fixed, of_community, renamed, rule, same};

pub(super) const RULES: &[Rule] = &[
    rule(
        "social-service/friendship-request",
        "social_service_friendship_request",
        RECEIVER,
        REQUEST,
    ),
    rule(
        "social-service/friendship-accepted",
        "social_service_friendship_accepted",
        RECEIVER,
        ACCEPTED,
    ),
    of_community(
        ID,
        rule(
            "community/community-deleted",
            "community_deleted",
            MEMBERS,
            NAMED,
        ),
    ),
    of_community(
        ID,
        rule(
            "community/community-renamed",
            "community_renamed",
            MEMBERS,
            RENAMED,
        ),
    ),
    rule(
        "community/community-member-banned",
        "community_member_banned",
        MEMBER,
        NAMED,
    ),
    rule(
        "community/community-member-removed",
        "community_member_removed",
        MEMBER,
        NAMED,
    ),
    rule(
        "community/community-deleted-content-violation",
        "community_deleted_content_violation",
        To::One("metadata.ownerAddress"),
        NAMED,
    ),
    rule(
        "community/community-request-to-join-received",
        "community_request_to_join_received",
        NOTIFIED,
        REQUESTED,
    ),
    rule(
        "community/community-request-to-join-accepted",
        "community_request_to_join_accepted",
        MEMBER,
        JOINED,
    ),
    rule(
        "community/community-invite-received",
        "community_invite_received",
        MEMBER,
        JOINED,
    ),
    rule(
        "community/community-ownership-transferred",
        "community_ownership_transferred",
        To::One("metadata.newOwnerAddress"),
        TRANSFERRED,
    ),
    of_community(
        COMMUNITY_ID,
        rule(
            "community/community-post-added",
            "community_post_added",
            NOTIFIED,
            POSTED,
        ),
    ),
    of_community(
        COMMUNITY_ID,
        rule(
            "community/community-voice-chat-started",
            "community_voice_chat_started",
            NOTIFIED,
            VOICE,
        ),
    ),
    of_community(
        COMMUNITY_ID,
        rule("event/event-created", "event_created", ATTENDEE, CREATED),
    ),
    rule(
        "event/event-starts-soon",
        "events_starts_soon",
        ATTENDEE,
        STARTS_SOON,
    ),
    of_community(
        COMMUNITY_ID,
        rule("event/event-started", "events_started", ATTENDEE, STARTED),
    ),
    rule("event/event-approved", "event_approved", HOST, APPROVED),
    rule("event/event-rejected", "event_rejected", HOST, REFUSED),
    rule("event/event-deleted", "event_deleted", HOST, REFUSED),
];

const ID: &str = "metadata.id";
const COMMUNITY_ID: &str = "metadata.communityId";
/// The host's page of own events.
const HANGOUTS: &str = "{{decentraland}}/whats-on?tab=my";

const RECEIVER: To = To::One("metadata.receiver.address");
const MEMBERS: To = To::Many("memberAddresses");
const MEMBER: To = To::One("metadata.memberAddress");
const NOTIFIED: To = To::Many("addressesToNotify");
const ATTENDEE: To = To::One("metadata.attendee");
const HOST: To = To::One("metadata.host");

const REQUEST: &[Member] = &[
    same("requestId"),
    same("sender"),
    same("receiver"),
    same("message"),
];
const ACCEPTED: &[Member] = &[same("requestId"), same("sender"), same("receiver")];

const NAMED: &[Member] = &[
    renamed("communityId", "id"),
    renamed("communityName", "name"),
    same("thumbnailUrl"),
];
const RENAMED: &[Member] = &[
    renamed("communityId", "id"),
    same("oldName"),
    same("newName"),
    same("thumbnailUrl"),
];
const REQUESTED: &[Member] = &[
    same("communityId"),
    same("communityName"),
    same("memberAddress"),
    same("memberName"),
    same("thumbnailUrl"),
];
const JOINED: &[Member] = &[
    same("communityId"),
    same("communityName"),
    same("memberAddress"),
    same("thumbnailUrl"),
];
const TRANSFERRED: &[Member] = &[
    same("communityId"),
    same("communityName"),
    same("oldOwnerAddress"),
    same("newOwnerAddress"),
    same("thumbnailUrl"),
];
const POSTED: &[Member] = &[
    same("postId"),
    same("communityId"),
    same("communityName"),
    same("thumbnailUrl"),
    same("authorAddress"),
];
const VOICE: &[Member] = &[
    same("communityId"),
    same("communityName"),
    same("thumbnailUrl"),
];

const CREATED: &[Member] = &[
    same("title"),
    same("description"),
    same("name"),
    same("image"),
    same("communityId"),
    same("communityName"),
    same("communityThumbnail"),
];
const STARTS_SOON: &[Member] = &[
    same("title"),
    same("description"),
    same("name"),
    same("image"),
    same("link"),
    same("startsAt"),
    same("endsAt"),
];
const STARTED: &[Member] = &[
    same("title"),
    same("description"),
    same("name"),
    same("image"),
    same("link"),
    same("communityThumbnail"),
];
const APPROVED: &[Member] = &[
    same("title"),
    same("description"),
    same("image"),
    same("link"),
    fixed("myHangouts", HANGOUTS),
];
const REFUSED: &[Member] = &[
    same("title"),
    same("description"),
    same("image"),
    same("reason"),
    fixed("myHangouts", HANGOUTS),
];
