//! Between the bus and the sockets of this process: assignments out, sessions that other processes opened.

use std::sync::Arc;

use prost::Message;

use super::Live;
use super::sessions::Kick;
use super::subjects::{self, subscribe};
use super::wire::{Opened, island_packet};
use crate::frame::GatewayContext;

/// The name in an assignment; the rest of it is passed on unread.
#[derive(Clone, PartialEq, Message)]
struct Named {
    #[prost(string, tag = "1")]
    island_id: String,
}

/// Hands assignments to the sockets that they are for.
pub(super) async fn deliver(context: GatewayContext, live: Arc<Live>) {
    let mut changes = subscribe(&context.platform.bus, subjects::CHANGES).await;
    live.delivers();
    while let Some(message) = changes.next().await {
        let session =
            subjects::peer_at(&message.subject, 2).and_then(|peer| live.sessions.of(peer));
        let Some(session) = session else { continue };
        if let Ok(named) = Named::decode(&*message.payload) {
            session.tell(named.island_id, island_packet(&message.payload));
        }
    }
    std::future::pending().await
}

/// Ends sessions whose address has a newer one elsewhere.
pub(super) async fn yield_to_others(context: GatewayContext, live: Arc<Live>) {
    let mut sessions = subscribe(&context.platform.bus, subjects::SESSIONS).await;
    while let Some(message) = sessions.next().await {
        let session =
            subjects::peer_at(&message.subject, 3).and_then(|peer| live.sessions.of(peer));
        let Some(session) = session else { continue };
        if let Ok(opened) = Opened::decode(&*message.payload)
            && (opened.at, opened.number) > session.opening
        {
            session.kick(Kick::Elsewhere);
        }
    }
    std::future::pending().await
}
