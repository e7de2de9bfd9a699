//! Random forks: transactions are included again, moved or dropped; what is left is as if only the last chain had been.

use model::tables::credits as tables;
use serde_json::{Value, json};

use super::desk::{CREDIT, Desk, reverted, used};

const SEEDS: u64 = 40;
/// Blocks that may be taken back.
const DEEPEST: usize = 75;

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

/// A transaction that spends of a credit.
#[derive(Clone, Debug)]
struct Tx {
    name: String,
    salt: String,
    value: u128,
}

#[derive(Clone, Debug)]
struct Block {
    hash: String,
    txs: Vec<Tx>,
}

fn started() -> (Desk, Vec<Tx>) {
    let mut desk = Desk::new();
    desk.mint("0xa", 500);
    desk.mint("0xb", 100);
    let mut txs = Vec::new();
    for (n, who) in ["0xa", "0xa", "0xb"].into_iter().enumerate() {
        let key = format!("g{n}");
        let body = json!({"amountWei": (3 * CREDIT).to_string()});
        let granted = desk.ask("on-demand-granted", &key, who, body);
        let salt = granted.body["id"].as_str().unwrap().to_owned();
        // Two of one credit: whatever happens they spend no more than it has.
        for part in 0..2 {
            let (name, salt) = (format!("0xg{n}{part}"), salt.clone());
            txs.push(Tx {
                name,
                salt,
                value: CREDIT,
            });
        }
        let salt = desk.authorize(who, 100);
        txs.push(Tx {
            name: format!("0xu{n}"),
            salt,
            value: 7,
        });
    }
    (desk, txs)
}

fn include(desk: &mut Desk, block: &Block) {
    for (index, tx) in (0..).zip(&block.txs) {
        let body = used(&tx.salt, tx.value, &block.hash, index, &tx.name);
        desk.ask("credit-used", "u", "", body);
    }
}

fn take_back(desk: &mut Desk, block: &Block, index: usize) {
    let index = i64::try_from(index).unwrap();
    let tx = &block.txs[usize::try_from(index).unwrap()].name;
    desk.ask("log-reverted", "r", "", reverted(&block.hash, index, tx));
}

/// What anybody sees of it.
fn seen(desk: &Desk) -> Vec<Value> {
    let kinds = [tables::USERS, tables::VOUCHERS, tables::PURCHASES];
    kinds
        .iter()
        .flat_map(|table| desk.all(table).into_iter().cloned())
        .collect()
}

fn play(seed: u64) {
    let mut dice = Dice(seed * 2 + 1);
    let (mut desk, mut waiting) = started();
    let (canonical_start, _) = started();
    let mut chain: Vec<Block> = Vec::new();
    let mut serial = 0;
    for _ in 0..40 {
        if chain.is_empty() || dice.below(4) > 0 {
            serial += 1;
            let mut block = Block {
                hash: format!("0xb{serial}"),
                txs: Vec::new(),
            };
            while !waiting.is_empty() && dice.below(2) == 0 {
                block.txs.push(waiting.remove(dice.below(waiting.len())));
            }
            include(&mut desk, &block);
            chain.push(block);
            continue;
        }
        let depth = 1 + dice.below(chain.len().min(DEEPEST));
        let orphans = chain.split_off(chain.len() - depth);
        let mut later = Vec::new();
        for block in orphans.iter().rev() {
            for index in 0..block.txs.len() {
                let tx = block.txs[index].clone();
                match dice.below(3) {
                    // Told at once, perhaps twice.
                    0 => {
                        take_back(&mut desk, block, index);
                        if dice.below(2) == 0 {
                            take_back(&mut desk, block, index);
                        }
                        waiting.push(tx);
                    }
                    // In another block at once; told late.
                    1 => {
                        later.push((block.clone(), index));
                        serial += 1;
                        let again = Block {
                            hash: format!("0xb{serial}"),
                            txs: vec![tx],
                        };
                        include(&mut desk, &again);
                        chain.push(again);
                    }
                    // In another block at once; never told.
                    _ => {
                        serial += 1;
                        let again = Block {
                            hash: format!("0xb{serial}"),
                            txs: vec![tx],
                        };
                        include(&mut desk, &again);
                        chain.push(again);
                    }
                }
            }
        }
        for (block, index) in later {
            take_back(&mut desk, &block, index);
        }
    }
    let mut canonical = canonical_start;
    for block in &chain {
        include(&mut canonical, block);
    }
    assert_eq!(seen(&desk), seen(&canonical), "seed {seed}");
}

#[test]
fn after_any_forks_only_the_last_chain_counts() {
    for seed in 0..SEEDS {
        play(seed);
    }
}
