//! Who signed a request (ADR-44).

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use identity::metadata::{SCENE_SIGNER, reject_if_signer};
use identity::signed_fetch::Options;
use model::tables::credits::Flag;

use super::GATEWAY;
use super::error::Fault;
use super::shared::Shared;
use super::tables::Tables;
use crate::frame::{GatewayContext, signed};

/// The one path whose reading writes: each picture is a challenge.
const CAPTCHA: &str = "/captcha";

/// The signer of a request, lower case: a request extractor.
#[derive(Clone, Debug)]
pub(super) struct Signed(pub(super) String);

/// The signer of a request whose path names them: a request extractor.
#[derive(Clone, Debug)]
pub(super) struct Owner(pub(super) String);

/// The same, and not flagged: takes part in the program.
#[derive(Clone, Debug)]
pub(super) struct Member(pub(super) String);

impl FromRequestParts<GatewayContext> for Signed {
    type Rejection = Fault;

    async fn from_request_parts(
        parts: &mut Parts,
        context: &GatewayContext,
    ) -> Result<Self, Fault> {
        // A page cannot set headers of a stream: there the same names may stand in the query.
        let query: BTreeMap<String, String> = axum::extract::Query::try_from_uri(&parts.uri)
            .map(|query| query.0)
            .unwrap_or_default();
        let header = |name: &str| signed::header(parts, name).or_else(|| query.get(name).cloned());
        let options = Options {
            expiration_ms: context.settings.credits.signature_window.as_millis(),
            ..Options::default()
        };
        // What a scene signs, a person did not see.
        let options = options.validating(reject_if_signer(&[SCENE_SIGNER]));
        let signer = signed::signer(context, &GATEWAY, parts, &header, &options);
        let identity = signer.map_err(|error| {
            let status = http::StatusCode::from_u16(error.status);
            Fault::new(
                status.unwrap_or(http::StatusCode::UNAUTHORIZED),
                error.message,
            )
        })?;
        limited(parts, context, &identity.address)?;
        Ok(Self(identity.address))
    }
}

/// Counts what the ledger has to answer; who may grant is trusted with as much as they like.
fn limited(parts: &Parts, context: &GatewayContext, address: &str) -> Result<(), Fault> {
    let reads = parts.method == http::Method::GET && parts.uri.path() != CAPTCHA;
    let admins = &context.settings.credits.read_write_admin_addresses;
    if reads
        || admins
            .iter()
            .any(|admin| admin.eq_ignore_ascii_case(address))
    {
        return Ok(());
    }
    match parts.extensions.get::<Arc<Shared>>() {
        Some(shared) => Ok(shared.limiter.admit(address.to_owned())?),
        None => Ok(()),
    }
}

impl FromRequestParts<GatewayContext> for Owner {
    type Rejection = Fault;

    async fn from_request_parts(
        parts: &mut Parts,
        context: &GatewayContext,
    ) -> Result<Self, Fault> {
        let Signed(signer) = Signed::from_request_parts(parts, context).await?;
        let named = Path::<String>::from_request_parts(parts, context).await;
        match named {
            Ok(Path(address)) if address.to_lowercase() == signer => Ok(Self(signer)),
            _ => Err(Fault::forbidden()),
        }
    }
}

impl FromRequestParts<GatewayContext> for Member {
    type Rejection = Fault;

    async fn from_request_parts(
        parts: &mut Parts,
        context: &GatewayContext,
    ) -> Result<Self, Fault> {
        let Owner(address) = Owner::from_request_parts(parts, context).await?;
        unflagged(context, &address).await?;
        Ok(Self(address))
    }
}

/// Lets through who is not flagged.
pub(super) async fn unflagged(context: &GatewayContext, address: &str) -> Result<(), Fault> {
    let flag: Option<Flag> = Tables::of(&context.platform).flag(address).await?;
    match flag {
        None => Ok(()),
        Some(_) => Err(Fault::new(
            http::StatusCode::UNAUTHORIZED,
            "the wallet is flagged",
        )),
    }
}
