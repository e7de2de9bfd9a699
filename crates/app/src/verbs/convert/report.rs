//! What came of each model.

use std::time::Duration;

use bundler::{Conversion, Outcome as Became};
use serde::Serialize;

use super::inputs::Input;
use crate::output::table;

/// One model.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row {
    input: String,
    /// Below the output folder; absent when nothing came out.
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    bytes_in: u64,
    bytes_out: u64,
    triangles: usize,
    materials: usize,
    clips: usize,
    milliseconds: u64,
    #[serde(skip)]
    is_usable: bool,
}

/// All models.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Total {
    files: Vec<Row>,
    bytes_in: u64,
    bytes_out: u64,
    /// Different images that were encoded.
    images_encoded: u64,
}

impl Row {
    pub(super) fn of(
        input: &Input,
        output: Option<String>,
        conversion: &Conversion,
        took: Duration,
    ) -> Self {
        let stats = conversion.stats;
        Self {
            bytes_in: stats.bytes_in as u64,
            bytes_out: stats.bytes_out as u64,
            triangles: stats.triangles,
            materials: stats.materials,
            clips: stats.clips,
            milliseconds: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            output,
            ..Self::refused(
                input,
                conversion.outcome,
                conversion.reason.clone().unwrap_or_default(),
                0,
            )
        }
    }

    /// One of which nothing came.
    pub(super) fn refused(input: &Input, outcome: Became, reason: String, bytes_in: u64) -> Self {
        Self {
            input: input.shown.clone(),
            output: None,
            outcome: outcome.as_str(),
            reason: Some(reason).filter(|reason| !reason.is_empty()),
            bytes_in,
            bytes_out: 0,
            triangles: 0,
            materials: 0,
            clips: 0,
            milliseconds: 0,
            is_usable: matches!(outcome, Became::Converted | Became::Kept),
        }
    }

    fn cells(&self) -> Vec<String> {
        let numbers = [
            self.bytes_in,
            self.bytes_out,
            self.triangles as u64,
            self.milliseconds,
        ];
        let mut cells = vec![self.input.clone(), self.outcome.to_owned()];
        cells.extend(numbers.map(|number| number.to_string()));
        cells.push(self.reason.clone().unwrap_or_default());
        cells
    }
}

impl Total {
    pub(super) fn of(files: Vec<Row>, images_encoded: u64) -> Self {
        Self {
            bytes_in: files.iter().map(|row| row.bytes_in).sum(),
            bytes_out: files.iter().map(|row| row.bytes_out).sum(),
            images_encoded,
            files,
        }
    }

    /// Whether every model can be used.
    pub(super) fn is_whole(&self) -> bool {
        self.files.iter().all(|row| row.is_usable)
    }

    pub(super) fn text(&self) -> String {
        let rows: Vec<_> = self.files.iter().map(Row::cells).collect();
        let header = ["input", "outcome", "in", "out", "triangles", "ms", "reason"];
        let usable = self.files.iter().filter(|row| row.is_usable).count();
        format!(
            "{}{usable} of {} models are usable, {} bytes of {}, {} images encoded\n",
            table(&header, &rows),
            self.files.len(),
            self.bytes_out,
            self.bytes_in,
            self.images_encoded
        )
    }
}
