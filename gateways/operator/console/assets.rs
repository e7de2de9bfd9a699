//! The files of the page, and the headers that keep it to itself.

use axum::extract::Path;
use axum::response::Response;
use http::{HeaderMap, HeaderValue};

use crate::frame::{ApiError, Edge, Page, page_files};

static PAGE: Page = Page {
    name: "console",
    html: include_str!("assets/index.html"),
    files: page_files!("assets/":
    "api.js",
    "app.js",
    "changes.js",
    "format.js",
    "graph.js",
    "icon.svg",
    "ndjson.js",
    "parts.js",
    "poll.js",
    "rates.js",
    "session.js",
    "style.css",
    "theme.js",
    "screens/dead_letters.js",
    "screens/effects.js",
    "screens/explain.js",
    "screens/flow.js",
    "screens/generations.js",
    "screens/overview.js",
    "screens/processors.js",
    "screens/records.js",
    "screens/topics.js",
    "screens/verify.js",
    "vendor/dagre.js",
    "vendor/hooks.js",
    "vendor/htm.js",
    "vendor/preact.js",
    "vendor/LICENCES.txt",
    ),
    // No script but our files, no other host, no frame around the page.
    policy: HeaderValue::from_static(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
};

/// The console page.
#[utoipa::path(get, path = "/", tag = "console", responses((status = 200, description = "a page")))]
pub(in super::super) async fn page(edge: Edge, headers: HeaderMap) -> Response {
    // Whole paths: `/operator` and `/operator/` are the same page, and what is relative to one is not to the other.
    PAGE.index(&edge, &headers)
}

/// A file of the page.
pub(in super::super) async fn file(
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    PAGE.file(&name, &headers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path as FilePath;

    fn below(folder: &FilePath, root: &FilePath, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => below(&path, root, found),
                false => {
                    let name = path.strip_prefix(root).expect("below").to_string_lossy();
                    found.insert(name.into_owned());
                }
            }
        }
    }

    #[test]
    fn every_file_of_the_folder_is_in_the_program() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/operator/console/assets");
        let mut there = BTreeSet::new();
        below(FilePath::new(root), FilePath::new(root), &mut there);
        // Beside the page, which is a route of its own, and how the libraries got there, which is for people.
        there.remove("index.html");
        there.remove("vendor/README.md");
        let known: BTreeSet<String> = PAGE.files.iter().map(|a| a.name.to_owned()).collect();
        assert_eq!(known, there);
    }

    /// What a script imports, as the name of a file.
    fn imports(asset: &crate::frame::PageFile) -> Vec<String> {
        let text = std::str::from_utf8(asset.bytes).expect("text");
        let folder: Vec<&str> = asset.name.split('/').rev().skip(1).collect();
        let quoted = text
            .split("from \"")
            .skip(1)
            .chain(text.split("from\"").skip(1));
        let paths = quoted.filter_map(|rest| rest.split('"').next());
        let paths = paths.filter(|path| path.ends_with(".js"));
        let resolved = paths.map(|path| {
            let mut at: Vec<&str> = folder.iter().rev().copied().collect();
            for part in path.split('/') {
                match part {
                    "." => {}
                    ".." => drop(at.pop()),
                    part => at.push(part),
                }
            }
            at.join("/")
        });
        resolved.collect()
    }

    #[test]
    fn scripts_import_only_what_is_here() {
        let known: BTreeSet<&str> = PAGE.files.iter().map(|asset| asset.name).collect();
        let scripts = PAGE
            .files
            .iter()
            .filter(|asset| asset.name.ends_with(".js"));
        let mut count = 0;
        for script in scripts {
            for import in imports(script) {
                assert!(known.contains(&*import), "{}: {import}", script.name);
                count += 1;
            }
        }
        assert!(count > 30, "{count} imports were found");
    }

    #[test]
    fn the_page_has_nothing_that_its_policy_forbids() {
        assert!(
            !PAGE.html.contains("<style")
                && !PAGE.html.contains("style=")
                && !PAGE.html.contains("onclick")
        );
        for script in PAGE.html.split("<script").skip(1) {
            let (tag, rest) = script.split_once('>').expect("a tag");
            assert!(tag.contains("src=\"{root}/console/"), "{tag}");
            assert!(rest.starts_with("</script>"), "inline: {rest}");
        }
    }
}
