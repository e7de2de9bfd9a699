//! LiveKit: what lets people into rooms, what is asked of its server, and what it tells by itself.
//!
//! The API's secret is in here and goes nowhere else: it signs, and nothing prints it.

mod call;
mod rooms;
mod token;
mod webhook;

pub use call::{Limits, LiveKitError, Server};
pub use rooms::{Ingress, Participant, Permission, Room};
pub use token::{Grant, Invitation, Issuer, MICROPHONE};
pub use webhook::{WebhookError, verify as verify_webhook};
