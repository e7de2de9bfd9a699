//! From a deployment to a wish.

use kernel::{Context, Reject, Step};
use model::Json;
use model::events::catalyst::Deployment;
use model::events::portrait::{Input, Profile, Refused, Told, Wanted};
use model::tables::HOUR_MS;
use portrait::avatar;

use super::super::INPUTS;
use crate::wire;

/// Somebody waits for what was made no longer ago than this.
const LIVE_MS: i64 = HOUR_MS;

pub(super) fn step(deployment: &Deployment, context: &Context) -> Result<Step<()>, Reject> {
    let id = &deployment.entity_id;
    let entity = deployment.entity.value();
    let entity =
        entity.map_err(|e| Reject::new("DEPLOYMENT_ENTITY", format!("entity {id}: {e}")))?;
    let address = deployment.pointers.first();
    let profile = Profile {
        entity_id: id.clone(),
        address: address.map(|text| text.to_lowercase()).unwrap_or_default(),
        timestamp: deployment.entity_timestamp,
    };
    let seen_at = deployment.local_timestamp.unwrap_or(context.timestamp);
    let input = match avatar::of_profile(&entity) {
        Ok(avatar) => {
            let wanted = Told::Wanted(Wanted {
                profile,
                avatar: Json::from(avatar.decides),
                servers: deployment.content_server_urls.clone(),
                live: seen_at - deployment.entity_timestamp < LIVE_MS,
                again: None,
                force: false,
            });
            Input::new(avatar.hash, &wanted)
        }
        Err(error) => {
            let refused = Told::Refused(Refused {
                profile,
                reason: error.to_string(),
            });
            Input::new(&**id, &refused)
        }
    };
    Ok(Step {
        emits: vec![wire::emit(INPUTS, &input.avatar, &input)],
        ..Step::nothing()
    })
}
