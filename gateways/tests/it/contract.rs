//! The committed contract of each gateway is what its routes say.

use std::path::Path;

#[test]
fn every_openapi_file_is_what_the_routes_say() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    for gateway in gateways::all() {
        let folder = gateway.name.replace('-', "_");
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(folder)
            .join("openapi.json");
        let mut text = (gateway.openapi)().to_pretty_json().expect("a document");
        text.push('\n');
        if update {
            std::fs::write(&file, &text).expect("the file is written");
        }
        let committed = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            committed == text,
            "{} differs from the routes; run with UPDATE_GOLDEN=1 and look at the difference",
            file.display()
        );
    }
}

#[test]
fn names_are_unique_and_folders_are_named_after_them() {
    let mut names: Vec<_> = gateways::all().iter().map(|g| g.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), gateways::all().len());
    for name in names {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(name.replace('-', "_"));
        assert!(folder.join("mod.rs").is_file(), "{name}");
    }
}
