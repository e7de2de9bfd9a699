//! The section `convert` of the configuration.

use std::collections::BTreeMap;

use runtime::settings::{Size, Span};
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest as _, Sha256};
use unitybundle::{Profile, SceneShader};
use unityfs::tree::Engine;

/// Number of the first version: clients take bundles by the names in their manifest from version 49 on.
const VERSION_BASE: u32 = 49;
/// Platforms whose clients load nothing but UnityFS. For the last one nobody writes it any more.
const UNITY_PLATFORMS: [&str; 3] = ["windows", "mac", "webgl"];
/// What clients exist for: an unmodified desktop client sees nothing without its own (docs/decisions/021).
const PROFILES: [(&str, &str); 3] = [
    ("web", "gltf"),
    ("windows", "unityfs-windows"),
    ("mac", "unityfs-mac"),
];
/// Versions of bundles that differ by settings end in so many digits more.
const SETTINGS_DIGITS: u32 = 1_000_000;

/// What stands in a profile's place for a platform that is not converted for: variables of the environment can't leave one out.
const NOT_CONVERTED: &str = "none";

/// Pixels on the longer side of an image that comes out, usually.
const IMAGE_SIDE: u32 = 1024;

/// Most levels of detail of a scene.
const LODS_MAX: usize = 4;

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
    #[serde(deserialize_with = "profiles")]
    pub profiles: BTreeMap<String, String>,
    /// Longest conversion of one file.
    pub timeout: Span,
    /// Most CPU time of one conversion.
    pub cpu_timeout: Span,
    /// The same of a bundle for the desktop client, whose images take longer.
    pub unity_cpu_timeout: Span,
    /// Engine whose layout bundles for the desktop client have.
    pub unity_engine: String,
    /// Bundle of the desktop client's scene shader.
    pub unity_shader_bundle: String,
    /// Path id of the shader in it.
    pub unity_shader_path_id: i64,
    /// Keywords that the shader declares.
    pub unity_shader_keywords: Vec<String>,
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
    /// Largest bundle that is kept as Brotli, too; 0: none.
    pub brotli_bytes_max: Size,
    /// Conversions after which a worker process is replaced.
    pub worker_jobs_max: u32,
    /// Whether scenes get levels of detail, too, for the platforms whose clients can read them.
    pub lods: bool,
    /// Most triangles a parcel of a scene's mesh, from the finest level to the coarsest.
    pub lods_triangles: Vec<u32>,
    /// Most CPU time of the levels of a model, and of those of a scene.
    pub lods_cpu_timeout: Span,
    /// Longest log of what stands in a scene.
    pub lods_log_bytes_max: Size,
}

impl Default for Convert {
    fn default() -> Self {
        let shader = SceneShader::default();
        Self {
            enabled: true,
            workers: 0,
            backlog_share: 5,
            profiles: PROFILES
                .map(|(platform, profile)| (platform.into(), profile.into()))
                .into(),
            timeout: Span::secs(180),
            cpu_timeout: Span::secs(60),
            unity_cpu_timeout: Span::secs(600),
            unity_engine: Engine::Unity6000.version().into(),
            unity_shader_bundle: shader.bundle,
            unity_shader_path_id: shader.path_id,
            unity_shader_keywords: shader.keywords,
            memory_bytes: Size::mib(3072),
            file_bytes_max: Size::mib(256),
            json_bytes_max: Size::mib(64),
            files_max: 10_000,
            image_side_max: IMAGE_SIDE,
            brotli_bytes_max: Size::mib(64),
            worker_jobs_max: 500,
            lods: true,
            lods_triangles: vec![7000, 500],
            lods_cpu_timeout: Span::secs(120),
            lods_log_bytes_max: Size::mib(16),
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
        if let Profile::Unity(_) = profile {
            return self.unity_version(profile);
        }
        let number = VERSION_BASE + bundler::REVISION + texture::REVISION;
        let side = match self.image_side_max {
            IMAGE_SIDE => String::new(),
            side => format!("-{side}"),
        };
        format!("v{number}-{}{side}", profile.name())
    }

    /// The desktop client reads a version as `v` and a number. So the number says all: even ones are of one player and odd
    /// ones of the other, since a bundle lies under its version and its name without the platform. Settings that are not
    /// the usual add digits of their hash.
    fn unity_version(&self, profile: Profile) -> String {
        let revisions = bundler::REVISION + texture::REVISION + unitybundle::REVISION;
        let is_mac = profile == Profile::Unity(unitybundle::Player::Mac);
        let number = 2 * (VERSION_BASE + revisions) + u32::from(is_mac);
        let usual = Self::default();
        let settings = |of: &Self| format!("{:?} {:?}", of.unity(), of.image_side_max);
        if settings(self) == settings(&usual) {
            return format!("v{number}");
        }
        let hash = Sha256::digest(settings(self));
        let hash = u32::from_le_bytes([hash[0], hash[1], hash[2], 0]) % SETTINGS_DIGITS;
        format!("v{number}{hash:06}")
    }

    /// What bundles for the desktop client are written with.
    pub(super) fn unity(&self) -> Unity {
        Unity {
            engine: self.unity_engine.clone(),
            shader: SceneShader {
                bundle: self.unity_shader_bundle.clone(),
                path_id: self.unity_shader_path_id,
                keywords: self.unity_shader_keywords.clone(),
            },
        }
    }

    /// Most CPU time of a conversion by a profile.
    pub(super) fn cpu_max(&self, profile: &str) -> Span {
        match Profile::parse(profile) {
            Some(Profile::Unity(_)) => self.unity_cpu_timeout,
            _ => self.cpu_timeout,
        }
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
            check_profile(platform, name)
                .map_err(|told| format!("convert.profiles.{platform}: {told}"))?;
        }
        let Unity { engine, shader } = self.unity();
        if engine_of(&engine).is_none() {
            let names = Engine::ALL.map(Engine::version).join(" and ");
            return Err(format!(
                "convert.unity_engine: {engine:?} is not known; there are {names}"
            ));
        }
        shader
            .check()
            .map_err(|told| format!("convert.unity_shader_{told}"))?;
        if self.memory_bytes < OWN_BYTES {
            return Err(format!("convert.memory_bytes: want at least {OWN_BYTES}"));
        }
        for (key, value) in [
            ("backlog_share", self.backlog_share as u64),
            ("cpu_timeout", self.cpu_timeout.0.as_secs()),
            ("unity_cpu_timeout", self.unity_cpu_timeout.0.as_secs()),
            ("image_side_max", self.image_side_max.into()),
            ("worker_jobs_max", self.worker_jobs_max.into()),
            ("lods_cpu_timeout", self.lods_cpu_timeout.0.as_secs()),
        ] {
            if value == 0 {
                return Err(format!("convert.{key}: want at least 1"));
            }
        }
        let triangles = &self.lods_triangles;
        let is_good = (1..=LODS_MAX).contains(&triangles.len())
            && triangles.is_sorted_by(|finer, coarser| finer > coarser)
            && triangles.last().is_some_and(|&coarsest| coarsest > 0);
        if !is_good {
            return Err(format!(
                "convert.lods_triangles: want 1 to {LODS_MAX} numbers, each less than the one before, and none 0"
            ));
        }
        Ok(())
    }
}

/// What bundles for the desktop client are written with.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Unity {
    pub(super) engine: String,
    pub(super) shader: SceneShader,
}

/// The engine of this version.
pub(super) fn engine_of(version: &str) -> Option<Engine> {
    let mut all = Engine::ALL.into_iter();
    all.find(|engine| engine.version() == version)
}

/// The profiles of platforms that are converted for.
fn profiles<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, String>, D::Error> {
    let mut profiles = BTreeMap::<String, String>::deserialize(from)?;
    profiles.retain(|_, profile| profile != NOT_CONVERTED);
    Ok(profiles)
}

/// Whether a platform's clients load what a profile makes.
fn check_profile(platform: &str, name: &str) -> Result<(), String> {
    match Profile::parse(name) {
        None => {
            let names = Profile::ALL.map(Profile::name).join(", ");
            Err(format!("no profile {name:?}: there are {names}"))
        }
        Some(Profile::Unity(player)) if player.name() != platform => Err(format!(
            "{name} is for clients of {}, not of {platform}",
            player.name()
        )),
        Some(Profile::Gltf(_)) if UNITY_PLATFORMS.contains(&platform) => Err(format!(
            "clients of {platform} load UnityFS only, and {name} is not that"
        )),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use bundler::Profile as Gltf;
    use unitybundle::Player;

    use super::*;

    #[test]
    fn a_platform_has_what_its_clients_load() {
        let with = |platform: &str, profile: &str| Convert {
            profiles: BTreeMap::from([(platform.into(), profile.into())]),
            ..Convert::default()
        };
        assert_eq!(Convert::default().check(), Ok(()));
        for (platform, profile) in [
            ("linux", "plain"),
            ("windows", "unityfs-windows"),
            ("mac", "unityfs-mac"),
        ] {
            assert_eq!(with(platform, profile).check(), Ok(()));
        }
        for (platform, profile) in [
            ("windows", "gltf"),
            ("windows", "unityfs-mac"),
            ("webgl", "plain"),
            ("web", "unityfs-windows"),
            ("web", "unityfs"),
            ("We b", "gltf"),
        ] {
            let refused = with(platform, profile).check().expect_err("it is refused");
            assert!(refused.contains(platform), "{refused}");
        }
        let small = Convert {
            memory_bytes: Size::mib(64),
            ..Convert::default()
        };
        let refused = small.check().expect_err("it is refused");
        assert!(refused.contains("memory_bytes"), "{refused}");
        for triangles in [vec![], vec![500, 7000], vec![7000, 0], vec![5, 4, 3, 2, 1]] {
            let odd = Convert {
                lods_triangles: triangles.clone(),
                ..Convert::default()
            };
            let refused = odd.check().expect_err("it is refused");
            assert!(refused.contains("lods_triangles"), "{triangles:?}");
        }
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
    fn the_web_and_both_desktops_are_converted_for_unless_told_otherwise() {
        let profiles = |json: &str| -> Vec<(String, String)> {
            let read: Convert = serde_json::from_str(json).expect("settings");
            assert_eq!(read.check(), Ok(()));
            read.profiles.into_iter().collect()
        };
        let of = |all: &[(&str, &str)]| -> Vec<(String, String)> {
            let all = all.iter();
            all.map(|(platform, name)| ((*platform).into(), (*name).into()))
                .collect()
        };
        let usual = [
            ("mac", "unityfs-mac"),
            ("web", "gltf"),
            ("windows", "unityfs-windows"),
        ];
        assert_eq!(profiles("{}"), of(&usual));
        let less = r#"{"profiles": {"web": "gltf", "windows": "none", "mac": "none"}}"#;
        assert_eq!(profiles(less), of(&usual[1..2]));
        assert_eq!(profiles(r#"{"profiles": {}}"#), of(&[]));
    }

    #[test]
    fn what_decides_bytes_is_in_the_version() {
        let usual = Convert::default();
        let large = Convert {
            image_side_max: 2048,
            ..Convert::default()
        };
        let versions = [
            usual.version(Profile::Gltf(Gltf::Gltf)),
            usual.version(Profile::Gltf(Gltf::Plain)),
            large.version(Profile::Gltf(Gltf::Gltf)),
        ];
        assert!(versions[0].ends_with("-gltf") && versions[2].ends_with("-gltf-2048"));
        assert_ne!(versions[0], versions[1]);
    }

    #[test]
    fn versions_of_the_desktop_client_are_numbers() {
        let usual = Convert::default();
        let other = Convert {
            unity_shader_path_id: 5,
            ..Convert::default()
        };
        let mut seen = Vec::new();
        for convert in [&usual, &other] {
            for player in [Player::Windows, Player::Mac] {
                let version = convert.version(Profile::Unity(player));
                let number: i32 = version
                    .strip_prefix('v')
                    .expect("a v")
                    .parse()
                    .expect("a number");
                // From 49 on the client takes bundles by the names in a manifest.
                assert!(number >= 49);
                assert!(!seen.contains(&number), "{version}");
                seen.push(number);
            }
        }
        let none = Convert {
            unity_shader_path_id: 0,
            ..Convert::default()
        };
        let refused = none.check().expect_err("it is refused");
        assert!(refused.contains("unity_shader_path_id"), "{refused}");
        let engine = Convert {
            unity_engine: "5.0".into(),
            ..Convert::default()
        };
        let refused = engine.check().expect_err("it is refused");
        assert!(refused.contains("6000.2.6f2"), "{refused}");
    }
}
