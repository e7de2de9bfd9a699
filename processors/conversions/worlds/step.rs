//! From a deployment in a world to a wish.

use kernel::{Context, Record, Reject, Step};
use model::Json;
use model::events::conversion::{Asked, Input, Told};
use serde_json::Value;

use super::super::INPUTS;
use super::super::requests::step::{is_live, needed};
use crate::{entity, wire};

const DEPLOYMENT: &str = "world/deployment";
/// Names the wish, apart from that of a catalyst's deployment: that one may know more.
const DEPLOYED: &str = "deployed in a world";
/// Servers that are kept.
const SERVERS_MAX: usize = 16;

/// A scene that was deployed in a world.
pub struct Deployed {
    pub(super) entity_id: String,
    servers: Vec<String>,
    /// What a plan has to know, if the event brings it.
    entity: Option<Json>,
    made_at: i64,
}

/// The deployment of a record; `None` for another event, and for one that names no server or no entity.
///
/// # Errors
/// `RECORD_UNREADABLE`.
pub(super) fn decode(record: &Record) -> Result<Option<Deployed>, Reject> {
    let Some((_, mut event)) = wire::event(record, &[DEPLOYMENT])? else {
        return Ok(None);
    };
    let servers = event["contentServerUrls"].as_array().into_iter().flatten();
    let servers = servers.filter_map(Value::as_str);
    let servers = servers.filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    let servers: Vec<String> = servers.map(str::to_owned).take(SERVERS_MAX).collect();
    if servers.is_empty() {
        return Ok(None);
    }
    let at = wire::ms(&event, record.timestamp);
    let given = event["entity"].take();
    let id = ["/entityId", "/id"].map(|pointer| wire::text(&given, pointer).to_owned());
    let id = id.into_iter().find(|id| !id.is_empty()).unwrap_or_default();
    if !entity::is_content_id(&id) {
        // The registry rejects it: once is enough.
        return Ok(None);
    }
    let made_at = ["entityTimestamp", "timestamp"].map(|name| given.get(name));
    let made_at = made_at.into_iter().flatten().find_map(wire::whole);
    let is_whole = given["content"].is_array() && given["metadata"].is_object();
    Ok(Some(Deployed {
        entity_id: id,
        servers,
        entity: is_whole.then(|| needed(given)),
        made_at: made_at.unwrap_or(at),
    }))
}

pub(super) fn step(deployed: &Deployed, context: &Context) -> Step<()> {
    let id = &deployed.entity_id;
    let asked = Told::Asked(Asked {
        entity_type: "scene".to_owned(),
        servers: deployed.servers.clone(),
        entity: deployed.entity.clone(),
        force: false,
        id: DEPLOYED.to_owned(),
        live: is_live(deployed.made_at, context.timestamp),
    });
    Step {
        emits: vec![wire::emit(INPUTS, id, &Input::new(&**id, &asked))],
        ..Step::nothing()
    }
}
