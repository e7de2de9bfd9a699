//! A WebSocket that carries packets: each send has a time limit, each end its close code.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use prost::Message as _;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite;

use super::meters;
use super::wire::{Asked, ClientPacket};

/// How long a client may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(1);
/// Messages that are passed over while it does.
const GOODBYE_MESSAGES: usize = 64;

/// Close codes of RFC 6455.
const GOING_AWAY: u16 = 1001;
const UNDECODABLE: u16 = 1007;
const TOO_LARGE: u16 = 1009;

/// How a socket ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// By us, without a code.
    Silent(&'static str),
    /// A message was no packet.
    Undecodable,
    /// A message was too long.
    TooLarge,
    /// This process stops.
    GoingAway,
    /// By the client, or the connection broke.
    Gone,
}

impl End {
    /// For metrics and the log.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Silent(why) => why,
            Self::Undecodable => "undecodable",
            Self::TooLarge => "too_large",
            Self::GoingAway => "stopping",
            Self::Gone => "gone",
        }
    }

    fn frame(self) -> Option<CloseFrame> {
        let (code, reason) = match self {
            Self::Silent(_) | Self::Gone => return None,
            Self::Undecodable => (UNDECODABLE, "Cannot decode ClientPacket"),
            Self::TooLarge => (TOO_LARGE, "Message too large"),
            Self::GoingAway => (GOING_AWAY, ""),
        };
        Some(CloseFrame {
            code,
            reason: reason.into(),
        })
    }
}

/// What came.
#[derive(Debug)]
pub(super) enum Came {
    /// A packet; `None` when it is of no kind.
    Packet(Option<Asked>),
    /// A sign of life.
    Life,
}

/// The socket.
pub(super) struct Socket {
    inner: WebSocket,
    send_timeout: Duration,
}

impl Socket {
    pub(super) fn new(inner: WebSocket, send_timeout: Duration) -> Self {
        Self {
            inner,
            send_timeout,
        }
    }

    /// What comes next. May be cancelled: nothing is lost by it.
    pub(super) async fn next(&mut self) -> Result<Came, End> {
        let bytes = match self.inner.recv().await {
            None => return Err(End::Gone),
            Some(Err(error)) => return Err(of_error(error)),
            Some(Ok(Message::Close(_))) => return Err(End::Gone),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Ok(Came::Life),
            Some(Ok(Message::Binary(bytes))) => bytes,
            // Decoded the same way.
            Some(Ok(Message::Text(text))) => Bytes::from(text),
        };
        let packet = ClientPacket::decode(bytes).map_err(|_| End::Undecodable)?;
        Ok(Came::Packet(packet.message))
    }

    /// The next packet.
    pub(super) async fn packet(&mut self) -> Result<Option<Asked>, End> {
        loop {
            if let Came::Packet(packet) = self.next().await? {
                return Ok(packet);
            }
        }
    }

    /// Sends a packet; a client that does not take it in time is not waited for.
    pub(super) async fn send(&mut self, packet: Bytes) -> Result<(), End> {
        self.put(Message::Binary(packet)).await
    }

    /// Asks for a sign of life.
    pub(super) async fn ping(&mut self) -> Result<(), End> {
        self.put(Message::Ping(Bytes::new())).await
    }

    async fn put(&mut self, message: Message) -> Result<(), End> {
        match timeout(self.send_timeout, self.inner.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => {
                meters::closed("slow");
                Err(End::Gone)
            }
        }
    }

    /// Ends it. A client that was sent a code gets a moment to read it.
    pub(super) async fn end(mut self, end: End) {
        if end == End::Gone {
            return;
        }
        let frame = Message::Close(end.frame());
        let farewell = async {
            if self.inner.send(frame).await.is_err() {
                return;
            }
            for _ in 0..GOODBYE_MESSAGES {
                match self.inner.recv().await {
                    Some(Ok(_)) => {}
                    _ => return,
                }
            }
        };
        // Whether it said goodbye makes no difference.
        let _ = timeout(GOODBYE, farewell).await;
    }
}

fn of_error(error: axum::Error) -> End {
    let error = error.into_inner();
    match error.downcast_ref::<tungstenite::Error>() {
        Some(tungstenite::Error::Capacity(_)) => End::TooLarge,
        Some(tungstenite::Error::Utf8(_)) => End::Undecodable,
        _ => End::Gone,
    }
}
