//! What the chain says: spent, revoked, taken back. Nothing here asks a clock.
//!
//! A transaction counts once: when one that is active in a block turns up in another block, the old inclusion is taken
//! back first, whether or not the chain's indexer says so later. What is taken back stays taken back: its key is the
//! block's, and a transaction that comes again comes in another block. A log may be taken back before it is seen, since
//! the two come by different ways; then it is never applied.

use model::tables::credits::PurchaseStatus;
use serde_json::json;

use super::books::Leg;
use super::names::Account;
use super::rules::{Answered, Refused, integer, optional, refuse, text};
use super::run::Run;
use super::state::{Ended, Log, Signed};

impl Run<'_> {
    pub(super) fn chain(&mut self) -> Answered {
        match self.entry.kind.as_str() {
            "credit-used" => self.used(),
            "credit-revoked" => self.revoked(),
            _ => self.reverted(),
        }
    }

    /// The log that the entry is about, with the key that its taking back names it by.
    fn read_log(&self) -> Result<(String, Log), Refused> {
        let body = &self.body;
        let lower = |name: &str| -> Result<String, Refused> {
            Ok(optional(body, name)?.unwrap_or_default().to_lowercase())
        };
        let log = Log {
            chain: integer(body, "chainId")?,
            transaction: lower("txHash")?,
            block_hash: lower("blockHash")?,
            index: body["logIndex"].as_i64().unwrap_or(-1),
            block: body["blockNumber"].as_i64().unwrap_or_default(),
            contract: lower("contract")?,
            active: true,
            at: self.now(),
            ..Log::default()
        };
        if log.block_hash.is_empty() || log.index < 0 {
            return Ok((self.entry.key.to_lowercase(), log));
        }
        Ok((
            format!("{}:{}:{}", log.chain, log.block_hash, log.index),
            log,
        ))
    }

    fn remember(&mut self, key: &str, log: Log) {
        self.changed = true;
        if !log.transaction.is_empty() {
            let transaction = format!("{}:{}", log.chain, log.transaction);
            self.state
                .transactions
                .entry(&transaction)
                .insert(key.to_owned());
        }
        self.state.logs.insert(key.to_owned(), log);
    }

    fn used(&mut self) -> Answered {
        let (key, mut log) = self.read_log()?;
        if self.state.logs.contains(&key) {
            return refuse("exists", format!("log {key} is known"));
        }
        let body = self.body.clone();
        let salt = text(&body["credit"], "salt")?.to_lowercase();
        log.value = match body["value"].as_str().and_then(ledger::decimal::parse) {
            Some(value) => value,
            None => return refuse("invalid", "value is not a number of wei"),
        };
        self.supersede(&key, &log);
        if self.state.vouchers.contains(&salt) {
            self.spend(&key, &salt, log);
        } else if self.state.intents.contains(&salt) {
            self.settle(&key, &salt, log);
        } else {
            self.remember(&key, log);
            self.anomaly("unknown-consumption", format!("no credit has salt {salt}"));
            return refuse("unknown-consumption", format!("no credit has salt {salt}"));
        }
        Ok(json!({ "salt": salt }))
    }

    /// Takes back the same transaction in other blocks.
    fn supersede(&mut self, key: &str, log: &Log) {
        let transaction = format!("{}:{}", log.chain, log.transaction);
        let others = self.state.transactions.get(&transaction);
        let others = others.cloned().unwrap_or_default();
        for other in others.iter().filter(|other| *other != key) {
            let old = self.state.logs.get(other);
            if old.is_some_and(|old| old.active && old.block_hash != log.block_hash) {
                self.take_back(other);
            }
        }
    }

    fn spend(&mut self, key: &str, salt: &str, mut log: Log) {
        let own = Account::credit(salt);
        let Some(voucher) = self.state.vouchers.get(&salt.to_owned()).cloned() else {
            return;
        };
        log.salt = Some(salt.to_owned());
        log.moved = log.value.min(self.available(&own));
        if log.moved < log.value {
            let message = format!("log {key} spends {}, {} was left", log.value, log.moved);
            self.anomaly("invariant-alarm", message);
        }
        if log.moved > 0 {
            let parts = log_parts(&log);
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            let to = Account::settled_mana(&log.contract);
            let leg = Leg::exact("chain", &parts, (own, to), log.moved);
            if self.book(&voucher.address, &[leg]).is_err() {
                log.moved = 0;
            }
        }
        self.state.contracts.insert(log.contract.clone());
        let used = self.state.used.entry(log.contract.clone()).or_default();
        *used = used.saturating_add(log.value);
        let moved = log.moved;
        self.remember(key, log);
        self.voucher(salt, |voucher| {
            voucher.settled += moved;
            voucher.logs += 1;
        });
        self.program = true;
    }

    /// Changes a credit.
    fn voucher(&mut self, salt: &str, change: impl FnOnce(&mut super::state::Voucher)) {
        let now = self.now();
        self.touch_voucher(salt);
        if let Some(voucher) = self.state.vouchers.get_mut(&salt.to_owned()) {
            change(voucher);
            voucher.changed_at = now;
        }
    }

    fn reverted(&mut self) -> Answered {
        let (key, mut log) = self.read_log()?;
        let key = key.strip_suffix(":reverted").unwrap_or(&key).to_owned();
        match self.state.logs.get(&key).map(|log| log.active) {
            Some(true) => self.take_back(&key),
            Some(false) => return refuse("exists", format!("log {key} is taken back")),
            None => {
                log.active = false;
                self.remember(&key, log);
            }
        }
        self.done()
    }

    fn take_back(&mut self, key: &str) {
        self.changed = true;
        let Some(log) = self.state.logs.get_mut(&key.to_owned()) else {
            return;
        };
        log.active = false;
        let log = log.clone();
        let Some(salt) = log.salt.clone() else {
            return;
        };
        if self.state.intents.contains(&salt) {
            self.unsettle(key, &salt, &log);
        } else if log.revocation {
            self.unrevoke(&salt, &log);
        } else if self.state.vouchers.contains(&salt) {
            self.unspend(&salt, &log);
        }
    }

    fn unspend(&mut self, salt: &str, log: &Log) {
        let Some(voucher) = self.state.vouchers.get(&salt.to_owned()).cloned() else {
            return;
        };
        self.program = true;
        if let Some(used) = self.state.used.get_mut(&log.contract) {
            *used = used.saturating_sub(log.value);
        }
        if log.moved > 0 {
            let parts = log_parts(log);
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            let accounts = (Account::settled_mana(&log.contract), Account::credit(salt));
            let leg = Leg::exact("reorg", &parts, accounts, log.moved);
            if self.book(&voucher.address, &[leg]).is_err() {
                return;
            }
        }
        let moved = log.moved;
        self.voucher(salt, |voucher| voucher.settled -= moved);
        match voucher.ended {
            Ended::No => self.await_end(&salt.to_owned()),
            Ended::Expired | Ended::Revoked => {
                self.sweep_rest(salt);
            }
        }
    }

    fn revoked(&mut self) -> Answered {
        let (key, mut log) = self.read_log()?;
        if self.state.logs.contains(&key) {
            return refuse("exists", format!("log {key} is known"));
        }
        let hash = text(&self.body, "creditId")?.to_lowercase();
        let salt = self.state.hashes.get(&hash).cloned();
        log.revocation = true;
        let known = salt.filter(|salt| self.state.vouchers.contains(salt));
        let Some(salt) = known else {
            // A purchase's voucher lives for minutes and is released by the chain's time.
            self.remember(&key, log);
            self.anomaly("unknown-revocation", format!("no credit has hash {hash}"));
            return refuse("unknown-revocation", format!("no credit has hash {hash}"));
        };
        log.salt = Some(salt.clone());
        log.moved = self.revoke(&salt);
        let taken = log.moved;
        self.remember(&key, log);
        self.voucher(&salt, |voucher| voucher.logs += 1);
        Ok(json!({ "salt": salt, "revokedWei": taken.to_string() }))
    }

    /// Takes what is left of a credit; says how much.
    pub(super) fn revoke(&mut self, salt: &str) -> u128 {
        self.voucher(salt, |voucher| {
            if voucher.ended == Ended::No {
                voucher.ended = Ended::Revoked;
            }
        });
        self.sweep_rest(salt)
    }

    fn unrevoke(&mut self, salt: &str, log: &Log) {
        let Some(voucher) = self.state.vouchers.get(&salt.to_owned()).cloned() else {
            return;
        };
        if voucher.refunded || voucher.ended != Ended::Revoked {
            return;
        }
        if voucher.revoked > 0 {
            let parts = log_parts(log);
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            let accounts = (Account::revoked(), Account::credit(salt));
            let leg = Leg::exact("unrevoke", &parts, accounts, voucher.revoked);
            if self.book(&voucher.address, &[leg]).is_err() {
                return;
            }
        }
        self.voucher(salt, |voucher| {
            voucher.revoked = 0;
            voucher.ended = Ended::No;
        });
        self.await_end(&salt.to_owned());
    }

    /// Moves all that is left of an ended credit to where it ended.
    pub(super) fn sweep_rest(&mut self, salt: &str) -> u128 {
        let Some(voucher) = self.state.vouchers.get(&salt.to_owned()).cloned() else {
            return 0;
        };
        let (kind, to) = match voucher.ended {
            Ended::No => return 0,
            Ended::Expired => ("expire", Account::expired()),
            Ended::Revoked => ("revoke", Account::revoked()),
        };
        let again = voucher.sweeps.to_string();
        let parts: &[&str] = if voucher.sweeps == 0 {
            &[salt]
        } else {
            &[salt, &again]
        };
        let leg = Leg::balancing(kind, parts, (Account::credit(salt), to), u128::MAX);
        let moved = self
            .book(&voucher.address, &[leg])
            .map_or(0, |m| m.iter().sum());
        self.voucher(salt, |voucher| {
            voucher.sweeps += 1;
            match voucher.ended {
                Ended::Expired => voucher.expired += moved,
                _ => voucher.revoked += moved,
            }
        });
        moved
    }

    /// A signature arrives: from now on the credit is shown.
    pub(super) fn signed(&mut self) {
        let salt = self.entry.key.to_lowercase();
        let word = |name: &str| self.body[name].as_str().unwrap_or_default().to_lowercase();
        let signed = Signed {
            signature: word("signature"),
            hash: word("hash"),
            contract: word("contract"),
            chain: self.body["chainId"].as_i64().unwrap_or_default(),
        };
        if signed.signature.is_empty() || signed.hash.is_empty() {
            return;
        }
        let hash = signed.hash.clone();
        self.forget_end(&salt);
        if let Some(voucher) = self.state.vouchers.get_mut(&salt) {
            voucher.signed = Some(signed);
            self.touch_voucher(&salt);
        } else if let Some(intent) = self.state.intents.get_mut(&salt) {
            intent.signed = Some(signed);
            self.touch_intent(&salt);
        } else {
            return;
        }
        self.await_end(&salt);
        self.state.hashes.insert(hash, salt);
    }

    /// A purchase is seen on chain.
    fn settle(&mut self, key: &str, salt: &str, mut log: Log) {
        let Some(intent) = self.state.intents.get(&salt.to_owned()).cloned() else {
            return;
        };
        log.salt = Some(salt.to_owned());
        log.moved = log.value;
        if intent.uses.is_empty() {
            match intent.status {
                PurchaseStatus::Pending => self.settle_held(salt, &intent),
                _ => self.settle_late(salt, &intent),
            }
        }
        let (value, now) = (log.value, self.now());
        self.remember(key, log);
        if let Some(intent) = self.state.intents.get_mut(&salt.to_owned()) {
            intent.status = PurchaseStatus::Settled;
            intent.uses.push(key.to_owned());
            intent.mana = intent.mana.saturating_add(value);
            intent.logs += 1;
            intent.changed_at = now;
        }
        self.touch_intent(salt);
    }
}

/// What names a log.
pub(super) fn log_parts(log: &Log) -> [String; 3] {
    [
        log.chain.to_string(),
        log.block_hash.clone(),
        log.index.to_string(),
    ]
}
