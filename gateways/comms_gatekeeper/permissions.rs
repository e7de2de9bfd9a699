//! Who may decide at a place: its owner, those the owner trusts, admins, who has leased it. And who may enter a world.

use std::collections::BTreeSet;

use model::tables::gatekeeper::scenes;
use serde_json::{Value, json};

use super::Server;
use super::outside::Unanswered;
use super::places::Place;

/// What somebody is at a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rights {
    /// Owns it.
    pub(super) owner: bool,
    /// Was made an admin.
    pub(super) admin: bool,
    /// Is trusted by the owner with the land, or the world.
    pub(super) extended: bool,
    /// Has leased it.
    pub(super) lease: bool,
}

impl Rights {
    /// Whether that is enough to decide.
    pub(super) fn any(self) -> bool {
        self.owner || self.admin || self.extended || self.lease
    }

    /// Whether nobody can take it away here.
    pub(super) fn is_privileged(self) -> bool {
        self.owner || self.extended
    }
}

fn set(url: &Option<String>) -> Option<&str> {
    url.as_deref().filter(|url| !url.is_empty())
}

/// What somebody is at a place.
///
/// # Errors
/// A service that would know does not answer.
pub(super) async fn rights(
    server: &Server,
    place: &Place,
    state: &scenes::State,
    address: &str,
) -> Result<Rights, Unanswered> {
    let mut rights = Rights {
        admin: state.admins.contains_key(address),
        ..Rights::default()
    };
    match &place.world {
        Some(world) => of_world(server, place, world, address, &mut rights).await?,
        None => of_land(server, place, address, &mut rights).await?,
    }
    Ok(rights)
}

async fn of_land(
    server: &Server,
    place: &Place,
    address: &str,
    rights: &mut Rights,
) -> Result<(), Unanswered> {
    match (
        set(&server.settings().lambdas_url),
        place.base.split_once(','),
    ) {
        (Some(url), Some((x, y))) => {
            let path = format!("/users/{address}/parcels/{x}/{y}/permissions");
            let answer = server.outside.get(url, &path).await?;
            let answer = answer.unwrap_or_default();
            rights.owner = answer["owner"].as_bool() == Some(true);
            rights.extended = [
                "operator",
                "updateOperator",
                "updateManager",
                "approvedForAll",
            ]
            .iter()
            .any(|name| answer[*name].as_bool() == Some(true));
        }
        _ => rights.owner = place.deployer.as_deref() == Some(address),
    }
    rights.lease = leases(server, place).await.contains(address);
    Ok(())
}

/// Who has leased a parcel of a place; nobody where the list cannot be had.
pub(super) async fn leases(server: &Server, place: &Place) -> BTreeSet<String> {
    let none = BTreeSet::new();
    let (Some(url), None) = (
        set(&server.settings().land_authorizations_url),
        &place.world,
    ) else {
        return none;
    };
    let list = match server.outside.get(url, "").await {
        Ok(list) => list.unwrap_or_default(),
        Err(error) => {
            super::meters::fail_open("leases");
            tracing::warn!(%error, "who has leased land is not known");
            return none;
        }
    };
    let texts = |value: &Value| -> Vec<String> {
        let texts = value.as_array().into_iter().flatten();
        texts
            .filter_map(|text| Some(text.as_str()?.to_lowercase()))
            .collect()
    };
    let entries = list["authorizations"].as_array().into_iter().flatten();
    let here = entries.filter(|entry| {
        let plots = texts(&entry["plots"]);
        plots.iter().any(|plot| place.positions.contains(plot))
    });
    here.flat_map(|entry| texts(&entry["addresses"])).collect()
}

/// What the worlds content server says of a world; `None` where it is not asked, or knows no such world.
async fn document(
    server: &Server,
    world: &str,
) -> Result<Option<std::sync::Arc<Value>>, Unanswered> {
    match set(&server.settings().world_content_url) {
        None => Ok(None),
        Some(url) => {
            let path = format!("/world/{}/permissions", escaped(world));
            server.outside.get(url, &path).await
        }
    }
}

/// A name as a part of a path.
pub(super) fn escaped(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            true => text.push(char::from(byte)),
            false => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

fn names(list: &Value, address: &str) -> bool {
    let mut list = list.as_array().into_iter().flatten();
    list.any(|one| {
        one.as_str()
            .is_some_and(|one| one.eq_ignore_ascii_case(address))
    })
}

async fn of_world(
    server: &Server,
    place: &Place,
    world: &str,
    address: &str,
    rights: &mut Rights,
) -> Result<(), Unanswered> {
    let document = document(server, world).await?;
    if let Some(document) = &document {
        let owner = document["owner"].as_str().unwrap_or_default();
        rights.owner = owner.eq_ignore_ascii_case(address);
    }
    if !rights.owner {
        rights.owner = match set(&server.settings().lambdas_url) {
            Some(url) => owns_name(server, url, address, world).await?,
            None if document.is_none() => place.deployer.as_deref() == Some(address),
            None => false,
        };
    }
    let Some(document) = document.filter(|_| !rights.owner && !rights.admin) else {
        return Ok(());
    };
    for permission in ["streaming", "deployment"] {
        let of = &document["permissions"][permission];
        let is_listed = of["type"] == "allow-list" && names(&of["wallets"], address);
        if is_listed && is_here(server, place, world, permission, address).await? {
            rights.extended = true;
            return Ok(());
        }
    }
    Ok(())
}

/// Whether a permission of somebody, which may be for some parcels alone, is for a place.
async fn is_here(
    server: &Server,
    place: &Place,
    world: &str,
    permission: &str,
    address: &str,
) -> Result<bool, Unanswered> {
    let Some(url) = set(&server.settings().world_content_url) else {
        return Ok(false);
    };
    let world = escaped(world);
    let path = format!("/world/{world}/permissions/{permission}/address/{address}/parcels");
    let Some(answer) = server.outside.get(url, &path).await? else {
        return Ok(false);
    };
    let parcels = answer["parcels"].as_array();
    let parcels = parcels.filter(|parcels| !parcels.is_empty());
    Ok(parcels.is_none_or(|parcels| {
        let mut parcels = parcels.iter().filter_map(Value::as_str);
        parcels.any(|parcel| place.positions.iter().any(|own| own == parcel))
    }))
}

/// Whether somebody owns the name of a world.
async fn owns_name(
    server: &Server,
    url: &str,
    address: &str,
    world: &str,
) -> Result<bool, Unanswered> {
    let world = world.to_lowercase();
    let name = world
        .strip_suffix(".dcl.eth")
        .or_else(|| world.strip_suffix(".eth"))
        .unwrap_or(&world);
    let path = format!("/users/{address}/names");
    let answer = server.outside.get(url, &path).await?.unwrap_or_default();
    let list = answer["elements"].as_array().or(answer.as_array());
    let mut list = list.into_iter().flatten();
    Ok(list.any(|one| {
        let own = one["name"].as_str().unwrap_or_default();
        own.eq_ignore_ascii_case(name)
    }))
}

/// Whether somebody may enter a world. Where no server of worlds is configured everybody may.
///
/// # Errors
/// The server does not answer.
pub(super) async fn may_enter(
    server: &Server,
    world: &str,
    address: &str,
) -> Result<bool, Unanswered> {
    if set(&server.settings().world_content_url).is_none() {
        return Ok(true);
    }
    let Some(document) = document(server, world).await? else {
        return Ok(false);
    };
    let owner = document["owner"].as_str().unwrap_or_default();
    let access = &document["permissions"]["access"];
    Ok(owner.eq_ignore_ascii_case(address)
        || access["type"] == "unrestricted"
        || (access["type"] == "allow-list" && names(&access["wallets"], address)))
}

/// Who may decide at a place without having been made an admin, as far as that can be listed.
///
/// # Errors
/// A service that would know does not answer.
pub(super) async fn others(server: &Server, place: &Place) -> Result<BTreeSet<String>, Unanswered> {
    let mut found = BTreeSet::new();
    let mut take = |value: &Value| match value {
        Value::String(one) if !one.is_empty() => {
            found.insert(one.to_lowercase());
        }
        Value::Array(list) => found.extend(
            list.iter()
                .filter_map(|one| Some(one.as_str()?.to_lowercase())),
        ),
        _ => {}
    };
    match (&place.world, set(&server.settings().lambdas_url)) {
        (Some(world), _) => {
            if let Some(document) = document(server, world).await? {
                take(&document["owner"]);
                for permission in ["deployment", "streaming"] {
                    let of = &document["permissions"][permission];
                    let listed = listed(server, place, world, permission).await;
                    take(&listed.unwrap_or_else(|| of["wallets"].clone()));
                }
            } else {
                take(&json!(place.deployer));
            }
        }
        (None, Some(url)) => {
            let (x, y) = place.base.split_once(',').unwrap_or_default();
            let path = format!("/parcels/{x}/{y}/operators");
            let answer = server.outside.get(url, &path).await?.unwrap_or_default();
            for name in [
                "owner",
                "operator",
                "updateOperator",
                "updateManagers",
                "approvedForAll",
            ] {
                take(&answer[name]);
            }
        }
        (None, None) => take(&json!(place.deployer)),
    }
    Ok(found)
}

/// Who has a permission for parcels of a place; `None` where the server does not say.
async fn listed(server: &Server, place: &Place, world: &str, permission: &str) -> Option<Value> {
    let url = set(&server.settings().world_content_url)?;
    if place.positions.is_empty() {
        return None;
    }
    let path = format!("/world/{}/permissions/{permission}/parcels", escaped(world));
    let body = json!({ "parcels": place.positions });
    let answer = server.outside.post(url, &path, &body).await.ok()??;
    Some(answer["addresses"].clone())
}
