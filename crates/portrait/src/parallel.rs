//! Work over threads, whose result does not depend on their number.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// `work(index)` for every index below `count`, in order of the index. Each thread takes the next
/// index when it is done with one; a single thread does it all where it stands.
pub(crate) fn map<T: Send>(
    threads: usize,
    count: usize,
    work: impl Fn(usize) -> T + Sync,
) -> Vec<T> {
    if threads <= 1 || count <= 1 {
        return (0..count).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::with_capacity(count));
    std::thread::scope(|scope| {
        for _ in 0..threads.min(count) {
            scope.spawn(|| {
                let mut own = Vec::new();
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count {
                        break;
                    }
                    own.push((index, work(index)));
                }
                done.lock()
                    .unwrap_or_else(|poison| poison.into_inner())
                    .append(&mut own);
            });
        }
    });
    let mut done = done
        .into_inner()
        .unwrap_or_else(|poison| poison.into_inner());
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_come_in_order() {
        let squares: Vec<usize> = (0..100).map(|n| n * n).collect();
        for threads in [1, 2, 7, 1000] {
            assert_eq!(super::map(threads, 100, |n| n * n), squares);
        }
    }
}
