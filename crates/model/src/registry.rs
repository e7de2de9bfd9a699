//! Every schema ever published, compiled in. Ids come from `schemas/ids.json` and are the same on every machine;
//! what stands in front of a value is made of them in [`crate::wire`].

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::schema::Schema;

/// Every file of `schemas/` that build.rs found, by path.
static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/schema_files.rs"));

/// One line of `schemas/ids.json`: lines are added, never changed, save that `path` follows a renamed file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// Id, from 1.
    pub id: u32,
    /// Name of the schema.
    pub name: String,
    /// From 1.
    pub version: u32,
    /// SHA-256 (hex) of the parsing canonical form.
    pub fingerprint: String,
    /// File below `schemas/`.
    pub path: String,
}

/// The schemas by id and by name.
#[derive(Debug)]
pub struct Registry {
    /// Index = id - 1.
    schemas: Vec<Schema>,
    /// Versions of a name, oldest first, as indexes into `schemas`.
    names: BTreeMap<&'static str, Vec<usize>>,
}

impl Registry {
    /// The registry of this binary.
    pub fn global() -> &'static Self {
        static REGISTRY: OnceLock<Registry> = OnceLock::new();
        REGISTRY.get_or_init(|| {
            let mut registry = Self {
                schemas: Vec::new(),
                names: BTreeMap::new(),
            };
            for line in published() {
                registry.add(line);
            }
            registry
        })
    }

    fn add(&mut self, line: Published) {
        let text = file(&line.path).expect("ids.json names files of schemas/: a test reads each");
        let index = self.schemas.len();
        assert_eq!(
            line.id as usize,
            index + 1,
            "ids.json counts from 1 without gaps"
        );
        // Leaked once a schema for the life of the process: names are handed out as `&'static str`.
        let name: &'static str = match self.names.get_key_value(line.name.as_str()) {
            Some((name, _)) => name,
            None => line.name.leak(),
        };
        self.names.entry(name).or_default().push(index);
        self.schemas
            .push(Schema::new(line.id, name, line.version, text));
    }

    /// The schema that an id in front of a value means.
    pub fn by_wire_id(&self, id: u32) -> Option<&Schema> {
        let id = crate::wire::read(id)?;
        self.schemas.get((id as usize).checked_sub(1)?)
    }

    /// The newest version of a name.
    pub fn current(&self, name: &str) -> Option<&Schema> {
        self.versions(name).last()
    }

    /// Every version of a name, oldest first.
    pub fn versions(&self, name: &str) -> impl DoubleEndedIterator<Item = &Schema> {
        self.names
            .get(name)
            .into_iter()
            .flatten()
            .map(|i| &self.schemas[*i])
    }

    /// The newest schema of an event's pair.
    pub fn by_kind(&self, kind: &str, sub_type: &str) -> Option<&Schema> {
        self.current(&format!("{kind}/{sub_type}"))
    }

    /// Every name, in order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.names.keys().copied()
    }

    /// Every subject with the name of its schema, in order.
    pub fn subjects(&self) -> BTreeMap<String, &'static str> {
        let current = self.names().filter_map(|name| self.current(name));
        current
            .map(|schema| (schema.subject(), schema.name))
            .collect()
    }

    /// Every schema, in order of ids.
    pub fn schemas(&self) -> impl Iterator<Item = &Schema> {
        self.schemas.iter()
    }
}

/// The lines of `schemas/ids.json`.
pub fn published() -> Vec<Published> {
    file("ids.json").map_or_else(Vec::new, |text| {
        serde_json::from_str(text).expect("schemas/ids.json is a list of published schemas")
    })
}

/// The text of a compiled-in file of `schemas/`.
pub fn file(path: &str) -> Option<&'static str> {
    FILES
        .binary_search_by_key(&path, |(p, _)| *p)
        .ok()
        .map(|i| FILES[i].1)
}

/// Paths of all compiled-in `.avsc` files, in order.
pub fn paths() -> impl Iterator<Item = &'static str> {
    FILES
        .iter()
        .map(|(path, _)| *path)
        .filter(|p| p.ends_with(".avsc"))
}
