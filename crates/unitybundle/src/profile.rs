//! What models can be converted to.

use unityfs::build::Platform;

/// The kind of file that comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Profile {
    /// glTF, for viewers.
    Gltf(bundler::Profile),
    /// Bundles, for the desktop client.
    Unity(Player),
}

/// An operating system that the desktop client runs on. Each refuses bundles made for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Player {
    /// 64-bit Windows.
    Windows,
    /// macOS.
    Mac,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Gltf(bundler::Profile::Gltf),
        Self::Gltf(bundler::Profile::Plain),
        Self::Unity(Player::Windows),
        Self::Unity(Player::Mac),
    ];

    /// Its name in configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gltf(profile) => profile.name(),
            Self::Unity(Player::Windows) => "unityfs-windows",
            Self::Unity(Player::Mac) => "unityfs-mac",
        }
    }

    /// By its name in configuration.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }
}

impl Player {
    /// As bundles and platforms are named by it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Mac => "mac",
        }
    }

    pub(crate) fn platform(self) -> Platform {
        match self {
            Self::Windows => Platform::Windows,
            Self::Mac => Platform::Mac,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_has_a_name_of_its_own() {
        for profile in Profile::ALL {
            assert_eq!(Profile::parse(profile.name()), Some(profile));
        }
        assert_eq!(Profile::parse("unityfs"), None);
    }
}
