//! Confluent's schema registry, read only: what any Avro client needs to decode our topics.
//!
//! A subject is the full name of a record (RecordNameStrategy), since most topics carry several kinds of records.

use axum::Json;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use model::Registry;
use model::compatibility::{Policy, policy_of};
use model::schema::Schema;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

const CONTENT_TYPE: &str = "application/vnd.schemaregistry.v1+json";

/// A refusal in the registry's own shape.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RegistryError {
    error_code: u32,
    message: String,
}

/// One version of a subject.
#[derive(Debug, Serialize, ToSchema)]
struct Version {
    subject: String,
    id: u32,
    version: u32,
    /// The `.avsc` as text.
    schema: &'static str,
}

fn answer(body: impl Serialize) -> Response {
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], Json(body)).into_response()
}

impl IntoResponse for RegistryError {
    fn into_response(self) -> Response {
        let status = match self.error_code {
            40_401..=40_499 => StatusCode::NOT_FOUND,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let mut response = answer(self);
        *response.status_mut() = status;
        response
    }
}

fn no_subject(subject: &str) -> RegistryError {
    let subject: String = subject.chars().take(200).collect();
    RegistryError {
        error_code: 40_401,
        message: format!("Subject '{subject}' not found."),
    }
}

fn no_schema() -> RegistryError {
    RegistryError {
        error_code: 40_403,
        message: "Schema not found".into(),
    }
}

/// Versions of a subject, oldest first; a subject is also found by the path of its file.
fn of_subject(subject: &str) -> Result<Vec<&'static Schema>, RegistryError> {
    let registry = Registry::global();
    let by_path: Vec<_> = registry.versions(subject).collect();
    let found = match by_path.is_empty() {
        false => by_path,
        true => registry
            .schemas()
            .filter(|schema| schema.subject() == subject)
            .collect(),
    };
    match found.is_empty() {
        false => Ok(found),
        true => Err(no_subject(subject)),
    }
}

fn of_version(subject: &str, version: &str) -> Result<&'static Schema, RegistryError> {
    let versions = of_subject(subject)?;
    let latest = matches!(version, "latest" | "-1");
    let found = match version.parse::<u32>() {
        _ if latest => versions.last().copied(),
        Ok(number) if number > 0 => versions.into_iter().find(|s| s.version == number),
        _ => {
            return Err(RegistryError {
                error_code: 42_202,
                message: format!(
                    "The specified version '{version}' is not a valid version id. Allowed values are between \
                     [1, 2^31-1] and the string \"latest\""
                ),
            });
        }
    };
    found.ok_or_else(|| RegistryError {
        error_code: 40_402,
        message: format!("Version {version} not found."),
    })
}

/// Every subject.
#[utoipa::path(get, path = "/registry/subjects", tag = "registry",
    responses((status = 200, body = [String])))]
pub(super) async fn subjects() -> Response {
    let registry = Registry::global();
    let mut subjects: Vec<String> = registry
        .names()
        .filter_map(|name| registry.current(name))
        .map(Schema::subject)
        .collect();
    subjects.sort();
    answer(subjects)
}

/// Version numbers of a subject.
#[utoipa::path(get, path = "/registry/subjects/{subject}/versions", tag = "registry",
    params(("subject" = String, Path)),
    responses((status = 200, body = [u32]), (status = 404, body = RegistryError)))]
pub(super) async fn versions(Path(subject): Path<String>) -> Result<Response, RegistryError> {
    let versions = of_subject(&subject)?
        .into_iter()
        .map(|schema| schema.version);
    Ok(answer(versions.collect::<Vec<_>>()))
}

/// One version of a subject, or `latest`.
#[utoipa::path(get, path = "/registry/subjects/{subject}/versions/{version}", tag = "registry",
    params(("subject" = String, Path), ("version" = String, Path)),
    responses((status = 200, body = Version), (status = 404, body = RegistryError)))]
pub(super) async fn version(
    Path((subject, version)): Path<(String, String)>,
) -> Result<Response, RegistryError> {
    let schema = of_version(&subject, &version)?;
    Ok(answer(Version {
        subject: schema.subject(),
        id: schema.wire_id(),
        version: schema.version,
        schema: schema.text,
    }))
}

/// Only the schema of a version.
#[utoipa::path(get, path = "/registry/subjects/{subject}/versions/{version}/schema",
    tag = "registry", params(("subject" = String, Path), ("version" = String, Path)),
    responses((status = 200, body = Object), (status = 404, body = RegistryError)))]
pub(super) async fn version_text(
    Path((subject, version)): Path<(String, String)>,
) -> Result<Response, RegistryError> {
    let schema = of_version(&subject, &version)?;
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], schema.text).into_response())
}

/// The schema of an id, as it stands in front of each value.
#[utoipa::path(get, path = "/registry/schemas/ids/{id}", tag = "registry",
    params(("id" = u32, Path)),
    responses((status = 200, body = Object), (status = 404, body = RegistryError)))]
pub(super) async fn schema(Path(id): Path<String>) -> Result<Response, RegistryError> {
    Ok(answer(json!({ "schema": by_id(&id)?.text })))
}

/// The subject and version of an id.
#[utoipa::path(get, path = "/registry/schemas/ids/{id}/versions", tag = "registry",
    params(("id" = u32, Path)),
    responses((status = 200, body = [Object]), (status = 404, body = RegistryError)))]
pub(super) async fn schema_versions(Path(id): Path<String>) -> Result<Response, RegistryError> {
    let schema = by_id(&id)?;
    Ok(answer([
        json!({ "subject": schema.subject(), "version": schema.version }),
    ]))
}

fn by_id(id: &str) -> Result<&'static Schema, RegistryError> {
    let id = id.parse().ok();
    id.and_then(|id| Registry::global().by_wire_id(id))
        .ok_or_else(no_schema)
}

/// What schemas are written in.
#[utoipa::path(get, path = "/registry/schemas/types", tag = "registry",
    responses((status = 200, body = [String])))]
pub(super) async fn types() -> Response {
    answer(["AVRO"])
}

/// The compatibility that every subject keeps at least; those that others read keep a stricter one of their own.
#[utoipa::path(get, path = "/registry/config", tag = "registry",
    responses((status = 200, body = Object)))]
pub(super) async fn config() -> Response {
    level(Policy::BackwardTransitive)
}

/// The compatibility that the versions of one subject keep.
#[utoipa::path(get, path = "/registry/config/{subject}", tag = "registry",
    params(("subject" = String, Path)),
    responses((status = 200, body = Object), (status = 404, body = RegistryError)))]
pub(super) async fn subject_config(Path(subject): Path<String>) -> Result<Response, RegistryError> {
    let schema = of_version(&subject, "latest")?;
    Ok(level(policy_of(schema.name)))
}

/// A policy under Confluent's name for it.
fn level(policy: Policy) -> Response {
    let level = match policy {
        Policy::FullTransitive => "FULL_TRANSITIVE",
        Policy::BackwardTransitive => "BACKWARD_TRANSITIVE",
    };
    answer(json!({ "compatibilityLevel": level }))
}

/// Nothing is registered here: schemas come with the program.
#[utoipa::path(get, path = "/registry/mode", tag = "registry",
    responses((status = 200, body = Object)))]
pub(super) async fn mode() -> Response {
    answer(json!({ "mode": "READONLY" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_found_by_record_name_and_by_path() {
        let by_path = of_version("catalyst/sighting", "latest").expect("there");
        let by_name = of_version("worldlog.catalyst.Sighting", "1").expect("there");
        assert_eq!(by_path.name, by_name.name);
        assert_eq!(
            of_version("nobody", "1").expect_err("not there").error_code,
            40_401
        );
        assert_eq!(
            of_version("catalyst/sighting", "999")
                .expect_err("not there")
                .error_code,
            40_402
        );
        assert_eq!(
            of_version("catalyst/sighting", "x")
                .expect_err("no number")
                .error_code,
            42_202
        );
    }
}
