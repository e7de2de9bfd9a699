//! The ready file: written whole, then renamed into place, once every gateway answers.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Serialize;

/// The same in the data folder, as long as the platform runs: so the verbs find it.
const RUNNING_FILE: &str = "running.json";

/// What the file says.
#[derive(Debug, Serialize)]
pub(crate) struct Ready<'a> {
    /// Base URL of the listener.
    pub(crate) url: &'a str,
    /// This process.
    pub(crate) pid: u32,
    /// This program.
    pub(crate) version: &'a str,
    /// Names of the gateways that answer.
    pub(crate) gateways: &'a [&'static str],
}

/// Longest wait for the gateways to answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// Pause between two questions.
const PAUSE: Duration = Duration::from_millis(20);

/// Returns when every gateway says that it is ready.
///
/// # Errors
/// One does not within a minute.
pub(crate) async fn wait(url: &str, gateways: &[&'static str]) -> Result<()> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(5))
        .build()
        .context("cannot start the http client")?;
    let begun = Instant::now();
    for gateway in gateways {
        // One gateway alone has the whole listener to itself.
        let mount = match gateways.len() {
            1 => String::new(),
            _ => format!("/{gateway}"),
        };
        loop {
            let answer = client
                .get(format!("{url}{mount}/health/ready"))
                .send()
                .await;
            let problem = match answer {
                Ok(answer) if answer.status().is_success() => break,
                Ok(answer) => answer.status().to_string(),
                Err(error) => error.without_url().to_string(),
            };
            if begun.elapsed() > PATIENCE {
                bail!("gateway {gateway} is not ready: {problem}");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(())
}

/// Writes the data folder's own ready file.
///
/// # Errors
/// The folder cannot be written to.
pub(crate) fn write_running(data: &Path, ready: &Ready<'_>) -> Result<()> {
    write(&data.join(RUNNING_FILE), ready)
}

/// Removes it; it may be gone already.
pub(crate) fn remove_running(data: &Path) {
    let _ = std::fs::remove_file(data.join(RUNNING_FILE));
}

/// Where the platform of a data folder says that it listens. A platform that was killed leaves its file behind: who
/// asks must know by the lock that one runs.
pub(crate) fn running_url(data: &Path) -> Option<String> {
    let text = std::fs::read_to_string(data.join(RUNNING_FILE)).ok()?;
    let ready: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(ready["url"].as_str()?.to_owned())
}

/// Writes the file beside its place and renames it, so that a reader sees all of it or nothing.
///
/// # Errors
/// The folder cannot be written to.
pub(crate) fn write(path: &Path, ready: &Ready<'_>) -> Result<()> {
    let name = path.file_name().context("the ready file has no name")?;
    let mut beside = name.to_owned();
    beside.push(format!(".{}.tmp", ready.pid));
    let beside = path.with_file_name(beside);
    let text = serde_json::to_string(ready)? + "\n";
    std::fs::write(&beside, text)
        .and_then(|()| std::fs::rename(&beside, path))
        .with_context(|| format!("cannot write the ready file {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_whole_and_alone() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("ready.json");
        let ready = Ready {
            url: "http://127.0.0.1:1",
            pid: 7,
            version: "0",
            gateways: &["catalyst"],
        };
        write(&path, &ready).expect("the folder is writable");
        let text = std::fs::read_to_string(&path).expect("the file is there");
        let json: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(json["gateways"][0], "catalyst");
        let files = std::fs::read_dir(folder.path()).expect("the folder is there");
        assert_eq!(files.count(), 1);
        write_running(folder.path(), &ready).expect("the folder is writable");
        assert_eq!(
            running_url(folder.path()).as_deref(),
            Some("http://127.0.0.1:1")
        );
        remove_running(folder.path());
        assert_eq!(running_url(folder.path()), None);
    }
}
