//! What is said where on the bus: the original's subjects, so that its services can be mixed with these, and a few of
//! our own.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use islands::PeerId;
use runtime::ports::{Bus, Subscription};

use super::meters;

/// Heartbeats, and that somebody connected or disconnected: one subscription, for their order counts.
pub(super) const PEERS: &str = "peer.*.*";
/// Assignments.
pub(super) const CHANGES: &str = "engine.peer.*.island_changed";
/// All islands, after each flush.
pub(super) const ISLANDS: &str = "engine.islands";
/// That the core is there.
pub(super) const DISCOVERY: &str = "engine.discovery";
/// Our own: who leads.
pub(super) const LEASE: &str = "worldlog.archipelago.lease";
/// Our own: a question who leads, answered by the core.
pub(super) const WHO_LEADS: &str = "worldlog.archipelago.who";
/// Our own: sessions that were opened.
pub(super) const SESSIONS: &str = "worldlog.archipelago.session.*";

/// Pause before a bus that is away is asked again.
const AGAIN: Duration = Duration::from_secs(1);

/// What a message below `peer.*` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// It is somewhere.
    Heartbeat,
    /// A session of it begins.
    Connect,
    /// Its session has ended.
    Disconnect,
}

/// Where a heartbeat is published.
pub(super) fn heartbeat(peer: PeerId) -> String {
    format!("peer.{peer}.heartbeat")
}

/// Where it is said that a session begins.
pub(super) fn connect(peer: PeerId) -> String {
    format!("peer.{peer}.connect")
}

/// Where it is said that a session has ended.
pub(super) fn disconnect(peer: PeerId) -> String {
    format!("peer.{peer}.disconnect")
}

/// Where an assignment is published.
pub(super) fn island_changed(peer: PeerId) -> String {
    format!("engine.peer.{peer}.island_changed")
}

/// Where connectors tell each other of a session.
pub(super) fn session(peer: PeerId) -> String {
    format!("worldlog.archipelago.session.{peer}")
}

/// Whom a subject of [`PEERS`] is of, and what it says.
pub(super) fn said(subject: &str) -> Option<(PeerId, Said)> {
    let mut words = subject.split('.').skip(1);
    let peer = PeerId::parse(words.next()?).ok()?;
    let said = match words.next()? {
        "heartbeat" => Said::Heartbeat,
        "connect" => Said::Connect,
        "disconnect" => Said::Disconnect,
        _ => return None,
    };
    Some((peer, said))
}

/// Whom a subject is of whose word `at` is an address.
pub(super) fn peer_at(subject: &str, at: usize) -> Option<PeerId> {
    PeerId::parse(subject.split('.').nth(at)?).ok()
}

/// Subscribes, as long as it takes.
pub(super) async fn subscribe(bus: &Arc<dyn Bus>, pattern: &str) -> Box<dyn Subscription> {
    loop {
        match bus.subscribe(pattern, None).await {
            Ok(subscription) => return subscription,
            Err(error) => {
                tracing::warn!(%error, pattern, "the bus takes no subscription; it is asked again");
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}

/// Publishes; what the bus does not take is counted.
pub(super) async fn publish(bus: &Arc<dyn Bus>, subject: &str, payload: Bytes, what: &'static str) {
    if let Err(error) = bus.publish(subject, payload).await {
        meters::unsent(what);
        tracing::debug!(%error, what, "not published");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_say_of_whom_they_are() {
        let peer = PeerId([0xab; 20]);
        let upper = format!("peer.0x{}.heartbeat", "AB".repeat(20));
        assert_eq!(said(&upper), Some((peer, Said::Heartbeat)));
        assert_eq!(said(&connect(peer)), Some((peer, Said::Connect)));
        assert_eq!(said(&disconnect(peer)), Some((peer, Said::Disconnect)));
        assert_eq!(said("peer.0x12.heartbeat"), None);
        assert_eq!(said(&format!("peer.{peer}.cluster_change")), None);
        assert_eq!(peer_at(&island_changed(peer), 2), Some(peer));
        assert_eq!(peer_at(&session(peer), 3), Some(peer));
    }
}
