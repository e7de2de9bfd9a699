//! What is left of a log when the last write wins.
//!
//! A write wins with a higher timestamp; of two with the same one, that with the greater bytes, none
//! being the least. A deleted entity stays deleted, with all earlier lives of its number.

use std::collections::{BTreeMap, BTreeSet};

use super::message::{CrdtError, Message, each};
use crate::limits::Limits;

/// Components that matter for what can be seen.
pub(super) const TRANSFORM: u32 = 1;
pub(super) const MATERIAL: u32 = 1017;
pub(super) const MESH_RENDERER: u32 = 1018;
pub(super) const GLTF_CONTAINER: u32 = 1041;
pub(super) const VISIBILITY: u32 = 1081;

const KEPT: [u32; 5] = [
    TRANSFORM,
    MATERIAL,
    MESH_RENDERER,
    GLTF_CONTAINER,
    VISIBILITY,
];

struct Cell<'a> {
    timestamp: u32,
    value: Option<&'a [u8]>,
}

/// Components by entity and number.
#[derive(Default)]
pub(super) struct State<'a> {
    cells: BTreeMap<(u32, u32), Cell<'a>>,
    /// By an entity's number (the low half of its id) the highest version (the high half) deleted.
    deleted: BTreeMap<u16, u16>,
    /// By number and version.
    entities: BTreeSet<(u16, u16)>,
}

impl<'a> State<'a> {
    pub(super) fn read(bytes: &'a [u8], limits: &Limits) -> Result<Self, CrdtError> {
        let mut state = Self::default();
        each(bytes, limits, |message| {
            state.apply(message);
            if state.entities.len() > limits.entities_max {
                let max = limits.entities_max;
                return Err(CrdtError::TooManyEntities { max });
            }
            Ok(())
        })?;
        Ok(state)
    }

    fn apply(&mut self, message: Message<'a>) {
        match message {
            Message::Delete { entity } => self.delete(entity),
            Message::Write {
                entity,
                component,
                timestamp,
                value,
                forced,
            } => {
                if !KEPT.contains(&component) || self.is_deleted(entity) {
                    return;
                }
                self.entities.insert(halves(entity));
                let cell = Cell { timestamp, value };
                let Some(known) = self.cells.get_mut(&(entity, component)) else {
                    self.cells.insert((entity, component), cell);
                    return;
                };
                let wins = (timestamp, value) > (known.timestamp, known.value);
                if forced || wins {
                    *known = cell;
                }
            }
        }
    }

    fn delete(&mut self, entity: u32) {
        let (number, version) = halves(entity);
        let highest = self.deleted.entry(number).or_insert(version);
        *highest = version.max(*highest);
        let lives = self.entities.range((number, 0)..=(number, version));
        let gone: Vec<(u16, u16)> = lives.copied().collect();
        for life in gone {
            self.entities.remove(&life);
            let entity = whole(life);
            for component in KEPT {
                self.cells.remove(&(entity, component));
            }
        }
    }

    fn is_deleted(&self, entity: u32) -> bool {
        let (number, version) = halves(entity);
        self.deleted
            .get(&number)
            .is_some_and(|&highest| version <= highest)
    }

    /// The bytes of a component.
    pub(super) fn get(&self, entity: u32, component: u32) -> Option<&'a [u8]> {
        self.cells.get(&(entity, component))?.value
    }

    /// Entities, by number, then version.
    pub(super) fn entities(&self) -> impl Iterator<Item = u32> + '_ {
        self.entities.iter().copied().map(whole)
    }
}

fn whole((number, version): (u16, u16)) -> u32 {
    u32::from(version) << 16 | u32::from(number)
}

fn halves(entity: u32) -> (u16, u16) {
    ((entity & 0xffff) as u16, (entity >> 16) as u16)
}
