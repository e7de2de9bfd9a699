//! The page that shows portraits as they come. It asks the gateway's public routes and nothing else.

use axum::extract::Path;
use axum::response::Response;
use http::{HeaderMap, HeaderValue};

use crate::frame::{ApiError, Edge, PageFile, page_file};

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(PageFile { name: $name, bytes: include_bytes!(concat!("files/", $name)) }),*]
    };
}

const PAGE: &str = include_str!("files/index.html");
const FILES: &[PageFile] = files!["gallery.js", "style.css"];

/// No script, style or picture but ours.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The page.
#[utoipa::path(get, path = "/gallery", tag = "gallery", responses((status = 200, description = "a page")))]
pub(super) async fn page(edge: Edge, headers: HeaderMap) -> Response {
    let root = match edge.mount.below {
        true => format!("/{}", edge.mount.gateway),
        false => String::new(),
    };
    let page = PAGE.replace("{root}", &root);
    page_file("index.html", page.into_bytes(), POLICY, &headers)
}

/// A file of the page.
pub(super) async fn file(
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let found = FILES.iter().find(|file| file.name == name);
    let Some(file) = found else {
        let name: String = name.chars().take(100).collect();
        let said = format!("the gallery has no file {name:?}");
        return Err(ApiError::not_found(said));
    };
    Ok(page_file(file.name, file.bytes.to_vec(), POLICY, &headers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_nothing_that_its_policy_forbids() {
        assert!(!PAGE.contains("<style") && !PAGE.contains("style=") && !PAGE.contains("onclick"));
        assert!(PAGE.contains("{root}/gallery/gallery.js"));
        for file in FILES {
            let text = std::str::from_utf8(file.bytes).expect("text");
            assert!(!text.contains("innerHTML"), "{}", file.name);
        }
    }
}
