//! `/lambdas/*` over the real catalyst folder of the data set, over small made-up worlds and over the platform.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use gateways::catalyst::{Facts, FolderOptions, ImagesBase, Lambdas, folder_router};
use identity::chain::{AuthChain, AuthLink, LinkKind};
use identity::hash::hash_v1;
use identity::sign::{LOGIN_TITLE, Wallet, create_ephemeral_chain, create_simple_chain};
use runtime::ports::SystemClock;
use serde_json::{Value, json};

use crate::support::{data, get, get_with, post_with};
use crate::world::{World, settings};

const SHATNER: &str = "0xaf546230bff1bd2abb5e464ed1eabc5d87654910";
const ENTITY: &str = "QmXx5dDq7nnPuCCP43Ngc7iq4kkqDfC5PEJGawUHYLGxUn";
/// A second after the deployment of that profile, to the second, and the second of it.
const DEPLOYED: &str = "Mon, 22 Nov 2021 01:50:19 GMT";
const BEFORE: &str = "Mon, 22 Nov 2021 01:50:18 GMT";
const BASE_AVATARS: &str = "urn:decentraland:off-chain:base-avatars";

fn real() -> Option<Router> {
    let folder = data("spine/catalyst-offline")?;
    Some(folder_router(&folder, FolderOptions::default()).expect("a good folder"))
}

/// A world of these entities, given as type, pointer and metadata.
fn made(entities: &[(&str, &str, Value)], lambdas: Lambdas) -> (tempfile::TempDir, Router) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &Path, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes);
    std::fs::create_dir(folder.path().join("contents")).expect("a folder");
    let mut history = String::new();
    for (kind, pointer, metadata) in entities {
        let file = json!({"version": "v3", "type": kind, "pointers": [pointer], "timestamp": 1_700_000_000_500_i64,
            "content": [{"file": "thumbnail.png", "hash": "QmThumbnail"}], "metadata": metadata});
        let file = file.to_string();
        let id = hash_v1(file.as_bytes());
        write(&Path::new("contents").join(&id), file.as_bytes()).expect("a write");
        let line = json!({"entityId": id, "entityType": kind, "entityTimestamp": 1_700_000_000_500_i64,
            "localTimestamp": 1_700_000_001_000_i64,
            "authChain": [{"type": "SIGNER", "payload": "0xAb", "signature": ""}]});
        history.push_str(&format!("{line}\n"));
    }
    write(Path::new("pointer-changes.ndjson"), history.as_bytes()).expect("a write");
    let facts = Facts {
        lambdas,
        ..Facts::default()
    };
    let options = FolderOptions {
        snapshots: false,
        facts,
    };
    let router = folder_router(folder.path(), options).expect("a good folder");
    (folder, router)
}

fn nothing() -> (tempfile::TempDir, Router) {
    made(&[], Lambdas::default())
}

fn profile(name: &str) -> Value {
    json!({"avatars": [{"name": name, "avatar": {"bodyShape": "x", "wearables": []}}]})
}

async fn profiles(router: &Router, ids: &[&str]) -> Value {
    let body = json!({ "ids": ids }).to_string();
    let answer = post_with(router, "/lambdas/profiles", body, &[]).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    answer.json()
}

#[tokio::test]
async fn a_real_profile_is_as_deployed_with_links_to_its_images() {
    let Some(router) = real() else {
        return;
    };
    let body = json!({ "pointers": [SHATNER] }).to_string();
    let active = post_with(&router, "/content/entities/active", body, &[]).await;
    let entity = &active.json()[0];
    let mut expected = json!({
        "timestamp": 1_637_545_819_153_i64, "avatars": entity["metadata"]["avatars"],
    });
    let look = &mut expected["avatars"][0]["avatar"];
    let base = format!("https://profile-images.decentraland.org/entities/{ENTITY}");
    look["snapshots"]["face256"] = format!("{base}/face.png").into();
    look["snapshots"]["body"] = format!("{base}/body.png").into();
    look["emotes"] = json!([]);

    let checksum = identity::signature::checksum_address(SHATNER).expect("an address");
    let found = profiles(&router, &["0x0", &checksum, SHATNER, "0,0", ""]).await;
    assert_eq!(found, json!([expected]));
    for path in ["profiles", "profile"] {
        let one = get(&router, &format!("/lambdas/{path}/{checksum}")).await;
        assert_eq!((one.status.as_u16(), one.json()), (200, expected.clone()));
    }
}

#[tokio::test]
async fn missing_profiles_are_missing() {
    let (_folder, router) = nothing();
    assert_eq!(profiles(&router, &["0x0"]).await, json!([]));
    assert_eq!(profiles(&router, &[]).await, json!([]));
    let answer = get(&router, "/lambdas/profiles/0x0").await;
    assert_eq!(answer.status, 404);
    assert_eq!(
        answer.json(),
        json!({"error": "Not Found", "message": "Profile not found"})
    );
    let answer = get(&router, "/lambdas/profile/0x0").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json(), json!({"avatars": [], "timestamp": 0}));
}

#[tokio::test]
async fn requests_without_ids_or_with_too_many_are_refused() {
    let (_folder, router) = nothing();
    let many = json!({ "ids": vec!["0x0"; 1001] }).to_string();
    for body in ["{}", "{", "[]", r#"{"ids":"0x0"}"#, r#"{"ids":[1]}"#, &many] {
        let answer = post_with(&router, "/lambdas/profiles", body.to_owned(), &[]).await;
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(answer.json()["error"], "Bad request", "{body}");
        assert!(answer.json()["message"].is_string(), "{body}");
    }
    let most = vec!["0x0"; 1000];
    assert_eq!(profiles(&router, &most).await, json!([]));
}

#[tokio::test]
async fn nothing_newer_is_304_to_the_second() {
    let Some(router) = real() else {
        return;
    };
    for (since, status) in [(DEPLOYED, 304), (BEFORE, 200), ("yesterday", 200)] {
        let body = json!({ "ids": [SHATNER] }).to_string();
        let headers = [("if-modified-since", since)];
        let answer = post_with(&router, "/lambdas/profiles", body, &headers).await;
        assert_eq!(answer.status, status, "{since}");
        assert_eq!(answer.body.is_empty(), status == 304, "{since}");
    }
}

#[tokio::test]
async fn default_profiles_are_found_in_the_order_asked() {
    let lambdas = Lambdas {
        images: ImagesBase::At("https://img.test".into()),
        ..Lambdas::default()
    };
    let world = [
        ("profile", "default1", profile("One")),
        ("profile", "default2", profile("Two")),
    ];
    let (_folder, router) = made(&world, lambdas);
    let found = profiles(&router, &["DEFAULT2", "default1", "default2"]).await;
    let names = found.as_array().expect("a list").iter();
    let names: Vec<_> = names.map(|p| p["avatars"][0]["name"].clone()).collect();
    assert_eq!(names, ["Two", "One"]);
    let face = found[0]["avatars"][0]["avatar"]["snapshots"]["face256"].as_str();
    let face = face.expect("a link");
    assert!(
        face.starts_with("https://img.test/entities/bafkrei"),
        "{face}"
    );
}

#[tokio::test]
async fn outfits_are_those_of_the_address() {
    let metadata = json!({"outfits": [], "namesForExtraSlots": []});
    let world = [("outfits", "0xAB:outfits", metadata.clone())];
    let (_folder, router) = made(&world, Lambdas::default());
    let answer = get(&router, "/lambdas/outfits/0xaB").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["metadata"], metadata);
    assert_eq!(answer.json()["pointers"], json!(["0xab:outfits"]));
    let missing = get(&router, "/lambdas/outfits/0xcd").await;
    assert_eq!(missing.status, 404);
    assert_eq!(missing.json()["error"], "Not Found");
}

async fn validated(router: &Router, body: Value) -> Value {
    let path = "/lambdas/crypto/validate-signature";
    let answer = post_with(router, path, body.to_string(), &[]).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    answer.json()
}

fn wallet(byte: u8) -> Wallet {
    Wallet::from_private_key([byte; 32]).expect("a key")
}

#[tokio::test]
async fn a_signature_is_valid_for_its_text_alone() {
    let (_folder, router) = nothing();
    let owner = wallet(1);
    let chain = create_simple_chain(&owner, "hello").expect("a chain");
    let valid = json!({"valid": true, "ownerAddress": owner.address()});
    for body in [
        json!({"authChain": chain, "signedMessage": "hello"}),
        json!({"authChain": chain, "timestamp": "hello"}),
        json!({"authChain": chain, "timestamp": "other", "signedMessage": "hello"}),
    ] {
        assert_eq!(validated(&router, body).await, valid);
    }
    let other = validated(&router, json!({"authChain": chain, "timestamp": "other"})).await;
    assert_eq!(
        other,
        json!({"valid": false,
            "error": "ERROR: Invalid final authority. Expected: other. Current hello."})
    );
}

#[tokio::test]
async fn a_chain_in_which_nobody_signs_proves_nothing() {
    let (_folder, router) = nothing();
    let link = |kind, payload: &str, signature: &str| AuthLink {
        kind,
        payload: payload.into(),
        signature: signature.into(),
    };
    let signer = || link(LinkKind::Signer, "0xAb", "");
    let alone = AuthChain::new(vec![signer()]).expect("a chain");
    let (owner, session) = (wallet(1), wallet(2));
    let old = create_ephemeral_chain(&owner, &session, LOGIN_TITLE, "2020-01-01T00:00:00.000Z");
    let old = identity::sign::sign_entity(&old.expect("a chain"), &session, "hello");
    let delegated =
        create_ephemeral_chain(&owner, &session, LOGIN_TITLE, "2099-01-01T00:00:00.000Z");
    let contract = link(LinkKind::ContractSignedEntity, "hello", "0x00");
    let contract = AuthChain::new(vec![signer(), contract]).expect("a chain");
    for (chain, text, why) in [
        (alone, "0xAb".to_owned(), "at least 2 links"),
        (
            delegated.expect("a chain"),
            session.checksum_address(),
            "must be a SIGNED_ENTITY",
        ),
        (
            old.expect("a chain"),
            "hello".into(),
            "Ephemeral key expired",
        ),
        (contract, "hello".into(), "no Ethereum node is configured"),
    ] {
        let body = json!({"authChain": chain, "signedMessage": text});
        let answer = validated(&router, body).await;
        assert_eq!(answer["valid"], false);
        let error = answer["error"].as_str().expect("a reason");
        assert!(error.contains(why), "{error}");
        assert!(answer.get("ownerAddress").is_none());
    }
}

#[tokio::test]
async fn a_question_without_a_text_or_a_chain_is_refused() {
    let (_folder, router) = nothing();
    let chain = create_simple_chain(&wallet(1), "hello").expect("a chain");
    let link = json!({"type": "SIGNER", "payload": "x", "signature": ""});
    for body in [
        json!({"authChain": chain}),
        json!({"authChain": chain, "signedMessage": ""}),
        json!({"signedMessage": "hello"}),
        json!({"authChain": [], "signedMessage": "hello"}),
        json!({"authChain": vec![link; 11], "signedMessage": "hello"}),
        json!({"authChain": chain, "timestamp": 1}),
        json!("hello"),
    ] {
        let path = "/lambdas/crypto/validate-signature";
        let answer = post_with(&router, path, body.to_string(), &[]).await;
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(answer.json()["error"], "Bad request");
    }
}

#[tokio::test]
async fn base_wearables_are_listed_by_collection_page_by_page() {
    let Some(router) = real() else {
        return;
    };
    let mut query = format!("?collectionId={}&limit=5", BASE_AVATARS.to_uppercase());
    let mut ids = Vec::new();
    loop {
        let path = format!("/lambdas/collections/wearables{query}");
        let page = get_with(&router, &path, &[("host", "peer.test")]).await;
        assert_eq!(page.status, 200, "{:?}", page.body);
        let page = page.json();
        assert_eq!(page["filters"], json!({"collectionIds": [BASE_AVATARS]}));
        for item in page["wearables"].as_array().expect("a list") {
            let thumbnail = item["thumbnail"].as_str().expect("a link");
            assert!(thumbnail.starts_with("http://peer.test/content/contents/"));
            let file = &item["data"]["representations"][0]["contents"][0];
            assert!(file["key"].is_string(), "{item}");
            ids.push(item["id"].as_str().expect("an urn").to_lowercase());
        }
        match page["pagination"]["next"].as_str() {
            Some(next) => query = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(ids.len(), 16);
    assert!(ids.is_sorted(), "{ids:?}");

    let path = format!("/lambdas/collections/wearables?wearableId={BASE_AVATARS}:EYES_00");
    let found = get(&router, &path).await.json();
    assert_eq!(found["wearables"].as_array().map(Vec::len), Some(1));
    let path = format!("/lambdas/collections/emotes?collectionId={BASE_AVATARS}");
    assert_eq!(get(&router, &path).await.json()["emotes"], json!([]));
}

#[tokio::test]
async fn catalogues_want_a_filter_that_they_can_answer() {
    let item = |name: &str| {
        json!({"id": format!("urn:{name}"), "name": name, "thumbnail": "thumbnail.png",
            "emoteDataADR74": {"representations": []}})
    };
    let collection = "urn:decentraland:matic:collections-v2:0xa";
    let world = [
        ("emote", format!("{collection}:0"), item("Wave")),
        ("emote", format!("{collection}:1"), item("Dance")),
        ("emote", format!("{collection}b:0"), item("Wave")),
    ];
    let world = world.iter().map(|(k, p, m)| (*k, p.as_str(), m.clone()));
    let (_folder, router) = made(&world.collect::<Vec<_>>(), Lambdas::default());
    let path = format!("/lambdas/collections/emotes?collectionId={collection}&textSearch=wav");
    let found = get(&router, &path).await.json();
    assert_eq!(found["emotes"].as_array().map(Vec::len), Some(1));
    assert_eq!(found["emotes"][0]["name"], "Wave");
    for (query, status) in [
        ("", 400),
        ("?textSearch=wa", 400),
        ("?textSearch=wave", 502),
    ] {
        let answer = get(&router, &format!("/lambdas/collections/emotes{query}")).await;
        assert_eq!(answer.status, status, "{query}");
    }
}

#[tokio::test]
async fn the_backpack_has_what_everybody_has_and_refuses_the_rest() {
    let Some(router) = real() else {
        return;
    };
    let path = "/lambdas/explorer/0xab/wearables?collectionType=base-wearable";
    let page = get(
        &router,
        &format!("{path}&pageSize=3&pageNum=2&orderBy=name"),
    )
    .await;
    assert_eq!(page.status, 200, "{:?}", page.body);
    let page = page.json();
    assert_eq!(
        (&page["totalAmount"], &page["pageNum"], &page["pageSize"]),
        (&json!(16), &json!(2), &json!(3))
    );
    assert_eq!(page["elements"].as_array().map(Vec::len), Some(3));
    let eyes = get(
        &router,
        &format!("{path}&category=EYES&trimmed=1&includeAmount=1"),
    )
    .await;
    let eyes = eyes.json();
    assert_eq!(eyes["totalAmount"], 2);
    let element = &eyes["elements"][0];
    assert_eq!(element["amount"], 1);
    assert_eq!(element["entity"]["metadata"]["data"]["category"], "eyes");
    assert!(element["entity"]["thumbnail"].is_string(), "{element}");
    let rare = get(&router, &format!("{path}&rarity=unique")).await.json();
    assert_eq!(rare["elements"], json!([]));
    for (query, status) in [
        ("", 502),
        ("?collectionType=base-wearable&collectionType=on-chain", 502),
        ("?collectionType=hats", 400),
        ("?collectionType=base-wearable&pageSize=1001", 400),
        ("?collectionType=base-wearable&pageNum=0", 400),
        ("?collectionType=base-wearable&orderBy=size", 400),
        ("?collectionType=base-wearable&rarity=nice", 400),
    ] {
        let answer = get(&router, &format!("/lambdas/explorer/0xab/wearables{query}")).await;
        assert_eq!(answer.status, status, "{query}");
    }
}

#[tokio::test]
async fn what_needs_an_indexer_says_so() {
    let (_folder, router) = nothing();
    for path in [
        "users/0xab/wearables",
        "users/0xab/emotes",
        "users/0xab/third-party-wearables",
        "users/0xab/third-party-wearables/urn:x",
        "users/0xab/names",
        "users/0xab/lands",
        "users/0xab/lands-permissions",
        "users/0xab/parcels/0/-1/permissions",
        "parcels/0/0/operators",
        "names/nico/owner",
        "explorer/0xab/emotes",
        "collections/wearables-by-owner/0xab",
        "collections/emotes-by-owner/0xab",
        "nfts/collections",
        "third-party-integrations",
    ] {
        let answer = get(&router, &format!("/lambdas/{path}")).await;
        assert_eq!(answer.status, 502, "{path}");
        let body = answer.json();
        assert_eq!(
            body["error"],
            "The requested items cannot be fetched right now"
        );
        let message = body["message"].as_str().expect("a reason");
        assert!(message.contains("configured"), "{message}");
    }
}

#[tokio::test]
async fn the_server_says_what_it_is() {
    let lambdas = Lambdas {
        servers: vec!["http://127.0.0.1:6000".into()],
        pois: vec!["0,0".into()],
        ..Lambdas::default()
    };
    let (_folder, router) = made(&[], lambdas);
    for (path, expected) in [
        ("servers", json!([{"baseUrl": "http://127.0.0.1:6000"}])),
        ("pois", json!(["0,0"])),
        ("denylisted-names", json!([])),
    ] {
        let answer = get(&router, &format!("/lambdas/contracts/{path}")).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (200, expected));
    }
    let status = get(&router, "/lambdas/status").await.json();
    assert_eq!(status["version"], "0.0.0");
    assert!(status["currentTime"].as_i64() > Some(1_700_000_000_000));
    let about = get_with(&router, "/about", &[("host", "peer.test")]).await;
    let lambdas = &about.json()["lambdas"];
    assert_eq!(lambdas["healthy"], true);
    assert_eq!(lambdas["version"], "0.0.0");
    assert_eq!(lambdas["publicUrl"], "http://peer.test/lambdas");
}

#[tokio::test]
async fn the_platform_answers_from_its_own_state() {
    let over = json!({"catalyst": {"urls": ["http://127.0.0.1:1/content"], "pois": ["1,1"],
        "profile_images_url": "https://img.test/"}});
    let world = World::with(settings(over), Arc::new(SystemClock)).await;
    let address = "0x00000000000000000000000000000000000000ab";
    let file = json!({"version": "v3", "type": "profile", "pointers": [address], "content": [],
        "timestamp": 1_700_000_000_500_i64, "metadata": profile("Nico")});
    let id = hash_v1(file.to_string().as_bytes());
    let mut entity = file.clone();
    entity["id"] = id.clone().into();
    let event = json!({"type": "catalyst-deployment", "subType": "profile", "entity": entity,
        "authChain": [{"type": "SIGNER", "payload": address, "signature": ""}],
        "contentServerUrls": ["http://127.0.0.1:1/content"]});
    let token = world.feed(&json!([event])).await;
    let path = format!("/catalyst/lambdas/profiles/{}", address.to_uppercase());
    let found = world.get_after(&path, &token).await;
    assert_eq!(found.status, 200, "{:?}", found.body);
    let found = found.json();
    assert_eq!(found["timestamp"], 1_700_000_000_500_i64);
    assert_eq!(
        found["avatars"][0]["avatar"]["snapshots"],
        json!({"face256": format!("https://img.test/entities/{id}/face.png"),
            "body": format!("https://img.test/entities/{id}/body.png")})
    );
    let servers = world.get("/catalyst/lambdas/contracts/servers").await;
    assert_eq!(servers.json(), json!([{"baseUrl": "http://127.0.0.1:1"}]));
    let pois = world.get("/catalyst/lambdas/contracts/pois").await;
    assert_eq!(pois.json(), json!(["1,1"]));
    world.stop().await;
}
