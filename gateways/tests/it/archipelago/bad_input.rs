//! What no honest client does: it ends by the right code, and nobody else notices.

use bytes::Bytes;
use gateways::archipelago::wire::{Asked, Heartbeat, IslandChanged, Position, SignedChallenge};
use prost::Message as _;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use super::client::{Client, Saw, a_moment, soon, wallet};
use super::{House, platform};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_packet_ends_with_its_code() {
    let world = platform(json!({ "frame_limit": "2 KiB" })).await;
    let house = House::on(&world).await;
    let whole = hex::decode("1a110a0f0d00000041150000c03f1d0000c0c1").expect("hex");
    let cases: [(Vec<u8>, Option<u16>); 5] = [
        (vec![1, 2, 3, 4, 5, 6], Some(1007)),
        // Cut off in the middle.
        (whole[..9].to_vec(), Some(1007)),
        // A packet of no kind, and one that is not due.
        (vec![], None),
        (whole, None),
        (vec![0; 3000], Some(1009)),
    ];
    for (bytes, code) in cases {
        let mut client = Client::open(&house.ws()).await;
        client.bytes(bytes.clone()).await;
        assert_eq!(client.end().await, code, "{} bytes", bytes.len());
    }
    // Text is bytes as well.
    let mut client = Client::open(&house.ws()).await;
    let text = Message::Text("\u{1}\u{2}\u{3}".into());
    futures::SinkExt::send(&mut client.socket, text)
        .await
        .expect("sent");
    assert_eq!(client.end().await, Some(1007));
    // The same in a session.
    let mut client = Client::enter(&house.ws(), 1).await;
    client.bytes(vec![0xff; 64]).await;
    assert_eq!(client.end().await, Some(1007));
    house.until("/status", |v| v["userCount"] == 0).await;
    house.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_challenge_is_good_for_one_answer_on_one_socket() {
    let world = platform(json!({})).await;
    let house = House::on(&world).await;
    let owner = wallet(1);
    let mut first = Client::open(&house.ws()).await;
    let (old, _) = first.hello(owner.address()).await;
    let mut second = Client::open(&house.ws()).await;
    let (new, _) = second.hello(owner.address()).await;
    assert_ne!(old, new);
    second.sign(&owner, &old).await;
    assert_eq!(second.saw().await, Saw::End(None));
    // A chain in which nobody signs anything.
    let mut third = Client::open(&house.ws()).await;
    let (challenge, _) = third.hello(owner.address()).await;
    let lone = json!([{ "type": "SIGNER", "payload": challenge, "signature": "" }]).to_string();
    for chain in [lone, "[]".into(), "{".into()] {
        let mut client = Client::open(&house.ws()).await;
        client.hello(owner.address()).await;
        let signed = SignedChallenge {
            auth_chain_json: chain,
        };
        client.ask(Asked::SignedChallenge(signed)).await;
        assert_eq!(client.saw().await, Saw::End(None));
    }
    let mut nobody = Client::open(&house.ws()).await;
    let request = gateways::archipelago::wire::ChallengeRequest {
        address: "somebody".into(),
    };
    nobody.ask(Asked::ChallengeRequest(request)).await;
    assert_eq!(nobody.saw().await, Saw::End(None));
    house.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_nowhere_is_not_there_and_can_still_come() {
    let world = platform(json!({})).await;
    let house = House::on(&world).await;
    let mut client = Client::enter(&house.ws(), 1).await;
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e9] {
        client.beat(bad, 0.0).await;
        client.beat(0.0, bad).await;
    }
    let nowhere = Heartbeat {
        position: None,
        desired_room: None,
    };
    client.ask(Asked::Heartbeat(nowhere)).await;
    client.beat(16.0, 0.0).await;
    // In order: had one of those counted, its island would have come before, or the position been another.
    let island = client.island().await;
    let at = island.peers.values().copied().collect::<Vec<_>>();
    assert_eq!(at, [Position::at(16.0, 0.0, 0.0)]);
    house.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_open_handshakes_make_way_and_end_by_themselves() {
    let world = platform(json!({ "handshakes_max": 50, "handshake_timeout": 1500 })).await;
    let house = House::on(&world).await;
    let mut half = Vec::new();
    for n in 0..300 {
        let mut client = Client::open(&house.ws()).await;
        if n % 2 == 0 {
            client.hello(wallet(9).address()).await;
        }
        half.push(client);
    }
    let mut honest = Client::enter(&house.ws(), 1).await;
    honest.beat(0.0, 0.0).await;
    honest.island().await;
    for mut client in half {
        assert_eq!(client.end().await, None);
    }
    house.until("/status", |v| v["userCount"] == 1).await;
    house.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_that_never_reads_is_closed_and_others_are_told_in_time() {
    let world = platform(json!({ "send_timeout": "300ms" })).await;
    let house = House::on(&world).await;
    let deaf = Client::enter(&house.ws(), 1).await;
    let mut other = Client::enter(&house.ws(), 2).await;
    house.until("/status", |v| v["userCount"] == 2).await;
    let subject = format!("engine.peer.{}.island_changed", wallet(1).address());
    let large = IslandChanged {
        island_id: "I1".into(),
        conn_str: "x".repeat(900_000),
        ..IslandChanged::default()
    };
    let payload = Bytes::from(large.encode_to_vec());
    let bus = &house.context.platform.bus;
    soon("the end of the deaf one", async {
        while house.json("/status").await["userCount"] == 2 {
            bus.publish(&subject, payload.clone())
                .await
                .expect("the bus is there");
            a_moment().await;
        }
    })
    .await;
    other.beat(0.0, 0.0).await;
    other.island().await;
    drop(deaf);
    house.stop().await;
    world.stop().await;
}

/// Bytes of a seeded source.
fn noise(dice: &mut gateways::sources::outbound::Jitter) -> Vec<u8> {
    let length = dice.next_u64() % 600;
    (0..length).map(|_| dice.next_u64() as u8).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn noise_ends_a_handshake_and_hurts_nobody() {
    let world = platform(json!({})).await;
    let house = House::on(&world).await;
    let mut honest = Client::enter(&house.ws(), 1).await;
    let mut visitor = Client::enter(&house.ws(), 2).await;
    let mut dice = gateways::sources::outbound::Jitter::new(11);
    for round in 0..200 {
        let mut client = Client::open(&house.ws()).await;
        if round % 2 == 0 {
            client.hello(wallet(9).address()).await;
        }
        client.bytes(noise(&mut dice)).await;
        let code = client.end().await;
        assert!(matches!(code, None | Some(1007)), "round {round}: {code:?}");
    }
    // In a session what is a packet of no kind is passed over, and the rest ends it.
    for _ in 0..50 {
        let bytes = noise(&mut dice);
        let is_packet = gateways::archipelago::wire::ClientPacket::decode(&*bytes).is_ok();
        visitor.bytes(bytes).await;
        if !is_packet {
            assert_eq!(visitor.end().await, Some(1007));
            break;
        }
    }
    honest.beat(0.0, 0.0).await;
    honest.island().await;
    house.stop().await;
    world.stop().await;
}
