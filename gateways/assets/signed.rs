//! Who signed a request (ADR-44).

use http::StatusCode;
use http::request::Parts;
use identity::metadata::{SCENE_SIGNER, reject_if_signer};
use identity::signed_fetch::{Options, TIMESTAMP_HEADER};
use model::events::notification::is_address;

use super::GATEWAY;
use super::error::Fault;
use crate::frame::{GatewayContext, signed};

/// The signer of a request.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    /// Lower case.
    pub(super) address: String,
    /// When it was signed, ms: the same request again has the same time.
    pub(super) at: i64,
}

/// Who signed a request. What a scene signs, a person did not see.
///
/// # Errors
/// 400 or 401 in the middleware's shape; 400 for a signer that is no address.
pub(super) fn signer(context: &GatewayContext, parts: &Parts) -> Result<Signed, Fault> {
    let header = |name: &str| signed::header(parts, name);
    let options = Options::default().validating(reject_if_signer(&[SCENE_SIGNER]));
    let identity = signed::signer(context, &GATEWAY, parts, &header, &options)?;
    if !is_address(&identity.address) {
        return Err(Fault::not_ok(
            StatusCode::BAD_REQUEST,
            "Invalid user address",
        ));
    }
    let at = header(TIMESTAMP_HEADER).and_then(|text| text.trim().parse().ok());
    Ok(Signed {
        address: identity.address,
        at: at.unwrap_or_default(),
    })
}

/// The moderator who signed a request.
///
/// # Errors
/// As [`signer`]; 403 for anybody else.
pub(super) fn moderator(context: &GatewayContext, parts: &Parts) -> Result<Signed, Fault> {
    let signed = signer(context, parts)?;
    if context.settings.assets.is_moderator(&signed.address) {
        return Ok(signed);
    }
    let message = "Forbidden: signer is not an authorized moderator";
    Err(Fault::not_ok(StatusCode::FORBIDDEN, message))
}
