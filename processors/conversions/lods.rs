//! Levels of detail: begun when a platform's bundles are over, ended with an event of their own.

use kernel::RowWrite;
use model::events::conversion::{
    File, Levels, Planned, Target, Verdict, descriptor_name, level_name, task_key,
};
use model::tables::conversions::{self as tables, End, LevelFile, LevelOutcome, Lods};

use super::step::{ALREADY, Of, Run, SUCCESS, TOLERATED, count_in};

/// The scene has no mesh: as the original says of a build that failed.
const FAILED: i64 = 3;

impl Run<'_> {
    /// Asks for the levels of detail of a target whose bundles are over.
    pub(super) fn begin_lods(&mut self, plan: &Planned, target: &Target) {
        let Some(scene) = plan.lods.first().filter(|_| target.lods) else {
            return;
        };
        let ended = self.state.lods_ended.get(&target.platform);
        let is_done =
            ended.is_some_and(|e| e.version == named(target, scene) && e.exit_code == SUCCESS);
        if is_done && !self.state.asked.force {
            self.tell(plan, target, ALREADY, Of::Lods);
            return;
        }
        // Platforms of one profile have the same tasks.
        if !self.state.open_lods.contains_key(&target.version) {
            let count = self.ask_all(plan, target, &plan.lods);
            count_in(&mut self.state.open_lods, target, count);
        }
        self.state.lod_targets.push(target.clone());
        self.end_lods_if_over(plan, |of| of == target);
    }

    /// Ends those of the targets meant that nothing is left to do for.
    pub(super) fn end_lods_if_over(&mut self, plan: &Planned, is_meant: impl Fn(&Target) -> bool) {
        for target in std::mem::take(&mut self.state.lod_targets) {
            if is_meant(&target) && !self.state.open_lods.contains_key(&target.version) {
                self.end_lods(plan, &target);
            } else {
                self.state.lod_targets.push(target);
            }
        }
    }

    fn end_lods(&mut self, plan: &Planned, target: &Target) {
        let mut outcomes: Vec<LevelOutcome> = plan
            .lods
            .iter()
            .map(|file| outcome(target, file, self.verdict(target, file)))
            .collect();
        if outcomes.is_empty() {
            return;
        }
        let is_whole = |of: &LevelOutcome| of.is_usable() && of.reason.is_none();
        let code = match (outcomes[0].is_usable(), outcomes.iter().all(is_whole)) {
            (false, _) => FAILED,
            (true, false) => TOLERATED,
            (true, true) => SUCCESS,
        };
        let lods = Lods {
            version: target.version.clone(),
            exit_code: code,
            date: model::dates::iso(self.at),
            scene: outcomes.remove(0),
            models: outcomes,
        };
        let (id, platform) = (self.id.to_owned(), target.platform.clone());
        let row = RowWrite::put(tables::LODS, id, platform.clone(), &lods);
        self.step.rows.push(row);
        let end = End {
            version: named(target, &plan.lods[0]),
            exit_code: code,
        };
        self.state.lods_ended.insert(platform, end);
        self.tell(plan, target, code, Of::Lods);
    }
}

/// What decides how a scene's levels look.
fn named(target: &Target, scene: &File) -> String {
    task_key(&target.version, &scene.name)
}

fn outcome(target: &Target, file: &File, verdict: Verdict) -> LevelOutcome {
    let with_platform = |name: String| format!("{name}_{}", target.platform);
    let is_usable = verdict.is_usable();
    let is_scene = matches!(file.levels, Some(Levels::Scene(_)));
    let reasons: Vec<String> = [verdict.reason, file.left_out.clone()]
        .into_iter()
        .flatten()
        .collect();
    LevelOutcome {
        file: file.file.clone(),
        hash: file.hash.clone(),
        outcome: verdict.outcome,
        reason: (!reasons.is_empty()).then(|| reasons.join("; ")),
        descriptor: (is_scene && is_usable).then(|| descriptor_name(&file.name)),
        levels: verdict
            .levels
            .into_iter()
            .map(|level| LevelFile {
                level: level.level,
                triangles: level.triangles,
                bytes: level.bytes,
                file: with_platform(level_name(&file.name, level.level)),
            })
            .collect(),
    }
}
