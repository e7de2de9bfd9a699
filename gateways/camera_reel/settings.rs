//! Section `camera_reel` of the configuration.

use runtime::settings::{Size, Span};
use serde::Deserialize;

/// Photos: what may be uploaded, how much of it is kept, who knows the places of a name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CameraReel {
    /// What links to photos start with; unset: `cdn.public_url` and the mount, or the URL of the mount.
    pub api_url: Option<String>,
    /// Photos that one person may have.
    pub max_images_per_user: u64,
    /// Where images are redirected to; unset: they are served here.
    pub s3_url: Option<String>,
    /// The places service, which knows the places of a world's name; unset: names cannot be resolved.
    pub places_api_url: Option<String>,
    /// How long the places of a name are remembered.
    pub places_cache_ttl_seconds: Span,
    /// Names whose places are remembered.
    pub places_cache_max_size: usize,
    /// How long that service may take.
    pub places_timeout: Span,
    /// Places of one name that are looked at.
    pub places_of_name_max: usize,
    /// How old a signed request may be.
    pub signature_window: Span,
    /// Largest file of a photo.
    pub image_limit: Size,
    /// Largest metadata of a photo.
    pub metadata_limit: Size,
    /// Longest side of a photo, pixels.
    pub image_side_max: u32,
    /// Pixels of a photo.
    pub image_pixels_max: u64,
    /// Memory of one decoder.
    pub image_memory: Size,
    /// Photos that are decoded at a time; 0: one a core.
    pub workers: usize,
    /// Uploads at a time.
    pub uploads_max: usize,
    /// How long the body of an upload may take.
    pub upload_timeout: Span,
    /// How long the files of a photo may take to be stored; then its place is given up, and they are removed.
    pub store_timeout: Span,
    /// How often it is looked for such places.
    pub expiry_interval: Span,
    /// Such places that are looked at each time.
    pub pending_max: usize,
    /// How far a list may be paged through, photos; a page beyond answers 400.
    pub page_rows_max: usize,
}

impl Default for CameraReel {
    fn default() -> Self {
        Self {
            api_url: None,
            max_images_per_user: 500,
            s3_url: None,
            places_api_url: None,
            places_cache_ttl_seconds: Span::secs(300),
            places_cache_max_size: 1000,
            places_timeout: Span::secs(10),
            places_of_name_max: 1000,
            signature_window: Span::secs(60),
            image_limit: Size::mib(5),
            metadata_limit: Size(64 << 10),
            image_side_max: 8192,
            image_pixels_max: 40_000_000,
            image_memory: Size::mib(512),
            workers: 0,
            uploads_max: 32,
            upload_timeout: Span::secs(60),
            store_timeout: Span::secs(60),
            expiry_interval: Span::secs(30),
            pending_max: 10_000,
            page_rows_max: 10_000,
        }
    }
}

impl CameraReel {
    /// What of a form is read beside its two parts: their heads, and parts that nobody knows.
    pub(super) const FORM_BYTES: u64 = 64 << 10;

    /// Largest body of a request.
    pub(super) fn body_limit(&self) -> Size {
        let parts = self.image_limit.0.saturating_add(self.metadata_limit.0);
        Size(parts.saturating_add(Self::FORM_BYTES))
    }

    /// Photos that are decoded at a time.
    pub(super) fn workers(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        match self.workers {
            0 => cores(),
            workers => workers,
        }
    }
}
