//! A running platform, asked over HTTP.

pub(crate) mod lines;

use std::time::Duration;

use anyhow::{Context, anyhow};
use reqwest::header::CONTENT_TYPE;
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;

use crate::config::{Config, without_secrets};
use crate::exit::{Exit, Failure};
use crate::flags::{Common, Place, Running};
use crate::ready;
use crate::verbs::configured;

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Most of an error's body that is repeated.
const SHOWN_MAX: usize = 300;

/// The operator gateway of a running platform.
#[derive(Clone, Debug)]
pub(crate) struct Remote {
    base: String,
    token: Option<String>,
    client: reqwest::Client,
}

impl Remote {
    /// The platform at `--url`, if it was given.
    ///
    /// # Errors
    /// The HTTP client cannot start.
    pub(crate) fn of(running: &Running, config: &Config) -> Result<Option<Self>, Failure> {
        let Some(url) = &running.url else {
            return Ok(None);
        };
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Err(Failure::usage(format!(
                "--url {url:?}: want for example http://127.0.0.1:8080"
            )));
        }
        let configured = config.gateways.operator.token.as_ref();
        let token = running
            .token
            .clone()
            .or_else(|| configured.map(|t| t.reveal().to_owned()));
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .build()
            .context("cannot start the http client")?;
        Ok(Some(Self {
            base: url.trim_end_matches('/').to_owned(),
            token,
            client,
        }))
    }

    /// The platform at `--url`, else the one that runs on the data folder.
    ///
    /// # Errors
    /// None is named, and none runs there.
    pub(crate) fn running(common: &Common, place: Place) -> Result<Self, Failure> {
        let loaded = configured(&common.inputs_in(&place.folder))?;
        let mut running = place.running;
        if running.url.is_none() {
            let data = &loaded.config.platform.data;
            running.url = ready::running_url(data);
            if running.url.is_none() {
                let text = format!(
                    "no platform runs on {}: start one, or name one by --url",
                    data.display()
                );
                return Err(Failure::new(Exit::Unreachable, anyhow!(text)));
            }
        }
        let remote = Self::of(&running, &loaded.config)?;
        remote.ok_or_else(|| Failure::usage("no platform is named"))
    }

    /// A text as one segment of a path.
    pub(crate) fn segment(text: &str) -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        let bytes = text.bytes().map(|byte| match plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        });
        bytes.collect()
    }

    /// GETs a path of the platform.
    ///
    /// # Errors
    /// Nobody answers (`Unreachable`), or an answer that is no success.
    pub(crate) async fn get(
        &self,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<Response, Failure> {
        let request = self.client.get(format!("{}{path}", self.base));
        self.ask("GET", path, request.query(query)).await
    }

    /// POSTs a JSON document and reads the one that answers it.
    ///
    /// # Errors
    /// As [`Remote::get`]; another document than was expected.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &serde_json::Value,
    ) -> Result<T, Failure> {
        document("POST", path, self.post_for(path, body).await?).await
    }

    /// POSTs a JSON document; the answer is not read yet.
    ///
    /// # Errors
    /// As [`Remote::get`].
    pub(crate) async fn post_for(
        &self,
        path: &str,
        body: &serde_json::Value,
    ) -> Result<Response, Failure> {
        let request = self
            .client
            .post(format!("{}{path}", self.base))
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_string());
        self.ask("POST", path, request).await
    }

    async fn ask(
        &self,
        method: &str,
        path: &str,
        mut request: RequestBuilder,
    ) -> Result<Response, Failure> {
        let url = without_secrets(&format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.map_err(|error| {
            Failure::new(
                Exit::Unreachable,
                anyhow!(error.without_url()).context(format!("no answer from {url}")),
            )
        })?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let body: String = answer
            .text()
            .await
            .unwrap_or_default()
            .chars()
            .take(SHOWN_MAX)
            .collect();
        let hint = match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => " (give --token)",
            _ => "",
        };
        Err(anyhow!("{method} {url} answered {status}{hint}: {body}").into())
    }

    /// GETs a JSON document.
    ///
    /// # Errors
    /// As [`Remote::get`]; another document than was expected.
    pub(crate) async fn json<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<T, Failure> {
        document("GET", path, self.get(path, query).await?).await
    }
}

async fn document<T: DeserializeOwned>(
    method: &str,
    path: &str,
    answer: Response,
) -> Result<T, Failure> {
    let body = answer.bytes().await.context("the answer broke off")?;
    let document = serde_json::from_slice(&body)
        .with_context(|| format!("{method} {path} answered something unexpected"))?;
    Ok(document)
}
