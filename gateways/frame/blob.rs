//! A blob as an answer: whole or in part, or only that the caller has it already (RFC 9110, 13 and 14).
//!
//! The bytes are streamed; nothing here holds a blob in memory. Only the tag tells versions apart: blobs never change.

use std::ops::Range;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use runtime::ports::{BlobReader, Blobs, PortError};

use super::Uncompressed;

/// For what is named by its content.
pub const FOR_EVER: HeaderValue =
    HeaderValue::from_static("public,max-age=31536000,s-maxage=31536000,immutable");

/// What the head of an answer says of a blob.
#[derive(Clone, Debug)]
pub struct BlobHead {
    /// Of the whole blob, bytes.
    pub size: u64,
    /// Names the version: `"…"`, with its quotes.
    pub etag: HeaderValue,
    /// Its type.
    pub content_type: HeaderValue,
    /// How long it may be kept.
    pub cache_control: HeaderValue,
}

/// Answers GET or HEAD for a blob. `open` is called at most once, with the part that is wanted (end exclusive, within
/// the blob), or with `None` for all of it.
///
/// # Errors
/// Those of `open`.
pub async fn blob<E, F>(
    method: &Method,
    asked: &HeaderMap,
    head: BlobHead,
    open: impl FnOnce(Option<Range<u64>>) -> F,
) -> Result<Response, E>
where
    F: Future<Output = Result<BlobReader, E>>,
{
    let mut response = Response::new(Body::empty());
    // Its bytes have a length and a tag.
    response.extensions_mut().insert(Uncompressed);
    let own = response.headers_mut();
    own.insert(header::ETAG, head.etag.clone());
    own.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if let Some(status) = precondition(asked, &head.etag) {
        own.insert(header::CACHE_CONTROL, head.cache_control);
        *response.status_mut() = status;
        return Ok(response);
    }
    let range = match wanted(method, asked, &head.etag, head.size) {
        Wanted::Whole => None,
        Wanted::Part(range) => Some(range),
        Wanted::Nowhere => {
            own.insert(
                header::CONTENT_RANGE,
                value(format!("bytes */{}", head.size)),
            );
            *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
            return Ok(response);
        }
    };
    let reader = match *method {
        Method::HEAD => None,
        _ => Some(open(range.clone()).await?),
    };
    // Another one may have come in its place meanwhile: what is read says how long it is.
    let size = reader.as_ref().map_or(head.size, |reader| reader.size);
    own.insert(header::CACHE_CONTROL, head.cache_control);
    own.insert(header::CONTENT_TYPE, head.content_type);
    let length = range.as_ref().map_or(size, |r| r.end - r.start);
    own.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    if let Some(Range { start, end }) = range {
        let text = format!("bytes {start}-{}/{size}", end - 1);
        own.insert(header::CONTENT_RANGE, value(text));
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    if let Some(reader) = reader {
        *response.body_mut() = Body::from_stream(reader.stream);
    }
    Ok(response)
}

/// Answers for what the blob store has under a key; `None` if it has nothing. `head` is told the size.
///
/// # Errors
/// The store's faults.
pub async fn stored(
    blobs: &dyn Blobs,
    key: &str,
    method: &Method,
    asked: &HeaderMap,
    head: impl FnOnce(u64) -> BlobHead,
) -> Result<Option<Response>, PortError> {
    let Some(size) = blobs.head(key).await? else {
        return Ok(None);
    };
    let open = async |range| {
        let reader = blobs.get(key, range).await?;
        reader.ok_or_else(|| PortError::retry(format!("blob {key} is gone")))
    };
    blob(method, asked, head(size), open).await.map(Some)
}

/// Whether the caller says that it has this version already.
pub fn is_known(asked: &HeaderMap, etag: &HeaderValue) -> bool {
    asked.contains_key(header::IF_NONE_MATCH) && names(asked, &header::IF_NONE_MATCH, etag, false)
}

/// The status of an answer that goes no further than the conditions of the request.
fn precondition(asked: &HeaderMap, etag: &HeaderValue) -> Option<StatusCode> {
    if asked.contains_key(header::IF_MATCH) && !names(asked, &header::IF_MATCH, etag, true) {
        return Some(StatusCode::PRECONDITION_FAILED);
    }
    is_known(asked, etag).then_some(StatusCode::NOT_MODIFIED)
}

/// Whether a list of tags names this one. A strong comparison takes no weak tag.
fn names(asked: &HeaderMap, list: &header::HeaderName, etag: &HeaderValue, strong: bool) -> bool {
    let Ok(etag) = etag.to_str() else {
        return false;
    };
    let lines = asked.get_all(list).iter();
    let tags = lines.filter_map(|line| line.to_str().ok());
    tags.flat_map(|line| line.split(',')).any(|tag| {
        let tag = tag.trim();
        let bare = match strong {
            true => tag,
            false => tag.trim_start_matches("W/"),
        };
        // Some clients leave the quotes out.
        bare == "*" || bare.trim_matches('"') == etag.trim_matches('"')
    })
}

/// What of a blob is wanted.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Whole,
    Part(Range<u64>),
    Nowhere,
}

/// A single byte range (RFC 9110 14.1.2); several ranges or another unit mean the whole blob, as for a server that
/// does not know them. Only of GET are ranges defined.
fn wanted(method: &Method, asked: &HeaderMap, etag: &HeaderValue, size: u64) -> Wanted {
    let text = |name| {
        let value: Option<&HeaderValue> = asked.get(name);
        value.and_then(|value| value.to_str().ok())
    };
    if *method != Method::GET {
        return Wanted::Whole;
    }
    let range = text(header::RANGE).and_then(|range| range.trim().strip_prefix("bytes="));
    let Some(spec) = range else {
        return Wanted::Whole;
    };
    // A part of another version is of no use, and of a weak tag nobody knows which it is.
    if asked
        .get(header::IF_RANGE)
        .is_some_and(|version| version != etag)
    {
        return Wanted::Whole;
    }
    part(spec, size)
}

/// The range that `first-last`, `first-` or `-length` names.
fn part(spec: &str, size: u64) -> Wanted {
    let Some((first, last)) = spec.trim().split_once('-') else {
        return Wanted::Whole;
    };
    let number = |text: &str| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u64>().ok()).flatten()
    };
    match (first.trim(), last.trim()) {
        ("", suffix) => match number(suffix) {
            Some(0) => Wanted::Nowhere,
            Some(_) if size == 0 => Wanted::Nowhere,
            Some(length) => Wanted::Part(size.saturating_sub(length)..size),
            None => Wanted::Whole,
        },
        (first, last) => match (number(first), last, number(last)) {
            (Some(first), "", _) if first < size => Wanted::Part(first..size),
            (Some(first), _, Some(last)) if first > last => Wanted::Whole,
            (Some(first), _, Some(last)) if first < size => {
                Wanted::Part(first..last.saturating_add(1).min(size))
            }
            (Some(_), "", _) | (Some(_), _, Some(_)) => Wanted::Nowhere,
            _ => Wanted::Whole,
        },
    }
}

fn value(text: String) -> HeaderValue {
    HeaderValue::try_from(text).expect("digits and plain letters are legal in a header")
}

#[cfg(test)]
mod tests;
