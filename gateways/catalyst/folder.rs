//! A content server over a folder: `pointer-changes.ndjson`, `snapshots.json` and `contents/<hash>`.
//!
//! The folder is read when the server starts, and again when one of the two files has changed: by one request, while
//! the others get what there was. A change that cannot be read is reported and the server goes on with what it had.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use async_trait::async_trait;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use futures::StreamExt;
use identity::hash::ContentHash;
use runtime::ports::{BlobReader, PortError};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::about::Facts;
use super::catalog::{Catalog, Deployed, HistoryPage, HistoryQuery, Synchronization};
use super::dto::{Entity, EntityType, Failed, Snapshot};
use super::entity_file::EntityFile;
use super::folder_watch::{Version, Watch};
use super::memory::Memory;
use super::{Server, routes};
use crate::frame;

const HISTORY_FILE: &str = "pointer-changes.ndjson";
const SNAPSHOTS_FILE: &str = "snapshots.json";
const CONTENTS_FOLDER: &str = "contents";
/// The files whose change means that the folder has changed.
const WATCHED: [&str; 2] = [HISTORY_FILE, SNAPSHOTS_FILE];
const CHUNK_BYTES: usize = 64 * 1024;
/// Largest request body: 1000 names of `POST /entities/active`.
const BODY_BYTES_MAX: usize = 1 << 20;
/// The number of a row that brings none is its line.
type Line = u64;

/// How a folder is served.
#[derive(Clone, Debug)]
pub struct FolderOptions {
    /// Whether `snapshots.json` is wanted; without it `/snapshots` answers an empty list.
    pub snapshots: bool,
    /// What the server says of itself.
    pub facts: Facts,
}

impl Default for FolderOptions {
    fn default() -> Self {
        Self {
            snapshots: true,
            facts: Facts::default(),
        }
    }
}

/// A folder that cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A file cannot be read.
    #[error("{file}: {cause}")]
    Io {
        /// The file.
        file: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A file's content is not what it should be.
    #[error("{file}: {message}")]
    File {
        /// The file.
        file: String,
        /// What is wrong.
        message: String,
    },
    /// A line of a file is not what it should be.
    #[error("{file}:{line}: {message}")]
    Line {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        message: String,
    },
}

/// The router of `worldlog catalyst serve DIR`: `/about` and `/content/*` at the root.
///
/// # Errors
/// A folder that is not laid out as a content server's, naming file and line.
pub fn folder_router(folder: &Path, options: FolderOptions) -> Result<Router, FolderError> {
    let catalog = FolderCatalog::open(folder, options.snapshots)?;
    let server = Server::new(Arc::new(catalog), options.facts);
    let (router, _) = routes().split_for_parts();
    let live = || async { axum::Json(serde_json::json!({ "status": "ok" })) };
    let router = router
        .with_state(server)
        .route("/health/live", get(live))
        .route("/health/ready", get(live))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX));
    Ok(frame::shared(router))
}

/// The entities of a folder.
pub struct FolderCatalog(Arc<Folder>);

struct Folder {
    path: PathBuf,
    wants_snapshots: bool,
    /// Whoever looks at the folder has it.
    turn: Arc<tokio::sync::Mutex<()>>,
    state: Mutex<State>,
}

struct State {
    watch: Watch,
    loaded: Arc<Loaded>,
}

struct Loaded {
    memory: Memory,
    snapshots: Vec<Snapshot>,
}

/// A line of `pointer-changes.ndjson`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HistoryLine {
    deployment_id: Option<u64>,
    entity_id: String,
    entity_type: EntityType,
    entity_timestamp: i64,
    auth_chain: Box<RawValue>,
    local_timestamp: i64,
}

#[derive(Deserialize)]
struct FirstLink {
    payload: String,
}

impl FolderCatalog {
    /// Reads a folder.
    ///
    /// # Errors
    /// A folder that is not laid out as a content server's, naming file and line.
    pub fn open(folder: &Path, wants_snapshots: bool) -> Result<Self, FolderError> {
        let version = Version::of(folder, &WATCHED);
        let loaded = Arc::new(load(folder, wants_snapshots)?);
        let state = State {
            watch: Watch::new(version, Instant::now()),
            loaded,
        };
        Ok(Self(Arc::new(Folder {
            path: folder.to_owned(),
            wants_snapshots,
            turn: Arc::default(),
            state: Mutex::new(state),
        })))
    }

    /// What the folder holds now.
    async fn current(&self) -> Arc<Loaded> {
        let folder = &self.0;
        if folder.state().watch.is_due(Instant::now())
            && let Ok(turn) = Arc::clone(&folder.turn).try_lock_owned()
        {
            let folder = Arc::clone(folder);
            // It ends, and gives the turn back, also when this request is cancelled.
            let looked = tokio::task::spawn_blocking(move || {
                let _turn = turn;
                folder.look();
            });
            if let Err(error) = looked.await {
                tracing::error!(%error, "the folder was not looked at");
            }
        }
        Arc::clone(&folder.state().loaded)
    }

    fn path(&self, hash: &ContentHash) -> PathBuf {
        self.0.path.join(CONTENTS_FOLDER).join(hash.as_str())
    }

    async fn size(&self, hash: &ContentHash) -> Result<Option<u64>, PortError> {
        match tokio::fs::metadata(self.path(hash)).await {
            Ok(found) => Ok(found.is_file().then_some(found.len())),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(PortError::retry(format!("content {}: {e}", hash.as_str()))),
        }
    }
}

impl Folder {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks whether the folder has changed, and reads it if so. Blocks.
    fn look(&self) {
        let version = Version::of(&self.path, &WATCHED);
        if !self.state().watch.found(&version, Instant::now()) {
            return;
        }
        let loaded = load(&self.path, self.wants_snapshots);
        let mut state = self.state();
        match loaded {
            Ok(loaded) => {
                state.watch.read(version);
                state.loaded = Arc::new(loaded);
            }
            Err(error) => {
                tracing::warn!(%error, "the folder has changed but cannot be read; serving what it had");
                state.watch.failed(version, Instant::now());
            }
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, FolderError> {
    std::fs::read(path).map_err(|cause| FolderError::Io {
        file: path.display().to_string(),
        cause,
    })
}

fn load(folder: &Path, wants_snapshots: bool) -> Result<Loaded, FolderError> {
    let path = folder.join(HISTORY_FILE);
    let history = read(&path)?;
    let mut seen = BTreeSet::new();
    let mut deployments = Vec::new();
    for (number, line) in (1..).zip(history.split(|byte| *byte == b'\n')) {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let at = |message: String| FolderError::Line {
            file: path.display().to_string(),
            line: number,
            message,
        };
        let deployed = deployed(folder, line, number).map_err(at)?;
        if !seen.insert(deployed.entity.id.clone()) {
            return Err(at(format!("entity {} is here twice", deployed.entity.id)));
        }
        deployments.push(deployed);
    }
    Ok(Loaded {
        memory: Memory::new(deployments),
        snapshots: match wants_snapshots {
            true => snapshots(folder)?,
            false => Vec::new(),
        },
    })
}

/// The deployment of a line, its entity taken from the entity file.
fn deployed(folder: &Path, line: &[u8], number: Line) -> Result<Deployed, String> {
    let line: HistoryLine = serde_json::from_slice(line).map_err(|e| e.to_string())?;
    let id = ContentHash::parse(&line.entity_id).map_err(|e| format!("entityId: {e}"))?;
    let name = format!("{CONTENTS_FOLDER}/{}", id.as_str());
    let bytes = std::fs::read(folder.join(&name)).map_err(|e| format!("{name}: {e}"))?;
    id.verify(&bytes).map_err(|e| format!("{name}: {e}"))?;
    let file: EntityFile = serde_json::from_slice(&bytes).map_err(|e| format!("{name}: {e}"))?;
    if file.kind != line.entity_type || file.timestamp != line.entity_timestamp {
        return Err(format!(
            "entityType and entityTimestamp are not those of {name}: {} {}",
            file.kind.name(),
            file.timestamp
        ));
    }
    let chain: Vec<FirstLink> =
        serde_json::from_str(line.auth_chain.get()).map_err(|e| format!("authChain: {e}"))?;
    let owner = chain.first().ok_or("authChain has no link")?;
    Ok(Deployed {
        number: line.deployment_id.unwrap_or(number),
        entity: file.into_entity(line.entity_id),
        deployer: owner.payload.to_lowercase(),
        auth_chain: line.auth_chain,
        local_timestamp: line.local_timestamp,
        overwritten_by: None,
    })
}

fn snapshots(folder: &Path) -> Result<Vec<Snapshot>, FolderError> {
    let path = folder.join(SNAPSHOTS_FILE);
    let wrong = |message: String| FolderError::File {
        file: path.display().to_string(),
        message,
    };
    let found: Vec<Snapshot> =
        serde_json::from_slice(&read(&path)?).map_err(|e| wrong(e.to_string()))?;
    for snapshot in &found {
        let name = ContentHash::parse(&snapshot.hash).map_err(|e| wrong(e.to_string()))?;
        let file = folder.join(CONTENTS_FOLDER).join(name.as_str());
        if !file.is_file() {
            return Err(wrong(format!("there is no {}", file.display())));
        }
    }
    Ok(found)
}

#[async_trait]
impl Catalog for FolderCatalog {
    async fn snapshots(&self) -> Result<Option<Vec<Snapshot>>, PortError> {
        Ok(Some(self.current().await.snapshots.clone()))
    }

    async fn history(&self, query: &HistoryQuery) -> Result<HistoryPage, PortError> {
        Ok(self.current().await.memory.history(query))
    }

    async fn active_by_ids(&self, ids: &[String]) -> Result<Vec<Entity>, PortError> {
        let loaded = self.current().await;
        let found = ids.iter().filter_map(|id| loaded.memory.active_by_id(id));
        Ok(found.cloned().collect())
    }

    async fn active_by_pointers(&self, pointers: &[String]) -> Result<Vec<Entity>, PortError> {
        let loaded = self.current().await;
        let found = pointers.iter().flat_map(|p| loaded.memory.active_at(p));
        Ok(found.cloned().collect())
    }

    async fn active_by_collection(&self, urn: &str) -> Result<Vec<Entity>, PortError> {
        let loaded = self.current().await;
        let prefix = format!("{urn}:");
        let mut found: Vec<Entity> = loaded
            .memory
            .active()
            .filter(|entity| entity.pointers.iter().any(|p| p.starts_with(&prefix)))
            .cloned()
            .collect();
        found.sort_by(|a, b| a.pointers.cmp(&b.pointers));
        Ok(found)
    }

    async fn content_size(&self, hash: &ContentHash) -> Result<Option<u64>, PortError> {
        self.size(hash).await
    }

    async fn content(
        &self,
        hash: &ContentHash,
        range: Option<Range<u64>>,
    ) -> Result<Option<BlobReader>, PortError> {
        let Some(size) = self.size(hash).await? else {
            return Ok(None);
        };
        let range = range.unwrap_or(0..size);
        let failed =
            |e: std::io::Error| PortError::retry(format!("content {}: {e}", hash.as_str()));
        let mut file = tokio::fs::File::open(self.path(hash))
            .await
            .map_err(failed)?;
        if range.start > 0 {
            let start = std::io::SeekFrom::Start(range.start);
            file.seek(start).await.map_err(failed)?;
        }
        let part = file.take(range.end.saturating_sub(range.start));
        let stream = ReaderStream::with_capacity(part, CHUNK_BYTES).boxed();
        Ok(Some(BlobReader { size, stream }))
    }

    async fn available(&self, hashes: &[String]) -> Result<Vec<bool>, PortError> {
        let mut available = Vec::with_capacity(hashes.len());
        for hash in hashes {
            available.push(match ContentHash::parse(hash) {
                Ok(hash) => self.size(&hash).await?.is_some(),
                Err(_) => false,
            });
        }
        Ok(available)
    }

    async fn active_entities_of(&self, hash: &ContentHash) -> Result<Vec<String>, PortError> {
        let loaded = self.current().await;
        let users = loaded.memory.users_of(hash.as_str());
        Ok(users.map(|entity| entity.id.clone()).collect())
    }

    async fn deployment(&self, id: &str) -> Result<Option<Deployed>, PortError> {
        Ok(self.current().await.memory.get(id).cloned())
    }

    async fn failed(&self) -> Result<Vec<Failed>, PortError> {
        // A folder with a broken entity is not served at all.
        Ok(Vec::new())
    }

    async fn synchronization(&self) -> Synchronization {
        Synchronization::Syncing
    }
}
