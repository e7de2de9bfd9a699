//! Bans and warnings of a person.

use model::events::gatekeeper::UserChange;
use model::tables::gatekeeper::users::{BANNED, DEVICES, KEPT_MAX};

use super::GatekeeperUsers;
use crate::testing::Run;

fn change(kind: &str, id: &str, at: i64) -> UserChange {
    UserChange {
        address: "0xa".into(),
        kind: kind.into(),
        id: id.into(),
        by: "mod".into(),
        reason: "rude".into(),
        at,
        ..UserChange::default()
    }
}

#[test]
fn a_ban_takes_the_device_along_and_holds_until_it_is_lifted() {
    let mut run = Run::new(GatekeeperUsers);
    let seen = UserChange {
        device: Some("d1".into()),
        ..change("seen", "", 0)
    };
    run.apply(&seen, 0).unwrap();
    run.apply(&change("banned", "1", 10), 0).unwrap();
    assert!(!run.apply(&change("banned", "2", 11), 0).unwrap());
    assert_eq!(run.row(DEVICES, "d1", b"0xa").unwrap()["id"], "1");
    assert!(run.states[&b"0xa"[..]].banned_at(i64::MAX).is_some());
    run.apply(&change("lifted", "", 12), 0).unwrap();
    assert!(run.row(DEVICES, "d1", b"0xa").is_none());
    assert!(run.row(BANNED, "all", b"0xa").is_none());
    assert!(!run.apply(&change("lifted", "", 13), 0).unwrap());
    let state = &run.states[&b"0xa"[..]];
    assert_eq!(state.bans[0].lifted_by.as_deref(), Some("mod"));
    assert!(!run.apply(&change("banned", "1", 10), 0).unwrap(), "again");
}

#[test]
fn a_ban_that_has_run_out_makes_way_for_another() {
    let mut run = Run::new(GatekeeperUsers);
    let short = UserChange {
        expires_at: Some(20),
        ..change("banned", "1", 10)
    };
    run.apply(&short, 0).unwrap();
    assert!(!run.apply(&change("banned", "2", 19), 0).unwrap());
    assert!(run.apply(&change("banned", "3", 20), 0).unwrap());
    assert_eq!(run.row(BANNED, "all", b"0xa").unwrap()["id"], "3");
}

#[test]
fn the_newest_warnings_are_kept() {
    let mut run = Run::new(GatekeeperUsers);
    for n in 0..=KEPT_MAX {
        let at = i64::try_from(n).unwrap();
        run.apply(&change("warned", &n.to_string(), at), 0).unwrap();
    }
    let warnings = &run.states[&b"0xa"[..]].warnings;
    assert_eq!(warnings.len(), KEPT_MAX);
    assert_eq!(warnings[0].id, "1");
    let odd = run.apply(&change("odd", "", 0), 0).unwrap_err();
    assert_eq!(odd.code, "GATEKEEPER_CHANGE");
}
