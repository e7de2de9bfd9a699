//! From an event of a conversion to what the registry is told.

use kernel::{Record, Reject, Step};
use model::events::registry::{What, is_platform};
use serde_json::Value;

use crate::{registry, wire};

const CONVERTED: &str = "asset-bundle/converted";
const QUEUED: &str = "asset-bundle/manually-queued";
/// Characters of a version that are kept.
const VERSION_CHARS_MAX: usize = 64;

/// A conversion that was asked for, or ended.
pub struct Conversion {
    pub(super) entity_id: String,
    at: i64,
    platform: String,
    what: What,
}

/// The conversion of a record; `None` for one that says nothing to the registry.
///
/// # Errors
/// `RECORD_UNREADABLE`.
pub(super) fn decode(record: &Record) -> Result<Option<Conversion>, Reject> {
    let Some((kind, event)) = wire::event(record, &[CONVERTED, QUEUED])? else {
        return Ok(None);
    };
    let is_lods = event.pointer("/metadata/isLods") == Some(&Value::Bool(true));
    // Only assets are waited for.
    if kind == QUEUED && is_lods {
        return Ok(None);
    }
    let text = |pointer| wire::text(&event, pointer).to_owned();
    let platform = text("/metadata/platform");
    let version = wire::text(&event, "/metadata/version").chars();
    let what = match kind {
        QUEUED => What::Queued {
            platform: platform.clone(),
        },
        _ => What::Converted {
            platform: platform.clone(),
            is_lods,
            status_code: status_code(&event),
            version: version.take(VERSION_CHARS_MAX).collect(),
        },
    };
    Ok(Some(Conversion {
        entity_id: text("/metadata/entityId"),
        at: wire::ms(&event, record.timestamp),
        platform,
        what,
    }))
}

/// The converter's exit code; one that it did not give is that of an unknown failure.
fn status_code(event: &Value) -> i64 {
    let code = event.pointer("/metadata/statusCode");
    code.and_then(wire::whole).unwrap_or(-1)
}

pub(super) fn step(conversion: &Conversion) -> Result<Step<()>, Reject> {
    let Conversion {
        entity_id,
        at,
        platform,
        what,
    } = conversion;
    if !crate::entity::is_content_id(entity_id) {
        let message = format!("conversion of {entity_id:?}, which is no entity's id");
        return Err(Reject::new("REGISTRY_ENTITY", message));
    }
    if !is_platform(platform) {
        let message = format!("conversion of {entity_id} for {platform:?}, which is no platform");
        return Err(Reject::new("REGISTRY_PLATFORM", message));
    }
    Ok(Step {
        emits: vec![registry::told(entity_id, *at, what)],
        ..Step::nothing()
    })
}
