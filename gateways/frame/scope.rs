//! What belongs to one request and is known everywhere below its handler: its id and the generations it reads.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures::FutureExt;
use http::{HeaderName, HeaderValue};
use runtime::platform::Platform;
use runtime::ports::{PortError, Row, RowRange};
use runtime::reading::View;
use uuid::Uuid;

use super::error;

/// Header of the request's id, kept when the caller sends a sane one.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const ID_BYTES_MAX: usize = 128;

tokio::task_local! {
    static ID: Arc<str>;
    static GENERATIONS: Arc<[(&'static str, u32)]>;
}

/// The id of the request being handled; empty outside of one.
pub fn request_id() -> String {
    ID.try_with(|id| id.to_string()).unwrap_or_default()
}

/// The generation of each read model that this request reads, as its answer will say.
pub fn generations() -> Arc<[(&'static str, u32)]> {
    GENERATIONS
        .try_with(Arc::clone)
        .unwrap_or_else(|_| Arc::from([]))
}

/// Runs a request's handler under the generations it reads.
pub(super) async fn with_generations<F: Future>(
    generations: Arc<[(&'static str, u32)]>,
    run: F,
) -> F::Output {
    GENERATIONS.scope(generations, run).await
}

/// A read handle on the generation that this request reads; outside of a request, on the live one.
pub fn view(platform: &Platform, model: &str) -> View {
    let mut view = platform.views.pin(model);
    let pinned = GENERATIONS.try_with(|pins| {
        let pin = pins.iter().find(|(name, _)| *name == model);
        pin.map(|(_, generation)| *generation)
    });
    if let Ok(Some(generation)) = pinned {
        view.generation = generation;
    }
    view
}

/// Rows that a store reads without a detour over another thread.
const SHORT: usize = 32;
/// Rows of each further read.
const LONG: usize = 512;

/// Rows of one partition key in order, at most `most`: a few at once, since there are mostly few.
///
/// # Errors
/// The store's faults.
pub async fn rows(
    view: &View,
    table: &'static str,
    partition: &[u8],
    most: usize,
) -> Result<Vec<Row>, PortError> {
    let mut range = RowRange {
        limit: most.min(SHORT),
        ..RowRange::default()
    };
    let mut rows = view.range(table, partition, range.clone()).await?;
    let mut full = rows.len() == SHORT;
    while full && rows.len() < most {
        let Some(last) = rows.last() else {
            break;
        };
        range.from = Some([&last.row[..], &[0]].concat().into());
        range.limit = LONG.min(most - rows.len());
        let more = view.range(table, partition, range.clone()).await?;
        full = more.len() == range.limit;
        rows.extend(more);
    }
    Ok(rows)
}

/// Gives each request an id and each answer the id of its request; answers a panic.
pub(super) async fn identify(request: Request, next: Next) -> Response {
    let sent = request.headers().get(REQUEST_ID);
    let sane = sent.filter(|id| id.len() <= ID_BYTES_MAX && !id.is_empty());
    let id: Arc<str> = match sane.and_then(|id| id.to_str().ok()) {
        Some(id) => id.into(),
        None => Uuid::now_v7().to_string().into(),
    };
    let run = ID.scope(Arc::clone(&id), async {
        let handled = AssertUnwindSafe(next.run(request)).catch_unwind();
        handled.await.unwrap_or_else(error::panicked)
    });
    let mut response = run.await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
