//! Why a row of a server, or a whole snapshot, is not taken.

use model::Json;
use serde_json::Value;

use crate::sources::outbound::Fault;

/// Most bytes of a row that are kept with its rejection.
const ROW_BYTES_MAX: usize = 64 * 1024;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Stable codes; each has a page in `docs/errors`, and they are the only labels of the metric.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as it is written.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

codes! {
    /// No JSON object, or a member is missing or of another kind.
    RowMalformed = "ROW_MALFORMED",
    /// A line of a snapshot beyond the limit.
    RowTooLong = "ROW_TOO_LONG",
    /// The id is neither `Qm…` (46) nor `ba…` (59).
    EntityIdInvalid = "ENTITY_ID_INVALID",
    /// None of the six types.
    EntityTypeUnknown = "ENTITY_TYPE_UNKNOWN",
    /// No pointer, or an empty one.
    PointersInvalid = "POINTERS_INVALID",
    /// No safe integer, or more than a day ahead of us.
    TimestampInvalid = "TIMESTAMP_INVALID",
    /// Not 1 to 10 links, or a field beyond the limits.
    ChainMalformed = "CHAIN_MALFORMED",
    /// The chain does not prove the deployment.
    ChainInvalid = "CHAIN_INVALID",
    /// Only a chain node could say whether the contract wallet stands behind it.
    ChainContractWallet = "CHAIN_CONTRACT_WALLET",
    /// The server refuses the entity's file for good (4xx).
    EntityFileRefused = "ENTITY_FILE_REFUSED",
    /// The entity's file is beyond the limit.
    EntityFileTooLarge = "ENTITY_FILE_TOO_LARGE",
    /// The entity's file does not hash to its id.
    EntityHashMismatch = "ENTITY_HASH_MISMATCH",
    /// The entity's file is no entity.
    EntityMalformed = "ENTITY_MALFORMED",
    /// Type, pointers or timestamp of row and file differ.
    EntityDiffers = "ENTITY_DIFFERS",
    /// An item of the list of snapshots makes no sense.
    SnapshotMalformed = "SNAPSHOT_MALFORMED",
    /// The server refuses the snapshot's file for good (4xx, or beyond the limit).
    SnapshotRefused = "SNAPSHOT_REFUSED",
    /// The snapshot's file does not hash to its name.
    SnapshotHashMismatch = "SNAPSHOT_HASH_MISMATCH",
    /// The first line is not the header.
    SnapshotHeader = "SNAPSHOT_HEADER",
    /// An entity outside the range that the list promises.
    SnapshotRange = "SNAPSHOT_RANGE",
    /// Another number of entities than the list promises.
    SnapshotCount = "SNAPSHOT_COUNT",
}

impl Code {
    /// The code of an entity file that can never be had.
    pub(super) fn of_entity_file(fault: &Fault) -> Self {
        match fault {
            Fault::Hash(_) => Self::EntityHashMismatch,
            Fault::TooLarge(_) => Self::EntityFileTooLarge,
            _ => Self::EntityFileRefused,
        }
    }

    /// The code of a snapshot file that can never be had.
    pub(super) fn of_snapshot(fault: &Fault) -> Self {
        match fault {
            Fault::Hash(_) => Self::SnapshotHashMismatch,
            _ => Self::SnapshotRefused,
        }
    }
}

/// One row that is not taken.
#[derive(Clone, Debug)]
pub struct Rejection {
    /// The entity (or snapshot), or what the row calls it; empty when it calls it nothing.
    pub entity_id: String,
    /// Why, for programs.
    pub code: Code,
    /// Why, for people.
    pub what: String,
    /// The row as it came, or the start of it.
    pub row: Json,
}

impl Rejection {
    /// A rejection of a row, which is kept up to a limit.
    pub fn new(entity_id: &str, code: Code, what: impl Into<String>, row: &str) -> Self {
        Self::of(entity_id, code, what, kept(row))
    }

    /// The same of a row that is already as it is kept.
    pub(super) fn of(entity_id: &str, code: Code, what: impl Into<String>, row: Json) -> Self {
        let entity_id = entity_id.chars().take(128).collect();
        Self {
            entity_id,
            code,
            what: what.into(),
            row,
        }
    }

    /// The whole story in one line, naming the server and the entity.
    pub fn reason(&self, server: &str) -> String {
        let Self {
            entity_id,
            code,
            what,
            ..
        } = self;
        let noun = if code.as_str().starts_with("SNAPSHOT") {
            "snapshot"
        } else {
            "entity"
        };
        match entity_id.as_str() {
            "" => format!("{server}: row: {what}"),
            id => format!("{server}: {noun} {id}: {what}"),
        }
    }
}

/// The row as JSON: itself, or its start as a text when it is none or too long.
pub(super) fn kept(row: &str) -> Json {
    let whole = row.len() <= ROW_BYTES_MAX;
    if whole && serde_json::from_str::<serde::de::IgnoredAny>(row).is_ok() {
        return Json::from_text(row);
    }
    Json::from(Value::String(row.chars().take(2000).collect()))
}

#[cfg(test)]
mod tests {
    use super::{Code, Rejection};

    #[test]
    fn a_reason_names_server_and_entity() {
        let rejection = Rejection::new("bafk", Code::ChainInvalid, "nobody signed", "{\"a\":1}");
        assert_eq!(
            rejection.reason("https://a"),
            "https://a: entity bafk: nobody signed"
        );
        assert_eq!(rejection.row.text(), "{\"a\":1}");
        let rejection = Rejection::new("", Code::RowMalformed, "no JSON", "{\"a\"");
        assert_eq!(rejection.reason("https://a"), "https://a: row: no JSON");
        assert_eq!(rejection.row.text(), "\"{\\\"a\\\"\"");
    }

    #[test]
    fn codes_are_distinct() {
        let mut texts: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), Code::ALL.len());
    }
}
