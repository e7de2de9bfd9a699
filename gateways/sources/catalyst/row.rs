//! One row of a server: a line of a snapshot or an item of /pointer-changes, after its shape was checked.

use identity::chain::{AuthChain, AuthLink};
use identity::hash::EntityHash;
use model::Json;
use serde_json::{Map, Value};

use super::reject::{Code, Rejection, kept};
use super::seen;

/// The types an entity may have.
pub(super) const TYPES: [&str; 6] = ["scene", "profile", "wearable", "store", "emote", "outfits"];
/// JavaScript's greatest safe integer.
const SAFE_MAX: i64 = (1 << 53) - 1;
/// A timestamp may be this far ahead of us, ms.
const AHEAD_MAX: i64 = 86_400_000;
/// Most pointers of an entity; the largest scene of Genesis City has a few thousand parcels.
const POINTERS_MAX: usize = 50_000;
/// Most bytes of the members that we pass on without knowing them.
const EXTRA_BYTES_MAX: usize = 64 * 1024;
/// Members that a sighting carries in fields of its own, or that are repeated in the entity.
const KNOWN: [&str; 7] = [
    "entityId",
    "entityType",
    "pointers",
    "authChain",
    "entityTimestamp",
    "localTimestamp",
    "metadata",
];

/// A row that is worth looking at its entity.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) id: EntityHash,
    pub(super) kind: &'static str,
    /// Lower case.
    pub(super) pointers: Vec<String>,
    /// ms.
    pub(super) timestamp: i64,
    pub(super) chain: AuthChain,
    /// ms; rows of snapshots have none.
    pub(super) local_timestamp: Option<i64>,
    pub(super) extra: Option<Json>,
    /// The row as it came, or its start, as a rejection keeps it.
    pub(super) kept: Json,
    /// Of the whole row.
    pub(super) fingerprint: u128,
}

impl Row {
    /// Checks the shape of a row. `now` is in ms.
    pub(super) fn parse(text: &str, now: i64) -> Result<Self, Rejection> {
        let fail = |id: &str, code, what: String| Err(Rejection::new(id, code, what, text));
        let mut members: Map<String, Value> = match serde_json::from_str(text) {
            Ok(members) => members,
            Err(error) => return fail("", Code::RowMalformed, format!("no JSON object: {error}")),
        };
        let Some(Value::String(id)) = members.get("entityId") else {
            return fail("", Code::RowMalformed, "entityId is no text".to_owned());
        };
        let id = match EntityHash::parse(id) {
            Ok(id) => id,
            Err(error) => return fail(id, Code::EntityIdInvalid, error.to_string()),
        };
        let parsed = Self::members(&members, now);
        let (kind, pointers, timestamp, local_timestamp, chain) = match parsed {
            Ok(parsed) => parsed,
            Err((code, what)) => return fail(id.as_str(), code, what),
        };
        members.retain(|name, _| !KNOWN.contains(&name.as_str()));
        let extra = (!members.is_empty()).then(|| Value::Object(members).to_string());
        let extra = extra
            .filter(|e| e.len() <= EXTRA_BYTES_MAX)
            .map(Json::from_text);
        let (kept, fingerprint) = (kept(text), seen::of_row(text));
        Ok(Self {
            id,
            kind,
            pointers,
            timestamp,
            chain,
            local_timestamp,
            extra,
            kept,
            fingerprint,
        })
    }

    #[expect(
        clippy::type_complexity,
        reason = "the parts of a row, taken apart at once"
    )]
    fn members(
        members: &Map<String, Value>,
        now: i64,
    ) -> Result<(&'static str, Vec<String>, i64, Option<i64>, AuthChain), (Code, String)> {
        let kind = members
            .get("entityType")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let Some(kind) = TYPES.into_iter().find(|known| *known == kind) else {
            let kind: String = kind.chars().take(64).collect();
            return Err((
                Code::EntityTypeUnknown,
                format!("entityType {kind:?} is unknown"),
            ));
        };
        let pointers = pointers(members.get("pointers"))?;
        let timestamp = timestamp("entityTimestamp", members.get("entityTimestamp"), now)?;
        let local = match members.get("localTimestamp") {
            None | Some(Value::Null) => None,
            value => Some(self::timestamp("localTimestamp", value, now)?),
        };
        Ok((
            kind,
            pointers,
            timestamp,
            local,
            chain(members.get("authChain"))?,
        ))
    }
}

/// Pointers in lower case; at least one, none empty.
pub(super) fn pointers(value: Option<&Value>) -> Result<Vec<String>, (Code, String)> {
    let bad = |what: &str| Err((Code::PointersInvalid, what.to_owned()));
    let Some(Value::Array(items)) = value else {
        return bad("pointers is no array");
    };
    if items.is_empty() || items.len() > POINTERS_MAX {
        return bad(&format!(
            "{} pointers (want 1 to {POINTERS_MAX})",
            items.len()
        ));
    }
    let mut pointers = Vec::with_capacity(items.len());
    for item in items {
        match item.as_str().map(str::trim) {
            Some(text) if !text.is_empty() => pointers.push(text.to_lowercase()),
            _ => return bad("a pointer is no text, or an empty one"),
        }
    }
    Ok(pointers)
}

/// A safe integer of ms, not more than a day ahead of `now`.
pub(super) fn timestamp(
    name: &str,
    value: Option<&Value>,
    now: i64,
) -> Result<i64, (Code, String)> {
    let value = value.unwrap_or(&Value::Null);
    let whole = value.as_i64().or_else(|| {
        let float = value.as_f64()?;
        (float.fract() == 0.0 && float.abs() <= SAFE_MAX as f64).then_some(float as i64)
    });
    match whole {
        Some(ms) if (0..=SAFE_MAX).contains(&ms) && ms <= now.saturating_add(AHEAD_MAX) => Ok(ms),
        Some(ms) if ms > 0 && ms <= SAFE_MAX => {
            let what = format!("{name} {ms} is more than 24 h ahead of {now}");
            Err((Code::TimestampInvalid, what))
        }
        _ => {
            let shown: String = value.to_string().chars().take(64).collect();
            Err((
                Code::TimestampInvalid,
                format!("{name} {shown} is no safe integer of ms"),
            ))
        }
    }
}

fn chain(value: Option<&Value>) -> Result<AuthChain, (Code, String)> {
    let bad = |what: String| (Code::ChainMalformed, what);
    let items = value
        .and_then(Value::as_array)
        .ok_or_else(|| bad("authChain is no array".into()))?;
    // Counted before anything is copied.
    if items.is_empty() || items.len() > AuthChain::LINKS_MAX {
        return Err(bad(format!(
            "an auth chain has 1 to 10 links, not {}",
            items.len()
        )));
    }
    let links: Result<Vec<AuthLink>, _> =
        items.iter().map(serde::Deserialize::deserialize).collect();
    let links = links.map_err(|error: serde_json::Error| bad(format!("authChain: {error}")))?;
    AuthChain::new(links).map_err(|error| bad(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: i64 = 1_767_225_600_000;

    fn row() -> Value {
        json!({
            "entityId": "bafkreigmbmwtfptb7uocny5fpnnxl2vvbzxxzbdkzpmneqgbjw2if62f2e",
            "entityType": "scene", "pointers": ["0,0", "urn:A"], "entityTimestamp": NOW,
            "authChain": [{"type": "SIGNER", "payload": "0xA", "signature": null}],
            "localTimestamp": NOW + 1, "deploymentId": 7, "metadata": {"big": true},
        })
    }

    fn code(change: impl FnOnce(&mut Value)) -> &'static str {
        let mut row = row();
        change(&mut row);
        Row::parse(&row.to_string(), NOW)
            .expect_err("the row is bad")
            .code
            .as_str()
    }

    #[test]
    fn a_good_row_keeps_what_it_does_not_know() {
        let row = Row::parse(&row().to_string(), NOW).expect("the row is good");
        assert_eq!(row.pointers, ["0,0", "urn:a"]);
        assert_eq!(row.local_timestamp, Some(NOW + 1));
        assert_eq!(
            row.extra.as_ref().map(Json::text),
            Some("{\"deploymentId\":7}")
        );
    }

    #[test]
    fn every_bad_row_has_its_code() {
        assert_eq!(code(|r| *r = json!([1])), "ROW_MALFORMED");
        assert_eq!(code(|r| r["entityId"] = json!(7)), "ROW_MALFORMED");
        assert_eq!(
            code(|r| r["entityId"] = json!("../etc")),
            "ENTITY_ID_INVALID"
        );
        assert_eq!(
            code(|r| r["entityType"] = json!("Scene")),
            "ENTITY_TYPE_UNKNOWN"
        );
        assert_eq!(code(|r| r["pointers"] = json!([])), "POINTERS_INVALID");
        assert_eq!(code(|r| r["pointers"] = json!([""])), "POINTERS_INVALID");
        assert_eq!(code(|r| r["pointers"] = json!("0,0")), "POINTERS_INVALID");
        for bad in [
            json!(1.5),
            json!("1"),
            json!(-1),
            json!(NOW + AHEAD_MAX + 1),
            json!(1e300),
        ] {
            assert_eq!(code(|r| r["entityTimestamp"] = bad), "TIMESTAMP_INVALID");
        }
        assert_eq!(
            code(|r| r["localTimestamp"] = json!("x")),
            "TIMESTAMP_INVALID"
        );
        let link = row()["authChain"][0].clone();
        assert_eq!(
            code(|r| r["authChain"] = json!(vec![link; 11])),
            "CHAIN_MALFORMED"
        );
        assert_eq!(code(|r| r["authChain"] = json!([])), "CHAIN_MALFORMED");
        assert_eq!(
            code(|r| r["authChain"] = json!([{"type": 1}])),
            "CHAIN_MALFORMED"
        );
    }
}
