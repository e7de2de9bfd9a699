//! Who signed a request (ADR-44).

use http::request::Parts;
use identity::metadata::{SCENE_SIGNER, reject_if_signer};
use identity::signed_fetch::{CHAIN_HEADER_PREFIX, Options};
use sha2::{Digest, Sha256};

use super::fault::Fault;
use super::{GATEWAY, Server};
use crate::frame::signed;

/// The signer of a request.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    /// Lower case.
    pub(super) address: String,
    /// Of the signature: the same request has the same.
    digest: Sha256,
}

impl Signed {
    /// A digest of the signature and these pieces of the request: the same request again has the same, and nobody else
    /// can know it.
    pub(super) fn digest(&self, pieces: &[&[u8]]) -> [u8; 32] {
        let mut digest = self.digest.clone();
        for piece in pieces {
            // With its length, so that no two lists of pieces are one.
            digest.update((piece.len() as u64).to_be_bytes());
            digest.update(piece);
        }
        digest.finalize().into()
    }
}

/// Who signed a request. What a scene signs, a person did not see.
///
/// # Errors
/// 401, whatever is wrong with the signature.
pub(super) fn signer(server: &Server, parts: &Parts) -> Result<Signed, Fault> {
    let header = |name: &str| signed::header(parts, name);
    let options = Options {
        expiration_ms: server.settings().signature_window.as_millis(),
        ..Options::default()
    };
    let options = options.validating(reject_if_signer(&[SCENE_SIGNER]));
    let identity = signed::signer(&server.context, &GATEWAY, parts, &header, &options);
    let identity = identity.map_err(|error| {
        tracing::debug!(%error, "a request to the camera reel is signed by nobody");
        Fault::unsigned()
    })?;
    let mut digest = Sha256::new();
    for index in 0.. {
        let Some(link) = header(&format!("{CHAIN_HEADER_PREFIX}{index}")) else {
            break;
        };
        digest.update((link.len() as u64).to_be_bytes());
        digest.update(link.as_bytes());
    }
    Ok(Signed {
        address: identity.address,
        digest,
    })
}

/// Whether the path's `address` signed the request. A request that nobody signed is a stranger's.
pub(super) fn is_owner(server: &Server, parts: &Parts, address: &str) -> bool {
    let signed = signer(server, parts);
    signed.is_ok_and(|signed| signed.address.eq_ignore_ascii_case(address))
}
