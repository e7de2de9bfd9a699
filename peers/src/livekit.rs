//! LiveKit: rooms for voice and data, media over loopback only.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::kind::{Kind, Options};
use crate::probe::Probe;
use crate::server::{Plan, Server};
use crate::{LiveKitServer, fetch, port};

pub(crate) const PROBE: Probe = Probe::Http("/", 200);

const API_KEY: &str = "worldlog";
/// As long as the server asks for.
const API_SECRET: &str = "worldlog-secret-of-the-tests-0123456789";

/// LiveKit.
#[derive(Clone, Copy, Debug)]
pub struct LiveKit;

impl LiveKit {
    /// Starts a server with its configuration and its log in `folder`; a restart forgets its rooms.
    ///
    /// # Errors
    /// When it can't be fetched, or doesn't answer in time: with the end of its log.
    pub async fn start(folder: impl AsRef<Path>, options: Options) -> Result<Server> {
        Server::start(Kind::LiveKit.plan(folder.as_ref(), &options).await?).await
    }

    /// How a client reaches the server at `host:port`, and a key that it knows.
    pub fn client(address: &str) -> LiveKitServer {
        LiveKitServer {
            url: format!("ws://{address}"),
            api_key: API_KEY.to_owned(),
            api_secret: API_SECRET.to_owned(),
        }
    }

    /// The `host:port` of such a URL.
    pub(crate) fn address(url: &str) -> Option<&str> {
        url.strip_prefix("ws://")
    }

    pub(crate) async fn plan(folder: &Path, options: &Options) -> Result<Plan> {
        let program = fetch::livekit().await?.display().to_string();
        let port = options.port()?;
        let ours = [
            ("port", port.to_string()),
            ("bind_addresses", "[127.0.0.1]".to_owned()),
            ("keys", format!("{{{API_KEY}: {API_SECRET}}}")),
            ("logging", "{level: info}".to_owned()),
            // Without the TCP of media, which would listen on every interface.
            (
                "rtc",
                format!(
                    "{{udp_port: {}, tcp_port: 0, use_external_ip: false, node_ip: 127.0.0.1, \
                     enable_loopback_candidate: true, interfaces: {{includes: [lo]}}}}",
                    port::free()?
                ),
            ),
        ];
        let mut text = String::new();
        for (key, value) in options.merged(&ours) {
            // Writing into a string can't fail.
            let _ = writeln!(text, "{key}: {value}");
        }
        let file = folder.join("livekit.yaml");
        fs::write(&file, text)?;
        let mut command = vec![program, "--config".to_owned(), file.display().to_string()];
        command.extend(options.arguments.iter().cloned());
        Ok(Plan {
            name: Kind::LiveKit.name(),
            folder: folder.to_owned(),
            command,
            environment: Vec::new(),
            address: format!("127.0.0.1:{port}"),
            probe: PROBE,
            ready_within: options.ready_within(),
        })
    }
}
