//! Two runs over all models for both players.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use bundler::model::TextureUsage;
use bundler::{
    EncodedTexture, StoredTextures, TextureEncoder, TextureKey, TextureMemory, TextureRequest,
};
use unitybundle::{BlockTextures, Names, Options, Player, convert_model};

use crate::clock::timed;
use crate::data::Entry;

/// Makes the program tell what one model's task takes.
pub(crate) const TASK: &str = "--task";

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
}

/// Both runs.
pub(crate) struct Runs {
    entities: usize,
    input_bytes: usize,
    first: Run,
    second: Run,
    /// Memory of each task, bytes, with its model; in order.
    peaks: Vec<(u64, String)>,
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
        peaks: peaks(corpus),
        images,
    }
}

/// The memory that each model takes, in a process of its own: what another task has freed is no measure of this one.
fn peaks(corpus: &[Entry]) -> Vec<(u64, String)> {
    let program = std::env::current_exe().expect("this program");
    let peaks = corpus.iter().map(|entry| {
        let told = Command::new(&program).args([TASK, &entry.id]).output();
        let told = told.expect("this program starts").stdout;
        let told = String::from_utf8_lossy(&told);
        let peak = told
            .trim()
            .parse::<u64>()
            .unwrap_or_else(|_| panic!("{told}"));
        (peak, entry.id.clone())
    });
    let mut peaks: Vec<_> = peaks.collect();
    peaks.sort();
    peaks
}

/// What this process grows by at most while it makes one bundle, bytes.
pub(crate) fn peak(corpus: &[Entry], id: &str) -> u64 {
    let entry = corpus.iter().find(|entry| entry.id == id);
    let entry = entry.expect("a model of the corpus");
    let (cid, bundle) = entry.names();
    let names = Names {
        cid: &cid,
        bundle: &bundle,
    };
    fs::write("/proc/self/clear_refs", "5").expect("Linux counts peaks anew");
    let before = status("VmRSS:");
    let options = Options::new(Player::Windows);
    let made = convert_model(&entry.source(), &names, &options, &BlockTextures);
    let after = status("VmHWM:");
    assert_ne!(made.output.len(), 0, "{id}: {:?}", made.reason);
    after.saturating_sub(before)
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
        let work = || convert_model(&entry.source(), &names, &options, &textures);
        let (made, seconds) = timed(work);
        assert_ne!(made.output.len(), 0, "{}: {:?}", entry.id, made.reason);
        self.seconds += seconds;
        self.bytes += made.output.len();
    }
}

/// A line of what Linux says of this process, bytes.
fn status(name: &str) -> u64 {
    let told = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = told.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    number.expect("a number of KiB") * 1024
}

impl Runs {
    pub(crate) fn table(&self) -> String {
        let mut table = format!(
            "**Entities.** {} models with the files of their folders, {} bytes, each for Windows and macOS: {} bundles a run.\n\n\
            | | Entities/min, both players | CPU s | Images encoded | Bytes of bundles |\n\
            | --- | ---: | ---: | ---: | ---: |\n",
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
            let _ = writeln!(
                table,
                "| {name} | {:.0} | {:.2} | {} | {} |",
                self.entities as f64 / minutes,
                run.seconds,
                run.images,
                run.bytes
            );
        }
        let times = self.first.seconds / self.second.seconds;
        let mebibytes = |at: usize| self.peaks[at].0 as f64 / f64::from(1 << 20);
        let last = self.peaks.len() - 1;
        let _ = writeln!(
            table,
            "\nThe second run takes {times:.2} times less. Memory of a task, in the middle of all and at most: {:.0} and {:.0} MiB (`{}`).",
            mebibytes(last / 2),
            mebibytes(last),
            self.peaks[last].1
        );
        table
    }
}
