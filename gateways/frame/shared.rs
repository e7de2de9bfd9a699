//! What lies around every answer, ours or a folder server's: its request's id, the end of a panic, compression, the
//! cross-origin rules.
//!
//! One function instead of a layer each: each layer of a router costs every request some allocations and moves.

use std::convert::Infallible;
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use futures::future::BoxFuture;
use http::{HeaderMap, HeaderValue, Method, header};
use tower::Service;

use super::{compression, cors, scope};

/// What of a request's head its answer needs, whoever makes it.
pub(super) struct Asked {
    id: HeaderValue,
    /// The lines of `accept-encoding`.
    accepted: Vec<HeaderValue>,
}

impl Asked {
    fn of(headers: &HeaderMap) -> Self {
        let accepted = headers.get_all(header::ACCEPT_ENCODING);
        Self {
            id: scope::id_of(headers),
            accepted: accepted.iter().cloned().collect(),
        }
    }

    /// Awaits an answer to the request and lays around it what every answer has.
    async fn around(self, answer: impl Future<Output = Response>) -> Response {
        let response = scope::run(self.id.clone(), answer).await;
        let mut response = compression::compressed(response, self.accepted).await;
        let headers = response.headers_mut();
        headers.insert(scope::REQUEST_ID, self.id);
        cors::expose(headers);
        response
    }
}

/// The future of a service that cannot fail.
pub(super) type Answering = BoxFuture<'static, Result<Response, Infallible>>;

/// Answers a request with what every answer has around it. `begin` runs at once and makes the future that answers: what
/// it decides at once does not make that future larger, which is moved for every request.
pub(super) fn around<F, R>(request: Request, begin: F) -> Answering
where
    F: FnOnce(Request) -> R,
    R: Future<Output = Response> + Send + 'static,
{
    if request.method() == Method::OPTIONS {
        let response = cors::preflight(request.headers());
        return Box::pin(std::future::ready(Ok(response)));
    }
    let asked = Asked::of(request.headers());
    let answer = begin(request);
    Box::pin(async move { Ok(asked.around(answer).await) })
}

/// A router with what every answer has around its answers.
pub fn shared(router: Router) -> Router {
    Router::new().fallback_service(Shared(router))
}

#[derive(Clone)]
struct Shared(Router);

impl Service<Request> for Shared {
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Answering {
        around(request, |request| sure(self.0.call(request)))
    }
}

/// The answer of something that cannot fail.
pub(super) async fn sure(answer: impl Future<Output = Result<Response, Infallible>>) -> Response {
    match answer.await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
