//! What the LiveKit server is told beside requests: so much at a time, and a bounded number that waits.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::settings::CommsGatekeeper;
use super::{Server, meters, standing};
use crate::frame::livekit::LiveKitError;

/// Places for what waits, and for what is under way.
pub(super) struct Work {
    queue: Arc<Semaphore>,
    calls: Arc<Semaphore>,
}

impl Work {
    pub(super) fn new(settings: &CommsGatekeeper) -> Self {
        Self {
            queue: Arc::new(Semaphore::new(settings.livekit_queue.max(1))),
            calls: Arc::new(Semaphore::new(settings.livekit_calls.max(1))),
        }
    }

    /// Does something soon, if there is room for it.
    fn later<F>(&self, what: &'static str, task: F)
    where
        F: Future<Output = Result<(), LiveKitError>> + Send + 'static,
    {
        let Ok(place) = Arc::clone(&self.queue).try_acquire_owned() else {
            meters::called(what, "dropped");
            tracing::warn!(
                what,
                "too much waits for the LiveKit server: this is left out"
            );
            return;
        };
        let calls = Arc::clone(&self.calls);
        tokio::spawn(async move {
            let _place = place;
            let Ok(_turn) = calls.acquire_owned().await else {
                return;
            };
            match task.await {
                Ok(()) => meters::called(what, "done"),
                Err(error) => {
                    meters::called(what, "failed");
                    tracing::warn!(what, %error, "the LiveKit server was not told");
                }
            }
        });
    }
}

/// Who this identity is: an address in lower case, or nobody that has one.
pub(super) fn address(identity: &str) -> Option<String> {
    let start = identity.get(..42)?.to_lowercase();
    model::events::notification::is_address(&start).then_some(start)
}

impl Server {
    /// Tells the LiveKit server something soon; nothing where there is none.
    pub(super) fn tell<F, R>(&self, what: &'static str, task: F)
    where
        F: FnOnce(Self) -> R + Send + 'static,
        R: Future<Output = Result<(), LiveKitError>> + Send + 'static,
    {
        if self.livekit.is_some() {
            self.work.later(what, task(self.clone()));
        }
    }

    /// Sends an address out of a room, however its identity is spelled.
    pub(super) fn kick(&self, room: String, who: String) {
        self.tell(
            "kick",
            |server| async move { out(&server, &room, &who).await },
        );
    }

    /// Sends an address out of every room.
    pub(super) fn kick_everywhere(&self, who: String) {
        self.tell("kick_everywhere", |server| async move {
            let Some(livekit) = &server.livekit else {
                return Ok(());
            };
            let rooms = livekit.rooms(&[]).await?;
            let mut failed = None;
            for room in rooms.iter().take(server.settings().kick_rooms_max) {
                if let Err(error) = out(&server, &room.name, &who).await {
                    failed = Some(error);
                }
            }
            failed.map_or(Ok(()), Err)
        });
    }

    /// Sends somebody out who came in with a token from before the ban.
    pub(super) fn look_at(&self, room: String, who: String) {
        self.tell("look", |server| async move {
            match standing::is_unwelcome(&server, &room, &who).await {
                true => out(&server, &room, &who).await,
                false => Ok(()),
            }
        });
    }

    /// Ends a room.
    pub(super) fn end_room(&self, room: String) {
        self.tell("end_room", |server| async move {
            match &server.livekit {
                Some(livekit) => livekit.delete_room(&room).await,
                None => Ok(()),
            }
        });
    }
}

async fn out(server: &Server, room: &str, who: &str) -> Result<(), LiveKitError> {
    let Some(livekit) = &server.livekit else {
        return Ok(());
    };
    for participant in livekit.participants(room).await? {
        if address(&participant.identity).as_deref() == Some(who) {
            livekit.remove(room, &participant.identity).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_identity_begins_with_an_address_or_is_nobodys() {
        let who = format!("0x{}", "aB".repeat(20));
        assert_eq!(address(&format!("{who}:tab2")), Some(who.to_lowercase()));
        for other in [
            "",
            "authoritative-server",
            "0x1",
            &"é".repeat(42),
            &"z".repeat(60),
        ] {
            assert_eq!(address(other), None, "{other}");
        }
    }
}
