//! What of a player is on the boards of a game.

use std::collections::BTreeMap;

use model::tables::games::{Progress, Scores, Sort, board, board_row};

/// Rows of boards: by partition and place.
pub(super) type Boards<'a> = BTreeMap<(String, Vec<u8>), &'a Progress>;

/// What a player has on the boards of the levels that are `wanted`, and on those of everybody's highest level.
pub(super) fn of(scores: &Scores, wanted: impl Fn(i64) -> bool) -> Boards<'_> {
    let mut levels: BTreeMap<i64, Vec<&Progress>> = BTreeMap::new();
    for row in scores.rows.values().filter(|row| !row.disabled) {
        levels.entry(row.level).or_default().push(row);
    }
    let highest = levels.last_key_value().map(|(level, _)| *level);
    let mut boards = Boards::new();
    for (level, rows) in levels {
        let of_level = wanted(level).then_some(Some(level));
        let of_all = (highest == Some(level)).then_some(None);
        let shown: Vec<Option<i64>> = of_level.into_iter().chain(of_all).collect();
        if shown.is_empty() {
            continue;
        }
        for sort in Sort::ALL {
            for ascending in [true, false] {
                let place = |row: &&Progress| board_row(row, false, sort, ascending);
                let Some(best) = rows.iter().copied().min_by_key(place) else {
                    continue;
                };
                for level in &shown {
                    let partition = board(&best.game_id, *level, sort, ascending);
                    let row = board_row(best, level.is_none(), sort, ascending);
                    boards.insert((partition, row), best);
                }
            }
        }
    }
    boards
}
