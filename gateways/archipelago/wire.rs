//! The messages of the front door and of the bus, as `archipelago.proto` has them.
//!
//! Written by hand with prost's derive, so that no compiler of protobuf is needed anywhere; tests compare them with
//! recorded bytes.

use std::collections::HashMap;

use prost::bytes::Bytes;
use prost::{Message, Oneof};

/// The contract, for people and for tools that make code of it.
pub const PROTO: &str = include_str!("archipelago.proto");

/// Where somebody stands, in metres.
#[derive(Clone, Copy, PartialEq, Message)]
pub struct Position {
    /// East.
    #[prost(float, tag = "1")]
    pub x: f32,
    /// Up.
    #[prost(float, tag = "2")]
    pub y: f32,
    /// North.
    #[prost(float, tag = "3")]
    pub z: f32,
}

impl Position {
    /// A place.
    pub fn at(x: f32, y: f32, z: f32) -> Self {
        Self { x, y, z }
    }
}

/// "I am here", from a client and on the bus.
#[derive(Clone, PartialEq, Message)]
pub struct Heartbeat {
    /// Where; without it the message says nothing.
    #[prost(message, optional, tag = "1")]
    pub position: Option<Position>,
    /// The island the peer would like to be in.
    #[prost(string, optional, tag = "2")]
    pub desired_room: Option<String>,
}

/// The first message of a client.
#[derive(Clone, PartialEq, Message)]
pub struct ChallengeRequest {
    /// Who it says it is.
    #[prost(string, tag = "1")]
    pub address: String,
}

/// The answer to a challenge.
#[derive(Clone, PartialEq, Message)]
pub struct SignedChallenge {
    /// An auth chain whose last link signs the challenge.
    #[prost(string, tag = "1")]
    pub auth_chain_json: String,
}

/// What a client sends.
#[derive(Clone, PartialEq, Message)]
pub struct ClientPacket {
    /// One of these.
    #[prost(oneof = "Asked", tags = "1, 2, 3")]
    pub message: Option<Asked>,
}

/// The kinds of [`ClientPacket`].
#[derive(Clone, PartialEq, Oneof)]
pub enum Asked {
    /// It wants to be somebody.
    #[prost(message, tag = "1")]
    ChallengeRequest(ChallengeRequest),
    /// It proves it.
    #[prost(message, tag = "2")]
    SignedChallenge(SignedChallenge),
    /// It is somewhere.
    #[prost(message, tag = "3")]
    Heartbeat(Heartbeat),
}

/// What is to be signed.
#[derive(Clone, PartialEq, Message)]
pub struct ChallengeResponse {
    /// Begins with `dcl-`.
    #[prost(string, tag = "1")]
    pub challenge_to_sign: String,
    /// Whether the address has a socket here.
    #[prost(bool, tag = "2")]
    pub already_connected: bool,
}

/// The client is in.
#[derive(Clone, PartialEq, Message)]
pub struct Welcome {
    /// Its address, lower case.
    #[prost(string, tag = "1")]
    pub peer_id: String,
}

/// The client's island is another one now. Also what the bus carries.
#[derive(Clone, PartialEq, Message)]
pub struct IslandChanged {
    /// The island, and the room.
    #[prost(string, tag = "1")]
    pub island_id: String,
    /// How to get in.
    #[prost(string, tag = "2")]
    pub conn_str: String,
    /// The one before.
    #[prost(string, optional, tag = "3")]
    pub from_island_id: Option<String>,
    /// Everybody in it, by address.
    #[prost(map = "string, message", tag = "4")]
    pub peers: HashMap<String, Position>,
}

/// Somebody came or went; defined and never sent.
#[derive(Clone, PartialEq, Message)]
pub struct IslandPeer {
    /// The island.
    #[prost(string, tag = "1")]
    pub island_id: String,
    /// The peer.
    #[prost(string, tag = "2")]
    pub peer_id: String,
}

/// The socket is closed by the server.
#[derive(Clone, PartialEq, Message)]
pub struct Kicked {
    /// 0: a new session; the only reason there is, whatever the true one.
    #[prost(int32, tag = "1")]
    pub reason: i32,
}

/// What a server sends.
#[derive(Clone, PartialEq, Message)]
pub struct ServerPacket {
    /// One of these.
    #[prost(oneof = "Told", tags = "1, 2, 3, 4, 5, 6")]
    pub message: Option<Told>,
}

/// The kinds of [`ServerPacket`].
#[derive(Clone, PartialEq, Oneof)]
pub enum Told {
    /// Sign this.
    #[prost(message, tag = "1")]
    ChallengeResponse(ChallengeResponse),
    /// You are in.
    #[prost(message, tag = "2")]
    Welcome(Welcome),
    /// Go to this room.
    #[prost(message, tag = "3")]
    IslandChanged(IslandChanged),
    /// Never sent.
    #[prost(message, tag = "4")]
    LeftIsland(IslandPeer),
    /// Never sent.
    #[prost(message, tag = "5")]
    JoinIsland(IslandPeer),
    /// You are out.
    #[prost(message, tag = "6")]
    Kicked(Kicked),
}

/// An island of the report.
#[derive(Clone, PartialEq, Message)]
pub struct IslandData {
    /// Its name.
    #[prost(string, tag = "1")]
    pub id: String,
    /// Addresses.
    #[prost(string, repeated, tag = "2")]
    pub peers: Vec<String>,
    /// The cap.
    #[prost(uint32, tag = "3")]
    pub max_peers: u32,
    /// The mean of the members' positions.
    #[prost(message, optional, tag = "4")]
    pub center: Option<Position>,
    /// To the farthest member, metres.
    #[prost(double, tag = "5")]
    pub radius: f64,
}

/// All islands.
#[derive(Clone, PartialEq, Message)]
pub struct IslandStatus {
    /// Each.
    #[prost(message, repeated, tag = "1")]
    pub data: Vec<IslandData>,
}

/// How a service is.
#[derive(Clone, PartialEq, Message)]
pub struct ServiceStatus {
    /// ms.
    #[prost(uint64, tag = "1")]
    pub current_time: u64,
    /// What it was built from.
    #[prost(string, optional, tag = "2")]
    pub commit_hash: Option<String>,
    /// Peers.
    #[prost(uint32, tag = "3")]
    pub user_count: u32,
}

/// A service says that it is there.
#[derive(Clone, PartialEq, Message)]
pub struct ServiceDiscovery {
    /// `archipelago`.
    #[prost(string, tag = "1")]
    pub server_name: String,
    /// How it is.
    #[prost(message, optional, tag = "2")]
    pub status: Option<ServiceStatus>,
}

/// Who leads: of our own, on a subject of our own.
#[derive(Clone, PartialEq, Message)]
pub struct Lease {
    /// When this core began to lead, ms.
    #[prost(uint64, tag = "1")]
    pub term: u64,
    /// Which core.
    #[prost(bytes = "bytes", tag = "2")]
    pub core: Bytes,
    /// The number of the next island.
    #[prost(uint64, tag = "3")]
    pub next_island: u64,
    /// It leads no longer: whoever stands by may begin at once.
    #[prost(bool, tag = "4")]
    pub resigned: bool,
}

/// A session was opened: of our own, on a subject of our own.
#[derive(Clone, PartialEq, Message)]
pub struct Opened {
    /// When, ms.
    #[prost(uint64, tag = "1")]
    pub at: u64,
    /// Which, of all that were opened in that millisecond.
    #[prost(fixed64, tag = "2")]
    pub number: u64,
}

/// The bytes of a packet for a client.
pub fn packet(told: Told) -> Bytes {
    let packet = ServerPacket {
        message: Some(told),
    };
    packet.encode_to_vec().into()
}

/// The bytes of a packet around an [`IslandChanged`] whose bytes are there already.
pub fn island_packet(island_changed: &[u8]) -> Bytes {
    /// Field 3, length-delimited.
    const KEY: u8 = 0x1a;
    let mut packet = Vec::with_capacity(island_changed.len() + 6);
    packet.push(KEY);
    prost::encoding::encode_varint(island_changed.len() as u64, &mut packet);
    packet.extend_from_slice(island_changed);
    packet.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "0x1111111111111111111111111111111111111111";

    fn asked(asked: Asked) -> String {
        let packet = ClientPacket {
            message: Some(asked),
        };
        hex::encode(packet.encode_to_vec())
    }

    fn heartbeat(position: Option<Position>, room: Option<&str>) -> Heartbeat {
        Heartbeat {
            position,
            desired_room: room.map(str::to_owned),
        }
    }

    #[test]
    fn frames_are_the_bytes_that_clients_know() {
        let ones = "31".repeat(40);
        let request = ChallengeRequest {
            address: ADDRESS.into(),
        };
        assert_eq!(
            asked(Asked::ChallengeRequest(request)),
            format!("0a2c0a2a3078{ones}")
        );
        let cases = [
            (
                heartbeat(Some(Position::at(8.0, 1.5, -24.0)), None),
                "1a110a0f0d00000041150000c03f1d0000c0c1",
            ),
            (
                heartbeat(Some(Position::at(0.0, 0.0, 0.0)), None),
                "1a020a00",
            ),
            (heartbeat(None, None), "1a00"),
            (
                heartbeat(Some(Position::at(8.0, 0.0, 8.0)), Some("I7")),
                "1a100a0a0d000000411d0000004112024937",
            ),
        ];
        for (heartbeat, bytes) in cases {
            assert_eq!(asked(Asked::Heartbeat(heartbeat.clone())), bytes);
            let read = ClientPacket::decode(&*hex::decode(bytes).expect("hex"));
            let read = read.expect("a packet").message;
            assert_eq!(read, Some(Asked::Heartbeat(heartbeat)));
        }
        let challenge = |already_connected| {
            let told = Told::ChallengeResponse(ChallengeResponse {
                challenge_to_sign: "dcl-0.5vj3k2".into(),
                already_connected,
            });
            hex::encode(packet(told))
        };
        assert_eq!(challenge(false), "0a0e0a0c64636c2d302e35766a336b32");
        assert_eq!(challenge(true), "0a100a0c64636c2d302e35766a336b321001");
        let welcome = Told::Welcome(Welcome {
            peer_id: ADDRESS.into(),
        });
        assert_eq!(hex::encode(packet(welcome)), format!("122c0a2a3078{ones}"));
        let kicked = Told::Kicked(Kicked { reason: 0 });
        assert_eq!(hex::encode(packet(kicked)), "3200");
    }

    #[test]
    fn the_bus_carries_bare_messages() {
        let beat = heartbeat(Some(Position::at(8.0, 1.5, -24.0)), None);
        assert_eq!(
            hex::encode(beat.encode_to_vec()),
            "0a0f0d00000041150000c03f1d0000c0c1"
        );
        let discovery = ServiceDiscovery {
            server_name: "archipelago".into(),
            status: Some(ServiceStatus {
                current_time: 1_700_000_000_000,
                commit_hash: Some("abc".into()),
                user_count: 2,
            }),
        };
        assert_eq!(
            hex::encode(discovery.encode_to_vec()),
            "0a0b617263686970656c61676f120e0880d095ffbc3112036162631802"
        );
    }

    #[test]
    fn a_packet_around_ready_bytes_is_the_packet_made_at_once() {
        let changed = IslandChanged {
            island_id: "I1".into(),
            conn_str: "offline:offline".into(),
            from_island_id: None,
            peers: HashMap::from([(ADDRESS.to_owned(), Position::at(1.0, 2.0, 3.0))]),
        };
        let around = island_packet(&changed.encode_to_vec());
        assert_eq!(around, packet(Told::IslandChanged(changed)));
    }
}
