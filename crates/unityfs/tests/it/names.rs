//! Hashes, inner names and path ids, against the vectors of the data folder and a few that are always here.

use serde_json::Value as Json;
use unityfs::names::{Guid, OwnIds, cab, cab_legacy, foreign_path_id, hash128};

use super::data;

fn vectors() -> Option<Json> {
    data::asset("unityfs/vectors.json").map(|bytes| serde_json::from_slice(&bytes).expect("JSON"))
}

fn text<'a>(entry: &'a Json, key: &str) -> &'a str {
    entry[key].as_str().expect(key)
}

#[test]
fn spooky_hashes_are_those_of_the_vectors() {
    assert_eq!(
        hex::encode(hash128(b"")),
        "1909f56bfc062723c751e8b465ee728b"
    );
    let Some(vectors) = vectors() else { return };
    let hashes = vectors["spookyV2_short_seed0"].as_object().expect("a map");
    assert!(hashes.len() >= 8);
    for (message, hash) in hashes {
        assert_eq!(&hex::encode(hash128(message.as_bytes())), hash, "{message}");
    }
}

#[test]
fn inner_names_are_those_of_the_vectors() {
    let shaders = cab("DCL/Scene_ignore_windows");
    assert_eq!(shaders, "CAB-51fbd4c9d0fb3e603fd599ac9f5d01e1");
    let Some(vectors) = vectors() else { return };
    for entry in vectors["cab_current_pipeline"].as_array().expect("a list") {
        assert_eq!(cab(text(entry, "bundle")), text(entry, "cab"));
    }
    let legacy = &vectors["cab_legacy_pipeline_md4_of_lowercase_name"];
    for entry in legacy.as_array().expect("a list") {
        let name = text(entry, "bundle");
        assert_eq!(cab_legacy(name), text(entry, "cab"), "{name}");
    }
}

#[test]
fn path_ids_are_those_of_the_vectors() {
    let scene: Guid = "56a9743f8d94f684190dc11bb521fb78".parse().expect("a guid");
    assert_eq!(
        foreign_path_id(scene, 3, 4_800_000),
        7_645_288_030_342_540_701
    );
    let Some(vectors) = vectors() else { return };
    for (guid, words) in vectors["guid_words"].as_object().expect("a map") {
        let guid: Guid = guid.parse().expect("a guid");
        let ours = guid.words().map(hex::encode).to_vec();
        assert_eq!(serde_json::json!(ours), *words);
    }
    for entry in vectors["path_id_current_pipeline"]
        .as_array()
        .expect("a list")
    {
        let guid = text(entry, "guid").parse().expect("a guid");
        let file_type = entry["fileType"].as_i64().expect("a number") as i32;
        let local_id = entry["localId"].as_i64().expect("a number");
        let id = foreign_path_id(guid, file_type, local_id);
        assert_eq!(
            id.to_string(),
            text(entry, "pathId"),
            "{}",
            text(entry, "what")
        );
    }
}

#[test]
fn a_texture_has_the_guid_of_its_content_id() {
    let of_cid = Guid::of_texture(data::TEXTURE);
    assert_eq!(Ok(of_cid), "728267d480fc092a17bcef322ffeb5cc".parse());
}

#[test]
fn own_ids_depend_on_bundle_and_key_only() {
    let mut ids = OwnIds::new("a_windows");
    let (first, second) = (ids.give("mesh/0"), ids.give("mesh/1"));
    let mut again = OwnIds::new("a_windows");
    assert_eq!(again.give("mesh/1"), second);
    assert_eq!(again.give("mesh/0"), first);
    assert_ne!(OwnIds::new("a_mac").give("mesh/0"), first);
    assert_ne!(again.give("mesh/0"), first, "given twice, it is another");
}
