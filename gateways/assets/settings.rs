//! The section `assets` of the configuration.

use model::tables::registry::Required;
use runtime::settings::{Size, Span};
use serde::Deserialize;

use crate::frame::Secret;

/// The asset-bundle registry.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Assets {
    /// Platforms that an entity must be complete for to be complete.
    pub required_platforms: Vec<String>,
    /// Addresses that may deny and allow entities.
    pub platform_user_moderators: Vec<String>,
    /// Bearer of the admin routes; unset: they are absent.
    pub api_admin_token: Option<Secret>,
    /// What `Authorization` must be where conversions are asked for; unset: nobody may.
    pub tmp_secret: Option<Secret>,
    /// What links to images of profiles start with; unset: the platform's own gateway if there is one, else the
    /// original's address.
    pub profile_images_url: Option<String>,
    /// Whether there are no routes of profiles.
    pub disable_profiles: bool,
    /// Most pointers, or ids, of one request.
    pub pointers_max: usize,
    /// Largest request body.
    pub body_limit: Size,
    /// A conversion that was asked for longer ago is not waited for any more.
    pub jobs_ttl: Span,
    /// Hosts that images are fetched from (`host`, `host:port`, `*.name`, `*`): over https, or http to a loopback that
    /// is named here. Commas or a list.
    #[serde(with = "crate::sources::outbound::list")]
    pub image_hosts: Vec<String>,
    /// Longest URL of an image, bytes.
    pub image_url_bytes_max: usize,
    /// Redirects followed to an image; each must lead to such a host.
    pub image_redirects_max: usize,
    /// Most bytes of an image's file.
    pub image_file_limit: Size,
    /// Most pixels on a side of an image.
    pub image_side_max: u32,
    /// Most pixels of an image.
    pub image_pixels_max: u64,
    /// Most memory of one decoder.
    pub image_memory: Size,
    /// Longest side of a texture.
    pub image_texture_side: u32,
    /// An image of no more pixels stays a PNG or JPEG where that is no larger than the texture.
    pub image_kept_pixels: u64,
    /// Longest time of fetching an image.
    pub image_fetch_timeout: Span,
    /// Images fetched at a time.
    pub image_fetches: usize,
    /// Images encoded at a time.
    pub image_encodes: usize,
    /// Images that may wait to be encoded.
    pub image_queue: usize,
    /// How long a request waits for its image.
    pub image_wait: Span,
    /// How long it is believed what a URL holds, by us and by caches, where its server does not say.
    pub image_fresh: Span,
    /// The shortest time of those that servers say.
    pub image_fresh_min: Span,
    /// The longest.
    pub image_fresh_max: Span,
    /// How long a URL that failed is not asked for again.
    pub image_failed_for: Span,
    /// URLs remembered.
    pub image_urls: usize,
}

/// Content servers, gateways of IPFS and Arweave, and where pictures of NFTs and of scenes mostly are.
const IMAGE_HOSTS: [&str; 29] = [
    "decentraland.org",
    "*.decentraland.org",
    "*.decentraland.zone",
    "*.decentraland.today",
    "peer.decentral.io",
    "peer.dclnodes.io",
    "peer.kyllian.me",
    "peer.melonwave.com",
    "peer.uadevops.com",
    "interconnected.online",
    "ipfs.io",
    "*.ipfs.io",
    "dweb.link",
    "*.dweb.link",
    "nftstorage.link",
    "*.nftstorage.link",
    "w3s.link",
    "*.w3s.link",
    "gateway.pinata.cloud",
    "*.mypinata.cloud",
    "arweave.net",
    "*.arweave.net",
    "*.seadn.io",
    "openseauserdata.com",
    "storage.googleapis.com",
    "*.googleusercontent.com",
    "raw.githubusercontent.com",
    "*.cloudinary.com",
    "i.imgur.com",
];

impl Assets {
    /// The platforms that are required.
    pub fn required(&self) -> Required {
        let names = self.required_platforms.iter();
        names.map(|name| name.trim().to_lowercase()).collect()
    }

    /// Whether an address (lower case) may moderate.
    pub fn is_moderator(&self, address: &str) -> bool {
        let mut all = self.platform_user_moderators.iter();
        all.any(|moderator| moderator.trim().eq_ignore_ascii_case(address))
    }
}

impl Default for Assets {
    fn default() -> Self {
        Self {
            required_platforms: vec!["windows".into(), "mac".into()],
            platform_user_moderators: Vec::new(),
            api_admin_token: None,
            tmp_secret: None,
            profile_images_url: None,
            disable_profiles: false,
            pointers_max: 10_000,
            body_limit: Size::mib(4),
            jobs_ttl: Span::secs(7 * 24 * 3600),
            image_hosts: IMAGE_HOSTS.map(str::to_owned).into(),
            image_url_bytes_max: 2048,
            image_redirects_max: 3,
            image_file_limit: Size::mib(32),
            image_side_max: 8192,
            image_pixels_max: 40_000_000,
            image_memory: Size::mib(512),
            image_texture_side: 1024,
            image_kept_pixels: 256 * 256,
            image_fetch_timeout: Span::secs(15),
            image_fetches: 16,
            image_encodes: 2,
            image_queue: 16,
            image_wait: Span::secs(30),
            image_fresh: Span::secs(600),
            image_fresh_min: Span::secs(60),
            image_fresh_max: Span::secs(24 * 3600),
            image_failed_for: Span::secs(10),
            image_urls: 4096,
        }
    }
}
