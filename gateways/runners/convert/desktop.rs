//! A job for the desktop client: a file becomes a bundle of Unity's.

use std::collections::BTreeMap;

use bundler::{Outcome, Source, TextureEncoder};
use unitybundle::{Names, Options, Player, convert_image, convert_model};

use super::frames::{Done, Job, mime_of};
use super::settings::engine_of;
use super::worker::{HEADER_BYTES, add_variants, failed, told};

/// Does a job; what comes out may have so many bytes.
pub(super) fn bundle(
    job: &Job,
    player: Player,
    mut parts: Vec<Vec<u8>>,
    textures: &dyn TextureEncoder,
    bytes_max: u64,
) -> (Done, Vec<Vec<u8>>) {
    if parts.is_empty() {
        return failed("no file".into());
    }
    let Some(engine) = engine_of(&job.unity.engine) else {
        return failed(format!("no engine {:?}", job.unity.engine));
    };
    let mut options = Options::new(player);
    options.target.engine = engine;
    options.shader = job.unity.shader.clone();
    options.image_side_max = job.side_max;
    let names = Names {
        cid: &job.hash,
        bundle: &job.name,
    };
    let bytes = parts.remove(0);
    let converted = match job.is_image {
        true => {
            let mime = mime_of(&bytes).unwrap_or_default();
            convert_image(&job.path, &bytes, mime, &names, &options, textures)
        }
        false => {
            let files: BTreeMap<String, Vec<u8>> = job.named.iter().cloned().zip(parts).collect();
            let source = Source {
                path: &job.path,
                bytes: &bytes,
                files: &files,
            };
            convert_model(&source, &names, &options, textures)
        }
    };
    let mut done = told(&converted);
    if converted.outcome != Outcome::Converted {
        return (done, Vec::new());
    }
    let left = bytes_max.saturating_sub(HEADER_BYTES);
    let size = converted.output.len() as u64;
    if size > left {
        // Images in blocks may be many times larger than they came.
        done.outcome = Outcome::BudgetExceeded.as_str().into();
        done.reason = Some(format!(
            "a bundle of {size} bytes, at most {left} are taken"
        ));
        done.bytes_out = 0;
        return (done, Vec::new());
    }
    let mut files = vec![converted.output];
    add_variants(job, &mut done, &mut files, bytes_max);
    (done, files)
}
