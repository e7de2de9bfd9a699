//! What metadata must look like before a folded payload is believed.
//!
//! Folding leaves the case of names and values unsigned: `{"Signer":…}` and `{"signer":…}` share a
//! signature, and a gate reading `signer` would find nothing in the first. So names that decide
//! something must come in one spelling, and gate values in canonical form. Nothing is rewritten.

use serde_json::{Map, Value};

use super::SignedFetchError;
use super::headers::shortened;
use crate::metadata::is_canonical;

/// Checks `fields` (top level: one spelling, value a trimmed lower-case text) and `paths` (dotted,
/// reaching into the objects of arrays: one spelling each).
pub(super) fn require_canonical(
    metadata: &Map<String, Value>,
    fields: &[&str],
    paths: &[String],
) -> Result<(), SignedFetchError> {
    for field in fields {
        if let Some(value) = own_spelling(metadata, field)?
            && !value.as_str().is_some_and(is_canonical)
        {
            return Err(refused(&format!(
                "\"{field}\" is not a trimmed lower-case text"
            )));
        }
    }
    for path in paths {
        let mut objects = vec![metadata];
        for segment in path.split('.') {
            let mut next = Vec::new();
            for object in objects {
                if let Some(value) = own_spelling(object, segment)? {
                    collect_objects(value, &mut next);
                }
            }
            objects = next;
        }
    }
    Ok(())
}

/// The value under exactly `name`; an error when another spelling of it is there.
fn own_spelling<'a>(
    object: &'a Map<String, Value>,
    name: &str,
) -> Result<Option<&'a Value>, SignedFetchError> {
    let folded = name.to_lowercase();
    let mut found: Vec<&String> = object
        .keys()
        .filter(|key| key.to_lowercase() == folded)
        .collect();
    let Some(key) = found.pop() else {
        return Ok(None);
    };
    if !found.is_empty() {
        let count = found.len() + 1;
        let name = shortened(name);
        return Err(refused(&format!(
            "\"{name}\" delivered under {count} spellings"
        )));
    }
    if key != name {
        let (name, key) = (shortened(name), shortened(key));
        return Err(refused(&format!("expected \"{name}\", got \"{key}\"")));
    }
    Ok(object.get(key))
}

fn collect_objects<'a>(value: &'a Value, into: &mut Vec<&'a Map<String, Value>>) {
    match value {
        Value::Object(object) => into.push(object),
        Value::Array(items) => items.iter().for_each(|item| collect_objects(item, into)),
        _ => {}
    }
}

fn refused(cause: &str) -> SignedFetchError {
    SignedFetchError::new(400, format!("Invalid chain metadata: {cause}"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::require_canonical;

    fn outcome(metadata: Value, paths: &[&str]) -> Result<(), String> {
        let Value::Object(metadata) = metadata else {
            panic!("the cases are objects")
        };
        let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        require_canonical(&metadata, &["signer", "intent"], &paths).map_err(|error| error.message)
    }

    #[test]
    fn gate_fields_must_be_canonical_texts_in_one_spelling() {
        assert_eq!(outcome(json!({}), &[]), Ok(()));
        assert_eq!(
            outcome(json!({"signer": "dcl:explorer", "sceneId": "QmA"}), &[]),
            Ok(())
        );
        for metadata in [
            json!({"signer": "DCL:Explorer"}),
            json!({"signer": " dcl:explorer"}),
            json!({"signer": 1}),
            json!({"signer": null}),
            json!({"intent": "Dcl:login"}),
            json!({"Signer": "dcl:explorer"}),
            json!({"signer": "dcl:explorer", "SIGNER": "dcl:explorer"}),
        ] {
            let error = outcome(metadata.clone(), &[]).expect_err("not canonical");
            assert!(
                error.starts_with("Invalid chain metadata: "),
                "{metadata}: {error}"
            );
        }
    }

    #[test]
    fn dotted_paths_reach_into_objects_and_arrays() {
        let paths = ["parcel", "realm.serverName", "items.sceneId"];
        let good = json!({
            "parcel": "1,1", "realm": {"serverName": "Main"}, "items": [[{"sceneId": "QmA"}], 7],
        });
        assert_eq!(outcome(good, &paths), Ok(()));
        assert_eq!(
            outcome(json!({"realm": {"servername": "Main"}}), &paths),
            Err("Invalid chain metadata: expected \"serverName\", got \"servername\"".to_owned())
        );
        assert_eq!(
            outcome(
                json!({"items": [[{"sceneId": "a", "SceneId": "b"}]]}),
                &paths
            ),
            Err("Invalid chain metadata: \"sceneId\" delivered under 2 spellings".to_owned())
        );
    }
}
