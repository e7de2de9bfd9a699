//! What single cases of the ledger promise.

use ledger::{Applied, Id, Kind, Ledger, Op, Refusal, Transfer, Unit};

fn id(name: &str) -> Id {
    Id::account(Unit('M'), name)
}

fn named(name: &str) -> Id {
    Id::transfer(name, &[])
}

fn transfer(name: &str, debit: &str, credit: &str, amount: u128) -> Op {
    Op::Transfer {
        id: named(name),
        transfer: Transfer {
            debit: id(debit),
            credit: id(credit),
            amount,
            balancing: false,
            pending: false,
        },
    }
}

fn opened() -> Ledger {
    let mut ledger = Ledger::default();
    for (name, kind) in [
        ("world", Kind::Open),
        ("a", Kind::Credit),
        ("b", Kind::Credit),
    ] {
        ledger.open(id(name), Unit('M'), kind).expect("new");
    }
    ledger
}

#[test]
fn a_group_is_applied_whole_or_not_at_all() {
    let mut ledger = opened();
    let before = ledger.clone();
    let group = [transfer("1", "world", "a", 5), transfer("2", "a", "b", 6)];
    assert!(matches!(
        ledger.apply(&group),
        Err(Refusal::Insufficient {
            available: 5,
            wanted: 6,
            ..
        })
    ));
    assert_eq!(ledger, before);
    let group = [transfer("1", "world", "a", 6), transfer("2", "a", "b", 6)];
    assert!(matches!(ledger.apply(&group), Ok(Applied::New(_))));
    assert!(matches!(ledger.apply(&group), Ok(Applied::Exists(_))));
    assert_eq!(ledger.account(&id("b")).map(|b| b.available()), Some(6));
}

#[test]
fn an_id_means_one_thing_for_ever() {
    let mut ledger = opened();
    ledger
        .apply(&[transfer("1", "world", "a", 5)])
        .expect("it fits");
    let other = ledger.apply(&[transfer("1", "world", "a", 6)]);
    assert_eq!(
        other,
        Err(Refusal::Differs {
            id: named("1"),
            field: "amount"
        })
    );
    let other = ledger.apply(&[transfer("1", "world", "b", 5)]);
    assert_eq!(
        other,
        Err(Refusal::Differs {
            id: named("1"),
            field: "credit account"
        })
    );
}

#[test]
fn amounts_at_the_edge_are_refused_before_they_are_added() {
    let mut ledger = opened();
    ledger
        .apply(&[transfer("1", "world", "a", u128::MAX)])
        .expect("the first fits");
    let refused = ledger.apply(&[transfer("2", "world", "a", 1)]);
    assert_eq!(refused, Err(Refusal::Overflow(named("2"))));
    let refused = ledger.apply(&[transfer("3", "a", "b", u128::MAX)]);
    assert_eq!(refused, Err(Refusal::Overflow(named("3"))));
    assert_eq!(ledger.check(), Ok(()));
}

#[test]
fn only_an_even_account_can_be_forgotten() {
    let mut ledger = opened();
    ledger
        .apply(&[transfer("1", "world", "a", 5)])
        .expect("it fits");
    assert_eq!(ledger.retire(&id("a")), Err(Refusal::InUse(id("a"))));
    ledger
        .apply(&[transfer("2", "a", "b", 5)])
        .expect("it fits");
    ledger.retire(&id("a")).expect("it is even");
    for name in ["1", "2"] {
        ledger.forget(&named(name)).expect("nothing is held");
    }
    assert_eq!(ledger.check(), Ok(()));
    assert_eq!(ledger.account(&id("a")), None);
    assert_eq!(ledger.account(&id("b")).map(|b| b.available()), Some(5));
}

/// The document is all there is: a ledger read back goes on as the one that was never written.
#[test]
fn a_ledger_goes_on_from_its_document() {
    let mut ledger = opened();
    let big = u128::from(u64::MAX) * 1_000;
    ledger
        .apply(&[transfer("1", "world", "a", big)])
        .expect("it fits");
    let doc = serde_json::to_vec(&ledger).expect("text keys");
    let mut again: Ledger = serde_json::from_slice(&doc).expect("its own document");
    assert_eq!(again, ledger);
    let next = [transfer("2", "a", "b", big)];
    assert_eq!(again.apply(&next), ledger.apply(&next));
    assert_eq!(again.hash(), ledger.hash());
    assert_eq!(
        serde_json::to_vec(&again).ok(),
        serde_json::to_vec(&ledger).ok()
    );
}

/// Hash of a known history, so that a change of the bytes is noticed.
#[test]
fn the_rolling_hash_is_of_known_bytes() {
    let mut ledger = opened();
    ledger
        .apply(&[transfer("1", "world", "a", 5)])
        .expect("it fits");
    let mut bytes = vec![1];
    for id in [named("1"), id("world"), id("a")] {
        bytes.extend_from_slice(id.bytes());
    }
    bytes.extend_from_slice(&5_u128.to_be_bytes());
    assert_eq!(ledger.hash(), ledger::Hash::default().then(&bytes));
    assert_eq!((ledger.applied(), ledger.accounts().len()), (1, 3));
}
