//! What is said of a room to everybody in it: who is banned, who administrates, who may present.
//!
//! It is read, changed and written, one change of a room at a time in this process. Bans and admins are written from the
//! read models each time, so that what another process wrote in between is repaired by the next change; presenters are
//! kept by the room alone.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex as Lock, PoisonError};
use std::time::Instant;

use serde_json::{Map, Value, json};
use tokio::sync::Mutex;

use super::places::{self, Place, Where};
use super::{Server, permissions};
use crate::frame::livekit::LiveKitError;

/// Rooms that are changed at the same time, at most.
const TURNS: usize = 64;
/// Rooms of which it is known when they were last refreshed.
const ROOMS_MAX: usize = 10_000;
/// Presenters of one room.
const PRESENTERS_MAX: usize = 200;

/// Whose turn it is, and when rooms were refreshed.
pub(super) struct Metadata {
    turns: [Mutex<()>; TURNS],
    spread: RandomState,
    refreshed: Lock<HashMap<String, Instant>>,
}

impl Default for Metadata {
    fn default() -> Self {
        Self {
            turns: std::array::from_fn(|_| Mutex::default()),
            spread: RandomState::new(),
            refreshed: Lock::default(),
        }
    }
}

impl Metadata {
    fn turn(&self, room: &str) -> &Mutex<()> {
        let at = self.spread.hash_one(room) % TURNS as u64;
        &self.turns[usize::try_from(at).unwrap_or_default()]
    }

    /// Whether a room may be refreshed again because somebody came.
    fn is_due(&self, server: &Server, room: &str) -> bool {
        let rest = server.settings().room_metadata_rest.0;
        let mut refreshed = self
            .refreshed
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if refreshed.get(room).is_some_and(|at| at.elapsed() < rest) {
            return false;
        }
        if refreshed.len() >= ROOMS_MAX {
            refreshed.retain(|_, at| at.elapsed() < rest);
        }
        if refreshed.len() >= ROOMS_MAX {
            refreshed.clear();
        }
        refreshed.insert(room.to_owned(), Instant::now());
        true
    }

    /// Lets somebody present in a room, which is made when it is not there, or not any more.
    ///
    /// # Errors
    /// The LiveKit server's.
    pub(super) async fn present(
        &self,
        server: &Server,
        room: &str,
        who: &str,
        may: bool,
    ) -> Result<(), LiveKitError> {
        self.change(server, room, may, |said| {
            let mut presenters = presenters(said);
            if !may {
                presenters.remove(who);
            } else if presenters.len() < PRESENTERS_MAX {
                presenters.insert(who.to_owned());
            }
            said.insert("presenters".into(), json!(presenters));
        })
        .await
    }

    /// Who may present in a room.
    ///
    /// # Errors
    /// The LiveKit server's.
    pub(super) async fn presenters(
        &self,
        server: &Server,
        room: &str,
    ) -> Result<BTreeSet<String>, LiveKitError> {
        let Some(livekit) = &server.livekit else {
            return Ok(BTreeSet::new());
        };
        let found = livekit.rooms(&[room]).await?;
        let found = found.iter().find(|found| found.name == room);
        Ok(found.map_or_else(BTreeSet::new, |found| presenters(&read(&found.metadata))))
    }

    async fn change(
        &self,
        server: &Server,
        room: &str,
        make: bool,
        change: impl FnOnce(&mut Map<String, Value>),
    ) -> Result<(), LiveKitError> {
        let Some(livekit) = &server.livekit else {
            return Ok(());
        };
        let _turn = self.turn(room).lock().await;
        let found = livekit.rooms(&[room]).await?;
        let found = match found.into_iter().find(|found| found.name == room) {
            Some(found) => found,
            None if make => livekit.create_room(room).await?,
            None => return Ok(()),
        };
        let before = read(&found.metadata);
        let mut said = before.clone();
        change(&mut said);
        if said == before {
            return Ok(());
        }
        let text = Value::Object(said).to_string();
        match livekit.describe(room, &text).await {
            Err(error) if error.is_absent() => Ok(()),
            other => other,
        }
    }
}

fn read(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap_or_default()
}

fn presenters(said: &Map<String, Value>) -> BTreeSet<String> {
    let list = said.get("presenters").and_then(Value::as_array);
    let list = list.into_iter().flatten();
    list.filter_map(|one| Some(one.as_str()?.to_owned()))
        .collect()
}

impl Server {
    /// Says of a room who is banned and who administrates now.
    pub(super) fn refresh(&self, room: String, place: Place) {
        self.tell("metadata", |server| async move {
            refreshed(&server, &room, &place).await
        });
    }

    /// The same for a room that somebody came into, not too often.
    pub(super) fn refresh_sometimes(&self, room: String, realm: String, scene: String) {
        if !self.metadata.is_due(self, &room) {
            return;
        }
        self.tell("metadata", |server| async move {
            let from = Where {
                realm: &realm,
                scene: Some(scene.as_str()).filter(|scene| !scene.is_empty()),
                ..Where::default()
            };
            match places::find(&server, from).await {
                Ok(place) => refreshed(&server, &room, &place).await,
                Err(_) => Ok(()),
            }
        });
    }
}

async fn refreshed(server: &Server, room: &str, place: &Place) -> Result<(), LiveKitError> {
    let Ok(state) = server.tables().scene(&place.id).await else {
        return Ok(());
    };
    let others = permissions::others(server, place).await;
    let mut admins = others.unwrap_or_else(|error| {
        tracing::warn!(%error, "who else may decide at a place is not known");
        BTreeSet::new()
    });
    admins.extend(state.admins.keys().cloned());
    admins.extend(permissions::leases(server, place).await);
    let banned: Vec<&String> = state.bans.keys().collect();
    let change = |said: &mut Map<String, Value>| {
        said.insert("bannedAddresses".into(), json!(banned));
        said.insert("sceneAdmins".into(), json!(admins));
    };
    server.metadata.change(server, room, false, change).await
}
