//! Who hides whom: the two passes over what an avatar wears (ADR-239).

use crate::category::{Categories, Category};
use crate::wearable::{Representation, Wearable};

use Category as C;

/// The order in which wearables have their say.
const PRIORITY: [Category; 18] = [
    C::Skin,
    C::UpperBody,
    C::HandsWear,
    C::LowerBody,
    C::Feet,
    C::Helmet,
    C::Hat,
    C::TopHead,
    C::Mask,
    C::Eyewear,
    C::Earring,
    C::Tiara,
    C::Hair,
    C::Eyebrows,
    C::Eyes,
    C::Mouth,
    C::FacialHair,
    C::BodyShape,
];

/// What a skin covers without saying so.
const UNDER_SKIN: [Category; 10] = [
    C::Head,
    C::Hair,
    C::FacialHair,
    C::Mouth,
    C::Eyebrows,
    C::Eyes,
    C::UpperBody,
    C::LowerBody,
    C::Feet,
    C::HandsWear,
];

/// What one wearable hides while it is worn.
#[must_use]
pub fn hide_list(wearable: &Wearable, representation: &Representation) -> Categories {
    let either = |own: Categories, shared| if own.is_empty() { shared } else { own };
    let hides = either(representation.override_hides, wearable.hides);
    let replaces = either(representation.override_replaces, wearable.replaces);
    let mut hidden = hides.union(replaces);
    let covers_arms = wearable.category == C::UpperBody || hides.contains(C::UpperBody);
    if covers_arms && !wearable.removes_default_hiding.contains(C::Hands) {
        hidden = hidden.with(C::Hands);
    }
    if wearable.category == C::Skin {
        hidden = hidden.union(UNDER_SKIN.into_iter().collect());
    }
    hidden.without(Categories::NONE.with(wearable.category))
}

/// One worn wearable as the rules see it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    pub category: Category,
    /// As of [`hide_list`].
    pub hides: Categories,
}

/// What the rules decide.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// The categories that stay worn.
    pub worn: Categories,
    /// What those hide, parts of the body included.
    pub hidden: Categories,
}

/// Decides what stays worn. `candidates` holds at most one of a category.
///
/// The first pass goes down the order of categories: who is not hidden yet adds what it hides; who is
/// hidden at the end goes. The second collects what the rest hides. What the avatar forces is never
/// hidden. The body shape always stays: only its parts can be hidden.
#[must_use]
pub fn judge(candidates: &[Candidate], forced: Categories) -> Verdict {
    let mut hidden = Categories::NONE;
    for category in PRIORITY {
        let candidate = candidates.iter().find(|c| c.category == category);
        if let Some(candidate) = candidate.filter(|_| !hidden.contains(category)) {
            hidden = hidden.union(candidate.hides);
        }
    }
    let hidden = hidden.without(forced);
    let stays = |c: &&Candidate| c.category == C::BodyShape || !hidden.contains(c.category);
    let (mut worn, mut hidden) = (Categories::NONE, Categories::NONE);
    for candidate in candidates.iter().filter(stays) {
        worn = worn.with(candidate.category);
        hidden = hidden.union(candidate.hides);
    }
    Verdict {
        worn,
        hidden: hidden.without(forced),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(category: Category, hides: &[Category]) -> Candidate {
        Candidate {
            category,
            hides: hides.iter().copied().collect(),
        }
    }

    #[test]
    fn the_worked_example_of_the_decision_record() {
        let candidates = [
            of(C::HandsWear, &[C::Hands]),
            of(C::Helmet, &[C::TopHead, C::Head, C::Hair, C::Earring]),
            of(C::Hat, &[C::Helmet, C::Hair]),
            of(C::TopHead, &[C::Hat]),
        ];
        let verdict = judge(&candidates, Categories::NONE);
        assert_eq!(verdict.worn, [C::HandsWear, C::Hat].into_iter().collect());
        assert_eq!(
            verdict.hidden,
            [C::Hands, C::Helmet, C::Hair].into_iter().collect()
        );
    }

    #[test]
    fn force_render_brings_back_what_others_hide_and_its_own_hides_count_again() {
        let candidates = [
            of(C::Helmet, &[C::Hat]),
            of(C::Hat, &[C::Hair]),
            of(C::Hair, &[]),
        ];
        let verdict = judge(&candidates, Categories::NONE.with(C::Hat));
        // Hidden in the first pass, the hat had no say there: the hair stays worn, though the hat's list
        // is in the second set.
        assert_eq!(
            verdict.worn,
            [C::Helmet, C::Hat, C::Hair].into_iter().collect()
        );
        assert_eq!(verdict.hidden, Categories::NONE.with(C::Hair));
    }
}
