//! The statement of a person: every movement of their accounts, with the balance after it.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use model::tables::credits::Line;
use serde::Deserialize;
use serde_json::json;

use super::error::{Failure, Fault};
use super::tables::Tables;
use crate::frame::{GatewayContext, auth};

/// Which lines, and how they look.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    /// `csv`; else JSON.
    format: String,
    /// Only lines after this number.
    after: i64,
}

/// A person's statement, oldest first. `amount`s of an account add up to its `balance`.
#[utoipa::path(get, path = "/admin/statements/{address}", tag = "admin",
    params(("address" = String, Path), ("format" = Option<String>, Query), ("after" = Option<i64>, Query)),
    responses((status = 200, body = serde_json::Value), (status = 401, body = Failure)))]
pub(super) async fn statement(
    State(context): State<GatewayContext>,
    Path(address): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let settings = &context.settings.credits;
    auth::require(
        &headers,
        settings.api_admin_token.as_ref(),
        "credits.api_admin_token",
    )?;
    let most = settings.statement_lines_max;
    let tables = Tables::of(&context.platform);
    let lines = tables
        .lines(&address.to_lowercase(), wanted.after, most)
        .await?;
    if wanted.format == "csv" {
        let kind = [(header::CONTENT_TYPE, "text/csv; charset=utf-8")];
        return Ok((kind, csv(&lines)).into_response());
    }
    let next = (lines.len() == most).then(|| lines.last().map(|line| line.number));
    Ok(Json(json!({
        "address": address.to_lowercase(),
        "lines": lines,
        "next": next.flatten(),
    }))
    .into_response())
}

fn csv(lines: &[Line]) -> String {
    let mut text = String::from(
        "number,at,kind,transfer,cause,unit,account,other,effect,amount,held,balance\n",
    );
    for line in lines {
        let fields = [
            line.number.to_string(),
            model::dates::iso(line.at),
            line.kind.clone(),
            line.transfer.clone(),
            line.cause.clone(),
            line.unit.clone(),
            line.account.clone(),
            line.other.clone(),
            line.effect.clone(),
            line.amount.clone(),
            line.held.clone(),
            line.balance.clone(),
        ];
        text.push_str(&fields.map(|field| quoted(&field)).join(","));
        text.push('\n');
    }
    text
}

/// A field as RFC 4180 has it; one that a spreadsheet would take for a formula is made a text.
fn quoted(field: &str) -> String {
    let number = field.parse::<f64>().is_ok();
    let formula = field.starts_with(['=', '+', '-', '@']) && !number;
    let plain = !field.contains(['"', ',', '\n', '\r']);
    match (formula, plain) {
        (true, _) => format!("\"'{}\"", field.replace('"', "\"\"")),
        (false, true) => field.to_owned(),
        (false, false) => format!("\"{}\"", field.replace('"', "\"\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_a_reader_would_be_misled() {
        for (field, expected) in [
            ("-5", "-5"),
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=1+1", "\"'=1+1\""),
            ("-cmd", "\"'-cmd\""),
        ] {
            assert_eq!(quoted(field), expected);
        }
    }
}
