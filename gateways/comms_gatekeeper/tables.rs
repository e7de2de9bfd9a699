//! Rows of the read models behind the gatekeeper.

use model::tables::gatekeeper::{ALL, scenes, users, voice};
use runtime::platform::Platform;
use runtime::ports::{PortError, RowRange};
use runtime::reading::{View, decode};

use crate::frame;

pub(super) const SCENES: &str = "gatekeeper_scenes";
pub(super) const USERS: &str = "gatekeeper_users";
pub(super) const VOICE: &str = "gatekeeper_voice";
pub(super) const DEPLOYMENTS: &str = "deployments";
pub(super) const POINTERS: &str = "pointers";
pub(super) const REGISTRY: &str = "registry_entities";

/// People of one device that are looked at.
const DEVICE_MAX: usize = 32;
/// Calls of one person that are looked at.
const CALLS_OF_USER_MAX: usize = 100;

/// Handles on the read models, at the generations of the request.
pub(super) struct Tables {
    scenes: View,
    users: View,
    voice: View,
}

impl Tables {
    pub(super) fn of(platform: &Platform) -> Self {
        Self {
            scenes: frame::view(platform, SCENES),
            users: frame::view(platform, USERS),
            voice: frame::view(platform, VOICE),
        }
    }

    /// A place; an empty one where nothing was decided yet.
    pub(super) async fn scene(&self, place: &str) -> Result<scenes::State, PortError> {
        let found = self.scenes.read(scenes::TABLE, place.as_bytes(), b"");
        Ok(found.await?.unwrap_or_default())
    }

    /// Open streams, at most `most`.
    pub(super) async fn streams(&self, most: usize) -> Result<Vec<scenes::Stream>, PortError> {
        let rows = frame::rows(&self.scenes, scenes::STREAMS, ALL, most).await?;
        rows.iter()
            .map(|row| decode(scenes::STREAMS, row))
            .collect()
    }

    /// The stream whose key has this hash.
    pub(super) async fn stream(&self, key_hash: &str) -> Result<Option<scenes::Stream>, PortError> {
        let range = RowRange {
            limit: 1,
            ..RowRange::default()
        };
        let table = scenes::STREAM_KEYS;
        let rows = self.scenes.range(table, key_hash.as_bytes(), range).await?;
        rows.first().map(|row| decode(table, row)).transpose()
    }

    /// A person.
    pub(super) async fn user(&self, address: &str) -> Result<users::State, PortError> {
        let found = self.users.read(users::TABLE, address.as_bytes(), b"");
        Ok(found.await?.unwrap_or_default())
    }

    /// Bans that hold at a time, at most `most` are looked at.
    pub(super) async fn banned(&self, now: i64, most: usize) -> Result<Vec<users::Ban>, PortError> {
        let rows = frame::rows(&self.users, users::BANNED, ALL, most).await?;
        let bans = rows.iter().map(|row| decode(users::BANNED, row));
        let bans: Result<Vec<users::Ban>, _> = bans.collect();
        let mut bans = bans?;
        bans.retain(|ban| ban.holds_at(now));
        Ok(bans)
    }

    /// Whether somebody who was banned was last seen with this device.
    pub(super) async fn is_device_banned(&self, device: &str, now: i64) -> Result<bool, PortError> {
        let table = users::DEVICES;
        let rows = frame::rows(&self.users, table, device.as_bytes(), DEVICE_MAX).await?;
        for row in &rows {
            let ban: users::Ban = decode(table, row)?;
            if ban.holds_at(now) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A call.
    pub(super) async fn call(&self, key: &str) -> Result<voice::State, PortError> {
        let found = self.voice.read(voice::TABLE, key.as_bytes(), b"");
        Ok(found.await?.unwrap_or_default())
    }

    /// Calls of a kind with their ids, at most `most`.
    pub(super) async fn calls(
        &self,
        kind: &str,
        most: usize,
    ) -> Result<Vec<(String, voice::State)>, PortError> {
        let table = voice::CALLS;
        let rows = frame::rows(&self.voice, table, kind.as_bytes(), most).await?;
        let of = |row: &runtime::ports::Row| {
            let id = String::from_utf8_lossy(&row.row).into_owned();
            Ok((id, decode(table, row)?))
        };
        rows.iter().map(of).collect()
    }

    /// How somebody is in calls, with their keys.
    pub(super) async fn calls_of(
        &self,
        address: &str,
    ) -> Result<Vec<(String, voice::User)>, PortError> {
        let table = voice::OF_USERS;
        let rows = frame::rows(&self.voice, table, address.as_bytes(), CALLS_OF_USER_MAX).await?;
        let of = |row: &runtime::ports::Row| {
            let key = String::from_utf8_lossy(&row.row).into_owned();
            Ok((key, decode(table, row)?))
        };
        rows.iter().map(of).collect()
    }
}
