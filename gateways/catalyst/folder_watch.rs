//! When a folder that is served is looked at, and when it is read again.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

/// How often the folder is looked at for changes, at most.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Pause before a change that could not be read is tried again as it is: a file of it may have been missing.
const PAUSE_FIRST: Duration = Duration::from_millis(500);
/// That pause doubles up to this.
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// Length and time of some files; another version is another content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Version(Vec<Option<(u64, SystemTime)>>);

impl Version {
    /// The version of these files of a folder now. Blocks.
    pub(super) fn of(folder: &Path, names: &[&str]) -> Self {
        let version = |name: &&str| {
            let found = std::fs::metadata(folder.join(name)).ok()?;
            Some((found.len(), found.modified().ok()?))
        };
        Self(names.iter().map(version).collect())
    }
}

/// What is known of the folder.
#[derive(Debug)]
pub(super) struct Watch {
    look_at: Instant,
    read: Version,
    broken: Option<Broken>,
}

/// A version that could not be read.
#[derive(Debug)]
struct Broken {
    version: Version,
    pause: Duration,
    until: Instant,
}

impl Watch {
    /// After this version was read.
    pub(super) fn new(read: Version, now: Instant) -> Self {
        Self {
            look_at: now + LOOK_EVERY,
            read,
            broken: None,
        }
    }

    /// Whether it is time to look.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        now >= self.look_at
    }

    /// Notes a look that found this version. Says whether it has to be read.
    pub(super) fn found(&mut self, found: &Version, now: Instant) -> bool {
        self.look_at = now + LOOK_EVERY;
        let waits = |broken: &Broken| broken.version == *found && now < broken.until;
        *found != self.read && !self.broken.as_ref().is_some_and(waits)
    }

    /// Notes that a version was read.
    pub(super) fn read(&mut self, version: Version) {
        self.read = version;
        self.broken = None;
    }

    /// Notes that a version could not be read.
    pub(super) fn failed(&mut self, version: Version, now: Instant) {
        let pause = match &self.broken {
            Some(broken) if broken.version == version => (broken.pause * 2).min(PAUSE_MAX),
            _ => PAUSE_FIRST,
        };
        self.broken = Some(Broken {
            version,
            pause,
            until: now + pause,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(length: u64) -> Version {
        Version(vec![Some((length, SystemTime::UNIX_EPOCH))])
    }

    #[test]
    fn a_change_that_cannot_be_read_is_tried_ever_more_seldom() {
        let start = Instant::now();
        let mut watch = Watch::new(version(1), start);
        assert!(!watch.found(&version(1), start));
        let (mut now, mut tries) = (start, Vec::new());
        while now < start + Duration::from_secs(120) {
            assert!(watch.is_due(now) || now == start);
            if watch.found(&version(2), now) {
                tries.push((now - start).as_secs());
                watch.failed(version(2), now);
            }
            assert!(!watch.is_due(now));
            now += LOOK_EVERY;
        }
        // Every look would be 480 tries.
        assert_eq!(tries, [0, 0, 1, 3, 7, 15, 31, 61, 91]);
    }

    #[test]
    fn another_change_is_tried_at_once() {
        let start = Instant::now();
        let mut watch = Watch::new(version(1), start);
        assert!(watch.found(&version(2), start));
        watch.failed(version(2), start);
        assert!(!watch.found(&version(2), start));
        assert!(watch.found(&version(3), start));
        watch.read(version(3));
        assert!(!watch.found(&version(3), start));
        assert!(watch.found(&version(2), start));
    }
}
