//! Progress that was counted elsewhere: each person's becomes a fact, which the processor merges.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Request, State};
use http::{HeaderMap, StatusCode};
use model::events::badges::{Badge, Fact, Import, What};
use model::tables::badges::{REFUSED, Refused};
use runtime::ports::PortError;
use runtime::reading::{Token, decode};
use serde::Deserialize;
use serde_json::Value;

use super::BADGES as MODEL;
use super::admin::{self, NO_BADGE};
use super::dto::{Backfilled, BadgeView, Data, Failure};
use super::error::{BackfillErrorBody, BadgesError, BadgesErrorBody};
use crate::frame::{self, ApiError, GatewayContext, Written};

/// Longest text that is taken as an address, bytes.
const ADDRESS_BYTES_MAX: usize = 128;

/// The body.
#[derive(Deserialize)]
struct Registries {
    registries: Vec<Registry>,
}

/// One person.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registry {
    user_address: String,
    data: Progressed,
}

#[derive(Deserialize)]
struct Progressed {
    progress: Value,
}

fn whole(message: impl Into<String>) -> BadgesError {
    BadgesError::Backfill(StatusCode::INTERNAL_SERVER_ERROR, message.into())
}

/// Merges progress of many people. One malformed entry refuses the whole request; one that contradicts itself is listed
/// and the rest is merged. The same request again changes nothing.
#[utoipa::path(post, path = "/badges/{id}/backfill", tag = "admin", params(("id" = String, Path)),
    request_body(content = Object, description = "registries: a list of userAddress and data.progress"),
    responses((status = 200, body = Data<Backfilled>), (status = 401, body = BadgesErrorBody),
        (status = 404, body = BackfillErrorBody), (status = 500, body = BackfillErrorBody)))]
pub(super) async fn backfill(
    State(context): State<GatewayContext>,
    Path(id): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Result<(Written, Json<Data<Backfilled>>), BadgesError> {
    admin::require(&context, &headers)?;
    let badge = Badge::find(&id)
        .ok_or_else(|| BadgesError::Backfill(StatusCode::NOT_FOUND, NO_BADGE.to_owned()))?;
    let body = frame::bytes(request, &context).await?;
    let body = serde_json::from_slice::<Registries>(&body);
    let registries = body.map_err(|e| whole(e.to_string()))?.registries;
    let import_id = admin::new_id();
    let facts = facts(&context, badge, &import_id, registries)?;
    let people = facts.len();
    let token = match people {
        0 => Token::default(),
        _ => admin::append(&context, &facts).await?,
    };
    let (wait, platform) = (context.settings.gateway.wait, &context.platform);
    // Unlike other writes it cannot be answered before it is merged: the answer says what was.
    let passed = tokio::time::timeout(wait.0, platform.waiter.passed(MODEL, &token));
    match passed.await {
        Ok(passed) => passed?,
        Err(_) => {
            let message =
                "the progress is accepted but not merged yet; the same request again is safe";
            return Err(ApiError::unavailable(message, 1).into());
        }
    }
    let failures = failures(&context, &import_id, people).await?;
    let data = Backfilled {
        badge: BadgeView::of(badge, &context.settings.badges.cdn_host),
        user_progresses_merged: people - failures.len(),
        failures,
    };
    let written = context.shown(token, &[MODEL]).await;
    Ok((written, Json(Data { data })))
}

/// A fact a person, if all are well-formed; of two entries of one person both are merged.
fn facts(
    context: &GatewayContext,
    badge: &Badge,
    import_id: &str,
    registries: Vec<Registry>,
) -> Result<Vec<Fact>, BadgesError> {
    let most = context.settings.badges.backfill_registries_max;
    if registries.len() > most {
        let message = format!("more than {most} registries (badges.backfill_registries_max)");
        return Err(whole(message));
    }
    let now = context.platform.clock.now_ms();
    let mut of_address: BTreeMap<String, usize> = BTreeMap::new();
    let mut facts = Vec::with_capacity(registries.len());
    for registry in registries {
        let address = registry.user_address.to_lowercase();
        if address.is_empty() || address.len() > ADDRESS_BYTES_MAX {
            return Err(whole(format!("userAddress {address:?} is no address")));
        }
        let progress = registry.data.progress;
        Import::parse(badge, &progress).map_err(|why| whole(format!("{address}: {why}")))?;
        let what = What::Import {
            badge_id: badge.id.to_owned(),
            import_id: import_id.to_owned(),
            progress,
        };
        let nth = of_address.entry(address.clone()).or_default();
        let key = match *nth {
            0 => format!("{import_id}:{}:{address}", badge.id),
            nth => format!("{import_id}:{}:{address}:{nth}", badge.id),
        };
        *nth += 1;
        facts.push(Fact::new(address, key, now, &what));
    }
    Ok(facts)
}

/// Whose progress contradicted itself.
async fn failures(
    context: &GatewayContext,
    import_id: &str,
    people: usize,
) -> Result<Vec<Failure>, PortError> {
    let view = frame::view(&context.platform, MODEL);
    let rows = frame::rows(&view, REFUSED, import_id.as_bytes(), people).await?;
    let failed = rows.iter().map(|row| {
        let refused: Refused = decode(REFUSED, row)?;
        Ok(Failure {
            address: String::from_utf8_lossy(&row.row).into_owned(),
            errors: refused.errors,
        })
    });
    failed.collect()
}
