//! The rows of what changed.

use kernel::RowWrite;
use model::tables::credits as tables;
use model::tables::number_key;
use serde::Serialize;

use super::names::Account;
use super::rules::{CHANGED_MAX, CHANGES_KEPT};
use super::run::Run;
use super::state::{Bought, Intent, Season, User, Voucher};
use super::usd::small;

fn bought(bought: &Bought) -> tables::Bought {
    tables::Bought {
        total_wei: bought.total.to_string(),
        day: bought.day,
        today_wei: bought.today.to_string(),
    }
}

impl Run<'_> {
    /// Writes a row for each thing that changed.
    pub(super) fn write_rows(&mut self) {
        self.tell_changed();
        for address in std::mem::take(&mut self.users) {
            if let Some(user) = self.state.users.get(&address) {
                let row = self.user_row(&address, user);
                self.put(tables::USERS, &address, "", &row);
            }
        }
        for salt in std::mem::take(&mut self.vouchers) {
            if let Some(voucher) = self.state.vouchers.get(&salt) {
                let row = self.voucher_row(&salt, voucher);
                self.put(tables::VOUCHERS, &row.user_address, &salt, &row);
            }
        }
        for salt in std::mem::take(&mut self.intents) {
            if let Some(intent) = self.state.intents.get(&salt) {
                let row = self.purchase_row(&salt, intent);
                self.put(tables::PURCHASES, &row.user_address, &salt, &row);
                self.list(&row);
            }
        }
        for id in std::mem::take(&mut self.orders) {
            if let Some(order) = self.state.orders.get(&id).cloned() {
                self.put(tables::ORDERS, &order.address, &id, &order);
            }
        }
        for address in std::mem::take(&mut self.flags) {
            let flag = self
                .state
                .users
                .get(&address)
                .and_then(|user| user.flag.clone());
            match flag {
                Some(flag) => self.put(tables::FLAGS, tables::ALL, &address, &flag),
                None => {
                    let row = address.as_bytes().to_vec();
                    self.rows
                        .push(RowWrite::delete(tables::FLAGS, tables::ALL, row));
                }
            }
        }
        if self.program {
            let row = self.program_row();
            self.put(tables::PROGRAM, tables::ALL, "", &row);
        }
    }

    /// Says whose credits or dollars change, for who follows them.
    fn tell_changed(&mut self) {
        let mut who = self.users.clone();
        let credits = self.vouchers.iter();
        who.extend(credits.filter_map(|salt| {
            let voucher = self.state.vouchers.get(salt)?;
            Some(voucher.address.clone())
        }));
        if who.is_empty() {
            return;
        }
        self.state.changes += 1;
        let number = self.state.changes;
        let many = who.len() > CHANGED_MAX;
        let changed = tables::Changed {
            many,
            addresses: if many {
                Vec::new()
            } else {
                who.into_iter().collect()
            },
        };
        let all = || tables::ALL.as_bytes().to_vec();
        let row = |number: i64| number_key(number).to_vec();
        self.rows
            .push(RowWrite::put(tables::CHANGES, all(), row(number), &changed));
        if number > CHANGES_KEPT {
            let old = row(number - CHANGES_KEPT);
            self.rows
                .push(RowWrite::delete(tables::CHANGES, all(), old));
        }
    }

    /// A purchase where it is listed: among all, and among those of its status.
    fn list(&mut self, purchase: &tables::Purchase) {
        let row = purchase.list_row();
        for list in tables::PurchaseList::EVERY {
            let partition = list.partition(&purchase.user_address);
            let (table, row) = (tables::PURCHASE_LISTS, row.clone());
            self.rows.push(match list.has(purchase.status) {
                true => RowWrite::put(table, partition, row, purchase),
                false => RowWrite::delete(table, partition, row),
            });
        }
    }

    fn put(&mut self, table: &'static str, partition: &str, row: &str, doc: &impl Serialize) {
        let (partition, row) = (partition.as_bytes().to_vec(), row.as_bytes().to_vec());
        self.rows.push(RowWrite::put(table, partition, row, doc));
    }

    fn user_row(&self, address: &str, user: &User) -> tables::User {
        let own = self.state.books.account(&Account::user(address).id());
        let owed = self.state.books.account(&Account::receivable(address).id());
        let counted = self.state.counted.get(&address.to_owned());
        let counted = counted.copied().unwrap_or_default();
        let goals = user.goals.values().map(|goal| tables::UserGoal {
            season_id: goal.season,
            week: goal.week,
            goal_id: goal.goal.clone(),
            steps: goal.count,
            completed_at: goal.completed_at,
            funded: goal.hold.is_some(),
            claimed: goal.claimed,
        });
        tables::User {
            address: address.to_owned(),
            enrolled: user.enrolled,
            opted_out_at: user.opted_out_at,
            blocked_until: user.blocked_until,
            goals: goals.collect(),
            balance_cents: small(own.map_or(0, ledger::Account::available)),
            held_cents: small(own.map_or(0, |own| own.debits_pending)),
            settled_cents: small(user.settled),
            owed_cents: small(owed.map_or(0, ledger::Account::owed)),
            topped_up_cents: small(user.topped_up),
            purchases: counted.purchases,
            purchases_settled: counted.settled,
            asked: user.asked.count,
            asked_day: user.asked.day,
            in_app: bought(&counted.in_app),
        }
    }

    fn voucher_row(&self, salt: &str, voucher: &Voucher) -> tables::Voucher {
        let signed = voucher.signed.clone();
        let goal = voucher.goal.clone();
        tables::Voucher {
            id: salt.to_owned(),
            user_address: voucher.address.clone(),
            amount: voucher.amount.to_string(),
            available: self.available(&Account::credit(salt)).to_string(),
            settled: voucher.settled.to_string(),
            expired: voucher.expired.to_string(),
            revoked: voucher.revoked.to_string(),
            contract: signed.as_ref().map(|signed| signed.contract.clone()),
            chain_id: signed.as_ref().map(|signed| signed.chain),
            hash: signed.as_ref().map(|signed| signed.hash.clone()),
            signature: signed.map(|signed| signed.signature),
            season_id: goal.as_ref().map(|goal| goal.0),
            week_id: goal.as_ref().map(|goal| goal.1),
            goal_id: goal.map(|goal| goal.2),
            timestamp: voucher.timestamp,
            expires_at: voucher.expires_at,
            credit_source: voucher.source.clone(),
            granter: voucher.granter.clone(),
            reason: voucher.reason.clone(),
        }
    }

    fn purchase_row(&self, salt: &str, intent: &Intent) -> tables::Purchase {
        let signed = intent.signed.clone();
        let first = intent.uses.first().and_then(|key| self.state.logs.get(key));
        tables::Purchase {
            id: salt.to_owned(),
            user_address: intent.address.clone(),
            trade_id: intent.trade.clone(),
            contract_address: intent.contract.clone(),
            item_id: intent.item.clone(),
            name: intent.name.clone(),
            source: intent.source.clone(),
            usd_cents: small(intent.cents),
            status: intent.status,
            created_at: intent.created_at,
            expires_at: intent.expires_at,
            cap: intent.cap.to_string(),
            rate: intent.rate.clone(),
            rate_decimals: intent.rate_decimals,
            mana_settled: (!intent.uses.is_empty()).then(|| intent.mana.to_string()),
            tx_hash: first.map(|log| log.transaction.clone()),
            submitted_tx_hash: intent.submitted.clone(),
            contract: signed.as_ref().map(|signed| signed.contract.clone()),
            hash: signed.as_ref().map(|signed| signed.hash.clone()),
            signature: signed.map(|signed| signed.signature),
        }
    }

    fn program_row(&self) -> tables::Program {
        let settled = self.state.contracts.iter().map(|contract| {
            let account = Account::settled_mana(contract).id();
            let account = self.state.books.account(&account);
            let sum = account.map_or(0, |a| a.credits_posted.saturating_sub(a.debits_posted));
            (contract.clone(), sum.to_string())
        });
        let used = self.state.used.iter();
        tables::Program {
            seasons: self
                .state
                .seasons
                .values()
                .map(|s| self.season_row(s))
                .collect(),
            state_hash: self.state.hash().to_string(),
            transfers: i64::try_from(self.state.books.applied()).unwrap_or(i64::MAX),
            settled: settled.collect(),
            in_app: bought(&self.state.in_app),
            used: used
                .map(|(contract, sum)| (contract.clone(), sum.to_string()))
                .collect(),
        }
    }

    fn season_row(&self, season: &Season) -> tables::Season {
        let left = |week: &i64| self.available(&Account::week(season.id, *week));
        let weeks = season.weeks.keys();
        let whole = self.available(&Account::season(season.id));
        let sum = weeks.clone().map(left).fold(whole, u128::saturating_add);
        tables::Season {
            id: season.id,
            name: season.name.clone(),
            start: season.start,
            end: season.end,
            max_wei: season.max.to_string(),
            weekly_wei: season.weekly.map(|weekly| weekly.to_string()),
            paused: season.paused,
            goals: season.goals.clone(),
            left: sum.to_string(),
            weeks_left: weeks.map(|week| (*week, left(week).to_string())).collect(),
            closed: season.closed,
        }
    }
}
