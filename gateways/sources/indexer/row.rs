//! A row of an answer, read member by member: what is missing is named, and only that row is lost.

use serde_json::Value;

/// Most characters of a row's id.
const ID_CHARS_MAX: usize = 300;

/// A row with its place.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Chain time it is ordered by, Unix seconds.
    pub(super) seconds: i64,
    /// Its id at the indexer.
    pub(super) id: String,
    /// All of it.
    pub(super) value: Value,
}

impl Row {
    /// A row that is ordered by the member `order`; `None` for one that has no place.
    pub(super) fn read(value: Value, order: &str) -> Option<Self> {
        let seconds = whole(&value[order]).filter(|seconds| *seconds >= 0)?;
        let id = value["id"].as_str()?;
        if id.is_empty() || id.chars().count() > ID_CHARS_MAX {
            return None;
        }
        let id = id.to_owned();
        Some(Self { seconds, id, value })
    }

    /// The text at a path such as `nft.image`.
    ///
    /// # Errors
    /// Names the path.
    pub(super) fn text(&self, path: &str) -> Result<&str, String> {
        self.optional(path)
            .ok_or_else(|| format!("{path} is no text"))
    }

    /// The text at a path, if there is one.
    pub(super) fn optional(&self, path: &str) -> Option<&str> {
        let at = path
            .split('.')
            .try_fold(&self.value, |value, name| value.get(name))?;
        at.as_str()
    }

    /// The whole number at a path, which may be written as a text.
    ///
    /// # Errors
    /// Names the path.
    pub(super) fn whole(&self, path: &str) -> Result<i64, String> {
        whole(&self.value[path]).ok_or_else(|| format!("{path} is no whole number"))
    }

    /// Unix seconds at a path as ms.
    ///
    /// # Errors
    /// Names the path.
    pub(super) fn ms(&self, path: &str) -> Result<i64, String> {
        let seconds = self.whole(path)?;
        seconds
            .checked_mul(1000)
            .filter(|ms| *ms >= 0)
            .ok_or_else(|| format!("{path} is no time"))
    }
}

/// A whole number, as JSON or as a text: indexers write big ones as texts.
pub(super) fn whole(value: &Value) -> Option<i64> {
    value
        .as_i64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}
