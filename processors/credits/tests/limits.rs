//! What is bounded: questions of a wallet, purchases in apps; and what is found without a look at everything.

use model::tables::credits::{self as tables, PurchaseList, PurchaseStatus};
use serde_json::{Value, json};

use super::desk::{CREDIT, DAY, Desk, reverted, used};

const A: &str = "0xa";
const B: &str = "0xb";

fn ask(desk: &mut Desk, key: &str, most: i64) -> String {
    let edge = json!({ "questionsPerDay": most });
    let said = desk.ask_with("user-enrolled", key, A, json!({}), Some(edge));
    said.result
}

#[test]
fn a_wallet_has_so_many_questions_a_day_and_one_too_many_leaves_no_trace() {
    let mut desk = Desk::new();
    for n in 0..3 {
        assert_eq!(ask(&mut desk, &format!("q{n}"), 3), "done");
    }
    let before = desk.state.clone();
    for n in 3..50 {
        assert_eq!(ask(&mut desk, &format!("q{n}"), 3), "too-many");
    }
    assert_eq!(desk.state, before, "what is refused is not remembered");
    assert_eq!(
        ask(&mut desk, "q0", 3),
        "",
        "what was answered keeps its answer"
    );
    let others = desk.say("user-enrolled", B, json!({}));
    assert_eq!(others.result, "done", "another wallet is another wallet");
    desk.mint(A, 100);
    let given = json!({"amountWei": CREDIT.to_string()});
    let given = desk.say("on-demand-granted", A, given);
    assert_eq!(
        given.result, "done",
        "what others do for a wallet is not its question"
    );
    desk.tick(DAY);
    assert_eq!(ask(&mut desk, "next", 3), "done");
}

#[test]
fn however_much_is_asked_the_document_stays_small() {
    let mut desk = Desk::new();
    desk.mint(A, 10);
    for day in 0..9 {
        for n in 0..60 {
            ask(&mut desk, &format!("d{day}q{n}"), 20);
        }
        desk.tick(DAY);
    }
    let kept = desk.state.answered.len();
    assert!(kept <= 8 * 20 + 1, "{kept} answers of one wallet");
}

fn buy(desk: &mut Desk, key: &str, who: &str, credits: u128) -> (String, Value) {
    let wei = |credits: u128| (credits * CREDIT).to_string();
    let caps =
        json!({"inAppTotalWei": wei(10), "inAppDailyWei": wei(6), "inAppServiceDailyWei": wei(9)});
    let transaction = key.split('/').next();
    let body = json!({"amountWei": wei(credits), "productId": "p", "transactionId": transaction});
    let said = desk.ask_with("iap-verified", key, who, body, Some(caps));
    (said.result, said.body["alreadyExisted"].clone())
}

#[test]
fn app_purchases_have_limits_and_what_was_refused_may_be_tried_again() {
    let mut desk = Desk::new();
    let done = |existed: bool| ("done".to_owned(), json!(existed));
    assert_eq!(buy(&mut desk, "t1/1", A, 5), done(false));
    assert_eq!(buy(&mut desk, "t2/1", A, 2).0, "cap-exceeded", "6 a day");
    assert_eq!(
        buy(&mut desk, "t3/1", B, 5).0,
        "service-daily-limit",
        "9 a day for all"
    );
    assert_eq!(buy(&mut desk, "t4/1", B, 4), done(false));
    desk.tick(DAY);
    assert_eq!(buy(&mut desk, "t2/2", A, 5), done(false));
    assert_eq!(buy(&mut desk, "t2/3", A, 5), done(true));
    desk.tick(DAY);
    assert_eq!(buy(&mut desk, "t5/1", A, 1).0, "cap-exceeded", "10 ever");
    let refund = json!({"transactionId": "t1"});
    assert_eq!(
        desk.say("iap-refunded", "", refund.clone()).body["revokedWei"],
        (5 * CREDIT).to_string()
    );
    assert_eq!(desk.say("iap-refunded", "", refund).body["revokedWei"], "0");
    assert_eq!(desk.user(A)["inApp"]["totalWei"], (5 * CREDIT).to_string());
    assert_eq!(
        buy(&mut desk, "t5/2", A, 5),
        done(false),
        "refunded once, freed once"
    );
    assert_eq!(buy(&mut desk, "t1/2", A, 1).0, "revoked-transaction");
}

#[test]
fn an_app_account_is_a_row_and_no_state() {
    let mut desk = Desk::new();
    desk.tick(1);
    let before = desk.state.clone();
    desk.say("iap-registered", A, json!({"appAccountToken": "AB-CD"}));
    assert_eq!(desk.row(tables::IN_APP_TOKENS, "ab-cd", "")["address"], A);
    assert_eq!(desk.state, before);
}

fn listed(desk: &Desk, list: PurchaseList) -> Vec<String> {
    let partition = list.partition(A);
    let rows = desk.rows.iter();
    let rows =
        rows.filter(|((table, own, _), _)| *table == tables::PURCHASE_LISTS && *own == partition);
    rows.map(|(_, doc)| doc["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn purchases_are_listed_newest_first_by_what_became_of_them() {
    const PENDING: PurchaseList = PurchaseList::Of(PurchaseStatus::Pending);
    const SETTLED: PurchaseList = PurchaseList::Of(PurchaseStatus::Settled);
    let mut desk = Desk::new();
    desk.mint(A, 100);
    let first = desk.authorize(A, 10);
    desk.tick(1_000);
    let second = desk.authorize(A, 10);
    desk.ask("credit-used", "u", "", used(&first, 5, "0xb1", 0, "0xt1"));
    assert_eq!(
        listed(&desk, PurchaseList::All),
        [second.clone(), first.clone()]
    );
    assert_eq!(listed(&desk, PENDING), std::slice::from_ref(&second));
    assert_eq!(listed(&desk, SETTLED), std::slice::from_ref(&first));
    let count = |desk: &Desk| {
        let user = desk.user(A);
        (
            user["purchases"].as_i64(),
            user["purchasesSettled"].as_i64(),
        )
    };
    assert_eq!(count(&desk), (Some(2), Some(1)));
    desk.ask("log-reverted", "r", "", reverted("0xb1", 0, "0xt1"));
    assert_eq!(listed(&desk, SETTLED), [""; 0]);
    assert_eq!(count(&desk), (Some(2), Some(0)));
    desk.cancel(A, &second);
    assert_eq!(listed(&desk, PENDING), [first]);
    assert_eq!(listed(&desk, PurchaseList::All).len(), 2);
}

/// Another chain is far ahead of ours: nothing of ours ends by it, and nothing of ours is looked at.
#[test]
fn a_chain_that_lags_keeps_its_own_alive() {
    let mut desk = Desk::new();
    desk.mint(A, 100);
    let salt = desk.authorize(A, 10);
    desk.heads.insert(1, (9, desk.now / 1000 + 10_000));
    let lines = desk.state.changes;
    desk.ask("finalized-head", "head", "", json!({}));
    assert_eq!(desk.purchase(A, &salt)["status"], "PENDING");
    assert_eq!(desk.state.changes, lines);
    desk.head(900);
    assert_eq!(desk.purchase(A, &salt)["status"], "EXPIRED");
    let due = &desk.state.due;
    assert!(due.values().all(|due| due.is_empty()), "{due:?}");
}

#[test]
fn changes_name_whose_they_are_and_the_old_ones_go() {
    let mut desk = Desk::new();
    let last = |desk: &Desk| desk.all(tables::CHANGES).last().map(|row| (*row).clone());
    desk.mint(A, 100);
    assert_eq!(last(&desk), Some(json!({"many": false, "addresses": [A]})));
    let before = desk.state.changes;
    let salt = desk.authorize(A, 10);
    desk.ask("credit-used", "u", "", used(&salt, 5, "0xb1", 0, "0xt1"));
    assert_eq!(last(&desk), Some(json!({"many": false, "addresses": [A]})));
    assert_eq!(desk.state.changes, before + 3, "held, signed, settled");
    for n in 0..1_100 {
        desk.mint(&format!("0x{}", n % 7), 1);
    }
    assert_eq!(desk.all(tables::CHANGES).len(), 1_024);
}
