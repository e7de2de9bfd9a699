//! A ledger at a desk: entries in, answers and rows out, invariants proven after each entry.

use std::collections::{BTreeMap, BTreeSet};

use model::Json;
use model::events::effects::Voucher;
use model::events::ledger::{Entry, Head, Outcome};
use model::tables::credits as tables;
use serde_json::{Value, json};

use crate::credits::state::State;
use crate::credits::{OUTCOMES, proofs, step};

pub(super) const DAY: i64 = 86_400_000;
/// 2026-01-05T00:00:00Z.
pub(super) const START: i64 = 1_767_571_200_000;
pub(super) const CONTRACT: &str = "0x8b3a40ca1b6f5cafc99d112a4d02e897d1fd8cc5";
pub(super) const CREDIT: u128 = 1_000_000_000_000_000_000;

/// What an entry led to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    pub(super) result: String,
    pub(super) body: Value,
}

#[derive(Clone, Default)]
pub(super) struct Desk {
    pub(super) state: State,
    pub(super) now: i64,
    pub(super) heads: BTreeMap<i64, (i64, i64)>,
    pub(super) rows: BTreeMap<(&'static str, Vec<u8>, Vec<u8>), Value>,
    pub(super) told: Vec<Value>,
    /// Signatures that were asked for.
    pub(super) wanted: Vec<Voucher>,
    /// (transfer, account, effect) of all lines.
    pub(super) lines: BTreeSet<(String, String, String)>,
    /// Signs at once, as the effect would.
    pub(super) signs: bool,
    keys: u64,
}

impl Desk {
    /// At the start of January's season, without a season.
    pub(super) fn new() -> Self {
        Self {
            now: START,
            signs: true,
            ..Self::default()
        }
    }

    /// With a season of four weeks: a budget of 10, a goal of 1 a week that takes two steps, one of 2 in the first week.
    pub(super) fn with_season(max: u128, weekly: Option<u128>) -> Self {
        let mut desk = Self::new();
        let said = desk.ask("season-defined", "season:7:1", "", season(1, max, weekly));
        assert_eq!(said.result, "done", "{said:?}");
        desk
    }

    /// Applies an entry under a key of its own.
    pub(super) fn say(&mut self, kind: &str, address: &str, body: Value) -> Said {
        self.keys += 1;
        let key = format!("k{}", self.keys);
        self.ask(kind, &key, address, body)
    }

    pub(super) fn ask(&mut self, kind: &str, key: &str, address: &str, body: Value) -> Said {
        self.ask_with(kind, key, address, body, None)
    }

    pub(super) fn ask_with(
        &mut self,
        kind: &str,
        key: &str,
        address: &str,
        body: Value,
        edge: Option<Value>,
    ) -> Said {
        let heads = self.heads.iter().map(|(chain, (number, timestamp))| Head {
            chain_id: *chain,
            block_number: *number,
            block_timestamp: *timestamp,
        });
        let entry = Entry {
            now: self.now,
            heads: heads.collect(),
            kind: kind.into(),
            key: key.into(),
            address: address.into(),
            metadata: Json::from(body),
            edge: edge.map(Json::from),
        };
        self.apply(&entry)
    }

    pub(super) fn apply(&mut self, entry: &Entry) -> Said {
        let before = self.state.clone();
        let step = step::step(&self.state, entry).unwrap();
        let again = step::step(&before, entry).unwrap();
        assert_eq!(step, again, "the same entry gives the same bytes");
        if let Some(state) = step.state {
            self.state = state;
        } else {
            assert!(step.rows.is_empty() && step.effects.is_empty());
        }
        proofs::check(&self.state).unwrap_or_else(|e| panic!("{e} after {entry:?}"));
        for row in step.rows {
            let cell = (row.table, row.partition.to_vec(), row.row.to_vec());
            match row.doc {
                Some(doc) => {
                    let doc: Value = serde_json::from_slice(&doc).unwrap();
                    if row.table == tables::STATEMENT {
                        self.remember(&doc);
                    }
                    self.rows.insert(cell, doc);
                }
                None => drop(self.rows.remove(&cell)),
            }
        }
        let mut said = Vec::new();
        for emit in step.emits {
            if emit.topic == OUTCOMES {
                let outcome: Outcome = model::decode(&emit.value).unwrap();
                said.push(Said {
                    result: outcome.result,
                    body: outcome.body.value().unwrap(),
                });
            } else {
                self.told
                    .push(model::decode_json(&emit.value).unwrap().value);
            }
        }
        assert!(said.len() <= 1, "one answer an entry");
        let wanted: Vec<Voucher> = step
            .effects
            .iter()
            .map(|effect| model::decode(&effect.request).unwrap())
            .collect();
        self.wanted.extend(wanted.clone());
        if self.signs {
            for voucher in wanted {
                self.sign(&voucher.salt);
            }
        }
        said.pop().unwrap_or(Said {
            result: String::new(),
            body: Value::Null,
        })
    }

    /// A transfer happens once.
    fn remember(&mut self, line: &Value) {
        let word = |name: &str| line[name].as_str().unwrap().to_owned();
        let happened = (word("transfer"), word("account"), word("effect"));
        assert!(self.lines.insert(happened), "{line}");
    }

    pub(super) fn sign(&mut self, salt: &str) {
        let body = json!({"signature": format!("0xs{salt}"), "hash": hash_of(salt), "contract": CONTRACT, "chainId": 137});
        self.ask("voucher-signed", salt, "", body);
    }

    pub(super) fn tick(&mut self, ms: i64) {
        self.now += ms;
        let now = self.now;
        self.ask("clock-tick", "tick", "", json!({ "now": now }));
    }

    /// A block becomes final whose time is the ledger's, and `seconds` more.
    pub(super) fn head(&mut self, seconds: i64) {
        let number = self
            .heads
            .get(&137)
            .map_or(1_000, |(number, _)| number + 100);
        self.heads.insert(137, (number, self.now / 1000 + seconds));
        self.ask("finalized-head", "head", "", json!({}));
    }

    pub(super) fn row(&self, table: &'static str, partition: &str, row: &str) -> Value {
        let row = self.row_of(table, partition, row);
        row.cloned().unwrap_or(Value::Null)
    }

    pub(super) fn row_of(&self, table: &'static str, partition: &str, row: &str) -> Option<&Value> {
        let cell = (
            table,
            partition.as_bytes().to_vec(),
            row.as_bytes().to_vec(),
        );
        self.rows.get(&cell)
    }

    pub(super) fn user(&self, address: &str) -> Value {
        self.row(tables::USERS, address, "")
    }

    pub(super) fn voucher(&self, address: &str, salt: &str) -> Value {
        self.row(tables::VOUCHERS, address, salt)
    }

    pub(super) fn purchase(&self, address: &str, salt: &str) -> Value {
        self.row(tables::PURCHASES, address, salt)
    }

    pub(super) fn all(&self, table: &'static str) -> Vec<&Value> {
        let rows = self.rows.iter().filter(|((name, ..), _)| *name == table);
        rows.map(|(_, doc)| doc).collect()
    }

    pub(super) fn balance(&self, address: &str) -> i64 {
        self.user(address)["balanceCents"]
            .as_i64()
            .unwrap_or_default()
    }

    pub(super) fn mint(&mut self, address: &str, cents: i64) {
        let said = self.say("usd-minted", address, json!({ "usdCents": cents }));
        assert_eq!(said.result, "done");
    }

    /// Authorizes a purchase; its salt.
    pub(super) fn authorize(&mut self, address: &str, cents: i64) -> String {
        let said = self.say("authorize-requested", address, wanted(cents));
        assert_eq!(said.result, "done", "{said:?}");
        said.body["salt"].as_str().unwrap().to_owned()
    }

    pub(super) fn cancel(&mut self, address: &str, salt: &str) -> i64 {
        let said = self.say("authorize-cancelled", address, json!({ "salts": [salt] }));
        said.body["released"].as_i64().unwrap()
    }
}

pub(super) fn wanted(cents: i64) -> Value {
    json!({"usdPriceCents": cents, "rate": "26960000", "rateDecimals": 8})
}

pub(super) fn hash_of(salt: &str) -> String {
    format!("0xh{salt}")
}

pub(super) fn season(version: i64, max: u128, weekly: Option<u128>) -> Value {
    let goal = |id: &str, week: Option<i64>, reward: u128, steps: i64| {
        json!({"goalId": id, "week": week, "title": id, "description": "", "thumbnail": "",
            "rewardWei": reward.to_string(), "totalSteps": steps})
    };
    json!({"id": 7, "name": format!("Winter {version}"),
        "startDate": "2026-01-05T00:00:00Z", "endDate": "2026-02-02T00:00:00Z",
        "maxManaWei": max.to_string(), "weeklyManaWei": weekly.map(|w| w.to_string()), "paused": false,
        "goals": [goal("log-in", None, CREDIT, 2), goal("visit-event", Some(1), 2 * CREDIT, 1)]})
}

/// A log of `CreditUsed` in a block.
pub(super) fn used(salt: &str, value: u128, block: &str, index: i64, tx: &str) -> Value {
    json!({"chainId": 137, "contract": CONTRACT.to_uppercase().replace("0X", "0x"), "sender": "0xA",
        "creditId": hash_of(salt), "credit": {"value": "1", "expiresAt": 1, "salt": salt},
        "value": value.to_string(), "blockNumber": 10, "blockHash": block, "blockTimestamp": 1,
        "txHash": tx, "logIndex": index})
}

pub(super) fn reverted(block: &str, index: i64, tx: &str) -> Value {
    json!({"chainId": 137, "blockHash": block, "logIndex": index, "txHash": tx})
}
