//! Reports, dumps and differences.

use unityfs::Limits;
use unityfs::archive::{Archive, Packing};
use unityfs::inspect::{ObjectName, describe, diff, object};

use super::built::tiny_bundle;
use super::data;

fn limits() -> Limits {
    Limits::default()
}

#[test]
fn a_report_names_what_is_in_a_bundle() {
    let bundle = tiny_bundle(4, "a_windows", Packing::Lz4Hc);
    let report = describe(&bundle, &limits()).expect("a report");
    assert_eq!(report.name, "a_windows");
    assert_eq!(report.container.bytes, bundle.len() as u64);
    assert_eq!(report.container.blocks[0].compression, "lz4hc");
    let file = &report.files[0];
    assert!(file.is_serialized);
    assert_eq!((file.platform, file.platform_name), (19, "windows"));
    let addresses: Vec<_> = file.addresses.iter().map(|a| &*a.address).collect();
    assert_eq!(addresses, ["metadata.json", "tiny.png"]);
    let mut classes: Vec<_> = file.objects.iter().map(|o| (&*o.class, &*o.name)).collect();
    classes.sort_unstable();
    let expected = [
        ("AssetBundle", "a_windows"),
        ("TextAsset", "metadata"),
        ("Texture2D", "tiny"),
    ];
    assert_eq!(classes, expected);
    assert_eq!(report.to_json()["files"][0]["engine"], "6000.2.6f2");
    assert!(report.to_text().contains("address tiny.png: 0:"));
}

#[test]
fn components_are_named_by_their_place_in_the_hierarchy() {
    let Some(bundle) = data::real(data::COIN) else {
        return;
    };
    let report = describe(&bundle, &limits()).expect("a report");
    let objects = &report.files[0].objects;
    let renderer = objects
        .iter()
        .find(|o| o.class == "MeshRenderer")
        .expect("one");
    assert!(renderer.name.starts_with(data::COIN), "{}", renderer.name);
    assert_eq!(renderer.references.0, 2, "its GameObject and its material");
}

#[test]
fn an_object_is_found_by_path_id_and_file() {
    let bundle = tiny_bundle(4, "a_windows", Packing::Stored);
    let read = Archive::read(&bundle, &limits()).expect("a container");
    let file = &read.files[0].name;
    for name in ["1".to_owned(), format!("{file}:1")] {
        let dump = object(&bundle, &name.parse().expect("a name"), &limits()).expect("an object");
        assert_eq!(dump.class, "AssetBundle");
        assert_eq!(dump.to_json()["value"]["m_Name"], "a_windows");
        assert!(dump.to_text().contains("m_RuntimeCompatibility: 1"));
    }
    for name in ["2", "CAB-x:1"] {
        let name: ObjectName = name.parse().expect("a name");
        assert!(object(&bundle, &name, &limits()).is_err());
    }
    assert!("mesh".parse::<ObjectName>().is_err());
}

#[test]
fn a_bundle_does_not_differ_from_itself() {
    for name in data::REAL {
        let Some(bundle) = data::real(name) else {
            return;
        };
        let found = diff(&bundle, &bundle, &limits()).expect(name);
        assert!(found.is_empty(), "{name}: {}", found.to_text());
        assert!(found.equal_objects > 2);
    }
}

#[test]
fn a_difference_says_which_field() {
    let a = tiny_bundle(4, "a_windows", Packing::Stored);
    let b = tiny_bundle(8, "a_windows", Packing::Stored);
    let found = diff(&a, &b, &limits()).expect("two bundles");
    assert_eq!(found.equal_objects, 2);
    assert_eq!(found.objects.len(), 1);
    let texture = &found.objects[0];
    assert_eq!((&*texture.class, &*texture.name), ("Texture2D", "tiny"));
    let width = texture
        .changes
        .iter()
        .find(|c| c.path == "m_Width")
        .expect("a change");
    assert_eq!((&width.before, &width.after), (&4.into(), &8.into()));
    assert!(found.to_text().contains("    m_Width: 4 -> 8"));
}

/// Another bundle name gives other path ids; objects are the same all the same.
#[test]
fn objects_under_other_ids_are_recognised() {
    let a = tiny_bundle(4, "a_windows", Packing::Stored);
    let b = tiny_bundle(4, "b_windows", Packing::Lz4Hc);
    let found = diff(&a, &b, &limits()).expect("two bundles");
    assert_eq!(found.equal_objects, 2, "{}", found.to_text());
    let main: Vec<_> = found.objects[0].changes.iter().map(|c| &*c.path).collect();
    assert_eq!(main, ["m_Name", "m_AssetBundleName"]);
    let container: Vec<_> = found.container.iter().map(|c| &*c.path).collect();
    assert!(container.contains(&"compression") && container.contains(&"files[0].name"));
}
