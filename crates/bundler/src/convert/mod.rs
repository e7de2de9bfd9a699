//! A conversion from end to end, down the ladder until a rung holds.

mod ladder;
mod store;

use std::collections::BTreeMap;

use crate::model::Model;
use crate::options::Options;
use crate::outcome::{Conversion, Outcome, OutputFile, Stats};
use crate::read::{Read, ReadError, read};
use crate::source::Source;
use crate::texture::{self, TextureEncoder};
use crate::{mend, prune, tracks};
use ladder::Stopped;
pub use store::{Stored, improve, store};

/// Converts a model file.
///
/// Never panics on any input, never gives more bytes than came in (unless the encoder may grow
/// images), and gives the same bytes for the same input, options and encoder.
#[must_use]
pub fn convert(
    source: &Source<'_>,
    options: &Options<'_>,
    encoder: &dyn TextureEncoder,
) -> Conversion {
    if source.bytes.is_empty() {
        // Some scenes hide a model by an empty file: an empty model, no error.
        return kept(
            source,
            BTreeMap::new(),
            Stats::default(),
            "the file is empty",
        );
    }
    let Read { model, files } = match read(source, &options.limits) {
        Ok(read) => read,
        Err(error) => return unread(source, &error),
    };
    let mut stats = stats(&model);
    stats.bytes_in = source.bytes.len() + files.values().map(Vec::len).sum::<usize>();
    match ladder::climb(model, options, encoder, stats.bytes_in) {
        Ok(done) => {
            let siblings: usize = done.files.iter().map(|file| file.bytes.len()).sum();
            stats.bytes_out = done.output.len() + siblings;
            stats.image_bytes_out = done.image_bytes;
            Conversion {
                outcome: Outcome::Converted,
                reason: done.reason,
                rung: Some(done.rung),
                output: done.output,
                files: done.files,
                stats,
            }
        }
        Err(Stopped::Kept(reason)) => kept(source, files, stats, &reason),
        Err(Stopped::OutOfTime) => refused(Outcome::BudgetExceeded, "out of time", stats),
    }
}

fn stats(model: &Model) -> Stats {
    Stats {
        triangles: model.triangle_count(),
        materials: model.materials.len(),
        clips: model.animations.len(),
        nodes: model.nodes.len(),
        colliders: model.colliders().count(),
        images: model.images.len(),
        ..Stats::default()
    }
}

/// The input as it came, with the files it names.
fn kept(
    source: &Source<'_>,
    files: BTreeMap<String, Vec<u8>>,
    mut stats: Stats,
    reason: &str,
) -> Conversion {
    let files: Vec<OutputFile> = files
        .into_iter()
        .map(|(path, bytes)| OutputFile {
            path,
            bytes: bytes.into(),
        })
        .collect();
    let beside: usize = files.iter().map(|file| file.bytes.len()).sum();
    stats.bytes_in = source.bytes.len() + beside;
    stats.bytes_out = stats.bytes_in;
    Conversion {
        outcome: Outcome::Kept,
        reason: Some(reason.to_owned()),
        rung: None,
        output: source.bytes.to_vec(),
        files,
        stats,
    }
}

fn refused(outcome: Outcome, reason: &str, stats: Stats) -> Conversion {
    Conversion {
        outcome,
        reason: Some(reason.to_owned()),
        rung: None,
        output: Vec::new(),
        files: Vec::new(),
        stats,
    }
}

fn unread(source: &Source<'_>, error: &ReadError) -> Conversion {
    let reason = error.to_string();
    let stats = Stats {
        bytes_in: source.bytes.len(),
        ..Stats::default()
    };
    match error {
        ReadError::Unparseable(_) => refused(Outcome::Unparseable, &reason, stats),
        ReadError::MissingDependencies(_) => refused(Outcome::MissingDeps, &reason, stats),
        ReadError::BudgetExceeded(_) => refused(Outcome::BudgetExceeded, &reason, stats),
        ReadError::Unsupported(_) => kept(source, BTreeMap::new(), stats, &reason),
    }
}

/// What every rung but the last begins with: the model with fewer bytes and the same meaning.
fn improved(model: &Model) -> Model {
    let mut model = model.clone();
    prune::prune(&mut model);
    mend::mend(&mut model);
    tracks::reduce(&mut model);
    model
}

fn with_images(
    model: &mut Model,
    options: &Options<'_>,
    encoder: &dyn TextureEncoder,
) -> Vec<String> {
    let problems = texture::encode(model, options, encoder);
    texture::name_files(model, options);
    problems
}
