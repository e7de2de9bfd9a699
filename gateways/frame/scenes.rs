//! Scenes with people in them, with what their entities say of them.

use std::collections::BTreeMap;

use bytes::Bytes;
use model::tables::{deployments, pointers};
use runtime::ports::{PortError, RowRange};
use runtime::reading::decode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Edge, GatewayContext, outside, view};
use crate::sources::outbound::{Client, Request};

/// A parcel's coordinates.
pub(crate) type Parcel = (i32, i32);

/// Read model of what is active.
pub(crate) const POINTERS: &str = "pointers";
/// Read model of deployments.
pub(crate) const DEPLOYMENTS: &str = "deployments";
/// Scenes of one answer.
const SCENES_MAX: usize = 100;
/// Rows read at a time.
const CHUNK: usize = 256;
/// Bytes of a content server's answer.
const ANSWER_BYTES_MAX: u64 = 32 << 20;

/// A scene with somebody in it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HotScene {
    /// Entity id.
    pub(crate) id: String,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// Its base parcel.
    pub(crate) base_coords: [i32; 2],
    /// People in it.
    pub(crate) users_total_count: usize,
    /// Its parcels.
    pub(crate) parcels: Vec<[i32; 2]>,
    /// A picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) thumbnail: Option<String>,
    /// Who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    creator: Option<String>,
    /// What it was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    project_id: Option<String>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// The picture, when it is a file of the scene.
    #[serde(skip)]
    picture: Option<String>,
}

/// What of an entity is read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Entity {
    id: String,
    content: Vec<File>,
    metadata: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    file: String,
    hash: String,
}

/// Names scenes: from a content server, or from the platform's own state.
pub(crate) struct Naming {
    client: Client,
    content_url: Option<String>,
}

impl Naming {
    /// Asks the content server of a key of the configuration, if it is set.
    pub(crate) fn new(context: &GatewayContext, key: &str, content_url: &Option<String>) -> Self {
        let content_url = content_url.clone().filter(|url| !url.is_empty());
        Self {
            client: outside(context, &[(key, content_url.as_deref())]),
            content_url,
        }
    }

    /// Where the files of scenes are, for whoever asks at this edge.
    pub(crate) fn contents(&self, context: &GatewayContext, edge: &Edge) -> Option<String> {
        let base = match &self.content_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("{}/content", own_catalyst(context, edge)?),
        };
        Some(format!("{base}/contents"))
    }

    /// The scenes of the parcels with most people, those with most first.
    ///
    /// # Errors
    /// What could not be asked, or read.
    pub(crate) async fn scenes(
        &self,
        context: &GatewayContext,
        mut parcels: Vec<(Parcel, usize)>,
        most: usize,
    ) -> Result<Vec<HotScene>, String> {
        parcels.sort_by_key(|(parcel, count)| (std::cmp::Reverse(*count), *parcel));
        parcels.truncate(most);
        if parcels.is_empty() {
            return Ok(Vec::new());
        }
        let names: Vec<String> = parcels
            .iter()
            .map(|((x, y), _)| format!("{x},{y}"))
            .collect();
        let entities = match &self.content_url {
            Some(url) => self.asked(url, &names).await?,
            None => {
                let own = own(context, &names).await;
                own.map_err(|error| error.to_string())?
            }
        };
        Ok(ranked(&entities, &parcels.into_iter().collect()))
    }

    async fn asked(&self, url: &str, pointers: &[String]) -> Result<Vec<Entity>, String> {
        let request = Request {
            server: url,
            path: "/entities/active",
            thing: "scenes",
        };
        let body = serde_json::json!({ "pointers": pointers }).to_string();
        let answer = self
            .client
            .post(request, body, None, ANSWER_BYTES_MAX)
            .await;
        let answer = answer.map_err(|error| error.to_string())?;
        let bytes = answer.collect().await.map_err(|error| error.to_string())?;
        serde_json::from_slice(&bytes).map_err(|error| format!("{url}: {error}"))
    }
}

impl HotScene {
    /// With the address of its picture, when that is a file.
    pub(crate) fn linked(&self, contents: Option<&str>) -> Self {
        let mut scene = self.clone();
        if let (Some(contents), Some(hash)) = (contents, &scene.picture) {
            scene.thumbnail = Some(format!("{contents}/{hash}"));
        }
        scene
    }
}

/// The platform's own catalyst, as whoever asks at this edge reaches it.
fn own_catalyst(context: &GatewayContext, edge: &Edge) -> Option<String> {
    match &context.settings.catalyst.public_url {
        Some(url) => Some(url.trim_end_matches('/').to_owned()),
        None => edge.beside("catalyst"),
    }
}

/// Scenes of the platform's own state.
async fn own(context: &GatewayContext, names: &[String]) -> Result<Vec<Entity>, PortError> {
    let tops = view(&context.platform, POINTERS);
    let entities = view(&context.platform, DEPLOYMENTS);
    let key = |name: &String| (Bytes::copy_from_slice(name.as_bytes()), Bytes::new());
    let mut ids: Vec<String> = Vec::new();
    for names in names.chunks(CHUNK) {
        let keys: Vec<_> = names.iter().map(key).collect();
        let rows = tops.get_many(pointers::TABLE, &keys).await?;
        for row in rows.iter().flatten() {
            let mut state: pointers::State = decode(pointers::TABLE, row)?;
            ids.extend(state.tops.remove("scene").map(|top| top.entity_id));
        }
    }
    ids.sort_unstable();
    ids.dedup();
    let mut active = Vec::with_capacity(ids.len());
    for id in ids {
        let range = RowRange {
            limit: 1,
            ..RowRange::default()
        };
        let lost = tops
            .range(pointers::OVERWRITES, id.as_bytes(), range)
            .await?;
        if lost.is_empty() {
            active.push(id);
        }
    }
    let mut found = Vec::with_capacity(active.len());
    for ids in active.chunks(CHUNK) {
        let keys: Vec<_> = ids.iter().map(key).collect();
        for row in entities
            .get_many(deployments::TABLE, &keys)
            .await?
            .iter()
            .flatten()
        {
            let state: deployments::State = decode(deployments::TABLE, row)?;
            match state.entity.read::<Entity>() {
                Ok(entity) => found.push(Entity {
                    id: state.entity_id,
                    ..entity
                }),
                Err(error) => tracing::debug!(%error, "an entity is unreadable"),
            }
        }
    }
    Ok(found)
}

/// The scenes with most people, in the shape of the answer.
fn ranked(entities: &[Entity], counts: &BTreeMap<Parcel, usize>) -> Vec<HotScene> {
    let mut scenes: BTreeMap<&str, HotScene> = BTreeMap::new();
    for entity in entities {
        if let Some(scene) = scene(entity, counts) {
            scenes.insert(&entity.id, scene);
        }
    }
    let mut scenes: Vec<HotScene> = scenes.into_values().collect();
    scenes.sort_by_key(|scene| std::cmp::Reverse(scene.users_total_count));
    scenes.truncate(SCENES_MAX);
    scenes
}

fn parcel(text: &str) -> Option<Parcel> {
    let (x, y) = text.split_once(',')?;
    Some((x.trim().parse().ok()?, y.trim().parse().ok()?))
}

/// A scene; `None` for one that does not say where it is.
fn scene(entity: &Entity, counts: &BTreeMap<Parcel, usize>) -> Option<HotScene> {
    let text = |pointer: &str| {
        entity
            .metadata
            .pointer(pointer)?
            .as_str()
            .map(str::to_owned)
    };
    let base = parcel(&text("/scene/base")?)?;
    let parcels = entity.metadata.pointer("/scene/parcels")?.as_array()?;
    let parcels: Vec<Parcel> = parcels
        .iter()
        .filter_map(|of| parcel(of.as_str()?))
        .collect();
    let users = parcels.iter().filter_map(|parcel| counts.get(parcel)).sum();
    let thumbnail = text("/display/navmapThumbnail").filter(|text| !text.is_empty());
    let (thumbnail, picture) = match thumbnail {
        Some(url) if url.starts_with("http") => (Some(url), None),
        Some(name) => {
            let file = entity.content.iter().find(|file| file.file == name);
            (None, file.map(|file| file.hash.clone()))
        }
        None => (None, None),
    };
    Some(HotScene {
        id: entity.id.clone(),
        name: text("/display/title"),
        base_coords: [base.0, base.1],
        users_total_count: users,
        parcels: parcels.into_iter().map(|(x, y)| [x, y]).collect(),
        thumbnail,
        creator: text("/contact/name"),
        project_id: text("/source/projectId"),
        description: text("/display/description"),
        picture,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entity(value: Value) -> Entity {
        serde_json::from_value(value).expect("an entity")
    }

    #[test]
    fn scenes_come_by_people_and_say_what_their_entities_say() {
        let whole = json!({
            "id": "bafyA", "content": [{ "file": "map.png", "hash": "bafkP" }],
            "metadata": {
                "scene": { "base": "0,0", "parcels": ["0,0", "0,1"] }, "contact": { "name": "Ann" },
                "source": { "projectId": "p" },
                "display": { "title": "A", "navmapThumbnail": "map.png", "description": "d" },
            },
        });
        let bare = json!({ "id": "bafyB", "metadata": {
            "scene": { "base": "-3,4", "parcels": ["-3,4"] },
            "display": { "navmapThumbnail": "lost.png" },
        } });
        let nowhere = json!({ "id": "bafyC", "metadata": { "display": { "title": "C" } } });
        let counts = BTreeMap::from([((0, 0), 1), ((0, 1), 2), ((-3, 4), 4)]);
        let entities: Vec<Entity> = [whole, bare, nowhere].into_iter().map(entity).collect();
        let scenes = ranked(&entities, &counts);
        let wanted = json!([
            { "id": "bafyB", "baseCoords": [-3, 4], "usersTotalCount": 4, "parcels": [[-3, 4]] },
            { "id": "bafyA", "name": "A", "baseCoords": [0, 0], "usersTotalCount": 3, "parcels": [[0, 0], [0, 1]],
              "creator": "Ann", "projectId": "p", "description": "d" },
        ]);
        assert_eq!(serde_json::to_value(&scenes).expect("JSON"), wanted);
        assert_eq!(scenes[1].picture.as_deref(), Some("bafkP"));
    }
}
