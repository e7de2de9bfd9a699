//! Credits that are given on demand, and those bought in an app.

use kernel::RowWrite;
use model::tables::DAY_MS;
use model::tables::credits::{self as tables, NEVER};
use model::tables::day;
use serde_json::json;

use super::books::Leg;
use super::names::{Account, salt};
use super::rules::{
    Answered, GRACE_DAYS, NO_SEASON_DAYS, Refused, optional, refuse, term, text, wei,
};
use super::run::Run;
use super::state::{Bought, Voucher};

impl Run<'_> {
    pub(super) fn grant(&mut self) -> Answered {
        let (address, now) = (self.address()?, self.now());
        let body = self.body.clone();
        let amount = wei(&body, "amountWei")?;
        let granter = optional(&body, "granterAddress")?.map(str::to_lowercase);
        let reason = optional(&body, "reason")?.map(str::to_owned);
        let id = salt(&format!("on-demand:{}", self.entry.key));
        if self.entry.key.is_empty() || self.state.vouchers.contains(&id) {
            return refuse("invalid", "a grant has a key of its own");
        }
        self.fund_grant(&address, &id, amount)?;
        let expires_at = match self.season() {
            Some(season) => {
                let grace = term(&self.edge, "graceDays", GRACE_DAYS, 86_400);
                season.end.saturating_add(grace * DAY_MS)
            }
            None => {
                let days = term(&self.edge, "noSeasonDays", NO_SEASON_DAYS, 86_400);
                now.saturating_add(days * DAY_MS)
            }
        };
        let expires_at = expires_at.div_euclid(1000);
        let voucher = Voucher {
            address: address.clone(),
            source: "on_demand".to_owned(),
            amount,
            granter: granter.clone(),
            reason,
            timestamp: now,
            expires_at,
            ..Voucher::default()
        };
        if let Some(reason) = &voucher.reason {
            let row = tables::Reason {
                reason: reason.clone(),
            };
            let all = tables::ALL.as_bytes().to_vec();
            let key = reason.clone().into_bytes();
            self.rows
                .push(RowWrite::put(tables::REASONS, all, key, &row));
        }
        self.give(&id, voucher);
        if let Some(granter) = granter {
            self.tell_granted(&address, amount, &granter);
        }
        Ok(json!({ "id": id, "expiresAt": expires_at }))
    }

    /// Takes a grant out of the day's budget, which its first grant, or a raised limit, funds.
    fn fund_grant(&mut self, address: &str, id: &str, amount: u128) -> Result<(), Refused> {
        let today = day(self.now());
        let funded = self.state.days.get(&today).copied().unwrap_or_default();
        let limit = self.edge["dailyLimitWei"].as_str();
        let limit = limit.and_then(ledger::decimal::parse);
        let more = match limit {
            Some(limit) => limit.saturating_sub(funded),
            None => amount,
        };
        let (own, name) = (Account::on_demand(today), today.to_string());
        let mut legs = Vec::new();
        if more > 0 {
            let parts = [&*name, &*self.entry.key];
            legs.push(Leg::exact(
                "fund-ondemand",
                &parts,
                (Account::world(), own.clone()),
                more,
            ));
        }
        let parts = [&*self.entry.key];
        let accounts = (own, Account::credit(id));
        legs.push(Leg::exact("grant", &parts, accounts, amount));
        if let Err(refusal) = self.book(address, &legs) {
            return refuse("daily-limit", refusal.to_string());
        }
        let funded = funded.saturating_add(more);
        self.state.days.insert(today, funded);
        self.state.days.retain(|day, _| *day >= today - 1);
        Ok(())
    }

    /// The app account of a wallet: who is credited when the store tells of a purchase before the wallet does.
    pub(super) fn registered_in_app(&mut self) -> Answered {
        let address = self.address()?;
        let body = self.body.clone();
        let token = text(&body, "appAccountToken")?.to_lowercase();
        let account = tables::InAppAccount { address };
        let row = RowWrite::put(
            tables::IN_APP_TOKENS,
            token.into_bytes(),
            Vec::new(),
            &account,
        );
        self.rows.push(row);
        self.changed = true;
        self.done()
    }

    pub(super) fn bought_in_app(&mut self) -> Answered {
        let (address, now) = (self.address()?, self.now());
        let body = self.body.clone();
        let amount = wei(&body, "amountWei")?;
        // An attempt that was refused for the day's limit is made again, under a key of its own.
        let transaction = match optional(&body, "transactionId")? {
            Some(transaction) => transaction.to_owned(),
            None => self.entry.key.clone(),
        };
        let id = salt(&format!("iap:{transaction}"));
        let answer = |existed: bool| Ok(json!({ "id": id, "alreadyExisted": existed }));
        if transaction.is_empty() {
            return refuse("invalid", "a purchase has the key of its transaction");
        }
        if self.state.tombstones.contains(&refund_of(&transaction)) {
            return refuse("revoked-transaction", "the purchase was refunded");
        }
        if self.state.tombstones.contains(&purchase_of(&transaction)) {
            return answer(true);
        }
        let (own, all) = self.within_caps(&address, amount)?;
        let accounts = (Account::world(), Account::credit(&id));
        let leg = Leg::exact("iap", &[&transaction], accounts, amount);
        if let Err(refusal) = self.book(&address, &[leg]) {
            return refuse("overflow", refusal.to_string());
        }
        self.state.tombstones.insert(purchase_of(&transaction), now);
        self.state.in_app = all;
        self.touch_user(&address);
        self.state.counted.entry(&address).in_app = own;
        let voucher = Voucher {
            address,
            source: "iap".to_owned(),
            amount,
            timestamp: now,
            expires_at: NEVER,
            ..Voucher::default()
        };
        self.give(&id, voucher);
        answer(false)
    }

    /// What the person and everybody have bought with `amount` more, if the caps of the edge allow it.
    fn within_caps(&self, address: &str, amount: u128) -> Result<(Bought, Bought), Refused> {
        let today = day(self.now());
        let cap = |name: &str| self.edge[name].as_str().and_then(ledger::decimal::parse);
        let above = |sum: u128, name: &str| cap(name).is_some_and(|cap| sum > cap);
        let counted = self.state.counted.get(&address.to_owned());
        let own = counted.map(|counted| counted.in_app).unwrap_or_default();
        let (own, all) = (own.and(amount, today), self.state.in_app.and(amount, today));
        if above(own.total, "inAppTotalWei") {
            return refuse("cap-exceeded", "total_limit");
        }
        if above(own.today, "inAppDailyWei") {
            return refuse("cap-exceeded", "daily_limit");
        }
        if above(all.today, "inAppServiceDailyWei") {
            return refuse("service-daily-limit", "the day's limit of all is reached");
        }
        Ok((own, all))
    }

    /// Takes back what is left of an app purchase. One that was not seen yet will find the refund.
    pub(super) fn refunded_in_app(&mut self) -> Answered {
        let body = self.body.clone();
        let transaction = text(&body, "transactionId")?.to_owned();
        let now = self.now();
        self.changed = true;
        self.state.tombstones.insert(refund_of(&transaction), now);
        let id = salt(&format!("iap:{transaction}"));
        let Some(voucher) = self.state.vouchers.get_mut(&id) else {
            return Ok(json!({ "revokedWei": "0" }));
        };
        let again = std::mem::replace(&mut voucher.refunded, true);
        let (address, amount) = (voucher.address.clone(), voucher.amount);
        if !again {
            self.touch_user(&address);
            let in_app = &mut self.state.counted.entry(&address).in_app;
            in_app.total = in_app.total.saturating_sub(amount);
        }
        let taken = self.revoke(&id);
        Ok(json!({ "revokedWei": taken.to_string() }))
    }
}

impl Bought {
    fn and(self, amount: u128, today: i64) -> Self {
        let before = if self.day == today { self.today } else { 0 };
        Self {
            total: self.total.saturating_add(amount),
            day: today,
            today: before.saturating_add(amount),
        }
    }
}

fn purchase_of(transaction: &str) -> String {
    format!("iap:{transaction}")
}

fn refund_of(transaction: &str) -> String {
    format!("iap-refund:{transaction}")
}
