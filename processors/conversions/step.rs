//! From what an entity is told to its tasks, its manifests, and the ends of its conversions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use kernel::{Context, EffectRequest, Emit, RowWrite, Step};
use model::Json;
use model::events::conversion::{
    Answered, Asked, Convert, Dependency, File, OfTask, Plan, Planned, Target, Task, Told, Verdict,
    Wanted, parse_task_key, round_key, task_key,
};
use model::events::registry::is_catalogued;
use model::tables::conversions::{self as tables, End, FileOutcome, Manifest, Named};
use serde_json::json;

use super::state::State;
use super::{PLANS, TASKS, lane};
use crate::wire;

/// Where the ends of conversions go that the catalogue's readers do not know the platforms of.
pub(super) const CONVERTED: &str = "asset.conversions";
/// Where the others go.
pub(super) const CATALOGUED: &str = "asset-bundle.events";
/// Wishes whose names are kept.
const WISHES_MAX: usize = 16;
/// Every file has a bundle.
pub(super) const SUCCESS: i64 = 0;
/// Some have none.
pub(super) const TOLERATED: i64 = 12;
/// There was nothing to do.
pub(super) const ALREADY: i64 = 13;

pub(super) fn step(state: &State, id: &str, told: &Told, context: &Context) -> Step<State> {
    let mut run = Run {
        id,
        at: context.timestamp,
        state: state.clone(),
        step: Step::nothing(),
    };
    match told {
        // Who tells it keeps nothing, and may tell it again under another position.
        Told::Asked(asked) if state.wishes.contains(&asked.id) => return Step::nothing(),
        Told::Asked(asked) => run.asked(asked),
        Told::Planned(planned) if planned.round == state.round => run.planned(planned),
        Told::Answered(answered) if answered.round == state.round => run.answered(answered),
        Told::Planned(_) | Told::Answered(_) => return Step::nothing(),
    }
    if run.state != *state {
        run.step.state = Some(run.state);
    }
    run.step
}

pub(super) struct Run<'a> {
    pub(super) id: &'a str,
    pub(super) at: i64,
    pub(super) state: State,
    pub(super) step: Step<State>,
}

/// What the end of a conversion is of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Assets,
    Lods,
}

impl Run<'_> {
    fn asked(&mut self, asked: &Asked) {
        let mut wishes = std::mem::take(&mut self.state.wishes);
        wishes.push(asked.id.clone());
        wishes.drain(..wishes.len().saturating_sub(WISHES_MAX));
        if self.state.round == 0 {
            self.name();
        }
        let mut last = std::mem::take(&mut self.state);
        last.forget();
        self.state = State {
            round: last.round + 1,
            wishes,
            asked: Asked {
                // What comes back with the plan need not be kept.
                entity: None,
                ..asked.clone()
            },
            verdicts: last.verdicts,
            ended: last.ended,
            lods_ended: last.lods_ended,
            ..State::default()
        };
        let plan = Plan {
            entity_id: self.id.to_owned(),
            entity_type: asked.entity_type.clone(),
            servers: asked.servers.clone(),
            entity: asked.entity.clone(),
        };
        self.step.effects.push(EffectRequest {
            kind: lane(PLANS, asked.live),
            key: Some(round_key(self.id, self.state.round)),
            request: model::encode(&plan),
            not_after: None,
        });
    }

    /// Makes the entity known under its id in lower case, as some clients write all ids.
    fn name(&mut self) {
        let lower = self.id.to_ascii_lowercase();
        if lower != self.id {
            let entity_id = self.id.to_owned();
            let row = RowWrite::put(tables::IDS, lower, "", &Named { entity_id });
            self.step.rows.push(row);
        }
    }

    fn planned(&mut self, planned: &Planned) {
        // It may come twice: a runner that is stopped before it has written down how far it is does it again.
        if self.state.planned == planned.round {
            return;
        }
        self.state.planned = planned.round;
        let (mut left, mut done) = (Vec::new(), Vec::new());
        for target in &planned.targets {
            if planned.exit_code != SUCCESS {
                self.end(planned, target, planned.exit_code, Vec::new());
            } else if self.is_done(target) {
                self.tell(planned, target, ALREADY, Of::Assets);
                done.push(target);
            } else {
                left.push(target.clone());
            }
        }
        if planned.exit_code != SUCCESS {
            return;
        }
        let plan = Arc::new(Planned {
            targets: left,
            ..planned.clone()
        });
        for target in &plan.targets {
            self.want(&plan, target);
        }
        for target in done {
            self.begin_lods(&plan, target);
        }
        for target in &plan.targets {
            self.end_if_over(&plan, target);
        }
        self.go_on(plan);
    }

    /// Keeps the plan while there is something to wait for.
    fn go_on(&mut self, plan: Arc<Planned>) {
        match self.state.open.is_empty() && self.state.open_lods.is_empty() {
            true => self.state.forget(),
            false => self.state.plan = Some(plan),
        }
    }

    /// Whether all that the target wants was made before, and nobody wants it again.
    fn is_done(&self, target: &Target) -> bool {
        let ended = self.state.ended.get(&target.platform);
        !self.state.asked.force
            && ended.is_some_and(|e| e.version == target.version && e.exit_code == SUCCESS)
    }

    /// Asks for every task of a target, each once.
    fn want(&mut self, plan: &Planned, target: &Target) {
        // Platforms of one profile have the same tasks.
        if !self.state.open.contains_key(&target.version) {
            let count = self.ask_all(plan, target, &plan.files);
            count_in(&mut self.state.open, target, count);
        }
    }

    /// Asks for those of the files that nothing is known of yet, each once, and counts them.
    pub(super) fn ask_all(&mut self, plan: &Planned, target: &Target, files: &[File]) -> usize {
        let mut names = BTreeSet::new();
        for file in files.iter().filter(|file| file.verdict.is_none()) {
            let task = task_key(&target.version, &file.name);
            if !self.state.verdicts.contains(&task) && names.insert(&file.name) {
                self.ask(plan, target, file, &task);
            }
        }
        names.len()
    }

    /// Asks for a task.
    fn ask(&mut self, plan: &Planned, target: &Target, file: &File, task: &str) {
        let wanted = OfTask::Wanted(Wanted {
            entity_id: self.id.to_owned(),
            round: plan.round,
            force: self.state.asked.force,
            live: self.state.asked.live,
            work: self.work(target, file),
        });
        let record = Task::new(task, &wanted);
        self.step.emits.push(wire::emit(TASKS, task, &record));
    }

    fn work(&self, target: &Target, file: &File) -> Convert {
        let dependencies = file.dependencies.iter();
        Convert {
            profile: target.profile.clone(),
            version: target.version.clone(),
            name: file.name.clone(),
            file: file.file.clone(),
            hash: file.hash.clone(),
            dependencies: dependencies
                .map(|(file, hash)| Dependency {
                    file: file.clone(),
                    hash: hash.clone(),
                })
                .collect(),
            servers: self.state.asked.servers.clone(),
            force: self.state.asked.force,
            levels: file.levels.as_ref().map(|levels| {
                let text = serde_json::to_string(levels);
                Json::from_text(text.expect("numbers and names are JSON"))
            }),
        }
    }

    fn answered(&mut self, answered: &Answered) {
        let Some(plan) = self.state.plan.clone() else {
            return;
        };
        let Some((version, name)) = parse_task_key(&answered.task) else {
            return;
        };
        if self.state.verdicts.contains(&answered.task) {
            return;
        }
        let is_of = |files: &[File]| {
            let mut files = files.iter().filter(|file| file.verdict.is_none());
            files.any(|file| file.name == name)
        };
        let state = &mut self.state;
        let is_level = is_of(&plan.lods) && count_out(&mut state.open_lods, version);
        let is_bundle = !is_level && is_of(&plan.files) && count_out(&mut state.open, version);
        if !is_level && !is_bundle {
            return;
        }
        let verdict = answered.verdict.clone();
        self.state.verdicts.insert(answered.task.clone(), verdict);
        // Platforms of one profile have the same tasks.
        if is_level {
            self.end_lods_if_over(&plan, |target| target.version == version);
        } else {
            let targets = plan.targets.iter();
            for target in targets.filter(|target| target.version == version) {
                self.end_if_over(&plan, target);
            }
        }
        self.go_on(plan);
    }

    fn end_if_over(&mut self, plan: &Planned, target: &Target) {
        if self.state.open.contains_key(&target.version) {
            return;
        }
        let outcomes: Vec<FileOutcome> = plan
            .files
            .iter()
            .map(|file| self.outcome(target, file))
            .collect();
        let is_whole = outcomes.iter().all(|outcome| outcome.verdict.is_usable());
        let code = if is_whole { SUCCESS } else { TOLERATED };
        self.end(plan, target, code, outcomes);
        // Only now: nothing about them delays a bundle, or costs one.
        self.begin_lods(plan, target);
    }

    /// How a file of the plan ended.
    pub(super) fn verdict(&self, target: &Target, file: &File) -> Verdict {
        let task = task_key(&target.version, &file.name);
        let verdict = file.verdict.as_ref();
        let verdict = verdict.or_else(|| self.state.verdicts.get(&task));
        verdict.cloned().unwrap_or_default()
    }

    fn outcome(&self, target: &Target, file: &File) -> FileOutcome {
        let verdict = self.verdict(target, file);
        let bundle = verdict.is_usable();
        FileOutcome {
            file: file.file.clone(),
            hash: file.hash.clone(),
            bundle: bundle.then(|| format!("{}_{}", file.name, target.platform)),
            verdict,
        }
    }

    fn end(&mut self, plan: &Planned, target: &Target, code: i64, outcomes: Vec<FileOutcome>) {
        let platform = &target.platform;
        let mut seen = BTreeSet::new();
        let bundles = outcomes.iter().filter_map(|outcome| outcome.bundle.clone());
        let manifest = Manifest {
            version: target.version.clone(),
            files: bundles.filter(|name| seen.insert(name.clone())).collect(),
            exit_code: code,
            content_server_url: plan.content_server_url.clone(),
            date: model::dates::iso(self.at),
            outcomes,
        };
        let row = RowWrite::put(
            tables::MANIFESTS,
            self.id.to_owned(),
            platform.clone(),
            &manifest,
        );
        self.step.rows.push(row);
        let end = End {
            version: target.version.clone(),
            exit_code: code,
        };
        self.state.ended.insert(platform.clone(), end);
        self.tell(plan, target, code, Of::Assets);
    }

    /// Says how it ended, as the catalogue does.
    pub(super) fn tell(&mut self, plan: &Planned, target: &Target, code: i64, of: Of) {
        let platform = &target.platform;
        let event = json!({
            "type": "asset-bundle", "subType": "converted", "key": format!("{}-{platform}", self.id),
            "timestamp": self.at.max(0),
            "metadata": {"entityId": self.id, "platform": platform, "statusCode": code, "isLods": of == Of::Lods,
                "isWorld": plan.is_world, "version": target.version},
        });
        let encoded = model::encode_event(&event).expect("every member is there, as tests show");
        self.step.emits.push(Emit {
            topic: match is_catalogued(platform) {
                true => CATALOGUED,
                false => CONVERTED,
            },
            key: Bytes::copy_from_slice(self.id.as_bytes()),
            id: None,
            kind: encoded.schema.name.into(),
            value: encoded.bytes,
            headers: Vec::new(),
        });
    }
}

/// Waits for so many tasks of a target.
pub(super) fn count_in(open: &mut BTreeMap<String, usize>, target: &Target, count: usize) {
    if count > 0 {
        open.insert(target.version.clone(), count);
    }
}

/// Waits for one task less of a version. Returns whether any was waited for.
fn count_out(open: &mut BTreeMap<String, usize>, version: &str) -> bool {
    let Some(count) = open.get_mut(version) else {
        return false;
    };
    *count -= 1;
    if *count == 0 {
        open.remove(version);
    }
    true
}
