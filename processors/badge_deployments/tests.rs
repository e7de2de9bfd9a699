//! What each type of entity says.

use model::Json;
use model::events::badges::{Fact, Item, Place, What};
use model::events::catalyst::Deployment;
use serde_json::{Value, json};

use super::BadgeDeployments;
use crate::testing::Run;

const ADDRESS: &str = "0x1111111111111111111111111111111111111abc";
const V2: &str = "urn:decentraland:matic:collections-v2:0xc0ffee";

fn deployment(kind: &str, pointers: &[&str], metadata: Value) -> Deployment {
    Deployment {
        entity_id: "QmE".into(),
        entity_type: kind.into(),
        pointers: pointers.iter().map(|p| (*p).to_owned()).collect(),
        entity_timestamp: 5,
        deployer: ADDRESS.into(),
        entity: Json::from(
            json!({"id": "QmE", "type": kind, "content": [{"file": "a"}], "metadata": metadata}),
        ),
        ..Deployment::default()
    }
}

#[derive(Debug, Default, PartialEq)]
struct Said {
    facts: Vec<Fact>,
    items: Vec<Item>,
    places: Vec<Place>,
}

fn said(deployment: &Deployment) -> Said {
    let mut run = Run::new(BadgeDeployments);
    run.apply(deployment, 0).unwrap();
    let mut said = Said::default();
    for emit in &run.emits {
        let key = String::from_utf8(emit.key.to_vec()).unwrap();
        match emit.topic {
            "badges.facts" => {
                let fact: Fact = model::decode(&emit.value).unwrap();
                assert_eq!(key, fact.address);
                said.facts.push(fact);
            }
            "badges.items" => {
                let item: Item = model::decode(&emit.value).unwrap();
                assert_eq!(key, item.urn);
                said.items.push(item);
            }
            _ => {
                let place: Place = model::decode(&emit.value).unwrap();
                assert_eq!(key, place.parcel);
                said.places.push(place);
            }
        }
    }
    said
}

fn avatar(description: &str, wearables: &Value) -> Value {
    json!({"avatars": [{"description": description, "avatar": {"wearables": wearables}}]})
}

#[test]
fn a_profile_tells_of_its_owner_and_asks_for_what_it_wears() {
    let worn = json!([
        format!("{V2}:1:7"),
        "dcl://base-avatars/x",
        5,
        format!("{V2}:1:8"),
        format!("{V2}:2"),
        "urn:decentraland:off-chain:base-avatars:eyes_00",
        format!("{V2}:0")
    ]);
    let said = said(&deployment("profile", &[ADDRESS], avatar("hello", &worn)));
    let what = What::Profile {
        description: "hello".into(),
    };
    assert_eq!(said.facts, [Fact::new(ADDRESS, "QmE", 5, &what)]);
    let asked: Vec<_> = said.items.iter().map(|item| item.urn.clone()).collect();
    assert_eq!(
        asked,
        [format!("{V2}:0"), format!("{V2}:1"), format!("{V2}:2")]
    );
    for item in &said.items {
        assert_eq!(
            (item.address.as_deref(), item.worn, item.timestamp),
            (Some(ADDRESS), 3, 5)
        );
    }
}

#[test]
fn a_profile_that_can_make_no_badge_asks_nothing() {
    let two = json!([format!("{V2}:1"), format!("{V2}:2"), format!("{V2}:2:9")]);
    assert_eq!(
        said(&deployment("profile", &[ADDRESS], avatar("", &two))),
        Said::default()
    );
    let three = json!([format!("{V2}:1"), format!("{V2}:2"), format!("{V2}:3")]);
    for pointers in [&["default7"][..], &[]] {
        let of_nobody = deployment("profile", pointers, avatar("hello", &three));
        assert_eq!(said(&of_nobody), Said::default());
    }
    for metadata in [
        json!(null),
        json!({"avatars": []}),
        json!({"avatars": [{"avatar": 7}]}),
    ] {
        assert_eq!(
            said(&deployment("profile", &[ADDRESS], metadata)),
            Said::default()
        );
    }
}

#[test]
fn a_profile_asks_for_a_bounded_number_of_items() {
    let many: Vec<_> = (0..500).map(|n| format!("{V2}:{n}")).collect();
    let said = said(&deployment("profile", &[ADDRESS], avatar("", &json!(many))));
    assert_eq!(said.items.len(), 64);
    assert!(said.items.iter().all(|item| item.worn == 64));
}

#[test]
fn a_scene_counts_for_its_owner_and_stands_on_its_parcels() {
    let scene = deployment(
        "scene",
        &["0,0", "0,1"],
        json!({"display": {"title": "Plaza"}}),
    );
    let told = said(&scene);
    assert_eq!(told.facts, [Fact::new(ADDRESS, "QmE", 5, &What::Scene)]);
    let titles: Vec<_> = told
        .places
        .iter()
        .map(|p| (p.parcel.as_str(), p.title.as_deref()))
        .collect();
    assert_eq!(titles, [("0,0", Some("Plaza")), ("0,1", Some("Plaza"))]);
    let of_nobody = Deployment {
        deployer: "0xABC".into(),
        ..deployment("scene", &["0,0"], json!({"display": {"title": ""}}))
    };
    let told = said(&of_nobody);
    assert!(told.facts.is_empty());
    assert_eq!((told.places.len(), told.places[0].title.clone()), (1, None));
}

#[test]
fn a_store_counts_and_a_wearable_is_defined() {
    let store = said(&deployment("store", &["urn:x"], json!({})));
    assert_eq!(store.facts, [Fact::new(ADDRESS, "QmE", 5, &What::Store)]);
    let urn = format!("{V2}:1");
    let wearable = said(&deployment(
        "wearable",
        &[&urn],
        json!({"id": "One", "rarity": "Epic"}),
    ));
    let want = Item {
        urn,
        entity_id: "QmE".into(),
        timestamp: 5,
        rarity: Some("epic".into()),
        item_id: Some("One".into()),
        ..Item::default()
    };
    assert_eq!(wearable.items, [want]);
    let base = "urn:decentraland:off-chain:base-avatars:eyes_00";
    assert_eq!(
        said(&deployment("wearable", &[base], json!({}))),
        Said::default()
    );
}

#[test]
fn an_entity_that_is_no_json_is_rejected() {
    let bad = Deployment {
        entity: Json::from_text("[]"),
        ..deployment("scene", &["0,0"], json!({}))
    };
    let error = Run::new(BadgeDeployments).apply(&bad, 0).unwrap_err();
    assert_eq!(error.code, "DEPLOYMENT_ENTITY");
}
