//! Does a server answer? The smallest question of each protocol, by hand, so that tests of the drivers don't begin with
//! the drivers.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A server that takes longer to say that it is there isn't ready.
const PATIENCE: Duration = Duration::from_secs(3);

/// The question to ask.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Probe {
    /// Metadata: a broker must be registered and not fenced.
    Kafka,
    /// OPTIONS of the native protocol.
    Cassandra,
    /// The greeting.
    Nats,
    /// A GET of this path must have this status.
    Http(&'static str, u16),
}

impl Probe {
    /// Asks the server at `address`.
    pub(crate) async fn ask(self, address: &str) -> Result<()> {
        timeout(PATIENCE, self.talk(address))
            .await
            .with_context(|| format!("no answer from {address} within {PATIENCE:?}"))?
    }

    async fn talk(self, address: &str) -> Result<()> {
        let mut stream = TcpStream::connect(address).await?;
        match self {
            Self::Kafka => kafka(&mut stream).await,
            Self::Cassandra => cassandra(&mut stream).await,
            Self::Nats => nats(&mut stream).await,
            Self::Http(path, status) => http(&mut stream, address, path, status).await,
        }
    }
}

async fn kafka(stream: &mut TcpStream) -> Result<()> {
    // Size; Metadata, version 1; correlation 7; no client id; no topics.
    let request = [0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0, 7, 0xff, 0xff, 0, 0, 0, 0];
    stream.write_all(&request).await?;
    let size = stream.read_u32().await?;
    ensure!(size >= 8, "a short answer of Kafka: {size} bytes");
    let correlation = stream.read_u32().await?;
    ensure!(correlation == 7, "not an answer of Kafka");
    let brokers = stream.read_u32().await?;
    ensure!(brokers > 0, "Kafka has no broker yet");
    Ok(())
}

async fn cassandra(stream: &mut TcpStream) -> Result<()> {
    // Version 4, no flags, stream 0, OPTIONS, empty body.
    stream.write_all(&[4, 0, 0, 0, 5, 0, 0, 0, 0]).await?;
    let mut header = [0_u8; 9];
    stream.read_exact(&mut header).await?;
    ensure!(header[4] == 6, "not SUPPORTED but opcode {}", header[4]);
    Ok(())
}

async fn nats(stream: &mut TcpStream) -> Result<()> {
    let mut greeting = [0_u8; 5];
    stream.read_exact(&mut greeting).await?;
    ensure!(&greeting == b"INFO ", "not the greeting of NATS");
    Ok(())
}

async fn http(stream: &mut TcpStream, address: &str, path: &str, expected: u16) -> Result<()> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut head = [0_u8; 12];
    stream.read_exact(&mut head).await?;
    let head = String::from_utf8_lossy(&head);
    let status = head.strip_prefix("HTTP/1.1 ").map(str::parse::<u16>);
    let Some(Ok(status)) = status else {
        bail!("not an answer in HTTP: {head:?}");
    };
    ensure!(status == expected, "GET {path}: status {status}");
    Ok(())
}
