//! The credits server: a program of weekly goals, dollars to spend, and the credits that both become.
//!
//! What a caller asks becomes an input of the ledger (`credits.log`); the answer is what the processor `credits` made of
//! it, found under the caller's idempotency key. What is shown comes from its rows, compared with the ledger's time.
//! Amounts are whole numbers everywhere behind this gateway; only here they become the decimals that clients read.

mod admin;
mod app_store;
mod captcha;
mod clock;
mod command;
mod error;
mod external;
mod follow;
mod given;
mod in_app;
mod journal;
mod money;
mod name_route;
mod offset;
mod orders;
mod packs;
mod people;
mod picture;
mod program;
mod seasons;
mod shared;
mod shop;
mod signed;
mod statement;
mod stream;
mod tables;
mod webhook;

use std::sync::Arc;

use axum::{Extension, Router, middleware};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::frame::{self, Gateway, GatewayContext, default_body_limit};

/// The gateway.
pub(crate) const GATEWAY: Gateway = Gateway {
    name: "credits",
    title: "Credits: seasons, goals, claims, dollars, vouchers, statements",
    router,
    openapi,
    read_models: &[tables::CREDITS, tables::SEQUENCER],
    body_limit: default_body_limit,
    background: Some(clock::tell),
};

fn routes() -> OpenApiRouter<GatewayContext> {
    OpenApiRouter::new()
        .routes(routes!(seasons::status))
        .routes(routes!(seasons::season))
        .routes(routes!(seasons::seasons))
        .routes(routes!(seasons::seasons_v2))
        .routes(routes!(seasons::define))
        .routes(routes!(people::enrol))
        .routes(routes!(people::opt_out))
        .routes(routes!(people::status))
        .routes(routes!(people::progress))
        .routes(routes!(captcha::issue, captcha::answer))
        .routes(routes!(people::credits, admin::grant))
        .routes(routes!(stream::stream))
        .routes(routes!(orders::packs))
        .routes(routes!(orders::checkout))
        .routes(routes!(orders::order))
        .routes(routes!(orders::cancel))
        .routes(routes!(orders::resume))
        .routes(routes!(orders::orders))
        .routes(routes!(shop::purchases))
        .routes(routes!(shop::authorize))
        .routes(routes!(shop::cancel))
        .routes(routes!(shop::submitted))
        .routes(routes!(external::publication))
        .routes(routes!(external::sign))
        .routes(routes!(webhook::webhook))
        .routes(routes!(name_route::route))
        .routes(routes!(in_app::register))
        .routes(routes!(in_app::quote))
        .routes(routes!(in_app::verify))
        .routes(routes!(in_app::webhook))
        .routes(routes!(admin::refund_in_app))
        .routes(routes!(admin::mint_usd))
        .routes(routes!(admin::mint_credit))
        .routes(routes!(admin::flag))
        .routes(routes!(admin::unflag))
        .routes(routes!(admin::flagged))
        .routes(routes!(admin::anomalies))
        .routes(routes!(given::credits))
        .routes(routes!(given::reasons))
        .routes(routes!(statement::statement))
}

fn router(context: &GatewayContext) -> Router {
    let (router, _) = routes().split_for_parts();
    let headers = middleware::from_fn_with_state(context.clone(), offset::headers);
    let shared = Extension(Arc::new(shared::Shared::new(context)));
    router
        .route_layer(headers)
        .layer(shared)
        .with_state(context.clone())
}

fn openapi() -> OpenApi {
    frame::described(&GATEWAY, routes().into_openapi())
}
