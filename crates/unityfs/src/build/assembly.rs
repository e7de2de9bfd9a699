//! From objects as values to a container.

use std::collections::{BTreeMap, BTreeSet};

use super::{Identity, Target};
use crate::archive::{Archive, SERIALIZED};
use crate::serialized::{External, Object, SerializedFile, Type};
use crate::tree::{Class, Engine};
use crate::value::{self, Draft, Reference, Value};
use crate::{Error, Result};

/// The classes of a layout.
pub(super) struct Layout {
    engine: Engine,
    classes: BTreeMap<i32, Class>,
}

impl Layout {
    pub(super) fn new(engine: Engine, classes: &[i32]) -> Self {
        let classes = classes
            .iter()
            .filter_map(|id| Some((*id, engine.class(*id)?)));
        Self {
            engine,
            classes: classes.collect(),
        }
    }

    fn class(&self, id: i32) -> Result<&Class> {
        let class = self.classes.get(&id);
        class.ok_or_else(|| Error::unsupported("class", id))
    }

    /// An empty object of a class.
    pub(super) fn draft(&self, class: i32) -> Result<Draft<'_>> {
        self.class(class).map(Draft::new)
    }
}

/// Objects of a bundle, in any order.
#[derive(Default)]
pub(super) struct Objects {
    /// By path id: class and fields.
    objects: BTreeMap<i64, (i32, Value)>,
}

impl Objects {
    pub(super) fn add(&mut self, path_id: i64, class: i32, draft: Draft<'_>) -> Result<()> {
        match self.objects.insert(path_id, (class, draft.done())) {
            None => Ok(()),
            Some(_) => Err(Error::invalid("path id", format!("{path_id} is taken"))),
        }
    }

    /// Path ids in ascending order.
    pub(super) fn path_ids(&self) -> impl Iterator<Item = i64> {
        self.objects.keys().copied()
    }

    /// Every reference hits an object of this file or a file that is listed.
    fn check_references(&self, externals: usize) -> Result<()> {
        for (id, (_, value)) in &self.objects {
            for Reference { file_id, path_id } in value.references() {
                let known = match usize::try_from(file_id) {
                    Ok(0) => self.objects.contains_key(&path_id),
                    Ok(number) => number <= externals,
                    Err(_) => false,
                };
                if !known {
                    return Err(Error::Dangling {
                        from: format!("object {id}"),
                        to: format!("object {path_id} of file {file_id}"),
                    });
                }
            }
        }
        Ok(())
    }
}

/// The container of a bundle.
pub(super) fn assemble(
    identity: &Identity,
    target: &Target,
    layout: &Layout,
    objects: &Objects,
    externals: Vec<External>,
) -> Result<Vec<u8>> {
    objects.check_references(externals.len())?;
    let mut file = SerializedFile {
        engine: layout.engine.version().to_owned(),
        platform: target.platform.number(),
        externals,
        ..SerializedFile::default()
    };
    let mut seen = BTreeSet::new();
    for (class_id, _) in objects.objects.values() {
        if seen.insert(*class_id) {
            file.types.push(as_type(layout.class(*class_id)?));
        }
    }
    for (path_id, (class_id, value)) in &objects.objects {
        let type_index = file
            .types
            .iter()
            .position(|kind| kind.class_id == *class_id);
        file.objects.push(Object {
            path_id: *path_id,
            type_index: type_index.expect("its type was just added"),
            bytes: value::encode(&layout.class(*class_id)?.tree, value)?,
        });
    }
    let bytes = file.write()?;
    let files = [(identity.cab(), SERIALIZED, bytes)];
    let files = files
        .each_ref()
        .map(|(name, flags, bytes)| (&**name, *flags, &**bytes));
    Archive::new(layout.engine.version(), &files).write(target.packing)
}

fn as_type(class: &Class) -> Type {
    Type {
        class_id: class.id,
        is_stripped: false,
        script_index: -1,
        script_hash: None,
        hash: class.hash,
        tree: class.tree.clone(),
        dependencies: Vec::new(),
    }
}
