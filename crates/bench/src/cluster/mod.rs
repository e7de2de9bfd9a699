//! The platform on Kafka, beside what the same broker and store allow and beside rivals that do the same job.
//!
//! One run, one broker: every job reads the same events, each in a process of its own whose CPU time and peak memory
//! are read from the system.

mod bare;
mod job;
mod measure;
mod rivals;
mod stage;
mod worker;

use anyhow::{Context, Result};

pub(crate) use self::worker::work;

/// First argument of a process that does one job.
pub(crate) const WORKER: &str = "cluster-worker";
/// Events of the load unless `--events` says otherwise.
const EVENTS: usize = 2_000_000;
/// A Python framework gets a tenth: its rate does not depend on it, the patience of people does.
const PYTHON_SHARE: usize = 10;
/// Rows of the bare write loop.
const ROWS: usize = 100_000;

/// Runs everything and prints a table. Arguments: `--events N`, and names of jobs to run instead of all.
///
/// # Errors
/// A server that does not start, a job that fails.
pub(crate) async fn run(arguments: &[String]) -> Result<()> {
    let (events, only) = parse(arguments)?;
    let wants = |name: &str| only.is_empty() || only.iter().any(|o| o == name);
    let stage = stage::Stage::open(events).await?;
    let mut table = measure::Table::default();
    let own = |what: &str, rest: &[String]| job::Job::own(what, &stage.brokers, events, rest);
    let folder = stage.folder().join("replay");
    if wants("consume") {
        table.add("bare consumer, decoding", own("consume", &[]).run().await?);
    }
    if wants("sqlite") {
        let folder = folder.display().to_string();
        table.add(
            "worldlog, Kafka to SQLite",
            own("sqlite", &[folder]).run().await?,
        );
    }
    if wants("cql") {
        let bare = own("write", &[stage.cassandra.clone(), ROWS.to_string()]);
        table.add("bare driver, row writes", bare.run().await?);
        let ours = own("cql", std::slice::from_ref(&stage.cassandra));
        table.add("worldlog, Kafka to CQL", ours.run().await?);
    }
    if wants("streams") {
        for (name, cache) in [("defaults", -1), ("cache 256 MB", 256 << 20)] {
            let job = rivals::streams(&stage, events, cache).await?;
            table.add(&format!("Kafka Streams 4.3, {name}"), job.run().await?);
        }
    }
    if wants("quixstreams") {
        let job = rivals::quixstreams(&stage, events / PYTHON_SHARE).await?;
        table.add("quixstreams", job.run().await?);
    }
    table.print();
    if wants("latency") {
        let job = own("latency", std::slice::from_ref(&stage.cassandra));
        let line = job.run().await?.line;
        println!("append to visible, 2 000 events/s, Kafka + CQL   {line}");
    }
    stage.close().await
}

fn parse(arguments: &[String]) -> Result<(usize, Vec<String>)> {
    let (mut events, mut only) = (EVENTS, Vec::new());
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--events" {
            let number = rest.next().context("--events N")?;
            events = number
                .parse()
                .with_context(|| format!("--events {number}"))?;
        } else {
            only.push(argument.clone());
        }
    }
    Ok((events, only))
}
