//! Who is there, as everybody hears it who may be the core: positions by heartbeats, islands by the core's reports.

use std::collections::HashMap;
use std::time::Duration;

use islands::{Engine, IslandId, PeerId, Position, Resident};
use tokio::time::Instant;

use super::super::wire::IslandStatus;

/// All that are there.
#[derive(Default)]
pub(super) struct Roll {
    peers: HashMap<PeerId, Mark>,
    /// Which report was the last.
    report: u64,
}

struct Mark {
    /// Where it is; unknown of whom only a report has told.
    now: Option<Position>,
    /// Where it was at the report that said its island.
    then: Option<Position>,
    island: Option<IslandId>,
    wish: Option<IslandId>,
    /// The last report that had it.
    report: u64,
    heard: Instant,
}

impl Mark {
    fn new() -> Self {
        Self {
            now: None,
            then: None,
            island: None,
            wish: None,
            report: 0,
            heard: Instant::now(),
        }
    }
}

impl Roll {
    /// A heartbeat; without a wish the one before stays.
    pub(super) fn set(&mut self, peer: PeerId, at: Position, wish: Option<IslandId>) {
        let mark = self.peers.entry(peer).or_insert_with(Mark::new);
        mark.now = Some(at);
        mark.wish = wish.or(mark.wish);
        mark.heard = Instant::now();
    }

    pub(super) fn remove(&mut self, peer: PeerId) {
        self.peers.remove(&peer);
    }

    /// Who has said nothing for so long.
    pub(super) fn silent(&self, silence: Duration) -> Vec<PeerId> {
        let silent = self.peers.iter();
        let silent = silent.filter(|(_, mark)| mark.heard.elapsed() > silence);
        silent.map(|(peer, _)| *peer).collect()
    }

    /// A core's report. Islands of other names are not ours to go on with.
    pub(super) fn reported(&mut self, status: &IslandStatus, prefix: &str) {
        self.report += 1;
        for island in &status.data {
            let Some(id) = IslandId::parse(prefix, &island.id) else {
                continue;
            };
            let peers = island.peers.iter();
            for peer in peers.filter_map(|peer| PeerId::parse(peer).ok()) {
                self.told(peer, id);
            }
        }
    }

    /// Keeps what an engine knows that goes out of office.
    pub(super) fn keep(&mut self, engine: &Engine) {
        self.report += 1;
        for resident in engine.residents() {
            self.told(resident.peer, resident.island);
        }
    }

    fn told(&mut self, peer: PeerId, island: IslandId) {
        let mark = self.peers.entry(peer).or_insert_with(Mark::new);
        mark.island = Some(island);
        mark.then = mark.now;
        mark.report = self.report;
    }

    /// Puts everybody into an engine: in their islands, those who have one, and then where they are now. Gives how many
    /// have one.
    pub(super) fn fill(&self, engine: &mut Engine) -> usize {
        let mut restored = 0;
        for (peer, mark) in &self.peers {
            let (Some(island), Some(position)) = (mark.island, mark.then) else {
                continue;
            };
            if mark.report != self.report {
                continue;
            }
            let resident = Resident {
                peer: *peer,
                position,
                island,
                desired: mark.wish,
            };
            // One that does not fit any more is new.
            restored += usize::from(engine.restore(&resident).is_ok());
        }
        for (peer, mark) in &self.peers {
            let Some(now) = mark.now else { continue };
            if let Err(error) = engine.set(*peer, now, mark.wish) {
                tracing::debug!(%error, "a peer is not taken over");
            }
        }
        restored
    }
}

#[cfg(test)]
mod tests {
    use islands::Options;

    use super::super::super::wire::IslandData;
    use super::*;

    fn place(x: f32) -> Position {
        Position::new(x, 0.0, 0.0)
    }

    fn engine() -> Engine {
        Engine::new(Options::default()).expect("the defaults are in range")
    }

    fn report(engine: &Engine) -> IslandStatus {
        let data = engine.islands().map(|view| IslandData {
            id: engine.name(view.island),
            peers: view
                .peers
                .iter()
                .map(|(peer, _)| peer.to_string())
                .collect(),
            ..IslandData::default()
        });
        IslandStatus {
            data: data.collect(),
        }
    }

    #[test]
    fn an_heir_tells_nobody_what_they_know_and_goes_on() {
        let mut first = engine();
        let mut roll = Roll::default();
        let peers: Vec<PeerId> = (1..=6).map(|n| PeerId([n; 20])).collect();
        for (peer, x) in peers.iter().zip([0.0, 10.0, 500.0, 510.0, 1000.0, 1010.0]) {
            first.set(*peer, place(x), None).expect("a place");
            roll.set(*peer, place(x), None);
        }
        first.flush();
        roll.reported(&report(&first), "I");
        // Between the last report and the end: one walks away from its island, and one is new.
        roll.set(peers[5], place(2000.0), None);
        let new = PeerId([9; 20]);
        roll.set(new, place(505.0), None);
        let mut heir = Engine::new(Options {
            first_island: first.next_island(),
            ..Options::default()
        })
        .expect("in range");
        assert_eq!(roll.fill(&mut heir), 6);
        let told: Vec<PeerId> = heir.flush().moved.iter().map(|moved| moved.peer).collect();
        assert_eq!(told, [peers[5], new]);
        for peer in &peers[..5] {
            assert_eq!(heir.island_of(*peer), first.island_of(*peer));
        }
        assert_eq!(heir.island_of(new), heir.island_of(peers[2]));
    }

    #[test]
    fn who_is_in_no_newer_report_is_new_and_who_is_silent_goes() {
        let mut first = engine();
        let mut roll = Roll::default();
        let [a, b] = [PeerId([1; 20]), PeerId([2; 20])];
        for (peer, x) in [(a, 0.0), (b, 500.0)] {
            first.set(peer, place(x), None).expect("a place");
            roll.set(peer, place(x), None);
        }
        first.flush();
        roll.reported(&report(&first), "I");
        first.remove(b).expect("known");
        first.flush();
        roll.reported(&report(&first), "I");
        assert_eq!(roll.fill(&mut engine()), 1);
        roll.reported(&report(&first), "other-");
        assert_eq!(roll.fill(&mut engine()), 0, "no island of ours");
        assert_eq!(roll.silent(Duration::ZERO).len(), 2);
        roll.remove(a);
        assert_eq!(roll.silent(Duration::ZERO), [b]);
    }
}
