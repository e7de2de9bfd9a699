//! Requests over HTTP.

use axum::Json;
use axum::extract::{Path, Request, State};
use http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Server;
use super::desk::Made;
use super::fault::{Fault, Refusal};
use super::record::{Channel, Record};
use super::schema;
use crate::frame::{self, Edge};

/// A request that was made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Created {
    request_id: String,
    /// ISO 8601
    expiration: String,
    /// 0 to 99: the person sees the same on both sides.
    code: u8,
}

impl From<Made> for Created {
    fn from(made: Made) -> Self {
        Self {
            request_id: made.id,
            expiration: model::dates::iso(made.expiration),
            code: made.code,
        }
    }
}

/// What a browser shows and has signed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Recovered {
    /// ISO 8601
    expiration: String,
    code: u8,
    method: String,
    params: Value,
    /// Who asks; nobody for a login.
    #[serde(skip_serializing_if = "Option::is_none")]
    sender: Option<String>,
}

impl From<Record> for Recovered {
    fn from(record: Record) -> Self {
        Self {
            expiration: model::dates::iso(record.expiration),
            code: record.code,
            method: record.method,
            params: record.params,
            sender: record.sender,
        }
    }
}

/// Whether codes are to be compared.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Validation {
    requires_validation: bool,
}

/// The body of a request as JSON.
pub(super) async fn json(request: Request, server: &Server) -> Result<Value, Fault> {
    let bytes = frame::bytes(request, server).await?;
    serde_json::from_slice(&bytes).map_err(|_| Fault::NotJson)
}

/// Asks for a signature.
#[utoipa::path(post, path = "/requests", tag = "auth", request_body = Value,
    responses((status = 201, body = Created), (status = 400, body = Refusal), (status = 429, body = Refusal)))]
pub(super) async fn create(
    State(server): State<Server>,
    edge: Edge,
    request: Request,
) -> Result<(StatusCode, Json<Created>), Fault> {
    server.makes.admit(edge.address)?;
    let body = json(request, &server).await?;
    let asked = schema::asked(&body).map_err(Fault::bad)?;
    let made = server.desk.make(asked, None).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// What is asked.
#[utoipa::path(get, path = "/v2/requests/{id}", tag = "auth", params(("id" = String, Path)),
    responses((status = 200, body = Recovered), (status = 404, body = Refusal), (status = 410, body = Refusal)))]
pub(super) async fn recover(
    State(server): State<Server>,
    edge: Edge,
    Path(id): Path<String>,
) -> Result<Json<Recovered>, Fault> {
    server.asks.admit(edge.address)?;
    Ok(Json(server.desk.recover(&id).await?.into()))
}

/// Notes that codes are to be compared.
#[utoipa::path(post, path = "/v2/requests/{id}/validation", tag = "auth", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Refusal), (status = 410, body = Refusal)))]
pub(super) async fn validate(
    State(server): State<Server>,
    edge: Edge,
    Path(id): Path<String>,
) -> Result<StatusCode, Fault> {
    server.asks.admit(edge.address)?;
    server.desk.validate(&id, Channel::Http).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether codes are to be compared.
#[utoipa::path(get, path = "/v2/requests/{id}/validation", tag = "auth", params(("id" = String, Path)),
    responses((status = 200, body = Validation), (status = 404, body = Refusal), (status = 410, body = Refusal)))]
pub(super) async fn validation(
    State(server): State<Server>,
    edge: Edge,
    Path(id): Path<String>,
) -> Result<Json<Validation>, Fault> {
    server.asks.admit(edge.address)?;
    let record = server.desk.recover(&id).await?;
    Ok(Json(Validation {
        requires_validation: record.validation.is_some(),
    }))
}

/// Answers a request.
#[utoipa::path(post, path = "/v2/requests/{id}/outcome", tag = "auth", params(("id" = String, Path)),
    request_body = Value,
    responses((status = 200), (status = 400, body = Refusal), (status = 404, body = Refusal), (status = 410, body = Refusal)))]
pub(super) async fn answer(
    State(server): State<Server>,
    edge: Edge,
    Path(id): Path<String>,
    request: Request,
) -> Result<StatusCode, Fault> {
    server.asks.admit(edge.address)?;
    let body = json(request, &server).await?;
    let outcome = schema::outcome(&body).map_err(Fault::bad)?;
    server.desk.answer(&id, outcome).await?;
    Ok(StatusCode::OK)
}

/// Takes the answer of a request, once.
#[utoipa::path(get, path = "/requests/{id}", tag = "auth", params(("id" = String, Path)),
    responses((status = 200, body = Value), (status = 204, description = "not answered yet"),
        (status = 404, body = Refusal), (status = 410, body = Refusal)))]
pub(super) async fn poll(
    State(server): State<Server>,
    edge: Edge,
    Path(id): Path<String>,
) -> Result<Result<Json<Value>, StatusCode>, Fault> {
    server.asks.admit(edge.address)?;
    let answer = server.desk.poll(&id).await?;
    Ok(answer.map(Json).ok_or(StatusCode::NO_CONTENT))
}
