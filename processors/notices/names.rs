//! What people are called, from their profiles: mails greet by it.

use bytes::Bytes;
use kernel::{Context, Record, Reject, Spec, Step};
use kernel::{Kind, Poison, Processor};
use model::events::catalyst::Deployment;
use model::events::notification::{Name, is_address};
use serde::Deserialize;

use super::TOPIC;
use crate::wire;

/// Characters of a name that are kept; longer ones no client makes.
const CHARS_MAX: usize = 64;

/// Takes the name out of each profile.
pub struct Names;

impl Processor for Names {
    const SPEC: Spec = Spec {
        name: "notices-names",
        revision: 1,
        input: "deployments",
        aggregates: None,
        projections: &[],
        emits: &[TOPIC],
        effects: &[],
        kind: Kind::Decider,
        // One deployment does not depend on another.
        poison: Poison::Skip,
    };
    type Event = Deployment;
    type State = ();

    fn decode(&self, record: &Record) -> Result<Option<Deployment>, Reject> {
        let deployment: Option<Deployment> = wire::read(record)?;
        Ok(deployment.filter(|deployment| deployment.entity_type == "profile"))
    }

    fn key(&self, deployment: &Deployment) -> Bytes {
        Bytes::copy_from_slice(deployment.entity_id.as_bytes())
    }

    fn step(&self, (): &(), deployment: &Deployment, _: &Context) -> Result<Step<()>, Reject> {
        let (Some(address), Some(name)) = (address(deployment), name(deployment)) else {
            return Ok(Step::nothing());
        };
        let name = Name {
            address: address.clone(),
            name,
            timestamp: deployment.entity_timestamp,
        };
        Ok(Step {
            emits: vec![wire::emit(TOPIC, &address, &name)],
            ..Step::nothing()
        })
    }
}

/// Whose profile it is.
fn address(deployment: &Deployment) -> Option<String> {
    let address = deployment.pointers.first()?.to_lowercase();
    is_address(&address).then_some(address)
}

#[derive(Deserialize)]
struct Profile {
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    avatars: Vec<Avatar>,
}

#[derive(Deserialize)]
struct Avatar {
    name: String,
}

/// The name in the profile; a profile without one says nothing.
fn name(deployment: &Deployment) -> Option<String> {
    let profile: Profile = deployment.entity.read().ok()?;
    let avatar = profile.metadata.avatars.into_iter().next()?;
    let name: String = avatar.name.trim().chars().take(CHARS_MAX).collect();
    (!name.is_empty()).then_some(name)
}
