//! Who signed a request (ADR-44).

use axum::extract::FromRequestParts;
use http::request::Parts;
use identity::metadata::{SCENE_SIGNER, reject_if_signer};
use identity::signed_fetch::Options;
use serde_json::Value;

use super::fault::Fault;
use super::{GATEWAY, Server};
use crate::frame::signed;

/// The signer of a request: a request extractor.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    /// Lower case.
    pub(super) address: String,
    pub(super) metadata: Value,
}

impl FromRequestParts<Server> for Signed {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Fault> {
        let header = |name: &str| signed::header(parts, name);
        let options = Options {
            expiration_ms: server.context.settings.auth.signature_window.as_millis(),
            ..Options::default()
        };
        // What a scene signs, a person did not see.
        let options = options.validating(reject_if_signer(&[SCENE_SIGNER]));
        let identity = signed::signer(&server.context, &GATEWAY, parts, &header, &options)?;
        Ok(Self {
            address: identity.address,
            metadata: identity.metadata,
        })
    }
}
