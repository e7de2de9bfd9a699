//! Time on the processor, which is not that of whoever else uses the machine.

use rustix::time::{ClockId, clock_gettime};

/// CPU time of this thread so far.
pub(crate) fn cpu_seconds() -> f64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

/// What some work gives, and its CPU seconds.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let before = cpu_seconds();
    let made = work();
    (made, cpu_seconds() - before)
}

/// The same of the fastest of so many turns, at least one.
pub(crate) fn fastest<T>(turns: usize, work: impl Fn() -> T) -> (T, f64) {
    let mut best = timed(&work);
    for _ in 1..turns {
        let (made, seconds) = timed(&work);
        best = (made, seconds.min(best.1));
    }
    best
}
