//! What a sighting leads to.

use kernel::Emit;
use model::Json;
use model::events::catalyst::{AuthLink, Deployment, PointerClaim, QueueItem, Sighting};
use model::tables::deployments::{BY_TIME, CONTENT_REFS, DAYS, by_time_row};
use model::tables::number_key;
use serde_json::json;

use super::Deployments;
use crate::testing::Run;

const DAY: i64 = 20_454;
const NOW: i64 = DAY * 86_400_000 + 5;

fn sighting() -> Sighting {
    Sighting {
        entity_id: "QmScene".into(),
        entity_type: "scene".into(),
        pointers: vec!["0,0".into(), "0,1".into(), "0,0".into()],
        entity_timestamp: 1_600_000_000_000,
        auth_chain: vec![AuthLink {
            kind: "SIGNER".into(),
            payload: "0xABC".into(),
            signature: None,
        }],
        servers: vec!["https://a/content".into()],
        entity: Json::from(json!({
            "version": "v3", "id": "QmScene", "type": "scene", "pointers": ["0,0", "0,1"],
            "timestamp": 1_600_000_000_000_i64,
            "content": [{"file": "a", "hash": "QmA"}, {"file": "b", "hash": "QmB"}],
            "metadata": {"multiplayerId": "room"},
        })),
        origin: "snapshot".into(),
        local_timestamp: None,
        extra: None,
    }
}

fn header(emit: &Emit, name: &str) -> String {
    let value = emit.headers.iter().find(|(n, _)| &**n == name);
    String::from_utf8(value.unwrap().1.to_vec()).unwrap()
}

#[test]
fn the_first_sighting_publishes() {
    let mut run = Run::new(Deployments);
    assert!(run.apply(&sighting(), NOW).unwrap());
    let topics: Vec<_> = run.emits.iter().map(|emit| emit.topic).collect();
    assert_eq!(
        topics,
        [
            "deployments",
            "deployments.pointers",
            "deployments.pointers",
            "deployments.queue"
        ]
    );
    let deployment: Deployment = model::decode(&run.emits[0].value).unwrap();
    assert_eq!(deployment.local_timestamp, Some(NOW));
    assert_eq!(deployment.deployer, "0xabc");
    assert_eq!(deployment.pointers, ["0,0", "0,1"]);
    assert_eq!(header(&run.emits[0], "type"), "catalyst-deployment");
    assert_eq!(header(&run.emits[0], "subType"), "scene");
    assert_eq!(header(&run.emits[0], "priority"), "1");
    assert_eq!(header(&run.emits[0], "isMultiplayer"), "true");
    let claim: PointerClaim = model::decode(&run.emits[2].value).unwrap();
    assert_eq!(
        (claim.pointer.as_str(), &run.emits[2].key[..]),
        ("0,1", &b"0,1"[..])
    );
    let item: QueueItem = model::decode(&run.emits[3].value).unwrap();
    assert_eq!(
        (item.entity_id.as_str(), &run.emits[3].key[..]),
        ("QmScene", &b"scene"[..])
    );
    assert_eq!(run.effects, [Some("QmA".into()), Some("QmB".into())]);
}

#[test]
fn rows_are_found_by_time_by_day_and_by_file() {
    let mut run = Run::new(Deployments);
    run.apply(&sighting(), NOW).unwrap();
    let row = by_time_row(NOW, "QmScene");
    assert!(row.ends_with(b"qmscene"));
    let by_local = run.row(BY_TIME, &format!("local/{DAY}"), &row).unwrap();
    assert_eq!(
        *by_local,
        json!({"entityId": "QmScene", "entityType": "scene",
            "entityTimestamp": 1_600_000_000_000_i64, "localTimestamp": NOW})
    );
    let by_entity = by_time_row(1_600_000_000_000, "QmScene");
    assert_eq!(run.row(BY_TIME, "entity/18518", &by_entity), Some(by_local));
    assert_eq!(run.row(DAYS, "local", &number_key(DAY)), Some(&json!({})));
    assert_eq!(
        run.row(DAYS, "entity", &number_key(18518)),
        Some(&json!({}))
    );
    assert_eq!(
        run.row(CONTENT_REFS, "QmB", b"QmScene"),
        Some(&json!({"entityType": "scene"}))
    );
}

#[test]
fn a_later_sighting_only_adds_servers() {
    let mut run = Run::new(Deployments);
    run.apply(&sighting(), NOW).unwrap();
    let mut again = sighting();
    assert!(!run.apply(&again, NOW + 1).unwrap(), "nothing new");
    again.servers = vec![
        "https://b/content".into(),
        "https://a/content".into(),
        String::new(),
    ];
    again.pointers = vec!["9,9".into()];
    assert!(run.apply(&again, NOW + 2).unwrap());
    let state = run.state();
    let servers: Vec<_> = state
        .servers
        .iter()
        .map(|(url, at)| (url.as_str(), *at))
        .collect();
    assert_eq!(
        servers,
        [("https://a/content", NOW), ("https://b/content", NOW + 2)]
    );
    assert_eq!(state.pointers, ["0,0", "0,1"]);
    assert_eq!((run.emits.len(), run.effects.len()), (4, 2));
}

#[test]
fn files_are_asked_for_when_the_first_server_is_known() {
    let mut run = Run::new(Deployments);
    let servers = std::mem::take(&mut sighting().servers);
    let nowhere = Sighting {
        servers: Vec::new(),
        ..sighting()
    };
    run.apply(&nowhere, NOW).unwrap();
    assert!(run.effects.is_empty());
    run.apply(
        &Sighting {
            servers,
            ..sighting()
        },
        NOW + 1,
    )
    .unwrap();
    assert_eq!(run.effects.len(), 2);
}

#[test]
fn an_entity_without_a_list_of_files_is_completed_once() {
    let mut run = Run::new(Deployments);
    let bare = Sighting {
        entity: Json::from_text(r#"{"metadata":{}}"#),
        ..sighting()
    };
    run.apply(&bare, NOW).unwrap();
    assert!(!run.state().complete);
    assert!(!run.apply(&bare, NOW + 1).unwrap(), "nothing new");
    assert!(run.apply(&sighting(), NOW + 2).unwrap());
    assert!(!run.apply(&sighting(), NOW + 3).unwrap(), "nothing new");
    assert_eq!(run.state().entity, sighting().entity);
    assert_eq!(
        (run.count(CONTENT_REFS), run.effects.len(), run.emits.len()),
        (2, 2, 4)
    );
}

#[test]
fn profiles_are_not_mirrored_but_their_files_are_known() {
    let mut run = Run::new(Deployments);
    let profile = Sighting {
        entity_type: "profile".into(),
        ..sighting()
    };
    run.apply(&profile, NOW).unwrap();
    assert!(run.effects.is_empty());
    assert_eq!(run.count(CONTENT_REFS), 2);
    assert_eq!(
        header(&run.emits[0], "isMultiplayer"),
        "false",
        "only scenes are"
    );
}

#[test]
fn servers_are_bounded() {
    let mut run = Run::new(Deployments);
    let servers = (0..100).map(|i| format!("https://{i}/content")).collect();
    run.apply(
        &Sighting {
            servers,
            ..sighting()
        },
        NOW,
    )
    .unwrap();
    assert_eq!(run.state().servers.len(), 64);
}

#[test]
fn the_state_holds_the_entity_as_json() {
    let mut run = Run::new(Deployments);
    run.apply(&sighting(), NOW).unwrap();
    let doc = serde_json::to_value(run.state()).unwrap();
    assert_eq!(doc["entity"]["metadata"]["multiplayerId"], "room");
    assert_eq!(
        doc["authChain"][0],
        json!({"type": "SIGNER", "payload": "0xABC", "signature": null})
    );
}

/// How to spoil a sighting.
type Spoil = fn(&mut Sighting);

#[test]
fn what_can_never_be_published_is_rejected_by_code() {
    let cases: [(&str, Spoil); 12] = [
        ("SIGHTING_ENTITY_ID", |s| s.entity_id = String::new()),
        ("SIGHTING_ENTITY_ID", |s| s.entity_id = "../x".into()),
        ("SIGHTING_ENTITY_TYPE", |s| s.entity_type = "Scene/x".into()),
        ("SIGHTING_TIMESTAMP", |s| s.entity_timestamp = 0),
        ("SIGHTING_TIMESTAMP", |s| s.entity_timestamp = 1 << 53),
        ("SIGHTING_AUTH_CHAIN", |s| {
            s.auth_chain = vec![AuthLink::default(); 11]
        }),
        ("SIGHTING_ENTITY", |s| s.entity = Json::default()),
        ("SIGHTING_ENTITY", |s| s.entity = Json::from_text("{")),
        ("SIGHTING_POINTERS", |s| s.pointers.clear()),
        ("SIGHTING_POINTERS", |s| s.pointers.push(String::new())),
        ("SIGHTING_POINTERS", |s| s.pointers.push("x".repeat(513))),
        ("SIGHTING_POINTERS", |s| {
            s.pointers = (0..9000).map(|i| format!("{i},0")).collect()
        }),
    ];
    for (code, spoil) in cases {
        let mut bad = sighting();
        spoil(&mut bad);
        let mut run = Run::new(Deployments);
        assert_eq!(run.apply(&bad, NOW).unwrap_err().code, code);
        assert!(
            run.apply(&sighting(), NOW).unwrap(),
            "the next sighting publishes"
        );
    }
}
