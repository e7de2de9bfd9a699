//! Manifests and bundles, as a CDN has them: what a client needs to load an entity, named by content and never changed.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use futures::TryStreamExt;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use identity::hash::ContentHash;
use model::events::registry::is_platform;
use model::tables::conversions::{self, Lods, Manifest};
use runtime::ports::{Blobs, PortError};
use runtime::reading::decode;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::error::Fault;
use super::lods;
use super::read::{CONVERSIONS, Registry};
use crate::frame::{self, BlobHead, GatewayContext};
use crate::runners::convert::{CODINGS, bundle};

/// The folder of what many entities share.
const SHARED: &str = "assets";
/// What a manifest of a failure is asked as.
const FAILED: &str = "failed";
/// Exit codes of conversions whose bundles can be shown.
const SUCCESSES: [i64; 3] = [0, 12, 13];
/// Files of a scene's code that are served beside its bundles, with the main script.
const CODE: [&str; 2] = ["main.crdt", "scene.json"];
/// What the name of a bundle ends in that is asked for as Brotli, as older clients do. It is not decoded on the way.
const BROTLI: &str = ".br";
const MANIFESTS: HeaderValue = HeaderValue::from_static("private, max-age=0, no-cache");
const FAILURES: HeaderValue = HeaderValue::from_static("max-age=3600");

pub(super) fn none() -> Fault {
    Fault::not_ok(StatusCode::NOT_FOUND, "There is no such file")
}

/// The manifest of an entity for a platform.
async fn manifest_of(
    context: &GatewayContext,
    id: &str,
    platform: &str,
) -> Result<Option<Manifest>, PortError> {
    let view = frame::view(&context.platform, CONVERSIONS);
    let table = conversions::MANIFESTS;
    let row = view.get(table, id.as_bytes(), platform.as_bytes()).await?;
    row.map(|row| decode(table, &row)).transpose()
}

/// The bundles of an entity for a platform (`{entityId}_{platform}.json`), with what became of each of its files.
#[utoipa::path(get, path = "/manifest/{name}", tag = "bundles", params(("name" = String, Path)),
    responses((status = 200, body = Object), (status = 404, body = Object)))]
pub(super) async fn manifest(
    State(context): State<GatewayContext>,
    Path(name): Path<String>,
) -> Result<Response, Fault> {
    let stem = name.strip_suffix(".json").ok_or_else(none)?;
    let (id, platform) = stem.rsplit_once('_').ok_or_else(none)?;
    if platform == FAILED {
        return failure(&context, id).await;
    }
    let found = manifest_of(&context, id, platform).await?;
    let manifest = found.ok_or_else(none)?;
    let lods = lods::of(&context, id, platform).await?;
    let told = Told { manifest, lods };
    Ok(([(header::CACHE_CONTROL, MANIFESTS)], Json(told)).into_response())
}

/// A manifest, and what became of the levels of detail. Clients look over members that they do not know.
#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    manifest: Manifest,
    #[serde(skip_serializing_if = "Option::is_none")]
    lods: Option<Lods>,
}

/// What is left of a conversion that failed as a whole.
async fn failure(context: &GatewayContext, id: &str) -> Result<Response, Fault> {
    for platform in context.settings.convert.profiles.keys() {
        let found = manifest_of(context, id, platform).await?;
        let Some(manifest) = found.filter(|found| !SUCCESSES.contains(&found.exit_code)) else {
            continue;
        };
        let told = json!({
            "entityId": id,
            "contentServerUrl": manifest.content_server_url,
            "version": manifest.version,
            "log": "",
            "date": manifest.date,
            "error": format!("exit code {}", manifest.exit_code),
        });
        return Ok(([(header::CACHE_CONTROL, FAILURES)], Json(told)).into_response());
    }
    Err(none())
}

/// What is asked for.
pub(super) struct Asked {
    key: String,
    etag: HeaderValue,
    /// Its type, where its name says it.
    content_type: Option<&'static str>,
    /// Whether it may lie there compressed, too.
    may_be_compressed: bool,
}

impl Asked {
    /// A file of a version, by its name without the platform.
    pub(super) fn of(
        version: &str,
        name: &str,
        content_type: Option<&'static str>,
        may_be_compressed: bool,
    ) -> Option<Self> {
        Some(Self {
            key: bundle(version, name),
            etag: HeaderValue::from_str(&format!("\"{version}-{name}\"")).ok()?,
            content_type,
            may_be_compressed,
        })
    }

    /// The same compressed, as a file of its own.
    fn variant(self, end: &str) -> Option<Self> {
        let tag = self.etag.to_str().ok()?.trim_end_matches('"');
        Some(Self {
            key: format!("{}{end}", self.key),
            etag: HeaderValue::from_str(&format!("{tag}{end}\"")).ok()?,
            content_type: Some(frame::UNKNOWN),
            may_be_compressed: false,
        })
    }
}

/// A bundle, a file beside one, or a file of a scene's code. `{folder}` is `assets`, or an entity's id.
#[utoipa::path(get, path = "/{version}/{folder}/{*file}", tag = "bundles",
    params(("version" = String, Path), ("folder" = String, Path), ("file" = String, Path)),
    responses((status = 200), (status = 206), (status = 304), (status = 404, body = Object), (status = 416)))]
pub(super) async fn file(
    State(context): State<GatewayContext>,
    Path((version, folder, file)): Path<(String, String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    if !is_version(&version) {
        return Err(none());
    }
    let asked = find(&context, &version, &folder, &file).await?;
    let asked = asked.ok_or_else(none)?;
    answer(&context, &asked, &method, &headers).await
}

/// The file, compressed for those who take that where it lies there so.
pub(super) async fn answer(
    context: &GatewayContext,
    asked: &Asked,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response, Fault> {
    for (coding, end) in CODINGS {
        if !asked.may_be_compressed || !takes(headers, coding) {
            continue;
        }
        let key = format!("{}.{end}", asked.key);
        let response = served(context, &key, asked, Some(coding), method, headers).await?;
        if let Some(response) = response {
            return Ok(response);
        }
    }
    let response = served(context, &asked.key, asked, None, method, headers).await?;
    response.ok_or_else(none)
}

async fn served(
    context: &GatewayContext,
    key: &str,
    asked: &Asked,
    encoding: Option<&'static str>,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Option<Response>, PortError> {
    let blobs = &*context.platform.blobs;
    let Some(size) = blobs.head(key).await? else {
        return Ok(None);
    };
    let tag = asked.etag.to_str().unwrap_or_default();
    let etag = match encoding {
        Some(encoding) => format!("{}-{encoding}\"", tag.trim_end_matches('"')),
        None => tag.to_owned(),
    };
    let etag = HeaderValue::from_str(&etag).unwrap_or_else(|_| asked.etag.clone());
    let content_type = match asked.content_type {
        Some(told) => told,
        None if frame::is_known(headers, &etag) => frame::UNKNOWN,
        // Of the bundle itself: what is compressed is no smaller than what tells a type.
        None => type_of(blobs, &asked.key, size).await?,
    };
    let head = BlobHead {
        size,
        etag,
        content_type: HeaderValue::from_static(content_type),
        cache_control: frame::FOR_EVER,
    };
    let open = async |range| {
        let reader = blobs.get(key, range).await?;
        reader.ok_or_else(|| PortError::retry(format!("blob {key} is gone")))
    };
    let mut response = frame::blob(method, headers, head, open).await?;
    let own = response.headers_mut();
    if asked.may_be_compressed {
        own.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    if let Some(encoding) = encoding {
        own.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Ok(Some(response))
}

/// Where the file lies, if it can lie anywhere.
async fn find(
    context: &GatewayContext,
    version: &str,
    folder: &str,
    file: &str,
) -> Result<Option<Asked>, Fault> {
    if is_beside(file) {
        return Ok(Asked::of(version, file, None, false));
    }
    if let Some((name, platform)) = named(file) {
        return bundle_of(context, version, folder, name, platform).await;
    }
    if let Some((name, platform)) = file.strip_suffix(BROTLI).and_then(named) {
        let whole = bundle_of(context, version, folder, name, platform).await?;
        return Ok(whole.and_then(|whole| whole.variant(BROTLI)));
    }
    if folder == SHARED {
        return Ok(None);
    }
    code(context, folder, file).await
}

/// The parts of a bundle's name: what it is of, and the platform.
fn named(file: &str) -> Option<(&str, &str)> {
    let (name, platform) = file.rsplit_once('_')?;
    let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (is_name && is_platform(platform)).then_some((name, platform))
}

/// Where a bundle lies.
async fn bundle_of(
    context: &GatewayContext,
    version: &str,
    folder: &str,
    name: &str,
    platform: &str,
) -> Result<Option<Asked>, Fault> {
    if folder == SHARED {
        return Ok(Asked::of(version, name, None, true));
    }
    let found = manifest_of(context, folder, platform).await?;
    let Some(manifest) = found.filter(|found| found.version == version) else {
        return Ok(None);
    };
    // Clients from before the shared folder know only the file's hash; some write it in lower case.
    let mut outcomes = manifest.outcomes.iter();
    let outcome = outcomes.find(|outcome| {
        let own = [Some(&outcome.hash), outcome.bundle.as_ref()];
        let own = own.into_iter().flatten();
        own.map(|of| of.strip_suffix(&format!("_{platform}")).unwrap_or(of))
            .any(|of| of.eq_ignore_ascii_case(name))
    });
    let bundle = outcome.and_then(|outcome| outcome.bundle.as_deref());
    let bundle = bundle.and_then(|bundle| bundle.rsplit_once('_'));
    Ok(bundle.and_then(|(name, _)| Asked::of(version, name, None, true)))
}

/// A file of a scene's code: what a client would else ask the content server for.
async fn code(context: &GatewayContext, id: &str, file: &str) -> Result<Option<Asked>, Fault> {
    #[derive(Deserialize)]
    struct Content {
        file: String,
        hash: String,
    }
    #[derive(Default, Deserialize, Serialize)]
    struct Main {
        #[serde(default)]
        main: String,
    }
    let ids = [id.to_owned()];
    let Some(shown) = Registry::of(context).bodies(&ids).await?.remove(id) else {
        return Ok(None);
    };
    let main = shown.metadata.as_ref();
    let main = main.and_then(|of| serde_json::from_str::<Main>(of.get()).ok());
    let main = main.unwrap_or_default().main;
    if !CODE.contains(&file) && (main.is_empty() || file != main) {
        return Ok(None);
    }
    let content = shown.content.as_ref();
    let content = content.and_then(|of| serde_json::from_str::<Vec<Content>>(of.get()).ok());
    let mut content = content.unwrap_or_default().into_iter();
    let Some(found) = content.find(|of| of.file.eq_ignore_ascii_case(file)) else {
        return Ok(None);
    };
    let Ok(hash) = ContentHash::parse(&found.hash) else {
        return Ok(None);
    };
    let is_there = context.platform.blobs.head(hash.as_str()).await?.is_some();
    if let Some(fetch) = context.content.as_ref().filter(|_| !is_there) {
        fetch.fetch(hash.as_str(), &[]).await?;
    }
    let etag = HeaderValue::from_str(&format!("\"{}\"", hash.as_str())).ok();
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    Ok(etag.map(|etag| Asked {
        key: hash.to_string(),
        etag,
        content_type: Some(match extension {
            "js" => "text/javascript",
            "json" => "application/json",
            _ => "application/octet-stream",
        }),
        may_be_compressed: false,
    }))
}

/// `v`, a number, and perhaps the name of a profile.
fn is_version(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('v') else {
        return false;
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (_, profile) = rest.split_at(digits);
    let is_profile = |name: &str| is_platform(name);
    digits > 0 && (profile.is_empty() || profile.strip_prefix('-').is_some_and(is_profile))
}

/// Whether a name is that of a file beside bundles: a hash, and what it is.
fn is_beside(file: &str) -> bool {
    let Some((hash, extension)) = file.split_once('.') else {
        return false;
    };
    let is_digest = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    let is_extension = (2..=5).contains(&extension.len())
        && extension
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    is_extension && (is_digest || ContentHash::parse(hash).is_ok())
}

/// Whether the caller says that it reads a coding.
fn takes(headers: &HeaderMap, coding: &str) -> bool {
    let given = headers.get_all(header::ACCEPT_ENCODING).iter();
    let given = given.filter_map(|value| value.to_str().ok());
    let mut codings = given.flat_map(|value| value.split(','));
    codings.any(|told| {
        let mut parts = told.split(';').map(str::trim);
        let is_it = parts
            .next()
            .is_some_and(|of| of.eq_ignore_ascii_case(coding));
        is_it && !parts.any(|quality| matches!(quality, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

/// The type of a bundle by its first bytes. One that is JSON is a model: nothing else is text.
async fn type_of(blobs: &dyn Blobs, key: &str, size: u64) -> Result<&'static str, PortError> {
    let Some(reader) = blobs
        .get(key, Some(0..size.min(frame::MAGIC_BYTES)))
        .await?
    else {
        return Ok(frame::UNKNOWN);
    };
    let pieces: Vec<_> = reader
        .stream
        .try_collect()
        .await
        .map_err(|e| PortError::retry(format!("blob {key}: {e}")))?;
    let head = pieces.concat();
    Ok(match head.starts_with(b"{") {
        true => "model/gltf+json",
        false => frame::media_type(&head),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        for version in ["v49", "v50-gltf", "v3000"] {
            assert!(is_version(version), "{version}");
        }
        for other in ["v", "entities", "v5-", "vv5", "5", "v5x", "v5-A"] {
            assert!(!is_version(other), "{other}");
        }
        let digest = "ab".repeat(32);
        assert!(is_beside(&format!("{digest}.ktx2")));
        assert!(is_beside(
            "QmZpwVxR7rmbwCWCQrqpTeXeZGSTHfYQaAVxbV1bmaNM6D.bin"
        ));
        for other in [
            "main.crdt",
            "scene.json",
            "a_web",
            &format!("{digest}.K"),
            &digest,
        ] {
            assert!(!is_beside(other), "{other}");
        }
    }

    #[test]
    fn a_coding_is_sent_to_those_who_take_it() {
        let with = |coding: &str, text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(text));
            takes(&headers, coding)
        };
        let zstd = |text| with("zstd", text);
        assert!(zstd("gzip, deflate, br, zstd") && zstd("ZSTD;q=0.5"));
        assert!(!zstd("gzip, br") && !zstd("zstd;q=0") && !takes(&HeaderMap::new(), "zstd"));
        assert!(with("br", "gzip, deflate, br") && !with("br", "br;q=0, brotli, gzip"));
    }
}
