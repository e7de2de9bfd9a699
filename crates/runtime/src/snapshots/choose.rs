//! Which snapshot a generation may be made from.

use std::collections::BTreeMap;

use kernel::Spec;

use super::manifest::Manifest;
use super::shelf::Shelf;
use crate::continuity::{self, Break};
use crate::platform::Platform;
use crate::ports::{MarkAt, PortError};

/// Why no snapshot can be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// It is not there, or does not fit.
    #[error("{0}")]
    Refused(String),
    /// The faults of log and blobs.
    #[error(transparent)]
    Fault(#[from] PortError),
}

/// The newest snapshot of a read model that can be used, or the one of this number if it can be.
///
/// # Errors
/// There is none, or why the newest, or that one, cannot be used; the faults of log and blobs.
pub async fn choose(
    platform: &Platform,
    spec: &Spec,
    number: Option<u64>,
    until: Option<i64>,
) -> Result<Manifest, Unusable> {
    let shelf = Shelf::new(platform.blobs.clone(), spec.name);
    let refused = |message: String| Unusable::Refused(format!("{}: {message}", spec.name));
    let mut why = None;
    for listed in shelf.all().await?.into_iter().rev() {
        if number.is_some_and(|number| number != listed.number) {
            continue;
        }
        let fit = match &listed.manifest {
            None => Err(refused(format!(
                "snapshot {} is being taken, or was cut short",
                listed.number
            ))),
            Some(manifest) => fits(platform, spec, manifest, until).await,
        };
        match (fit, listed.manifest) {
            (Ok(()), Some(manifest)) => return Ok(manifest),
            (Err(fault @ Unusable::Fault(_)), _) => return Err(fault),
            (Err(refused), _) => why = why.or(Some(refused)),
            (Ok(()), None) => {}
        }
    }
    Err(why.unwrap_or_else(|| match number {
        Some(number) => refused(format!("there is no snapshot {number}")),
        None => refused("there is no snapshot".to_owned()),
    }))
}

/// Whether this program can read on from a snapshot on this log.
async fn fits(
    platform: &Platform,
    spec: &Spec,
    manifest: &Manifest,
    until: Option<i64>,
) -> Result<(), Unusable> {
    let name = format!("snapshot {} of {}", manifest.number, spec.name);
    let refused = |message: String| Err(Unusable::Refused(format!("{name} {message}")));
    if manifest.revision != spec.revision {
        return refused(format!(
            "is of revision {} of the processor, and this program is of revision {}: what it holds means something \
             else here; build from the start of the log",
            manifest.revision, spec.revision
        ));
    }
    if manifest.input != spec.input || !manifest.has_tables_of(spec) {
        return refused("has other tables, or another input, than this program".to_owned());
    }
    let (log, input) = (&*platform.log, spec.input);
    let ends = log.ends(input).await?;
    if manifest.places.len() != ends.len() {
        let (then, now) = (manifest.places.len(), ends.len());
        return refused(format!(
            "is of {then} partitions of {input}, which has {now}"
        ));
    }
    for (partition, place) in (0..).zip(&manifest.places) {
        let end = MarkAt {
            next: place.end,
            last: None,
        };
        let end = BTreeMap::from([((input.to_owned(), partition), end)]);
        if let Err(ahead) = continuity::not_ahead(&name, input, &end, &ends) {
            return Err(Unusable::Refused(ahead.to_string()));
        }
        if let Some(mark) = place.mark() {
            match continuity::check(log, &name, input, partition, mark).await {
                Ok(()) => {}
                Err(Break::Fault(fault)) => return Err(fault.into()),
                Err(found) => return Err(Unusable::Refused(PortError::from(found).to_string())),
            }
        }
        if let Some(until) = until {
            let later = log.offset_at(input, partition, until.saturating_add(1));
            if later.await? < place.end {
                return refused(format!(
                    "holds events of {input}/{partition} later than that time"
                ));
            }
        }
    }
    Ok(())
}
