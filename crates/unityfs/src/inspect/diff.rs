//! The differences of two bundles.
//!
//! Objects are matched by path id, then by class and name where that is unambiguous, because most tools number objects
//! anew. A reference counts as equal when it points to the matched object.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::bundle::Bundle;
use super::labels::{class_label, labels};
use crate::serialized::SerializedFile;
use crate::value::{Reference, Value, to_json};
use crate::{Limits, Result};

/// Changes listed for one object; more are only counted.
const CHANGES_MAX: usize = 64;

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// Which: `m_SubMeshes[0].indexCount`.
    pub path: String,
    /// Its value in the first bundle; null when it has none.
    pub before: Json,
    /// Its value in the second bundle; null when it has none.
    pub after: Json,
}

/// An object that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ObjectDifference {
    /// Its class.
    pub class: String,
    /// Its name, or the path of its GameObject.
    pub name: String,
    /// Its path id in the first bundle, if it is there.
    pub before: Option<i64>,
    /// Its path id in the second bundle, if it is there.
    pub after: Option<i64>,
    /// Fields that differ; none if it is in one bundle only.
    pub changes: Vec<Change>,
    /// How many further fields differ.
    pub more_changes: usize,
}

/// How two bundles differ.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Difference {
    /// Sizes, versions, packing, names, types, externals.
    pub container: Vec<Change>,
    /// Objects that differ or are in one bundle only.
    pub objects: Vec<ObjectDifference>,
    /// How many objects are equal.
    pub equal_objects: usize,
}

/// How two bundles differ. The n-th serialized file of one is compared with the n-th of the other.
///
/// # Errors
/// When a bundle, or an object in it, can't be read.
pub fn diff(before: &[u8], after: &[u8], limits: &Limits) -> Result<Difference> {
    let a = Bundle::read(before, limits)?;
    let b = Bundle::read(after, limits)?;
    let mut difference = Difference::default();
    let sizes = (before.len(), after.len());
    let mut found = Found::default();
    found.compare(&facts(&a, sizes.0), &facts(&b, sizes.1), "");
    difference.container = found.changes;
    let empty = SerializedFile::default();
    for number in 0..a.files.len().max(b.files.len()) {
        let a = a.files.get(number).map_or(&empty, |(_, file)| file);
        let b = b.files.get(number).map_or(&empty, |(_, file)| file);
        Files::new(a, b, limits)?.compare(&mut difference)?;
    }
    Ok(difference)
}

/// What is compared of a container and its files besides objects.
fn facts(bundle: &Bundle, bytes: usize) -> Json {
    let files = bundle.files.iter().map(|(index, file)| {
        let types = file.types.iter().map(|kind| {
            let class = format!("{} {}", kind.class_id, kind.tree.root().kind.as_ref());
            (class, json!(hex::encode(kind.hash)))
        });
        json!({
            "name": bundle.file_name(*index),
            "engine": file.engine,
            "platform": file.platform,
            "types": types.collect::<serde_json::Map<_, _>>(),
            "externals": file.externals.iter().map(|e| &e.path).collect::<Vec<_>>(),
        })
    });
    let blocks = &bundle.archive.blocks;
    json!({
        "bytes": bytes,
        "stream_bytes": bundle.archive.stream().len(),
        "engine": bundle.archive.engine,
        "compression": blocks.first().map(|block| block.compression.name()),
        "blocks": blocks.len(),
        "resources": bundle.archive.files.len() - bundle.files.len(),
        "files": files.collect::<Vec<_>>(),
    })
}

/// Changes found, the first of them in full.
#[derive(Default)]
struct Found {
    changes: Vec<Change>,
    more: usize,
}

impl Found {
    /// Adds where two JSON values differ.
    fn compare(&mut self, a: &Json, b: &Json, path: &str) {
        let below = |name: &str| {
            let dot = if path.is_empty() { "" } else { "." };
            format!("{path}{dot}{name}")
        };
        match (a, b) {
            // As text, −0 is not 0.
            (Json::Number(a), Json::Number(b)) if a.to_string() == b.to_string() => {}
            (Json::Object(a), Json::Object(b)) => {
                for (name, value) in a {
                    self.compare(value, b.get(name).unwrap_or(&Json::Null), &below(name));
                }
                for (name, value) in b.iter().filter(|(name, _)| !a.contains_key(*name)) {
                    self.compare(&Json::Null, value, &below(name));
                }
            }
            (Json::Array(a), Json::Array(b)) => {
                for index in 0..a.len().max(b.len()) {
                    let a = a.get(index).unwrap_or(&Json::Null);
                    let b = b.get(index).unwrap_or(&Json::Null);
                    self.compare(a, b, &format!("{path}[{index}]"));
                }
            }
            _ if a == b && !a.is_number() => {}
            _ if self.changes.len() == CHANGES_MAX => self.more += 1,
            _ => self.changes.push(Change {
                path: path.to_owned(),
                before: a.clone(),
                after: b.clone(),
            }),
        }
    }
}

/// Two serialized files and which objects are the same.
struct Files<'a> {
    a: &'a SerializedFile,
    b: &'a SerializedFile,
    labels: [BTreeMap<i64, String>; 2],
    /// From the first file's path ids to the second's.
    same: BTreeMap<i64, i64>,
    limits: &'a Limits,
}

/// Path ids of a file's objects that are not matched yet, by class and label; `None` where there are several.
type Names = BTreeMap<(String, String), Option<i64>>;

impl<'a> Files<'a> {
    fn new(a: &'a SerializedFile, b: &'a SerializedFile, limits: &'a Limits) -> Result<Self> {
        let labels = [labels(a, limits)?, labels(b, limits)?];
        let mut same = BTreeMap::new();
        let classes = |file: &SerializedFile| -> BTreeMap<i64, String> {
            let class = |object| class_label(file, object);
            file.objects.iter().map(|o| (o.path_id, class(o))).collect()
        };
        let classes = [classes(a), classes(b)];
        for (id, class) in &classes[0] {
            if classes[1].get(id) == Some(class) {
                same.insert(*id, *id);
            }
        }
        let names = |side: usize| {
            let mut names = Names::new();
            let free = classes[side]
                .iter()
                .filter(|(id, _)| !same.contains_key(id));
            for (id, class) in free {
                let key = (class.clone(), labels[side][id].clone());
                names
                    .entry(key)
                    .and_modify(|id| *id = None)
                    .or_insert(Some(*id));
            }
            names
        };
        let (a_names, b_names) = (names(0), names(1));
        for (key, id) in a_names {
            if let (Some(a), Some(Some(b))) = (id, b_names.get(&key)) {
                same.insert(a, *b);
            }
        }
        Ok(Self {
            a,
            b,
            labels,
            same,
            limits,
        })
    }

    fn compare(&self, difference: &mut Difference) -> Result<()> {
        for object in &self.a.objects {
            let after = self.same.get(&object.path_id).copied();
            let twin = after.and_then(|id| self.b.object(id));
            let mut found = Found::default();
            if let Some(twin) = twin {
                let mut value = self.a.value(object, self.limits)?;
                self.rename(&mut value);
                let other = self.b.value(twin, self.limits)?;
                if value == other {
                    difference.equal_objects += 1;
                    continue;
                }
                found.compare(&to_json(&value), &to_json(&other), "");
            }
            difference.objects.push(ObjectDifference {
                class: class_label(self.a, object),
                name: self.labels[0][&object.path_id].clone(),
                before: Some(object.path_id),
                after,
                changes: found.changes,
                more_changes: found.more,
            });
        }
        let matched: std::collections::BTreeSet<_> = self.same.values().collect();
        for object in self
            .b
            .objects
            .iter()
            .filter(|o| !matched.contains(&o.path_id))
        {
            difference.objects.push(ObjectDifference {
                class: class_label(self.b, object),
                name: self.labels[1][&object.path_id].clone(),
                before: None,
                after: Some(object.path_id),
                changes: Vec::new(),
                more_changes: 0,
            });
        }
        Ok(())
    }

    /// Own references of the first file as the second would have them.
    fn rename(&self, value: &mut Value) {
        if let Some(Reference {
            file_id: 0,
            path_id,
        }) = value.as_reference()
        {
            if let Some(same) = self.same.get(&path_id) {
                *value = Reference::here(*same).into();
            }
            return;
        }
        match value {
            Value::List(elements) => elements.iter_mut().for_each(|e| self.rename(e)),
            Value::Struct(fields) => fields.iter_mut().for_each(|(_, field)| self.rename(field)),
            Value::Pair(pair) => {
                self.rename(&mut pair.0);
                self.rename(&mut pair.1);
            }
            _ => {}
        }
    }
}

impl Difference {
    /// Whether all objects and all about the container are equal.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.container.is_empty() && self.objects.is_empty()
    }

    /// The differences as JSON.
    #[must_use]
    pub fn to_json(&self) -> Json {
        serde_json::to_value(self).expect("it has no keys but texts")
    }

    /// The differences as text to read: `-` only in the first, `+` only in the second, `~` differs.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.put(&mut out).expect("a String takes everything");
        out
    }

    fn put(&self, out: &mut String) -> std::fmt::Result {
        for Change {
            path,
            before,
            after,
        } in &self.container
        {
            writeln!(out, "~ {path}: {before} -> {after}")?;
        }
        for object in &self.objects {
            let ObjectDifference { class, name, .. } = object;
            match (object.before, object.after) {
                (Some(id), None) => writeln!(out, "- {class} {id} {name}")?,
                (None, Some(id)) => writeln!(out, "+ {class} {id} {name}")?,
                (before, after) if before == after => {
                    writeln!(out, "~ {class} {} {name}", before.unwrap_or_default())?;
                }
                (before, after) => {
                    let ids = (before.unwrap_or_default(), after.unwrap_or_default());
                    writeln!(out, "~ {class} {} -> {} {name}", ids.0, ids.1)?;
                }
            }
            for Change {
                path,
                before,
                after,
            } in &object.changes
            {
                writeln!(out, "    {path}: {before} -> {after}")?;
            }
            if object.more_changes > 0 {
                writeln!(out, "    and {} more fields", object.more_changes)?;
            }
        }
        writeln!(
            out,
            "{} objects are equal, {} differ",
            self.equal_objects,
            self.objects.len()
        )
    }
}
