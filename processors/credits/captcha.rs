//! Claims, behind a captcha: a challenge is made at the edge, judged here.

use model::tables::DAY_MS;
use serde_json::json;

use ledger::Id;

use super::books::Leg;
use super::names::Account;
use super::rules::{
    Answered, BLOCK_MS, CHALLENGE_MS, GRACE_DAYS, TOLERANCE, WRONG_MAX, optional, refuse, term,
    text, thousandths,
};
use super::run::Run;
use super::state::{Challenge, GoalProgress, Voucher};

impl Run<'_> {
    /// A new challenge takes the place of the one before.
    pub(super) fn challenge(&mut self) -> Answered {
        let address = self.address()?;
        let body = self.body.clone();
        let id = text(&body, "challengeId")?.to_owned();
        // Where the piece belongs was drawn at the edge and is no part of what anybody is told.
        let Some(target) = thousandths(&self.edge["target"]) else {
            return refuse("invalid", "target is not a number");
        };
        let until = self.now().saturating_add(CHALLENGE_MS);
        self.user(&address).challenge = Some(Challenge { id, target, until });
        Ok(json!({ "until": until }))
    }

    /// An answer to the live challenge; a right one claims all that waits.
    pub(super) fn claim(&mut self) -> Answered {
        let (address, now) = (self.address()?, self.now());
        let body = self.body.clone();
        let place = thousandths(&body["x"]);
        let asked = optional(&body, "challengeId")?;
        let tolerance = match &self.edge["tolerance"] {
            serde_json::Value::Null => TOLERANCE,
            given => thousandths(given).unwrap_or(TOLERANCE),
        };
        let user = self.user(&address);
        if user.blocked_until > now {
            user.challenge = None;
            return Ok(claimed(false, 0, true));
        }
        if user.blocked_until != 0 {
            // The block is over: counting starts again.
            (user.blocked_until, user.wrong) = (0, 0);
        }
        let live = user.challenge.take().filter(|challenge| {
            challenge.until > now && asked.is_none_or(|asked| asked == challenge.id)
        });
        let Some(challenge) = live else {
            return Ok(claimed(false, 0, false));
        };
        let off = place.map(|place| place.abs_diff(challenge.target));
        if off.is_none_or(|off| off > tolerance.unsigned_abs()) {
            user.wrong += 1;
            let blocked = user.wrong >= WRONG_MAX;
            if blocked {
                user.blocked_until = now.saturating_add(BLOCK_MS);
            }
            return Ok(claimed(false, 0, blocked));
        }
        user.wrong = 0;
        let granted = self.claim_all(&address);
        Ok(claimed(true, granted, false))
    }

    /// Posts the holds of the running season, oldest first; gives their sum.
    fn claim_all(&mut self, address: &str) -> u128 {
        let now = self.now();
        let Some(season) = self.season().cloned() else {
            return 0;
        };
        let grace = term(&self.edge, "graceDays", GRACE_DAYS, 86_400);
        let expires_at = season.end.saturating_add(grace * DAY_MS).div_euclid(1000);
        let user = self.user(address);
        let mut waiting: Vec<(String, GoalProgress)> = user
            .goals
            .iter()
            .filter(|(_, goal)| goal.waits() && goal.season == season.id)
            .map(|(key, goal)| (key.clone(), goal.clone()))
            .collect();
        waiting.sort_by_key(|(_, goal)| goal.completed_at);
        let mut granted = 0;
        for (key, goal) in waiting {
            let Some(hold) = goal.hold else { continue };
            let (id, week) = (season.id.to_string(), goal.week.to_string());
            let parts = [&*id, &week, &goal.goal, address];
            let from = Account::budget(season.id, goal.week, hold.weekly);
            let accounts = (from, Account::credit(&hold.salt));
            let leg = Leg::post("goal-post", &parts, accounts, Id::transfer("goal", &parts));
            if self.book(address, &[leg]).is_err() {
                continue;
            }
            if let Some(own) = self.user(address).goals.get_mut(&key) {
                own.claimed = true;
            }
            granted += hold.amount;
            let voucher = Voucher {
                address: address.to_owned(),
                source: "goal".to_owned(),
                amount: hold.amount,
                goal: Some((season.id, goal.week, goal.goal)),
                timestamp: now,
                expires_at,
                ..Voucher::default()
            };
            self.give(&hold.salt, voucher);
        }
        granted
    }

    /// A credit comes into being: it is remembered, shown, and signed.
    pub(super) fn give(&mut self, salt: &str, mut voucher: Voucher) {
        voucher.changed_at = self.now();
        self.program = true;
        self.touch_voucher(salt);
        self.user(&voucher.address).vouchers += 1;
        let (address, amount) = (voucher.address.clone(), voucher.amount);
        self.sign(salt, &address, amount, voucher.expires_at);
        self.state.vouchers.insert(salt.to_owned(), voucher);
        self.await_end(&salt.to_owned());
    }
}

/// What became of an answer; the amount in wei, as digits.
fn claimed(ok: bool, granted: u128, blocked: bool) -> serde_json::Value {
    json!({ "ok": ok, "grantedWei": granted.to_string(), "blocked": blocked })
}
