//! Draws portraits: what an avatar wears is fetched and verified, drawn in this process, and stored.
//!
//! Both lanes are effects (`effects.render`, `effects.render-backlog`) keyed by the avatar's hash. Pictures lie in the blobs
//! under their own hash, so that doing it twice is as good as once. What is of the avatar is an answer for good; what is of
//! the moment (a server that does not answer, a body that cannot be had) is tried again. What is worn and cannot be had is
//! left out, and named.

mod entities;
mod settings;
mod studio;
mod wardrobe;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use metrics::{counter, histogram};
use model::events::portrait::{Drawn, LeftOut, Render};
use portrait::wearable::item_urn;
use portrait::{Avatar, Library, Pictures, Pose};
use runtime::effects::{EffectHandler, Outcome};
use runtime::platform::Platform;
use runtime::ports::{Blobs, Clock, PortError};
use sha2::{Digest, Sha256};

use crate::catalyst::ContentFetch;
use crate::runners::{lanes::Lanes, store};
use crate::sources::outbound::Client;

pub use settings::ProfileImages;

use entities::{Known, Wearables};
use studio::{Painted, Studio};
use wardrobe::{Remembered, Shop, Wardrobe};

/// Where pictures lie among the blobs.
const PICTURES: &str = "portraits";
/// Avatars whose tries are counted.
const COUNTED_MAX: usize = 10_000;
/// Bytes of a pose.
const POSE_MAX: u64 = 1 << 20;

/// Portraits that were asked for, by what came of them.
const COUNT: &str = "snapshot_generation_count";
/// How long one took, without what was fetched and stored.
const SECONDS: &str = "snapshot_generation_duration_seconds";
/// How long storing both pictures took.
const UPLOAD_SECONDS: &str = "image_upload_duration_seconds";
/// From the deployment of a profile that somebody waits for to its portrait.
const SINCE_DEPLOYMENT: &str = "entity_deployment_to_image_generation_duration_seconds";

/// The blob of a picture.
pub fn picture(hash: &str) -> String {
    format!("{PICTURES}/{hash}.png")
}

/// Draws portraits. Cheap to clone.
#[derive(Clone)]
pub struct Portraits(Arc<Inner>);

struct Inner {
    enabled: bool,
    places: usize,
    tries: u32,
    blobs: Arc<dyn Blobs>,
    clock: Arc<dyn Clock>,
    shop: Shop,
    studio: Studio,
    /// Tries of avatars that something could not be asked for, by the effect's key.
    troubled: Mutex<BTreeMap<String, u32>>,
}

/// A kind of its effects.
struct Lane {
    portraits: Portraits,
    kind: &'static str,
    live: bool,
}

impl Portraits {
    /// Draws what is asked for. `servers` are the followed content servers.
    ///
    /// # Errors
    /// The pose of the configuration cannot be read.
    pub fn new(
        platform: &Platform,
        content: Arc<dyn ContentFetch>,
        client: Client,
        servers: &[String],
        settings: &ProfileImages,
    ) -> Result<Self, String> {
        let peer = settings.peer_content();
        let servers = match &peer {
            Some(peer) => vec![peer.clone()],
            None => servers.to_vec(),
        };
        let known = Known {
            views: platform.views.clone(),
            client,
            servers: servers.clone(),
            own: peer.is_none(),
        };
        Self::with(
            Arc::clone(&platform.blobs),
            Arc::clone(&platform.clock),
            content,
            Arc::new(known),
            (servers, settings),
        )
    }

    fn with(
        blobs: Arc<dyn Blobs>,
        clock: Arc<dyn Clock>,
        content: Arc<dyn ContentFetch>,
        wearables: Arc<dyn Wearables>,
        (servers, settings): (Vec<String>, &ProfileImages),
    ) -> Result<Self, String> {
        let pose = pose(settings)?;
        let shop = Shop {
            blobs: Arc::clone(&blobs),
            content,
            wearables,
            remembered: Remembered::new(settings.wearables_max, settings.wearables_for.0),
            servers,
            bytes_max: settings.avatar_bytes_max.0,
        };
        let studio = Studio {
            library: Arc::new(Library::new(settings.limits())),
            pose: Arc::new(pose),
            lanes: Lanes::new(settings.workers(), settings.backlog_share),
            timeout: settings.timeout.0,
        };
        Ok(Self(Arc::new(Inner {
            enabled: settings.enabled,
            places: settings.workers(),
            tries: settings.max_dlq_retries,
            blobs,
            clock,
            shop,
            studio,
            troubled: Mutex::default(),
        })))
    }

    /// Its kinds of effects; none where nothing shall be drawn.
    pub fn handlers(&self) -> Vec<Arc<dyn EffectHandler>> {
        if !self.0.enabled {
            return Vec::new();
        }
        let lane = |kind, live| {
            let portraits = self.clone();
            Arc::new(Lane {
                portraits,
                kind,
                live,
            }) as Arc<dyn EffectHandler>
        };
        vec![lane("render", true), lane("render-backlog", false)]
    }

    async fn render(&self, key: &str, asked: &Render, live: bool) -> Result<Drawn, PortError> {
        let refused = |reason: String| Drawn {
            refused: Some(reason),
            renderer_version: portrait::REVISION.into(),
            ..Drawn::default()
        };
        let avatar = match Avatar::from_json(asked.avatar.text().as_bytes()) {
            Ok(avatar) => avatar,
            Err(error) => return Ok(refused(error.to_string())),
        };
        let limits = *self.0.studio.library.limits();
        let dressed = self.0.shop.dress(&avatar, &asked.servers, &limits).await?;
        let wardrobe = match dressed {
            Ok(wardrobe) => wardrobe,
            Err(reason) => return Ok(refused(reason)),
        };
        if let Some(trouble) = &wardrobe.trouble
            && !self.is_patience_over(key)
        {
            return Err(PortError::retry(trouble.clone()));
        }
        let started = Instant::now();
        let (pictures, wardrobe) = match self.0.studio.draw(avatar, wardrobe, live).await? {
            Painted::Done(done) => *done,
            Painted::Refused(reason) => return Ok(refused(reason)),
            Painted::Bodyless(reason) => return Err(PortError::retry(reason)),
        };
        histogram!(SECONDS).record(started.elapsed().as_secs_f64());
        let started = Instant::now();
        let stored = self.store(&pictures).await;
        let status = if stored.is_ok() { "success" } else { "failure" };
        histogram!(UPLOAD_SECONDS, "status" => status).record(started.elapsed().as_secs_f64());
        let (body, face) = stored?;
        self.troubled().remove(key);
        Ok(drawn(&pictures, &wardrobe, body, face))
    }

    /// Stores both pictures, the body last; gives the hashes of the body and the face.
    async fn store(&self, pictures: &Pictures) -> Result<(String, String), PortError> {
        let mut hashes = [String::new(), String::new()];
        for (hash, bytes) in hashes.iter_mut().zip([&pictures.face, &pictures.body]) {
            *hash = hex::encode(Sha256::digest(bytes));
            store::put(&*self.0.blobs, &picture(hash), bytes.clone(), false).await?;
        }
        let [face, body] = hashes;
        Ok((body, face))
    }

    fn troubled(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, u32>> {
        let troubled = self.0.troubled.lock();
        troubled.unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether what could not be asked for was tried often enough, this time included.
    fn is_patience_over(&self, key: &str) -> bool {
        let mut troubled = self.troubled();
        if troubled.len() >= COUNTED_MAX && !troubled.contains_key(key) {
            troubled.clear();
        }
        let tries = troubled.entry(key.to_owned()).or_default();
        *tries += 1;
        *tries >= self.0.tries
    }
}

/// The pose of the configuration.
fn pose(settings: &ProfileImages) -> Result<Pose, String> {
    let Some(path) = &settings.pose else {
        return Ok(Pose::standing());
    };
    let cannot = |why: String| format!("profile_images.pose: {}: {why}", path.display());
    let size = std::fs::metadata(path).map_err(|e| cannot(e.to_string()))?;
    if size.len() > POSE_MAX {
        return Err(cannot(format!("more than {POSE_MAX} bytes")));
    }
    let json = std::fs::read(path).map_err(|e| cannot(e.to_string()))?;
    Pose::from_json(&json).map_err(|e| cannot(e.to_string()))
}

/// What is said of pictures.
fn drawn(pictures: &Pictures, wardrobe: &Wardrobe, body: String, face: String) -> Drawn {
    let mut drawn = Drawn {
        body,
        face,
        renderer_version: portrait::REVISION.into(),
        ..Drawn::default()
    };
    for left in &pictures.composition.left_out {
        let refused = wardrobe.refused.get(&item_urn(&left.urn));
        if refused.is_none() && left.reason.is_missing() {
            drawn.missing.push(left.urn.clone());
        }
        let reason = refused.cloned();
        drawn.left_out.push(LeftOut {
            urn: left.urn.clone(),
            reason: reason.unwrap_or_else(|| left.reason.to_string()),
        });
    }
    drawn
}

#[async_trait]
impl EffectHandler for Lane {
    fn kind(&self) -> &'static str {
        self.kind
    }

    fn concurrency(&self) -> Option<usize> {
        // As many again fetch their files while those are drawn.
        Some(self.portraits.0.places * 2)
    }

    async fn perform(&self, key: &str, request: &[u8]) -> Outcome {
        let asked: Render = match model::decode(request) {
            Ok(asked) => asked,
            Err(error) => {
                return Outcome::GiveUp {
                    reason: format!("request: {error}"),
                };
            }
        };
        let inner = &self.portraits.0;
        let early = asked.due - inner.clock.now_ms();
        if early > 0 {
            return Outcome::Retry {
                after: Some(Duration::from_millis(early.unsigned_abs())),
                reason: "something worn was missing; it is looked for again later".to_owned(),
            };
        }
        let status = |status: &'static str| counter!(COUNT, "status" => status).increment(1);
        match self.portraits.render(key, &asked, self.live).await {
            Ok(drawn) => {
                match drawn.refused {
                    None => status("success"),
                    Some(_) => status("failure"),
                }
                let since = inner.clock.now_ms() - asked.deployed;
                if self.live && asked.deployed > 0 && since >= 0 {
                    histogram!(SINCE_DEPLOYMENT).record(since as f64 / 1000.0);
                }
                match serde_json::to_vec(&drawn) {
                    Ok(json) => Outcome::Done(Some(json.into())),
                    Err(error) => Outcome::GiveUp {
                        reason: format!("outcome: {error}"),
                    },
                }
            }
            Err(PortError::Retry { what, after }) => {
                status("failure");
                Outcome::Retry {
                    after,
                    reason: what,
                }
            }
            Err(PortError::Refused(reason)) => {
                status("failure");
                Outcome::GiveUp { reason }
            }
        }
    }
}
