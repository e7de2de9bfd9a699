//! What a season looks like at the ledger's time.

use model::dates::iso;
use model::tables::credits::{self, Program, Season, WEEK_MS};
use serde_json::{Map, Value, json};

use super::money::{CREDIT, amount};

/// Where the clock stands in a season.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Before,
    Within,
    After,
}

pub(super) fn phase(season: &Season, now: i64) -> Phase {
    match now {
        now if now < season.start => Phase::Before,
        now if now < season.end => Phase::Within,
        _ => Phase::After,
    }
}

/// The last season that is over, the one that lasts, the next one.
pub(super) struct Seasons<'a> {
    pub(super) last: Option<&'a Season>,
    pub(super) current: Option<&'a Season>,
    pub(super) next: Option<&'a Season>,
}

pub(super) fn seasons(program: &Program, now: i64) -> Seasons<'_> {
    let of = |wanted: Phase| {
        let seasons = program.seasons.iter();
        seasons.filter(move |season| phase(season, now) == wanted)
    };
    Seasons {
        last: of(Phase::After).max_by_key(|season| season.end),
        current: of(Phase::Within).next(),
        next: of(Phase::Before).min_by_key(|season| season.start),
    }
}

/// The week a time lies in, from 1.
pub(super) fn week(season: &Season, now: i64) -> i64 {
    credits::week(season.start, now)
}

fn weeks(season: &Season) -> i64 {
    (season.end - season.start + WEEK_MS - 1).div_euclid(WEEK_MS)
}

/// Whole seconds to a time; 0 when it is past.
pub(super) fn seconds_to(end: i64, now: i64) -> i64 {
    (end - now).max(0).div_euclid(1000)
}

/// Paused over a season without funds over a week without funds over the clock.
pub(super) fn state(season: &Season, now: i64) -> &'static str {
    if season.paused {
        return "ERR_PROGRAM_PAUSED";
    }
    match phase(season, now) {
        Phase::Before => "NOT_STARTED",
        Phase::After => "ENDED",
        Phase::Within if amount(&season.left) == 0 => "ERR_SEASON_RUN_OUT_OF_FUNDS",
        Phase::Within => {
            let left = season.weeks_left.get(&week(season, now));
            match left.map(|left| amount(left)) {
                Some(0) => "ERR_WEEK_RUN_OUT_OF_FUNDS",
                _ => "RUNNING",
            }
        }
    }
}

/// Whole MANA, as digits.
fn whole_mana(season: &Season) -> String {
    (amount(&season.max_wei) / CREDIT).to_string()
}

/// A season as Unity reads it.
fn unity(season: &Season, now: i64) -> Value {
    json!({
        "id": season.id,
        "name": season.name,
        "startDate": iso(season.start),
        "endDate": iso(season.end),
        "maxMana": whole_mana(season),
        "timeLeft": seconds_to(season.end, now),
        "amountOfWeeks": weeks(season),
        "state": state(season, now),
    })
}

/// A season as it is documented.
fn documented(season: &Season, now: i64) -> Value {
    json!({
        "id": season.id,
        "name": season.name,
        "description": "",
        "startDate": iso(season.start),
        "endDate": iso(season.end),
        "isActive": phase(season, now) == Phase::Within && !season.paused,
        "maxMana": whole_mana(season),
    })
}

fn unity_week(season: &Season, now: i64) -> Value {
    let number = week(season, now);
    let start = season.start + (number - 1) * WEEK_MS;
    let end = (start + WEEK_MS).min(season.end);
    let left = seconds_to(end, now);
    json!({
        "weekNumber": number,
        "timeLeft": left,
        "startDate": iso(start),
        "endDate": iso(end),
        "secondsRemaining": left,
    })
}

/// Both shapes of the seasons; what does not exist is left out.
pub(super) fn shown(program: &Program, now: i64) -> Value {
    let found = seasons(program, now);
    let mut shown = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            shown.insert(name.to_owned(), value);
        }
    };
    put("lastSeason", found.last.map(|season| unity(season, now)));
    put(
        "currentSeason",
        found
            .current
            .map(|season| json!({"season": unity(season, now), "week": unity_week(season, now)})),
    );
    put("nextSeason", found.next.map(|season| unity(season, now)));
    put("past", found.last.map(|season| documented(season, now)));
    put(
        "current",
        found.current.map(|season| documented(season, now)),
    );
    put("next", found.next.map(|season| documented(season, now)));
    Value::Object(shown)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const DAY: i64 = 86_400_000;

    fn season(id: i64, start: i64, days: i64) -> Season {
        Season {
            id,
            start: start * DAY,
            end: (start + days) * DAY,
            max_wei: "5500000000000000000".into(),
            left: "1".into(),
            ..Season::default()
        }
    }

    #[test]
    fn states_follow_their_precedence() {
        let mut season = season(1, 10, 15);
        assert_eq!(state(&season, 9 * DAY), "NOT_STARTED");
        assert_eq!(state(&season, 10 * DAY), "RUNNING");
        assert_eq!(state(&season, 25 * DAY), "ENDED");
        season.weeks_left = BTreeMap::from([(2, "0".into())]);
        assert_eq!(state(&season, 16 * DAY), "RUNNING");
        assert_eq!(state(&season, 17 * DAY), "ERR_WEEK_RUN_OUT_OF_FUNDS");
        season.left = "0".into();
        assert_eq!(state(&season, 17 * DAY), "ERR_SEASON_RUN_OUT_OF_FUNDS");
        season.paused = true;
        assert_eq!(state(&season, 17 * DAY), "ERR_PROGRAM_PAUSED");
    }

    #[test]
    fn weeks_are_counted_from_the_start_and_end_with_the_season() {
        let season = season(1, 10, 15);
        assert_eq!(
            (
                weeks(&season),
                week(&season, 10 * DAY),
                week(&season, 24 * DAY)
            ),
            (3, 1, 3)
        );
        let week = unity_week(&season, 24 * DAY);
        assert_eq!(
            (&week["weekNumber"], &week["secondsRemaining"]),
            (&json!(3), &json!(86_400))
        );
    }

    #[test]
    fn what_does_not_exist_is_left_out() {
        let program = Program {
            seasons: vec![season(1, 0, 5), season(2, 10, 15)],
            ..Program::default()
        };
        let names = |now: i64| -> Vec<String> {
            let shown = shown(&program, now * DAY);
            shown
                .as_object()
                .expect("an object")
                .keys()
                .cloned()
                .collect()
        };
        assert_eq!(names(1), ["currentSeason", "nextSeason", "current", "next"]);
        assert_eq!(names(7), ["lastSeason", "nextSeason", "past", "next"]);
        assert_eq!(names(99), ["lastSeason", "past"]);
        let shown = shown(&program, 11 * DAY);
        assert_eq!(shown["currentSeason"]["season"]["maxMana"], "5");
        assert_eq!(shown["lastSeason"]["timeLeft"], 0);
        assert_eq!(shown["current"]["isActive"], true);
    }
}
