//! Where a fact stands in the log, and where a derived fact came from.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A place in the log: topic, partition, offset, and the index of one output of the record there.
///
/// Two positions of one topic partition are ordered by (offset, index); positions of different partitions have no
/// order that means anything, the derived `Ord` only makes them usable as keys of ordered maps.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Topic name.
    pub topic: Arc<str>,
    /// Partition, from 0.
    pub partition: u32,
    /// Offset of the record within its partition, from 0.
    pub offset: u64,
    /// Which output of the step that consumed the record, from 0; 0 for the record itself.
    pub index: u32,
}

/// A text that is not `topic/partition/offset/index`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a log position: {0:?} (want topic/partition/offset/index)")]
pub struct PositionError(pub String);

impl Position {
    /// The position of the record itself (index 0).
    pub fn new(topic: impl Into<Arc<str>>, partition: u32, offset: u64) -> Self {
        Self {
            topic: topic.into(),
            partition,
            offset,
            index: 0,
        }
    }

    /// The same record, another output of its step.
    #[must_use]
    pub fn at(&self, index: u32) -> Self {
        Self {
            index,
            ..self.clone()
        }
    }

    /// The part that orders positions of one topic partition.
    pub fn sequence(&self) -> (u64, u32) {
        (self.offset, self.index)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}/{}/{}/{}",
            self.topic, self.partition, self.offset, self.index
        )
    }
}

impl FromStr for Position {
    type Err = PositionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || PositionError(text.chars().take(200).collect());
        let mut parts = text.rsplitn(4, '/');
        let index = parts.next().and_then(|s| s.parse().ok()).ok_or_else(bad)?;
        let offset = parts.next().and_then(|s| s.parse().ok()).ok_or_else(bad)?;
        let partition = parts.next().and_then(|s| s.parse().ok()).ok_or_else(bad)?;
        let topic = parts.next().filter(|s| !s.is_empty()).ok_or_else(bad)?;
        Ok(Self {
            topic: topic.into(),
            partition,
            offset,
            index,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips() {
        let position = Position::new("deployments", 31, 7).at(2);
        assert_eq!(position.to_string(), "deployments/31/7/2");
        assert_eq!("deployments/31/7/2".parse::<Position>(), Ok(position));
    }

    #[test]
    fn broken_text_is_refused_by_name() {
        for text in ["", "a", "a/1/2", "/1/2/3", "a/x/2/3", "a/1/-2/3"] {
            let error = text.parse::<Position>().expect_err("must not parse");
            assert!(error.to_string().contains(&format!("{text:?}")));
        }
    }
}
