//! Where a model's bytes come from: the file itself and the files beside it, by path.

use std::borrow::Cow;
use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

/// A model file among the files of its entity.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// Its path below the entity's root, as `models/door.glb`; relative URIs start from its folder.
    pub path: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The other files.
    pub files: &'a dyn Files,
}

/// The files of an entity.
pub trait Files: Sync {
    /// The bytes of the file at a path below the root, without `.` and `..`, as the model spells it.
    /// Whoever implements this decides about upper and lower case. `None` when there is none.
    fn get(&self, path: &str) -> Option<Cow<'_, [u8]>>;
}

/// A model that stands alone.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFiles;

impl Files for NoFiles {
    fn get(&self, _: &str) -> Option<Cow<'_, [u8]>> {
        None
    }
}

impl Files for BTreeMap<String, Vec<u8>> {
    fn get(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        BTreeMap::get(self, path).map(|bytes| Cow::Borrowed(&bytes[..]))
    }
}

/// Files by a closure.
pub struct FilesBy<F>(
    /// From a path to its bytes.
    pub F,
);

impl<F: Fn(&str) -> Option<Vec<u8>> + Sync> Files for FilesBy<F> {
    fn get(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        (self.0)(path).map(Cow::Owned)
    }
}

/// A URI that may not be followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the URI {uri:?} {why}")]
pub struct RefusedUri {
    uri: String,
    why: &'static str,
}

/// The path below the entity's root that a relative URI in the model at `base` means.
///
/// # Errors
///
/// URIs with a scheme, absolute ones, with a query or fragment, with bad percent escapes, or that
/// leave the root.
pub fn resolve(base: &str, uri: &str) -> Result<String, RefusedUri> {
    let refused = |why| RefusedUri {
        uri: uri.chars().take(200).collect(),
        why,
    };
    if uri.is_empty() {
        return Err(refused("is empty"));
    }
    if uri.starts_with('/') {
        return Err(refused("is absolute"));
    }
    if has_scheme(uri) {
        return Err(refused("has a scheme"));
    }
    if uri.contains(['?', '#']) {
        return Err(refused("has a query or a fragment"));
    }
    if !escapes_are_whole(uri) {
        return Err(refused("has a broken percent escape"));
    }
    let decoded = percent_decode_str(uri)
        .decode_utf8()
        .map_err(|_| refused("does not decode to UTF-8"))?;
    let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in decoded.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or_else(|| refused("leaves the root"))?;
            }
            name => parts.push(name),
        }
    }
    if parts.is_empty() {
        return Err(refused("names no file"));
    }
    Ok(parts.join("/"))
}

/// A letter, then letters, digits, `+`, `-`, `.`, then a colon (RFC 3986, 3.1).
fn has_scheme(uri: &str) -> bool {
    let Some((scheme, _)) = uri.split_once(':') else {
        return false;
    };
    let mut bytes = scheme.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic())
        && bytes.all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

fn escapes_are_whole(uri: &str) -> bool {
    uri.split('%').skip(1).all(|rest| {
        let escape = rest.as_bytes().get(..2);
        escape.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn uris_are_paths_below_the_root() {
        let path = |uri| resolve("models/door/door.gltf", uri).ok();
        assert_eq!(path("a.png").as_deref(), Some("models/door/a.png"));
        assert_eq!(
            path("./t/a%20b.png").as_deref(),
            Some("models/door/t/a b.png")
        );
        assert_eq!(path("../../a.png").as_deref(), Some("a.png"));
        assert_eq!(path("a:b/c.png").as_deref(), None);
        assert_eq!(path("1:b.png").as_deref(), Some("models/door/1:b.png"));
    }

    #[test]
    fn others_are_refused() {
        for uri in [
            "",
            "/a.png",
            "//h/a.png",
            "https://h/a.png",
            "file:a",
            "a.png?x",
            "a.png#x",
            "a%2",
            "a%zz",
            "%ff",
            "../../../a.png",
            "..",
            "../..",
            "%2e%2e/%2e%2e/%2e%2e/a.png",
            "..\\..\\..\\a.png",
        ] {
            // Two levels up is the root itself, which is no file; one level is a folder.
            let refused = resolve("models/door/door.gltf", uri);
            assert!(refused.is_err() || uri == "..", "{uri:?}: {refused:?}");
        }
    }
}
