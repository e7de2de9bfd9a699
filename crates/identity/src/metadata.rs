//! Predicates over the metadata of a signed fetch: who may call an endpoint.
//!
//! Values are compared, never rewritten: a value that is not trimmed lower case is refused rather
//! than folded, so that a re-spelled signer cannot read as another one. A field counts as absent
//! only when the object lacks it; `null` is a value, and not a canonical one.
//!
//! Source: `metadataValidators` of @dcl/crypto-middleware 6.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

/// The signer scenes declare.
pub const SCENE_SIGNER: &str = "decentraland-kernel-scene";
/// The signer the explorer declares.
pub const EXPLORER_SIGNER: &str = "dcl:explorer";
/// The signer an authoritative scene server declares.
pub const AUTHORITATIVE_SERVER_SIGNER: &str = "dcl:authoritative-server";

/// A yes-or-no question about metadata; cheap to clone.
#[derive(Clone)]
pub struct Predicate(Arc<dyn Fn(&Value) -> bool + Send + Sync>);

impl fmt::Debug for Predicate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Predicate")
    }
}

impl Predicate {
    /// Wraps a function of the metadata object.
    pub fn new(check: impl Fn(&Value) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(check))
    }

    /// Asks.
    pub fn holds(&self, metadata: &Value) -> bool {
        (self.0)(metadata)
    }

    /// Both this and `other`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::new(move |metadata| self.holds(metadata) && other.holds(metadata))
    }
}

/// True when `value` is trimmed and lower-case already.
pub fn is_canonical(value: &str) -> bool {
    // The byte order mark is white space to JavaScript only.
    let trimmed = value.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    value == trimmed.to_lowercase()
}

/// The metadata's own `signer` when it is a text.
pub fn signer(metadata: &Value) -> Option<&str> {
    metadata.get("signer")?.as_str()
}

/// Holds when `field` is absent or a canonical text.
pub fn canonical_field(field: &str) -> Predicate {
    let field = field.to_owned();
    Predicate::new(move |metadata| has_canonical(metadata, &field))
}

/// Holds unless `signer` is one of `signers` or present but not canonical. Absent holds.
///
/// # Panics
/// When `signers` is empty or has a value that is not canonical: such a predicate could never fire,
/// and the fault is in the wiring.
pub fn reject_if_signer(signers: &[&str]) -> Predicate {
    let signers = checked(signers);
    Predicate::new(move |metadata| {
        has_canonical(metadata, "signer")
            && !signer(metadata).is_some_and(|signer| signers.iter().any(|one| one == signer))
    })
}

/// Holds only when `signer` is exactly one of `signers`. Absent does not hold.
///
/// # Panics
/// As [`reject_if_signer`].
pub fn require_signer(signers: &[&str]) -> Predicate {
    let signers = checked(signers);
    Predicate::new(move |metadata| {
        signer(metadata).is_some_and(|signer| signers.iter().any(|one| one == signer))
    })
}

fn has_canonical(metadata: &Value, field: &str) -> bool {
    match metadata.get(field) {
        None => true,
        Some(value) => value.as_str().is_some_and(is_canonical),
    }
}

fn checked(signers: &[&str]) -> Vec<String> {
    assert!(
        !signers.is_empty(),
        "a signer predicate needs at least one signer"
    );
    for signer in signers {
        assert!(
            is_canonical(signer),
            "signer {signer:?} is not trimmed lower case"
        );
    }
    signers.iter().map(|signer| (*signer).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{SCENE_SIGNER, canonical_field, reject_if_signer, require_signer};

    #[test]
    fn gates_treat_absent_and_odd_signers_as_specified() {
        let reject = reject_if_signer(&[SCENE_SIGNER]);
        let require = require_signer(&[SCENE_SIGNER, "dcl:authoritative-server"]);
        for (metadata, rejects_scenes, requires_scene) in [
            (json!({}), true, false),
            (json!({"signer": "dcl:explorer"}), true, false),
            (json!({"signer": "decentraland-kernel-scene"}), false, true),
            (json!({"signer": "dcl:authoritative-server"}), true, true),
            (json!({"signer": "Decentraland-kernel-scene"}), false, false),
            (
                json!({"signer": " decentraland-kernel-scene"}),
                false,
                false,
            ),
            (
                json!({"signer": "decentraland-kernel-scene\u{feff}"}),
                false,
                false,
            ),
            (json!({"signer": null}), false, false),
            (json!({"signer": 7}), false, false),
            (
                json!({"signer": ["decentraland-kernel-scene"]}),
                false,
                false,
            ),
            (json!({"Signer": "decentraland-kernel-scene"}), true, false),
        ] {
            assert_eq!(reject.holds(&metadata), rejects_scenes, "reject {metadata}");
            assert_eq!(
                require.holds(&metadata),
                requires_scene,
                "require {metadata}"
            );
        }
    }

    #[test]
    fn predicates_combine() {
        let intent = canonical_field("intent").and(super::Predicate::new(|metadata: &Value| {
            metadata["intent"] == "dcl:login"
        }));
        assert!(intent.holds(&json!({"intent": "dcl:login"})));
        assert!(!intent.holds(&json!({"intent": "dcl:Login"})));
        assert!(!intent.holds(&json!({})));
    }

    #[test]
    #[should_panic(expected = "not trimmed lower case")]
    fn a_signer_that_could_never_match_is_a_wiring_fault() {
        let _ = reject_if_signer(&["Scene"]);
    }
}
