//! The page where people look at bundles: an entity's files, each as it was deployed beside what became of it.
//!
//! The page asks the gateway's public routes and the entity's content server, and nothing else.

use axum::extract::Path;
use axum::response::Response;
use http::{HeaderMap, HeaderValue};

use crate::frame::{ApiError, Edge, Page, page_files};

static PAGE: Page = Page {
    name: "viewer",
    html: include_str!("files/index.html"),
    files: page_files!["files/":
        "entity.js",
        "panel.js",
        "style.css",
        "vendor/LICENCES.txt",
        "vendor/basis_transcoder.js",
        "vendor/basis_transcoder.wasm",
        "vendor/three.js",
        "viewer.js",
    ],
    // No script but our files and what the transcoder makes of its own (it writes functions, hence `unsafe-eval`); models and
    // images come from content servers, wherever those are.
    policy: HeaderValue::from_static(
        "default-src 'none'; script-src 'self' 'unsafe-eval' blob:; worker-src blob:; style-src 'self'; \
     img-src 'self' blob: data:; connect-src * blob: data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
};

/// The page.
#[utoipa::path(get, path = "/viewer", tag = "viewer", responses((status = 200, description = "a page")))]
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
    use std::collections::BTreeSet;
    use std::path::Path as FilePath;

    use super::*;

    fn below(folder: &FilePath, root: &FilePath, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                below(&path, root, found);
                continue;
            }
            let name = path.strip_prefix(root).expect("below").to_string_lossy();
            found.insert(name.into_owned());
        }
    }

    #[test]
    fn every_file_of_the_folder_is_in_the_program() {
        let root = FilePath::new(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/viewer/files"));
        let mut there = BTreeSet::new();
        below(root, root, &mut there);
        // A route of its own, and what is for people.
        for name in ["index.html", "vendor/README.md", "vendor/entry.js"] {
            assert!(there.remove(name), "{name}");
        }
        let known: BTreeSet<String> = PAGE.files.iter().map(|file| file.name.to_owned()).collect();
        assert_eq!(known, there);
    }

    #[test]
    fn the_page_has_nothing_that_its_policy_forbids() {
        assert!(
            !PAGE.html.contains("<style")
                && !PAGE.html.contains("style=")
                && !PAGE.html.contains("onclick")
        );
        assert!(PAGE.html.contains("{root}/viewer/viewer.js"));
    }
}
