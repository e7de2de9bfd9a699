//! The page that shows portraits as they come. It asks the gateway's public routes and nothing else.

use axum::extract::Path;
use axum::response::Response;
use http::{HeaderMap, HeaderValue};

use crate::frame::{ApiError, Edge, Page, page_files};

static PAGE: Page = Page {
    name: "gallery",
    html: include_str!("files/index.html"),
    files: page_files!["files/": "gallery.js", "style.css"],
    // No script, style or picture but ours.
    policy: HeaderValue::from_static(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
};

/// The page.
#[utoipa::path(get, path = "/gallery", tag = "gallery", responses((status = 200, description = "a page")))]
pub(super) async fn page(edge: Edge, headers: HeaderMap) -> Response {
    PAGE.index(&edge, &headers)
}

/// A file of the page.
pub(super) async fn file(
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    PAGE.file(&name, &headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_nothing_that_its_policy_forbids() {
        assert!(
            !PAGE.html.contains("<style")
                && !PAGE.html.contains("style=")
                && !PAGE.html.contains("onclick")
        );
        assert!(PAGE.html.contains("{root}/gallery/gallery.js"));
        for file in PAGE.files {
            let text = std::str::from_utf8(file.bytes).expect("text");
            assert!(!text.contains("innerHTML"), "{}", file.name);
        }
    }
}
