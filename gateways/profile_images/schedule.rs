//! Portraits that are asked for by hand, and waited for.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use http::{HeaderMap, StatusCode, header};
use model::events::portrait::{Input, Profile, Refused, Told, Wanted};
use model::tables::deployments;
use portrait::avatar;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Server;
use super::cdn::is_stored;
use super::error::Fault;
use super::read::{PORTRAITS, Portraits};
use crate::frame::{self, GatewayContext, Producer, Secret, Written};
use crate::sources::outbound::{Client, Request as Asked};

const INPUTS: Producer = Producer::new("portrait.inputs", "gateways/profile-images");
const DEPLOYMENTS: &str = "deployments";
const PROFILE: &str = "profile";
/// Profiles of one request.
const ENTITIES_MAX: usize = 10;
/// Bytes of the answer of a content server.
const ANSWER_MAX: u64 = 16 << 20;
/// Pause between two looks for a portrait.
const LOOK: Duration = Duration::from_millis(100);

/// What became of one wish.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome {
    /// The entity.
    entity: String,
    /// Whether it has a portrait.
    success: bool,
    /// Whether asking again may help.
    should_retry: bool,
    /// Why it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Outcome {
    fn done(entity: String) -> Self {
        Self {
            entity,
            success: true,
            should_retry: false,
            error: None,
        }
    }

    fn failed(entity: String, error: impl Into<String>, should_retry: bool) -> Self {
        Self {
            entity,
            success: false,
            should_retry,
            error: Some(error.into()),
        }
    }
}

/// An entity in its API form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Entity {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    pointers: Vec<String>,
    timestamp: i64,
    metadata: Value,
    /// Content servers that have it.
    #[serde(skip)]
    servers: Vec<String>,
}

/// A deployment, as far as it is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    entity_id: String,
    entity_type: String,
    pointers: Vec<String>,
    entity_timestamp: i64,
    entity: Body,
    #[serde(default)]
    servers: BTreeMap<String, i64>,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    metadata: Value,
}

/// Draws portraits of profiles by their entity ids, and answers when they are there: `[{"entityId": id}]` or `[id]`, at
/// most ten. What failed or lacks something is tried again; what is whole is left as it is.
#[utoipa::path(post, path = "/schedule-processing", tag = "admin", request_body = Object,
    responses((status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object),
        (status = 500, body = Object)))]
pub(super) async fn schedule_processing(
    State(server): State<Server>,
    headers: HeaderMap,
    request: Request,
) -> Result<(Written, Json<Value>), Fault> {
    let context = &server.context;
    passes(context, &headers)?;
    let body = frame::bytes(request, &()).await?;
    let ids = ids(&body)?;
    let entities = entities(context, &ids).await?;
    let mut results = BTreeMap::new();
    let (mut records, mut waiting) = (Vec::new(), BTreeMap::new());
    for id in &ids {
        let Some(entity) = entities.get(id).filter(|entity| entity.kind == PROFILE) else {
            let why = match entities.contains_key(id) {
                true => "The entity is no profile",
                false => "Entity not found",
            };
            results.insert(id.clone(), Outcome::failed(id.clone(), why, false));
            continue;
        };
        let wish = Uuid::now_v7();
        let input = wish_for(context, entity, wish).await?;
        waiting.insert(id.clone(), (input.avatar.clone(), wish.to_string()));
        records.push(INPUTS.record(&input.avatar, wish, &input));
    }
    let written = context.write(records, &[PORTRAITS]).await?;
    wait_for(context, waiting, &mut results).await?;
    let results: Vec<Outcome> = ids.iter().filter_map(|id| results.remove(id)).collect();
    Ok((written, Json(json!({ "results": results }))))
}

/// As the original does: the scheme in exactly this spelling, one space.
fn passes(context: &GatewayContext, headers: &HeaderMap) -> Result<(), Fault> {
    let secret = Secret::present(&context.settings.profile_images.auth_secret);
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Err(Fault::unauthorized("Authorization header is missing"));
    };
    let given = value
        .to_str()
        .ok()
        .and_then(|text| text.strip_prefix("Bearer "));
    match (given, secret) {
        (Some(given), Some(secret)) if frame::auth::same(given, secret) => Ok(()),
        _ => Err(Fault::unauthorized("Invalid authorization header")),
    }
}

/// The ids in the body, in their order, each once.
fn ids(body: &[u8]) -> Result<Vec<String>, Fault> {
    let body: Value = serde_json::from_slice(body).map_err(|_| {
        let said = json!({"error": "Internal Server Error"});
        Fault::Own(StatusCode::INTERNAL_SERVER_ERROR, said)
    })?;
    let invalid = || Fault::bad_request("Invalid request. Request body is not valid");
    let items = body.as_array().ok_or_else(invalid)?;
    if items.len() > ENTITIES_MAX {
        let said = format!("Too many entities to process. Maximum is {ENTITIES_MAX}");
        return Err(Fault::bad_request(said));
    }
    let mut ids: Vec<String> = Vec::new();
    for item in items {
        let id = item.as_str().or_else(|| item["entityId"].as_str());
        let id = id.ok_or_else(invalid)?;
        let is_id = (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric());
        if !is_id {
            return Err(invalid());
        }
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
    }
    Ok(ids)
}

/// Entities by id: those of the platform, and what content servers have of the others.
async fn entities(
    context: &GatewayContext,
    ids: &[String],
) -> Result<BTreeMap<String, Entity>, Fault> {
    let settings = &context.settings.profile_images;
    let peer = settings.peer_content();
    let mut found = BTreeMap::new();
    let view = frame::view(&context.platform, DEPLOYMENTS);
    for id in ids {
        let stored: Option<Stored> = view.read(deployments::TABLE, id.as_bytes(), b"").await?;
        let Some(stored) = stored.filter(|stored| !stored.entity_id.is_empty()) else {
            continue;
        };
        let entity = Entity {
            id: stored.entity_id,
            kind: stored.entity_type,
            pointers: stored.pointers,
            timestamp: stored.entity_timestamp,
            metadata: stored.entity.metadata,
            servers: stored.servers.into_keys().collect(),
        };
        found.insert(id.clone(), entity);
    }
    let servers = match peer {
        Some(peer) => vec![peer],
        None => context.settings.catalyst.urls.clone(),
    };
    let client = Client::new(&context.outbound, &servers).map_err(|_| Fault::internal())?;
    let mut trouble = None;
    for server in &servers {
        let left: Vec<&String> = ids.iter().filter(|id| !found.contains_key(*id)).collect();
        if left.is_empty() {
            break;
        }
        match asked(&client, server, &left).await {
            Ok(entities) => {
                for mut entity in entities {
                    if left.contains(&&entity.id) {
                        entity.servers = vec![server.clone()];
                        found.insert(entity.id.clone(), entity);
                    }
                }
            }
            Err(error) => trouble = Some(error),
        }
    }
    match trouble {
        Some(error) if ids.iter().any(|id| !found.contains_key(id)) => {
            tracing::warn!(error, "profiles to be drawn cannot be asked for");
            Err(Fault::internal())
        }
        _ => Ok(found),
    }
}

async fn asked(client: &Client, server: &str, ids: &[&String]) -> Result<Vec<Entity>, String> {
    let request = Asked {
        server,
        path: "/entities/active",
        thing: "profiles",
    };
    let body = json!({ "ids": ids }).to_string();
    let body = client.post(request, body, None, ANSWER_MAX).await;
    let bytes = body.map_err(|e| e.to_string())?.collect().await;
    let bytes = bytes.map_err(|e| e.to_string())?;
    serde_json::from_slice(&bytes).map_err(|e| format!("{server}: {e}"))
}

async fn wish_for(context: &GatewayContext, entity: &Entity, wish: Uuid) -> Result<Input, Fault> {
    let address = entity.pointers.first();
    let profile = Profile {
        entity_id: entity.id.clone(),
        address: address.map(|text| text.to_lowercase()).unwrap_or_default(),
        timestamp: entity.timestamp,
    };
    let avatar = match avatar::of_profile(&entity.metadata) {
        Ok(avatar) => avatar,
        Err(error) => {
            let refused = Told::Refused(Refused {
                profile,
                reason: error.to_string(),
            });
            return Ok(Input::new(&*entity.id, &refused));
        }
    };
    let known = Portraits::of(context).avatar(&avatar.hash).await?;
    let picture = known.and_then(|known| known.picture);
    let is_gone = match &picture {
        Some(picture) => !is_stored(&*context.platform.blobs, picture).await?,
        None => false,
    };
    let wanted = Told::Wanted(Wanted {
        profile,
        avatar: model::Json::from(avatar.decides),
        servers: entity.servers.clone(),
        live: true,
        again: Some(wish.to_string()),
        force: is_gone,
    });
    Ok(Input::new(avatar.hash, &wanted))
}

/// Waits until each of the avatars is drawn, or will not be.
async fn wait_for(
    context: &GatewayContext,
    mut waiting: BTreeMap<String, (String, String)>,
    results: &mut BTreeMap<String, Outcome>,
) -> Result<(), Fault> {
    let wait = context.settings.profile_images.schedule_wait;
    let until = tokio::time::Instant::now() + wait.0;
    loop {
        let portraits = Portraits::of(context);
        let mut left = BTreeMap::new();
        for (id, (avatar, wish)) in waiting {
            let state = portraits.avatar(&avatar).await?.unwrap_or_default();
            // An avatar that is none is refused without a wish.
            let is_told = avatar == id || state.wishes.contains(&wish);
            // What is due later was drawn just now, and lacks something.
            let is_over = state.asked.as_ref().is_none_or(|asked| asked.due > 0);
            let outcome = match (is_told && is_over, &state.picture, &state.trouble) {
                (true, _, Some(trouble)) => {
                    Outcome::failed(id, trouble.reason.clone(), !trouble.permanent)
                }
                (true, Some(_), None) => Outcome::done(id),
                _ => {
                    left.insert(id, (avatar, wish));
                    continue;
                }
            };
            results.insert(outcome.entity.clone(), outcome);
        }
        waiting = left;
        if waiting.is_empty() {
            return Ok(());
        }
        if tokio::time::Instant::now() >= until {
            for id in waiting.into_keys() {
                let why = format!("not drawn within {wait}");
                results.insert(id.clone(), Outcome::failed(id, why, true));
            }
            return Ok(());
        }
        tokio::select! {
            () = context.shutdown.cancelled() => return Err(Fault::internal()),
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_taken_in_both_spellings_each_once() {
        let both = ids(br#"["QmA",{"entityId":"QmB","more":1},"QmA"]"#).expect("ids");
        assert_eq!(both, ["QmA", "QmB"]);
        assert_eq!(ids(b"[]").expect("none"), Vec::<String>::new());
        for (body, status) in [
            (&b"{"[..], 500),
            (b"{}", 400),
            (b"[7]", 400),
            (b"[\"../x\"]", 400),
            (b"[{}]", 400),
            (
                b"[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"j\",\"k\"]",
                400,
            ),
        ] {
            let Err(Fault::Own(refused, _)) = ids(body) else {
                panic!("it is refused")
            };
            assert_eq!(refused, status);
        }
    }
}
