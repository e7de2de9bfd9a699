//! Denials and pardons.

use model::events::registry::Command;
use model::tables::registry::moderation::DENYLIST;
use serde_json::json;

use super::RegistryModeration;
use crate::testing::Run;

fn command(kind: &str, at: i64, by: &str, reason: Option<&str>) -> Command {
    Command {
        key: "qma".into(),
        kind: kind.into(),
        by: by.into(),
        reason: reason.map(str::to_owned),
        at,
    }
}

#[test]
fn who_denied_first_stays_named() {
    let mut run = Run::new(RegistryModeration);
    run.apply(&command("deny", 1, "0xa", None), 0).unwrap();
    run.apply(&command("deny", 2, "0xb", Some("rude")), 0)
        .unwrap();
    assert!(
        !run.apply(&command("deny", 2, "0xb", Some("rude")), 0)
            .unwrap(),
        "a repetition"
    );
    assert!(
        !run.apply(&command("allow", 1, "0xb", None), 0).unwrap(),
        "too late"
    );
    let row = run.row(DENYLIST, "all", b"qma").unwrap();
    assert_eq!(
        *row,
        json!({"entityId": "qma", "reason": "rude", "createdBy": "0xa", "createdAt": 1, "updatedAt": 2})
    );
    run.apply(&command("allow", 3, "0xb", None), 0).unwrap();
    assert_eq!(run.count(DENYLIST), 0);
    run.apply(&command("deny", 4, "0xb", None), 0).unwrap();
    assert_eq!(
        run.row(DENYLIST, "all", b"qma").unwrap()["createdBy"],
        "0xb"
    );
}

#[test]
fn what_is_no_command_is_rejected() {
    let flush = Command {
        key: Command::ALL.into(),
        ..command("flush", 7, "", None)
    };
    let mut run = Run::new(RegistryModeration);
    run.apply(&flush, 0).unwrap();
    assert_eq!(run.state().flushed_at, Some(7));
    for bad in [
        command("odd", 1, "", None),
        Command {
            key: String::new(),
            ..flush
        },
    ] {
        let error = Run::new(RegistryModeration).apply(&bad, 0).unwrap_err();
        assert_eq!(error.code, "REGISTRY_COMMAND");
    }
}
