//! The ids of an outside registry: found before anything is decoded or written, and kept in the store.
//!
//! While the platform runs it needs no registry, and a start needs none once the ids are kept: a registry never gives
//! an id of its own to another schema. Ids of earlier registries are kept, too: values of the log stand under them.

use adapters::registry::{IdTable, Registered, RegistryClient, RegistryOptions, find_all};
use anyhow::{Context as _, Result, anyhow};
use bytes::Bytes;
use model::Registry;
use model::wire::{self, WireIds};
use runtime::ports::{PortError, Store};
use runtime::settings::Span;

use super::patience::patiently;
use super::store::OpenStore;
use crate::config::{Config, without_secrets};
use crate::exit::Failure;
use crate::logging;
use crate::verbs::schemas::subjects;

/// Pointers of this prefix hold the ids, each those of one registry.
const PREFIX: &str = "registry/ids/";
/// Another process that keeps ids at the same time makes us look again, at most so often.
const TRIES: usize = 5;

/// Where the ids of this process came from.
pub(crate) enum Ids {
    /// No registry is configured: the platform's own ids are written.
    Own,
    /// The registry has said them.
    Told,
    /// They were kept, and the registry does not answer.
    Kept(PortError),
}

/// What the store has kept.
#[derive(Default)]
struct Kept {
    /// Of this registry, as it is now and, before that, as it was.
    here: IdTable,
    version: Option<u64>,
    /// Of registries that were configured before.
    elsewhere: Vec<IdTable>,
}

/// Finds the ids of the configured registry, keeps them in the store and installs them. Waits, within
/// `cluster.connect_wait`, for a registry that does not answer and whose ids are not kept.
///
/// # Errors
/// The registry lacks schemas or does not let us in, does not answer in time, or its ids cannot be told apart from
/// those that values of the log have already.
pub(crate) async fn serve(config: &Config, store: &dyn Store) -> Result<()> {
    let Some(url) = &config.platform.registry.url else {
        return Ok(());
    };
    let wait = config.platform.cluster.connect_wait;
    let (name, client) = client(url)?;
    let kept = patiently("store", wait, || kept(store, &name)).await?;
    let (table, ids) = find(url, &client, &kept.here, wait).await?;
    install(&kept, &table)?;
    match ids {
        Ids::Kept(error) => {
            tracing::warn!(%error, "the registry does not answer; the ids of an earlier start are used")
        }
        Ids::Own | Ids::Told => keep(store, &name, kept, &table).await?,
    }
    tracing::info!(registry = %without_secrets(url), "values carry the registry's ids");
    Ok(())
}

/// The same for a verb that only reads or puts records: it keeps nothing, and asks the store only if it is there.
///
/// # Errors
/// As [`serve`]; `Unreachable` for a registry that does not answer.
pub(crate) async fn of_verb(config: &Config) -> Result<Ids, Failure> {
    let Some(url) = &config.platform.registry.url else {
        return Ok(Ids::Own);
    };
    // Who waits shall be told for what.
    logging::start(config.platform.logging.format, "warn");
    let (name, client) = client(url)?;
    let kept = match OpenStore::read(config).await {
        Ok(Some(opened)) => kept(&*opened.store(), &name).await,
        Ok(None) => Ok(Kept::default()),
        Err(error) => Err(error),
    };
    let kept = kept.unwrap_or_else(|error| {
        tracing::warn!(%error, "the store does not say which ids an earlier start has kept");
        Kept::default()
    });
    let wait = config.platform.cluster.connect_wait;
    let (table, ids) = find(url, &client, &kept.here, wait).await?;
    install(&kept, &table)?;
    if let Ids::Kept(error) = &ids {
        tracing::warn!(%error, "the registry does not answer; the ids of an earlier start are used");
    }
    Ok(ids)
}

/// The pointer of a registry and a client that asks it.
fn client(url: &str) -> Result<(String, RegistryClient)> {
    let options = RegistryOptions::of_url(url).context("registry.url")?;
    // A base without secrets: who we are there changes nothing about its ids.
    let base = options.base.as_str().trim_end_matches('/');
    let name = format!("{PREFIX}{}", kernel::event_id(base.as_bytes()).simple());
    Ok((name, RegistryClient::new(options).context("registry.url")?))
}

async fn kept(store: &dyn Store, name: &str) -> Result<Kept, PortError> {
    let mut kept = Kept::default();
    for (found, pointer) in store.pointers(PREFIX).await? {
        let table: IdTable = serde_json::from_slice(&pointer.value)
            .map_err(|e| PortError::refused(format!("pointer {found} of the store: {e}")))?;
        if found == name {
            kept.here = table;
            kept.version = Some(pointer.version);
        } else {
            kept.elsewhere.push(table);
        }
    }
    Ok(kept)
}

/// Asks the registry: once when its ids are kept, else until it answers.
async fn find(
    url: &str,
    client: &RegistryClient,
    kept: &IdTable,
    wait: Span,
) -> Result<(IdTable, Ids)> {
    let ask = || find_all(client, subjects());
    let (found, is_kept) = match covers(kept) {
        true => (ask().await, true),
        false => (patiently("registry", wait, ask).await, false),
    };
    let registry = without_secrets(url);
    match found {
        Ok(told) => Ok((told, Ids::Told)),
        Err(error) if error.is_retry() && is_kept => Ok((kept.clone(), Ids::Kept(error))),
        Err(error) => {
            let what = match error.is_retry() {
                true => "does not answer, and the ids of its schemas are not known yet",
                false => "cannot be used",
            };
            Err(anyhow!(error).context(format!("the registry at {registry} {what}")))
        }
    }
}

/// Whether every schema of this binary has an id: an older one may have kept them.
fn covers(table: &IdTable) -> bool {
    let has = |id| table.pairs().any(|(own, _)| own == id);
    Registry::global().schemas().all(|s| has(s.id))
}

/// Installs `table`; what was kept before stays readable.
fn install(kept: &Kept, table: &IdTable) -> Result<()> {
    let known = |own| Registry::global().schemas().any(|s| s.id == own);
    let all = kept.elsewhere.iter().chain([&kept.here, table]);
    // A newer version may have kept ids of schemas that this one does not have.
    let pairs = all.flat_map(IdTable::pairs).filter(|(own, _)| known(*own));
    let ids = WireIds::new(pairs).context(
        "the registry is not the one whose ids values of the log have; give it back the schemas under the ids that it \
         had, or begin with an empty log and store",
    )?;
    Ok(wire::install(ids)?)
}

/// Keeps what the registry has said, behind what it said before.
async fn keep(store: &dyn Store, name: &str, mut before: Kept, table: &IdTable) -> Result<()> {
    for _ in 0..TRIES {
        let merged = merged(&before.here, table);
        if merged == before.here {
            return Ok(());
        }
        let value = Bytes::from(serde_json::to_vec(&merged)?);
        let set = store.compare_and_set(name, before.version, value).await;
        if set.context("keeping the registry's ids in the store")? {
            return Ok(());
        }
        before = kept(store, name).await?;
    }
    tracing::warn!("the registry's ids are not kept: other processes are keeping theirs");
    Ok(())
}

/// Rows of both, each once; those of `new` last, since the last of a schema is what is written.
fn merged(old: &IdTable, new: &IdTable) -> IdTable {
    let gone = |row: &&Registered| {
        let same = |n: &Registered| (n.own_id, n.id) == (row.own_id, row.id);
        !new.0.iter().any(same)
    };
    let rows = old.0.iter().filter(gone).chain(&new.0);
    IdTable(rows.cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(pairs: &[(u32, u32)]) -> IdTable {
        let row = |(own_id, id): &(u32, u32)| Registered {
            subject: "s".to_owned(),
            version: 1,
            own_id: *own_id,
            id: *id,
        };
        IdTable(pairs.iter().map(row).collect())
    }

    #[test]
    fn what_a_registry_says_now_comes_last_and_nothing_is_forgotten() {
        let once = merged(&table(&[(1, 5), (2, 6)]), &table(&[(1, 8), (2, 6)]));
        assert_eq!(once, table(&[(1, 5), (1, 8), (2, 6)]));
        let back = merged(&once, &table(&[(1, 5), (2, 6)]));
        assert_eq!(back, table(&[(1, 8), (1, 5), (2, 6)]), "1 is 5 again");
        assert_eq!(merged(&back, &table(&[(1, 5), (2, 6)])), back);
    }

    #[test]
    fn ids_that_an_older_version_kept_are_not_enough() {
        let all: Vec<(u32, u32)> = Registry::global().schemas().map(|s| (s.id, s.id)).collect();
        assert!(covers(&table(&all)));
        assert!(!covers(&table(&all[1..])));
    }

    #[test]
    fn the_same_registry_has_one_name_whoever_asks() {
        let name = |url| client(url).expect("a url").0;
        assert_eq!(name("http://me:hunter2@a:1/x"), name("http://a:1/x/"));
        assert_ne!(name("http://a:1/x"), name("http://a:1/y"));
        assert!(!name("http://me:hunter2@a:1/x").contains("hunter2"));
    }
}
