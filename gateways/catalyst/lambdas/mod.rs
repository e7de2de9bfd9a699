//! A peer's `/lambdas/*`: what clients read beside content, as far as the entities alone can answer it.
//!
//! Who owns which item, name or parcel is known to indexers of the chains, and none is configured. So nothing is
//! filtered by ownership, and `hasClaimedName` is what the profile itself says. Routes whose whole answer is
//! ownership refuse with 502 and name what is missing: an empty list would be a lie.

mod collections;
mod contracts;
mod definition;
mod error;
mod explorer;
mod http_date;
mod members;
mod outfits;
mod profiles;
mod signature;
mod unconfigured;

use std::fmt;
use std::sync::Arc;

use runtime::ports::{Clock, SystemClock};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Facts, Server};
use crate::frame::{Edge, Settings};

/// Where the original's images of profiles are.
const ORIGINAL_IMAGES: &str = "https://profile-images.decentraland.org";
/// The gateway of this platform that serves the same images, if there is one.
const IMAGES_GATEWAY: &str = "profile-images";

/// What links to images of profiles start with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImagesBase {
    /// This URL.
    At(String),
    /// The mount of the platform's own gateway, as the client would reach it.
    OwnMount,
}

/// What the `/lambdas` routes know besides the entities.
#[derive(Clone)]
pub struct Lambdas {
    /// What links to images of profiles start with.
    pub images: ImagesBase,
    /// Base URLs of the catalysts that are followed.
    pub servers: Vec<String>,
    /// The realm's points of interest, as parcels `x,y`.
    pub pois: Vec<String>,
    /// Names that the realm does not show.
    pub denylisted_names: Vec<String>,
    /// By whose time delegations expire.
    pub clock: Arc<dyn Clock>,
}

impl fmt::Debug for Lambdas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lambdas")
            .field("images", &self.images)
            .field("servers", &self.servers)
            .field("pois", &self.pois)
            .field("denylisted_names", &self.denylisted_names)
            .finish_non_exhaustive()
    }
}

impl Default for Lambdas {
    fn default() -> Self {
        Self {
            images: ImagesBase::At(ORIGINAL_IMAGES.into()),
            servers: Vec::new(),
            pois: Vec::new(),
            denylisted_names: Vec::new(),
            clock: Arc::new(SystemClock),
        }
    }
}

impl Lambdas {
    /// As configured.
    pub(super) fn of(settings: &Settings, clock: &Arc<dyn Clock>) -> Self {
        let catalyst = &settings.catalyst;
        let own_gateway = crate::all().iter().any(|g| g.name == IMAGES_GATEWAY);
        let cdn = settings.cdn.public_url.as_deref();
        Self {
            images: images(catalyst.profile_images_url.as_deref(), own_gateway, cdn),
            servers: catalyst.urls.iter().map(|url| server(url)).collect(),
            pois: catalyst.pois.clone(),
            denylisted_names: catalyst.denylisted_names.clone(),
            clock: Arc::clone(clock),
        }
    }
}

/// The configured base of images, else the platform's own gateway if there is one, else the original's.
fn images(configured: Option<&str>, own_gateway: bool, cdn: Option<&str>) -> ImagesBase {
    match (configured, own_gateway, cdn) {
        (Some(url), _, _) => ImagesBase::At(trimmed(url)),
        (None, true, Some(cdn)) => ImagesBase::At(format!("{}/{IMAGES_GATEWAY}", trimmed(cdn))),
        (None, true, None) => ImagesBase::OwnMount,
        (None, false, _) => ImagesBase::At(ORIGINAL_IMAGES.into()),
    }
}

fn trimmed(url: &str) -> String {
    url.trim_end_matches('/').to_owned()
}

/// The catalyst of a content server.
fn server(url: &str) -> String {
    let url = trimmed(url);
    url.strip_suffix("/content").unwrap_or(&url).to_owned()
}

impl Facts {
    /// What this server's own links start with.
    fn base(&self, edge: &Edge) -> String {
        trimmed(self.public_url.as_deref().unwrap_or(&edge.base_url))
    }

    /// What links to images of profiles start with, for this client.
    fn images(&self, edge: &Edge) -> String {
        match &self.lambdas.images {
            ImagesBase::At(url) => url.clone(),
            ImagesBase::OwnMount => {
                sibling(edge, IMAGES_GATEWAY).unwrap_or_else(|| ORIGINAL_IMAGES.into())
            }
        }
    }
}

/// The mount of another gateway beside the one that the client reached. There is none when this gateway has a host
/// of another name to itself.
fn sibling(edge: &Edge, name: &str) -> Option<String> {
    let own = edge.mount.gateway;
    if own.is_empty() {
        return None;
    }
    if edge.mount.below {
        let base = edge.base_url.strip_suffix(own)?;
        return Some(format!("{base}{name}"));
    }
    let (scheme, host) = edge.base_url.split_once("://")?;
    let domain = host.strip_prefix(own)?.strip_prefix('.')?;
    Some(format!("{scheme}://{name}.{domain}"))
}

/// The routes.
pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(profiles::profiles))
        .routes(routes!(profiles::profile))
        .routes(routes!(profiles::profile_or_stub))
        .routes(routes!(outfits::outfits))
        .routes(routes!(signature::validate_signature))
        .routes(routes!(contracts::status))
        .routes(routes!(contracts::servers))
        .routes(routes!(contracts::pois))
        .routes(routes!(contracts::denylisted_names))
        .routes(routes!(collections::wearables))
        .routes(routes!(collections::emotes))
        .routes(routes!(explorer::wearables))
        .merge(unconfigured::routes())
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;
    use crate::frame::edge::Mount;

    fn edge(base_url: &str, gateway: &'static str, below: bool) -> Edge {
        Edge {
            local: false,
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            country: None,
            base_url: base_url.into(),
            mount: Mount { gateway, below },
        }
    }

    #[test]
    fn images_are_where_the_setting_says_else_at_home_else_at_the_originals() {
        let at = |url: &str| ImagesBase::At(url.into());
        let set = images(Some("https://img.test/"), true, Some("https://cdn.test"));
        assert_eq!(set, at("https://img.test"));
        let cdn = images(None, true, Some("https://cdn.test/"));
        assert_eq!(cdn, at("https://cdn.test/profile-images"));
        assert_eq!(images(None, true, None), ImagesBase::OwnMount);
        assert_eq!(
            images(None, false, Some("https://cdn.test")),
            at(ORIGINAL_IMAGES)
        );
    }

    #[test]
    fn a_sibling_is_beside_the_mount_that_the_client_reached() {
        for (edge, expected) in [
            (
                edge("http://h:1/catalyst", "catalyst", true),
                Some("http://h:1/profile-images"),
            ),
            (
                edge("http://catalyst.localhost:1", "catalyst", false),
                Some("http://profile-images.localhost:1"),
            ),
            (edge("https://peer.test", "catalyst", false), None),
            (edge("http://localhost", "", false), None),
        ] {
            assert_eq!(sibling(&edge, IMAGES_GATEWAY).as_deref(), expected);
        }
    }

    #[test]
    fn a_server_is_named_without_its_content() {
        assert_eq!(server("http://a:1/content/"), "http://a:1");
        assert_eq!(server("http://a:1"), "http://a:1");
    }
}
