//! Images from the servers of others: guarded, bounded, and asked for by version where one is known.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use reqwest::Url;
use tokio::sync::Semaphore;

use super::BUSY_SECONDS;
use crate::assets::Assets;
use crate::frame::ApiError;
use crate::sources::outbound::{Client, Fault, FetchError, Follow, Outbound};

/// What is read here; servers that convert shall send nothing newer.
const ACCEPT: HeaderValue =
    HeaderValue::from_static("image/png,image/jpeg,image/webp,image/gif,image/bmp,*/*;q=0.1");

/// Fetches images.
pub(super) struct Fetcher {
    client: Client,
    places: Semaphore,
    redirects_max: usize,
    bytes_max: u64,
    timeout: Duration,
}

/// What a server gave.
pub(super) enum Got {
    /// It has what it had.
    Same { fresh: Option<Duration> },
    /// The file, and what to ask with whether it is still the same.
    File {
        bytes: Bytes,
        validators: HeaderMap,
        /// How long it may be believed, if the server says so.
        fresh: Option<Duration>,
    },
}

impl Fetcher {
    pub(super) fn new(outbound: &Outbound, settings: &Assets) -> Self {
        Self {
            client: client(outbound, &settings.image_hosts),
            places: Semaphore::new(settings.image_fetches.max(1)),
            redirects_max: settings.image_redirects_max,
            bytes_max: settings.image_file_limit.0,
            timeout: settings.image_fetch_timeout.0,
        }
    }

    /// Whether a URL may be asked at all.
    pub(super) fn check(&self, url: &Url) -> Result<(), ApiError> {
        let allowed = self.client.check_url(url);
        allowed.map_err(|fault| told(url.host_str().unwrap_or_default(), &fault))
    }

    /// An image, unless the server says that it is the one of `validators`.
    pub(super) async fn fetch(
        &self,
        url: &Url,
        validators: Option<&HeaderMap>,
    ) -> Result<Got, ApiError> {
        let Ok(_place) = self.places.try_acquire() else {
            let busy = "as many images are being fetched as may be at a time";
            return Err(ApiError::unavailable(busy, BUSY_SECONDS));
        };
        let fetched = tokio::time::timeout(self.timeout, self.followed(url, validators));
        match fetched.await {
            Ok(got) => got.map_err(|error| told(&error.server, &error.fault)),
            Err(_) => {
                let late = Fault::Silent(self.timeout);
                Err(told(url.host_str().unwrap_or_default(), &late))
            }
        }
    }

    async fn followed(&self, url: &Url, validators: Option<&HeaderMap>) -> Result<Got, FetchError> {
        let mut headers = validators.cloned().unwrap_or_default();
        headers.insert(header::ACCEPT, ACCEPT);
        let wanted = Follow {
            url,
            thing: "image",
            headers: &headers,
            redirects_max: self.redirects_max,
            bytes_max: self.bytes_max,
        };
        let followed = self.client.follow(&wanted).await?;
        let fresh = fresh_for(&followed.headers);
        let Some(body) = followed.body else {
            return Ok(Got::Same { fresh });
        };
        let validators = validators_of(&followed.headers);
        let bytes = body.collect().await?;
        Ok(Got::File {
            bytes,
            validators,
            fresh,
        })
    }
}

/// A client for these hosts and no others: what the platform may ask for itself (`outbound.allow`, `outbound.private`)
/// is not for strangers to ask for.
fn client(outbound: &Outbound, hosts: &[String]) -> Client {
    let allowing = |allow: Vec<String>| {
        let settings = Outbound {
            allow,
            private: Vec::new(),
            ..outbound.clone()
        };
        Client::new(&settings, [""; 0])
    };
    let mut sane = Vec::new();
    for host in hosts {
        match allowing(vec![host.clone()]) {
            Ok(_) => sane.push(host.clone()),
            Err(error) => {
                tracing::error!(%error, "no image is fetched for an entry of assets.image_hosts")
            }
        }
    }
    allowing(sane).expect("each of them alone is a host")
}

/// The question whether what these headers came with is still the same.
fn validators_of(headers: &HeaderMap) -> HeaderMap {
    let pairs = [
        (header::ETAG, header::IF_NONE_MATCH),
        (header::LAST_MODIFIED, header::IF_MODIFIED_SINCE),
    ];
    let found = pairs.into_iter();
    let found = found.filter_map(|(said, asks)| Some((asks, headers.get(said)?.clone())));
    found.collect()
}

/// How long a shared cache may believe an answer (RFC 9111, 4.2.1 and 5.2.2), if it says so. What may not be kept is told as
/// no time at all.
fn fresh_for(headers: &HeaderMap) -> Option<Duration> {
    let given = headers.get_all(header::CACHE_CONTROL).iter();
    let given = given.filter_map(|value| value.to_str().ok());
    let (mut own, mut shared) = (None, None);
    for said in given.flat_map(|value| value.split(',')) {
        let (name, value) = said.split_once('=').unwrap_or((said, ""));
        let seconds = || value.trim().trim_matches('"').parse::<u64>().ok();
        match name.trim().to_ascii_lowercase().as_str() {
            "no-store" | "no-cache" => return Some(Duration::ZERO),
            "max-age" => own = seconds(),
            "s-maxage" => shared = seconds(),
            _ => {}
        }
    }
    let age = headers.get(header::AGE);
    let age = age.and_then(|age| age.to_str().ok()?.trim().parse().ok());
    let most = shared.or(own)?;
    Some(Duration::from_secs(most.saturating_sub(age.unwrap_or(0))))
}

/// The error for a server that says "as before" and was not asked so.
pub(super) fn out_of_turn(url: &Url) -> ApiError {
    let status = StatusCode::NOT_MODIFIED.as_u16();
    let fault = Fault::Status {
        status,
        after: None,
    };
    told(url.host_str().unwrap_or_default(), &fault)
}

/// A fault of a server in words that hold nothing of a URL but its host.
fn told(server: &str, fault: &Fault) -> ApiError {
    let failed = |why: String| {
        let text = format!("{server}: {why}");
        ApiError::new(StatusCode::BAD_GATEWAY, "upstream_failed", text)
    };
    match fault {
        Fault::Forbidden(_) => ApiError::new(
            StatusCode::FORBIDDEN,
            "host_not_allowed",
            format!(
                "{server}: images are fetched over https from the public addresses of some hosts, which this is not"
            ),
        ),
        Fault::TooLarge(most) => ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "image_too_large",
            format!("{server}: the image has more than {most} bytes"),
        ),
        Fault::Silent(_) | Fault::Slow { .. } => ApiError::new(
            StatusCode::GATEWAY_TIMEOUT,
            "upstream_timeout",
            format!("{server}: too slow"),
        ),
        Fault::Redirect(_) => failed("redirects too often, or nowhere".to_owned()),
        Fault::Status { status, .. } => failed(format!("answered {status}")),
        Fault::Unreachable(_) => failed("cannot be reached".to_owned()),
        _ => failed("the answer broke off".to_owned()),
    }
}
