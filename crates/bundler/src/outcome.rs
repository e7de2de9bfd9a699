//! What came of a conversion.

use std::sync::Arc;

/// How a conversion ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// There is a new file, checked against the old one.
    Converted,
    /// The file is served as it came: it could not be made better, or is not understood.
    Kept,
    /// The file is broken.
    Unparseable,
    /// Files it needs are not there.
    MissingDeps,
    /// It is larger than allowed, or took too long.
    BudgetExceeded,
    /// The converter is at fault.
    Failed,
}

impl Outcome {
    /// As reports spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Converted => "converted",
            Self::Kept => "kept",
            Self::Unparseable => "unparseable",
            Self::MissingDeps => "missing-deps",
            Self::BudgetExceeded => "budget-exceeded",
            Self::Failed => "failed",
        }
    }
}

/// How much of the pipeline a converted file went through. A file takes the first rung whose result
/// passes all checks and is not larger than what came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rung {
    /// All of it.
    Full,
    /// Numbers exact: nothing rounded, nothing compressed.
    Exact,
    /// Vertices, indices and keys as they came; only images and the container are new.
    Repacked,
}

/// A file beside the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile {
    /// Its path: relative to the model when converted, below the entity's root when kept.
    pub path: String,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

/// Counts of a conversion; zero where nothing could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// The model file and the files it names.
    pub bytes_in: usize,
    /// All files of the result.
    pub bytes_out: usize,
    /// Of `bytes_out`, images.
    pub image_bytes_out: usize,
    /// Triangles of the input, each mesh once.
    pub triangles: usize,
    /// Materials.
    pub materials: usize,
    /// Clips.
    pub clips: usize,
    /// Nodes.
    pub nodes: usize,
    /// Nodes that are colliders.
    pub colliders: usize,
    /// Different images.
    pub images: usize,
}

/// The result of a conversion.
#[derive(Debug, Clone)]
pub struct Conversion {
    /// How it ended.
    pub outcome: Outcome,
    /// Why it ended so; with [`Outcome::Converted`], why it is not on the first rung.
    pub reason: Option<String>,
    /// How far the pipeline was gone through, when converted.
    pub rung: Option<Rung>,
    /// The model file: GLB when converted, the input's bytes when kept, else empty.
    pub output: Vec<u8>,
    /// Files beside it.
    pub files: Vec<OutputFile>,
    /// Counts.
    pub stats: Stats,
}
