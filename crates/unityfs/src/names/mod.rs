//! Names and numbers by which bundles find each other.

mod ids;
mod spooky;

use md4::{Digest as _, Md4};

pub use ids::{FILE_TYPE_IMPORTED, Guid, LOCAL_ID_SHADER, LOCAL_ID_TEXTURE, foreign_path_id};
pub use ids::{MAIN_PATH_ID, OwnIds};
pub use spooky::{hash128, hash128_seeded};

/// The inner file's name of a bundle of the present pipeline: SpookyHash of the bundle's name in lower case.
#[must_use]
pub fn cab(bundle: &str) -> String {
    let hash = hash128(bundle.to_lowercase().as_bytes());
    format!("CAB-{}", hex::encode(hash))
}

/// The inner file's name of a bundle of the pipeline before: MD4 of the bundle's name in lower case.
#[must_use]
pub fn cab_legacy(bundle: &str) -> String {
    let hash = Md4::digest(bundle.to_lowercase().as_bytes());
    format!("CAB-{}", hex::encode(hash))
}

/// How an external names the serialized file of another bundle.
#[must_use]
pub fn archive_path(cab: &str) -> String {
    format!("archive:/{cab}/{cab}")
}
