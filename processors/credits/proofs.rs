//! What holds after every entry. Checked by the tests after each one, in production once an hour of the ledger's time.

use std::collections::BTreeMap;

use kernel::Reject;

use super::names::Account;
use super::state::{Ended, State};

/// Proves the books and what the rest of the state says of them.
///
/// # Errors
/// `LEDGER_INVARIANT` names what does not hold; the partition stops on it.
pub(super) fn check(state: &State) -> Result<(), Reject> {
    state.books.check().map_err(|e| broken(e.to_string()))?;
    vouchers(state)?;
    purchases(state)?;
    seasons(state)?;
    users(state)
}

fn broken(what: String) -> Reject {
    Reject::new("LEDGER_INVARIANT", what)
}

fn available(state: &State, account: &Account) -> u128 {
    let account = state.books.account(&account.id());
    account.map_or(0, ledger::Account::available)
}

/// A credit is what is left, spent, expired and revoked of it; nothing is left of one that ended.
fn vouchers(state: &State) -> Result<(), Reject> {
    for (salt, voucher) in state.vouchers.iter() {
        let left = available(state, &Account::credit(salt));
        let parts = [left, voucher.settled, voucher.expired, voucher.revoked];
        if parts.iter().sum::<u128>() != voucher.amount {
            return Err(broken(format!(
                "credit {salt}: {parts:?} is not {}",
                voucher.amount
            )));
        }
        if voucher.ended != Ended::No && left > 0 {
            return Err(broken(format!("credit {salt} ended with {left} left")));
        }
        if !state.is_awaited(salt) {
            return Err(broken(format!("nobody notices the end of credit {salt}")));
        }
    }
    Ok(())
}

/// What goals gave and reserve of a season is within its budget, and that of a week within the week's.
fn seasons(state: &State) -> Result<(), Reject> {
    let mut spent: BTreeMap<(i64, i64), u128> = BTreeMap::new();
    for (_, user) in state.users.iter() {
        for goal in user.goals.values() {
            let amount = goal.hold.as_ref().map_or(0, |hold| hold.amount);
            *spent.entry((goal.season, goal.week)).or_default() += amount;
        }
    }
    for season in state.seasons.values().filter(|season| !season.closed) {
        let of = |key: &(i64, i64)| key.0 == season.id;
        let sum: u128 = spent
            .iter()
            .filter(|(key, _)| of(key))
            .map(|(_, sum)| sum)
            .sum();
        if sum > season.max {
            return Err(broken(format!("season {} gave {sum}", season.id)));
        }
        let left = season
            .weeks
            .keys()
            .map(|week| Account::week(season.id, *week));
        let left: u128 = left.map(|week| available(state, &week)).sum();
        if sum + left + available(state, &Account::season(season.id)) != season.max {
            return Err(broken(format!("season {} does not add up", season.id)));
        }
    }
    Ok(())
}

/// The end of a purchase whose dollars are held is noticed.
fn purchases(state: &State) -> Result<(), Reject> {
    for (salt, _) in state.intents.iter() {
        if !state.is_awaited(salt) {
            return Err(broken(format!("nobody notices the end of purchase {salt}")));
        }
    }
    Ok(())
}

/// What a person has, holds and spent is what they bought and were given, and what they owe.
fn users(state: &State) -> Result<(), Reject> {
    for (address, user) in state.users.iter() {
        let own = state.books.account(&Account::user(address).id());
        let owed = state.books.account(&Account::receivable(address).id());
        let balance = own.map_or(0, ledger::Account::available);
        let held = own.map_or(0, |own| own.debits_pending);
        let owed = owed.map_or(0, ledger::Account::owed);
        if balance + held + user.settled != user.topped_up + owed {
            return Err(broken(format!(
                "{address}: {balance} + {held} + {} is not {} + {owed}",
                user.settled, user.topped_up
            )));
        }
        if owed > 0 && balance > 0 {
            return Err(broken(format!("{address} owes {owed} and has {balance}")));
        }
    }
    Ok(())
}
