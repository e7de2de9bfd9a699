//! Brings the servers onto this machine, once: Maven artifacts with all they depend on, and programs in Go. Where they
//! come from is what the machine's Maven and Go are set to.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use tokio::process::Command;

use crate::kind::Kind;
use crate::{folders, tools};

const NATS_MODULE: &str = "github.com/nats-io/nats-server/v2";
const NATS_VERSION: &str = "v2.15.2";
const S3_MODULE: &str = "github.com/versity/versitygw/cmd/versitygw";
const S3_VERSION: &str = "v1.8.0";
const LIVEKIT_MODULE: &str = "github.com/livekit/livekit-server/cmd/server";
/// Later ones replace modules, which an installation refuses.
const LIVEKIT_VERSION: &str = "v1.9.12";

/// What both ask for at least; fetched where the system's Go is too old to do that itself (Debian 12 has 1.19).
const GO_MODULE: &str = "golang.org/toolchain";
const GO_VERSION: &str = "1.26.1";

/// What Maven brings for one server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Artifact {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    /// `group:name:version`, with everything they depend on; `group:name:version:type:classifier` is an archive, which
    /// comes alone and is unpacked.
    pub(crate) coordinates: &'static [&'static str],
}

impl Artifact {
    /// Its folder in the cache.
    pub(crate) fn folder(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }
}

/// The folder in the cache of what a server needs.
pub(crate) fn name(kind: Kind) -> String {
    match kind {
        Kind::Kafka => crate::kafka::ARTIFACT.folder(),
        Kind::Cassandra => crate::cassandra::ARTIFACT.folder(),
        Kind::Registry => crate::registry::ARTIFACT.folder(),
        Kind::Nats => format!("nats-server-{NATS_VERSION}"),
        Kind::S3 => format!("versitygw-{S3_VERSION}"),
        Kind::LiveKit => format!("livekit-server-{LIVEKIT_VERSION}"),
    }
}

/// The folder of an artifact's jars.
pub(crate) async fn maven(artifact: &Artifact) -> Result<PathBuf> {
    let name = artifact.folder();
    let folder = once(&name, async |draft| {
        fs::write(draft.join("pom.xml"), pom(artifact)?)?;
        unpack(&copy_dependencies(draft).await?).await
    });
    Ok(folder.await?.join("lib"))
}

/// Brings what the `pom.xml` in a folder names into `lib` there.
pub(crate) async fn copy_dependencies(folder: &Path) -> Result<PathBuf> {
    let mvn = tools::mvn().await?;
    // Two Mavens at once may spoil the repository of the machine that both write to.
    let _one = lock(folders::cache().join("maven.lock")).await?;
    let jars = folder.join("lib");
    fs::create_dir(&jars)?;
    let mut command = Command::new(mvn);
    command.args(["-q", "-B", "dependency:copy-dependencies"]);
    command.arg(format!("-DoutputDirectory={}", jars.display()));
    run(command.current_dir(folder)).await?;
    Ok(jars)
}

/// The program `nats-server`: the system's, else built.
pub(crate) async fn nats() -> Result<PathBuf> {
    let built = folders::cache().join(name(Kind::Nats)).exists();
    if !built && tools::find("nats-server").is_none() {
        // On a fresh Debian this installs Go, and NATS along with it.
        tools::installed_go().await?;
    }
    match tools::find("nats-server") {
        Some(program) => Ok(program),
        None => go("nats-server", NATS_MODULE, NATS_VERSION).await,
    }
}

/// The program `versitygw`.
pub(crate) async fn versitygw() -> Result<PathBuf> {
    go("versitygw", S3_MODULE, S3_VERSION).await
}

/// The program of LiveKit, whose own name says nothing.
pub(crate) async fn livekit() -> Result<PathBuf> {
    let name = name(Kind::LiveKit);
    let folder = go_folder(&name, LIVEKIT_MODULE, LIVEKIT_VERSION).await?;
    Ok(folder.join("server"))
}

/// A program of a Go module.
pub(crate) async fn go(program: &str, module: &str, version: &str) -> Result<PathBuf> {
    let folder = go_folder(&format!("{program}-{version}"), module, version).await?;
    Ok(folder.join(program))
}

/// The folder of the cache that a Go module's program is in.
async fn go_folder(name: &str, module: &str, version: &str) -> Result<PathBuf> {
    once(name, async |draft| {
        let go = tools::go().await?;
        let mut command = Command::new(go);
        command.args(["install", &format!("{module}@{version}")]);
        // A newer Go is fetched when the module asks for one, whatever the machine says elsewhere.
        command.env("GOTOOLCHAIN", "auto").env_remove("GOROOT");
        run(command.env("GOBIN", draft)).await
    })
    .await
}

/// A Go of today, which is itself a module: what newer versions of Go do by themselves.
pub(crate) async fn go_toolchain(go: &Path) -> Result<PathBuf> {
    let name = format!("go-{GO_VERSION}");
    let folder = once(&name, async |draft| {
        let platform = read(Command::new(go).args(["env", "GOOS", "GOARCH"])).await?;
        let platform: Vec<&str> = platform.split_whitespace().collect();
        let version = format!("v0.0.1-go{GO_VERSION}.{}", platform.join("-"));
        let mut download = Command::new(go);
        download.args([
            "mod",
            "download",
            "-json",
            &format!("{GO_MODULE}@{version}"),
        ]);
        let downloaded: Downloaded =
            serde_json::from_str(&read(download.current_dir(draft)).await?)?;
        let mut copy = Command::new("cp");
        copy.arg("-R").arg(downloaded.dir.join(".")).arg(draft);
        run(&mut copy).await?;
        // The module cache is read-only, and a module's files aren't executable.
        run(Command::new("chmod").args(["-R", "u+w"]).arg(draft)).await?;
        let mut executable = Command::new("chmod");
        executable.args(["-R", "u+x", "bin", "pkg/tool"]);
        run(executable.current_dir(draft)).await
    });
    Ok(folder.await?.join("bin/go"))
}

/// What `go mod download -json` says.
#[derive(Deserialize)]
struct Downloaded {
    #[serde(rename = "Dir")]
    dir: PathBuf,
}

/// A folder of the cache, filled by `fill` when it isn't there yet. It gets its name when it is complete, so one that
/// is there is complete.
pub(crate) async fn once(
    name: &str,
    fill: impl AsyncFnOnce(&Path) -> Result<()>,
) -> Result<PathBuf> {
    let cache = folders::cache();
    let folder = cache.join(name);
    if folder.exists() {
        return Ok(folder);
    }
    fs::create_dir_all(&cache).with_context(|| format!("create {}", cache.display()))?;
    let _lock = lock(cache.join(format!("{name}.lock"))).await?;
    if folder.exists() {
        return Ok(folder);
    }
    eprintln!("peers: fetching {name}, once");
    let draft = cache.join(format!("{name}.draft"));
    if draft.exists() {
        fs::remove_dir_all(&draft)?;
    }
    fs::create_dir(&draft)?;
    fill(&draft)
        .await
        .with_context(|| format!("fetch {name}"))?;
    fs::rename(&draft, &folder)?;
    Ok(folder)
}

/// Waits for a lock between processes; it ends with the file that is returned.
pub(crate) async fn lock(path: PathBuf) -> Result<File> {
    let locked = tokio::task::spawn_blocking(move || {
        let file = File::create(&path).with_context(|| format!("create {}", path.display()))?;
        file.lock()
            .with_context(|| format!("lock {}", path.display()))?;
        anyhow::Ok(file)
    });
    locked.await?
}

async fn run(command: &mut Command) -> Result<()> {
    read(command).await.map(drop)
}

/// Runs a command; returns its standard output.
pub(crate) async fn read(command: &mut Command) -> Result<String> {
    let output = command.kill_on_drop(true).output().await;
    let output = output.with_context(|| format!("start {:?}", command.as_std().get_program()))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(
        output.status.success(),
        "{:?} failed ({}): {}{}",
        command.as_std(),
        output.status,
        said,
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(said)
}

async fn unpack(jars: &Path) -> Result<()> {
    for entry in fs::read_dir(jars)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".tar.gz") {
            let mut command = Command::new("tar");
            command.arg("-xzf").arg(&path).arg("-C").arg(jars);
            run(&mut command).await?;
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

fn pom(artifact: &Artifact) -> Result<String> {
    let mut dependencies = String::new();
    for coordinate in artifact.coordinates {
        let parts: Vec<&str> = coordinate.split(':').collect();
        let [group, name, version, archive @ ..] = parts.as_slice() else {
            anyhow::bail!("not a coordinate of Maven: {coordinate}");
        };
        let archive = match archive {
            [kind, classifier] => format!(
                "<type>{kind}</type><classifier>{classifier}</classifier><exclusions><exclusion>\
                 <groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>"
            ),
            _ => String::new(),
        };
        dependencies += &format!(
            "<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId><version>{version}</version>{archive}</dependency>\n"
        );
    }
    Ok(format!(
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">\n<modelVersion>4.0.0</modelVersion>\n\
         <groupId>worldlog</groupId><artifactId>peers-{}</artifactId><version>0</version>\n\
         <dependencies>\n{dependencies}</dependencies>\n</project>\n",
        artifact.name
    ))
}
