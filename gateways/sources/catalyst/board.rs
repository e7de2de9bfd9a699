//! Which snapshots there are, who has them, which are read and by whom: shared by the readers of all servers.
//!
//! A snapshot that several servers list is read once, by whoever comes first. But what a server says of its own
//! (replaced, covered by its rows, of another range) is believed of that server alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::events::catalyst::Cursor;
use tokio::sync::Notify;

use super::listing::Listed;
use super::progress::{Key, Progress, Scope};

/// The board.
#[derive(Default)]
pub(super) struct Board {
    state: Mutex<State>,
    pub(super) changed: Notify,
}

#[derive(Default)]
struct State {
    /// By server.
    progress: BTreeMap<String, BTreeMap<Key, Progress>>,
    claimed: BTreeSet<Key>,
    lists: BTreeMap<Arc<str>, Vec<Listed>>,
    /// Snapshots of a server that begin at or after this are covered by its rows, ms.
    covered: BTreeMap<Arc<str>, i64>,
}

/// What a reader should do.
pub(super) enum Claim {
    /// Read this one.
    Job(Job),
    /// What it holds is known otherwise: from the snapshots it replaces, from rows, or because it was read of another
    /// server. To be saved, with whom that counts for.
    Known(Key, Scope),
    /// Others read what is left.
    Wait,
    /// All is read, or was tried.
    Nothing,
}

/// A snapshot that nobody else reads meanwhile; given back when dropped.
pub(super) struct Job {
    board: Arc<Board>,
    pub(super) key: Arc<Key>,
    pub(super) listed: Listed,
    /// Who lists it, the reader's own server first.
    pub(super) servers: Arc<[Arc<str>]>,
    /// Lines that are settled already.
    pub(super) lines: u64,
    /// For whom they are.
    pub(super) scope: Scope,
}

impl Drop for Job {
    fn drop(&mut self) {
        self.board.lock().claimed.remove(&*self.key);
        self.board.changed.notify_waiters();
    }
}

impl Board {
    /// Takes up the cursors that were found at the start.
    pub(super) fn restore<'a>(&self, cursors: impl Iterator<Item = (&'a String, &'a Cursor)>) {
        let mut state = self.lock();
        for (text, cursor) in cursors {
            if let Some((key, server)) = Key::of_cursor(text)
                && let Ok(progress) = cursor.position.read()
            {
                let of = state.progress.entry(server.to_owned()).or_default();
                of.entry(key).or_insert(progress);
            }
        }
    }

    /// Notes a server's list.
    pub(super) fn list(&self, server: &Arc<str>, list: Vec<Listed>) {
        self.lock().lists.insert(Arc::clone(server), list);
        self.changed.notify_waiters();
    }

    /// Notes that the server's rows bring everything that a snapshot of its from `init` (ms) on can hold.
    pub(super) fn cover(&self, server: &Arc<str>, init: i64) {
        self.lock().covered.insert(Arc::clone(server), init);
        self.changed.notify_waiters();
    }

    /// Servers that have shown their list.
    pub(super) fn listed(&self) -> usize {
        self.lock().lists.len()
    }

    /// Notes how far a server's snapshot is read.
    pub(super) fn note(&self, server: &str, key: &Key, progress: Progress) {
        let mut state = self.lock();
        let of = state.progress.entry(server.to_owned()).or_default();
        of.insert(key.clone(), progress);
        drop(state);
        self.changed.notify_waiters();
    }

    /// The newest snapshot of `server` that is not read, not being read, and not among `tried`.
    pub(super) fn claim(self: &Arc<Self>, server: &Arc<str>, tried: &BTreeSet<Key>) -> Claim {
        let mut state = self.lock();
        let mut others_work = false;
        let list = state.lists.get(server);
        let list = list.map(Vec::as_slice).unwrap_or_default();
        let mut found = None;
        for item in list {
            let key = Key::of(item);
            if state.of(server, &key).is_some_and(|own| own.done) {
                continue;
            }
            if let Some(scope) = state.known(server, item, &key) {
                return Claim::Known(key, scope);
            }
            if state.claimed.contains(&key) {
                others_work = true;
            } else if !tried.contains(&key) {
                found = Some((key, item.clone()));
                break;
            }
        }
        let Some((key, listed)) = found else {
            return if others_work {
                Claim::Wait
            } else {
                Claim::Nothing
            };
        };
        let lists = |list: &[Listed]| list.iter().any(|item| Key::of(item) == key);
        let others = state.lists.iter();
        let others = others.filter(|(other, list)| *other != server && lists(list));
        let servers = std::iter::once(server).chain(others.map(|(other, _)| other));
        let servers: Arc<[Arc<str>]> = servers.cloned().collect();
        let furthest = state.usable(server, &key).max_by_key(|done| done.lines);
        let Progress { lines, scope, .. } = furthest.cloned().unwrap_or_default();
        state.claimed.insert(key.clone());
        drop(state);
        Claim::Job(Job {
            board: Arc::clone(self),
            key: Arc::new(key),
            listed,
            servers,
            lines,
            scope,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn of(&self, server: &str, key: &Key) -> Option<&Progress> {
        self.progress.get(server)?.get(key)
    }

    /// What was read of a snapshot that counts for this server: its own progress, and that of others.
    fn usable<'a>(&'a self, server: &'a str, key: &'a Key) -> impl Iterator<Item = &'a Progress> {
        let all = self.progress.iter();
        all.filter_map(move |(reader, of)| {
            of.get(key)
                .filter(|progress| reader == server || progress.scope.has(server))
        })
    }

    /// Whether a server's snapshot needs no reading, and for whom else that counts.
    fn known(&self, server: &Arc<str>, item: &Listed, key: &Key) -> Option<Scope> {
        if let Some(read) = self.usable(server, key).find(|progress| progress.done) {
            return Some(read.scope.clone());
        }
        let init = self.covered.get(server);
        let is_covered = init.is_some_and(|init| item.range.0 >= *init);
        (is_covered || self.replaces_what_is_done(server, item)).then(|| Scope::own(server))
    }

    /// Whether it replaces snapshots of this server that are all done.
    fn replaces_what_is_done(&self, server: &str, item: &Listed) -> bool {
        let Some(of) = self.progress.get(server) else {
            return false;
        };
        let is_done = |hash: &String| {
            let first = Key {
                hash: hash.clone(),
                range: (i64::MIN, i64::MIN),
            };
            let mut same = of.range(first..).take_while(|(key, _)| key.hash == *hash);
            same.any(|(_, progress)| progress.done)
        };
        !item.replaced.is_empty() && item.replaced.iter().all(is_done)
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

    fn key(name: &str, end: i64) -> Key {
        Key::of(&listed(name, end, &[]))
    }

    fn job(claim: Claim) -> Option<Job> {
        match claim {
            Claim::Job(job) => Some(job),
            _ => None,
        }
    }

    fn at(lines: u64, done: bool, scope: Scope) -> Progress {
        Progress { lines, done, scope }
    }

    fn board() -> (Arc<Board>, Arc<str>, Arc<str>, BTreeSet<Key>) {
        let (a, b) = ("a".into(), "b".into());
        (Arc::default(), a, b, BTreeSet::new())
    }

    #[test]
    fn a_snapshot_is_read_once_by_one_and_knows_all_its_servers() {
        let (board, a, b, none) = board();
        board.list(&a, vec![listed("x", 1, &[])]);
        board.list(&b, vec![listed("x", 1, &[])]);
        let first = job(board.claim(&b, &none)).expect("b reads it");
        assert_eq!(&*first.servers, &[b.clone(), a.clone()]);
        assert!(matches!(board.claim(&a, &none), Claim::Wait));
        board.note(&b, &key("x", 1), at(2, false, Scope::default()));
        drop(first);
        let second = job(board.claim(&a, &none)).expect("it was given back");
        assert_eq!(second.lines, 2, "a goes on where b stood");
        board.note(&a, &key("x", 1), at(3, true, Scope::default()));
        drop(second);
        assert!(matches!(board.claim(&a, &none), Claim::Nothing));
        let known = board.claim(&b, &none);
        assert!(
            matches!(known, Claim::Known(read, scope) if read == key("x", 1) && scope.has("c"))
        );
    }

    #[test]
    fn what_does_not_count_for_another_server_is_read_by_it_from_the_start() {
        let (board, a, b, none) = board();
        board.list(&a, vec![listed("x", 1, &[])]);
        board.list(&b, vec![listed("x", 1, &[])]);
        for done in [false, true] {
            board.note(&b, &key("x", 1), at(3, done, Scope::own("b")));
            let job = job(board.claim(&a, &none)).expect("a's own");
            assert_eq!(job.lines, 0);
        }
    }

    #[test]
    fn the_same_file_with_another_range_is_another_snapshot() {
        let (board, a, b, none) = board();
        board.list(&a, vec![listed("x", 1, &[])]);
        board.list(&b, vec![listed("x", 2, &[])]);
        let of_b = job(board.claim(&b, &none)).expect("b reads its own");
        assert_eq!(&*of_b.servers, std::slice::from_ref(&b));
        let of_a = job(board.claim(&a, &none)).expect("a reads meanwhile");
        assert_eq!(&*of_a.servers, std::slice::from_ref(&a));
        board.note(&b, &key("x", 2), at(3, true, Scope::default()));
        drop((of_a, of_b));
        assert_eq!(job(board.claim(&a, &none)).expect("still a's").lines, 0);
    }

    #[test]
    fn what_was_tried_is_passed_over_and_what_replaces_the_known_is_known() {
        let (board, a, b, none) = board();
        let new = || listed("new", 2, &["o1", "o2"]);
        board.list(&a, vec![new(), listed("old", 1, &[])]);
        board.list(&b, vec![new()]);
        board.note(&a, &key("o1", 1), at(0, true, Scope::own("a")));
        let tried = BTreeSet::from([key("new", 2)]);
        let next = job(board.claim(&a, &tried)).expect("the other one");
        assert_eq!(next.listed.hash.as_str(), hash_v1("old"));
        drop(next);
        board.note(&a, &key("o2", 1), at(0, true, Scope::own("a")));
        let known = board.claim(&a, &tried);
        let Claim::Known(replaced, scope) = known else {
            panic!("a has read what it replaces");
        };
        board.note(&a, &replaced, at(0, true, scope));
        assert!(job(board.claim(&b, &none)).is_some(), "b has not");
    }

    #[test]
    fn what_one_servers_rows_cover_is_not_known_of_another() {
        let (board, a, b, none) = board();
        for server in [&a, &b] {
            board.list(server, vec![listed("x", 1, &[])]);
        }
        board.cover(&b, 0);
        let Claim::Known(covered, scope) = board.claim(&b, &none) else {
            panic!("b's rows bring it");
        };
        board.note(&b, &covered, at(0, true, scope));
        assert!(job(board.claim(&a, &none)).is_some());
    }
}
