//! Which items of a window are free now: what a lease proposes. The processor decides.

use model::tables::consumers::{Status, Window};

/// At most this many numbers of a window are looked at for one lease: between two done ranges there may be many.
const LOOKED_MAX: usize = 8192;

/// Free numbers below `next`, at most `most`: first those put back, then those that rested, then the next in order.
pub(super) fn free(window: &Window, next: i64, now: i64, most: usize) -> Vec<i64> {
    let put_back = window.requeued.iter().flat_map(|(from, to)| from..to);
    let rested = window.delayed.keys().copied();
    let run_out = window.leases.keys().copied();
    let mut found: Vec<i64> = Vec::new();
    for seq in put_back.chain(rested).chain(run_out) {
        if found.len() >= most {
            return found;
        }
        if seq < next && window.status(seq, now) == Status::Waiting && !found.contains(&seq) {
            found.push(seq);
        }
    }
    let mut done = window.done.iter().peekable();
    let mut seq = window.start;
    let mut looked = 0;
    while seq < next && found.len() < most && looked < LOOKED_MAX {
        looked += 1;
        while done.peek().is_some_and(|(_, to)| *to <= seq) {
            done.next();
        }
        if let Some((from, to)) = done.peek()
            && (*from..*to).contains(&seq)
        {
            seq = *to;
            continue;
        }
        let held = window.leases.contains_key(&seq) || window.delayed.contains_key(&seq);
        if !held && !found.contains(&seq) {
            found.push(seq);
        }
        seq += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use model::tables::consumers::{Delayed, Lease};

    use super::*;

    fn window() -> Window {
        let mut window = Window {
            start: 2,
            ..Window::default()
        };
        window.done.insert(3);
        window.done.insert(4);
        window.requeued.insert(0);
        let lease = |until| Lease {
            until,
            ..Lease::default()
        };
        window.leases.insert(5, lease(100));
        window.leases.insert(6, lease(10));
        let rest = |not_before| Delayed {
            not_before,
            ..Delayed::default()
        };
        window.delayed.insert(7, rest(10));
        window.delayed.insert(8, rest(100));
        window
    }

    #[test]
    fn everything_free_is_found_and_nothing_else() {
        let window = window();
        let found = free(&window, 11, 50, 99);
        assert_eq!(found, [0, 7, 6, 2, 9, 10]);
        assert!(
            found
                .iter()
                .all(|seq| window.status(*seq, 50) == Status::Waiting)
        );
        let all = (0..11).filter(|seq| window.status(*seq, 50) == Status::Waiting);
        assert_eq!(all.count(), found.len());
    }

    #[test]
    fn no_more_than_asked_and_nothing_beyond_the_end() {
        assert_eq!(free(&window(), 11, 50, 2), [0, 7]);
        assert_eq!(free(&window(), 3, 50, 99), [0, 2]);
        assert!(free(&Window::default(), 0, 0, 9).is_empty());
    }
}
