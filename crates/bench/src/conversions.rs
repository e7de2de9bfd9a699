//! `bench conversions`: scenes of one asset pack deployed to the real binary, until the registry shows them as complete.
//!
//! Each scene has five of sixty real models and code of its own. The first run converts the models, whoever has them; the
//! second deploys as many other scenes of the same models, and must convert nothing. No scene has a `main.crdt`: levels of
//! detail are each scene's own, and are not what this is about.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use identity::hash::hash_v1;
use identity::sign::{Wallet, create_simple_chain};
use reqwest::Client;
use serde_json::{Value, json};

use crate::people::now_ms;
use crate::report;
use crate::startup::Running;

/// Scenes of a run, unless `SCENES` says so.
const SCENES: usize = 500;
/// Models they share.
const MODELS: usize = 60;
/// Models of a scene.
const PER_SCENE: usize = 5;
/// A scene of one parcel holds 15 MB.
const MODEL_BYTES_MAX: usize = 2_500_000;
/// Size of a scene's own code.
const CODE_BYTES: usize = 20_000;
/// Scenes sent at a time.
const SENDERS: usize = 4;
/// Platforms that are converted for, unless `PLATFORMS` says so, with commas.
const PLATFORMS: &str = "web";
/// All there are.
const ALL_PLATFORMS: [&str; 3] = ["web", "windows", "mac"];
/// A run that is not over by then has failed.
const PATIENCE: Duration = Duration::from_secs(30 * 60);
const LOOK_EVERY: Duration = Duration::from_millis(500);
const TELL_EVERY: Duration = Duration::from_secs(10);
const TOKEN: &str = "bench";
const BOUNDARY: &str = "----worldlog";
/// Tasks, and images that were encoded for them: the platform's own counters.
const TASKS: &str = "asset_conversions_total";
const IMAGES: &str = "asset_images_encoded_total";
/// Ticks of processor time a second, as Linux tells them to programs.
const TICKS: f64 = 100.0;

/// A model with the files it names.
struct Model {
    files: Vec<File>,
}

#[derive(Clone)]
struct File {
    path: String,
    hash: String,
    bytes: Vec<u8>,
}

pub(crate) async fn run() -> Result<()> {
    let scenes = match std::env::var("SCENES") {
        Ok(count) => count.parse().context("SCENES")?,
        Err(_) => SCENES,
    };
    let models = models()?;
    let platforms = std::env::var("PLATFORMS").unwrap_or_else(|_| PLATFORMS.to_owned());
    let asked: BTreeSet<&str> = platforms.split(',').collect();
    if let Some(other) = asked.iter().find(|of| !ALL_PLATFORMS.contains(of)) {
        bail!("PLATFORMS: {other:?} is none of {ALL_PLATFORMS:?}");
    }
    let left_out = ALL_PLATFORMS.iter().filter(|of| !asked.contains(**of));
    let left_out: Vec<String> = left_out
        .map(|of| format!("WORLDLOG__CONVERT__PROFILES__{}", of.to_uppercase()))
        .collect();
    let mut settings = vec![
        ("WORLDLOG__OPERATOR__TOKEN", TOKEN),
        ("WORLDLOG__ASSETS__REQUIRED_PLATFORMS", &platforms),
    ];
    settings.extend(left_out.iter().map(|key| (key.as_str(), "none")));
    let place = Place {
        running: Running::start(&[], &settings)?,
        client: Client::builder().no_gzip().build()?,
        owner: Wallet::from_private_key([7; 32]).context("a key")?,
        sent: Mutex::default(),
    };
    let files = files_of(&models, scenes);
    report::plain("platforms", &platforms);
    report::plain("scenes of a run", &scenes.to_string());
    report::plain("different models and images in them", &files.to_string());
    let first = place.scenes(&models, 0, scenes).await?;
    ensure!(
        first > 0 && first <= files * asked.len(),
        "{first} tasks for {files} files and {platforms}"
    );
    let again = place.scenes(&models, 1, scenes).await?;
    ensure!(again == 0, "{again} tasks for files that were converted");
    Ok(())
}

/// The platform, and what was sent to it.
struct Place {
    running: Running,
    client: Client,
    owner: Wallet,
    /// Hashes of files that it has.
    sent: Mutex<BTreeSet<String>>,
}

impl Place {
    /// Deploys scenes and waits for the last of them. Gives the tasks that were run meanwhile.
    async fn scenes(&self, models: &[Model], run: usize, count: usize) -> Result<usize> {
        let (before, cpu, started) = (self.counts().await?, self.cpu()?, Instant::now());
        stream::iter(0..count)
            .map(|scene| self.deploy(models, run, scene))
            .buffer_unordered(SENDERS)
            .try_collect::<Vec<()>>()
            .await?;
        let sent = started.elapsed();
        self.complete(run, count).await?;
        let took = started.elapsed();
        let (after, cpu) = (self.counts().await?, self.cpu()? - cpu);
        let name = ["first run", "second run"][run.min(1)];
        let more = |of: &str| after.get(of).unwrap_or(&0) - before.get(of).unwrap_or(&0);
        let say = |what: &str, value: String| report::plain(&format!("{name}: {what}"), &value);
        let per_minute = report::per_second(count, took) * 60.0;
        say("entities a minute", format!("{per_minute:.0}"));
        say(
            "until all were sent",
            format!("{:.1} s", sent.as_secs_f64()),
        );
        say(
            "until all were complete",
            format!("{:.1} s", took.as_secs_f64()),
        );
        say("processor time, workers too", format!("{cpu:.1} s"));
        let (tasks, images) = (more(TASKS), more(IMAGES));
        say("tasks run", tasks.to_string());
        say("images encoded", images.to_string());
        Ok(tasks)
    }

    async fn deploy(&self, models: &[Model], run: usize, scene: usize) -> Result<()> {
        let pointer = pointer(run, scene);
        let mut files: Vec<File> = chosen(scene, models.len())
            .flat_map(|model| models[model].files.iter().cloned())
            .collect();
        files.push(file("bin/game.js", code(run, scene)));
        files.push(file("scene.json", b"{\"main\":\"bin/game.js\"}".to_vec()));
        let content = files.iter();
        let content = content.map(|file| json!({"file": file.path, "hash": file.hash}));
        let entity = json!({"version": "v3", "type": "scene", "pointers": [pointer], "timestamp": now_ms()?,
            "content": content.collect::<Vec<_>>(),
            "metadata": {"main": "bin/game.js", "scene": {"base": pointer, "parcels": [pointer]}}});
        let entity = entity.to_string();
        let id = hash_v1(&entity);
        let chain = serde_json::to_string(&create_simple_chain(&self.owner, &id)?)?;
        let mut form = Form::default();
        form.part("entityId", false, id.as_bytes());
        form.part("authChain", false, chain.as_bytes());
        form.part(&id, true, entity.as_bytes());
        let mut news = BTreeSet::new();
        for file in &files {
            let is_new = !self.sent.lock().expect("no panic").contains(&file.hash);
            if is_new && news.insert(file.hash.clone()) {
                form.part(&file.hash, true, &file.bytes);
            }
        }
        let request = self
            .client
            .post(self.at("/catalyst/content/entities"))
            .header(
                "content-type",
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .bearer_auth(TOKEN)
            .body(form.end());
        let answer = request.send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "{pointer}: {status}: {text}");
        self.sent.lock().expect("no panic").extend(news);
        Ok(())
    }

    /// Waits until the registry says of all scenes of a run that they are complete.
    async fn complete(&self, run: usize, count: usize) -> Result<()> {
        let mut left: BTreeSet<String> = (0..count).map(|scene| pointer(run, scene)).collect();
        let (started, mut told) = (Instant::now(), Instant::now());
        loop {
            let request = self.client.post(self.at("/assets/entities/active"));
            let request = request
                .header("content-type", "application/json")
                .body(json!({ "pointers": left }).to_string());
            let answer = request.send().await?.error_for_status()?.bytes().await?;
            let shown: Vec<Value> = serde_json::from_slice(&answer)?;
            for entity in shown.iter().filter(|of| of["status"] == "complete") {
                left.remove(entity["pointers"][0].as_str().unwrap_or_default());
            }
            if left.is_empty() {
                return Ok(());
            }
            let waited = started.elapsed();
            ensure!(
                waited < PATIENCE,
                "{} of {count} scenes are not complete",
                left.len()
            );
            if told.elapsed() > TELL_EVERY {
                told = Instant::now();
                let seconds = waited.as_secs();
                eprintln!(
                    "{} of {count} complete after {seconds} s",
                    count - left.len()
                );
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Counters of the platform, whatever their labels.
    async fn counts(&self) -> Result<BTreeMap<String, usize>> {
        let answer = self.client.get(self.at("/metrics")).send().await?;
        let text = answer.error_for_status()?.text().await?;
        let mut counts = BTreeMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let name = line.split(['{', ' ']).next().unwrap_or_default();
            if [TASKS, IMAGES].contains(&name) {
                let value = line.rsplit_once(' ').context("a value")?.1;
                *counts.entry(name.to_owned()).or_default() += value.parse::<f64>()? as usize;
            }
        }
        Ok(counts)
    }

    /// Processor time of the platform and of its workers, those that ended too, in seconds.
    fn cpu(&self) -> Result<f64> {
        let own = self.running.id();
        let stats = fs::read_dir("/proc")?
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let ticks = stats
            .filter_map(|process: u32| Stat::of(process))
            .map(|of| {
                let is_own = of.process == own;
                let is_worker = of.parent == own;
                of.ticks * u64::from(is_own || is_worker) + of.of_ended * u64::from(is_own)
            });
        Ok(ticks.sum::<u64>() as f64 / TICKS)
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.running.url())
    }
}

/// What Linux says of a process.
struct Stat {
    process: u32,
    parent: u32,
    ticks: u64,
    /// Of its children that ended.
    of_ended: u64,
}

impl Stat {
    fn of(process: u32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // The name before it may hold anything.
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
        Some(Self {
            process,
            parent: fields.get(1)?.parse().ok()?,
            ticks: number(11)? + number(12)?,
            of_ended: number(13)? + number(14)?,
        })
    }
}

/// A form as browsers send it.
#[derive(Default)]
struct Form(Vec<u8>);

impl Form {
    fn part(&mut self, name: &str, is_file: bool, bytes: &[u8]) {
        let file = if is_file { "; filename=\"blob\"" } else { "" };
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n"
        );
        self.0.extend_from_slice(head.as_bytes());
        self.0.extend_from_slice(bytes);
        self.0.extend_from_slice(b"\r\n");
    }

    fn end(mut self) -> Vec<u8> {
        self.0
            .extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        self.0
    }
}

/// Models and images, each once, of so many scenes.
fn files_of(models: &[Model], scenes: usize) -> usize {
    let used = (0..scenes).flat_map(|scene| chosen(scene, models.len()));
    let used: BTreeSet<usize> = used.collect();
    let files = used.into_iter().flat_map(|model| &models[model].files);
    let hashes = files.filter(|file| is_converted(&file.path));
    let hashes: BTreeSet<&String> = hashes.map(|file| &file.hash).collect();
    hashes.len()
}

/// The models of a scene: all are used by sixty scenes in a row.
fn chosen(scene: usize, models: usize) -> impl Iterator<Item = usize> {
    (0..PER_SCENE).map(move |k| (scene * 7 + k * 13) % models)
}

fn pointer(run: usize, scene: usize) -> String {
    format!("{},{}", scene % 100, run * 100 + scene / 100)
}

/// Code that no other scene has.
fn code(run: usize, scene: usize) -> Vec<u8> {
    let line = format!("// scene {scene} of run {run}\n");
    line.bytes().cycle().take(CODE_BYTES).collect()
}

fn is_converted(path: &str) -> bool {
    let extension = path.rsplit_once('.').map(|(_, of)| of.to_lowercase());
    let all = ["glb", "gltf", "png", "jpg", "jpeg"];
    extension.is_some_and(|of| all.contains(&&*of))
}

fn file(path: &str, bytes: Vec<u8>) -> File {
    File {
        path: path.to_owned(),
        hash: hash_v1(&bytes),
        bytes,
    }
}

/// Sixty models of the corpus, each below its folder's name.
fn models() -> Result<Vec<Model>> {
    let data = std::env::var_os("WORLDLOG_DATA").map(PathBuf::from);
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = data.unwrap_or_else(beside).join("assets/models");
    let what = || {
        format!(
            "{}: no models (WORLDLOG_DATA says where the data is)",
            folder.display()
        )
    };
    let mut all: Vec<PathBuf> = fs::read_dir(&folder)
        .with_context(what)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    all.sort();
    let mut models = Vec::new();
    for own in all {
        let mut files = Vec::new();
        read(&own, &folder, &mut files)?;
        let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
        if bytes <= MODEL_BYTES_MAX && models.len() < MODELS {
            models.push(Model { files });
        }
    }
    ensure!(models.len() == MODELS, "{} models", models.len());
    Ok(models)
}

fn read(folder: &Path, root: &Path, files: &mut Vec<File>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read(&path, root, files)?;
            continue;
        }
        let name = path.strip_prefix(root)?.to_str().context("a path")?;
        files.push(file(&format!("models/{name}"), fs::read(&path)?));
    }
    Ok(())
}
