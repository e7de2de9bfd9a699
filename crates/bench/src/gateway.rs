//! A point read through a gateway of the real binary, beside a bare axum route that returns the same bytes.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use futures::future::try_join_all;
use reqwest::Client;
use reqwest::header::CONTENT_TYPE;

use crate::report;
use crate::startup::Running;

const REQUESTS: usize = 40_000;
const CONNECTIONS: usize = 16;

pub(crate) async fn run() -> Result<()> {
    let running = Running::start(&["--demo"])?;
    let client = Client::new();
    let base = running.url();
    let (kind, id) = first_entity(&client, &base).await?;
    let route = format!("{base}/catalyst/content/audit/{kind}/{id}");
    let body = client
        .get(&route)
        .send()
        .await?
        .error_for_status()?
        .bytes()
        .await?;
    let bare_route = bare(body.clone()).await?;
    // Both are warmed up, then measured in turns so that a noisy neighbour hits both.
    let (mut ours, mut limit) = (Duration::ZERO, Duration::ZERO);
    load(&client, &route, 1_000).await?;
    load(&client, &bare_route, 1_000).await?;
    for _ in 0..4 {
        ours += load(&client, &route, REQUESTS / 4).await?;
        limit += load(&client, &bare_route, REQUESTS / 4).await?;
    }
    report::rate(
        &format!("gateway point read, {} bytes", body.len()),
        report::per_second(REQUESTS, ours),
        report::per_second(REQUESTS, limit),
    );
    Ok(())
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

async fn bare(body: Bytes) -> Result<String> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let answer = move || async move { ([(CONTENT_TYPE, "application/json")], body) };
    let router = Router::new().route("/entity", get(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(format!("http://{address}/entity"))
}

async fn load(client: &Client, url: &str, requests: usize) -> Result<Duration> {
    let started = Instant::now();
    let workers = (0..CONNECTIONS).map(|_| async {
        for _ in 0..requests / CONNECTIONS {
            client
                .get(url)
                .send()
                .await?
                .error_for_status()?
                .bytes()
                .await?;
        }
        anyhow::Ok(())
    });
    try_join_all(workers).await?;
    Ok(started.elapsed())
}
