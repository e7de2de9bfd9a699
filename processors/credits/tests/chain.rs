//! Credits on chain.

use model::tables::credits as tables;
use serde_json::{Value, json};

use super::desk::{CONTRACT, CREDIT, DAY, Desk, hash_of, reverted, used};

const A: &str = "0xa";

fn granted(credits: u128) -> (Desk, String) {
    let mut desk = Desk::new();
    let body = json!({"amountWei": (credits * CREDIT).to_string()});
    let said = desk.say("on-demand-granted", A, body);
    (desk, said.body["id"].as_str().unwrap().to_owned())
}

fn parts(desk: &Desk, salt: &str) -> [String; 4] {
    let credit = desk.voucher(A, salt);
    ["available", "settled", "expired", "revoked"].map(|name| {
        let wei: u128 = credit[name].as_str().unwrap().parse().unwrap();
        (wei / CREDIT).to_string()
    })
}

#[test]
fn a_credit_is_spent_in_parts() {
    let (mut desk, salt) = granted(3);
    for (index, value) in [(1, CREDIT), (2, CREDIT), (1, CREDIT)] {
        desk.ask(
            "credit-used",
            "x",
            "",
            used(&salt, value, "0xB1", index, "0xT1"),
        );
    }
    assert_eq!(parts(&desk, &salt), ["1", "2", "0", "0"]);
    let program = desk.row(tables::PROGRAM, "all", "");
    assert_eq!(program["settled"][CONTRACT], (2 * CREDIT).to_string());
    assert_eq!(program["used"], program["settled"]);
}

#[test]
fn what_nobody_gave_is_reported_and_changes_nothing() {
    let (mut desk, salt) = granted(1);
    let before = desk.state.hash();
    let said = desk.ask("credit-used", "x", "", used("0xnone", 5, "0xb1", 1, "0xt1"));
    assert_eq!(said.result, "unknown-consumption");
    assert_eq!(desk.state.hash(), before);
    desk.ask(
        "credit-used",
        "y",
        "",
        used(&salt, 5 * CREDIT, "0xb1", 2, "0xt1"),
    );
    assert_eq!(parts(&desk, &salt), ["0", "1", "0", "0"]);
    let kinds: Vec<&Value> = desk
        .all(tables::ANOMALIES)
        .iter()
        .map(|a| &a["kind"])
        .collect();
    assert_eq!(kinds, ["unknown-consumption", "invariant-alarm"]);
    // The reconciliation shows it: more was used than the ledger could settle.
    let program = desk.row(tables::PROGRAM, "all", "");
    assert_ne!(program["used"], program["settled"]);
}

#[test]
fn a_credit_expires_by_the_chains_time_and_whole() {
    let (mut desk, salt) = granted(3);
    desk.ask(
        "credit-used",
        "x",
        "",
        used(&salt, CREDIT, "0xb1", 1, "0xt1"),
    );
    desk.tick(200 * DAY);
    assert_eq!(
        parts(&desk, &salt),
        ["2", "1", "0", "0"],
        "a clock is no evidence"
    );
    desk.head(-110 * DAY / 1000 - 1);
    assert_eq!(parts(&desk, &salt), ["2", "1", "0", "0"]);
    desk.head(-110 * DAY / 1000);
    assert_eq!(parts(&desk, &salt), ["0", "1", "2", "0"]);
    // A log that is taken back afterwards expires as well.
    desk.ask("log-reverted", "r", "", reverted("0xb1", 1, "0xt1"));
    assert_eq!(parts(&desk, &salt), ["0", "0", "3", "0"]);
}

#[test]
fn a_revocation_takes_what_is_left_and_can_be_taken_back() {
    let (mut desk, salt) = granted(3);
    desk.ask(
        "credit-used",
        "x",
        "",
        used(&salt, CREDIT, "0xb1", 1, "0xt1"),
    );
    let revoked = json!({"chainId": 137, "contract": CONTRACT, "creditId": hash_of(&salt).to_uppercase(),
        "blockNumber": 11, "blockHash": "0xb2", "logIndex": 4, "txHash": "0xt2"});
    desk.ask("credit-revoked", "v", "", revoked.clone());
    assert_eq!(parts(&desk, &salt), ["0", "1", "0", "2"]);
    assert_eq!(
        desk.ask("credit-revoked", "v", "", revoked).result,
        "exists"
    );
    desk.ask("log-reverted", "r1", "", reverted("0xb1", 1, "0xt1"));
    assert_eq!(parts(&desk, &salt), ["0", "0", "0", "3"]);
    desk.ask("log-reverted", "r2", "", reverted("0xb2", 4, "0xt2"));
    assert_eq!(parts(&desk, &salt), ["3", "0", "0", "0"]);
    let unknown = json!({"chainId": 137, "creditId": "0xnone", "blockHash": "0xb3", "logIndex": 1});
    assert_eq!(
        desk.ask("credit-revoked", "w", "", unknown).result,
        "unknown-revocation"
    );
}

#[test]
fn a_transaction_in_two_blocks_counts_once() {
    let (mut desk, salt) = granted(3);
    desk.ask(
        "credit-used",
        "x",
        "",
        used(&salt, CREDIT, "0xb1", 1, "0xt1"),
    );
    desk.ask(
        "credit-used",
        "y",
        "",
        used(&salt, CREDIT, "0xb2", 5, "0xt1"),
    );
    assert_eq!(parts(&desk, &salt), ["2", "1", "0", "0"]);
    desk.ask("log-reverted", "r", "", reverted("0xb1", 1, "0xt1"));
    assert_eq!(
        parts(&desk, &salt),
        ["2", "1", "0", "0"],
        "it was taken back already"
    );
    desk.ask("log-reverted", "s", "", reverted("0xb2", 5, "0xt1"));
    assert_eq!(parts(&desk, &salt), ["3", "0", "0", "0"]);
}

#[test]
fn a_log_that_was_taken_back_before_it_was_seen_never_counts() {
    let (mut desk, salt) = granted(3);
    desk.ask(
        "log-reverted",
        "137:0xb1:1:reverted",
        "",
        reverted("0xb1", 1, "0xt1"),
    );
    desk.ask(
        "credit-used",
        "x",
        "",
        used(&salt, CREDIT, "0xb1", 1, "0xt1"),
    );
    assert_eq!(parts(&desk, &salt), ["3", "0", "0", "0"]);
}

#[test]
fn what_is_over_is_forgotten_and_its_rows_stay() {
    let (mut desk, salt) = granted(1);
    desk.mint(A, 100);
    let purchase = desk.authorize(A, 100);
    desk.ask(
        "credit-used",
        "x",
        "",
        used(&salt, CREDIT, "0xb1", 1, "0xt1"),
    );
    desk.ask(
        "credit-used",
        "y",
        "",
        used(&purchase, 7, "0xb1", 2, "0xt1"),
    );
    desk.head(10_000);
    let full = serde_json::to_vec(&desk.state).unwrap().len();
    desk.tick(6 * DAY);
    assert_eq!(desk.state.vouchers.len(), 1, "a week it is remembered");
    desk.tick(8 * DAY);
    desk.tick(DAY);
    let state = &desk.state;
    assert!(state.vouchers.is_empty() && state.intents.is_empty() && state.logs.is_empty());
    assert!(state.hashes.is_empty() && state.users.is_empty() && state.answered.is_empty());
    assert!(desk.all(tables::ANSWERS).is_empty());
    let rest = serde_json::to_vec(&desk.state).unwrap().len();
    assert!(rest * 2 < full, "{rest} of {full} bytes are left");
    assert_eq!(desk.voucher(A, &salt)["settled"], CREDIT.to_string());
    assert_eq!(desk.purchase(A, &purchase)["status"], "SETTLED");
}

/// What the decision of the ledger promises of its document.
#[test]
fn what_is_alive_takes_little() {
    let size = |desk: &Desk| serde_json::to_vec(&desk.state).unwrap().len();
    let mut desk = Desk::new();
    let people: Vec<String> = (0..50).map(|n| format!("0x{n:040x}")).collect();
    for person in &people {
        desk.ask("user-enrolled", "e", person, json!({}));
    }
    desk.tick(8 * DAY);
    let enrolled = size(&desk);
    assert!(
        enrolled / 50 < 400,
        "{} bytes an enrolled person",
        enrolled / 50
    );
    for person in &people {
        for n in 0..4 {
            let key = format!("{person}{n}");
            desk.ask(
                "on-demand-granted",
                &key,
                person,
                json!({"amountWei": CREDIT.to_string()}),
            );
        }
    }
    desk.tick(8 * DAY);
    let each = (size(&desk) - enrolled) / 200;
    assert!(each < 900, "{each} bytes a live credit");
}

#[test]
fn a_credit_is_shown_signed_only_when_it_is() {
    let mut desk = Desk::new();
    desk.signs = false;
    let said = desk.say("on-demand-granted", A, json!({"amountWei": "5"}));
    let salt = said.body["id"].as_str().unwrap().to_owned();
    assert_eq!(desk.voucher(A, &salt)["signature"], Value::Null);
    desk.sign(&salt);
    let credit = desk.voucher(A, &salt);
    assert_eq!(
        (&credit["contract"], &credit["chainId"]),
        (&json!(CONTRACT), &json!(137))
    );
    assert_eq!(credit["hash"], hash_of(&salt));
}

/// The statement of a person adds up to what each account has.
#[test]
fn statements_add_up() {
    let (mut desk, salt) = granted(3);
    desk.mint(A, 500);
    let one = desk.authorize(A, 200);
    let two = desk.authorize(A, 100);
    desk.cancel(A, &two);
    desk.ask(
        "credit-used",
        "x",
        "",
        used(&salt, CREDIT, "0xb1", 1, "0xt1"),
    );
    desk.ask("credit-used", "y", "", used(&one, 9, "0xb1", 2, "0xt1"));
    desk.ask("credit-used", "z", "", used(&two, 9, "0xb1", 3, "0xt2"));
    desk.ask("log-reverted", "r", "", reverted("0xb1", 2, "0xt1"));
    let mut sums = std::collections::BTreeMap::<String, (i128, i128, String)>::new();
    for line in desk.all(tables::STATEMENT) {
        let word = |name: &str| line[name].as_str().unwrap().to_owned();
        let number = |name: &str| word(name).parse::<i128>().unwrap();
        let sum = sums.entry(word("account")).or_default();
        sum.0 += number("amount");
        sum.1 += number("held");
        assert_eq!(sum.0.to_string(), word("balance"), "{line}");
    }
    let user = desk.user(A);
    let (posted, held, _) = &sums["u:user:0xa"];
    let cents = |name: &str| i128::from(user[name].as_i64().unwrap());
    assert_eq!(posted + held, cents("balanceCents"));
    assert_eq!(-held, cents("heldCents"));
    assert_eq!(
        sums[&format!("m:credit:{salt}")].0,
        2 * i128::try_from(CREDIT).unwrap()
    );
}
