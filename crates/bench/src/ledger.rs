//! Commands through the processors of the credits ledger, and the same movements in a bare ledger: conservation is
//! proven at the end of both.

use std::time::{Duration, Instant};

use ::ledger::{Id, Kind, Ledger, Op, Transfer, Unit};
use anyhow::{Context, Result, ensure};
use kernel::NewRecord;
use model::Json;
use model::events::ledger::Input;
use model::tables::credits::{USERS, User};
use runtime::engine::{Engine, Settings};
use runtime::platform::Platform;
use runtime::ports::Log;
use serde_json::{Value, json};

use crate::{platform, play, report};

const PEOPLE: usize = 1_000;
/// Commands of each person.
const ROUNDS: usize = 20;
/// Records appended at once.
const BATCH: usize = 1_000;
const PROCESSORS: [&str; 2] = ["credits-sequencer", "credits"];
/// What all of it happens at, ms.
const NOW_MS: i64 = 1_767_225_600_000;
/// Proofs are made when an hour of the ledger's time is over.
const HOUR_MS: i64 = 3_600_000;
const MINTED_CENTS: u32 = 100;
const PRICE_CENTS: u32 = 10;
const CREDIT_WEI: u128 = 1_000_000_000_000_000_000;

pub(crate) async fn run() -> Result<()> {
    let commands = PEOPLE * ROUNDS;
    let ours = processed().await?;
    let limit = bare()?;
    report::rate(
        &format!("ledger commands of {PEOPLE} people"),
        report::per_second(commands, ours),
        report::per_second(commands, limit),
    );
    Ok(())
}

/// What a person asks for in a round.
enum Wish {
    /// Buys dollars.
    Mint,
    /// Is given a credit.
    Grant,
    /// Holds dollars for a purchase.
    Authorize,
}

impl Wish {
    fn of(round: usize) -> Self {
        match round % 4 {
            0 => Self::Mint,
            2 => Self::Authorize,
            _ => Self::Grant,
        }
    }

    /// How many of one person's rounds are this one.
    fn count(is_it: impl Fn(&Self) -> bool) -> u32 {
        (0..ROUNDS).map(Self::of).filter(is_it).count() as u32
    }
}

fn rounds() -> impl Iterator<Item = (usize, usize)> {
    (0..ROUNDS).flat_map(|round| (0..PEOPLE).map(move |person| (round, person)))
}

/// Through the log, the sequencer, the ledger's processor and the store.
async fn processed() -> Result<Duration> {
    let folder = tempfile::tempdir()?;
    let processors = platform::processors(&PROCESSORS);
    ensure!(
        processors.len() == PROCESSORS.len(),
        "a processor is missing"
    );
    let specs = platform::specs(&processors);
    let (platform, log, store) = platform::open(folder.path(), &specs).await?;
    let mut records = vec![tick(NOW_MS)];
    records.extend(rounds().map(|(round, person)| command(round, person)));
    records.push(tick(NOW_MS + HOUR_MS));
    for part in records.chunks(BATCH) {
        log.append(part.to_vec()).await?;
    }
    let started = Instant::now();
    let engine = Engine::start(Settings::default(), platform.clone(), processors).await?;
    platform.waiter.at_rest().await?;
    let time = started.elapsed();
    ensure!(
        engine.status().blocked().is_empty(),
        "the books do not add up"
    );
    conserved(&platform).await?;
    engine.stop().await;
    log.close().await?;
    store.close().await?;
    Ok(time)
}

/// Everybody has what they bought, and holds what they asked for.
async fn conserved(platform: &Platform) -> Result<()> {
    let view = platform.views.pin("credits");
    let held = i64::from(PRICE_CENTS * Wish::count(|wish| matches!(wish, Wish::Authorize)));
    let bought = i64::from(MINTED_CENTS * Wish::count(|wish| matches!(wish, Wish::Mint)));
    for person in 0..PEOPLE {
        let user: Option<User> = view.read(USERS, address(person).as_bytes(), b"").await?;
        let user = user.with_context(|| format!("nobody is {}", address(person)))?;
        let found = (user.balance_cents, user.held_cents);
        ensure!(
            found == (bought - held, held),
            "{} has {found:?}",
            user.address
        );
    }
    Ok(())
}

fn command(round: usize, person: usize) -> NewRecord {
    let (kind, metadata, edge) = match Wish::of(round) {
        Wish::Mint => ("usd-minted", json!({"usdCents": MINTED_CENTS}), Value::Null),
        Wish::Grant => (
            "on-demand-granted",
            json!({"amountWei": CREDIT_WEI.to_string()}),
            Value::Null,
        ),
        Wish::Authorize => (
            "authorize-requested",
            json!({"usdPriceCents": PRICE_CENTS}),
            json!({"rate": "26960000", "rateDecimals": 8}),
        ),
    };
    input(
        kind,
        format!("{round}-{person}"),
        address(person),
        metadata,
        edge,
    )
}

fn tick(now: i64) -> NewRecord {
    let key = format!("tick:{now}");
    input(
        "clock-tick",
        key,
        String::new(),
        json!({ "now": now }),
        Value::Null,
    )
}

fn input(kind: &str, key: String, address: String, metadata: Value, edge: Value) -> NewRecord {
    let input = Input {
        kind: kind.to_owned(),
        key,
        address,
        metadata: Json::from(metadata),
        edge: Some(edge).filter(|edge| !edge.is_null()).map(Json::from),
        at: NOW_MS,
    };
    play::recorded("credits.log", "all", &input)
}

fn address(person: usize) -> String {
    format!("0x{person:040x}")
}

const MANA: Unit = Unit('m');
const DOLLARS: Unit = Unit('d');

/// The same movements between the same accounts, and nothing else.
fn bare() -> Result<Duration> {
    let started = Instant::now();
    let mut ledger = Ledger::default();
    let (world, day) = (Id::account(MANA, "world"), Id::account(MANA, "day"));
    let (promo, settled) = (
        Id::account(DOLLARS, "promo"),
        Id::account(DOLLARS, "settled"),
    );
    for (id, unit, kind) in [
        (world, MANA, Kind::Open),
        (day, MANA, Kind::Credit),
        (promo, DOLLARS, Kind::Open),
        (settled, DOLLARS, Kind::Open),
    ] {
        ledger.open(id, unit, kind)?;
    }
    for (round, person) in rounds() {
        let parts = [&*round.to_string(), &*person.to_string()];
        let own = Id::account(DOLLARS, &address(person));
        ledger.open(own, DOLLARS, Kind::Credit)?;
        match Wish::of(round) {
            Wish::Mint => {
                ledger.apply(&[moved("mint", &parts, (promo, own), MINTED_CENTS.into())])?
            }
            Wish::Authorize => {
                let Op::Transfer { id, transfer } =
                    moved("hold", &parts, (own, settled), PRICE_CENTS.into())
                else {
                    unreachable!("a movement is a transfer")
                };
                let pending = Transfer {
                    pending: true,
                    ..transfer
                };
                ledger.apply(&[Op::Transfer {
                    id,
                    transfer: pending,
                }])?
            }
            Wish::Grant => {
                let credit = Id::account(MANA, &format!("{round}-{person}"));
                ledger.open(credit, MANA, Kind::Credit)?;
                let funded = moved("fund", &parts, (world, day), CREDIT_WEI);
                ledger.apply(&[funded, moved("grant", &parts, (day, credit), CREDIT_WEI)])?
            }
        };
    }
    ledger.check().context("the bare books do not add up")?;
    Ok(started.elapsed())
}

fn moved(kind: &str, parts: &[&str], (debit, credit): (Id, Id), amount: u128) -> Op {
    let transfer = Transfer {
        debit,
        credit,
        amount,
        balancing: false,
        pending: false,
    };
    Op::Transfer {
        id: Id::transfer(kind, parts),
        transfer,
    }
}
