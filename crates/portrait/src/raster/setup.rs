//! A triangle made ready: whole-number edges, planes of depth, gradients of what is interpolated.

use glam::Vec2;

use super::project::Corner;
use crate::model::Slot;
use crate::scene::{Surface, Triangle};

/// Steps of corner positions within a cell: 1/32 of a pixel.
pub(super) const STEPS: i32 = 16;

/// Beyond this many cells corners are not drawn: edges would outgrow their whole numbers.
const REACH_CELLS: f32 = (1 << 20) as f32;

/// One edge: `along[0] * (x - from[0]) + along[1] * (y - from[1]) + bias` is not negative inside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) from: [i32; 2],
    pub(super) along: [i32; 2],
    /// 0 where a point on the edge belongs to the triangle, else -1.
    pub(super) bias: i32,
}

#[derive(Clone, Debug)]
pub(super) struct Setup {
    pub(super) corners: [u32; 3],
    pub(super) surface: u32,
    pub(super) edges: [Edge; 3],
    /// Bounds in cells: left, top, right, bottom, all inclusive.
    pub(super) cells: [i32; 4],
    /// Whether edges fit 32 bits all over the bounds.
    pub(super) is_small: bool,
    /// Whether the triangle shows its back.
    pub(super) is_back: bool,
    /// The first corner in cells, and depth there with its gradient.
    pub(super) origin: [f32; 2],
    pub(super) depth: [f32; 3],
    pub(super) depth_range: [f32; 2],
    /// Gradients of the second and third corner's share.
    pub(super) shares: [[f32; 2]; 2],
    pub(super) inverse_w: [f32; 3],
    /// Level of detail of the base texture.
    pub(super) lod: f32,
}

fn edge(from: [i32; 2], to: [i32; 2]) -> Edge {
    let along = [from[1] - to[1], to[0] - from[0]];
    // Points of a cell lie inside on the right of an edge; a shared edge must belong to one side only.
    let is_ours = along[0] > 0 || (along[0] == 0 && along[1] > 0);
    Edge {
        from,
        along,
        bias: if is_ours { 0 } else { -1 },
    }
}

/// Logarithm of how many texels of the largest level one cell covers. Between the longer and the shorter
/// side of what it covers, but at most one level sharper than the longer asks for: four shades a pixel
/// allow that.
fn lod(slot: &Slot, du: Vec2, dv: Vec2) -> f32 {
    let [m0, m1, _, m3, m4, _] = slot.transform;
    let size = slot.texture.size();
    let along = |d: Vec2| {
        Vec2::new(
            (m0 * d.x + m1 * d.y) * size[0],
            (m3 * d.x + m4 * d.y) * size[1],
        )
    };
    let (x, y) = (along(Vec2::new(du.x, dv.x)), along(Vec2::new(du.y, dv.y)));
    let longest = x.length_squared().max(y.length_squared());
    let area = x.perp_dot(y).abs();
    let lod = (0.5 * area.log2()).max(0.5 * longest.log2() - 1.0);
    if lod.is_nan() {
        0.0
    } else {
        lod.clamp(-1.0, 16.0)
    }
}

impl Setup {
    /// Makes a triangle ready, or none if nothing of it can be seen.
    pub(super) fn new(triangle: &Triangle, corners: &[Corner], surface: &Surface) -> Option<Self> {
        let mut order = triangle.corners;
        let at = |index: u32| corners[index as usize].at;
        let reaches = order
            .iter()
            .all(|index| at(*index).iter().all(|c| c.abs() < REACH_CELLS));
        if !reaches {
            return None;
        }
        let fixed = |index: u32| at(index).map(|c| (c * STEPS as f32).round() as i32);
        let [a, b, c] = order.map(fixed);
        let cross = |o: [i32; 2], p: [i32; 2], q: [i32; 2]| {
            let [px, py] = [i64::from(p[0] - o[0]), i64::from(p[1] - o[1])];
            let [qx, qy] = [i64::from(q[0] - o[0]), i64::from(q[1] - o[1])];
            px * qy - py * qx
        };
        let area = cross(a, b, c);
        // The picture's y points down: what turns left in space turns right here.
        let is_back = area > 0;
        if area == 0 || (is_back && !surface.double_sided) {
            return None;
        }
        if !is_back {
            order.swap(1, 2);
        }
        let fixed = order.map(fixed);
        let [a, b, c] = fixed;
        let edges = [edge(a, b), edge(b, c), edge(c, a)];
        let low = [0, 1].map(|axis| a[axis].min(b[axis]).min(c[axis]));
        let high = [0, 1].map(|axis| a[axis].max(b[axis]).max(c[axis]));
        let cells = [low[0], low[1], high[0], high[1]].map(|step| step.div_euclid(STEPS));
        let extent = (high[0] - low[0]).max(high[1] - low[1]);
        let mut setup = Self {
            corners: order,
            surface: triangle.surface,
            edges,
            cells,
            // The product of two extents, with a cell's width to spare, twice over.
            is_small: extent < (1 << 14) - 2 * STEPS,
            is_back,
            origin: a.map(|step| step as f32 / STEPS as f32),
            depth: [0.0; 3],
            depth_range: [0.0; 2],
            shares: [[0.0; 2]; 2],
            inverse_w: order.map(|index| corners[index as usize].inverse_w),
            lod: 0.0,
        };
        setup.gradients(fixed, order.map(|index| &corners[index as usize]), surface);
        Some(setup)
    }

    fn gradients(&mut self, [a, b, c]: [[i32; 2]; 3], corners: [&Corner; 3], surface: &Surface) {
        let scale = f64::from(STEPS);
        let side = |to: [i32; 2]| [0, 1].map(|axis| f64::from(to[axis] - a[axis]) / scale);
        let (p, q) = (side(b), side(c));
        let area = p[0] * q[1] - p[1] * q[0];
        self.shares = [
            [(q[1] / area) as f32, (-q[0] / area) as f32],
            [(-p[1] / area) as f32, (p[0] / area) as f32],
        ];
        let gradient = |values: [f32; 3]| {
            let [d1, d2] = [values[1] - values[0], values[2] - values[0]];
            let along = |axis: usize| self.shares[0][axis] * d1 + self.shares[1][axis] * d2;
            Vec2::new(along(0), along(1))
        };
        let depths = corners.map(|corner| corner.depth);
        let slope = gradient(depths);
        self.depth = [depths[0], slope.x, slope.y];
        self.depth_range = [
            depths[0].min(depths[1]).min(depths[2]),
            depths[0].max(depths[1]).max(depths[2]),
        ];
        if let Some(slot) = &surface.base_slot {
            let [du, dv] =
                [0, 1].map(|axis| gradient(corners.map(|corner| corner.uvs[slot.set][axis])));
            self.lod = lod(slot, du, dv);
        }
    }

    pub(super) fn depth_mean(&self) -> f32 {
        let [low, high] = self.depth_range;
        (low + high) * 0.5
    }
}
