//! Every credit there is, and why credits were given: what admins look at.

use axum::Json;
use axum::extract::{Query, State};
use http::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{Failure, Fault};
use super::people::credit;
use super::tables::Tables;
use crate::frame::{GatewayContext, auth};

/// Credits of a page unless asked otherwise.
const PAGE: usize = 100;

/// Which page.
#[derive(Debug, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    limit: usize,
    /// Where the page before said the next one starts.
    cursor: Option<String>,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            limit: PAGE,
            cursor: None,
        }
    }
}

fn admin(context: &GatewayContext, headers: &HeaderMap) -> Result<(), Fault> {
    let token = context.settings.credits.api_admin_token.as_ref();
    Ok(auth::require(headers, token, "credits.api_admin_token")?)
}

/// Credits of everybody, page by page, in no order that means anything.
#[utoipa::path(get, path = "/credits", tag = "admin",
    params(("limit" = Option<usize>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = Value), (status = 401, body = Failure)))]
pub(super) async fn credits(
    State(context): State<GatewayContext>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Json<Value>, Fault> {
    admin(&context, &headers)?;
    let most = wanted.limit.clamp(1, context.settings.credits.rows_max);
    let from = match wanted.cursor.as_deref().map(hex::decode) {
        None => None,
        Some(Ok(from)) => Some(from),
        Some(Err(_)) => return Err(Fault::bad_request("cursor is none of ours")),
    };
    let tables = Tables::of(&context.platform);
    let (vouchers, next) = tables.every_voucher(from, most).await?;
    Ok(Json(json!({
        "credits": vouchers.iter().map(credit).collect::<Vec<_>>(),
        "next": next.map(hex::encode),
    })))
}

/// Why credits were given on demand.
#[utoipa::path(get, path = "/credit-reasons", tag = "admin",
    responses((status = 200, body = Value), (status = 401, body = Failure)))]
pub(super) async fn reasons(
    State(context): State<GatewayContext>,
    headers: HeaderMap,
) -> Result<Json<Value>, Fault> {
    admin(&context, &headers)?;
    let most = context.settings.credits.rows_max;
    let reasons = Tables::of(&context.platform).reasons(most).await?;
    let reasons: Vec<String> = reasons.into_iter().map(|reason| reason.reason).collect();
    Ok(Json(json!({ "reasons": reasons })))
}
