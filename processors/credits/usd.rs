//! Dollars: bought by orders, held by authorizations, spent by what the chain shows.

use ledger::Id;
use model::tables::credits::{Order, PurchaseStatus};
use serde_json::{Value, json};

use super::books::Leg;
use super::chain::log_parts;
use super::names::{Account, salt};
use super::rules::{
    Answered, CREDIT_CENTS, INTENT_SECONDS, INTENTS_KEPT_MAX, INTENTS_MAX, Refused, SALTS_MAX,
    cents, optional, refuse, sizing, term, text,
};
use super::run::Run;
use super::state::{Intent, Late, Log};

impl Run<'_> {
    pub(super) fn order_opened(&mut self) -> Answered {
        let address = self.address()?;
        let body = self.body.clone();
        let id = text(&body, "orderId")?.to_owned();
        if self.state.orders.contains(&id) || self.state.tombstones.contains(&order_of(&id)) {
            return refuse("exists", format!("order {id} exists"));
        }
        let order = Order {
            address,
            pack_id: optional(&body, "packId")?.map(str::to_owned),
            usd_cents: i64::try_from(cents(&body, "usdCents")?).unwrap_or(i64::MAX),
            credits: i64::try_from(cents(&body, "credits")?).unwrap_or(i64::MAX),
            status: "initiated".to_owned(),
            created_at: self.now(),
            id: id.clone(),
        };
        self.changed = true;
        self.orders.insert(id.clone());
        self.state.orders.insert(id.clone(), order);
        Ok(json!({ "orderId": id }))
    }

    /// The order that an entry names.
    fn order(&self) -> Result<Order, Refused> {
        let id = text(&self.body, "orderId")?.to_owned();
        match self.state.orders.get(&id) {
            Some(order) => Ok(order.clone()),
            None if self.state.tombstones.contains(&order_of(&id)) => {
                refuse("exists", format!("order {id} is credited"))
            }
            None => refuse("unknown-order", format!("there is no order {id}")),
        }
    }

    /// Credits an order once, however many events say that it is paid; even one that was given up, for the money is in.
    pub(super) fn order_paid(&mut self) -> Answered {
        let order = self.order()?;
        if order.status == "credited" {
            return refuse("exists", format!("order {} is credited", order.id));
        }
        // Pages of packs are public and take the order's id from their address: who opened a dear order may pay at a
        // cheap page.
        let paid = self.body["paidCents"].as_i64();
        if let Some(paid) = paid.filter(|paid| *paid < order.usd_cents) {
            let message = format!("order {}: {paid} of {} paid", order.id, order.usd_cents);
            self.anomaly("underpaid-order", message.clone());
            return refuse("underpaid", message);
        }
        let charged = u128::from(order.usd_cents.unsigned_abs());
        let credited = u128::from(order.credits.unsigned_abs()) * CREDIT_CENTS;
        let (id, address) = (order.id.clone(), order.address.clone());
        let user = || Account::user(&address);
        let parts = [&*id];
        let mut legs = vec![Leg::exact(
            "order",
            &parts,
            (Account::card(), user()),
            charged.min(credited),
        )];
        if charged > credited {
            let accounts = (Account::card(), Account::premium());
            legs.push(Leg::exact(
                "order-premium",
                &parts,
                accounts,
                charged - credited,
            ));
        }
        if credited > charged {
            let accounts = (Account::promo(), user());
            legs.push(Leg::exact(
                "order-promo",
                &parts,
                accounts,
                credited - charged,
            ));
        }
        if let Err(refusal) = self.book(&address, &legs) {
            return refuse("overflow", refusal.to_string());
        }
        self.user(&address).topped_up += credited;
        self.repay(&address);
        self.set_order(&id, "credited");
        Ok(json!({ "orderId": id, "creditsGranted": order.credits }))
    }

    pub(super) fn order_over(&mut self, status: &str) -> Answered {
        let order = self.order()?;
        if order.status == "credited" {
            return refuse("exists", format!("order {} is credited", order.id));
        }
        self.set_order(&order.id, status);
        Ok(json!({ "orderId": order.id, "status": status }))
    }

    fn set_order(&mut self, id: &str, status: &str) {
        self.changed = true;
        self.orders.insert(id.to_owned());
        if let Some(order) = self.state.orders.get_mut(&id.to_owned()) {
            status.clone_into(&mut order.status);
        }
    }

    pub(super) fn minted(&mut self) -> Answered {
        let address = self.address()?;
        let amount = cents(&self.body, "usdCents")?;
        let accounts = (Account::promo(), Account::user(&address));
        let parts = [&*address, &*self.entry.key];
        let leg = Leg::exact("mint", &parts, accounts, amount);
        if let Err(refusal) = self.book(&address, &[leg]) {
            return refuse("overflow", refusal.to_string());
        }
        self.user(&address).topped_up += amount;
        self.repay(&address);
        let balance = self.available(&Account::user(&address));
        Ok(json!({ "balanceCents": small(balance) }))
    }

    /// What is owed is paid first, out of whatever is free.
    pub(super) fn repay(&mut self, address: &str) {
        let (own, owed) = (Account::user(address), Account::receivable(address));
        let debt = self.state.books.account(&owed.id());
        let debt = debt.map_or(0, ledger::Account::owed);
        let free = self.available(&own);
        if debt == 0 || free == 0 {
            return;
        }
        let number = self.state.lines.to_string();
        let parts = [&*self.entry.key, &*number];
        let leg = Leg::balancing("repay", &parts, (own, owed), free);
        // Balancing between two accounts that are there cannot be refused.
        let repaid = self.book(address, &[leg]);
        debug_assert!(repaid.is_ok(), "{repaid:?}");
        self.touch_user(address);
    }

    pub(super) fn authorize(&mut self) -> Answered {
        let address = self.address()?;
        let wanted = self.wanted(&address)?;
        if let Some((salt, intent)) = self.again(&address, &wanted) {
            return Ok(authorized(&salt, &intent, true));
        }
        let pending = |intent: &Intent| intent.status == PurchaseStatus::Pending;
        let user = self.state.users.get(&address);
        let open = user.into_iter().flat_map(|user| &user.intents);
        let open = open.filter(|salt| self.state.intents.get(salt).is_some_and(pending));
        if open.count() >= INTENTS_MAX {
            return refuse("too-many", format!("{INTENTS_MAX} purchases are open"));
        }
        if user.is_some_and(|user| user.intents.len() >= INTENTS_KEPT_MAX) {
            return refuse(
                "too-many",
                format!("{INTENTS_KEPT_MAX} purchases in a week"),
            );
        }
        if self.entry.key.is_empty() {
            return refuse("invalid", "an authorization has a key of its own");
        }
        let salt = salt(&format!("usd:{address}:{}", self.entry.key));
        if self.state.intents.contains(&salt) {
            return refuse("exists", "the key was used for a purchase");
        }
        let accounts = (Account::user(&address), Account::settled_dollars());
        let leg = Leg::hold("auth", &[&salt], accounts, wanted.cents);
        if self.book(&address, &[leg]).is_err() {
            return refuse("insufficient", "insufficient credits");
        }
        let answer = authorized(&salt, &wanted, false);
        let (cap, expires_at) = (wanted.cap, wanted.expires_at);
        self.user(&address).intents.insert(salt.clone());
        self.state.counted.entry(&address).purchases += 1;
        self.state.intents.insert(salt.clone(), wanted);
        self.touch_intent(&salt);
        self.await_end(&salt);
        self.sign(&salt, &address, cap, expires_at);
        Ok(answer)
    }

    /// The purchase that is asked for.
    fn wanted(&self, address: &str) -> Result<Intent, Refused> {
        let body = &self.body;
        let price = cents(body, "usdPriceCents")?;
        let cents = price.div_ceil(CREDIT_CENTS) * CREDIT_CENTS;
        let word = |name: &str| -> Result<Option<String>, Refused> {
            Ok(optional(body, name)?.map(str::to_owned))
        };
        let contract = word("contractAddress")?.map(|contract| contract.to_lowercase());
        let item = word("itemId")?;
        if contract.is_some() != item.is_some() {
            return refuse("invalid", "contractAddress and itemId come as a pair");
        }
        let read = |name: &str| match &self.edge[name] {
            Value::Null => body[name].clone(),
            given => given.clone(),
        };
        let rate = read("rate").as_str().and_then(ledger::decimal::parse);
        let Some(rate) = rate.filter(|rate| *rate > 0) else {
            return refuse("oracle", "the price of MANA is not known");
        };
        let decimals = read("rateDecimals").as_i64().unwrap_or(8);
        let sized = u32::try_from(decimals).ok();
        let sized = sized.and_then(|decimals| sizing(cents, rate, decimals));
        let Some((_, cap)) = sized.filter(|(_, cap)| *cap > 0) else {
            return refuse("overflow", "the price is beyond what can be counted");
        };
        let ttl = term(&self.edge, "ttlSeconds", INTENT_SECONDS, 1);
        Ok(Intent {
            address: address.to_owned(),
            cents,
            cap,
            rate: rate.to_string(),
            rate_decimals: decimals,
            trade: word("tradeId")?,
            contract,
            item,
            name: word("name")?,
            source: word("source")?,
            created_at: self.now(),
            expires_at: self.now().div_euclid(1000).saturating_add(ttl),
            changed_at: self.now(),
            ..Intent::default()
        })
    }

    /// A live purchase of the same thing at the same price.
    fn again(&self, address: &str, wanted: &Intent) -> Option<(String, Intent)> {
        let now = self.now().div_euclid(1000);
        let user = self.state.users.get(&address.to_owned())?;
        let same = |intent: &Intent| {
            let trade = wanted.trade.is_some() && intent.trade == wanted.trade;
            let item = wanted.item.is_some()
                && (&intent.contract, &intent.item) == (&wanted.contract, &wanted.item);
            (trade || item)
                && intent.status == PurchaseStatus::Pending
                && intent.expires_at > now
                && intent.submitted.is_none()
                && intent.cents == wanted.cents
        };
        user.intents.iter().find_map(|salt| {
            let intent = self.state.intents.get(salt)?;
            same(intent).then(|| (salt.clone(), intent.clone()))
        })
    }

    /// The purchases of the sender that an entry names.
    fn named(&self) -> Result<(String, Vec<String>), Refused> {
        let address = self.address()?;
        let listed = self.body["salts"].as_array().map(Vec::as_slice);
        let listed = listed.unwrap_or_default();
        if listed.len() > SALTS_MAX {
            return refuse("invalid", format!("more than {SALTS_MAX} salts"));
        }
        let mut salts: Vec<String> = listed
            .iter()
            .filter_map(|salt| salt.as_str().map(str::to_lowercase))
            .filter(|salt| {
                self.state
                    .intents
                    .get(salt)
                    .is_some_and(|i| i.address == address)
            })
            .collect();
        salts.sort_unstable();
        salts.dedup();
        Ok((address, salts))
    }

    pub(super) fn cancel(&mut self) -> Answered {
        let (address, salts) = self.named()?;
        // Who once spent what had been released gets nothing released but by the chain's time.
        let late = self.state.users.get(&address).is_some_and(|user| user.late);
        let mut released = 0;
        for salt in salts {
            let intent = self.state.intents.get(&salt);
            let unsent = intent.is_some_and(|intent| {
                intent.status == PurchaseStatus::Pending && intent.submitted.is_none()
            });
            if unsent && !late && self.release(&salt) {
                released += 1;
            }
        }
        Ok(json!({ "released": released }))
    }

    pub(super) fn submitted(&mut self) -> Answered {
        let (_, salts) = self.named()?;
        let transaction = text(&self.body, "txHash")?.to_lowercase();
        for salt in &salts {
            if let Some(intent) = self.state.intents.get_mut(salt) {
                intent.submitted = Some(transaction.clone());
            }
            self.touch_intent(salt);
        }
        Ok(json!({ "recorded": salts.len() }))
    }

    /// Lets a held purchase go; says whether it was held.
    pub(super) fn release(&mut self, salt: &str) -> bool {
        let Some(intent) = self.state.intents.get(&salt.to_owned()).cloned() else {
            return false;
        };
        let hold = hold_of(salt, intent.holds);
        let accounts = (Account::user(&intent.address), Account::settled_dollars());
        let again = intent.holds.to_string();
        let leg = Leg::void("release", &[salt, &again], accounts, hold);
        if self.book(&intent.address, &[leg]).is_err() {
            return false;
        }
        let now = self.now();
        if let Some(intent) = self.state.intents.get_mut(&salt.to_owned()) {
            intent.status = PurchaseStatus::Expired;
            intent.changed_at = now;
        }
        self.touch_intent(salt);
        self.repay(&intent.address);
        true
    }

    pub(super) fn settle_held(&mut self, salt: &str, intent: &Intent) {
        let hold = hold_of(salt, intent.holds);
        let accounts = (Account::user(&intent.address), Account::settled_dollars());
        let again = intent.holds.to_string();
        let leg = Leg::post("settle", &[salt, &again], accounts, hold);
        let posted = self.book(&intent.address, &[leg]);
        debug_assert!(posted.is_ok(), "a pending purchase is held: {posted:?}");
        self.user(&intent.address).settled += intent.cents;
        self.state.counted.entry(&intent.address).settled += 1;
    }

    /// Spent though it had been released: paid as far as the balance goes, the rest is owed.
    pub(super) fn settle_late(&mut self, salt: &str, intent: &Intent) {
        let address = &intent.address;
        let own = Account::user(address);
        let paid = intent.cents.min(self.available(&own));
        let owed = intent.cents - paid;
        let again = self.state.lines.to_string();
        let parts = [salt, &again];
        let mut legs = Vec::new();
        if paid > 0 {
            let accounts = (own, Account::settled_dollars());
            legs.push(Leg::exact("late", &parts, accounts, paid));
        }
        if owed > 0 {
            let accounts = (Account::receivable(address), Account::settled_dollars());
            legs.push(Leg::exact("late-owed", &parts, accounts, owed));
        }
        let booked = self.book(address, &legs);
        debug_assert!(booked.is_ok(), "what is free can be moved: {booked:?}");
        self.state.counted.entry(address).settled += 1;
        let user = self.user(address);
        user.late = true;
        user.settled += intent.cents;
        if let Some(intent) = self.state.intents.get_mut(&salt.to_owned()) {
            intent.late = Some(Late { paid, owed });
        }
    }

    /// A log of a purchase is taken back; with the last one, the purchase is what it was before.
    pub(super) fn unsettle(&mut self, key: &str, salt: &str, log: &Log) {
        let now = self.now();
        let Some(intent) = self.state.intents.get_mut(&salt.to_owned()) else {
            return;
        };
        intent.uses.retain(|used| used != key);
        intent.mana = intent.mana.saturating_sub(log.value);
        intent.changed_at = now;
        let intent = intent.clone();
        self.touch_intent(salt);
        if !intent.uses.is_empty() {
            return;
        }
        let address = intent.address.clone();
        let status = match &intent.late {
            Some(late) => self.give_back_late(late, log, &intent),
            None => self.give_back_held(salt, log, &intent),
        };
        if let Some(intent) = self.state.intents.get_mut(&salt.to_owned()) {
            intent.status = status;
            intent.late = None;
        }
        self.await_end(&salt.to_owned());
        self.state.counted.entry(&address).settled -= 1;
        let user = self.user(&address);
        user.settled = user.settled.saturating_sub(intent.cents);
        self.repay(&address);
    }

    /// What was owed for it is owed no longer; what was paid, by whatever way, comes back.
    fn give_back_late(&mut self, late: &Late, log: &Log, intent: &Intent) -> PurchaseStatus {
        let address = &intent.address;
        let receivable = Account::receivable(address);
        let debt = self.state.books.account(&receivable.id());
        let open = debt.map_or(0, ledger::Account::owed).min(late.owed);
        let back = intent.cents - open;
        let parts = log_parts(log);
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let mut legs = Vec::new();
        if back > 0 {
            let accounts = (Account::settled_dollars(), Account::user(address));
            legs.push(Leg::exact("unsettle", &parts, accounts, back));
        }
        if open > 0 {
            let accounts = (Account::settled_dollars(), receivable);
            legs.push(Leg::exact("unsettle-owed", &parts, accounts, open));
        }
        let booked = self.book(address, &legs);
        debug_assert!(booked.is_ok(), "what was settled can be moved: {booked:?}");
        PurchaseStatus::Expired
    }

    /// Held again, unless the chain's time has released it.
    fn give_back_held(&mut self, salt: &str, log: &Log, intent: &Intent) -> PurchaseStatus {
        let address = &intent.address;
        let parts = log_parts(log);
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let (own, settled) = (Account::user(address), Account::settled_dollars());
        let back = (settled.clone(), own.clone());
        let mut legs = vec![Leg::exact("unsettle", &parts, back, intent.cents)];
        let chain = intent.signed.as_ref().map(|signed| signed.chain);
        let over = self.is_final(chain, intent.expires_at);
        let holds = intent.holds + 1;
        if !over {
            let again = holds.to_string();
            let leg = Leg::hold("auth", &[salt, &again], (own, settled), intent.cents);
            legs.push(leg);
        }
        let booked = self.book(address, &legs);
        debug_assert!(booked.is_ok(), "what comes back can be held: {booked:?}");
        if over {
            return PurchaseStatus::Expired;
        }
        if let Some(intent) = self.state.intents.get_mut(&salt.to_owned()) {
            intent.holds = holds;
        }
        PurchaseStatus::Pending
    }
}

/// The id of the hold of a purchase; later ones, after a reorganisation, count.
fn hold_of(salt: &str, holds: u32) -> Id {
    match holds {
        0 => Id::transfer("auth", &[salt]),
        n => Id::transfer("auth", &[salt, &n.to_string()]),
    }
}

pub(super) fn order_of(id: &str) -> String {
    format!("order:{id}")
}

/// Cents as a JSON number.
pub(super) fn small(cents: u128) -> i64 {
    i64::try_from(cents).unwrap_or(i64::MAX)
}

fn authorized(salt: &str, intent: &Intent, again: bool) -> Value {
    json!({
        "salt": salt,
        "cap": intent.cap.to_string(),
        "usdCents": small(intent.cents),
        "expiresAt": intent.expires_at,
        "rate": intent.rate,
        "rateDecimals": intent.rate_decimals,
        "again": again,
    })
}
