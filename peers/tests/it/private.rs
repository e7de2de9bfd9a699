//! A server of one's own: killed, stopped, paused, started again, and never left behind.

use std::time::Duration;

use peers::process::Process;
use peers::{Cassandra, Kafka, LiveKit, Nats, Options, Registry, S3Server, ledger};

use crate::{PATIENCE, greeting, until};

/// Says to this test, started again as a process of its own, where to keep the server that it abandons.
const CHILD_VARIABLE: &str = "PEERS_TEST_CHILD";

#[tokio::test]
async fn killed_and_restarted_it_has_the_same_address() {
    if !peers::wanted() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut nats = Nats::start(folder.path(), Options::default())
        .await
        .expect("NATS starts");
    let address = nats.address().to_owned();
    let first = nats.pid().expect("it runs");
    assert_eq!(greeting(&address, PATIENCE).await.as_deref(), Some("INFO"));

    nats.kill();
    assert_eq!(nats.pid(), None);
    assert_eq!(Process::find(first), None, "killed means gone");
    assert_eq!(greeting(&address, PATIENCE).await, None);
    assert!(nats.pause().is_err(), "nothing to pause");

    nats.restart().await.expect("it starts again");
    assert_eq!(nats.address(), address);
    assert_ne!(nats.pid(), Some(first));
    assert_eq!(greeting(&address, PATIENCE).await.as_deref(), Some("INFO"));

    nats.stop().await.expect("it stops");
    assert_eq!(greeting(&address, PATIENCE).await, None);
    assert!(
        nats.log_tail().contains("Server Exiting"),
        "asked, not killed: {}",
        nats.log_tail()
    );
}

/// All at once, for the machine's sake; each `restart` returns when the server answers.
#[tokio::test]
async fn every_server_starts_again_after_a_kill_with_the_files_it_left() {
    if !peers::wanted() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let (kafka, cassandra, registry, s3, livekit) = tokio::try_join!(
        Kafka::start(at("kafka"), Options::default().set("num.partitions", "3")),
        Cassandra::start(
            at("cassandra"),
            Options::default().set("cluster_name", "mine")
        ),
        Registry::start(at("registry"), Options::default()),
        S3Server::start(at("s3"), Options::default()),
        LiveKit::start(at("livekit"), Options::default().set("region", "here")),
    )
    .expect("all start");
    let properties = std::fs::read_to_string(at("kafka").join("server.properties"));
    assert!(properties.expect("its file").contains("num.partitions=3\n"));
    let yaml = std::fs::read_to_string(at("cassandra").join("cassandra.yaml")).expect("its file");
    assert!(
        yaml.contains("cluster_name: mine\n") && !yaml.contains("peers"),
        "{yaml}"
    );

    let yaml = std::fs::read_to_string(at("livekit").join("livekit.yaml")).expect("its file");
    assert!(yaml.contains("region: here\n"), "{yaml}");

    let mut restarts = tokio::task::JoinSet::new();
    for mut server in [kafka, cassandra, registry, s3, livekit] {
        restarts.spawn(async move {
            let before = (server.address().to_owned(), server.pid());
            server.kill();
            server.restart().await.expect("it starts again");
            assert_eq!(server.address(), before.0);
            assert_ne!(server.pid(), before.1);
        });
    }
    restarts.join_all().await;
}

#[tokio::test]
async fn paused_it_accepts_and_says_nothing_until_it_is_resumed() {
    if !peers::wanted() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let nats = Nats::start(folder.path(), Options::default())
        .await
        .expect("NATS starts");
    nats.pause().expect("it pauses");
    assert_eq!(
        greeting(nats.address(), Duration::from_millis(200)).await,
        None
    );
    nats.resume().expect("it resumes");
    assert_eq!(
        greeting(nats.address(), PATIENCE).await.as_deref(),
        Some("INFO")
    );
}

#[tokio::test]
async fn dropped_it_is_gone_even_when_paused() {
    if !peers::wanted() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let nats = Nats::start(folder.path(), Options::default())
        .await
        .expect("NATS starts");
    let pid = nats.pid().expect("it runs");
    nats.pause().expect("it pauses");
    drop(nats);
    assert_eq!(Process::find(pid), None);
}

#[tokio::test]
async fn one_that_cannot_start_fails_with_the_end_of_its_log() {
    if !peers::wanted() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options {
        arguments: ["-c", "/nowhere/nats.conf"].map(str::to_owned).to_vec(),
        ..Options::default()
    };
    let error = Nats::start(folder.path(), options)
        .await
        .expect_err("there is no such file");
    let text = format!("{error:#}");
    assert!(text.contains("nats doesn't start: nats ended"), "{text}");
    assert!(
        text.contains("/nowhere/nats.conf: no such file"),
        "the log says why: {text}"
    );
}

#[tokio::test]
async fn one_that_never_answers_is_given_up_and_gone() {
    if !peers::wanted() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    // It listens elsewhere than where it is asked.
    let options = Options {
        arguments: ["-p", "-1"].map(str::to_owned).to_vec(),
        ready_within: Some(Duration::from_millis(300)),
        ..Options::default()
    };
    let error = Nats::start(folder.path(), options)
        .await
        .expect_err("nobody listens there");
    let text = format!("{error:#}");
    assert!(text.contains("isn't ready after 300ms"), "{text}");
    assert!(
        text.contains("Listening for client connections"),
        "the log: {text}"
    );
}

/// The test runs itself once more as the process that crashes.
#[tokio::test]
async fn it_dies_with_a_process_that_crashes() {
    if !peers::wanted() {
        return;
    }
    if let Some(folder) = std::env::var_os(CHILD_VARIABLE) {
        let folder = std::path::PathBuf::from(folder);
        let nats = Nats::start(&folder, Options::default())
            .await
            .expect("NATS starts");
        let pid = nats.pid().expect("it runs").to_string();
        std::fs::write(folder.join("pid.draft"), pid).expect("a file");
        std::fs::rename(folder.join("pid.draft"), folder.join("pid")).expect("a file");
        std::future::pending::<()>().await;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut crashing = tokio::process::Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "private::it_dies_with_a_process_that_crashes"])
        .env(CHILD_VARIABLE, folder.path())
        .kill_on_drop(true)
        .spawn()
        .expect("it starts");
    let file = folder.path().join("pid");
    until("the other process has a server", || file.exists()).await;
    let pid = std::fs::read_to_string(&file).expect("a file");
    let pid: u32 = pid.parse().expect("a process id");
    assert!(Process::find(pid).is_some(), "the server runs");
    let ledger = peers::Set::default().ledger();
    let entered = || {
        ledger::records(&ledger)
            .iter()
            .any(|r| r.process.pid == pid)
    };
    assert!(entered());
    crashing.kill().await.expect("SIGKILL");
    until("the server is gone", || Process::find(pid).is_none()).await;
    until("its record is gone", || !entered()).await;
}
