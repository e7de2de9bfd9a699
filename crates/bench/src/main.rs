//! `make bench`: what the embedded platform does, beside the limit of the same machine in the same run.
//!
//! Absolute numbers of a shared two-core machine mean little; each figure stands beside what bare SQLite or a bare
//! axum route reaches with the same bytes minutes later. `docs/benchmarks.md` explains each line.
//! `make bench-cluster` is `bench cluster`: the same on Kafka and Cassandra, beside rivals on the same broker.
//! `make bench-backfill` is `bench backfill`: the wait for a portrait while those of a history are drawn.
//! `make bench-rebuilds` is `bench rebuilds`: a long log folded again, its memory, and what readers notice.
//! `make bench-conversions` is `bench conversions`: scenes that share models, deployed until they are complete.
//! Arguments: names of the parts to run (`ingest rebuild latency badges
//! ledger grants gateway inbox startup`); none runs all.

mod backfill;
mod badges;
mod bare;
mod cluster;
mod conversions;
mod events;
mod gateway;
mod grants;
mod inbox;
mod ingest;
mod latency;
mod ledger;
mod people;
mod platform;
mod play;
mod reads;
mod rebuild;
mod rebuilds;
mod report;
mod startup;

use anyhow::Result;

/// As the binary has it, for both sides of each ratio.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> Result<()> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if let [serve, file] = wanted.as_slice()
        && serve == bare::SERVE
    {
        return bare::serve(file).await;
    }
    match wanted.first().map(String::as_str) {
        Some("cluster") => return cluster::run(&wanted[1..]).await,
        Some(cluster::WORKER) => return cluster::work(&wanted[1..]).await,
        Some("backfill") => return backfill::run().await,
        Some("rebuilds") => return rebuilds::run(&wanted[1..]).await,
        Some("conversions") => return conversions::run().await,
        Some(rebuilds::WORKER) => return rebuilds::work(&wanted[1..]).await,
        _ => {}
    }
    let runs = |name: &str| wanted.is_empty() || wanted.iter().any(|w| w == name);
    println!(
        "{:<44} {:>14} {:>14} {:>8}",
        "figure", "worldlog", "limit", "ratio"
    );
    if runs("ingest") {
        ingest::run().await?;
    }
    if runs("rebuild") {
        rebuild::run().await?;
    }
    if runs("latency") {
        latency::run().await?;
    }
    if runs("badges") {
        badges::run().await?;
    }
    if runs("ledger") {
        ledger::run().await?;
    }
    if runs("grants") {
        grants::run().await?;
    }
    if runs("gateway") {
        gateway::run().await?;
    }
    if runs("inbox") {
        inbox::run().await?;
    }
    if runs("startup") {
        startup::run().await?;
    }
    Ok(())
}
