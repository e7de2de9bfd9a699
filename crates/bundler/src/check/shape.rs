//! The shape of a model: extents, areas, and where colliders are, in the world at rest.

use std::collections::HashMap;

use crate::model::space::{Matrix, stretch, transform_point};
use crate::model::{Geometry, Model, Topology};
use crate::scale::world_extent;

/// What each node with a mesh shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shape {
    /// The longest side of the box around everything, in metres.
    pub(super) size: f64,
    shown: Vec<Shown>,
}

#[derive(Debug, Clone, PartialEq)]
struct Shown {
    node: usize,
    low: [f64; 3],
    high: [f64; 3],
    /// Square metres of triangles.
    area: f64,
    /// How far its mesh is stretched.
    stretch: f64,
    targets: Vec<usize>,
    /// Of colliders, every vertex.
    points: Vec<[f64; 3]>,
}

pub(super) fn of(model: &Model) -> Shape {
    let world = model.world_matrices();
    let mut shown = Vec::new();
    for (index, node) in model.nodes.iter().enumerate() {
        let Some(mesh) = node.mesh else {
            continue;
        };
        let matrix = model.mesh_matrix(index, &world);
        let mut shape = Shown {
            node: index,
            low: [f64::INFINITY; 3],
            high: [f64::NEG_INFINITY; 3],
            area: 0.0,
            stretch: stretch(&matrix),
            targets: Vec::new(),
            points: Vec::new(),
        };
        for primitive in &model.meshes[mesh].primitives {
            let geometry = &model.geometries[primitive.geometry];
            let indices = geometry.level(primitive.level);
            shape.add(geometry, indices, &matrix, node.is_collider());
        }
        if shape.area > 0.0 || shape.low[0] <= shape.high[0] {
            shown.push(shape);
        }
    }
    let size = world_extent(model, &world);
    Shape { size, shown }
}

impl Shown {
    fn add(&mut self, geometry: &Geometry, indices: &[u32], matrix: &Matrix, collider: bool) {
        if indices.is_empty() {
            return;
        }
        let points = geometry.positions.iter();
        let points: Vec<[f64; 3]> = points.map(|&p| transform_point(matrix, p)).collect();
        for &index in indices {
            let point = points[index as usize];
            for (k, coordinate) in point.into_iter().enumerate() {
                self.low[k] = self.low[k].min(coordinate);
                self.high[k] = self.high[k].max(coordinate);
            }
        }
        if geometry.topology == Topology::Triangles {
            let triangles = indices.as_chunks::<3>().0.iter();
            let areas = triangles.map(|t| area(t.map(|index| points[index as usize])));
            self.area += areas.sum::<f64>();
        }
        self.targets.push(geometry.targets.len());
        if collider {
            let used = indices.iter();
            self.points
                .extend(used.map(|&index| points[index as usize]));
        }
    }
}

fn area([a, b, c]: [[f64; 3]; 3]) -> f64 {
    let u: [f64; 3] = std::array::from_fn(|k| b[k] - a[k]);
    let v: [f64; 3] = std::array::from_fn(|k| c[k] - a[k]);
    let cross = [
        u[1] * v[2] - u[2] * v[1],
        u[2] * v[0] - u[0] * v[2],
        u[0] * v[1] - u[1] * v[0],
    ];
    cross.iter().map(|c| c * c).sum::<f64>().sqrt() / 2.0
}

/// Of a model's size a vertex may move: one step of its coordinates.
const STEP: f64 = 1.0 / 8192.0;
/// What a collider's vertex may move beside that, in metres.
const COLLIDER_METRES: f64 = 1e-3;

pub(super) fn difference(before: &Shape, after: &Shape) -> Option<String> {
    let step = before.size * STEP;
    let mut others = after.shown.iter().peekable();
    for shown in &before.shown {
        let name = format!("node {}", shown.node);
        let Some(other) = others.next_if(|other| other.node == shown.node) else {
            // Only what has no area at all may be gone.
            if shown.area <= step * step {
                continue;
            }
            return Some(format!("{name} shows nothing"));
        };
        let far = (0..3).map(|k| {
            let (low, high) = (shown.low[k] - other.low[k], shown.high[k] - other.high[k]);
            low.abs().max(high.abs())
        });
        let moved = far.fold(0.0, f64::max);
        if moved > step {
            return Some(format!("{name} ends {moved} m elsewhere"));
        }
        // Rounding moves every edge by a step; large areas are compared in proportion.
        let sides = (0..3).map(|k| shown.high[k] - shown.low[k]);
        let allowed = shown.area * 0.01 + step * sides.sum::<f64>() * 4.0 + step * step;
        if (shown.area - other.area).abs() > allowed {
            let (from, to) = (shown.area, other.area);
            return Some(format!("{name} has an area of {to} m² for {from} m²"));
        }
        if other.points.is_empty() != shown.points.is_empty()
            || !all_near(&shown.points, &other.points, COLLIDER_METRES + step)
        {
            return Some(format!("collider {name} has moved"));
        }
        if shown.targets.first() != other.targets.first() {
            return Some(format!("{name} has other morph targets"));
        }
    }
    None
}

/// Whether each point has another one within a distance.
fn all_near(points: &[[f64; 3]], others: &[[f64; 3]], distance: f64) -> bool {
    let cell = |point: &[f64; 3]| point.map(|c| (c / distance).floor() as i64);
    let mut cells: HashMap<[i64; 3], Vec<&[f64; 3]>> = HashMap::new();
    for other in others {
        let near = cells.entry(cell(other)).or_default();
        // Equal neighbours say nothing new; a vertex is named by several triangles.
        if near.last().is_none_or(|last| *last != other) && near.len() < 64 {
            near.push(other);
        }
    }
    points.iter().all(|point| {
        let home = cell(point);
        (0..27).any(|n| {
            let at = [
                home[0].saturating_add(n / 9 - 1),
                home[1].saturating_add(n / 3 % 3 - 1),
                home[2].saturating_add(n % 3 - 1),
            ];
            let near = cells.get(&at).into_iter().flatten();
            near.into_iter().any(|other| {
                let square = (0..3).map(|k| (point[k] - other[k]).powi(2)).sum::<f64>();
                square <= distance * distance
            })
        })
    })
}
