//! Read models are built beside the live ones, switched and taken back, while everything flows and while everything dies.

mod blue_green;
pub(crate) mod house;
mod rules;
