//! The one listener: finds the gateway a request is for, before any router sees it, and does what all gateways need.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Instant;

use axum::body::HttpBody;
use axum::extract::{DefaultBodyLimit, Request};
use axum::response::{IntoResponse, Response};
use axum::routing::future::RouteFuture;
use axum::routing::get;
use axum::serve::{self, IncomingStream};
use axum::{Json, Router};
use bytes::Bytes;
use http::{Method, StatusCode, Uri, header};
use runtime::observe::GATEWAY_STALENESS_SECONDS;
use runtime::trace::carry;
use tower::Service;

use super::edge::{Arrival, Entrance, Mount, Proxies, ProxyError};
use super::generation::{GENERATION, Live, Pinned};
use super::observe::{Meters, Noting};
use super::position::{self, POSITION};
use super::shared::Answering;
use super::trace::Traced;
use super::{ApiError, Gateway, GatewayContext, health, index, scope, shared};

/// Writes the text of `/metrics`.
pub type MetricsText = Arc<dyn Fn() -> String + Send + Sync>;

/// The whole HTTP side, a service: each gateway at `/<name>/…` and at host `<name>.localhost`, `/metrics` and the index
/// at `/`. A gateway that is alone has the root to itself. Cheap to clone.
///
/// `axum::serve` takes it as it is.
#[derive(Clone)]
pub struct Listener {
    mounts: Arc<Mounts>,
    /// The other end of the connection that this one serves.
    peer: Option<IpAddr>,
}

struct Mounts {
    context: GatewayContext,
    gateways: Vec<&'static Gateway>,
    mounted: Vec<Mounted>,
    metrics: MetricsText,
    version: &'static str,
}

/// One gateway, with what is done around each of its answers.
struct Mounted {
    name: &'static str,
    router: Router,
    context: GatewayContext,
    meters: Arc<Meters>,
    live: Option<Live>,
    /// Largest request body.
    limit: DefaultBodyLimit,
    /// For requests to `/<name>/…`.
    below: Arc<Entrance>,
    /// For requests to a host that is the gateway's own.
    whole: Arc<Entrance>,
}

/// Mounts these gateways.
///
/// # Errors
/// A `gateway.trusted_proxies` that does not parse.
pub fn listener(
    gateways: &[&'static Gateway],
    context: &GatewayContext,
    metrics: MetricsText,
) -> Result<Listener, ProxyError> {
    let proxies = Arc::new(Proxies::parse(&context.settings.gateway.trusted_proxies)?);
    let mounted = gateways.iter().map(|g| Mounted::new(g, context, &proxies));
    let mounts = Mounts {
        context: context.clone(),
        gateways: gateways.to_vec(),
        mounted: mounted.collect(),
        metrics,
        version: context.version,
    };
    Ok(Listener {
        mounts: Arc::new(mounts),
        peer: None,
    })
}

/// A connection is served by a listener of its own, which knows who is at its other end.
impl<L: serve::Listener<Addr = SocketAddr>> Service<IncomingStream<'_, L>> for Listener {
    type Response = Self;
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, connection: IncomingStream<'_, L>) -> Self::Future {
        ready(Ok(Self {
            mounts: Arc::clone(&self.mounts),
            peer: Some(connection.remote_addr().ip()),
        }))
    }
}

impl Service<Request> for Listener {
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Answering {
        shared::around(request, |request| {
            let begun = self.mounts.begin(request);
            let (mounts, peer) = (Arc::clone(&self.mounts), self.peer);
            async move { mounts.end(begun, peer).await }
        })
    }
}

impl Mounted {
    fn new(gateway: &'static Gateway, context: &GatewayContext, proxies: &Arc<Proxies>) -> Self {
        let entrance = |below| {
            let mount = Mount {
                gateway: gateway.name,
                below,
            };
            let proxies = Arc::clone(proxies);
            Arc::new(Entrance { mount, proxies })
        };
        let meters = Meters::new(gateway.name);
        let reads = !gateway.read_models.is_empty();
        Self {
            name: gateway.name,
            router: router(gateway, context).layer(Noting(Arc::clone(&meters))),
            context: context.clone(),
            meters,
            live: reads.then(|| Live::new(gateway.read_models)),
            limit: DefaultBodyLimit::max((gateway.body_limit)(&context.settings).as_usize()),
            below: entrance(true),
            whole: entrance(false),
        }
    }

    /// Prepares a request for the gateway's router.
    fn prepare(&self, request: &mut Request, below: bool) {
        if below && let Some(uri) = self::below(request.uri(), self.name) {
            *request.uri_mut() = uri;
        }
        if !request.body().is_end_stream() {
            self.limit.apply(request);
        }
    }

    /// Pins the generations that the request reads, if any, and names them in the answer.
    async fn pinned(
        &self,
        pinned: Option<Arc<Pinned>>,
        answer: RouteFuture<Infallible>,
    ) -> Response {
        if let Some(pinned) = &pinned {
            scope::pin(Arc::clone(pinned));
        }
        let mut response = shared::sure(answer).await;
        if let Some(pinned) = pinned {
            pinned.announce(response.headers_mut());
        }
        response
    }

    /// Answers a request that says what it wants to read: waits for its position, pins its generations.
    async fn consistent(&self, live: &Live, request: Request) -> Response {
        let (platform, wait) = (&self.context.platform, self.context.settings.gateway.wait);
        let headers = request.headers();
        let started = Instant::now();
        let waited = position::before_read(platform, wait, live.read_models(), headers).await;
        if headers.contains_key(POSITION) {
            metrics::histogram!(GATEWAY_STALENESS_SECONDS, "gateway" => self.name)
                .record(started.elapsed().as_secs_f64());
        }
        let pinned = match waited {
            Ok(()) => live.of_request(platform, headers).await,
            Err(error) => Err(error),
        };
        match pinned {
            Ok(pinned) => {
                let answer = self.router.clone().call(request);
                self.pinned(Some(pinned), answer).await
            }
            Err(error) => error.into_response(),
        }
    }
}

/// A gateway's routes and those that every gateway has.
fn router(gateway: &'static Gateway, context: &GatewayContext) -> Router {
    let document = Arc::new(OnceLock::new());
    let described = move || {
        let document = document.get_or_init(|| document_of(gateway)).clone();
        async move { ([(header::CONTENT_TYPE, "application/json")], document) }
    };
    (gateway.router)(context)
        .merge(health::routes(context.platform.clone()))
        .route("/openapi.json", get(described))
        .fallback(move |method, uri| landing(gateway, method, uri))
        .method_not_allowed_fallback(method_not_allowed)
}

/// The text of a gateway's contract.
fn document_of(gateway: &Gateway) -> Bytes {
    let text = serde_json::to_vec(&(gateway.openapi)());
    text.expect("a contract serialises: its keys are text")
        .into()
}

/// What a request is for.
enum Found {
    /// Whether the process lives.
    Live,
    /// Whether it does all that it was started for.
    Ready,
    /// A gateway by its place in the list, and whether its paths lie below `/<name>`.
    Gateway(usize, bool),
    Index,
    Metrics,
    Nothing,
}

/// A request for a gateway.
struct Entered {
    /// Its place in the list.
    gateway: usize,
    /// Whether its paths lie below `/<name>`.
    below: bool,
    started: Instant,
    traced: Option<Box<Traced>>,
}

/// A request that was looked at.
#[expect(clippy::large_enum_variant, reason = "nearly all are of the large one")]
enum Begun {
    /// A gateway's router has it.
    Routed {
        entered: Entered,
        pinned: Option<Arc<Pinned>>,
        answer: RouteFuture<Infallible>,
    },
    /// A gateway's router gets it when the read models are where it wants them.
    Asks {
        entered: Entered,
        request: Box<Request>,
    },
    /// It is for none of them.
    Other(Found, Box<Request>),
}

impl Mounts {
    /// Finds out whom a request is for and, mostly, hands it to that router.
    fn begin(&self, mut request: Request) -> Begun {
        let started = Instant::now();
        let found = self.find(&request);
        let Found::Gateway(gateway, below) = found else {
            return Begun::Other(found, Box::new(request));
        };
        let entered = Entered {
            gateway,
            below,
            started,
            traced: Traced::of(&request),
        };
        let mounted = &self.mounted[gateway];
        mounted.prepare(&mut request, below);
        let headers = request.headers();
        let asks = headers.contains_key(POSITION) || headers.contains_key(GENERATION);
        if asks && mounted.live.is_some() {
            let request = Box::new(request);
            return Begun::Asks { entered, request };
        }
        let platform = &mounted.context.platform;
        Begun::Routed {
            entered,
            pinned: mounted.live.as_ref().map(|live| live.now(platform)),
            answer: mounted.router.clone().call(request),
        }
    }

    /// Answers a request; one of a gateway is counted and timed.
    async fn end(&self, begun: Begun, peer: Option<IpAddr>) -> Response {
        let (entered, response) = match begun {
            Begun::Routed {
                entered,
                pinned,
                answer,
            } => {
                let mounted = self.enter(&entered, peer);
                let answer = scope::caught(mounted.pinned(pinned, answer));
                let response = match &entered.traced {
                    None => answer.await,
                    // Boxed, as below.
                    Some(traced) => Box::pin(carry(traced.header(), answer)).await,
                };
                (entered, response)
            }
            Begun::Asks { entered, request } => {
                let mounted = self.enter(&entered, peer);
                let Some(live) = &mounted.live else {
                    return not_found(request.method(), request.uri());
                };
                // Boxed: it is rare, and every request would carry its size about.
                let answer = Box::pin(scope::caught(mounted.consistent(live, *request)));
                let response = match &entered.traced {
                    None => answer.await,
                    Some(traced) => Box::pin(carry(traced.header(), answer)).await,
                };
                (entered, response)
            }
            Begun::Other(Found::Ready, _) => return health::whole(&self.context).await,
            Begun::Other(found, request) => return self.other(&found, &request),
        };
        let mounted = &self.mounted[entered.gateway];
        mounted.meters.count(entered.started, response.status());
        if let Some(traced) = entered.traced {
            traced.end(mounted.name, response.status());
        }
        response
    }

    /// Notes for the request how it came in, and gives its gateway.
    fn enter(&self, entered: &Entered, peer: Option<IpAddr>) -> &Mounted {
        let mounted = &self.mounted[entered.gateway];
        let entrance = match entered.below {
            true => &mounted.below,
            false => &mounted.whole,
        };
        scope::arrived(Arrival {
            peer,
            entrance: Arc::clone(entrance),
        });
        mounted
    }

    fn other(&self, found: &Found, request: &Request) -> Response {
        match found {
            Found::Index => index::answer(&self.gateways, self.version, request.headers()),
            Found::Metrics => {
                let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
                (kind, (self.metrics)()).into_response()
            }
            Found::Live => health::alive().into_response(),
            Found::Gateway(..) | Found::Ready | Found::Nothing => {
                not_found(request.method(), request.uri())
            }
        }
    }

    fn find(&self, request: &Request) -> Found {
        if let Some(gateway) = self.by_host(request) {
            return Found::Gateway(gateway, false);
        }
        let path = request.uri().path();
        if path == "/metrics" {
            return Found::Metrics;
        }
        if self.mounted.len() == 1 {
            return Found::Gateway(0, false);
        }
        let first = path[1.min(path.len())..].split('/').next().unwrap_or("");
        match self.named(first) {
            Some(gateway) => Found::Gateway(gateway, true),
            None if path == "/" => Found::Index,
            None if path == "/health/live" => Found::Live,
            None if path == "/health/ready" => Found::Ready,
            None => Found::Nothing,
        }
    }

    fn named(&self, name: &str) -> Option<usize> {
        self.mounted.iter().position(|gateway| gateway.name == name)
    }

    /// The gateway named by a host such as `catalyst.localhost:8080`.
    fn by_host(&self, request: &Request) -> Option<usize> {
        let host = match request.headers().get(header::HOST) {
            Some(host) => host.to_str().ok()?,
            None => request.uri().host()?,
        };
        let name = host.split(':').next()?;
        let (gateway, rest) = name.split_once('.')?;
        if !rest.trim_end_matches('.').eq_ignore_ascii_case("localhost") {
            return None;
        }
        self.named(&gateway.to_ascii_lowercase())
    }
}

/// The URI below `/<gateway>`, bytes untouched.
fn below(uri: &Uri, gateway: &str) -> Option<Uri> {
    let rest = uri.path_and_query()?.as_str().get(gateway.len() + 1..)?;
    match rest.as_bytes().first() {
        Some(b'/') => rest.parse().ok(),
        _ => format!("/{rest}").parse().ok(),
    }
}

/// A gateway without a page of its own at `/` says there what it is.
async fn landing(gateway: &'static Gateway, method: Method, uri: Uri) -> Response {
    if uri.path() != "/" || !(method == Method::GET || method == Method::HEAD) {
        return not_found(&method, &uri);
    }
    Json(serde_json::json!({
        "name": gateway.name, "title": gateway.title, "openapi": "openapi.json",
        "ready": "health/ready",
    }))
    .into_response()
}

fn not_found(method: &Method, uri: &Uri) -> Response {
    let path: String = uri.path().chars().take(200).collect();
    ApiError::not_found(format!("no route {method} {path}")).into_response()
}

async fn method_not_allowed(method: Method, uri: Uri) -> Response {
    let path: String = uri.path().chars().take(200).collect();
    ApiError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        format!("{path} does not answer {method}"),
    )
    .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mount_is_cut_off_and_nothing_else() {
        for (from, to) in [
            ("/catalyst", "/"),
            ("/catalyst/", "/"),
            ("/catalyst/a%2Fb?x=%2F", "/a%2Fb?x=%2F"),
            ("/catalyst?x=1", "/?x=1"),
            ("/catalyst//a", "//a"),
        ] {
            let uri: Uri = from.parse().expect("a path");
            let cut = below(&uri, "catalyst").map(|u| u.to_string());
            assert_eq!(cut.as_deref(), Some(to), "{from}");
        }
    }
}
