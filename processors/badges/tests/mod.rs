//! What the badges of people come to, from the events of the outside on: see `histories.rs`.

mod chain;
mod events;
mod histories;
mod order;
mod rules;
