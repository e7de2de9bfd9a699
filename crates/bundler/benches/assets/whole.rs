//! Whole files: geometry and KTX2 textures in one conversion, twice, with what was encoded kept between the runs.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use bundler::model::TextureUsage;
use bundler::{
    EncodedTexture, Ktx2Textures, Options, Profile, StoredTextures, TextureEncoder, TextureKey,
    TextureMemory, TextureRequest, convert,
};

use crate::clock::timed;
use crate::data::Entry;
use crate::geometry::{Figures, Geometry, figures};
use crate::images::Images;

/// An image that some model asked for.
pub(crate) struct Asked {
    pub(crate) file: Vec<u8>,
    pub(crate) usage: TextureUsage,
    pub(crate) side_max: u32,
}

/// Both runs over the corpus.
pub(crate) struct Whole {
    first: Vec<Figures>,
    second: Vec<Figures>,
    /// Images that were encoded in each run.
    encoded: [usize; 2],
    /// The different images, by key.
    pub(crate) requests: BTreeMap<TextureKey, Asked>,
    /// What each model asked for, an image once.
    by_model: Vec<Vec<TextureKey>>,
}

/// Takes down what is asked for, and counts what is encoded.
#[derive(Default)]
struct Counting {
    encoded: AtomicUsize,
}

impl TextureEncoder for Counting {
    fn encode(&self, request: &TextureRequest<'_>) -> Result<Option<EncodedTexture>, String> {
        self.encoded.fetch_add(1, Ordering::Relaxed);
        Ktx2Textures.encode(request)
    }

    fn key(&self, request: &TextureRequest<'_>) -> Option<TextureKey> {
        Ktx2Textures.key(request)
    }
}

struct Listening<'a> {
    inner: StoredTextures<'a>,
    heard: Mutex<BTreeMap<TextureKey, Asked>>,
}

impl TextureEncoder for Listening<'_> {
    fn encode(&self, request: &TextureRequest<'_>) -> Result<Option<EncodedTexture>, String> {
        if let Some(key) = self.inner.key(request) {
            let asked = Asked {
                file: request.bytes.to_vec(),
                usage: request.usage,
                side_max: request.side_max,
            };
            let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
            heard.insert(key, asked);
        }
        self.inner.encode(request)
    }
}

/// Where the result for a model is.
pub(crate) fn file(folder: &Path, entry: &Entry) -> PathBuf {
    folder.join(format!("{}.ours.glb", entry.id))
}

pub(crate) fn measure(corpus: &[Entry], folder: &Path) -> Whole {
    let store = TextureMemory::default();
    let mut whole = Whole {
        first: Vec::new(),
        second: Vec::new(),
        encoded: [0; 2],
        requests: BTreeMap::new(),
        by_model: Vec::new(),
    };
    for run in 0..2 {
        let counting = Counting::default();
        for entry in corpus {
            let encoder = Listening {
                inner: StoredTextures {
                    encoder: &counting,
                    store: &store,
                },
                heard: Mutex::default(),
            };
            let options = Options::new(Profile::Gltf);
            let (result, seconds) = timed(|| convert(&entry.source(), &options, &encoder));
            let figures = Figures {
                seconds,
                ..figures(entry, &result)
            };
            let path = file(folder, entry);
            if run == 0 {
                fs::write(&path, &result.output).expect("a writable folder");
                let heard = encoder.heard.into_inner();
                let heard = heard.unwrap_or_else(PoisonError::into_inner);
                whole.by_model.push(heard.keys().copied().collect());
                whole.requests.extend(heard);
                whole.first.push(figures);
            } else {
                let before = fs::read(&path).expect("written by the first run");
                assert!(result.output == before, "{}: another file", entry.id);
                whole.second.push(figures);
            }
        }
        whole.encoded[run] = counting.encoded.into_inner();
    }
    whole
}

impl Whole {
    pub(crate) fn summary(&self) -> String {
        let (first, second) = (Figures::sum(&self.first), Figures::sum(&self.second));
        format!(
            "{} bytes, {} images encoded in {:.2} CPU s, then {} in {:.2}\n",
            first.bytes, self.encoded[0], first.seconds, self.encoded[1], second.seconds
        )
    }

    /// Whole files beside gltfpack's, and beside gltfpack's geometry with BasisU's textures.
    pub(crate) fn table(&self, geometry: &Geometry, images: &Images) -> String {
        let theirs = Figures::sum(&geometry.gltfpack);
        let asked: usize = self.by_model.iter().map(Vec::len).sum();
        let used = self.by_model.iter().flatten();
        let basisu: usize = used.map(|key| images.basisu_bytes(key)).sum();
        let [first, second] = [&self.first, &self.second].map(Figures::sum);
        let mut table = format!(
            "**Whole files.** All images inside; {asked} images in the models, {} different ones.\n\n\
            | | Bytes | Images encoded | CPU s |\n| --- | ---: | ---: | ---: |\n",
            self.requests.len()
        );
        let rows = [
            (
                "gltfpack 1.3.0 `-cc -kn -km -ke`, which leaves images as they are",
                theirs.bytes,
                0,
                theirs.seconds,
            ),
            (
                "its geometry with BasisU's ETC1S, different images once",
                theirs.without_images + basisu as u64,
                self.requests.len(),
                theirs.seconds + images.basisu_seconds(),
            ),
            (
                "bundler `gltf` with KTX2",
                first.bytes,
                self.encoded[0],
                first.seconds,
            ),
            (
                "the same once more, textures by their keys",
                second.bytes,
                self.encoded[1],
                second.seconds,
            ),
        ];
        for (name, bytes, encoded, seconds) in rows {
            let _ = writeln!(table, "| {name} | {bytes} | {encoded} | {seconds:.2} |");
        }
        table
    }
}
