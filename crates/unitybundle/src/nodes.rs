//! Which nodes are shown, and where they stand.

use bundler::model::{Model, Transform};

/// The nodes of a model's first scene, each after its parent, siblings in their order.
pub(crate) struct Shown {
    /// The model's number of each.
    pub(crate) nodes: Vec<usize>,
    /// The parent of each.
    pub(crate) parents: Vec<Option<usize>>,
    /// The place of each of the model's nodes among those shown.
    places: Vec<Option<usize>>,
}

impl Shown {
    pub(crate) fn of(model: &Model) -> Self {
        let mut shown = Self {
            nodes: Vec::new(),
            parents: Vec::new(),
            places: vec![None; model.nodes.len()],
        };
        let roots = match model.scenes.get(model.scene.unwrap_or(0)) {
            Some(scene) => scene.nodes.clone(),
            None => {
                let all = 0..model.nodes.len();
                all.filter(|node| model.nodes[*node].parent.is_none())
                    .collect()
            }
        };
        let mut left: Vec<(usize, Option<usize>)> =
            roots.into_iter().rev().map(|root| (root, None)).collect();
        while let Some((node, parent)) = left.pop() {
            // A scene may name a node twice, or one that is below another root.
            if shown.places[node].is_some() {
                continue;
            }
            let place = shown.nodes.len();
            shown.places[node] = Some(place);
            shown.nodes.push(node);
            shown.parents.push(parent);
            let children = model.nodes[node].children.iter().rev();
            left.extend(children.map(|child| (*child, Some(place))));
        }
        shown
    }

    /// Where one of the model's nodes is among those shown.
    pub(crate) fn place(&self, node: usize) -> Option<usize> {
        self.places.get(node).copied().flatten()
    }
}

/// The name of a node in the hierarchy: its own, or its mesh's, or its number.
pub(crate) fn name(model: &Model, node: usize) -> String {
    let of = &model.nodes[node];
    let mesh = of.mesh.and_then(|mesh| model.meshes[mesh].name.as_deref());
    let mut names = [of.name.as_deref(), mesh].into_iter().flatten();
    let name = names.find(|name| !name.is_empty());
    name.map_or_else(|| format!("Node-{node}"), str::to_owned)
}

/// Translation, rotation and scale.
pub(crate) type Place = ([f32; 3], [f32; 4], [f32; 3]);

/// Where a node stands in its parent.
pub(crate) fn place(transform: &Transform) -> Place {
    match transform {
        Transform::Trs {
            translation,
            rotation,
            scale,
        } => (*translation, *rotation, *scale),
        Transform::Matrix(matrix) => taken_apart(matrix),
    }
}

/// A matrix as translation, rotation and scale; shear is lost. One that mirrors does it by its x axis.
fn taken_apart(matrix: &[f32; 16]) -> Place {
    let m = matrix.map(f64::from);
    let mut axes = [0, 4, 8].map(|at| [m[at], m[at + 1], m[at + 2]]);
    let mut scale = axes.map(|axis| axis.iter().map(|n| n * n).sum::<f64>().sqrt());
    let [a, b, c] = axes;
    let determinant = a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0])
        + a[2] * (b[0] * c[1] - b[1] * c[0]);
    if determinant < 0.0 {
        scale[0] = -scale[0];
    }
    for (number, (axis, scale)) in axes.iter_mut().zip(scale).enumerate() {
        *axis = match scale == 0.0 {
            true => std::array::from_fn(|row| f64::from(u8::from(row == number))),
            false => axis.map(|n| n / scale),
        };
    }
    let translation = [matrix[12], matrix[13], matrix[14]];
    (
        translation,
        rotation(&axes).map(|n| n as f32),
        scale.map(|n| n as f32),
    )
}

/// The quaternion of three orthogonal unit vectors (K. Shoemake), from its largest number on.
fn rotation([x, y, z]: &[[f64; 3]; 3]) -> [f64; 4] {
    let squares = [
        1.0 + x[0] - y[1] - z[2],
        1.0 - x[0] + y[1] - z[2],
        1.0 - x[0] - y[1] + z[2],
        1.0 + x[0] + y[1] + z[2],
    ];
    let largest = (0..4).max_by(|a, b| squares[*a].total_cmp(&squares[*b]));
    let largest = largest.unwrap_or(3);
    let root = squares[largest].max(f64::MIN_POSITIVE).sqrt() * 2.0;
    let (xy, xz, yz) = (x[1] + y[0], x[2] + z[0], y[2] + z[1]);
    let (yz_turn, zx_turn, xy_turn) = (y[2] - z[1], z[0] - x[2], x[1] - y[0]);
    let fourth = squares[largest];
    let numbers = match largest {
        0 => [fourth, xy, xz, yz_turn],
        1 => [xy, fourth, yz, zx_turn],
        2 => [xz, yz, fourth, xy_turn],
        _ => [yz_turn, zx_turn, xy_turn, fourth],
    };
    numbers.map(|n| n / root)
}

#[cfg(test)]
mod tests {
    use bundler::model::space::transform_point;
    use bundler::model::{Node, Scene};

    use super::*;

    #[test]
    fn a_matrix_is_the_same_when_it_is_put_together_again() {
        let places = [
            ([1.0, -2.0, 3.0], [0.5, 0.5, 0.5, 0.5], [1.0, 2.0, 3.0]),
            ([0.0; 3], [0.6, 0.0, 0.8, 0.0], [-1.0, 0.5, 1.0]),
            ([4.0, 0.0, 0.0], [0.0, -0.8, 0.0, 0.6], [2.0; 3]),
            ([0.0; 3], [0.0, 0.28, 0.96, 0.0], [1.0; 3]),
        ];
        for (translation, rotation, scale) in places {
            let whole = Transform::Trs {
                translation,
                rotation,
                scale,
            };
            let matrix = whole.matrix();
            let (translation, rotation, scale) =
                place(&Transform::Matrix(matrix.map(|n| n as f32)));
            let again = Transform::Trs {
                translation,
                rotation,
                scale,
            };
            for point in [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.3, -0.2, 1.0]] {
                let (one, two) = (
                    transform_point(&matrix, point),
                    transform_point(&again.matrix(), point),
                );
                let apart = (0..3).map(|k| (one[k] - two[k]).abs()).fold(0.0, f64::max);
                assert!(apart < 1e-5, "{one:?} {two:?}");
            }
        }
    }

    #[test]
    fn only_the_first_scene_is_shown_in_its_order() {
        let mut model = Model {
            nodes: vec![Node::default(); 5],
            scenes: vec![Scene {
                nodes: vec![3, 0, 3],
                ..Scene::default()
            }],
            ..Model::default()
        };
        model.nodes[0].children = vec![4, 2];
        for child in [2, 4] {
            model.nodes[child].parent = Some(0);
        }
        let shown = Shown::of(&model);
        assert_eq!(shown.nodes, [3, 0, 4, 2]);
        assert_eq!(shown.parents, [None, None, Some(1), Some(1)]);
        assert_eq!((shown.place(2), shown.place(1)), (Some(3), None));
        model.scenes.clear();
        assert_eq!(Shown::of(&model).nodes, [0, 4, 2, 1, 3]);
        assert_eq!(name(&model, 2), "Node-2");
    }
}
