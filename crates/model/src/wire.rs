//! Which id stands in front of a value, and which schema an id in front of a value means.
//!
//! Three kinds of ids are read:
//!
//! - *Own ids*, [`OWN_IDS_FROM`] + the id of `schemas/ids.json`: what this platform writes as long as it is its own
//!   registry. They begin where no registry that counts from 1 will come, so values under them stay readable, and are
//!   never mistaken for another schema's, in a log that later gets its ids from an outside registry.
//! - *Ids of an outside registry*, once they are installed: what is written from then on, so that any client of that
//!   registry can decode our topics.
//! - *Bare ids* of `schemas/ids.json`, as the first builds wrote them; only while no outside ids are installed, since
//!   a registry gives the same numbers to other schemas.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use crate::registry::Registry;

/// Own ids are greater than this.
pub const OWN_IDS_FROM: u32 = 1_000_000_000;

/// The ids that an outside registry gave to our schemas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WireIds {
    /// Index = id of `ids.json` - 1.
    written: Vec<u32>,
    /// Ids of `ids.json` by the registry's.
    read: HashMap<u32, u32>,
}

/// Ids that cannot be told apart, or are no ids.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireIdError {
    /// This binary has no such schema.
    #[error("there is no schema {0} in schemas/ids.json")]
    NoSchema(u32),
    /// An id where own ids are.
    #[error("the registry gave id {0}, but ids above {OWN_IDS_FROM} are the platform's own")]
    Own(u32),
    /// One id for two schemas: what was written under it could not be read any more.
    #[error("the registry gave id {id} to {second}, but values under it are {first}")]
    Twice {
        /// The registry's id.
        id: u32,
        /// Name of the schema that had it.
        first: String,
        /// Name of the schema that shall have it.
        second: String,
    },
    /// Values are being written already.
    #[error("ids of a registry are already installed")]
    Installed,
}

static INSTALLED: OnceLock<WireIds> = OnceLock::new();

impl WireIds {
    /// Ids from pairs: the id of `schemas/ids.json` and the registry's. Of several pairs with one schema the last is
    /// what is written; the others stay readable, as they must when a registry was lost and filled again. A schema
    /// without a pair keeps its own id.
    ///
    /// # Errors
    /// What this binary does not know, or ids that cannot be told apart.
    pub fn new(pairs: impl IntoIterator<Item = (u32, u32)>) -> Result<Self, WireIdError> {
        let registry = Registry::global();
        let mut written: BTreeMap<u32, u32> =
            registry.schemas().map(|s| (s.id, own(s.id))).collect();
        let mut read = HashMap::new();
        for (schema, id) in pairs {
            let Some(place) = written.get_mut(&schema) else {
                return Err(WireIdError::NoSchema(schema));
            };
            if id > OWN_IDS_FROM {
                return Err(WireIdError::Own(id));
            }
            *place = id;
            match read.insert(id, schema) {
                Some(first) if first != schema => {
                    let name = |schema| registry.schemas().find(|s| s.id == schema);
                    let name = |schema| name(schema).map(|s| s.name).unwrap_or_default().to_owned();
                    return Err(WireIdError::Twice {
                        id,
                        first: name(first),
                        second: name(schema),
                    });
                }
                _ => {}
            }
        }
        Ok(Self {
            written: written.into_values().collect(),
            read,
        })
    }

    /// The id to write for a schema of `ids.json`.
    pub fn written(&self, schema: u32) -> u32 {
        let index = (schema as usize).checked_sub(1);
        let id = index.and_then(|i| self.written.get(i));
        id.copied().unwrap_or(own(schema))
    }

    /// The schema of `ids.json` that an id of the registry means.
    pub fn read(&self, id: u32) -> Option<u32> {
        self.read.get(&id).copied()
    }
}

/// Installs the ids of an outside registry for the life of the process. Once, before anything is written.
///
/// # Errors
/// They were installed before.
pub fn install(ids: WireIds) -> Result<(), WireIdError> {
    INSTALLED.set(ids).map_err(|_| WireIdError::Installed)
}

/// The id to write for a schema of `ids.json`.
pub(crate) fn written(schema: u32) -> u32 {
    match INSTALLED.get() {
        None => own(schema),
        Some(ids) => ids.written(schema),
    }
}

/// The schema of `ids.json` that an id in front of a value means, if it means one.
pub(crate) fn read(id: u32) -> Option<u32> {
    if id > OWN_IDS_FROM {
        return Some(id - OWN_IDS_FROM);
    }
    match INSTALLED.get() {
        None => Some(id),
        Some(ids) => ids.read(id),
    }
}

/// The platform's own id of a schema of `ids.json`.
pub(crate) const fn own(schema: u32) -> u32 {
    OWN_IDS_FROM + schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_counts_as_it_likes() {
        let ids = WireIds::new([(1, 7), (7, 1), (2, 70_000)]).expect("they differ");
        assert_eq!((ids.written(1), ids.read(7)), (7, Some(1)));
        assert_eq!((ids.written(7), ids.read(1)), (1, Some(7)));
        assert_eq!((ids.written(2), ids.read(70_000)), (70_000, Some(2)));
        assert_eq!(ids.written(3), OWN_IDS_FROM + 3, "it keeps its own");
        assert_eq!(ids.read(3), None, "not ours, and no guess");
    }

    #[test]
    fn what_an_earlier_registry_gave_stays_readable() {
        let ids = WireIds::new([(1, 5), (2, 6), (1, 8), (2, 6)]).expect("they differ");
        assert_eq!((ids.written(1), ids.written(2)), (8, 6));
        assert_eq!((ids.read(5), ids.read(8)), (Some(1), Some(1)));
    }

    #[test]
    fn ids_that_cannot_be_told_apart_are_refused() {
        let twice = WireIds::new([(1, 5), (2, 5)]).expect_err("one id for two");
        let text = twice.to_string();
        assert!(text.contains("asset-bundle/converted"), "{text}");
        assert_eq!(
            WireIds::new([(1, OWN_IDS_FROM + 2)]),
            Err(WireIdError::Own(OWN_IDS_FROM + 2))
        );
        assert_eq!(WireIds::new([(0, 5)]), Err(WireIdError::NoSchema(0)));
        assert_eq!(WireIds::new([(9999, 5)]), Err(WireIdError::NoSchema(9999)));
    }
}
