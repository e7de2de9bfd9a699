//! What is signed, and what is not.

use model::events::effects;
use runtime::effects::{EffectHandler, Outcome};
use serde_json::{Value, json};

use super::{SettingError, Voucher};
use crate::frame::settings::Credits as Settings;

fn settings(over: Value) -> Settings {
    serde_json::from_value(over).expect("settings")
}

fn key() -> String {
    "11".repeat(32)
}

fn request() -> effects::Voucher {
    effects::Voucher {
        salt: "0x0d793ff3fe6fee2288cb1b2db2e3d2eaddb1c484541bf155bfc92f94a9296310".into(),
        user: "0x99995f38fc9d786eab5c3a1b1c4e6ae5f4e99999".into(),
        value: "2500000000000000000".into(),
        expires_at: 1_767_225_600,
    }
}

async fn perform(settings: &Settings, request: &effects::Voucher) -> Outcome {
    let signer = Voucher::new(settings).expect("good settings");
    signer.perform(&request.salt, &model::encode(request)).await
}

#[tokio::test]
async fn the_vector_of_the_specification_is_signed_to_the_byte() {
    let settings = settings(json!({ "private_key": key() }));
    let (once, twice) = (
        perform(&settings, &request()).await,
        perform(&settings, &request()).await,
    );
    assert_eq!(once, twice);
    let Outcome::Done(Some(signed)) = once else {
        panic!("it is signed: {once:?}");
    };
    let signed: Value = serde_json::from_slice(&signed).expect("JSON");
    assert_eq!(
        signed["hash"],
        "0xbe06cc85b8164e1a79feba01ba0446f88dab8ecf507581d6a5debc4d3c7b68cd"
    );
    assert_eq!(
        signed["signature"],
        "0x8823ac76b4715653b787eeda86ecc02a7ad13fbb2ce2894d4a66b684ab2b3bec\
         49b27090282423c6d24213dae8d43b3727828ad2143b62d76102b6b577a8df061b"
    );
    assert_eq!(signed["chainId"], 137);
}

#[tokio::test]
async fn without_a_key_it_waits_and_with_a_bad_request_it_does_not() {
    let outcome = perform(&settings(json!({})), &request()).await;
    assert!(matches!(outcome, Outcome::Retry { .. }), "{outcome:?}");
    let bad = effects::Voucher {
        user: "0x1".into(),
        ..request()
    };
    let outcome = perform(&settings(json!({ "private_key": key() })), &bad).await;
    assert!(matches!(outcome, Outcome::GiveUp { .. }), "{outcome:?}");
}

#[test]
fn wrong_settings_are_named_and_keys_are_not_shown() {
    let error = |over: Value| Voucher::new(&settings(over)).err();
    let bad = "ab".repeat(31);
    assert_eq!(
        error(json!({ "private_key": bad })),
        Some(SettingError::Key)
    );
    assert_eq!(error(json!({"chain_id": 5})), Some(SettingError::Chain(5)));
    let over = json!({"credits_manager_address_override": "0x12"});
    assert!(matches!(error(over), Some(SettingError::Manager(_))));
    let signer = Voucher::new(&settings(json!({ "private_key": key() }))).expect("good settings");
    assert!(!format!("{signer:?}").contains("1111111111"));
}
