//! `/hot-scenes`: the scenes with most people in all realms together.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::timeout;
use utoipa::ToSchema;

use super::fault::{Fault, FaultBody};
use super::main_realm::{MAIN, Main};
use super::view::read;
use super::{Server, meters};
use crate::frame::Edge;
use crate::frame::scenes::{HotScene, Parcel};

/// Most people of a parcel that are believed: no realm has more in all.
const PEOPLE_MAX: usize = 1_000_000;

/// A scene, before somebody asks for it.
pub(super) struct Hot {
    scene: HotScene,
    realms: Vec<InRealm>,
}

/// A scene with people in it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown {
    /// Entity id.
    id: String,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Its base parcel.
    base_coords: [i32; 2],
    /// People in it.
    users_total_count: usize,
    /// The realms that they are in.
    realms: Vec<InRealm>,
    /// Its parcels.
    parcels: Vec<[i32; 2]>,
    /// A picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail: Option<String>,
}

/// People of one realm.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct InRealm {
    server_name: String,
    users_count: usize,
}

type Counts = BTreeMap<Parcel, usize>;

/// One parcel of `/parcels`. Who says something else is passed over.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    peers_count: usize,
    parcel: At,
}

#[derive(Deserialize)]
struct At {
    x: i32,
    y: i32,
}

/// The counts of an answer.
fn counts(mut answer: Value) -> Option<Counts> {
    let Value::Array(lines) = answer.get_mut("parcels")?.take() else {
        return None;
    };
    let mut counts = Counts::new();
    for line in lines {
        if let Ok(line) = serde_json::from_value::<Line>(line) {
            let count = counts.entry((line.parcel.x, line.parcel.y)).or_default();
            *count = (*count + line.peers_count.min(PEOPLE_MAX)).min(PEOPLE_MAX);
        }
    }
    Some(counts)
}

impl Server {
    /// Who is on which parcel, by realm: catalysts that have a name, and `main` when it is well.
    async fn people(&self) -> Option<Vec<(String, Counts)>> {
        let view = self.view().await.ok()?;
        let limit = self.asking.settings.parcels_limit.0;
        let realms = join_all(view.realms.iter().map(|realm| async {
            let name = realm.name()?.to_owned();
            let answer = read(&self.asking, &realm.url, "/stats/parcels", limit).await?;
            Some((name, counts(answer)?))
        }));
        let main = async {
            if !Main::of(self, &view).healthy {
                return None;
            }
            let people = match self.asking.stats() {
                Some(url) => counts(read(&self.asking, url, "/parcels", limit).await?)?,
                None => self.context.islands.parcels().into_iter().collect(),
            };
            Some((MAIN.to_owned(), people))
        };
        let (realms, main) = tokio::join!(realms, main);
        Some(realms.into_iter().chain([main]).flatten().collect())
    }

    async fn make_hot(self) -> Option<Vec<Hot>> {
        let realms = self.people().await?;
        let mut all = Counts::new();
        for (parcel, count) in realms.iter().flat_map(|(_, counts)| counts) {
            *all.entry(*parcel).or_default() += count;
        }
        let settings = &self.asking.settings;
        let parcels = all.into_iter().collect();
        let scenes = self
            .naming
            .scenes(&self.context, parcels, settings.hot_scenes_parcels);
        match timeout(settings.content_timeout.0, scenes).await {
            Ok(Ok(scenes)) => Some(scenes.into_iter().map(|s| Hot::of(s, &realms)).collect()),
            Ok(Err(error)) => {
                tracing::warn!(error, "hot scenes are not named anew");
                None
            }
            Err(_) => {
                tracing::warn!("hot scenes were not named in time");
                None
            }
        }
    }
}

impl Hot {
    fn of(scene: HotScene, realms: &[(String, Counts)]) -> Self {
        let people = |counts: &Counts| -> usize {
            let parcels = scene.parcels.iter();
            parcels.filter_map(|[x, y]| counts.get(&(*x, *y))).sum()
        };
        let realms = realms.iter().map(|(name, counts)| InRealm {
            server_name: name.clone(),
            users_count: people(counts),
        });
        let realms = realms.filter(|realm| realm.users_count > 0).collect();
        Self { scene, realms }
    }

    fn shown(&self, contents: Option<&str>) -> Shown {
        let scene = self.scene.linked(contents);
        Shown {
            id: scene.id,
            name: scene.name,
            base_coords: scene.base_coords,
            users_total_count: scene.users_total_count,
            realms: self.realms.clone(),
            parcels: scene.parcels,
            thumbnail: scene.thumbnail,
        }
    }
}

/// Scenes with somebody in them, those with most first; at most 100.
#[utoipa::path(get, path = "/hot-scenes", tag = "realms",
    responses((status = 200, body = [Shown]), (status = 503, body = FaultBody)))]
pub(super) async fn hot_scenes(
    State(server): State<Server>,
    edge: Edge,
) -> Result<Json<Vec<Shown>>, Fault> {
    let stop = &server.context.shutdown;
    let make = || server.clone().make_hot();
    let hot = server.live.hot.get(server.ages(), stop, make).await;
    let Some(hot) = hot else {
        meters::late();
        return Err(Fault::Late);
    };
    let contents = server.naming.contents(&server.context, &edge);
    let shown = hot.iter().map(|scene| scene.shown(contents.as_deref()));
    Ok(Json(shown.collect()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lines_that_are_none_count_for_nobody() {
        let answer = json!({ "parcels": [
            { "peersCount": 2, "parcel": { "x": 1, "y": -1 } },
            { "peersCount": 3, "parcel": { "x": 1, "y": -1 } },
            { "peersCount": u64::MAX, "parcel": { "x": 0, "y": 0 } },
            { "peersCount": u64::MAX, "parcel": { "x": 0, "y": 0 } },
            { "peersCount": -1, "parcel": { "x": 2, "y": 0 } },
            { "peersCount": 1, "parcel": { "x": 1e300, "y": 0 } },
            { "peersCount": "1", "parcel": [1, 2] }, null, [],
        ] });
        let found = counts(answer).expect("a list");
        assert_eq!(found, Counts::from([((1, -1), 5), ((0, 0), PEOPLE_MAX)]));
        for answer in [json!({}), json!([]), json!({ "parcels": {} }), json!(null)] {
            assert_eq!(counts(answer), None);
        }
    }
}
