//! Directions of length one.

use crate::model::{Geometry, Topology};

/// As far from 1 as a vector of floats may be.
const TOLERANCE: f32 = 1e-5;

pub(super) fn is_unit<const N: usize>(vector: &[f32; N]) -> bool {
    let square: f32 = vector.iter().map(|c| c * c).sum();
    (square - 1.0).abs() < TOLERANCE
}

/// `None` of a vector without a direction.
fn unit<const N: usize>(vector: [f32; N]) -> Option<[f32; N]> {
    let wide = vector.map(f64::from);
    let length = wide.iter().map(|c| c * c).sum::<f64>().sqrt();
    // Below this, rounding of the input decides the direction.
    (length > 1e-12).then(|| wide.map(|c| (c / length) as f32))
}

pub(super) fn unit_quaternion(quaternion: [f32; 4]) -> [f32; 4] {
    if is_unit(&quaternion) {
        return quaternion;
    }
    unit(quaternion).unwrap_or([0.0, 0.0, 0.0, 1.0])
}

/// Makes normals unit vectors; one without a direction becomes that of the triangles around it.
pub(super) fn normals(geometry: &mut Geometry) {
    if geometry.normals.iter().all(is_unit) {
        return;
    }
    let mut around: Option<Vec<[f32; 3]>> = None;
    let mut normals = std::mem::take(&mut geometry.normals);
    for (vertex, normal) in normals.iter_mut().enumerate() {
        if is_unit(normal) {
            continue;
        }
        *normal = unit(*normal).unwrap_or_else(|| {
            let around = around.get_or_insert_with(|| face_normals(geometry));
            unit(around[vertex]).unwrap_or([0.0, 0.0, 1.0])
        });
    }
    geometry.normals = normals;
}

/// The sum of the normals of each vertex's triangles, by area.
fn face_normals(geometry: &Geometry) -> Vec<[f32; 3]> {
    let mut sums = vec![[0.0; 3]; geometry.vertex_count()];
    if geometry.topology != Topology::Triangles {
        return sums;
    }
    for triangle in geometry.indices.as_chunks::<3>().0 {
        let [a, b, c] = triangle.map(|i| geometry.positions[i as usize]);
        let (u, v) = (minus(b, a), minus(c, a));
        let normal = [
            u[1] * v[2] - u[2] * v[1],
            u[2] * v[0] - u[0] * v[2],
            u[0] * v[1] - u[1] * v[0],
        ];
        for &vertex in triangle {
            let sum: &mut [f32; 3] = &mut sums[vertex as usize];
            *sum = std::array::from_fn(|k| sum[k] + normal[k]);
        }
    }
    sums
}

fn minus(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    std::array::from_fn(|k| a[k] - b[k])
}

/// Makes tangents unit vectors with a sign of 1 or -1.
pub(super) fn tangents(geometry: &mut Geometry) {
    for tangent in &mut geometry.tangents {
        let [x, y, z, w] = *tangent;
        let sign = if w < 0.0 { -1.0 } else { 1.0 };
        if is_unit(&[x, y, z]) && w == sign {
            continue;
        }
        let [x, y, z] = unit([x, y, z]).unwrap_or([1.0, 0.0, 0.0]);
        *tangent = [x, y, z, sign];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_normal_without_direction_is_that_of_its_faces() {
        let mut geometry = Geometry {
            indices: vec![0, 1, 2],
            positions: vec![[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
            normals: vec![[0.0; 3], [0.0, 0.0, 2.0], [0.0, 1.0, 0.0]],
            ..Geometry::default()
        };
        normals(&mut geometry);
        let up = [0.0, 0.0, 1.0];
        assert_eq!(geometry.normals, [up, up, [0.0, 1.0, 0.0]]);
    }
}
