//! The metrics of the HTTP side. Their names live here and nowhere else.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::task::{Context, Poll};
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use http::StatusCode;
use metrics::{Counter, Histogram};
use tower::{Layer, Service};

use super::scope;

/// Requests by gateway, route pattern and status.
pub const REQUESTS: &str = "http_requests_total";
/// Seconds from a request's head to its answer's head, by gateway and route pattern.
pub const SECONDS: &str = "http_request_seconds";
/// The route label of a request that matched none: a remote must not make labels.
const UNMATCHED: &str = "unmatched";

/// The meters of one gateway, kept so that a request does not look them up by their labels.
pub(super) struct Meters {
    gateway: &'static str,
    routes: RwLock<HashMap<Box<str>, Arc<Route>>>,
}

/// The meters of one route.
pub(super) struct Route {
    gateway: &'static str,
    name: Box<str>,
    seconds: Histogram,
    /// Answers with 200, which nearly all are: no lock for them.
    ok: OnceLock<Counter>,
    others: RwLock<BTreeMap<u16, Counter>>,
}

impl Meters {
    pub(super) fn new(gateway: &'static str) -> Arc<Self> {
        Arc::new(Self {
            gateway,
            routes: RwLock::default(),
        })
    }

    /// Counts and times a request that began at `started` and whose answer's head is there.
    pub(super) fn count(&self, started: Instant, status: StatusCode) {
        let route = scope::route().unwrap_or_else(|| self.route(UNMATCHED));
        route.seconds.record(started.elapsed().as_secs_f64());
        route.count(status);
    }

    fn route(&self, name: &str) -> Arc<Route> {
        let routes = self.routes.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(route) = routes.get(name) {
            return Arc::clone(route);
        }
        drop(routes);
        let labels = [
            ("gateway", self.gateway.to_owned()),
            ("route", name.to_owned()),
        ];
        let route = Arc::new(Route {
            gateway: self.gateway,
            name: name.into(),
            seconds: metrics::histogram!(SECONDS, &labels),
            ok: OnceLock::new(),
            others: RwLock::default(),
        });
        let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(routes.entry(name.into()).or_insert(route))
    }
}

impl Route {
    /// Its pattern.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    fn count(&self, status: StatusCode) {
        if status == StatusCode::OK {
            self.ok.get_or_init(|| self.counter(status)).increment(1);
            return;
        }
        let known = self.others.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(counter) = known.get(&status.as_u16()) {
            return counter.increment(1);
        }
        drop(known);
        let counter = self.counter(status);
        let mut known = self.others.write().unwrap_or_else(PoisonError::into_inner);
        known.entry(status.as_u16()).or_insert(counter).increment(1);
    }

    fn counter(&self, status: StatusCode) -> Counter {
        let labels = [
            ("gateway", self.gateway.to_owned()),
            ("route", self.name.to_string()),
            ("status", status.as_str().to_owned()),
        ];
        metrics::counter!(REQUESTS, &labels)
    }
}

/// Layer of a gateway's router: notes for each request the meters of the route it was matched to. Only below the router
/// is the route known.
#[derive(Clone)]
pub(super) struct Noting(pub(super) Arc<Meters>);

/// A route's service below [`Noting`].
#[derive(Clone)]
pub(super) struct Noted<S> {
    below: Arc<Below>,
    inner: S,
}

struct Below {
    meters: Arc<Meters>,
    /// The route that was matched first. A service has one route, as a rule, so it is looked up once.
    first: OnceLock<Arc<Route>>,
}

impl<S> Layer<S> for Noting {
    type Service = Noted<S>;

    fn layer(&self, inner: S) -> Noted<S> {
        let below = Below {
            meters: Arc::clone(&self.0),
            first: OnceLock::new(),
        };
        Noted {
            below: Arc::new(below),
            inner,
        }
    }
}

impl<S: Service<Request>> Service<Request> for Noted<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> S::Future {
        if let Some(matched) = request.extensions().get::<MatchedPath>() {
            scope::matched(self.below.route(matched.as_str()));
        }
        self.inner.call(request)
    }
}

impl Below {
    fn route(&self, name: &str) -> Arc<Route> {
        let known = self.first.get_or_init(|| self.meters.route(name));
        if *known.name == *name {
            return Arc::clone(known);
        }
        self.meters.route(name)
    }
}
