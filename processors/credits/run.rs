//! One entry being applied: the state as it becomes, and what is to be told of it.

use std::collections::BTreeSet;

use kernel::{EffectRequest, Emit, RowWrite};
use model::events::effects;
use model::events::ledger::Entry;
use model::tables::credits::{self as tables, Anomaly, Line};
use model::tables::number_key;
use serde_json::{Value, json};

use super::rules::{CREDIT_WEI, whole_credits};
use super::state::State;
use super::{SERVICE, names};

/// See the module.
pub(super) struct Run<'a> {
    pub(super) state: State,
    pub(super) entry: &'a Entry,
    /// The entry's metadata and what was read at the edge.
    pub(super) body: Value,
    pub(super) edge: Value,
    /// Addresses, salts and ids whose rows change.
    pub(super) users: BTreeSet<String>,
    pub(super) vouchers: BTreeSet<String>,
    pub(super) intents: BTreeSet<String>,
    pub(super) orders: BTreeSet<String>,
    pub(super) flags: BTreeSet<String>,
    /// The row of seasons and sums changes.
    pub(super) program: bool,
    /// Something changed at all.
    pub(super) changed: bool,
    pub(super) rows: Vec<RowWrite>,
    pub(super) emits: Vec<Emit>,
    pub(super) effects: Vec<EffectRequest>,
}

impl<'a> Run<'a> {
    pub(super) fn new(state: &State, entry: &'a Entry) -> Self {
        let value = |json: &model::Json| json.value().unwrap_or_default();
        Self {
            state: state.clone(),
            entry,
            body: value(&entry.metadata),
            edge: entry.edge.as_ref().map_or(Value::Null, value),
            users: BTreeSet::new(),
            vouchers: BTreeSet::new(),
            intents: BTreeSet::new(),
            orders: BTreeSet::new(),
            flags: BTreeSet::new(),
            program: false,
            changed: false,
            rows: Vec::new(),
            emits: Vec::new(),
            effects: Vec::new(),
        }
    }

    /// The ledger's time, ms.
    pub(super) fn now(&self) -> i64 {
        self.entry.now
    }

    /// Time of the newest finalised block of a chain; of any chain where none is known, s.
    pub(super) fn final_time(&self, chain: Option<i64>) -> Option<i64> {
        let heads = self.entry.heads.iter();
        let of = heads.filter(|head| chain.is_none_or(|chain| chain == head.chain_id));
        of.map(|head| head.block_timestamp).max()
    }

    /// Whether nothing before `expires_at` (s) can still happen on a chain.
    pub(super) fn is_final(&self, chain: Option<i64>, expires_at: i64) -> bool {
        self.final_time(chain)
            .is_some_and(|time| time >= expires_at)
    }

    /// Marks a person as changed and gives them.
    pub(super) fn user(&mut self, address: &str) -> &mut super::state::User {
        self.touch_user(address);
        self.state.users.entry(&address.to_owned())
    }

    /// Marks a person as changed.
    pub(super) fn touch_user(&mut self, address: &str) {
        self.changed = true;
        self.users.insert(address.to_owned());
    }

    /// Marks a credit as changed.
    pub(super) fn touch_voucher(&mut self, salt: &str) {
        self.changed = true;
        self.vouchers.insert(salt.to_owned());
    }

    /// Marks a purchase as changed, and its owner, whose sums it moves.
    pub(super) fn touch_intent(&mut self, salt: &str) {
        self.changed = true;
        if let Some(intent) = self.state.intents.get(&salt.to_owned()) {
            self.users.insert(intent.address.clone());
        }
        self.intents.insert(salt.to_owned());
    }

    fn number(&mut self) -> i64 {
        self.changed = true;
        self.state.lines += 1;
        self.state.lines
    }

    /// Writes a line of somebody's statement.
    pub(super) fn line(&mut self, address: &str, line: Line) {
        let number = self.number();
        let line = Line {
            number,
            at: self.now(),
            cause: self.entry.key.clone(),
            ..line
        };
        let row = number_key(number).to_vec();
        self.rows.push(RowWrite::put(
            tables::STATEMENT,
            address.as_bytes().to_vec(),
            row,
            &line,
        ));
    }

    /// Reports what should not be.
    pub(super) fn anomaly(&mut self, kind: &str, message: String) {
        let number = self.number();
        let anomaly = Anomaly {
            kind: kind.to_owned(),
            key: self.entry.key.clone(),
            message,
            metadata: self.body.clone(),
            at: self.now(),
        };
        let (all, row) = (tables::ALL.as_bytes(), number_key(number).to_vec());
        self.rows
            .push(RowWrite::put(tables::ANOMALIES, all, row, &anomaly));
    }

    /// Asks for the signature of a credit.
    pub(super) fn sign(&mut self, salt: &str, user: &str, value: u128, expires_at: i64) {
        let request = effects::Voucher {
            salt: salt.to_owned(),
            user: user.to_owned(),
            value: value.to_string(),
            expires_at,
        };
        self.effects.push(EffectRequest {
            kind: "voucher",
            key: Some(salt.to_owned()),
            request: model::encode(&request),
            not_after: None,
        });
    }

    /// Tells the rest of the platform, by an event of the catalogue.
    pub(super) fn tell(&mut self, sub_type: &str, key: String, address: &str, metadata: Value) {
        let event = json!({
            "type": "credits-service",
            "subType": sub_type,
            "key": key,
            "timestamp": self.now(),
            "metadata": metadata,
        });
        // What the catalogue refuses is not told: a goal of nothing, say.
        if let Ok(encoded) = model::encode_event(&event) {
            self.emits.push(Emit {
                topic: SERVICE,
                key: address.as_bytes().to_vec().into(),
                id: None,
                kind: encoded.schema.name.into(),
                value: encoded.bytes,
                headers: Vec::new(),
            });
        }
    }

    /// Tells of a grant on demand.
    pub(super) fn tell_granted(&mut self, address: &str, amount: u128, granter: &str) {
        if amount < CREDIT_WEI {
            return;
        }
        let key = self.entry.key.clone();
        let metadata = json!({
            "creditsGranted": whole_credits(amount),
            "address": address,
            "granterAddress": granter,
        });
        self.tell("on-demand-credits-granted", key, address, metadata);
    }

    /// What is posted on an account and not held.
    pub(super) fn available(&self, account: &names::Account) -> u128 {
        let account = self.state.books.account(&account.id());
        account.map_or(0, ledger::Account::available)
    }
}
