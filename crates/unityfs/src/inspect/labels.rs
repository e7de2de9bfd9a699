//! Names of objects for people: their own, or that of the GameObject they belong to, with its parents.

use std::collections::BTreeMap;

use crate::serialized::{Object, SerializedFile};
use crate::tree::class_name;
use crate::value::{Reference, Value};
use crate::{Limits, Result};

const TRANSFORM: i32 = 4;
/// A label is cut to about so many bytes, so that a bundle can't ask for more memory by long names and deep trees.
const LABEL_BYTES: usize = 256;

/// A class by its name, or its number.
pub(super) fn class_label(file: &SerializedFile, object: &Object) -> String {
    let Ok(kind) = file.type_of(object) else {
        return "?".to_owned();
    };
    match class_name(kind.class_id) {
        Some(name) => name.to_owned(),
        None => kind.tree.root().kind.to_string(),
    }
}

/// What of an object its label needs.
#[derive(Default)]
struct Facts {
    name: String,
    owner: Option<i64>,
    parent: Option<i64>,
    is_transform: bool,
}

/// Labels of all objects, by path id: `m_Name`, or for GameObjects and their components the path from the root.
///
/// # Errors
/// When an object can't be decoded.
pub(super) fn labels(file: &SerializedFile, limits: &Limits) -> Result<BTreeMap<i64, String>> {
    let mut facts = BTreeMap::new();
    for object in &file.objects {
        let value = file.value(object, limits)?;
        let is_transform = file.type_of(object)?.class_id == TRANSFORM;
        facts.insert(object.path_id, facts_of(&value, is_transform));
    }
    let transforms = facts.iter().filter(|(_, facts)| facts.is_transform);
    let transforms = transforms.filter_map(|(id, facts)| Some((facts.owner?, *id)));
    let transforms: BTreeMap<i64, i64> = transforms.collect();
    Ok(facts
        .iter()
        .map(|(id, fact)| {
            let owner = fact.owner.unwrap_or(*id);
            let label = if transforms.contains_key(&owner) {
                path_of(owner, &facts, &transforms)
            } else {
                fact.name.clone()
            };
            (*id, label)
        })
        .collect())
}

fn facts_of(value: &Value, is_transform: bool) -> Facts {
    let local = |name| {
        let reference = value.get(name).and_then(Value::as_reference);
        let here = |reference: &Reference| reference.file_id == 0 && reference.path_id != 0;
        reference.filter(here).map(|reference| reference.path_id)
    };
    Facts {
        name: match value.get("m_Name") {
            Some(Value::Text(name)) => {
                let shown = &name[..name.len().min(LABEL_BYTES)];
                String::from_utf8_lossy(shown).into_owned()
            }
            _ => String::new(),
        },
        owner: local("m_GameObject"),
        parent: local("m_Father"),
        is_transform,
    }
}

/// `root/child/grandchild` of a GameObject.
fn path_of(
    game_object: i64,
    facts: &BTreeMap<i64, Facts>,
    transforms: &BTreeMap<i64, i64>,
) -> String {
    let mut names = Vec::new();
    let mut bytes = 0;
    let mut next = Some(game_object);
    while let Some(id) = next {
        let name = facts.get(&id).map_or("?", |facts| &*facts.name);
        bytes += name.len() + 1;
        if bytes > LABEL_BYTES && !names.is_empty() {
            names.push("…");
            break;
        }
        names.push(name);
        let parent = transforms
            .get(&id)
            .and_then(|transform| facts.get(transform)?.parent);
        next = parent.and_then(|transform| facts.get(&transform)?.owner);
    }
    names.reverse();
    names.join("/")
}
