//! From a model to a bundle.

use super::assembly::{Layout, Objects, assemble};
use super::clip::add_clip;
use super::components::{
    Bones, Links, Place, add_animation, add_collider, add_filter, add_game_object, add_renderer,
    add_skinned_renderer, add_transform,
};
use super::hierarchy::{Hierarchy, has_collider_name};
use super::main_asset::{Listing, add_main, add_metadata};
use super::material::{MaterialIds, add_material};
use super::mesh::add_mesh;
use super::model::{Model, Node, Part, Shader};
use super::texture::add_texture;
use super::{Identity, Target, class};
use crate::Result;
use crate::names::{archive_path, cab};
use crate::serialized::External;
use crate::value::Reference;

const CLASSES: [i32; 13] = [
    class::GAME_OBJECT,
    class::TRANSFORM,
    class::MATERIAL,
    class::MESH_RENDERER,
    class::TEXTURE_2D,
    class::MESH_FILTER,
    class::MESH,
    class::TEXT_ASSET,
    class::MESH_COLLIDER,
    class::ANIMATION_CLIP,
    class::ANIMATION,
    class::SKINNED_MESH_RENDERER,
    class::ASSET_BUNDLE,
];
/// What a mesh is used for.
const USED_SKINNED: i32 = 1;
const USED_COLLIDER: i32 = 16;

/// How a part is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Drawn,
    Skinned,
    Collider,
    /// Not at all: a skinned mesh whose own name says collider.
    Hidden,
}

/// A bundle under construction.
struct Builder<'a> {
    model: &'a Model<'a>,
    hierarchy: Hierarchy,
    identity: Identity,
    layout: Layout,
    objects: Objects,
    /// Path ids by the model's indices.
    meshes: Vec<i64>,
    materials: Vec<i64>,
    default_material: Option<i64>,
    game_objects: Vec<i64>,
    transforms: Vec<i64>,
    root: (i64, i64),
}

/// A bundle of a model, under the address `{model.name}.{extension}`. Its shader is in another bundle, which the metadata
/// should name as a dependency.
///
/// # Errors
/// When the model's lists don't agree, an index hits nothing, or a node is below itself.
pub fn model_bundle(
    identity: Identity,
    model: &Model<'_>,
    extension: &str,
    shader: &Shader,
    target: &Target,
) -> Result<Vec<u8>> {
    for mesh in &model.meshes {
        mesh.check()?;
    }
    let mut builder = Builder::new(identity, model, target)?;
    builder.add_surfaces(shader)?;
    builder.add_meshes()?;
    for (index, node) in model.nodes.iter().enumerate() {
        builder.add_node(index, node)?;
    }
    builder.add_root()?;
    builder.finish(extension, shader, target)
}

impl<'a> Builder<'a> {
    fn new(mut identity: Identity, model: &'a Model<'a>, target: &Target) -> Result<Self> {
        let hierarchy = Hierarchy::of(model)?;
        let mut ids = |kind: &str, count: usize| -> Vec<i64> {
            let keys = (0..count).map(|index| format!("{kind}/{index}"));
            keys.map(|key| identity.ids.give(&key)).collect()
        };
        let meshes = ids("mesh", model.meshes.len());
        let materials = ids("material", model.materials.len());
        let game_objects = ids("node", model.nodes.len());
        let transforms = ids("transform", model.nodes.len());
        let root = match hierarchy.root_node {
            Some(node) => (game_objects[node], transforms[node]),
            None => (
                identity.ids.give("root"),
                identity.ids.give("root/transform"),
            ),
        };
        Ok(Self {
            model,
            hierarchy,
            identity,
            layout: Layout::new(target.engine, &CLASSES),
            objects: Objects::default(),
            meshes,
            materials,
            default_material: None,
            game_objects,
            transforms,
            root,
        })
    }

    fn id(&mut self, key: &str) -> i64 {
        self.identity.ids.give(key)
    }

    /// Textures and materials.
    fn add_surfaces(&mut self, shader: &Shader) -> Result<()> {
        let mut textures = Vec::new();
        for (index, texture) in self.model.textures.iter().enumerate() {
            let id = self.id(&format!("texture/{index}"));
            add_texture(id, texture, &self.layout, &mut self.objects)?;
            textures.push(id);
        }
        if self.needs_default() {
            self.default_material = Some(self.id("material/default"));
        }
        let ids = MaterialIds {
            shader: Reference {
                file_id: 1,
                path_id: shader.path_id,
            },
            textures: &textures,
        };
        let add = |id, material, objects: &mut Objects| {
            add_material(id, material, shader, &ids, &self.layout, objects)
        };
        for (index, material) in self.model.materials.iter().enumerate() {
            add(
                self.materials[index],
                Some((index, material)),
                &mut self.objects,
            )?;
        }
        if let Some(id) = self.default_material {
            add(id, None, &mut self.objects)?;
        }
        Ok(())
    }

    /// Whether something is drawn without a material of its own.
    fn needs_default(&self) -> bool {
        let is_bare = |part: &Part| {
            let submeshes = self.model.meshes[part.mesh].submeshes.len();
            part.materials.len() < submeshes || part.materials.contains(&None)
        };
        self.model.nodes.iter().enumerate().any(|(index, node)| {
            let mut parts = node.parts.iter().enumerate();
            parts.any(|(part, bare)| self.kind(index, part).needs_material() && is_bare(bare))
        })
    }

    fn kind(&self, node: usize, part: usize) -> Kind {
        let source = &self.model.nodes[node];
        let mesh = &self.model.meshes[source.parts[part].mesh];
        if source.skin.is_some() || !mesh.targets.is_empty() {
            if has_collider_name(&self.part_name(node, part)) {
                return Kind::Hidden;
            }
            return Kind::Skinned;
        }
        if self.hierarchy.is_collider(node) || has_collider_name(&self.part_name(node, part)) {
            return Kind::Collider;
        }
        Kind::Drawn
    }

    /// The name of the object a part is on.
    fn part_name(&self, node: usize, part: usize) -> String {
        if part == 0 {
            return self.hierarchy.names[node].clone();
        }
        let mesh = &self.model.meshes[self.model.nodes[node].parts[part].mesh].name;
        let mesh = if mesh.is_empty() { "Primitive" } else { mesh };
        format!("{mesh}_{part}")
    }

    fn add_meshes(&mut self) -> Result<()> {
        let mut usage = vec![0; self.meshes.len()];
        for (index, node) in self.model.nodes.iter().enumerate() {
            for (number, part) in node.parts.iter().enumerate() {
                usage[part.mesh] |= match self.kind(index, number) {
                    Kind::Skinned => USED_SKINNED,
                    Kind::Collider => USED_COLLIDER,
                    Kind::Drawn | Kind::Hidden => 0,
                };
            }
        }
        for (index, mesh) in self.model.meshes.iter().enumerate() {
            let id = self.meshes[index];
            add_mesh(id, mesh, usage[index], &self.layout, &mut self.objects)?;
        }
        Ok(())
    }

    fn add_node(&mut self, index: usize, node: &Node) -> Result<()> {
        let game_object = self.game_objects[index];
        let mut links = Links {
            game_object,
            transform: self.transforms[index],
            father: self.father(index, node),
            children: Vec::new(),
        };
        let below = self.hierarchy.children(Some(index)).iter();
        links.children = below.map(|child| self.transforms[*child]).collect();
        let mut components = vec![links.transform];
        for (number, part) in node.parts.iter().enumerate() {
            if number == 0 {
                components.extend(self.add_part(index, number, part, game_object)?);
            } else {
                links.children.push(self.add_extra(index, number, part)?);
            }
        }
        add_transform(&links, &place(node), &self.layout, &mut self.objects)?;
        let name = &self.hierarchy.names[index];
        add_game_object(
            game_object,
            name,
            &components,
            &self.layout,
            &mut self.objects,
        )
    }

    fn father(&self, index: usize, node: &Node) -> Option<i64> {
        match node.parent {
            Some(parent) => Some(self.transforms[parent]),
            None if self.hierarchy.root_node == Some(index) => None,
            None => Some(self.root.1),
        }
    }

    /// A further part of a node, on an object of its own; its Transform.
    fn add_extra(&mut self, node: usize, number: usize, part: &Part) -> Result<i64> {
        let key = format!("node/{node}/part/{number}");
        let links = Links {
            game_object: self.id(&key),
            transform: self.id(&format!("{key}/transform")),
            father: Some(self.transforms[node]),
            children: Vec::new(),
        };
        let mut components = vec![links.transform];
        components.extend(self.add_part(node, number, part, links.game_object)?);
        add_transform(&links, &Place::REST, &self.layout, &mut self.objects)?;
        let name = self.part_name(node, number);
        let (id, layout) = (links.game_object, &self.layout);
        add_game_object(id, &name, &components, layout, &mut self.objects)?;
        Ok(links.transform)
    }

    /// What shows a part; the components.
    fn add_part(
        &mut self,
        node: usize,
        number: usize,
        part: &Part,
        game_object: i64,
    ) -> Result<Vec<i64>> {
        let key = format!("node/{node}/part/{number}");
        let mesh = self.meshes[part.mesh];
        let kind = self.kind(node, number);
        let materials = if kind.needs_material() {
            self.material_ids(part)
        } else {
            Vec::new()
        };
        let first = match kind {
            Kind::Hidden => return Ok(Vec::new()),
            Kind::Skinned => self.id(&format!("{key}/skinned")),
            Kind::Drawn | Kind::Collider => self.id(&format!("{key}/filter")),
        };
        if kind == Kind::Skinned {
            let bones = self.bones(node, mesh);
            let (layout, objects) = (&self.layout, &mut self.objects);
            add_skinned_renderer(first, game_object, &materials, &bones, layout, objects)?;
            return Ok(vec![first]);
        }
        add_filter(first, game_object, mesh, &self.layout, &mut self.objects)?;
        let second = if kind == Kind::Collider {
            let id = self.id(&format!("{key}/collider"));
            add_collider(id, game_object, mesh, &self.layout, &mut self.objects)?;
            id
        } else {
            let id = self.id(&format!("{key}/renderer"));
            add_renderer(id, game_object, &materials, &self.layout, &mut self.objects)?;
            id
        };
        Ok(vec![first, second])
    }

    /// A material for each submesh.
    fn material_ids(&self, part: &Part) -> Vec<i64> {
        let submeshes = 0..self.model.meshes[part.mesh].submeshes.len();
        let index = |submesh: usize| part.materials.get(submesh).copied().flatten();
        let id = |submesh| match index(submesh) {
            Some(material) => self.materials[material],
            None => self.default_material.expect("made when one is needed"),
        };
        submeshes.map(id).collect()
    }

    fn bones(&self, node: usize, mesh: i64) -> Bones<'a> {
        let node = &self.model.nodes[node];
        let (mut joints, mut root) = (Vec::new(), None);
        if let Some(skin) = &node.skin {
            joints = skin
                .joints
                .iter()
                .map(|joint| self.transforms[*joint])
                .collect();
            root = skin
                .root
                .or_else(|| self.hierarchy.common_ancestor(&skin.joints));
        }
        Bones {
            mesh,
            joints,
            root: root.map(|node| self.transforms[node]),
            weights: &node.weights,
        }
    }

    /// Clips, and the root where it is an object of its own.
    fn add_root(&mut self) -> Result<()> {
        let mut clips = Vec::new();
        for (index, clip) in self.model.clips.iter().enumerate() {
            let id = self.id(&format!("clip/{index}"));
            let known = |node: usize| node < self.model.nodes.len();
            let path = |node| known(node).then(|| self.hierarchy.path(node));
            add_clip(id, clip, path, &self.layout, &mut self.objects)?;
            clips.push(id);
        }
        if self.hierarchy.root_node.is_some() {
            return Ok(());
        }
        let (game_object, transform) = self.root;
        let below = self.hierarchy.children(None).iter();
        let links = Links {
            game_object,
            transform,
            father: None,
            children: below.map(|child| self.transforms[*child]).collect(),
        };
        let mut components = vec![transform];
        if !clips.is_empty() {
            let id = self.id("root/animation");
            add_animation(id, game_object, &clips, &self.layout, &mut self.objects)?;
            components.push(id);
        }
        add_transform(&links, &Place::REST, &self.layout, &mut self.objects)?;
        let name = self.model.name;
        add_game_object(
            game_object,
            name,
            &components,
            &self.layout,
            &mut self.objects,
        )
    }

    fn finish(mut self, extension: &str, shader: &Shader, target: &Target) -> Result<Vec<u8>> {
        let has_materials = !self.materials.is_empty() || self.default_material.is_some();
        let mut preload: Vec<_> = self.objects.path_ids().map(Reference::here).collect();
        let (mut externals, mut dependencies) = (Vec::new(), Vec::new());
        if has_materials {
            let cab = cab(&shader.bundle);
            externals.push(External {
                path: archive_path(&cab),
                ..External::default()
            });
            dependencies.push(cab.to_lowercase());
            preload.push(Reference {
                file_id: 1,
                path_id: shader.path_id,
            });
        }
        let listing = Listing {
            address: format!("{}.{extension}", self.model.name),
            asset: Reference::here(self.root.0),
            preload,
        };
        let metadata = add_metadata(&mut self.identity, &self.layout, &mut self.objects)?;
        let listings = vec![listing, metadata];
        let (layout, objects) = (&self.layout, &mut self.objects);
        add_main(
            &self.identity,
            target.engine,
            layout,
            objects,
            listings,
            &dependencies,
        )?;
        assemble(&self.identity, target, layout, objects, externals)
    }
}

impl Kind {
    fn needs_material(self) -> bool {
        matches!(self, Self::Drawn | Self::Skinned)
    }
}

/// A node's place, mirrored.
fn place(node: &Node) -> Place {
    let [x, y, z, w] = node.rotation;
    let [right, up, forward] = node.translation;
    Place {
        // Not −0 for a node that is not moved.
        position: [0.0 - right, up, forward],
        rotation: normalized([x, -y, -z, w]).unwrap_or(Place::REST.rotation),
        scale: node.scale,
    }
}

/// A rotation of length 1, rounded as the engine does: it adds the four squares in vector registers, by neighbours, so
/// that the sums behind x and z are of other pairs than those behind y and w. (Found on the 199 nodes of a golden pair.)
fn normalized(rotation: [f32; 4]) -> Option<[f32; 4]> {
    let [x, y, z, w] = rotation.map(|number| number * number);
    let even = ((x + y) + (z + w)).sqrt();
    let odd = ((y + z) + (w + x)).sqrt();
    let is_turn = even.is_normal() && odd.is_normal();
    let [x, y, z, w] = rotation;
    is_turn.then(|| [x / even, y / odd, z / even, w / odd])
}
