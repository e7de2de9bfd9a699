//! Random histories against the reference: every answer, every balance, after every act; each act may be told twice.
//! Then the whole log is folded again, over documents, and must come to the same state.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use model::tables::credits as tables;
use serde_json::{Value, json};

use super::desk::{CONTRACT, CREDIT, Desk, START, wanted};
use super::reference::{Act, FUNDED, REWARD, Reference, Status};
use crate::credits::names;
use crate::credits::state::State;

const SEEDS: u64 = 1_000;
/// Histories that are played at a time.
const AT_A_TIME: u64 = 4;
const ACTS: usize = 60;

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (x ^ (x >> 31)) % n
    }

    fn small(&mut self, n: u64) -> u8 {
        self.below(n) as u8
    }
}

fn act(dice: &mut Dice, serial: u8) -> Act {
    let (who, key) = (dice.small(3), dice.small(serial.max(1).into()));
    let wei = u128::from(1 + dice.below(5)) * CREDIT;
    match dice.below(22) {
        0 | 1 => Act::Mint {
            who,
            cents: 10 + dice.below(40) as i64,
        },
        2..=5 => Act::Authorize {
            who,
            key: serial,
            cents: 10 * (1 + dice.below(5) as i64),
        },
        6 | 7 => Act::Cancel { who, key },
        8 => Act::Submit { who, key },
        9 => Act::Grant {
            who,
            key: serial,
            wei,
        },
        10 => Act::Buy {
            who,
            key: dice.small(4),
            wei,
        },
        11 => Act::Refund { key: dice.small(4) },
        12 => Act::Goal { who },
        13 => Act::Claim {
            who,
            right: dice.below(3) > 0,
        },
        14..=16 => {
            let of = match dice.below(6) {
                0 => ('g', 0, key),
                1 => ('b', 0, dice.small(4)),
                2 => ('c', who, 0),
                _ => ('u', who, key),
            };
            Act::Used {
                of,
                log: serial,
                value: u128::from(dice.below(3)) * CREDIT / 2,
            }
        }
        17 | 18 => Act::Reverted { log: key },
        19 => Act::Tick {
            ms: [1_000, 600_000, 600_000, 86_400_000][dice.below(4) as usize],
        },
        _ => Act::Head {
            seconds: [-100_000, 0, 0, 0, 0, 0, 0, 0, 899, 900, 100_000, 4_000_000]
                [dice.below(12) as usize],
        },
    }
}

/// Of a person, of what was given to them, or of an app purchase, which is named by its transaction alone. Each is asked
/// for after every act: they are made once.
fn salt(of: (char, u8, u8)) -> Arc<str> {
    thread_local! {
        static KNOWN: RefCell<BTreeMap<(char, u8, u8), Arc<str>>> = RefCell::default();
    }
    let made = || {
        let (kind, who, key) = of;
        let text = match kind {
            'u' => format!("usd:{}:authorize{key}", address(who)),
            'g' => format!("on-demand:grant{key}"),
            'b' => format!("iap:buy{key}"),
            _ => format!("goal:7:1:visit-event:{}", address(who)),
        };
        Arc::from(names::salt(&text))
    };
    KNOWN.with_borrow_mut(|known| Arc::clone(known.entry(of).or_insert_with(made)))
}

fn address(who: u8) -> String {
    format!("0x{who}")
}

fn started() -> Desk {
    let mut desk = Desk::with_season(FUNDED as u128 * REWARD, None);
    for who in 0..3 {
        desk.ask(
            "user-enrolled",
            &format!("enrol{who}"),
            &address(who),
            json!({}),
        );
    }
    desk
}

/// Tells the desk an act; gives the answer in the reference's words.
fn tell(desk: &mut Desk, act: &Act, n: usize) -> String {
    let log = |log: u8| (format!("0xblock{log}"), format!("0xtx{log}"));
    let said = match act {
        Act::Mint { who, cents } => desk.ask(
            "usd-minted",
            &format!("mint{n}"),
            &address(*who),
            json!({"usdCents": cents}),
        ),
        Act::Authorize { who, key, cents } => desk.ask(
            "authorize-requested",
            &format!("authorize{key}"),
            &address(*who),
            wanted(*cents),
        ),
        Act::Cancel { who, key } => {
            let body = json!({"salts": [&*salt(('u', *who, *key))]});
            let said = desk.ask(
                "authorize-cancelled",
                &format!("cancel{n}"),
                &address(*who),
                body,
            );
            return said.body["released"].to_string();
        }
        Act::Submit { who, key } => {
            let body = json!({"salts": [&*salt(('u', *who, *key))], "txHash": "0xT"});
            let said = desk.ask(
                "authorize-submitted",
                &format!("submit{n}"),
                &address(*who),
                body,
            );
            return said.body["recorded"].to_string();
        }
        Act::Grant { who, key, wei } => desk.ask(
            "on-demand-granted",
            &format!("grant{key}"),
            &address(*who),
            json!({"amountWei": wei.to_string()}),
        ),
        Act::Buy { who, key, wei } => {
            let body = json!({"amountWei": wei.to_string(), "productId": n.to_string()});
            let said = desk.ask("iap-verified", &format!("buy{key}"), &address(*who), body);
            // Another person, or another amount: the reference is only asked about the first.
            if said.result == "key-reused" {
                desk.say("nothing", "", json!({}))
            } else {
                said
            }
        }
        Act::Refund { key } => {
            let body = json!({"transactionId": format!("buy{key}")});
            desk.ask("iap-refunded", &format!("refund{n}"), "", body)
        }
        Act::Goal { who } => {
            let body = json!({"goalId": "visit-event", "stepKey": "s"});
            desk.ask("goal-step", &format!("goal{n}"), &address(*who), body)
        }
        Act::Claim { who, right } => return claim(desk, *who, *right, n),
        Act::Used {
            of,
            log: index,
            value,
        } => {
            let (block, tx) = log(*index);
            let body = json!({"chainId": 137, "contract": CONTRACT, "sender": address(of.1), "credit": {"salt": &*salt(*of)},
                "value": value.to_string(), "blockNumber": 10, "blockHash": block, "txHash": tx, "logIndex": 1});
            desk.ask("credit-used", "used", "", body)
        }
        Act::Reverted { log: index } => {
            let (block, tx) = log(*index);
            let body = json!({"chainId": 137, "blockHash": block, "txHash": tx, "logIndex": 1});
            desk.ask("log-reverted", "reverted", "", body)
        }
        Act::Tick { ms } => {
            desk.tick(*ms);
            return String::new();
        }
        Act::Head { seconds } => {
            let at = desk.now / 1000 + seconds;
            if desk.heads.get(&137).is_none_or(|(_, known)| at > *known) {
                desk.head(*seconds);
            }
            return String::new();
        }
    };
    said.result
}

fn claim(desk: &mut Desk, who: u8, right: bool, n: usize) -> String {
    let id = format!("c{n}");
    let target = Some(json!({"target": 40}));
    desk.ask_with(
        "captcha-issued",
        &id,
        &address(who),
        json!({"challengeId": id}),
        target,
    );
    let body = json!({"x": if right { 40 } else { 90 }, "challengeId": id});
    let said = desk.ask("claim-requested", &format!("claim{n}"), &address(who), body);
    let flag = |name: &str| said.body[name] == json!(true);
    let word = match (
        flag("ok"),
        flag("blocked"),
        said.body["grantedWei"] == json!("0"),
    ) {
        (_, true, _) => "blocked",
        (false, ..) => "wrong",
        (true, _, true) => "nothing",
        (true, ..) => "done",
    };
    word.to_owned()
}

fn compare(desk: &Desk, reference: &Reference) -> Result<(), String> {
    let row = |table, who, row: &str| {
        desk.row_of(table, &address(who), row)
            .unwrap_or(&Value::Null)
    };
    for who in 0..3 {
        let user = row(tables::USERS, who, "");
        let net = reference.net(who);
        let cents = |name: &str| user[name].as_i64().unwrap_or_default();
        let found = (cents("balanceCents"), cents("owedCents"));
        if found != (net.max(0), (-net).max(0)) {
            return Err(format!("person {who} has {found:?}, wanted {net}"));
        }
    }
    let wei = |value: &Value| value.as_str().and_then(|text| text.parse().ok());
    for (of, credit) in &reference.credits {
        let row = row(tables::VOUCHERS, credit.who, &salt(*of));
        let found = [&row["available"], &row["settled"]].map(wei);
        let wanted = [reference.left(*of), reference.settled(*of)].map(Some);
        if found != wanted {
            return Err(format!("credit {of:?} is {found:?}, wanted {wanted:?}"));
        }
    }
    for (of, intent) in &reference.intents {
        let row = row(tables::PURCHASES, intent.who, &salt(*of));
        let wanted = match intent.status {
            Status::Pending => "PENDING",
            Status::Settled => "SETTLED",
            Status::Expired => "EXPIRED",
        };
        if row["status"] != wanted {
            return Err(format!(
                "purchase {of:?} is {}, wanted {wanted}",
                row["status"]
            ));
        }
    }
    Ok(())
}

fn play(acts: &[Act], seed: u64) -> Result<Desk, String> {
    let mut desk = started();
    let mut reference = Reference::new(START);
    let mut dice = Dice(!seed);
    for (n, act) in acts.iter().enumerate() {
        let wanted = reference.act(act);
        let said = tell(&mut desk, act, n);
        // An app purchase that is told again has its first answer, and says nothing new.
        let told_before = said.is_empty() || said == "unknown";
        if said != wanted && !(matches!(act, Act::Buy { .. }) && told_before) {
            return Err(format!("{n} {act:?}: said {said:?}, wanted {wanted:?}"));
        }
        compare(&desk, &reference).map_err(|e| format!("{n} {act:?}: {e}"))?;
        let twice = !matches!(
            act,
            Act::Tick { .. } | Act::Head { .. } | Act::Claim { .. } | Act::Buy { .. }
        );
        if twice && dice.below(3) == 0 {
            let before = desk.state.clone();
            tell(&mut desk, act, n);
            if desk.state != before {
                return Err(format!("{n} {act:?}: told twice, it changed something"));
            }
        }
    }
    Ok(desk)
}

fn history(seed: u64) -> Vec<Act> {
    let mut dice = Dice(seed);
    (0..ACTS).map(|n| act(&mut dice, n as u8)).collect()
}

/// Leaves out whatever can be left out while it still fails.
fn shrunk(mut acts: Vec<Act>, seed: u64) -> Vec<Act> {
    let mut n = 0;
    while n < acts.len() {
        let mut shorter = acts.clone();
        shorter.remove(n);
        if play(&shorter, seed).is_err() {
            acts = shorter;
        } else {
            n += 1;
        }
    }
    acts
}

/// Plays every so-manyth history; says how many lines of statements they wrote.
fn histories(from: u64) -> u64 {
    let mut moved = 0;
    for seed in (from..SEEDS).step_by(AT_A_TIME as usize) {
        match play(&history(seed), seed) {
            Ok(desk) => moved += desk.all(tables::STATEMENT).len() as u64,
            Err(_) => {
                let short = shrunk(history(seed), seed);
                let why = play(&short, seed).err();
                panic!("seed {seed}: {why:?}\n{short:#?}");
            }
        }
    }
    moved
}

#[test]
fn random_histories_agree_with_the_reference() {
    let moved: u64 = std::thread::scope(|scope| {
        let parts: Vec<_> = (0..AT_A_TIME)
            .map(|from| scope.spawn(move || histories(from)))
            .collect();
        let counted = parts.into_iter().map(|part| match part.join() {
            Ok(moved) => moved,
            // The history that failed was named.
            Err(panic) => std::panic::resume_unwind(panic),
        });
        counted.sum()
    });
    assert!(moved > SEEDS * 10, "histories move something: {moved}");
}

/// A state that goes through its document before every act comes to the same bytes.
#[test]
fn a_history_over_documents_comes_to_the_same_hash() {
    for seed in 1_000..1_020 {
        let acts = history(seed);
        let (mut straight, mut stored) = (started(), started());
        for (n, act) in acts.iter().enumerate() {
            tell(&mut straight, act, n);
            let doc = serde_json::to_vec(&stored.state).unwrap();
            stored.state = serde_json::from_slice::<State>(&doc).unwrap();
            tell(&mut stored, act, n);
        }
        assert_eq!(straight.state.hash(), stored.state.hash());
        let doc = |desk: &Desk| -> Value { serde_json::to_value(&desk.state).unwrap() };
        assert_eq!(doc(&straight), doc(&stored));
        assert_eq!(straight.rows, stored.rows);
    }
}

/// A cancel and a consumption cross: whichever is first, the same is charged.
#[test]
fn a_race_of_cancel_and_consumption_charges_the_same() {
    let mut charged = Vec::new();
    for cancel_first in [true, false] {
        let mut desk = started();
        desk.mint("0x1", 100);
        let of = desk.authorize("0x1", 60);
        let used = super::desk::used(&of, 5, "0xb", 1, "0xt");
        if cancel_first {
            desk.cancel("0x1", &of);
            desk.ask("credit-used", "u", "", used);
        } else {
            desk.ask("credit-used", "u", "", used);
            desk.cancel("0x1", &of);
        }
        let user = desk.user("0x1");
        charged.push((
            user["settledCents"].clone(),
            user["balanceCents"].clone(),
            user["owedCents"].clone(),
        ));
    }
    assert_eq!(charged[0], charged[1]);
}
