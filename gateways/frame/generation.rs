//! Which generation of a read model an answer was read from, and asking for a certain one.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};
use runtime::platform::Platform;

use super::ApiError;

/// Header `MODEL=N`, one a read model; in a request it pins the generation to read.
pub const GENERATION: HeaderName = HeaderName::from_static("x-worldlog-generation");

/// The generations a request reads: the live ones, unless its headers pin another.
///
/// # Errors
/// 400 for a header that is not `MODEL=N`.
pub(super) fn of_request(
    platform: &Platform,
    read_models: &[&'static str],
    headers: &HeaderMap,
) -> Result<Arc<[(String, u32)]>, ApiError> {
    let mut generations: Vec<(String, u32)> = read_models
        .iter()
        .map(|model| ((*model).to_owned(), platform.views.live(model)))
        .collect();
    for value in headers.get_all(GENERATION) {
        let (model, pinned) = pin(value).ok_or_else(|| {
            ApiError::bad_request(
                "invalid_generation",
                format!("{GENERATION}: want READ_MODEL=N, got {value:?}"),
            )
        })?;
        // A pin for a read model of another gateway is not an error: a client may send one set everywhere.
        if let Some(found) = generations.iter_mut().find(|(name, _)| name == model) {
            found.1 = pinned;
        }
    }
    Ok(generations.into())
}

fn pin(value: &HeaderValue) -> Option<(&str, u32)> {
    let (model, number) = value.to_str().ok()?.split_once('=')?;
    let number: u32 = number.trim().parse().ok()?;
    (number > 0).then(|| (model.trim(), number))
}

/// Writes the headers of an answer.
pub(super) fn announce(generations: &[(String, u32)], headers: &mut HeaderMap) {
    for (model, generation) in generations {
        if let Ok(value) = HeaderValue::from_str(&format!("{model}={generation}")) {
            headers.append(GENERATION, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_a_name_and_a_positive_number() {
        let parse = |text: &'static str| {
            pin(&HeaderValue::from_static(text)).map(|(m, n)| (m.to_owned(), n))
        };
        assert_eq!(parse("badges=2"), Some(("badges".into(), 2)));
        assert_eq!(parse("badges = 2"), Some(("badges".into(), 2)));
        for text in ["badges", "badges=0", "badges=x", "=", "badges=-1"] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
