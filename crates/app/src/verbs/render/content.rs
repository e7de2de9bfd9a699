//! What an avatar wears, from a content server: asked for, verified, in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Context as _, Result};
use identity::hash::ContentHash;
use portrait::needs;
use portrait::wearable::item_urn;
use portrait::{AssetMap, Avatar, Limits, Wearable};
use runtime::ports::PortError;
use serde_json::{Value, json};

use crate::exit::Failure;

const TIMEOUT: Duration = Duration::from_secs(60);
/// Bytes of all entities of an avatar together.
const ENTITIES_MAX: usize = 16 << 20;

/// See the module.
pub(super) struct Content {
    pub(super) assets: AssetMap,
    /// Why a wearable is not among them, by its URN.
    refused: BTreeMap<String, String>,
}

impl Content {
    /// Asks for everything that an avatar wears.
    ///
    /// # Errors
    /// The server does not answer, or with something else than entities.
    pub(super) async fn of(
        server: &str,
        avatar: &Avatar,
        limits: &Limits,
    ) -> Result<Self, Failure> {
        if !server.starts_with("http://") && !server.starts_with("https://") {
            let want = "want for example http://127.0.0.1:8080/content";
            return Err(Failure::usage(format!("--catalyst {server:?}: {want}")));
        }
        let client = reqwest::Client::builder().timeout(TIMEOUT).build();
        let client = client.context("cannot start the http client")?;
        let asking = Asking {
            client,
            server: server.trim_end_matches('/'),
        };
        let mut content = Self {
            assets: AssetMap::default(),
            refused: BTreeMap::new(),
        };
        let mut hashes = BTreeSet::new();
        for entity in asking.entities(&needs::urns(avatar, limits)).await? {
            let urn = entity["pointers"][0]
                .as_str()
                .unwrap_or_default()
                .to_lowercase();
            match Wearable::from_entity_json(&serde_json::to_vec(&entity)?) {
                Ok(wearable) => {
                    hashes.extend(needs::files(&wearable, &avatar.body_shape));
                    content.assets.add_wearable(wearable);
                }
                Err(error) => {
                    content.refused.insert(urn, error.to_string());
                }
            }
        }
        let bar = crate::progress::bar(hashes.len() as u64, "files");
        for hash in hashes {
            match asking.file(&hash, limits.file_bytes).await? {
                Ok(bytes) => content.assets.add_content(hash, bytes),
                // The wearable is left out, and the picture made without it.
                Err(reason) => eprintln!("{reason}"),
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(content)
    }

    /// Why the server's entity of a wearable was not taken.
    pub(super) fn refused(&self, urn: &str) -> Option<String> {
        self.refused.get(&item_urn(urn)).cloned()
    }
}

struct Asking<'a> {
    client: reqwest::Client,
    server: &'a str,
}

impl Asking<'_> {
    async fn entities(&self, urns: &[String]) -> Result<Vec<Value>> {
        let url = format!("{}/entities/active", self.server);
        let asked = self
            .client
            .post(&url)
            .header("content-type", "application/json");
        let asked = asked.body(json!({ "pointers": urns }).to_string());
        let bytes = self.body(asked, &url, ENTITIES_MAX).await??;
        serde_json::from_slice(&bytes).with_context(|| format!("{url} answers no entities"))
    }

    /// A file, or why it is not to be had.
    async fn file(&self, hash: &str, max: usize) -> Result<Result<Vec<u8>, String>> {
        let url = format!("{}/contents/{hash}", self.server);
        let Ok(name) = ContentHash::parse(hash) else {
            return Ok(Err(format!("{hash} is no hash of a file")));
        };
        let bytes = match self.body(self.client.get(&url), &url, max).await? {
            Ok(bytes) => bytes,
            Err(error) => return Ok(Err(error.to_string())),
        };
        let right = name.verify(&bytes);
        Ok(right
            .map(|()| bytes)
            .map_err(|wrong| format!("{url}: {wrong}")))
    }

    /// The body of an answer of 200; within, why there is none.
    async fn body(
        &self,
        asked: reqwest::RequestBuilder,
        url: &str,
        max: usize,
    ) -> Result<Result<Vec<u8>>> {
        let unreachable =
            |e: reqwest::Error| PortError::retry(format!("{url}: {}", e.without_url()));
        let mut answer = asked.send().await.map_err(unreachable)?;
        if !answer.status().is_success() {
            return Ok(Err(anyhow::anyhow!("{url} answers {}", answer.status())));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
            if bytes.len() + chunk.len() > max {
                return Ok(Err(anyhow::anyhow!("{url} has more than {max} bytes")));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Ok(bytes))
    }
}
