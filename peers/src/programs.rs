//! Programs that tests run and that are no servers: Helm, kcat, Java with what Maven brings for it, Python,
//! a browser.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tokio::process::Command;

use crate::{fetch, tools};

const HELM_MODULE: &str = "helm.sh/helm/v3/cmd/helm";
const HELM_VERSION: &str = "v3.22.0";

/// The program `helm`, built when it is not there yet.
///
/// # Errors
/// When it can't be built.
pub async fn helm() -> Result<PathBuf> {
    fetch::go("helm", HELM_MODULE, HELM_VERSION).await
}

/// The system's `kcat`, installed where that is possible.
///
/// # Errors
/// When it isn't there and can't be installed.
pub async fn kcat() -> Result<PathBuf> {
    tools::need(tools::KCAT).await
}

/// A browser: Chromium, or another of its house under one of its names.
///
/// # Errors
/// When there is none and none can be installed.
pub async fn browser() -> Result<PathBuf> {
    let others = ["chromium", "chromium-browser", "google-chrome"];
    match others.into_iter().find_map(tools::find) {
        Some(found) => Ok(found),
        None => tools::need(tools::CHROMIUM).await,
    }
}

/// The program `java`, version 17 or newer.
///
/// # Errors
/// When it isn't there and can't be installed.
pub async fn java() -> Result<PathBuf> {
    tools::java().await.map(PathBuf::from)
}

/// The folder of the jars that a `pom.xml` names, with all they depend on; fetched once for each content of the file.
///
/// # Errors
/// When Maven is missing, or does not find one of them.
pub async fn jars(pom: &Path) -> Result<PathBuf> {
    let text = fs::read_to_string(pom).with_context(|| format!("read {}", pom.display()))?;
    let name = key("jars", &text);
    let folder = fetch::once(&name, async |draft| {
        fs::write(draft.join("pom.xml"), &text)?;
        fetch::copy_dependencies(draft).await.map(drop)
    });
    Ok(folder.await?.join("lib"))
}

/// The `python` of an environment with exactly these requirements; made once for each content of the file, which names
/// every package with its version.
///
/// # Errors
/// When Python is missing, or a package is not to be had.
pub async fn python(requirements: &Path) -> Result<PathBuf> {
    let text = fs::read_to_string(requirements)
        .with_context(|| format!("read {}", requirements.display()))?;
    let name = key("python", &text);
    let folder = fetch::once(&name, async |draft| {
        let python = tools::need(tools::PYTHON).await?;
        let mut venv = Command::new(python);
        venv.args(["-m", "venv"]).arg(draft);
        let made = fetch::read(&mut venv).await;
        made.with_context(|| tools::installation(&[tools::PYTHON.package]))?;
        let list = draft.join("requirements.txt");
        fs::write(&list, &text)?;
        let mut pip = Command::new(draft.join("bin/python"));
        pip.args([
            "-m",
            "pip",
            "install",
            "-q",
            "--no-deps",
            "--no-input",
            "-r",
        ]);
        fetch::read(pip.arg(list)).await.map(drop)
    });
    Ok(folder.await?.join("bin/python"))
}

/// A name that another content does not have.
fn key(what: &str, content: &str) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("{what}-{:016x}", hasher.finish())
}
