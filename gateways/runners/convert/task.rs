//! One file: fetched with the files it names, converted by a worker process, stored under the name of its bundle.

use std::time::Instant;

use metrics::{counter, histogram};
use model::Json;
use model::events::conversion::{Convert, Levels};
use runtime::effects::Outcome;
use runtime::ports::PortError;
use serde_json::{Value, json};

use super::frames::{Done, Job};
use super::pool::Ran;
use super::{CODINGS, Converter, bundle};
use crate::runners::store;

/// Conversions by how they ended.
const CONVERSIONS: &str = "asset_conversions_total";
/// How long they took, with all that was fetched and stored.
const SECONDS: &str = "asset_conversion_seconds";
const BUDGET: &str = "budget-exceeded";
const FAILED: &str = "failed";

impl Converter {
    /// Converts a file.
    ///
    /// # Errors
    /// Something cannot be had now.
    pub(super) async fn convert(&self, work: &Convert, live: bool) -> Result<Outcome, PortError> {
        let started = Instant::now();
        let mut size = 0;
        for hash in hashes(work) {
            if !self.has(hash, &work.servers).await? {
                // Nothing is wrong with the file: whoever asks for it later asks anew.
                let reason = format!("{}: no server has {hash}", work.file);
                return Ok(Outcome::GiveUp { reason });
            }
            size += self.0.blobs.head(hash).await?.unwrap_or(0);
        }
        let most = self.0.settings.file_bytes_max.0;
        let ran = if size > most {
            let reason = format!("{size} bytes with the files it names, at most {most} are taken");
            Ran::TooMuch(reason)
        } else {
            let load = self.load(work);
            self.0.pool.run(live, self.job(work)?, load).await
        };
        let mut told = match ran {
            Ran::NotNow(reason) => return Err(PortError::retry(reason)),
            Ran::TooMuch(reason) => json!({"outcome": BUDGET, "reason": reason}),
            Ran::Crashed(reason) => json!({"outcome": FAILED, "reason": reason}),
            Ran::Done(done, files) => {
                self.store(work, &done, files).await?;
                said(&done)
            }
        };
        let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        told["milliseconds"] = milliseconds.into();
        let outcome = told["outcome"].as_str().unwrap_or_default().to_owned();
        counter!(CONVERSIONS, "outcome" => outcome).increment(1);
        histogram!(SECONDS).record(started.elapsed().as_secs_f64());
        Ok(Outcome::Done(Some(told.to_string().into())))
    }

    fn job(&self, work: &Convert) -> Result<Job, PortError> {
        let links = work.dependencies.iter().map(|of| {
            let extension = of.file.rsplit_once('.').map(|(_, extension)| extension);
            let extension = extension.filter(|of| of.chars().all(|c| c.is_ascii_alphanumeric()));
            format!("{}.{}", of.hash, extension.unwrap_or("bin").to_lowercase())
        });
        let settings = &self.0.settings;
        let levels = work.levels.as_ref().map(Json::read::<Levels>).transpose();
        let levels = levels.map_err(|e| PortError::refused(format!("levels: {e}")))?;
        let cpu = match levels {
            Some(_) => settings.lods_cpu_timeout,
            None => settings.cpu_max(&work.profile),
        };
        Ok(Job {
            profile: work.profile.clone(),
            path: work.file.clone(),
            is_image: work.name == work.hash,
            named: work.dependencies.iter().map(|of| of.file.clone()).collect(),
            links: links.collect(),
            hashes: work.dependencies.iter().map(|of| of.hash.clone()).collect(),
            levels,
            cpu_seconds: cpu.0.as_secs(),
            side_max: settings.image_side_max,
            brotli_bytes_max: settings.brotli_bytes_max.0,
            hash: work.hash.clone(),
            name: work.name.clone(),
            unity: Box::new(settings.unity()),
        })
    }

    async fn load(&self, work: &Convert) -> Result<Vec<Vec<u8>>, PortError> {
        let most = self.0.settings.file_bytes_max.0;
        let mut parts = Vec::new();
        for hash in hashes(work) {
            let bytes = store::whole(&*self.0.blobs, hash, most).await?;
            let gone = || PortError::retry(format!("content file {hash} is gone"));
            parts.push(bytes.ok_or_else(gone)?.to_vec());
        }
        Ok(parts)
    }

    /// Stores what came out: the bundle last, so that whoever finds it finds all it names.
    async fn store(
        &self,
        work: &Convert,
        done: &Done,
        mut files: Vec<Vec<u8>>,
    ) -> Result<(), PortError> {
        let blobs = &*self.0.blobs;
        if work.levels.is_some() {
            for (name, bytes) in done.beside.iter().zip(files) {
                // What is named by its content never changes.
                let again = work.force && name.starts_with(&work.name);
                store::put(blobs, &bundle(&work.version, name), bytes, again).await?;
            }
            return Ok(());
        }
        if files.is_empty() {
            return Ok(());
        }
        let output = files.remove(0);
        let variants = files.split_off(files.len().saturating_sub(done.variants.len()));
        for (name, bytes) in done.beside.iter().zip(files) {
            let key = bundle(&work.version, name);
            store::put(blobs, &key, bytes, false).await?;
        }
        let key = bundle(&work.version, &work.name);
        for (end, bytes) in done.variants.iter().zip(variants) {
            store::put(blobs, &format!("{key}.{end}"), bytes, work.force).await?;
        }
        store::put(blobs, &key, output, work.force).await?;
        // What was made before was worth compressing so. Now everybody takes the bundle itself.
        for (_, end) in CODINGS {
            if work.force && done.variants.iter().all(|made| made != end) {
                blobs.remove(&format!("{key}.{end}")).await?;
            }
        }
        Ok(())
    }
}

/// The file and the files it names.
fn hashes(work: &Convert) -> impl Iterator<Item = &str> {
    let named = work.dependencies.iter().map(|of| of.hash.as_str());
    std::iter::once(work.hash.as_str()).chain(named)
}

fn said(done: &Done) -> Value {
    let mut told = json!({
        "outcome": done.outcome,
        "reason": done.reason,
        "bytesIn": done.bytes_in,
        "bytesOut": done.bytes_out,
        "triangles": done.triangles,
        "materials": done.materials,
        "clips": done.clips,
    });
    if !done.levels.is_empty() {
        told["levels"] = json!(done.levels);
    }
    told
}
