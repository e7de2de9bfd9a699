//! Who is connected to this process, and what each socket still has to be told.
//!
//! What waits for a socket is bounded by what it is: the newest assignment, and whether it must go. A client that reads
//! slowly is told where it belongs now, not where it belonged.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use islands::PeerId;
use tokio::sync::Notify;

use super::meters;

/// Reports in a row that must contradict what a client was told.
const STRIKES: u8 = 3;

/// Why a session is ended by the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kick {
    /// The same address has a new one in this process, which speaks for it.
    NewSession,
    /// The same address has a new one in another process.
    Elsewhere,
    /// The address is banned.
    Banned,
}

impl Kick {
    /// For metrics and the log.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::NewSession => "new_session",
            Self::Elsewhere => "new_session_elsewhere",
            Self::Banned => "banned",
        }
    }
}

/// When a session was opened, and which it is of those of that millisecond: the greatest is the newest.
pub(super) type Opening = (u64, u64);

/// One session, as the rest of the process sees it.
pub(super) struct Session {
    pub(super) opening: Opening,
    mail: Mutex<Mail>,
    arrived: Notify,
}

#[derive(Default)]
struct Mail {
    island: Option<Bytes>,
    kick: Option<Kick>,
    /// The name of the island that the client was told last.
    told: Option<String>,
    /// Reports that said otherwise.
    strikes: u8,
}

/// What a socket has to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Send this packet.
    Island(Bytes),
    /// End.
    Kick(Kick),
}

impl Session {
    pub(super) fn new(opening: Opening) -> Arc<Self> {
        Arc::new(Self {
            opening,
            mail: Mutex::default(),
            arrived: Notify::new(),
        })
    }

    fn mail(&self) -> MutexGuard<'_, Mail> {
        self.mail.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts an assignment in place of one that still waits.
    pub(super) fn tell(&self, island: String, packet: Bytes) {
        let mut mail = self.mail();
        mail.told = Some(island);
        mail.strikes = 0;
        mail.island = Some(packet);
        drop(mail);
        self.arrived.notify_one();
    }

    /// Ends the session; the first reason stays.
    pub(super) fn kick(&self, why: Kick) {
        self.mail().kick.get_or_insert(why);
        self.arrived.notify_one();
    }

    /// Waits for something to do.
    pub(super) async fn due(&self) -> Due {
        loop {
            if let Some(due) = self.waiting() {
                return due;
            }
            self.arrived.notified().await;
        }
    }

    fn waiting(&self) -> Option<Due> {
        let mut mail = self.mail();
        match mail.kick {
            Some(why) => Some(Due::Kick(why)),
            None => mail.island.take().map(Due::Island),
        }
    }

    /// Whether reports have said for a while that the peer is in an island that its client was never told.
    fn missed(&self, island: Option<&str>) -> bool {
        let mut mail = self.mail();
        let agrees = match (island, &mail.told) {
            // Who is in no report is on its way: its next heartbeat brings it there.
            (None, _) => true,
            (Some(island), Some(told)) => island == told,
            (Some(_), None) => false,
        };
        mail.strikes = if agrees { 0 } else { mail.strikes + 1 };
        if mail.strikes < STRIKES {
            return false;
        }
        mail.strikes = 0;
        true
    }
}

/// All sessions of this process, one an address.
#[derive(Default)]
pub(super) struct Sessions(Mutex<HashMap<PeerId, Arc<Session>>>);

impl Sessions {
    fn all(&self) -> MutexGuard<'_, HashMap<PeerId, Arc<Session>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers a session; gives the one that it takes the place of.
    pub(super) fn open(&self, peer: PeerId, session: &Arc<Session>) -> Option<Arc<Session>> {
        let mut all = self.all();
        let before = all.insert(peer, Arc::clone(session));
        meters::sessions(all.len());
        before
    }

    /// Takes a session out; whether it was still the one of its address.
    pub(super) fn close(&self, peer: PeerId, session: &Arc<Session>) -> bool {
        let mut all = self.all();
        let is_its = all.get(&peer).is_some_and(|of| Arc::ptr_eq(of, session));
        if is_its {
            all.remove(&peer);
        }
        meters::sessions(all.len());
        is_its
    }

    /// The session of an address.
    pub(super) fn of(&self, peer: PeerId) -> Option<Arc<Session>> {
        self.all().get(&peer).cloned()
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.all().len()
    }

    /// Everybody.
    pub(super) fn peers(&self) -> Vec<PeerId> {
        self.all().keys().copied().collect()
    }

    /// Whose client believes something else than the reports have been saying.
    pub(super) fn missed<'a>(&self, island: impl Fn(PeerId) -> Option<&'a str>) -> Vec<PeerId> {
        let all = self.all();
        let missed = all
            .iter()
            .filter(|(peer, session)| session.missed(island(**peer)));
        missed.map(|(peer, _)| *peer).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: PeerId = PeerId([1; 20]);

    #[tokio::test]
    async fn a_slow_socket_is_told_the_newest_only_and_a_kick_first() {
        let session = Session::new((1, 0));
        session.tell("I1".into(), Bytes::from_static(b"one"));
        session.tell("I2".into(), Bytes::from_static(b"two"));
        assert_eq!(session.due().await, Due::Island(Bytes::from_static(b"two")));
        session.tell("I3".into(), Bytes::from_static(b"three"));
        session.kick(Kick::Banned);
        session.kick(Kick::NewSession);
        assert_eq!(session.due().await, Due::Kick(Kick::Banned));
    }

    #[test]
    fn a_late_end_of_an_old_session_leaves_the_new_one_alone() {
        let sessions = Sessions::default();
        let [old, new] = [Session::new((1, 0)), Session::new((2, 0))];
        assert!(sessions.open(PEER, &old).is_none());
        let before = sessions.open(PEER, &new).expect("the old one");
        assert!(Arc::ptr_eq(&before, &old));
        assert!(!sessions.close(PEER, &old));
        assert_eq!(sessions.count(), 1);
        assert!(sessions.close(PEER, &new));
        assert_eq!(sessions.count(), 0);
    }

    #[test]
    fn who_missed_an_assignment_is_found_by_the_reports() {
        let sessions = Sessions::default();
        let session = Session::new((1, 0));
        sessions.open(PEER, &session);
        session.tell("I1".into(), Bytes::new());
        let mut found = 0;
        for _ in 0..9 {
            found += sessions.missed(|_| Some("I2")).len();
            // The right one, or none, is no reason to doubt.
            assert!(found > 0 || sessions.missed(|_| None).is_empty());
        }
        assert_eq!(found, 0, "doubts in between start over");
        for _ in 0..3 {
            found += sessions.missed(|_| Some("I2")).len();
        }
        assert_eq!(found, 1);
    }
}
