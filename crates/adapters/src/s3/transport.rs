//! The HTTP under the S3 client: the workspace's reqwest instead of the one that `object_store` would bring along.

use std::sync::Arc;

use async_trait::async_trait;
use futures::StreamExt;
use http::header::{HeaderValue, IF_NONE_MATCH};
use http::{Method, StatusCode, Uri};
use http_body_util::BodyExt;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
    HttpResponseBody, HttpService,
};
use reqwest::redirect::Policy;
use runtime::ports::PortError;

use super::options::S3Options;

/// Most of a refusal that is read.
const SAID_BYTES_MAX: usize = 16 << 10;
/// Most of a refusal that is repeated.
const SAID_CHARS_MAX: usize = 300;
/// Codes of client errors that go away: an upload that stalled or broke off, keys that are renewed.
const PASSING: [&str; 3] = ["RequestTimeout", "IncompleteBody", "ExpiredToken"];

/// Sends what the S3 client has signed.
#[derive(Clone, Debug)]
pub(super) struct Transport {
    client: reqwest::Client,
    /// Whether uploads in parts must not replace what is there.
    create_only: bool,
}

/// Gives the same transport to the S3 client and to what fetches its credentials.
#[derive(Debug)]
pub(super) struct Connector(Arc<Transport>);

impl Connector {
    /// A transport with the timeouts of the options.
    ///
    /// # Errors
    /// `Refused` when TLS cannot be set up.
    pub(super) fn new(options: &S3Options) -> Result<Self, PortError> {
        let client = reqwest::Client::builder()
            .connect_timeout(options.connect_timeout)
            .read_timeout(options.inactivity_timeout)
            // A signature is for one host.
            .redirect(Policy::none())
            // Blobs come as they were put.
            .no_gzip()
            .no_proxy()
            .build()
            .map_err(|e| PortError::refused(format!("the HTTP client of S3: {e}")))?;
        Ok(Self(Arc::new(Transport {
            client,
            create_only: options.conditional_put,
        })))
    }
}

impl HttpConnector for Connector {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Transport::clone(&self.0)))
    }
}

#[async_trait]
impl HttpService for Transport {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let url = parts.uri.to_string().parse::<reqwest::Url>();
        let url = url.map_err(|e| HttpError::new(HttpErrorKind::Unknown, e))?;
        let completes = self.create_only && completes_upload(&parts.method, &parts.uri);
        let mut request = reqwest::Request::new(parts.method, url);
        *request.headers_mut() = parts.headers;
        if completes {
            // The crate has the condition for whole puts only. S3 signs no header that it does not have to.
            let any = HeaderValue::from_static("*");
            request.headers_mut().insert(IF_NONE_MATCH, any);
        }
        *request.body_mut() = Some(reqwest::Body::wrap(body));
        let response = self.client.execute(request).await.map_err(fault)?;
        if let Some(rejected) = Rejected::maybe(response.status()) {
            return rejected.read(response).await;
        }
        Ok(answer(response))
    }
}

fn answer(response: reqwest::Response) -> HttpResponse {
    let (parts, body) = http::Response::<reqwest::Body>::from(response).into_parts();
    HttpResponse::from_parts(parts, HttpResponseBody::new(body.map_err(fault)))
}

/// Whether a request makes the parts of an upload one object.
fn completes_upload(method: &Method, uri: &Uri) -> bool {
    let query = uri.query().unwrap_or_default();
    method == Method::POST && query.split('&').any(|pair| pair.starts_with("uploadId="))
}

/// What the crate's own retries go by. An error while sending may have come after the server acted, so only what
/// may be repeated is repeated.
fn fault(error: reqwest::Error) -> HttpError {
    let kind = if error.is_timeout() {
        HttpErrorKind::Timeout
    } else if error.is_connect() {
        HttpErrorKind::Connect
    } else if error.is_request() || error.is_body() {
        HttpErrorKind::Interrupted
    } else if error.is_decode() {
        HttpErrorKind::Decode
    } else {
        HttpErrorKind::Unknown
    };
    // Whoever shows it adds the URL, unless that is secret.
    HttpError::new(kind, error.without_url())
}

/// A request that the server refuses and will refuse again. The crate drops the status of most of these.
#[derive(Debug, thiserror::Error)]
#[error("{status}{said}")]
pub(super) struct Rejected {
    status: StatusCode,
    /// The server's code and message, after a colon; empty where an answer has no body.
    said: String,
}

impl Rejected {
    fn maybe(status: StatusCode) -> Option<Self> {
        // These mean something to the crate or to us; after some of them another try is right.
        let others = [
            StatusCode::NOT_FOUND,
            StatusCode::REQUEST_TIMEOUT,
            StatusCode::CONFLICT,
            StatusCode::PRECONDITION_FAILED,
            StatusCode::RANGE_NOT_SATISFIABLE,
            StatusCode::TOO_MANY_REQUESTS,
        ];
        // A server that does not know a condition says that it is not implemented.
        let refused = status.is_client_error() || status == StatusCode::NOT_IMPLEMENTED;
        (refused && !others.contains(&status)).then(|| Self {
            status,
            said: String::new(),
        })
    }

    /// The same with what the server says; unless it says that another try is right.
    async fn read(mut self, response: reqwest::Response) -> Result<HttpResponse, HttpError> {
        let mut document = Vec::new();
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            document.extend_from_slice(&chunk.map_err(fault)?);
            if document.len() >= SAID_BYTES_MAX {
                break;
            }
        }
        let document = String::from_utf8_lossy(&document);
        let code = element(&document, "Code");
        if PASSING.contains(&code) {
            let passing = Passing(code.to_owned());
            return Err(HttpError::new(HttpErrorKind::Interrupted, passing));
        }
        if !code.is_empty() {
            let message = element(&document, "Message");
            self.said = format!(": {code}: {message}")
                .chars()
                .take(SAID_CHARS_MAX)
                .collect();
        }
        Err(HttpError::new(HttpErrorKind::Unknown, self))
    }
}

/// A fault that S3 reports with the status of a bad request.
#[derive(Debug, thiserror::Error)]
#[error("the server says {0}")]
struct Passing(String);

/// The text of the first element of this name.
fn element<'a>(document: &'a str, name: &str) -> &'a str {
    let inner = document.split_once(&format!("<{name}>"));
    let inner = inner.and_then(|(_, rest)| rest.split_once("</"));
    inner.map_or("", |(text, _)| text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_read_as_far_as_it_says_something() {
        let document =
            "<?xml?><Error><Code>AccessDenied</Code><Message>No &amp; no</Message></Error>";
        assert_eq!(element(document, "Code"), "AccessDenied");
        assert_eq!(element(document, "Message"), "No &amp; no");
        for broken in ["", "<Code>", "<Code>x", "Code</Code>"] {
            assert_eq!(element(broken, "Code"), "", "{broken}");
        }
    }

    #[test]
    fn only_the_end_of_an_upload_gets_the_condition() {
        let cases = [
            (Method::POST, "http://h/b/k?uploadId=x", true),
            (Method::POST, "http://h/b/k?uploads=", false),
            (Method::POST, "http://h/b?delete", false),
            (Method::PUT, "http://h/b/k?partNumber=1&uploadId=x", false),
            (Method::DELETE, "http://h/b/k?uploadId=x", false),
            (Method::PUT, "http://h/b/k", false),
        ];
        for (method, uri, expected) in cases {
            let parsed = uri.parse().expect("a uri");
            assert_eq!(
                completes_upload(&method, &parsed),
                expected,
                "{method} {uri}"
            );
        }
    }
}
