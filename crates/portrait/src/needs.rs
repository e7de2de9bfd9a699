//! What must be at hand before an avatar is composed: whoever fetches it asks here.

use std::collections::BTreeSet;

use crate::avatar::Avatar;
use crate::category::Category;
use crate::limits::Limits;
use crate::wearable::{Wearable, item_urn};

const BASE: &str = "urn:decentraland:off-chain:base-avatars:";

/// URNs of the entities: the body shape, what is worn, and what a face falls back to.
#[must_use]
pub fn urns(avatar: &Avatar, limits: &Limits) -> Vec<String> {
    let shape = item_urn(&avatar.body_shape);
    let sex = if shape.ends_with("basefemale") {
        "f_"
    } else {
        ""
    };
    let face = [Category::Eyes, Category::Eyebrows, Category::Mouth];
    let face = face.map(|category| format!("{BASE}{sex}{}_00", category.name()));
    let worn = avatar.wearables.iter().take(limits.wearables);
    let all = worn.map(|urn| item_urn(urn)).chain(face).chain([shape]);
    all.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Hashes of the files that a wearable has for a body shape (a URN in any case).
#[must_use]
pub fn files(wearable: &Wearable, body_shape: &str) -> Vec<String> {
    let Some(representation) = wearable.representation(&item_urn(body_shape)) else {
        return Vec::new();
    };
    let listed = representation.contents.iter().map(String::as_str);
    let mut names: BTreeSet<&str> = listed.chain([&*representation.main_file]).collect();
    if wearable.category.is_face() {
        let (picture, mask) = wearable.face_files(representation);
        names.insert(picture);
        names.extend(mask);
    }
    let hashes = names.into_iter().filter_map(|name| wearable.hash_of(name));
    hashes.map(str::to_owned).collect()
}
