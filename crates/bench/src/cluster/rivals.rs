//! The same counting job in other frameworks, as their own users would write it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use super::job::Job;
use super::stage::{Stage, TOPIC};

const HERE: &str = env!("CARGO_MANIFEST_DIR");
/// Heap of the Java process: more than it needs for its default cache and for 256 MB of it.
const HEAP: &str = "-Xmx1g";

/// The file the events were written with.
fn schema() -> String {
    format!("{HERE}/../../schemas/client/walked-distance.avsc")
}

/// Where rivals are built.
fn target(name: &str) -> PathBuf {
    Path::new(HERE).join("../../target/bench").join(name)
}

async fn done(what: &str, command: &mut Command) -> Result<()> {
    eprintln!("preparing {what}");
    command.stdout(std::process::Stdio::null());
    let status = command
        .status()
        .await
        .with_context(|| format!("cannot run {what}"))?;
    ensure!(status.success(), "{what} ended with {status}");
    Ok(())
}

/// Kafka Streams; a negative cache is its default.
pub(super) async fn streams(stage: &Stage, events: usize, cache: i64) -> Result<Job> {
    let built = target("kafka-streams");
    let mut maven = Command::new("mvn");
    maven
        .args(["-q", "-B", "compile", "dependency:copy-dependencies"])
        .arg(format!("-DoutputDirectory={}", built.join("lib").display()))
        .current_dir(Path::new(HERE).join("kafka-streams"));
    done("mvn compile", &mut maven).await?;
    let state = stage.folder().join(format!("streams-{cache}"));
    let classes = format!(
        "{}:{}",
        built.join("classes").display(),
        built.join("lib/*").display()
    );
    let mut java = Command::new("java");
    java.args([
        HEAP,
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
        "-cp",
    ])
    .arg(classes)
    .args(["worldlog.bench.Steps", &stage.brokers, TOPIC])
    .arg(events.to_string())
    .arg(schema())
    .arg(cache.to_string())
    .arg(state);
    Ok(Job::of("kafka-streams", java))
}

/// quixstreams, in a virtual environment of its own.
pub(super) async fn quixstreams(stage: &Stage, events: usize) -> Result<Job> {
    let python = target("quixstreams").join("bin/python");
    if !python.exists() {
        let mut venv = Command::new("python3");
        venv.args(["-m", "venv"]).arg(target("quixstreams"));
        done("python3 -m venv", &mut venv).await?;
    }
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "-q", "-r"])
        .arg(format!("{HERE}/quixstreams/requirements.txt"));
    done("pip install", &mut pip).await?;
    let mut command = Command::new(python);
    command
        .arg(format!("{HERE}/quixstreams/steps.py"))
        .args([&stage.brokers, TOPIC])
        .arg(events.to_string())
        .arg(schema())
        .arg(stage.folder().join("quixstreams"));
    Ok(Job::of("quixstreams", command))
}
