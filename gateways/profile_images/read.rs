//! Rows of the read model `portraits`.

use model::tables::DAY_MS;
use model::tables::portraits::{self as tables, Entity, Shown, State};
use runtime::ports::{PortError, RowRange};
use runtime::reading::{View, decode};

use crate::frame::{self, GatewayContext};

/// The read model.
pub(super) const PORTRAITS: &str = "portraits";
/// Days that are looked through for the newest portraits.
const DAYS_MAX: i64 = 30;

/// A handle at the generation of the request.
pub(super) struct Portraits(View);

impl Portraits {
    pub(super) fn of(context: &GatewayContext) -> Self {
        Self(frame::view(&context.platform, PORTRAITS))
    }

    /// A profile, as far as it is known.
    pub(super) async fn entity(&self, id: &str) -> Result<Option<Entity>, PortError> {
        self.0.read(tables::ENTITIES, id.as_bytes(), b"").await
    }

    /// An avatar, by its key.
    pub(super) async fn avatar(&self, key: &str) -> Result<Option<State>, PortError> {
        self.0.read(tables::TABLE, key.as_bytes(), b"").await
    }

    /// The avatar of a profile.
    pub(super) async fn avatar_of(&self, id: &str) -> Result<Option<(Entity, State)>, PortError> {
        let Some(entity) = self.entity(id).await? else {
            return Ok(None);
        };
        let state = self.avatar(&entity.avatar).await?;
        Ok(state.map(|state| (entity, state)))
    }

    /// Profiles of an address, the newest first.
    pub(super) async fn of_address(
        &self,
        address: &str,
        most: usize,
    ) -> Result<Vec<Entity>, PortError> {
        let range = RowRange {
            descending: true,
            limit: most,
            ..RowRange::default()
        };
        let table = tables::ADDRESSES;
        let rows = self.0.range(table, address.as_bytes(), range).await?;
        rows.iter().map(|row| decode(table, row)).collect()
    }

    /// Portraits, the newest first.
    pub(super) async fn newest(&self, now: i64, most: usize) -> Result<Vec<Shown>, PortError> {
        let table = tables::NEWEST;
        let mut found: Vec<Shown> = Vec::new();
        for day in 0..DAYS_MAX {
            let range = RowRange {
                descending: true,
                limit: most - found.len(),
                ..RowRange::default()
            };
            let key = tables::day_key(now - day * DAY_MS);
            for row in self.0.range(table, key.as_bytes(), range).await? {
                found.push(decode(table, &row)?);
            }
            if found.len() >= most {
                break;
            }
        }
        Ok(found)
    }
}
