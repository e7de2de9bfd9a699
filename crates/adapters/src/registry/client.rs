//! Confluent's schema-registry routes, as far as a writer of topics needs them.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, StatusCode, header};
use reqwest::{RequestBuilder, Url};
use runtime::ports::PortError;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::options::{RegistryAuth, RegistryOptions};

const CONTENT_TYPE: &str = "application/vnd.schemaregistry.v1+json";
/// Most of a registry's message that an error repeats.
const SHOWN_CHARS_MAX: usize = 500;
/// Longest pause that a registry may ask of us.
const PAUSE_MAX: Duration = Duration::from_secs(300);

/// What the versions of a subject must be able to do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Level {
    /// Each version reads each other.
    FullTransitive,
    /// The new version reads all old ones.
    BackwardTransitive,
}

/// A version of a subject as the registry has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Found {
    /// Id in front of values: the content id, which fits into the frame's four bytes.
    pub id: u32,
    /// Version, counted by the registry.
    pub version: u32,
}

/// What a registry says to a schema that is not registered yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may be registered.
    Compatible,
    /// It may not, and why as far as the registry says.
    Incompatible(Vec<String>),
    /// There is nothing yet that it could be compatible with.
    NewSubject,
}

/// A client of one registry.
#[derive(Clone)]
pub struct RegistryClient {
    client: reqwest::Client,
    options: Arc<RegistryOptions>,
}

/// An answer that is no success, in the registry's own shape.
struct Refusal {
    status: StatusCode,
    code: u64,
    message: String,
    after: Option<Duration>,
}

impl RegistryClient {
    /// Makes a client; asks nothing yet.
    ///
    /// # Errors
    /// `Refused` when the options are wrong or TLS cannot be set up.
    pub fn new(options: RegistryOptions) -> Result<Self, PortError> {
        if options.in_flight == 0 {
            return Err(PortError::refused(
                "registry: in_flight is 0, nothing could be asked",
            ));
        }
        let client = reqwest::Client::builder()
            .connect_timeout(options.connect_timeout)
            .timeout(options.timeout)
            // Who we are is for one host.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|e| PortError::refused(format!("the HTTP client of the registry: {e}")))?;
        Ok(Self {
            client,
            options: Arc::new(options),
        })
    }

    /// The options.
    pub fn options(&self) -> &RegistryOptions {
        &self.options
    }

    /// Registers a schema under a subject, or finds it there; gives its id.
    ///
    /// # Errors
    /// `Retry` when the registry is not there; `Refused` with its message when it does not take the schema.
    pub async fn register(&self, subject: &str, schema: &str) -> Result<u32, PortError> {
        #[derive(Deserialize)]
        struct Id {
            id: u32,
        }
        let path = ["subjects", subject, "versions"];
        let id: Id = self
            .post(&path, &json!({ "schema": schema }))
            .await?
            .required()?;
        Ok(id.id)
    }

    /// The version of a subject that is this schema, if there is one. Registers nothing.
    ///
    /// # Errors
    /// As [`RegistryClient::register`].
    pub async fn find(&self, subject: &str, schema: &str) -> Result<Option<Found>, PortError> {
        let path = ["subjects", subject];
        self.post(&path, &json!({ "schema": schema }))
            .await?
            .optional()
    }

    /// The schema of an id, as text.
    ///
    /// # Errors
    /// `Retry` when the registry is not there.
    pub async fn schema(&self, id: u32) -> Result<Option<String>, PortError> {
        #[derive(Deserialize)]
        struct Text {
            schema: String,
        }
        let request = self.request(Method::GET, &["schemas", "ids", &id.to_string()])?;
        let text: Option<Text> = self.ask(request).await?.optional()?;
        Ok(text.map(|t| t.schema))
    }

    /// Whether a schema may become the next version of a subject.
    ///
    /// # Errors
    /// As [`RegistryClient::register`].
    pub async fn check(&self, subject: &str, schema: &str) -> Result<Verdict, PortError> {
        #[derive(Deserialize)]
        struct Answer {
            is_compatible: bool,
            #[serde(default)]
            messages: Vec<String>,
        }
        let path = ["compatibility", "subjects", subject, "versions", "latest"];
        let request = self.request(Method::POST, &path)?;
        let request = request.query(&[("verbose", "true")]);
        let request = body(request, &json!({ "schema": schema }))?;
        let answer: Option<Answer> = self.ask(request).await?.optional()?;
        Ok(match answer {
            None => Verdict::NewSubject,
            Some(answer) if answer.is_compatible => Verdict::Compatible,
            Some(answer) => Verdict::Incompatible(answer.messages),
        })
    }

    /// Every subject.
    ///
    /// # Errors
    /// `Retry` when the registry is not there.
    pub async fn subjects(&self) -> Result<Vec<String>, PortError> {
        self.ask(self.request(Method::GET, &["subjects"])?)
            .await?
            .required()
    }

    /// Says what new versions of a subject must be able to do.
    ///
    /// # Errors
    /// As [`RegistryClient::register`].
    pub async fn set_level(&self, subject: &str, level: Level) -> Result<(), PortError> {
        let request = self.request(Method::PUT, &["config", subject])?;
        let request = body(request, &json!({ "compatibility": level }))?;
        let _: Value = self.ask(request).await?.required()?;
        Ok(())
    }

    async fn post(&self, path: &[&str], document: &Value) -> Result<Answer, PortError> {
        let request = body(self.request(Method::POST, path)?, document)?;
        self.ask(request).await
    }

    fn request(&self, method: Method, path: &[&str]) -> Result<RequestBuilder, PortError> {
        let url = self.url(path)?;
        let request = self
            .client
            .request(method, url)
            .header(header::ACCEPT, CONTENT_TYPE);
        Ok(match &self.options.auth {
            Some(RegistryAuth::Basic { user, password }) => {
                request.basic_auth(user, Some(password))
            }
            Some(RegistryAuth::Bearer(token)) => request.bearer_auth(token),
            None => request,
        })
    }

    fn url(&self, path: &[&str]) -> Result<Url, PortError> {
        let mut url = self.options.base.clone();
        url.path_segments_mut()
            .map_err(|()| PortError::refused("url of the registry: it takes no path"))?
            .pop_if_empty()
            .extend(path);
        Ok(url)
    }

    async fn ask(&self, request: RequestBuilder) -> Result<Answer, PortError> {
        let request = request
            .build()
            .map_err(|e| PortError::refused(format!("registry: {e}")))?;
        let what = format!("{} {}", request.method(), request.url());
        // The URL is in `what` already.
        let lost =
            |e: reqwest::Error| PortError::retry(format!("{what}: {}", causes(&e.without_url())));
        let mut response = self.client.execute(request).await.map_err(lost)?;
        let status = response.status();
        let mut bytes = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            if bytes.len() + chunk.len() > self.options.answer_bytes.as_usize() {
                return Err(PortError::refused(format!(
                    "{what}: the answer is larger than {}",
                    self.options.answer_bytes
                )));
            }
            bytes.extend_from_slice(&chunk);
        }
        let result = match status.is_success() {
            true => Ok(bytes.freeze()),
            false => Err(Refusal::of(status, response.headers(), &bytes)),
        };
        Ok(Answer { what, result })
    }
}

/// An answer, and what was asked.
struct Answer {
    what: String,
    result: Result<Bytes, Refusal>,
}

impl Answer {
    /// The document of a success.
    fn required<T: DeserializeOwned>(self) -> Result<T, PortError> {
        match self.result {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|e| {
                PortError::refused(format!(
                    "{}: it answered something unexpected: {e}",
                    self.what
                ))
            }),
            Err(refusal) => Err(refusal.into_fault(&self.what)),
        }
    }

    /// The same, or `None` when there is no such subject, version or schema.
    fn optional<T: DeserializeOwned>(self) -> Result<Option<T>, PortError> {
        match &self.result {
            Err(refusal) if refusal.is_absence() => Ok(None),
            _ => self.required().map(Some),
        }
    }
}

impl Refusal {
    fn of(status: StatusCode, headers: &HeaderMap, bytes: &[u8]) -> Self {
        let document: Value = serde_json::from_slice(bytes).unwrap_or_default();
        let message = match document["message"].as_str() {
            Some(message) => message.to_owned(),
            None => String::from_utf8_lossy(bytes).into_owned(),
        };
        let after = headers
            .get(header::RETRY_AFTER)
            .and_then(|v| v.to_str().ok());
        let after = after.and_then(|v| v.parse().ok()).map(Duration::from_secs);
        Self {
            status,
            code: document["error_code"].as_u64().unwrap_or(0),
            message: message.chars().take(SHOWN_CHARS_MAX).collect(),
            after: after.map(|a| a.min(PAUSE_MAX)),
        }
    }

    /// No such subject (40401), version (40402) or schema (40403). Another 404 is a wrong base URL.
    fn is_absence(&self) -> bool {
        self.status == StatusCode::NOT_FOUND && matches!(self.code, 40_401..=40_403)
    }

    fn into_fault(self, what: &str) -> PortError {
        let Self {
            status, message, ..
        } = &self;
        let text = format!("{what}: {status}: {message}");
        match *status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => PortError::Retry {
                what: text,
                after: self.after,
            },
            status if status.is_server_error() => PortError::Retry {
                what: text,
                after: self.after,
            },
            _ => PortError::Refused(text),
        }
    }
}

fn body(request: RequestBuilder, document: &Value) -> Result<RequestBuilder, PortError> {
    let bytes = serde_json::to_vec(document)
        .map_err(|e| PortError::refused(format!("registry: a question is no JSON: {e}")))?;
    Ok(request
        .header(header::CONTENT_TYPE, CONTENT_TYPE)
        .body(bytes))
}

/// An error and what caused it: "error sending request" alone says nothing.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}
