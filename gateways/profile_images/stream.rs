//! Portraits as they come: those there are, and an event for each new one.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Json;
use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::future::select_all;
use futures::{FutureExt, stream};
use model::Recorded;
use model::events::portrait::Rendered;
use model::tables::portraits::Shown;
use runtime::ports::{PortError, ReadLimits};
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{Receiver, Sender};
use utoipa::{IntoParams, ToSchema};

use super::Server;
use super::error::Fault;
use super::read::Portraits;
use crate::frame::{ApiError, GatewayContext, Uncompressed};

const EVENTS: &str = "portrait.events";
/// Portraits that wait for a slow reader; after more it is told no more of the oldest.
const WAITING_MAX: usize = 256;
const LIST_DEFAULT: usize = 60;
const LIST_MAX: usize = 200;
/// Pause after a fault of the log or the store.
const PAUSE: Duration = Duration::from_secs(1);
/// Pause between two looks for the row of a portrait that is being written.
const LOOK: Duration = Duration::from_millis(20);
/// Such looks.
const LOOKS_MAX: usize = 250;

/// A portrait in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Portrait {
    /// The profile that asked for it first.
    entity_id: String,
    /// Whose that is.
    address: String,
    /// Names the portrait: `avatars/{avatarHash}/face.png`.
    avatar_hash: String,
    /// What is worn but could not be had.
    missing: Vec<String>,
    /// When it was drawn, ms.
    at: i64,
}

impl From<Shown> for Portrait {
    fn from(shown: Shown) -> Self {
        Self {
            entity_id: shown.profile.entity_id,
            address: shown.profile.address,
            avatar_hash: shown.avatar_hash,
            missing: shown.missing,
            at: shown.at,
        }
    }
}

impl From<Rendered> for Portrait {
    fn from(rendered: Rendered) -> Self {
        Self {
            entity_id: rendered.entity_id,
            address: rendered.address,
            avatar_hash: rendered.avatar_hash,
            missing: rendered.missing,
            at: rendered.timestamp,
        }
    }
}

/// How many.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Most {
    /// 60 if it does not say, 200 at most.
    limit: Option<usize>,
}

/// The newest portraits, the newest first.
#[utoipa::path(get, path = "/portraits", tag = "gallery", params(Most),
    responses((status = 200, body = [Portrait])))]
pub(super) async fn newest(
    State(server): State<Server>,
    Query(most): Query<Most>,
) -> Result<Json<Vec<Portrait>>, Fault> {
    let most = most.limit.unwrap_or(LIST_DEFAULT).clamp(1, LIST_MAX);
    let now = server.context.platform.clock.now_ms();
    let found = Portraits::of(&server.context).newest(now, most).await?;
    Ok(Json(found.into_iter().map(Portrait::from).collect()))
}

/// An event for each portrait that is drawn from now on.
#[utoipa::path(get, path = "/portraits/events", tag = "gallery",
    responses((status = 200, content_type = "text/event-stream", body = Portrait), (status = 503)))]
pub(super) async fn events(State(server): State<Server>) -> Result<Response, Fault> {
    let place = Arc::clone(&server.streams).try_acquire_owned();
    let place = place.map_err(|_| ApiError::unavailable("too many streams are open", 10))?;
    let reader = Reader {
        news: server.followed.follow(&server.context).await?,
        context: server.context,
        _place: place,
    };
    let first = stream::iter([Ok::<_, Infallible>(Event::default().comment("portraits"))]);
    let events = stream::unfold(reader, |mut reader| async move {
        let portrait = reader.next().await?;
        let event = Event::default().json_data(&*portrait).ok()?;
        Some((Ok(event), reader))
    });
    let events = futures::StreamExt::chain(first, events);
    let mut response = Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response();
    response.extensions_mut().insert(Uncompressed);
    Ok(response)
}

/// One open stream.
struct Reader {
    news: Receiver<Arc<Portrait>>,
    context: GatewayContext,
    _place: OwnedSemaphorePermit,
}

impl Reader {
    async fn next(&mut self) -> Option<Arc<Portrait>> {
        loop {
            let news = tokio::select! {
                () = self.context.shutdown.cancelled() => return None,
                news = self.news.recv() => news,
            };
            match news {
                Ok(portrait) => return Some(portrait),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    }
}

/// What is followed in this process: one task reads new portraits for all streams.
pub(super) struct Followed {
    news: Sender<Arc<Portrait>>,
    running: AtomicBool,
}

impl Default for Followed {
    fn default() -> Self {
        Self {
            news: Sender::new(WAITING_MAX),
            running: AtomicBool::new(false),
        }
    }
}

impl Followed {
    /// News from now on.
    async fn follow(
        self: &Arc<Self>,
        context: &GatewayContext,
    ) -> Result<Receiver<Arc<Portrait>>, PortError> {
        let news = self.news.subscribe();
        if !self.running.swap(true, Ordering::AcqRel) {
            let ends = match context.platform.log.ends(EVENTS).await {
                Ok(ends) => ends,
                Err(error) => {
                    self.running.store(false, Ordering::Release);
                    return Err(error);
                }
            };
            tokio::spawn(run(Arc::clone(self), context.clone(), ends));
        }
        Ok(news)
    }

    /// Whether nobody listens any more, and the task is to end.
    fn is_over(&self) -> bool {
        if self.news.receiver_count() > 0 {
            return false;
        }
        self.running.store(false, Ordering::Release);
        // Somebody may have come between the two: either they began a task of their own, or this one goes on.
        self.news.receiver_count() == 0 || self.running.swap(true, Ordering::AcqRel)
    }
}

async fn run(followed: Arc<Followed>, context: GatewayContext, ends: Vec<u64>) {
    let mut place: BTreeMap<u32, u64> = (0..).zip(ends).collect();
    while !followed.is_over() {
        let looked = async {
            if let Err(error) = look(&followed, &context, &mut place).await {
                tracing::warn!(%error, "streams of portraits wait for the log or the store");
                tokio::time::sleep(PAUSE).await;
            }
        };
        tokio::select! {
            () = context.shutdown.cancelled() => return,
            // So that it is seen that nobody listens any more.
            () = tokio::time::sleep(Duration::from_secs(30)) => {}
            () = looked => {}
        }
    }
}

/// Waits for new records, and tells of them once their rows are there.
async fn look(
    followed: &Followed,
    context: &GatewayContext,
    place: &mut BTreeMap<u32, u64>,
) -> Result<(), PortError> {
    let log = &context.platform.log;
    let grown = place.iter().map(|(partition, next)| {
        let waited = log.wait(EVENTS, *partition, *next);
        async move { waited.await.map(|()| *partition) }.boxed()
    });
    let (grown, _, _) = select_all(grown).await;
    let partition = grown?;
    let next = place.entry(partition).or_default();
    let batch = log
        .read(EVENTS, partition, *next, ReadLimits::default())
        .await?;
    for record in &batch.records {
        let is_portrait = &*record.headers.kind == Rendered::SCHEMA;
        let value = record.value.as_ref().filter(|_| is_portrait);
        let Some(rendered) = value.and_then(|value| model::decode::<Rendered>(value).ok()) else {
            continue;
        };
        shown(context, &rendered).await?;
        drop(followed.news.send(Arc::new(rendered.into())));
    }
    *next = batch.next;
    Ok(())
}

/// The record is there a moment before the row that leads to its picture.
async fn shown(context: &GatewayContext, rendered: &Rendered) -> Result<(), PortError> {
    for _ in 0..LOOKS_MAX {
        let avatar = Portraits::of(context).avatar(&rendered.avatar_hash).await?;
        let picture = avatar.and_then(|avatar| avatar.picture);
        if picture.is_some_and(|picture| picture.at >= rendered.timestamp) {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}
