//! Weights of skinned vertices.

use crate::model::Geometry;

/// Leaves each vertex at most its four strongest joints, with weights that sum to one, the strongest
/// first. Joints of no weight are named 0.
pub(super) fn weights(geometry: &mut Geometry) {
    let count = geometry.vertex_count();
    let sets = geometry.joints.len().min(geometry.weights.len());
    geometry.joints.truncate(sets);
    geometry.weights.truncate(sets);
    let whole = geometry.joints.iter().all(|set| set.len() == count)
        && geometry.weights.iter().all(|set| set.len() == count);
    if sets == 0 || !whole {
        // A set without its counterpart bends nothing.
        geometry.joints.clear();
        geometry.weights.clear();
        return;
    }
    let mut joints = Vec::with_capacity(count);
    let mut weights = Vec::with_capacity(count);
    let mut all = Vec::with_capacity(4 * sets);
    for vertex in 0..count {
        all.clear();
        for set in 0..sets {
            let (names, shares) = (
                &geometry.joints[set][vertex],
                &geometry.weights[set][vertex],
            );
            let pairs = shares.iter().copied().zip(names.iter().copied());
            all.extend(pairs.filter(|(weight, _)| *weight > 0.0));
        }
        let (names, shares) = strongest(&mut all);
        joints.push(names);
        weights.push(shares);
    }
    geometry.joints = vec![joints];
    geometry.weights = vec![weights];
}

fn strongest(all: &mut [(f32, u16)]) -> ([u16; 4], [f32; 4]) {
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let (mut names, mut shares) = ([0; 4], [0.0; 4]);
    for (k, &(weight, joint)) in all.iter().take(4).enumerate() {
        names[k] = joint;
        shares[k] = weight;
    }
    let sum: f64 = shares.iter().copied().map(f64::from).sum();
    if sum > 0.0 {
        // Untouched when it is right already, so that valid weights stay as they were.
        if (sum - 1.0).abs() > 1e-7 {
            shares = shares.map(|share| (f64::from(share) / sum) as f32);
        }
    } else {
        shares[0] = 1.0;
    }
    (names, shares)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_strongest_share_one() {
        let mut geometry = Geometry {
            positions: vec![[0.0; 3]],
            joints: vec![vec![[1, 2, 3, 4]], vec![[5, 9, 9, 9]]],
            weights: vec![vec![[0.1, 0.4, 0.2, 0.2]], vec![[0.2, 0.0, 0.0, 0.0]]],
            ..Geometry::default()
        };
        weights(&mut geometry);
        assert_eq!(geometry.joints, [[[2, 3, 4, 5]]]);
        let sum: f32 = geometry.weights[0][0].iter().sum();
        assert!((sum - 1.0).abs() < 1e-6 && geometry.weights[0][0][0] > 0.39);
    }
}
