//! Whether somebody may be here at all: bans from the platform, from a scene, the deny list.

use serde_json::Value;

use super::fault::{self, Fault};
use super::places::{self, Where};
use super::rooms::Kind;
use super::{Server, meters, record};
use model::events::gatekeeper::UserChange;

/// Whether the address, or the device it comes with, is banned from the platform. Another device than before is taken
/// note of.
///
/// # Errors
/// The read model cannot be read.
pub(super) async fn is_banned(
    server: &Server,
    address: &str,
    device: Option<&str>,
) -> Result<bool, Fault> {
    let (tables, now) = (server.tables(), server.now());
    let user = tables.user(address).await?;
    if user.banned_at(now).is_some() {
        return Ok(true);
    }
    let Some(device) = device else {
        return Ok(false);
    };
    if tables.is_device_banned(device, now).await? {
        return Ok(true);
    }
    if user.device.as_deref() != Some(device) {
        let seen = UserChange {
            address: address.to_owned(),
            kind: UserChange::SEEN.into(),
            device: Some(device.to_owned()),
            at: now,
            ..UserChange::default()
        };
        // Whoever enters does not wait for that.
        if let Err(error) = record::soon(server, vec![record::user(&seen)]).await {
            tracing::warn!(?error, "a device is not taken note of");
        }
    }
    Ok(false)
}

/// Lets somebody pass who is neither banned from the platform nor on the deny list.
///
/// # Errors
/// 403 for a banned one; 401 for one of the list.
pub(super) async fn admit(
    server: &Server,
    address: &str,
    device: Option<&str>,
) -> Result<(), Fault> {
    let (banned, denied) = tokio::join!(
        is_banned(server, address, device),
        server.denied.has(server, address)
    );
    let banned = banned.unwrap_or_else(|error| {
        meters::fail_open("ban");
        tracing::warn!(?error, "whether somebody is banned is not known");
        false
    });
    if banned {
        meters::refused("banned");
        return Err(fault::forbidden("Access denied, platform-banned user"));
    }
    match denied {
        true => Err(denied_wallet()),
        false => Ok(()),
    }
}

/// 401 for an address of the deny list.
pub(super) fn denied_wallet() -> Fault {
    meters::refused("denylist");
    fault::unauthorized("Access denied, deny-listed wallet")
}

/// Whether somebody who is in a room should not be there. Where nobody can say so nobody is.
pub(super) async fn is_unwelcome(server: &Server, room: &str, address: &str) -> bool {
    match is_banned(server, address, None).await {
        Ok(true) => return true,
        Ok(false) => {}
        Err(_) => meters::fail_open("ban"),
    }
    let kind = Kind::of(server.settings(), room);
    let (realm, scene) = match &kind {
        Kind::Scene { realm, scene } => (realm, scene),
        Kind::World { world, scene } => (world, scene),
        _ => return false,
    };
    let from = Where {
        realm,
        scene: Some(scene.as_str()).filter(|scene| !scene.is_empty()),
        ..Where::default()
    };
    is_banned_from(server, from, address).await
}

/// Whether somebody is banned from a scene; where the place is not found nobody is.
pub(super) async fn is_banned_from(server: &Server, from: Where<'_>, address: &str) -> bool {
    let Ok(place) = places::find(server, from).await else {
        return false;
    };
    let state = server.tables().scene(&place.id).await;
    state.is_ok_and(|state| state.is_banned(address))
}

/// The device that metadata name.
pub(super) fn device<'a>(server: &Server, metadata: &'a Value) -> Option<&'a str> {
    let device = metadata["deviceIdentifier"].as_str()?;
    let most = server.settings().name_chars_max;
    (!device.is_empty() && device.chars().count() <= most).then_some(device)
}
