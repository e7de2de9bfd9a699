//! Texture coordinates that a material reads and a geometry has not.

use crate::model::Model;

/// Gives geometries the sets their materials read, all zero: what readers take where there are none.
pub(super) fn complete(model: &mut Model) {
    let needs = model.materials.iter().map(|material| {
        let sets = material.core_textures();
        sets.map(|(texture, _)| texture.set() + 1).max()
    });
    let needs: Vec<usize> = needs.map(Option::unwrap_or_default).collect();
    let primitives = model.meshes.iter().flat_map(|mesh| &mesh.primitives);
    for primitive in primitives {
        let sets = primitive.material.map_or(0, |material| needs[material]);
        let geometry = &mut model.geometries[primitive.geometry];
        // A number beyond what the reader takes is a slip, and zeros would not mend it.
        if sets > 8 {
            continue;
        }
        let zeros = vec![[0.0; 2]; geometry.vertex_count()];
        while geometry.texcoords.len() < sets {
            geometry.texcoords.push(Vec::new());
        }
        for set in &mut geometry.texcoords[..sets] {
            if set.is_empty() {
                set.clone_from(&zeros);
            }
        }
    }
}
