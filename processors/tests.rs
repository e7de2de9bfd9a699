//! What all processors promise together.

use std::collections::{BTreeMap, BTreeSet};

use model::Topics;

use super::all;

#[test]
fn names_are_unique_and_are_folders() {
    let mut names = BTreeSet::new();
    for processor in all() {
        let name = processor.spec().name;
        assert!(names.insert(name), "{name} is there twice");
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        assert!(folder.join("mod.rs").is_file(), "{name} has a folder");
        assert!(processor.spec().revision > 0, "{name} has a revision");
    }
}

#[test]
fn each_table_has_one_writer() {
    let mut writers = BTreeMap::new();
    for processor in all() {
        for table in processor.spec().tables() {
            let name = processor.spec().name;
            let other = writers.insert(table, name);
            assert_eq!(other, None, "{table} is written by {name} too");
        }
    }
}

#[test]
fn each_topic_and_effect_is_declared_with_its_writer() {
    for processor in all() {
        let spec = processor.spec();
        let writer = format!("processors/{}", spec.name);
        let effects = spec.effects.iter().map(|kind| format!("effects.{kind}"));
        for topic in spec.emits.iter().map(|t| (*t).to_owned()).chain(effects) {
            let entry = Topics::global().find(&topic);
            let entry = entry.unwrap_or_else(|| panic!("{topic} is not in topics.yaml"));
            assert!(
                entry.writers.contains(&writer),
                "{topic} does not name {writer}"
            );
        }
        let input = Topics::global().find(spec.input);
        assert!(
            input.is_some(),
            "{} reads {}, which is not in topics.yaml",
            spec.name,
            spec.input
        );
        assert!(Topics::global().find(&spec.dead_letters()).is_some());
    }
}

#[test]
fn each_topic_of_a_processor_is_emitted_by_it() {
    for topic in Topics::global().iter() {
        for writer in &topic.writers {
            let Some(name) = writer.strip_prefix("processors/") else {
                continue;
            };
            let all = all();
            let Some(processor) = all.iter().find(|p| p.spec().name == name) else {
                continue; // Announced before it is written.
            };
            let emits = processor.spec().emits.contains(&topic.name.as_str());
            let kind = topic.name.strip_prefix("effects.").unwrap_or_default();
            let asks = processor.spec().effects.contains(&kind);
            assert!(emits || asks, "{writer} does not emit {}", topic.name);
        }
    }
}

#[test]
fn a_fresh_state_survives_its_document() {
    for processor in all() {
        let fresh = processor.load(None).unwrap();
        let doc = processor.save(&fresh);
        let again = processor.load(Some(&doc)).unwrap();
        assert_eq!(processor.save(&again), doc, "{}", processor.spec().name);
    }
}
