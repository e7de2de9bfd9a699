//! Which place a scene is: what the Places service says, or the platform's own scenes.
//!
//! Of our own scenes the scene's id decides, not the parcel that a request names beside it: who administrates one place
//! cannot speak for another.

use bytes::Bytes;
use model::tables::registry::entities;
use model::tables::{deployments, pointers};
use reqwest::Url;
use runtime::ports::{PortError, RowRange};
use serde_json::Value;
use uuid::Uuid;

use super::fault::{self, Fault};
use super::outside::Unanswered;
use super::tables::{DEPLOYMENTS, POINTERS, REGISTRY};
use super::{Server, rooms};
use crate::frame;

/// Where a request is from.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Where<'a> {
    /// `realm.hostname`, where it is known.
    pub(super) hostname: &'a str,
    /// Name of the realm.
    pub(super) realm: &'a str,
    /// Id of the scene.
    pub(super) scene: Option<&'a str>,
    /// A parcel.
    pub(super) parcel: Option<&'a str>,
}

impl Where<'_> {
    /// The world, if it is one.
    pub(super) fn world(&self) -> Option<&str> {
        let is_world =
            rooms::is_world(self.realm) || self.hostname.contains("worlds-content-server");
        is_world.then_some(self.realm)
    }
}

/// A place: what bans and admins are of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Its id.
    pub(super) id: String,
    /// Its name; empty when it has none.
    pub(super) title: String,
    /// `x,y`
    pub(super) base: String,
    /// Its parcels, the base among them.
    pub(super) positions: Vec<String>,
    /// Of a world.
    pub(super) world: Option<String>,
    /// Who deployed it, lower case; known of our own scenes alone.
    pub(super) deployer: Option<String>,
}

impl Place {
    /// What people call it.
    pub(super) fn name(&self) -> String {
        match self.title.is_empty() {
            true => format!("Place at {}", self.base),
            false => self.title.clone(),
        }
    }

    /// Where it is: a world, or its base parcel.
    pub(super) fn location(&self) -> &str {
        self.world.as_deref().unwrap_or(&self.base)
    }
}

/// A parcel, `x,y`, as everybody writes it.
pub(super) fn parcel(text: &str) -> Option<String> {
    let (x, y) = text.split_once(',')?;
    let number = |text: &str| text.trim().parse::<i32>().ok();
    Some(format!("{},{}", number(x)?, number(y)?))
}

/// Something that is not there, or a service that does not answer.
#[derive(Debug)]
pub(super) enum Lost {
    /// There is no such place.
    Absent,
    /// Nobody says.
    Unanswered(String),
}

impl From<Lost> for Fault {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Absent => fault::missing("Place not found"),
            Lost::Unanswered(error) => {
                tracing::warn!(error, "a place is not found out");
                fault::unavailable("Places cannot be asked just now")
            }
        }
    }
}

impl From<Unanswered> for Lost {
    fn from(error: Unanswered) -> Self {
        Self::Unanswered(error.to_string())
    }
}

impl From<PortError> for Lost {
    fn from(error: PortError) -> Self {
        Self::Unanswered(error.to_string())
    }
}

/// The place that a request is from.
///
/// # Errors
/// There is none, or nobody says.
pub(super) async fn find(server: &Server, from: Where<'_>) -> Result<Place, Lost> {
    let places = server.settings().places_api_url.as_deref();
    match places.filter(|url| !url.is_empty()) {
        Some(url) => asked(server, url, from).await,
        None => own(server, from).await,
    }
}

async fn asked(server: &Server, url: &str, from: Where<'_>) -> Result<Place, Lost> {
    let known = match (from.scene, from.world()) {
        (Some(scene), None) => scene_of(server, scene).await?,
        _ => None,
    };
    let of_scene = known.map(|scene| scene.base);
    let parcel = of_scene.or_else(|| parcel(from.parcel?));
    let parcel = parcel.ok_or(Lost::Absent)?;
    // Only what goes into the query is escaped.
    let mut query = Url::parse("http://x/places").expect("a URL");
    query.query_pairs_mut().append_pair("positions", &parcel);
    if let Some(world) = from.world() {
        query.query_pairs_mut().append_pair("names", world);
    }
    let path = format!("/places?{}", query.query().unwrap_or_default());
    let answer = server.outside.get(url, &path).await?;
    let answer = answer.ok_or(Lost::Absent)?;
    let first = answer["data"].as_array().and_then(|list| list.first());
    let first = first.ok_or(Lost::Absent)?;
    let text = |name: &str| first[name].as_str().unwrap_or_default().to_owned();
    let positions = first["positions"].as_array().into_iter().flatten();
    let positions: Vec<String> = positions
        .filter_map(|position| position.as_str().and_then(self::parcel))
        .collect();
    let base = Some(text("base_position")).filter(|base| !base.is_empty());
    Ok(Place {
        id: Some(text("id"))
            .filter(|id| !id.is_empty())
            .ok_or(Lost::Absent)?,
        title: text("title"),
        base: base
            .or_else(|| positions.first().cloned())
            .unwrap_or(parcel),
        positions,
        world: from.world().map(str::to_owned),
        deployer: None,
    })
}

async fn own(server: &Server, from: Where<'_>) -> Result<Place, Lost> {
    if let Some(world) = from.world() {
        return own_world(server, world, from).await;
    }
    let found = match from.scene {
        Some(scene) => scene_of(server, scene).await?,
        None => None,
    };
    let found = match (found, from.parcel.and_then(parcel)) {
        (Some(found), _) => found,
        // A scene that is named and unknown is nobody's.
        (None, _) if from.scene.is_some() => return Err(Lost::Absent),
        (None, None) => return Err(Lost::Absent),
        (None, Some(parcel)) => {
            let id = active(server, &parcel).await?.ok_or(Lost::Absent)?;
            scene_of(server, &id).await?.ok_or(Lost::Absent)?
        }
    };
    Ok(Place {
        id: id_of(&found.base),
        ..found
    })
}

/// A world as a whole: which of its scenes somebody is in is not known here for certain.
async fn own_world(server: &Server, world: &str, from: Where<'_>) -> Result<Place, Lost> {
    let world = world.to_lowercase();
    let mut deployer = None;
    if let Some(scene) = from.scene {
        let view = frame::view(&server.context.platform, REGISTRY);
        let state: Option<entities::State> =
            view.read(entities::TABLE, scene.as_bytes(), b"").await?;
        let deployed = state.and_then(|state| state.deployed);
        let of_it = deployed.filter(|of| of.world.as_deref() == Some(&*world));
        deployer = of_it
            .map(|of| of.deployer)
            .filter(|deployer| !deployer.is_empty());
    }
    Ok(Place {
        id: id_of(&world),
        title: world.clone(),
        base: from.parcel.and_then(parcel).unwrap_or_default(),
        positions: Vec::new(),
        world: Some(world),
        deployer,
    })
}

/// The id of a place of our own: always the same for the same base parcel, or world.
fn id_of(location: &str) -> String {
    let id: Uuid = kernel::event_id(format!("place\n{location}").as_bytes());
    id.to_string()
}

/// The active scene at a parcel.
///
/// # Errors
/// The store's faults.
pub(super) async fn active(server: &Server, parcel: &str) -> Result<Option<String>, PortError> {
    let view = frame::view(&server.context.platform, POINTERS);
    let state: Option<pointers::State> = view.read(pointers::TABLE, parcel.as_bytes(), b"").await?;
    let Some(top) = state.and_then(|mut state| state.tops.remove("scene")) else {
        return Ok(None);
    };
    let range = RowRange {
        limit: 1,
        ..RowRange::default()
    };
    let id = Bytes::from(top.entity_id.clone());
    let lost = view.range(pointers::OVERWRITES, &id, range).await?;
    Ok(lost.is_empty().then_some(top.entity_id))
}

/// A scene of ours, without the id of its place.
async fn scene_of(server: &Server, id: &str) -> Result<Option<Place>, PortError> {
    let view = frame::view(&server.context.platform, DEPLOYMENTS);
    let state: Option<deployments::State> =
        view.read(deployments::TABLE, id.as_bytes(), b"").await?;
    let state = state.filter(|state| state.is_published() && state.entity_type == "scene");
    let Some(state) = state else {
        return Ok(None);
    };
    let entity: Value = state.entity.value().unwrap_or_default();
    let text = |pointer: &str| entity.pointer(pointer).and_then(Value::as_str);
    let mut positions: Vec<String> = state.pointers.iter().filter_map(|p| parcel(p)).collect();
    let base = text("/metadata/scene/base").and_then(parcel);
    let base = base.filter(|base| positions.contains(base));
    let Some(base) = base.or_else(|| positions.first().cloned()) else {
        return Ok(None);
    };
    positions.sort();
    Ok(Some(Place {
        id: String::new(),
        title: text("/metadata/display/title")
            .unwrap_or_default()
            .to_owned(),
        base,
        positions,
        world: None,
        deployer: Some(state.deployer).filter(|deployer| !deployer.is_empty()),
    }))
}
