//! What the servers need from the system: Java to run three of them, Maven and Go to fetch them. On Debian as root what
//! is missing is installed; elsewhere the error says what to install.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, bail};
use tokio::process::Command;

use crate::{fetch, folders};

/// A program, and the Debian package that has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tool {
    pub(crate) program: &'static str,
    pub(crate) package: &'static str,
    /// The argument that makes it tell its version.
    pub(crate) version: &'static str,
    /// Whether something doesn't work without it.
    pub(crate) required: bool,
    pub(crate) why: &'static str,
}

const JAVA: Tool = Tool {
    program: "java",
    package: "openjdk-17-jre-headless",
    version: "-version",
    required: true,
    why: "runs Kafka, the registry and Cassandra, which needs Java 17",
};
const MVN: Tool = Tool {
    program: "mvn",
    package: "maven",
    version: "-v",
    required: true,
    why: "fetches Kafka, Cassandra and the registry",
};
const GO: Tool = Tool {
    program: "go",
    package: "golang-go",
    version: "version",
    required: true,
    why: "builds the S3 server, LiveKit, and NATS where the system has none",
};
const NATS: Tool = Tool {
    program: "nats-server",
    package: "nats-server",
    version: "--version",
    required: false,
    why: "built with Go when it is missing",
};
pub(crate) const KCAT: Tool = Tool {
    program: "kcat",
    package: "kcat",
    version: "-V",
    required: false,
    why: "looks into topics, for people and in one test",
};
pub(crate) const PYTHON: Tool = Tool {
    program: "python3",
    package: "python3-venv",
    version: "--version",
    required: false,
    why: "runs the Python clients of the tests",
};

pub(crate) const CHROMIUM: Tool = Tool {
    program: "chromium",
    package: "chromium",
    version: "--version",
    required: false,
    why: "shows pages and mails in tests",
};

/// Everything, for `peers doctor`.
pub(crate) const ALL: [Tool; 7] = [JAVA, MVN, GO, NATS, KCAT, PYTHON, CHROMIUM];

const JAVA_MAJOR: u32 = 17;

/// The first Go that fetches the version a module asks for by itself.
const GO_MINOR_MIN: u32 = 21;

/// The program's path, as the shell would find it.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}

/// Java 17 wherever it is, else a newer one, which suffices for all but Cassandra.
pub(crate) fn java_path() -> Option<PathBuf> {
    let home = env::var_os("JAVA_HOME").map(|home| Path::new(&home).join("bin/java"));
    let mut found: Vec<PathBuf> = home.into_iter().chain(find("java")).collect();
    for entry in fs::read_dir("/usr/lib/jvm").into_iter().flatten().flatten() {
        found.push(entry.path().join("bin/java"));
    }
    let versions: Vec<(PathBuf, u32)> = found
        .into_iter()
        .filter_map(|java| java_major(&java).map(|major| (java, major)))
        .collect();
    let exact = versions.iter().find(|(_, major)| *major == JAVA_MAJOR);
    let newer = || versions.iter().find(|(_, major)| *major > JAVA_MAJOR);
    exact.or_else(newer).map(|(java, _)| java.clone())
}

/// As its installation says in the file `release`, without starting it.
fn java_major(java: &Path) -> Option<u32> {
    let home = java.canonicalize().ok()?.parent()?.parent()?.to_owned();
    // Java 8 keeps it one folder higher, and is too old anyway.
    let release = fs::read_to_string(home.join("release")).ok()?;
    let line = release
        .lines()
        .find_map(|line| line.strip_prefix("JAVA_VERSION=\""))?;
    line.split(['.', '"', '+', '-']).next()?.parse().ok()
}

pub(crate) async fn java() -> Result<String> {
    if let Some(java) = java_path() {
        return Ok(java.display().to_string());
    }
    install_or_say(JAVA).await?;
    let java = java_path().context("no Java 17 after its installation")?;
    Ok(java.display().to_string())
}

pub(crate) async fn mvn() -> Result<PathBuf> {
    // Before Maven, whose package brings whatever Java the distribution prefers.
    java().await?;
    need(MVN).await
}

/// Whatever Go the system has.
pub(crate) async fn installed_go() -> Result<PathBuf> {
    need(GO).await
}

/// A Go that can build modules that ask for a newer Go.
pub(crate) async fn go() -> Result<PathBuf> {
    let go = installed_go().await?;
    let said = fetch::read(Command::new(&go).arg("version")).await?;
    let minor = said
        .split_once("go1.")
        .and_then(|(_, rest)| rest.split(['.', ' ']).next()?.parse::<u32>().ok());
    match minor {
        Some(minor) if minor < GO_MINOR_MIN => fetch::go_toolchain(&go).await,
        _ => Ok(go),
    }
}

/// The program, installed where that is possible.
pub(crate) async fn need(tool: Tool) -> Result<PathBuf> {
    if let Some(path) = find(tool.program) {
        return Ok(path);
    }
    install_or_say(tool).await?;
    find(tool.program)
        .with_context(|| format!("{} isn't in PATH after its installation", tool.program))
}

/// Installs a tool and whatever else is missing, at once.
async fn install_or_say(tool: Tool) -> Result<()> {
    if !may_install() {
        bail!(
            "{} is missing: it {}. On Debian: {}",
            tool.program,
            tool.why,
            installation(&[tool.package])
        );
    }
    // Servers are fetched side by side; the packages are installed by one of them.
    let cache = folders::cache();
    fs::create_dir_all(&cache)?;
    let _lock = fetch::lock(cache.join("apt.lock")).await?;
    let missing: Vec<&str> = ALL
        .into_iter()
        .filter(|tool| !is_there(*tool))
        .map(|tool| tool.package)
        .collect();
    if is_there(tool) {
        return Ok(());
    }
    eprintln!("peers: {}", installation(&missing));
    // A fresh image has no lists of packages; a machine that has them needn't fetch them again.
    if apt(&missing).await.is_ok() {
        return Ok(());
    }
    let updated = run_apt(&["-q", "update"]).await;
    match apt(&missing).await {
        Ok(()) => Ok(()),
        // Perhaps one of the others isn't to be had.
        Err(_) => updated.and(apt(&[tool.package]).await),
    }
}

fn is_there(tool: Tool) -> bool {
    match tool.program {
        "java" => java_path().is_some(),
        program => find(program).is_some(),
    }
}

/// Whether this process may install packages: root on Debian or what is made of it.
pub(crate) fn may_install() -> bool {
    Path::new("/etc/debian_version").exists()
        && rustix::process::geteuid().is_root()
        && find("apt-get").is_some()
}

/// The command that installs these packages.
pub(crate) fn installation(packages: &[&str]) -> String {
    format!(
        "apt-get install -y --no-install-recommends {}",
        packages.join(" ")
    )
}

async fn apt(packages: &[&str]) -> Result<()> {
    let mut arguments = vec!["install", "-q", "-y", "--no-install-recommends"];
    arguments.extend(packages);
    run_apt(&arguments).await
}

async fn run_apt(arguments: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    command
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive");
    fetch::read(&mut command).await.map(drop)
}
