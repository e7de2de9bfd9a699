//! Addresses that are refused, as a list elsewhere says. Where it cannot be had the old one stays.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use serde_json::Value;

use super::{Server, meters};

/// The list, and when it was asked for last, whatever came of it.
#[derive(Default)]
pub(super) struct DenyList(Mutex<(Option<Instant>, Arc<HashSet<String>>)>);

impl DenyList {
    /// Whether the list has the address, in lower case.
    pub(super) async fn has(&self, server: &Server, address: &str) -> bool {
        let Some(url) = server.settings().denylist_json_url.as_deref() else {
            return false;
        };
        if url.is_empty() {
            return false;
        }
        if self.is_due(server) {
            match server.outside.fresh(url, "", None).await {
                Ok(list) => self.take(&list.unwrap_or_default()),
                Err(error) => {
                    meters::fail_open("denylist");
                    tracing::warn!(%error, "the deny list was not fetched; the old one stays");
                }
            }
        }
        let list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        list.1.contains(address)
    }

    fn is_due(&self, server: &Server) -> bool {
        let keep = server.settings().denylist_interval.0;
        let mut list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = list.0.is_none_or(|at| at.elapsed() >= keep);
        if is_due {
            list.0 = Some(Instant::now());
        }
        is_due
    }

    fn take(&self, read: &Value) {
        let users = read["users"].as_array();
        let wallets = users.into_iter().flatten().filter_map(|user| {
            let wallet = user["wallet"].as_str()?;
            Some(wallet.to_lowercase())
        });
        let wallets = Arc::new(wallets.collect());
        let mut list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        list.1 = wallets;
    }
}
