//! Newcomers get islands among themselves first; [`merge`](super::merge) then brings these to the islands there are.
//!
//! A crowd of newcomers larger than the cap is cut along the longer side of the rectangle around it, again and again,
//! so that each island is of one neighbourhood.

use crate::Engine;
use crate::grid::NEAR;
use crate::space::Bounds;

impl Engine {
    pub(super) fn admit(&mut self) {
        for group in self.newcomer_groups() {
            let mut parts = Vec::new();
            if group.len() <= self.rules.cap {
                parts.push(group);
            } else {
                let count = group.len().div_ceil(self.rules.bulk);
                self.cut(group, count, &mut parts);
            }
            for part in parts {
                let slot = self.isles.create(0);
                for peer in part {
                    self.isles.put(&mut self.peers, slot, peer);
                }
                self.split(slot);
            }
        }
    }

    /// The newcomers that are connected among themselves at the join distance.
    fn newcomer_groups(&self) -> Vec<Vec<u32>> {
        let mut by_cell = self.newcomers.clone();
        by_cell.sort_unstable_by_key(|peer| self.peers.cell(*peer));
        let runs: Vec<&[u32]> = by_cell
            .chunk_by(|a, b| self.peers.cell(*a) == self.peers.cell(*b))
            .collect();
        let cell_of = |run: &[u32]| self.peers.cell(run[0]);
        let mut parents: Vec<usize> = (0..runs.len()).collect();
        for (index, run) in runs.iter().enumerate() {
            let cell = &self.grid.cells[cell_of(run) as usize];
            for k in (0..NEAR / 2).filter(|k| cell.linked >> k & 1 == 1) {
                let found = runs.binary_search_by_key(&cell.near[k], |other| cell_of(other));
                if let Ok(other) = found
                    && self.are_near(run, runs[other])
                {
                    let (a, b) = (root(&mut parents, index), root(&mut parents, other));
                    parents[a.max(b)] = a.min(b);
                }
            }
        }
        let mut groups = vec![Vec::new(); runs.len()];
        for (index, run) in runs.iter().enumerate() {
            groups[root(&mut parents, index)].extend_from_slice(run);
        }
        groups.retain(|group| !group.is_empty());
        groups
    }

    /// Whether some two peers of two linked cells are within the join distance. If these peers are all there are in
    /// their cells, the link says so.
    fn are_near(&self, here: &[u32], there: &[u32]) -> bool {
        let are_all = |run: &[u32]| {
            let cell = self.peers.cell(run[0]);
            self.grid.cells[cell as usize].entries.len() == run.len()
        };
        let near =
            |a: u32, b: u32| self.peers.point(a).distance2(self.peers.point(b)) <= self.rules.join2;
        are_all(here) && are_all(there) || here.iter().any(|a| there.iter().any(|b| near(*a, *b)))
    }

    /// Cuts a crowd into `count` parts of the same size, by one.
    fn cut(&self, mut crowd: Vec<u32>, count: usize, parts: &mut Vec<Vec<u32>>) {
        if count == 1 {
            parts.push(crowd);
            return;
        }
        let wide = Bounds::of(crowd.iter().map(|p| self.peers.point(*p))).is_wide();
        crowd.sort_unstable_by_key(|peer| {
            let point = self.peers.point(*peer);
            let (along, across) = if wide {
                (point.x, point.z)
            } else {
                (point.z, point.x)
            };
            (along, across, self.peers.id(*peer))
        });
        let first = count / 2;
        let rest = crowd.split_off(crowd.len() * first / count);
        self.cut(crowd, first, parts);
        self.cut(rest, count - first, parts);
    }
}

/// The representative of a set, with the path to it halved.
fn root(parents: &mut [usize], mut of: usize) -> usize {
    while parents[of] != of {
        parents[of] = parents[parents[of]];
        of = parents[of];
    }
    of
}
