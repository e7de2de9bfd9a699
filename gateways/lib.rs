//! The HTTP side of worldlog: one folder a gateway, one line each in [`all`].
//!
//! Gateways are thin. A read comes from a read model; a write becomes an event in the log. They never call each
//! other: they meet in topics and tables.

pub mod archipelago;
pub mod assets;
pub mod auth;
pub mod badges;
pub mod camera_reel;
pub mod catalyst;
pub mod comms_gatekeeper;
pub mod credits;
pub mod deployments;
pub mod events_notifier;
pub mod exploration_games;
pub mod frame;
pub mod notifications;
pub mod operator;
pub mod profile_images;
pub mod realm_provider;
pub mod runners;
pub mod sources;

pub use frame::{
    ApiError, Gateway, GatewayContext, Listener, MetricsText, Process, Settings, Surroundings,
    backgrounds, listener, settings,
};

/// Every gateway, in the order of the index page.
pub fn all() -> &'static [Gateway] {
    const ALL: &[Gateway] = &[
        archipelago::GATEWAY,
        assets::GATEWAY,
        auth::GATEWAY,
        badges::GATEWAY,
        camera_reel::GATEWAY,
        catalyst::GATEWAY,
        comms_gatekeeper::GATEWAY,
        credits::GATEWAY,
        deployments::GATEWAY,
        events_notifier::GATEWAY,
        notifications::GATEWAY,
        exploration_games::GATEWAY,
        operator::GATEWAY,
        profile_images::GATEWAY,
        realm_provider::GATEWAY,
    ];
    ALL
}
