//! Vertices that morph targets alone keep apart, by a little.

use std::collections::HashMap;

use super::{Component, Packed, Stream};

/// How far two added directions may be apart along an axis, in 127ths, to be taken for one: 7 degrees at weight 1.
const APART_MAX: u8 = 16;
/// Rivals that a vertex is compared with.
const LEADERS_MAX: usize = 8;

/// Gives vertices that are equal in all but what targets add to their directions the same of those where they
/// are nearly equal, so that they can become one.
pub(super) fn share_directions(packed: &mut Packed) {
    let is_direction = |stream: &Stream| stream.layout.component == Component::I8;
    let targets = || packed.targets.iter().flatten();
    if !targets().any(is_direction) {
        return;
    }
    let others = targets().filter(|stream| !is_direction(stream));
    let exact: Vec<&Stream> = packed.streams.iter().chain(others).collect();
    let nearly: Vec<&Stream> = targets().filter(|stream| is_direction(stream)).collect();
    let mut leaders: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
    let mut followed: Vec<usize> = (0..packed.vertex_count).collect();
    for (vertex, follows) in followed.iter_mut().enumerate() {
        let row: Vec<u8> = exact
            .iter()
            .flat_map(|s| element(s, vertex))
            .copied()
            .collect();
        let rivals = leaders.entry(row).or_default();
        let near = |leader: &&usize| {
            nearly
                .iter()
                .all(|stream| are_near(stream, vertex, **leader))
        };
        match rivals.iter().find(near) {
            Some(leader) => *follows = *leader,
            None if rivals.len() < LEADERS_MAX => rivals.push(vertex),
            None => {}
        }
    }
    for stream in packed.targets.iter_mut().flatten() {
        if is_direction(stream) {
            let stride = stream.layout.stride;
            for (vertex, leader) in followed.iter().enumerate() {
                let from = leader * stride;
                stream
                    .bytes
                    .copy_within(from..from + stride, vertex * stride);
            }
        }
    }
}

fn element(stream: &Stream, vertex: usize) -> &[u8] {
    let stride = stream.layout.stride;
    &stream.bytes[vertex * stride..][..stride]
}

fn are_near(stream: &Stream, vertex: usize, leader: usize) -> bool {
    let pairs = element(stream, vertex).iter().zip(element(stream, leader));
    let mut apart = pairs.map(|(a, b)| (*a as i8).abs_diff(*b as i8));
    apart.all(|apart| apart <= APART_MAX)
}

#[cfg(test)]
mod tests {
    use crate::model::{Geometry, MorphTarget};
    use crate::pack::{Precision, pack};

    #[test]
    fn vertices_become_one_where_targets_nearly_agree() {
        let count = |apart: f32| {
            let geometry = Geometry {
                indices: vec![0, 1, 2, 3, 1, 4],
                positions: vec![
                    [0.0; 3],
                    [1.0; 3],
                    [2.0, 0.0, 0.0],
                    [0.0; 3],
                    [0.0, 3.0, 0.0],
                ],
                targets: vec![MorphTarget {
                    normals: vec![
                        [0.5; 3],
                        [0.0; 3],
                        [0.0; 3],
                        [0.5, 0.5, 0.5 + apart],
                        [0.0; 3],
                    ],
                    ..MorphTarget::default()
                }],
                ..Geometry::default()
            };
            let precision = Precision::Rounded {
                position_exponent: -10,
            };
            pack(&geometry, precision).vertex_count
        };
        assert_eq!((count(0.0), count(0.1), count(0.3)), (4, 4, 5));
    }
}
