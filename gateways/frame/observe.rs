//! The metrics of the HTTP side. Their names live here and nowhere else.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use http::StatusCode;
use metrics::{Counter, Histogram};

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

struct Route {
    name: Box<str>,
    seconds: Histogram,
    requests: RwLock<BTreeMap<u16, Counter>>,
}

impl Meters {
    pub(super) fn new(gateway: &'static str) -> Self {
        Self {
            gateway,
            routes: RwLock::default(),
        }
    }

    /// Starts to time a request that was matched to its route.
    pub(super) fn begin(&self, request: &Request) -> Meter {
        let matched = request.extensions().get::<MatchedPath>();
        Meter {
            started: Instant::now(),
            route: self.route(matched.map_or(UNMATCHED, MatchedPath::as_str)),
        }
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
            name: name.into(),
            seconds: metrics::histogram!(SECONDS, &labels),
            requests: RwLock::default(),
        });
        let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(routes.entry(name.into()).or_insert(route))
    }

    fn requests(&self, route: &Route, status: u16) -> Counter {
        let known = route
            .requests
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(counter) = known.get(&status) {
            return counter.clone();
        }
        drop(known);
        let labels = [
            ("gateway", self.gateway.to_owned()),
            ("route", route.name.to_string()),
            ("status", status.to_string()),
        ];
        let counter = metrics::counter!(REQUESTS, &labels);
        let mut known = route
            .requests
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        known.entry(status).or_insert(counter).clone()
    }
}

/// One request being timed.
pub(super) struct Meter {
    started: Instant,
    route: Arc<Route>,
}

impl Meter {
    /// Counts and times the request.
    pub(super) fn end(self, meters: &Meters, status: StatusCode) {
        let seconds = self.started.elapsed().as_secs_f64();
        self.route.seconds.record(seconds);
        meters.requests(&self.route, status.as_u16()).increment(1);
    }
}
