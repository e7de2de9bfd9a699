//! The core: heartbeats in, islands out. One process at a time holds the office; the others stand by with all they need
//! to go on.
//!
//! The office is kept by a message a second. Who stands by listens to the same heartbeats and to the core's reports, so
//! that it knows who is in which island. When the office falls silent it restores these islands, and nobody is told anything
//! that they know.

mod flush;
mod lease;
mod roll;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use islands::{Engine, IslandId, Options, PeerId};
use prost::Message as _;
use runtime::ports::{BusMessage, Subscription};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};

use self::lease::{Claim, first_number};
use self::roll::Roll;
use super::room::Rooms;
use super::subjects::{self, Said, publish, subscribe};
use super::wire::{Heartbeat, IslandStatus, Lease};
use super::{Live, meters};
use crate::frame::GatewayContext;

/// Heartbeats and the like that are taken between two looks at the clock.
const BATCH: usize = 256;

/// One that may be the core.
struct Core {
    context: GatewayContext,
    live: Arc<Live>,
    options: Options,
    rooms: Rooms,
    claim: Claim,
    roll: Roll,
    /// There is one while this is the core.
    engine: Option<Engine>,
    /// When the office was last heard of.
    heard: Instant,
    /// When this loop last looked.
    looked: Instant,
}

/// What it listens to.
struct Ears {
    peers: Box<dyn Subscription>,
    reports: Box<dyn Subscription>,
    leases: Box<dyn Subscription>,
    questions: Box<dyn Subscription>,
}

/// Runs a core, or one that stands by.
pub(super) async fn run(context: GatewayContext, live: Arc<Live>) {
    let settings = &context.settings.archipelago;
    let options = match settings.options() {
        Ok(options) if settings.core => options,
        Ok(_) => return never(&context, &live).await,
        Err(error) => {
            tracing::error!(error, "this process is no core");
            return never(&context, &live).await;
        }
    };
    let bus = &context.platform.bus;
    let ears = Ears {
        peers: subscribe(bus, subjects::PEERS).await,
        reports: subscribe(bus, subjects::ISLANDS).await,
        leases: subscribe(bus, subjects::LEASE).await,
        questions: subscribe(bus, subjects::WHO_LEADS).await,
    };
    live.stands();
    let core = Core {
        options,
        rooms: Rooms::new(settings),
        claim: Claim::new(),
        roll: Roll::default(),
        engine: None,
        heard: Instant::now(),
        looked: Instant::now(),
        live: Arc::clone(&live),
        context: context.clone(),
    };
    core.serve(ears).await;
}

/// This process is no core, ever.
async fn never(context: &GatewayContext, live: &Live) {
    live.stands();
    context.shutdown.cancelled().await;
}

fn ticks(period: Duration) -> Interval {
    let mut ticks = interval(period);
    // Start to start; one that takes longer puts off the next, and none is made up for.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

impl Core {
    async fn serve(mut self, mut ears: Ears) {
        let settings = self.context.settings.archipelago.clone();
        // Nobody is spared a wait for nothing: where nobody leads the bus says so at once.
        self.ask_who_leads(settings.lease_interval.0).await;
        let mut flush = ticks(Duration::from_secs_f64(
            settings.archipelago_flush_frequency,
        ));
        let mut lease = ticks(settings.lease_interval.0);
        let mut discovery = ticks(settings.archipelago_status_update_interval.0);
        let shutdown = self.context.shutdown.clone();
        loop {
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return self.resign().await,
                _ = lease.tick() => self.keep().await,
                message = ears.leases.next() => match message {
                    Some(message) => self.heard_lease(&message).await,
                    None => return shutdown.cancelled().await,
                },
                Some(message) = ears.questions.next() => self.answer(&message).await,
                _ = flush.tick() => if self.engine.is_some() { self.flush().await },
                _ = discovery.tick() => if self.engine.is_some() { self.discover().await },
                Some(message) = ears.reports.next() => self.heard_report(message),
                Some(message) = ears.peers.next() => {
                    self.heard_peer(&message);
                    self.drain(&mut *ears.peers).await;
                }
            }
        }
    }

    /// Takes what else waits, up to a bound.
    async fn drain(&mut self, peers: &mut dyn Subscription) {
        for _ in 0..BATCH {
            let next = tokio::select! {
                biased;
                message = peers.next() => message,
                () = std::future::ready(()) => None,
            };
            let Some(message) = next else { return };
            self.heard_peer(&message);
        }
    }

    fn heard_peer(&mut self, message: &BusMessage) {
        let Some((peer, said)) = subjects::said(&message.subject) else {
            return;
        };
        if said != Said::Heartbeat {
            return self.forget(peer, "disconnected");
        }
        let Ok(heartbeat) = Heartbeat::decode(&*message.payload) else {
            return;
        };
        let Some(at) = heartbeat.position else {
            return;
        };
        let at = islands::Position::new(at.x, at.y, at.z);
        let wish = heartbeat.desired_room.filter(|room| !room.is_empty());
        let prefix = &self.options.room_prefix;
        let wish = wish.and_then(|room| IslandId::parse(prefix, &room));
        if let Some(engine) = &mut self.engine
            && let Err(error) = engine.set(peer, at, wish)
        {
            tracing::debug!(%error, "a heartbeat is not taken");
            return;
        }
        self.roll.set(peer, at, wish);
    }

    /// A peer is gone, or begins anew.
    fn forget(&mut self, peer: PeerId, why: &'static str) {
        self.roll.remove(peer);
        let Some(engine) = &mut self.engine else {
            return;
        };
        let island = engine.island_of(peer).map(|island| engine.name(island));
        // Who is unknown is gone already.
        if engine.remove(peer).is_ok() {
            self.note_left(peer, why, island);
        }
    }

    /// Another core's report: who is in which island.
    fn heard_report(&mut self, message: BusMessage) {
        if self.engine.is_none()
            && let Ok(status) = IslandStatus::decode(message.payload)
        {
            self.roll.reported(&status, &self.options.room_prefix);
        }
    }

    /// The office is kept, or taken when it has been silent for too long.
    async fn keep(&mut self) {
        let silence = self.context.settings.archipelago.check_heartbeat_interval.0;
        for peer in self.roll.silent(silence) {
            self.forget(peer, "silent");
        }
        let timeout = self.context.settings.archipelago.lease_timeout.0;
        let paused = self.looked.elapsed() > timeout;
        self.looked = Instant::now();
        if paused {
            // This process stood still, others went on: it looks before it says anything.
            self.step_down("it stood still");
            self.heard = Instant::now();
        } else if self.engine.is_some() {
            self.say_lease(false).await;
        } else if self.heard.elapsed() > timeout {
            self.lead().await;
        }
    }

    /// Takes the office, with the islands as the last report had them.
    async fn lead(&mut self) {
        let now_ms = self.context.platform.clock.now_ms();
        self.claim.renew(now_ms);
        let first_island = first_number(now_ms).max(self.claim.next_island);
        let options = Options {
            first_island,
            ..self.options.clone()
        };
        let mut engine = match Engine::new(options) {
            Ok(engine) => engine,
            // The settings were checked at the start.
            Err(error) => return tracing::error!(%error, "this process cannot be the core"),
        };
        let restored = self.roll.fill(&mut engine);
        tracing::info!(
            restored,
            term = self.claim.term,
            "this process is the core of the islands"
        );
        self.engine = Some(engine);
        self.live.leads(true);
        meters::core(true);
        self.say_lease(false).await;
        self.discover().await;
    }

    fn step_down(&mut self, why: &'static str) {
        if let Some(engine) = self.engine.take() {
            self.roll.keep(&engine);
            tracing::info!(why, "this process is the core no longer");
            self.live.leads(false);
            meters::core(false);
        }
    }

    /// The process stops: whoever stands by begins at once.
    async fn resign(&mut self) {
        if self.engine.is_some() {
            self.say_lease(true).await;
            self.step_down("it stops");
        }
    }

    async fn ask_who_leads(&mut self, within: Duration) {
        let bus = &self.context.platform.bus;
        let answer = bus.request(
            subjects::WHO_LEADS,
            Bytes::copy_from_slice(&self.claim.core),
            within,
        );
        match answer
            .await
            .ok()
            .and_then(|bytes| Lease::decode(bytes).ok())
        {
            Some(lease) => {
                self.claim.note(&lease);
                self.heard = Instant::now();
            }
            None => self.lead().await,
        }
        self.looked = Instant::now();
    }

    async fn answer(&mut self, question: &BusMessage) {
        if let Some(lease) = self.lease(false)
            && let Err(error) = self.context.platform.bus.reply(question, lease).await
        {
            tracing::debug!(%error, "a question who leads was not answered");
        }
    }

    async fn heard_lease(&mut self, message: &BusMessage) {
        let Ok(lease) = Lease::decode(&*message.payload) else {
            return;
        };
        if self.claim.is_own(&lease) {
            return;
        }
        let wins = self.claim.yields_to(&lease);
        self.claim.note(&lease);
        if lease.resigned {
            if self.engine.is_none() {
                self.lead().await;
            }
        } else if self.engine.is_none() {
            self.heard = Instant::now();
        } else if wins {
            self.step_down("another one leads since later");
            self.heard = Instant::now();
        } else {
            self.say_lease(false).await;
        }
    }

    fn lease(&self, resigned: bool) -> Option<Bytes> {
        let engine = self.engine.as_ref()?;
        let lease = self.claim.lease(engine.next_island(), resigned);
        Some(lease.encode_to_vec().into())
    }

    async fn say_lease(&mut self, resigned: bool) {
        if let Some(lease) = self.lease(resigned) {
            publish(&self.context.platform.bus, subjects::LEASE, lease, "lease").await;
        }
    }
}
