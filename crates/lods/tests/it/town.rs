//! Scenes of real models, merged; and looking at what came out.

use bundler::model::space::transform_point;
use bundler::model::{AlphaMode, Model};
use bundler::read::read;
use bundler::{KeepTextures, Limits, NoFiles, Options, Profile, Source};
use lods::scene::{MergeOptions, Piece, Way, merge};

use crate::data::{Town, corpus};
use crate::scenes::{land, options};

/// The box of all that is drawn.
pub(crate) fn bounds(model: &Model) -> Option<[[f32; 3]; 2]> {
    let corners = model
        .geometries
        .iter()
        .filter_map(|geometry| geometry.bounds());
    corners.map(|(low, high)| [low, high]).reduce(|a, b| {
        [
            std::array::from_fn(|k| a[0][k].min(b[0][k])),
            std::array::from_fn(|k| a[1][k].max(b[1][k])),
        ]
    })
}

fn cross([a, b, c]: [[f32; 3]; 3]) -> [f32; 3] {
    let (u, v): ([f32; 3], [f32; 3]) = (
        std::array::from_fn(|k| b[k] - a[k]),
        std::array::from_fn(|k| c[k] - a[k]),
    );
    [
        u[1] * v[2] - u[2] * v[1],
        u[2] * v[0] - u[0] * v[2],
        u[0] * v[1] - u[1] * v[0],
    ]
}

fn half_length(v: [f32; 3]) -> f32 {
    v.iter().map(|c| c * c).sum::<f32>().sqrt() / 2.0
}

fn triangles(model: &Model) -> impl Iterator<Item = (usize, [u32; 3])> + '_ {
    let geometries = model.geometries.iter().enumerate();
    geometries.flat_map(|(at, geometry)| {
        let triangles = geometry.indices.as_chunks::<3>().0.iter();
        triangles.map(move |corners| (at, *corners))
    })
}

pub(crate) fn area(model: &Model) -> f32 {
    let areas = triangles(model).map(|(at, corners)| {
        let positions = &model.geometries[at].positions;
        half_length(cross(corners.map(|corner| positions[corner as usize])))
    });
    areas.sum()
}

/// Whether nearly all triangles look where their corners' normals do.
pub(crate) fn facing(model: &Model) -> bool {
    let (mut right, mut all) = (0.0, 0.0);
    for (at, corners) in triangles(model) {
        let geometry = &model.geometries[at];
        let normal = cross(corners.map(|corner| geometry.positions[corner as usize]));
        let wanted: [f32; 3] = std::array::from_fn(|k| {
            let normals = corners.iter().map(|&c| geometry.normals[c as usize][k]);
            normals.sum::<f32>()
        });
        let dot: f32 = normal.iter().zip(wanted).map(|(a, b)| a * b).sum();
        let own = half_length(normal);
        all += own;
        right += if dot > 0.0 { own } else { 0.0 };
    }
    right > all * 0.97
}

/// A merged model with its atlases decoded.
pub(crate) struct Seen<'a> {
    model: &'a Model,
    images: Vec<image::RgbaImage>,
}

impl<'a> Seen<'a> {
    pub(crate) fn new(model: &'a Model) -> Self {
        let images = model.images.iter().map(|image| {
            let image = image::load_from_memory(&image.bytes).expect("an image of ours");
            image.into_rgba8()
        });
        Self {
            model,
            images: images.collect(),
        }
    }

    /// The pixel at texture coordinates of a part.
    fn pixel(&self, part: usize, uv: [f32; 2]) -> [u8; 4] {
        let image = &self.images[part];
        let place = |c: f32, side: u32| ((c * side as f32) as u32).min(side - 1);
        image
            .get_pixel(place(uv[0], image.width()), place(uv[1], image.height()))
            .0
    }

    /// The colour of what lies at a place of the file's space, seen from above.
    pub(crate) fn above(&self, x: f32, z: f32) -> Option<[u8; 4]> {
        triangles(self.model).find_map(|(part, corners)| {
            let geometry = &self.model.geometries[part];
            let [a, b, c] = corners.map(|corner| {
                let [x, _, z] = geometry.positions[corner as usize];
                [x, z]
            });
            let side = |from: [f32; 2], to: [f32; 2]| {
                (to[0] - from[0]) * (z - from[1]) - (to[1] - from[1]) * (x - from[0])
            };
            let parts = [side(b, c), side(c, a), side(a, b)];
            let whole: f32 = parts.iter().sum();
            let weights = parts.map(|part| part / whole);
            if whole == 0.0 || weights.iter().any(|weight| *weight < 0.0) {
                return None;
            }
            let uv = std::array::from_fn(|k| {
                let corners = corners.iter().zip(weights);
                corners
                    .map(|(&corner, w)| geometry.texcoords[0][corner as usize][k] * w)
                    .sum()
            });
            Some(self.pixel(part, uv))
        })
    }

    /// The mean light of all triangles by area, sampled all over each.
    pub(crate) fn mean_light(&self) -> [f32; 3] {
        let mut mean = Mean::default();
        for (part, corners) in triangles(self.model) {
            let geometry = &self.model.geometries[part];
            let own = half_length(cross(corners.map(|c| geometry.positions[c as usize])));
            let uv = corners.map(|corner| geometry.texcoords[0][corner as usize]);
            mean.add(own, uv, |uv| {
                let [r, g, b, _] = self.pixel(part, uv);
                [r, g, b].map(light)
            });
        }
        mean.value()
    }
}

fn light(byte: u8) -> f32 {
    let value = f32::from(byte) / 255.0;
    if value <= 0.040_45 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

#[derive(Default)]
struct Mean {
    sum: [f64; 3],
    area: f64,
}

impl Mean {
    /// A triangle: samples on a grid of its own coordinates.
    fn add(&mut self, area: f32, uv: [[f32; 2]; 3], color: impl Fn([f32; 2]) -> [f32; 3]) {
        const STEPS: u8 = 12;
        let mut own = ([0.0; 3], 0.0);
        for i in 0..STEPS {
            for j in 0..STEPS - i {
                let share = |n: u8| (f32::from(n) + 1.0 / 3.0) / f32::from(STEPS);
                let (s, t) = (share(i), share(j));
                let at = |k: usize| uv[0][k] * (1.0 - s - t) + uv[1][k] * s + uv[2][k] * t;
                let sample = color([at(0), at(1)]);
                own.0 = std::array::from_fn(|k| own.0[k] + f64::from(sample[k]));
                own.1 += 1.0;
            }
        }
        self.area += f64::from(area);
        self.sum = std::array::from_fn(|k| self.sum[k] + own.0[k] / own.1 * f64::from(area));
    }

    fn value(&self) -> [f32; 3] {
        self.sum.map(|sum| (sum / self.area.max(1e-9)) as f32)
    }
}

/// The mean light of a model as it came, by its own materials and images.
fn mean_as_it_came(model: &Model) -> [f32; 3] {
    let images: Vec<image::RgbaImage> = (model.images.iter())
        .map(|image| {
            image::load_from_memory(&image.bytes)
                .expect("an image")
                .into_rgba8()
        })
        .collect();
    let world = model.world_matrices();
    let mut mean = Mean::default();
    for (index, node) in model.nodes.iter().enumerate() {
        if node.is_collider() {
            continue;
        }
        let matrix = model.mesh_matrix(index, &world);
        for primitive in node
            .mesh
            .iter()
            .flat_map(|&mesh| &model.meshes[mesh].primitives)
        {
            let geometry = &model.geometries[primitive.geometry];
            let material = &model.materials[primitive.material.expect("a material")];
            let texture = material.base_color_texture.as_ref();
            let image = texture.and_then(|used| model.textures[used.texture].image);
            for corners in geometry.indices.as_chunks::<3>().0 {
                let positions = corners.map(|corner| {
                    let place = transform_point(&matrix, geometry.positions[corner as usize]);
                    place.map(|c| c as f32)
                });
                let set = geometry.texcoords.first();
                let uv = corners.map(|c| set.map_or([0.0; 2], |set| set[c as usize]));
                mean.add(half_length(cross(positions)), uv, |[u, v]| {
                    let base = match image.map(|image| &images[image]) {
                        None => [1.0; 3],
                        Some(image) => {
                            let place = |c: f32, side: u32| {
                                let inside = c.rem_euclid(1.0) * side as f32;
                                (inside as u32).min(side - 1)
                            };
                            let (x, y) = (place(u, image.width()), place(v, image.height()));
                            let [r, g, b, _] = image.get_pixel(x, y).0;
                            [r, g, b].map(light)
                        }
                    };
                    std::array::from_fn(|k| base[k] * material.base_color[k])
                });
            }
        }
    }
    mean.value()
}

/// Whether [`mean_as_it_came`] understands all of a model.
fn is_simple(model: &Model) -> bool {
    let materials = model.materials.iter().all(|material| {
        let texture = material.base_color_texture.as_ref();
        material.alpha_mode == AlphaMode::Opaque
            && material.emissive == [0.0; 3]
            && texture.is_none_or(|used| used.set() == 0 && used.annotations.extensions.is_empty())
    });
    let colored = model
        .geometries
        .iter()
        .any(|geometry| !geometry.colors.is_empty());
    let named = model
        .primitives()
        .all(|primitive| primitive.material.is_some());
    let repeats = model
        .samplers
        .iter()
        .all(|s| s["wrapS"].as_u64().is_none_or(|w| w == 10_497));
    materials && !colored && named && repeats && model.skins.is_empty()
}

#[test]
fn real_models_keep_their_colours() {
    let Some(corpus) = corpus(|_| true) else {
        return;
    };
    let mut looked_at = 0;
    for entry in corpus.iter().filter(|entry| is_simple(&entry.model)) {
        let mut options = options();
        options.triangles_per_parcel = usize::MAX;
        options.atlas_side_max = 2048;
        let mut matrix = bundler::model::space::IDENTITY;
        // Small, in the middle, above the ground: nothing is cut off.
        let (low, high) = world_bounds(&entry.model);
        let size = (0..3).map(|k| high[k] - low[k]).fold(1e-3, f64::max);
        for k in 0..3 {
            matrix[k * 5] = 14.0 / size;
            let middle = (low[k] + high[k]) / 2.0 * 14.0 / size;
            matrix[12 + k] = 8.0 - if k == 0 { -middle } else { middle };
        }
        let models = std::slice::from_ref(&entry.model);
        let pieces = [Piece { model: 0, matrix }];
        let merged = merge(models, &pieces, &land(&[[0, 0]]), &options, &KeepTextures)
            .expect("a scene that can be merged");
        let (want, found) = (
            mean_as_it_came(&entry.model),
            Seen::new(&merged.model).mean_light(),
        );
        for k in 0..3 {
            let apart = (want[k] - found[k]).abs();
            assert!(apart < 0.03, "{}: {found:?} for {want:?}", entry.src);
        }
        looked_at += 1;
    }
    assert!(looked_at > 15, "only {looked_at} models are simple");
}

fn world_bounds(model: &Model) -> ([f64; 3], [f64; 3]) {
    let world = model.world_matrices();
    let (mut low, mut high) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
    for (index, node) in model
        .nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| !node.is_collider())
    {
        for primitive in node
            .mesh
            .iter()
            .flat_map(|&mesh| &model.meshes[mesh].primitives)
        {
            let geometry = &model.geometries[primitive.geometry];
            for &corner in &geometry.indices {
                let point = transform_point(&world[index], geometry.positions[corner as usize]);
                for k in 0..3 {
                    low[k] = low[k].min(point[k]);
                    high[k] = high[k].max(point[k]);
                }
            }
        }
    }
    (low, high)
}

#[test]
fn a_town_fits_its_parcels_and_its_triangles() {
    let Some(entries) = corpus(|_| true) else {
        return;
    };
    let town = Town::of(entries, 4, 3);
    let pieces = town.pieces();
    assert_eq!(pieces.len(), 48);
    for profile in [Profile::Plain, Profile::Gltf] {
        let merged = |threads: usize| {
            let mut stored = Options::new(profile);
            stored.threads = threads;
            let options = MergeOptions::new(stored);
            merge(&town.models, &pieces, &town.land, &options, &KeepTextures)
                .expect("a scene that can be merged")
        };
        let merged = (merged(1), merged(3));
        assert_eq!(
            merged.0.output, merged.1.output,
            "threads change the result"
        );
        let (merged, most) = (merged.0, 500 * 12);
        println!("{:?}, {} bytes", merged.stats, merged.output.len());
        assert!(merged.stats.triangles_in > most * 10);
        let source = Source {
            path: "m.glb",
            bytes: &merged.output,
            files: &NoFiles,
        };
        let read = read(&source, &Limits::default())
            .expect("a file of ours")
            .model;
        let count = read.triangle_count();
        assert!((most * 9 / 10..=most).contains(&count), "{count} triangles");
        assert!(
            merged.stats.way <= Way::SmallDropped,
            "{:?}",
            merged.stats.way
        );
        assert!(read.materials.len() <= 3);
        let [low, high] = bounds(&read).expect("a mesh");
        // As rounded as the profile rounds.
        let step = 1.0 / 256.0;
        let height = town.land.height_metres() as f32;
        let want = ([-64.05, -0.05, -0.05], [0.05, height, 48.05]);
        for k in 0..3 {
            let inside = low[k] >= want.0[k] - step && high[k] <= want.1[k] + step;
            assert!(inside, "{low:?} to {high:?}");
        }
        assert!(
            high[0] - low[0] > 50.0 && high[2] - low[2] > 35.0,
            "{low:?} {high:?}"
        );
        assert!(facing(&merged.model));
    }
}
