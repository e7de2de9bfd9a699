//! The shared set, by the program that `make` runs: up, again up, down, and for as long as a command runs.

use std::path::Path;

use peers::process::{Process, signal};
use peers::set::Status;
use peers::{Kind, Set, Shared};

use crate::{PATIENCE, greeting, peers, said};

async fn up(folder: &Path) -> Shared {
    let output = peers(folder)
        .args(["up", "--only", "nats"])
        .output()
        .await
        .expect("it starts");
    assert!(output.status.success(), "{}", said(&output));
    let text = std::fs::read_to_string(folder.join("up.json")).expect("up.json");
    serde_json::from_str(&text).expect("up.json is understood")
}

async fn down(folder: &Path) {
    let output = peers(folder).arg("down").output().await.expect("it starts");
    assert!(output.status.success(), "{}", said(&output));
}

async fn nats(folder: &Path) -> Status {
    let all = Set::at(folder).status().await;
    let nats = all
        .into_iter()
        .find(|status| status.name == Kind::Nats.name());
    nats.expect("every server has a status")
}

#[tokio::test]
async fn up_twice_is_once_and_what_died_is_started_again_where_it_was() {
    if !peers::wanted() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let first = up(folder.path()).await;
    assert_eq!(first.kafka, "", "not asked for");
    assert_eq!(
        greeting(&first.nats, PATIENCE).await.as_deref(),
        Some("INFO")
    );
    let before = nats(folder.path()).await;
    assert_eq!(
        (before.state, before.address.as_deref()),
        ("ready", Some(&first.nats[..]))
    );

    assert_eq!(up(folder.path()).await.nats, first.nats);
    assert_eq!(nats(folder.path()).await.pid, before.pid, "left as it was");

    let pid = before.pid.expect("it runs");
    signal(pid, rustix::process::Signal::KILL).expect("ours to kill");
    crate::until("it is gone", || Process::find(pid).is_none()).await;
    assert_eq!(nats(folder.path()).await.state, "stopped");
    assert_eq!(up(folder.path()).await.nats, first.nats);
    assert_eq!(
        greeting(&first.nats, PATIENCE).await.as_deref(),
        Some("INFO")
    );

    down(folder.path()).await;
    assert_eq!(nats(folder.path()).await.state, "stopped");
    assert_eq!(greeting(&first.nats, PATIENCE).await, None);
    assert!(!folder.path().join("up.json").exists());
}

#[tokio::test]
async fn two_starts_at_once_make_one_server() {
    if !peers::wanted() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (one, other) = tokio::join!(up(folder.path()), up(folder.path()));
    assert_eq!(one.nats, other.nats);
    let records = peers::ledger::records(&Set::at(folder.path()).ledger());
    assert_eq!(records.len(), 1);
    down(folder.path()).await;
}

/// Runs a shell in which `$WORLDLOG_PEERS` is the file.
async fn run(folder: &Path, script: &str) -> std::process::Output {
    let mut command = peers(folder);
    command.args(["run", "--only", "nats", "--", "sh", "-c", script]);
    command.output().await.expect("it starts")
}

#[tokio::test]
async fn run_leaves_nothing_whether_the_command_succeeds_or_fails() {
    if !peers::wanted() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let output = run(folder.path(), "cat \"$WORLDLOG_PEERS\"; exit 3").await;
    assert_eq!(
        output.status.code(),
        Some(3),
        "the command's own: {}",
        said(&output)
    );
    let shared: Shared = serde_json::from_slice(&output.stdout).expect("up.json");
    assert!(!shared.nats.is_empty());
    assert_eq!(nats(folder.path()).await.state, "stopped");

    let output = run(folder.path(), "kill -KILL $$").await;
    assert_eq!(output.status.code(), Some(128 + 9), "{}", said(&output));
    assert_eq!(nats(folder.path()).await.state, "stopped");
}

#[tokio::test]
async fn run_leaves_what_ran_before_or_was_asked_for_meanwhile() {
    if !peers::wanted() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    up(folder.path()).await;
    let before = nats(folder.path()).await.pid;
    assert!(run(folder.path(), "true").await.status.success());
    assert_eq!(nats(folder.path()).await.pid, before);
    down(folder.path()).await;

    let program = env!("CARGO_BIN_EXE_peers");
    let place = folder.path().display();
    let meanwhile = format!("'{program}' --folder '{place}' up --only nats");
    let output = run(folder.path(), &meanwhile).await;
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(nats(folder.path()).await.state, "ready");
    down(folder.path()).await;

    let inner = format!("WORLDLOG_PEERS= '{program}' --folder '{place}' run --only nats -- true");
    let script = format!("{inner} && '{program}' --folder '{place}' status");
    let output = run(folder.path(), &script).await;
    assert!(
        said(&output).contains("ready"),
        "the inner one is not the last: {}",
        said(&output)
    );
    assert_eq!(nats(folder.path()).await.state, "stopped");
}

#[tokio::test]
async fn run_passes_a_signal_on_and_cleans_up() {
    if !peers::wanted() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mark = folder.path().join("mark");
    let script = format!(
        "trap 'exit 7' TERM; : > '{}'; while :; do sleep 0.05; done",
        mark.display()
    );
    let mut command = peers(folder.path());
    command.args(["run", "--only", "nats", "--", "sh", "-c", &script]);
    let mut running = command.spawn().expect("it starts");
    crate::until("the command runs", || mark.exists()).await;
    let pid = running.id().and_then(|pid| i32::try_from(pid).ok());
    let pid = pid
        .and_then(rustix::process::Pid::from_raw)
        .expect("it runs");
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("ours to signal");
    let status = running.wait().await.expect("it ends");
    assert_eq!(status.code(), Some(7));
    assert_eq!(nats(folder.path()).await.state, "stopped");
}

#[tokio::test]
async fn run_starts_nothing_where_the_servers_are_elsewhere_and_hides_the_cargo_above() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = peers(folder.path());
    let script = "echo \"$WORLDLOG_PEERS\"; env | grep CARGO_MANIFEST_ || echo clean";
    command.args(["run", "--", "sh", "-c", script]);
    let output = command
        .env(peers::PEERS_VARIABLE, "none")
        .output()
        .await
        .expect("it starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "none\nclean\n");
    assert!(!folder.path().join("up.json").exists());
}
