//! When what is alive ends: credits and purchases by the chain that can spend them and their end, so that neither an
//! entry without anything due nor a chain that lags costs a look at all of them.

use std::collections::BTreeSet;

use model::tables::credits::{NEVER, PurchaseStatus};

use super::run::Run;
use super::state::{Ended, State};

/// The chain of what is not signed yet: any chain's time ends it.
const UNSIGNED: i64 = 0;

impl State {
    /// Whether a credit or a purchase can still end by the chain's time.
    fn ends(&self, salt: &String) -> bool {
        let credit = self.vouchers.get(salt);
        let purchase = self.intents.get(salt);
        credit.is_some_and(|v| v.ended == Ended::No && v.expires_at != NEVER)
            || purchase.is_some_and(|i| i.status == PurchaseStatus::Pending)
    }

    /// Chain and key under which a credit or a purchase is found when its end has passed.
    fn slot(&self, salt: &String) -> Option<(i64, String)> {
        let credit = self.vouchers.get(salt);
        let credit = credit.map(|voucher| (&voucher.signed, voucher.expires_at));
        let purchase = || {
            let intent = self.intents.get(salt)?;
            Some((&intent.signed, intent.expires_at))
        };
        let (signed, end) = credit.or_else(purchase)?;
        let chain = signed.as_ref().map_or(UNSIGNED, |signed| signed.chain);
        Some((chain, format!("{}{salt}", before(end))))
    }

    /// Whether the end of a credit or a purchase will be noticed.
    pub(super) fn is_awaited(&self, salt: &String) -> bool {
        let noticed = |(chain, key): (i64, String)| {
            let due = self.due.get(&chain);
            due.is_some_and(|due| due.contains(&key))
        };
        !self.ends(salt) || self.slot(salt).is_some_and(noticed)
    }
}

/// What keys of an end (s) begin with; in their order.
fn before(end: i64) -> String {
    format!("{end:011}\n")
}

impl Run<'_> {
    /// Has the end of a credit or a purchase noticed, if it has one.
    pub(super) fn await_end(&mut self, salt: &String) {
        if self.state.ends(salt)
            && let Some((chain, key)) = self.state.slot(salt)
        {
            self.state.due.entry(chain).or_default().insert(key, ());
        }
    }

    /// Has it noticed no longer: it is about to be forgotten, or to be signed for a chain.
    pub(super) fn forget_end(&mut self, salt: &String) {
        let Some((chain, key)) = self.state.slot(salt) else {
            return;
        };
        if let Some(due) = self.state.due.get_mut(&chain) {
            due.remove(&key);
            if due.is_empty() {
                self.state.due.remove(&chain);
            }
        }
    }

    /// Takes out what the chain can no longer spend: credits and purchases, in order of their salts.
    pub(super) fn overdue(&mut self) -> BTreeSet<String> {
        let mut over = Vec::new();
        for (chain, due) in &self.state.due {
            let chain_of = (*chain != UNSIGNED).then_some(*chain);
            let Some(time) = self.final_time(chain_of) else {
                continue;
            };
            for key in due.below(&before(time.saturating_add(1))) {
                over.push((*chain, key.clone()));
            }
        }
        let mut salts = BTreeSet::new();
        for (chain, key) in over {
            if let Some(due) = self.state.due.get_mut(&chain) {
                due.remove(&key);
            }
            if let Some((_, salt)) = key.split_once('\n') {
                salts.insert(salt.to_owned());
            }
        }
        if !salts.is_empty() {
            self.changed = true;
            self.state.due.retain(|_, due| !due.is_empty());
        }
        salts.retain(|salt| self.state.ends(salt));
        salts
    }
}
