//! Which snapshots there are, who has them, which are read and by whom: shared by the readers of all servers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::events::catalyst::Cursor;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::listing::Listed;

/// Keys of the cursors of snapshots start with this.
pub(super) const KEY_PREFIX: &str = "snapshot/";

/// What the cursor of a snapshot holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Progress {
    /// Lines that are settled, the header not counted.
    pub(super) lines: u64,
    /// All of it is.
    pub(super) done: bool,
}

/// The board.
#[derive(Default)]
pub(super) struct Board {
    state: Mutex<State>,
    pub(super) changed: Notify,
}

#[derive(Default)]
struct State {
    progress: BTreeMap<String, Progress>,
    claimed: BTreeSet<String>,
    lists: BTreeMap<Arc<str>, Vec<Listed>>,
    /// Snapshots of a server that begin at or after this are covered by its rows, ms.
    covered: BTreeMap<Arc<str>, i64>,
}

/// What a reader should do.
pub(super) enum Claim {
    /// Read this one.
    Job(Job),
    /// What it holds is known otherwise: from the snapshots it replaces, or from rows. To be saved.
    Known(String),
    /// Others read what is left.
    Wait,
    /// All is read, or was tried.
    Nothing,
}

/// A snapshot that nobody else reads meanwhile; given back when dropped.
pub(super) struct Job {
    board: Arc<Board>,
    pub(super) listed: Listed,
    /// Who has it, the reader's own server first.
    pub(super) servers: Arc<[Arc<str>]>,
    /// Lines that are settled already.
    pub(super) lines: u64,
}

impl Drop for Job {
    fn drop(&mut self) {
        self.board.lock().claimed.remove(self.listed.hash.as_str());
        self.board.changed.notify_waiters();
    }
}

impl Board {
    /// Takes up the cursors that were found at the start.
    pub(super) fn restore<'a>(&self, cursors: impl Iterator<Item = (&'a String, &'a Cursor)>) {
        let mut state = self.lock();
        for (key, cursor) in cursors {
            if let Some(hash) = key.strip_prefix(KEY_PREFIX)
                && let Ok(progress) = cursor.position.read()
            {
                state.progress.entry(hash.to_owned()).or_insert(progress);
            }
        }
    }

    /// Notes a server's list.
    pub(super) fn list(&self, server: &Arc<str>, list: Vec<Listed>) {
        self.lock().lists.insert(Arc::clone(server), list);
        self.changed.notify_waiters();
    }

    /// Notes that the server's rows bring everything that a snapshot from `init` (ms) on can hold.
    pub(super) fn cover(&self, server: &Arc<str>, init: i64) {
        self.lock().covered.insert(Arc::clone(server), init);
        self.changed.notify_waiters();
    }

    /// Servers that have shown their list.
    pub(super) fn listed(&self) -> usize {
        self.lock().lists.len()
    }

    /// Notes how far a snapshot is read.
    pub(super) fn note(&self, hash: &str, progress: Progress) {
        self.lock().progress.insert(hash.to_owned(), progress);
        self.changed.notify_waiters();
    }

    /// The newest snapshot of `server` that is not read, not being read, and not among `tried`.
    pub(super) fn claim(self: &Arc<Self>, server: &Arc<str>, tried: &BTreeSet<String>) -> Claim {
        let mut state = self.lock();
        let mut others_work = false;
        let list = state
            .lists
            .get(server)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let open = list
            .iter()
            .filter(|item| !state.is_done(item.hash.as_str()));
        let mut job = None;
        for item in open {
            let hash = item.hash.as_str();
            let covered = state
                .covered
                .get(server)
                .is_some_and(|init| item.range.0 >= *init);
            if covered || state.replaces_what_is_done(hash) {
                return Claim::Known(hash.to_owned());
            } else if state.claimed.contains(hash) {
                others_work = true;
            } else if !tried.contains(hash) {
                job = Some(item.clone());
                break;
            }
        }
        let Some(listed) = job else {
            return if others_work {
                Claim::Wait
            } else {
                Claim::Nothing
            };
        };
        let hash = listed.hash.as_str();
        let others = state.lists.iter().filter(|(other, list)| {
            *other != server && list.iter().any(|item| item.hash == listed.hash)
        });
        let servers = std::iter::once(server).chain(others.map(|(other, _)| other));
        let servers: Arc<[Arc<str>]> = servers.cloned().collect();
        let lines = state
            .progress
            .get(hash)
            .map_or(0, |progress| progress.lines);
        state.claimed.insert(hash.to_owned());
        drop(state);
        Claim::Job(Job {
            board: Arc::clone(self),
            listed,
            servers,
            lines,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_done(&self, hash: &str) -> bool {
        self.progress
            .get(hash)
            .is_some_and(|progress| progress.done)
    }

    /// Whether some server says that it replaces a group of snapshots, all of which are read.
    fn replaces_what_is_done(&self, hash: &str) -> bool {
        let items = self
            .lists
            .values()
            .flatten()
            .filter(|item| item.hash.as_str() == hash);
        let mut groups = items.map(|item| &item.replaced);
        groups.any(|group| !group.is_empty() && group.iter().all(|hash| self.is_done(hash)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use identity::hash::{ContentHash, hash_v1};

    fn listed(name: &str, end: i64, replaced: &[&str]) -> Listed {
        Listed {
            hash: ContentHash::parse(&hash_v1(name)).expect("a hasher's name"),
            range: (0, end),
            replaced: replaced.iter().map(hash_v1).collect(),
            entities: None,
            text: String::new(),
        }
    }

    fn job(claim: Claim) -> Option<Job> {
        match claim {
            Claim::Job(job) => Some(job),
            _ => None,
        }
    }

    #[test]
    fn a_snapshot_is_read_once_by_one_and_knows_all_its_servers() {
        let board = Arc::new(Board::default());
        let (a, b): (Arc<str>, Arc<str>) = ("a".into(), "b".into());
        board.list(&a, vec![listed("x", 1, &[])]);
        board.list(&b, vec![listed("x", 1, &[])]);
        let none = BTreeSet::new();
        let first = job(board.claim(&b, &none)).expect("b reads it");
        assert_eq!(&*first.servers, &[b.clone(), a.clone()]);
        assert!(matches!(board.claim(&a, &none), Claim::Wait));
        drop(first);
        let second = job(board.claim(&a, &none)).expect("it was given back");
        board.note(
            &hash_v1("x"),
            Progress {
                lines: 3,
                done: true,
            },
        );
        drop(second);
        assert!(matches!(board.claim(&a, &none), Claim::Nothing));
        assert!(matches!(board.claim(&b, &none), Claim::Nothing));
    }

    #[test]
    fn what_was_tried_is_passed_over_and_what_replaces_the_known_is_known() {
        let board = Arc::new(Board::default());
        let a: Arc<str> = "a".into();
        board.list(
            &a,
            vec![listed("new", 2, &["o1", "o2"]), listed("old", 1, &[])],
        );
        board.note(
            &hash_v1("o1"),
            Progress {
                lines: 0,
                done: true,
            },
        );
        let tried = BTreeSet::from([hash_v1("new")]);
        let next = job(board.claim(&a, &tried)).expect("the other one");
        assert_eq!(next.listed.hash.as_str(), hash_v1("old"));
        drop(next);
        board.note(
            &hash_v1("o2"),
            Progress {
                lines: 0,
                done: true,
            },
        );
        assert!(matches!(board.claim(&a, &tried), Claim::Known(hash) if hash == hash_v1("new")));
    }
}
