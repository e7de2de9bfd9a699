//! Whether an auth chain signs a text.

use axum::Json;
use axum::extract::{Request, State};
use identity::chain::{AuthChain, ContractWallets, Unavailable, validate_deployment};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{LambdasError, LambdasErrorBody};
use crate::catalyst::Server;
use crate::frame;

const NO_MESSAGE: &str = "Expected 'signedMessage' property to be set";

/// Body of `POST /lambdas/crypto/validate-signature`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Question {
    /// 1 to 10 links.
    #[schema(value_type = Vec<Object>)]
    auth_chain: AuthChain,
    /// The text that the chain should sign.
    signed_message: Option<String>,
    /// The same, as old clients name it; counts only without `signedMessage`.
    timestamp: Option<String>,
}

/// The answer: a chain that proves nothing is an answer, too.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::catalyst) struct Verdict {
    /// Whether the chain signs the text now.
    valid: bool,
    /// Who stands behind a valid chain, as the chain writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner_address: Option<String>,
    /// Why it is not valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Contract wallets can be asked only on the chain, and no node of it is configured.
struct NoNode;

impl ContractWallets for NoNode {
    fn is_valid(&self, wallet: &str, _: &str, _: &str, _: i64) -> Result<bool, Unavailable> {
        Err(Unavailable(format!(
            "ERROR: the contract wallet {wallet} cannot be asked: no Ethereum node is configured"
        )))
    }
}

/// Says whether an auth chain signs a text, by the platform's clock.
///
/// Contract wallets are denied: no Ethereum node is configured. A chain in which nobody signs (a signer alone, or a
/// delegation at the end) is not valid.
#[utoipa::path(post, path = "/lambdas/crypto/validate-signature", tag = "lambdas", request_body = Question,
    responses((status = 200, body = Verdict), (status = 400, body = LambdasErrorBody)))]
pub(super) async fn validate_signature(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<Verdict>, LambdasError> {
    let body = frame::bytes(request, &()).await?;
    let question: Question = serde_json::from_slice(&body)
        .map_err(|e| LambdasError::bad_request(format!("The body is not valid: {e}")))?;
    let text = question.signed_message.or(question.timestamp);
    let text = text
        .filter(|text| !text.is_empty())
        .ok_or_else(|| LambdasError::bad_request(NO_MESSAGE))?;
    let now = server.facts.lambdas.clock.now_ms();
    Ok(Json(verdict(&question.auth_chain, &text, now)))
}

fn verdict(chain: &AuthChain, text: &str, now_ms: i64) -> Verdict {
    // Not only for deployments: it is the form that wants somebody to have signed.
    match validate_deployment(chain, text, now_ms, &NoNode) {
        Ok(()) => Verdict {
            valid: true,
            owner_address: chain.links().first().map(|link| link.payload.clone()),
            error: None,
        },
        Err(error) => Verdict {
            valid: false,
            owner_address: None,
            error: Some(error.to_string()),
        },
    }
}
