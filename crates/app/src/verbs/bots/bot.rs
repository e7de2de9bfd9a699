//! One bot: comes in, walks, comes again.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use futures::{SinkExt as _, StreamExt as _};
use gateways::archipelago::wire::{
    Asked, ChallengeRequest, ClientPacket, Heartbeat, Position, ServerPacket, SignedChallenge, Told,
};
use identity::sign::{LOGIN_TITLE, Wallet, create_ephemeral_chain, sign_entity};
use prost::Message as _;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::{MissedTickBehavior, interval_at, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::tally::{Tally, count};
use super::walk::{Ground, Walk};

/// Longest wait for each answer of a handshake.
const PATIENCE: Duration = Duration::from_secs(30);
/// Pause before it comes again, as clients have it.
const AGAIN: Duration = Duration::from_secs(5);
/// Until when its session is good.
const UNTIL: &str = "2100-01-01T00:00:00.000Z";
/// Bytes read at a time: thousands of sockets are one process.
const BUFFER: usize = 4096;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Somebody.
pub(super) struct Bot {
    wallet: Wallet,
    session: Wallet,
    walk: Walk,
    ground: Arc<Ground>,
    every: Duration,
}

/// A wallet of nobody else: its key is made of what it is for.
fn wallet(what: &str, seed: u64, number: u64) -> Wallet {
    let mut salt = 0_u32;
    loop {
        let key = Sha256::digest(format!("worldlog bots\n{what}\n{seed}\n{number}\n{salt}"));
        match Wallet::from_private_key(key.into()) {
            Ok(wallet) => return wallet,
            // One in 2^128.
            Err(_) => salt += 1,
        }
    }
}

impl Bot {
    pub(super) fn new(seed: u64, number: u64, every: Duration, ground: &Arc<Ground>) -> Self {
        let walk = seed
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .wrapping_add(number + 1);
        Self {
            wallet: wallet("owner", seed, number),
            session: wallet("session", seed, number),
            walk: Walk::new(walk, ground),
            ground: Arc::clone(ground),
            every,
        }
    }

    /// Comes in and walks, again and again.
    pub(super) async fn live(mut self, url: String, doors: Arc<Semaphore>, tally: Arc<Tally>) {
        loop {
            let door = doors.acquire().await;
            let entered = timeout(PATIENCE * 2, self.enter(&url)).await;
            drop(door);
            match entered {
                Ok(Some(socket)) => {
                    count(&tally.welcomed);
                    tally.inside.fetch_add(1, Ordering::Relaxed);
                    if self.stay(socket, &tally).await.is_none() {
                        count(&tally.failed);
                    }
                    tally.inside.fetch_sub(1, Ordering::Relaxed);
                }
                _ => count(&tally.failed),
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn enter(&self, url: &str) -> Option<Socket> {
        let config = WebSocketConfig::default()
            .read_buffer_size(BUFFER)
            .write_buffer_size(0);
        let (mut socket, _) = connect_async_with_config(url, Some(config), true)
            .await
            .ok()?;
        let address = self.wallet.address().to_owned();
        let request = Asked::ChallengeRequest(ChallengeRequest { address });
        say(&mut socket, request).await?;
        let Told::ChallengeResponse(challenge) = hear(&mut socket).await? else {
            return None;
        };
        let chain = create_ephemeral_chain(&self.wallet, &self.session, LOGIN_TITLE, UNTIL).ok()?;
        let chain = sign_entity(&chain, &self.session, &challenge.challenge_to_sign).ok()?;
        let auth_chain_json = serde_json::to_string(&chain).ok()?;
        let signed = Asked::SignedChallenge(SignedChallenge { auth_chain_json });
        say(&mut socket, signed).await?;
        match hear(&mut socket).await? {
            Told::Welcome(_) => Some(socket),
            _ => None,
        }
    }

    /// Walks until it is kicked, or the socket ends (`None`).
    async fn stay(&mut self, mut socket: Socket, tally: &Tally) -> Option<()> {
        // Not all at the same instant.
        let first = self.every.mul_f64(self.walk.fraction());
        let mut ticks = interval_at(tokio::time::Instant::now() + first, self.every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut waits: Option<Instant> = None;
        let mut knows = false;
        loop {
            tokio::select! {
                _ = ticks.tick() => {
                    let (x, z) = self.walk.step(&self.ground, self.every.as_secs_f64());
                    let heartbeat = Heartbeat { position: Some(Position::at(x, 0.0, z)), desired_room: None };
                    say(&mut socket, Asked::Heartbeat(heartbeat)).await?;
                    count(&tally.heartbeats);
                    if !knows {
                        waits.get_or_insert_with(Instant::now);
                    }
                }
                told = next(&mut socket) => match told? {
                    Told::IslandChanged(_) => {
                        count(&tally.islands);
                        knows = true;
                        if let Some(since) = waits.take() {
                            tally.waited(since.elapsed());
                        }
                    }
                    Told::Kicked(_) => {
                        count(&tally.kicked);
                        return Some(());
                    }
                    _ => {}
                }
            }
        }
    }
}

async fn say(socket: &mut Socket, asked: Asked) -> Option<()> {
    let packet = ClientPacket {
        message: Some(asked),
    };
    let message = Message::Binary(packet.encode_to_vec().into());
    timeout(PATIENCE, socket.send(message)).await.ok()?.ok()
}

async fn hear(socket: &mut Socket) -> Option<Told> {
    timeout(PATIENCE, next(socket)).await.ok()?
}

/// The next packet; `None` at the end. May be cancelled.
async fn next(socket: &mut Socket) -> Option<Told> {
    loop {
        match socket.next().await?.ok()? {
            Message::Binary(bytes) => {
                return ServerPacket::decode(bytes).ok()?.message;
            }
            Message::Close(_) => return None,
            _ => {}
        }
    }
}
