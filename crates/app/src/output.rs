//! Data on standard output: text for people, JSON for programs. Everything else goes to standard error.

use std::io::{self, Write};

use clap::ValueEnum;
use serde::Serialize;
use serde_json::Value;

/// What data looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Tables and sentences.
    #[default]
    Text,
    /// One JSON document.
    Json,
}

impl Format {
    /// Prints `value` as JSON, or what `text` makes of it.
    ///
    /// # Errors
    /// Standard output is closed.
    pub(crate) fn print<T: Serialize>(
        self,
        value: &T,
        text: impl FnOnce(&T) -> String,
    ) -> io::Result<()> {
        let out = match self {
            Self::Text => text(value),
            Self::Json => serde_json::to_string_pretty(value)? + "\n",
        };
        let mut stdout = io::stdout().lock();
        stdout.write_all(out.as_bytes())?;
        stdout.flush()
    }
}

/// A value of an answer as a cell of a table.
pub(crate) fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        other => other.to_string(),
    }
}

/// Columns of text under a header line; numbers (cells of digits only) to the right.
pub(crate) fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = header.iter().map(|h| h.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = String::new();
    let header: Vec<String> = header.iter().map(|h| h.to_uppercase()).collect();
    for row in std::iter::once(&header).chain(rows) {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let numeric = !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit());
            line += &if numeric {
                format!("{cell:>width$}  ")
            } else {
                format!("{cell:<width$}  ")
            };
        }
        out += line.trim_end();
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = [
            vec!["a".into(), "7".into()],
            vec!["long".into(), "1234".into()],
        ];
        assert_eq!(
            table(&["name", "lag"], &rows),
            "NAME  LAG\na        7\nlong  1234\n"
        );
    }
}
