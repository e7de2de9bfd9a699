//! Behaviour of a consumer over many commands.

use std::collections::{BTreeMap, BTreeSet};

use model::events::catalyst::{ConsumerCommand, ConsumerItem};
use model::tables::consumers::{COMMANDS, HISTORY, NAMES, Outcome, Status, Window, history_row};
use proptest::prelude::*;
use serde_json::json;

use super::Consumers;
use super::rules::{ATTEMPTS_MAX, COMMANDS_MAX, GAPS_MAX, IN_FLIGHT_MAX, ITEMS_MAX};
use crate::testing::Run;

/// One consumer, `c`, of scenes.
struct Consumer {
    run: Run<Consumers>,
    commands: usize,
}

impl Consumer {
    fn new() -> Self {
        let mut consumer = Self {
            run: Run::new(Consumers),
            commands: 0,
        };
        let register = ConsumerCommand {
            types: vec!["scene".into()],
            ..command("register", &[])
        };
        consumer.send(register, 0);
        consumer
    }

    fn send(&mut self, mut command: ConsumerCommand, now: i64) -> Outcome {
        self.commands += 1;
        command.command_id = format!("m{}", self.commands);
        self.run.apply(&command, now).unwrap();
        self.answer(&command.command_id)
    }

    fn answer(&self, id: &str) -> Outcome {
        let row = self.run.row(COMMANDS, "c", id.as_bytes()).unwrap();
        serde_json::from_value(row.clone()).unwrap()
    }

    /// Leases for 100 ms under the given id; says which numbers were granted.
    fn lease(&mut self, lease_id: &str, seqs: &[i64], now: i64) -> Vec<i64> {
        let answer = self.send(lease(lease_id, seqs), now);
        answer
            .granted
            .unwrap()
            .iter()
            .map(|item| item.seq)
            .collect()
    }

    fn under(&mut self, name: &str, lease_id: &str, seqs: &[i64], now: i64) -> i64 {
        let lease_id = Some(lease_id.to_owned()).filter(|id| !id.is_empty());
        let command = ConsumerCommand {
            lease_id,
            ..command(name, seqs)
        };
        self.send(command, now).accepted.unwrap()
    }

    fn window(&self) -> &Window {
        &self.run.state().types["scene"]
    }
}

fn command(name: &str, seqs: &[i64]) -> ConsumerCommand {
    let item = |seq: &i64| ConsumerItem {
        entity_id: format!("Qm{seq}"),
        entity_type: "scene".into(),
        seq: *seq,
    };
    ConsumerCommand {
        consumer: "c".into(),
        command: name.into(),
        items: seqs.iter().map(item).collect(),
        ..ConsumerCommand::default()
    }
}

fn lease(lease_id: &str, seqs: &[i64]) -> ConsumerCommand {
    ConsumerCommand {
        lease_id: Some(lease_id.into()),
        limit: 1_000_000,
        ttl_ms: 100,
        ..command("lease", seqs)
    }
}

#[test]
fn what_is_leased_is_not_leased_again_before_it_runs_out() {
    let mut c = Consumer::new();
    assert_eq!(c.lease("a", &[0, 1, 1], 0), [0, 1]);
    assert_eq!(c.lease("b", &[0, 1, 2], 99), [2]);
    assert_eq!(c.window().status(0, 99), Status::Leased);
    let answer = c.send(lease("b", &[0, 1]), 100);
    assert_eq!(answer.until, Some(200));
    assert_eq!(answer.lease_id.as_deref(), Some("b"));
    let granted = answer.granted.unwrap();
    assert_eq!(
        granted.iter().map(|g| g.attempts).collect::<Vec<_>>(),
        [2, 2]
    );
    assert_eq!(c.under("ack", "a", &[0], 101), 0, "it belongs to b now");
    assert_eq!(c.under("ack", "b", &[0], 101), 1);
}

#[test]
fn a_late_ack_counts_while_nobody_else_has_the_item() {
    let mut c = Consumer::new();
    c.lease("a", &[0], 0);
    assert_eq!(c.under("ack", "a", &[0], 1000), 1);
    assert_eq!(c.lease("b", &[0], 1000), [0_i64; 0]);
}

#[test]
fn the_window_moves_over_what_is_done_in_any_order() {
    let mut c = Consumer::new();
    c.lease("a", &[0, 1, 2, 3], 0);
    assert_eq!(c.under("ack", "a", &[2, 1], 1), 2);
    assert_eq!((c.window().start, c.window().done.count()), (0, 2));
    assert_eq!(c.window().depth(4), 2);
    assert_eq!(c.under("ack", "a", &[0], 1), 1);
    assert_eq!((c.window().start, c.window().done.len()), (3, 0));
    assert_eq!(c.window().depth(4), 1);
}

#[test]
fn a_returned_item_rests_and_keeps_its_attempts() {
    let mut c = Consumer::new();
    c.lease("a", &[0], 0);
    let nack = ConsumerCommand {
        lease_id: Some("a".into()),
        delay_ms: 50,
        reason: Some("no".into()),
        ..command("nack", &[0])
    };
    assert_eq!(c.send(nack, 10).accepted, Some(1));
    assert_eq!(c.window().status(0, 59), Status::Delayed);
    assert_eq!(c.lease("b", &[0], 59), [0_i64; 0]);
    let granted = c.send(lease("b", &[0]), 60).granted.unwrap();
    assert_eq!(granted[0].attempts, 2);
}

#[test]
fn an_item_that_is_handed_out_too_often_is_given_up_and_listed() {
    let mut c = Consumer::new();
    for attempt in 0..ATTEMPTS_MAX {
        assert_eq!(c.lease("a", &[0], attempt * 100), [0]);
    }
    assert_eq!(c.lease("a", &[0], ATTEMPTS_MAX * 100), [0_i64; 0]);
    assert_eq!(c.window().status(0, 5000), Status::Failed);
    assert_eq!(c.window().failed[&0].attempts, ATTEMPTS_MAX);
    assert_eq!(
        (c.window().start, c.window().depth(1)),
        (1, 0),
        "it holds nothing up"
    );
    assert_eq!(c.under("requeue", "", &[0], 5000), 1);
    assert_eq!(c.window().depth(1), 1);
    let granted = c.send(lease("b", &[0]), 5000).granted.unwrap();
    assert_eq!(granted[0].attempts, 1);
}

#[test]
fn anything_can_be_requeued_and_a_holder_loses_it() {
    let mut c = Consumer::new();
    c.lease("a", &[0, 1], 0);
    c.under("ack", "a", &[0], 1);
    assert_eq!(c.under("requeue", "", &[0, 1, 2], 2), 3);
    assert_eq!(c.window().depth(3), 3);
    assert_eq!(c.under("ack", "a", &[1], 3), 0);
    assert_eq!(c.lease("b", &[0, 1, 2], 4), [0, 1, 2]);
    assert_eq!(c.under("ack", "b", &[0, 1, 2], 5), 3);
    assert_eq!((c.window().start, c.window().depth(3)), (3, 0));
}

#[test]
fn expire_gives_back_what_ran_out() {
    let mut c = Consumer::new();
    c.lease("a", &[0, 1], 0);
    c.lease("b", &[2], 50);
    assert_eq!(c.under("expire", "", &[], 99), 0);
    assert_eq!(c.under("expire", "", &[1, 2], 100), 1);
    assert_eq!(c.under("expire", "", &[], 100), 1);
    assert_eq!(
        c.window().delayed.keys().copied().collect::<Vec<_>>(),
        [0, 1]
    );
    assert_eq!(c.lease("c", &[0, 1, 2], 100), [0, 1]);
}

#[test]
fn a_repeated_command_changes_nothing_and_keeps_its_answer() {
    let mut c = Consumer::new();
    c.send(lease("a", &[0]), 0);
    let before = (c.run.state().clone(), c.answer("m2"));
    let again = ConsumerCommand {
        command_id: "m2".into(),
        ..lease("z", &[5])
    };
    assert!(!c.run.apply(&again, 500).unwrap());
    assert_eq!((c.run.state().clone(), c.answer("m2")), before);
}

#[test]
fn only_the_last_answers_are_kept() {
    let mut c = Consumer::new();
    for i in 0..COMMANDS_MAX as i64 {
        c.lease("a", &[i], 0);
    }
    assert_eq!(c.run.count(COMMANDS), COMMANDS_MAX);
    assert!(c.run.row(COMMANDS, "c", b"m1").is_none());
    assert!(c.run.row(COMMANDS, "c", b"m2").is_some());
}

#[test]
fn bounds_are_named_in_the_answer() {
    let mut c = Consumer::new();
    let all: Vec<i64> = (0..ITEMS_MAX as i64).collect();
    let answer = c.send(lease("a", &all), 0);
    assert_eq!(answer.bounded.as_deref(), Some("in-flight"));
    assert_eq!(answer.granted.unwrap().len(), IN_FLIGHT_MAX);
    let again = c.send(lease("a", &all), 100);
    assert_eq!(
        again.granted.unwrap().len(),
        IN_FLIGHT_MAX,
        "what is in hand may be leased again"
    );
    let refused = c
        .send(lease("a", &[&all[..], &[9999]].concat()), 0)
        .refused
        .unwrap();
    assert_eq!(refused.code, "CONSUMER_ITEMS_TOO_MANY");
}

#[test]
fn picking_out_of_order_is_bounded_and_never_stops_the_first() {
    let mut c = Consumer::new();
    let even: Vec<i64> = (1..=GAPS_MAX as i64).map(|i| 2 * i).collect();
    for some in even.chunks(IN_FLIGHT_MAX) {
        assert_eq!(c.lease("a", some, 0), some);
        c.under("ack", "a", some, 0);
    }
    let answer = c.send(lease("a", &[1_000_000, 5, 0]), 0);
    assert_eq!(answer.bounded.as_deref(), Some("gaps"));
    let granted: Vec<_> = answer
        .granted
        .unwrap()
        .iter()
        .map(|item| item.seq)
        .collect();
    assert_eq!(granted, [5, 0], "what closes a gap, and the first");
}

#[test]
fn names_and_history_are_written_down() {
    let mut c = Consumer::new();
    assert_eq!(
        c.run.row(NAMES, "all", b"c"),
        Some(&json!({"types": ["scene"], "since": 0}))
    );
    let ask = ConsumerCommand {
        by: "worker-1".into(),
        ..lease("a", &[0])
    };
    c.send(ask, 7);
    assert_eq!(
        c.run.row(HISTORY, "Qm0", &history_row(7, "c", "m2")),
        Some(
            &json!({"consumer": "c", "action": "leased", "at": 7, "seq": 0, "leaseId": "a", "by": "worker-1"})
        )
    );
}

#[test]
fn a_consumer_of_all_types_gets_windows_as_types_appear() {
    let mut c = Consumer::new();
    let mut emote = lease("a", &[3]);
    emote.items[0].entity_type = "emote".into();
    assert_eq!(c.send(emote.clone(), 0).unknown.len(), 1);
    assert_eq!(c.run.state().types.len(), 1, "it reads scenes only");
    c.send(command("register", &[]), 0);
    assert_eq!(c.send(emote, 0).granted.unwrap().len(), 1);
    let mut late = command("register", &[90]);
    late.items[0].entity_type = "store".into();
    c.send(late, 0);
    assert_eq!(c.run.state().types["store"].start, 90);
}

#[test]
fn what_cannot_be_answered_is_rejected_and_what_cannot_be_done_is_refused() {
    let mut c = Consumer::new();
    for bad in [
        ConsumerCommand {
            consumer: "a/b".into(),
            command_id: "x".into(),
            ..command("lease", &[])
        },
        ConsumerCommand {
            command_id: String::new(),
            ..command("lease", &[])
        },
    ] {
        let reject = c.run.apply(&bad, 0).unwrap_err();
        assert_eq!(reject.code, "CONSUMER_COMMAND_UNANSWERABLE");
    }
    c.run.states.retain(|key, _| &key[..] == b"c");
    let refused = c.send(command("steal", &[]), 0).refused.unwrap();
    assert_eq!(refused.code, "CONSUMER_COMMAND_UNKNOWN");
    let many = ConsumerCommand {
        types: (0..70).map(|i| format!("t{i}")).collect(),
        ..command("register", &[])
    };
    assert_eq!(
        c.send(many, 0).refused.unwrap().code,
        "CONSUMER_TYPES_TOO_MANY"
    );
    let blank = ConsumerCommand {
        types: vec![String::new()],
        ..command("register", &[])
    };
    assert_eq!(
        c.send(blank, 0).refused.unwrap().code,
        "CONSUMER_TYPE_INVALID"
    );
}

/// A random command over a few numbers and two leases, and how much time passed before it.
fn any_command() -> impl Strategy<Value = (ConsumerCommand, i64)> {
    let name = prop::sample::select(vec![
        "lease", "lease", "lease", "ack", "ack", "nack", "requeue", "expire",
    ]);
    let seqs = prop::collection::vec(0..12_i64, 0..5);
    let lease_id = prop::sample::select(vec![Some("a"), Some("b"), None]);
    (name, seqs, lease_id, 0..40_i64, 0..60_i64).prop_map(
        |(name, seqs, lease_id, delay_ms, passed)| {
            let command = ConsumerCommand {
                lease_id: lease_id.map(str::to_owned),
                limit: 3,
                ttl_ms: 30,
                delay_ms,
                ..command(name, &seqs)
            };
            (command, passed)
        },
    )
}

/// The same rules the slow way: one status a number, no windows.
#[derive(Default)]
struct Naive {
    done: BTreeSet<i64>,
    held: BTreeMap<i64, (String, i64)>,
    resting: BTreeMap<i64, i64>,
}

impl Naive {
    fn free(&self, seq: i64, now: i64) -> bool {
        let held = self.held.get(&seq).is_some_and(|(_, until)| *until > now);
        let resting = self.resting.get(&seq).is_some_and(|until| *until > now);
        !held && !resting && !self.done.contains(&seq)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn agrees_with_the_naive_rules(commands in prop::collection::vec(any_command(), 1..60)) {
        let (mut c, mut naive, mut now) = (Consumer::new(), Naive::default(), 0);
        for (command, passed) in commands {
            now += passed;
            let answer = c.send(command.clone(), now);
            let unknown: BTreeSet<i64> = answer.unknown.iter().map(|item| item.seq).collect();
            let failed: BTreeSet<i64> = c.window().failed.keys().copied().collect();
            for granted in answer.granted.iter().flatten() {
                prop_assert!(naive.free(granted.seq, now), "{} was not free", granted.seq);
                naive.resting.remove(&granted.seq);
                let lease_id = answer.lease_id.clone().unwrap_or_default();
                naive.held.insert(granted.seq, (lease_id, answer.until.unwrap_or(0)));
            }
            for item in &command.items {
                let known = !unknown.contains(&item.seq);
                match command.command.as_str() {
                    "ack" if known => {
                        naive.held.remove(&item.seq);
                        naive.resting.remove(&item.seq);
                        naive.done.insert(item.seq);
                    }
                    "nack" if known => {
                        naive.held.remove(&item.seq);
                        naive.resting.insert(item.seq, now + command.delay_ms);
                    }
                    "requeue" => {
                        naive.held.remove(&item.seq);
                        naive.resting.remove(&item.seq);
                        naive.done.remove(&item.seq);
                    }
                    _ => {}
                }
            }
            naive.done.extend(&failed);
            let window = c.window();
            for seq in 0..12 {
                let free = window.status(seq, now) == Status::Waiting;
                prop_assert_eq!(free, naive.free(seq, now), "{} after {:?}", seq, command);
                let places = usize::from(window.leases.contains_key(&seq))
                    + usize::from(window.delayed.contains_key(&seq))
                    + usize::from(window.requeued.contains(seq))
                    + usize::from(window.failed.contains_key(&seq));
                prop_assert!(places <= 1, "{} is in {} places", seq, places);
                let passed_only = window.requeued.contains(seq) || window.failed.contains_key(&seq);
                prop_assert!(!passed_only || window.passed(seq));
            }
            let open = (0..12).filter(|seq| !matches!(window.status(*seq, now), Status::Done | Status::Failed));
            prop_assert_eq!(window.depth(12), open.count() as i64);
        }
    }
}
