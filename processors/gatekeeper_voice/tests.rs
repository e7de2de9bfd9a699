//! Calls, and what comes too late for them.

use model::events::gatekeeper::VoiceChange;
use model::tables::gatekeeper::voice::{CALLS, OF_USERS, Status};

use super::GatekeeperVoice;
use crate::testing::Run;

fn change(kind: &str, address: &str, session: Option<&str>, at: i64) -> VoiceChange {
    VoiceChange {
        call: "community/c".into(),
        kind: kind.into(),
        address: address.into(),
        session: session.map(str::to_owned),
        moderator: address == "0xm",
        at,
    }
}

fn status(run: &Run<GatekeeperVoice>, address: &str) -> Status {
    run.states[&b"community/c"[..]].users[address].status
}

#[test]
fn who_left_an_earlier_session_is_still_in_the_later_one() {
    let mut run = Run::new(GatekeeperVoice);
    run.apply(&change("invited", "0xm", None, 1), 0).unwrap();
    run.apply(&change("connected", "0xm", Some("s1"), 2), 0)
        .unwrap();
    run.apply(&change("connected", "0xm", Some("s2"), 3), 0)
        .unwrap();
    let old = run.apply(&change("left", "0xm", Some("s1"), 4), 0);
    assert!(!old.unwrap());
    assert_eq!(status(&run, "0xm"), Status::Connected);
    run.apply(&change("interrupted", "0xm", Some("s2"), 5), 0)
        .unwrap();
    assert_eq!(status(&run, "0xm"), Status::ConnectionInterrupted);
    run.apply(&change("left", "0xm", Some("s2"), 6), 0).unwrap();
    assert_eq!(status(&run, "0xm"), Status::Disconnected);
    assert_eq!(run.states[&b"community/c"[..]].moderators_changed_at, 6);
}

#[test]
fn without_a_session_what_is_older_than_an_invitation_comes_too_late() {
    let mut run = Run::new(GatekeeperVoice);
    run.apply(&change("invited", "0xa", None, 5000), 0).unwrap();
    let late = run.apply(&change("left", "0xa", Some("s0"), 3999), 0);
    assert!(!late.unwrap());
    let stranger = run.apply(&change("connected", "0xb", Some("s"), 6000), 0);
    assert!(!stranger.unwrap(), "never invited");
    run.apply(&change("left", "0xa", Some("s0"), 4000), 0)
        .unwrap();
    assert_eq!(status(&run, "0xa"), Status::Disconnected);
}

#[test]
fn the_end_of_a_call_takes_its_rows() {
    let mut run = Run::new(GatekeeperVoice);
    for address in ["0xa", "0xm"] {
        run.apply(&change("invited", address, None, 1), 0).unwrap();
    }
    assert!(run.row(CALLS, "community/", b"c").is_some());
    assert!(run.row(OF_USERS, "0xa", b"community/c").is_some());
    run.apply(&change("ended", "", None, 2), 0).unwrap();
    assert!(run.row(CALLS, "community/", b"c").is_none());
    assert!(run.row(OF_USERS, "0xa", b"community/c").is_none());
    assert!(!run.apply(&change("ended", "", None, 3), 0).unwrap());
    let odd = VoiceChange {
        call: "party/c".into(),
        ..change("invited", "0xa", None, 1)
    };
    assert_eq!(run.apply(&odd, 0).unwrap_err().code, "GATEKEEPER_CHANGE");
}
