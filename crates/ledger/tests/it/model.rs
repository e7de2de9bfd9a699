//! Random histories, each compared with the reference after every group: answers, counters, invariants.

use ledger::{Applied, Id, Kind, Ledger, Op, Refusal, Transfer, Unit};

use crate::reference::{ACCOUNTS, Reference, Step};

const SEEDS: u64 = 1_500;
const GROUPS: usize = 40;

struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn small(&mut self, n: u64) -> u8 {
        u8::try_from(self.below(n)).expect("below 256")
    }
}

fn history(seed: u64) -> Vec<Vec<Step>> {
    let mut dice = Dice(seed);
    let mut used = Vec::new();
    let mut group = |_| {
        let steps = 1 + dice.below(3) * dice.below(2);
        (0..steps).map(|_| step(&mut dice, &mut used)).collect()
    };
    (0..GROUPS).map(&mut group).collect()
}

fn step(dice: &mut Dice, used: &mut Vec<Step>) -> Step {
    if !used.is_empty() && dice.below(8) == 0 {
        let n = dice.below(used.len() as u64) as usize;
        return used[n].clone();
    }
    let id = dice.small(250);
    let holds = used.iter().filter_map(|step| match step {
        Step::Move { id, hold: true, .. } => Some(*id),
        _ => None,
    });
    let holds: Vec<u8> = holds.collect();
    let hold = match holds.len() as u64 {
        0 => dice.small(250),
        n => holds[dice.below(n) as usize],
    };
    let step = match dice.below(6) {
        0 => Step::Post { id, hold },
        1 => Step::Void { id, hold },
        _ => movement(dice, id),
    };
    used.push(step.clone());
    step
}

fn movement(dice: &mut Dice, id: u8) -> Step {
    let amount = match dice.below(40) {
        0 => u128::MAX,
        1 => u128::MAX / 2,
        2 => 0,
        _ => u128::from(dice.below(50)),
    };
    // Mostly within a unit: else nothing ever moves.
    let base = 4 * dice.small(2);
    let (from, to) = match dice.below(20) {
        0 => (dice.small(9), dice.small(9)),
        // Out of the open account: it is what all else is moved from.
        1..8 => (base, base + 1 + dice.small(3)),
        _ => (base + dice.small(4), base + dice.small(4)),
    };
    Step::Move {
        id,
        from,
        to,
        amount,
        balancing: dice.below(3) == 0,
        hold: dice.below(3) == 0,
    }
}

fn account(n: u8) -> Id {
    let unit = ACCOUNTS.get(usize::from(n)).map_or('M', |(unit, _)| *unit);
    Id::account(Unit(unit), &n.to_string())
}

fn op(step: &Step) -> Op {
    let named = |id: &u8| Id::transfer("test", &[&id.to_string()]);
    match step {
        Step::Post { id, hold } => Op::Post {
            id: named(id),
            hold: named(hold),
        },
        Step::Void { id, hold } => Op::Void {
            id: named(id),
            hold: named(hold),
        },
        Step::Move {
            id,
            from,
            to,
            amount,
            balancing,
            hold,
        } => Op::Transfer {
            id: named(id),
            transfer: Transfer {
                debit: account(*from),
                credit: account(*to),
                amount: *amount,
                balancing: *balancing,
                pending: *hold,
            },
        },
    }
}

pub(crate) fn opened() -> Ledger {
    let mut ledger = Ledger::default();
    for (n, (unit, kind)) in (0..).zip(ACCOUNTS) {
        let kind = match kind {
            'c' => Kind::Credit,
            'd' => Kind::Debit,
            _ => Kind::Open,
        };
        ledger.open(account(n), Unit(unit), kind).expect("new");
    }
    ledger
}

fn word(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Empty => "empty",
        Refusal::Differs { .. } => "differs",
        Refusal::GroupDiffers(_) => "group differs",
        Refusal::UnknownAccount(_) => "unknown account",
        Refusal::SameAccount(_) => "same account",
        Refusal::UnitsDiffer(..) => "units differ",
        Refusal::Nothing(_) => "nothing",
        Refusal::Overflow(_) => "overflow",
        Refusal::Insufficient { .. } => "insufficient",
        Refusal::NotOwed { .. } => "not owed",
        Refusal::UnknownHold(_) => "unknown hold",
        Refusal::AlreadyPosted(_) => "posted",
        Refusal::AlreadyVoided(_) => "voided",
        Refusal::AccountDiffers(_) => "account differs",
        Refusal::InUse(_) => "in use",
    }
}

/// Plays a history; says where the two first differ.
fn play(history: &[Vec<Step>]) -> Result<u64, String> {
    let (mut ledger, mut reference) = (opened(), Reference::default());
    let mut applied = 0;
    for group in history {
        let ops: Vec<Op> = group.iter().map(op).collect();
        let before = ledger.clone();
        let got = ledger.apply(&ops);
        let wanted = reference.apply(group);
        let same = match (&got, &wanted) {
            (Ok(Applied::New(entries)), Ok((false, amounts)))
            | (Ok(Applied::Exists(entries)), Ok((true, amounts))) => {
                entries.iter().map(|e| e.amount).eq(amounts.iter().copied())
            }
            (Err(refusal), Err(why)) => word(refusal) == *why,
            _ => false,
        };
        if !same {
            return Err(format!("{group:?}: got {got:?}, wanted {wanted:?}"));
        }
        let changed = matches!(got, Ok(Applied::New(_)));
        if changed == (ledger == before) || changed == (ledger.hash() == before.hash()) {
            return Err(format!(
                "{group:?}: changed {changed}, but the state says otherwise"
            ));
        }
        applied += u64::from(changed);
        ledger.check().map_err(|e| format!("{group:?}: {e}"))?;
        for n in 0..8 {
            let account = ledger.account(&account(n)).expect("open");
            let sides = (
                (account.debits_posted, account.debits_pending),
                (account.credits_posted, account.credits_pending),
            );
            if sides != reference.sides(n) {
                return Err(format!("{group:?}: account {n}: {sides:?}"));
            }
        }
    }
    Ok(applied)
}

/// Leaves out whatever can be left out while the two still differ.
fn shrunk(mut history: Vec<Vec<Step>>) -> Vec<Vec<Step>> {
    let mut n = 0;
    while n < history.len() {
        let mut shorter = history.clone();
        shorter.remove(n);
        match play(&shorter) {
            Err(_) => history = shorter,
            Ok(_) => n += 1,
        }
    }
    history
}

#[test]
fn random_histories_agree_with_the_reference() {
    let mut applied = 0;
    for seed in 0..SEEDS {
        match play(&history(seed)) {
            Ok(groups) => applied += groups,
            Err(_) => {
                let short = shrunk(history(seed));
                let why = play(&short).expect_err("it is shortened only while it fails");
                panic!("seed {seed}: {why}\nhistory: {short:#?}");
            }
        }
    }
    assert!(applied > SEEDS * 10, "histories move something: {applied}");
}
