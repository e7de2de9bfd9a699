//! Which generation of a read model an answer was read from, and asking for a certain one.

use std::sync::{Arc, PoisonError, RwLock};

use http::{HeaderMap, HeaderName, HeaderValue};
use runtime::platform::Platform;
use runtime::ports::{PortError, TableName};

use super::ApiError;

/// Header `MODEL=N`, one a read model; in a request it pins the generation to read.
pub const GENERATION: HeaderName = HeaderName::from_static("x-worldlog-generation");

/// The generations one request reads, and the headers that say so.
pub(super) struct Pinned {
    generations: Box<[(&'static str, u32)]>,
    headers: Box<[HeaderValue]>,
}

impl Pinned {
    fn new(generations: Vec<(&'static str, u32)>) -> Arc<Self> {
        let header = |(model, generation): &(&str, u32)| {
            HeaderValue::from_str(&format!("{model}={generation}")).ok()
        };
        Arc::new(Self {
            headers: generations.iter().filter_map(header).collect(),
            generations: generations.into(),
        })
    }

    /// The generation of a read model that the request reads.
    pub(super) fn of(&self, model: &str) -> Option<u32> {
        let mut pins = self.generations.iter();
        pins.find(|(name, _)| *name == model)
            .map(|(_, generation)| *generation)
    }

    /// Writes the headers of an answer.
    pub(super) fn announce(&self, headers: &mut HeaderMap) {
        for header in &self.headers {
            headers.append(GENERATION, header.clone());
        }
    }
}

/// The live generations of a gateway's read models, remembered until one changes.
pub(super) struct Live {
    read_models: &'static [&'static str],
    last: RwLock<Arc<Pinned>>,
}

impl Live {
    pub(super) fn new(read_models: &'static [&'static str]) -> Self {
        Self {
            read_models,
            last: RwLock::new(Pinned::new(Vec::new())),
        }
    }

    pub(super) fn read_models(&self) -> &'static [&'static str] {
        self.read_models
    }

    /// The live generations.
    pub(super) fn now(&self, platform: &Platform) -> Arc<Pinned> {
        let last = Arc::clone(&self.last.read().unwrap_or_else(PoisonError::into_inner));
        let same = last.generations.len() == self.read_models.len()
            && last
                .generations
                .iter()
                .all(|(model, generation)| platform.views.live(model) == *generation);
        if same {
            return last;
        }
        let models = self.read_models.iter();
        let live = models.map(|model| (*model, platform.views.live(model)));
        let pinned = Pinned::new(live.collect());
        *self.last.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&pinned);
        pinned
    }

    /// The generations a request reads: the live ones, unless its headers pin another.
    ///
    /// # Errors
    /// 400 for a header that is not `MODEL=N`, and for a generation that is not there.
    pub(super) async fn of_request(
        &self,
        platform: &Platform,
        headers: &HeaderMap,
    ) -> Result<Arc<Pinned>, ApiError> {
        let live = self.now(platform);
        if !headers.contains_key(GENERATION) {
            return Ok(live);
        }
        let mut generations = live.generations.to_vec();
        for value in headers.get_all(GENERATION) {
            let (model, pinned) = pin(value).ok_or_else(|| {
                ApiError::bad_request(
                    "invalid_generation",
                    format!("{GENERATION}: want READ_MODEL=N, got {value:?}"),
                )
            })?;
            // A pin for a read model of another gateway is not an error: a client may send one set everywhere.
            let Some(found) = generations.iter_mut().find(|(name, _)| *name == model) else {
                continue;
            };
            if found.1 != pinned {
                exists(platform, model, pinned).await?;
                found.1 = pinned;
            }
        }
        Ok(Pinned::new(generations))
    }
}

/// Refuses a generation whose tables are not there.
async fn exists(platform: &Platform, model: &str, generation: u32) -> Result<(), ApiError> {
    let specs = platform.waiter.specs().iter();
    let mut tables = specs
        .filter(|spec| spec.name == model)
        .flat_map(|spec| spec.tables());
    let Some(name) = tables.next() else {
        return Ok(());
    };
    let table = TableName { name, generation };
    match platform.store.page(&table, None, 1).await {
        Ok(_) => Ok(()),
        Err(PortError::Refused(_)) => Err(ApiError::bad_request(
            "invalid_generation",
            format!("{GENERATION}: there is no generation {generation} of {model}"),
        )),
        Err(error) => Err(error.into()),
    }
}

fn pin(value: &HeaderValue) -> Option<(&str, u32)> {
    let (model, number) = value.to_str().ok()?.split_once('=')?;
    let number: u32 = number.trim().parse().ok()?;
    (number > 0).then(|| (model.trim(), number))
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
