//! The operator's view: topics and their records, lag, effects, dead letters, generations, the schema registry.
//!
//! Almost everything here only reads; what changes something (effects, generations) needs the bearer, or a session of
//! the console in its place. Reading is open unless `operator.protect_reads` is set; then all of it needs the bearer
//! `operator.token`. Records of the topics `effects.*` need it always: requests to the outside may hold what only an
//! operator may see.

mod console;
mod dead_letters;
mod effects;
mod explain;
mod flow;
mod generations;
mod lag;
mod lines;
mod reader;
mod records;
mod registry;
mod snapshots;
mod topics;
mod verify;
mod view;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::console::session;
use crate::frame::{self, ApiError, Edge, Gateway, GatewayContext, auth, default_body_limit};

/// The gateway.
pub(crate) const GATEWAY: Gateway = Gateway {
    name: "operator",
    title: "Operator: topics, records, lag, dead letters, schemas",
    router,
    openapi,
    read_models: &[],
    body_limit: default_body_limit,
    background: None,
};

/// The console itself: who is to sign in has to see it first.
fn open_routes() -> OpenApiRouter<GatewayContext> {
    OpenApiRouter::new()
        .routes(routes!(console::assets::page))
        .routes(routes!(session::who, session::sign_in, session::sign_out))
}

fn routes() -> OpenApiRouter<GatewayContext> {
    OpenApiRouter::new()
        .routes(routes!(topics::topics))
        .routes(routes!(records::records))
        .routes(routes!(flow::flow))
        .routes(routes!(lag::processors))
        .routes(routes!(lag::settled))
        .routes(routes!(effects::effects))
        .routes(routes!(effects::failed))
        .routes(routes!(effects::retry))
        .routes(routes!(effects::cancel))
        .routes(routes!(dead_letters::dead_letters))
        .routes(routes!(dead_letters::of_processor))
        .routes(routes!(dead_letters::redrive))
        .routes(routes!(dead_letters::discard))
        .routes(routes!(generations::list))
        .routes(routes!(generations::build))
        .routes(routes!(generations::promote))
        .routes(routes!(generations::rollback))
        .routes(routes!(generations::drop_one))
        .routes(routes!(generations::pause))
        .routes(routes!(generations::resume))
        .routes(routes!(snapshots::list))
        .routes(routes!(snapshots::take))
        .routes(routes!(snapshots::drop_one))
        .routes(routes!(verify::verify))
        .routes(routes!(explain::explain))
        .routes(routes!(registry::subjects))
        .routes(routes!(registry::versions))
        .routes(routes!(registry::version))
        .routes(routes!(registry::version_text))
        .routes(routes!(registry::schema))
        .routes(routes!(registry::schema_versions))
        .routes(routes!(registry::types))
        .routes(routes!(registry::config))
        .routes(routes!(registry::subject_config))
        .routes(routes!(registry::mode))
}

fn router(context: &GatewayContext) -> Router {
    let (router, _) = routes().split_for_parts();
    let guard = middleware::from_fn_with_state(context.clone(), guard);
    let (open, _) = open_routes().split_for_parts();
    let open = open
        .route("/console/{*file}", get(console::assets::file))
        .layer(Extension(Arc::new(console::Attempts::default())));
    let desk = Extension(Arc::new(dead_letters::Desk::default()));
    let router = router.route_layer(guard).layer(desk).merge(open);
    router.with_state(context.clone())
}

fn openapi() -> OpenApi {
    let routes = open_routes().merge(routes());
    frame::described(&GATEWAY, routes.into_openapi())
}

/// Lets a read through, with the bearer when reads are protected; a session of the console stands for the bearer.
async fn guard(
    State(context): State<GatewayContext>,
    edge: Edge,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    session::admit(&context, &edge, &mut request)?;
    let operator = &context.settings.operator;
    if operator.protect_reads {
        auth::require(request.headers(), operator.token.as_ref(), "operator.token")?;
    }
    Ok(next.run(request).await)
}
