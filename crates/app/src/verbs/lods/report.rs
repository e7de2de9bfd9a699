//! What was made of a scene, and what is not in it.

use lods::crdt::LeftOut;
use lods::levels::Level;
use lods::scene::MergeStats;
use serde::Serialize;

use crate::output::table;

/// The report.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    /// Names the mesh: scenes that look the same have one.
    pub(super) key: String,
    pub(super) parcels: usize,
    pub(super) output: String,
    pub(super) bytes: usize,
    pub(super) milliseconds: u64,
    pub(super) merged: MergeStats,
    pub(super) models: Vec<ModelRow>,
    pub(super) missing: Vec<Missing>,
    #[serde(serialize_with = "counts")]
    pub(super) left_out: LeftOut,
    pub(super) problems: Vec<String>,
}

/// A model with its coarser levels.
#[derive(Debug, Serialize)]
pub(super) struct ModelRow {
    pub(super) input: String,
    pub(super) output: String,
    pub(super) bytes: usize,
    pub(super) levels: Vec<Level>,
}

/// A model that the scene names and that is not in its mesh.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Missing {
    pub(super) path: String,
    pub(super) reason: String,
}

fn counts<S: serde::Serializer>(left_out: &LeftOut, to: S) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeMap as _;
    let mut map = to.serialize_map(None)?;
    for (reason, count) in rows(left_out) {
        map.serialize_entry(reason, &count)?;
    }
    map.end()
}

fn rows(left_out: &LeftOut) -> [(&'static str, usize); 5] {
    [
        ("invisible", left_out.invisible),
        ("carried", left_out.carried),
        ("endless", left_out.endless),
        ("nowhere", left_out.nowhere),
        ("unreadable", left_out.unreadable),
    ]
}

impl Report {
    /// Whether all that the scene names is in its mesh.
    pub(super) fn is_whole(&self) -> bool {
        self.missing.is_empty()
    }

    pub(super) fn text(&self) -> String {
        let merged = &self.merged;
        let mut text = format!(
            "{}: {} triangles of {} things' {}, {} parcels, {} bytes, {} ms\nkey {}\n",
            self.output,
            merged.triangles_out,
            merged.pieces,
            merged.triangles_in,
            self.parcels,
            self.bytes,
            self.milliseconds,
            self.key
        );
        if !self.models.is_empty() {
            let rows = self.models.iter().map(|row| {
                let triangles = row.levels.iter().map(|level| level.triangles.to_string());
                let triangles: Vec<String> = triangles.collect();
                vec![
                    row.output.clone(),
                    row.bytes.to_string(),
                    triangles.join(" > "),
                ]
            });
            let rows: Vec<Vec<String>> = rows.collect();
            text += &table(&["model", "bytes", "triangles"], &rows);
        }
        for missing in &self.missing {
            text += &format!("missing: {}: {}\n", missing.path, missing.reason);
        }
        for (reason, count) in rows(&self.left_out) {
            if count > 0 {
                text += &format!("left out, {reason}: {count}\n");
            }
        }
        for problem in &self.problems {
            text += &format!("{problem}\n");
        }
        text
    }
}
