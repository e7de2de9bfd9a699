//! What each event of a conversion says.

use kernel::{Processor as _, Record};
use model::events::registry::{Input, What};
use serde_json::{Value, json};

use super::RegistryConversions;
use crate::testing::Run;

fn record(sub_type: &str, metadata: Value) -> Record {
    let event = json!({"type": "asset-bundle", "subType": sub_type, "key": "k", "timestamp": 7, "metadata": metadata});
    crate::testing::record(&event)
}

fn converted(id: &str, platform: &str) -> Value {
    json!({"entityId": id, "platform": platform, "statusCode": 12, "isLods": false, "isWorld": false, "version": "v49"})
}

#[test]
fn an_end_and_a_question_are_told() {
    let mut run = Run::new(RegistryConversions::<1>);
    let queued = json!({"entityId": "QmA", "platform": "mac", "isLods": false});
    for record in [
        record("converted", converted("QmA", "web")),
        record("manually-queued", queued),
    ] {
        let conversion = RegistryConversions::<1>.decode(&record).unwrap().unwrap();
        run.apply(&conversion, 0).unwrap();
    }
    let told: Vec<Input> = run
        .emits
        .iter()
        .map(|e| model::decode(&e.value).unwrap())
        .collect();
    let end = What::Converted {
        platform: "web".into(),
        is_lods: false,
        status_code: 12,
        version: "v49".into(),
    };
    assert_eq!(told[0], Input::new("QmA", 7, &end));
    assert_eq!(
        told[1],
        Input::new(
            "QmA",
            7,
            &What::Queued {
                platform: "mac".into()
            }
        )
    );
}

#[test]
fn levels_of_detail_are_not_waited_for() {
    let queued = json!({"entityId": "QmA", "platform": "mac", "isLods": true});
    let record = record("manually-queued", queued);
    assert!(RegistryConversions::<0>.decode(&record).unwrap().is_none());
}

#[test]
fn what_names_nothing_is_rejected_by_code() {
    for (id, platform, code) in [
        ("", "mac", "REGISTRY_ENTITY"),
        ("../x", "mac", "REGISTRY_ENTITY"),
        ("QmA", "", "REGISTRY_PLATFORM"),
        ("QmA", "Mac OS", "REGISTRY_PLATFORM"),
    ] {
        let record = record("converted", converted(id, platform));
        let conversion = RegistryConversions::<0>.decode(&record).unwrap().unwrap();
        let error = Run::new(RegistryConversions::<0>)
            .apply(&conversion, 0)
            .unwrap_err();
        assert_eq!(error.code, code);
    }
}
