//! What belongs to one request and is known everywhere below its handler: its id, the generations it reads, the meters
//! of its route.

use std::cell::OnceCell;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::response::Response;
use futures::{FutureExt, TryFutureExt};
use http::{HeaderMap, HeaderName, HeaderValue};
use runtime::platform::Platform;
use runtime::ports::{PortError, Row, RowRange};
use runtime::reading::View;
use uuid::{NoContext, Timestamp, Uuid};

use super::edge::Arrival;
use super::error;
use super::generation::Pinned;
use super::observe::Route;

/// Header of the request's id, kept when the caller sends a sane one.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const ID_BYTES_MAX: usize = 128;

tokio::task_local! {
    static CURRENT: Current;
}

/// The request being handled.
struct Current {
    /// A header's value, for that is where it goes most often; always text.
    id: HeaderValue,
    arrival: OnceCell<Arrival>,
    pinned: OnceCell<Arc<Pinned>>,
    route: OnceCell<Arc<Route>>,
}

/// The id of a request: the caller's own if it is sane, else a new one.
pub(super) fn id_of(headers: &HeaderMap) -> HeaderValue {
    let sane =
        |id: &&HeaderValue| !id.is_empty() && id.len() <= ID_BYTES_MAX && id.to_str().is_ok();
    if let Some(id) = headers.get(REQUEST_ID).filter(sane) {
        return id.clone();
    }
    // Without the counter that orders the ids of one millisecond: all threads would share it.
    let now = Timestamp::now(NoContext);
    let mut text = Uuid::encode_buffer();
    let text = Uuid::new_v7(now).hyphenated().encode_lower(&mut text);
    HeaderValue::from_str(text).expect("hexadecimal digits and hyphens are legal in a header")
}

/// Runs a request's handling under its id. A panic in it is answered, not passed on.
pub(super) fn run(
    id: HeaderValue,
    handling: impl Future<Output = Response>,
) -> impl Future<Output = Response> {
    let current = Current {
        id,
        arrival: OnceCell::new(),
        pinned: OnceCell::new(),
        route: OnceCell::new(),
    };
    CURRENT.scope(current, caught(handling))
}

/// Answers a panic.
pub(super) fn caught(handling: impl Future<Output = Response>) -> impl Future<Output = Response> {
    let handled = AssertUnwindSafe(handling).catch_unwind();
    handled.unwrap_or_else(error::panicked)
}

/// The id of the request being handled; empty outside of one.
pub fn request_id() -> String {
    let id = CURRENT.try_with(|current| current.id.to_str().map(str::to_owned));
    id.ok().and_then(Result::ok).unwrap_or_default()
}

/// Notes how the request came in. Here and not in its extensions: most requests are not asked for it.
pub(super) fn arrived(arrival: Arrival) {
    // Outside of a request there is nothing to note, and a request comes in once.
    let _ = CURRENT.try_with(|current| current.arrival.set(arrival));
}

/// How the request came in, if the listener said so.
pub(super) fn arrival<T>(look: impl Fn(Option<&Arrival>) -> T) -> T {
    let looked = CURRENT.try_with(|current| look(current.arrival.get()));
    looked.unwrap_or_else(|_| look(None))
}

/// Fixes the generations that the rest of the request reads.
pub(super) fn pin(pinned: Arc<Pinned>) {
    // Outside of a request there is nothing to fix, and a request is pinned once.
    let _ = CURRENT.try_with(|current| current.pinned.set(pinned));
}

/// Notes the route that the request was matched to.
pub(super) fn matched(route: Arc<Route>) {
    let _ = CURRENT.try_with(|current| current.route.set(route));
}

/// The route that the request was matched to, if any.
pub(super) fn route() -> Option<Arc<Route>> {
    let route = CURRENT.try_with(|current| current.route.get().cloned());
    route.ok().flatten()
}

/// A read handle on the generation that this request reads; outside of a request, on the live one.
pub fn view(platform: &Platform, model: &str) -> View {
    let mut view = platform.views.pin(model);
    let pinned = CURRENT.try_with(|current| current.pinned.get()?.of(model));
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
