//! Which parcels of a world are occupied, and where people arrive.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use model::events::registry::claim_key;
use model::tables::registry::pointers::{self, WORLDS};
use model::tables::registry::{Known, entities};
use runtime::reading::decode;
use serde::Serialize;
use utoipa::ToSchema;

use super::error::Fault;
use super::read::Registry;
use crate::frame::{self, GatewayContext};

/// Parcels of one world that are looked at.
const PARCELS_MAX: usize = 100_000;

/// West to east, south to north.
type Parcel = (i64, i64);

/// A coordinate.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Coordinate {
    /// West to east.
    x: i64,
    /// South to north.
    y: i64,
}

/// A world.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Manifest {
    /// Its parcels, `x,y`.
    occupied: Vec<String>,
    /// Where people arrive.
    spawn_coordinate: Coordinate,
    /// Number of its parcels.
    total: usize,
}

/// A world: its occupied parcels, and where people arrive in it. An unknown one is empty.
#[utoipa::path(get, path = "/worlds/{worldName}/manifest", tag = "worlds", params(("worldName" = String, Path)),
    responses((status = 200, body = Manifest), (status = 400, body = Object)))]
pub(super) async fn manifest(
    State(context): State<GatewayContext>,
    Path(name): Path<String>,
) -> Result<Json<Manifest>, Fault> {
    if !is_name(&name) {
        let message = "A valid world name is required";
        return Err(Fault::not_ok(StatusCode::BAD_REQUEST, message));
    }
    let world = name.to_lowercase();
    let registry = Registry::of(&context);
    let mut known = Known::default();
    let rows = frame::rows(&registry.pointers, WORLDS, world.as_bytes(), PARCELS_MAX).await?;
    for row in &rows {
        let key = claim_key(Some(&world), &String::from_utf8_lossy(&row.row));
        known.pointers.insert(key, decode(WORLDS, row)?);
    }
    let keys: BTreeSet<String> = known.pointers.keys().cloned().collect();
    let found = registry.shown(&mut known, &keys).await?;
    let found = registry.without_denied(found).await?;
    let deployed: Vec<_> = found
        .iter()
        .filter_map(|(state, _)| state.deployed.as_ref())
        .collect();
    let parcels = deployed.iter().flat_map(|deployed| &deployed.pointers);
    let occupied: BTreeSet<Parcel> = parcels.filter_map(|text| parcel(text)).collect();
    // The newest is first.
    let base = deployed.last().and_then(|oldest| base_of(oldest));
    let row = claim_key(Some(&world), "");
    let row = registry
        .pointers
        .get(pointers::TABLE, row.as_bytes(), b"")
        .await?;
    let own: Option<pointers::State> = row.map(|row| decode(pointers::TABLE, &row)).transpose()?;
    let (x, y) = spawn(&occupied, own.as_ref().and_then(chosen), base);
    Ok(Json(Manifest {
        total: occupied.len(),
        occupied: occupied.iter().map(|(x, y)| format!("{x},{y}")).collect(),
        spawn_coordinate: Coordinate { x, y },
    }))
}

/// Letters, digits and dashes, then `.eth` or `.dcl.eth`.
fn is_name(name: &str) -> bool {
    let Some(name) = name.strip_suffix(".eth") else {
        return false;
    };
    let name = name.strip_suffix(".dcl").unwrap_or(name);
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    (1..=255).contains(&name.len()) && name.bytes().all(allowed)
}

fn parcel(text: &str) -> Option<Parcel> {
    let (x, y) = text.split_once(',')?;
    Some((x.trim().parse().ok()?, y.trim().parse().ok()?))
}

fn base_of(deployed: &entities::Deployed) -> Option<Parcel> {
    let first = deployed.pointers.first().map(String::as_str);
    deployed.base.as_deref().or(first).and_then(parcel)
}

/// Where somebody chose that people arrive; the end of the whole world ends that, too.
fn chosen(world: &pointers::State) -> Option<Parcel> {
    let spawn = world.spawn.as_ref()?;
    let ended = world.undeployed_at.is_some_and(|end| spawn.at < end);
    (!ended).then_some((spawn.x, spawn.y))
}

/// Where people arrive: what was chosen, else the base of the oldest scene, if it lies in the rectangle around all
/// parcels; else the parcel nearest to the middle of all.
fn spawn(occupied: &BTreeSet<Parcel>, chosen: Option<Parcel>, base: Option<Parcel>) -> Parcel {
    let (Some(west), Some(east)) = (
        occupied.iter().map(|p| p.0).min(),
        occupied.iter().map(|p| p.0).max(),
    ) else {
        return (0, 0);
    };
    let south = occupied.iter().map(|p| p.1).min().unwrap_or_default();
    let north = occupied.iter().map(|p| p.1).max().unwrap_or_default();
    let inside = |p: &Parcel| (west..=east).contains(&p.0) && (south..=north).contains(&p.1);
    if let Some(wanted) = chosen.or(base).filter(inside) {
        return wanted;
    }
    // In parts of a parcel, so that the middle is a whole number.
    let count = occupied.len() as i64;
    let middle = occupied
        .iter()
        .fold((0, 0), |sum, p| (sum.0 + p.0, sum.1 + p.1));
    let distance = |p: &&Parcel| {
        let (x, y) = (
            i128::from(p.0 * count - middle.0),
            i128::from(p.1 * count - middle.1),
        );
        (x * x + y * y, **p)
    };
    occupied
        .iter()
        .min_by_key(distance)
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_arrive_inside() {
        let l: BTreeSet<Parcel> = [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2)].into();
        assert_eq!(spawn(&BTreeSet::new(), Some((5, 5)), None), (0, 0));
        assert_eq!(
            spawn(&l, Some((0, 2)), Some((1, 0))),
            (0, 2),
            "the rectangle counts"
        );
        assert_eq!(spawn(&l, None, Some((1, 0))), (1, 0));
        assert_eq!(
            spawn(&l, Some((3, 0)), Some((1, 0))),
            (1, 0),
            "nearest to the middle, the first of two"
        );
        assert_eq!(spawn(&l, None, Some((-9, 0))), (1, 0));
        let one = [(-150, 7)].into();
        assert_eq!(spawn(&one, None, None), (-150, 7));
    }

    #[test]
    fn names_are_those_of_worlds() {
        for name in ["a.dcl.eth", "A-1.eth"] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "", "a", ".eth", ".dcl.eth", "a.b.eth", "a_b.eth", "a|.eth", "a.eth.x",
        ] {
            assert!(!is_name(name), "{name}");
        }
    }
}
