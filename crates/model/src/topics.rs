//! `topics.yaml`: what every topic is for, its key, its one writer, who reads it, and how long it is kept.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Deserializer};

use crate::registry::Registry;

static TEXT: &str = include_str!("../../../topics.yaml");

/// One topic, or a template for all topics of a prefix (`dlq.*`).
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicEntry {
    /// Name; `prefix.*` in a template.
    pub name: String,
    /// What a record of it says.
    pub doc: String,
    /// What its records are keyed by.
    pub key: String,
    /// Why by that, and why it is kept as long as it is.
    pub why: String,
    /// Number of partitions; never changed on a keyed topic.
    pub partitions: u32,
    /// How long records are kept.
    pub retention: Retention,
    /// Names of the schemas of its values; `badge/*` stands for all of a folder, `*` for whatever was written.
    pub values: Vec<String>,
    /// Units that write it; more than one only for a funnel or a template.
    pub writers: Vec<String>,
    /// Units that read it.
    #[serde(default)]
    pub readers: Vec<String>,
    /// Whether it is where several inputs of one aggregate meet and get their order.
    #[serde(default)]
    pub funnel: bool,
    /// Who may rely on its values.
    pub audience: Audience,
    /// Which events of the catalogue go here, and by which member they are keyed.
    #[serde(default)]
    pub routes: Vec<RouteEntry>,
}

/// Events of one topic that are keyed alike.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteEntry {
    /// Pairs, `type/subType` or `type/*`.
    pub events: Vec<String>,
    /// Paths of the key, the first that has a text wins; else the event's own `key`.
    #[serde(default)]
    pub key: Vec<String>,
    /// Whether the key is compared in lower case, as addresses and names are.
    #[serde(default)]
    pub lower: bool,
    /// Why by that.
    pub why: String,
}

/// Who may rely on a topic's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Anyone: schemas stay compatible both ways with every version.
    Public,
    /// The platform's own units: new code reads every old version.
    Internal,
}

/// How long records are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// For ever.
    Forever,
    /// The newest record of a key, for ever.
    Compact,
    /// At least this long.
    Time {
        /// ms.
        milliseconds: u64,
    },
    /// The newest of each partition, up to this size.
    Size {
        /// Bytes.
        bytes: u64,
    },
}

/// `topics.yaml` is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("topics.yaml: {0}")]
pub struct TopicsError(pub String);

/// The topics by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Topics {
    topics: BTreeMap<String, TopicEntry>,
    templates: Vec<TopicEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    topics: Vec<TopicEntry>,
    templates: Vec<TopicEntry>,
}

impl Topics {
    /// The topics of this binary.
    pub fn global() -> &'static Self {
        static TOPICS: OnceLock<Topics> = OnceLock::new();
        TOPICS.get_or_init(|| {
            Self::parse(TEXT).expect("the compiled-in topics.yaml is right: a test parses it")
        })
    }

    /// Reads a file of topics.
    ///
    /// # Errors
    /// Unknown or missing members, names twice, templates that are no prefix.
    pub fn parse(text: &str) -> Result<Self, TopicsError> {
        let file: File = serde_saphyr::from_str(text).map_err(|e| TopicsError(e.to_string()))?;
        let mut topics = BTreeMap::new();
        for topic in file.topics {
            if topic.partitions == 0 {
                return Err(TopicsError(format!("{}: no partitions", topic.name)));
            }
            if let Some(twice) = topics.insert(topic.name.clone(), topic) {
                return Err(TopicsError(format!("{}: named twice", twice.name)));
            }
        }
        for template in &file.templates {
            if !template.name.ends_with(".*") {
                return Err(TopicsError(format!(
                    "{}: a template ends in .*",
                    template.name
                )));
            }
        }
        Ok(Self {
            topics,
            templates: file.templates,
        })
    }

    /// The entry of a topic: its own, or the template of its prefix.
    pub fn find(&self, name: &str) -> Option<&TopicEntry> {
        self.topics.get(name).or_else(|| {
            self.templates
                .iter()
                .find(|t| name.strip_prefix(t.prefix()).is_some_and(|n| !n.is_empty()))
        })
    }

    /// The topics with names of their own, in order.
    pub fn iter(&self) -> impl Iterator<Item = &TopicEntry> {
        self.topics.values()
    }

    /// The templates.
    pub fn templates(&self) -> impl Iterator<Item = &TopicEntry> {
        self.templates.iter()
    }
}

impl TopicEntry {
    /// Names of the schemas of its values, `folder/*` spelt out.
    pub fn schemas(&self) -> Vec<&'static str> {
        let registry = Registry::global();
        registry
            .names()
            .filter(|name| self.values.iter().any(|pattern| covers(pattern, name)))
            .collect()
    }

    /// A template's prefix, its dot included.
    fn prefix(&self) -> &str {
        self.name.strip_suffix('*').unwrap_or(&self.name)
    }
}

/// Whether `folder/*`, `*` or a name covers a name.
pub(crate) fn covers(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => pattern == name,
    }
}

impl<'de> Deserialize<'de> for Retention {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "retention {text:?} (want forever, compact, a time such as \"7 days\" or a size such as \"10 GiB\")"
            ))
        })
    }
}

impl Retention {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "forever" => return Some(Self::Forever),
            "compact" => return Some(Self::Compact),
            _ => {}
        }
        let (number, unit) = text.split_once(' ')?;
        let number: u64 = number.parse().ok()?;
        Some(match unit {
            "hours" => Self::Time {
                milliseconds: number.checked_mul(3_600_000)?,
            },
            "days" => Self::Time {
                milliseconds: number.checked_mul(86_400_000)?,
            },
            "MiB" => Self::Size {
                bytes: number.checked_mul(1 << 20)?,
            },
            "GiB" => Self::Size {
                bytes: number.checked_mul(1 << 30)?,
            },
            _ => return None,
        })
    }
}
