//! What the engine refuses, and that nothing has changed then.

use islands::{Engine, Error, IslandId, Options, PeerId, Position, Resident};

use crate::crowd::{Stage, at, engine, peer};

#[test]
fn a_position_that_is_no_place_is_refused() {
    let mut stage = Stage::new(100);
    stage.put(1, 0.0, 0.0).put(2, 1.0, 0.0).flush();
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for position in [
            Position::new(bad, 0.0, 0.0),
            Position::new(0.0, bad, 0.0),
            Position::new(0.0, 0.0, bad),
        ] {
            for who in [1, 3] {
                let refused = stage.engine.set(peer(who), position, None);
                assert_eq!(refused, Err(Error::NotFinite));
            }
        }
    }
    for far in [262_145.0, -262_145.0, f32::MAX] {
        assert_eq!(
            stage.engine.set(peer(1), at(far, 0.0), None),
            Err(Error::OutOfRange)
        );
        assert_eq!(
            stage.engine.set(peer(1), at(0.0, far), None),
            Err(Error::OutOfRange)
        );
    }
    assert!(stage.flush().moved.is_empty());
    assert_eq!(stage.engine.peer_count(), 2);
}

#[test]
fn the_edge_of_the_range_is_a_place() {
    let mut stage = Stage::new(100);
    let edge = islands::COORDINATE_MAX_M;
    stage
        .put(1, edge, edge)
        .put(2, -edge, -edge)
        .put(3, edge, -edge);
    stage.put(4, edge - 64.0, edge).flush();
    assert_eq!(stage.rooms().len(), 3);
}

#[test]
fn an_unknown_peer_cannot_be_removed_nor_a_known_one_restored() {
    let mut stage = Stage::new(100);
    assert_eq!(
        stage.engine.remove(peer(1)),
        Err(Error::UnknownPeer(peer(1)))
    );
    stage.put(1, 0.0, 0.0).remove(1);
    assert_eq!(
        stage.engine.remove(peer(1)),
        Err(Error::UnknownPeer(peer(1)))
    );
    assert!(stage.flush().islands.is_empty(), "it came and went unseen");

    let resident = Resident {
        peer: peer(2),
        position: at(0.0, 0.0),
        island: IslandId::from_number(7).expect("not 0"),
        desired: None,
    };
    assert_eq!(stage.engine.restore(&resident), Ok(()));
    assert_eq!(
        stage.engine.restore(&resident),
        Err(Error::DuplicatePeer(peer(2)))
    );
    assert_eq!(stage.engine.next_island(), 8);
}

#[test]
fn a_peer_set_twice_is_where_it_was_set_last() {
    let mut stage = Stage::new(100);
    stage
        .put(1, 0.0, 0.0)
        .put(2, 500.0, 0.0)
        .put(2, 1.0, 0.0)
        .expect("I1: 1 2");
    stage.put(2, 500.0, 0.0).put(2, 2.0, 0.0);
    assert!(stage.flush().moved.is_empty());
}

#[test]
fn limits_hold() {
    let mut full = Engine::new(Options {
        peers_max: 2,
        ..Options::default()
    })
    .expect("options in range");
    assert_eq!(full.set(peer(1), at(0.0, 0.0), None), Ok(()));
    assert_eq!(full.set(peer(2), at(0.0, 0.0), None), Ok(()));
    assert_eq!(
        full.set(peer(3), at(0.0, 0.0), None),
        Err(Error::TooManyPeers(2))
    );
    assert_eq!(
        full.set(peer(2), at(9.0, 0.0), None),
        Ok(()),
        "known already"
    );

    let mut small = engine(1);
    let resident = |who| Resident {
        peer: peer(who),
        position: at(0.0, 0.0),
        island: IslandId::from_number(7).expect("not 0"),
        desired: None,
    };
    assert_eq!(small.restore(&resident(1)), Ok(()));
    assert_eq!(small.restore(&resident(2)), Err(Error::IslandFull(7)));
}

#[test]
fn options_out_of_range_are_refused_by_name() {
    let defaults = Options::default;
    let cases = [
        (
            "join_distance_m",
            Options {
                join_distance_m: 0.0,
                ..defaults()
            },
        ),
        (
            "join_distance_m",
            Options {
                join_distance_m: f64::NAN,
                ..defaults()
            },
        ),
        (
            "leave_distance_m",
            Options {
                leave_distance_m: 63.0,
                ..defaults()
            },
        ),
        (
            "leave_distance_m",
            Options {
                leave_distance_m: 1e9,
                ..defaults()
            },
        ),
        (
            "island_peers_max",
            Options {
                island_peers_max: 0,
                ..defaults()
            },
        ),
        (
            "island_peers_max",
            Options {
                island_peers_max: 1_000_000,
                ..defaults()
            },
        ),
        (
            "bulk_fill_percent",
            Options {
                bulk_fill_percent: 0,
                ..defaults()
            },
        ),
        (
            "first_island",
            Options {
                first_island: 0,
                ..defaults()
            },
        ),
    ];
    for (option, options) in cases {
        match Engine::new(options) {
            Err(Error::BadOption { name, .. }) => assert_eq!(name, option),
            other => panic!("{option}: {other:?}"),
        }
    }
}

#[test]
fn addresses_are_read_and_written() {
    let text = "0x00112233445566778899aabbccddeeff01234567";
    let id = PeerId::parse(text).expect("an address");
    assert_eq!(id.to_string(), text);
    assert_eq!(
        PeerId::parse(&text.to_uppercase().replace("0X", "0x")),
        Ok(id)
    );
    for bad in [
        "",
        "0x",
        &text[2..],
        &text[..41],
        "0x00112233445566778899aabbccddeeff0123456g",
    ] {
        assert_eq!(PeerId::parse(bad), Err(Error::NotAnAddress), "{bad}");
    }
    assert_eq!(
        PeerId::parse("0xéééééééééééééééééééé"),
        Err(Error::NotAnAddress)
    );
}

#[test]
fn room_names_count_in_base_36() {
    let name = |number| IslandId::from_number(number).map(|id| id.text("island-"));
    assert_eq!(name(0), None);
    assert_eq!(name(1).as_deref(), Some("island-1"));
    assert_eq!(name(35).as_deref(), Some("island-z"));
    assert_eq!(name(36).as_deref(), Some("island-10"));
    assert_eq!(
        IslandId::parse("island-", "island-10"),
        IslandId::from_number(36)
    );
    for number in [1, 35, 36, 12_345, u64::MAX] {
        let id = IslandId::from_number(number).expect("not 0");
        assert_eq!(IslandId::parse("x", &id.text("x")), Some(id));
    }
}

/// Somebody who is all over the place, or comes and goes, between two flushes leaves nothing behind.
#[test]
fn memory_is_bounded_by_the_peers_there_are() {
    let mut stage = Stage::new(100);
    stage
        .put(1, 0.0, 0.0)
        .put(2, 10.0, 0.0)
        .put(3, 50.0, 0.0)
        .flush();
    for hop in 0..200_000_u32 {
        let (x, z) = (1_000 + hop % 500 * 64, 1_000 + hop / 500 * 64);
        stage.put(2, x as f32, z as f32);
        stage.put(4, -(x as f32), z as f32);
        stage.wish(2, if hop % 2 == 0 { "I1" } else { "I7" });
        stage.remove(4);
    }
    let bytes = stage.engine.heap_bytes();
    assert!(bytes < 8 << 20, "{bytes} bytes for three peers");
    stage.flush();
    assert_eq!(stage.rooms()["I1"], [1, 3]);
    assert_eq!(stage.rooms().len(), 2);
}
