//! Bundles for the desktop client out of the real models, for both players, in one run: `make bench-unityfs`.
//!
//! Each model with the files of its folder is an entity. The first run begins with nothing; the second has what became of
//! each image, by its content, as the platform keeps it. One thread, files in memory. The different images are then encoded once
//! more beside the bare encoder. The tables go into `docs/benchmarks.md`.

mod blocks;
#[path = "../../../bundler/benches/assets/clock.rs"]
mod clock;
#[path = "../../tests/it/data.rs"]
mod data;
#[path = "../../tests/it/likeness.rs"]
mod likeness;
#[path = "../../../bundler/benches/assets/page.rs"]
mod page;
mod runs;

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
