//! When a run may begin, and how much is remembered.

use model::events::games::Start;
use model::tables::games::{Player, Run};

/// Command ids and answers that are remembered of a player.
pub(super) const COMMANDS_MAX: usize = 128;
/// Runs that are remembered of a player: of more, the oldest that count no more are forgotten.
pub(super) const RUNS_MAX: usize = 1000;
/// The type of which one run follows another only after a while.
const MINI_GAMES: &str = "mini-games";

/// Why a run may not begin at log time `now`, in the original's words.
pub(super) fn refusal(player: &Player, start: &Start, now: i64) -> Option<&'static str> {
    let same_type = |run: &&Run| run.mission_type == start.mission_type && run.active;
    if start.mission_type == MINI_GAMES {
        if let Some(last) = player.runs.iter().rev().find(same_type) {
            if last.end.is_none() {
                return Some(
                    "Can't start new mission while there is an active mission for this user.",
                );
            }
            if last.start >= now.saturating_sub(start.window_ms) {
                return Some("Need to wait more time for starting a new mission");
            }
        }
    } else if player
        .runs
        .iter()
        .any(|run| run.mission_id == start.mission_id && run.is_open(now))
    {
        return Some("This mission is already active for this user.");
    }
    let done = player.ended(&start.mission_id).is_some();
    done.then_some("This mission was already completed by this user.")
}

/// Whether a new run takes the place of another one that is going on.
pub(super) fn replaces(start: &Start, run: &Run, now: i64) -> bool {
    start.mission_type != MINI_GAMES && run.mission_type == start.mission_type && run.is_open(now)
}

/// Forgets the oldest runs that count no more while there are too many.
pub(super) fn bound(runs: &mut Vec<Run>) {
    while runs.len() > RUNS_MAX {
        let oldest = runs.iter().position(|run| !run.active).unwrap_or(0);
        runs.remove(oldest);
    }
}
