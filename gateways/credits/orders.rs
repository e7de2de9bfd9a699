//! Orders of dollars: packs, the provider's page, what became of them.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use model::tables::credits::Order;
use serde::Deserialize;
use serde_json::{Value, json};

use super::command::{self, Command};
use super::error::{Failure, Fault};
use super::packs::{PACKS, Pack};
use super::shop::Page;
use super::signed::{Owner, Signed};
use super::tables::Tables;
use crate::frame::{GatewayContext, JsonBody, Written};

fn for_sale(context: &GatewayContext) -> Result<(), Fault> {
    let settings = &context.settings.credits;
    match settings.stripe_enabled && settings.usd_credits {
        true => Ok(()),
        false => Err(Fault::not_found("dollars are not for sale")),
    }
}

/// What is for sale.
#[utoipa::path(get, path = "/credits/packs", tag = "shop",
    responses((status = 200, body = Value), (status = 404, body = Failure)))]
pub(super) async fn packs(State(context): State<GatewayContext>) -> Result<Json<Value>, Fault> {
    for_sale(&context)?;
    let shown = PACKS.iter().zip(0..).map(|(pack, order)| {
        let mut shown = json!({
            "id": pack.id,
            "usd": pack.cents as f64 / 100.0,
            "credits": pack.credits,
            "order": order,
        });
        if pack.recommended {
            shown["recommended"] = json!(true);
        }
        shown
    });
    Ok(Json(json!({ "packs": shown.collect::<Vec<_>>() })))
}

/// The provider's page where an order of a pack is paid.
fn page_of(context: &GatewayContext, pack: &str, order: &str) -> Result<String, Fault> {
    let settings = &context.settings.credits;
    let link = settings.stripe_payment_links.get(pack);
    let link = link.filter(|_| settings.stripe_webhook_secret.is_some());
    let link = link.ok_or_else(|| Fault::unavailable("payments are not configured"))?;
    let mark = if link.contains('?') { '&' } else { '?' };
    Ok(format!("{link}{mark}client_reference_id={order}"))
}

/// What somebody wants to buy.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Checkout {
    pack_id: String,
}

/// Opens an order and names the provider's page where it is paid; the provider's webhook says when it was.
#[utoipa::path(post, path = "/credits/checkout", tag = "shop", request_body = Checkout,
    responses((status = 200, body = Value), (status = 400, body = Failure), (status = 404, body = Failure),
        (status = 503, body = Failure)))]
pub(super) async fn checkout(
    State(context): State<GatewayContext>,
    Signed(address): Signed,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Checkout>,
) -> Result<(Option<Written>, Json<Value>), Fault> {
    for_sale(&context)?;
    let pack: &Pack = PACKS
        .iter()
        .find(|pack| pack.id == body.pack_id)
        .ok_or_else(|| Fault::bad_request("Unknown pack"))?;
    page_of(&context, pack.id, "")?;
    let key = command::key(&headers)?;
    // The same key opens the same order.
    let id = kernel::event_id(format!("order\n{address}\n{key}").as_bytes());
    let command = Command {
        kind: "order-opened",
        key,
        address,
        body: json!({
            "orderId": id.to_string(),
            "packId": pack.id,
            "usdCents": pack.cents,
            "credits": pack.credits,
        }),
    };
    let (answer, written) = command::ask(&context, command).await?;
    let url = page_of(&context, pack.id, &id.to_string())?;
    Ok((
        written,
        Json(json!({ "orderId": answer["orderId"], "url": url })),
    ))
}

/// One order of the sender.
#[utoipa::path(get, path = "/credits/orders/{id}", tag = "shop", params(("id" = String, Path)),
    responses((status = 200, body = Value), (status = 404, body = Failure)))]
pub(super) async fn order(
    State(context): State<GatewayContext>,
    Signed(address): Signed,
    Path(id): Path<String>,
) -> Result<Json<Value>, Fault> {
    let order = own(&context, &address, &id).await?;
    let mut shown = json!({ "status": order.status });
    if order.status == "credited" {
        let user = Tables::of(&context.platform).user(&address).await?;
        shown["creditsGranted"] = json!(order.credits);
        shown["newBalance"] = json!(user.unwrap_or_default().balance_cents / 10);
    }
    Ok(Json(shown))
}

async fn own(context: &GatewayContext, address: &str, id: &str) -> Result<Order, Fault> {
    let order = Tables::of(&context.platform).order(address, id).await?;
    order.ok_or_else(|| Fault::not_found(format!("there is no order {id}")))
}

/// Gives an order up. One that is paid all the same is credited all the same.
#[utoipa::path(post, path = "/credits/orders/{id}/cancel", tag = "shop", params(("id" = String, Path)),
    responses((status = 200, body = Value), (status = 404, body = Failure), (status = 409, body = Failure)))]
pub(super) async fn cancel(
    State(context): State<GatewayContext>,
    Signed(address): Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<(Option<Written>, Json<Value>), Fault> {
    let order = own(&context, &address, &id).await?;
    let asked = (address, json!({ "orderId": order.id }));
    command::answer(&context, &headers, "order-abandoned", asked).await
}

/// The page of an order that is not paid yet; 409 with the status of any other.
#[utoipa::path(post, path = "/credits/orders/{id}/resume", tag = "shop", params(("id" = String, Path)),
    responses((status = 200, body = Value), (status = 404, body = Failure), (status = 409, body = Value)))]
pub(super) async fn resume(
    State(context): State<GatewayContext>,
    Signed(address): Signed,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let order = own(&context, &address, &id).await?;
    if order.status != "initiated" {
        let body = Json(json!({ "status": order.status }));
        return Ok((StatusCode::CONFLICT, body).into_response());
    }
    let url = page_of(
        &context,
        order.pack_id.as_deref().unwrap_or_default(),
        &order.id,
    )?;
    Ok(Json(json!({ "url": url })).into_response())
}

/// Orders of a person, newest first.
#[utoipa::path(get, path = "/users/{address}/credit-orders", tag = "shop",
    params(("address" = String, Path), ("limit" = Option<usize>, Query), ("offset" = Option<usize>, Query)),
    responses((status = 200, body = Value), (status = 403, body = Failure)))]
pub(super) async fn orders(
    State(context): State<GatewayContext>,
    Owner(address): Owner,
    Query(page): Query<Page>,
) -> Result<Json<Value>, Fault> {
    let most = context.settings.credits.rows_max;
    let all = Tables::of(&context.platform).orders(&address, most).await?;
    let shown = all.iter().skip(page.offset).take(page.limit.min(most));
    let shown: Vec<Value> = shown.map(order_shown).collect();
    Ok(Json(json!({ "orders": shown, "total": all.len() })))
}

fn order_shown(order: &Order) -> Value {
    json!({
        "id": order.id,
        "credits": order.credits,
        "usdCents": order.usd_cents,
        "status": order.status,
        "createdAt": order.created_at,
    })
}
