//! From a deployment to what the registry is told.

use kernel::{Context, Reject, Step};
use model::events::catalyst::Deployment;
use model::events::registry::{Deployed, What};
use serde::Deserialize;
use serde_json::Value;

use crate::registry;

/// The members of an entity that are read; a scene's thousands of files are not.
#[derive(Deserialize)]
struct Entity {
    #[serde(default)]
    metadata: Value,
}

pub(super) fn step(deployment: &Deployment, context: &Context) -> Result<Step<()>, Reject> {
    let id = &deployment.entity_id;
    let entity: Entity = serde_json::from_str(deployment.entity.text())
        .map_err(|e| Reject::new("DEPLOYMENT_ENTITY", format!("entity {id}: {e}")))?;
    let world = registry::world_of(&entity.metadata);
    let pointers = deployment.pointers.iter().map(String::as_str);
    let deployed = Deployed {
        entity_type: match world {
            Some(_) => "world".into(),
            None => deployment.entity_type.clone(),
        },
        pointers: registry::pointers(pointers, world.is_some()),
        deployer: deployment.deployer.to_lowercase(),
        base: registry::base_of(&entity.metadata),
        seen_at: deployment.local_timestamp.unwrap_or(context.timestamp),
        entity: None,
        world,
    };
    let at = deployment.entity_timestamp;
    Ok(Step {
        emits: vec![registry::told(id, at, &What::Deployed(deployed))],
        ..Step::nothing()
    })
}
