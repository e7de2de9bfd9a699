//! What a crashed run leaves is ended by the next; what merely looks like it is left alone.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command};

use peers::ledger::{self, Record};
use peers::process::Process;

/// Any process that stays: the sweep knows nothing of servers.
struct Sleeper(Child);

impl Sleeper {
    fn start() -> Self {
        let mut command = Command::new("sleep");
        let child = command
            .arg("600")
            .process_group(0)
            .spawn()
            .expect("sleep starts");
        Self(child)
    }

    fn record(&self, owner: Option<Process>) -> Record {
        let process = Process::find(self.0.id()).expect("it runs");
        Record {
            name: "kafka".to_owned(),
            process,
            command: process.command(),
            address: "127.0.0.1:1".to_owned(),
            folder: "/nowhere".into(),
            owner,
        }
    }

    fn runs(&self) -> bool {
        Process::find(self.0.id()).is_some()
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A process that was and is no more.
fn gone() -> Process {
    let mut child = Command::new("sleep")
        .arg("600")
        .spawn()
        .expect("sleep starts");
    let process = Process::find(child.id()).expect("it runs");
    child.kill().expect("ours to kill");
    child.wait().expect("ours to wait for");
    process
}

async fn sweep(ledger: &Path) -> usize {
    ledger::sweep(ledger).await.expect("a sweep").len()
}

#[tokio::test]
async fn a_server_whose_owner_is_gone_is_ended() {
    let ledger = tempfile::tempdir().expect("a folder");
    let left = Sleeper::start();
    left.record(Some(gone()))
        .enter(ledger.path())
        .expect("entered");
    assert_eq!(sweep(ledger.path()).await, 1);
    assert!(!left.runs());
    assert_eq!(ledger::records(ledger.path()).len(), 0);
}

#[tokio::test]
async fn a_server_whose_owner_lives_and_a_shared_one_stay() {
    let ledger = tempfile::tempdir().expect("a folder");
    let (owned, shared) = (Sleeper::start(), Sleeper::start());
    let own = Process::own().expect("this process");
    owned
        .record(Some(own))
        .enter(ledger.path())
        .expect("entered");
    shared.record(None).enter(ledger.path()).expect("entered");
    assert_eq!(sweep(ledger.path()).await, 0);
    assert!(owned.runs() && shared.runs());
    assert_eq!(ledger::records(ledger.path()).len(), 2);
}

#[tokio::test]
async fn a_stranger_with_the_same_pid_stays() {
    let ledger = tempfile::tempdir().expect("a folder");
    let (other_command, other_start) = (Sleeper::start(), Sleeper::start());
    let mut record = other_command.record(Some(gone()));
    record.command = ["sleep", "601"].map(str::to_owned).to_vec();
    record.enter(ledger.path()).expect("entered");
    let mut record = other_start.record(Some(gone()));
    record.process.started += 1;
    record.enter(ledger.path()).expect("entered");
    assert_eq!(sweep(ledger.path()).await, 0);
    assert!(other_command.runs() && other_start.runs());
    assert_eq!(
        ledger::records(ledger.path()).len(),
        0,
        "struck out all the same"
    );
}

#[tokio::test]
async fn half_a_record_is_removed() {
    let ledger = tempfile::tempdir().expect("a folder");
    let file = ledger.path().join("kafka-1.json");
    std::fs::write(&file, "{\"name\": \"kaf").expect("a file");
    assert_eq!(sweep(ledger.path()).await, 0);
    assert!(!file.exists());
}
