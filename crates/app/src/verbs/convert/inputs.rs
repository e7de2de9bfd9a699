//! Which models there are, and where the files are that they name.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use bundler::{Files, Limits};

/// Which files are inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kinds {
    /// `.glb` and `.gltf`.
    Models,
    /// Those, and images.
    ModelsAndImages,
}

/// Extensions, lower case.
const MODELS: [&str; 2] = ["glb", "gltf"];
const IMAGES: [&str; 6] = ["png", "jpg", "jpeg", "webp", "gif", "bmp"];

/// A model, or an image.
pub(super) struct Input {
    /// As the command line leads to it, for people.
    pub(super) shown: String,
    /// Its path below its folder, with `/`.
    pub(super) path: String,
    /// The same once it is converted.
    pub(super) converted: String,
    /// The folder below the output folder that it goes to: nothing, or a name with `/`.
    pub(super) below: String,
    /// The files it may name.
    pub(super) folder: Arc<Folder>,
}

/// All models, in the order of the command line and of their names.
pub(super) struct Inputs {
    pub(super) all: Vec<Input>,
}

/// The files below a folder.
pub(in crate::verbs) struct Folder {
    root: PathBuf,
    /// By path in lower case, as content servers look for them.
    paths: BTreeMap<String, PathBuf>,
}

impl Inputs {
    /// Looks for models.
    ///
    /// # Errors
    /// Something is not there, or is no model; two models would become one file.
    pub(super) fn find(given: &[PathBuf], kinds: Kinds) -> Result<Self> {
        let mut all = Vec::new();
        for path in given {
            let cannot = || format!("cannot read {}", path.display());
            let kind = fs::metadata(path).with_context(cannot)?;
            if kind.is_dir() {
                let folder = Arc::new(Folder::read(path)?);
                let models = folder.paths.values().filter(|path| kinds.have(path));
                let found: Vec<Input> = models.map(|path| Input::new(&folder, path)).collect();
                if found.is_empty() {
                    bail!("{} has no .glb or .gltf file", path.display());
                }
                all.extend(found);
            } else if kinds.have(path) {
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

/// Gives each model a name of its own below the output folder: with the name of its folder before it where two would be
/// the same.
fn apart(all: &mut [Input]) -> Result<()> {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for input in &*all {
        *count.entry(input.path.clone()).or_default() += 1;
    }
    for input in all.iter_mut().filter(|input| count[&input.path] > 1) {
        input.below = input.folder.name() + "/";
    }
    let kept = all.iter().map(|input| input.below.clone() + &input.path);
    let kept: Vec<String> = kept.collect();
    let mut taken = BTreeSet::new();
    for (at, input) in all.iter_mut().enumerate() {
        if kept[..at].contains(&kept[at]) {
            let name = &kept[at];
            bail!("two models are {name:?}: convert them into different folders");
        }
        // `door.gltf` beside `door.glb`.
        let whole = input.below.clone() + &input.converted;
        let is_other = whole != kept[at] && kept.contains(&whole);
        if is_other || !taken.insert(whole) {
            input.converted = format!("{}.glb", input.path);
        }
    }
    Ok(())
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
            below: String::new(),
            path,
            folder: Arc::clone(folder),
        }
    }

    fn place(&self) -> PathBuf {
        self.folder.root.join(&self.path)
    }

    pub(super) fn is_image(&self) -> bool {
        is_of(Path::new(&self.path), &IMAGES)
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

fn is_of(path: &Path, extensions: &[&str]) -> bool {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    extensions.contains(&&*extension.to_lowercase())
}

impl Kinds {
    fn have(self, path: &Path) -> bool {
        is_of(path, &MODELS) || (self == Self::ModelsAndImages && is_of(path, &IMAGES))
    }
}

impl Folder {
    fn name(&self) -> String {
        let whole = self.root.canonicalize();
        let whole = whole.as_deref().unwrap_or(&self.root);
        let name = whole.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Looks for all files below a folder.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub(in crate::verbs) fn read(root: &Path) -> Result<Self> {
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
