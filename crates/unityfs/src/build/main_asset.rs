//! The two objects every bundle has: AssetBundle, and `metadata.json`.

use super::assembly::{Layout, Objects};
use super::{Identity, class};
use crate::Result;
use crate::names::MAIN_PATH_ID;
use crate::tree::Engine;
use crate::value::{Reference, Value};

/// An address that can be loaded.
pub(super) struct Listing {
    pub(super) address: String,
    pub(super) asset: Reference,
    /// All objects to load for it, in order.
    pub(super) preload: Vec<Reference>,
}

/// Adds `metadata.json`; its listing.
pub(super) fn add_metadata(
    identity: &mut Identity,
    layout: &Layout,
    objects: &mut Objects,
) -> Result<Listing> {
    let id = identity.ids.give("metadata");
    let mut text = layout.draft(class::TEXT_ASSET)?;
    text.set("m_Name", "metadata")?;
    text.set("m_Script", &*identity.metadata.to_json())?;
    objects.add(id, class::TEXT_ASSET, text)?;
    let asset = Reference::here(id);
    Ok(Listing {
        address: "metadata.json".to_owned(),
        asset,
        preload: vec![asset],
    })
}

/// Adds the AssetBundle object. `dependencies` are inner names of other bundles.
pub(super) fn add_main(
    identity: &Identity,
    engine: Engine,
    layout: &Layout,
    objects: &mut Objects,
    mut listings: Vec<Listing>,
    dependencies: &[String],
) -> Result<()> {
    listings.sort_by(|a, b| a.address.cmp(&b.address));
    let mut main = layout.draft(class::ASSET_BUNDLE)?;
    let mut preload: Vec<Value> = Vec::new();
    let mut container = Vec::new();
    for listing in listings {
        let mut asset = main.element("m_Container")?;
        asset.set("first", &*listing.address)?;
        asset.set("second.preloadIndex", preload.len() as i32)?;
        asset.set("second.preloadSize", listing.preload.len() as i32)?;
        asset.set("second.asset", listing.asset)?;
        container.push(asset.done());
        preload.extend(listing.preload.into_iter().map(Value::from));
    }
    let dependencies: Vec<Value> = dependencies.iter().map(|name| (&**name).into()).collect();
    main.set("m_Name", &*identity.name)?;
    main.set("m_AssetBundleName", &*identity.name)?;
    main.set("m_PreloadTable", preload)?;
    main.set("m_Container", container)?;
    main.set("m_RuntimeCompatibility", 1)?;
    main.set("m_Dependencies", dependencies)?;
    // The present pipeline gives addresses, which match as they stand; the older one gave paths, matched in three ways.
    let (layout_flag, path_flags) = match engine {
        Engine::Unity2021 => (0, 7),
        Engine::Unity6000 => (1, 0),
    };
    main.set("m_ExplicitDataLayout", layout_flag)?;
    main.set("m_PathFlags", path_flags)?;
    objects.add(MAIN_PATH_ID, class::ASSET_BUNDLE, main)
}
