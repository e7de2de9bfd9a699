//! A worker process: reads jobs from standard input, and writes what came of them to standard output.
//!
//! It is the platform's own program, started with a hidden verb. Whatever a file does to it, only this process ends.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use bundler::{
    Conversion, EncodedTexture, ImagePlacement, Ktx2Textures, Options, Outcome, PlainTextures,
    Source, StoredTextures, TextureEncoder, TextureKey, TextureRequest, TextureStore, convert,
    relink,
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use unitybundle::{BlockTextures, Profile};

use super::desktop;
use super::frames::{self, Done, FromWorker, Job, ToWorker, mime_of};
use super::levels;
use super::variants::variants;

/// Of a frame, what is left for its header.
pub(super) const HEADER_BYTES: u64 = 1 << 20;

/// Works until standard input ends.
///
/// # Errors
/// The platform does not speak as it should, or is gone.
pub fn run(memory_bytes: u64, bytes_max: u64) -> io::Result<()> {
    let limit = Rlimit {
        current: Some(memory_bytes),
        maximum: getrlimit(Resource::As).maximum,
    };
    setrlimit(Resource::As, limit)?;
    // A panic is an outcome, told by it; nobody reads where it happened.
    std::panic::set_hook(Box::new(|_| {}));
    let line = Mutex::new(Line {
        from: BufReader::new(io::stdin()),
        out: BufWriter::new(io::stdout()),
        bytes_max,
    });
    loop {
        let next = lock(&line).read()?;
        let (job, parts) = match next {
            None => return Ok(()),
            Some((ToWorker::Job(job), parts)) => (*job, parts),
            Some((ToWorker::Image, _)) => return Err(io::Error::other("nobody asked")),
        };
        limit_cpu(job.cpu_seconds)?;
        let (done, files) = one(&job, parts, &line);
        let parts: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
        lock(&line).write(&FromWorker::Done(done), &parts)?;
    }
}

/// Both directions.
struct Line<R, W> {
    from: R,
    out: W,
    bytes_max: u64,
}

impl<R: Read, W: Write> Line<R, W> {
    fn read(&mut self) -> io::Result<Option<(ToWorker, Vec<Vec<u8>>)>> {
        frames::read(&mut self.from, self.bytes_max)
    }

    fn write(&mut self, said: &FromWorker, parts: &[&[u8]]) -> io::Result<()> {
        frames::write(&mut self.out, said, parts)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on the process may take so much CPU time.
fn limit_cpu(seconds: u64) -> io::Result<()> {
    let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec.unsigned_abs();
    let limit = Rlimit {
        current: Some(used + 1 + seconds),
        maximum: getrlimit(Resource::Cpu).maximum,
    };
    Ok(setrlimit(Resource::Cpu, limit)?)
}

fn one<R: Read + Send, W: Write + Send>(
    job: &Job,
    parts: Vec<Vec<u8>>,
    line: &Mutex<Line<R, W>>,
) -> (Done, Vec<Vec<u8>>) {
    let Some(profile) = Profile::parse(&job.profile) else {
        return failed(format!("no profile {:?}", job.profile));
    };
    let encoder: &dyn TextureEncoder = match profile {
        Profile::Gltf(bundler::Profile::Plain) => &PlainTextures,
        Profile::Gltf(bundler::Profile::Gltf) => &Ktx2Textures,
        Profile::Unity(_) => &BlockTextures,
    };
    let textures = StoredTextures {
        encoder,
        store: &Kept(line),
    };
    let bytes_max = lock(line).bytes_max;
    let work = || match profile {
        Profile::Gltf(profile) if let Some(wanted) = &job.levels => {
            levels::levels(job, wanted, profile, parts, &textures)
        }
        Profile::Unity(player) => desktop::bundle(job, player, parts, &textures, bytes_max),
        Profile::Gltf(_) if job.is_image => image(job, parts, &textures),
        Profile::Gltf(profile) => model(job, profile, parts, &textures, bytes_max),
    };
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            failed(format!("the converter panicked: {}", text.unwrap_or("?")))
        }
    }
}

pub(super) fn failed(reason: String) -> (Done, Vec<Vec<u8>>) {
    let done = Done {
        outcome: Outcome::Failed.as_str().into(),
        reason: Some(reason),
        ..Done::default()
    };
    (done, Vec::new())
}

fn model(
    job: &Job,
    profile: bundler::Profile,
    mut parts: Vec<Vec<u8>>,
    textures: &dyn TextureEncoder,
    bytes_max: u64,
) -> (Done, Vec<Vec<u8>>) {
    if parts.is_empty() {
        return failed("no file".into());
    }
    let bytes = parts.remove(0);
    let files: BTreeMap<String, Vec<u8>> = job.named.iter().cloned().zip(parts).collect();
    let mut options = Options::new(profile);
    options.images = ImagePlacement::Siblings;
    options.image_side_max = job.side_max;
    let source = Source {
        path: &job.path,
        bytes: &bytes,
        files: &files,
    };
    let converted = convert(&source, &options, textures);
    let mut done = told(&converted);
    let mut out = results(job, converted, &mut done);
    add_variants(job, &mut done, &mut out, bytes_max);
    (done, out)
}

/// Adds the variants of the bundle, which is the first file; all files together fit into a frame of so many bytes.
pub(super) fn add_variants(job: &Job, done: &mut Done, out: &mut Vec<Vec<u8>>, bytes_max: u64) {
    let Some(bundle) = out.first() else {
        return;
    };
    let taken: u64 = out.iter().map(|file| file.len() as u64).sum();
    let left = bytes_max.saturating_sub(HEADER_BYTES).saturating_sub(taken);
    for (end, bytes) in variants(bundle, job, left) {
        done.variants.push(end.to_owned());
        out.push(bytes);
    }
}

/// How a conversion ended.
pub(super) fn told(converted: &Conversion) -> Done {
    let stats = converted.stats;
    Done {
        outcome: converted.outcome.as_str().into(),
        reason: converted.reason.clone(),
        bytes_in: stats.bytes_in as u64,
        bytes_out: stats.bytes_out as u64,
        triangles: stats.triangles as u64,
        materials: stats.materials as u64,
        clips: stats.clips as u64,
        ..Done::default()
    }
}

/// The bundle and the files beside it. They lie in one folder with those of all others, so they are named by content.
fn results(job: &Job, converted: Conversion, done: &mut Done) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    match converted.outcome {
        Outcome::Converted => {
            out.push(converted.output);
            for file in converted.files {
                done.beside.push(file.path);
                out.push(file.bytes.to_vec());
            }
        }
        Outcome::Kept => {
            let links: BTreeMap<&str, &str> = job
                .named
                .iter()
                .map(String::as_str)
                .zip(job.links.iter().map(String::as_str))
                .collect();
            let used = RefCell::new(Vec::new());
            let name = |path: &str| {
                let link = (*links.get(path)?).to_owned();
                used.borrow_mut().push((path.to_owned(), link.clone()));
                Some(link)
            };
            let relinked = relink(&job.path, &converted.output, &name);
            out.push(relinked.unwrap_or(converted.output));
            for (path, link) in used.into_inner() {
                let file = converted.files.iter().find(|file| file.path == path);
                if let Some(file) = file.filter(|_| !done.beside.contains(&link)) {
                    done.beside.push(link);
                    out.push(file.bytes.to_vec());
                }
            }
        }
        _ => {}
    }
    out
}

fn image(job: &Job, parts: Vec<Vec<u8>>, textures: &dyn TextureEncoder) -> (Done, Vec<Vec<u8>>) {
    let Some(bytes) = parts.into_iter().next() else {
        return failed("no file".into());
    };
    let limits = bundler::Limits::default();
    let done = |outcome: Outcome, reason, out: usize| Done {
        outcome: outcome.as_str().into(),
        reason,
        bytes_in: bytes.len() as u64,
        bytes_out: out as u64,
        ..Done::default()
    };
    let Some(mime) = mime_of(&bytes) else {
        let reason = "neither PNG, JPEG, WebP, GIF, BMP nor KTX2";
        return (
            done(Outcome::Unparseable, Some(reason.into()), 0),
            Vec::new(),
        );
    };
    let request = TextureRequest {
        bytes: &bytes,
        mime,
        usage: bundler::model::TextureUsage::ColorAlpha,
        side_max: job.side_max,
        source_side_max: limits.image_side_max,
        source_pixels_max: limits.image_pixels_max,
    };
    match textures.encode(&request) {
        Ok(Some(new)) if textures.may_grow() || new.bytes.len() < bytes.len() => {
            let done = done(Outcome::Converted, None, new.bytes.len());
            (done, vec![new.bytes])
        }
        Ok(_) => {
            let done = done(Outcome::Kept, None, bytes.len());
            (done, vec![bytes])
        }
        Err(reason) => (done(Outcome::Unparseable, Some(reason), 0), Vec::new()),
    }
}

/// What became of images: the platform knows.
struct Kept<'a, R, W>(&'a Mutex<Line<R, W>>);

impl<R: Read + Send, W: Write + Send> TextureStore for Kept<'_, R, W> {
    fn get(&self, key: &TextureKey) -> Option<Option<EncodedTexture>> {
        let key = hex::encode(key);
        let mut line = lock(self.0);
        line.write(&FromWorker::Ask { key }, &[]).ok()?;
        let (ToWorker::Image, parts) = line.read().ok()?? else {
            return None;
        };
        let bytes = parts.into_iter().next()?;
        let mime = mime_of(&bytes).unwrap_or_default().to_owned();
        // Nothing: it stays as it is.
        Some((!bytes.is_empty()).then_some(EncodedTexture { bytes, mime }))
    }

    fn put(&self, key: &TextureKey, result: &Option<EncodedTexture>) {
        let key = hex::encode(key);
        let bytes = result.as_ref().map_or(&[][..], |new| &new.bytes);
        // Without the platform the next word fails, too, and ends the process.
        let _ = lock(self.0).write(&FromWorker::Keep { key }, &[bytes]);
    }
}
