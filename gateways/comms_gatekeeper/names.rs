//! What people call themselves, and who owns a name.

use std::collections::BTreeMap;

use bytes::Bytes;
use model::tables::{deployments, pointers};
use runtime::ports::PortError;
use runtime::reading::decode;
use serde_json::{Value, json};

use super::permissions::escaped;
use super::tables::{DEPLOYMENTS, POINTERS};
use super::{Server, request};
use crate::frame;

/// Profiles of one question.
const PROFILES: usize = 100;

/// The names of these addresses; none for who has no profile, or where nobody says.
pub(super) async fn of(server: &Server, addresses: &[String]) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for some in addresses.chunks(PROFILES) {
        match profiles(server, some).await {
            Ok(found) => names.extend(found),
            Err(error) => tracing::warn!(error, "names of people are not known"),
        }
    }
    names
}

async fn profiles(server: &Server, ids: &[String]) -> Result<Vec<(String, String)>, String> {
    let lambdas = server.settings().lambdas_url.as_deref();
    let Some(url) = lambdas.filter(|url| !url.is_empty()) else {
        return own(server, ids).await.map_err(|error| error.to_string());
    };
    let answer = server
        .outside
        .post(url, "/profiles", &json!({ "ids": ids }))
        .await
        .map_err(|error| error.to_string())?
        .unwrap_or_default();
    let all = answer.as_array().into_iter().flatten();
    let named = all.filter_map(|profile| {
        let avatar = &profile["avatars"][0];
        let address = avatar["ethAddress"].as_str().or(avatar["userId"].as_str());
        let address = request::address(address?)?;
        Some((address.clone(), called(&address, avatar)?))
    });
    Ok(named.collect())
}

async fn own(server: &Server, ids: &[String]) -> Result<Vec<(String, String)>, PortError> {
    let platform = &server.context.platform;
    let tops = frame::view(platform, POINTERS);
    let key = |text: &String| (Bytes::copy_from_slice(text.as_bytes()), Bytes::new());
    let keys: Vec<_> = ids.iter().map(key).collect();
    let mut entities = Vec::new();
    for (address, row) in ids.iter().zip(tops.get_many(pointers::TABLE, &keys).await?) {
        let Some(row) = row else { continue };
        let mut state: pointers::State = decode(pointers::TABLE, &row)?;
        if let Some(top) = state.tops.remove("profile") {
            entities.push((address, top.entity_id));
        }
    }
    let view = frame::view(platform, DEPLOYMENTS);
    let keys: Vec<_> = entities.iter().map(|(_, id)| key(id)).collect();
    let mut named = Vec::new();
    let rows = view.get_many(deployments::TABLE, &keys).await?;
    for ((address, _), row) in entities.into_iter().zip(rows) {
        let Some(row) = row else { continue };
        let state: deployments::State = decode(deployments::TABLE, &row)?;
        let entity: Value = state.entity.value().unwrap_or_default();
        if let Some(name) = called(address, &entity["metadata"]["avatars"][0]) {
            named.push((address.clone(), name));
        }
    }
    Ok(named)
}

/// A name; one that is not the person's own is told apart by the end of the address.
fn called(address: &str, avatar: &Value) -> Option<String> {
    let name = avatar["name"].as_str().filter(|name| !name.is_empty())?;
    if avatar["hasClaimedName"].as_bool() == Some(true) {
        return Some(name.to_owned());
    }
    let end = address.get(address.len().saturating_sub(4)..)?;
    Some(format!("{name}#{end}"))
}

/// Who owns a name, in lower case; none where nobody does or nobody says.
pub(super) async fn owner(server: &Server, name: &str) -> Option<String> {
    let url = server.settings().lambdas_url.as_deref();
    let url = url.filter(|url| !url.is_empty())?;
    let path = format!("/names/{}/owner", escaped(name));
    let answer = server.outside.get(url, &path).await.ok()??;
    request::address(answer["owner"].as_str()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_not_claimed_has_the_end_of_the_address() {
        let address = format!("0x{}abcd", "0".repeat(36));
        let of = |avatar: Value| called(&address, &avatar);
        let own = of(json!({ "name": "Ann", "hasClaimedName": true }));
        assert_eq!(own.as_deref(), Some("Ann"));
        assert_eq!(of(json!({ "name": "Ann" })).as_deref(), Some("Ann#abcd"));
        assert_eq!(of(json!({ "name": "" })), None);
    }
}
