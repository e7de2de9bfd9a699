//! The gauges of dead letters: a queue that nobody looks at is a loss of data with extra steps.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::Spec;
use metrics::gauge;
use tokio_util::sync::CancellationToken;

use crate::dead_letters::{Decisions, Letters};
use crate::observe;
use crate::platform::Platform;
use crate::ports::PortError;
use crate::settings::Span;

/// Keeps the gauges of these processors true until stopped. While log or store do not answer they stay as they were.
pub(super) async fn follow(
    platform: Platform,
    specs: Vec<&'static Spec>,
    decisions: Arc<Decisions>,
    interval: Span,
    stop: CancellationToken,
) {
    let mut letters: BTreeMap<&str, Letters> = BTreeMap::new();
    loop {
        for spec in &specs {
            let of = letters.entry(spec.name).or_default();
            if let Err(error) = show(&platform, spec, of, &decisions).await {
                tracing::debug!(%error, processor.name = spec.name, "dead letters are not counted");
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(interval.0) => {}
        }
    }
}

async fn show(
    platform: &Platform,
    spec: &Spec,
    letters: &mut Letters,
    decisions: &Decisions,
) -> Result<(), PortError> {
    let (mut depth, mut parked, mut oldest) = (0_u32, 0_u32, None);
    letters
        .refresh(&*platform.log, &spec.dead_letters())
        .await?;
    if !letters.all.is_empty() {
        let live = platform.views.live(spec.name);
        let marks = platform.store.marks(spec.name, live).await?;
        decisions.refresh(&*platform.log).await?;
        for (letter, state) in letters.of(spec.name, live, decisions, &marks) {
            if state.is_over() {
                continue;
            }
            depth += 1;
            parked += u32::from(letter.parks);
            let written = letter.written_at;
            oldest = Some(oldest.map_or(written, |oldest: i64| oldest.min(written)));
        }
    }
    let now = platform.clock.now_ms();
    let age = oldest.map_or(0, |oldest| (now - oldest).max(0));
    gauge!(observe::DEAD_LETTERS_DEPTH, "processor" => spec.name).set(depth);
    gauge!(observe::PARKED_KEYS, "processor" => spec.name).set(parked);
    gauge!(observe::DEAD_LETTERS_OLDEST, "processor" => spec.name).set(age as f64 / 1000.0);
    Ok(())
}
