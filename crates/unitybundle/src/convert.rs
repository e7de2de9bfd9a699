//! From a file to a bundle.

use bundler::model::{Model as Source, TextureUsage};
use bundler::read::{Read, ReadError, read};
use bundler::{Conversion, Outcome, Stats, TextureEncoder, TextureRequest};
use unityfs::build::model::{Material, Model, Node, Skin};
use unityfs::build::{Identity, Metadata, Wrap, model_bundle, texture_bundle};

use crate::clips::clips;
use crate::images::Images;
use crate::meshes::{Meshes, has_influences};
use crate::nodes::{self, Shown};
use crate::options::{Options, SceneShader};
use crate::{materials, pictures};

/// What a bundle and what is in it are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Names<'a> {
    /// The content id of the file. The client looks the model or the texture up by it, in its own case.
    pub cid: &'a str,
    /// The bundle's, without the platform: the content id, for a model with the digest of what it names.
    pub bundle: &'a str,
}

impl Names<'_> {
    /// The bundle's, with the platform.
    fn full(&self, options: &Options) -> String {
        match options.platform {
            "" => self.bundle.to_owned(),
            platform => format!("{}_{platform}", self.bundle),
        }
    }
}

/// Ends a file's name whose clips a client plays on an avatar.
const EMOTE: &str = "_emote";
const NO_ANIMATOR: &str = "it is an emote by its name: its clips are of the legacy player, and the client plays emotes by \
    an Animator, which is not written yet";

/// Converts a model file. Its images are in the bundle, as `encoder` gives them: it should be [`crate::BlockTextures`], or
/// keep that one's results.
///
/// Never panics on any input; a file that is not understood is [`Outcome::Failed`], because the client loads nothing else.
#[must_use]
pub fn convert_model(
    source: &bundler::Source<'_>,
    names: &Names<'_>,
    options: &Options,
    encoder: &dyn TextureEncoder,
) -> Conversion {
    let mut stats = Stats {
        bytes_in: source.bytes.len(),
        ..Stats::default()
    };
    if let Err(reason) = check(names, options) {
        return refused(Outcome::Failed, reason, stats);
    }
    // Some scenes hide a model by an empty file: an empty model, no error.
    let model = match source.bytes.is_empty() {
        true => Source::default(),
        false => match read(source, &options.limits) {
            Ok(Read { model, files }) => {
                stats.bytes_in += files.values().map(Vec::len).sum::<usize>();
                model
            }
            Err(error) => return unread(&error, stats),
        },
    };
    stats.triangles = model.triangle_count();
    stats.materials = model.materials.len();
    stats.clips = model.animations.len();
    stats.nodes = model.nodes.len();
    stats.colliders = model.colliders().count();
    stats.images = model.images.len();
    let (stem, extension) = source.path.rsplit_once('.').unwrap_or((source.path, "glb"));
    let mut notes = Vec::new();
    if stem.to_lowercase().ends_with(EMOTE) && !model.animations.is_empty() {
        notes.push(NO_ANIMATOR.to_owned());
    }
    match built(
        &model,
        names,
        &extension.to_lowercase(),
        options,
        encoder,
        &mut notes,
    ) {
        Ok(bundle) => converted(bundle, &notes, stats),
        Err(error) => refused(Outcome::Failed, error.to_string(), stats),
    }
}

/// Converts an image file: colour, of which thumbnails and faces are.
#[must_use]
pub fn convert_image(
    path: &str,
    bytes: &[u8],
    mime: &str,
    names: &Names<'_>,
    options: &Options,
    encoder: &dyn TextureEncoder,
) -> Conversion {
    let stats = Stats {
        bytes_in: bytes.len(),
        images: 1,
        ..Stats::default()
    };
    if let Err(reason) = check(names, options) {
        return refused(Outcome::Failed, reason, stats);
    }
    let request = TextureRequest {
        bytes,
        mime,
        usage: TextureUsage::ColorAlpha,
        side_max: options.image_side_max,
        source_side_max: options.limits.image_side_max,
        source_pixels_max: options.limits.image_pixels_max,
    };
    let picture = match pictures::encoded(encoder, &request) {
        Ok(picture) => picture,
        Err(reason) => return refused(Outcome::Unparseable, reason, stats),
    };
    let extension = path
        .rsplit_once('.')
        .map_or("png", |(_, extension)| extension);
    let identity = Identity::new(&names.full(options), Metadata::default());
    let texture = picture.texture(names.cid, [Wrap::Repeat; 2]);
    let bundle = texture_bundle(
        identity,
        &texture,
        &extension.to_lowercase(),
        &options.target,
    );
    match bundle {
        Ok(bundle) => converted(bundle, &[], stats),
        Err(error) => refused(Outcome::Failed, error.to_string(), stats),
    }
}

/// Names that can be hashed, and a shader that can be named.
fn check(names: &Names<'_>, options: &Options) -> Result<(), String> {
    let max = SceneShader::NAME_BYTES_MAX;
    let name = names.full(options);
    if names.cid.is_empty() || name.is_empty() || name.len() > max {
        return Err(format!("a bundle's name has 1 to {max} bytes: {name:?}"));
    }
    let shader = options.shader.check();
    shader.map_err(|told| format!("the scene shader: {told}"))
}

fn converted(bundle: Vec<u8>, notes: &[String], mut stats: Stats) -> Conversion {
    stats.bytes_out = bundle.len();
    Conversion {
        outcome: Outcome::Converted,
        reason: (!notes.is_empty()).then(|| notes.join("; ")),
        rung: None,
        output: bundle,
        files: Vec::new(),
        stats,
    }
}

fn refused(outcome: Outcome, reason: String, stats: Stats) -> Conversion {
    Conversion {
        outcome,
        reason: Some(reason),
        rung: None,
        output: Vec::new(),
        files: Vec::new(),
        stats,
    }
}

fn unread(error: &ReadError, stats: Stats) -> Conversion {
    let outcome = match error {
        ReadError::Unparseable(_) => Outcome::Unparseable,
        ReadError::MissingDependencies(_) => Outcome::MissingDeps,
        ReadError::BudgetExceeded(_) => Outcome::BudgetExceeded,
        // Nothing is served in its place: the client knows no other form.
        ReadError::Unsupported(_) => Outcome::Failed,
    };
    refused(outcome, error.to_string(), stats)
}

fn built(
    source: &Source,
    names: &Names<'_>,
    extension: &str,
    options: &Options,
    encoder: &dyn TextureEncoder,
    notes: &mut Vec<String>,
) -> unityfs::Result<Vec<u8>> {
    let shown = Shown::of(source);
    let mut meshes = Meshes::of(source);
    let nodes: Vec<Node> = shown
        .nodes
        .iter()
        .zip(&shown.parents)
        .map(|(node, parent)| self::node(source, &shown, *node, *parent, &mut meshes, notes))
        .collect();
    let used = used(source, &nodes);
    let images = Images::of(source, &used, options, encoder);
    notes.extend(images.problems.iter().cloned());
    let picture = |texture| images.texture(texture);
    let none = |_| None;
    let materials = source.materials.iter().zip(&used);
    let materials: Vec<Material> = materials
        .map(|(material, used)| match used {
            true => materials::material(material, &picture),
            false => materials::material(material, &none),
        })
        .collect();
    let model = Model {
        name: names.cid,
        nodes,
        meshes: meshes.list,
        materials,
        textures: images.textures(),
        clips: clips(source, &shown),
    };
    let shader = options.shader.of(options.platform);
    let metadata = Metadata {
        dependencies: vec![shader.bundle.clone()],
        ..Metadata::default()
    };
    let identity = Identity::new(&names.full(options), metadata);
    model_bundle(identity, &model, extension, &shader, &options.target)
}

fn node(
    source: &Source,
    shown: &Shown,
    node: usize,
    parent: Option<usize>,
    meshes: &mut Meshes<'_>,
    notes: &mut Vec<String>,
) -> Node {
    let own = &source.nodes[node];
    let (translation, rotation, scale) = nodes::place(&own.transform);
    let mut of = Node {
        name: nodes::name(source, node),
        parent,
        translation,
        rotation,
        scale,
        ..Node::default()
    };
    let Some(mesh) = own.mesh else {
        return of;
    };
    let number = own.skin.filter(|_| has_influences(source, mesh));
    of.skin = number.and_then(|skin| {
        let skin = &source.skins[skin];
        let joints = skin.joints.iter().map(|joint| shown.place(*joint));
        Some(Skin {
            joints: joints.collect::<Option<_>>()?,
            root: skin.skeleton.and_then(|root| shown.place(root)),
        })
    });
    if number.is_some() && of.skin.is_none() {
        notes.push(format!(
            "node {node}: joints of its skin are in no scene, so it does not bend"
        ));
    }
    of.parts = meshes.parts(mesh, number.filter(|_| of.skin.is_some()));
    let weights = match own.weights.is_empty() {
        true => &source.meshes[mesh].weights,
        false => &own.weights,
    };
    let targets = of
        .parts
        .iter()
        .map(|part| meshes.list[part.mesh].targets.len());
    let targets = targets.max().unwrap_or(0);
    of.weights = weights.iter().copied().take(targets).collect();
    of
}

/// Which materials anything shows.
fn used(source: &Source, nodes: &[Node]) -> Vec<bool> {
    let mut used = vec![false; source.materials.len()];
    let parts = nodes.iter().flat_map(|node| &node.parts);
    for material in parts.flat_map(|part| &part.materials).flatten() {
        used[*material] = true;
    }
    used
}
