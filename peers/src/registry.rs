//! Apicurio Registry, which also speaks Confluent's API.

use std::path::Path;

use anyhow::Result;

use crate::fetch::{self, Artifact};
use crate::kind::{Kind, Options};
use crate::probe::Probe;
use crate::server::{Plan, Server};
use crate::tools;

pub(crate) const PROBE: Probe = Probe::Http("/apis/ccompat/v7/subjects", 200);

const API: &str = "/apis/ccompat/v7";

/// What to fetch.
pub(crate) const ARTIFACT: Artifact = Artifact {
    name: "registry",
    version: "2.6.13.Final",
    coordinates: &["io.apicurio:apicurio-registry-app:2.6.13.Final:tar.gz:all"],
};

/// Apicurio Registry.
#[derive(Clone, Copy, Debug)]
pub struct Registry;

impl Registry {
    /// Starts a registry with its log in `folder`; its schemas are in memory and a restart forgets them.
    ///
    /// # Errors
    /// When it can't be fetched, or doesn't answer in time: with the end of its log.
    pub async fn start(folder: impl AsRef<Path>, options: Options) -> Result<Server> {
        Server::start(Kind::Registry.plan(folder.as_ref(), &options).await?).await
    }

    /// Base URL of the Confluent-compatible API of the registry at `host:port`.
    pub fn url(address: &str) -> String {
        format!("http://{address}{API}")
    }

    /// The `host:port` of such a URL.
    pub(crate) fn address(url: &str) -> Option<&str> {
        url.strip_prefix("http://")?.strip_suffix(API)
    }

    pub(crate) async fn plan(folder: &Path, options: &Options) -> Result<Plan> {
        let jars = fetch::maven(&ARTIFACT).await?;
        let java = tools::java().await?;
        let port = options.port()?;
        let ours = [
            ("quarkus.http.host", "127.0.0.1".to_owned()),
            ("quarkus.http.port", port.to_string()),
            ("registry.datasource.url", "jdbc:h2:mem:registry".to_owned()),
        ];
        let mut command = vec![java];
        command.extend(["-Xmx384m", "-XX:+UseSerialGC"].map(str::to_owned));
        // Seconds sooner there; nobody measures it.
        command.push("-XX:TieredStopAtLevel=1".to_owned());
        let settings = options.merged(&ours);
        command.extend(
            settings
                .iter()
                .map(|(key, value)| format!("-D{key}={value}")),
        );
        command.extend(options.arguments.iter().cloned());
        let jar = format!("apicurio-registry-app-{}-runner.jar", ARTIFACT.version);
        command.extend(["-jar".to_owned(), jars.join(jar).display().to_string()]);
        Ok(Plan {
            name: Kind::Registry.name(),
            folder: folder.to_owned(),
            command,
            environment: Vec::new(),
            address: format!("127.0.0.1:{port}"),
            probe: PROBE,
            ready_within: options.ready_within(),
        })
    }
}
