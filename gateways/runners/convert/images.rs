//! What became of each image, in the blobs: the same image is encoded once, whatever the number of models that have it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use metrics::counter;
use runtime::ports::{Blobs, PortError};
use tokio::sync::watch;

use super::frames;
use crate::runners::store;

/// Images that were encoded, each once.
const ENCODED: &str = "asset_images_encoded_total";
/// Images that needed no encoding.
const HITS: &str = "asset_images_hits_total";

/// The images. Cheap to clone.
#[derive(Clone)]
pub(super) struct Images(Arc<Inner>);

struct Inner {
    blobs: Arc<dyn Blobs>,
    bytes_max: u64,
    /// Images that somebody is encoding.
    flights: Mutex<HashMap<String, watch::Receiver<()>>>,
}

/// What is known of an image.
pub(super) enum Image {
    /// What came out; empty: it stays as it is.
    Known(Bytes),
    /// Nothing: whoever asked encodes it, and everybody else waits for that.
    Yours(Flight),
}

/// An image that is being encoded, until it is kept or dropped.
pub(super) struct Flight {
    images: Images,
    key: String,
    _landed: watch::Sender<()>,
}

impl Images {
    pub(super) fn new(blobs: Arc<dyn Blobs>, bytes_max: u64) -> Self {
        Self(Arc::new(Inner {
            blobs,
            bytes_max,
            flights: Mutex::default(),
        }))
    }

    fn flights(&self) -> MutexGuard<'_, HashMap<String, watch::Receiver<()>>> {
        let flights = self.0.flights.lock();
        flights.unwrap_or_else(PoisonError::into_inner)
    }

    /// What became of an image, once nobody is at it any more.
    pub(super) async fn ask(&self, key: &str) -> Result<Image, PortError> {
        loop {
            let flying = {
                let mut flights = self.flights();
                match flights.get(key) {
                    Some(flying) => Err(flying.clone()),
                    None => {
                        let (landed, flying) = watch::channel(());
                        flights.insert(key.to_owned(), flying);
                        Ok(Flight {
                            images: self.clone(),
                            key: key.to_owned(),
                            _landed: landed,
                        })
                    }
                }
            };
            let flight = match flying {
                Ok(flight) => flight,
                Err(mut flying) => {
                    // It ends with the sender.
                    while flying.changed().await.is_ok() {}
                    continue;
                }
            };
            // Looked for while nobody else can keep it: what has just landed is not encoded again.
            let known = store::whole(&*self.0.blobs, &blob(key), self.0.bytes_max).await?;
            return Ok(match known {
                None => Image::Yours(flight),
                Some(bytes) => {
                    counter!(HITS, "by" => "content").increment(1);
                    Image::Known(bytes)
                }
            });
        }
    }
}

impl Flight {
    /// Keeps what came out.
    pub(super) async fn keep(self, bytes: Vec<u8>) -> Result<(), PortError> {
        let codec = match frames::mime_of(&bytes) {
            Some("image/ktx2") => "etc1s",
            Some(_) => "plain",
            None if unitybundle::is_picture(&bytes) => "blocks",
            None => "kept",
        };
        counter!(ENCODED, "codec" => codec).increment(1);
        store::put(&*self.images.0.blobs, &blob(&self.key), bytes, false).await
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.images.flights().remove(&self.key);
    }
}

fn blob(key: &str) -> String {
    format!("bundle-images/{key}")
}
