//! Blobs as answers.

use axum::body::to_bytes;
use bytes::Bytes;
use futures::{StreamExt, stream};

use super::*;

const TAG: HeaderValue = HeaderValue::from_static("\"x\"");
const BYTES: &[u8] = b"0123456789";

fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(*name, HeaderValue::from_static(value));
    }
    headers
}

fn range(text: &'static str, size: u64) -> Wanted {
    wanted(&Method::GET, &headers(&[("range", text)]), &TAG, size)
}

async fn ask(method: Method, lines: &[(&'static str, &'static str)]) -> (Response<()>, Bytes) {
    let head = BlobHead {
        size: BYTES.len() as u64,
        etag: TAG,
        content_type: HeaderValue::from_static("image/ktx2"),
        cache_control: FOR_EVER,
    };
    let open = async |range: Option<Range<u64>>| {
        let range = range.unwrap_or(0..BYTES.len() as u64);
        let part = &BYTES[range.start as usize..range.end as usize];
        let stream = stream::iter([Ok(Bytes::from_static(part))]).boxed();
        let size = BYTES.len() as u64;
        Ok::<_, PortError>(BlobReader { size, stream })
    };
    let answer = blob(&method, &headers(lines), head, open).await;
    let (parts, body) = answer.expect("it opens").into_parts();
    let body = to_bytes(body, 100).await.expect("the body ends well");
    (Response::from_parts(parts, ()), body)
}

fn header<'a>(answer: &'a Response<()>, name: &str) -> Option<&'a str> {
    answer.headers().get(name).and_then(|v| v.to_str().ok())
}

#[test]
fn ranges_are_those_of_the_rfc() {
    assert_eq!(range("bytes=0-4", 10), Wanted::Part(0..5));
    assert_eq!(range("bytes=5-", 10), Wanted::Part(5..10));
    assert_eq!(range("bytes=5-99", 10), Wanted::Part(5..10));
    assert_eq!(range("bytes=-3", 10), Wanted::Part(7..10));
    assert_eq!(range("bytes=-99", 10), Wanted::Part(0..10));
    assert_eq!(range("bytes=9-9", 10), Wanted::Part(9..10));
    assert_eq!(
        range("bytes=0-18446744073709551615", 10),
        Wanted::Part(0..10)
    );
    for text in ["bytes=10-", "bytes=10-12", "bytes=-0"] {
        assert_eq!(range(text, 10), Wanted::Nowhere, "{text}");
    }
    for text in [
        "bytes=0-1,3-4",
        "lines=1-2",
        "bytes=4-2",
        "bytes=a-b",
        "bytes=+1-2",
        "bytes=-",
        "bytes=5",
        "bytes=18446744073709551616-",
    ] {
        assert_eq!(range(text, 10), Wanted::Whole, "{text}");
    }
    assert_eq!(range("bytes=0-", 0), Wanted::Nowhere);
    assert_eq!(range("bytes=-1", 0), Wanted::Nowhere);
}

#[test]
fn a_range_is_of_the_version_that_if_range_names() {
    let of = |version| {
        let lines = headers(&[("range", "bytes=0-4"), ("if-range", version)]);
        wanted(&Method::GET, &lines, &TAG, 10)
    };
    assert_eq!(of("\"x\""), Wanted::Part(0..5));
    for version in ["\"y\"", "W/\"x\"", "Wed, 21 Oct 2026 07:28:00 GMT"] {
        assert_eq!(of(version), Wanted::Whole, "{version}");
    }
}

#[test]
fn a_tag_matches_weak_plain_or_listed() {
    for text in ["\"x\"", "W/\"x\"", "x", "\"a\", \"x\"", "*"] {
        assert!(
            is_known(&headers(&[("if-none-match", text)]), &TAG),
            "{text}"
        );
    }
    assert!(!is_known(&headers(&[("if-none-match", "\"y\"")]), &TAG));
    assert!(!is_known(&HeaderMap::new(), &TAG));
}

#[tokio::test]
async fn a_blob_is_answered_whole_and_in_part() {
    let (whole, body) = ask(Method::GET, &[]).await;
    assert_eq!((whole.status(), &*body), (StatusCode::OK, BYTES));
    assert_eq!(header(&whole, "content-length"), Some("10"));
    assert_eq!(header(&whole, "accept-ranges"), Some("bytes"));
    assert_eq!(header(&whole, "content-type"), Some("image/ktx2"));
    assert_eq!(header(&whole, "etag"), Some("\"x\""));
    assert!(whole.extensions().get::<Uncompressed>().is_some());

    let (part, body) = ask(Method::GET, &[("range", "bytes=-4")]).await;
    assert_eq!((part.status().as_u16(), &*body), (206, &b"6789"[..]));
    assert_eq!(header(&part, "content-range"), Some("bytes 6-9/10"));
    assert_eq!(header(&part, "content-length"), Some("4"));

    let (nowhere, body) = ask(Method::GET, &[("range", "bytes=10-")]).await;
    assert_eq!(nowhere.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(header(&nowhere, "content-range"), Some("bytes */10"));
    // A refusal is not kept in the blob's place.
    assert!(body.is_empty() && header(&nowhere, "cache-control").is_none());
}

#[tokio::test]
async fn a_head_is_that_of_the_whole_blob() {
    let (head, body) = ask(Method::HEAD, &[("range", "bytes=0-1")]).await;
    assert_eq!(head.status(), StatusCode::OK);
    assert_eq!(header(&head, "content-length"), Some("10"));
    assert_eq!(header(&head, "content-range"), None);
    assert!(body.is_empty());
}

#[tokio::test]
async fn conditions_come_before_ranges() {
    let known = [("if-none-match", "\"x\""), ("range", "bytes=99-")];
    let (answer, body) = ask(Method::GET, &known).await;
    assert_eq!(answer.status(), StatusCode::NOT_MODIFIED);
    assert!(body.is_empty() && header(&answer, "content-length").is_none());
    assert!(header(&answer, "cache-control").is_some() && header(&answer, "etag").is_some());
    for (tag, status) in [("\"y\"", 412), ("W/\"x\"", 412), ("\"x\"", 200), ("*", 200)] {
        let (answer, _) = ask(Method::GET, &[("if-match", tag)]).await;
        assert_eq!(answer.status(), status, "{tag}");
    }
}
