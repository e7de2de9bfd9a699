//! `/subscription`: what a person wants to be told, and how.

use axum::Json;
use axum::extract::{Request, State};
use http::StatusCode;
use model::events::notification::{Command, is_type};
use model::tables::inbox::Details;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::error::{Fault, Refusal};
use super::signed::{self, Signed};
use super::tables::Tables;
use super::{Server, command};
use crate::frame::Written;

/// A person's subscription.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Subscription {
    /// The confirmed e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// The one that waits for its confirmation.
    #[serde(skip_serializing_if = "Option::is_none")]
    unconfirmed_email: Option<String>,
    /// `ignore_all_email`, `ignore_all_in_app`, and by type `email` and `in_app`.
    #[schema(value_type = Object)]
    details: Details,
}

/// What the signer wants to be told. Every type is named.
#[utoipa::path(get, path = "/subscription", tag = "subscription",
    responses((status = 200, body = Subscription), (status = 400, body = Refusal), (status = 401, body = Refusal)))]
pub(super) async fn subscription(
    State(server): State<Server>,
    signed: Signed,
) -> Result<Json<Subscription>, Fault> {
    let tables = Tables::of(&server.context.platform);
    let person = tables.person(&signed.address).await?;
    let now = server.context.platform.clock.now_ms();
    let pending = person.pending.filter(|pending| now <= pending.until);
    Ok(Json(Subscription {
        email: person.email,
        unconfirmed_email: pending.map(|pending| pending.email),
        details: person.details.whole(),
    }))
}

/// Sets what the signer wants to be told. Types that are not named stay as they are, so that a client that does not
/// know the newest types can say what it knows.
#[utoipa::path(put, path = "/subscription", tag = "subscription",
    request_body(content = Object, description = "`ignore_all_email`, `ignore_all_in_app`, `message_type`"),
    responses((status = 204), (status = 400, body = Refusal), (status = 401, body = Refusal)))]
pub(super) async fn subscribe(
    State(server): State<Server>,
    signed: Signed,
    request: Request,
) -> Result<(Written, StatusCode), Fault> {
    let body = signed::body(request, &server).await?;
    let details: Value = serde_json::from_slice(&body).map_err(|_| Fault::bad("Invalid body"))?;
    check(&details).map_err(|what| Fault::bad(format!("Invalid subscription. {what}")))?;
    let command = Command {
        command: "subscription".into(),
        command_id: signed.command_id(&body),
        address: signed.address,
        details: (&details).into(),
        ..Command::default()
    };
    let (answer, written) = command::run(&server, command).await?;
    command::accepted(answer)?;
    Ok((written, StatusCode::NO_CONTENT))
}

const FLAGS: [&str; 2] = ["ignore_all_email", "ignore_all_in_app"];
const TYPES: &str = "message_type";

/// What is wrong with details, if anything is.
fn check(details: &Value) -> Result<(), String> {
    let Value::Object(members) = details else {
        return Err("It must be object".into());
    };
    let wanted = [FLAGS[0], FLAGS[1], TYPES];
    let missing: Vec<&str> = wanted
        .into_iter()
        .filter(|name| !members.contains_key(*name))
        .collect();
    if !missing.is_empty() {
        return Err(format!("Missing required fields: {}", missing.join(", ")));
    }
    only(members, "", |name| wanted.contains(&name))?;
    for flag in FLAGS {
        boolean(&members[flag], flag)?;
    }
    let Value::Object(types) = &members[TYPES] else {
        return Err(format!("{TYPES} must be object"));
    };
    only(types, TYPES, is_type)?;
    for (kind, ways) in types {
        let at = format!("{TYPES}.{kind}");
        let Value::Object(ways) = ways else {
            return Err(format!("{at} must be object"));
        };
        only(ways, &at, |name| ["email", "in_app"].contains(&name))?;
        for (way, value) in ways {
            boolean(value, &format!("{at}.{way}"))?;
        }
    }
    Ok(())
}

fn only(
    members: &Map<String, Value>,
    at: &str,
    known: impl Fn(&str) -> bool,
) -> Result<(), String> {
    let odd: Vec<&str> = members
        .keys()
        .map(String::as_str)
        .filter(|name| !known(name))
        .collect();
    if odd.is_empty() {
        return Ok(());
    }
    let mut names = odd.join(", ");
    if let Some((cut, _)) = names.char_indices().nth(200) {
        names.truncate(cut);
    }
    let of = if at.is_empty() {
        String::new()
    } else {
        format!(" of {at}")
    };
    Err(format!("Unknown fields{of}: {names}"))
}

fn boolean(value: &Value, at: &str) -> Result<(), String> {
    match value {
        Value::Bool(_) => Ok(()),
        _ => Err(format!("{at} must be boolean")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_wrong_is_said_by_name() {
        let whole = |types: Value| json!({"ignore_all_email": false, "ignore_all_in_app": true, "message_type": types});
        for (details, wanted) in [
            (json!([]), Some("It must be object")),
            (
                json!({"ignore_all_email": true}),
                Some("Missing required fields: ignore_all_in_app, message_type"),
            ),
            (
                json!({"ignore_all_email": 1, "ignore_all_in_app": true, "message_type": {}}),
                Some("ignore_all_email must be boolean"),
            ),
            (
                whole(json!({"nonsense": {}})),
                Some("Unknown fields of message_type: nonsense"),
            ),
            (
                whole(json!({"banned": true})),
                Some("message_type.banned must be object"),
            ),
            (
                whole(json!({"banned": {"email": "no"}})),
                Some("message_type.banned.email must be boolean"),
            ),
            (
                whole(json!({"banned": {"email": true, "sms": true}})),
                Some("Unknown fields of message_type.banned: sms"),
            ),
            (whole(json!({"banned": {"email": false}})), None),
            (whole(json!({})), None),
        ] {
            assert_eq!(check(&details).err().as_deref(), wanted, "{details}");
        }
    }
}
