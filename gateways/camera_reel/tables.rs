//! Rows of the read models behind the photos.

use bytes::Bytes;
use model::events::reel::Metadata;
use model::tables::reel::{self as rows, Answer, Image, Pending, Person, Place};
use runtime::platform::Platform;
use runtime::ports::PortError;
use runtime::reading::{View, decode};

use crate::frame;

pub(super) const REEL: &str = "reel";
pub(super) const PLACES: &str = "reel_places";

/// Handles on the read models, at the generations of the request.
pub(super) struct Tables {
    pub(super) reel: View,
    pub(super) places: View,
}

impl Tables {
    pub(super) fn of(platform: &Platform) -> Self {
        Self {
            reel: frame::view(platform, REEL),
            places: frame::view(platform, PLACES),
        }
    }

    /// How many photos a person has; none for who never took one.
    pub(super) async fn person(&self, address: &str) -> Result<Person, PortError> {
        let found = self.reel.read(rows::TABLE, address.as_bytes(), b"").await?;
        Ok(found.unwrap_or_default())
    }

    /// The answer to a command.
    pub(super) async fn answer(
        &self,
        address: &str,
        id: &str,
    ) -> Result<Option<Answer>, PortError> {
        self.reel
            .read(rows::ANSWERS, address.as_bytes(), id.as_bytes())
            .await
    }

    /// A photo and whose it is; also one that was deleted.
    pub(super) async fn image(&self, id: &str) -> Result<Option<Image>, PortError> {
        self.reel.read(rows::IMAGES, id.as_bytes(), b"").await
    }

    /// What clients said of photos, in their order; `None` where one is gone.
    pub(super) async fn metadata(&self, ids: &[&str]) -> Result<Vec<Option<Metadata>>, PortError> {
        let key = |id: &&str| (Bytes::copy_from_slice(id.as_bytes()), Bytes::new());
        let keys: Vec<_> = ids.iter().map(key).collect();
        let found = self.reel.get_many(rows::METADATA, &keys).await?;
        let found = found.iter().map(|row| {
            let row = row.as_ref();
            row.map(|row| decode(rows::METADATA, row)).transpose()
        });
        found.collect()
    }

    /// Uploads that are going on, at most `most`.
    pub(super) async fn pending(&self, most: usize) -> Result<Vec<Pending>, PortError> {
        let all = rows::ALL.as_bytes();
        let found = frame::rows(&self.reel, rows::PENDING, all, most).await?;
        found.iter().map(|row| decode(rows::PENDING, row)).collect()
    }

    /// How many photos a place shows.
    pub(super) async fn place(&self, key: &str) -> Result<Place, PortError> {
        let found = self.places.read(rows::PLACES, key.as_bytes(), b"").await?;
        Ok(found.unwrap_or_default())
    }
}
