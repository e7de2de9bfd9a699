//! What differs between two JSON documents, by JSON pointer.

use serde::Serialize;
use serde_json::Value;

/// A place where two documents differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// JSON pointer; empty for the whole document.
    pub path: String,
    /// What stood there; missing: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What stands there; missing: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// A stored document as JSON; as text where it is none.
pub(super) fn document(bytes: &[u8]) -> Value {
    let text = || Value::String(String::from_utf8_lossy(bytes).into_owned());
    serde_json::from_slice(bytes).unwrap_or_else(|_| text())
}

/// Where two documents differ, in the order of the first; at most `limit` places.
pub fn changes(before: Option<&Value>, after: Option<&Value>, limit: usize) -> Vec<Change> {
    let mut found = Vec::new();
    compare(&mut String::new(), before, after, limit, &mut found);
    found
}

fn compare(
    path: &mut String,
    before: Option<&Value>,
    after: Option<&Value>,
    limit: usize,
    found: &mut Vec<Change>,
) {
    if before == after || found.len() >= limit {
        return;
    }
    match (before, after) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            let added = new.keys().filter(|name| !old.contains_key(*name));
            for name in old.keys().chain(added) {
                let step = name.replace('~', "~0").replace('/', "~1");
                below(path, &step, old.get(name), new.get(name), limit, found);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            for at in 0..old.len().max(new.len()) {
                below(
                    path,
                    &at.to_string(),
                    old.get(at),
                    new.get(at),
                    limit,
                    found,
                );
            }
        }
        _ => found.push(Change {
            path: path.clone(),
            before: before.cloned(),
            after: after.cloned(),
        }),
    }
}

fn below(
    path: &mut String,
    step: &str,
    before: Option<&Value>,
    after: Option<&Value>,
    limit: usize,
    found: &mut Vec<Change>,
) {
    let length = path.len();
    path.push('/');
    path.push_str(step);
    compare(path, before, after, limit, found);
    path.truncate(length);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_differs_is_named_by_its_pointer() {
        let before = json!({"a": 1, "b": [1, 2, 3], "c/d": {"~": 1}, "same": {"x": [1]}});
        let after = json!({"a": 2, "b": [1, 9], "c/d": {"~": 2}, "same": {"x": [1]}, "new": null});
        let found = changes(Some(&before), Some(&after), 100);
        let shown: Vec<_> = found
            .iter()
            .map(|c| (&*c.path, &c.before, &c.after))
            .collect();
        assert_eq!(
            shown,
            [
                ("/a", &Some(json!(1)), &Some(json!(2))),
                ("/b/1", &Some(json!(2)), &Some(json!(9))),
                ("/b/2", &Some(json!(3)), &None),
                ("/c~1d/~0", &Some(json!(1)), &Some(json!(2))),
                ("/new", &None, &Some(Value::Null)),
            ]
        );
        assert_eq!(changes(Some(&before), Some(&after), 2).len(), 2);
        assert!(changes(Some(&before), Some(&before), 9).is_empty());
        let whole = changes(None, Some(&before), 9);
        assert_eq!((whole.len(), &*whole[0].path), (1, ""));
    }
}
