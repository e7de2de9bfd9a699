//! Files, ids, samples and types agree, and what was once published stays.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use apache_avro::AvroSchema;
use model::events::badges::{Fact, Item, Place};
use model::events::catalyst::{
    ConsumerCommand, Cursor, Deployment, DeploymentMessage, EventMessage, PointerClaim, QueueItem,
    Rejected, Sighting,
};
use model::events::effects::{Mail, Mirror, Outcome, Remove, Reward, Voucher};
use model::events::notification::{Command, EmailClaim, Name, Notice};
use model::events::{archipelago, games, gatekeeper, indexer, ledger, reel, registry};
use model::json::canonical;
use model::registry::{file, paths, published};
use model::{Recorded, Registry, decode, decode_json, encode};
use serde_json::Value;
use sha2::{Digest, Sha256};

fn canonical_form(text: &str) -> String {
    apache_avro::Schema::parse_str(text)
        .unwrap()
        .canonical_form()
}

#[test]
fn ids_are_complete_and_only_grow() {
    let lines = published();
    let mut versions: BTreeMap<&str, u32> = BTreeMap::new();
    for (i, line) in lines.iter().enumerate() {
        assert_eq!(line.id as usize, i + 1, "ids count from 1 without gaps");
        let version = versions.entry(&line.name).or_default();
        *version += 1;
        assert_eq!(line.version, *version, "{}", line.name);
        let text = file(&line.path).unwrap_or_else(|| panic!("{} is not there", line.path));
        let fingerprint = hex::encode(Sha256::digest(canonical_form(text)));
        assert_eq!(
            fingerprint, line.fingerprint,
            "{} changed: run the example publish_schemas",
            line.path
        );
    }
    let listed: BTreeSet<&str> = lines.iter().map(|l| &*l.path).collect();
    let there: BTreeSet<&str> = paths().collect();
    assert_eq!(listed, there, "run the example publish_schemas");
    for name in versions.keys() {
        let newest = lines.iter().rfind(|l| l.name == **name).unwrap();
        assert_eq!(newest.path, format!("{name}.avsc"));
    }
}

#[test]
fn every_schema_is_understood_by_all_three_readers() {
    for schema in Registry::global().schemas() {
        assert!(!schema.fields().is_empty(), "{}", schema.name);
        let extra = schema.fields().iter().position(|f| f.name == "extra");
        let last = schema.fields().len() - 1;
        assert!(
            extra.is_none_or(|i| i == last),
            "{}: extra is last",
            schema.name
        );
        if schema.is_event() {
            assert_eq!(extra, Some(last), "{}", schema.name);
        }
        apache_avro::Schema::parse_str(schema.text).unwrap();
        schema.text.parse::<serde_avro_fast::Schema>().unwrap();
    }
}

#[test]
fn every_name_has_a_subject_of_its_own() {
    let registry = Registry::global();
    let subjects = registry.subjects();
    assert_eq!(subjects.len(), registry.names().count());
    assert_eq!(
        subjects["worldlog.badge.BadgeGranted"],
        "badge/badge-granted"
    );
}

#[test]
fn published_versions_are_compatible() {
    let found: Vec<String> = model::compatibility::check_published()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(found, Vec::<String>::new());
}

fn same<T: Recorded + AvroSchema + Default + PartialEq + std::fmt::Debug>() {
    let schema = T::schema();
    assert_eq!(
        T::get_schema().canonical_form(),
        canonical_form(schema.text),
        "{}: type and file differ",
        T::SCHEMA
    );
    let record = T::default();
    let bytes = encode(&record);
    assert_eq!(decode::<T>(&bytes).unwrap(), record);
    assert_eq!(decode_json(&bytes).unwrap().name, T::SCHEMA);
}

#[test]
fn types_mirror_their_files() {
    same::<Sighting>();
    same::<Deployment>();
    same::<PointerClaim>();
    same::<QueueItem>();
    same::<ConsumerCommand>();
    same::<Cursor>();
    same::<indexer::Cursor>();
    same::<games::Definition>();
    same::<games::Command>();
    same::<games::Event>();
    same::<reel::Command>();
    same::<reel::Event>();
    same::<reel::Placed>();
    same::<Remove>();
    same::<Reward>();
    same::<Rejected>();
    same::<DeploymentMessage>();
    same::<EventMessage>();
    same::<Notice>();
    same::<Command>();
    same::<Name>();
    same::<EmailClaim>();
    same::<Mail>();
    same::<Mirror>();
    same::<Outcome>();
    same::<Fact>();
    same::<Item>();
    same::<Place>();
    same::<Voucher>();
    same::<ledger::Input>();
    same::<ledger::Entry>();
    same::<ledger::Outcome>();
    same::<registry::Input>();
    same::<registry::Claim>();
    same::<registry::Command>();
    same::<archipelago::PeerChanged>();
    same::<archipelago::IslandChanged>();
    same::<gatekeeper::SceneChange>();
    same::<gatekeeper::UserChange>();
    same::<gatekeeper::VoiceChange>();
}

/// The record types by name: a sample of one must decode as the type, too.
fn decode_typed(name: &str, bytes: &[u8]) {
    match name {
        Sighting::SCHEMA => drop(decode::<Sighting>(bytes).unwrap()),
        Deployment::SCHEMA => drop(decode::<Deployment>(bytes).unwrap()),
        PointerClaim::SCHEMA => drop(decode::<PointerClaim>(bytes).unwrap()),
        QueueItem::SCHEMA => drop(decode::<QueueItem>(bytes).unwrap()),
        ConsumerCommand::SCHEMA => drop(decode::<ConsumerCommand>(bytes).unwrap()),
        Cursor::SCHEMA => drop(decode::<Cursor>(bytes).unwrap()),
        Rejected::SCHEMA => drop(decode::<Rejected>(bytes).unwrap()),
        DeploymentMessage::SCHEMA => drop(decode::<DeploymentMessage>(bytes).unwrap()),
        EventMessage::SCHEMA => drop(decode::<EventMessage>(bytes).unwrap()),
        Notice::SCHEMA => drop(decode::<Notice>(bytes).unwrap()),
        Command::SCHEMA => drop(decode::<Command>(bytes).unwrap()),
        Name::SCHEMA => drop(decode::<Name>(bytes).unwrap()),
        EmailClaim::SCHEMA => drop(decode::<EmailClaim>(bytes).unwrap()),
        Mail::SCHEMA => drop(decode::<Mail>(bytes).unwrap()),
        Mirror::SCHEMA => drop(decode::<Mirror>(bytes).unwrap()),
        Outcome::SCHEMA => drop(decode::<Outcome>(bytes).unwrap()),
        Fact::SCHEMA => drop(decode::<Fact>(bytes).unwrap()),
        Item::SCHEMA => drop(decode::<Item>(bytes).unwrap()),
        Place::SCHEMA => drop(decode::<Place>(bytes).unwrap()),
        Voucher::SCHEMA => drop(decode::<Voucher>(bytes).unwrap()),
        ledger::Input::SCHEMA => drop(decode::<ledger::Input>(bytes).unwrap()),
        ledger::Entry::SCHEMA => drop(decode::<ledger::Entry>(bytes).unwrap()),
        ledger::Outcome::SCHEMA => drop(decode::<ledger::Outcome>(bytes).unwrap()),
        registry::Input::SCHEMA => drop(decode::<registry::Input>(bytes).unwrap()),
        registry::Claim::SCHEMA => drop(decode::<registry::Claim>(bytes).unwrap()),
        registry::Command::SCHEMA => drop(decode::<registry::Command>(bytes).unwrap()),
        archipelago::PeerChanged::SCHEMA => {
            drop(decode::<archipelago::PeerChanged>(bytes).unwrap());
        }
        archipelago::IslandChanged::SCHEMA => {
            drop(decode::<archipelago::IslandChanged>(bytes).unwrap());
        }
        gatekeeper::SceneChange::SCHEMA => {
            drop(decode::<gatekeeper::SceneChange>(bytes).unwrap());
        }
        gatekeeper::UserChange::SCHEMA => {
            drop(decode::<gatekeeper::UserChange>(bytes).unwrap());
        }
        gatekeeper::VoiceChange::SCHEMA => {
            drop(decode::<gatekeeper::VoiceChange>(bytes).unwrap());
        }
        _ => {}
    }
}

#[test]
fn samples_of_every_version_decode_for_ever() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../schemas/samples");
    let mut seen = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let samples: Vec<Value> = serde_json::from_str(&text).unwrap();
        for sample in samples {
            let name = sample["name"].as_str().unwrap();
            let bytes = hex::decode(sample["bytes"].as_str().unwrap()).unwrap();
            let decoded = decode_json(&bytes).unwrap();
            assert_eq!(decoded.name, name);
            assert_eq!(
                canonical(&decoded.value),
                canonical(&sample["value"]),
                "{name}"
            );
            decode_typed(name, &bytes);
            seen.insert(sample["id"].as_u64().unwrap() as u32);
        }
    }
    let ids: BTreeSet<u32> = published().iter().map(|l| l.id).collect();
    assert_eq!(seen, ids, "run the example publish_schemas");
}

#[test]
fn another_record_is_refused_by_name() {
    let bytes = encode(&Mirror::default());
    let error = decode::<Outcome>(&bytes).unwrap_err();
    assert_eq!(
        error.to_string(),
        "value is a effects/mirror, wanted effects/outcome"
    );
    let mut long = bytes.to_vec();
    long.push(0);
    let error = decode::<Mirror>(&long).unwrap_err();
    assert_eq!(
        error.to_string(),
        "body of effects/mirror: 1 bytes too many"
    );
    let error = decode_json(&[0, 0, 1, 0, 0]).unwrap_err();
    assert_eq!(error.to_string(), "schema id 65536 is unknown");
    assert!(
        decode_json(b"{}")
            .unwrap_err()
            .to_string()
            .starts_with("value of 2 bytes is not framed")
    );
}
