//! What a transaction would do, before anybody signs it: asked of a simulator that is another's.

mod tenderly;

use std::sync::Arc;

use async_trait::async_trait;
use axum::Json;
use axum::extract::{Request, State};
use http::StatusCode;
use serde_json::Value;

use super::Server;
use super::fault::{Fault, Refusal};
use super::requests;
use super::schema;
use crate::frame::{ApiError, Edge, GatewayContext};
use tenderly::Tenderly;

/// Chains that are simulated: Ethereum and Polygon, and their test chains.
const CHAINS: [u64; 4] = [1, 11_155_111, 137, 80_002];

/// A transaction that nobody has signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Transaction {
    pub(super) chain_id: u64,
    pub(super) from: String,
    pub(super) to: String,
    /// With `0x`.
    pub(super) data: String,
    /// wei
    pub(super) value: String,
}

/// Why nothing was simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The simulator calls it wrong.
    Refused,
    /// The simulator was asked too often.
    Busy,
    /// The simulator does not answer, or is broken.
    Away,
    /// The simulator does not know us, or answers what is none.
    Wrong,
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        let (status, text) = match failure {
            Failure::Refused => (
                StatusCode::BAD_REQUEST,
                "The transaction cannot be simulated",
            ),
            Failure::Busy => (
                StatusCode::TOO_MANY_REQUESTS,
                "Too many simulations just now",
            ),
            Failure::Away => (StatusCode::BAD_GATEWAY, "The simulator does not answer"),
            Failure::Wrong => (StatusCode::INTERNAL_SERVER_ERROR, "The simulation failed"),
        };
        Self::said(status, text)
    }
}

/// The port: somebody who can tell.
#[async_trait]
pub(super) trait Simulator: Send + Sync {
    /// What a transaction would do, as clients read it.
    async fn simulate(&self, transaction: &Transaction) -> Result<Value, Failure>;
}

/// The simulator as configured, if one is.
pub(super) fn simulator(context: &GatewayContext) -> Option<Arc<dyn Simulator>> {
    let tenderly = Tenderly::new(context)?;
    Some(Arc::new(tenderly))
}

/// What a transaction would do.
#[utoipa::path(post, path = "/simulations", tag = "auth", request_body = Value,
    responses((status = 200, body = Value), (status = 400, body = Refusal), (status = 429, body = Refusal),
        (status = 502, body = Refusal), (status = 503, body = crate::frame::ErrorBody)))]
pub(super) async fn simulate(
    State(server): State<Server>,
    edge: Edge,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let Some(simulator) = &server.simulator else {
        let text = "auth.tenderly_access_key, tenderly_account_slug and tenderly_project_slug are not all set: \
                    nothing is simulated";
        return Err(ApiError::unavailable(text, 60).into());
    };
    server.simulations.admit(edge.address)?;
    server.all_simulations.admit(())?;
    let body = requests::json(request, &server).await?;
    let transaction = schema::transaction(&body).map_err(Fault::bad)?;
    if !CHAINS.contains(&transaction.chain_id) {
        let text = format!("Unsupported chain {}", transaction.chain_id);
        return Err(Fault::bad(text));
    }
    Ok(Json(simulator.simulate(&transaction).await?))
}
