//! The bundler beside gltfpack on the real models: bytes without images, and CPU seconds.
//!
//! `cargo bench -p bundler --bench corpus`, with `-- --docs` to put the table into `docs/bundler.md`.
//! One thread each, files in memory, the best of three rounds for each model. gltfpack runs in one
//! Node.js process with the options that keep what this platform needs (`-cc -kn -km -ke`).

#[path = "../tests/it/data.rs"]
mod data;
#[path = "../tests/it/install.rs"]
mod install;

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use bundler::{Conversion, KeepTextures, Options, Outcome, Profile, convert};
use data::Entry;
use serde_json::{Value, json};

const ROUNDS: usize = 3;
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/bundler.md");
const MARKS: [&str; 2] = ["<!-- corpus -->\n", "<!-- /corpus -->\n"];

/// One tool's figures for one model, or for all.
#[derive(Clone, Copy, Default)]
struct Figures {
    bytes: u64,
    without_images: u64,
    clips: u64,
    seconds: f64,
}

impl Figures {
    fn sum(all: impl Iterator<Item = Figures>) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            bytes: sum.bytes + one.bytes,
            without_images: sum.without_images + one.without_images,
            clips: sum.clips + one.clips,
            seconds: sum.seconds + one.seconds,
        })
    }
}

/// CPU time of this thread where the system tells it, else wall time since `start`.
fn cpu_seconds(start: Instant) -> f64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| start.elapsed().as_secs_f64(), |n| n / 1e9)
}

fn ours(entry: &Entry, profile: Profile) -> Figures {
    let start = Instant::now();
    let mut best = Figures {
        seconds: f64::INFINITY,
        ..Figures::default()
    };
    for _ in 0..ROUNDS {
        let before = cpu_seconds(start);
        let result = convert(&entry.source(), &Options::new(profile), &KeepTextures);
        let seconds = cpu_seconds(start) - before;
        best = Figures {
            seconds: best.seconds.min(seconds),
            ..figures(entry, &result)
        };
    }
    best
}

fn figures(entry: &Entry, result: &Conversion) -> Figures {
    let right = matches!(result.outcome, Outcome::Converted | Outcome::Kept);
    assert!(right, "{}: {:?}", entry.id, result.reason);
    let stats = &result.stats;
    Figures {
        bytes: stats.bytes_out as u64,
        without_images: (stats.bytes_out - stats.image_bytes_out) as u64,
        clips: stats.clips as u64,
        seconds: 0.0,
    }
}

fn gltfpack(corpus: &[Entry]) -> Vec<Figures> {
    let folder = tempfile::tempdir().expect("a folder for the report");
    let list = corpus.iter().map(|entry| {
        let files: Vec<&String> = entry.files.keys().collect();
        json!({"id": entry.id, "input": entry.file, "files": files})
    });
    let (names, answer) = (
        folder.path().join("list.json"),
        folder.path().join("report.json"),
    );
    fs::write(&names, Value::from_iter(list).to_string()).expect("a writable folder");
    let status = Command::new("node")
        .arg(install::installed().join("gltfpack.mjs"))
        .args([&names, &answer])
        .status();
    let status = status.unwrap_or_else(|error| panic!("{error}; {}", install::MISSING));
    assert!(status.success(), "gltfpack failed");
    let report = fs::read(answer).expect("the script wrote its report");
    let rows: Vec<Value> = serde_json::from_slice(&report).expect("the report is JSON");
    let row = |row: &Value| Figures {
        bytes: row["bytes"].as_u64().expect("bytes"),
        without_images: row["without_images"].as_u64().expect("bytes"),
        clips: row["clips"].as_u64().expect("clips"),
        seconds: row["seconds"].as_f64().expect("seconds"),
    };
    rows.iter().map(row).collect()
}

fn main() {
    let Some(corpus) = data::corpus() else {
        return;
    };
    let theirs = gltfpack(&corpus);
    let by = |profile| {
        corpus
            .iter()
            .map(|entry| ours(entry, profile))
            .collect::<Vec<_>>()
    };
    let (packed, plain) = (by(Profile::Gltf), by(Profile::Plain));
    let mut table = totals(&corpus, &theirs, &packed, &plain);
    table += "\nEach model, bytes without images:\n\n\
        | Model | Input | gltfpack | `gltf` | of gltfpack | `plain` | gltfpack CPU ms | `gltf` CPU ms |\n\
        | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
    for (i, entry) in corpus.iter().enumerate() {
        let (theirs, packed, plain) = (theirs[i], packed[i], plain[i]);
        let share = packed.without_images as f64 / theirs.without_images as f64 * 100.0;
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {share:.0} % | {} | {:.1} | {:.1} |",
            entry.id,
            entry.bytes(),
            theirs.without_images,
            packed.without_images,
            plain.without_images,
            theirs.seconds * 1e3,
            packed.seconds * 1e3,
        );
    }
    println!("{table}");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bundler-corpus.md");
    fs::write(&file, &table).expect("the target folder is writable");
    println!("written to {}", file.display());
    if std::env::args().any(|argument| argument == "--docs") {
        into_page(&table);
    }
}

fn totals(corpus: &[Entry], theirs: &[Figures], packed: &[Figures], plain: &[Figures]) -> String {
    let input: usize = corpus.iter().map(Entry::bytes).sum();
    let mut table = format!(
        "{} models, {input} bytes.\n\n| | Bytes | Without images | Clips | CPU s |\n\
        | --- | ---: | ---: | ---: | ---: |\n",
        corpus.len()
    );
    let rows = [
        ("gltfpack 1.3.0 `-cc -kn -km -ke`", theirs),
        ("`gltf`", packed),
        ("`plain`", plain),
    ];
    for (name, figures) in rows {
        let sum = Figures::sum(figures.iter().copied());
        let _ = writeln!(
            table,
            "| {name} | {} | {} | {} | {:.2} |",
            sum.bytes, sum.without_images, sum.clips, sum.seconds
        );
    }
    table
}

fn into_page(table: &str) {
    let page = fs::read_to_string(PAGE).expect("the page is in the repository");
    let (head, rest) = page
        .split_once(MARKS[0])
        .expect("the page has a place for it");
    let (_, tail) = rest.split_once(MARKS[1]).expect("the place has an end");
    let page = format!("{head}{}{table}{}{tail}", MARKS[0], MARKS[1]);
    fs::write(PAGE, page).expect("the page is writable");
}
