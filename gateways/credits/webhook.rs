//! What the payment provider tells of orders, signed over the bytes it sent.

use axum::Json;
use axum::extract::{Request, State};
use hmac::{Hmac, Mac};
use http::HeaderMap;
use serde_json::{Value, json};
use sha2::Sha256;

use super::command::{self, Command};
use super::error::{Failure, Fault};
use crate::frame::{self, GatewayContext};

const SIGNATURE: &str = "stripe-signature";

/// Takes an event of the provider: what is paid is credited once, what fails or runs out is noted, the rest is ignored.
#[utoipa::path(post, path = "/credits/webhook", tag = "shop", request_body = Value,
    responses((status = 200, body = Value), (status = 400, body = Failure), (status = 503, body = Failure)))]
pub(super) async fn webhook(
    State(context): State<GatewayContext>,
    headers: HeaderMap,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let settings = &context.settings.credits;
    let Some(secret) = &settings.stripe_webhook_secret else {
        return Err(Fault::unavailable("payments are not configured"));
    };
    let bytes = frame::bytes(request, &context).await?;
    let signature = headers.get(SIGNATURE).and_then(|value| value.to_str().ok());
    let now = context.platform.clock.now_ms() / 1000;
    let window = settings.stripe_webhook_window.as_millis() / 1000;
    if !is_signed(
        secret.reveal(),
        signature.unwrap_or_default(),
        &bytes,
        (now, window),
    ) {
        return Err(Fault::bad_request("bad signature"));
    }
    let event: Value =
        serde_json::from_slice(&bytes).map_err(|_| Fault::bad_request("the body is not JSON"))?;
    let object = &event["data"]["object"];
    let order = object["metadata"]["orderId"]
        .as_str()
        .or_else(|| object["client_reference_id"].as_str());
    let kind = match event["type"].as_str().unwrap_or_default() {
        "checkout.session.completed" if object["payment_status"] == "paid" => "order-paid",
        "checkout.session.async_payment_succeeded" | "payment_intent.succeeded" => "order-paid",
        "checkout.session.async_payment_failed" | "payment_intent.payment_failed" => "order-failed",
        "checkout.session.expired" => "order-abandoned",
        _ => return Ok(Json(json!({ "received": true }))),
    };
    let paid = object["amount_total"]
        .as_i64()
        .or_else(|| object["amount_received"].as_i64());
    let (Some(order), Some(id)) = (order, event["id"].as_str()) else {
        return Ok(Json(json!({ "received": true })));
    };
    let command = Command {
        kind,
        key: id.to_owned(),
        address: String::new(),
        body: json!({ "orderId": order, "paidCents": paid }),
    };
    // Once it is in the log it is taken; what the ledger makes of it is no business of the provider's.
    command::tell(&context, &command, None).await?;
    Ok(Json(json!({ "received": true })))
}

/// `t=…,v1=…`: HMAC-SHA256 of the time, a point and the body, not older than the window.
fn is_signed(secret: &str, header: &str, body: &[u8], (now, window): (i64, i64)) -> bool {
    let mut time = "";
    let mut given = Vec::new();
    for part in header.split(',') {
        match part.trim().split_once('=') {
            Some(("t", text)) => time = text,
            Some(("v1", text)) => given.push(text),
            _ => {}
        }
    }
    let fresh = time
        .parse::<i64>()
        .is_ok_and(|time| time.abs_diff(now) <= window.unsigned_abs());
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    for part in [time.as_bytes(), b".", body] {
        mac.update(part);
    }
    let signed = |given: &str| {
        let given = hex::decode(given).unwrap_or_default();
        mac.clone().verify_slice(&given).is_ok()
    };
    fresh && given.into_iter().any(signed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_fresh_signature_of_the_body_passes() {
        // `printf 100.body | openssl dgst -sha256 -hmac s`
        let hash = "ed4a68d739f009fba0b39adb1de131f1f0c59c8afc5add02f55f938b79566024";
        let header = format!("t=100,v1=00,v1={hash}");
        assert!(is_signed("s", &header, b"body", (150, 60)));
        assert!(!is_signed("s", &header, b"body", (161, 60)), "too old");
        assert!(!is_signed("s", &header, b"other", (150, 60)));
        assert!(!is_signed("x", &header, b"body", (150, 60)));
        assert!(!is_signed("s", "", b"body", (0, 60)));
    }
}
