//! The metrics of the HTTP side. Their names live here and nowhere else.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;

/// Requests by gateway, route pattern and status.
pub const REQUESTS: &str = "http_requests_total";
/// Seconds from a request's head to its answer's head, by gateway and route pattern.
pub const SECONDS: &str = "http_request_seconds";
/// The route label of a request that matched none: a remote must not make labels.
const UNMATCHED: &str = "unmatched";

/// Counts and times the requests of one gateway.
pub(super) async fn observe(gateway: &'static str, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let route = route
        .as_ref()
        .map_or(UNMATCHED, MatchedPath::as_str)
        .to_owned();
    let seconds = started.elapsed().as_secs_f64();
    metrics::histogram!(SECONDS, "gateway" => gateway, "route" => route.clone()).record(seconds);
    let status = response.status().as_str().to_owned();
    metrics::counter!(REQUESTS, "gateway" => gateway, "route" => route, "status" => status)
        .increment(1);
    response
}
