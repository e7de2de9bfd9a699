//! Who signed a request (ADR-44).

use axum::extract::{FromRequestParts, Request};
use bytes::Bytes;
use http::request::Parts;
use identity::metadata::{SCENE_SIGNER, reject_if_signer};
use identity::signed_fetch::{CHAIN_HEADER_PREFIX, Options};
use sha2::{Digest, Sha256};

use super::error::Fault;
use super::{GATEWAY, Server};
use crate::frame::{self, signed};

/// The signer of a request: a request extractor.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    /// Lower case.
    pub(super) address: String,
    /// Of the signature: the same request has the same.
    digest: Sha256,
}

impl Signed {
    /// The id of the command that this request is with this body. The same request again is the same command, which
    /// is carried out once and answered alike.
    pub(super) fn command_id(&self, body: &[u8]) -> String {
        let digest = self.digest.clone().chain_update(body);
        hex::encode(&digest.finalize()[..16])
    }
}

impl FromRequestParts<Server> for Signed {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Fault> {
        let header = |name: &str| signed::header(parts, name);
        let options = Options {
            expiration_ms: server.settings().signature_window.as_millis(),
            ..Options::default()
        };
        // What a scene signs, a person did not see.
        let options = options.validating(reject_if_signer(&[SCENE_SIGNER]));
        let identity = signed::signer(&server.context, &GATEWAY, parts, &header, &options)?;
        let mut digest = Sha256::new();
        for index in 0.. {
            let Some(link) = header(&format!("{CHAIN_HEADER_PREFIX}{index}")) else {
                break;
            };
            digest.update(link.as_bytes());
        }
        // The links are of known lengths only to who knows where the body begins.
        digest.update([0]);
        Ok(Self {
            address: identity.address,
            digest,
        })
    }
}

/// The body of a request, at most the gateway's limit.
pub(super) async fn body(request: Request, server: &Server) -> Result<Bytes, Fault> {
    Ok(frame::bytes(request, server).await?)
}
