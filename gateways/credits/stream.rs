//! Credits of a person as they change: server-sent events.

use std::convert::Infallible;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream;

use super::error::{Failure, Fault};
use super::signed::Member;
use super::{journal, people};
use crate::frame::GatewayContext;

/// What a stream knows.
struct Follow {
    context: GatewayContext,
    address: String,
    /// What was last sent.
    sent: String,
    /// Where the journal ended when it was read; none: nothing was sent yet.
    end: Option<u64>,
}

/// An event now, and one whenever the credits or the dollars change.
#[utoipa::path(get, path = "/users/{address}/credits/stream", tag = "program",
    params(("address" = String, Path)),
    responses((status = 200, content_type = "text/event-stream"), (status = 403, body = Failure)))]
pub(super) async fn stream(
    State(context): State<GatewayContext>,
    Member(address): Member,
) -> Result<Response, Fault> {
    let follow = Follow {
        context,
        address,
        sent: String::new(),
        end: None,
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
            self.end = Some(self.changed().await?);
            let credits = people::of(&self.context, &self.address, None).await.ok()?;
            let text = serde_json::to_string(&credits).ok()?;
            if text != self.sent {
                self.sent.clone_from(&text);
                return Some(text);
            }
        }
    }

    /// Waits for the journal to grow and for the rows to show it; gives its end.
    async fn changed(&self) -> Option<u64> {
        let shown = async {
            if let Some(end) = self.end {
                journal::grown(&self.context, end).await?;
            }
            journal::shown(&self.context).await
        };
        tokio::select! {
            () = self.context.shutdown.cancelled() => None,
            shown = shown => shown.ok(),
        }
    }
}
