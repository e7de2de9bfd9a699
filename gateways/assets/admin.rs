//! What administrators ask: entities to be registered anew, and jobs to be forgotten.

use axum::Json;
use axum::extract::{Request, State};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use kernel::{Headers, NewRecord};
use model::Recorded;
use model::events::registry::{BUNDLED, Command, Deployed, Input, What};
use model::tables::deployments as deployed;
use runtime::reading::decode;
use serde_json::{Value, json};

use super::active::texts;
use super::denylist::command;
use super::error::Fault;
use super::read::{ENTITIES, Registry};
use crate::frame::{self, GatewayContext, Written, auth};

const TOPIC: &str = "registry.inputs";
const SOURCE: &str = "gateways/assets";

fn require(context: &GatewayContext, headers: &HeaderMap) -> Result<(), Fault> {
    let secret = context.settings.assets.api_admin_token.as_ref();
    let refused = |message| {
        let body = json!({"error": "Not Authorized", "message": message});
        Fault::Own(StatusCode::UNAUTHORIZED, body)
    };
    auth::passes(headers, secret).map_err(refused)
}

/// Tells the registry again of entities that the platform knows.
#[utoipa::path(post, path = "/registry", tag = "admin", request_body = Object,
    responses((status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object)))]
pub(super) async fn register(
    State(context): State<GatewayContext>,
    headers: HeaderMap,
    request: Request,
) -> Result<(Written, Json<Value>), Fault> {
    require(&context, &headers)?;
    let ids = texts(request, "entityIds").await?.unwrap_or_default();
    let bad = |message: String| Fault::not_ok(StatusCode::BAD_REQUEST, message);
    if ids.is_empty() {
        return Err(bad("No entity ids provided".into()));
    }
    let most = context.settings.assets.pointers_max;
    if ids.len() > most {
        return Err(bad(format!(
            "Too many entity ids provided: at most {most} are taken"
        )));
    }
    let registry = Registry::of(&context);
    let (mut records, mut successes, mut failures) = (Vec::new(), Vec::new(), Vec::new());
    for id in ids {
        let row = registry
            .deployments
            .get(deployed::TABLE, id.as_bytes(), b"")
            .await?;
        let state: Option<deployed::State> =
            row.map(|row| decode(deployed::TABLE, &row)).transpose()?;
        match state.and_then(|state| told(&state)) {
            Some(input) => {
                records.push(record(&input));
                successes.push(id);
            }
            None => failures.push(json!({"entityId": id, "error": "Entity not found"})),
        }
    }
    let token = context.platform.append(records).await?;
    let wait = context.settings.gateway.wait;
    let written = frame::after_write(&context.platform, wait, &[ENTITIES], token).await;
    Ok((
        written,
        Json(json!({"failures": failures, "successes": successes})),
    ))
}

/// What a deployment says to the registry; `None` for one that has no bundles.
fn told(state: &deployed::State) -> Option<Input> {
    if !BUNDLED.contains(&state.entity_type.as_str()) {
        return None;
    }
    let entity = state.entity.value().ok()?;
    let text = |pointer| entity.pointer(pointer).and_then(Value::as_str);
    let world = text("/metadata/worldConfiguration/name").map(str::to_lowercase);
    let what = What::Deployed(Deployed {
        entity_type: match world {
            Some(_) => "world".into(),
            None => state.entity_type.clone(),
        },
        pointers: state.pointers.clone(),
        deployer: state.deployer.clone(),
        base: text("/metadata/scene/base").map(str::to_owned),
        seen_at: state.local_timestamp,
        entity: None,
        world,
    });
    Some(Input::new(&state.entity_id, state.entity_timestamp, &what))
}

fn record(input: &Input) -> NewRecord {
    let value = model::encode(input);
    let id = kernel::event_id(&value);
    let headers = Headers::new(id, Input::SCHEMA, SOURCE);
    let key = Bytes::from(input.entity_id.clone());
    NewRecord::keyed(TOPIC.into(), key, headers, value)
}

/// Forgets the conversions that are waited for.
#[utoipa::path(delete, path = "/flush-cache", tag = "admin",
    responses((status = 200, body = Object), (status = 401, body = Object)))]
pub(super) async fn flush(
    State(context): State<GatewayContext>,
    headers: HeaderMap,
) -> Result<(Written, Json<Value>), Fault> {
    require(&context, &headers)?;
    let asked = Command {
        key: Command::ALL.into(),
        kind: Command::FLUSH.into(),
        at: context.platform.clock.now_ms(),
        ..Command::default()
    };
    let written = command(&context, &asked).await?;
    Ok((
        written,
        Json(json!({"ok": true, "message": "Cache flushed"})),
    ))
}
