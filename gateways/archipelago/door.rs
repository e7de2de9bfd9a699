//! The front door: `/ws`, from the handshake to the last heartbeat.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use identity::chain::{AuthChain, DenyContractWallets, validate};
use islands::{COORDINATE_MAX_M, PeerId};
use prost::Message as _;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::places::{Full, Place};
use super::record;
use super::sessions::{Due, Kick, Session};
use super::socket::{Came, End, Socket};
use super::subjects::{self, publish};
use super::wire::{Asked, ChallengeResponse, Heartbeat, Kicked, Opened, Told, Welcome, packet};
use super::{Server, meters};
use crate::frame::{ApiError, Edge};

/// What every challenge begins with: clients insist.
const CHALLENGE_PREFIX: &str = "dcl-";
/// Random bytes of a challenge.
const CHALLENGE_BYTES: usize = 16;
/// Longest name of an island that somebody may wish for.
const ROOM_BYTES_MAX: usize = 64;
/// Bytes read from a socket at a time: packets are small, sockets are many.
const READ_BUFFER: usize = 4096;
/// Bytes that may wait for a socket: one packet of the largest island.
const WRITE_BUFFER_MAX: usize = 1 << 20;
/// Pings in the time after which silence ends a session.
const PINGS: u32 = 3;
/// Seconds after which trying again may help.
const RETRY_AFTER: u64 = 5;

/// The WebSocket of clients.
#[utoipa::path(get, path = "/ws", tag = "front door", responses((status = 101, description = "packets of archipelago.proto"),
    (status = 400, description = "no upgrade"), (status = 429, description = "too many sockets of one address"),
    (status = 503, description = "no place left")))]
pub(super) async fn connect(
    State(server): State<Server>,
    edge: Edge,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let settings = &server.context.settings.archipelago;
    let address = (!edge.local).then_some(edge.address);
    let place =
        server
            .live
            .places
            .socket(address, settings.max_users, settings.sockets_per_address);
    let place = match place {
        Ok(place) => place,
        Err(full) => return refused(full),
    };
    let mut upgrade = upgrade
        .max_message_size(settings.frame_limit.as_usize())
        .max_frame_size(settings.frame_limit.as_usize())
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER_MAX);
    // What is offered is taken, unread: some clients insist on their word.
    if let Some(offered) = headers.get(header::SEC_WEBSOCKET_PROTOCOL) {
        upgrade.set_selected_protocol(offered.clone());
    }
    upgrade.on_upgrade(move |socket| {
        let timeout = server.context.settings.archipelago.send_timeout.0;
        Box::pin(serve(server, Socket::new(socket, timeout), place))
    })
}

fn refused(full: Full) -> Response {
    let mut error = match full {
        Full::All => ApiError::unavailable("no place for one more socket", RETRY_AFTER),
        Full::Address => ApiError::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_sockets",
            "too many sockets of this address",
        ),
    };
    meters::handshake("no_place");
    error.retry_after = Some(RETRY_AFTER);
    error.into_response()
}

/// Serves one socket to its end.
async fn serve(server: Server, mut socket: Socket, place: Place) {
    let most = server.context.settings.archipelago.handshakes_max;
    let handshake = server.live.places.handshake(most);
    let shaken = tokio::select! {
        () = server.context.shutdown.cancelled() => Err(End::GoingAway),
        () = handshake.ended.cancelled() => Err(End::Silent("displaced")),
        shaken = shake(&server, &mut socket) => shaken,
    };
    drop(handshake);
    let end = match shaken {
        Ok(peer) => {
            meters::handshake("welcomed");
            let end = Visit::of(&server, peer).run(&mut socket).await;
            meters::closed(end.word());
            end
        }
        Err(end) => {
            meters::handshake(end.word());
            end
        }
    };
    socket.end(end).await;
    drop(place);
}

/// The handshake: who it is.
async fn shake(server: &Server, socket: &mut Socket) -> Result<PeerId, End> {
    let limit = server.context.settings.archipelago.handshake_timeout.0;
    let Some(Asked::ChallengeRequest(request)) = within(limit, socket).await? else {
        return Err(End::Silent("unexpected"));
    };
    let claimed = PeerId::parse(&request.address).map_err(|_| End::Silent("no_address"))?;
    server.admission.refresh_denied().await;
    if server.admission.is_denied(claimed) {
        return Err(End::Silent("denied"));
    }
    let challenge = challenge();
    let response = Told::ChallengeResponse(ChallengeResponse {
        challenge_to_sign: challenge.clone(),
        already_connected: server.live.sessions.of(claimed).is_some(),
    });
    socket.send(packet(response)).await?;
    let Some(Asked::SignedChallenge(signed)) = within(limit, socket).await? else {
        return Err(End::Silent("unexpected"));
    };
    let now_ms = server.context.platform.clock.now_ms();
    let peer = signer(&signed.auth_chain_json, &challenge, now_ms);
    let peer = peer.ok_or(End::Silent("signature"))?;
    if server.admission.is_denied(peer) {
        return Err(End::Silent("denied"));
    }
    if server.admission.is_banned(peer).await {
        socket
            .send(packet(Told::Kicked(Kicked { reason: 0 })))
            .await?;
        return Err(End::Silent("banned"));
    }
    Ok(peer)
}

async fn within(limit: Duration, socket: &mut Socket) -> Result<Option<Asked>, End> {
    let packet = timeout(limit, socket.packet()).await;
    packet.unwrap_or(Err(End::Silent("timeout")))
}

/// A text that nobody has signed before: it is asked for once, on one socket.
fn challenge() -> String {
    let mut bytes = [0; CHALLENGE_BYTES];
    getrandom::fill(&mut bytes).expect("the system has random bytes");
    format!("{CHALLENGE_PREFIX}{}", hex::encode(bytes))
}

/// Whose chain signs the challenge.
fn signer(chain: &str, challenge: &str, now_ms: i64) -> Option<PeerId> {
    let chain = AuthChain::from_json(chain).ok()?;
    // A lone signer link would prove its own payload, and nobody has signed that.
    let last = chain.links().last()?;
    if chain.links().len() < 2 || !last.kind.is_signed_entity() {
        return None;
    }
    validate(&chain, challenge, now_ms, &DenyContractWallets).ok()?;
    PeerId::parse(&chain.owner()?).ok()
}

/// A session from its welcome to its end.
struct Visit<'a> {
    server: &'a Server,
    peer: PeerId,
    session: Arc<Session>,
    /// Where its heartbeats are published.
    subject: String,
    /// Heartbeats since the second began.
    beats: (Instant, u32),
}

impl<'a> Visit<'a> {
    fn of(server: &'a Server, peer: PeerId) -> Self {
        let at = server.context.platform.clock.now_ms();
        let opening = (u64::try_from(at).unwrap_or_default(), random());
        Self {
            server,
            peer,
            session: Session::new(opening),
            subject: subjects::heartbeat(peer),
            beats: (Instant::now(), 0),
        }
    }

    async fn run(mut self, socket: &mut Socket) -> End {
        let end = match self.open(socket).await {
            Ok(()) => self.stay(socket).await,
            Err(end) => end,
        };
        self.close(end).await;
        end
    }

    /// Takes the place of an older session of the address, then says who is here.
    async fn open(&mut self, socket: &mut Socket) -> Result<(), End> {
        let (bus, peer) = (&self.server.context.platform.bus, self.peer);
        let before = self.server.live.sessions.open(peer, &self.session);
        if let Some(before) = before {
            before.kick(Kick::NewSession);
            publish(bus, &subjects::disconnect(peer), Bytes::new(), "disconnect").await;
        }
        let (at, number) = self.session.opening;
        let opened = Opened { at, number }.encode_to_vec().into();
        publish(bus, &subjects::session(peer), opened, "session").await;
        publish(bus, &subjects::connect(peer), Bytes::new(), "connect").await;
        let welcome = Told::Welcome(Welcome {
            peer_id: peer.to_string(),
        });
        socket.send(packet(welcome)).await?;
        self.server.note(record::session(peer, "welcomed", ""));
        Ok(())
    }

    async fn close(self, end: End) {
        let (bus, peer) = (&self.server.context.platform.bus, self.peer);
        // Where another one speaks for the address by now, that one has said so.
        if self.server.live.sessions.close(peer, &self.session)
            && end != End::Silent(Kick::Elsewhere.word())
        {
            publish(bus, &subjects::disconnect(peer), Bytes::new(), "disconnect").await;
        }
        self.server
            .note(record::session(peer, "closed", end.word()));
    }

    /// Carries heartbeats in and assignments out.
    async fn stay(&mut self, socket: &mut Socket) -> End {
        let idle = self.server.context.settings.archipelago.idle_timeout.0;
        let mut pings = interval(idle / PINGS);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        let session = Arc::clone(&self.session);
        loop {
            let sent = tokio::select! {
                biased;
                () = self.server.context.shutdown.cancelled() => return End::GoingAway,
                due = session.due() => match due {
                    Due::Island(packet) => socket.send(packet).await,
                    Due::Kick(why) => return kicked(socket, why).await,
                },
                came = socket.next() => {
                    heard = Instant::now();
                    match came {
                        Ok(Came::Life) => Ok(()),
                        Ok(Came::Packet(asked)) => {
                            self.take(asked).await;
                            Ok(())
                        }
                        Err(end) => Err(end),
                    }
                }
                _ = pings.tick() => match heard.elapsed() > idle {
                    true => return End::Silent("idle"),
                    false => socket.ping().await,
                },
            };
            if let Err(end) = sent {
                return end;
            }
        }
    }

    /// Passes a heartbeat on. What else comes is passed over.
    async fn take(&mut self, asked: Option<Asked>) {
        let Some(Asked::Heartbeat(heartbeat)) = asked else {
            return meters::frame("ignored");
        };
        let Some(position) = heartbeat.position else {
            return meters::frame("no_position");
        };
        let coordinates = [position.x, position.y, position.z];
        let is_place = |m: &f32| m.is_finite() && m.abs() <= COORDINATE_MAX_M;
        if !coordinates.iter().all(is_place) {
            return meters::frame("bad_position");
        }
        if !self.in_time() {
            return meters::frame("too_many");
        }
        let wish = |room: &String| (1..=ROOM_BYTES_MAX).contains(&room.len());
        let heartbeat = Heartbeat {
            position: Some(position),
            desired_room: heartbeat.desired_room.filter(wish),
        };
        meters::frame("heartbeat");
        let bus = &self.server.context.platform.bus;
        publish(
            bus,
            &self.subject,
            heartbeat.encode_to_vec().into(),
            "heartbeat",
        )
        .await;
    }

    /// Whether one more heartbeat is taken in this second.
    fn in_time(&mut self) -> bool {
        if self.beats.0.elapsed() >= Duration::from_secs(1) {
            self.beats = (Instant::now(), 0);
        }
        self.beats.1 += 1;
        self.beats.1
            <= self
                .server
                .context
                .settings
                .archipelago
                .heartbeats_per_second
    }
}

async fn kicked(socket: &mut Socket, why: Kick) -> End {
    // The wire knows one reason; the true one is recorded.
    match socket
        .send(packet(Told::Kicked(Kicked { reason: 0 })))
        .await
    {
        Ok(()) => End::Silent(why.word()),
        Err(end) => end,
    }
}

fn random() -> u64 {
    getrandom::u64().expect("the system has random bytes")
}
