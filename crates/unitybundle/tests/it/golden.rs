//! Beside a bundle that Unity's converter made of the same file.

use unityfs::archive::Packing;
use unityfs::build::{Platform, Target};
use unityfs::inspect::diff;
use unityfs::tree::Engine;

use bundler::NoFiles;
use unitybundle::{Names, Options, Player, convert_model};

use crate::data;
use crate::grey::Tiny;

const GARDEN: &str = "bafybeigwxyfyyarzmvqz262vet65xa2ovetct6hcnm27uwge7yxpmhfvoe";

/// Of 815 objects of Unity's 803 are the same in every field, through the whole reader and bridge. The others are five
/// materials (of an older shader), five textures (of other pixels here), and the two objects of the bundle as a whole.
#[test]
fn the_garden_is_unitys_object_by_object() {
    let Some(folder) = data::folder() else {
        return;
    };
    let real = std::fs::read(folder.join("unityfs/real").join(GARDEN)).expect("a readable file");
    let bytes = std::fs::read(folder.join("models/045_garden/garden.glb")).expect("it is beside");
    let source = bundler::Source {
        path: "garden.glb",
        bytes: &bytes,
        files: &NoFiles,
    };
    let names = Names {
        cid: GARDEN,
        bundle: GARDEN,
    };
    let options = Options {
        target: Target {
            engine: Engine::Unity2021,
            platform: Platform::WebGl,
            packing: Packing::Stored,
        },
        platform: "",
        ..Options::new(Player::Windows)
    };
    let ours = convert_model(&source, &names, &options, &Tiny);
    assert_eq!(ours.reason, None);
    let limits = unityfs::Limits::default();
    let found = diff(&real, &ours.output, &limits).expect("two bundles");
    let may_differ = ["AssetBundle", "TextAsset", "Material", "Texture2D"];
    let all = found.objects.iter();
    let wrong: Vec<_> = all.filter(|o| !may_differ.contains(&&*o.class)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(found.equal_objects, 803, "{}", found.to_text());
    assert_eq!(found.objects.len(), 12, "{}", found.to_text());
}
