//! The read model `registry_pointers`: who claims each pointer, and what happened to worlds.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Aggregates: one document a pointer, key = [`claim_key`](crate::events::registry::claim_key).
pub const TABLE: &str = "registry_pointers";
/// Pointers of worlds: partition = name of the world, row = pointer, document [`State`].
pub const WORLDS: &str = "registry_worlds";

/// A pointer, or (without a pointer) a world.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// Those that claim it, the newest first, as far as they can matter; see [`State::claim`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
    /// Of a world: when it was last undeployed as a whole, ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undeployed_at: Option<i64>,
    /// Of a world: where people arrive, as somebody chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spawn: Option<Spawn>,
}

/// An entity that claims a pointer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Candidate {
    /// The entity.
    pub entity_id: String,
    /// Its own time, ms.
    pub timestamp: i64,
    /// Platforms that it is complete for.
    pub complete: BTreeSet<String>,
    /// Whether it was taken out of its world.
    pub undeployed: bool,
}

/// Where people arrive in a world.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Spawn {
    /// When it was chosen, ms.
    pub at: i64,
    /// West to east.
    pub x: i64,
    /// South to north.
    pub y: i64,
}

/// What makes one entity newer than another: the order of catalysts, which is total.
pub type Rank<'a> = (i64, String, &'a str);

/// The rank of an entity.
pub fn rank(timestamp: i64, entity_id: &str) -> Rank<'_> {
    (timestamp, entity_id.to_ascii_lowercase(), entity_id)
}

impl Candidate {
    /// See [`rank`].
    pub fn rank(&self) -> Rank<'_> {
        rank(self.timestamp, &self.entity_id)
    }

    /// Whether it makes an older candidate needless, whatever platforms are required: it is complete wherever the
    /// other one is. One that was undeployed leaves nothing behind, so it counts as complete everywhere.
    fn displaces(&self, older: &Self) -> bool {
        self.undeployed || (!older.undeployed && self.complete.is_superset(&older.complete))
    }
}

impl State {
    /// Takes a claim, which says all that was known of its entity then. Kept are the candidates that no newer one
    /// displaces: whatever the order of claims, the same ones.
    ///
    /// An entity that is dropped can be shown again under no choice of platforms, unless it claims more; and whoever it
    /// displaced, the newer one displaces, too.
    pub fn claim(&mut self, claim: Candidate) {
        let same = |known: &&mut Candidate| known.entity_id == claim.entity_id;
        match self.candidates.iter_mut().find(same) {
            Some(known) => {
                known.complete.extend(claim.complete);
                known.undeployed |= claim.undeployed;
            }
            None => self.candidates.push(claim),
        }
        // Nothing is asked of one that is gone but that it is.
        let gone = self.candidates.iter_mut().filter(|known| known.undeployed);
        gone.for_each(|known| known.complete.clear());
        self.candidates.sort_by(|a, b| b.rank().cmp(&a.rank()));
        let mut kept: Vec<Candidate> = Vec::with_capacity(self.candidates.len());
        for candidate in self.candidates.drain(..) {
            if !kept.iter().any(|newer| newer.displaces(&candidate)) {
                kept.push(candidate);
            }
        }
        self.candidates = kept;
    }

    /// Candidates newer than an entity.
    pub fn newer(&self, timestamp: i64, entity_id: &str) -> impl Iterator<Item = &Candidate> {
        let own = rank(timestamp, entity_id);
        self.candidates
            .iter()
            .take_while(move |candidate| candidate.rank() > own)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PLATFORMS: [&str; 3] = ["mac", "web", "windows"];

    /// Claims as entities make them: a later one says no less than an earlier one. Each entity has an order of platforms
    /// of its own.
    fn claims() -> impl Strategy<Value = Vec<Candidate>> {
        let one = (0..6_i64, 0..4_usize, prop::bool::weighted(0.1));
        let all = prop::collection::vec(one, 1..12);
        all.prop_map(|all| {
            let claim = |(timestamp, count, undeployed): (i64, usize, bool)| {
                let platforms = PLATFORMS.iter().cycle().skip(timestamp as usize);
                Candidate {
                    entity_id: format!("Qm{timestamp}"),
                    timestamp,
                    complete: platforms.take(count).map(|p| (*p).to_owned()).collect(),
                    undeployed,
                }
            };
            all.into_iter().map(claim).collect()
        })
    }

    fn folded(claims: &[Candidate]) -> State {
        let mut state = State::default();
        claims.iter().for_each(|claim| state.claim(claim.clone()));
        state
    }

    /// The newest that is complete for all of these, unless a newer one was undeployed.
    fn shown(candidates: &[Candidate], required: &BTreeSet<String>) -> Option<String> {
        let mut sorted = candidates.to_vec();
        sorted.sort_by(|a, b| b.rank().cmp(&a.rank()));
        let first = sorted
            .into_iter()
            .find(|c| c.undeployed || c.complete.is_superset(required))?;
        (!first.undeployed).then_some(first.entity_id)
    }

    proptest! {
        #[test]
        fn what_is_kept_depends_on_no_order_and_suffices(
            (claims, shuffled) in claims().prop_flat_map(|c| (Just(c.clone()), Just(c).prop_shuffle())),
        ) {
            let state = folded(&claims);
            prop_assert_eq!(&state, &folded(&shuffled));
            // All that was said of each entity, nothing dropped.
            let mut whole: Vec<Candidate> = Vec::new();
            for claim in claims {
                match whole.iter_mut().find(|known| known.entity_id == claim.entity_id) {
                    Some(known) => {
                        known.complete.extend(claim.complete);
                        known.undeployed |= claim.undeployed;
                    }
                    None => whole.push(claim),
                }
            }
            for required in [&["windows", "mac"][..], &["web"], &["mac"], &["mac", "web", "windows"]] {
                let required = required.iter().map(|p| (*p).to_owned()).collect();
                prop_assert_eq!(shown(&state.candidates, &required), shown(&whole, &required));
            }
        }
    }
}
