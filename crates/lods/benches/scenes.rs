//! Levels of detail of the real models, and of towns made of them: triangles, bytes, milliseconds.
//!
//! `cargo bench -p lods --bench scenes`, with `-- --docs` to put the tables into `docs/lods.md`. One
//! thread, everything in memory, the best of three rounds.

#[path = "../../bundler/benches/assets/clock.rs"]
mod clock;
#[path = "../tests/it/data.rs"]
mod data;
#[path = "../tests/it/log.rs"]
#[expect(dead_code, reason = "the tests write more kinds of messages")]
mod log;

use std::fmt::Write;
use std::fs;

use bundler::{KeepTextures, Ktx2Textures, Options, Profile, TextureEncoder};
use data::{Town, corpus};
use lods::levels::{LevelOptions, write};
use lods::scene::{MergeOptions, merge};

const ROUNDS: usize = 3;
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/lods.md");
const MARKS: [&str; 2] = ["<!-- scenes -->\n", "<!-- /scenes -->\n"];

/// What the work gave, and the milliseconds of the best round.
fn timed<T>(work: impl Fn() -> T) -> (T, f64) {
    let (made, seconds) = clock::fastest(ROUNDS, work);
    (made, seconds * 1e3)
}

fn main() {
    let Some(table) = models()
        .zip(towns())
        .map(|(models, towns)| models + "\n" + &towns)
    else {
        return;
    };
    println!("{table}");
    if std::env::args().any(|argument| argument == "--docs") {
        let page = fs::read_to_string(PAGE).expect("the page is there");
        let (head, rest) = page.split_once(MARKS[0]).expect("the page has the mark");
        let (_, tail) = rest
            .split_once(MARKS[1])
            .expect("the page has the end mark");
        let page = [head, MARKS[0], &table, MARKS[1], tail].concat();
        fs::write(PAGE, page).expect("the page can be written");
    }
}

/// Triangles of all models at each level.
fn models() -> Option<String> {
    let entries = corpus(|_| true)?;
    let mut options = LevelOptions::default();
    let stored = Options::new(Profile::Gltf);
    let mut triangles = vec![0; options.wanted.len() + 1];
    let (mut with, mut bytes, mut spent) = (0, 0, 0.0);
    for entry in &entries {
        let work = || write(&entry.model, &options, &stored, &KeepTextures);
        let (leveled, milliseconds) = timed(work);
        let leveled = leveled.expect("a result that holds");
        for (level, sum) in triangles.iter_mut().enumerate() {
            let own = leveled.levels.iter().rev().find(|own| own.level <= level);
            *sum += own.map_or(0, |own| own.triangles);
        }
        with += usize::from(leveled.levels.len() > 1);
        bytes += leveled.output.len();
        spent += milliseconds;
    }
    options.wanted.clear();
    let alone = |entry: &data::Entry| write(&entry.model, &options, &stored, &KeepTextures);
    let plain: usize = entries
        .iter()
        .map(|entry| alone(entry).expect("a result that holds").output.len())
        .sum();
    let mut table = format!(
        "{} models, {with} of them with levels; {bytes} bytes with levels, {plain} without; {spent:.0} ms.\n\n",
        entries.len()
    );
    table += "| Level | Triangles | of all |\n| --- | ---: | ---: |\n";
    for (level, count) in triangles.iter().enumerate() {
        let share = 100.0 * *count as f64 / triangles[0] as f64;
        let _ = writeln!(table, "| {level} | {count} | {share:.0} % |");
    }
    Some(table)
}

/// Towns of real models, merged.
fn towns() -> Option<String> {
    let mut table =
        "| Parcels | Models | Triangles | out | by | Profile | Bytes | CPU ms |\n".to_owned();
    table += "| ---: | ---: | ---: | ---: | --- | --- | ---: | ---: |\n";
    for (across, deep) in [(1, 1), (2, 2), (4, 3), (8, 8)] {
        let town = Town::of(corpus(|_| true)?, across, deep);
        let pieces = town.pieces();
        for profile in [Profile::Plain, Profile::Gltf] {
            let options = MergeOptions::new(Options::new(profile));
            let encoder: &dyn TextureEncoder = match profile {
                Profile::Plain => &KeepTextures,
                Profile::Gltf => &Ktx2Textures,
            };
            let work = || merge(&town.models, &pieces, &town.land, &options, encoder);
            let (merged, milliseconds) = timed(work);
            let merged = merged.expect("a scene that can be merged");
            let (stats, bytes) = (merged.stats, merged.output.len());
            let way = format!("{:?}", stats.way).to_lowercase();
            let profile = format!("{profile:?}").to_lowercase();
            let _ = writeln!(
                table,
                "| {} | {} | {} | {} | {way} | `{profile}` | {bytes} | {milliseconds:.0} |",
                across * deep,
                stats.pieces,
                stats.triangles_in,
                stats.triangles_out,
            );
        }
    }
    Some(table)
}
