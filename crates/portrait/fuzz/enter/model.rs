//! Any bytes as the model of a body shape: read within tight limits and, if it is one, drawn. The fuzz target and the tests
//! come in here.

use bytes::Bytes;
use portrait::model::Model;
use portrait::{
    AssetMap, Avatar, Library, Limits, Look, Pose, Scene, Shot, Toon, Wearable, compose, render,
};

/// Limits under which a hostile file cannot take long.
const TIGHT: Limits = Limits {
    file_bytes: 1 << 20,
    json_bytes: 1 << 20,
    vertices: 50_000,
    triangles: 50_000,
    nodes: 2_000,
    joints: 2_000,
    texture_side: 4096,
    texture_bytes: 8 << 20,
    texture_side_kept: 1024,
    wearables: 64,
    picture_pixels: 4 << 20,
    library_bytes: 64 << 20,
    threads: 1,
    normal_maps: true,
};
/// More than a model within these limits takes without its textures.
const MODEL_BYTES_MAX: usize = 64 << 20;
const BODY: &str = "urn:test:body";
/// Its entity.
const ENTITY: &str = r#"{"id": "body", "pointers": ["urn:test:body"], "content": [{"file": "a.glb", "hash": "file"}],
    "metadata": {"data": {"category": "body_shape", "representations": [
        {"bodyShapes": ["urn:test:body"], "mainFile": "a.glb", "contents": ["a.glb"]}]}}}"#;

/// Says whether it is a model.
pub(crate) fn enter(file: &[u8]) -> bool {
    let file = Bytes::copy_from_slice(file);
    let Ok(model) = Model::read(&file, &|_| None, &(), &TIGHT) else {
        return false;
    };
    let bytes = model.bytes();
    assert!(bytes < MODEL_BYTES_MAX, "{bytes} bytes");
    let mut assets = AssetMap::default();
    let body = Wearable::from_entity_json(ENTITY.as_bytes());
    assets.add_wearable(body.expect("it is an entity"));
    assets.add_content("file", file);
    let avatar = Avatar {
        body_shape: BODY.to_owned(),
        ..Avatar::default()
    };
    let library = Library::new(TIGHT);
    let composition = compose(&avatar, &assets, &library).expect("it is a model");
    let scene = Scene::new(&composition, &Pose::standing());
    let look = Look {
        toon: Some(Toon::default()),
        ..Look::default()
    };
    render(&scene, &Shot::body(16, 32), &look, &TIGHT).expect("a picture");
    true
}
