//! One object of a bundle.

use std::str::FromStr;

use serde_json::json;

use super::bundle::Bundle;
use super::labels::class_label;
use crate::value::{Value, to_json, to_text};
use crate::{Error, Limits, Result};

/// Which object: a path id, or `{file}:{path id}` where a container has several files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectName {
    /// The file's name; `None` for the first file that has the object.
    pub file: Option<String>,
    /// The object's path id.
    pub path_id: i64,
}

impl FromStr for ObjectName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (file, id) = match text.rsplit_once(':') {
            Some((file, id)) => (Some(file.to_owned()), id),
            None => (None, text),
        };
        let path_id = id.parse().map_err(|_| {
            let text =
                format!("{text}: a path id is a whole number, maybe after a file and a colon");
            Error::invalid("object", text)
        })?;
        Ok(Self { file, path_id })
    }
}

/// An object with its fields.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectDump {
    /// The file it is in.
    pub file: String,
    /// Its path id.
    pub path_id: i64,
    /// Its class.
    pub class: String,
    /// Its size.
    pub bytes: usize,
    /// Its fields.
    pub value: Value,
}

/// An object of a bundle.
///
/// # Errors
/// When the bundle or the object can't be read, or the object is not there.
pub fn object(bytes: &[u8], name: &ObjectName, limits: &Limits) -> Result<ObjectDump> {
    let bundle = Bundle::read(bytes, limits)?;
    for (index, file) in &bundle.files {
        let file_name = bundle.file_name(*index);
        if name
            .file
            .as_deref()
            .is_some_and(|wanted| wanted != file_name)
        {
            continue;
        }
        if let Some(object) = file.object(name.path_id) {
            return Ok(ObjectDump {
                file: file_name.to_owned(),
                path_id: object.path_id,
                class: class_label(file, object),
                bytes: object.bytes.len(),
                value: file.value(object, limits)?,
            });
        }
    }
    Err(Error::Dangling {
        from: "the request".to_owned(),
        to: format!("object {}", name.path_id),
    })
}

impl ObjectDump {
    /// The object as JSON, its fields under `value`.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        json!({
            "file": self.file,
            "path_id": self.path_id,
            "class": self.class,
            "bytes": self.bytes,
            "value": to_json(&self.value),
        })
    }

    /// The object as text to read.
    #[must_use]
    pub fn to_text(&self) -> String {
        let Self {
            file,
            path_id,
            class,
            bytes,
            value,
        } = self;
        let fields = to_text(value);
        format!("{class} {path_id} in {file}, {bytes} bytes\n{fields}")
    }
}
