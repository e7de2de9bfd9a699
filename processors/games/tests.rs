//! Players over many commands.

use std::collections::BTreeMap;

use model::Json;
use model::events::games::{Ask, Candidate, Command, Event, Requirement, Start, Submission};
use model::tables::games::{ANSWERS, Answer, Condition, OPEN_RUNS, Progress};
use model::tables::{DAY_MS, HOUR_MS};
use serde_json::json;

use super::Games;
use super::rules::COMMANDS_MAX;
use crate::testing::Run;

/// One player, `0xa`.
struct Player {
    run: Run<Games>,
    commands: usize,
}

impl Player {
    fn new() -> Self {
        Self {
            run: Run::new(Games),
            commands: 0,
        }
    }

    fn ask(&mut self, ask: &Ask, now: i64) -> Answer {
        self.commands += 1;
        let id = format!("c{}", self.commands);
        self.run.apply(&command(&id, ask), now).unwrap();
        let row = self.run.row(ANSWERS, "0xa", id.as_bytes());
        row.map_or_else(Answer::default, |row| {
            serde_json::from_value(row.clone()).unwrap()
        })
    }

    /// Begins mission `mission` as run `run`.
    fn start(&mut self, kind: &str, mission: &str, run: &str, now: i64) -> Option<String> {
        let start = Start {
            run_id: run.into(),
            mission_id: mission.into(),
            mission_type: kind.into(),
            window_ms: 24 * HOUR_MS,
        };
        self.ask(&Ask::Start(start), now).refused
    }

    fn score(&mut self, score: i64, now: i64) -> Answer {
        self.ask(&submission(score), now)
    }

    /// `subType key` of everything told.
    fn told(&self) -> Vec<String> {
        let values = self.run.emits.iter().map(|emit| &emit.value);
        let events = values.map(|value| model::decode::<Event>(value).unwrap());
        events
            .map(|event| format!("{} {}", event.sub_type, event.key))
            .collect()
    }
}

fn command(id: &str, ask: &Ask) -> Command {
    Command {
        address: "0xa".into(),
        command_id: id.into(),
        body: Json::of(ask).unwrap(),
        ..Command::default()
    }
}

/// A score in the game of mission `m`: challenge `low` wants 1, `high` wants 10.
fn submission(score: i64) -> Ask {
    let at_least = |target: i64| {
        let condition = Condition {
            condition: ">=".into(),
            target: target.into(),
            custom_data_type: None,
        };
        Some(BTreeMap::from([("score".to_owned(), condition)]))
    };
    let candidate = |id: &str, target: i64| Candidate {
        id: id.into(),
        mission_id: "m".into(),
        conditions: at_least(target),
    };
    Ask::Submit(Box::new(Submission {
        progress: Progress {
            id: format!("p{score}"),
            game_id: "g".into(),
            level: 1,
            score: Some(score),
            ..Progress::default()
        },
        challenges: vec![candidate("low", 1), candidate("high", 10)],
        missions: vec![Requirement {
            id: "m".into(),
            campaign_key: "camp".into(),
            challenges: vec!["low".into(), "high".into()],
        }],
    }))
}

#[test]
fn a_mission_is_done_challenge_by_challenge_and_rewarded_once() {
    let mut player = Player::new();
    assert_eq!(player.start("mini-games", "m", "r", 1000), None);
    let answer = player.score(0, 1001);
    assert_eq!((answer.matched, answer.ended_run), (None, None));
    assert_eq!(answer.progress.unwrap().updated_at, 1001);
    // Both would hold: one is completed.
    let answer = player.score(99, 1002);
    assert_eq!(
        (answer.matched.as_deref(), answer.ended_run),
        (Some("m"), None)
    );
    let answer = player.score(5, 1003);
    assert_eq!(answer.matched, None, "low is done, high wants more");
    let answer = player.score(10, 1004);
    assert_eq!(answer.ended_run.as_deref(), Some("r"));
    assert_eq!(player.run.effects, [Some("r".to_owned())]);
    let answer = player.score(11, 1005);
    assert_eq!(answer.matched, None, "the run has ended");
    assert_eq!(player.run.effects.len(), 1);
    assert_eq!(player.run.count(OPEN_RUNS), 0);
    assert_eq!(
        player.told(),
        [
            "mission-started r",
            "progress-submitted p0",
            "progress-submitted p99",
            "challenge-completed r/low",
            "progress-submitted p5",
            "progress-submitted p10",
            "challenge-completed r/high",
            "mission-completed r",
            "progress-submitted p11",
        ]
    );
}

#[test]
fn without_a_run_nothing_is_completed() {
    let mut player = Player::new();
    assert_eq!(player.score(99, 1).matched, None);
    player.start("mini-games", "other", "r", 2);
    assert_eq!(player.score(99, 3).matched, None);
}

#[test]
fn a_command_that_comes_again_changes_nothing() {
    let mut run = Run::new(Games);
    let ask = submission(5);
    assert!(run.apply(&command("c", &ask), 1).unwrap());
    assert!(!run.apply(&command("c", &ask), 2).unwrap());
    assert_eq!(run.emits.len(), 1);
}

#[test]
fn mini_games_wait_for_each_other() {
    let mut player = Player::new();
    let refused = |text: &str| Some(text.to_owned());
    assert_eq!(player.start("mini-games", "m", "r", 0), None);
    let active = "Can't start new mission while there is an active mission for this user.";
    assert_eq!(player.start("mini-games", "n", "s", 1), refused(active));
    // Another type is another matter.
    assert_eq!(player.start("fw-2025", "f", "t", 2), None);
    player.score(1, 3);
    player.score(10, 4);
    let wait = "Need to wait more time for starting a new mission";
    assert_eq!(player.start("mini-games", "n", "s", DAY_MS), refused(wait));
    assert_eq!(player.start("mini-games", "n", "s", DAY_MS + 1), None);
}

#[test]
fn one_visit_takes_the_place_of_another() {
    let mut player = Player::new();
    assert_eq!(player.start("fw-2025", "m", "r", 0), None);
    let active = "This mission is already active for this user.";
    assert_eq!(
        player.start("fw-2025", "m", "s", 1).as_deref(),
        Some(active)
    );
    assert_eq!(player.start("fw-2025", "n", "s", 2), None);
    let open: Vec<_> = player
        .run
        .state()
        .runs
        .iter()
        .filter(|r| r.is_open(3))
        .collect();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].id, "s");
    assert_eq!(player.run.count(OPEN_RUNS), 1);
    // Given up, it may be begun again; done, it may not.
    assert_eq!(player.start("fw-2025", "m", "t", 4), None);
    player.score(1, 5);
    player.score(10, 6);
    let done = "This mission was already completed by this user.";
    assert_eq!(player.start("fw-2025", "m", "u", 7).as_deref(), Some(done));
}

#[test]
fn what_a_run_completed_is_open_again_when_its_time_is_over() {
    let mut player = Player::new();
    player.start("mini-games", "m", "r", 0);
    assert!(player.score(1, 1).matched.is_some());
    player.ask(&Ask::Expire, DAY_MS);
    assert_eq!(player.told().len(), 3, "{:?}", player.told());
    let state = player.run.state();
    assert!(state.completed_at("low", DAY_MS).is_some());
    // Over, whether it was noted or not.
    assert!(state.completed_at("low", DAY_MS + 1).is_none());
    player.ask(&Ask::Expire, DAY_MS + 1);
    player.ask(&Ask::Expire, DAY_MS + 2);
    assert_eq!(player.told()[3..], ["mission-expired r"]);
    assert_eq!(player.run.count(OPEN_RUNS), 0);
    // It counts no more, so the next may begin at once, and the challenge with it.
    assert_eq!(player.start("mini-games", "m", "s", DAY_MS + 3), None);
    assert!(player.score(1, DAY_MS + 4).matched.is_some());
    assert!(player.run.effects.is_empty());
}

#[test]
fn rows_that_count_no_more_are_told() {
    let mut player = Player::new();
    let disable = Ask::Disable {
        game_id: "g".into(),
        ids: vec!["p1".into()],
        disabled: true,
    };
    player.ask(&disable, 1);
    let event: Event = model::decode(&player.run.emits[0].value).unwrap();
    let metadata = event.metadata.value().unwrap();
    let wanted = json!({"address": "0xa", "gameId": "g", "ids": ["p1"], "disabled": true});
    assert_eq!(
        (event.sub_type.as_str(), metadata),
        ("progress-disabled", wanted)
    );
}

#[test]
fn only_the_last_answers_are_kept() {
    let mut player = Player::new();
    for n in 0..COMMANDS_MAX + 5 {
        player.score(0, n as i64);
    }
    assert_eq!(player.run.count(ANSWERS), COMMANDS_MAX);
    assert_eq!(player.run.state().commands.len(), COMMANDS_MAX);
}

#[test]
fn what_cannot_be_read_is_rejected() {
    let mut run = Run::new(Games);
    let error = run.apply(&command("", &Ask::Expire), 1).unwrap_err();
    assert_eq!(error.code, "GAMES_COMMAND");
    let mut bad = command("c", &Ask::Expire);
    bad.body = Json::from(json!({"ask": "dance"}));
    assert_eq!(run.apply(&bad, 1).unwrap_err().code, "GAMES_COMMAND");
}
