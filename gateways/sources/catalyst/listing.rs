//! The list of a server's snapshots, checked item by item.

use identity::hash::ContentHash;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::reject::{Code, Rejection};

/// A list longer than this is not believed: the real one has some thirty items.
const ITEMS_MAX: usize = 10_000;
/// Most hashes an item may replace.
const REPLACED_MAX: usize = 1000;
/// Longest hash in an item.
const HASH_CHARS_MAX: usize = 128;
/// JavaScript's greatest safe integer.
const SAFE_MAX: i64 = (1 << 53) - 1;
/// Timestamps may be this far ahead of us, ms.
const AHEAD_MAX: i64 = 86_400_000;

/// One snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) hash: ContentHash,
    /// First and last entity timestamp, both inclusive, ms.
    pub(super) range: (i64, i64),
    pub(super) replaced: Vec<String>,
    pub(super) entities: Option<u64>,
    /// The item as it came.
    pub(super) text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    hash: String,
    time_range: Range,
    #[serde(default)]
    replaced_snapshot_hashes: Option<Vec<String>>,
    number_of_entities: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Range {
    init_timestamp: i64,
    end_timestamp: i64,
}

/// The good items, newest first, and what is wrong with the others.
pub(super) fn check(items: Vec<Box<RawValue>>, now: i64) -> (Vec<Listed>, Vec<Rejection>) {
    let (mut listed, mut rejections) = (Vec::<Listed>::new(), Vec::new());
    let beyond = items.len().saturating_sub(ITEMS_MAX);
    for item in items.into_iter().skip(beyond) {
        match check_item(item.get(), now) {
            Ok(item) if listed.iter().any(|other| other.hash == item.hash) => {}
            Ok(item) => listed.push(item),
            Err(rejection) => rejections.push(rejection),
        }
    }
    if beyond > 0 {
        let what = format!("the list has {beyond} items more than the {ITEMS_MAX} that are read");
        rejections.push(Rejection::new("", Code::SnapshotMalformed, what, "null"));
    }
    listed.sort_by(|a, b| (b.range.1, b.range.0, &a.hash).cmp(&(a.range.1, a.range.0, &b.hash)));
    (listed, rejections)
}

fn check_item(text: &str, now: i64) -> Result<Listed, Rejection> {
    let fail =
        |hash: &str, what: String| Err(Rejection::new(hash, Code::SnapshotMalformed, what, text));
    let item: Item = match serde_json::from_str(text) {
        Ok(item) => item,
        Err(error) => return fail("", format!("list of snapshots: {error}")),
    };
    let hash = match ContentHash::parse(&item.hash) {
        Ok(hash) => hash,
        Err(error) => return fail(&item.hash, error.to_string()),
    };
    let Range {
        init_timestamp: init,
        end_timestamp: end,
    } = item.time_range;
    let sane = |ms: i64| (0..=SAFE_MAX).contains(&ms) && ms <= now.saturating_add(AHEAD_MAX);
    if init > end || !sane(init) || !sane(end) {
        return fail(
            hash.as_str(),
            format!("its range {init} … {end} makes no sense"),
        );
    }
    let replaced = item.replaced_snapshot_hashes.unwrap_or_default();
    let odd = |hash: &String| {
        hash.len() > HASH_CHARS_MAX || !hash.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if replaced.len() > REPLACED_MAX || replaced.iter().any(odd) {
        return fail(
            hash.as_str(),
            "its replacedSnapshotHashes make no sense".to_owned(),
        );
    }
    let text = text.to_owned();
    Ok(Listed {
        hash,
        range: (init, end),
        replaced,
        entities: item.number_of_entities,
        text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use identity::hash::hash_v1;
    use serde_json::{Value, json};

    const NOW: i64 = 1_767_225_600_000;

    fn item(name: &str, init: i64, end: i64) -> Value {
        json!({"hash": hash_v1(name), "timeRange": {"initTimestamp": init, "endTimestamp": end},
            "replacedSnapshotHashes": [], "numberOfEntities": 1, "generationTimestamp": NOW})
    }

    fn checked(items: &[Value]) -> (Vec<Listed>, Vec<Rejection>) {
        let text = serde_json::to_string(items).expect("json");
        check(serde_json::from_str(&text).expect("a list"), NOW)
    }

    #[test]
    fn good_items_come_newest_first_and_once() {
        let items = [
            item("a", 0, 10),
            item("b", 10, 20),
            item("a", 0, 10),
            item("c", 5, 20),
        ];
        let (listed, rejections) = checked(&items);
        let names: Vec<_> = listed.iter().map(|item| item.hash.to_string()).collect();
        assert_eq!(names, ["b", "c", "a"].map(hash_v1));
        assert!(rejections.is_empty());
    }

    #[test]
    fn bad_items_do_not_spoil_the_list() {
        let mut odd = item("d", 0, 1);
        odd["replacedSnapshotHashes"] = json!(["../x"]);
        let bad = [
            json!(7),
            json!({"hash": "x"}),
            item("b", 20, 10),
            item("c", 0, NOW + AHEAD_MAX + 1),
            odd,
        ];
        let mut items = bad.to_vec();
        items.push(item("a", 0, 10));
        let (listed, rejections) = checked(&items);
        assert_eq!(listed.len(), 1);
        assert_eq!(rejections.len(), bad.len());
        assert!(rejections.iter().all(|r| r.code == Code::SnapshotMalformed));
    }
}
