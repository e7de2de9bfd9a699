//! Textures among the blobs, by the bytes they were made of: made when they are wanted first, and once.

use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{HeaderValue, StatusCode};
use runtime::ports::{Blobs, PortError};
use texture::Usage;
use texture::decode::Format;
use tokio::sync::Semaphore;

use super::encode::{Converted, Recipe};
use super::flights::Flights;
use super::{BUSY_SECONDS, Outcome, observe};
use crate::assets::Assets;
use crate::frame::ApiError;

/// Where the blobs are. The number goes up when [`Recipe::convert`] chooses otherwise than before.
const FOLDER: &str = "images/2";
/// Digits of a key.
const DIGITS: usize = 64;

/// What a blob holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Ktx2,
    Png,
    Jpeg,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Ktx2, Self::Png, Self::Jpeg];

    /// The kind of an image's file that clients read as it is.
    fn of_source(format: Format) -> Option<Self> {
        match format {
            Format::Png => Some(Self::Png),
            Format::Jpeg => Some(Self::Jpeg),
            _ => None,
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Ktx2 => "ktx2",
            Self::Png => "png",
            Self::Jpeg => "jpg",
        }
    }
}

/// A texture, or an image that stayed what it was, by its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    digits: Arc<str>,
    kind: Kind,
}

impl Stored {
    /// By the name that answers give it.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (digits, extension) = name.split_once('.')?;
        let lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let fits = digits.len() == DIGITS && digits.bytes().all(lower);
        let kind = Kind::ALL.into_iter().find(|k| k.extension() == extension)?;
        fits.then(|| Self {
            digits: digits.into(),
            kind,
        })
    }

    /// Its name: other bytes, another name.
    pub(super) fn name(&self) -> String {
        format!("{}.{}", self.digits, self.kind.extension())
    }

    /// Of its blob.
    pub(super) fn key(&self) -> String {
        format!("{FOLDER}/{}", self.name())
    }

    /// Its type, as clients compare it.
    pub(super) fn content_type(&self) -> HeaderValue {
        HeaderValue::from_static(match self.kind {
            Kind::Ktx2 => "image/ktx2",
            Kind::Png => "image/png",
            Kind::Jpeg => "image/jpeg",
        })
    }
}

/// The blobs, and who fills them.
pub(super) struct Shelf {
    blobs: Arc<dyn Blobs>,
    recipe: Recipe,
    /// Images that are being encoded.
    flights: Flights<Arc<str>, Outcome>,
    /// For those that are encoded, and those that wait.
    queue: Arc<Semaphore>,
    /// For those that are encoded.
    places: Arc<Semaphore>,
}

/// An image to encode.
struct Task {
    file: Bytes,
    usage: Usage,
    format: Format,
    digits: Arc<str>,
    /// Where it came from: for errors.
    host: String,
}

impl Task {
    fn stored(&self, kind: Kind) -> Stored {
        Stored {
            digits: Arc::clone(&self.digits),
            kind,
        }
    }

    /// The kind of a file that is kept.
    fn source(&self) -> Result<Kind, ApiError> {
        let kind = Kind::of_source(self.format);
        kind.ok_or_else(|| ApiError::internal(format!("a {} was kept", self.format)))
    }

    fn told(&self, error: &texture::Error) -> ApiError {
        let (status, code) = match error {
            texture::Error::UnknownFormat => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_an_image"),
            texture::Error::FileTooLarge { .. } => {
                (StatusCode::PAYLOAD_TOO_LARGE, "image_too_large")
            }
            _ => (StatusCode::UNPROCESSABLE_ENTITY, "image_unreadable"),
        };
        ApiError::new(status, code, format!("{}: {error}", self.host))
    }
}

impl Shelf {
    pub(super) fn new(blobs: Arc<dyn Blobs>, settings: &Assets) -> Self {
        let places = settings.image_encodes.max(1);
        Self {
            blobs,
            recipe: Recipe::new(settings),
            flights: Flights::default(),
            queue: Arc::new(Semaphore::new(places + settings.image_queue)),
            places: Arc::new(Semaphore::new(places)),
        }
    }

    pub(super) fn blobs(&self) -> &dyn Blobs {
        &*self.blobs
    }

    /// What an image became, making it if need be.
    pub(super) async fn made(self: &Arc<Self>, file: Bytes, usage: Usage, host: &str) -> Outcome {
        let format = Format::sniff(&file).ok_or_else(|| {
            let text = format!("{host}: {}", texture::Error::UnknownFormat);
            ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_an_image", text)
        })?;
        let (recipe, whole) = (self.recipe, file.clone());
        let key = tokio::task::spawn_blocking(move || recipe.key(&whole, usage));
        let digits: Arc<str> = key.await.map_err(ApiError::internal)?.to_string().into();
        let task = Task {
            file,
            usage,
            format,
            digits: Arc::clone(&digits),
            host: host.to_owned(),
        };
        let made = self.flights.join(digits, || Arc::clone(self).make(task));
        made.await.map_err(ApiError::internal)?
    }

    async fn make(self: Arc<Self>, task: Task) -> Outcome {
        if let Some(stored) = self.there(&task).await? {
            observe::hit("content");
            return Ok(stored);
        }
        let busy = |_| {
            let busy = "as many images wait to be encoded as may wait";
            ApiError::unavailable(busy, BUSY_SECONDS)
        };
        let _queued = self.queue.try_acquire().map_err(busy)?;
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.map_err(ApiError::internal)?;
        let (recipe, file, usage) = (self.recipe, task.file.clone(), task.usage);
        let work = tokio::task::spawn_blocking(move || {
            let _place = place;
            recipe.convert(&file, usage)
        });
        let converted = work.await.map_err(ApiError::internal)?;
        let (kind, bytes) = match converted.map_err(|error| task.told(&error))? {
            Converted::Texture(bytes) => (Kind::Ktx2, bytes.into()),
            Converted::Kept => (task.source()?, task.file.clone()),
        };
        let stored = task.stored(kind);
        let whole = stream::iter([Ok(bytes)]).boxed();
        self.blobs.put(&stored.key(), whole).await?;
        Ok(stored)
    }

    /// What the image became earlier.
    async fn there(&self, task: &Task) -> Result<Option<Stored>, PortError> {
        let kinds = [Some(Kind::Ktx2), Kind::of_source(task.format)];
        for kind in kinds.into_iter().flatten() {
            let stored = task.stored(kind);
            if self.blobs.head(&stored.key()).await?.is_some() {
                return Ok(Some(stored));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_key_and_a_known_kind() {
        let digits = "0123456789abcdef".repeat(4);
        for extension in ["ktx2", "png", "jpg"] {
            let name = format!("{digits}.{extension}");
            let stored = Stored::parse(&name).expect("a name");
            assert_eq!(stored.name(), name);
            assert_eq!(stored.key(), format!("images/2/{name}"));
        }
        for name in [
            digits.clone(),
            format!("{digits}.gif"),
            format!("{digits}.ktx2.png"),
            format!("{}.ktx2", &digits[1..]),
            format!("{}.ktx2", digits.to_uppercase()),
            format!("../{}.ktx2", &digits[3..]),
        ] {
            assert_eq!(Stored::parse(&name), None, "{name}");
        }
    }
}
