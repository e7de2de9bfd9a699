//! One fact: which rule it is for, and what follows from what was counted.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use kernel::{Emit, Reject, RowWrite, Step};
use model::events::badges::{BADGES, Badge, Fact, Rule, TIERS, What, venue_of};
use model::tables::badges::{self as tables, Progress, Refused, State};
use serde_json::json;

use super::{events, import, outfits, rules, travel};

/// Where grants go.
pub(super) const GRANTED: &str = "badge.events";

/// Images of what is granted are below `cdn_host`.
pub(super) fn step(state: &State, fact: &Fact, cdn_host: &str) -> Result<Step<State>, Reject> {
    let what = fact.what().map_err(|e| {
        let message = format!("fact {:?} of {}: {e}", fact.kind, fact.address);
        Reject::new("BADGE_FACT", message)
    })?;
    let mut turn = Turn::new(state, &fact.address, cdn_host);
    let at = fact.timestamp;
    match what {
        What::Move {
            session,
            parcel,
            asked,
        } => {
            rules::landed(&mut turn, parcel, at);
            if asked {
                travel::moved(&mut turn, &fact.key, session, at);
            }
        }
        What::Place { title } => match venue_of(&fact.key) {
            Some(id) => events::answered(&mut turn, id, title),
            None => travel::answered(&mut turn, &fact.key, title),
        },
        What::Event { id, from, until } => events::announced(&mut turn, &id, from, until),
        What::Emote => rules::emoted(&mut turn, at),
        What::Passport { receiver } => rules::add(&mut turn, Rule::Passports, &receiver, at),
        What::Height { height } => rules::climbed(&mut turn, height, at),
        What::Walk { steps } => rules::walked(&mut turn, &fact.key, steps, at),
        What::Profile { description } => rules::described(&mut turn, description, at),
        What::Store => rules::half(&mut turn, tables::HALVES[0].0, at),
        What::Collection => rules::half(&mut turn, tables::HALVES[1].0, at),
        What::Scene => rules::built(&mut turn, at),
        What::Purchase { category } => {
            rules::add_of(&mut turn, Rule::Purchases, &category, &fact.key, at);
        }
        What::Publication { category } => {
            rules::add_of(&mut turn, Rule::Publications, &category, &fact.key, at);
        }
        What::Wearable {
            urn,
            id,
            rarity,
            worn,
        } => {
            let item = tables::Worn { id, rarity };
            outfits::told(&mut turn, (&fact.key, at), (urn, item), worn);
        }
        What::Import {
            badge_id,
            import_id,
            progress,
        } => {
            // Progress that is replaced must not be replaced again by a repetition.
            if turn.state.seen.insert(&format!("import\n{}", fact.key), at) {
                import::merge(&mut turn, &badge_id, &import_id, &progress, at);
            }
        }
        What::Reset { badge_id } => turn.reset(&badge_id),
    }
    Ok(turn.end(state))
}

/// The work on one fact.
pub(super) struct Turn<'a> {
    pub(super) state: State,
    address: &'a str,
    cdn_host: &'a str,
    changed: BTreeSet<&'static str>,
    rows: Vec<RowWrite>,
    emits: Vec<Emit>,
}

impl<'a> Turn<'a> {
    fn new(state: &State, address: &'a str, cdn_host: &'a str) -> Self {
        Self {
            state: state.clone(),
            address,
            cdn_host,
            changed: BTreeSet::new(),
            rows: Vec::new(),
            emits: Vec::new(),
        }
    }

    /// Whether a badge is complete, so that nothing counts for it any more.
    pub(super) fn is_complete(&self, badge: &Badge) -> bool {
        let progress = self.state.badges.get(badge.id);
        progress.is_some_and(|progress| progress.completed_at.is_some())
    }

    /// Counts something at `at` (ms) for a badge that is not complete. Every tier that is reached now is granted, and the
    /// badge itself when that is all.
    pub(super) fn count(
        &mut self,
        badge: &'static Badge,
        at: i64,
        count: impl FnOnce(&mut Progress),
    ) {
        if self.is_complete(badge) {
            return;
        }
        let mut progress = self.held(badge);
        count(&mut progress);
        let reached = |tier: usize| {
            badge
                .tiers
                .get(tier)
                .is_some_and(|t| progress.steps >= t.steps)
        };
        let first = progress.tiers.len();
        let last = (first..).take_while(|tier| reached(*tier)).count() + first;
        for tier in first..last {
            progress.tiers.push(at);
            self.grant(badge, Some(tier), at);
        }
        if progress.steps >= badge.steps {
            progress.completed_at = Some(at);
            if !badge.is_tiered() {
                self.grant(badge, None, at);
            }
        }
        progress.updated_at = progress.updated_at.max(at);
        self.put(badge, progress);
    }

    /// A copy of the progress of a badge.
    pub(super) fn held(&self, badge: &Badge) -> Progress {
        let known = self.state.badges.get(badge.id);
        known.map(|known| (**known).clone()).unwrap_or_default()
    }

    /// Whether a thing was counted for a badge.
    pub(super) fn has(&self, badge: &Badge, id: &str) -> bool {
        let progress = self.state.badges.get(badge.id);
        progress.is_some_and(|progress| progress.things.contains_key(id))
    }

    /// Takes over the progress of a badge, without a word to anybody.
    pub(super) fn put(&mut self, badge: &'static Badge, progress: Progress) {
        let id = badge.id.to_owned();
        self.state.badges.insert(id, Arc::new(progress));
        self.changed.insert(badge.id);
    }

    /// Says why imported progress was not taken.
    pub(super) fn refuse(&mut self, import_id: &str, errors: Vec<String>) {
        let (import_id, address) = (import_id.to_owned(), self.address.to_owned());
        let refused = Refused { errors };
        let row = RowWrite::put(tables::REFUSED, import_id, address, &refused);
        self.rows.push(row);
    }

    fn grant(&mut self, badge: &Badge, tier: Option<usize>, at: i64) {
        let address = self.address;
        let mut metadata = json!({
            "badgeId": badge.id,
            "badgeName": badge.name,
            "badgeImageUrl": badge.image(self.cdn_host, tier),
            "address": address,
        });
        let mut key = format!("{address}-{}", badge.id);
        if let Some(tier) = tier {
            metadata["badgeTierName"] = TIERS[tier].into();
            key = format!("{key}-{}", badge.tier_id(tier));
        }
        let event = json!({"type": "badge", "subType": "badge-granted", "key": key,
            "timestamp": at.max(0), "metadata": metadata});
        let encoded = model::encode_event(&event);
        let encoded = encoded.expect("every member is there, as the test of each badge shows");
        self.emits.push(Emit {
            topic: GRANTED,
            key: Bytes::copy_from_slice(address.as_bytes()),
            id: None,
            kind: encoded.schema.name.into(),
            value: encoded.bytes,
            headers: Vec::new(),
        });
    }

    fn reset(&mut self, badge_id: &str) {
        let Some(badge) = Badge::find(badge_id) else {
            return;
        };
        match badge.rule {
            Rule::Scenes => self.state.travel = tables::Travel::default(),
            Rule::Events => self.state.events.clear(),
            _ => {}
        }
        if self.state.badges.remove(badge.id).is_some() {
            let address = self.address.to_owned();
            self.rows
                .push(RowWrite::delete(tables::PROGRESS, address, badge.id));
        }
    }

    fn end(mut self, before: &State) -> Step<State> {
        // In the order of the catalogue, whatever rule came first.
        for badge in BADGES
            .iter()
            .filter(|badge| self.changed.contains(badge.id))
        {
            if let Some(progress) = self.state.badges.get(badge.id) {
                let address = self.address.to_owned();
                let row = RowWrite::put(tables::PROGRESS, address, badge.id, &progress.row());
                self.rows.push(row);
            }
        }
        Step {
            state: (self.state != *before).then_some(self.state),
            rows: self.rows,
            emits: self.emits,
            effects: Vec::new(),
        }
    }
}
