//! The effect runners of this build.

use std::sync::Arc;

use runtime::effects::EffectHandler;

use super::outside::Outside;

/// Kinds that this build has a runner for.
pub(crate) const KINDS: &[&str] = &[
    "convert",
    "convert-backlog",
    "mail",
    "mirror",
    "plan",
    "plan-backlog",
    "remove",
    "render",
    "render-backlog",
    "reward",
    "voucher",
];

/// The handlers of the chosen kinds.
pub(super) fn handlers(kinds: &[&'static str], outside: &Outside) -> Vec<Arc<dyn EffectHandler>> {
    let one_each: [Arc<dyn EffectHandler>; 5] = [
        Arc::new(outside.mailer.clone()),
        Arc::new(outside.mirror.clone()),
        Arc::new(outside.remove.clone()),
        Arc::new(outside.reward.clone()),
        Arc::new(outside.voucher.clone()),
    ];
    let all = one_each
        .into_iter()
        .chain(outside.converter.handlers())
        .chain(outside.portraits.handlers());
    let chosen = |handler: &Arc<dyn EffectHandler>| kinds.contains(&handler.kind());
    all.filter(chosen).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_that_a_processor_asks_for_has_a_runner_and_a_name_of_its_own() {
        for processor in processors::all() {
            let spec = processor.spec();
            for kind in spec.effects {
                assert!(KINDS.contains(kind), "{} asks for {kind}", spec.name);
            }
            // A runner keeps its marks under its kind.
            assert!(!KINDS.contains(&spec.name), "{} is also a kind", spec.name);
        }
    }
}
