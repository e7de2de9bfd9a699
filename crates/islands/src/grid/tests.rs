//! What cannot be seen from outside the grid.

use super::Grid;
use crate::space::Point;

/// The join distance in units: 64 m.
const JOIN: i32 = 64 * 4096;

fn at(metres: i32) -> Point {
    Point {
        x: metres * 4096,
        z: 0,
    }
}

fn grid() -> Grid {
    Grid::new((i64::from(JOIN) * i64::from(JOIN)) as u64)
}

/// The peer that was left alone is looked at in the next flush, though the cell that was left is gone.
#[test]
fn a_swept_cell_leaves_its_neighbours_touched() {
    let mut grid = grid();
    let (left, place) = grid.insert(0, at(0));
    let (stays, _) = grid.insert(1, at(60));
    grid.settle();
    grid.remove(left, place);
    assert_eq!(grid.touched, [left]);
    grid.sweep();
    assert_eq!(grid.touched, [stays]);
    assert_eq!(grid.slots.len(), 1);
}

/// A link goes when the peers that proved it are too far, and comes when others are near.
#[test]
fn links_follow_the_peers() {
    let mut grid = grid();
    let (a, _) = grid.insert(0, at(0));
    let (b, place) = grid.insert(1, at(91));
    // In the cell between.
    let (c, between) = grid.insert(2, at(64));
    let reached = |grid: &mut Grid, second: i32, third: i32| {
        grid.refresh_links(&[a, b, c], &[at(0), at(second), at(third)]);
        [a, b, c].map(|cell| grid.reach(cell).count() - 1)
    };
    assert_eq!(reached(&mut grid, 91, 64), [1, 1, 2]);
    assert!(grid.shift(c, between, at(65)));
    assert_eq!(reached(&mut grid, 91, 65), [0, 1, 1]);
    assert!(grid.shift(b, place, at(130)));
    assert_eq!(reached(&mut grid, 130, 65), [0, 0, 0]);
    assert!(!grid.shift(b, place, at(200)), "of another cell");
    assert!(grid.shift(c, between, at(64)));
    assert_eq!(reached(&mut grid, 130, 64), [1, 0, 1]);
}
