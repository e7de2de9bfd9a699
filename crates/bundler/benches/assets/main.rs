//! The asset converter beside its rivals on the real models, in one run: `make bench-assets`.
//!
//! Models beside gltfpack of npm (geometry, whole files), images beside BasisU (bytes, similarity, CPU), everything
//! judged by the glTF validator and three.js, and the broken models. One thread each, files in memory. The
//! tables go into `docs/benchmarks.md`, one row a model into `docs/bundler.md`. Most of the minutes it takes are
//! BasisU's.

mod basisu;
#[expect(dead_code, reason = "other benches count the fastest of some turns")]
mod clock;
#[path = "../../tests/it/data.rs"]
mod data;
mod geometry;
mod images;
#[path = "../../tests/it/install.rs"]
mod install;
#[path = "../../tests/it/judge.rs"]
mod judge;
#[path = "../../../texture/tests/it/measure.rs"]
mod measure;
mod negative;
mod page;
mod verdict;
mod whole;

fn main() {
    // First, while the process is small: its peak of memory is then theirs.
    let Some(negative) = negative::table() else {
        return;
    };
    let Some(corpus) = data::corpus() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder for the results");
    let geometry = geometry::measure(&corpus, folder.path());
    println!("{}", geometry.totals(&corpus));
    let whole = whole::measure(&corpus, folder.path());
    println!("{}", whole.summary());
    let images = images::measure(&whole.requests);
    let verdict = verdict::table(&corpus, folder.path());
    let tables = [
        geometry.totals(&corpus),
        images.table(),
        whole.table(&geometry, &images),
        verdict,
        negative,
    ];
    let tables = tables.join("\n");
    println!("{tables}");
    page::put("benchmarks.md", "assets", &tables);
    page::put("bundler.md", "corpus", &geometry.models(&corpus));
}
