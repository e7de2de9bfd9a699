//! Dollars.

use serde_json::{Value, json};

use super::desk::{Desk, used, wanted};

const A: &str = "0xa";

#[test]
fn an_order_is_credited_once_whatever_says_so() {
    let mut desk = Desk::new();
    let open = json!({"orderId": "o1", "packId": "pack_10", "usdCents": 1199, "credits": 100});
    assert_eq!(desk.ask("order-opened", "o1", A, open).result, "done");
    let over = |desk: &mut Desk, kind: &str| desk.say(kind, "", json!({"orderId": "o1"})).result;
    assert_eq!(over(&mut desk, "order-abandoned"), "done");
    assert_eq!(over(&mut desk, "order-paid"), "done", "the money is in");
    assert_eq!(desk.balance(A), 1000);
    for kind in ["order-paid", "order-failed", "order-abandoned"] {
        assert_eq!(over(&mut desk, kind), "exists");
    }
    assert_eq!(desk.balance(A), 1000);
    let order = desk.row(model::tables::credits::ORDERS, A, "o1");
    assert_eq!(order["status"], "credited");
    desk.tick(40 * super::desk::DAY);
    assert_eq!(over(&mut desk, "order-paid"), "exists", "long after");
    assert_eq!(
        desk.say("order-paid", "", json!({"orderId": "o2"})).result,
        "unknown-order"
    );
}

/// Pages of packs are public, and the order's id is in their address: a dear order may be paid at a cheap one.
#[test]
fn an_order_is_not_credited_for_less_than_its_price() {
    let mut desk = Desk::new();
    let open = json!({"orderId": "o1", "packId": "pack_50", "usdCents": 5999, "credits": 540});
    assert_eq!(desk.ask("order-opened", "o1", A, open).result, "done");
    let mut pay = |cents: i64| {
        let body = json!({"orderId": "o1", "paidCents": cents});
        let result = desk.say("order-paid", "", body).result;
        (result, desk.balance(A))
    };
    assert_eq!(pay(599), ("underpaid".to_owned(), 0));
    assert_eq!(pay(5999), ("done".to_owned(), 5400));
    let anomalies = desk.all(model::tables::credits::ANOMALIES);
    assert_eq!(anomalies.len(), 1);
    assert_eq!(anomalies[0]["kind"], "underpaid-order");
}

#[test]
fn a_purchase_holds_its_price_and_no_more() {
    let mut desk = Desk::new();
    desk.mint(A, 500);
    let said = desk.say("authorize-requested", A, wanted(191));
    assert_eq!(said.body["usdCents"], 200, "up to a multiple of ten");
    assert_eq!(said.body["cap"], "7566765578635014835");
    assert_eq!(said.body["expiresAt"], desk.now / 1000 + 900);
    let user = desk.user(A);
    assert_eq!(
        (&user["balanceCents"], &user["heldCents"]),
        (&json!(300), &json!(200))
    );
    assert_eq!(
        desk.say("authorize-requested", A, wanted(301)).result,
        "insufficient"
    );
    desk.authorize(A, 300);
    assert_eq!(
        desk.say("authorize-requested", A, wanted(10)).result,
        "insufficient"
    );
    assert_eq!(desk.wanted[0].value, "7566765578635014835");
    let no_price = json!({ "usdPriceCents": 10 });
    assert_eq!(
        desk.say("authorize-requested", A, no_price).result,
        "oracle"
    );
}

/// N authorizations against one balance: exactly as many as it pays for.
#[test]
fn a_balance_pays_for_exactly_what_it_covers() {
    let mut desk = Desk::new();
    desk.mint(A, 1_000);
    let asked = (0..20).map(|_| desk.say("authorize-requested", A, wanted(130)).result);
    let paid = asked.filter(|result| result == "done").count();
    assert_eq!(paid, 7);
    assert_eq!(desk.balance(A), 90);
}

#[test]
fn the_same_thing_is_not_held_twice() {
    let mut desk = Desk::new();
    desk.mint(A, 1_000);
    let trade = |desk: &mut Desk, cents: i64| -> Value {
        let mut body = wanted(cents);
        body["tradeId"] = json!("t");
        desk.say("authorize-requested", A, body).body
    };
    let first = trade(&mut desk, 200);
    assert_eq!(trade(&mut desk, 199)["salt"], first["salt"]);
    assert_ne!(
        trade(&mut desk, 300)["salt"],
        first["salt"],
        "another price"
    );
    desk.say(
        "authorize-submitted",
        A,
        json!({"salts": [first["salt"]], "txHash": "0xT"}),
    );
    assert_ne!(trade(&mut desk, 200)["salt"], first["salt"], "it was sent");
    let mut half = wanted(10);
    half["itemId"] = json!("1");
    assert_eq!(desk.say("authorize-requested", A, half).result, "invalid");
}

#[test]
fn the_same_key_has_one_answer() {
    let mut desk = Desk::new();
    desk.mint(A, 1_000);
    let first = desk.ask("authorize-requested", "key", A, wanted(100));
    let mut other_price = wanted(100);
    other_price["rate"] = json!("1");
    assert_eq!(
        desk.ask("authorize-requested", "key", A, other_price)
            .result,
        ""
    );
    assert_eq!(desk.balance(A), 900);
    let answer = desk.row(model::tables::credits::ANSWERS, A, "key");
    assert_eq!(answer["body"], first.body);
    assert_eq!(
        desk.ask("authorize-requested", "key", A, wanted(110))
            .result,
        "key-reused"
    );
    desk.mint("0xb", 100);
    assert_eq!(
        desk.ask("authorize-requested", "key", "0xb", wanted(100))
            .result,
        "done"
    );
}

#[test]
fn cancelling_releases_what_was_not_sent() {
    let mut desk = Desk::new();
    desk.mint(A, 1_000);
    let (one, two) = (desk.authorize(A, 100), desk.authorize(A, 100));
    let said = desk.say(
        "authorize-submitted",
        A,
        json!({"salts": [one, two, "0xother"], "txHash": "0xT"}),
    );
    assert_eq!(said.body["recorded"], 2);
    let three = desk.authorize(A, 100);
    assert_eq!(desk.cancel(A, &one), 0, "it may be on its way");
    assert_eq!(desk.cancel("0xb", &three), 0, "not theirs");
    assert_eq!(desk.cancel(A, &three), 1);
    assert_eq!(desk.cancel(A, &three), 0);
    assert_eq!(desk.balance(A), 800);
}

#[test]
fn only_the_chains_time_releases_what_is_out() {
    let mut desk = Desk::new();
    desk.mint(A, 100);
    let salt = desk.authorize(A, 100);
    desk.tick(3_600_000);
    desk.now += 1;
    assert_eq!(desk.balance(A), 0, "a clock is no evidence");
    desk.now -= 3_600_001;
    desk.head(899);
    assert_eq!(desk.balance(A), 0);
    desk.head(900);
    assert_eq!(desk.balance(A), 100);
    assert_eq!(desk.purchase(A, &salt)["status"], "EXPIRED");
}

#[test]
fn what_the_chain_shows_is_settled_in_full_and_once() {
    let mut desk = Desk::new();
    desk.mint(A, 500);
    let salt = desk.authorize(A, 200);
    for _ in 0..2 {
        desk.ask("credit-used", "x", "", used(&salt, 70, "0xb1", 1, "0xt1"));
    }
    desk.ask("credit-used", "y", "", used(&salt, 5, "0xb1", 2, "0xt1"));
    let purchase = desk.purchase(A, &salt);
    assert_eq!(purchase["status"], "SETTLED");
    assert_eq!(
        (&purchase["manaSettled"], &purchase["txHash"]),
        (&json!("75"), &json!("0xt1"))
    );
    let user = desk.user(A);
    assert_eq!(
        (
            &user["balanceCents"],
            &user["heldCents"],
            &user["settledCents"]
        ),
        (&json!(300), &json!(0), &json!(200))
    );
    assert_eq!(desk.cancel(A, &salt), 0);
    desk.head(10_000);
    assert_eq!(desk.balance(A), 300);
}

/// Cancelled, spent all the same: paid as far as possible, the rest is owed and paid first.
#[test]
fn a_late_consumption_is_charged_in_full() {
    let mut desk = Desk::new();
    desk.mint(A, 200);
    let salt = desk.authorize(A, 200);
    assert_eq!(desk.cancel(A, &salt), 1);
    let other = desk.authorize(A, 150);
    desk.ask("credit-used", "x", "", used(&salt, 70, "0xb1", 1, "0xt1"));
    let user = desk.user(A);
    assert_eq!(
        (
            &user["balanceCents"],
            &user["owedCents"],
            &user["settledCents"]
        ),
        (&json!(0), &json!(150), &json!(200))
    );
    assert_eq!(desk.cancel(A, &other), 0, "no release on demand any more");
    desk.mint(A, 100);
    assert_eq!(desk.user(A)["owedCents"], 50);
    desk.head(900);
    let user = desk.user(A);
    assert_eq!(
        (&user["balanceCents"], &user["owedCents"]),
        (&json!(100), &json!(0))
    );
    assert_eq!(desk.purchase(A, &salt)["status"], "SETTLED");
}
