//! What of a player is on the boards of a game.

use std::collections::{BTreeMap, BTreeSet};

use model::tables::games::{Progress, Scores, Sort, board, board_row};

/// Rows of boards: by partition and place.
pub(super) type Boards = BTreeMap<(String, Vec<u8>), Progress>;

/// Everything that a player has on the boards of a game.
pub(super) fn of(scores: &Scores) -> Boards {
    let mut boards = Boards::new();
    let counting = || scores.rows.values().filter(|row| !row.disabled);
    let levels: BTreeSet<i64> = counting().map(|row| row.level).collect();
    let highest = levels.last().copied();
    for level in levels {
        let rows: Vec<&Progress> = counting().filter(|row| row.level == level).collect();
        for sort in Sort::ALL {
            for ascending in [true, false] {
                let place = |row: &&Progress| board_row(row, false, sort, ascending);
                let Some(best) = rows.iter().copied().min_by_key(place) else {
                    continue;
                };
                let mut put = |level: Option<i64>| {
                    let partition = board(&best.game_id, level, sort, ascending);
                    let row = board_row(best, level.is_none(), sort, ascending);
                    boards.insert((partition, row), best.clone());
                };
                put(Some(level));
                if highest == Some(level) {
                    put(None);
                }
            }
        }
    }
    boards
}
