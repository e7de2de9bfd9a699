//! A point read through a gateway of the real binary, beside a bare axum route that returns the same bytes.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use reqwest::Client;

use crate::bare::{Bare, load, median};
use crate::report;
use crate::startup::Running;

/// Requests of one turn.
const REQUESTS: usize = 1_600;
/// Turns of each side: many short ones, since the neighbours on a shared machine change by the second.
const TURNS: usize = 16;
/// Pairs of processes: where the system puts the threads of one is worth a tenth, for as long as it lives.
const STARTS: usize = 7;

pub(crate) async fn run() -> Result<()> {
    let (mut ours, mut limit) = (Vec::new(), Vec::new());
    let mut bytes = 0;
    for _ in 0..STARTS {
        bytes = pair(&mut ours, &mut limit).await?;
    }
    report::rate(
        &format!("gateway point read, {bytes} bytes"),
        report::per_second(REQUESTS, median(ours)),
        report::per_second(REQUESTS, median(limit)),
    );
    Ok(())
}

/// Starts both sides and measures them in turns; the median turn of each side is what no neighbour made. Returns the
/// length of the answer.
async fn pair(ours: &mut Vec<Duration>, limit: &mut Vec<Duration>) -> Result<usize> {
    let running = Running::start(&["--demo"], &[])?;
    // Both sides send the same bytes: compression would be a measurement of its own.
    let client = Client::builder().no_gzip().build()?;
    let base = running.url();
    let (kind, id) = first_entity(&client, &base).await?;
    // The demo's world is built first: that is another measurement, too.
    let settled = format!("{base}/operator/settled?timeout=60s");
    client.get(settled).send().await?.error_for_status()?;
    let route = format!("{base}/catalyst/content/audit/{kind}/{id}");
    let body = client
        .get(&route)
        .send()
        .await?
        .error_for_status()?
        .bytes()
        .await?;
    let bare = Bare::start(&body)?;
    let request = [client.get(&route).build()?];
    let bare_request = [client.get(bare.route()).build()?];
    load(&client, &request, REQUESTS).await?;
    load(&client, &bare_request, REQUESTS).await?;
    for _ in 0..TURNS {
        ours.push(load(&client, &request, REQUESTS).await?);
        limit.push(load(&client, &bare_request, REQUESTS).await?);
    }
    Ok(body.len())
}

/// Type and id of an entity, as soon as the platform has one.
async fn first_entity(client: &Client, base: &str) -> Result<(String, String)> {
    let url = format!("{base}/catalyst/content/pointer-changes?limit=1");
    let begun = Instant::now();
    loop {
        let answer = client
            .get(&url)
            .send()
            .await?
            .error_for_status()?
            .bytes()
            .await?;
        let changes: serde_json::Value = serde_json::from_slice(&answer)?;
        let delta = &changes["deltas"][0];
        if let (Some(kind), Some(id)) = (delta["entityType"].as_str(), delta["entityId"].as_str()) {
            return Ok((kind.to_owned(), id.to_owned()));
        }
        ensure!(
            begun.elapsed() < Duration::from_secs(30),
            "the demo world has no entity"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
