//! The deployments queue: every deployment in one order per type, worked through by named consumers.
//!
//! A consumer registers, leases items, and acknowledges them or gives them back; an operator looks at the queue and
//! puts items back. What a caller asks becomes a command in the log; the answer is what the processor `consumers`
//! made of it, so that of two workers who want the same item one gets it.

mod command;
mod dto;
mod pick;
mod read;
mod requeue;
mod tables;
mod work;

use axum::Router;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::frame::{self, Gateway, GatewayContext, default_body_limit};

/// The gateway.
pub(crate) const GATEWAY: Gateway = Gateway {
    name: "deployments",
    title: "Deployments queue: leases, acknowledgements, requeues",
    router,
    openapi,
    read_models: &[
        tables::DEPLOYMENTS,
        tables::QUEUE,
        tables::CONSUMERS,
        tables::POINTERS,
    ],
    body_limit: default_body_limit,
    background: None,
};

fn routes() -> OpenApiRouter<GatewayContext> {
    OpenApiRouter::new()
        .routes(routes!(read::ping))
        .routes(routes!(read::queue))
        .routes(routes!(read::entity))
        .routes(routes!(work::register))
        .routes(routes!(work::lease))
        .routes(routes!(work::ack))
        .routes(routes!(work::nack))
        .routes(routes!(requeue::requeue))
}

fn router(context: &GatewayContext) -> Router {
    let (router, _) = routes().split_for_parts();
    router.with_state(context.clone())
}

fn openapi() -> OpenApi {
    frame::described(&GATEWAY, routes().into_openapi())
}
