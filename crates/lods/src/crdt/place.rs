//! Where entities stand: transforms through parents.

use std::collections::{BTreeMap, BTreeSet};

use bundler::model::Transform;
use bundler::model::space::{IDENTITY, Matrix, multiply};

use super::component::{self, Local, Visibility};
use super::state::{GLTF_CONTAINER, MATERIAL, MESH_RENDERER, State, TRANSFORM, VISIBILITY};
use super::{LeftOut, PlacedModel, PlacedShape, SceneState};

/// Where something stands in its scene: metres from the south-west corner of the base parcel, x to the
/// east, y up, z to the north, left-handed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Exactly, column by column.
    pub matrix: Matrix,
    /// The product of all rotations, x y z w.
    pub rotation: [f64; 4],
}

impl Default for Place {
    fn default() -> Self {
        Self {
            matrix: IDENTITY,
            rotation: [0.0, 0.0, 0.0, 1.0],
        }
    }
}

const ROOT: u32 = 0;
const PLAYER: u32 = 1;
const CAMERA: u32 = 2;

#[derive(Clone, Copy)]
enum Found {
    At(Place),
    Carried,
    Endless,
    Nowhere,
}

struct Resolver<'a> {
    state: &'a State<'a>,
    locals: BTreeMap<u32, Local>,
    visibilities: BTreeMap<u32, Visibility>,
    known: BTreeMap<u32, (Found, bool)>,
}

pub(super) fn resolve(state: &State<'_>) -> SceneState {
    let mut scene = SceneState::default();
    let mut resolver = Resolver {
        state,
        locals: BTreeMap::new(),
        visibilities: BTreeMap::new(),
        known: BTreeMap::new(),
    };
    resolver.read(&mut scene.left_out);
    for entity in state.entities() {
        let container = state.get(entity, GLTF_CONTAINER);
        let renderer = state.get(entity, MESH_RENDERER);
        let src = read(container, component::source, &mut scene.left_out);
        let shape = read(renderer, component::shape, &mut scene.left_out);
        let shown = usize::from(src.is_some()) + usize::from(shape.is_some());
        if shown == 0 {
            continue;
        }
        let Some(place) = resolver.place(entity, shown, &mut scene.left_out) else {
            continue;
        };
        if let Some(src) = src {
            scene.models.push(PlacedModel { entity, src, place });
        }
        if let Some(shape) = shape {
            let material = state.get(entity, MATERIAL);
            let paint = read(material, component::paint, &mut scene.left_out);
            scene.shapes.push(PlacedShape {
                entity,
                shape,
                paint: paint.unwrap_or_default(),
                place,
            });
        }
    }
    scene
}

fn read<T>(
    bytes: Option<&[u8]>,
    read: impl FnOnce(&[u8]) -> Option<T>,
    left_out: &mut LeftOut,
) -> Option<T> {
    let bytes = bytes?;
    let value = read(bytes);
    left_out.unreadable += usize::from(value.is_none());
    value
}

impl Resolver<'_> {
    fn read(&mut self, left_out: &mut LeftOut) {
        for entity in self.state.entities() {
            let bytes = self.state.get(entity, TRANSFORM);
            if let Some(local) = read(bytes, Local::read, left_out) {
                self.locals.insert(entity, local);
            }
            let bytes = self.state.get(entity, VISIBILITY);
            if let Some(visibility) = read(bytes, component::visibility, left_out) {
                self.visibilities.insert(entity, visibility);
            }
        }
    }

    /// Where an entity stands, if it does and is to be seen.
    fn place(&mut self, entity: u32, shown: usize, left_out: &mut LeftOut) -> Option<Place> {
        let (found, inherited) = self.find(entity);
        let own = self.visibilities.get(&entity);
        let count = match found {
            Found::At(place) if own.map_or(inherited, |own| own.visible) => return Some(place),
            Found::At(_) => &mut left_out.invisible,
            Found::Carried => &mut left_out.carried,
            Found::Endless => &mut left_out.endless,
            Found::Nowhere => &mut left_out.nowhere,
        };
        *count += shown;
        None
    }

    /// Where an entity stands, and whether its parents show it.
    fn find(&mut self, entity: u32) -> (Found, bool) {
        // Up to the root or to one that is known, then down again.
        let (mut chain, mut seen) = (Vec::new(), BTreeSet::new());
        let mut next = entity;
        let (mut found, mut visible) = loop {
            if let Some(&(found, _)) = self.known.get(&next) {
                break (found, self.passed_on(next));
            }
            match next {
                ROOT => break (Found::At(Place::default()), true),
                PLAYER | CAMERA => break (Found::Carried, true),
                _ => {}
            }
            if !seen.insert(next) {
                break (Found::Endless, true);
            }
            chain.push(next);
            next = self.locals.get(&next).map_or(ROOT, |local| local.parent);
        };
        for &entity in chain.iter().rev() {
            if let Found::At(place) = found {
                let local = self.locals.get(&entity).copied().unwrap_or_default();
                found = within(&place, &local).map_or(Found::Nowhere, Found::At);
            }
            self.known.insert(entity, (found, visible));
            visible = self.passed_on(entity);
        }
        self.known.get(&entity).copied().unwrap_or((found, visible))
    }

    /// What an entity that is known tells its children about being seen.
    fn passed_on(&self, entity: u32) -> bool {
        match self.visibilities.get(&entity) {
            Some(own) if own.inherited => own.visible,
            _ => self.known.get(&entity).is_none_or(|&(_, visible)| visible),
        }
    }
}

/// The place of a child; `None` when its numbers are not finite.
fn within(parent: &Place, local: &Local) -> Option<Place> {
    let norm = local
        .rotation
        .iter()
        .map(|c| f64::from(*c).powi(2))
        .sum::<f64>()
        .sqrt();
    let rotation = if norm > 1e-12 && norm.is_finite() {
        local.rotation.map(|c| f64::from(c) / norm)
    } else {
        [0.0, 0.0, 0.0, 1.0]
    };
    let own = Transform::Trs {
        translation: local.position,
        rotation: rotation.map(|c| c as f32),
        scale: local.scale,
    };
    let matrix = multiply(&parent.matrix, &own.matrix());
    let rotation = product(parent.rotation, rotation);
    let finite = matrix.iter().all(|c| c.is_finite() && c.abs() < 1e6);
    finite.then_some(Place { matrix, rotation })
}

fn product(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    let ([ax, ay, az, aw], [bx, by, bz, bw]) = (a, b);
    [
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
        aw * bw - ax * bx - ay * by - az * bz,
    ]
}

/// Position, rotation and scale of a place. The scale is what is left along each axis once the rotation
/// is taken off, as engines give it; a sheared place has no exact one.
#[must_use]
pub fn lossy(place: &Place) -> ([f64; 3], [f64; 4], [f64; 3]) {
    let position = [place.matrix[12], place.matrix[13], place.matrix[14]];
    let [x, y, z, w] = place.rotation;
    let turned = Transform::Trs {
        translation: [0.0; 3],
        rotation: [x, y, z, w].map(|c| c as f32),
        scale: [1.0; 3],
    };
    let axes = turned.matrix();
    let scale = std::array::from_fn(|k| {
        (0..3)
            .map(|row| axes[k * 4 + row] * place.matrix[k * 4 + row])
            .sum()
    });
    (position, place.rotation, scale)
}
