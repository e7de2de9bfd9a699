//! Starts the real binary, waits for its ready file and ends it by its process id.
//!
//! Every test has its own [`Scratch`] folder; when the test fails the folder stays and the end of the logs is printed.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// Bearer of the operator gateway in every test.
pub(crate) const TOKEN: &str = "operator-token-of-the-tests";

/// What is converted for, beside the web, by default.
const DESKTOP: [&str; 2] = [
    "WORLDLOG__CONVERT__PROFILES__WINDOWS",
    "WORLDLOG__CONVERT__PROFILES__MAC",
];

const BINARY: &str = env!("CARGO_BIN_EXE_worldlog");
/// A debug build on a busy machine; what is waited for takes well under a second.
const START_LIMIT: Duration = Duration::from_secs(180);
/// The contract says 10 s; the rest is for the machine.
const STOP_LIMIT: Duration = Duration::from_secs(15);
const LOG_LINES_SHOWN: usize = 60;
const SIGKILL: i32 = 9;

/// A folder of one test: data, logs, ready files. It stays when the test fails.
pub(crate) struct Scratch(Option<TempDir>);

impl Scratch {
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("worldlog-it-").tempdir();
        Self(Some(folder.expect("a temporary folder")))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0
            .as_ref()
            .expect("it is taken in drop only")
            .path()
            .join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if std::thread::panicking()
            && let Some(folder) = self.0.take()
        {
            println!("kept: {}", folder.keep().display());
        }
    }
}

/// A command line of the binary.
#[derive(Clone)]
pub(crate) struct Launch {
    name: String,
    /// Logs, the ready file and, unless it is another's, the data.
    folder: PathBuf,
    data: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(String, String)>,
    ready_file: bool,
}

impl Launch {
    /// Any verb; logs and the ready file go to a folder `name` of `scratch`.
    pub(crate) fn verb(scratch: &Scratch, name: &str, arguments: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            folder: scratch.path(name),
            data: scratch.path(name).join("data"),
            arguments: arguments.iter().map(OsString::from).collect(),
            environment: Vec::new(),
            ready_file: false,
        }
    }

    /// `worldlog up` on the data folder `<name>/data` and a free port.
    pub(crate) fn up(scratch: &Scratch, name: &str) -> Self {
        Self::up_on(scratch, name, &scratch.path(name).join("data"))
    }

    /// The same on a given data folder.
    pub(crate) fn up_on(scratch: &Scratch, name: &str, data: &Path) -> Self {
        let mut launch = Self::verb(scratch, name, &["up", "--listen", "127.0.0.1:0"]);
        launch.data = data.to_owned();
        launch
            .argument("--data")
            .argument(data)
            .ready_file()
            .environment("WORLDLOG__OPERATOR__TOKEN", TOKEN)
            // Nothing is written that no test wrote.
            .environment("WORLDLOG__CREDITS__TICK_INTERVAL", "0s")
            .without_desktop()
    }

    /// `worldlog run` on the engines that the environment names, on a free port.
    pub(crate) fn run(scratch: &Scratch, name: &str, environment: &[(String, String)]) -> Self {
        let mut launch = Self::verb(scratch, name, &["run", "--listen", "127.0.0.1:0"]);
        launch.environment.extend_from_slice(environment);
        let data = launch.data.clone();
        launch
            .argument("--data")
            .argument(data)
            .ready_file()
            .environment("WORLDLOG__OPERATOR__TOKEN", TOKEN)
            .environment("WORLDLOG__CREDITS__TICK_INTERVAL", "0s")
            .without_desktop()
    }

    /// Nothing is converted for the desktop client, but in the tests of that: it would only take the others' time.
    fn without_desktop(self) -> Self {
        DESKTOP
            .iter()
            .fold(self, |launch, key| launch.environment(key, "none"))
    }

    /// What is converted by default, after all.
    pub(crate) fn with_desktop(mut self) -> Self {
        self.environment
            .retain(|(key, _)| !DESKTOP.contains(&&**key));
        self
    }

    /// `worldlog catalyst serve` of a folder, on a free port.
    pub(crate) fn catalyst(scratch: &Scratch, name: &str, served: &Path) -> Self {
        Self::verb(scratch, name, &["catalyst", "serve"])
            .argument(served)
            .argument("--listen")
            .argument("127.0.0.1:0")
            .ready_file()
    }

    pub(crate) fn argument(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// `--catalyst` for each content server.
    pub(crate) fn following(self, servers: &[&Program]) -> Self {
        let urls: Vec<&str> = servers.iter().map(|server| server.url.as_str()).collect();
        self.following_urls(&urls)
    }

    /// The same for the bases of catalysts.
    pub(crate) fn following_urls(self, bases: &[&str]) -> Self {
        bases.iter().fold(self, |launch, base| {
            launch
                .argument("--catalyst")
                .argument(format!("{base}/content"))
        })
    }

    /// Listens where another program did.
    pub(crate) fn in_place_of(mut self, former: &str) -> Self {
        let place = former.strip_prefix("http://").expect("a listener's url");
        let flag = self
            .arguments
            .iter()
            .position(|argument| argument == "--listen");
        self.arguments[flag.expect("it listens") + 1] = place.into();
        self
    }

    pub(crate) fn environment(mut self, key: &str, value: impl Into<String>) -> Self {
        self.environment.push((key.to_owned(), value.into()));
        self
    }

    /// Its data folder.
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// Deletes all of the data folder but `log.db` and the files that belong to it.
    pub(crate) fn lose_all_but_the_log(&self) {
        self.lose(|name| !name.starts_with("log.db"));
    }

    /// Deletes `store.db` and the files that belong to it.
    pub(crate) fn lose_the_store(&self) {
        assert!(self.data.join("store.db").is_file(), "the store is a file");
        self.lose(|name| name.starts_with("store.db"));
    }

    fn lose(&self, is_lost: impl Fn(&str) -> bool) {
        for entry in fs::read_dir(&self.data).expect("the data folder is there") {
            let entry = entry.expect("the data folder is readable");
            let path = entry.path();
            if !is_lost(&entry.file_name().to_string_lossy()) {
                continue;
            }
            let removed = match path.is_dir() {
                true => fs::remove_dir_all(&path),
                false => fs::remove_file(&path),
            };
            removed.unwrap_or_else(|error| panic!("cannot delete {}: {error}", path.display()));
        }
    }

    fn ready_path(&self) -> PathBuf {
        self.folder.join("ready.json")
    }

    /// With `--ready-file`, so that it can be waited for.
    pub(crate) fn ready_file(mut self) -> Self {
        self.ready_file = true;
        let path = self.ready_path();
        self.argument("--ready-file").argument(path)
    }

    /// Starts it, without waiting for anything.
    pub(crate) fn spawn(&self) -> Starting {
        fs::create_dir_all(&self.folder).expect("the scratch folder is writable");
        if let Err(error) = fs::remove_file(self.ready_path()) {
            assert_eq!(
                error.kind(),
                std::io::ErrorKind::NotFound,
                "a stale ready file: {error}"
            );
        }
        let log = next_log(&self.folder);
        let file = File::create(&log).expect("the scratch folder is writable");
        let inherited =
            std::env::vars_os().filter(|(key, _)| !key.to_string_lossy().starts_with("WORLDLOG_"));
        let child = Command::new(BINARY)
            .args(&self.arguments)
            .env_clear()
            .envs(inherited)
            .envs(self.environment.iter().map(|(k, v)| (k, v)))
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(file.try_clone().expect("a log can be written twice"))
            .stderr(file)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {BINARY}: {error}"));
        Starting(Running {
            name: self.name.clone(),
            log,
            child,
            ended: None,
        })
    }

    /// Starts it and waits until it says that every gateway answers.
    pub(crate) async fn start(&self) -> Program {
        assert!(
            self.ready_file,
            "{} has no ready file to wait for",
            self.name
        );
        let mut running = self.spawn().0;
        let path = self.ready_path();
        let text = until(START_LIMIT, || {
            if let Some(status) = running.exited() {
                panic!(
                    "{} ended with {status} before it was ready\n{}",
                    running.name,
                    running.tail()
                );
            }
            fs::read_to_string(&path).ok()
        })
        .await;
        let Some(text) = text else {
            panic!("{} is not ready\n{}", running.name, running.tail());
        };
        let ready: Value = serde_json::from_str(&text).expect("the ready file is whole JSON");
        let url = ready["url"]
            .as_str()
            .expect("the ready file names the url")
            .to_owned();
        Program {
            running,
            url,
            ready,
        }
    }

    /// Runs it to its end: what it wrote and how it ended.
    pub(crate) async fn finish(&self) -> Finished {
        self.spawn().ended().await
    }
}

/// What a run that ended by itself left.
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    /// Standard output and standard error.
    pub(crate) output: String,
}

/// A process that was started and may not be ready.
pub(crate) struct Starting(Running);

impl Starting {
    /// What it wrote so far.
    pub(crate) fn log(&self) -> String {
        self.0.text()
    }

    /// Waits until it ends by itself.
    pub(crate) async fn ended(mut self) -> Finished {
        self.0.finish().await
    }

    /// SIGKILL of a process that lives: one that ended before was not killed, and that is a failure.
    pub(crate) fn kill(mut self) {
        self.0.kill_alive();
    }

    /// SIGTERM, and its exit.
    pub(crate) async fn terminate(mut self) -> ExitStatus {
        self.0.terminate().await
    }
}

/// A process that is ready.
pub(crate) struct Program {
    running: Running,
    /// Base of its listener.
    pub(crate) url: String,
    /// The whole ready file.
    pub(crate) ready: Value,
}

impl Program {
    /// An address on it.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// What it wrote so far.
    pub(crate) fn log(&self) -> String {
        self.running.text()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.running.child.id()
    }

    /// SIGSTOP: it stands still, its connections stay.
    pub(crate) fn pause(&self) {
        self.running.signal("STOP");
    }

    /// SIGCONT after [`Program::pause`].
    pub(crate) fn resume(&self) {
        self.running.signal("CONT");
    }

    /// SIGKILL: no chance to flush anything. As with [`Starting::kill`] it must be alive.
    pub(crate) fn kill(mut self) {
        self.running.kill_alive();
    }

    /// SIGTERM, and its exit.
    pub(crate) async fn terminate(mut self) -> ExitStatus {
        self.running.terminate().await
    }
}

struct Running {
    name: String,
    log: PathBuf,
    child: Child,
    ended: Option<ExitStatus>,
}

impl Running {
    async fn finish(&mut self) -> Finished {
        let status = until(START_LIMIT, || self.exited()).await;
        let status =
            status.unwrap_or_else(|| panic!("{} does not end\n{}", self.name, self.tail()));
        Finished {
            code: status.code(),
            output: self.text(),
        }
    }

    fn exited(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().expect("a child can be waited for");
        }
        self.ended
    }

    /// Kills it, and fails when there is nothing left to kill or when something else ended it.
    fn kill_alive(&mut self) {
        if let Some(status) = self.exited() {
            panic!(
                "{} ended with {status} before it was killed\n{}",
                self.name,
                self.tail()
            );
        }
        self.kill();
        let signal = self.ended.and_then(|status| status.signal());
        assert_eq!(signal, Some(SIGKILL), "{}\n{}", self.name, self.tail());
    }

    fn kill(&mut self) {
        if self.exited().is_none() {
            self.child.kill().expect("our own child can be killed");
            self.ended = Some(self.child.wait().expect("a child can be waited for"));
        }
    }

    async fn terminate(&mut self) -> ExitStatus {
        if let Some(status) = self.exited() {
            return status;
        }
        self.signal("TERM");
        let status = until(STOP_LIMIT, || self.exited()).await;
        status.unwrap_or_else(|| panic!("{} does not stop on SIGTERM\n{}", self.name, self.tail()))
    }

    /// Sends a signal to a process that was not waited for yet: its id is still its own.
    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &pid])
            .status();
        let sent = sent.expect("the command kill is there");
        assert!(sent.success(), "cannot signal {pid}");
    }

    fn text(&self) -> String {
        let bytes = fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn tail(&self) -> String {
        let text = self.text();
        let lines: Vec<&str> = text.lines().collect();
        let from = lines.len().saturating_sub(LOG_LINES_SHOWN);
        format!(
            "--- {} ({})\n{}",
            self.name,
            self.log.display(),
            lines[from..].join("\n")
        )
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("{}", self.tail());
        }
        self.kill();
    }
}

/// `run-1.log`, `run-2.log`, …: each start of a launch has its own.
fn next_log(folder: &Path) -> PathBuf {
    let mut paths = (1..).map(|n| folder.join(format!("run-{n}.log")));
    paths
        .find(|path| !path.exists())
        .expect("a folder holds fewer logs than there are numbers")
}

/// Asks again and again until there is an answer, or for `limit`.
pub(crate) async fn until<T>(limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + limit;
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if Instant::now() > end {
            return None;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
