//! What an audit tells of an aggregate of `deployments`, read without the rest of the document.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer as _;
use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Some members of an aggregate.
#[derive(Debug)]
pub(super) struct Audited<'a> {
    pub(super) entity_type: Cow<'a, str>,
    pub(super) local_timestamp: i64,
    pub(super) auth_chain: &'a RawValue,
}

/// The members found so far.
#[derive(Default)]
struct Found<'a> {
    entity_type: Option<Cow<'a, str>>,
    local_timestamp: Option<i64>,
    auth_chain: Option<&'a RawValue>,
}

impl<'a> Audited<'a> {
    /// Reads a document up to the last of these members: what follows is the entity, which is most of the bytes.
    ///
    /// # Errors
    /// A document that lacks one of them, or is broken before they are all there.
    pub(super) fn of(document: &'a [u8]) -> Result<Self, serde_json::Error> {
        let mut found = Found::default();
        // A reader that stops early is told that the document goes on; that is no error as long as all was found.
        let read =
            serde_json::Deserializer::from_slice(document).deserialize_map(Members(&mut found));
        match found {
            Found {
                entity_type: Some(entity_type),
                local_timestamp: Some(local_timestamp),
                auth_chain: Some(auth_chain),
            } => Ok(Self {
                entity_type,
                local_timestamp,
                auth_chain,
            }),
            _ => Err(read.err().unwrap_or_else(|| {
                serde_json::Error::custom("entityType, localTimestamp or authChain is missing")
            })),
        }
    }
}

/// Fills a [`Found`] and stops once it is full.
struct Members<'f, 'a>(&'f mut Found<'a>);

/// A text that is borrowed where it can be.
#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Visitor<'a> for Members<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an aggregate of deployments")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut members: M) -> Result<(), M::Error> {
        let found = self.0;
        while let Some(Text(name)) = members.next_key::<Text<'a>>()? {
            match &*name {
                "entityType" => found.entity_type = Some(members.next_value::<Text<'a>>()?.0),
                "localTimestamp" => found.local_timestamp = Some(members.next_value()?),
                "authChain" => found.auth_chain = Some(members.next_value()?),
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
            if found.entity_type.is_some()
                && found.local_timestamp.is_some()
                && found.auth_chain.is_some()
            {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_members_are_found_in_any_order_and_the_rest_is_not_read() {
        for document in [
            r#"{"entityId":"x","entityType":"scene","localTimestamp":7,"authChain":[{"a":1}]}"#,
            r#"{"authChain":[{"a":1}],"entity":{"metadata":{}},"localTimestamp":7,"entityType":"scene"}"#,
            r#"{"entityType":"scene","localTimestamp":7,"authChain":[{"a":1}],"entity":{"#,
        ] {
            let audited = Audited::of(document.as_bytes()).expect(document);
            assert_eq!(&*audited.entity_type, "scene");
            assert_eq!(audited.local_timestamp, 7);
            assert_eq!(audited.auth_chain.get(), r#"[{"a":1}]"#);
        }
    }

    #[test]
    fn a_member_that_is_missing_or_broken_is_told() {
        for (document, text) in [
            (r#"{"entityType":"scene","localTimestamp":7}"#, "authChain"),
            (r#"{"entityType":"scene","localTimestamp":"7"}"#, "i64"),
            (r#"{"entityType":"scene","#, "EOF"),
            ("[]", "aggregate of deployments"),
        ] {
            let error = Audited::of(document.as_bytes()).expect_err(document);
            assert!(error.to_string().contains(text), "{document}: {error}");
        }
    }
}
