//! Models without their images, beside gltfpack with the options that keep what this platform needs.

use std::fmt::Write;
use std::path::Path;

use bundler::{Conversion, KeepTextures, Options, Outcome, Profile, convert};
use serde_json::{Value, json};

use crate::clock::timed;
use crate::data::Entry;
use crate::judge;

const ROUNDS: usize = 3;

/// One tool's figures for one model, or for all.
#[derive(Clone, Copy, Default)]
pub(crate) struct Figures {
    pub(crate) bytes: u64,
    pub(crate) without_images: u64,
    pub(crate) clips: u64,
    pub(crate) seconds: f64,
}

impl Figures {
    pub(crate) fn sum<'f>(all: impl IntoIterator<Item = &'f Figures>) -> Self {
        all.into_iter().fold(Self::default(), |sum, one| Self {
            bytes: sum.bytes + one.bytes,
            without_images: sum.without_images + one.without_images,
            clips: sum.clips + one.clips,
            seconds: sum.seconds + one.seconds,
        })
    }
}

/// Figures of every model, in the corpus's order.
pub(crate) struct Geometry {
    pub(crate) gltfpack: Vec<Figures>,
    pub(crate) packed: Vec<Figures>,
    pub(crate) plain: Vec<Figures>,
}

/// Where gltfpack's result for a model is.
pub(crate) fn gltfpack_file(folder: &Path, entry: &Entry) -> std::path::PathBuf {
    folder.join(format!("{}.gltfpack.glb", entry.id))
}

pub(crate) fn measure(corpus: &[Entry], folder: &Path) -> Geometry {
    let by = |profile| corpus.iter().map(|entry| ours(entry, profile)).collect();
    Geometry {
        gltfpack: gltfpack(corpus, folder),
        packed: by(Profile::Gltf),
        plain: by(Profile::Plain),
    }
}

fn ours(entry: &Entry, profile: Profile) -> Figures {
    let rounds = (0..ROUNDS).map(|_| {
        let (result, seconds) =
            timed(|| convert(&entry.source(), &Options::new(profile), &KeepTextures));
        Figures {
            seconds,
            ..figures(entry, &result)
        }
    });
    let best = rounds.min_by(|a, b| a.seconds.total_cmp(&b.seconds));
    best.expect("there is a round")
}

pub(crate) fn figures(entry: &Entry, result: &Conversion) -> Figures {
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

/// All models in one process of Node.js, the best of as many rounds.
fn gltfpack(corpus: &[Entry], folder: &Path) -> Vec<Figures> {
    let list = corpus.iter().map(|entry| {
        let files: Vec<&String> = entry.files.keys().collect();
        let output = gltfpack_file(folder, entry);
        json!({"id": entry.id, "input": entry.file, "files": files, "output": output})
    });
    let rows = judge::ask("gltfpack.mjs", &list.collect::<Vec<_>>());
    let number = |row: &Value, name: &str| row[name].as_u64().expect("a number");
    let row = |row: &Value| Figures {
        bytes: number(row, "bytes"),
        without_images: number(row, "without_images"),
        clips: number(row, "clips"),
        seconds: row["seconds"].as_f64().expect("seconds"),
    };
    rows.iter().map(row).collect()
}

impl Geometry {
    /// A row a tool.
    pub(crate) fn totals(&self, corpus: &[Entry]) -> String {
        let input: usize = corpus.iter().map(Entry::bytes).sum();
        let mut table = format!(
            "**Geometry.** {} models, {input} bytes with their images; no image is touched. Best of {ROUNDS} rounds.\n\n\
            | | Bytes | Without images | Clips | Larger than the input | CPU s |\n\
            | --- | ---: | ---: | ---: | ---: | ---: |\n",
            corpus.len()
        );
        let rows = [
            ("gltfpack 1.3.0 `-cc -kn -km -ke`", &self.gltfpack),
            ("bundler `gltf`", &self.packed),
            ("bundler `plain`", &self.plain),
        ];
        for (name, figures) in rows {
            let sum = Figures::sum(figures);
            let larger = figures.iter().zip(corpus);
            let larger = larger.filter(|(one, entry)| one.bytes > entry.bytes() as u64);
            let _ = writeln!(
                table,
                "| {name} | {} | {} | {} | {} | {:.2} |",
                sum.bytes,
                sum.without_images,
                sum.clips,
                larger.count(),
                sum.seconds
            );
        }
        table
    }

    /// A row a model.
    pub(crate) fn models(&self, corpus: &[Entry]) -> String {
        let mut table = "\
            | Model | Input | gltfpack | `gltf` | of gltfpack | `plain` | gltfpack CPU ms | `gltf` CPU ms |\n\
            | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
            .to_owned();
        for (i, entry) in corpus.iter().enumerate() {
            let (theirs, packed, plain) = (self.gltfpack[i], self.packed[i], self.plain[i]);
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
        table
    }
}
