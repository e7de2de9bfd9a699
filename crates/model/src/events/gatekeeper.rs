//! What the gatekeeper decides: who is banned from where, who administrates a scene, who talks in which call. Nothing
//! that lets anybody in is recorded: no token, no secret, no key of a stream.

use apache_avro::AvroSchema;
use serde::{Deserialize, Serialize};

use crate::Json;
use crate::codec::recorded;

/// A change of one place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.gatekeeper")]
pub struct SceneChange {
    /// Id of the place.
    pub place: String,
    /// One of [`SceneChange::KINDS`].
    pub kind: String,
    /// Id of what begins with the change: of the admin's row, the ban's, the stream's. What ends names it, too.
    pub id: String,
    /// Whom it concerns, lower case; empty for a stream.
    pub address: String,
    /// Who did it, lower case.
    pub by: String,
    /// A [`Stream`](crate::tables::gatekeeper::scenes::Stream) that is opened; else `null`.
    pub stream: Json,
    /// ms.
    pub at: i64,
}

impl SceneChange {
    /// Somebody may administrate the place.
    pub const ADMIN_ADDED: &'static str = "admin-added";
    /// And may not any more.
    pub const ADMIN_REMOVED: &'static str = "admin-removed";
    /// Somebody may not enter.
    pub const BANNED: &'static str = "banned";
    /// And may again.
    pub const UNBANNED: &'static str = "unbanned";
    /// There is a key to stream with.
    pub const STREAM_OPENED: &'static str = "stream-opened";
    /// And it is taken away.
    pub const STREAM_CLOSED: &'static str = "stream-closed";
    /// Somebody streams.
    pub const STREAM_STARTED: &'static str = "stream-started";
    /// And does not any more.
    pub const STREAM_ENDED: &'static str = "stream-ended";
    /// All of them.
    pub const KINDS: [&'static str; 8] = [
        Self::ADMIN_ADDED,
        Self::ADMIN_REMOVED,
        Self::BANNED,
        Self::UNBANNED,
        Self::STREAM_OPENED,
        Self::STREAM_CLOSED,
        Self::STREAM_STARTED,
        Self::STREAM_ENDED,
    ];
}

/// A change of one person, for all of the platform.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.gatekeeper")]
pub struct UserChange {
    /// Lower case.
    pub address: String,
    /// One of [`UserChange::KINDS`].
    pub kind: String,
    /// Id of the ban or the warning.
    pub id: String,
    /// The moderator: an address, lower case, or a name.
    pub by: String,
    /// Why.
    pub reason: String,
    /// What the person is told.
    pub custom_message: Option<String>,
    /// The device that the person was seen with.
    pub device: Option<String>,
    /// When a ban ends by itself, ms.
    pub expires_at: Option<i64>,
    /// ms.
    pub at: i64,
}

impl UserChange {
    /// May enter no room.
    pub const BANNED: &'static str = "banned";
    /// May again.
    pub const LIFTED: &'static str = "lifted";
    /// Was warned.
    pub const WARNED: &'static str = "warned";
    /// Was seen with another device than before.
    pub const SEEN: &'static str = "seen";
    /// All of them.
    pub const KINDS: [&'static str; 4] = [Self::BANNED, Self::LIFTED, Self::WARNED, Self::SEEN];
}

/// A change of one call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.gatekeeper")]
pub struct VoiceChange {
    /// The call: `private/` and its id, or `community/` and the community's.
    pub call: String,
    /// One of [`VoiceChange::KINDS`].
    pub kind: String,
    /// Whom it concerns, lower case; empty when the call ends.
    pub address: String,
    /// The session in the room, where the server told it.
    pub session: Option<String>,
    /// Whether an invited person moderates the call.
    pub moderator: bool,
    /// ms.
    pub at: i64,
}

impl VoiceChange {
    /// Was given a way in.
    pub const INVITED: &'static str = "invited";
    /// Is in the room.
    pub const CONNECTED: &'static str = "connected";
    /// Left it.
    pub const LEFT: &'static str = "left";
    /// Was lost.
    pub const INTERRUPTED: &'static str = "interrupted";
    /// The call is over.
    pub const ENDED: &'static str = "ended";
    /// All of them.
    pub const KINDS: [&'static str; 5] = [
        Self::INVITED,
        Self::CONNECTED,
        Self::LEFT,
        Self::INTERRUPTED,
        Self::ENDED,
    ];
}

recorded! {
    SceneChange = "gatekeeper/scene-change",
    UserChange = "gatekeeper/user-change",
    VoiceChange = "gatekeeper/voice-change",
}
