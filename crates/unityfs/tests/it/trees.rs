//! Type trees: those that can be written are those that Unity writes.

use serde_json::{Value as Json, json};
use unityfs::tree::{Engine, Node, TypeTree, class_name};

use super::data;

#[test]
fn layouts_of_both_engines_are_those_of_the_data_folder() {
    let Some(bytes) = data::asset("unityfs/typetrees.json") else {
        return;
    };
    let known: Json = serde_json::from_slice(&bytes).expect("JSON");
    for engine in Engine::ALL {
        let classes = known["versions"][engine.version()]
            .as_object()
            .expect("a map");
        assert_eq!(classes.len(), 15);
        for (id, class) in classes {
            let id = id.parse().expect("a number");
            let ours = engine.class(id).expect("a class");
            let place = format!("{} {id}", engine.version());
            assert_eq!(class["hash"], hex::encode(ours.hash), "{place}");
            let nodes: Vec<Json> = ours.tree.nodes().iter().map(as_json).collect();
            assert_eq!(class["nodes"], json!(nodes), "{place}");
            assert_eq!(class["name"], json!(class_name(id)), "{place}");
        }
    }
}

fn as_json(node: &Node) -> Json {
    json!([
        node.level,
        &*node.kind,
        &*node.name,
        node.byte_size,
        node.type_flags,
        node.version,
        node.meta_flags,
    ])
}

#[test]
fn levels_that_are_no_tree_are_refused() {
    let node = |level| Node {
        level,
        kind: "int".into(),
        name: "m_Count".into(),
        byte_size: 4,
        type_flags: 0,
        version: 1,
        meta_flags: 0,
        ref_type_hash: 0,
    };
    for levels in [&[][..], &[1], &[0, 0], &[0, 2], &[0, 1, 3]] {
        let nodes = levels.iter().map(|level| node(*level)).collect();
        assert!(TypeTree::new(nodes).is_err(), "{levels:?}");
    }
    let tree = TypeTree::new([0, 1, 2, 1].map(node).to_vec()).expect("a tree");
    assert_eq!(tree.root().children().count(), 2);
}
