//! What levels of detail there are to make of a scene: named by what stands where on its land, and by nothing else.

use std::collections::BTreeMap;

use bundler::{Options, Profile};
use lods::crdt::{self, Place, SceneState};
use lods::scene::MergeOptions;
use lods::{Limits, iss, key, scene};
use model::events::conversion::{File, Land, Levels};
use runtime::ports::PortError;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::Converter;
use super::plan::{ByPath, is_model, verdict};
use crate::runners::store;

/// The file that says what stands in a scene before its script runs.
const LOG: &str = "main.crdt";
/// Things that are named one by one when they are not in a mesh.
const NAMED_MAX: usize = 8;

/// What is known of an entity: its files, and those of them that are converted.
type Known<'a> = (&'a ByPath<'a>, &'a [File]);

impl Converter {
    /// The levels of detail of a scene: of itself first, then of its models. None of an entity that is no scene or does not
    /// say what stands in it.
    ///
    /// # Errors
    /// Something cannot be had now.
    pub(super) async fn lods(
        &self,
        metadata: &Value,
        known: Known<'_>,
        servers: &[String],
    ) -> Result<Vec<File>, PortError> {
        let (files, converted) = known;
        let Some((log, land)) = files.get(LOG).zip(land(metadata)) else {
            return Ok(Vec::new());
        };
        let mut scene = File {
            file: log.file.clone(),
            hash: log.hash.clone(),
            ..File::default()
        };
        let land = Land {
            triangles: self.0.settings.lods_triangles.clone(),
            ..land
        };
        match self.state(&log.hash, servers).await? {
            Ok(state) => Scene::of(&state, known).name(&mut scene, &land),
            Err((outcome, reason)) => scene.verdict = Some(verdict(outcome, reason)),
        }
        scene.levels = Some(Levels::Scene(land));
        let usable = converted.iter().filter(|file| file.verdict.is_none());
        let models = usable.filter(|file| is_model(&file.file)).map(|file| File {
            name: format!("{}_l{}", file.name, key::REVISION),
            levels: Some(Levels::Model),
            ..file.clone()
        });
        Ok(std::iter::once(scene).chain(models).collect())
    }

    /// What stands in a scene, or why nobody knows: an outcome and a reason.
    async fn state(
        &self,
        hash: &str,
        servers: &[String],
    ) -> Result<Result<SceneState, (&'static str, String)>, PortError> {
        if !self.has(hash, servers).await? {
            return Ok(Err(("missing-deps", format!("no server has {hash}"))));
        }
        let blobs = &*self.0.blobs;
        let (size, most) = (
            blobs.head(hash).await?,
            self.0.settings.lods_log_bytes_max.0,
        );
        let size = size.unwrap_or(0);
        if size > most {
            let reason = format!("{LOG} has {size} bytes, at most {most} are read");
            return Ok(Err(("budget-exceeded", reason)));
        }
        let gone = || PortError::retry(format!("content file {hash} is gone"));
        let log = store::whole(blobs, hash, most).await?.ok_or_else(gone)?;
        let read = move || crdt::decode(&log, &Limits::default());
        let read = tokio::task::spawn_blocking(read).await;
        Ok(match read {
            Ok(Ok(state)) => {
                let (things, most) = (state.models.len() + state.shapes.len(), Limits::default());
                match things > most.pieces_max {
                    true => Err(("budget-exceeded", format!("{things} things stand in it"))),
                    false => Ok(state),
                }
            }
            Ok(Err(error)) => Err(("unparseable", format!("{LOG}: {error}"))),
            Err(_) => Err(("failed", format!("{LOG}: the reader panicked"))),
        })
    }
}

/// What stands in a scene, by the names of its files.
#[derive(Default)]
struct Scene<'a> {
    /// Key and place of everything.
    placed: Vec<(String, &'a Place)>,
    /// Content hash and place of each model.
    assets: Vec<(&'a str, &'a Place)>,
    /// Hashes of all files that are read, by path.
    needed: BTreeMap<String, String>,
    /// Models that are not there, and why.
    missing: BTreeMap<&'a str, String>,
}

impl<'a> Scene<'a> {
    fn of(state: &'a SceneState, (files, converted): Known<'a>) -> Self {
        let by_path = converted.iter().map(|file| (&*file.file, file));
        let by_path: BTreeMap<&str, &File> = by_path.collect();
        let mut all = Self::default();
        for placed in &state.models {
            let found = files.get(&path_of(&placed.src));
            let found = found.and_then(|content| by_path.get(&*content.file));
            let reason = match found {
                Some(File {
                    verdict: Some(verdict),
                    ..
                }) => verdict.reason.clone().unwrap_or_default(),
                Some(file) => {
                    all.needed.insert(file.file.clone(), file.hash.clone());
                    all.needed.extend(file.dependencies.iter().cloned());
                    all.placed.push((file.name.clone(), &placed.place));
                    all.assets.push((&*file.hash, &placed.place));
                    continue;
                }
                None => "the entity has no such model".to_owned(),
            };
            all.missing.insert(&placed.src, reason);
        }
        for placed in &state.shapes {
            let texture = placed.paint.texture.as_deref();
            let texture = texture.and_then(|path| files.get(&path_of(path)));
            // By its hash, which is as good as its bytes.
            let hash = texture.map(|content| content.hash.as_bytes());
            let key = key::shape(placed.shape, &placed.paint, hash);
            all.placed.push((key.to_string(), &placed.place));
            let texture = texture.map(|content| (content.file.clone(), content.hash.clone()));
            all.needed.extend(texture);
        }
        all
    }

    /// Gives the file its name and all that is needed for it.
    fn name(self, file: &mut File, land: &Land) {
        let placed = self.placed.iter();
        let placed: Vec<_> = placed.map(|(key, place)| (&**key, &place.matrix)).collect();
        let assets = self.assets.iter().copied();
        let descriptor = iss::Descriptor::new(assets).json();
        let mut name = Sha256::new();
        for triangles in &land.triangles {
            // Of which profile it is says the version.
            let options = options(Options::new(Profile::Gltf), *triangles);
            let key = key::scene(placed.iter().copied(), &ground(land), &options, "");
            name.update(key.0);
        }
        name.update(descriptor);
        file.name = format!("scene_{}", hex::encode(name.finalize()));
        file.dependencies = self.needed.into_iter().collect();
        let missing = self.missing.iter().take(NAMED_MAX);
        let mut missing: Vec<String> = missing
            .map(|(path, reason)| format!("{path}: {reason}"))
            .collect();
        match self.missing.len() {
            0 => {}
            many => {
                if many > NAMED_MAX {
                    missing.push(format!("and {} more", many - NAMED_MAX));
                }
                file.left_out = Some(format!("left out: {}", missing.join("; ")));
            }
        }
    }
}

/// A path as a scene spells it, as content servers look for it.
pub(super) fn path_of(spelled: &str) -> String {
    let clean = spelled.trim_start_matches("./").trim_start_matches('/');
    clean.to_lowercase()
}

/// How a level of a scene is merged.
pub(super) fn options(stored: Options<'_>, triangles: u32) -> MergeOptions<'_> {
    let mut options = MergeOptions::new(stored);
    options.triangles_per_parcel = triangles as usize;
    options
}

/// The land as the merge takes it.
pub(super) fn ground(land: &Land) -> scene::Land {
    scene::Land {
        base: land.base,
        parcels: land.parcels.clone(),
    }
}

/// The land by a scene's metadata.
fn land(metadata: &Value) -> Option<Land> {
    let scene = metadata.get("scene")?;
    let parcels = scene.get("parcels")?.as_array()?;
    let most = Limits::default().parcels_max;
    let parcels = parcels.iter().take(most + 1).map(|of| parcel(of.as_str()?));
    let parcels: Vec<[i32; 2]> = parcels.collect::<Option<_>>()?;
    (1..=most).contains(&parcels.len()).then_some(())?;
    Some(Land {
        base: parcel(scene.get("base")?.as_str()?)?,
        parcels,
        ..Land::default()
    })
}

fn parcel(text: &str) -> Option<[i32; 2]> {
    let (x, y) = text.split_once(',')?;
    Some([x.trim().parse().ok()?, y.trim().parse().ok()?])
}
