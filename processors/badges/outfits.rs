//! Items of a rarity worn at the same time.
//!
//! A profile is judged by itself, as it was deployed, whatever the person wears by now; what it wears is told item by
//! item, in any order. It is dropped when all of it is told, and the oldest ones are dropped when many wait.

use model::events::badges::{BADGES, OUTFIT_MIN, Rule};
use model::tables::badges::{Outfit, Progress, Worn};
use model::tables::fingerprint;

use super::step::Turn;

/// Profiles of one person that are judged at a time: some items are never defined.
pub(super) const OUTFITS_MAX: usize = 16;
/// Judged profiles that are known when they are told of again.
const JUDGED_MAX: usize = 64;

/// What one item is that a profile (entity and time in ms) wears, of `worn` that are told of.
pub(super) fn told(
    turn: &mut Turn<'_>,
    (entity_id, at): (&str, i64),
    (urn, item): (String, Worn),
    worn: i64,
) {
    let rarity_open = |turn: &Turn<'_>| {
        let mut rarities = BADGES.iter().filter(|b| matches!(b.rule, Rule::Outfit(_)));
        rarities.any(|badge| {
            let progress = turn.state.badges.get(badge.id);
            let own = progress.and_then(|progress| progress.outfit.as_deref());
            !turn.is_complete(badge) || own == Some(entity_id)
        })
    };
    let mark = fingerprint(entity_id);
    if !rarity_open(turn) || turn.state.judged.contains(&mark) {
        return;
    }
    let fresh = || Outfit {
        timestamp: at,
        ..Outfit::default()
    };
    let known = turn.state.outfits.remove(entity_id);
    let mut outfit = known.unwrap_or_else(fresh);
    // The first answer stands, as for everything that was told once.
    outfit.items.entry(urn).or_insert(item);
    judge(turn, entity_id, &outfit);
    if outfit.items.len() as i64 >= worn {
        turn.state.judged.push(mark);
        let old = turn.state.judged.len().saturating_sub(JUDGED_MAX);
        turn.state.judged.drain(..old);
        return;
    }
    turn.state.outfits.insert(entity_id.to_owned(), outfit);
    if turn.state.outfits.len() > OUTFITS_MAX {
        let ages = turn.state.outfits.iter();
        let oldest = ages.map(|(id, outfit)| (outfit.timestamp, id)).min();
        if let Some(oldest) = oldest.map(|(_, id)| id.clone()) {
            turn.state.outfits.remove(&oldest);
        }
    }
}

fn judge(turn: &mut Turn<'_>, entity_id: &str, outfit: &Outfit) {
    for badge in &BADGES {
        let Rule::Outfit(rarity) = badge.rule else {
            continue;
        };
        let of_rarity = outfit.items.values();
        let of_rarity = of_rarity.filter(|item| item.rarity.as_deref() == Some(rarity));
        let ids: Vec<&String> = of_rarity.map(|item| &item.id).collect();
        if ids.len() < OUTFIT_MIN {
            continue;
        }
        let at = outfit.timestamp;
        let things = ids.into_iter().map(|id| (id.clone(), at)).collect();
        match turn.state.badges.get(badge.id) {
            // The rest of what made it.
            Some(progress) if progress.outfit.as_deref() == Some(entity_id) => {
                if progress.things != things {
                    let mut progress = Progress::clone(progress);
                    progress.things = things;
                    turn.put(badge, progress);
                }
            }
            _ => turn.count(badge, at, |progress| {
                progress.things = things;
                progress.outfit = Some(entity_id.to_owned());
                progress.steps = 1;
            }),
        }
    }
}
