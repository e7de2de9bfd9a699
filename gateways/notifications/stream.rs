//! `GET /notifications/events`: an inbox as it fills, as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt, stream};
use http::HeaderMap;
use kernel::partition_for;
use model::events::notification::EVERYBODY;
use runtime::ports::PortError;
use tokio::sync::watch;

use super::Server;
use super::command::TOPIC;
use super::error::{Fault, Refusal};
use super::list::Notification;
use super::places::{Full, Place};
use super::signed::Signed;
use super::tables::{Tables, Wanted};
use crate::frame::Uncompressed;

/// Rows of one look.
const PAGE: usize = 50;
/// When a client that was cut off may come again.
const COME_AGAIN: Duration = Duration::from_secs(10);
/// Pause after a fault of the store.
const PAUSE: Duration = Duration::from_secs(1);

/// How far a stream has come: order of arrival in the person's own inbox and in everybody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cursor {
    own: i64,
    everybody: i64,
}

impl Cursor {
    fn parse(text: &str) -> Option<Self> {
        let (own, everybody) = text.split_once('-')?;
        Some(Self {
            own: own.parse().ok().filter(|order| *order >= 0)?,
            everybody: everybody.parse().ok().filter(|order| *order >= 0)?,
        })
    }

    fn text(self) -> String {
        format!("{}-{}", self.own, self.everybody)
    }
}

/// The signer's notifications as they arrive: each event's data is one notification, its id where to go on from
/// (`Last-Event-ID`). Without one it begins with what comes next.
#[utoipa::path(get, path = "/notifications/events", tag = "notifications",
    params(("Last-Event-ID" = Option<String>, Header)),
    responses((status = 200, content_type = "text/event-stream", body = String),
        (status = 400, body = Refusal), (status = 401, body = Refusal),
        (status = 429, body = Refusal), (status = 503, description = "too many streams")))]
pub(super) async fn events(
    State(server): State<Server>,
    signed: Signed,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let place = server.streams.take(&signed.address);
    let place = place.map_err(|full| match full {
        Full::All => Fault::unavailable("too many event streams are open"),
        Full::Wallet => Fault::TooMany("This wallet has too many event streams open".into()),
    })?;
    let platform = &server.context.platform;
    let tables = Tables::of(platform);
    let asked = headers
        .get("last-event-id")
        .and_then(|value| Cursor::parse(value.to_str().ok()?));
    let cursor = match asked {
        Some(cursor) => cursor,
        None => Cursor {
            own: tables.newest(&signed.address).await?,
            everybody: tables.newest(EVERYBODY).await?,
        },
    };
    let partitions = u32::try_from(platform.log.ends(TOPIC).await?.len())
        .unwrap_or(1)
        .max(1);
    let partition = |key: &str| partition_for(key.as_bytes(), partitions);
    let follow = Follow {
        woken: [&*signed.address, EVERYBODY].map(|key| server.wakes.of(key, partition(key))),
        heartbeat: server.settings().heartbeat.0,
        address: signed.address,
        server,
        cursor,
        _place: place,
    };
    Ok(follow.answer())
}

/// One open stream.
struct Follow {
    server: Server,
    address: String,
    /// Change when something came into the person's own inbox, and into everybody's.
    woken: [watch::Receiver<()>; 2],
    cursor: Cursor,
    heartbeat: Duration,
    _place: Place,
}

impl Follow {
    fn answer(self) -> Response {
        let alive = KeepAlive::new().interval(self.heartbeat);
        let first = Event::default().retry(COME_AGAIN).comment("the inbox");
        let events = stream::once(async { Ok(first) }).chain(self.batches());
        let mut response = Sse::new(events).keep_alive(alive).into_response();
        response.extensions_mut().insert(Uncompressed);
        response
    }

    /// Events as they come, until the process stops.
    fn batches(self) -> impl Stream<Item = Result<Event, Infallible>> {
        let batches = stream::unfold(self, async |mut follow| {
            let batch = follow.next().await?;
            Some((stream::iter(batch), follow))
        });
        batches.flatten().map(Ok)
    }

    /// The next events; `None` when the process stops.
    async fn next(&mut self) -> Option<Vec<Event>> {
        let shutdown = self.server.context.shutdown.clone();
        tokio::select! {
            () = shutdown.cancelled() => None,
            batch = self.wait() => Some(batch),
        }
    }

    async fn wait(&mut self) -> Vec<Event> {
        loop {
            // Before the look: what comes after it is a change.
            for woken in &mut self.woken {
                woken.mark_unchanged();
            }
            match self.look().await {
                Ok(batch) if !batch.is_empty() => return batch,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "an event stream waits for the store");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            }
            // Their senders live as long as somebody listens.
            let [own, everybodys] = &mut self.woken;
            tokio::select! {
                _ = own.changed() => {}
                _ = everybodys.changed() => {}
            }
        }
    }

    /// What came since the cursor, which moves past it.
    async fn look(&mut self) -> Result<Vec<Event>, PortError> {
        let wanted = |from: i64| Wanted {
            from: from.saturating_add(1),
            limit: PAGE,
            only_unread: false,
            newest: false,
        };
        let tables = Tables::of(&self.server.context.platform);
        let own = tables.own(&self.address, wanted(self.cursor.own)).await?;
        let everybodys = tables
            .everybodys(&self.address, wanted(self.cursor.everybody))
            .await?;
        let mut events = Vec::with_capacity(own.len() + everybodys.len());
        for found in own.into_iter().chain(everybodys) {
            match found.row.address {
                Some(_) => self.cursor.own = found.order,
                None => self.cursor.everybody = found.order,
            }
            let notification = Notification::of(found, &self.server.places);
            let event = Event::default().id(self.cursor.text());
            // A notification serialises: its keys are text.
            if let Ok(event) = event.json_data(&notification) {
                events.push(event);
            }
        }
        Ok(events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nonsense_is_none() {
        let cursor = Cursor {
            own: 17,
            everybody: 0,
        };
        assert_eq!(Cursor::parse(&cursor.text()), Some(cursor));
        for text in ["", "17", "-1-0", "a-b", "1-2-3"] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
    }
}
