//! The rules, checked by comparing everybody with everybody.

use std::collections::{BTreeMap, BTreeSet};

use islands::{Changes, Engine, IslandId, Options, PeerId, Position, Reason};

/// What is known of a peer after a flush.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Known {
    pub(crate) position: Position,
    pub(crate) island: IslandId,
}

pub(crate) type Snapshot = BTreeMap<PeerId, Known>;

/// Everybody, from the list of islands: fails when a peer is in two islands or in none, or an island is empty.
pub(crate) fn snapshot(engine: &Engine) -> Snapshot {
    let mut all = Snapshot::new();
    for view in engine.islands() {
        assert!(!view.peers.is_empty(), "an empty island");
        for (peer, position) in view.peers {
            let island = view.island;
            let before = all.insert(peer, Known { position, island });
            assert!(before.is_none(), "{peer} is in two islands");
            assert_eq!(engine.island_of(peer), Some(island));
        }
    }
    assert_eq!(all.len(), engine.peer_count(), "somebody is in no island");
    all
}

pub(crate) fn members(all: &Snapshot) -> BTreeMap<IslandId, Vec<PeerId>> {
    let mut islands: BTreeMap<IslandId, Vec<PeerId>> = BTreeMap::new();
    for (peer, known) in all {
        islands.entry(known.island).or_default().push(*peer);
    }
    islands
}

fn near(a: Position, b: Position, metres: f64) -> bool {
    let (dx, dz) = (
        f64::from(a.x) - f64::from(b.x),
        f64::from(a.z) - f64::from(b.z),
    );
    dx * dx + dz * dz <= metres * metres
}

/// The connected parts of some peers.
pub(crate) fn parts(of: &[PeerId], all: &Snapshot, metres: f64) -> Vec<Vec<PeerId>> {
    let mut rest: BTreeSet<PeerId> = of.iter().copied().collect();
    let mut parts = Vec::new();
    while let Some(first) = rest.pop_first() {
        let mut part = vec![first];
        let mut next = 0;
        while let Some(&peer) = part.get(next) {
            next += 1;
            let is_near = |other: &PeerId| near(all[&peer].position, all[other].position, metres);
            let found: Vec<PeerId> = rest.iter().copied().filter(is_near).collect();
            found.iter().for_each(|other| {
                rest.remove(other);
            });
            part.extend(found);
        }
        parts.push(part);
    }
    parts
}

/// Whether two sets of peers have a pair within so many metres.
pub(crate) fn touch(a: &[PeerId], b: &[PeerId], all: &Snapshot, metres: f64) -> bool {
    let close = |p: &PeerId, q: &PeerId| near(all[p].position, all[q].position, metres);
    a.iter().any(|p| b.iter().any(|q| close(p, q)))
}

/// Every rule that holds after each flush, whatever was before.
pub(crate) fn check_rules(options: &Options, all: &Snapshot) {
    let (join, leave) = (options.join_distance_m, options.leave_distance_m);
    let cap = options.island_peers_max;
    let islands: Vec<Vec<PeerId>> = members(all).into_values().collect();
    for island in &islands {
        assert!(island.len() <= cap, "{} peers, cap {cap}", island.len());
        assert_eq!(parts(island, all, leave).len(), 1, "an island in pieces");
    }
    for (index, a) in islands.iter().enumerate() {
        for b in &islands[index + 1..] {
            let fits = a.len() + b.len() <= cap;
            assert!(
                !fits || !touch(a, b, all, join),
                "{a:?} and {b:?} fit and are near"
            );
        }
    }
    let everybody: Vec<PeerId> = all.keys().copied().collect();
    for crowd in parts(&everybody, all, join) {
        let homes: BTreeSet<IslandId> = crowd.iter().map(|peer| all[peer].island).collect();
        assert!(
            crowd.len() > cap || homes.len() == 1,
            "a crowd of {} in {homes:?}",
            crowd.len()
        );
    }
}

/// What a flush said is what changed, and nothing changed without a cause.
pub(crate) fn check_changes(
    options: &Options,
    before: &Snapshot,
    after: &Snapshot,
    new: &BTreeSet<PeerId>,
    changes: &Changes,
) {
    let mut told = BTreeMap::new();
    for change in &changes.moved {
        assert_eq!(after[&change.peer].island, change.island);
        let from = before
            .get(&change.peer)
            .filter(|_| !new.contains(&change.peer));
        assert_eq!(change.from, from.map(|known| known.island), "{change:?}");
        assert_eq!(change.from.is_none(), change.reason == Reason::Arrived);
        assert!(told.insert(change.peer, change).is_none(), "told twice");
    }
    for (peer, known) in after {
        let same = before.get(peer).is_some_and(|b| b.island == known.island);
        let must = new.contains(peer) || !same;
        assert_eq!(told.contains_key(peer), must, "{peer}");
    }
    check_deltas(before, after, new, changes);
    check_causes(options, before, after, new, changes);
}

fn check_deltas(before: &Snapshot, after: &Snapshot, new: &BTreeSet<PeerId>, changes: &Changes) {
    let mut rooms = members(before);
    for delta in &changes.islands {
        let room = rooms.entry(delta.island).or_default();
        assert!(
            delta.left.iter().all(|peer| room.contains(peer)),
            "who left was there"
        );
        room.retain(|peer| !delta.left.contains(peer));
        room.extend(&delta.joined);
        room.sort_unstable();
        assert_eq!(room.len(), delta.peers);
        assert!(delta.joined.is_sorted() && delta.left.is_sorted());
    }
    rooms.retain(|_, room| !room.is_empty());
    assert_eq!(
        rooms,
        members(after),
        "joins and leaves lead from before to after"
    );
    let _ = new;
}

/// An island that is still connected, that lost nobody to a wish and that nobody outside it is near, stays as it was.
/// And of what an island was, the largest part that stayed together keeps the number.
fn check_causes(
    options: &Options,
    before: &Snapshot,
    after: &Snapshot,
    new: &BTreeSet<PeerId>,
    changes: &Changes,
) {
    let everybody: Vec<PeerId> = after.keys().copied().collect();
    let wished = changes.moved.iter().any(|c| c.reason == Reason::Wished);
    for (number, was) in members(before) {
        let rest: Vec<PeerId> = was
            .into_iter()
            .filter(|peer| after.contains_key(peer) && !new.contains(peer))
            .collect();
        let parts = parts(&rest, after, options.leave_distance_m);
        let outside: Vec<PeerId> = everybody
            .iter()
            .copied()
            .filter(|p| !rest.contains(p))
            .collect();
        if rest.is_empty() || touch(&rest, &outside, after, options.join_distance_m) || wished {
            continue;
        }
        let largest = parts.iter().map(Vec::len).max().expect("not empty");
        let holders: Vec<_> = rest
            .iter()
            .filter(|peer| after[peer].island == number)
            .collect();
        assert!(
            holders.len() >= largest,
            "the larger part of {number:?} was moved"
        );
        if parts.len() == 1 {
            assert_eq!(holders.len(), rest.len(), "{number:?} was disturbed");
        }
    }
}
