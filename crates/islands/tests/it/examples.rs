//! The worked examples of the original service, and one example for each rule.

use islands::{IslandId, Reason};

use crate::crowd::{Stage, peer};

#[test]
fn neighbours_share_and_a_wanderer_joins_them() {
    let mut stage = Stage::new(100);
    stage.put(1, 0.0, 0.0).put(2, 16.0, 16.0).expect("I1: 1 2");
    stage.put(3, 200.0, 200.0).expect("I1: 1 2, I2: 3");
    stage.put(4, 50.0, 0.0).expect("I1: 1 2 4, I2: 3");
    let changes = stage.put(3, 100.0, 10.0).expect("I1: 1 2 3 4");
    assert_eq!(changes.moved.len(), 1, "the three others are told nothing");
    assert_eq!(changes.moved[0].peer, peer(3));
    assert_eq!(changes.moved[0].from, IslandId::from_number(2));
    assert_eq!(changes.moved[0].reason, Reason::Merged);
}

/// Four corners 70 m apart and somebody in the middle.
fn corners(stage: &mut Stage) {
    stage.put(1, 0.0, 0.0).put(2, 70.0, 0.0);
    stage.put(3, 70.0, 70.0).put(4, 0.0, 70.0);
    stage.flush();
    assert_eq!(stage.rooms().len(), 4, "more than 64 m apart");
    stage.put(5, 35.0, 35.0).flush();
    assert_eq!(stage.rooms().len(), 1);
}

#[test]
fn who_was_joined_stays_together_up_to_the_leave_distance() {
    let mut stage = Stage::new(100);
    corners(&mut stage);
    let changes = stage.remove(5).flush();
    assert_eq!(stage.rooms().len(), 1, "70 m is less than 80");
    assert!(changes.moved.is_empty());
    assert_eq!(changes.islands.len(), 1);
    assert_eq!(changes.islands[0].left, [peer(5)]);

    stage.put(3, 81.0, 81.0).put(4, 0.0, 81.0).flush();
    let mut groups: Vec<_> = stage.rooms().into_values().collect();
    groups.sort();
    assert_eq!(groups, [vec![1, 2], vec![3], vec![4]]);

    stage.put(5, 35.0, 35.0).flush();
    let mut groups: Vec<_> = stage.rooms().into_values().collect();
    groups.sort();
    assert_eq!(groups, [vec![1, 2, 4, 5], vec![3]]);
}

#[test]
fn both_distances_are_inclusive() {
    let mut stage = Stage::new(100);
    stage.put(1, 0.0, 0.0).put(2, 64.001, 0.0).flush();
    assert_eq!(stage.rooms().len(), 2);
    stage.put(2, 64.0, 0.0).flush();
    assert_eq!(stage.rooms().len(), 1);
    stage.put(2, 80.0, 0.0).flush();
    assert_eq!(stage.rooms().len(), 1);
    stage.put(2, 80.001, 0.0).flush();
    assert_eq!(stage.rooms().len(), 2);
}

#[test]
fn the_cap_holds_until_there_is_room() {
    let mut stage = Stage::new(200);
    for who in 0..190 {
        stage.put(who, 0.0, 0.0);
    }
    for who in 190..210 {
        stage.put(who, 100.0, 0.0);
    }
    stage.flush();
    for who in 190..210 {
        stage.put(who, 0.0, 0.0);
    }
    stage.flush();
    let mut sizes: Vec<_> = stage.rooms().into_values().map(|who| who.len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [20, 190], "210 are more than 200");
    for who in 200..210 {
        stage.remove(who);
    }
    stage.flush();
    assert_eq!(stage.rooms().len(), 1);
}

#[test]
fn the_larger_part_keeps_the_room_and_hears_nothing() {
    let mut stage = Stage::new(100);
    for who in 1..=5 {
        stage.put(who, 0.0, who as f32);
    }
    stage.expect("I1: 1 2 3 4 5");
    let changes = stage
        .put(1, 500.0, 0.0)
        .put(2, 500.0, 0.0)
        .expect("I1: 3 4 5, I2: 1 2");
    let mut told: Vec<_> = changes.moved.iter().map(|c| c.peer).collect();
    told.sort();
    let mut walked = [peer(1), peer(2)];
    walked.sort();
    assert_eq!(told, walked);
    assert!(changes.moved.iter().all(|c| c.reason == Reason::Parted));
}

#[test]
fn of_two_halves_the_one_that_stood_still_keeps_the_room() {
    for walks in [1, 2] {
        let mut stage = Stage::new(100);
        stage.put(1, 0.0, 0.0).put(2, 10.0, 0.0).flush();
        stage.put(walks, 500.0, 0.0).flush();
        assert_eq!(stage.rooms()["I1"], [3 - walks]);
    }
}

#[test]
fn a_merge_moves_the_fewer() {
    let mut stage = Stage::new(100);
    stage.put(1, 0.0, 0.0).expect("I1: 1");
    stage
        .put(2, 200.0, 0.0)
        .put(3, 201.0, 0.0)
        .expect("I1: 1, I2: 2 3");
    let changes = stage
        .put(2, 60.0, 0.0)
        .put(3, 61.0, 0.0)
        .expect("I2: 1 2 3");
    assert_eq!(changes.moved.len(), 1);
}

#[test]
fn newcomers_move_nobody_however_many_they_are() {
    let mut stage = Stage::new(100);
    stage.put(1, 0.0, 0.0).expect("I1: 1");
    for who in 2..50 {
        stage.put(who, 10.0, 0.0);
    }
    let changes = stage.flush();
    assert_eq!(changes.moved.len(), 48);
    assert!(
        changes
            .moved
            .iter()
            .all(|c| c.from.is_none() && c.reason == Reason::Arrived)
    );
    assert_eq!(changes.islands[0].joined.len(), 48);
    assert_eq!(stage.rooms().len(), 1);
}

#[test]
fn an_island_number_is_not_spent_on_what_nobody_saw() {
    let mut stage = Stage::new(100);
    stage
        .put(1, 0.0, 0.0)
        .put(2, 1.0, 0.0)
        .put(3, 2.0, 0.0)
        .flush();
    stage.put(4, 500.0, 0.0).expect("I1: 1 2 3, I2: 4");
    assert_eq!(stage.engine.next_island(), 3);
}

#[test]
fn a_new_session_is_told_even_when_its_island_is_the_same() {
    let mut stage = Stage::new(100);
    stage.put(1, 0.0, 0.0).put(2, 1.0, 0.0).flush();
    let changes = stage.remove(1).put(1, 0.0, 0.0).expect("I1: 1 2");
    assert_eq!(changes.moved.len(), 1);
    assert_eq!(
        (changes.moved[0].peer, changes.moved[0].from),
        (peer(1), None)
    );
    assert_eq!(changes.islands[0].joined, [peer(1)]);
    assert_eq!(changes.islands[0].left, [peer(1)]);
}

#[test]
fn the_wished_room_is_taken_of_several() {
    // Two full-sized neighbours of the same size; the newcomer stands between them.
    for (wish, expected) in [("I1", "I1"), ("I2", "I2")] {
        let mut stage = Stage::new(4);
        stage
            .put(1, 0.0, 0.0)
            .put(2, 0.0, 1.0)
            .put(3, 0.0, 2.0)
            .flush();
        stage
            .put(4, 100.0, 0.0)
            .put(5, 100.0, 1.0)
            .put(6, 100.0, 2.0)
            .flush();
        stage.put(7, 50.0, 0.0).wish(7, wish).flush();
        assert!(stage.rooms()[expected].contains(&7), "{}", stage.text());
    }
}

#[test]
fn a_wish_moves_one_peer_when_there_is_room_in_reach() {
    let mut stage = Stage::new(4);
    stage
        .put(1, 0.0, 0.0)
        .put(2, 0.0, 1.0)
        .put(3, 0.0, 2.0)
        .put(4, 0.0, 3.0);
    stage.expect("I1: 1 2 3 4");
    stage
        .put(5, 30.0, 0.0)
        .put(6, 30.0, 1.0)
        .expect("I1: 1 2 3 4, I2: 5 6");
    let changes = stage.wish(1, "I2").expect("I1: 2 3 4, I2: 1 5 6");
    assert_eq!(changes.moved.len(), 1);
    assert_eq!(changes.moved[0].reason, Reason::Wished);
    // A wish for a full room waits for a place, and is not forgotten by a heartbeat without one.
    stage.put(7, 80.0, 0.0).expect("I1: 2 3 4, I2: 1 5 6 7");
    stage.wish(2, "I2").expect("I1: 2 3 4, I2: 1 5 6 7");
    stage.put(2, 0.5, 1.0).expect("I1: 2 3 4, I2: 1 5 6 7");
    stage.remove(7).expect("I1: 3 4, I2: 1 2 5 6");
}

#[test]
fn a_wish_for_a_room_out_of_reach_or_of_no_island_changes_nothing() {
    let mut stage = Stage::new(4);
    stage.put(1, 0.0, 0.0).flush();
    stage.put(2, 500.0, 0.0).expect("I1: 1, I2: 2");
    assert!(stage.wish(1, "I2").flush().moved.is_empty());
    assert!(stage.wish(1, "I99").flush().moved.is_empty());
    for text in [
        "",
        "I",
        "I0",
        "I01",
        "Ix-",
        "IA",
        "J1",
        "main street",
        "Izzzzzzzzzzzzzzzzzz",
    ] {
        assert_eq!(stage.engine.island_named(text), None, "{text}");
    }
}

/// A crowd that fits a room is in one, though its members come from rooms that do not fit together.
#[test]
fn a_crowd_that_fits_is_together_though_others_hang_on() {
    let mut stage = Stage::new(4);
    // A chain of four in one room, its steps stretched to 75 m: too long to join, short enough to stay.
    for (who, x) in [(1, 0.0), (2, 50.0), (3, 100.0), (4, 150.0)] {
        stage.put(who, x, 0.0);
    }
    stage.expect("I1: 1 2 3 4");
    for (who, x) in [(1, 0.0), (2, 75.0), (3, 150.0), (4, 225.0)] {
        stage.put(who, x, 0.0);
    }
    stage.expect("I1: 1 2 3 4");
    stage.put(5, 280.0, 0.0).put(6, 281.0, 0.0).flush();
    let rooms = stage.rooms();
    assert!(
        rooms.values().any(|who| *who == [4, 5, 6]),
        "{}",
        stage.text()
    );
    assert!(
        rooms.values().any(|who| *who == [1, 2, 3]),
        "{}",
        stage.text()
    );
}

#[test]
fn standing_still_is_free_and_silent() {
    let mut stage = Stage::new(100);
    corners(&mut stage);
    for (who, x, z) in [(1, 0.0, 0.0), (2, 70.0, 0.0), (5, 35.0, 35.0)] {
        stage.put(who, x, z);
    }
    let changes = stage.flush();
    assert!(changes.moved.is_empty() && changes.islands.is_empty());
}

#[test]
fn height_decides_nothing() {
    let mut stage = Stage::new(100);
    for (who, y) in [(1, 0.0), (2, 9_000.0)] {
        let position = islands::Position::new(0.0, y, 0.0);
        stage.engine.set(peer(who), position, None).expect("finite");
    }
    stage.expect("I1: 1 2");
}

#[test]
fn an_island_knows_its_middle_and_its_radius() {
    let mut stage = Stage::new(100);
    stage.put(1, 8.0, 8.0).put(2, 24.0, 8.0).flush();
    let view = stage.engine.islands().next().expect("one island");
    assert_eq!(
        (view.center.x, view.center.y, view.center.z),
        (16.0, 0.0, 8.0)
    );
    assert_eq!(view.radius, 8.0);
    assert_eq!(view.peers.len(), 2);
}

/// The larger part walks off into another room: the number stays with who stayed, and they hear nothing.
#[test]
fn a_number_that_a_merge_lost_goes_on_with_those_who_know_it() {
    let mut stage = Stage::new(100);
    (1..=5).for_each(|who| {
        stage.put(who, 0.0, who as f32);
    });
    stage.expect("I1: 1 2 3 4 5");
    (6..=15).for_each(|who| {
        stage.put(who, 1_000.0, who as f32);
    });
    stage.flush();
    (1..=3).for_each(|who| {
        stage.put(who, 1_000.0, who as f32);
    });
    let changes = stage.flush();
    assert_eq!(stage.rooms()["I1"], [4, 5]);
    assert_eq!(changes.moved.len(), 3);
}

#[test]
fn a_newcomer_goes_where_most_of_its_neighbours_are() {
    let mut stage = Stage::new(6);
    // Five in one room, of whom one is near; four in the other, of whom all are.
    (1..=5).for_each(|who| {
        stage.put(who, 0.0, (who * 40) as f32);
    });
    stage.flush();
    (6..=9).for_each(|who| {
        stage.put(who, 90.0, who as f32);
    });
    stage.flush();
    assert_eq!(stage.rooms().len(), 2);
    stage.put(10, 45.0, 0.0).flush();
    assert!(stage.rooms()["I2"].contains(&10), "{}", stage.text());
}
