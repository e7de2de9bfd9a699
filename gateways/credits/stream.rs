//! Credits of a person as they change: server-sent events.

use std::convert::Infallible;

use axum::Extension;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream;

use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::error::{Failure, Fault};
use super::follow::News;
use super::shared::Common;
use super::signed::Member;
use super::{journal, people};
use crate::frame::GatewayContext;

/// What a stream knows.
struct Follow {
    context: GatewayContext,
    address: String,
    news: Receiver<News>,
    /// What was last sent; none: nothing yet.
    sent: Option<String>,
    /// When something shown changes by the ledger's time alone, s.
    until: Option<i64>,
    _place: OwnedSemaphorePermit,
}

/// An event now, and one whenever the credits or the dollars change.
#[utoipa::path(get, path = "/users/{address}/credits/stream", tag = "program",
    params(("address" = String, Path)),
    responses((status = 200, content_type = "text/event-stream"), (status = 403, body = Failure),
        (status = 503, body = Failure)))]
pub(super) async fn stream(
    State(context): State<GatewayContext>,
    Extension(shared): Common,
    Member(address): Member,
) -> Result<Response, Fault> {
    let place = shared.streams.clone().try_acquire_owned();
    let place = place.map_err(|_| Fault::unavailable("too many streams are open"))?;
    let follow = Follow {
        // Before the first look: what comes after it is told.
        news: shared.followed.follow(&context),
        context,
        address,
        sent: None,
        until: None,
        _place: place,
    };
    let events = stream::unfold(follow, |mut follow| async move {
        let text = follow.next().await?;
        Some((Ok::<_, Infallible>(Event::default().data(text)), follow))
    });
    Ok(Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response())
}

impl Follow {
    /// The next text that differs; `None` when the server stops or cannot read: clients connect again.
    async fn next(&mut self) -> Option<String> {
        loop {
            if self.sent.is_some() {
                self.changed().await?;
            } else {
                journal::shown(&self.context).await.ok()?;
            }
            let (credits, until) = people::of(&self.context, &self.address, None).await.ok()?;
            self.until = until;
            let text = serde_json::to_string(&credits).ok()?;
            if self.sent.as_ref() != Some(&text) {
                self.sent = Some(text.clone());
                return Some(text);
            }
        }
    }

    /// Waits until something of the wallet may have changed.
    async fn changed(&mut self) -> Option<()> {
        loop {
            let news = tokio::select! {
                () = self.context.shutdown.cancelled() => return None,
                news = self.news.recv() => news,
            };
            match news {
                Ok(news) => {
                    let over = self.until.is_some_and(|until| news.now >= until);
                    if over || news.names(&self.address) {
                        return Some(());
                    }
                }
                Err(RecvError::Lagged(_)) => return Some(()),
                Err(RecvError::Closed) => return None,
            }
        }
    }
}
