//! Cross-origin rules: any origin may call and read, as with the services this platform replaces.
//!
//! Written out, because the answers are constants: a layer that computes them costs each request several allocations.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, header};

const ANY: HeaderValue = HeaderValue::from_static("*");
/// What scripts of other origins may read besides the headers they always may.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "x-worldlog-position,x-worldlog-generation,x-request-id,etag,retry-after,content-range,content-length,\
     x-worldlog-partition,x-worldlog-offset,x-worldlog-truncated,x-worldlog-next-offset",
);
const VARY: HeaderValue = HeaderValue::from_static(
    "origin, access-control-request-method, access-control-request-headers",
);
/// A day, in seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("86400");

/// The answer to an OPTIONS request: whatever the script wants to send is allowed.
pub(super) fn preflight(asked: &HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert(header::VARY, VARY);
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    let mirrored: [(HeaderName, HeaderName); 2] = [
        (
            header::ACCESS_CONTROL_REQUEST_METHOD,
            header::ACCESS_CONTROL_ALLOW_METHODS,
        ),
        (
            header::ACCESS_CONTROL_REQUEST_HEADERS,
            header::ACCESS_CONTROL_ALLOW_HEADERS,
        ),
    ];
    for (wanted, allowed) in mirrored {
        if let Some(value) = asked.get(wanted) {
            headers.insert(allowed, value.clone());
        }
    }
    response
}

/// Lets scripts of any origin read an answer.
pub(super) fn expose(headers: &mut HeaderMap) {
    headers.append(header::VARY, VARY);
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}

#[cfg(test)]
mod tests {
    use super::super::{generation, position, scope};
    use super::*;

    #[test]
    fn our_own_headers_may_be_read() {
        let exposed = EXPOSED;
        let exposed = exposed.to_str().expect("text");
        let names: Vec<&str> = exposed.split(',').collect();
        for name in [
            position::POSITION,
            generation::GENERATION,
            scope::REQUEST_ID,
        ] {
            assert!(names.contains(&name.as_str()), "{name}: {exposed}");
        }
    }
}
