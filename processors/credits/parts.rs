//! How the ledger's state is stored: its tables in shards, of which a flush writes those that changed. A shard is a
//! part called `table/number`; the rest is the document.

use std::collections::BTreeMap;

use bytes::Bytes;
use kernel::{Part, Parts};
use ledger::Table;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::state::State;

/// See the module.
pub(super) const PARTS: Parts<State> = Parts {
    split,
    join,
    copy: State::clone,
};

/// Names of the parts; they are stored.
mod name {
    pub(super) const ACCOUNTS: &str = "accounts";
    pub(super) const RECORDS: &str = "records";
    pub(super) const USERS: &str = "users";
    pub(super) const VOUCHERS: &str = "vouchers";
    pub(super) const INTENTS: &str = "intents";
    pub(super) const ORDERS: &str = "orders";
    pub(super) const HASHES: &str = "hashes";
    pub(super) const LOGS: &str = "logs";
    pub(super) const TRANSACTIONS: &str = "transactions";
    pub(super) const ANSWERED: &str = "answered";
    pub(super) const TOMBSTONES: &str = "tombstones";
    pub(super) const COUNTED: &str = "counted";
    /// Before the number of a chain.
    pub(super) const DUE: &str = "due.";
}

fn split(state: &State, since: Option<&State>) -> (State, Vec<Part>) {
    let nothing = State::default();
    let old = since.unwrap_or(&nothing);
    let mut parts = Vec::new();
    let (books, before) = (&state.books, &old.books);
    add(
        &mut parts,
        name::ACCOUNTS,
        books.accounts(),
        before.accounts(),
    );
    add(&mut parts, name::RECORDS, books.records(), before.records());
    add(&mut parts, name::USERS, &state.users, &old.users);
    add(&mut parts, name::VOUCHERS, &state.vouchers, &old.vouchers);
    add(&mut parts, name::INTENTS, &state.intents, &old.intents);
    add(&mut parts, name::ORDERS, &state.orders, &old.orders);
    add(&mut parts, name::HASHES, &state.hashes, &old.hashes);
    add(&mut parts, name::LOGS, &state.logs, &old.logs);
    add(
        &mut parts,
        name::TRANSACTIONS,
        &state.transactions,
        &old.transactions,
    );
    add(&mut parts, name::ANSWERED, &state.answered, &old.answered);
    add(
        &mut parts,
        name::TOMBSTONES,
        &state.tombstones,
        &old.tombstones,
    );
    add(&mut parts, name::COUNTED, &state.counted, &old.counted);
    let none = Table::default();
    for (chain, due) in &state.due {
        let before = old.due.get(chain).unwrap_or(&none);
        add(&mut parts, &format!("{}{chain}", name::DUE), due, before);
    }
    // Every field is named here, so that a new table cannot be forgotten.
    let rest = State {
        books: state.books.without_tables(),
        users: Table::default(),
        vouchers: Table::default(),
        intents: Table::default(),
        orders: Table::default(),
        hashes: Table::default(),
        logs: Table::default(),
        transactions: Table::default(),
        answered: Table::default(),
        tombstones: Table::default(),
        counted: Table::default(),
        due: state
            .due
            .keys()
            .map(|chain| (*chain, Table::default()))
            .collect(),
        seasons: state.seasons.clone(),
        days: state.days.clone(),
        used: state.used.clone(),
        contracts: state.contracts.clone(),
        lines: state.lines,
        in_app: state.in_app,
        changes: state.changes,
        cleaned: state.cleaned,
    };
    (rest, parts)
}

fn add<K, V>(parts: &mut Vec<Part>, name: &str, new: &Table<K, V>, old: &Table<K, V>)
where
    K: Ord + Clone + AsRef<[u8]> + Serialize,
    V: Clone + Serialize,
{
    parts.extend(new.changed_since(old).map(|(number, shard)| Part {
        name: format!("{name}/{number:03x}").into(),
        doc: (!shard.is_empty()).then(|| document(shard)),
    }));
}

fn document(shard: &impl Serialize) -> Bytes {
    serde_json::to_vec(shard)
        .expect("a shard serialises: its keys are text")
        .into()
}

fn join(state: &mut State, parts: &[Part]) -> Result<(), String> {
    for part in parts {
        let Some(doc) = &part.doc else { continue };
        put(state, &part.name, doc)
            .map_err(|what| format!("part {}: {what}", part.name.escape_ascii()))?;
    }
    Ok(())
}

fn put(state: &mut State, part: &[u8], doc: &[u8]) -> Result<(), String> {
    let table = part.split(|byte| *byte == b'/').next().unwrap_or_default();
    match std::str::from_utf8(table).unwrap_or_default() {
        name::ACCOUNTS => state.books.restore(shard(doc)?, []),
        name::RECORDS => state.books.restore([], shard(doc)?),
        name::USERS => fill(&mut state.users, doc)?,
        name::VOUCHERS => fill(&mut state.vouchers, doc)?,
        name::INTENTS => fill(&mut state.intents, doc)?,
        name::ORDERS => fill(&mut state.orders, doc)?,
        name::HASHES => fill(&mut state.hashes, doc)?,
        name::LOGS => fill(&mut state.logs, doc)?,
        name::TRANSACTIONS => fill(&mut state.transactions, doc)?,
        name::ANSWERED => fill(&mut state.answered, doc)?,
        name::TOMBSTONES => fill(&mut state.tombstones, doc)?,
        name::COUNTED => fill(&mut state.counted, doc)?,
        other => {
            let chain = other
                .strip_prefix(name::DUE)
                .and_then(|chain| chain.parse().ok());
            let chain: i64 = chain.ok_or("no table of that name")?;
            fill(state.due.entry(chain).or_default(), doc)?;
        }
    }
    Ok(())
}

fn shard<K, V>(doc: &[u8]) -> Result<BTreeMap<K, V>, String>
where
    K: Ord + DeserializeOwned,
    V: DeserializeOwned,
{
    serde_json::from_slice(doc).map_err(|e| e.to_string())
}

fn fill<K, V>(table: &mut Table<K, V>, doc: &[u8]) -> Result<(), String>
where
    K: Ord + Clone + AsRef<[u8]> + DeserializeOwned,
    V: Clone + DeserializeOwned,
{
    for (key, value) in shard(doc)? {
        table.insert(key, value);
    }
    Ok(())
}
