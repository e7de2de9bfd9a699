//! What this process knows of dead letters and decisions; it reads on from there.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::Spec;
use runtime::dead_letters::{Decisions, Letter, Letters, State};
use tokio::sync::Mutex;

use crate::frame::{ApiError, GatewayContext};

/// See the module.
#[derive(Default)]
pub(in crate::operator) struct Desk {
    pub(super) decisions: Decisions,
    letters: Mutex<BTreeMap<&'static str, Arc<Mutex<Letters>>>>,
}

/// A processor of the program, with the policy that the configuration gives it.
pub(super) fn spec(context: &GatewayContext, name: &str) -> Result<&'static Spec, ApiError> {
    let mut specs = context.processors.iter().map(|p| p.spec());
    let found = specs.find(|spec| spec.name == name);
    found.ok_or_else(|| ApiError::not_found(format!("there is no processor {name:?}")))
}

impl Desk {
    /// Shows the letters of a generation, the live one if none is named, oldest events first, each with what became of
    /// it. Says how many more there are than are kept in mind.
    pub(super) async fn look(
        &self,
        context: &GatewayContext,
        spec: &'static Spec,
        generation: Option<u32>,
        mut show: impl FnMut(&Letter, State),
    ) -> Result<u64, ApiError> {
        let platform = &context.platform;
        let generation = generation.unwrap_or_else(|| platform.views.live(spec.name));
        // In this order: what is carried out has left its letters before its mark.
        let marks = platform.store.marks(spec.name, generation).await?;
        self.decisions.refresh(&*platform.log).await?;
        let letters = Arc::clone(self.letters.lock().await.entry(spec.name).or_default());
        let mut letters = letters.lock().await;
        letters
            .refresh(&*platform.log, &spec.dead_letters())
            .await?;
        let of = letters.of(spec.name, generation, &self.decisions, &marks);
        of.for_each(|(letter, state)| show(letter, state));
        Ok(letters.more)
    }
}
