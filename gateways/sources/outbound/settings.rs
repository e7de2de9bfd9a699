//! Section `outbound` of the configuration.

use runtime::settings::{Size, Span};
use serde::{Deserialize, Serialize};

/// Limits of every request to a server that is not ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Outbound {
    /// Hosts (`host`, `host:port`, `*.name`, `*` or a URL) that may be fetched besides those of configured URLs. Commas or
    /// a list.
    #[serde(with = "super::settings::list")]
    pub allow: Vec<String>,
    /// Names, not addresses, that may resolve to private addresses. Commas or a list.
    #[serde(with = "super::settings::list")]
    pub private: Vec<String>,
    /// Longest wait for a connection.
    pub connect_timeout: Span,
    /// Longest silence, before the answer's head and between two pieces of its body.
    pub inactivity_timeout: Span,
    /// A body is given this long before its rate is judged.
    pub slow_after: Span,
    /// Bytes a second that a body must reach on average by then.
    pub slow_rate: Size,
    /// Most bytes of a JSON answer.
    pub json_limit: Size,
    /// Most bytes of a content or snapshot file.
    pub file_limit: Size,
    /// Most bytes of an entity file.
    pub entity_limit: Size,
    /// Most bytes of one line of a snapshot file.
    pub line_limit: Size,
}

impl Default for Outbound {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            private: Vec::new(),
            connect_timeout: Span::secs(10),
            inactivity_timeout: Span::secs(15),
            slow_after: Span::secs(60),
            slow_rate: Size(4096),
            json_limit: Size::mib(50),
            file_limit: Size::mib(1024),
            entity_limit: Size::mib(10),
            line_limit: Size::mib(10),
        }
    }
}

/// A list of texts that may also be written as one text with commas, as environment variables are.
pub(crate) mod list {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Text(String),
        List(Vec<String>),
    }

    /// Reads either form; empty parts are dropped.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
        let parts = match Either::deserialize(from)? {
            Either::Text(text) => text.split(',').map(str::to_owned).collect(),
            Either::List(parts) => parts,
        };
        let parts = parts.into_iter().map(|part: String| part.trim().to_owned());
        Ok(parts.filter(|part| !part.is_empty()).collect())
    }

    /// Writes a list.
    pub(crate) fn serialize<S: Serializer>(list: &[String], to: S) -> Result<S::Ok, S::Error> {
        list.serialize(to)
    }
}

#[cfg(test)]
mod tests {
    use super::Outbound;

    #[test]
    fn lists_may_be_written_with_commas() {
        let text = r#"{"allow":"a.org, b.org:444,","private":["c.internal"],"slow_after":"90s"}"#;
        let settings: Outbound = serde_json::from_str(text).expect("the text is a section");
        assert_eq!(settings.allow, ["a.org", "b.org:444"]);
        assert_eq!(settings.private, ["c.internal"]);
        assert!(serde_json::from_str::<Outbound>(r#"{"alow":[]}"#).is_err());
    }
}
