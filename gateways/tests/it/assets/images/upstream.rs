//! A server of images that does not always do well.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{HeaderMap, StatusCode, header};

/// What is at a path.
#[derive(Clone)]
pub(super) enum There {
    /// A file without a version.
    File(Bytes),
    /// A file that a caller may have already.
    Versioned(Bytes, &'static str),
    /// The same under one version, and what its server says of keeping it.
    Dated(Bytes, &'static str),
    /// A redirect.
    Elsewhere(String),
    /// A status and nothing more.
    Status(u16),
    /// Bytes without an end.
    Endless,
    /// A length that is promised, and the bytes that come.
    Promised(u64, Bytes),
    /// A length that is promised, and no bytes.
    Boasted(u64),
    /// No answer.
    Silent,
    /// The beginning of an answer.
    Stalled(Bytes),
}

#[derive(Default)]
struct Content {
    there: BTreeMap<String, There>,
    asked: Vec<(String, HeaderMap)>,
}

pub(super) struct Upstream {
    address: SocketAddr,
    content: Arc<Mutex<Content>>,
}

impl Upstream {
    pub(super) async fn start() -> Self {
        let content = Arc::<Mutex<Content>>::default();
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&content));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, content }
    }

    pub(super) fn host(&self) -> String {
        self.address.to_string()
    }

    pub(super) fn put(&self, path: &str, there: There) {
        locked(&self.content).there.insert(path.to_owned(), there);
    }

    pub(super) fn give(&self, path: &str, file: Bytes) {
        self.put(path, There::File(file));
    }

    /// The headers of each request for a path.
    pub(super) fn asked(&self, path: &str) -> Vec<HeaderMap> {
        let content = locked(&self.content);
        let asked = content.asked.iter().filter(|(asked, _)| asked == path);
        asked.map(|(_, headers)| headers.clone()).collect()
    }
}

fn locked(content: &Mutex<Content>) -> MutexGuard<'_, Content> {
    content.lock().expect("no test panics while it holds it")
}

async fn answer(State(content): State<Arc<Mutex<Content>>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let headers = request.headers().clone();
    let there = {
        let mut content = locked(&content);
        content.asked.push((path.clone(), headers.clone()));
        content.there.get(&path).cloned()
    };
    // The type says nothing: it is told by the bytes.
    let with = |status: u16, name: header::HeaderName, value: &str| {
        Response::builder().status(status).header(name, value)
    };
    let plain = |body: Body| with(200, header::CONTENT_TYPE, "text/plain").body(body);
    let answer = match there.unwrap_or(There::Status(404)) {
        There::File(file) => plain(file.into()),
        There::Versioned(_, tag) if headers.get("if-none-match").is_some_and(|t| t == tag) => {
            with(304, header::ETAG, tag).body(Body::empty())
        }
        There::Versioned(file, tag) => with(200, header::ETAG, tag).body(file.into()),
        There::Dated(_, kept) if headers.contains_key("if-none-match") => {
            with(304, header::CACHE_CONTROL, kept).body(Body::empty())
        }
        There::Dated(file, kept) => with(200, header::CACHE_CONTROL, kept)
            .header(header::ETAG, "\"1\"")
            .body(file.into()),
        There::Elsewhere(url) => with(302, header::LOCATION, &url).body(Body::empty()),
        There::Status(status) => {
            let status = StatusCode::from_u16(status).expect("a status");
            Response::builder().status(status).body(Body::empty())
        }
        There::Endless => {
            let zeros = || Ok::<_, Infallible>(Bytes::from_static(&[0; 4096]));
            plain(Body::from_stream(stream::repeat_with(zeros)))
        }
        There::Promised(length, bytes) => {
            let body = Body::from_stream(stream::iter([Ok::<_, Infallible>(bytes)]));
            with(200, header::CONTENT_LENGTH, &length.to_string()).body(body)
        }
        There::Boasted(length) => {
            let body = Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
            with(200, header::CONTENT_LENGTH, &length.to_string()).body(body)
        }
        There::Silent => std::future::pending().await,
        There::Stalled(bytes) => {
            let first = stream::iter([Ok::<_, Infallible>(bytes)]);
            plain(Body::from_stream(first.chain(stream::pending())))
        }
    };
    answer.expect("the headers are legal")
}
