//! Who is where, as the bus tells it: what the stats and the map show. Every process has all of it, whoever holds the
//! sockets and whoever is the core.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use islands::PeerId;
use prost::Message as _;
use runtime::ports::{Bus, BusMessage};

use super::subjects::{self, Said, publish, subscribe};
use super::wire::{Heartbeat, IslandData, IslandStatus, Position, ServiceDiscovery};
use super::{Live, meters};
use crate::frame::GatewayContext;
use crate::frame::scenes::Parcel;

/// Metres of a parcel's side.
const PARCEL_M: f32 = 16.0;
/// A core that was last heard of longer ago is not well.
const HEALTHY_MS: i64 = 90_000;
/// How often those who fell silent are taken out.
const SWEEP: Duration = Duration::from_secs(5);

/// Where somebody was last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) position: Position,
    /// The platform's time at its receipt, ms.
    pub(super) at: i64,
    heard: Instant,
}

impl Seen {
    pub(super) fn parcel(&self) -> Parcel {
        let parcel = |metres: f32| (metres / PARCEL_M).floor() as i32;
        (parcel(self.position.x), parcel(self.position.z))
    }
}

/// What is known.
#[derive(Default)]
pub(super) struct Known {
    pub(super) peers: HashMap<PeerId, Seen>,
    pub(super) islands: Vec<IslandData>,
    /// The place of each peer's island in `islands`.
    pub(super) island_of: HashMap<PeerId, usize>,
    /// The newest message of a core: its own time, and its peers.
    core: Option<(i64, u32)>,
}

/// What is known, to be looked at and kept up to date.
#[derive(Default)]
pub(super) struct Scene(RwLock<Known>);

impl Scene {
    /// To look at; not across an await.
    pub(super) fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self) -> RwLockWriteGuard<'_, Known> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the core is well, and how many peers it has.
    pub(super) fn core(&self, now_ms: i64) -> (bool, u32) {
        match self.known().core {
            Some((at, users)) => (now_ms.saturating_sub(at) < HEALTHY_MS, users),
            None => (false, 0),
        }
    }

    /// Peers on each parcel, those with most first.
    pub(super) fn parcels(&self) -> Vec<(Parcel, usize)> {
        let mut counts: BTreeMap<Parcel, usize> = BTreeMap::new();
        for seen in self.known().peers.values() {
            *counts.entry(seen.parcel()).or_default() += 1;
        }
        let mut parcels: Vec<_> = counts.into_iter().collect();
        parcels.sort_by_key(|(parcel, count)| (std::cmp::Reverse(*count), *parcel));
        parcels
    }

    fn said(&self, peer: PeerId, said: Said, payload: &[u8], now_ms: i64) {
        if said != Said::Heartbeat {
            // A session that begins is somewhere with its first heartbeat.
            self.change().peers.remove(&peer);
            return;
        }
        let Some(position) = position(payload) else {
            return;
        };
        let seen = Seen {
            position,
            at: now_ms,
            heard: Instant::now(),
        };
        self.change().peers.insert(peer, seen);
    }

    fn reported(&self, status: IslandStatus) {
        let islands: Vec<IslandData> = status
            .data
            .into_iter()
            .filter(|island| island.center.is_some())
            .collect();
        let mut island_of = HashMap::new();
        for (place, island) in islands.iter().enumerate() {
            let peers = island.peers.iter();
            let peers = peers.filter_map(|peer| PeerId::parse(peer).ok());
            island_of.extend(peers.map(|peer| (peer, place)));
        }
        let mut known = self.change();
        known.islands = islands;
        known.island_of = island_of;
    }

    fn sweep(&self, silence: Duration) {
        let mut known = self.change();
        known.peers.retain(|_, seen| seen.heard.elapsed() < silence);
    }
}

/// The position of a heartbeat; `None` for one without, and for one that is nowhere.
pub(super) fn position(payload: &[u8]) -> Option<Position> {
    let position = Heartbeat::decode(payload).ok()?.position?;
    let fine = [position.x, position.y, position.z]
        .iter()
        .all(|m| m.is_finite());
    fine.then_some(position)
}

/// Keeps the scene up to date.
pub(super) async fn follow(context: GatewayContext, live: Arc<Live>) {
    let bus = &context.platform.bus;
    let mut peers = subscribe(bus, subjects::PEERS).await;
    let mut reports = subscribe(bus, subjects::ISLANDS).await;
    let mut cores = subscribe(bus, subjects::DISCOVERY).await;
    let silence = context.settings.archipelago.check_heartbeat_interval.0;
    let mut sweep = tokio::time::interval(SWEEP);
    live.follows();
    loop {
        tokio::select! {
            message = peers.next() => {
                let Some(message) = message else { return closed().await };
                if let Some((peer, said)) = subjects::said(&message.subject) {
                    let now_ms = context.platform.clock.now_ms();
                    live.scene.said(peer, said, &message.payload, now_ms);
                }
            }
            message = reports.next() => {
                let Some(message) = message else { return closed().await };
                if let Ok(status) = IslandStatus::decode(message.payload) {
                    live.scene.reported(status);
                    retell(&live, bus).await;
                }
            }
            message = cores.next() => {
                let Some(message) = message else { return closed().await };
                discovered(&live.scene, &message);
            }
            _ = sweep.tick() => live.scene.sweep(silence),
        }
    }
}

fn discovered(scene: &Scene, message: &BusMessage) {
    let discovery = ServiceDiscovery::decode(&*message.payload);
    if let Some(status) = discovery.ok().and_then(|discovery| discovery.status) {
        let at = i64::try_from(status.current_time).unwrap_or(i64::MAX);
        scene.change().core = Some((at, status.user_count));
    }
}

/// An assignment may get lost on its way here. Whose client has not heard what the reports have been saying is made new
/// to the core, and is assigned again by its next heartbeat.
async fn retell(live: &Live, bus: &Arc<dyn Bus>) {
    let missed = {
        let known = live.scene.known();
        let island = |peer| Some(known.islands[*known.island_of.get(&peer)?].id.as_str());
        live.sessions.missed(island)
    };
    for peer in missed {
        meters::retold();
        publish(
            bus,
            &subjects::connect(peer),
            bytes::Bytes::new(),
            "connect",
        )
        .await;
    }
}

/// The bus is closed for good: the process stops.
async fn closed() {
    std::future::pending().await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heartbeat(x: f32, z: f32) -> Vec<u8> {
        let position = Some(Position::at(x, 0.0, z));
        Heartbeat {
            position,
            desired_room: None,
        }
        .encode_to_vec()
    }

    #[test]
    fn peers_come_with_a_heartbeat_and_go_with_a_disconnect() {
        let scene = Scene::default();
        let [a, b] = [PeerId([1; 20]), PeerId([2; 20])];
        scene.said(a, Said::Connect, &[], 1);
        assert!(scene.known().peers.is_empty());
        scene.said(a, Said::Heartbeat, &heartbeat(-0.5, 16.0), 2);
        scene.said(b, Said::Heartbeat, &heartbeat(-15.0, 31.9), 3);
        scene.said(b, Said::Heartbeat, &heartbeat(f32::NAN, 0.0), 4);
        assert_eq!(scene.known().peers[&b].at, 3);
        assert_eq!(scene.parcels(), [((-1, 1), 2)]);
        scene.said(a, Said::Disconnect, &[], 5);
        assert_eq!(scene.parcels(), [((-1, 1), 1)]);
        scene.sweep(Duration::ZERO);
        assert!(scene.parcels().is_empty());
    }

    #[test]
    fn a_core_is_well_for_ninety_seconds_by_its_own_time() {
        let scene = Scene::default();
        assert_eq!(scene.core(5), (false, 0));
        scene.change().core = Some((1_000, 7));
        assert_eq!(scene.core(90_999), (true, 7));
        assert_eq!(scene.core(91_000), (false, 7));
    }
}
