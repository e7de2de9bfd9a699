//! Requests against a router, without a socket.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use http::{HeaderMap, Request, StatusCode};
use serde_json::Value;
use tower::ServiceExt;

const BODY_BYTES_MAX: usize = 64 << 20;
/// Names the data folder.
const DATA_VARIABLE: &str = "WORLDLOG_DATA";

/// A whole answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("not json ({e}): {}", String::from_utf8_lossy(&self.body)))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// Sends a request.
pub(crate) async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router
        .clone()
        .oneshot(request)
        .await
        .expect("a router does not fail");
    let (parts, body) = response.into_parts();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: to_bytes(body, BODY_BYTES_MAX)
            .await
            .expect("the body ends well"),
    }
}

/// A GET with headers.
pub(crate) async fn get_with(router: &Router, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(router, request.body(Body::empty()).expect("a request")).await
}

/// A GET.
pub(crate) async fn get(router: &Router, path: &str) -> Answer {
    get_with(router, path, &[]).await
}

/// A POST of JSON, with headers.
pub(crate) async fn post_with(
    router: &Router,
    path: &str,
    body: impl Into<Body>,
    headers: &[(&str, &str)],
) -> Answer {
    let mut request = Request::post(path).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(router, request.body(body.into()).expect("a request")).await
}

/// A part of the real data that tests read, or `None` with a line on stderr that says so. Where the folder is named, as
/// in CI, it must be there: a test that skips proves nothing.
pub(crate) fn data(part: &str) -> Option<PathBuf> {
    found(std::env::var_os(DATA_VARIABLE), part)
}

fn found(named: Option<OsString>, part: &str) -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let path = named.as_ref().map_or(beside, PathBuf::from).join(part);
    if path.exists() {
        return Some(path);
    }
    assert!(
        named.is_none(),
        "{DATA_VARIABLE} names a folder without {part}: {}",
        path.display()
    );
    // Not by a macro: what those write is shown only when a test fails.
    let line = format!("skipped: {} is not there\n", path.display());
    let written = std::io::stderr().write_all(line.as_bytes());
    written.expect("standard error is open");
    None
}

#[test]
fn a_data_folder_that_is_named_but_empty_fails_and_skips_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let named = Some(folder.path().as_os_str().to_owned());
    let skipped = std::panic::catch_unwind(|| found(named, "spine/catalyst-offline"));
    let said = skipped.expect_err("a test that wants the data must fail");
    let said = said.downcast_ref::<String>().expect("it says why");
    assert!(said.contains(DATA_VARIABLE), "{said}");
}
