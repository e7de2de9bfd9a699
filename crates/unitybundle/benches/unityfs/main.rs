//! Bundles for the desktop client out of the real models, for both players, in one run: `make bench-unityfs`.
//!
//! Each model with the files of its folder is an entity. The first run begins with nothing; the second has what became of
//! each image, by its content, as the platform keeps it. One thread, files in memory. The different images are then encoded once
//! more beside the bare encoder. The tables go into `docs/benchmarks.md`.

mod blocks;
#[path = "../../tests/it/data.rs"]
mod data;
#[path = "../../tests/it/likeness.rs"]
mod likeness;
#[path = "../../../bundler/benches/assets/page.rs"]
mod page;
mod runs;

use std::fs;
use std::time::Instant;

/// CPU time of this thread where the system tells it, else wall time since the first call.
fn cpu_seconds() -> f64 {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| START.elapsed().as_secs_f64(), |n| n / 1e9)
}

/// What some work gives, and its CPU seconds.
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let before = cpu_seconds();
    let made = work();
    (made, cpu_seconds() - before)
}

fn main() {
    let corpus = data::corpus();
    if corpus.is_empty() {
        return;
    }
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, flag, id, ..] = &arguments[..]
        && flag == runs::TASK
    {
        println!("{}", runs::peak(&corpus, id));
        return;
    }
    let runs = runs::measure(&corpus);
    println!("{}", runs.table());
    let blocks = blocks::measure(&runs.images);
    let tables = format!("{}\n{}", runs.table(), blocks.table());
    println!("{tables}");
    page::put("benchmarks.md", "unityfs", &tables);
}
