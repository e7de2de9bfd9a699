//! The trace of a request: it comes in `traceparent` or begins here, and what the request appends carries it on.

use std::sync::Arc;

use axum::extract::Request;
use http::{Method, StatusCode};
use kernel::TraceContext;
use runtime::observe::span;
use runtime::trace::{Kind, Open, on};

use super::scope;

const HEADER: &str = "traceparent";

/// A request that belongs to a trace.
pub(super) struct Traced {
    /// What its records carry.
    header: Arc<str>,
    /// Its span, where that is recorded.
    span: Option<(Method, Open)>,
}

impl Traced {
    /// `None` for a request whose trace nobody wants to know of, as most are.
    pub(super) fn of(request: &Request) -> Option<Box<Self>> {
        let came = request.headers().get(HEADER);
        if came.is_none() && !on() {
            return None;
        }
        let came = came.and_then(|value| TraceContext::parse(value.to_str().ok()?));
        let span = Open::begin(Kind::Server, came.as_ref());
        let carried = span.as_ref().map(Open::context).or(came)?;
        Some(Box::new(Self {
            header: carried.to_string().into(),
            span: span.map(|span| (request.method().clone(), span)),
        }))
    }

    /// The `traceparent` of what it appends.
    pub(super) fn header(&self) -> Arc<str> {
        Arc::clone(&self.header)
    }

    /// The request was answered.
    pub(super) fn end(self, gateway: &'static str, status: StatusCode) {
        let Some((method, mut span)) = self.span else {
            return;
        };
        span.say(span::GATEWAY, gateway);
        span.say(span::METHOD, method.as_str());
        span.say(span::STATUS, u32::from(status.as_u16()));
        if status.is_server_error() {
            span.failed(status.to_string());
        }
        let route = scope::route();
        let route = route.as_ref().map(|route| route.name());
        if let Some(route) = route {
            span.say(span::ROUTE, route);
        }
        // The pattern, not the path: names have few different values.
        span.end(format!(
            "{method} {gateway} {}",
            route.unwrap_or("unmatched")
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    const SENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn request(traceparent: Option<&str>) -> Request {
        let mut request = Request::builder();
        if let Some(text) = traceparent {
            request = request.header(HEADER, text);
        }
        request.body(Body::empty()).expect("a request")
    }

    #[test]
    fn what_came_is_carried_though_nobody_is_told_of_spans() {
        let traced = Traced::of(&request(Some(SENT))).expect("it is in a trace");
        assert_eq!(&*traced.header(), SENT);
        assert!(traced.span.is_none());
    }

    #[test]
    fn a_request_without_one_and_one_that_is_none_carry_nothing() {
        for sent in [None, Some("rubbish"), Some("00-0-0-00")] {
            assert!(Traced::of(&request(sent)).is_none(), "{sent:?}");
        }
    }
}
