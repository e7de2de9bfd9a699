//! What a record says, by the rules of `schemas/README.md`, for who has decoded it without the platform.

use std::collections::BTreeMap;

use model::Registry;
use serde_json::{Map, Value};

/// A record of a schema, given by its full name, as the operator gateway shows it.
pub(super) fn said(schema: &str, record: &Value) -> Value {
    let mut versions = Registry::global().schemas();
    let text = versions.find(|s| s.subject() == schema).map(|s| s.text);
    let text = text.unwrap_or_else(|| panic!("no schema is called {schema}"));
    let schema: Value = serde_json::from_str(text).expect("a schema is JSON");
    let mut names = BTreeMap::new();
    name(&schema, &mut names);
    let mut said = value(&schema, record, &names);
    let over = said.as_object_mut().and_then(|m| m.shift_remove("extra"));
    lay(&mut said, over.unwrap_or_else(|| Value::Object(Map::new())));
    plain(said)
}

/// Numbers that are equal are written alike.
pub(super) fn plain(value: Value) -> Value {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 9e15 => {
                Value::from(float as i64)
            }
            _ => Value::Number(number),
        },
        Value::Array(items) => items.into_iter().map(plain).collect(),
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, item)| (name, plain(item)));
            Value::Object(members.collect())
        }
        other => other,
    }
}

/// Records may be named where they were defined before.
fn name<'a>(schema: &'a Value, names: &mut BTreeMap<&'a str, &'a Value>) {
    match schema {
        Value::Array(branches) => branches.iter().for_each(|b| name(b, names)),
        Value::Object(members) => {
            if let Some(record) = members.get("name").and_then(Value::as_str) {
                names.insert(record, schema);
            }
            for field in members
                .get("fields")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                name(&field["type"], names);
            }
            for inner in ["items", "type"] {
                members.get(inner).into_iter().for_each(|i| name(i, names));
            }
        }
        _ => {}
    }
}

fn value(schema: &Value, found: &Value, names: &BTreeMap<&str, &Value>) -> Value {
    match schema {
        Value::Array(_) if found.is_null() => Value::Null,
        Value::Array(branches) => {
            let other = branches.iter().find(|b| *b != "null");
            value(other.expect("a union of null and one more"), found, names)
        }
        Value::String(called) => match names.get(called.as_str()) {
            Some(schema) => value(schema, found, names),
            None => found.clone(),
        },
        _ if schema["logicalType"] == "json" => {
            let text = found.as_str().expect("JSON is carried as text");
            serde_json::from_str(text).expect("and is JSON")
        }
        _ => match schema["type"].as_str() {
            Some("record") => record(schema, found, names),
            Some("array") => {
                let items = found.as_array().expect("an array").iter();
                items
                    .map(|item| value(&schema["items"], item, names))
                    .collect()
            }
            _ => value(&schema["type"], found, names),
        },
    }
}

/// A member that may be missing is missing when it is null, unless the event must have it.
fn record(schema: &Value, found: &Value, names: &BTreeMap<&str, &Value>) -> Value {
    let mut members = Map::new();
    for field in schema["fields"].as_array().expect("a record has fields") {
        let name = field["name"].as_str().expect("a field has a name");
        let item = value(&field["type"], &found[name], names);
        let optional = field["type"].is_array() && field["required"] != true;
        if !(item.is_null() && found[name].is_null() && optional) {
            members.insert(name.to_owned(), item);
        }
    }
    Value::Object(members)
}

/// Lays the overlay over a value, member by member; items are named by their index.
fn lay(under: &mut Value, over: Value) {
    match (under, over) {
        (Value::Object(members), Value::Object(over)) => {
            for (name, item) in over {
                match members.get_mut(&name) {
                    Some(place) => lay(place, item),
                    None => drop(members.insert(name, item)),
                }
            }
        }
        (Value::Array(items), Value::Object(over)) if !items.is_empty() => {
            for (index, item) in over {
                let index: usize = index.parse().expect("the number of an item");
                lay(&mut items[index], item);
            }
        }
        (under, over) => *under = over,
    }
}
