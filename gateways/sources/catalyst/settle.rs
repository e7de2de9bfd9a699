//! What becomes of one row: a sighting, a rejection, nothing, or another try.

use std::sync::Arc;
use std::time::Duration;

use identity::chain::{ChainError, ContractWallets, LinkError, validate_deployment};
use model::events::catalyst::{AuthLink, Sighting};

use super::fetch::{Entities, Missing};
use super::reject::{Code, Rejection};
use super::row::Row;

/// Where a row was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Snapshot,
    PointerChanges,
}

impl Origin {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::PointerChanges => "pointer-changes",
        }
    }
}

/// Where a row comes from, and how its file is got.
#[derive(Clone)]
pub(super) struct Whence {
    pub(super) origin: Origin,
    /// Servers that advertise the entity.
    pub(super) advertisers: Arc<[Arc<str>]>,
    /// Servers that may have its file as well.
    pub(super) others: Arc<[Arc<str>]>,
    /// Longest time for the file from one server.
    pub(super) file_timeout: Duration,
    /// The platform's time, ms.
    pub(super) now: i64,
}

/// What became of a row.
#[derive(Debug)]
pub(super) enum Settled {
    /// It is a deployment.
    Taken(Box<Sighting>),
    /// It never will be.
    Refused(Rejection),
    /// It will not be if the servers go on denying its file.
    Denied {
        rejection: Rejection,
        word: &'static str,
    },
    /// Too old to be of interest.
    Old,
    /// Not now.
    Later {
        word: &'static str,
        what: String,
        after: Option<Duration>,
    },
}

/// Asks contract wallets for all servers' rows.
pub(super) type Wallets = Arc<dyn ContractWallets + Send + Sync>;

/// Settles rows; shared by all servers.
pub(super) struct Settler {
    pub(super) entities: Entities,
    pub(super) wallets: Wallets,
    pub(super) age_max_seconds: u64,
}

impl Settler {
    /// Settles one row.
    pub(super) async fn settle(&self, row: &Row, whence: &Whence) -> Settled {
        if self.is_old(row, whence.now) {
            return Settled::Old;
        }
        let rejection =
            |code, what: String| Rejection::of(row.id.as_str(), code, what, row.kept.clone());
        let refuse = |code, what| Settled::Refused(rejection(code, what));
        // The chain first: it needs no network, and its date is confirmed by the file below.
        match self.check_chain(row) {
            Ok(()) => {}
            Err(ChainError::Unavailable(why)) => {
                return Settled::Later {
                    word: "contract_wallet",
                    what: why.0,
                    after: None,
                };
            }
            Err(error) => {
                let (code, what) = chain_fault(&error);
                return refuse(code, what);
            }
        }
        let found = match self.entities.get(&row.id, whence).await {
            Ok(found) => found,
            Err(Missing::Refused(code, what)) => return refuse(code, what),
            Err(Missing::Denied { code, word, what }) => {
                let rejection = rejection(code, what);
                return Settled::Denied { rejection, word };
            }
            Err(Missing::Later { word, what, after }) => {
                return Settled::Later { word, what, after };
            }
        };
        if let Err((code, what)) = found.entity.agrees(row) {
            return refuse(code, what);
        }
        let Whence {
            origin,
            advertisers,
            ..
        } = whence;
        let mut servers: Vec<String> = advertisers.iter().map(|s| s.to_string()).collect();
        if let Some(giver) = found.server
            && !advertisers.contains(&giver)
        {
            servers.push(giver.to_string());
        }
        Settled::Taken(Box::new(Sighting {
            entity_id: row.id.to_string(),
            entity_type: row.kind.to_owned(),
            pointers: row.pointers.clone(),
            entity_timestamp: row.timestamp,
            auth_chain: links(row),
            servers,
            entity: found.entity.api.clone(),
            origin: origin.as_str().to_owned(),
            local_timestamp: row.local_timestamp,
            extra: row.extra.clone(),
        }))
    }

    fn is_old(&self, row: &Row, now: i64) -> bool {
        let age_ms = now.saturating_sub(row.timestamp);
        let age_max_ms = i64::try_from(self.age_max_seconds).unwrap_or(i64::MAX);
        self.age_max_seconds > 0 && age_ms > age_max_ms.saturating_mul(1000)
    }

    fn check_chain(&self, row: &Row) -> Result<(), ChainError> {
        validate_deployment(&row.chain, row.id.as_str(), row.timestamp, &*self.wallets)
    }
}

/// A contract wallet that was not confirmed is told apart: with a chain node the answer might be another.
fn chain_fault(error: &ChainError) -> (Code, String) {
    match error {
        ChainError::Link {
            reason: LinkError::Contract,
            ..
        } => {
            let what = "the deployer is a contract wallet (EIP-1654) and nobody confirms its signature: \
                        no chain node is configured";
            (Code::ChainContractWallet, what.to_owned())
        }
        error => (Code::ChainInvalid, format!("auth chain: {error}")),
    }
}

fn links(row: &Row) -> Vec<AuthLink> {
    let links = row.chain.links().iter().map(|link| AuthLink {
        kind: link.kind.name().to_owned(),
        payload: link.payload.clone(),
        signature: Some(link.signature.clone()),
    });
    links.collect()
}
