//! Seasons, goals, captcha, claims, grants.

use model::tables::credits as tables;
use serde_json::json;

use super::desk::{CREDIT, DAY, Desk, START, season};
use crate::credits::names::salt;

const A: &str = "0xa";

/// Does all steps of a goal.
fn steps(desk: &mut Desk, address: &str, goal: &str, count: u32) {
    for n in 0..count {
        let step = format!("{}-{n}", desk.now);
        desk.say(
            "goal-step",
            address,
            json!({"goalId": goal, "stepKey": step}),
        );
    }
}

fn claim(desk: &mut Desk, address: &str, x: f64) -> (bool, u128, bool) {
    let id = format!("c{}", desk.rows.len());
    let target = json!({ "target": 40 });
    desk.ask_with(
        "captcha-issued",
        &id,
        address,
        json!({"challengeId": id}),
        Some(target),
    );
    answer(desk, address, x, &id)
}

fn answer(desk: &mut Desk, address: &str, x: f64, id: &str) -> (bool, u128, bool) {
    let said = desk.say(
        "claim-requested",
        address,
        json!({"x": x, "challengeId": id}),
    );
    assert_eq!(said.result, "done");
    let granted = said.body["grantedWei"].as_str().unwrap().parse().unwrap();
    let flag = |name: &str| said.body[name].as_bool().unwrap();
    (flag("ok"), granted, flag("blocked"))
}

#[test]
fn a_goal_is_reserved_when_complete_and_given_when_claimed() {
    let mut desk = Desk::with_season(10 * CREDIT, None);
    steps(&mut desk, A, "log-in", 2);
    assert_eq!(desk.user(A), json!(null), "steps count for who takes part");
    desk.say("user-enrolled", A, json!({}));
    steps(&mut desk, A, "log-in", 1);
    steps(&mut desk, A, "log-in", 1);
    assert_eq!(desk.user(A)["goals"][0]["steps"], 1, "a step counts once");
    desk.now += 1;
    steps(&mut desk, A, "log-in", 3);
    let goal = &desk.user(A)["goals"][0];
    assert_eq!((&goal["steps"], &goal["funded"]), (&json!(2), &json!(true)));
    assert_eq!(
        desk.row(tables::PROGRAM, "all", "")["seasons"][0]["left"],
        (9 * CREDIT).to_string()
    );
    let told = &desk.told[0]["metadata"];
    assert_eq!(
        (&told["creditsObtained"], &told["weekNumber"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(desk.told[0]["key"], "0xa-7-1-log-in");

    assert_eq!(claim(&mut desk, A, 45.0), (true, CREDIT, false));
    let id = salt("goal:7:1:log-in:0xa");
    let credit = desk.voucher(A, &id);
    assert_eq!(credit["amount"], CREDIT.to_string());
    assert_eq!(credit["available"], credit["amount"]);
    // 2026-02-02 and 14 days.
    assert_eq!(credit["expiresAt"], 1_771_200_000);
    assert_eq!(credit["signature"], format!("0xs{id}"));
    assert_eq!(
        claim(&mut desk, A, 40.0),
        (true, 0, false),
        "nothing is left to claim"
    );
    assert_eq!(desk.wanted.len(), 1);
}

#[test]
fn three_wrong_answers_block_for_a_day() {
    let mut desk = Desk::with_season(10 * CREDIT, None);
    desk.say("user-enrolled", A, json!({}));
    steps(&mut desk, A, "visit-event", 1);
    assert_eq!(
        answer(&mut desk, A, 40.0, "none"),
        (false, 0, false),
        "not counted"
    );
    assert_eq!(claim(&mut desk, A, 45.1), (false, 0, false));
    assert_eq!(claim(&mut desk, A, 0.0), (false, 0, false));
    assert_eq!(claim(&mut desk, A, 100.0), (false, 0, true));
    desk.now += DAY - 1;
    assert_eq!(claim(&mut desk, A, 40.0), (false, 0, true), "still blocked");
    desk.now += 1;
    assert_eq!(
        claim(&mut desk, A, 0.0),
        (false, 0, false),
        "counting starts again"
    );
    assert_eq!(claim(&mut desk, A, 40.0), (true, 2 * CREDIT, false));
}

#[test]
fn a_challenge_is_answered_once_in_time_and_the_newest_only() {
    let mut desk = Desk::with_season(10 * CREDIT, None);
    desk.say("user-enrolled", A, json!({}));
    steps(&mut desk, A, "visit-event", 1);
    let issue = |desk: &mut Desk, id: &str| {
        let target = json!({ "target": 40 });
        desk.ask_with(
            "captcha-issued",
            id,
            A,
            json!({"challengeId": id}),
            Some(target),
        );
    };
    issue(&mut desk, "one");
    issue(&mut desk, "two");
    assert_eq!(answer(&mut desk, A, 40.0, "one"), (false, 0, false));
    assert_eq!(
        answer(&mut desk, A, 40.0, "two"),
        (false, 0, false),
        "any answer uses it up"
    );
    issue(&mut desk, "three");
    desk.now += 300_000;
    assert_eq!(
        answer(&mut desk, A, 40.0, "three"),
        (false, 0, false),
        "too late"
    );
    issue(&mut desk, "four");
    assert_eq!(
        answer(&mut desk, A, 40.0, "four"),
        (true, 2 * CREDIT, false)
    );
    assert_eq!(desk.user(A)["blockedUntil"], 0);
}

#[test]
fn budgets_are_never_exceeded_and_come_back() {
    let mut desk = Desk::with_season(4 * CREDIT, Some(2 * CREDIT));
    for address in ["0xa", "0xb"] {
        desk.say("user-enrolled", address, json!({}));
        steps(&mut desk, address, "visit-event", 1);
    }
    assert_eq!(desk.user("0xa")["goals"][0]["funded"], true);
    let late = desk.user("0xb")["goals"][0].clone();
    assert_eq!(
        (&late["funded"], &late["steps"]),
        (&json!(false), &json!(1)),
        "complete, never claimable"
    );
    assert_eq!(claim(&mut desk, "0xb", 40.0), (true, 0, false));
    let program = desk.row(tables::PROGRAM, "all", "");
    assert_eq!(program["seasons"][0]["weeksLeft"]["1"], "0");
    // The next week has its own budget; what was reserved and not claimed comes back at the end.
    desk.tick(7 * DAY);
    steps(&mut desk, "0xb", "log-in", 1);
    desk.now += 1;
    steps(&mut desk, "0xb", "log-in", 1);
    assert_eq!(desk.user("0xb")["goals"][1]["funded"], true);
    assert_eq!(claim(&mut desk, "0xb", 40.0), (true, CREDIT, false));
    desk.tick(21 * DAY);
    let shown = desk.row(tables::PROGRAM, "all", "")["seasons"][0].clone();
    assert_eq!(
        (&shown["closed"], &shown["left"]),
        (&json!(true), &json!((3 * CREDIT).to_string()))
    );
    assert_eq!(desk.user("0xa")["goals"], json!([]));
    assert_eq!(
        claim(&mut desk, "0xa", 40.0),
        (true, 0, false),
        "voided at the season's end"
    );
    let again = desk.ask(
        "season-defined",
        "season:7:9",
        "",
        season(9, 9 * CREDIT, None),
    );
    assert_eq!(again.result, "closed");
}

#[test]
fn a_season_is_replaced_by_a_later_version_within_what_is_used() {
    let mut desk = Desk::with_season(4 * CREDIT, None);
    desk.say("user-enrolled", A, json!({}));
    steps(&mut desk, A, "visit-event", 1);
    let define = |desk: &mut Desk, version: i64, max: u128| {
        let key = format!("season:7:{version}");
        desk.ask("season-defined", &key, "", season(version, max, None))
            .result
    };
    assert_eq!(define(&mut desk, 2, CREDIT), "over-budget");
    assert_eq!(define(&mut desk, 3, 2 * CREDIT), "done");
    assert_eq!(
        define(&mut desk, 3, 2 * CREDIT),
        "",
        "the same again is answered already"
    );
    assert_eq!(define(&mut desk, 1, 2 * CREDIT), "key-reused");
    assert_eq!(
        desk.row(tables::PROGRAM, "all", "")["seasons"][0]["left"],
        "0"
    );
    let mut other = season(1, CREDIT, None);
    other["id"] = json!(8);
    assert_eq!(
        desk.ask("season-defined", "season:8:1", "", other).result,
        "overlaps"
    );
}

#[test]
fn steps_do_not_count_while_paused_or_outside() {
    let mut desk = Desk::with_season(4 * CREDIT, None);
    desk.say("user-enrolled", A, json!({}));
    let mut paused = season(2, 4 * CREDIT, None);
    paused["paused"] = json!(true);
    desk.ask("season-defined", "season:7:2", "", paused);
    let step = |desk: &mut Desk| {
        desk.say(
            "goal-step",
            A,
            json!({"goalId": "visit-event", "stepKey": "1"}),
        )
        .result
    };
    assert_eq!(step(&mut desk), "no-season");
    desk.ask(
        "season-defined",
        "season:7:3",
        "",
        season(3, 4 * CREDIT, None),
    );
    desk.tick(7 * DAY);
    assert_eq!(
        step(&mut desk),
        "unknown-goal",
        "it was a goal of the first week"
    );
    desk.tick(30 * DAY);
    assert_eq!(step(&mut desk), "no-season");
    desk.say("user-opted-out", A, json!({}));
    assert_eq!(step(&mut desk), "not-enrolled");
    assert_eq!(desk.user(A)["optedOutAt"], desk.now);
}

#[test]
fn grants_have_a_limit_a_day_and_an_end() {
    let mut desk = Desk::new();
    let grant = |desk: &mut Desk, key: &str, credits: u128| {
        let body = json!({"amountWei": (credits * CREDIT).to_string(), "granterAddress": "0xB", "reason": "r"});
        let edge = json!({"dailyLimitWei": (5 * CREDIT).to_string()});
        desk.ask_with("on-demand-granted", key, A, body, Some(edge))
    };
    let first = grant(&mut desk, "g1", 3);
    assert_eq!(first.body["expiresAt"], (START + 90 * DAY) / 1000);
    assert_eq!(first.body["id"], salt("on-demand:g1"));
    assert_eq!(grant(&mut desk, "g2", 3).result, "daily-limit");
    assert_eq!(
        grant(&mut desk, "g2", 3).result,
        "",
        "a refusal is an answer, too"
    );
    assert_eq!(grant(&mut desk, "g3", 2).result, "done");
    desk.tick(DAY);
    assert_eq!(grant(&mut desk, "g4", 5).result, "done");
    assert_eq!(grant(&mut desk, "g4", 4).result, "key-reused");
    assert_eq!(desk.told.len(), 3);
    assert_eq!(desk.told[0]["metadata"]["granterAddress"], "0xb");
}

#[test]
fn an_app_purchase_is_given_once_for_ever() {
    let mut desk = Desk::new();
    let buy = |desk: &mut Desk| {
        desk.ask(
            "iap-verified",
            "t1",
            A,
            json!({"amountWei": CREDIT.to_string(), "productId": "p"}),
        )
    };
    assert_eq!(buy(&mut desk).body["alreadyExisted"], false);
    let id = salt("iap:t1");
    assert_eq!(desk.voucher(A, &id)["expiresAt"], tables::NEVER);
    desk.tick(8 * DAY);
    desk.head(0);
    assert_eq!(
        buy(&mut desk).body["alreadyExisted"],
        true,
        "long after the answer is forgotten"
    );
    let said = desk.ask(
        "iap-refunded",
        "t1:refund",
        "",
        json!({"transactionId": "t1"}),
    );
    assert_eq!(said.body["revokedWei"], CREDIT.to_string());
    assert_eq!(desk.voucher(A, &id)["available"], "0");
    desk.tick(9 * DAY);
    assert_eq!(buy(&mut desk).result, "revoked-transaction");
    desk.ask(
        "iap-refunded",
        "t2:refund",
        "",
        json!({"transactionId": "t2"}),
    );
    let said = desk.ask("iap-verified", "t2", A, json!({"amountWei": "5"}));
    assert_eq!(said.result, "revoked-transaction", "the refund came first");
}

#[test]
fn amounts_beyond_all_bounds_are_refused() {
    let mut desk = Desk::new();
    let most = u128::MAX.to_string();
    let said = desk.say("iap-verified", A, json!({ "amountWei": most }));
    assert_eq!(said.result, "done");
    let said = desk.say("iap-verified", A, json!({ "amountWei": "1" }));
    assert_eq!(said.result, "overflow");
    for amount in [
        "",
        "0",
        "-1",
        "1e3",
        "340282366920938463463374607431768211456",
    ] {
        let said = desk.say("iap-verified", A, json!({ "amountWei": amount }));
        assert_eq!(said.result, "invalid", "{amount}");
    }
}
