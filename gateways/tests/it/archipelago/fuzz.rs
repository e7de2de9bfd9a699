//! Noise at the front door: at its sockets and in its WebSockets, while two honest clients keep their island.
//!
//! `FUZZ_SOCKET_SECONDS` says for how long, `FUZZ_SOCKET_SEED` from which seed.

use std::sync::Once;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use gateways::archipelago::wire::{
    Asked, ChallengeRequest, ClientPacket, Heartbeat, Position, Told,
};
use gateways::sources::outbound::Jitter;
use prost::Message as _;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message;

use super::client::{Client, Saw, a_moment, soon, wallet};
use super::{House, platform};

const SECONDS: &str = "FUZZ_SOCKET_SECONDS";
const SEED: &str = "FUZZ_SOCKET_SEED";
/// Attackers at a time.
const ATTACKERS: u64 = 8;
/// Sockets that say half a request and wait.
const HALF_OPEN: usize = 200;
/// Growth of this process that is no leak: both ends of all sockets are in it, and other tests.
const GROWTH_BYTES_MAX: u64 = 512 << 20;
/// Threads of this test, by which its panics are known.
const THREADS: &str = "fuzz-sockets";
/// How long an attacker listens to what comes of it.
const LISTENS: Duration = Duration::from_millis(30);

static PANICS: AtomicUsize = AtomicUsize::new(0);

/// Counts the panics of this test's threads, the server's tasks included.
fn count_panics() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().name() == Some(THREADS) {
                PANICS.fetch_add(1, Ordering::SeqCst);
            }
            before(panic);
        }));
    });
}

fn setting(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name}={text:?} is no number")),
        Err(_) => default,
    }
}

/// Resident memory of this process, bytes.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("this is Linux");
    let pages = statm.split(' ').nth(1).expect("resident pages");
    pages.parse::<u64>().expect("a number") * 4096
}

fn below(dice: &mut Jitter, limit: u64) -> u64 {
    dice.next_u64() % limit
}

fn noise(dice: &mut Jitter, most: u64) -> Vec<u8> {
    let length = below(dice, most);
    (0..length).map(|_| dice.next_u64() as u8).collect()
}

/// A packet that an honest client might say, with some bits turned, cut off, or with more behind it.
fn bent(dice: &mut Jitter) -> Vec<u8> {
    let coordinate = |dice: &mut Jitter| f32::from_bits(dice.next_u64() as u32);
    let asked = match below(dice, 2) {
        0 => Asked::ChallengeRequest(ChallengeRequest {
            address: wallet(9).address().to_owned(),
        }),
        _ => Asked::Heartbeat(Heartbeat {
            position: Some(Position::at(
                coordinate(dice),
                coordinate(dice),
                coordinate(dice),
            )),
            desired_room: Some("x".repeat(below(dice, 200) as usize)),
        }),
    };
    let message = Some(asked);
    let mut bytes = ClientPacket { message }.encode_to_vec();
    for _ in 0..below(dice, 4) {
        let place = below(dice, bytes.len() as u64) as usize;
        bytes[place] ^= 1 << below(dice, 8);
    }
    match below(dice, 3) {
        0 => bytes.truncate(below(dice, bytes.len() as u64) as usize),
        1 => bytes.extend(noise(dice, 64)),
        _ => {}
    }
    bytes
}

/// A frame whose head is made of dice: any opcode, any length, masked or not; with less behind it, or more.
fn frame(dice: &mut Jitter) -> Vec<u8> {
    let mut bytes = vec![dice.next_u64() as u8, dice.next_u64() as u8];
    if below(dice, 2) == 0 {
        // A length of eight bytes: of more than there is memory, mostly.
        bytes[1] = 0xff;
        bytes.extend(dice.next_u64().to_be_bytes());
    }
    bytes.extend(noise(dice, 300));
    bytes
}

const UPGRADE: &str = "GET /archipelago/ws HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
    sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// At the bare socket: no HTTP, broken HTTP, or an upgrade and then frames that are none.
async fn at_the_socket(host: &str, dice: &mut Jitter) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(host).await?;
    match below(dice, 3) {
        0 => stream.write_all(&noise(dice, 2000)).await?,
        1 => {
            let mut head = UPGRADE.as_bytes().to_vec();
            for _ in 0..=below(dice, 5) {
                let place = below(dice, head.len() as u64) as usize;
                head[place] = dice.next_u64() as u8;
            }
            stream.write_all(&head).await?;
        }
        _ => {
            stream.write_all(UPGRADE.as_bytes()).await?;
            for _ in 0..=below(dice, 4) {
                stream.write_all(&frame(dice)).await?;
            }
        }
    }
    let mut answer = [0; 1024];
    // It may answer, close, or wait for more.
    let _ = timeout(LISTENS, stream.read(&mut answer)).await;
    Ok(())
}

/// In a WebSocket, before or within the handshake, or in a session of its own.
async fn in_a_session(ws: &str, number: u64, dice: &mut Jitter) {
    use futures::SinkExt as _;
    let mut client = Client::open(ws).await;
    match below(dice, 4) {
        0 => {}
        1 => {
            client.hello(wallet(9).address()).await;
        }
        // Each attacker has an address: another session of it would end this one.
        _ => {
            let saw = client.handshake(&wallet(100 + number as u8)).await;
            assert!(matches!(saw, Saw::Told(Told::Welcome(_))), "{saw:?}");
        }
    }
    for _ in 0..=below(dice, 10) {
        let message = match below(dice, 5) {
            0 => Message::Binary(noise(dice, 600).into()),
            1 => Message::Text("\u{8}\u{10}\u{1a}".repeat(below(dice, 40) as usize).into()),
            // Larger than is taken.
            2 => Message::Binary(vec![0x1a; 20 << 10].into()),
            3 => Message::Ping(noise(dice, 100).into()),
            _ => Message::Binary(bent(dice).into()),
        };
        // It may have been closed by now.
        if client.socket.send(message).await.is_err() {
            return;
        }
    }
    let _ = timeout(LISTENS, client.saw()).await;
}

/// Somebody who walks up and down in one place, and must not notice anything; ends with its only island.
async fn honest(mut client: Client, until: Instant, beats: &AtomicU64) -> String {
    client.beat(0.0, 0.0).await;
    let mut island = client.island().await.island_id;
    let mut step = 0.0_f32;
    while Instant::now() < until {
        step = (step + 1.0) % 20.0;
        client.beat(step, 0.0).await;
        beats.fetch_add(1, Ordering::Relaxed);
        match timeout(Duration::from_millis(150), client.saw()).await {
            Err(_) => {}
            // Attackers with an address come and go nearby; it stays with who was there first.
            Ok(Saw::Told(Told::IslandChanged(changed))) => island = changed.island_id,
            Ok(other) => panic!("an honest client saw {other:?}"),
        }
    }
    island
}

async fn attack(seconds: u64, seed: u64) {
    let world = platform(json!({ "sockets_per_address": 100_000, "handshakes_max": 500 })).await;
    let house = House::on(&world).await;
    house.leads().await;
    let host = house.url.trim_start_matches("http://").to_owned();
    let pair = [
        Client::enter(&house.ws(), 1).await,
        Client::enter(&house.ws(), 2).await,
    ];
    let before = resident();
    let until = Instant::now() + Duration::from_secs(seconds);
    let beats: &'static AtomicU64 = Box::leak(Box::default());
    let mut honests = JoinSet::new();
    for client in pair {
        honests.spawn(honest(client, until, beats));
    }
    let mut half = Vec::new();
    for n in 0..HALF_OPEN {
        let mut stream = TcpStream::connect(&host).await.expect("it listens");
        let head = UPGRADE.as_bytes();
        let part = &head[..n * head.len() / HALF_OPEN];
        stream.write_all(part).await.expect("it is taken");
        half.push(stream);
    }
    let mut attackers = JoinSet::new();
    for number in 0..ATTACKERS {
        let (host, ws) = (host.clone(), house.ws());
        attackers.spawn(async move {
            let mut dice = Jitter::new(seed.wrapping_mul(1000).wrapping_add(number));
            let mut attacks = 0_u64;
            while Instant::now() < until {
                if below(&mut dice, 2) == 0 {
                    // Whether it was thrown out in the middle makes no difference.
                    let _ = at_the_socket(&host, &mut dice).await;
                } else {
                    in_a_session(&ws, number, &mut dice).await;
                }
                attacks += 1;
            }
            attacks
        });
    }
    let attacks: u64 = attackers.join_all().await.iter().sum();
    let islands = honests.join_all().await;
    assert_eq!(islands[0], islands[1], "the honest ones are together");
    assert!(attacks > 0 && beats.load(Ordering::Relaxed) > 0);
    drop(half);
    // Everybody else is gone, and nobody is left over.
    soon("the end of all sessions", async {
        while house.json("/status").await["userCount"] != 0 {
            a_moment().await;
        }
    })
    .await;
    let grown = resident().saturating_sub(before);
    assert!(
        grown < GROWTH_BYTES_MAX,
        "{grown} bytes more after {attacks} attacks"
    );
    // And it works as before.
    let mut client = Client::enter(&house.ws(), 3).await;
    client.beat(0.0, 0.0).await;
    client.island().await;
    let panics = PANICS.load(Ordering::SeqCst);
    assert_eq!(panics, 0, "panics; seed {seed}, {attacks} attacks");
    house.stop().await;
    world.stop().await;
}

#[test]
fn noise_at_the_sockets_hurts_nobody() {
    count_panics();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name(THREADS)
        .enable_all()
        .build()
        .expect("a runtime");
    // The server's tasks are on the threads of the runtime, the honest clients and the attackers too.
    runtime.block_on(attack(setting(SECONDS, 3), setting(SEED, 1)));
}
