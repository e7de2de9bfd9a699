//! An in-process coordinator of consumer groups: members of one group share the partitions of a topic.
//!
//! It only decides who reads what. A member that leaves or joins moves as few partitions as it must, like Kafka's
//! cooperative-sticky assignor.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc;

/// A change of what one member reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Read this partition.
    Assigned(u32),
    /// Stop reading it.
    Revoked(u32),
}

/// Who is in which group.
#[derive(Default)]
pub struct Coordinator(Mutex<State>);

#[derive(Default)]
struct State {
    groups: BTreeMap<(String, String), Group>,
    members: u64,
    closed: bool,
}

struct Group {
    partitions: u32,
    members: BTreeMap<u64, Peer>,
}

struct Peer {
    changes: mpsc::UnboundedSender<Change>,
    reads: BTreeSet<u32>,
}

/// One member's side; dropping it leaves the group.
pub struct Member {
    coordinator: Arc<Coordinator>,
    key: (String, String),
    id: u64,
    changes: mpsc::UnboundedReceiver<Change>,
}

impl Coordinator {
    /// Joins a group that reads a topic of that many partitions.
    pub fn join(self: &Arc<Self>, group: &str, topic: &str, partitions: u32) -> Member {
        let (sender, changes) = mpsc::unbounded_channel();
        let key = (group.to_owned(), topic.to_owned());
        let mut state = self.lock();
        state.members += 1;
        let id = state.members;
        if !state.closed {
            let group = state.groups.entry(key.clone()).or_insert_with(|| Group {
                partitions,
                members: BTreeMap::new(),
            });
            let peer = Peer {
                changes: sender,
                reads: BTreeSet::new(),
            };
            group.members.insert(id, peer);
            group.balance();
        }
        drop(state);
        Member {
            coordinator: Arc::clone(self),
            key,
            id,
            changes,
        }
    }

    /// Ends all groups: every member's `next` gives `None` once it has seen what was sent.
    pub fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.groups.clear();
    }

    /// Takes every partition away from its reader and gives it out again, the next member's: chaos and tests.
    pub fn rebalance(&self) {
        let mut state = self.lock();
        for group in state.groups.values_mut() {
            group.rotate();
        }
    }

    fn leave(&self, key: &(String, String), id: u64) {
        let mut state = self.lock();
        if let Some(group) = state.groups.get_mut(key) {
            group.members.remove(&id);
            if group.members.is_empty() {
                state.groups.remove(key);
            } else {
                group.balance();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Group {
    /// Gives every partition one reader, and no member more than one partition more than another.
    fn balance(&mut self) {
        let count = u32::try_from(self.members.len()).expect("fewer members than u32::MAX");
        let (least, larger) = (self.partitions / count, self.partitions % count);
        let mut free: BTreeSet<u32> = (0..self.partitions).collect();
        for peer in self.members.values() {
            free.retain(|p| !peer.reads.contains(p));
        }
        // The members that read most may keep one more, so that fewest partitions move.
        let mut order: Vec<u64> = self.members.keys().copied().collect();
        order.sort_by_key(|id| (std::cmp::Reverse(self.members[id].reads.len()), *id));
        let share = |rank: usize| (least + u32::from((rank as u32) < larger)) as usize;
        for (rank, id) in order.iter().enumerate() {
            let peer = self.member(*id);
            while peer.reads.len() > share(rank) {
                free.extend(peer.revoke_last());
            }
        }
        for (rank, id) in order.iter().enumerate() {
            let peer = self.member(*id);
            while peer.reads.len() < share(rank)
                && let Some(partition) = free.pop_first()
            {
                peer.assign(partition);
            }
        }
    }

    fn rotate(&mut self) {
        let mut reads: Vec<BTreeSet<u32>> = Vec::new();
        for peer in self.members.values_mut() {
            reads.push(peer.reads.clone());
            while peer.revoke_last().is_some() {}
        }
        if !reads.is_empty() {
            reads.rotate_left(1);
        }
        for (peer, reads) in self.members.values_mut().zip(reads) {
            for partition in reads {
                peer.assign(partition);
            }
        }
    }

    fn member(&mut self, id: u64) -> &mut Peer {
        self.members
            .get_mut(&id)
            .expect("the id was taken from the members")
    }
}

impl Peer {
    fn assign(&mut self, partition: u32) {
        self.reads.insert(partition);
        // A member that was dropped leaves on its own.
        let _ = self.changes.send(Change::Assigned(partition));
    }

    fn revoke_last(&mut self) -> Option<u32> {
        let partition = self.reads.pop_last()?;
        let _ = self.changes.send(Change::Revoked(partition));
        Some(partition)
    }
}

impl Member {
    /// The next change; `None` when the group is closed. May be cancelled.
    pub async fn next(&mut self) -> Option<Change> {
        self.changes.recv().await
    }

    /// The next change if there is one already.
    pub fn try_next(&mut self) -> Option<Change> {
        self.changes.try_recv().ok()
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.coordinator.leave(&self.key, self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(member: &mut Member, reads: &mut BTreeSet<u32>) -> usize {
        let mut moved = 0;
        while let Some(change) = member.try_next() {
            moved += 1;
            match change {
                Change::Assigned(p) => assert!(reads.insert(p), "{p} assigned twice"),
                Change::Revoked(p) => assert!(reads.remove(&p), "{p} was not read"),
            }
        }
        moved
    }

    #[test]
    fn partitions_are_shared_evenly_and_move_little() {
        let coordinator = Arc::new(Coordinator::default());
        let mut members = Vec::new();
        for count in 1..=5 {
            members.push((coordinator.join("g", "t", 32), BTreeSet::new()));
            let moved: usize = members.iter_mut().map(|(m, r)| drain(m, r)).sum();
            assert!(moved <= 32 / count * 2 + 2, "{moved} changes at {count}");
            let mut all: Vec<u32> = members.iter().flat_map(|(_, r)| r.clone()).collect();
            all.sort_unstable();
            assert_eq!(all, (0..32).collect::<Vec<_>>());
            assert!(
                members
                    .iter()
                    .all(|(_, r)| r.len().abs_diff(32 / count) <= 1)
            );
        }
        members.remove(0);
        for (member, reads) in &mut members {
            drain(member, reads);
        }
        let all: usize = members.iter().map(|(_, r)| r.len()).sum();
        assert_eq!(all, 32);
    }

    #[test]
    fn a_rebalance_moves_everything_and_a_closed_group_ends() {
        let coordinator = Arc::new(Coordinator::default());
        let mut a = coordinator.join("g", "t", 4);
        let mut b = coordinator.join("g", "t", 4);
        let (mut reads_a, mut reads_b) = (BTreeSet::new(), BTreeSet::new());
        drain(&mut a, &mut reads_a);
        drain(&mut b, &mut reads_b);
        let before = (reads_a.clone(), reads_b.clone());
        coordinator.rebalance();
        drain(&mut a, &mut reads_a);
        drain(&mut b, &mut reads_b);
        assert_eq!((reads_b, reads_a), before);
        coordinator.close();
        assert!(matches!(
            a.changes.try_recv(),
            Err(mpsc::error::TryRecvError::Disconnected)
        ));
    }
}
