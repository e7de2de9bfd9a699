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
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder_of(name));
        assert!(folder.join("mod.rs").is_file(), "{name} has a folder");
        assert!(processor.spec().revision > 0, "{name} has a revision");
    }
}

/// The folder of a processor: its name, or the first word of it where several are made from one folder.
fn folder_of(name: &str) -> String {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let nested = name.replace('-', "/");
    match name.split_once('-') {
        Some((folder, _)) if !root.join(&nested).is_dir() => folder.to_owned(),
        _ => nested,
    }
}

#[test]
fn each_table_has_one_writer() {
    let mut writers = BTreeMap::new();
    for processor in all() {
        for table in processor.spec().stored() {
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
        let fresh = processor.load(None, &[]).unwrap();
        let saved = processor.save(&fresh, None);
        let again = processor.load(Some(&saved.doc), &saved.parts).unwrap();
        assert_eq!(
            processor.save(&again, None),
            saved,
            "{}",
            processor.spec().name
        );
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a test may read the sources it is about"
)]
fn each_code_has_a_page() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut codes = BTreeSet::new();
    for folder in all().iter().map(|p| root.join(folder_of(p.spec().name))) {
        for file in ["step.rs", "rules.rs", "notice.rs"].map(|name| folder.join(name)) {
            let text = std::fs::read_to_string(file).unwrap_or_default();
            codes.extend(codes_in(&text));
        }
    }
    codes.extend(codes_in(
        &std::fs::read_to_string(root.join("wire.rs")).unwrap(),
    ));
    assert!(codes.len() > 10, "{codes:?}");
    for code in codes {
        let page = root.join(format!("../docs/errors/{code}.md"));
        let text = std::fs::read_to_string(&page).unwrap_or_default();
        assert!(
            text.starts_with(&format!("# {code}\n")),
            "{code} has a page"
        );
    }
}

/// Texts in quotes that are written as codes are.
fn codes_in(text: &str) -> impl Iterator<Item = String> + '_ {
    let quoted = text.split('"').skip(1).step_by(2);
    let is_code =
        |s: &&str| s.contains('_') && s.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    quoted.filter(is_code).map(str::to_owned)
}
