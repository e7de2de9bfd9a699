//! One flush: who is in another island is told, and everybody gets the report.

use std::collections::HashMap;
use std::time::Instant;

use islands::{Changes, Engine, IslandChanged, IslandId, PeerId, Reason};
use model::events::archipelago::{IslandChanged as IslandRecord, PeerChanged};
use prost::Message as _;

use super::super::meters;
use super::super::record::{self, Change};
use super::super::subjects::{self, publish};
use super::super::wire::{self, IslandData, IslandStatus, ServiceDiscovery, ServiceStatus};
use super::Core;

/// Messages after which others have a turn: buffers are drained while there are more.
const TURN: usize = 64;
/// What discovery calls this service.
const NAME: &str = "archipelago";

/// For metrics and the log.
fn word(reason: Reason) -> &'static str {
    match reason {
        Reason::Arrived => "arrived",
        Reason::Parted => "parted",
        Reason::Merged => "merged",
        Reason::Wished => "wished",
    }
}

fn position(at: islands::Position) -> wire::Position {
    wire::Position::at(at.x, at.y, at.z)
}

impl Core {
    /// Assigns, tells, reports.
    pub(super) async fn flush(&mut self) {
        let Some(engine) = &mut self.engine else {
            return;
        };
        let started = Instant::now();
        let changes = engine.flush();
        meters::flushed(
            engine.peer_count(),
            engine.island_count(),
            started.elapsed().as_secs_f64(),
        );
        let Some(engine) = &self.engine else { return };
        self.tell(engine, &changes).await;
        self.report(engine).await;
        self.note(engine, &changes);
    }

    /// One token each, for the island that it is in now.
    async fn tell(&self, engine: &Engine, changes: &Changes) {
        let bus = &self.context.platform.bus;
        let mut members = HashMap::new();
        for (count, moved) in changes.moved.iter().enumerate() {
            let of_island = members
                .entry(moved.island)
                .or_insert_with(|| self.members(engine, moved.island));
            let mut payload = self.assignment(engine, moved);
            // The fields of a message may come in pieces.
            payload.extend_from_slice(of_island);
            let subject = subjects::island_changed(moved.peer);
            publish(bus, &subject, payload.into(), "island_changed").await;
            meters::told(word(moved.reason));
            if count % TURN == TURN - 1 {
                tokio::task::yield_now().await;
            }
        }
    }

    fn assignment(&self, engine: &Engine, moved: &IslandChanged) -> Vec<u8> {
        let room = engine.name(moved.island);
        let now_ms = self.context.platform.clock.now_ms();
        let changed = wire::IslandChanged {
            conn_str: self
                .rooms
                .connection(&moved.peer.to_string(), &room, now_ms),
            island_id: room,
            from_island_id: moved.from.map(|island| engine.name(island)),
            peers: HashMap::new(),
        };
        changed.encode_to_vec()
    }

    /// The members of an island, as the rest of an assignment.
    fn members(&self, engine: &Engine, island: IslandId) -> Vec<u8> {
        if !self.context.settings.archipelago.peers_in_island_changed {
            return Vec::new();
        }
        let view = engine.island(island).into_iter();
        let peers = view.flat_map(|view| view.peers);
        let members = wire::IslandChanged {
            peers: peers
                .map(|(peer, at)| (peer.to_string(), position(at)))
                .collect(),
            ..wire::IslandChanged::default()
        };
        members.encode_to_vec()
    }

    async fn report(&self, engine: &Engine) {
        let max_peers = u32::try_from(self.options.island_peers_max).unwrap_or(u32::MAX);
        let data = engine.islands().map(|view| IslandData {
            id: engine.name(view.island),
            peers: view
                .peers
                .iter()
                .map(|(peer, _)| peer.to_string())
                .collect(),
            max_peers,
            center: Some(position(view.center)),
            radius: view.radius,
        });
        let status = IslandStatus {
            data: data.collect(),
        };
        let bus = &self.context.platform.bus;
        publish(
            bus,
            subjects::ISLANDS,
            status.encode_to_vec().into(),
            "islands",
        )
        .await;
    }

    /// Says that the core is there.
    pub(super) async fn discover(&self) {
        let Some(engine) = &self.engine else { return };
        let now_ms = self.context.platform.clock.now_ms();
        let discovery = ServiceDiscovery {
            server_name: NAME.into(),
            status: Some(ServiceStatus {
                current_time: u64::try_from(now_ms).unwrap_or_default(),
                commit_hash: Some(self.context.commit.to_owned()),
                user_count: u32::try_from(engine.peer_count()).unwrap_or(u32::MAX),
            }),
        };
        let bus = &self.context.platform.bus;
        publish(
            bus,
            subjects::DISCOVERY,
            discovery.encode_to_vec().into(),
            "discovery",
        )
        .await;
    }

    /// For the log, after everybody was told.
    fn note(&self, engine: &Engine, changes: &Changes) {
        let now_ms = self.context.platform.clock.now_ms();
        for moved in &changes.moved {
            let at = engine.position_of(moved.peer).map(position);
            let change = PeerChanged {
                island: Some(engine.name(moved.island)),
                from: moved.from.map(|island| engine.name(island)),
                at: now_ms,
                ..record::moved(moved.peer, "assigned", word(moved.reason), at)
            };
            self.live.outlet.note(Change::Peer(change));
        }
        for delta in &changes.islands {
            let view = engine.island(delta.island);
            let centre = view.as_ref().map(|view| view.center);
            let texts = |peers: &[PeerId]| peers.iter().map(PeerId::to_string).collect();
            let record = IslandRecord {
                island: engine.name(delta.island),
                peers: i64::try_from(delta.peers).unwrap_or(i64::MAX),
                joined: texts(&delta.joined),
                left: texts(&delta.left),
                x: centre.map_or(0.0, |at| at.x.into()),
                z: centre.map_or(0.0, |at| at.z.into()),
                radius: view.map_or(0.0, |view| view.radius),
                at: now_ms,
            };
            self.live.outlet.note(Change::Island(record));
        }
    }

    /// A peer is in no island any more.
    pub(super) fn note_left(&self, peer: PeerId, why: &str, island: Option<String>) {
        let change = PeerChanged {
            from: island,
            at: self.context.platform.clock.now_ms(),
            ..record::moved(peer, "left", why, None)
        };
        self.live.outlet.note(Change::Peer(change));
    }
}
