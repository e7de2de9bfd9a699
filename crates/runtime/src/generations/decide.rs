//! Giving a decision about dead letters its place.
//!
//! A decision must be carried out by every owner of a partition at the same record, whoever else owns it, and whenever.
//! So it is placed as a switch is ([`super::promote`]), in two changes of the read model:
//!
//! 1. It stands in the read model as being decided. Whoever folds looks at the read model after a batch was fetched, and
//!    waits while something is being decided.
//! 2. The ends of the input are read, and the decision is appended to the topic of the decisions with them; of several
//!    who do so the first one counts. Then it is decided: whoever folds on reads the topic first.
//!
//! Who saw nothing being decided had fetched its batch before the ends were read, and so has nothing in hand that lies
//! behind them. What was left half done is ended by any process that sees it.

use kernel::{Spec, Stamp};

use super::read_model::{ReadModel, Refused};
use super::registry::NotChanged;
use crate::dead_letters::{Decision, Decisions};
use crate::platform::Platform;
use crate::ports::PortError;

/// Decisions without an event between them. Several gateways may find room for one at the same moment.
const CROWD_MAX: u8 = Stamp::LATE_MAX - 50;

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
pub enum NotDecided {
    /// Somebody else has decided meanwhile: what it is about has to be looked at again.
    #[error("another decision about it was made meanwhile")]
    Overtaken,
    /// Too many decisions without an event between them.
    #[error(
        "{} decisions were made since the last event of a partition: wait for another event, or build a generation",
        CROWD_MAX
    )]
    Crowded,
    /// The faults of store and log, after which it may have been decided.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl From<NotChanged> for NotDecided {
    fn from(error: NotChanged) -> Self {
        match error {
            NotChanged::Refused(_) => Self::Overtaken,
            NotChanged::Store(error) => Self::Port(error),
        }
    }
}

/// Decides. `decision` was made with the knowledge of all decisions up to the one before its number, and of the letters
/// there were then.
///
/// # Errors
/// See [`NotDecided`].
pub async fn decide(
    platform: &Platform,
    spec: &Spec,
    decisions: &Decisions,
    decision: Decision,
) -> Result<(), NotDecided> {
    let registry = platform.views.registry();
    let now = platform.clock.now_ms();
    registry.ensure(spec.name, spec.revision, now).await?;
    settle(platform, spec, decisions).await?;
    let ends = platform.log.ends(spec.input).await?;
    if decisions.crowd(spec.name, &ends) >= usize::from(CROWD_MAX) {
        return Err(NotDecided::Crowded);
    }
    if decisions.last(spec.name) + 1 != decision.number {
        return Err(NotDecided::Overtaken);
    }
    let begin = |model: &mut ReadModel| {
        // Where the store was lost, the log knows of more of them.
        if model.deciding.is_some() || model.decided >= decision.number {
            return Err(Refused::Deciding);
        }
        model.deciding = Some(Box::new(decision.clone()));
        Ok(())
    };
    registry.change(spec.name, begin).await?;
    settle(platform, spec, decisions).await
}

/// Ends what is being decided, if something is, and learns of all that was.
///
/// # Errors
/// The faults of store and log.
pub async fn settle(
    platform: &Platform,
    spec: &Spec,
    decisions: &Decisions,
) -> Result<(), NotDecided> {
    let registry = platform.views.registry();
    let log = &*platform.log;
    let model = registry.fresh(spec.name).await?;
    decisions.refresh(log).await?;
    let Some(deciding) = model.as_deref().and_then(|model| model.deciding.clone()) else {
        return Ok(());
    };
    if decisions.last(spec.name) < deciding.number {
        let placed = Decision {
            before: log.ends(spec.input).await?,
            ..(*deciding).clone()
        };
        log.append(vec![placed.record()]).await?;
        decisions.refresh(log).await?;
    }
    let number = deciding.number;
    let end = |model: &mut ReadModel| {
        let is = |deciding: &Decision| deciding.number == number;
        if model.deciding.as_deref().is_some_and(is) {
            model.deciding = None;
            model.decided = number;
        }
        Ok(())
    };
    registry.change(spec.name, end).await?;
    Ok(())
}
