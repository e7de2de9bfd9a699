//! Models and images as bundles of the desktop client, under the names that it asks for.

use bundler::{
    Conversion, Files as _, JsonAt, Source, TextureEncoder, deps_digest, json_at, named_files,
};
use identity::hash::hash_v1;
use unitybundle::{Names, Options, Player, Profile, convert_image, convert_model};

use super::inputs::Input;

/// What bundles are written with.
pub(super) struct Bundles {
    player: Player,
    options: Options,
}

impl Bundles {
    /// `None` of a profile that is none of the desktop client's.
    ///
    /// # Errors
    /// A shader that cannot be one, or that is given where there is none.
    pub(super) fn of(profile: Profile, path_id: Option<i64>) -> Result<Option<Self>, String> {
        let Profile::Unity(player) = profile else {
            return match path_id {
                None => Ok(None),
                Some(_) => Err("--shader-path-id is for unityfs only".to_owned()),
            };
        };
        let mut options = Options::new(player);
        if let Some(path_id) = path_id {
            options.shader.path_id = path_id;
        }
        let checked = options.shader.check();
        checked.map_err(|told| format!("--shader-path-id: {told}"))?;
        Ok(Some(Self { player, options }))
    }

    /// Converts a file; the bundle's name and what came of it.
    pub(super) fn convert(
        &self,
        input: &Input,
        bytes: &[u8],
        threads: usize,
        textures: &dyn TextureEncoder,
    ) -> (String, Conversion) {
        let options = Options {
            threads,
            ..self.options.clone()
        };
        let cid = hash_v1(bytes);
        let bundle = match input.is_image() {
            true => cid.clone(),
            false => format!("{cid}_{}", deps_digest(&named(input, bytes))),
        };
        let names = Names {
            cid: &cid,
            bundle: &bundle,
        };
        let conversion = if input.is_image() {
            convert_image(&input.path, bytes, "", &names, &options, textures)
        } else {
            let source = Source {
                path: &input.path,
                bytes,
                files: &*input.folder,
            };
            convert_model(&source, &names, &options, textures)
        };
        (format!("{bundle}_{}", self.player.name()), conversion)
    }
}

/// What a model names, with content ids. What is not there, or cannot be read, the conversion tells of.
fn named(input: &Input, bytes: &[u8]) -> Vec<(String, String)> {
    let json = match json_at(bytes) {
        Ok(JsonAt::Everywhere) => bytes,
        Ok(JsonAt::Chunk(from, length)) => {
            let end = from.saturating_add(length);
            bytes.get(from..end).unwrap_or_default()
        }
        Err(_) => return Vec::new(),
    };
    let paths = named_files(&input.path, json).unwrap_or_default();
    let hashed = paths.into_iter().filter_map(|path| {
        let hash = hash_v1(&input.folder.get(&path)?);
        Some((path, hash))
    });
    hashed.collect()
}
