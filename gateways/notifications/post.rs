//! What other services send: notifications, and mails. Both carry the bearer of `notification_service_token`.

use axum::extract::{Request, State};
use http::{HeaderMap, StatusCode};
use model::Json;
use model::events::notification::{Command, METADATA_BYTES_MAX, Notice, is_address, is_type};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::error::{Fault, Refusal};
use super::signed;
use super::{Server, command};
use crate::frame::{ApiError, Written, auth};
use crate::runners::mail::is_email;

/// Times before 2023 are mistakes, of seconds for milliseconds say.
const TIMESTAMP_MIN: i64 = 1_672_531_200_000;
/// Longest event key, bytes.
const KEY_BYTES_MAX: usize = 512;

/// A notification to post.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "it only documents the body, which is read as any JSON"
)]
pub(super) struct Posted {
    /// One of the types of notifications.
    #[serde(rename = "type")]
    kind: String,
    /// Who is told; absent: everybody.
    address: Option<String>,
    /// With type and address the identity of the notification.
    event_key: String,
    #[schema(value_type = Object)]
    metadata: Value,
    /// When it happened, ms.
    timestamp: i64,
    /// `{scope, scopeId}` that its reader may have opted out of.
    #[schema(value_type = Option<Object>)]
    opt_out_scope: Option<Value>,
}

/// A mail to send.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "it only documents the body, which is read as any JSON"
)]
pub(super) struct PostedMail {
    email: String,
    /// Shown as it is.
    content: String,
    subject: String,
    /// Headline; `New` without one.
    title: Option<String>,
    /// Second part of the headline; `Notification` without one.
    title_highlight: Option<String>,
}

/// Tells people, or everybody, of something.
#[utoipa::path(post, path = "/notifications", tag = "services", request_body = Vec<Posted>,
    responses((status = 204), (status = 400, body = Refusal), (status = 401, body = Refusal),
        (status = 404, description = "notification_service_token is not set")))]
pub(super) async fn publish(
    State(server): State<Server>,
    headers: HeaderMap,
    request: Request,
) -> Result<(Option<Written>, StatusCode), Fault> {
    if server.settings().notification_service_token.is_none() {
        let message =
            "POST /notifications needs notifications.notification_service_token, which is not set";
        return Err(ApiError::not_found(message).into());
    }
    bearer(&server, &headers)?;
    let body = signed::body(request, &server).await?;
    let mut notices = notices(&body, server.settings().posted_max)?;
    // Posted together they arrive in the order in which they happened.
    notices.sort_by_key(|notice| notice.timestamp);
    if notices.is_empty() {
        return Ok((None, StatusCode::NO_CONTENT));
    }
    let written = command::post(&server, &notices).await?;
    Ok((Some(written), StatusCode::NO_CONTENT))
}

/// Sends a mail with a text of the caller's.
#[utoipa::path(post, path = "/notifications/email", tag = "services", request_body = PostedMail,
    responses((status = 204), (status = 400, body = Refusal), (status = 401, body = Refusal)))]
pub(super) async fn mail(
    State(server): State<Server>,
    headers: HeaderMap,
    request: Request,
) -> Result<(Written, StatusCode), Fault> {
    bearer(&server, &headers)?;
    let body = signed::body(request, &server).await?;
    let body: Value = serde_json::from_slice(&body).map_err(|_| Fault::bad("Invalid body"))?;
    let text = |name: &str| {
        let text = body.get(name).and_then(Value::as_str);
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let wanted = |name: &str| text(name).ok_or_else(|| Fault::bad(format!("Missing {name}")));
    let (email, content, subject) = (wanted("email")?, wanted("content")?, wanted("subject")?);
    if !is_email(&email) {
        return Err(Fault::bad("Invalid email"));
    }
    let command = Command {
        command: "mail".into(),
        command_id: command::new_id(),
        address: email,
        subject: Some(subject),
        content: Some(content),
        title: Some(text("title").unwrap_or_else(|| "New".into())),
        title_highlight: Some(text("titleHighlight").unwrap_or_else(|| "Notification".into())),
        ..Command::default()
    };
    let (answer, written) = command::run(&server, command).await?;
    command::accepted(answer)?;
    Ok((written, StatusCode::NO_CONTENT))
}

/// Passes a request of a service.
pub(super) fn bearer(server: &Server, headers: &HeaderMap) -> Result<(), Fault> {
    let secret = server.settings().notification_service_token.as_ref();
    auth::passes(headers, secret).map_err(|why| Fault::Unauthorized(why.into()))
}

fn notices(body: &[u8], most: usize) -> Result<Vec<Notice>, Fault> {
    let body: Value = serde_json::from_slice(body).map_err(|_| Fault::bad("Invalid body"))?;
    let Value::Array(items) = body else {
        return Err(Fault::bad("\"value\" must be an array"));
    };
    if items.len() > most {
        return Err(Fault::bad(format!(
            "\"value\" must contain less than or equal to {most} items"
        )));
    }
    let numbered = items.iter().enumerate();
    let read = numbered.map(|(index, item)| notice(item, &format!("[{index}]")));
    read.collect::<Result<_, _>>().map_err(Fault::Bad)
}

fn notice(item: &Value, at: &str) -> Result<Notice, String> {
    let Value::Object(members) = item else {
        return Err(format!("\"{at}\" must be of type object"));
    };
    const KNOWN: [&str; 6] = [
        "type",
        "address",
        "eventKey",
        "metadata",
        "timestamp",
        "optOutScope",
    ];
    if let Some(odd) = members.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        let shown: String = odd.chars().take(64).collect();
        return Err(format!("\"{at}.{shown}\" is not allowed"));
    }
    let kind = text(members, at, "type")?;
    if !is_type(kind) {
        let shown: String = kind.chars().take(64).collect();
        return Err(format!("Invalid notification type: {shown}"));
    }
    let event_key = text(members, at, "eventKey")?;
    if event_key.len() > KEY_BYTES_MAX {
        return Err(format!(
            "\"{at}.eventKey\" is longer than {KEY_BYTES_MAX} bytes"
        ));
    }
    let metadata = required(members, at, "metadata")?;
    if !metadata.is_object() {
        return Err(format!("\"{at}.metadata\" must be of type object"));
    }
    let shown = Json::from(metadata);
    if shown.text().len() > METADATA_BYTES_MAX {
        return Err(format!(
            "\"{at}.metadata\" is longer than {METADATA_BYTES_MAX} bytes"
        ));
    }
    let scope = scope(members.get("optOutScope"), at)?;
    Ok(Notice {
        address: address(members, at)?,
        kind: kind.to_owned(),
        event_key: event_key.to_owned(),
        metadata: shown,
        timestamp: timestamp(members, at)?,
        scope: scope.as_ref().map(|(scope, _)| scope.clone()),
        scope_id: scope.map(|(_, id)| id),
    })
}

fn required<'a>(
    members: &'a Map<String, Value>,
    at: &str,
    name: &str,
) -> Result<&'a Value, String> {
    members
        .get(name)
        .ok_or_else(|| format!("\"{at}.{name}\" is required"))
}

fn text<'a>(members: &'a Map<String, Value>, at: &str, name: &str) -> Result<&'a str, String> {
    let value = required(members, at, name)?;
    let text = value
        .as_str()
        .ok_or_else(|| format!("\"{at}.{name}\" must be a string"))?;
    match text.is_empty() {
        true => Err(format!("\"{at}.{name}\" is not allowed to be empty")),
        false => Ok(text),
    }
}

/// Who is told, lower case; empty: everybody.
fn address(members: &Map<String, Value>, at: &str) -> Result<String, String> {
    let Some(value) = members.get("address").filter(|value| !value.is_null()) else {
        return Ok(String::new());
    };
    let text = value
        .as_str()
        .ok_or_else(|| format!("\"{at}.address\" must be a string"))?;
    let lower = text.to_lowercase();
    // The prefix is one of the pattern's own letters.
    if is_address(&lower) && text.starts_with("0x") {
        return Ok(lower);
    }
    let shown: String = text.chars().take(64).collect();
    // Letters that only look right are shown by their numbers.
    let shown = shown.escape_default();
    Err(format!(
        "\"{at}.address\" with value \"{shown}\" fails to match the required pattern: /^0x[a-fA-F0-9]{{40}}$/"
    ))
}

fn timestamp(members: &Map<String, Value>, at: &str) -> Result<i64, String> {
    let value = required(members, at, "timestamp")?;
    if !value.is_number() {
        return Err(format!("\"{at}.timestamp\" must be a number"));
    }
    let whole = value
        .as_i64()
        .ok_or_else(|| format!("\"{at}.timestamp\" must be an integer"))?;
    if whole <= TIMESTAMP_MIN {
        return Err(format!(
            "\"{at}.timestamp\" must be greater than {TIMESTAMP_MIN}"
        ));
    }
    Ok(whole)
}

fn scope(value: Option<&Value>, at: &str) -> Result<Option<(String, String)>, String> {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    let at = format!("{at}.optOutScope");
    let Value::Object(members) = value else {
        return Err(format!("\"{at}\" must be of type object"));
    };
    let scope = text(members, &at, "scope")?;
    let scope_id = text(members, &at, "scopeId")?;
    Ok(Some((scope.to_owned(), scope_id.to_owned())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_mistake_is_said_by_its_place() {
        let good = json!({"type": "item_published", "eventKey": "k", "metadata": {}, "timestamp": 1_700_000_000_000_i64});
        let with = |name: &str, value: Value| {
            let mut one = good.clone();
            match value.is_null() {
                true => drop(
                    one.as_object_mut()
                        .map(|members| members.shift_remove(name)),
                ),
                false => one[name] = value,
            }
            json!([one])
        };
        let said = |body: Value| match notices(body.to_string().as_bytes(), 2) {
            Ok(_) => String::new(),
            Err(Fault::Bad(message)) => message,
            Err(other) => panic!("{other:?}"),
        };
        for (body, wanted) in [
            (json!({}), "\"value\" must be an array"),
            (
                with("metadata", Value::Null),
                "\"[0].metadata\" is required",
            ),
            (
                with("type", json!("test")),
                "Invalid notification type: test",
            ),
            (
                with("eventKey", json!("")),
                "\"[0].eventKey\" is not allowed to be empty",
            ),
            (
                with("timestamp", json!(1)),
                "\"[0].timestamp\" must be greater than 1672531200000",
            ),
            (
                with("timestamp", json!("x")),
                "\"[0].timestamp\" must be a number",
            ),
            (
                with("address", json!("0x1")),
                "\"[0].address\" with value \"0x1\" fails to match the required pattern: /^0x[a-fA-F0-9]{40}$/",
            ),
            (
                with("address", json!(format!("0x\u{430}{}", "b".repeat(39)))),
                "\"[0].address\" with value \"0x\\u{430}bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\" fails to match the required pattern: /^0x[a-fA-F0-9]{40}$/",
            ),
            (
                with("metadata", json!({"description": "x".repeat(65_536)})),
                "\"[0].metadata\" is longer than 65536 bytes",
            ),
            (with("colour", json!(1)), "\"[0].colour\" is not allowed"),
            (
                with("optOutScope", json!({"scope": "community"})),
                "\"[0].optOutScope.scopeId\" is required",
            ),
            (
                json!([1, 2, 3]),
                "\"value\" must contain less than or equal to 2 items",
            ),
            (json!([good, good]), ""),
            (with("address", json!(format!("0x{}", "Ab".repeat(20)))), ""),
        ] {
            assert_eq!(said(body.clone()), wanted, "{body}");
        }
    }
}
