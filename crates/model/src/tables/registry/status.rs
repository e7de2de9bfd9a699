//! What an entity is to clients: a pure function of its own row, of its pointers' rows and of the platforms required.
//!
//! The rules are those of the original's state machine, with the platforms that are required in place of `windows` and
//! `mac`: a newer ready entity on any of its pointers makes an entity obsolete; else one failed platform makes it
//! failed, all complete ones complete, and the rest is pending. Of the complete entities that a newer one which is not
//! ready stands above, the newest is its fallback.
//!
//! Whether an entity is ready is said by its own row and by its claims on its pointers, which are seen one after another.
//! All are believed for its own status. So that no reader finds a gap between them, whoever displaced an entity is found
//! from that entity's pointers ([`Known::overlapping`]), although its claim on the pointer that was asked for is still on
//! its way.

use std::collections::{BTreeMap, BTreeSet};

use super::entities::{self, Deployed, Progress};
use super::pointers::{self, Candidate, rank};
use crate::events::registry::claim_key;

/// Platforms that an entity must be complete for to be complete.
pub type Required = BTreeSet<String>;

/// What an entity is to clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// A newer one took its place, or it was undeployed.
    Obsolete,
    /// A required platform failed.
    Failed,
    /// Ready.
    Complete,
    /// Not ready yet.
    Pending,
    /// Ready, and shown until a newer one is.
    Fallback,
}

impl Status {
    /// As clients read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Obsolete => "obsolete",
            Self::Failed => "failed",
            Self::Complete => "complete",
            Self::Pending => "pending",
            Self::Fallback => "fallback",
        }
    }

    /// Whether clients are shown it.
    pub fn is_served(self) -> bool {
        matches!(self, Self::Complete | Self::Fallback)
    }
}

/// Rows that were read so far; one that is not there was asked for, too.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// By entity id.
    pub entities: BTreeMap<String, Option<entities::State>>,
    /// By [`claim_key`].
    pub pointers: BTreeMap<String, pointers::State>,
}

/// Rows that an answer needs and that were not read yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// Entity ids.
    pub entities: BTreeSet<String>,
    /// Keys of pointers.
    pub pointers: BTreeSet<String>,
}

impl Missing {
    /// Whether the answer is final.
    pub fn is_empty(&self) -> bool {
        self.entities.is_empty() && self.pointers.is_empty()
    }
}

/// What an entity's pointers say of it.
#[derive(Default)]
struct Around<'a> {
    /// What the entity itself claims to be complete for.
    complete: BTreeSet<&'a str>,
    displaced: bool,
    /// Newer ones that are not ready.
    above: BTreeMap<&'a str, &'a Candidate>,
}

impl Known {
    /// Entities that may be shown at one of these pointers: those that claim it and are ready, and whoever displaced
    /// one of these and stands on one of these pointers by its own row. Their status says which of them are.
    ///
    /// Of a claim on a pointer only that pointer is believed to know: an entity whose readiness is still on its way there
    /// may be forgotten there, and remembered when it arrives.
    pub fn overlapping(
        &self,
        keys: &BTreeSet<String>,
        required: &Required,
        missing: &mut Missing,
    ) -> BTreeSet<String> {
        let mut found: BTreeSet<String> = BTreeSet::new();
        let mut next: Vec<String> = Vec::new();
        for key in keys {
            let state = self.pointer(key, missing);
            let candidates = state.iter().flat_map(|state| &state.candidates);
            next.extend(candidates.filter(|c| is_ready(c, required)).map(id_of));
        }
        while let Some(id) = next.pop() {
            let deployed = self.deployed(&id, missing);
            let here = deployed.is_none_or(|d| keys_of(d).any(|key| keys.contains(&key)));
            if found.contains(&id) || !here {
                continue;
            }
            if let Some(deployed) = deployed {
                let newer = self.newer(&id, deployed, missing);
                next.extend(newer.filter(|c| is_ready(c, required)).map(id_of));
            }
            found.insert(id);
        }
        found
    }

    /// The status of an entity; `None` for one that nothing is known of. Final once nothing is `missing`.
    pub fn status(&self, id: &str, required: &Required, missing: &mut Missing) -> Option<Status> {
        let entity = self.entity(id, missing)?;
        let Some(deployed) = &entity.deployed else {
            return Some(own_status(entity, &BTreeSet::new(), required));
        };
        let around = self.around(id, deployed, required, missing);
        if entity.is_undeployed() || around.displaced {
            return Some(Status::Obsolete);
        }
        let status = own_status(entity, &around.complete, required);
        if status != Status::Complete {
            return Some(status);
        }
        let is_fallback = around
            .above
            .values()
            .any(|newer| self.falls_back_to(newer, id, deployed, required, missing));
        Some(match is_fallback {
            true => Status::Fallback,
            false => Status::Complete,
        })
    }

    /// Whether `id` is the newest of the ready ones below an entity that is not ready, but waited for.
    fn falls_back_to(
        &self,
        newer: &Candidate,
        id: &str,
        deployed: &Deployed,
        required: &Required,
        missing: &mut Missing,
    ) -> bool {
        let Some(above) = self.deployed(&newer.entity_id, missing) else {
            return true;
        };
        if self
            .around(&newer.entity_id, above, required, missing)
            .displaced
        {
            return false;
        }
        let own = rank(deployed.timestamp, id);
        let mut between = BTreeSet::new();
        for key in keys_of(above) {
            let state = self.pointer(&key, missing);
            let others = state.iter().flat_map(|state| &state.candidates);
            let others = others.filter(|c| c.rank() > own && c.rank() < newer.rank());
            between.extend(others.map(id_of));
        }
        !between
            .iter()
            .any(|other| self.is_shown(other, required, missing))
    }

    /// Whether an entity is complete or a fallback.
    fn is_shown(&self, id: &str, required: &Required, missing: &mut Missing) -> bool {
        let Some(entity) = self.entity(id, missing) else {
            return false;
        };
        let Some(deployed) = &entity.deployed else {
            return false;
        };
        let around = self.around(id, deployed, required, missing);
        let own = own_status(entity, &around.complete, required);
        !entity.is_undeployed() && !around.displaced && own == Status::Complete
    }

    fn around(
        &self,
        id: &str,
        deployed: &Deployed,
        required: &Required,
        missing: &mut Missing,
    ) -> Around<'_> {
        let mut around = Around::default();
        if let Some(world) = &deployed.world {
            let world = self.pointer(&claim_key(Some(world), ""), missing);
            let end = world.and_then(|world| world.undeployed_at);
            around.displaced = end.is_some_and(|end| deployed.timestamp < end);
        }
        for key in keys_of(deployed) {
            let Some(state) = self.pointer(&key, missing) else {
                continue;
            };
            if let Some(own) = state.candidates.iter().find(|c| c.entity_id == id) {
                around.displaced |= own.undeployed;
                around
                    .complete
                    .extend(own.complete.iter().map(String::as_str));
            }
            for newer in state.newer(deployed.timestamp, id) {
                match is_ready(newer, required) {
                    true => around.displaced = true,
                    false => {
                        around.above.insert(&newer.entity_id, newer);
                    }
                }
            }
        }
        around
    }

    fn newer<'a>(
        &'a self,
        id: &'a str,
        deployed: &'a Deployed,
        missing: &mut Missing,
    ) -> impl Iterator<Item = &'a Candidate> + use<'a> {
        let states: Vec<_> = keys_of(deployed)
            .filter_map(|key| self.pointer(&key, missing))
            .collect();
        states
            .into_iter()
            .flat_map(|state| state.newer(deployed.timestamp, id))
    }

    fn entity(&self, id: &str, missing: &mut Missing) -> Option<&entities::State> {
        match self.entities.get(id) {
            Some(known) => known.as_ref(),
            None => {
                missing.entities.insert(id.to_owned());
                None
            }
        }
    }

    fn deployed(&self, id: &str, missing: &mut Missing) -> Option<&Deployed> {
        self.entity(id, missing)?.deployed.as_ref()
    }

    fn pointer(&self, key: &str, missing: &mut Missing) -> Option<&pointers::State> {
        let known = self.pointers.get(key);
        if known.is_none() {
            missing.pointers.insert(key.to_owned());
        }
        known
    }
}

/// The keys of an entity's pointers.
pub fn keys_of(deployed: &Deployed) -> impl Iterator<Item = String> + '_ {
    let world = deployed.world.as_deref();
    let pointers = deployed.pointers.iter();
    pointers.map(move |pointer| claim_key(world, pointer))
}

/// Whether a newer entity takes the place of what is below: it is ready, or it left nothing behind when it went.
fn is_ready(candidate: &Candidate, required: &Required) -> bool {
    candidate.undeployed || candidate.complete.is_superset(required)
}

/// The status of an entity that stands alone.
fn own_status(entity: &entities::State, claimed: &BTreeSet<&str>, required: &Required) -> Status {
    let open = required
        .iter()
        .filter(|platform| !claimed.contains(platform.as_str()));
    let mut status = Status::Complete;
    for platform in open {
        match entity.assets(platform) {
            Progress::Failed => return Status::Failed,
            Progress::Pending => status = Status::Pending,
            Progress::Complete => {}
        }
    }
    status
}

fn id_of(candidate: &Candidate) -> String {
    candidate.entity_id.clone()
}
