//! Rows and boards over many submissions, compared with sorting them all.

use std::collections::BTreeMap;

use model::Json;
use model::events::games::Event;
use model::tables::games::{BOARDS, PLAYED, PROGRESS, PROGRESS_OWNERS, Progress, Sort, board};
use proptest::prelude::*;
use serde_json::json;

use super::GameScores;
use super::step::{ROWS_MAX, news};
use crate::testing::Run;

fn submitted(row: &Progress) -> Event {
    let metadata = json!({"address": row.user_address, "progressId": row.id, "gameId": row.game_id,
        "userName": row.user_name, "level": row.level, "score": row.score, "time": row.time,
        "moves": row.moves, "data": row.data});
    event("progress-submitted", row.updated_at, metadata)
}

fn disabled(row: &Progress, disabled: bool) -> Event {
    let metadata = json!({"address": row.user_address, "gameId": row.game_id, "ids": [row.id],
        "disabled": disabled});
    event("progress-disabled", 0, metadata)
}

fn event(sub_type: &str, timestamp: i64, metadata: serde_json::Value) -> Event {
    Event {
        kind: "games".into(),
        sub_type: sub_type.into(),
        key: "k".into(),
        timestamp,
        metadata: Json::from(metadata),
    }
}

fn apply(run: &mut Run<GameScores>, event: &Event) {
    let news = news(event).unwrap().expect("it is of use");
    run.apply(&news, event.timestamp).unwrap();
}

fn row(n: usize, address: &str, level: i64, score: Option<i64>) -> Progress {
    Progress {
        id: format!("p{n:04}"),
        game_id: "g".into(),
        user_address: address.into(),
        level,
        score,
        updated_at: n as i64,
        ..Progress::default()
    }
}

/// Progress ids of a board, in order.
fn shown(run: &Run<GameScores>, level: Option<i64>, sort: Sort, ascending: bool) -> Vec<String> {
    let partition = board("g", level, sort, ascending);
    let rows = run.rows.iter();
    let own = rows.filter(|((table, p, _), _)| *table == BOARDS && p[..] == *partition.as_bytes());
    own.map(|(_, row)| row["id"].as_str().unwrap().to_owned())
        .collect()
}

/// The same by sorting everything.
fn expected(rows: &[Progress], level: Option<i64>, sort: Sort, ascending: bool) -> Vec<String> {
    let place = |row: &Progress| {
        let value = sort.of(row).map(|v| if ascending { v } else { -v });
        let by_level = if level.is_none() { -row.level } else { 0 };
        let address = row.user_address.clone();
        (by_level, value.is_none(), value, row.updated_at, address)
    };
    let mut best: BTreeMap<&str, &Progress> = BTreeMap::new();
    let counting = rows.iter().filter(|row| !row.disabled);
    for row in counting.filter(|row| level.is_none_or(|level| row.level == level)) {
        let known = best.entry(&row.user_address).or_insert(row);
        if place(row) < place(known) {
            *known = row;
        }
    }
    let mut best: Vec<&Progress> = best.into_values().collect();
    best.sort_by_key(|row| place(row));
    best.into_iter().map(|row| row.id.clone()).collect()
}

#[test]
fn a_row_is_found_by_game_by_player_and_by_id() {
    let mut run = Run::new(GameScores);
    apply(&mut run, &submitted(&row(1, "0xa", 1, Some(5))));
    assert_eq!(run.row(PROGRESS, "g", b"p0001").unwrap()["score"], 5);
    assert!(run.row(PLAYED, "0xa", b"g").is_some());
    let owner = run.row(PROGRESS_OWNERS, "p0001", b"").unwrap();
    assert_eq!(owner, &json!({"address": "0xa", "gameId": "g"}));
    // Other news is of no use here.
    let other = event("mission-started", 1, json!({"address": "0xa"}));
    assert!(news(&other).unwrap().is_none());
    let bad = event("progress-submitted", 1, json!({"address": "0xa"}));
    assert_eq!(news(&bad).unwrap_err().code, "GAMES_METADATA");
}

#[test]
fn a_disabled_row_leaves_the_boards_and_comes_back() {
    let mut run = Run::new(GameScores);
    let (low, high) = (row(1, "0xa", 1, Some(5)), row(2, "0xa", 1, Some(9)));
    for row in [&low, &high] {
        apply(&mut run, &submitted(row));
    }
    let best = |run: &Run<GameScores>| shown(run, None, Sort::Score, false);
    assert_eq!(best(&run), ["p0002"]);
    apply(&mut run, &disabled(&high, true));
    assert_eq!(best(&run), ["p0001"]);
    assert_eq!(run.row(PROGRESS, "g", b"p0002").unwrap()["disabled"], true);
    apply(&mut run, &disabled(&high, false));
    assert_eq!(best(&run), ["p0002"]);
}

#[test]
fn what_is_on_a_board_is_not_forgotten() {
    let mut run = Run::new(GameScores);
    apply(&mut run, &submitted(&row(0, "0xa", 1, Some(1000))));
    for n in 1..ROWS_MAX + 20 {
        apply(&mut run, &submitted(&row(n, "0xa", 1, Some(5))));
    }
    assert_eq!(run.state().rows.len(), ROWS_MAX);
    assert_eq!(shown(&run, Some(1), Sort::Score, false), ["p0000"]);
}

#[test]
fn what_is_forgotten_is_on_no_board() {
    let mut run = Run::new(GameScores);
    let highest = ROWS_MAX as i64;
    apply(&mut run, &submitted(&row(0, "0xa", highest, Some(9))));
    for n in 1..ROWS_MAX {
        let level = n as i64;
        apply(&mut run, &submitted(&row(n, "0xa", level, Some(5))));
    }
    assert_eq!(shown(&run, None, Sort::Score, false), ["p0000"]);
    // All are on boards, so that the oldest makes room.
    let new = row(ROWS_MAX, "0xa", highest + 1, Some(5));
    apply(&mut run, &submitted(&new));
    assert_eq!(run.state().rows.len(), ROWS_MAX);
    assert!(shown(&run, Some(highest), Sort::Score, false).is_empty());
    assert_eq!(shown(&run, None, Sort::Score, false), [new.id]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn boards_are_what_sorting_everything_gives(
        asks in prop::collection::vec((0_usize..3, 1_i64..4, prop::option::of(-3_i64..3), any::<bool>()), 1..40),
    ) {
        let mut run = Run::new(GameScores);
        let mut rows: Vec<Progress> = Vec::new();
        for (n, (who, level, score, disable)) in asks.into_iter().enumerate() {
            let new = row(n, ["0xa", "0xb", "0xc"][who], level, score);
            apply(&mut run, &submitted(&new));
            rows.push(new);
            if disable {
                let chosen = (n * 7) % rows.len();
                rows[chosen].disabled = !rows[chosen].disabled;
                apply(&mut run, &disabled(&rows[chosen], rows[chosen].disabled));
            }
        }
        for level in [None, Some(1), Some(2), Some(3)] {
            for sort in Sort::ALL {
                for ascending in [true, false] {
                    let wanted = expected(&rows, level, sort, ascending);
                    prop_assert_eq!(shown(&run, level, sort, ascending), wanted);
                }
            }
        }
    }
}
