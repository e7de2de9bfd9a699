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
}

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
        }
    }
}
