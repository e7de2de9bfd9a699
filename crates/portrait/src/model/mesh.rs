//! Triangles of a model, with what moves them.

use super::Error;
use super::accessor::{floats, indices};
use super::container::Container;
use super::schema;

/// One drawable piece: vertices, triangles, a material.
#[derive(Clone, Debug, Default)]
pub struct Primitive {
    pub positions: Vec<[f32; 3]>,
    /// Empty, or one a vertex.
    pub normals: Vec<[f32; 3]>,
    /// Two sets, each empty or one a vertex.
    pub uvs: [Vec<[f32; 2]>; 2],
    /// Empty, or four joints of the skin a vertex, with their weights.
    pub joints: Vec<[u32; 4]>,
    pub weights: Vec<[f32; 4]>,
    pub triangles: Vec<[u32; 3]>,
    /// Index of the material, if there is one.
    pub material: Option<usize>,
}

const TRIANGLES: u32 = 4;
const STRIP: u32 = 5;
const FAN: u32 = 6;

/// Corners in the order of a strip or fan, as triangles of one winding.
fn assemble(corners: &[u32], mode: u32) -> Vec<[u32; 3]> {
    match mode {
        STRIP => {
            let strips = corners.windows(3).enumerate();
            strips
                .map(|(index, c)| {
                    if index % 2 == 0 {
                        [c[0], c[1], c[2]]
                    } else {
                        [c[1], c[0], c[2]]
                    }
                })
                .collect()
        }
        FAN => {
            let Some((&hub, rim)) = corners.split_first() else {
                return Vec::new();
            };
            rim.windows(2).map(|pair| [hub, pair[0], pair[1]]).collect()
        }
        _ => corners
            .chunks_exact(3)
            .map(|c| [c[0], c[1], c[2]])
            .collect(),
    }
}

/// What may still be read of a model.
pub(super) struct Rest {
    pub(super) vertices: usize,
    pub(super) triangles: usize,
}

impl Primitive {
    /// Reads a primitive; `None` for points and lines, which a portrait does not show.
    pub(super) fn read(
        container: &Container,
        wire: &schema::Primitive,
        rest: &mut Rest,
    ) -> Result<Option<Self>, Error> {
        let mode = wire.mode.unwrap_or(TRIANGLES);
        let position = match wire.attributes.position {
            Some(position) if matches!(mode, TRIANGLES | STRIP | FAN) => position,
            _ => return Ok(None),
        };
        if wire.extensions.draco.is_some() {
            return Err(Error::Extension("KHR_draco_mesh_compression".to_owned()));
        }
        let positions = floats::<3>(container, position, rest.vertices)?;
        let count = positions.len();
        rest.vertices -= count;
        // An attribute of another length cannot be matched to vertices.
        let whole = |length: usize| length == count;
        let attributes = &wire.attributes;
        let mut primitive = Self {
            normals: attribute(container, attributes.normal, count)?,
            uvs: [
                attribute(container, attributes.texcoord_0, count)?,
                attribute(container, attributes.texcoord_1, count)?,
            ],
            weights: attribute(container, attributes.weights_0, count)?,
            material: wire.material,
            positions,
            ..Self::default()
        };
        if let Some(joints) = attributes.joints_0 {
            primitive.joints = indices::<4>(container, joints, count)?;
        }
        if !whole(primitive.joints.len()) || !whole(primitive.weights.len()) {
            primitive.joints.clear();
            primitive.weights.clear();
        }
        let corners_max = rest.triangles.saturating_mul(3).saturating_add(2);
        let corners: Vec<u32> = match wire.indices {
            Some(index) => indices::<1>(container, index, corners_max)?
                .into_iter()
                .map(|[i]| i)
                .collect(),
            None => (0..count as u32).collect(),
        };
        if corners.iter().any(|corner| *corner as usize >= count) {
            return Err(Error::Range("vertex index"));
        }
        primitive.triangles = assemble(&corners, mode);
        let triangles = primitive.triangles.len();
        let left = rest.triangles.checked_sub(triangles);
        rest.triangles = left.ok_or(Error::TooMany("triangles", triangles))?;
        Ok(Some(primitive))
    }
}

/// An attribute with one element a vertex, or none.
fn attribute<const N: usize>(
    container: &Container,
    index: Option<usize>,
    count: usize,
) -> Result<Vec<[f32; N]>, Error> {
    let Some(index) = index else {
        return Ok(Vec::new());
    };
    let values = floats::<N>(container, index, count)?;
    Ok(if values.len() == count {
        values
    } else {
        Vec::new()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_keep_their_winding_and_fans_their_hub() {
        assert_eq!(assemble(&[0, 1, 2, 3], STRIP), [[0, 1, 2], [2, 1, 3]]);
        assert_eq!(assemble(&[0, 1, 2, 3], FAN), [[0, 1, 2], [0, 2, 3]]);
        assert_eq!(assemble(&[0, 1, 2, 3], TRIANGLES), [[0, 1, 2]]);
        assert!(assemble(&[0], FAN).is_empty() && assemble(&[], STRIP).is_empty());
    }
}
