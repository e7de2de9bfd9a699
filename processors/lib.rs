//! Every processor of the platform: pure functions from a state and an event to what follows.
//!
//! One folder each, one line each in [`all`]; a dash in a processor's name is a folder in a folder. Nothing here does I/O, reads a clock or draws a random number;
//! `clippy.toml` beside this file sees to it.

use kernel::ErasedProcessor;

pub mod badge_actions;
pub mod badge_chain;
pub mod badge_deployments;
pub mod badge_events;
pub mod badge_items;
pub mod badge_places;
pub mod badges;
pub mod compat;
pub mod consumers;
pub mod conversions;
pub mod credits;
pub mod deployments;
pub mod effects;
pub mod emails;
mod entity;
pub mod game_definitions;
pub mod game_rewards;
pub mod game_scores;
pub mod games;
pub mod gatekeeper_scenes;
pub mod gatekeeper_users;
pub mod gatekeeper_voice;
pub mod inbox;
pub mod ingest;
pub mod notices;
pub mod pointers;
pub mod portraits;
pub mod queue;
pub mod reel;
pub mod reel_places;
mod registry;
pub mod registry_conversions;
pub mod registry_deployments;
pub mod registry_entities;
pub mod registry_moderation;
pub mod registry_pointers;
pub mod registry_worlds;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod travel;
mod wire;

/// What of a configuration processors depend on: only what names where something is, never what follows from what.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// What links to images of badges start with.
    pub badge_images: &'a str,
}

impl Default for Terms<'_> {
    fn default() -> Self {
        Self {
            badge_images: model::events::badges::CDN_HOST,
        }
    }
}

/// Every processor. The chart, the CLI, metrics, rebuilds and the simulator pick them up from here.
pub fn all() -> Vec<Box<dyn ErasedProcessor>> {
    on(&Terms::default())
}

/// The same on terms of a configuration.
pub fn on(terms: &Terms<'_>) -> Vec<Box<dyn ErasedProcessor>> {
    let one_each: Vec<Box<dyn ErasedProcessor>> = vec![
        Box::new(deployments::Deployments),
        Box::new(pointers::Pointers),
        Box::new(queue::Queue),
        Box::new(consumers::Consumers),
        Box::new(compat::Compat),
        Box::new(ingest::Ingest),
        Box::new(effects::Effects),
        Box::new(badge_actions::BadgeActions),
        Box::new(badge_deployments::BadgeDeployments),
        Box::new(badge_chain::BadgeChain),
        Box::new(badge_events::BadgeEvents),
        Box::new(badge_items::BadgeItems),
        Box::new(badge_places::BadgePlaces),
        Box::new(badges::Badges::with_images_at(terms.badge_images)),
        Box::new(inbox::Inbox),
        Box::new(emails::Emails),
        Box::new(game_definitions::GameDefinitions),
        Box::new(games::Games),
        Box::new(game_scores::GameScores),
        Box::new(game_rewards::GameRewards),
        Box::new(credits::inputs::events::Events),
        Box::new(credits::inputs::chain::Chain),
        Box::new(credits::inputs::ticks::Ticks),
        Box::new(credits::inputs::actions::Actions),
        Box::new(credits::inputs::visits::Visits),
        Box::new(credits::inputs::vouchers::Vouchers),
        Box::new(credits::sequencer::Sequencer),
        Box::new(credits::Credits),
        Box::new(registry_deployments::RegistryDeployments),
        Box::new(registry_conversions::RegistryConversions::<0>),
        Box::new(registry_conversions::RegistryConversions::<1>),
        Box::new(registry_worlds::RegistryWorlds),
        Box::new(registry_entities::RegistryEntities),
        Box::new(registry_pointers::RegistryPointers),
        Box::new(registry_moderation::RegistryModeration),
        Box::new(conversions::requests::Requests),
        Box::new(conversions::worlds::Worlds),
        Box::new(conversions::outcomes::Outcomes),
        Box::new(conversions::tasks::Tasks),
        Box::new(conversions::Conversions),
        Box::new(gatekeeper_scenes::GatekeeperScenes),
        Box::new(gatekeeper_users::GatekeeperUsers),
        Box::new(gatekeeper_voice::GatekeeperVoice),
        Box::new(portraits::requests::Requests),
        Box::new(portraits::outcomes::Outcomes),
        Box::new(portraits::Portraits),
        Box::new(reel::Reel),
        Box::new(reel_places::ReelPlaces),
    ];
    one_each.into_iter().chain(notices::all()).collect()
}
