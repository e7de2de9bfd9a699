//! Section `profile_images` of the configuration.

use std::path::PathBuf;

use portrait::Limits;
use runtime::settings::{Size, Span};
use serde::Deserialize;

use crate::frame::Secret;

/// How portraits are drawn and served.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProfileImages {
    /// Whether this process draws at all; what is asked meanwhile waits.
    pub enabled: bool,
    /// Portraits at a time; 0: one a core.
    pub workers: usize,
    /// Of so many places one is for history, while it waits.
    pub backlog_share: usize,
    /// A peer, without `/content`, that is asked for wearables and profiles; unset: the platform itself, then the
    /// followed catalysts.
    pub peer_url: Option<String>,
    /// Bearer of `POST /schedule-processing`; unset: there is no such route.
    pub auth_secret: Option<Secret>,
    /// Longest time that `POST /schedule-processing` waits for portraits.
    pub schedule_wait: Span,
    /// Tries of a portrait while somebody who may have something worn does not answer; then it is drawn without that.
    pub max_dlq_retries: u32,
    /// Longest drawing of one avatar; then it is tried again later.
    pub timeout: Span,
    /// A pose as JSON, a transform a bone; unset: the arms hang down.
    pub pose: Option<PathBuf>,
    /// Largest file of a wearable.
    pub file_bytes_max: Size,
    /// All files of an avatar together.
    pub avatar_bytes_max: Size,
    /// Pixels along either side of a texture.
    pub texture_side_max: u32,
    /// Decoded textures of one model.
    pub texture_bytes_max: Size,
    /// Triangles of one model.
    pub triangles_max: usize,
    /// Decoded models and textures that are kept for the next portrait.
    pub library_bytes: Size,
    /// Entities of wearables that are remembered.
    pub wearables_max: usize,
    /// How long.
    pub wearables_for: Span,
    /// Widths that pictures are also served in.
    pub widths: Vec<u32>,
    /// Pictures that are made smaller, or WebP, at a time.
    pub encodes: usize,
    /// How long a portrait may be kept by whoever got it.
    pub fresh: Span,
    /// Streams of new portraits that may be open.
    pub streams_max: usize,
}

impl Default for ProfileImages {
    fn default() -> Self {
        Self {
            enabled: true,
            workers: 0,
            backlog_share: 5,
            peer_url: None,
            auth_secret: None,
            schedule_wait: Span::secs(30),
            max_dlq_retries: 3,
            timeout: Span::secs(60),
            pose: None,
            file_bytes_max: Size::mib(32),
            avatar_bytes_max: Size::mib(128),
            texture_side_max: 4096,
            texture_bytes_max: Size::mib(96),
            triangles_max: 200_000,
            library_bytes: Size::mib(128),
            wearables_max: 4096,
            wearables_for: Span::secs(600),
            widths: vec![32, 64, 128],
            encodes: 2,
            fresh: Span::secs(86_400),
            streams_max: 100,
        }
    }
}

impl ProfileImages {
    /// Portraits at a time.
    pub fn workers(&self) -> usize {
        match self.workers {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            workers => workers,
        }
    }

    /// The content server of the peer, if one is named.
    pub fn peer_content(&self) -> Option<String> {
        let peer = self.peer_url.as_deref().filter(|url| !url.is_empty())?;
        Some(format!("{}/content", peer.trim_end_matches('/')))
    }

    /// The renderer's limits.
    pub fn limits(&self) -> Limits {
        let bytes = |size: Size| usize::try_from(size.0).unwrap_or(usize::MAX);
        Limits {
            file_bytes: bytes(self.file_bytes_max),
            texture_side: self.texture_side_max,
            texture_bytes: bytes(self.texture_bytes_max),
            triangles: self.triangles_max,
            library_bytes: bytes(self.library_bytes),
            // As many portraits at a time as there are places, each on a core of its own.
            threads: 1,
            ..Limits::default()
        }
    }

    /// What the types cannot say.
    ///
    /// # Errors
    /// The first key that is wrong, and how.
    pub fn check(&self) -> Result<(), String> {
        let native = portrait::pictures::FACE.0;
        for width in &self.widths {
            if *width == 0 || *width >= native {
                return Err(format!(
                    "profile_images.widths: {width} is not from 1 to {}",
                    native - 1
                ));
            }
        }
        for (key, value) in [
            ("backlog_share", self.backlog_share),
            ("encodes", self.encodes),
        ] {
            if value == 0 {
                return Err(format!("profile_images.{key}: want at least 1"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_served_smaller_and_never_larger() {
        let with = |widths: &[u32]| ProfileImages {
            widths: widths.to_vec(),
            ..ProfileImages::default()
        };
        assert_eq!(ProfileImages::default().check(), Ok(()));
        for wrong in [0, 256, 4096] {
            let refused = with(&[64, wrong]).check().expect_err("it is refused");
            assert!(refused.contains("widths"), "{refused}");
        }
    }

    #[test]
    fn a_peer_is_named_without_its_content_server() {
        let named = |url: &str| ProfileImages {
            peer_url: Some(url.into()),
            ..ProfileImages::default()
        };
        let content = named("https://peer.test/").peer_content();
        assert_eq!(content.as_deref(), Some("https://peer.test/content"));
        assert_eq!(named("").peer_content(), None);
    }
}
