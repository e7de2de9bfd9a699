//! What belongs to one request and is known everywhere below its handler: its id and the generations it reads.

use std::future::Future;
use std::sync::Arc;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use runtime::platform::Platform;
use runtime::reading::View;
use uuid::Uuid;

/// Header of the request's id, kept when the caller sends a sane one.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const ID_BYTES_MAX: usize = 128;

tokio::task_local! {
    static ID: Arc<str>;
    static GENERATIONS: Arc<[(String, u32)]>;
}

/// The id of the request being handled; empty outside of one.
pub fn request_id() -> String {
    ID.try_with(|id| id.to_string()).unwrap_or_default()
}

/// The generation of each read model that this request reads, as its answer will say.
pub fn generations() -> Arc<[(String, u32)]> {
    GENERATIONS
        .try_with(Arc::clone)
        .unwrap_or_else(|_| Arc::from([]))
}

/// Runs a request's handler under the generations it reads.
pub(super) async fn with_generations<F: Future>(
    generations: Arc<[(String, u32)]>,
    run: F,
) -> F::Output {
    GENERATIONS.scope(generations, run).await
}

/// A read handle on the generation that this request reads; outside of a request, on the live one.
pub fn view(platform: &Platform, model: &str) -> View {
    let mut view = platform.views.pin(model);
    let pinned = GENERATIONS.try_with(|pins| {
        let pin = pins.iter().find(|(name, _)| name == model);
        pin.map(|(_, generation)| *generation)
    });
    if let Ok(Some(generation)) = pinned {
        view.generation = generation;
    }
    view
}

/// Gives each request an id and each answer the id of its request.
pub(super) async fn identify(request: Request, next: Next) -> Response {
    let sent = request.headers().get(REQUEST_ID);
    let sane = sent.filter(|id| id.len() <= ID_BYTES_MAX && !id.is_empty());
    let id: Arc<str> = match sane.and_then(|id| id.to_str().ok()) {
        Some(id) => id.into(),
        None => Uuid::now_v7().to_string().into(),
    };
    let mut response = ID.scope(Arc::clone(&id), next.run(request)).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
