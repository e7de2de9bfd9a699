//! Tables into pages of `docs`, between their marks.

use std::fs;
use std::path::Path;

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs");

/// Replaces what stands between `<!-- mark -->` and `<!-- /mark -->`.
pub(crate) fn put(page: &str, mark: &str, table: &str) {
    let path = Path::new(DOCS).join(page);
    let text = fs::read_to_string(&path).expect("the page is in the repository");
    let (from, to) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
    let (head, rest) = text.split_once(&from).expect("the page has a place for it");
    let (_, tail) = rest.split_once(&to).expect("the place has an end");
    fs::write(&path, format!("{head}{from}{table}{to}{tail}")).expect("the page is writable");
}
