//! Clipping to the land: what sticks out is cut off, as clients would.

use super::gather::{Soup, Vertex, unit};
use super::region::Rect;
use super::{MARGIN_METRES, MergeError, MergeOptions, go_on};

/// A side of a box: the axis, the sign of what is inside, and where it is.
#[derive(Clone, Copy)]
struct Plane {
    axis: usize,
    sign: f32,
    at: f32,
}

impl Plane {
    /// How far inside a point is, in metres.
    fn inside(self, vertex: &Vertex) -> f32 {
        (vertex.position[self.axis] - self.at) * self.sign
    }
}

/// Keeps what is over the rectangles and between a little below the ground and the height.
///
/// # Errors
///
/// More triangles than allowed: cutting makes new ones. Or the options said to stop.
pub(super) fn clip(
    soup: &mut Soup,
    rects: &[Rect],
    height_metres: f64,
    options: &MergeOptions<'_>,
) -> Result<(), MergeError> {
    let (what, max) = ("triangles within the parcels", options.limits.triangles_max);
    let indices = std::mem::take(&mut soup.indices);
    let boxes: Vec<[Plane; 6]> = rects
        .iter()
        .map(|rect| planes(rect, height_metres))
        .collect();
    for (at, corners) in indices.as_chunks::<3>().0.iter().enumerate() {
        if at % 4096 == 0 {
            go_on(options)?;
        }
        if soup.triangle_count() > max {
            return Err(MergeError::TooMany { what, max });
        }
        let triangle = corners.map(|corner| soup.vertices[corner as usize]);
        for planes in &boxes {
            match against(planes, &triangle) {
                Against::Outside => {}
                Against::Inside => {
                    soup.indices.extend(corners);
                    break;
                }
                Against::Across => {
                    let polygon = planes
                        .iter()
                        .fold(triangle.to_vec(), |polygon, &plane| cut(&polygon, plane));
                    add(soup, &polygon);
                }
            }
        }
    }
    Ok(())
}

fn planes(rect: &Rect, height_metres: f64) -> [Plane; 6] {
    let plane = |axis, sign, at: f64| Plane {
        axis,
        sign,
        at: at as f32,
    };
    [
        plane(0, 1.0, rect.x[0]),
        plane(0, -1.0, rect.x[1]),
        plane(1, 1.0, -MARGIN_METRES),
        plane(1, -1.0, height_metres),
        plane(2, 1.0, rect.z[0]),
        plane(2, -1.0, rect.z[1]),
    ]
}

enum Against {
    Outside,
    Inside,
    Across,
}

fn against(planes: &[Plane; 6], triangle: &[Vertex; 3]) -> Against {
    let mut whole = true;
    for plane in planes {
        let inside = triangle.iter().filter(|v| plane.inside(v) >= 0.0).count();
        if inside == 0 {
            return Against::Outside;
        }
        whole &= inside == 3;
    }
    if whole {
        Against::Inside
    } else {
        Against::Across
    }
}

/// A polygon's part inside a plane (Sutherland and Hodgman, 1974).
fn cut(polygon: &[Vertex], plane: Plane) -> Vec<Vertex> {
    let mut kept = Vec::with_capacity(polygon.len() + 1);
    for (at, vertex) in polygon.iter().enumerate() {
        let next = &polygon[(at + 1) % polygon.len()];
        let (from, to) = (plane.inside(vertex), plane.inside(next));
        if from >= 0.0 {
            kept.push(*vertex);
        }
        if (from >= 0.0) != (to >= 0.0) {
            // Always from the same end: neighbours must be cut in exactly the same place.
            let order = |v: &Vertex| v.position.map(f32::to_bits);
            let mut between = if order(vertex) <= order(next) {
                mix(vertex, next, from / (from - to))
            } else {
                mix(next, vertex, to / (to - from))
            };
            between.position[plane.axis] = plane.at;
            kept.push(between);
        }
    }
    kept
}

fn mix(a: &Vertex, b: &Vertex, share: f32) -> Vertex {
    fn each<const N: usize>(a: [f32; N], b: [f32; N], share: f32) -> [f32; N] {
        std::array::from_fn(|k| a[k] + (b[k] - a[k]) * share)
    }
    Vertex {
        position: each(a.position, b.position, share),
        normal: unit(each(a.normal, b.normal, share)),
        uv: each(a.uv, b.uv, share),
        color: each(a.color, b.color, share),
        surface: a.surface,
    }
}

/// Adds a convex polygon as a fan.
fn add(soup: &mut Soup, polygon: &[Vertex]) {
    if polygon.len() < 3 {
        return;
    }
    let first = soup.vertices.len() as u32;
    soup.vertices.extend(polygon);
    for corner in 1..polygon.len() as u32 - 1 {
        soup.indices
            .extend([first, first + corner, first + corner + 1]);
    }
}
