//! The section `convert` of the configuration.

use std::collections::BTreeMap;

use bundler::Profile;
use runtime::settings::{Size, Span};
use serde::Deserialize;

/// Number of the first version: clients take bundles by the names in their manifest from version 49 on.
const VERSION_BASE: u32 = 49;
/// Platforms whose clients load nothing but UnityFS.
const UNITY_PLATFORMS: [&str; 3] = ["windows", "mac", "webgl"];

/// Pixels on the longer side of an image that comes out, usually.
const IMAGE_SIDE: u32 = 1024;

/// A frame may hold so much more than the files of a job.
const FRAME_SLACK: u64 = 64 << 20;

/// Least address space that a worker process can begin with.
const OWN_BYTES: Size = Size::mib(1536);

/// How entities are converted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Convert {
    /// Whether this process converts at all.
    pub enabled: bool,
    /// Conversions at a time, each in a process of its own; 0: one a core.
    pub workers: usize,
    /// Of so many conversions one is of history that is caught up with, while there is any.
    pub backlog_share: usize,
    /// Platform to profile.
    pub profiles: BTreeMap<String, String>,
    /// Longest conversion of one file.
    pub timeout: Span,
    /// Most CPU time of one conversion.
    pub cpu_timeout: Span,
    /// Address space of a worker process, of which the program itself reserves [`OWN_BYTES`].
    pub memory_bytes: Size,
    /// Largest file, with the files it names.
    pub file_bytes_max: Size,
    /// Longest JSON of a model.
    pub json_bytes_max: Size,
    /// Most files of an entity that are converted.
    pub files_max: usize,
    /// Pixels on the longer side of an image that comes out.
    pub image_side_max: u32,
    /// Conversions after which a worker process is replaced.
    pub worker_jobs_max: u32,
}

impl Default for Convert {
    fn default() -> Self {
        Self {
            enabled: true,
            workers: 0,
            backlog_share: 5,
            profiles: BTreeMap::from([("web".into(), "gltf".into())]),
            timeout: Span::secs(180),
            cpu_timeout: Span::secs(60),
            memory_bytes: Size::mib(3072),
            file_bytes_max: Size::mib(256),
            json_bytes_max: Size::mib(64),
            files_max: 10_000,
            image_side_max: IMAGE_SIDE,
            worker_jobs_max: 500,
        }
    }
}

impl Convert {
    /// Conversions at a time.
    pub fn workers(&self) -> usize {
        match self.workers {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            workers => workers,
        }
    }

    /// The version of bundles of a profile: another one whenever the same input gives other bytes. So it says the profile,
    /// the revisions of all encoders (each only grows, and so does their sum), and the size of images if it is not the usual.
    pub fn version(&self, profile: Profile) -> String {
        let number = VERSION_BASE + bundler::REVISION + texture::REVISION;
        let side = match self.image_side_max {
            IMAGE_SIDE => String::new(),
            side => format!("-{side}"),
        };
        format!("v{number}-{}{side}", profile.name())
    }

    /// Largest frame that a worker and the platform send each other, bytes.
    pub fn frame_bytes_max(&self) -> u64 {
        self.file_bytes_max.0.saturating_add(FRAME_SLACK)
    }

    /// What the types cannot say.
    ///
    /// # Errors
    /// The first key that is wrong, and how.
    pub fn check(&self) -> Result<(), String> {
        for (platform, name) in &self.profiles {
            if !model::events::registry::is_platform(platform) {
                return Err(format!(
                    "convert.profiles: {platform:?} is no platform's name"
                ));
            }
            if Profile::parse(name).is_none() {
                return Err(format!(
                    "convert.profiles.{platform}: no profile {name:?}: there are gltf and plain"
                ));
            }
            if UNITY_PLATFORMS.contains(&platform.as_str()) {
                return Err(format!(
                    "convert.profiles.{platform}: clients of {platform} load UnityFS only, and {name} is not that"
                ));
            }
        }
        if self.memory_bytes < OWN_BYTES {
            return Err(format!("convert.memory_bytes: want at least {OWN_BYTES}"));
        }
        for (key, value) in [
            ("backlog_share", self.backlog_share as u64),
            ("cpu_timeout", self.cpu_timeout.0.as_secs()),
            ("image_side_max", self.image_side_max.into()),
            ("worker_jobs_max", self.worker_jobs_max.into()),
        ] {
            if value == 0 {
                return Err(format!("convert.{key}: want at least 1"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_of_unity_clients_is_refused_as_long_as_nothing_writes_for_it() {
        let with = |platform: &str, profile: &str| Convert {
            profiles: BTreeMap::from([(platform.into(), profile.into())]),
            ..Convert::default()
        };
        assert_eq!(Convert::default().check(), Ok(()));
        assert_eq!(with("linux", "plain").check(), Ok(()));
        for (platform, profile) in [("windows", "gltf"), ("web", "unityfs"), ("We b", "gltf")] {
            let refused = with(platform, profile).check().expect_err("it is refused");
            assert!(refused.contains(platform), "{refused}");
        }
        let small = Convert {
            memory_bytes: Size::mib(64),
            ..Convert::default()
        };
        let refused = small.check().expect_err("it is refused");
        assert!(refused.contains("memory_bytes"), "{refused}");
        let none = Convert {
            backlog_share: 0,
            ..Convert::default()
        };
        assert!(
            none.check()
                .expect_err("it is refused")
                .contains("backlog_share")
        );
    }

    #[test]
    fn what_decides_bytes_is_in_the_version() {
        let usual = Convert::default();
        let large = Convert {
            image_side_max: 2048,
            ..Convert::default()
        };
        let versions = [
            usual.version(Profile::Gltf),
            usual.version(Profile::Plain),
            large.version(Profile::Gltf),
        ];
        assert!(versions[0].ends_with("-gltf") && versions[2].ends_with("-gltf-2048"));
        assert_ne!(versions[0], versions[1]);
    }
}
