//! What is wanted of a bundle.

use serde::{Deserialize, Serialize};
use unityfs::archive::Packing;
use unityfs::build::Target;
use unityfs::build::model::Shader;
use unityfs::tree::Engine;

use crate::profile::Player;

/// What the player's name stands for in a name of a bundle.
const PLATFORM: &str = "{platform}";

/// Options of a conversion.
#[derive(Clone, Debug)]
pub struct Options {
    /// Who shall load it.
    pub target: Target,
    /// Ends the bundle's name.
    pub platform: &'static str,
    /// Where the client has the shader of scene models.
    pub shader: SceneShader,
    /// What the input may cost.
    pub limits: bundler::Limits,
    /// Threads to use for images; the result is the same for any number.
    pub threads: usize,
    /// Pixels on the longer side of an image that comes out.
    pub image_side_max: u32,
}

impl Options {
    /// What the client of today wants.
    #[must_use]
    pub fn new(player: Player) -> Self {
        Self {
            target: Target {
                engine: Engine::Unity6000,
                platform: player.platform(),
                packing: Packing::Lz4Hc,
            },
            platform: player.name(),
            shader: SceneShader::default(),
            limits: bundler::Limits::default(),
            threads: 1,
            image_side_max: 1024,
        }
    }
}

/// Where the client has the shader of scene models. It ships the shader in a bundle of its own, and a bundle of a model
/// names it by a number that Unity derived when that client was built. A wrong number shows every model magenta, so it
/// is a setting: one for each version of the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SceneShader {
    /// Name of its bundle, with `{platform}` where the player's name goes.
    pub bundle: String,
    /// Its path id there.
    pub path_id: i64,
    /// Keywords that it declares. Materials list others as invalid, which changes nothing that is seen: what they stand for
    /// is always on in today's shader.
    pub keywords: Vec<String>,
}

impl Default for SceneShader {
    fn default() -> Self {
        let Shader {
            bundle,
            path_id,
            keywords,
        } = Shader::scene(PLATFORM);
        Self {
            bundle,
            path_id,
            keywords,
        }
    }
}

impl SceneShader {
    /// Longest name of a bundle.
    pub(crate) const NAME_BYTES_MAX: usize = 191;

    /// What is wrong with it.
    ///
    /// # Errors
    /// The field, and why.
    pub fn check(&self) -> Result<(), String> {
        if self.path_id == 0 {
            return Err("path_id is 0, which is no object's: models would be magenta".to_owned());
        }
        if self.bundle.is_empty() || self.of("windows").bundle.len() > Self::NAME_BYTES_MAX {
            let max = Self::NAME_BYTES_MAX;
            return Err(format!("bundle: want a name of 1 to {max} bytes"));
        }
        Ok(())
    }

    pub(crate) fn of(&self, platform: &str) -> Shader {
        Shader {
            bundle: self.bundle.replace(PLATFORM, platform),
            path_id: self.path_id,
            keywords: self.keywords.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shader_is_in_the_players_own_bundle() {
        let shader = SceneShader::default();
        assert_eq!(shader.check(), Ok(()));
        assert_eq!(shader.of("mac"), Shader::scene("mac"));
        let none = SceneShader {
            path_id: 0,
            ..SceneShader::default()
        };
        assert!(none.check().is_err_and(|told| told.contains("path_id")));
    }
}
