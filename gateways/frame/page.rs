//! The files of a page that a gateway brings: with a type, a tag, and a policy that keeps the page to itself.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};

use super::{ApiError, Edge};

/// One file below a page's folder.
pub struct PageFile {
    /// Its path there.
    pub name: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

/// The files of a page, from a folder beside the module: `page_files!["files/": "viewer.js", "style.css"]`.
macro_rules! page_files {
    ($folder:literal: $($name:literal),* $(,)?) => {
        &[$($crate::frame::PageFile { name: $name, bytes: include_bytes!(concat!($folder, $name)) }),*]
    };
}
pub(crate) use page_files;

/// A page with its files.
pub struct Page {
    /// What it is called in an answer that something is not there.
    pub name: &'static str,
    /// `index.html`; `{root}` in it is where the gateway is mounted.
    pub html: &'static str,
    /// Everything else.
    pub files: &'static [PageFile],
    /// Its Content-Security-Policy.
    pub policy: HeaderValue,
}

impl Page {
    /// Answers with the page itself.
    pub fn index(&self, edge: &Edge, asked: &HeaderMap) -> Response {
        let root = match edge.mount.below {
            true => format!("/{}", edge.mount.gateway),
            false => String::new(),
        };
        let page = self.html.replace("{root}", &root).into_bytes();
        page_file("index.html", page, self.policy.clone(), asked)
    }

    /// Answers with a file.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn file(&self, name: &str, asked: &HeaderMap) -> Result<Response, ApiError> {
        let Some(file) = self.files.iter().find(|file| file.name == name) else {
            let shown: String = name.chars().take(NAME_SHOWN).collect();
            let said = format!("the {} has no file {shown:?}", self.name);
            return Err(ApiError::not_found(said));
        };
        let bytes = file.bytes.to_vec();
        Ok(page_file(file.name, bytes, self.policy.clone(), asked))
    }
}

/// Characters of a name that is not there, in the answer that says so.
const NAME_SHOWN: usize = 100;

/// Kept, and asked for again each time: a new program brings new files under the old names.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");
const NO_SNIFFING: HeaderValue = HeaderValue::from_static("nosniff");
const NO_REFERRER: HeaderValue = HeaderValue::from_static("no-referrer");
const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");

/// Answers with a file, or that the client has it; `policy` is the page's Content-Security-Policy.
fn page_file(name: &str, bytes: Vec<u8>, policy: HeaderValue, asked: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", hex::encode(&Sha256::digest(&bytes)[..12]));
    let known = asked.get_all(header::IF_NONE_MATCH).iter();
    // A compressor on the way may have made the tag a weak one.
    let is_known = known
        .filter_map(|tags| tags.to_str().ok())
        .flat_map(|tags| tags.split(','))
        .any(|known| known.trim().trim_start_matches("W/") == tag);
    let mut response = match is_known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => Body::from(bytes).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(name)));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, ASK_AGAIN);
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NO_SNIFFING);
    headers.insert(header::REFERRER_POLICY, NO_REFERRER);
    let opener = HeaderName::from_static("cross-origin-opener-policy");
    headers.insert(opener, SAME_ORIGIN);
    response
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("wasm") => "application/wasm",
        _ => "text/plain; charset=utf-8",
    }
}
