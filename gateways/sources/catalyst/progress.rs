//! How far a snapshot is read, and for which servers that counts.
//!
//! A snapshot is its file *and* the range it is listed with: rows outside the range are not taken, so the same file
//! with another range is another snapshot. Each server has a progress of its own. What was read of another's counts
//! for it only as far as the rows themselves decided what became of them: nothing that one server lists, denies or was
//! refused before ends the reading of another's snapshot.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::listing::Listed;

/// Keys of the cursors of snapshots start with this.
const PREFIX: &str = "snapshot/";

/// Which snapshot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) hash: String,
    /// As in [`Listed`].
    pub(super) range: (i64, i64),
}

impl Key {
    pub(super) fn of(listed: &Listed) -> Self {
        Self {
            hash: listed.hash.to_string(),
            range: listed.range,
        }
    }

    /// The key of the cursor of a server's progress.
    pub(super) fn cursor(&self, server: &str) -> String {
        let Self {
            hash,
            range: (init, end),
        } = self;
        format!("{PREFIX}{hash}/{init}-{end}/{server}")
    }

    /// The snapshot and the server of such a key.
    pub(super) fn of_cursor(key: &str) -> Option<(Self, &str)> {
        let (hash, rest) = key.strip_prefix(PREFIX)?.split_once('/')?;
        let (range, server) = rest.split_once('/')?;
        let (init, end) = range.split_once('-')?;
        let range = (init.parse().ok()?, end.parse().ok()?);
        let hash = hash.to_owned();
        Some((Self { hash, range }, server))
    }
}

/// What the cursor of a snapshot holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Progress {
    /// Lines that are settled, the header not counted.
    pub(super) lines: u64,
    /// All of it is.
    pub(super) done: bool,
    /// For whom that counts.
    pub(super) scope: Scope,
}

/// For which servers something that was read counts, if they list the same snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Scope(
    /// `None`: for all of them.
    Option<BTreeSet<String>>,
);

impl Scope {
    /// Only for this server.
    pub(super) fn own(server: &str) -> Self {
        Self(Some(BTreeSet::from([server.to_owned()])))
    }

    pub(super) fn has(&self, server: &str) -> bool {
        self.0.as_ref().is_none_or(|only| only.contains(server))
    }

    /// It counts for these at most.
    pub(super) fn narrow(&mut self, servers: &[Arc<str>]) {
        let kept = servers.iter().filter(|server| self.has(server));
        self.0 = Some(kept.map(|server| server.to_string()).collect());
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Progress, Scope};

    #[test]
    fn a_cursors_key_names_snapshot_and_server() {
        let (hash, range) = ("bafkrei".to_owned(), (0, 1_600_000_000_000));
        let key = Key { hash, range };
        let server = "https://peer.example.org:8443/a-b/content";
        let text = key.cursor(server);
        assert_eq!(Key::of_cursor(&text), Some((key, server)));
        // Neither a server's own cursor nor one without a range.
        assert_eq!(Key::of_cursor(server), None);
        assert_eq!(Key::of_cursor("snapshot/bafkrei"), None);
    }

    #[test]
    fn a_scope_only_shrinks_and_survives_a_cursor() {
        let mut scope = Scope::default();
        assert!(scope.has("a") && scope.has("c"));
        scope.narrow(&["a".into(), "b".into()]);
        scope.narrow(&["b".into(), "c".into()]);
        assert!(!scope.has("a") && scope.has("b") && !scope.has("c"));
        let progress = Progress {
            lines: 3,
            done: true,
            scope,
        };
        let text = serde_json::to_string(&progress).expect("json");
        assert_eq!(
            serde_json::from_str::<Progress>(&text).expect("same"),
            progress
        );
        assert!(serde_json::from_str::<Progress>(r#"{"lines":3,"done":true}"#).is_err());
    }
}
