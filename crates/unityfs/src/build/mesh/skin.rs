//! What a skinned mesh knows of its bones.

use super::Mesh;
use super::vertices::flip;

/// A matrix of 16 numbers, column after column, mirrored; as rows.
pub(super) fn mirrored(columns: &[f32; 16]) -> [[f32; 4]; 4] {
    let mut rows = [[0.0; 4]; 4];
    for (row, numbers) in rows.iter_mut().enumerate() {
        for (column, number) in numbers.iter_mut().enumerate() {
            let changes = (row == 0) != (column == 0);
            let value = columns[column * 4 + row];
            *number = if changes { -value } else { value };
        }
    }
    // The bottom row is (0, 0, 0, 1); the mirrored zero keeps its sign, as Unity's does.
    rows[3] = [columns[3], columns[7], columns[11], columns[15]];
    rows
}

/// The box that a bone's vertices fill, in the bone's space; from +∞ to −∞ without any.
pub(super) fn bone_box(mesh: &Mesh, bone: usize, bind: &[[f32; 4]; 4]) -> [[f32; 3]; 2] {
    let mut bounds = [[f32::INFINITY; 3], [f32::NEG_INFINITY; 3]];
    for (vertex, position) in mesh.positions.iter().enumerate() {
        let (Some(joints), Some(weights)) = (mesh.joints.get(vertex), mesh.weights.get(vertex))
        else {
            break;
        };
        let mut moved = joints.iter().zip(weights);
        if !moved.any(|(joint, weight)| *joint as usize == bone && *weight > 0.0) {
            continue;
        }
        let [x, y, z] = flip(*position);
        for axis in 0..3 {
            let row = bind[axis];
            let number = row[0] * x + row[1] * y + row[2] * z + row[3];
            bounds[0][axis] = bounds[0][axis].min(number);
            bounds[1][axis] = bounds[1][axis].max(number);
        }
    }
    bounds
}
