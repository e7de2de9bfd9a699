//! Two runs over all models for both players.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use bundler::model::TextureUsage;
use bundler::{
    EncodedTexture, StoredTextures, TextureEncoder, TextureKey, TextureMemory, TextureRequest,
};
use unitybundle::{BlockTextures, Names, Options, Player, convert_model};

use crate::data::Entry;
use crate::timed;

/// An image that was encoded.
pub(crate) struct Image {
    pub(crate) file: Vec<u8>,
    pub(crate) usage: TextureUsage,
    pub(crate) side_max: u32,
}

/// Takes down what is encoded.
#[derive(Default)]
struct Listening {
    encoded: AtomicUsize,
    heard: Mutex<BTreeMap<TextureKey, Image>>,
}

impl TextureEncoder for Listening {
    fn encode(&self, request: &TextureRequest<'_>) -> Result<Option<EncodedTexture>, String> {
        let key = BlockTextures.key(request).unwrap_or_default();
        let image = Image {
            file: request.bytes.to_vec(),
            usage: request.usage,
            side_max: request.side_max,
        };
        self.encoded.fetch_add(1, Ordering::Relaxed);
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.insert(key, image);
        BlockTextures.encode(request)
    }

    fn key(&self, request: &TextureRequest<'_>) -> Option<TextureKey> {
        BlockTextures.key(request)
    }

    fn may_grow(&self) -> bool {
        BlockTextures.may_grow()
    }
}

/// Sums of one run.
#[derive(Default)]
struct Run {
    seconds: f64,
    bytes: usize,
    images: usize,
    /// What the process grew by at most during each task, bytes.
    peaks: Vec<(u64, String)>,
}

/// Both runs.
pub(crate) struct Runs {
    entities: usize,
    input_bytes: usize,
    first: Run,
    second: Run,
    pub(crate) images: BTreeMap<TextureKey, Image>,
}

pub(crate) fn measure(corpus: &[Entry]) -> Runs {
    let memory = TextureMemory::default();
    let heard = Listening::default();
    let run = || {
        let mut run = Run::default();
        for player in [Player::Windows, Player::Mac] {
            for entry in corpus {
                run.add(entry, player, &heard, &memory);
            }
        }
        run.peaks.sort();
        run.images = heard.encoded.swap(0, Ordering::Relaxed);
        run
    };
    let (first, second) = (run(), run());
    let images = heard
        .heard
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    assert_eq!(first.bytes, second.bytes, "another run gives other bundles");
    Runs {
        entities: corpus.len(),
        input_bytes: corpus.iter().map(Entry::bytes).sum(),
        first,
        second,
        images,
    }
}

impl Run {
    fn add(&mut self, entry: &Entry, player: Player, heard: &Listening, memory: &TextureMemory) {
        let (cid, bundle) = entry.names();
        let names = Names {
            cid: &cid,
            bundle: &bundle,
        };
        let textures = StoredTextures {
            encoder: heard,
            store: memory,
        };
        let options = Options::new(player);
        let before = forget_peak();
        let work = || convert_model(&entry.source(), &names, &options, &textures);
        let (made, seconds) = timed(work);
        let after = status("VmHWM:");
        assert_ne!(made.output.len(), 0, "{}: {:?}", entry.id, made.reason);
        self.seconds += seconds;
        self.bytes += made.output.len();
        if let (Some(before), Some(after)) = (before, after) {
            self.peaks
                .push((after.saturating_sub(before), entry.id.clone()));
        }
    }
}

/// A line of what Linux says of this process, bytes.
fn status(name: &str) -> Option<u64> {
    let told = fs::read_to_string("/proc/self/status").ok()?;
    let line = told.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// Resident memory now, from which the peak is counted anew.
fn forget_peak() -> Option<u64> {
    fs::write("/proc/self/clear_refs", "5").ok()?;
    status("VmRSS:")
}

impl Runs {
    pub(crate) fn table(&self) -> String {
        let mut table = format!(
            "**Entities.** {} models with the files of their folders, {} bytes, each for Windows and macOS: {} bundles a run.\n\n\
            | | Entities/min, both players | CPU s | Images encoded | Bytes of bundles | Peak memory of a task, MiB: median, largest |\n\
            | --- | ---: | ---: | ---: | ---: | ---: |\n",
            self.entities,
            self.input_bytes,
            2 * self.entities
        );
        let rows = [
            ("first run", &self.first),
            ("the same once more, images by their content", &self.second),
        ];
        for (name, run) in rows {
            let minutes = run.seconds / 60.0;
            let mebibytes = |at: usize| match run.peaks.get(at) {
                Some((peak, _)) => format!("{:.0}", *peak as f64 / f64::from(1 << 20)),
                None => "?".to_owned(),
            };
            let last = run.peaks.len().saturating_sub(1);
            let _ = writeln!(
                table,
                "| {name} | {:.0} | {:.2} | {} | {} | {}, {} |",
                self.entities as f64 / minutes,
                run.seconds,
                run.images,
                run.bytes,
                mebibytes(last / 2),
                mebibytes(last)
            );
        }
        if let Some((_, id)) = self.first.peaks.last() {
            let times = self.first.seconds / self.second.seconds;
            let _ = writeln!(
                table,
                "\nThe second run takes {times:.1} times less. The largest task is `{id}`."
            );
        }
        table
    }
}
