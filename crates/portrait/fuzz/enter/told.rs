//! Any bytes as JSON that tells what is worn: an avatar, a profile, the entity of a wearable, a pose. The fuzz target and the
//! tests come in here.

use portrait::wearable::item_urn;
use portrait::{Avatar, Limits, Pose, Wearable, avatar, needs};

/// More entities than an avatar within the limits of wearables needs.
const NEEDS_MAX: usize = 68;

/// Says whether it is anything of that.
pub(crate) fn enter(json: &[u8]) -> bool {
    let is_avatar = Avatar::from_json(json).is_ok_and(|avatar| {
        let needed = needs::urns(&avatar, &Limits::default());
        assert!(needed.len() <= NEEDS_MAX, "{} entities", needed.len());
        assert_eq!(avatar.hash().len(), 64);
        true
    });
    let profile = serde_json::from_slice(json).ok();
    let profile = profile.and_then(|json| avatar::of_profile(&json).ok());
    let is_profile = profile.is_some_and(|of| {
        let again = Avatar::from_json(of.decides.to_string().as_bytes());
        let again = again.expect("what decides is an avatar");
        assert_eq!(again.hash(), of.hash, "it is that avatar");
        true
    });
    let is_wearable = Wearable::from_entity_json(json).is_ok_and(|wearable| {
        assert_eq!(item_urn(&wearable.urn), wearable.urn, "an item's own");
        for representation in &wearable.representations {
            for shape in &representation.body_shapes {
                let first = wearable.representation(shape);
                let first = first.expect("it has one");
                let files = needs::files(&wearable, shape);
                assert!(files.len() <= 1 + first.contents.len());
            }
        }
        true
    });
    is_avatar || is_profile || is_wearable || Pose::from_json(json).is_ok()
}
