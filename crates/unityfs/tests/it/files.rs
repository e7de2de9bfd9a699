//! Serialized files and their objects.

use serde_json::{Value as Json, json};
use unityfs::Limits;
use unityfs::archive::{Archive, SERIALIZED};
use unityfs::names::{cab, cab_legacy};
use unityfs::serialized::SerializedFile;
use unityfs::tree::Engine;
use unityfs::value::{encode, to_json};

use super::data;

/// A bundle's inner file: its name, its bytes, what is in it.
pub(crate) fn inner(bundle: &[u8]) -> (String, Vec<u8>, SerializedFile) {
    let limits = Limits::default();
    let archive = Archive::read(bundle, &limits).expect("a container");
    let file = archive.files.iter().find(|file| file.flags == SERIALIZED);
    let file = file.expect("a serialized file");
    let bytes = archive.bytes(file).to_vec();
    let read = SerializedFile::read(&bytes, &limits).expect("a serialized file");
    (file.name.clone(), bytes, read)
}

#[test]
fn serialized_files_of_unity_are_written_again_byte_for_byte() {
    for name in data::REAL {
        let Some(bundle) = data::real(name) else {
            return;
        };
        let (_, bytes, file) = inner(&bundle);
        assert!(file.write().expect(name) == bytes, "{name} differs");
    }
}

#[test]
fn objects_of_unity_are_written_again_byte_for_byte() {
    let mut count = 0;
    for name in data::REAL {
        let Some(bundle) = data::real(name) else {
            return;
        };
        let (_, _, file) = inner(&bundle);
        for object in &file.objects {
            let tree = &file.type_of(object).expect("a type").tree;
            let value = file.value(object, &Limits::default()).expect(name);
            let again = encode(tree, &value).expect(name);
            assert!(again == object.bytes, "{name} {} differs", object.path_id);
            count += 1;
        }
    }
    println!("{count} objects");
    assert!(count > 800, "{count} objects");
}

/// A JSON text in which numbers may be infinite.
fn dump(name: &str) -> Option<Json> {
    let bytes = data::asset(name)?;
    let text = String::from_utf8(bytes).expect("UTF-8");
    let text = text.replace(":Infinity", ":\"Infinity\"");
    let text = text.replace(":-Infinity", ":\"-Infinity\"");
    Some(serde_json::from_str(&text).expect("JSON"))
}

#[test]
fn objects_decode_to_what_the_dumps_say() {
    let pairs = [
        (
            "real/texture_zombieEyebrows",
            "real/bafkreid3xecd44iujaz5qekbdrt5orqdqj3wivg5zc5mya3zkorjhyrkda",
        ),
        (
            "real/model_starCoin",
            "real/bafkreif6qazpaiulr6kcqgukopkw6r26lawpnisdjdoddaqeujd5ytaezy",
        ),
        (
            "real/model_garden_excerpt",
            "real/bafybeigwxyfyyarzmvqz262vet65xa2ovetct6hcnm27uwge7yxpmhfvoe",
        ),
        ("real/model_shark_excerpt", "real/shark"),
        ("real/shader_lit_ignore_assetbundle", "real/lit_ignore"),
        (
            "ours/tri_6000.2.6f2_windows",
            "ours/tri_6000.2.6f2_windows_none_rgba32",
        ),
        (
            "ours/tri_6000.2.6f2_windows",
            "ours/tri_6000.2.6f2_windows_lz4hc_rgba32",
        ),
    ];
    for (dumped, bundle) in pairs {
        let Some(dumped) = dump(&format!("unityfs/{dumped}.dump.json")) else {
            return;
        };
        let bundle = data::asset(&format!("unityfs/{bundle}")).expect("it is beside");
        let (_, _, file) = inner(&bundle);
        let dumped = dumped.as_array().expect("a list");
        assert!(!dumped.is_empty());
        for expected in dumped {
            let id = expected["pathId"]
                .as_str()
                .expect("a text")
                .parse()
                .expect("a number");
            let object = file.object(id).expect("an object");
            assert_eq!(expected["size"], json!(object.bytes.len()));
            let value = file.value(object, &Limits::default()).expect("fields");
            assert_eq!(expected["value"], to_json(&value), "{id}");
        }
    }
}

/// Trees of the fallback layout are the very trees in Unity's bundles of that version.
#[test]
fn trees_of_unity_are_the_trees_that_are_written() {
    let mut seen = 0;
    for name in [data::TEXTURE, data::COIN, data::GARDEN] {
        let Some(bundle) = data::real(name) else {
            return;
        };
        let (_, _, file) = inner(&bundle);
        assert_eq!(file.engine, Engine::Unity2021.version());
        for kind in &file.types {
            let ours = Engine::Unity2021.class(kind.class_id).expect("a class");
            assert_eq!(ours.hash, kind.hash, "{}", kind.class_id);
            assert_eq!(ours.tree, kind.tree, "{}", kind.class_id);
            seen += 1;
        }
    }
    assert!(seen > 15, "{seen} types");
}

#[test]
fn inner_names_follow_from_bundle_names() {
    for name in data::REAL {
        let Some(bundle) = data::real(name) else {
            return;
        };
        let (inner_name, _, file) = inner(&bundle);
        if name == "shark" {
            // Built from the editor, under a name that it does not carry.
            continue;
        }
        let main = file.object(1).expect("an AssetBundle");
        let main = file.value(main, &Limits::default()).expect("fields");
        let bundle_name = main
            .get("m_Name")
            .and_then(|n| n.as_text())
            .expect("a name");
        let expected = if name == "lit_ignore" {
            cab(bundle_name)
        } else {
            cab_legacy(bundle_name)
        };
        assert_eq!(inner_name, expected, "{name}");
    }
}
