//! The rules of the service that this engine replaces, written plainly from their description: every island that a
//! heartbeat came from is compared with every other island. It is the measure, on the same machine and in the same
//! language, of what the grid and the bookkeeping of this crate gain.

use std::collections::BTreeMap;

const JOIN: f64 = 64.0;
const LEAVE: f64 = 80.0;
const CAP: usize = 100;

#[derive(Default)]
struct Island {
    peers: Vec<usize>,
    dirty: bool,
    /// Centre and radius, until a member reports.
    circle: Option<(f64, f64, f64)>,
}

#[derive(Default)]
pub(crate) struct Original {
    places: Vec<(f64, f64)>,
    island_of: Vec<u64>,
    islands: BTreeMap<u64, Island>,
    pending: Vec<usize>,
    changed: BTreeMap<usize, u64>,
    next: u64,
    /// How many room tokens would have been made.
    pub(crate) tokens: usize,
}

impl Original {
    pub(crate) fn set(&mut self, peer: usize, (x, z): (f32, f32)) {
        let place = (f64::from(x), f64::from(z));
        if peer == self.places.len() {
            self.places.push(place);
            self.island_of.push(0);
            self.pending.push(peer);
            return;
        }
        self.places[peer] = place;
        if let Some(island) = self.islands.get_mut(&self.island_of[peer]) {
            (island.dirty, island.circle) = (true, None);
        }
    }

    pub(crate) fn island_count(&self) -> usize {
        self.islands.len()
    }

    pub(crate) fn island_of(&self, peer: usize) -> u64 {
        self.island_of[peer]
    }

    /// Returns how many peers are told of another island.
    pub(crate) fn flush(&mut self) -> usize {
        for peer in std::mem::take(&mut self.pending) {
            self.create(vec![peer]);
        }
        let dirty =
            |(id, island): (&u64, &mut Island)| std::mem::take(&mut island.dirty).then_some(*id);
        let mut affected: Vec<u64> = self.islands.iter_mut().filter_map(dirty).collect();
        let mut index = 0;
        while let Some(&id) = affected.get(index) {
            index += 1;
            self.split(id, &mut affected);
        }
        let mut processed = std::collections::BTreeSet::new();
        for id in affected {
            if processed.contains(&id) || !self.islands.contains_key(&id) {
                continue;
            }
            let near = self.intersecting(id);
            if !near.is_empty() {
                processed.insert(id);
                self.merge(id, near);
            }
        }
        std::mem::take(&mut self.changed).len()
    }

    fn create(&mut self, peers: Vec<usize>) -> u64 {
        self.next += 1;
        let id = self.next;
        self.islands.insert(
            id,
            Island {
                dirty: true,
                ..Island::default()
            },
        );
        self.put(id, peers);
        id
    }

    fn put(&mut self, id: u64, peers: Vec<usize>) {
        self.tokens += peers.len();
        for &peer in &peers {
            self.island_of[peer] = id;
            self.changed.insert(peer, id);
        }
        let island = self.islands.get_mut(&id).expect("it is there");
        island.peers.extend(peers);
        island.circle = None;
    }

    fn near(&self, a: usize, b: usize, metres: f64) -> bool {
        let ((ax, az), (bx, bz)) = (self.places[a], self.places[b]);
        (ax - bx).hypot(az - bz) <= metres
    }

    fn split(&mut self, id: u64, affected: &mut Vec<u64>) {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for &peer in &self.islands[&id].peers {
            let is_near = |group: &Vec<usize>| group.iter().any(|p| self.near(*p, peer, LEAVE));
            let (mut joined, apart): (Vec<_>, Vec<_>) = groups.into_iter().partition(is_near);
            groups = apart;
            let mut fused = if joined.is_empty() {
                Vec::new()
            } else {
                joined.remove(0)
            };
            fused.push(peer);
            fused.extend(joined.into_iter().flatten());
            groups.push(fused);
        }
        if groups.len() < 2 {
            return;
        }
        let largest = (0..groups.len())
            .rev()
            .max_by_key(|g| groups[*g].len())
            .expect("two or more");
        let kept = groups.remove(largest);
        let island = self.islands.get_mut(&id).expect("it is there");
        (island.peers, island.circle) = (kept, None);
        for group in groups {
            let new = self.create(group);
            self.islands.get_mut(&new).expect("just made").dirty = false;
            affected.push(new);
        }
    }

    fn circle(&mut self, id: u64) -> (f64, f64, f64) {
        let island = &self.islands[&id];
        if let Some(circle) = island.circle {
            return circle;
        }
        let count = island.peers.len() as f64;
        let places = || island.peers.iter().map(|p| self.places[*p]);
        let x = places().map(|p| p.0).sum::<f64>() / count;
        let z = places().map(|p| p.1).sum::<f64>() / count;
        let radius = places()
            .map(|p| (p.0 - x).hypot(p.1 - z))
            .fold(0.0, f64::max);
        self.islands.get_mut(&id).expect("it is there").circle = Some((x, z, radius));
        (x, z, radius)
    }

    fn intersecting(&mut self, id: u64) -> Vec<u64> {
        let (x, z, radius) = self.circle(id);
        let others: Vec<u64> = self.islands.keys().copied().filter(|o| *o != id).collect();
        let near = |other: &u64| {
            let (ox, oz, other_radius) = self.circle(*other);
            if (x - ox).hypot(z - oz) > radius + other_radius + JOIN {
                return false;
            }
            let (a, b) = (&self.islands[&id].peers, &self.islands[other].peers);
            a.iter().any(|p| b.iter().any(|q| self.near(*p, *q, JOIN)))
        };
        others.into_iter().filter(near).collect()
    }

    fn merge(&mut self, id: u64, near: Vec<u64>) {
        let mut order = near;
        order.push(id);
        order.sort_by_key(|i| (std::cmp::Reverse(self.islands[i].peers.len()), *i));
        let mut survivors = vec![order[0]];
        for &next in &order[1..] {
            let size = self.islands[&next].peers.len();
            let fits = |s: &&u64| self.islands[*s].peers.len() + size <= CAP;
            match survivors.iter().find(fits).copied() {
                Some(survivor) => {
                    let gone = self.islands.remove(&next).expect("it is there");
                    self.put(survivor, gone.peers);
                }
                None => survivors.push(next),
            }
        }
    }
}
