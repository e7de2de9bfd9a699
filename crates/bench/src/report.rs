//! One line a figure.

use std::time::Duration;

/// A rate beside its limit.
pub(crate) fn rate(figure: &str, ours: f64, limit: f64) {
    let (ours_k, limit_k) = (ours / 1e3, limit / 1e3);
    println!(
        "{figure:<44} {ours_k:>10.1} k/s {limit_k:>10.1} k/s {:>7.2}x",
        ours / limit
    );
}

/// Median and 99th percentile of some times.
pub(crate) fn percentiles(figure: &str, times: Vec<Duration>) {
    println!("{figure:<44} {}", percentiles_text(times));
}

/// The same without the figure's name.
pub(crate) fn percentiles_text(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_secs_f64() * 1e3;
    format!(
        "p50 {:>7.2} ms  p99 {:>7.2} ms  max {:>7.2} ms  n={}",
        at(50),
        at(99),
        at(100),
        times.len()
    )
}

/// A figure with nothing beside it.
pub(crate) fn plain(figure: &str, value: &str) {
    println!("{figure:<44} {value:>14}");
}

/// Things a second.
pub(crate) fn per_second(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}
