//! The one listener: finds the gateway a request is for and lays the shared layers around it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{HeaderName, Method, StatusCode, Uri, header};
use tower::{ServiceBuilder, ServiceExt};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate, SizeAbove};
use tower_http::cors::{AllowHeaders, AllowMethods, Any, CorsLayer};

use super::edge::{Mount, Proxies, ProxyError};
use super::{ApiError, Gateway, GatewayContext, generation, health, index, observe};
use super::{position, scope};

/// Writes the text of `/metrics`.
pub type MetricsText = Arc<dyn Fn() -> String + Send + Sync>;

/// Marks an answer that must go out as it is: content files, whose bytes have a length and a hash.
#[derive(Clone, Copy, Debug)]
pub struct Uncompressed;

struct Mounts {
    gateways: Vec<&'static Gateway>,
    routers: BTreeMap<&'static str, Router>,
    proxies: Arc<Proxies>,
    metrics: MetricsText,
    version: &'static str,
}

/// The whole HTTP side: each gateway at `/<name>/…` and at host `<name>.localhost`, `/metrics` and the index at `/`.
/// A gateway that is alone has the root to itself.
///
/// Serve it with `into_make_service_with_connect_info::<SocketAddr>()`, so that gateways know their clients.
///
/// # Errors
/// A `gateway.trusted_proxies` that does not parse.
pub fn listener(
    gateways: &[&'static Gateway],
    context: &GatewayContext,
    metrics: MetricsText,
) -> Result<Router, ProxyError> {
    let routers = gateways.iter().map(|g| (g.name, mounted(g, context)));
    let mounts = Mounts {
        gateways: gateways.to_vec(),
        routers: routers.collect(),
        proxies: Arc::new(Proxies::parse(&context.settings.gateway.trusted_proxies)?),
        metrics,
        version: context.version,
    };
    let router = Router::new()
        .fallback(dispatch)
        .with_state(Arc::new(mounts));
    Ok(shared(router))
}

/// Bytes that fit one packet with its headers: smaller ones would only cost time.
const ONE_PACKET: u16 = 1400;

/// The layers that every answer passes, ours or a folder server's.
pub fn shared(router: Router) -> Router {
    let compressible = DefaultPredicate::new().and(SizeAbove::new(ONE_PACKET)).and(
        |_: StatusCode, _: http::Version, _: &http::HeaderMap, extensions: &http::Extensions| {
            extensions.get::<Uncompressed>().is_none()
        },
    );
    router.layer(
        ServiceBuilder::new()
            .layer(cors())
            .layer(
                CompressionLayer::new()
                    .quality(CompressionLevel::Fastest)
                    .compress_when(compressible),
            )
            .layer(middleware::from_fn(scope::identify)),
    )
}

fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([
            position::POSITION,
            generation::GENERATION,
            scope::REQUEST_ID,
            header::ETAG,
            header::RETRY_AFTER,
            header::CONTENT_RANGE,
            header::CONTENT_LENGTH,
            HeaderName::from_static("x-worldlog-partition"),
            HeaderName::from_static("x-worldlog-offset"),
        ])
        .max_age(std::time::Duration::from_secs(86_400))
}

/// What the layer around one gateway's routes knows.
struct Around {
    context: GatewayContext,
    meters: observe::Meters,
    live: Option<generation::Live>,
}

/// One gateway's router under the layers that need to know the gateway. They are few and applied at once: each
/// application costs every request an allocation or two.
fn mounted(gateway: &'static Gateway, context: &GatewayContext) -> Router {
    let openapi = Arc::new((gateway.openapi)());
    let described = move || async move { Json(openapi.as_ref().clone()) };
    let limit = (gateway.body_limit)(&context.settings).as_usize();
    let reads = !gateway.read_models.is_empty();
    let around = Arc::new(Around {
        context: context.clone(),
        meters: observe::Meters::new(gateway.name),
        live: reads.then(|| generation::Live::new(gateway.read_models)),
    });
    let around = middleware::from_fn(move |request, next| {
        let around = Arc::clone(&around);
        async move { around.run(request, next).await }
    });
    let layers = ServiceBuilder::new()
        .layer(around)
        .layer(DefaultBodyLimit::max(limit));
    (gateway.router)(context)
        .merge(health::routes(context.platform.clone()))
        .route("/openapi.json", get(described))
        .fallback(move |method, uri| landing(gateway, method, uri))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(layers)
}

impl Around {
    /// Counts and times a request.
    async fn run(&self, request: Request, next: Next) -> Response {
        let meter = self.meters.begin(&request);
        let response = match &self.live {
            Some(live) => self.consistent(live, request, next).await,
            None => next.run(request).await,
        };
        meter.end(&self.meters, response.status());
        response
    }

    /// Waits for the position a request carries, pins the generations it reads and names them in the answer.
    async fn consistent(&self, live: &generation::Live, request: Request, next: Next) -> Response {
        let (platform, wait) = (&self.context.platform, self.context.settings.gateway.wait);
        let waited = position::before_read(platform, wait, live.read_models(), request.headers());
        let pinned = match waited.await {
            Ok(()) => live.of_request(platform, request.headers()).await,
            Err(error) => Err(error),
        };
        let pinned = match pinned {
            Ok(pinned) => pinned,
            Err(error) => return error.into_response(),
        };
        let run = scope::with_generations(Arc::clone(&pinned.generations), next.run(request));
        let mut response = run.await;
        pinned.announce(response.headers_mut());
        response
    }
}

async fn dispatch(State(mounts): State<Arc<Mounts>>, mut request: Request) -> Response {
    let (mount, uri) = match mounts.find(&request) {
        Found::Gateway(mount, uri) => (mount, uri),
        Found::Index => {
            return index::answer(&mounts.gateways, mounts.version, request.headers());
        }
        Found::Metrics => {
            let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
            return (kind, (mounts.metrics)()).into_response();
        }
        Found::Nothing => return not_found(request.method().clone(), request.uri().clone()).await,
    };
    if let Some(uri) = uri {
        *request.uri_mut() = uri;
    }
    let extensions = request.extensions_mut();
    extensions.insert(mount);
    extensions.insert(Arc::clone(&mounts.proxies));
    let router = mounts.routers[mount.gateway].clone();
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

enum Found {
    Gateway(Mount, Option<Uri>),
    Index,
    Metrics,
    Nothing,
}

impl Mounts {
    fn find(&self, request: &Request) -> Found {
        let whole = |gateway| {
            let mount = Mount {
                gateway,
                below: false,
            };
            Found::Gateway(mount, None)
        };
        if let Some(gateway) = self.by_host(request) {
            return whole(gateway);
        }
        let path = request.uri().path();
        if path == "/metrics" {
            return Found::Metrics;
        }
        if let [only] = &self.gateways[..] {
            return whole(only.name);
        }
        let first = path[1.min(path.len())..].split('/').next().unwrap_or("");
        match self.routers.get_key_value(first) {
            Some((gateway, _)) => {
                let mount = Mount {
                    gateway,
                    below: true,
                };
                Found::Gateway(mount, below(request.uri(), gateway))
            }
            None if path == "/" => Found::Index,
            None => Found::Nothing,
        }
    }

    /// The gateway named by a host such as `catalyst.localhost:8080`.
    fn by_host(&self, request: &Request) -> Option<&'static str> {
        let host = match request.headers().get(header::HOST) {
            Some(host) => host.to_str().ok()?,
            None => request.uri().host()?,
        };
        let name = host.split(':').next()?;
        let (gateway, rest) = name.split_once('.')?;
        let found = rest
            .trim_end_matches('.')
            .eq_ignore_ascii_case("localhost")
            .then(|| {
                self.routers
                    .get_key_value(gateway.to_ascii_lowercase().as_str())
            })??;
        Some(found.0)
    }
}

/// The URI below `/<gateway>`, bytes untouched.
fn below(uri: &Uri, gateway: &str) -> Option<Uri> {
    let rest = uri.path_and_query()?.as_str().get(gateway.len() + 1..)?;
    let rest = match rest.as_bytes().first() {
        Some(b'/') => rest.to_owned(),
        _ => format!("/{rest}"),
    };
    rest.parse().ok()
}

/// A gateway without a page of its own at `/` says there what it is.
async fn landing(gateway: &'static Gateway, method: Method, uri: Uri) -> Response {
    if uri.path() != "/" || !(method == Method::GET || method == Method::HEAD) {
        return not_found(method, uri).await;
    }
    Json(serde_json::json!({
        "name": gateway.name, "title": gateway.title, "openapi": "openapi.json",
        "ready": "health/ready",
    }))
    .into_response()
}

async fn not_found(method: Method, uri: Uri) -> Response {
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
