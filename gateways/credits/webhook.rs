//! What the payment provider tells of orders, signed over the bytes it sent.

use axum::Json;
use axum::extract::{Request, State};
use http::HeaderMap;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::command::{self, Command};
use super::error::{Failure, Fault};
use crate::frame::{self, GatewayContext};

const SIGNATURE: &str = "stripe-signature";
const BLOCK: usize = 64;

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
    let (Some(order), Some(id)) = (order, event["id"].as_str()) else {
        return Ok(Json(json!({ "received": true })));
    };
    let command = Command {
        kind,
        key: id.to_owned(),
        address: String::new(),
        body: json!({ "orderId": order }),
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
    let wanted = hmac(secret.as_bytes(), &[time.as_bytes(), b".", body]);
    fresh && given.into_iter().any(|given| same(given, &wanted))
}

/// Whether hex digits are these bytes, in a time that does not tell where they differ.
fn same(given: &str, wanted: &[u8; 32]) -> bool {
    let mut bytes = [0; 32];
    if hex::decode_to_slice(given, &mut bytes).is_err() {
        return false;
    }
    let differing = bytes
        .iter()
        .zip(wanted)
        .fold(0, |sum, (a, b)| sum | (a ^ b));
    std::hint::black_box(differing) == 0
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut block = [0; BLOCK];
    if key.len() > BLOCK {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let padded = |with: u8| block.map(|byte| byte ^ with);
    let mut inner = Sha256::new_with_prefix(padded(0x36));
    for part in parts {
        inner.update(part);
    }
    let mut outer = Sha256::new_with_prefix(padded(0x5c));
    outer.update(inner.finalize());
    outer.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2, and case 6 with its long key.
    #[test]
    fn the_hash_is_that_of_the_standard() {
        let hash = hmac(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(
            hex::encode(hash),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        let text: &[u8] = b"Test Using Larger Than Block-Size Key - Hash Key First";
        assert_eq!(
            hex::encode(hmac(&[0xaa; 131], &[text])),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn only_a_fresh_signature_of_the_body_passes() {
        let hash = hex::encode(hmac(b"s", &[b"100.body"]));
        let header = format!("t=100,v1=00,v1={hash}");
        assert!(is_signed("s", &header, b"body", (150, 60)));
        assert!(!is_signed("s", &header, b"body", (161, 60)), "too old");
        assert!(!is_signed("s", &header, b"other", (150, 60)));
        assert!(!is_signed("x", &header, b"body", (150, 60)));
        assert!(!is_signed("s", "", b"body", (0, 60)));
    }
}
