//! Bundles for the desktop client: as its two players ask for them, out of one pipeline.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use unityfs::Limits;
use unityfs::inspect::{Bundle, Report, describe};
use unityfs::names::cab;

use super::scenes::{Files, material, plain, png};
use super::{Place, bundle, names, outcomes};
use crate::http::{get, post, records, send, settle};

const PLAYERS: [(&str, i32); 2] = [("windows", 19), ("mac", 2)];
/// The digest of a model that names nothing.
const NOTHING: &str = "4f53cda18c2baa0c0354bb5f9a3ecbe5";

/// What an installation converts, and waits for, without being asked.
async fn by_default() -> Place {
    let secret = ("WORLDLOG__ASSETS__TMP_SECRET", "a secret");
    Place::set(|up| up.with_desktop().environment(secret.0, secret.1)).await
}

/// A bundle as the client takes it; panics if it cannot be read.
async fn read(place: &Place, version: &str, name: &str) -> (Report, Vec<u8>) {
    let answer = bundle(&place.program, version, "assets", name).await;
    let body = answer.expect(200).body.to_vec();
    assert!(body.starts_with(b"UnityFS\0"), "{name}");
    Bundle::read(&body, &Limits::default()).expect("all of it can be read");
    let told = describe(&body, &Limits::default()).expect("a bundle");
    (told, body)
}

/// How a platform's conversions of an entity ended, in the catalogue's topic.
async fn ends(place: &Place, id: &str, platform: &str) -> Vec<Value> {
    let all = records(&place.program, "asset-bundle.events").await;
    let all = all.into_iter().map(|record| record["value"].clone());
    let own = all.filter(|event| {
        let told = &event["metadata"];
        event["subType"] == "converted" && told["entityId"] == id && told["platform"] == platform
    });
    own.map(|event| event["metadata"].clone()).collect()
}

#[tokio::test]
async fn an_entity_is_complete_for_windows_and_mac() {
    let mut place = by_default().await;
    let files = Files::from([
        ("a.gltf".into(), plain(1)),
        ("models/c.gltf".into(), material("../albedo.png")),
        ("albedo.png".into(), png(1)),
        ("empty.glb".into(), Vec::new()),
        ("scene.json".into(), b"{\"main\":\"bin/game.js\"}".to_vec()),
    ]);
    let (id, web) = place.add("0,0", &files).await;
    let mut versions = BTreeSet::from([web["version"].clone().to_string()]);
    for (platform, number) in PLAYERS {
        let manifest = place.manifest_for(&id, platform).await;
        assert_eq!(manifest["exitCode"], 0, "{manifest}");
        let version = manifest["version"].as_str().expect("a version");
        assert!(
            version[1..].bytes().all(|b| b.is_ascii_digit()),
            "{version}"
        );
        assert!(versions.insert(version.to_owned()), "{version} twice");
        // The same tasks, as other bundles.
        let stems = |manifest: &Value, platform: &str| -> BTreeSet<String> {
            let end = format!("_{platform}");
            let all = names(manifest).into_iter();
            all.map(|name| name.strip_suffix(&end).expect("its platform").to_owned())
                .collect()
        };
        assert_eq!(stems(&manifest, platform), stems(&web, "web"));
        assert_eq!(names(&manifest).len(), 4);
        for outcome in manifest["outcomes"].as_array().expect("a list") {
            assert_eq!(outcome["outcome"], "converted", "{outcome}");
            let (file, hash) = (&outcome["file"], outcome["hash"].as_str().expect("a hash"));
            let name = outcome["bundle"].as_str().expect("a name");
            if file == "a.gltf" {
                assert_eq!(name, format!("{hash}_{NOTHING}_{platform}"));
            }
            let (told, body) = read(&place, version, name).await;
            assert_eq!(told.name, name.to_lowercase());
            assert_eq!(
                (&told.files[0].name, told.files[0].platform),
                (&cab(&told.name), number)
            );
            let extension = file.as_str().and_then(|file| file.rsplit_once('.'));
            let (_, extension) = extension.expect("a name with an end");
            let address = &told.files[0].addresses[0].address;
            assert_eq!(address, &format!("{hash}.{extension}"));
            // Clients of wearables ask by the entity and the content alone.
            let own = bundle(&place.program, version, &id, &format!("{hash}_{platform}")).await;
            assert!(own.expect(200).body[..] == body[..], "{name}");
        }
        let told = ends(&place, &id, platform).await;
        assert_eq!(told.len(), 1);
        assert_eq!(
            (&told[0]["statusCode"], &told[0]["version"]),
            (&json!(0), &json!(version))
        );
    }
    is_complete(&place, &id).await;
    // One picture, as colour in a model and alone, for two players: encoded once for them, and once for the web.
    let metrics = send(get(&place.program.at("/metrics")))
        .await
        .expect(200)
        .text();
    let encoded = "asset_images_encoded_total{codec=\"blocks\"} 1";
    assert!(metrics.lines().any(|line| line == encoded), "{metrics}");
    asked_again(&place, &id).await;
    place.end().await;
}

async fn is_complete(place: &Place, id: &str) {
    settle(&place.program).await;
    let status = place.program.at(&format!("/assets/entities/status/{id}"));
    let status = send(get(&status)).await.expect(200).json();
    assert_eq!(status["complete"], true, "{status}");
    let asked = post(
        &place.program.at("/assets/entities/active"),
        &json!({"pointers": ["0,0"]}),
    );
    let shown = send(asked).await.expect(200).json();
    assert_eq!(
        (&shown[0]["id"], &shown[0]["status"]),
        (&json!(id), &json!("complete"))
    );
    for (platform, _) in PLAYERS {
        let version = &shown[0]["versions"]["assets"][platform]["version"];
        assert_eq!(version, &place.manifest_for(id, platform).await["version"]);
    }
}

/// What is done is not done again, and told by code 13.
async fn asked_again(place: &Place, id: &str) {
    let before = place.converted().await;
    let task = json!({"entity": {"entityId": id, "authChain": []}, "prioritize": true,
        "contentServerUrls": [format!("{}/content", place.catalyst.url)]});
    let url = place.program.at("/assets/queue-task");
    let asked = post(&url, &task).header("authorization", "a secret");
    send(asked).await.expect(201);
    settle(&place.program).await;
    for (platform, _) in PLAYERS {
        let told = ends(place, id, platform).await;
        assert_eq!(told.last().expect("an end")["statusCode"], 13);
    }
    assert_eq!(place.converted().await, before);
}

/// A scene with a model that is no model: the rest is there, and the entity too.
#[tokio::test]
async fn a_broken_model_costs_no_player_the_scene() {
    let mut place = by_default().await;
    let files = Files::from([
        ("good.gltf".into(), plain(2)),
        ("bad.glb".into(), b"no model".to_vec()),
        ("bad.png".into(), b"no image".to_vec()),
    ]);
    let (id, _) = place.add("0,0", &files).await;
    for (platform, _) in PLAYERS {
        let manifest = place.manifest_for(&id, platform).await;
        assert_eq!(
            (&manifest["exitCode"], names(&manifest).len()),
            (&json!(12), 1)
        );
        let told = outcomes(&manifest);
        assert_eq!(told["good.gltf"], "converted");
        assert_eq!(
            (told["bad.glb"], told["bad.png"]),
            ("unparseable", "unparseable")
        );
    }
    is_complete(&place, &id).await;
    place.end().await;
}
