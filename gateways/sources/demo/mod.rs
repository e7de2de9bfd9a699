//! The demo world: a small generated Decentraland, served as a content server and walked by simulated players.
//!
//! One seed decides everything but the instants: who lives there, what they wear, build and overwrite, which bytes
//! their files have and what their keys sign. Entities are valid in every respect, so that the follower reads this
//! server by the same rules as any other. Nothing here knows the platform's log.

mod dice;
mod entities;
mod errands;
mod glb;
mod login;
mod pages;
mod people;
mod players;
pub(crate) mod png;
mod serve;
mod settings;
#[cfg(test)]
mod tests;
mod visitor;
mod world;

pub use errands::{CAPTCHA_X, Call, season};
pub use login::Login;
pub use players::{Feed, Players};
pub use settings::Demo;
pub use visitor::{Report, Visitor, segment_signature};
pub use world::DemoWorld;
