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

/// Links say exactly which cells have peers within the join distance, whatever moved in between.
#[test]
fn links_follow_the_peers() {
    let mut grid = grid();
    let (a, _) = grid.insert(0, at(0));
    let (b, place) = grid.insert(1, at(100));
    let linked = |grid: &mut Grid, second: Point| {
        grid.refresh_links(&[a, b], &[at(0), second]);
        let counts = [a, b].map(|cell| grid.reach(cell).count());
        assert_eq!(counts[0], counts[1]);
        counts[0] == 2
    };
    assert!(!linked(&mut grid, at(100)));
    for (metres, near) in [(92, false), (100, false), (91, false), (64, false)] {
        // Within its cell, from 90.5 m on: too far.
        assert_eq!(grid.shift(b, place, at(metres)), metres > 90, "{metres}");
        assert_eq!(linked(&mut grid, at(metres.max(91))), near);
    }
    grid.remove(b, place);
    let (c, _) = grid.insert(1, at(64));
    grid.refresh_links(&[a, c], &[at(0), at(64)]);
    assert_eq!(grid.reach(a).count(), 2);
    grid.settle();
    assert!(!grid.shift(c, 0, at(200)));
}
