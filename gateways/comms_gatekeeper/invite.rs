//! How somebody gets into a room.

use super::fault::Fault;
use super::{Server, meters};
use crate::frame::livekit::{Grant, Invitation, MICROPHONE};

/// What players may do in the room of a scene; the other kinds of rooms take something away.
pub(super) fn grant(room: &str) -> Grant<'_> {
    Grant {
        room_join: true,
        room,
        room_list: false,
        can_publish: true,
        can_subscribe: true,
        can_publish_data: true,
        can_update_own_metadata: true,
        can_publish_sources: Some(MICROPHONE),
    }
}

impl Server {
    /// A connection string, good for five minutes.
    ///
    /// # Errors
    /// 503 where no LiveKit server is configured.
    pub(super) fn invite(
        &self,
        kind: &'static str,
        invitation: &Invitation<'_>,
        grant: &Grant<'_>,
    ) -> Result<String, Fault> {
        let livekit = self.livekit()?;
        let now = self.now();
        let invitation = Invitation {
            not_before: now / 1000,
            ..*invitation
        };
        meters::token(kind);
        let issuer = livekit.issuer();
        Ok(issuer.connection(livekit.host(), &invitation, grant, now))
    }

    /// The same in two parts: where the server is, and the token alone.
    ///
    /// # Errors
    /// As [`Server::invite`].
    pub(super) fn token(
        &self,
        kind: &'static str,
        invitation: &Invitation<'_>,
        grant: &Grant<'_>,
    ) -> Result<(String, String), Fault> {
        let livekit = self.livekit()?;
        let now = self.now();
        let invitation = Invitation {
            not_before: now / 1000,
            ..*invitation
        };
        meters::token(kind);
        let token = livekit.issuer().token(&invitation, grant, now);
        Ok((livekit.host().to_owned(), token))
    }
}
