//! The metrics of image conversion.

use std::time::Duration;

/// Images that were made into textures, by codec; `kept` are those that stayed the files they were.
const ENCODED: &str = "asset_images_encoded_total";
/// Images that needed no encoding, by what spared it.
const HITS: &str = "asset_images_hits_total";
/// Requests that got no image, by the code of the error.
const FAILURES: &str = "asset_images_failures_total";
/// Decoding, resizing and encoding one image.
const SECONDS: &str = "asset_images_encode_seconds";

pub(super) fn encoded(codec: &'static str, took: Duration) {
    metrics::counter!(ENCODED, "codec" => codec).increment(1);
    metrics::histogram!(SECONDS).record(took.as_secs_f64());
}

/// `by`: `url` (known and fresh), `revalidated` (its server says it is the same), `content` (those bytes were encoded
/// before).
pub(super) fn hit(by: &'static str) {
    metrics::counter!(HITS, "by" => by).increment(1);
}

pub(super) fn failed(code: &str) {
    metrics::counter!(FAILURES, "reason" => code.to_owned()).increment(1);
}
