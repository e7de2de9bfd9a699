//! Position tokens: what a writer got for its write and a reader may wait for.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use kernel::Topic;

/// The end positions of one accepted write: for each topic partition, the offset of its last record.
///
/// Text form: `topic:partition:offset` joined with `,`; safe in a header and in a URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Token(BTreeMap<(Topic, u32), u64>);

/// A text that is no position token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a position token: {0:?}")]
pub struct TokenError(String);

impl Token {
    /// Longest text accepted, in bytes.
    pub const TEXT_BYTES_MAX: usize = 16 * 1024;

    /// Adds the position of one record; only the last of a partition counts.
    pub fn add(&mut self, topic: Topic, partition: u32, offset: u64) {
        let last = self.0.entry((topic, partition)).or_insert(offset);
        *last = (*last).max(offset);
    }

    /// Takes over all positions of another token.
    pub fn merge(&mut self, other: &Self) {
        for ((topic, partition), offset) in &other.0 {
            self.add(topic.clone(), *partition, *offset);
        }
    }

    /// Positions in one topic: (partition, offset).
    pub fn of(&self, topic: &str) -> impl Iterator<Item = (u32, u64)> {
        self.0
            .iter()
            .filter(move |((t, _), _)| **t == *topic)
            .map(|((_, p), o)| (*p, *o))
    }

    /// The topics written to.
    pub fn topics(&self) -> impl Iterator<Item = &Topic> {
        self.0.keys().map(|(topic, _)| topic)
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, ((topic, partition), offset)) in self.0.iter().enumerate() {
            let comma = if i == 0 { "" } else { "," };
            write!(f, "{comma}{topic}:{partition}:{offset}")?;
        }
        Ok(())
    }
}

impl FromStr for Token {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || TokenError(text.chars().take(200).collect());
        if text.len() > Self::TEXT_BYTES_MAX {
            return Err(bad());
        }
        let mut token = Self::default();
        for part in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
            let mut fields = part.split(':');
            let topic = fields.next().filter(|t| !t.is_empty()).ok_or_else(bad)?;
            let partition = fields.next().and_then(|p| p.parse().ok()).ok_or_else(bad)?;
            let offset = fields.next().and_then(|o| o.parse().ok()).ok_or_else(bad)?;
            if fields.next().is_some() {
                return Err(bad());
            }
            token.add(topic.into(), partition, offset);
        }
        Ok(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_and_keeps_the_last_of_a_partition() {
        let mut token = Token::default();
        token.add("user.actions".into(), 3, 7);
        token.add("user.actions".into(), 3, 5);
        token.add("a".into(), 0, 0);
        assert_eq!(token.to_string(), "a:0:0,user.actions:3:7");
        assert_eq!("a:0:0,user.actions:3:7".parse(), Ok(token));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["a", "a:1", "a:b:1", "a:1:2:3", ":1:2"] {
            assert!(text.parse::<Token>().is_err(), "{text}");
        }
    }
}
