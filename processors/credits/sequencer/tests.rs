//! Time in the journal.

use model::Json;
use model::events::ledger::{Entry, Input};
use serde_json::{Value, json};

use super::Sequencer;
use crate::testing::Run;

fn input(kind: &str, metadata: Value) -> Input {
    Input {
        kind: kind.into(),
        metadata: Json::from(metadata),
        ..Input::default()
    }
}

/// Kind, time, and (chain, time) of the heads.
type Told = (String, i64, Vec<(i64, i64)>);

fn told(run: &Run<Sequencer>) -> Vec<Told> {
    let entries = run.emits.iter().map(|emit| {
        let entry: Entry = model::decode(&emit.value).unwrap();
        let heads = entry.heads.iter().map(|h| (h.chain_id, h.block_timestamp));
        (entry.kind, entry.now, heads.collect())
    });
    entries.collect()
}

#[test]
fn every_entry_carries_the_greatest_tick_and_the_newest_heads() {
    let mut run = Run::new(Sequencer);
    let head = |n: i64, at: i64| {
        input(
            "finalized-head",
            json!({"chainId": 137, "blockNumber": n, "blockTimestamp": at}),
        )
    };
    let tick = |now: i64| input("clock-tick", json!({ "now": now }));
    for event in [
        tick(100_000),
        tick(100_001),
        input("usd-minted", json!({})),
        head(5, 90),
        head(4, 80),
        tick(50_000),
        input("usd-minted", json!({})),
        tick(110_000),
        input("clock-tick", json!({"now": "soon"})),
    ] {
        run.apply(&event, 7).unwrap();
    }
    assert_eq!(
        told(&run),
        [
            ("clock-tick".to_owned(), 100_000, vec![]),
            ("usd-minted".to_owned(), 100_001, vec![]),
            ("finalized-head".to_owned(), 100_001, vec![(137, 90)]),
            ("usd-minted".to_owned(), 100_001, vec![(137, 90)]),
            ("clock-tick".to_owned(), 110_000, vec![(137, 90)]),
        ]
    );
}
