//! Whether a new version of a schema may be published beside the old ones. `schemas check` prints what this finds.

use std::fmt;

use apache_avro::Schema as AvroSchema;
use apache_avro::schema_compatibility::{Compatibility, SchemaCompatibility};

use crate::registry::Registry;
use crate::schema::{Field, Shape};
use crate::topics::{Audience, Topics};

/// What every version must be able to do with every other, as Confluent names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Each version reads each other: for values that others read with code of their own.
    FullTransitive,
    /// The new version reads all old ones: for values that only the platform reads.
    BackwardTransitive,
}

/// Something one version cannot read of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Name of the schema.
    pub name: String,
    /// The version that cannot read.
    pub reader: String,
    /// The version that was written.
    pub writer: String,
    /// What, by path.
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            reader,
            writer,
            what,
        } = self;
        write!(f, "{name}: {reader} cannot read {writer}: {what}")
    }
}

/// The policy of a schema: the strictest of the topics that carry it.
pub fn policy_of(name: &str) -> Policy {
    let topics = Topics::global();
    let public = topics
        .iter()
        .any(|topic| topic.audience == Audience::Public && topic.schemas().contains(&name));
    if public {
        Policy::FullTransitive
    } else {
        Policy::BackwardTransitive
    }
}

/// What is wrong among the published versions of every schema.
pub fn check_published() -> Vec<Difference> {
    let registry = Registry::global();
    let mut found = Vec::new();
    for name in registry.names() {
        let versions: Vec<_> = registry.versions(name).collect();
        for (i, candidate) in versions.iter().enumerate() {
            let old: Vec<_> = versions[..i].iter().map(|s| (s.version, s.text)).collect();
            found.extend(check(name, policy_of(name), &old, candidate.text));
        }
    }
    found
}

/// What is wrong with a new text of a schema, beside its published versions (number and text).
pub fn check(
    name: &str,
    policy: Policy,
    published: &[(u32, &str)],
    candidate: &str,
) -> Vec<Difference> {
    let mut found = Vec::new();
    for (version, text) in published {
        let old = format!("version {version}");
        let mut compare = |reader: (&str, &str), writer: (&str, &str)| {
            found.extend(
                unreadable(reader.1, writer.1)
                    .into_iter()
                    .map(|what| Difference {
                        name: name.to_owned(),
                        reader: reader.0.to_owned(),
                        writer: writer.0.to_owned(),
                        what,
                    }),
            );
        };
        compare(("the new version", candidate), (&old, text));
        if policy == Policy::FullTransitive {
            compare((&old, text), ("the new version", candidate));
        }
    }
    found
}

/// What a reader's schema cannot read of a writer's.
fn unreadable(reader: &str, writer: &str) -> Vec<String> {
    let mut lines = Vec::new();
    match (Shape::parse(reader), Shape::parse(writer)) {
        (Ok(reader), Ok(writer)) => compare(&reader, &writer, "", &mut lines),
        (Err(e), _) | (_, Err(e)) => lines.push(e.to_string()),
    }
    if lines.is_empty() {
        lines.extend(verdict(reader, writer).err());
    }
    lines
}

/// The word of the Avro library: names of records, say, which shapes have not.
fn verdict(reader: &str, writer: &str) -> Result<(), String> {
    let parse = |text| AvroSchema::parse_str(text).map_err(|e| e.to_string());
    match SchemaCompatibility::can_read(&parse(writer)?, &parse(reader)?) {
        Ok(Compatibility::Full) => Ok(()),
        Ok(Compatibility::Partial) => Err("some values cannot be read".to_owned()),
        Err(e) => Err(e.to_string()),
    }
}

fn compare(reader: &Shape, writer: &Shape, at: &str, lines: &mut Vec<String>) {
    match (reader, writer) {
        (Shape::Record(reader), Shape::Record(writer)) => {
            for new in reader {
                let old = writer.iter().find(|old| old.name == new.name);
                if let Some(old) = old {
                    compare_fields(new, old, at, lines);
                }
            }
        }
        (Shape::Array(reader), Shape::Array(writer)) => {
            compare(reader, writer, &format!("{at}[]"), lines);
        }
        (Shape::Nullable(reader), Shape::Nullable(writer)) => compare(reader, writer, at, lines),
        (Shape::Nullable(reader), writer) => compare(reader, writer, at, lines),
        (Shape::Double, Shape::Long) => {}
        (reader, writer) if reader == writer => {}
        (reader, writer) => lines.push(format!(
            "{at}: {} was written, {} is read",
            word(writer),
            word(reader)
        )),
    }
}

fn compare_fields(reader: &Field, writer: &Field, at: &str, lines: &mut Vec<String>) {
    let at = if at.is_empty() {
        reader.name.clone()
    } else {
        format!("{at}.{}", reader.name)
    };
    compare(&reader.shape, &writer.shape, &at, lines);
}

fn word(shape: &Shape) -> &'static str {
    match shape {
        Shape::Boolean => "boolean",
        Shape::Long => "long",
        Shape::Double => "double",
        Shape::Text => "string",
        Shape::Json => "json text",
        Shape::Array(_) => "array",
        Shape::Nullable(_) => "null or a value",
        Shape::Record(_) => "record",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(fields: &str) -> String {
        format!(r#"{{"type":"record","name":"R","namespace":"n","fields":[{fields}]}}"#)
    }

    const A: &str = r#"{"name":"a","type":"long","default":0}"#;
    const B: &str = r#"{"name":"b","type":["null","string"],"default":null}"#;

    fn lines(policy: Policy, old: &str, new: &str) -> Vec<String> {
        check("x/r", policy, &[(1, &record(old))], &record(new))
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn adding_and_removing_a_field_is_fine_both_ways() {
        let both = format!("{A},{B}");
        assert!(lines(Policy::FullTransitive, A, &both).is_empty());
        assert!(lines(Policy::FullTransitive, &both, A).is_empty());
    }

    #[test]
    fn a_promotion_is_fine_backward_and_named_forward() {
        let double = r#"{"name":"a","type":"double","default":0}"#;
        assert!(lines(Policy::BackwardTransitive, A, double).is_empty());
        assert_eq!(
            lines(Policy::FullTransitive, A, double),
            ["x/r: version 1 cannot read the new version: a: double was written, long is read"]
        );
    }

    #[test]
    fn another_type_and_a_null_nobody_expects_are_named() {
        let text = r#"{"name":"a","type":"string","default":""}"#;
        let null = r#"{"name":"a","type":["null","long"],"default":null}"#;
        assert_eq!(
            lines(Policy::BackwardTransitive, A, text),
            ["x/r: the new version cannot read version 1: a: long was written, string is read"]
        );
        assert!(lines(Policy::BackwardTransitive, A, null).is_empty());
        assert_eq!(lines(Policy::FullTransitive, A, null).len(), 1);
    }

    #[test]
    fn a_field_without_a_default_is_no_schema_of_ours() {
        let bare = r#"{"name":"a","type":"long"}"#;
        assert_eq!(
            lines(Policy::BackwardTransitive, A, bare),
            ["x/r: the new version cannot read version 1: schema at a: no default"]
        );
    }

    #[test]
    fn another_record_name_is_found_by_the_library() {
        let other = record(A).replace("\"R\"", "\"S\"");
        let found = check(
            "x/r",
            Policy::BackwardTransitive,
            &[(1, &record(A))],
            &other,
        );
        assert_eq!(found.len(), 1, "{found:?}");
    }
}
