//! One case: its processor and its records.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use kernel::{ErasedProcessor, Headers, Position, Record};
use model::{Registry, Topics};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::Difference;

/// One case.
pub struct Case {
    folder: PathBuf,
    /// The processor it is about.
    pub processor: Arc<dyn ErasedProcessor>,
    /// Partitions of its input.
    pub partitions: u32,
    /// The records, without offsets.
    pub records: Vec<Record>,
}

/// A line of `given.jsonl`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    topic: String,
    key: Option<String>,
    #[serde(default)]
    value: Value,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    timestamp: i64,
    /// Schema of the value; without it that of the topic, or the value's own `type/subType`.
    schema: Option<String>,
    /// `ce_type`; without it the schema's name.
    kind: Option<String>,
    /// `ce_id`; without it made of the value.
    id: Option<Uuid>,
    /// `ce_source`; without it the topic's writer.
    source: Option<String>,
    /// `src`; without it made up, where only processors write the topic.
    cause: Option<String>,
    /// A value that is no record.
    raw: Option<String>,
}

impl Case {
    /// Reads a case.
    ///
    /// # Errors
    /// What is wrong with its files.
    pub fn read(folder: &Path, processor: Arc<dyn ErasedProcessor>) -> Result<Self, Difference> {
        let input = processor.spec().input;
        let partitions = Topics::global().find(input).map_or(1, |t| t.partitions);
        let path = folder.join("given.jsonl");
        let text = std::fs::read_to_string(&path).map_err(|e| wrong(&path, &e))?;
        let mut records = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let at = || format!("{}:{}", path.display(), number + 1);
            let line: Line =
                serde_json::from_str(line).map_err(|e| Difference(format!("{}: {e}", at())))?;
            if line.topic != input {
                let message = format!("{}: topic {}, but the input is {input}", at(), line.topic);
                return Err(Difference(message));
            }
            let record = line.record(number as u64);
            records.push(record.map_err(|e| Difference(format!("{}: {e}", at())))?);
        }
        Ok(Self {
            folder: folder.to_owned(),
            processor,
            partitions,
            records,
        })
    }

    /// What it must come to.
    ///
    /// # Errors
    /// The file is missing or no JSON.
    pub fn then(&self) -> Result<Value, Difference> {
        let path = self.folder.join("then.json");
        let text = std::fs::read_to_string(&path).map_err(|e| wrong(&path, &e))?;
        serde_json::from_str(&text).map_err(|e| wrong(&path, &e))
    }

    /// Writes what it came to.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_then(&self, outcome: &Value) -> Result<(), Difference> {
        let path = self.folder.join("then.json");
        std::fs::write(&path, format!("{outcome:#}\n")).map_err(|e| wrong(&path, &e))
    }
}

impl Line {
    fn record(self, number: u64) -> Result<Record, String> {
        let entry = Topics::global().find(&self.topic);
        let writers = entry.map_or(&[][..], |t| &t.writers);
        let source = self.source.as_ref().or(writers.first());
        let source = source.cloned().unwrap_or_default();
        let derived = !writers.is_empty() && writers.iter().all(|w| w.starts_with("processors/"));
        let cause = match &self.cause {
            Some(cause) => Some(cause.parse::<Position>().map_err(|e| e.to_string())?),
            None => derived.then(|| Position::new("golden.upstream", 0, number)),
        };
        let kind = self.kind.clone().or_else(|| self.schema_name());
        let id = self.id.unwrap_or_else(|| match &self.raw {
            Some(raw) => kernel::event_id(raw.as_bytes()),
            None => kernel::event_id(model::json::canonical(&self.value).as_bytes()),
        });
        let mut headers = Headers::new(id, kind.unwrap_or_default(), source);
        headers.cause = cause;
        let more = self.headers.iter();
        headers.more = more
            .map(|(name, value)| (Arc::from(name.as_str()), Bytes::from(value.clone())))
            .collect();
        let value = self.framed()?;
        Ok(Record {
            offset: 0,
            timestamp: self.timestamp,
            key: self.key.map(Bytes::from),
            headers,
            value,
        })
    }

    fn framed(&self) -> Result<Option<Bytes>, String> {
        if let Some(raw) = &self.raw {
            return Ok(Some(Bytes::from(raw.clone())));
        }
        if self.value.is_null() {
            return Ok(None);
        }
        let name = self.schema_name().ok_or("needs a schema")?;
        let schema = Registry::global().current(&name);
        let schema = schema.ok_or_else(|| format!("no schema {name}"))?;
        let framed = model::dynamic::encode_json(schema, &self.value);
        framed.map(Some).map_err(|e| e.to_string())
    }

    fn schema_name(&self) -> Option<String> {
        if let Some(schema) = &self.schema {
            return Some(schema.clone());
        }
        let values = Topics::global().find(&self.topic).map(|t| t.schemas())?;
        if let [only] = &values[..] {
            return Some((*only).to_owned());
        }
        let part = |name: &str| self.value.get(name).and_then(Value::as_str);
        Some(format!("{}/{}", part("type")?, part("subType")?))
    }
}

fn wrong(path: &Path, error: &dyn std::fmt::Display) -> Difference {
    Difference(format!("{}: {error}", path.display()))
}
