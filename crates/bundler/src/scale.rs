//! How large a model is, and how coarse its coordinates may be.

use crate::model::Model;
use crate::model::space::{Matrix, multiply, stretch, transform_point};

/// A box around points.
struct Around {
    low: [f64; 3],
    high: [f64; 3],
}

impl Around {
    fn nothing() -> Self {
        Self {
            low: [f64::INFINITY; 3],
            high: [f64::NEG_INFINITY; 3],
        }
    }

    fn add(&mut self, point: [f64; 3]) {
        for (k, coordinate) in point.into_iter().enumerate() {
            self.low[k] = self.low[k].min(coordinate);
            self.high[k] = self.high[k].max(coordinate);
        }
    }

    fn longest(&self) -> f64 {
        let sides = self
            .high
            .iter()
            .zip(&self.low)
            .map(|(high, low)| high - low);
        sides.fold(0.0, f64::max)
    }
}

/// The longest side of the box around everything at rest, in metres; with nothing to show, around the
/// nodes; 1 for a model without any extent.
pub(crate) fn world_extent(model: &Model, world: &[Matrix]) -> f64 {
    let mut around = Around::nothing();
    let bounds: Vec<_> = model.geometries.iter().map(|g| g.bounds()).collect();
    for (index, node) in model.nodes.iter().enumerate() {
        let Some(mesh) = node.mesh else {
            continue;
        };
        let matrix = model.mesh_matrix(index, world);
        for primitive in &model.meshes[mesh].primitives {
            let Some((from, to)) = bounds[primitive.geometry] else {
                continue;
            };
            for corner in 0..8 {
                let pick = |k: usize| if corner >> k & 1 == 0 { from[k] } else { to[k] };
                around.add(transform_point(&matrix, [pick(0), pick(1), pick(2)]));
            }
        }
    }
    if around.low[0] > around.high[0] {
        for matrix in world {
            around.add([matrix[12], matrix[13], matrix[14]]);
        }
    }
    let extent = around.longest();
    if extent > 0.0 && extent.is_finite() {
        extent
    } else {
        1.0
    }
}

/// Coordinates of the largest model take this many steps along its longest side.
const STEPS: f64 = 16_384.0;
/// A step is never longer: wide scenes keep the detail of small ones.
const STEP_METRES_MAX: f64 = 1.0 / 256.0;

/// For each geometry the power of two of the step its positions are rounded to, in its own unit.
pub(crate) fn position_exponents(model: &Model) -> Vec<i32> {
    let world = model.world_matrices();
    let step = (world_extent(model, &world) / STEPS).min(STEP_METRES_MAX);
    let mut stretches = vec![0.0_f64; model.geometries.len()];
    for (index, node) in model.nodes.iter().enumerate() {
        let Some(mesh) = node.mesh else {
            continue;
        };
        let factor = mesh_stretch(model, index, &world);
        for primitive in &model.meshes[mesh].primitives {
            let known = &mut stretches[primitive.geometry];
            *known = known.max(factor);
        }
    }
    let geometries = model.geometries.iter().zip(stretches);
    geometries
        .map(|(geometry, stretch)| {
            let stretch = if stretch > 0.0 { stretch } else { 1.0 };
            let wanted = (step / stretch).log2().round() as i32;
            let largest = geometry.positions.iter().flatten();
            let largest = largest.fold(0.0_f32, |m, c| m.max(c.abs()));
            exponent_for(wanted, largest)
        })
        .collect()
}

/// How far a node's mesh is stretched into the world; by the joint that stretches most.
fn mesh_stretch(model: &Model, node: usize, world: &[Matrix]) -> f64 {
    let own = stretch(&model.mesh_matrix(node, world));
    let Some(skin) = model.nodes[node].skin.map(|skin| &model.skins[skin]) else {
        return own;
    };
    let joints = skin.joints.iter().zip(&skin.inverse_bind);
    let stretches = joints.map(|(&joint, bind)| {
        let bind = bind.map(f64::from);
        stretch(&multiply(&world[joint], &bind))
    });
    stretches.fold(own, f64::max)
}

/// The exponent nearest to the wanted one with which `largest` has a mantissa of 23 bits.
pub(crate) fn exponent_for(wanted: i32, largest: f32) -> i32 {
    let least = if largest > 0.0 {
        // 2^22 leaves room for rounding.
        largest.log2().ceil() as i32 - 22
    } else {
        -100
    };
    wanted.max(least).clamp(-100, 100)
}

/// Two to the power of an exponent between -126 and 127, exactly.
pub(crate) fn power_of_two(exponent: i32) -> f32 {
    f32::from_bits(((exponent.clamp(-126, 127) + 127) as u32) << 23)
}

/// Powers of two for the inverse bind matrices of a skin: of the steps of their turning and stretching
/// part, and of their moving part. Together they move no vertex by more than half a position's step.
pub(crate) fn bind_exponents(model: &Model) -> Vec<(i32, i32)> {
    let world = model.world_matrices();
    let step = (world_extent(model, &world) / STEPS).min(STEP_METRES_MAX) / 8.0;
    let mut reach = vec![0.0_f32; model.skins.len()];
    for node in &model.nodes {
        let (Some(mesh), Some(skin)) = (node.mesh, node.skin) else {
            continue;
        };
        for primitive in &model.meshes[mesh].primitives {
            let positions = &model.geometries[primitive.geometry].positions;
            let far = positions
                .iter()
                .flatten()
                .fold(0.0_f32, |m, c| m.max(c.abs()));
            reach[skin] = reach[skin].max(far);
        }
    }
    let skins = model.skins.iter().zip(reach);
    skins
        .map(|(skin, reach)| {
            let stretches = skin.joints.iter().map(|&joint| stretch(&world[joint]));
            let moved = step / stretches.fold(1e-9, f64::max);
            let turned = moved / f64::from(reach).max(1e-9);
            (turned.log2().floor() as i32, moved.log2().floor() as i32)
        })
        .collect()
}
