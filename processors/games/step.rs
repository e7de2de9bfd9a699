//! From a command to its answer.

use kernel::{Context, EffectRequest, Emit, Reject, RowWrite, Step};
use model::events::effects::Reward;
use model::events::games::{Ask, Candidate, Command, Event, Requirement, Start, Submission};
use model::tables::games::{self as tables, ALL, Answer, Completion, OpenRun, Player, Run};
use model::{Json, encode};
use serde_json::{Value, json};

use super::{conditions, rules};

pub(super) fn step(
    state: &Player,
    command: &Command,
    context: &Context,
) -> Result<Step<Player>, Reject> {
    if command.command_id.is_empty() {
        let message = format!("a command of {} has no id", command.address);
        return Err(Reject::new("GAMES_COMMAND", message));
    }
    let ask: Ask = command.body.read().map_err(|error| {
        let message = format!("command {}: {error}", command.command_id);
        Reject::new("GAMES_COMMAND", message)
    })?;
    if state.commands.contains(&command.command_id) {
        return Ok(Step::nothing());
    }
    let mut turn = Turn {
        player: state.clone(),
        address: &command.address,
        now: context.timestamp,
        answer: Answer {
            at: context.timestamp,
            ..Answer::default()
        },
        rows: Vec::new(),
        emits: Vec::new(),
        effects: Vec::new(),
    };
    turn.expire();
    match ask {
        Ask::Submit(submission) => turn.submit(*submission),
        Ask::Start(start) => turn.start(&start),
        Ask::Disable {
            game_id,
            ids,
            disabled,
        } => turn.emit(
            "progress-disabled",
            &command.command_id,
            json!({"address": command.address, "gameId": game_id, "ids": ids, "disabled": disabled}),
        ),
        // Of time alone nobody waits for an answer, and nothing changes twice.
        Ask::Expire => return Ok(turn.end(None)),
    }
    Ok(turn.end(Some(&command.command_id)))
}

/// One command being carried out.
struct Turn<'a> {
    player: Player,
    address: &'a str,
    now: i64,
    answer: Answer,
    rows: Vec<RowWrite>,
    emits: Vec<Emit>,
    effects: Vec<EffectRequest>,
}

impl Turn<'_> {
    /// Notes the runs whose time is over.
    fn expire(&mut self) {
        let late: Vec<usize> = (0..self.player.runs.len())
            .filter(|at| self.player.runs[*at].has_run_out(self.now))
            .collect();
        for at in late {
            let Run { id, mission_id, .. } = self.player.runs[at].clone();
            self.close(at, false);
            for completion in self.player.completed.values_mut() {
                if completion.mission_id == mission_id {
                    completion.at = None;
                }
            }
            let metadata =
                json!({"address": self.address, "userMissionId": id, "missionId": mission_id});
            self.emit("mission-expired", &id, metadata);
        }
    }

    /// A run is not going on any more: it has ended well, or counts no more.
    fn close(&mut self, at: usize, ended: bool) {
        let run = &mut self.player.runs[at];
        if ended {
            run.end = Some(self.now);
        } else {
            run.active = false;
        }
        let row = run.id.clone().into_bytes();
        self.rows
            .push(RowWrite::delete(tables::OPEN_RUNS, ALL, row));
    }

    fn submit(&mut self, submission: Submission) {
        let mut progress = submission.progress;
        progress.user_address = self.address.to_owned();
        progress.updated_at = self.now;
        let metadata = json!({"address": self.address, "progressId": progress.id, "gameId": progress.game_id,
            "userName": progress.user_name, "level": progress.level, "score": progress.score,
            "time": progress.time, "moves": progress.moves, "data": progress.data});
        self.emit("progress-submitted", &progress.id, metadata);
        let found = self.first_met(&submission.challenges, &progress);
        self.answer.progress = Some(progress);
        if let Some((candidate, run)) = found {
            self.complete(candidate, run, &submission.missions);
        }
    }

    /// The first challenge that is met, and its run. Runs come in the order in which they began.
    fn first_met<'c>(
        &self,
        challenges: &'c [Candidate],
        progress: &tables::Progress,
    ) -> Option<(&'c Candidate, usize)> {
        let open = (0..self.player.runs.len()).filter(|at| self.player.runs[*at].is_open(self.now));
        open.flat_map(|at| challenges.iter().map(move |challenge| (challenge, at)))
            .filter(|(challenge, at)| challenge.mission_id == self.player.runs[*at].mission_id)
            .filter(|(challenge, _)| !self.is_done(&challenge.id))
            .find(|(challenge, _)| conditions::hold(challenge.conditions.as_ref(), progress))
    }

    fn is_done(&self, challenge: &str) -> bool {
        let completion = self.player.completed.get(challenge);
        completion.is_some_and(|completion| completion.at.is_some())
    }

    fn complete(&mut self, candidate: &Candidate, at: usize, missions: &[Requirement]) {
        let run = self.player.runs[at].id.clone();
        let mission = candidate.mission_id.clone();
        let completion = Completion {
            mission_id: mission.clone(),
            at: Some(self.now),
        };
        self.player
            .completed
            .insert(candidate.id.clone(), completion);
        let metadata =
            json!({"address": self.address, "challengeId": candidate.id, "missionId": mission});
        let key = format!("{run}/{}", candidate.id);
        self.emit("challenge-completed", &key, metadata);
        self.answer.matched = Some(mission.clone());
        let wanted = missions.iter().find(|wanted| wanted.id == mission);
        if let Some(wanted) = wanted.filter(|w| w.challenges.iter().all(|id| self.is_done(id))) {
            self.finish(at, wanted);
        }
    }

    /// All of a mission is done.
    fn finish(&mut self, at: usize, mission: &Requirement) {
        let run = self.player.runs[at].id.clone();
        self.close(at, true);
        let metadata = json!({"address": self.address, "userMissionId": run, "missionId": mission.id,
            "campaignKey": mission.campaign_key});
        self.emit("mission-completed", &run, metadata);
        let reward = Reward {
            campaign_key: mission.campaign_key.clone(),
            beneficiary: self.address.to_owned(),
            mission_id: mission.id.clone(),
        };
        self.effects.push(EffectRequest {
            kind: "reward",
            key: Some(run.clone()),
            request: encode(&reward),
            not_after: None,
        });
        self.answer.ended_run = Some(run);
    }

    fn start(&mut self, start: &Start) {
        if let Some(refused) = rules::refusal(&self.player, start, self.now) {
            self.answer.refused = Some(refused.to_owned());
            return;
        }
        for at in 0..self.player.runs.len() {
            if rules::replaces(start, &self.player.runs[at], self.now) {
                self.close(at, false);
            }
        }
        let run = Run {
            id: start.run_id.clone(),
            mission_id: start.mission_id.clone(),
            mission_type: start.mission_type.clone(),
            start: self.now,
            end: None,
            active: true,
        };
        let open = OpenRun {
            address: self.address.to_owned(),
            start: self.now,
        };
        let row = run.id.clone().into_bytes();
        self.rows
            .push(RowWrite::put(tables::OPEN_RUNS, ALL, row, &open));
        let metadata =
            json!({"address": self.address, "userMissionId": run.id, "missionId": run.mission_id});
        let key = run.id.clone();
        self.player.runs.push(run);
        rules::bound(&mut self.player.runs);
        self.emit("mission-started", &key, metadata);
    }

    fn emit(&mut self, sub_type: &str, key: &str, metadata: Value) {
        let event = Event {
            kind: "games".into(),
            sub_type: sub_type.into(),
            key: key.into(),
            timestamp: self.now,
            metadata: Json::from(metadata),
        };
        self.emits
            .push(crate::wire::emit("games.events", self.address, &event));
    }

    fn end(mut self, answered: Option<&str>) -> Step<Player> {
        if let Some(id) = answered {
            let partition = self.address.as_bytes().to_vec();
            let row = id.as_bytes().to_vec();
            let answer = RowWrite::put(tables::ANSWERS, partition.clone(), row, &self.answer);
            self.rows.push(answer);
            self.player.commands.push(id.to_owned());
            if self.player.commands.len() > rules::COMMANDS_MAX {
                let oldest = self.player.commands.remove(0).into_bytes();
                self.rows
                    .push(RowWrite::delete(tables::ANSWERS, partition, oldest));
            }
        } else if self.emits.is_empty() {
            return Step::nothing();
        }
        Step {
            state: Some(self.player),
            rows: self.rows,
            emits: self.emits,
            effects: self.effects,
        }
    }
}
