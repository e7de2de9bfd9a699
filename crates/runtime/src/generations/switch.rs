//! Switching from one generation to another.
//!
//! What a step emits because of an event goes out once, by one generation. Who speaks is decided by offsets, which a
//! switch fixes in two changes of the read model:
//!
//! 1. It begins. Whoever folds a batch looks at the read model after the batch was fetched ([`Registry::fresh`]) and,
//!    if a switch has begun, waits for its end.
//! 2. The ends of the input are read, and the switch ends: the new generation speaks from there on.
//!
//! Who saw no switch had fetched its batch before the switch began, and so before the ends were read: none of its
//! offsets belongs to the other. Nobody has to agree to anything, and a process that wakes after an hour with such a
//! batch in hand repeats what was said, under the same ids. A switch that was left half done is ended by any process
//! that sees it.

use std::sync::Arc;

use kernel::Spec;

use super::generation::Generation;
use super::read_model::{ReadModel, Switching};
use super::registry::NotChanged;
use crate::platform::Platform;
use crate::ports::{PortError, TableName};

/// Adds a generation to be built, with its tables: it can be read from now on. Gives its number.
///
/// # Errors
/// The store's faults.
pub async fn build(
    platform: &Platform,
    spec: &Spec,
    generation: Generation,
) -> Result<u32, NotChanged> {
    let registry = platform.views.registry();
    let now = platform.clock.now_ms();
    registry.ensure(spec.name, spec.revision, now).await?;
    let add = |model: &mut ReadModel| Ok(model.build(generation.clone()));
    let number = registry.change(spec.name, add).await?;
    platform.store.create(&tables(spec, number)).await?;
    Ok(number)
}

/// The tables of a generation.
pub(crate) fn tables(spec: &Spec, generation: u32) -> Vec<TableName> {
    let names = spec.stored();
    names.map(|name| TableName { name, generation }).collect()
}

/// Makes a generation live. `abandon`: the one that is live does not run any more, anywhere.
///
/// # Errors
/// It may not be ([`ReadModel::begin`]); the faults of store and log, after which the switch may have begun.
pub async fn promote(
    platform: &Platform,
    spec: &Spec,
    to: u32,
    abandon: bool,
) -> Result<(), NotChanged> {
    let registry = platform.views.registry();
    registry
        .change(spec.name, |model| model.begin(to, abandon))
        .await?;
    finish(platform, spec).await
}

/// Ends a switch that has begun, if one has.
///
/// # Errors
/// The faults of store and log.
pub async fn finish(platform: &Platform, spec: &Spec) -> Result<(), NotChanged> {
    let registry = platform.views.registry();
    let model = registry.fresh(spec.name).await?;
    let Some(model) = model else { return Ok(()) };
    let Some(Switching { to, abandon }) = model.switching else {
        return Ok(());
    };
    // Whoever added it may have been killed before it made them.
    platform.store.create(&tables(spec, to)).await?;
    let from = match abandon {
        true => reached(platform, spec, &model).await?,
        false => platform.log.ends(spec.input).await?,
    };
    let turns = model.turns.len();
    let now = platform.clock.now_ms();
    let end = |model: &mut ReadModel| {
        model.finish(turns, from.clone(), now);
        Ok(())
    };
    registry.change(spec.name, end).await
}

/// Removes the tables of a generation that was given up, and then forgets it.
///
/// # Errors
/// The store's faults; some of the tables may be gone then.
pub async fn remove(platform: &Platform, spec: &Spec, generation: u32) -> Result<(), NotChanged> {
    platform
        .store
        .drop_tables(&tables(spec, generation))
        .await?;
    let forget = |model: &mut ReadModel| {
        model.forget(generation);
        Ok(())
    };
    platform.views.registry().change(spec.name, forget).await
}

/// How far the live generation has come, by partition.
async fn reached(
    platform: &Platform,
    spec: &Spec,
    model: &Arc<ReadModel>,
) -> Result<Vec<u64>, PortError> {
    let partitions = platform.log.ends(spec.input).await?.len();
    let marks = platform.store.marks(spec.name, model.live).await?;
    let mut reached = vec![0; partitions];
    for ((_, partition), mark) in marks.into_iter().filter(|((t, _), _)| t == spec.input) {
        if let Some(reached) = reached.get_mut(partition as usize) {
            *reached = mark.next;
        }
    }
    Ok(reached)
}
