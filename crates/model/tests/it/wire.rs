//! Ids in front of values. Installing a registry's ids is for the whole process, so that test runs in one of its own.

use std::process::Command;

use model::events::effects::{Mirror, Outcome};
use model::wire::{OWN_IDS_FROM, WireIdError, WireIds, install};
use model::{Recorded, Registry, codec, decode, decode_json, encode};

/// Set in the process that installs.
const CHILD: &str = "WORLDLOG_TEST_INSTALLS_IDS";

/// A value under another id.
fn under(id: u32, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0];
    bytes.extend(id.to_be_bytes());
    bytes.extend(&value[codec::FRAME_BYTES..]);
    bytes
}

fn mirror() -> Mirror {
    Mirror {
        hash: "bafkreiexample".to_owned(),
        ..Mirror::default()
    }
}

#[test]
fn without_a_registry_the_platforms_own_ids_are_written() {
    let value = encode(&mirror());
    let id = Mirror::schema().id;
    assert_eq!(codec::schema_id(&value), Some(OWN_IDS_FROM + id));
    assert_eq!(decode::<Mirror>(&value).unwrap(), mirror());
    let bare = under(id, &value);
    assert_eq!(codec::neutral(bare.clone().into()), value);
    assert_eq!(decode::<Mirror>(&bare).unwrap(), mirror());
    assert_eq!(decode_json(&bare).unwrap(), decode_json(&value).unwrap());
    let unknown = Registry::global().schemas().count() as u32 + 1;
    for id in [0, unknown, OWN_IDS_FROM, OWN_IDS_FROM + unknown, u32::MAX] {
        assert!(decode::<Mirror>(&under(id, &value)).is_err(), "{id}");
    }
}

#[test]
fn with_a_registry_its_ids_are_written_and_own_ones_stay_readable() {
    if std::env::var_os(CHILD).is_some() {
        return in_a_process_of_its_own();
    }
    let name = "wire::with_a_registry_its_ids_are_written_and_own_ones_stay_readable";
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("1 passed"), "it ran: {text}");
}

fn in_a_process_of_its_own() {
    let own = encode(&mirror());
    let (mirrors, outcomes) = (Mirror::schema().id, Outcome::schema().id);
    // The registry's numbers are as unlucky as can be: each is the other schema's of `ids.json`.
    install(WireIds::new([(mirrors, outcomes), (outcomes, mirrors)]).unwrap()).unwrap();
    let value = encode(&mirror());
    assert_eq!(codec::schema_id(&value), Some(outcomes));
    assert_eq!(Mirror::schema().wire_id(), outcomes);
    assert_eq!(decode::<Mirror>(&value).unwrap(), mirror());
    assert_eq!(decode_json(&value).unwrap().name, Mirror::SCHEMA);
    assert_eq!(decode::<Mirror>(&own).unwrap(), mirror(), "written before");
    assert_eq!(codec::open(&own).unwrap().0.name, Mirror::SCHEMA);
    // Out of this platform and into one with another registry, or none, and back.
    assert_eq!(codec::neutral(value.clone()), own);
    assert_eq!(codec::neutral(own.clone()), own);
    assert_eq!(codec::adopted(own), value);
    assert_eq!(codec::adopted(value.clone()), value);
    for strange in [
        &b""[..],
        b"\0\0\0",
        b"\x01\0\0\0\x01x",
        b"\0\xff\xff\xff\xffx",
    ] {
        assert_eq!(codec::neutral(strange.into()), strange);
        assert_eq!(codec::adopted(strange.into()), strange);
    }
    // Nobody knows what another number means: not a guess at `ids.json`.
    let third = Registry::global()
        .schemas()
        .find(|s| ![mirrors, outcomes].contains(&s.id));
    assert!(decode_json(&under(third.unwrap().id, &value)).is_err());
    assert_eq!(install(WireIds::default()), Err(WireIdError::Installed));
}
