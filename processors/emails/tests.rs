//! Who may keep an e-mail address.

use model::events::notification::{Command, EmailClaim};

use super::Emails;
use crate::testing::Run;

fn claim(address: &str, action: &str, id: &str) -> EmailClaim {
    EmailClaim {
        email: "e@example.org".into(),
        address: address.into(),
        action: action.into(),
        command_id: id.into(),
    }
}

#[test]
fn the_first_keeps_it_until_it_is_given_back() {
    let mut run = Run::new(Emails);
    for (claim, granted) in [
        (claim("0xa", "claim", "1"), Some(true)),
        (claim("0xb", "claim", "2"), Some(false)),
        (claim("0xa", "claim", "3"), Some(true)),
        (claim("0xb", "release", "4"), None),
        (claim("0xb", "claim", "5"), Some(false)),
        (claim("0xa", "release", "6"), None),
        (claim("0xb", "claim", "7"), Some(true)),
    ] {
        run.emits.clear();
        run.apply(&claim, 9).unwrap();
        let verdict = run.emits.first().map(|emit| {
            assert_eq!(&emit.key[..], claim.address.as_bytes());
            let verdict: Command = model::decode(&emit.value).unwrap();
            assert_eq!(verdict.ids, [claim.command_id.as_str()]);
            assert_eq!(verdict.email.as_deref(), Some("e@example.org"));
            verdict.granted
        });
        assert_eq!(verdict, granted, "{claim:?}");
    }
    assert_eq!(run.state().owner.as_deref(), Some("0xb"));
}

#[test]
fn what_is_neither_is_rejected() {
    let mut run = Run::new(Emails);
    let reject = run.apply(&claim("0xa", "dance", "1"), 0).unwrap_err();
    assert_eq!(reject.code, "EMAIL_CLAIM_UNKNOWN");
}
