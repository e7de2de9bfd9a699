//! An input into the ledger's log, and the ledger's answer to it.

use http::HeaderMap;
use model::Json;
use model::events::ledger::{Input, is_own};
use model::tables::credits::{Answer, question};
use model::tables::{DAY_MS, day};
use runtime::reading::Token;
use serde_json::{Value, json};
use uuid::Uuid;

use super::error::Fault;
use super::tables::{CREDITS, Tables};
use crate::frame::{GatewayContext, Producer, Written};

const LOG: Producer = Producer::new("credits.log", "gateways/credits");
/// Longest idempotency key, bytes.
const KEY_BYTES_MAX: usize = 128;
/// The header that makes a command one command.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Something the ledger is asked.
#[derive(Clone, Debug)]
pub(super) struct Command {
    pub(super) kind: &'static str,
    pub(super) key: String,
    /// Lower case; empty: nobody's.
    pub(super) address: String,
    pub(super) body: Value,
}

/// The key that a caller gave, or a new one.
///
/// # Errors
/// 400 for one that is no key.
pub(super) fn key(headers: &HeaderMap) -> Result<String, Fault> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else {
        return Ok(Uuid::now_v7().to_string());
    };
    let key = value.to_str().unwrap_or_default().trim();
    let letter = |b: u8| b.is_ascii_graphic();
    if (1..=KEY_BYTES_MAX).contains(&key.len()) && key.bytes().all(letter) {
        return Ok(key.to_owned());
    }
    Err(Fault::bad_request(format!(
        "{IDEMPOTENCY_KEY} is not 1 to {KEY_BYTES_MAX} visible characters"
    )))
}

/// What the ledger cannot read for itself: terms of the configuration and the price.
fn edge(context: &GatewayContext) -> Value {
    let settings = &context.settings.credits;
    let mut edge = json!({
        "graceDays": settings.credits_grace_period_days,
        "noSeasonDays": settings.credits_no_season_expiration_days,
        "ttlSeconds": settings.usd_intent_ttl_seconds,
        "tolerance": settings.captcha_tolerance,
        "rateDecimals": settings.oracle_fixed_decimals,
    });
    if settings.daily_granter_limit > 0 {
        edge["dailyLimitWei"] = json!(super::money::wei(settings.daily_granter_limit.into()));
    }
    edge["questionsPerDay"] = json!(settings.wallet_questions_per_day);
    for (name, credits) in [
        ("inAppTotalWei", settings.iap_wallet_total_limit),
        ("inAppDailyWei", settings.iap_wallet_daily_limit),
        ("inAppServiceDailyWei", settings.iap_service_daily_limit),
    ] {
        if credits > 0 {
            edge[name] = json!(super::money::wei(credits.into()));
        }
    }
    if let Some(rate) = &settings.oracle_fixed_rate {
        edge["rate"] = json!(rate);
    }
    edge
}

/// Appends an input and waits until the ledger's rows show it.
///
/// # Errors
/// The log's faults.
pub(super) async fn tell(
    context: &GatewayContext,
    command: &Command,
    more: Option<(&str, Value)>,
) -> Result<Written, Fault> {
    let mut edge = edge(context);
    if let Some((name, value)) = more {
        edge[name] = value;
    }
    let token = append(context, command, Some(edge)).await?;
    Ok(context.shown(token, &[CREDITS]).await)
}

/// Appends an input.
///
/// # Errors
/// The log's faults.
pub(super) async fn append(
    context: &GatewayContext,
    command: &Command,
    edge: Option<Value>,
) -> Result<Token, Fault> {
    let input = Input {
        kind: command.kind.to_owned(),
        key: command.key.clone(),
        address: command.address.clone(),
        metadata: Json::from(command.body.clone()),
        edge: edge.map(Json::from),
        at: context.platform.clock.now_ms(),
    };
    let asked = question(command.kind, &input.metadata);
    let id = format!("{}\n{}\n{asked}", input.address, input.key);
    let key = match input.address.as_str() {
        "" => &input.kind,
        address => address,
    };
    let record = LOG.record(key, kernel::event_id(id.as_bytes()), &input);
    Ok(context.platform.append(vec![record]).await?)
}

/// Asks the ledger and gives its answer. A key that was answered before keeps its answer.
///
/// # Errors
/// 409 when the key stands for another question; 429 when the wallet has asked too much today; 503 when there is no
/// answer in time: ask again under the same key. What the ledger refused, with its status.
pub(super) async fn ask(
    context: &GatewayContext,
    command: Command,
) -> Result<(Value, Option<Written>), Fault> {
    let (answer, written) = outcome(context, &command).await?;
    match answer.result.as_str() {
        "done" => Ok((answer.body, written)),
        result => Err(Fault::refused(result, &answer.message)),
    }
}

/// Asks the ledger and gives its answer, a refusal included.
///
/// # Errors
/// As [`ask`], but for what the ledger refused.
pub(super) async fn outcome(
    context: &GatewayContext,
    command: &Command,
) -> Result<(Answer, Option<Written>), Fault> {
    let tables = || Tables::of(&context.platform);
    let before = tables().answer(&command.address, &command.key).await?;
    if let Some(answer) = before {
        return Ok((same(command, answer)?, None));
    }
    within_the_day(context, command).await?;
    let written = tell(context, command, None).await?;
    if let Some(answer) = tables().answer(&command.address, &command.key).await? {
        return Ok((same(command, answer)?, Some(written)));
    }
    // Refused for being one too many, which the ledger does not remember; or not there yet.
    within_the_day(context, command).await?;
    Err(Fault::unavailable(format!(
        "accepted under key {} but not answered yet; ask again with the same {IDEMPOTENCY_KEY}",
        command.key
    )))
}

/// Lets through a question that the ledger will answer: each answer is kept for a week.
async fn within_the_day(context: &GatewayContext, command: &Command) -> Result<(), Fault> {
    if command.address.is_empty() || !is_own(command.kind) {
        return Ok(());
    }
    let tables = Tables::of(&context.platform);
    let Some(user) = tables.user(&command.address).await? else {
        return Ok(());
    };
    let most = i64::from(context.settings.credits.wallet_questions_per_day).max(1);
    let now = tables.clock().await?.now;
    if user.asked_day != day(now) || user.asked < most {
        return Ok(());
    }
    let next = (day(now) + 1) * DAY_MS - now;
    let message = format!("too many requests: {most} a day for one wallet");
    Err(Fault::too_many(message, next / 1000))
}

/// What most routes do: asks under the caller's key and shows the ledger's answer as it is.
///
/// # Errors
/// As [`key`] and [`ask`].
pub(super) async fn answer(
    context: &GatewayContext,
    headers: &HeaderMap,
    kind: &'static str,
    (address, body): (String, Value),
) -> Result<(Option<Written>, axum::Json<Value>), Fault> {
    let command = Command {
        kind,
        key: key(headers)?,
        address,
        body,
    };
    let (answer, written) = ask(context, command).await?;
    Ok((written, axum::Json(answer)))
}

/// The answer, if it is one to this question.
fn same(command: &Command, answer: Answer) -> Result<Answer, Fault> {
    if question(command.kind, &Json::from(command.body.clone())) != answer.question {
        return Err(Fault::refused("key-reused", ""));
    }
    Ok(answer)
}
