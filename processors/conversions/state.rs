//! What is remembered of an entity's conversion, and how it is stored: the plan and the answers in pieces of their own, so that
//! an answer writes itself and not all there is to do.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{Part, Parts};
use ledger::Table;
use model::events::conversion::{Asked, Planned, Target, Verdict};
use model::tables::conversions::End;
use serde::{Deserialize, Serialize};

/// The aggregate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// Times it was asked for.
    pub(super) round: u32,
    /// Names of the last wishes, the newest last.
    pub(super) wishes: Vec<String>,
    /// The last time that a plan came for.
    pub(super) planned: u32,
    /// What was asked last.
    pub(super) asked: Asked,
    /// What there is to do this time, while it is not over.
    pub(super) plan: Option<Arc<Planned>>,
    /// How many tasks of bundles are waited for, by version.
    pub(super) open: BTreeMap<String, usize>,
    /// Tasks that are over, this time.
    pub(super) verdicts: Table<String, Verdict>,
    /// How it ended last, by platform.
    pub(super) ended: BTreeMap<String, End>,
    /// How many tasks of levels of detail are waited for, by version.
    pub(super) open_lods: BTreeMap<String, usize>,
    /// The platforms whose levels of detail are waited for.
    pub(super) lod_targets: Vec<Target>,
    /// How their levels of detail ended last, by platform.
    pub(super) lods_ended: BTreeMap<String, End>,
}

impl State {
    /// Forgets what this time was about. One by one: a piece that is gone must be written as gone.
    pub(super) fn forget(&mut self) {
        self.plan = None;
        let tasks: Vec<String> = self.verdicts.iter().map(|(task, _)| task.clone()).collect();
        for task in &tasks {
            self.verdicts.remove(task);
        }
    }
}

/// How it is stored: the plan, and the answers in shards that are named by their numbers.
pub(super) const PARTS: Parts<State> = Parts {
    split,
    join,
    copy: State::clone,
};

/// The name of the piece that holds the plan; it is stored. Those of shards are shorter.
const PLAN: &str = "plan";

fn split(state: &State, since: Option<&State>) -> (State, Vec<Part>) {
    let mut parts = Vec::new();
    // A plan comes once for each time, and goes once.
    let time = |of: &State| (of.round, of.planned, of.plan.is_some());
    let never = State::default();
    if time(state) != time(since.unwrap_or(&never)) {
        parts.push(Part {
            name: PLAN.into(),
            doc: state.plan.as_deref().map(document),
        });
    }
    let nothing = Table::default();
    let old = since.map_or(&nothing, |old| &old.verdicts);
    let changed = state.verdicts.changed_since(old);
    parts.extend(changed.map(|(number, shard)| Part {
        name: format!("{number:03x}").into(),
        doc: (!shard.is_empty()).then(|| document(shard)),
    }));
    // Every field is named here, so that a new one cannot be forgotten.
    let rest = State {
        round: state.round,
        wishes: state.wishes.clone(),
        planned: state.planned,
        asked: state.asked.clone(),
        plan: None,
        open: state.open.clone(),
        verdicts: Table::default(),
        ended: state.ended.clone(),
        open_lods: state.open_lods.clone(),
        lod_targets: state.lod_targets.clone(),
        lods_ended: state.lods_ended.clone(),
    };
    (rest, parts)
}

fn document(piece: &impl Serialize) -> bytes::Bytes {
    serde_json::to_vec(piece)
        .expect("a piece serialises: its keys are text")
        .into()
}

fn join(state: &mut State, parts: &[Part]) -> Result<(), String> {
    for part in parts {
        let Some(doc) = &part.doc else { continue };
        let unreadable = |e: serde_json::Error| format!("part {}: {e}", part.name.escape_ascii());
        if part.name == PLAN {
            state.plan = Some(serde_json::from_slice(doc).map_err(unreadable)?);
            continue;
        }
        let shard: BTreeMap<String, Verdict> = serde_json::from_slice(doc).map_err(unreadable)?;
        for (task, verdict) in shard {
            state.verdicts.insert(task, verdict);
        }
    }
    Ok(())
}
