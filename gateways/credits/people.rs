//! A person in the program: takes part, progresses, has credits.

use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use model::tables::credits::{Goal, Purchase, PurchaseList, PurchaseStatus, User, Voucher};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::command;
use super::error::{Failure, Fault};
use super::money::{self, amount};
use super::program;
use super::signed::{Member, Owner, Signed, unflagged};
use super::tables::Tables;
use crate::frame::{GatewayContext, Written};

/// Purchases whose dollars are held.
const PENDING: PurchaseList = PurchaseList::Of(PurchaseStatus::Pending);

/// Takes part from now on.
#[utoipa::path(post, path = "/users", tag = "program",
    responses((status = 200, body = Value), (status = 401, body = Failure)))]
pub(super) async fn enrol(
    State(context): State<GatewayContext>,
    Signed(address): Signed,
    headers: HeaderMap,
) -> Result<(Option<Written>, Json<Value>), Fault> {
    unflagged(&context, &address).await?;
    command::answer(&context, &headers, "user-enrolled", (address, json!({}))).await
}

/// Takes part no longer.
#[utoipa::path(delete, path = "/users/{address}", tag = "program",
    params(("address" = String, Path)),
    responses((status = 204), (status = 401, body = Failure), (status = 403, body = Failure)))]
pub(super) async fn opt_out(
    State(context): State<GatewayContext>,
    Owner(address): Owner,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let asked = (address, json!({}));
    let (written, _) = command::answer(&context, &headers, "user-opted-out", asked).await?;
    Ok((StatusCode::NO_CONTENT, written, ()).into_response())
}

/// Whether a person takes part.
#[utoipa::path(get, path = "/users/{address}/status", tag = "program",
    params(("address" = String, Path)),
    responses((status = 200, body = Value), (status = 403, body = Failure)))]
pub(super) async fn status(
    State(context): State<GatewayContext>,
    Member(address): Member,
) -> Result<Json<Value>, Fault> {
    let user = Tables::of(&context.platform).user(&address).await?;
    let user = user.unwrap_or_default();
    let status = match (user.enrolled, user.opted_out_at) {
        (true, _) => "enrolled",
        (false, Some(_)) => "opted_out",
        (false, None) => "not_registered",
    };
    Ok(Json(json!({
        "data": { "status": status, "optedOutAt": user.opted_out_at },
    })))
}

/// Goals of the week, and what is to spend.
#[utoipa::path(get, path = "/users/{address}/progress", tag = "program",
    params(("address" = String, Path)),
    responses((status = 200, body = Value), (status = 403, body = Failure)))]
pub(super) async fn progress(
    State(context): State<GatewayContext>,
    Member(address): Member,
) -> Result<Json<Value>, Fault> {
    let tables = Tables::of(&context.platform);
    let (program, now) = (tables.program().await?, tables.clock().await?.now);
    let user = tables.user(&address).await?.unwrap_or_default();
    let rows = context.settings.credits.rows_max;
    let live = money::live(tables.vouchers(&address, rows).await?, now / 1000);
    let season = program::seasons(&program, now).current;
    let goals = season.map_or_else(Vec::new, |season| {
        let week = program::week(season, now);
        let of_week = |goal: &&Goal| goal.week.is_none_or(|own| own == week);
        let goals = season.goals.iter().filter(of_week);
        goals
            .map(|goal| shown(goal, &user, (season.id, week)))
            .collect()
    });
    Ok(Json(json!({
        "user": { "email": "", "isEmailConfirmed": false, "hasStartedProgram": user.enrolled },
        "credits": {
            "available": money::credits(money::left(&live)),
            "expiresIn": money::expires_in(&live, now / 1000),
            "isBlockedForClaiming": user.blocked_until > now,
        },
        "goals": goals,
    })))
}

fn shown(goal: &Goal, user: &User, (season, week): (i64, i64)) -> Value {
    let own = user
        .goals
        .iter()
        .find(|own| own.season_id == season && own.week == week && own.goal_id == goal.goal_id);
    json!({
        "title": goal.title,
        "description": goal.description,
        "thumbnail": goal.thumbnail,
        "progress": {
            "totalSteps": goal.total_steps,
            "completedSteps": own.map_or(0, |own| own.steps),
        },
        "reward": money::credits(amount(&goal.reward)),
        "isClaimed": own.is_some_and(|own| own.claimed),
    })
}

/// Which credits are wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    status: Option<String>,
}

/// Credits of a person.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Credits {
    credits: Vec<Value>,
    /// wei, as a number with all its digits.
    total_credits: u128,
    /// The same as text, for readers that lose digits.
    total_credits_wei: String,
    totals: Totals,
    #[serde(skip_serializing_if = "Option::is_none")]
    usd: Option<Value>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Totals {
    expiring: u128,
    non_expiring: u128,
}

/// Credits that can be spent, soonest to expire first, and dollars.
#[utoipa::path(get, path = "/users/{address}/credits", tag = "program",
    params(("address" = String, Path), ("status" = Option<String>, Query)),
    responses((status = 200, body = Value), (status = 403, body = Failure)))]
pub(super) async fn credits(
    State(context): State<GatewayContext>,
    Member(address): Member,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Credits>, Fault> {
    let (credits, _) = of(&context, &address, wanted.status.as_deref()).await?;
    Ok(Json(credits))
}

/// Credits and dollars of a person, and when (s) the ledger's time alone will next change what is shown.
pub(super) async fn of(
    context: &GatewayContext,
    address: &str,
    status: Option<&str>,
) -> Result<(Credits, Option<i64>), Fault> {
    let tables = Tables::of(&context.platform);
    let settings = &context.settings.credits;
    let now = tables.clock().await?.now / 1000;
    let mut live = money::live(tables.vouchers(address, settings.rows_max).await?, now);
    if let Some(status) = status {
        live.retain(|voucher| money::status(voucher) == status);
    }
    let iap = |voucher: &&Voucher| voucher.credit_source == "iap";
    let total = money::left(&live);
    let ends = live.iter().map(|voucher| voucher.expires_at);
    let mut until: Vec<i64> = ends.collect();
    let usd = match settings.usd_credits {
        true => {
            let user = tables.user(address).await?.unwrap_or_default();
            let purchases = tables
                .purchases(address, PENDING, settings.rows_max)
                .await?;
            until.extend(purchases.iter().map(|purchase| purchase.expires_at));
            Some(dollars(&user, &purchases, now))
        }
        false => None,
    };
    let until = until.into_iter().filter(|at| *at > now).min();
    let credits = Credits {
        total_credits: total,
        total_credits_wei: total.to_string(),
        totals: Totals {
            expiring: money::left(live.iter().filter(|v| !iap(v))),
            non_expiring: money::left(live.iter().filter(iap)),
        },
        credits: live.iter().map(credit).collect(),
        usd,
    };
    Ok((credits, until))
}

pub(super) fn credit(voucher: &Voucher) -> Value {
    json!({
        "id": voucher.id,
        "userAddress": voucher.user_address,
        "amount": voucher.amount,
        "availableAmount": voucher.available,
        "status": money::status(voucher),
        "contract": voucher.contract,
        "timestamp": voucher.timestamp,
        "signature": voucher.signature,
        "seasonId": voucher.season_id,
        "goalId": voucher.goal_id,
        "weekId": voucher.week_id,
        "claimedAt": voucher.timestamp,
        "expiresAt": voucher.expires_at,
        "creditSource": voucher.credit_source,
    })
}

/// Dollars, net of what is held. `null` where only the chain can tell when something is released.
fn dollars(user: &User, purchases: &[Purchase], now: i64) -> Value {
    let held: Vec<&Purchase> = purchases
        .iter()
        .filter(|purchase| purchase.status == PurchaseStatus::Pending)
        .collect();
    let mut usd = json!({ "balanceCents": user.balance_cents, "credits": user.balance_cents / 10 });
    if held.is_empty() {
        return usd;
    }
    let releases = |purchase: &Purchase| (now < purchase.expires_at).then_some(purchase.expires_at);
    let all: Option<Vec<i64>> = held.iter().map(|purchase| releases(purchase)).collect();
    let cents: i64 = held.iter().map(|purchase| purchase.usd_cents).sum();
    let each = held.iter().map(|purchase| {
        let mut shown = json!({
            "credits": purchase.usd_cents / 10,
            "releasesAtSeconds": releases(purchase),
        });
        let named = [
            ("contractAddress", &purchase.contract_address),
            ("itemId", &purchase.item_id),
            ("tradeId", &purchase.trade_id),
        ];
        for (name, value) in named {
            if let Some(value) = value {
                shown[name] = json!(value);
            }
        }
        shown
    });
    usd["held"] = json!({
        "cents": cents,
        "credits": cents / 10,
        "releasesAtSeconds": all.and_then(|all| all.into_iter().max()),
        "purchases": each.collect::<Vec<_>>(),
    });
    usd
}

#[cfg(test)]
mod tests {
    use super::*;

    fn purchase(cents: i64, expires_at: i64, status: PurchaseStatus) -> Purchase {
        Purchase {
            usd_cents: cents,
            expires_at,
            status,
            contract_address: Some("0xc".into()),
            item_id: Some("1".into()),
            ..Purchase::default()
        }
    }

    /// The cases of the shop's own stub: none, counting, frozen, expiring, short, short and held.
    #[test]
    fn dollars_are_shown_in_each_case_of_the_shop() {
        use PurchaseStatus::{Expired, Pending, Settled};
        let user = |cents| User {
            balance_cents: cents,
            ..User::default()
        };
        let none = dollars(&user(800), &[purchase(50, 9, Settled)], 100);
        assert_eq!(none, json!({"balanceCents": 800, "credits": 80}));
        let counting = dollars(&user(800), &[purchase(200, 500, Pending)], 100);
        assert_eq!(
            counting["held"],
            json!({"cents": 200, "credits": 20, "releasesAtSeconds": 500,
                "purchases": [{"credits": 20, "releasesAtSeconds": 500, "contractAddress": "0xc", "itemId": "1"}]})
        );
        let both = [purchase(200, 500, Pending), purchase(100, 700, Pending)];
        assert_eq!(
            dollars(&user(5), &both, 100)["held"]["releasesAtSeconds"],
            700
        );
        let frozen = dollars(&user(5), &both, 500);
        assert_eq!(frozen["held"]["releasesAtSeconds"], Value::Null);
        assert_eq!(
            frozen["held"]["purchases"][0]["releasesAtSeconds"],
            Value::Null
        );
        assert_eq!(frozen["credits"], 0, "less than a credit is none");
        assert_eq!(
            dollars(&user(5), &[purchase(1, 500, Expired)], 1)["held"],
            Value::Null
        );
    }
}
