//! `/convert`: pictures of the web as GPU textures, for clients that ask for them by URL.
//!
//! What a URL holds is believed for a while; then its server is asked whether that is still so. What an image becomes
//! depends on its bytes and on what it is for, is kept among the blobs under both ([`store`]), and is made once however
//! many ask. Pixels are worked on beside the requests, a few images at a time ([`encode`]).

mod encode;
mod fetch;
mod flights;
mod memory;
mod observe;
mod store;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, header};
use reqwest::Url;
use runtime::ports::PortError;
use serde::Deserialize;
use texture::Usage;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::frame::{self, ApiError, BlobHead, ErrorBody, FOR_EVER, GatewayContext};
use fetch::{Fetcher, Got};
use flights::Flights;
use memory::{Known, Memory};
use store::{Shelf, Stored};

/// Seconds after which a request that found everything busy may come again.
const BUSY_SECONDS: u64 = 2;
/// Seconds after which a request whose image took too long may come again.
const LATE_SECONDS: u64 = 5;

/// What an image became, or why it became nothing.
type Outcome = Result<Stored, ApiError>;

/// What is asked for: an image by its URL, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Wanted {
    url: Url,
    usage: Usage,
}

/// Handlers' state. Cheap to clone.
#[derive(Clone)]
pub(super) struct Images(Arc<Converter>);

struct Converter {
    fetcher: Fetcher,
    shelf: Arc<Shelf>,
    memory: Mutex<Memory>,
    /// URLs that are being looked at.
    flights: Flights<Wanted, Outcome>,
    url_bytes_max: usize,
    wait: Duration,
    fresh: Duration,
    /// Within which servers may say something else.
    fresh_bounds: (Duration, Duration),
    failed_for: Duration,
}

impl Images {
    pub(super) fn new(context: &GatewayContext) -> Self {
        let settings = &context.settings.assets;
        Self(Arc::new(Converter {
            fetcher: Fetcher::new(&context.outbound, settings),
            shelf: Arc::new(Shelf::new(Arc::clone(&context.platform.blobs), settings)),
            memory: Mutex::new(Memory::new(settings.image_urls)),
            flights: Flights::default(),
            url_bytes_max: settings.image_url_bytes_max,
            wait: settings.image_wait.0,
            fresh: settings.image_fresh.0,
            fresh_bounds: (settings.image_fresh_min.0, settings.image_fresh_max.0),
            failed_for: settings.image_failed_for.0,
        }))
    }
}

/// The routes.
pub(super) fn routes() -> OpenApiRouter<Images> {
    OpenApiRouter::new()
        .routes(routes!(convert))
        .routes(routes!(converted))
}

/// What an image is for.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum For {
    /// Colours, in sRGB.
    #[default]
    Colour,
    /// Numbers, linear.
    Data,
    /// Vectors of a normal map.
    Normal,
}

impl From<For> for Usage {
    fn from(usage: For) -> Self {
        match usage {
            For::Colour => Self::Colour,
            For::Data => Self::Data,
            For::Normal => Self::Normal,
        }
    }
}

/// Query of `/convert`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ConvertQuery {
    /// Where the image is, percent-encoded.
    url: String,
    /// What it is for.
    #[serde(default)]
    #[param(inline)]
    usage: For,
}

/// An image of the web as a KTX2 texture with mip maps; a small one may stay the PNG or JPEG it is.
#[utoipa::path(get, path = "/convert", tag = "images",
    params(ConvertQuery, ("range" = Option<String>, Header, description = "a single byte range"),
        ("if-none-match" = Option<String>, Header)),
    responses((status = 200, description = "the texture", content_type = "image/ktx2"),
        (status = 206, description = "a part of it"), (status = 304, description = "not modified"),
        (status = 400, body = ErrorBody, description = "no such URL"),
        (status = 403, body = ErrorBody, description = "a host that images are not fetched from, or a private address"),
        (status = 413, body = ErrorBody, description = "too many bytes"),
        (status = 415, body = ErrorBody, description = "not an image that is read"),
        (status = 416, description = "no such range"),
        (status = 422, body = ErrorBody, description = "broken, or too many pixels"),
        (status = 502, body = ErrorBody, description = "its server does not give it"),
        (status = 503, body = ErrorBody, description = "busy: come again after `retry-after`"),
        (status = 504, body = ErrorBody, description = "its server is too slow")))]
async fn convert(
    State(Images(images)): State<Images>,
    method: Method,
    query: Result<Query<ConvertQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let wanted = images.wanted(query)?;
    // Blobs may be removed: then what was remembered of the URL is void, once.
    for _ in 0..2 {
        let stored = images.of(&wanted).await?;
        let fresh = images.memory().kept_for(&wanted).unwrap_or(images.fresh);
        let bounded = format!("public,max-age={}", fresh.as_secs());
        let bounded = HeaderValue::try_from(bounded).map_err(ApiError::internal)?;
        if let Some(mut answer) = images.answer(&stored, &method, &headers, bounded).await? {
            let place = HeaderValue::try_from(format!("convert/{}", stored.name()));
            let place = place.map_err(ApiError::internal)?;
            answer.headers_mut().insert(header::CONTENT_LOCATION, place);
            return Ok(answer);
        }
        images.memory().forget(&wanted);
    }
    Err(PortError::retry("a texture is removed as soon as it is made").into())
}

/// The same by its content, as `content-location` names it: it never changes.
#[utoipa::path(get, path = "/convert/{name}", tag = "images",
    params(("name" = String, Path, description = "64 hexadecimal digits, and `.ktx2`, `.png` or `.jpg`"),
        ("range" = Option<String>, Header, description = "a single byte range"),
        ("if-none-match" = Option<String>, Header)),
    responses((status = 200, description = "the texture", content_type = "image/ktx2"),
        (status = 206, description = "a part of it"), (status = 304, description = "not modified"),
        (status = 404, body = ErrorBody), (status = 416, description = "no such range")))]
async fn converted(
    State(Images(images)): State<Images>,
    method: Method,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let none = || {
        let name: String = name.chars().take(80).collect();
        ApiError::not_found(format!("no texture {name}"))
    };
    let stored = Stored::parse(&name).ok_or_else(none)?;
    let answer = images.answer(&stored, &method, &headers, FOR_EVER);
    answer.await?.ok_or_else(none)
}

impl Converter {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wanted(
        &self,
        query: Result<Query<ConvertQuery>, QueryRejection>,
    ) -> Result<Wanted, ApiError> {
        let bad = |why: String| {
            observe::failed("invalid_url");
            ApiError::bad_request("invalid_url", why)
        };
        let Query(query) = query.map_err(|error| bad(error.body_text()))?;
        if query.url.len() > self.url_bytes_max {
            let most = self.url_bytes_max;
            return Err(bad(format!("url: longer than {most} bytes")));
        }
        // Not the text: it may hold a key.
        let parsed = Url::parse(query.url.trim());
        let mut url = parsed.map_err(|error| bad(format!("url: {error}")))?;
        let scheme = url.scheme();
        if !matches!(scheme, "http" | "https") || url.host_str().is_none() {
            return Err(bad(format!("url: {scheme} is neither https nor http")));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("url: carries a user name or a password".to_owned()));
        }
        url.set_fragment(None);
        let usage = query.usage.into();
        Ok(Wanted { url, usage })
    }

    /// What an image became: as remembered, or found out now, together with whoever else waits for it.
    async fn of(self: &Arc<Self>, wanted: &Wanted) -> Outcome {
        self.fetcher.check(&wanted.url).inspect_err(refused)?;
        if let Some(outcome) = self.remembered(wanted) {
            return outcome.inspect_err(refused);
        }
        let found = self.flights.join(wanted.clone(), || {
            let (converter, wanted) = (Arc::clone(self), wanted.clone());
            async move { converter.find(wanted).await }
        });
        match tokio::time::timeout(self.wait, found).await {
            Ok(Ok(outcome)) => outcome.inspect_err(refused),
            Ok(Err(cause)) => Err(ApiError::internal(cause)).inspect_err(refused),
            // It goes on, and is there when they come again.
            Err(_) => {
                let host = wanted.url.host_str().unwrap_or_default();
                let late = format!("{host}: the image takes longer than a request waits");
                Err(ApiError::unavailable(late, LATE_SECONDS)).inspect_err(refused)
            }
        }
    }

    fn remembered(&self, wanted: &Wanted) -> Option<Outcome> {
        let outcome = self.memory().fresh(wanted)?;
        if outcome.is_ok() {
            observe::hit("url");
        }
        Some(outcome)
    }

    /// Asks a URL's server, and makes of what it has what there is not yet.
    async fn find(self: Arc<Self>, wanted: Wanted) -> Outcome {
        // Somebody else may have come back with it since this one looked.
        if let Some(outcome) = self.remembered(&wanted) {
            return outcome;
        }
        let earlier = self.memory().last(&wanted);
        let conditions = earlier.as_ref().map(|(_, validators)| validators);
        let got = self.fetcher.fetch(&wanted.url, conditions).await;
        let none = HeaderMap::new;
        let (outcome, validators, fresh) = match (got, &earlier) {
            (Ok(Got::Same { fresh }), Some((stored, validators))) => {
                observe::hit("revalidated");
                (Ok(stored.clone()), validators.clone(), fresh)
            }
            (Ok(Got::Same { .. }), None) => (Err(fetch::out_of_turn(&wanted.url)), none(), None),
            (
                Ok(Got::File {
                    bytes,
                    validators,
                    fresh,
                }),
                _,
            ) => {
                let host = wanted.url.host_str().unwrap_or_default();
                let made = self.shelf.made(bytes, wanted.usage, host).await;
                (made, validators, fresh)
            }
            (Err(error), _) => (Err(error), none(), None),
        };
        if let Some(kept_for) = self.kept_for(&outcome, fresh) {
            let known = Known::new(outcome.clone(), validators, kept_for);
            self.memory().keep(wanted, known);
        }
        outcome
    }

    /// How long an outcome is believed: as the image's server says, within bounds. Not at all, where the fault was ours.
    fn kept_for(&self, outcome: &Outcome, said: Option<Duration>) -> Option<Duration> {
        let Err(error) = outcome else {
            let (least, most) = self.fresh_bounds;
            let said = said.map(|said| said.max(least).min(most));
            return Some(said.unwrap_or(self.fresh));
        };
        match error.status.as_u16() {
            413 | 415 | 422 => Some(self.fresh),
            403 | 502 | 504 => Some(self.failed_for),
            _ => None,
        }
    }

    async fn answer(
        &self,
        stored: &Stored,
        method: &Method,
        asked: &HeaderMap,
        cache_control: HeaderValue,
    ) -> Result<Option<Response>, ApiError> {
        let etag = HeaderValue::try_from(format!("\"{}\"", stored.name()));
        let etag = etag.map_err(ApiError::internal)?;
        let head = |size| BlobHead {
            size,
            etag,
            content_type: stored.content_type(),
            cache_control,
        };
        let blobs = self.shelf.blobs();
        Ok(frame::stored(blobs, &stored.key(), method, asked, head).await?)
    }
}

fn refused(error: &ApiError) {
    observe::failed(&error.code);
}
