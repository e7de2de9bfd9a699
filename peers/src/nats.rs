//! NATS: `nats-server` of the system when there is one.

use std::path::Path;

use anyhow::{Result, ensure};

use crate::fetch;
use crate::kind::{Kind, Options};
use crate::probe::Probe;
use crate::server::{Plan, Server};

pub(crate) const PROBE: Probe = Probe::Nats;

/// NATS.
#[derive(Clone, Copy, Debug)]
pub struct Nats;

impl Nats {
    /// Starts a server with its log in `folder`.
    ///
    /// # Errors
    /// When it can't be fetched, or doesn't answer in time: with the end of its log.
    pub async fn start(folder: impl AsRef<Path>, options: Options) -> Result<Server> {
        Server::start(Kind::Nats.plan(folder.as_ref(), &options).await?).await
    }

    pub(crate) async fn plan(folder: &Path, options: &Options) -> Result<Plan> {
        ensure!(
            options.settings.is_empty(),
            "NATS takes arguments, not settings"
        );
        let program = fetch::nats().await?.display().to_string();
        let port = options.port()?;
        let mut command = vec![program];
        command.extend(["-a", "127.0.0.1", "-p"].map(str::to_owned));
        command.push(port.to_string());
        command.extend(options.arguments.iter().cloned());
        Ok(Plan {
            name: Kind::Nats.name(),
            folder: folder.to_owned(),
            command,
            environment: Vec::new(),
            address: format!("127.0.0.1:{port}"),
            probe: PROBE,
            ready_within: options.ready_within(),
        })
    }
}
