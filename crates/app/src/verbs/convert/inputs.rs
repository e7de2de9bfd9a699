//! Which models there are, and where the files are that they name.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use bundler::{Files, Limits};

/// A model.
pub(super) struct Input {
    /// As the command line leads to it, for people.
    pub(super) shown: String,
    /// Its path below its folder, with `/`.
    pub(super) path: String,
    /// Its path below the output folder once it is converted.
    pub(super) converted: String,
    /// The files it may name.
    pub(super) folder: Arc<Folder>,
}

/// All models, in the order of the command line and of their names.
pub(super) struct Inputs {
    pub(super) all: Vec<Input>,
}

/// The files below a folder.
pub(super) struct Folder {
    root: PathBuf,
    /// By path in lower case, as content servers look for them.
    paths: BTreeMap<String, PathBuf>,
}

impl Inputs {
    /// Looks for models.
    ///
    /// # Errors
    /// Something is not there, or is no model; two models would become one file.
    pub(super) fn find(given: &[PathBuf]) -> Result<Self> {
        let mut all = Vec::new();
        for path in given {
            let cannot = || format!("cannot read {}", path.display());
            let kind = fs::metadata(path).with_context(cannot)?;
            if kind.is_dir() {
                let folder = Arc::new(Folder::read(path)?);
                let models = folder.paths.values().filter(|path| is_model(path));
                let found: Vec<Input> = models.map(|path| Input::new(&folder, path)).collect();
                if found.is_empty() {
                    bail!("{} has no .glb or .gltf file", path.display());
                }
                all.extend(found);
            } else if is_model(path) {
                let root = path.parent().filter(|root| !root.as_os_str().is_empty());
                let folder = Folder::read(root.unwrap_or(Path::new(".")))?;
                let name = path.file_name().map(PathBuf::from).unwrap_or_default();
                all.push(Input::new(&Arc::new(folder), &name));
            } else {
                bail!("{} is no .glb or .gltf file", path.display());
            }
        }
        apart(&mut all)?;
        Ok(Self { all })
    }
}

/// Gives each model a name of its own below the output folder.
fn apart(all: &mut [Input]) -> Result<()> {
    let kept: Vec<String> = all.iter().map(|input| input.path.clone()).collect();
    let mut taken = BTreeSet::new();
    for (at, input) in all.iter_mut().enumerate() {
        if let Some(other) = kept[..at].iter().position(|path| *path == input.path) {
            bail!(
                "the {} and the {} model are both {:?}: convert them into different folders",
                ordinal(other),
                ordinal(at),
                input.path
            );
        }
        // `door.gltf` beside `door.glb`.
        let is_other = |name: &String| kept.contains(name) && *name != input.path;
        if is_other(&input.converted) || taken.contains(&input.converted) {
            input.converted = format!("{}.glb", input.path);
        }
        taken.insert(input.converted.clone());
    }
    Ok(())
}

fn ordinal(at: usize) -> String {
    format!("{}.", at + 1)
}

impl Input {
    fn new(folder: &Arc<Folder>, below: &Path) -> Self {
        let parts = below.components();
        let parts: Vec<_> = parts.map(|p| p.as_os_str().to_string_lossy()).collect();
        let path = parts.join("/");
        let stem = path.rsplit_once('.').map_or(&*path, |(stem, _)| stem);
        Self {
            shown: folder.root.join(below).display().to_string(),
            converted: format!("{stem}.glb"),
            path,
            folder: Arc::clone(folder),
        }
    }

    fn place(&self) -> PathBuf {
        self.folder.root.join(&self.path)
    }

    /// Its size, bytes.
    pub(super) fn size(&self) -> Result<u64> {
        let size = fs::metadata(self.place()).map(|of| of.len());
        size.with_context(|| format!("cannot read {}", self.shown))
    }

    pub(super) fn read(&self) -> Result<Vec<u8>> {
        fs::read(self.place()).with_context(|| format!("cannot read {}", self.shown))
    }
}

fn is_model(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    ["glb", "gltf"].contains(&&*extension.to_lowercase())
}

impl Folder {
    fn read(root: &Path) -> Result<Self> {
        let mut paths = BTreeMap::new();
        let mut left = vec![PathBuf::new()];
        while let Some(below) = left.pop() {
            let place = root.join(&below);
            let cannot = || format!("cannot read {}", place.display());
            for entry in fs::read_dir(&place).with_context(cannot)? {
                let entry = entry.with_context(cannot)?;
                let path = below.join(entry.file_name());
                // What a link leads to may lie elsewhere, or above.
                let kind = entry.file_type().with_context(cannot)?;
                if kind.is_dir() {
                    left.push(path);
                } else if kind.is_file() {
                    let key = path.to_string_lossy().replace('\\', "/").to_lowercase();
                    paths.insert(key, path);
                }
            }
        }
        let root = root.to_owned();
        Ok(Self { root, paths })
    }
}

impl Files for Folder {
    fn get(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        let place = self.root.join(self.paths.get(&path.to_lowercase())?);
        let size = fs::metadata(&place).ok()?.len();
        // Of what is larger the reader would take nothing.
        if size > Limits::default().decoded_bytes_max as u64 {
            return None;
        }
        fs::read(place).ok().map(Cow::Owned)
    }
}
