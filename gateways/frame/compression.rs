//! Compression of answers that are larger than a packet.

use std::convert::Infallible;
use std::future::ready;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, Request, StatusCode, header};
use tower::{Layer, ServiceExt, service_fn};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate, SizeAbove};

/// Marks an answer that must go out as it is: content files, whose bytes have a length and a hash.
#[derive(Clone, Copy, Debug)]
pub struct Uncompressed;

/// Bytes that fit one packet with its headers: smaller ones would only cost time.
const ONE_PACKET: u16 = 1400;

/// Compresses an answer for a client that sent these `accept-encoding` lines, if that is of any use.
///
/// Most answers are small. The layer is laid around those alone that are not: it wraps the body in any case.
pub(super) async fn compressed(response: Response, accepted: Vec<HeaderValue>) -> Response {
    if !SizeAbove::new(ONE_PACKET).should_compress(&response) {
        return response;
    }
    let mut request = Request::new(());
    for value in accepted {
        request.headers_mut().append(header::ACCEPT_ENCODING, value);
    }
    let mut response = Some(response);
    let answer = service_fn(move |_: Request<()>| {
        let response = response.take().expect("the service is called once");
        ready(Ok::<_, Infallible>(response))
    });
    let compressible = DefaultPredicate::new().and(
        |_: StatusCode, _: http::Version, _: &http::HeaderMap, extensions: &http::Extensions| {
            extensions.get::<Uncompressed>().is_none()
        },
    );
    let layer = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(compressible);
    match layer.layer(answer).oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}
