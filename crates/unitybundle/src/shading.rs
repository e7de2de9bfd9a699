//! Normals and tangents of meshes that come without.

use meshopt::{TangentOptions, generate_tangents};
use unityfs::build::model::{Mesh, Topology};

/// The corners of all triangles; empty for a mesh that has none.
pub(crate) fn triangles(mesh: &Mesh) -> Vec<u32> {
    let drawn = mesh.submeshes.iter();
    let drawn = drawn.filter(|submesh| submesh.topology == Topology::Triangles);
    let corners = drawn.flat_map(|submesh| &submesh.indices);
    corners.copied().collect()
}

/// A normal for each vertex: the mean of its triangles' normals, by their area.
pub(crate) fn normals(positions: &[[f32; 3]], triangles: &[u32]) -> Vec<[f32; 3]> {
    let mut sums = vec![[0.0_f64; 3]; positions.len()];
    for triangle in triangles.as_chunks::<3>().0 {
        let [a, b, c] = triangle.map(|corner| positions[corner as usize].map(f64::from));
        let (u, v) = (minus(b, a), minus(c, a));
        // Its length is twice the area.
        let normal = cross(u, v);
        for corner in triangle {
            let sum = &mut sums[*corner as usize];
            *sum = std::array::from_fn(|k| sum[k] + normal[k]);
        }
    }
    let up = [0.0, 1.0, 0.0];
    sums.into_iter()
        .map(|sum| unit(sum).unwrap_or(up))
        .collect()
}

/// A tangent for each vertex: the mean of MikkTSpace's at its corners. Vertices are not doubled where those differ, as the
/// engine's importer does not double them either.
///
/// Texture coordinates are as glTF has them, from the top; a normal map's y goes up.
pub(crate) fn tangents(mesh: &Mesh, triangles: &[u32]) -> Vec<[f32; 4]> {
    let uvs: Vec<[f32; 2]> = mesh.uvs[0].iter().map(|[u, v]| [*u, 1.0 - v]).collect();
    let normals = mesh.normals.iter().map(|normal| {
        let wide = normal.map(f64::from);
        unit(wide).unwrap_or([0.0, 1.0, 0.0])
    });
    let normals: Vec<[f32; 3]> = normals.collect();
    let corners = generate_tangents(
        Some(triangles),
        &mesh.positions,
        &normals,
        &uvs,
        TangentOptions::Compatible,
    );
    let mut sums = vec![[0.0_f64; 4]; mesh.positions.len()];
    for (vertex, tangent) in triangles.iter().zip(&corners) {
        let sum = &mut sums[*vertex as usize];
        *sum = std::array::from_fn(|k| sum[k] + f64::from(tangent[k]));
    }
    let each = sums.into_iter().zip(&normals);
    each.map(|([x, y, z, sign], normal)| {
        let [x, y, z] = unit([x, y, z]).unwrap_or_else(|| across(normal.map(f64::from)));
        [x, y, z, if sign < 0.0 { -1.0 } else { 1.0 }]
    })
    .collect()
}

/// A direction at a right angle to another one.
fn across(normal: [f64; 3]) -> [f32; 3] {
    let axis = match normal[0].abs() < 0.9 {
        true => [1.0, 0.0, 0.0],
        false => [0.0, 1.0, 0.0],
    };
    unit(cross(cross(normal, axis), normal)).unwrap_or([1.0, 0.0, 0.0])
}

fn minus(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|k| a[k] - b[k])
}

fn cross(u: [f64; 3], v: [f64; 3]) -> [f64; 3] {
    [
        u[1] * v[2] - u[2] * v[1],
        u[2] * v[0] - u[0] * v[2],
        u[0] * v[1] - u[1] * v[0],
    ]
}

/// `None` of a vector without a direction.
fn unit(vector: [f64; 3]) -> Option<[f32; 3]> {
    let length = vector.iter().map(|n| n * n).sum::<f64>().sqrt();
    (length > 1e-20).then(|| vector.map(|n| (n / length) as f32))
}

#[cfg(test)]
mod tests {
    use unityfs::build::model::SubMesh;

    use super::*;

    /// A square that faces +z, its texture upright.
    fn square() -> Mesh {
        Mesh {
            positions: vec![[0.0; 3], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0]],
            uvs: vec![vec![[0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]]],
            submeshes: vec![SubMesh {
                topology: Topology::Triangles,
                indices: vec![0, 1, 2, 0, 2, 3],
            }],
            ..Mesh::default()
        }
    }

    #[test]
    fn a_square_has_the_normal_it_faces_and_the_tangent_of_its_texture() {
        let mut mesh = square();
        let corners = triangles(&mesh);
        mesh.normals = normals(&mesh.positions, &corners);
        assert_eq!(mesh.normals, [[0.0, 0.0, 1.0]; 4]);
        assert_eq!(tangents(&mesh, &corners), [[1.0, 0.0, 0.0, 1.0]; 4]);
        // The texture turned round: to the left, and mirrored.
        for uv in &mut mesh.uvs[0] {
            uv[0] = 1.0 - uv[0];
        }
        assert_eq!(tangents(&mesh, &corners), [[-1.0, 0.0, 0.0, -1.0]; 4]);
    }

    #[test]
    fn what_has_no_area_still_has_unit_vectors() {
        let mut mesh = square();
        mesh.positions = vec![[1.0; 3]; 4];
        let corners = triangles(&mesh);
        mesh.normals = normals(&mesh.positions, &corners);
        for [x, y, z, _] in tangents(&mesh, &corners) {
            assert!((x * x + y * y + z * z - 1.0).abs() < 1e-5);
        }
    }
}
