//! The shapes of what clients send. What is wrong with one is said as the original's validator says it: JSON text of a
//! list of errors.

use identity::chain::AuthChain;
use serde::Deserialize as _;
use serde_json::{Map, Value, json};

use super::simulations::Transaction;

/// Most characters of a method.
const METHOD_CHARS_MAX: usize = 256;
/// Most parameters.
const PARAMS_MAX: usize = 10;
/// Most characters of a request's id.
const ID_CHARS_MAX: usize = 36;
/// Most characters of the message of an error.
const MESSAGE_CHARS_MAX: usize = 10_024;

/// Characters of an address.
const ADDRESS_CHARS: usize = 42;
/// Most characters of a transaction's data.
const DATA_CHARS_MAX: usize = 200_000;
/// Most characters of an amount of wei, in hex or decimal.
const VALUE_CHARS_MAX: usize = 80;

/// What is wrong, as JSON text.
pub(super) type Problems = String;

/// What is asked of a wallet.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) params: Value,
    pub(super) chain: Option<AuthChain>,
}

fn problem(path: &str, keyword: &str, params: Value, message: String) -> Problems {
    json!([{ "instancePath": path, "keyword": keyword, "params": params, "message": message }])
        .to_string()
}

fn object(value: &Value) -> Result<&Map<String, Value>, Problems> {
    value.as_object().ok_or_else(|| wrong_type("", "object"))
}

fn wrong_type(path: &str, wanted: &str) -> Problems {
    problem(
        path,
        "type",
        json!({ "type": wanted }),
        format!("must be {wanted}"),
    )
}

fn required<'a>(
    object: &'a Map<String, Value>,
    path: &str,
    name: &str,
) -> Result<&'a Value, Problems> {
    object.get(name).ok_or_else(|| {
        let message = format!("must have required property '{name}'");
        problem(
            path,
            "required",
            json!({ "missingProperty": name }),
            message,
        )
    })
}

/// A text of at most so many characters, counted as JavaScript counts.
fn text<'a>(value: &'a Value, path: &str, most: usize) -> Result<&'a str, Problems> {
    let text = value.as_str().ok_or_else(|| wrong_type(path, "string"))?;
    if text.len() > most && text.encode_utf16().count() > most {
        let message = format!("must NOT have more than {most} characters");
        return Err(problem(
            path,
            "maxLength",
            json!({ "limit": most }),
            message,
        ));
    }
    Ok(text)
}

/// A request.
pub(super) fn asked(body: &Value) -> Result<Asked, Problems> {
    let members = object(body)?;
    let method = text(
        required(members, "", "method")?,
        "/method",
        METHOD_CHARS_MAX,
    )?;
    let params = required(members, "", "params")?;
    let list = params
        .as_array()
        .ok_or_else(|| wrong_type("/params", "array"))?;
    if list.len() > PARAMS_MAX {
        let message = format!("must NOT have more than {PARAMS_MAX} items");
        return Err(problem(
            "/params",
            "maxItems",
            json!({ "limit": PARAMS_MAX }),
            message,
        ));
    }
    let known = ["method", "params", "authChain"];
    if let Some(name) = members.keys().find(|name| !known.contains(&name.as_str())) {
        let message = "must NOT have additional properties".to_owned();
        let params = json!({ "additionalProperty": name });
        return Err(problem("", "additionalProperties", params, message));
    }
    Ok(Asked {
        method: method.to_owned(),
        params: params.clone(),
        chain: members.get("authChain").map(chain).transpose()?,
    })
}

/// An auth chain; says nothing of its validity.
pub(super) fn chain(value: &Value) -> Result<AuthChain, Problems> {
    AuthChain::deserialize(value).map_err(|error| {
        problem(
            "/authChain",
            "type",
            json!({ "type": "array" }),
            error.to_string(),
        )
    })
}

/// The id of a request.
pub(super) fn id(body: &Value) -> Result<&str, Problems> {
    let id = required(object(body)?, "", "requestId")?;
    text(id, "/requestId", ID_CHARS_MAX)
}

/// A transaction to simulate.
pub(super) fn transaction(body: &Value) -> Result<Transaction, Problems> {
    let members = object(body)?;
    let chain_id = required(members, "", "chainId")?;
    let address = |name: &'static str, path: &'static str| {
        let value = required(members, "", name)?;
        is_address(text(value, path, ADDRESS_CHARS)?, path).map(str::to_owned)
    };
    let data = match members.get("data") {
        Some(data) => text(data, "/data", DATA_CHARS_MAX)?,
        None => "0x",
    };
    let digits = data.strip_prefix("0x").unwrap_or("none");
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(pattern("/data", "^0x[a-fA-F0-9]*$"));
    }
    let value = match members.get("value") {
        Some(value) => text(value, "/value", VALUE_CHARS_MAX)?,
        None => "0",
    };
    Ok(Transaction {
        chain_id: chain_id
            .as_u64()
            .ok_or_else(|| wrong_type("/chainId", "integer"))?,
        from: address("from", "/from")?,
        to: address("to", "/to")?,
        data: data.to_owned(),
        value: value.to_owned(),
    })
}

fn pattern(path: &str, pattern: &str) -> Problems {
    let message = format!("must match pattern \"{pattern}\"");
    problem(path, "pattern", json!({ "pattern": pattern }), message)
}

fn is_address<'a>(text: &'a str, path: &str) -> Result<&'a str, Problems> {
    match identity::signature::is_address(text) {
        true => Ok(text),
        false => Err(pattern(path, "^0x[a-fA-F0-9]{40}$")),
    }
}

/// An answer, as it is handed on: its sender, and a result or an error.
pub(super) fn outcome(body: &Value) -> Result<Map<String, Value>, Problems> {
    let members = object(body)?;
    let sender = required(members, "", "sender")?;
    is_address(text(sender, "/sender", ADDRESS_CHARS)?, "/sender")?;
    let mut outcome = Map::new();
    outcome.insert("sender".to_owned(), sender.clone());
    match (members.get("result"), members.get("error")) {
        (Some(result), None) => outcome.insert("result".to_owned(), result.clone()),
        (None, Some(error)) => outcome.insert("error".to_owned(), checked_error(error)?),
        _ => {
            let message = "must have either a result or an error".to_owned();
            return Err(problem(
                "",
                "oneOf",
                json!({ "passingSchemas": null }),
                message,
            ));
        }
    };
    Ok(outcome)
}

fn checked_error(error: &Value) -> Result<Value, Problems> {
    let members = error
        .as_object()
        .ok_or_else(|| wrong_type("/error", "object"))?;
    let code = required(members, "/error", "code")?;
    if !code.is_i64() && !code.is_u64() {
        return Err(wrong_type("/error/code", "integer"));
    }
    let message = required(members, "/error", "message")?;
    text(message, "/error/message", MESSAGE_CHARS_MAX)?;
    let mut kept = Map::new();
    for name in ["code", "message", "data"] {
        if let Some(value) = members.get(name) {
            kept.insert(name.to_owned(), value.clone());
        }
    }
    Ok(Value::Object(kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_or_too_much_is_refused_by_name() {
        let fine = json!({"method": "m".repeat(256), "params": [1, {}, null]});
        assert!(asked(&fine).is_ok());
        for (body, keyword) in [
            (json!([]), "type"),
            (json!({"params": []}), "required"),
            (json!({"method": 1, "params": []}), "type"),
            (
                json!({"method": "m".repeat(257), "params": []}),
                "maxLength",
            ),
            (json!({"method": "m", "params": {}}), "type"),
            (json!({"method": "m", "params": vec![0; 11]}), "maxItems"),
            (
                json!({"method": "m", "params": [], "more": 1}),
                "additionalProperties",
            ),
            (
                json!({"method": "m", "params": [], "authChain": "x"}),
                "type",
            ),
        ] {
            let problems = asked(&body).expect_err("a wrong shape");
            let problems: Value = serde_json::from_str(&problems).expect("JSON text");
            assert_eq!(problems[0]["keyword"], keyword, "{body}");
        }
    }

    #[test]
    fn an_answer_has_a_sender_and_one_of_two() {
        let sender = format!("0x{}", "aB".repeat(20));
        for (body, fine) in [
            (json!({"sender": sender, "result": null}), true),
            (
                json!({"sender": sender, "error": {"code": -1, "message": "no"}}),
                true,
            ),
            (json!({"sender": sender}), false),
            (
                json!({"sender": sender, "result": 1, "error": {"code": 1, "message": "no"}}),
                false,
            ),
            (json!({"sender": "0x1", "result": 1}), false),
            (json!({"result": 1}), false),
            (
                json!({"sender": sender, "error": {"code": 1.5, "message": "no"}}),
                false,
            ),
            (
                json!({"sender": sender, "error": {"code": 1, "message": "m".repeat(10_025)}}),
                false,
            ),
        ] {
            assert_eq!(outcome(&body).is_ok(), fine, "{body}");
        }
    }
}
