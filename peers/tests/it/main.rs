//! The servers' own tests: they use NATS, which starts in no time, where any server would do.

mod missing;
mod private;
mod shared;
mod stale;

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use tokio::process::Command;

/// Longer than anything here takes on a busy machine; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until something is so.
async fn until(what: &str, mut so: impl FnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while !so() {
        assert!(
            tokio::time::Instant::now() < deadline,
            "{what}: not after {PATIENCE:?}"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The program with a folder of its own; what was fetched is everybody's.
fn peers(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_peers"));
    command.arg("--folder").arg(folder).kill_on_drop(true);
    // `make test` sets it, and `run` would leave the servers to whoever did.
    command.env_remove(peers::PEERS_VARIABLE);
    command
}

fn said(output: &Output) -> String {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&text).into_owned()
}

/// The greeting, or nothing when nobody answers within the time.
async fn greeting(address: &str, within: Duration) -> Option<String> {
    use tokio::io::AsyncReadExt;
    let talk = async {
        let mut stream = tokio::net::TcpStream::connect(address).await.ok()?;
        let mut bytes = [0_u8; 4];
        stream.read_exact(&mut bytes).await.ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    };
    tokio::time::timeout(within, talk).await.ok().flatten()
}
