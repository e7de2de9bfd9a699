//! The form of an upload, within its limits: a picture, what its client says of it, and whether others may find it.

use std::time::Duration;

use axum::body::Body;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use futures::StreamExt;
use http::StatusCode;
use tokio::time::timeout;

use super::fault::Fault;
use super::settings::CameraReel;

/// Parts of a form, those that nobody knows included.
const PARTS_MAX: usize = 16;
/// Longest text of a flag, bytes.
const FLAG_BYTES_MAX: usize = 16;
/// How long what is left of a refused body is read.
const DRAIN_WITHIN: Duration = Duration::from_secs(5);

/// A picture as it was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct File {
    pub(super) bytes: Vec<u8>,
    pub(super) name: Option<String>,
    pub(super) content_type: Option<String>,
}

/// An upload as it was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) image: File,
    /// JSON, perhaps.
    pub(super) metadata: Vec<u8>,
    pub(super) is_public: bool,
}

/// Reads a form.
///
/// # Errors
/// 400 for what is no form, 413 beyond a limit, 408 when it does not come in time; in words alone.
pub(super) async fn read(settings: &CameraReel, request: Request) -> Result<Form, Fault> {
    let multipart = Multipart::from_request(request, &()).await;
    let mut multipart = multipart.map_err(|rejection| bad(rejection.body_text()))?;
    let within = settings.upload_timeout;
    let parsed = timeout(within.0, parse(settings, &mut multipart)).await;
    match parsed {
        Ok(Ok(form)) => Ok(form),
        Ok(Err(fault)) => {
            // A client that is still sending when the connection closes would see a broken pipe, not the answer.
            let rest = async { while let Ok(Some(_)) = multipart.next_field().await {} };
            let _ = timeout(DRAIN_WITHIN, rest).await;
            Err(fault)
        }
        Err(_) => {
            let text = format!("the upload was not sent within {within}");
            Err(Fault::Text(StatusCode::REQUEST_TIMEOUT, text))
        }
    }
}

/// Reads a body that nobody wants, up to the gateway's limit, so that its sender reads the answer.
pub(super) async fn drain(settings: &CameraReel, body: Body) {
    let mut left = settings.body_limit().0;
    let mut pieces = body.into_data_stream();
    let rest = async {
        while let Some(Ok(piece)) = pieces.next().await {
            match left.checked_sub(piece.len() as u64) {
                Some(less) => left = less,
                None => return,
            }
        }
    };
    let _ = timeout(DRAIN_WITHIN, rest).await;
}

async fn parse(settings: &CameraReel, multipart: &mut Multipart) -> Result<Form, Fault> {
    let (mut image, mut metadata, mut is_public) = (None, None, None);
    let mut parts = 0;
    while let Some(field) = multipart.next_field().await.map_err(fault)? {
        parts += 1;
        if parts > PARTS_MAX {
            return Err(bad(format!("more than {PARTS_MAX} parts")));
        }
        let name = field.name().unwrap_or_default().to_owned();
        let came_twice = match name.as_str() {
            "image" => image.replace(file(settings, field).await?).is_some(),
            "metadata" => {
                let most = settings.metadata_limit.0;
                let read = bytes(field, most).await?;
                metadata.replace(read).is_some()
            }
            "is_public" => {
                let read = bytes(field, FLAG_BYTES_MAX as u64).await?;
                is_public.replace(flag(&read)?).is_some()
            }
            // Whatever newer clients say besides.
            _ => {
                bytes(field, CameraReel::FORM_BYTES).await?;
                false
            }
        };
        if came_twice {
            return Err(bad(format!("part {name} came twice")));
        }
    }
    let missing = |name: &str| bad(format!("part {name} is missing"));
    Ok(Form {
        image: image.ok_or_else(|| missing("image"))?,
        metadata: metadata.ok_or_else(|| missing("metadata"))?,
        is_public: is_public.unwrap_or(false),
    })
}

async fn file(settings: &CameraReel, field: Field<'_>) -> Result<File, Fault> {
    let name = field.file_name().map(str::to_owned);
    let content_type = field.content_type().map(str::to_owned);
    Ok(File {
        name,
        content_type,
        bytes: bytes(field, settings.image_limit.0).await?,
    })
}

/// The bytes of a part, at most so many.
async fn bytes(mut field: Field<'_>, most: u64) -> Result<Vec<u8>, Fault> {
    let name = field.name().unwrap_or_default().to_owned();
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(fault)? {
        if (bytes.len() + chunk.len()) as u64 > most {
            let name: String = name.chars().take(80).collect();
            let text = format!("part {name:?} is larger than {most} bytes");
            return Err(Fault::Text(StatusCode::PAYLOAD_TOO_LARGE, text));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn flag(text: &[u8]) -> Result<bool, Fault> {
    match text {
        b"true" => Ok(true),
        b"false" => Ok(false),
        _ => Err(bad("part is_public is neither true nor false")),
    }
}

fn bad(text: impl Into<String>) -> Fault {
    Fault::Text(StatusCode::BAD_REQUEST, text.into())
}

fn fault(error: MultipartError) -> Fault {
    let status = match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::BAD_REQUEST,
    };
    Fault::Text(status, error.body_text())
}

#[cfg(test)]
mod tests {
    use runtime::settings::Size;

    use super::*;

    fn settings() -> CameraReel {
        CameraReel {
            image_limit: Size(20),
            metadata_limit: Size(10),
            ..CameraReel::default()
        }
    }

    fn part(head: &str, body: &str) -> String {
        format!("--b\r\ncontent-disposition: form-data; {head}\r\n\r\n{body}\r\n")
    }

    async fn send(body: String) -> Result<Form, (u16, String)> {
        let request = Request::post("/api/images")
            .header("content-type", "multipart/form-data; boundary=b")
            .body(Body::from(body))
            .expect("a request");
        match read(&settings(), request).await {
            Ok(form) => Ok(form),
            Err(Fault::Text(status, text)) => Err((status.as_u16(), text)),
            Err(other) => panic!("not in words: {other:?}"),
        }
    }

    fn image() -> String {
        part(
            "name=\"image\"; filename=\"1.jpg\"\r\ncontent-type: image/jpeg",
            "bytes",
        )
    }

    fn metadata() -> String {
        part("name=\"metadata\"", "{}")
    }

    #[tokio::test]
    async fn parts_come_in_any_order_and_unknown_ones_are_passed_over() {
        let public = part("name=\"is_public\"", "true");
        let other = part("name=\"colour\"", "red");
        for body in [
            image() + &metadata() + &public + &other,
            other.clone() + &public + &metadata() + &image(),
        ] {
            let form = send(body + "--b--\r\n").await.expect("a form");
            assert!(form.is_public);
            assert_eq!(form.metadata, b"{}");
            assert_eq!(form.image.bytes, b"bytes");
            assert_eq!(form.image.name.as_deref(), Some("1.jpg"));
            assert_eq!(form.image.content_type.as_deref(), Some("image/jpeg"));
        }
        let form = send(image() + &metadata() + "--b--\r\n")
            .await
            .expect("a form");
        assert!(!form.is_public, "private unless it is said");
    }

    #[tokio::test]
    async fn what_is_no_form_is_refused_in_words() {
        let end = "--b--\r\n";
        let flag = |text: &str| image() + &metadata() + &part("name=\"is_public\"", text) + end;
        let long = part("name=\"image\"\r\ncontent-type: image/png", &"x".repeat(21));
        let told = part("name=\"metadata\"", &"x".repeat(11));
        for (body, status, word) in [
            (image() + end, 400, "metadata is missing"),
            (metadata() + end, 400, "image is missing"),
            (image() + &image() + end, 400, "came twice"),
            (flag("yes"), 400, "is_public"),
            (flag(&"x".repeat(17)), 413, "is_public"),
            (long + &metadata() + end, 413, "larger than 20"),
            (image() + &told + end, 413, "larger than 10"),
            (
                part("name=\"x\"", "1").repeat(17) + end,
                400,
                "more than 16",
            ),
            (image() + &metadata(), 400, ""),
            ("hello".to_owned(), 400, ""),
        ] {
            let (found, text) = send(body).await.expect_err(word);
            assert_eq!(found, status, "{text}");
            assert!(text.contains(word), "{text}");
        }
    }

    #[tokio::test]
    async fn what_has_no_boundary_is_no_form() {
        let request = Request::post("/")
            .body(Body::from("{}"))
            .expect("a request");
        let fault = read(&settings(), request).await.expect_err("no form");
        assert!(matches!(fault, Fault::Text(StatusCode::BAD_REQUEST, _)));
    }
}
