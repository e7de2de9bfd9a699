//! An S3 server over a folder: versitygw.

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};

use crate::kind::{Kind, Options};
use crate::probe::Probe;
use crate::server::{Plan, Server};
use crate::{S3, fetch};

/// Without a signature the answer is 403: the server is there.
pub(crate) const PROBE: Probe = Probe::Http("/", 403);

const BUCKET: &str = "worldlog";
const ACCESS_KEY: &str = "worldlog";
const SECRET_KEY: &str = "worldlog-secret";

/// The S3 server.
#[derive(Clone, Copy, Debug)]
pub struct S3Server;

impl S3Server {
    /// Starts a server with its objects and its log in `folder`.
    ///
    /// # Errors
    /// When it can't be fetched, or doesn't answer in time: with the end of its log.
    pub async fn start(folder: impl AsRef<Path>, options: Options) -> Result<Server> {
        Server::start(Kind::S3.plan(folder.as_ref(), &options).await?).await
    }

    /// How a client reaches the server at `host:port`, and a bucket that exists.
    pub fn client(address: &str) -> S3 {
        S3 {
            endpoint: format!("http://{address}"),
            bucket: BUCKET.to_owned(),
            access_key: ACCESS_KEY.to_owned(),
            secret_key: SECRET_KEY.to_owned(),
        }
    }

    pub(crate) async fn plan(folder: &Path, options: &Options) -> Result<Plan> {
        ensure!(
            options.settings.is_empty(),
            "versitygw takes arguments, not settings"
        );
        let program = fetch::versitygw().await?.display().to_string();
        // A folder is a bucket. The side folder holds what would be extended attributes, which not every file system
        // of a container has.
        let (buckets, side) = (folder.join("buckets"), folder.join("attributes"));
        fs::create_dir_all(buckets.join(BUCKET))?;
        fs::create_dir_all(&side)?;
        let address = format!("127.0.0.1:{}", options.port()?);
        let mut command = vec![program, "--port".to_owned(), address.clone()];
        command.extend(["--access", ACCESS_KEY, "--secret", SECRET_KEY].map(str::to_owned));
        command.extend(["--quiet".to_owned(), "--keep-alive".to_owned()]);
        command.extend(options.arguments.iter().cloned());
        command.extend(["posix".to_owned(), "--sidecar".to_owned()]);
        command.extend([side.display().to_string(), buckets.display().to_string()]);
        Ok(Plan {
            name: Kind::S3.name(),
            folder: folder.to_owned(),
            command,
            environment: Vec::new(),
            address,
            probe: PROBE,
            ready_within: options.ready_within(),
        })
    }
}
