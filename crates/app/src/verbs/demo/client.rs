//! The player's explorer: HTTP requests, signed.

use std::time::Duration;

use anyhow::{Context as _, anyhow};
use gateways::settings::Secret;
use gateways::sources::demo::{Login, segment_signature};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, RequestBuilder, StatusCode};
use runtime::ports::{Clock as _, SystemClock};
use serde_json::Value;

use crate::config::without_secrets;
use crate::exit::{Exit, Failure};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest time of a request; a read that waits for a position waits less.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Header of a position.
const POSITION: &str = "x-worldlog-position";
/// Most of an error's body that is repeated.
const SHOWN_MAX: usize = 300;

/// A platform as one client sees it.
pub(super) struct Client {
    base: String,
    key: Secret,
    http: reqwest::Client,
}

/// An answer that was a success.
pub(super) struct Answer {
    /// Where what was written lies.
    pub(super) position: Option<String>,
    /// The document; null for none, and for a picture.
    pub(super) body: Value,
}

impl Client {
    pub(super) fn new(base: String, key: Secret) -> Result<Self, Failure> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .build()
            .context("cannot start the http client")?;
        Ok(Self { base, key, http })
    }

    /// A URL of the platform.
    pub(super) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The command that makes the same signed GET by hand, as long as the signature holds.
    pub(super) fn curl(&self, login: &Login, path: &str) -> String {
        let headers = login.headers("GET", bare(path), SystemClock.now_ms());
        let headers: String = headers
            .iter()
            .map(|(name, value)| format!(" -H '{name}: {value}'"))
            .collect();
        format!("curl '{}'{headers}", self.at(path))
    }

    /// Hands a report on, as Segment's webhook does.
    pub(super) async fn forward(&self, track: &Value) -> Result<Answer, Failure> {
        let body = track.to_string();
        let signature = segment_signature(self.key.reveal(), body.as_bytes());
        let path = "/events-notifier/forward";
        let request = self.http.post(self.at(path));
        let request = request.header("x-signature", signature).body(body);
        self.send("POST", path, request, None).await
    }

    /// Reads what everybody may read, once it shows `position`.
    pub(super) async fn read(&self, path: &str, position: Option<&str>) -> Result<Value, Failure> {
        let request = self.http.get(self.at(path));
        Ok(self.send("GET", path, request, position).await?.body)
    }

    /// Asks in somebody's name.
    pub(super) async fn ask(
        &self,
        login: &Login,
        (method, path): (&str, &str),
        body: Option<&Value>,
        position: Option<&str>,
    ) -> Result<Answer, Failure> {
        let verb = Method::from_bytes(method.as_bytes()).context("a method is a word")?;
        let mut request = self.http.request(verb, self.at(path));
        for (name, value) in login.headers(method, bare(path), SystemClock.now_ms()) {
            request = request.header(name, value);
        }
        if let Some(body) = body {
            request = request.body(body.to_string());
        }
        self.send(method, path, request, position).await
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        mut request: RequestBuilder,
        position: Option<&str>,
    ) -> Result<Answer, Failure> {
        if let Some(position) = position {
            request = request.header(POSITION, position);
        }
        let url = without_secrets(&self.at(path));
        let sent = request.header(CONTENT_TYPE, "application/json").send();
        let answer = sent.await.map_err(|error| {
            let hint = "is it running? `worldlog up --demo` starts one";
            let what =
                anyhow!(error.without_url()).context(format!("no answer from {url} ({hint})"));
            Failure::new(Exit::Unreachable, what)
        })?;
        let status = answer.status();
        let position = answer.headers().get(POSITION);
        let position = position.and_then(|value| value.to_str().ok().map(str::to_owned));
        let body = answer.bytes().await.context("the answer broke off")?;
        if !status.is_success() {
            let text: String = String::from_utf8_lossy(&body)
                .chars()
                .take(SHOWN_MAX)
                .collect();
            let hint = hint(path, status);
            return Err(anyhow!("{method} {url} answered {status}{hint}: {text}").into());
        }
        let body = serde_json::from_slice(&body).unwrap_or_default();
        Ok(Answer { position, body })
    }
}

/// What may be the matter.
fn hint(path: &str, status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED if path.ends_with("/forward") => {
            " (the key is not the platform's: give --key or --data)"
        }
        StatusCode::NOT_FOUND => " (is it a worldlog platform with all of its gateways?)",
        _ => "",
    }
}

/// A path without its query: that is what is signed.
fn bare(path: &str) -> &str {
    path.split_once('?').map_or(path, |(path, _)| path)
}
