//! What falls due: by the ledger's time a season's end and a week's, by a finalised block the end of a credit and the
//! release of a purchase. A clock alone never releases or expires anything that the chain could still spend.

use std::sync::Arc;

use kernel::{Reject, RowWrite};
use ledger::Id;
use model::tables::credits::{self as tables, PurchaseStatus, WEEK_MS};
use model::tables::{HOUR_MS, day};

use super::books::Leg;
use super::names::Account;
use super::rules::{KEPT_MS, ORDERS_KEPT_MS};
use super::run::Run;
use super::state::Ended;
use super::usd::order_of;

impl Run<'_> {
    /// Does what is due before the entry is looked at.
    pub(super) fn fall_due(&mut self) -> Result<(), Reject> {
        self.end_weeks();
        self.end_seasons();
        self.expire();
        let hour = self.now().div_euclid(HOUR_MS);
        if hour > self.state.cleaned {
            self.state.cleaned = hour;
            self.changed = true;
            super::proofs::check(&self.state)?;
            self.clean();
        }
        Ok(())
    }

    /// What a week that is over neither gave nor reserved goes back to its season.
    fn end_weeks(&mut self) {
        let now = self.now();
        let mut over = Vec::new();
        for season in self.state.seasons.values().filter(|season| !season.closed) {
            for week in season.weeks.keys() {
                let end = season.start + week * WEEK_MS;
                if end <= now && !season.returned.contains(week) {
                    over.push((season.id, *week));
                }
            }
        }
        for (season, week) in over {
            self.return_week(season, week, "end");
            if let Some(season) = self.state.seasons.get_mut(&season) {
                Arc::make_mut(season).returned.insert(week);
            }
        }
    }

    fn return_week(&mut self, season: i64, week: i64, when: &str) {
        let (id, n) = (season.to_string(), week.to_string());
        let accounts = (Account::week(season, week), Account::season(season));
        let leg = Leg::balancing("return-week", &[&id, &n, when], accounts, u128::MAX);
        let returned = self.book("", &[leg]);
        debug_assert!(returned.is_ok(), "{returned:?}");
        self.program = true;
        self.changed = true;
    }

    /// What was not claimed in a season is not claimed any more; the budgets get it back.
    fn end_seasons(&mut self) {
        let now = self.now();
        let over = self.state.seasons.values();
        let over = over.filter(|season| !season.closed && season.end <= now);
        let over: Vec<(i64, Vec<i64>)> = over
            .map(|season| (season.id, season.weeks.keys().copied().collect()))
            .collect();
        for (id, weeks) in over {
            let people: Vec<String> = self
                .state
                .users
                .sorted()
                .into_iter()
                .filter(|(_, user)| user.goals.values().any(|goal| goal.season == id))
                .map(|(address, _)| address.clone())
                .collect();
            for address in people {
                self.void_goals(&address, id);
            }
            for week in weeks {
                self.return_week(id, week, "close");
            }
            if let Some(season) = self.state.seasons.get_mut(&id) {
                Arc::make_mut(season).closed = true;
            }
            self.program = true;
            self.changed = true;
        }
    }

    fn void_goals(&mut self, address: &str, season: i64) {
        let goals = self.user(address).goals.clone();
        for goal in goals
            .values()
            .filter(|goal| goal.season == season && goal.waits())
        {
            let Some(hold) = &goal.hold else { continue };
            let (id, week) = (season.to_string(), goal.week.to_string());
            let parts = [&*id, &week, &goal.goal, address];
            let own = Account::credit(&hold.salt);
            let accounts = (Account::budget(season, goal.week, hold.weekly), own.clone());
            let leg = Leg::void("goal-void", &parts, accounts, Id::transfer("goal", &parts));
            let voided = self.book(address, &[leg]);
            debug_assert!(voided.is_ok(), "a reserved reward is held: {voided:?}");
            self.retire(&own);
        }
        self.user(address)
            .goals
            .retain(|_, goal| goal.season != season);
    }

    /// Ends the credits and releases the purchases that the chain can no longer spend.
    fn expire(&mut self) {
        let now = self.now();
        let over = self.overdue();
        let (credits, purchases): (Vec<String>, Vec<String>) = over
            .into_iter()
            .partition(|salt| self.state.vouchers.contains(salt));
        for salt in credits {
            if let Some(voucher) = self.state.vouchers.get_mut(&salt) {
                voucher.ended = Ended::Expired;
                voucher.changed_at = now;
            }
            self.touch_voucher(&salt);
            self.sweep_rest(&salt);
        }
        for salt in purchases {
            self.release(&salt);
        }
    }

    /// Forgets what is over and old: its rows stay.
    fn clean(&mut self) {
        let old = self.now() - KEPT_MS;
        let answered = self.state.answered.sorted().into_iter();
        let questions: Vec<String> = answered
            .filter(|(_, answered)| answered.at < old)
            .map(|(key, _)| key.clone())
            .collect();
        for question in questions {
            self.state.answered.remove(&question);
            let (address, key) = question.split_once('\n').unwrap_or(("", &question));
            let whose = tables::whose(address).as_bytes().to_vec();
            let key = key.as_bytes().to_vec();
            self.rows
                .push(RowWrite::delete(tables::ANSWERS, whose, key));
        }
        self.clean_logs(old);
        self.clean_vouchers(old);
        self.clean_intents(old);
        self.clean_orders();
        self.clean_users();
    }

    fn clean_logs(&mut self, old: i64) {
        let final_block = |chain: i64| {
            let head = self.entry.heads.iter().find(|head| head.chain_id == chain);
            head.map(|head| head.block_number)
        };
        let logs = self.state.logs.sorted().into_iter().filter(|(_, log)| {
            log.at < old && final_block(log.chain).is_some_and(|block| log.block <= block)
        });
        let logs: Vec<_> = logs.map(|(key, log)| (key.clone(), log.clone())).collect();
        for (key, log) in logs {
            self.state.logs.remove(&key);
            let transaction = format!("{}:{}", log.chain, log.transaction);
            if let Some(keys) = self.state.transactions.get_mut(&transaction) {
                keys.remove(&key);
                if keys.is_empty() {
                    self.state.transactions.remove(&transaction);
                }
            }
            let Some(salt) = log.salt else { continue };
            if let Some(voucher) = self.state.vouchers.get_mut(&salt) {
                voucher.logs = voucher.logs.saturating_sub(1);
            }
            if let Some(intent) = self.state.intents.get_mut(&salt) {
                intent.logs = intent.logs.saturating_sub(1);
            }
        }
    }

    fn clean_vouchers(&mut self, old: i64) {
        let over = self.state.vouchers.sorted().into_iter();
        let over = over.filter(|(salt, voucher)| {
            let empty = self.available(&Account::credit(salt)) == 0;
            empty && voucher.logs == 0 && voucher.signed.is_some() && voucher.changed_at < old
        });
        let over: Vec<_> = over.map(|(salt, v)| (salt.clone(), v.clone())).collect();
        for (salt, voucher) in over {
            self.forget_end(&salt);
            self.state.vouchers.remove(&salt);
            if let Some(signed) = voucher.signed {
                self.state.hashes.remove(&signed.hash);
            }
            if let Some(user) = self.state.users.get_mut(&voucher.address) {
                user.vouchers = user.vouchers.saturating_sub(1);
            }
            self.retire(&Account::credit(&salt));
        }
    }

    fn clean_intents(&mut self, old: i64) {
        let over = self.state.intents.sorted().into_iter();
        let over = over.filter(|(_, intent)| {
            let chain = intent.signed.as_ref().map(|signed| signed.chain);
            intent.status != PurchaseStatus::Pending
                && intent.logs == 0
                && intent.changed_at < old
                && self.is_final(chain, intent.expires_at)
        });
        let over: Vec<_> = over.map(|(salt, i)| (salt.clone(), i.clone())).collect();
        for (salt, intent) in over {
            self.state.intents.remove(&salt);
            if let Some(signed) = intent.signed {
                self.state.hashes.remove(&signed.hash);
            }
            if let Some(user) = self.state.users.get_mut(&intent.address) {
                user.intents.remove(&salt);
            }
        }
    }

    fn clean_orders(&mut self) {
        let (old, now) = (self.now() - ORDERS_KEPT_MS, self.now());
        let over = self.state.orders.sorted().into_iter();
        let over = over.filter(|(_, order)| order.created_at < old);
        let over: Vec<_> = over.map(|(id, o)| (id.clone(), o.status.clone())).collect();
        for (id, status) in over {
            self.state.orders.remove(&id);
            if status == "credited" {
                self.state.tombstones.insert(order_of(&id), now);
            }
        }
    }

    /// Forgets who has nothing, is held by nothing and takes no part.
    fn clean_users(&mut self) {
        let (now, today) = (self.now(), day(self.now()));
        let even = |account: &Account| {
            let account = self.state.books.account(&account.id());
            account.is_none_or(ledger::Account::is_even)
        };
        let gone = self
            .state
            .users
            .sorted()
            .into_iter()
            .filter(|(address, user)| {
                !user.enrolled
                    && user.opted_out_at.is_none()
                    && user.goals.is_empty()
                    && user.intents.is_empty()
                    && user.asked.day < today
                    && user.vouchers == 0
                    && user.flag.is_none()
                    && !user.late
                    && user.blocked_until <= now
                    && user.challenge.as_ref().is_none_or(|c| c.until <= now)
                    && even(&Account::user(address))
                    && even(&Account::receivable(address))
            });
        let gone: Vec<String> = gone.map(|(address, _)| address.clone()).collect();
        for address in gone {
            self.state.users.remove(&address);
            for account in [Account::user(&address), Account::receivable(&address)] {
                self.retire(&account);
            }
        }
    }
}
