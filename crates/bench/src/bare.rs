//! What HTTP answers stand beside: a bare axum route as anybody would write it, in a process of its own.

use std::io::{BufRead, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use axum::Router;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::IntoResponse as _;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use bytes::Bytes;
use futures::future::try_join_all;
use identity::chain::DenyContractWallets;
use identity::signed_fetch::{EXPIRATION_MS_LONG, Options, SignedRequest, verify};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Request};

use crate::people::now_ms;

const CONNECTIONS: usize = 16;
/// First argument of the process that serves the bare routes.
pub(crate) const SERVE: &str = "serve-bare";

/// The bare routes, until dropped.
pub(crate) struct Bare {
    child: Child,
    url: String,
}

impl Bare {
    /// Serves these bytes.
    pub(crate) fn start(body: &[u8]) -> Result<Self> {
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(body)?;
        let mut child = Command::new(std::env::current_exe()?)
            .arg(SERVE)
            .arg(file.path())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let mut url = String::new();
        BufReader::new(stdout).read_line(&mut url)?;
        let url = url.trim().to_owned();
        Ok(Self { child, url })
    }

    /// The route that does nothing else.
    pub(crate) fn route(&self) -> String {
        format!("{}/entity", self.url)
    }

    /// The route that first verifies that `path` was signed for.
    pub(crate) fn verified_route(&self, path: &str) -> String {
        format!("{}/verified{path}", self.url)
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves one file's bytes until killed, and says where on the first line.
pub(crate) async fn serve(file: &str) -> Result<()> {
    let body = Bytes::from(std::fs::read(file)?);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    let listener = listener.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    let answer = |body| ([(CONTENT_TYPE, "application/json")], body);
    let bytes = body.clone();
    let plain = move || async move { answer(bytes) };
    let verified = move |uri: Uri, headers: HeaderMap| async move {
        let path = uri.path().trim_start_matches("/verified");
        match is_signed(path, &headers) {
            true => answer(body).into_response(),
            false => StatusCode::UNAUTHORIZED.into_response(),
        }
    };
    let routes = Router::new()
        .route("/entity", get(plain))
        .route("/verified/{*path}", get(verified));
    Ok(axum::serve(listener, routes).await?)
}

/// Whether somebody signed for a `GET` of this path.
fn is_signed(path: &str, headers: &HeaderMap) -> bool {
    let header = |name: &str| headers.get(name)?.to_str().ok().map(str::to_owned);
    let request = SignedRequest {
        method: "GET",
        paths: &[path],
        header: &header,
        now_ms: now_ms().unwrap_or_default(),
    };
    let options = Options {
        expiration_ms: EXPIRATION_MS_LONG,
        ..Options::default()
    };
    verify(&request, &options, &DenyContractWallets).is_ok()
}

/// Sends requests over some connections, these over and over; how long it took.
pub(crate) async fn load(client: &Client, requests: &[Request], count: usize) -> Result<Duration> {
    let started = Instant::now();
    let workers = (0..CONNECTIONS).map(|worker| async move {
        for n in 0..count / CONNECTIONS {
            let request = &requests[(worker + n * CONNECTIONS) % requests.len()];
            let request = request.try_clone().context("a request with a stream")?;
            let answer = client.execute(request).await?;
            answer.error_for_status()?.bytes().await?;
        }
        anyhow::Ok(())
    });
    try_join_all(workers).await?;
    Ok(started.elapsed())
}

/// The one in the middle: what no neighbour made.
pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
