//! Clusters of weighted points: a tree of halves, the worst leaf split first.
//!
//! A. Gersho and R. M. Gray, "Vector Quantization and Signal Compression", 1992, chapter 12: each
//! leaf is cut across its principal axis, and the two halves settle by a few rounds of two-means.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A point, what it weighs, and nothing else.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point<const D: usize> {
    pub(super) at: [f32; D],
    pub(super) weight: f32,
}

/// When splitting ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    /// At most so many leaves.
    pub(super) leaves_max: usize,
    /// A leaf whose weighted squared error is below this is not worth two.
    pub(super) error_min: f32,
}

/// A range of the order of points, with its mean and error.
#[derive(Debug, Clone)]
struct Leaf<const D: usize> {
    from: usize,
    to: usize,
    mean: [f32; D],
    error: f32,
}

/// The largest error first; ties by place, so that the order never depends on chance.
impl<const D: usize> PartialEq for Leaf<D> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl<const D: usize> Eq for Leaf<D> {}
impl<const D: usize> PartialOrd for Leaf<D> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<const D: usize> Ord for Leaf<D> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.error
            .total_cmp(&other.error)
            .then(other.from.cmp(&self.from))
    }
}

/// Clusters of points, as lists of their indices. Neighbours in the answer are near in space: it
/// follows the tree's leaves from one side to the other.
pub(super) fn clusters<const D: usize>(points: &[Point<D>], stop: Stop) -> Vec<Vec<u32>> {
    let mut order: Vec<u32> = (0..points.len() as u32).collect();
    let mut open = BinaryHeap::new();
    let mut done = Vec::new();
    if !points.is_empty() {
        open.push(measure(points, &order, 0, points.len()));
    }
    while let Some(leaf) = open.pop() {
        if open.len() + done.len() + 1 >= stop.leaves_max || leaf.error < stop.error_min {
            done.push(leaf);
            continue;
        }
        match split(points, &mut order, &leaf) {
            Some(middle) => {
                open.push(measure(points, &order, leaf.from, middle));
                open.push(measure(points, &order, middle, leaf.to));
            }
            None => done.push(leaf),
        }
    }
    done.sort_by_key(|leaf| leaf.from);
    done.iter()
        .map(|leaf| order[leaf.from..leaf.to].to_vec())
        .collect()
}

fn measure<const D: usize>(points: &[Point<D>], order: &[u32], from: usize, to: usize) -> Leaf<D> {
    let mut weight = 0.0;
    let mut mean = [0.0; D];
    let mut squares = 0.0_f32;
    for index in &order[from..to] {
        let point = &points[*index as usize];
        weight += point.weight;
        for (sum, at) in mean.iter_mut().zip(&point.at) {
            *sum += at * point.weight;
        }
    }
    mean.iter_mut()
        .for_each(|sum| *sum /= weight.max(f32::MIN_POSITIVE));
    for index in &order[from..to] {
        let point = &points[*index as usize];
        let distance: f32 = point
            .at
            .iter()
            .zip(&mean)
            .map(|(a, m)| (a - m) * (a - m))
            .sum();
        squares += distance * point.weight;
    }
    Leaf {
        from,
        to,
        mean,
        error: if to - from > 1 { squares } else { 0.0 },
    }
}

/// Puts the leaf's points in two groups and says where the second begins. `None` when they are all
/// at one place.
fn split<const D: usize>(points: &[Point<D>], order: &mut [u32], leaf: &Leaf<D>) -> Option<usize> {
    let members = &mut order[leaf.from..leaf.to];
    let axis = principal_axis(points, members, leaf)?;
    let place = |point: &Point<D>| -> f32 {
        let along = point.at.iter().zip(&leaf.mean).zip(&axis);
        along.map(|((at, mean), axis)| (at - mean) * axis).sum()
    };
    let mut is_upper: Vec<bool> = members
        .iter()
        .map(|m| place(&points[*m as usize]) > 0.0)
        .collect();
    for _ in 0..2 {
        let (lower, upper) = means(points, members, &is_upper)?;
        // Which of two means is nearer is a matter of one plane between them.
        let plane: [f32; D] = std::array::from_fn(|d| upper[d] - lower[d]);
        let middle: f32 = (0..D).map(|d| plane[d] * (upper[d] + lower[d]) / 2.0).sum();
        for (side, member) in is_upper.iter_mut().zip(members.iter()) {
            let at = &points[*member as usize].at;
            let along: f32 = at.iter().zip(&plane).map(|(at, plane)| at * plane).sum();
            *side = along > middle;
        }
    }
    let sides = members.iter().zip(&is_upper);
    let (upper, lower): (Vec<_>, Vec<_>) = sides
        .map(|(m, side)| (*m, *side))
        .partition(|(_, side)| *side);
    if upper.is_empty() || lower.is_empty() {
        return None;
    }
    let middle = leaf.from + lower.len();
    let sorted = lower.iter().chain(&upper).map(|(member, _)| *member);
    members
        .iter_mut()
        .zip(sorted)
        .for_each(|(slot, member)| *slot = member);
    Some(middle)
}

/// The direction of most spread, by power iteration on the points themselves.
fn principal_axis<const D: usize>(
    points: &[Point<D>],
    members: &[u32],
    leaf: &Leaf<D>,
) -> Option<[f32; D]> {
    // The member farthest from the mean is a direction that is not at right angles to the spread.
    let mut axis = [0.0; D];
    let mut farthest = 0.0;
    for member in members {
        let at = &points[*member as usize].at;
        let from_mean: [f32; D] = std::array::from_fn(|d| at[d] - leaf.mean[d]);
        let distance: f32 = from_mean.iter().map(|x| x * x).sum();
        if distance > farthest {
            (farthest, axis) = (distance, from_mean);
        }
    }
    for _ in 0..3 {
        let mut next = [0.0; D];
        for member in members {
            let point = &points[*member as usize];
            let from_mean: [f32; D] = std::array::from_fn(|d| point.at[d] - leaf.mean[d]);
            let along: f32 = from_mean.iter().zip(&axis).map(|(a, b)| a * b).sum();
            for (sum, value) in next.iter_mut().zip(&from_mean) {
                *sum += value * along * point.weight;
            }
        }
        let length = next.iter().map(|x| x * x).sum::<f32>().sqrt();
        if length <= f32::MIN_POSITIVE || !length.is_finite() {
            return None;
        }
        axis = next.map(|x| x / length);
    }
    // The same side is always the upper one: neighbouring leaves are then near each other.
    if axis.iter().sum::<f32>() < 0.0 {
        axis = axis.map(|x| -x);
    }
    Some(axis)
}

/// The means of the two groups; `None` when one is empty.
fn means<const D: usize>(
    points: &[Point<D>],
    members: &[u32],
    is_upper: &[bool],
) -> Option<([f32; D], [f32; D])> {
    let mut sums = [[0.0; D]; 2];
    let mut weights = [0.0; 2];
    for (member, side) in members.iter().zip(is_upper) {
        let point = &points[*member as usize];
        let side = usize::from(*side);
        weights[side] += point.weight;
        for (sum, at) in sums[side].iter_mut().zip(&point.at) {
            *sum += at * point.weight;
        }
    }
    if weights.iter().any(|weight| *weight <= 0.0) {
        return None;
    }
    let [lower, upper] = [0, 1].map(|side| sums[side].map(|sum| sum / weights[side]));
    Some((lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_that_stand_apart_are_told_apart_in_order() {
        let points: Vec<Point<2>> = (0..60)
            .map(|i| Point {
                at: [(i % 3) as f32 * 100.0 + (i / 3) as f32 * 0.1, 7.0],
                weight: 1.0 + i as f32,
            })
            .collect();
        let stop = Stop {
            leaves_max: 3,
            error_min: 0.0,
        };
        let found = clusters(&points, stop);
        let firsts: Vec<_> = found
            .iter()
            .map(|cluster| (cluster[0] % 3, cluster.len()))
            .collect();
        assert_eq!(firsts, [(0, 20), (1, 20), (2, 20)]);
        let same = [points[0]; 5];
        assert_eq!(clusters(&same, stop).len(), 1);
        assert!(clusters::<2>(&[], stop).is_empty());
    }
}
