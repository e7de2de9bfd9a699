//! From what is told of an entity to its state, its rows and its claims.

use kernel::{Emit, Reject, RowWrite, Step};
use model::events::registry::{Claim, Input, What, claim_key};
use model::tables::registry::entities::{
    self as tables, Body, Build, Deployed, Named, State, by_time,
};

use crate::registry;

/// Platforms of one entity.
const PLATFORMS_MAX: usize = 16;

pub(super) fn step(state: &State, input: &Input) -> Result<Step<State>, Reject> {
    let id = &input.entity_id;
    let what = input.what().map_err(|e| {
        let message = format!("{:?} told of {id:?}: {e}", input.kind);
        Reject::new("REGISTRY_INPUT", message)
    })?;
    let mut new = state.clone();
    new.entity_id.clone_from(id);
    let mut rows = Vec::new();
    match what {
        What::Deployed(mut deployed) => {
            if let Some(entity) = deployed.entity.take() {
                rows.push(RowWrite::put(
                    tables::BODIES,
                    id.clone(),
                    "",
                    &Body { entity },
                ));
            }
            let reported = reported(deployed, input.timestamp);
            new.deployed = Some(match new.deployed.take() {
                Some(known) => known.merged(reported),
                None => reported,
            });
        }
        What::Queued { platform } => platform_of(&mut new, id, &platform)?.queue(input.timestamp),
        What::Converted {
            platform,
            is_lods,
            status_code,
            version,
        } => {
            let known = platform_of(&mut new, id, &platform)?;
            let build = Build {
                status_code,
                at: input.timestamp,
                version,
            };
            if !is_lods {
                known.finish(input.timestamp);
            }
            // Nobody converts for it any more; what old queues still say of it is no news.
            match (platform.as_str(), is_lods) {
                ("webgl", _) => {}
                (_, true) => Build::keep_better(&mut known.lods, build),
                (_, false) => Build::keep_better(&mut known.assets, build),
            }
        }
        What::Undeployed => new.undeployed_at = new.undeployed_at.max(Some(input.timestamp)),
    }
    if new == *state {
        return Ok(Step::nothing());
    }
    rows.extend(deployer_rows(state, &new));
    rows.extend(job_rows(state, &new));
    Ok(Step {
        rows,
        emits: claims(state, &new),
        ..Step::state(new)
    })
}

fn reported(deployed: model::events::registry::Deployed, timestamp: i64) -> Deployed {
    Deployed {
        entity_type: deployed.entity_type,
        world: deployed.world,
        pointers: deployed.pointers,
        timestamp,
        deployer: deployed.deployer,
        base: deployed.base,
        seen_at: deployed.seen_at,
    }
}

fn platform_of<'a>(
    state: &'a mut State,
    id: &str,
    name: &str,
) -> Result<&'a mut tables::Platform, Reject> {
    let known = state.platforms.contains_key(name);
    if !known && state.platforms.len() >= PLATFORMS_MAX {
        let message =
            format!("entity {id} has {PLATFORMS_MAX} platforms already, and not {name:?}");
        return Err(Reject::new("REGISTRY_PLATFORM", message));
    }
    Ok(state.platforms.entry(name.to_owned()).or_default())
}

/// What the entity says at its pointers, when it says something else than before.
fn claims(old: &State, new: &State) -> Vec<Emit> {
    let Some(deployed) = &new.deployed else {
        return Vec::new();
    };
    let said = |state: &State| {
        let at = state.deployed.as_ref();
        let at = at.map(|d| (d.world.clone(), d.pointers.clone(), d.timestamp));
        (at, state.complete(), state.is_undeployed())
    };
    if said(old) == said(new) {
        return Vec::new();
    }
    let (_, complete, undeployed) = said(new);
    let claim = |pointer: &String| {
        registry::claimed(&Claim {
            key: claim_key(deployed.world.as_deref(), pointer),
            kind: Claim::ENTITY.into(),
            entity_id: new.entity_id.clone(),
            timestamp: deployed.timestamp,
            complete: complete.iter().cloned().collect(),
            undeployed,
            ..Claim::default()
        })
    };
    deployed.pointers.iter().map(claim).collect()
}

fn named(state: &State) -> Named {
    Named {
        entity_id: state.entity_id.clone(),
    }
}

fn deployer_rows(old: &State, new: &State) -> Vec<RowWrite> {
    let cell = |state: &State| {
        let deployed = state.deployed.as_ref()?;
        let row = by_time(deployed.timestamp, &state.entity_id);
        (!deployed.deployer.is_empty()).then(|| (deployed.deployer.clone(), row))
    };
    let (before, after) = (cell(old), cell(new));
    if before == after {
        return Vec::new();
    }
    let gone = before.map(|(partition, row)| RowWrite::delete(tables::DEPLOYERS, partition, row));
    let there =
        after.map(|(partition, row)| RowWrite::put(tables::DEPLOYERS, partition, row, &named(new)));
    gone.into_iter().chain(there).collect()
}

fn job_rows(old: &State, new: &State) -> Vec<RowWrite> {
    let (before, after) = (old.jobs(), new.jobs());
    let gone = before
        .iter()
        .filter(|(name, since)| after.get(*name) != Some(since));
    let there = after
        .iter()
        .filter(|(name, since)| before.get(*name) != Some(since));
    let row = |since: &i64| by_time(*since, &new.entity_id);
    let gone = gone.map(|(name, since)| RowWrite::delete(tables::JOBS, name.clone(), row(since)));
    let there = there
        .map(|(name, since)| RowWrite::put(tables::JOBS, name.clone(), row(since), &named(new)));
    gone.chain(there).collect()
}
