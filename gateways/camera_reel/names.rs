//! The places of a world's name, as the places service knows them; remembered for a while.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use http::StatusCode;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use tokio::time::timeout;

use super::Server;
use super::fault::Fault;
use crate::frame::{self, GatewayContext};
use crate::sources::outbound::{Client, Fault as Trouble, Request};

/// What the names of worlds end with.
const ENDING: &str = ".eth";
/// Longest name, bytes.
const NAME_BYTES_MAX: usize = 255;
/// Places that are asked for at a time.
const PAGE: usize = 100;

/// Whether a place is given by the name of a world.
pub(super) fn is_name(place: &str) -> bool {
    place.ends_with(ENDING)
}

/// What is remembered of one name.
struct Known {
    since: Instant,
    places: Vec<String>,
}

/// Asks for the places of names.
pub(super) struct Names {
    client: Client,
    known: Mutex<HashMap<String, Known>>,
}

/// A page of the places service.
#[derive(Deserialize)]
struct Answer {
    total: usize,
    data: Vec<Place>,
}

#[derive(Deserialize)]
struct Place {
    id: String,
}

impl Names {
    pub(super) fn new(context: &GatewayContext) -> Self {
        let url = context.settings.camera_reel.places_api_url.as_deref();
        Self {
            client: frame::outside(context, &[("camera_reel.places_api_url", url)]),
            known: Mutex::default(),
        }
    }

    /// Ids of the places of a name.
    ///
    /// # Errors
    /// 502 when the service cannot be asked, or does not answer well; that is not remembered.
    pub(super) async fn places(&self, server: &Server, name: &str) -> Result<Vec<String>, Fault> {
        let settings = server.settings();
        let ttl = settings.places_cache_ttl_seconds.0;
        let is_fresh = |known: &Known| known.since.elapsed() < ttl;
        if let Some(known) = self.known().get(name).filter(|known| is_fresh(known)) {
            return Ok(known.places.clone());
        }
        let asked = timeout(settings.places_timeout.0, self.ask(server, name)).await;
        let asked = asked.unwrap_or_else(|_| Err("places API did not answer in time".to_owned()));
        let places = asked.map_err(|why| {
            let message = format!("failed to resolve world name: {why}");
            Fault::new(StatusCode::BAD_GATEWAY, message)
        })?;
        let mut known = self.known();
        if known.len() >= settings.places_cache_max_size {
            known.retain(|_, known| is_fresh(known));
        }
        if known.len() >= settings.places_cache_max_size {
            let oldest = known.iter().min_by_key(|(_, known)| known.since);
            let oldest = oldest.map(|(name, _)| name.clone());
            oldest.and_then(|name| known.remove(&name));
        }
        let since = Instant::now();
        let now = Known {
            since,
            places: places.clone(),
        };
        known.insert(name.to_owned(), now);
        Ok(places)
    }

    async fn ask(&self, server: &Server, name: &str) -> Result<Vec<String>, String> {
        let settings = server.settings();
        let base = settings.places_api_url.as_deref();
        let base = base.ok_or("camera_reel.places_api_url is not set")?;
        if name.len() > NAME_BYTES_MAX {
            return Err(format!("it is longer than {NAME_BYTES_MAX} bytes"));
        }
        let named = utf8_percent_encode(name, NON_ALPHANUMERIC);
        let mut places = Vec::new();
        loop {
            let offset = places.len();
            let path = format!("/api/places?names={named}&limit={PAGE}&offset={offset}");
            let request = Request {
                server: base,
                path: &path,
                thing: "places",
            };
            let answer: Answer = self.client.json(request).await.map_err(|e| told(e.fault))?;
            let is_last = answer.data.is_empty();
            places.extend(answer.data.into_iter().map(|place| place.id));
            if is_last || places.len() >= answer.total {
                return Ok(places);
            }
            if places.len() >= settings.places_of_name_max {
                return Err(format!(
                    "it has more than {} places",
                    settings.places_of_name_max
                ));
            }
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn told(trouble: Trouble) -> String {
    match trouble {
        Trouble::Status { status, .. } => format!("places API returned status {status}"),
        other => format!("places API: {other}"),
    }
}
