//! The command line: help, exit codes, and what goes to which output. Nothing here waits for a running platform.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const HELP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/help");

/// Every verb whose help is committed.
const VERBS: &[&str] = &[
    "",
    "up",
    "run",
    "convert",
    "lods",
    "render",
    "bundle",
    "bundle inspect",
    "bundle diff",
    "catalyst",
    "catalyst serve",
    "bots",
    "demo",
    "demo player",
    "log",
    "log tail",
    "log cat",
    "log export",
    "log import",
    "topics",
    "topics plan",
    "topics apply",
    "processors",
    "processors list",
    "processors lag",
    "schemas",
    "schemas check",
    "schemas register",
    "snapshot",
    "snapshot take",
    "snapshot list",
    "snapshot drop",
    "verify",
    "explain",
    "dlq",
    "dlq list",
    "dlq show",
    "dlq redrive",
    "dlq discard",
    "doctor",
    "config",
    "config show",
    "config check",
    "openapi",
    "new",
    "new processor",
];

pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.path(name).to_string_lossy().into_owned()
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        fs::write(self.path(name), text).expect("the folder is writable");
        self.text(name)
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_worldlog"));
    let inherited = std::env::vars().filter(|(name, _)| !name.starts_with("WORLDLOG_"));
    command
        .args(arguments)
        .env_clear()
        .envs(inherited)
        .stdin(Stdio::null());
    command
}

pub(crate) fn run(arguments: &[&str]) -> Output {
    command(arguments).output().expect("the binary starts")
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().expect("it ended by itself")
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(crate) fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}{}", stdout(output), stderr(output)))
}

#[test]
fn the_help_of_every_verb_is_as_committed() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    fs::create_dir_all(HELP).expect("the folder of goldens can be made");
    for verb in VERBS {
        let mut arguments: Vec<&str> = verb.split(' ').filter(|word| !word.is_empty()).collect();
        arguments.push("--help");
        let output = command(&arguments)
            .env("COLUMNS", "100")
            .output()
            .expect("the binary starts");
        assert_eq!(code(&output), 0, "{verb}: {}", stderr(&output));
        let name = match *verb {
            "" => "worldlog".to_owned(),
            verb => verb.replace(' ', "-"),
        };
        let file = Path::new(HELP).join(format!("{name}.txt"));
        let help = stdout(&output);
        if update {
            fs::write(&file, &help).expect("the golden can be written");
        }
        let golden = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(
            help,
            golden,
            "{}: UPDATE_GOLDEN=1 rewrites it",
            file.display()
        );
        assert!(
            help.lines().all(|l| l.chars().count() <= 120),
            "{verb} has long lines"
        );
    }
}

#[test]
fn every_verb_that_does_something_teaches_by_example() {
    for verb in VERBS.iter().filter(|v| {
        !matches!(
            **v,
            "" | "bundle"
                | "catalyst"
                | "demo"
                | "dlq"
                | "log"
                | "topics"
                | "processors"
                | "schemas"
                | "config"
                | "new"
                | "snapshot"
        )
    }) {
        let mut arguments: Vec<&str> = verb.split(' ').collect();
        arguments.push("--help");
        let help = stdout(&run(&arguments));
        assert!(help.contains("Examples:"), "{verb}");
        assert!(
            help.contains(&format!("worldlog {verb}")),
            "{verb} is not in its own examples"
        );
    }
}

#[test]
fn usage_errors_exit_2_and_say_nothing_on_stdout() {
    let folder = Folder::new();
    let broken = folder.write("broken.toml", "[log\n");
    let unknown = folder.write("unknown.toml", "[log]\nulr = \"x\"\n");
    for arguments in [
        vec!["frobnicate"],
        vec!["up", "--no-such-flag"],
        vec!["config", "show", "--config", &broken],
        vec!["config", "show", "--config", &unknown],
        vec!["config", "check", "--config", "/nowhere/worldlog.toml"],
        vec!["openapi", "no-such-gateway"],
        vec![
            "run",
            "--processors",
            "no-such-processor",
            "--listen",
            "127.0.0.1:0",
        ],
    ] {
        let output = run(&arguments);
        assert_eq!(code(&output), 2, "{arguments:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(stderr(&output).contains("error: "), "{arguments:?}");
    }
    let output = run(&["config", "show", "--config", &unknown]);
    let error = stderr(&output);
    assert!(
        error.contains("\"log.ulr\"") && error.contains("log.url"),
        "{error}"
    );
    assert!(error.contains("unknown.toml"), "{error}");
}

#[test]
fn config_show_names_sources_and_hides_secrets() {
    let folder = Folder::new();
    let file = folder.write(
        "w.toml",
        "listen = \"127.0.0.1:1\"\n[gateway]\nwait = \"1s\"\n",
    );
    let output = command(&["config", "show", "--config", &file, "--output", "json"])
        .args(["--data", "/tmp/elsewhere"])
        .env("WORLDLOG__OPERATOR__TOKEN", "hunter2-hunter2")
        .env("WORLDLOG__LISTEN", "127.0.0.1:2")
        .env("WORLDLOG__LOG__ULR", "x")
        .output()
        .expect("the binary starts");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let shown = json(&output);
    assert_eq!(shown["listen"]["value"], "127.0.0.1:2");
    assert_eq!(shown["listen"]["source"], "env WORLDLOG__LISTEN");
    assert_eq!(shown["data"]["source"], "flag --data");
    assert_eq!(shown["gateway.wait"]["source"], format!("file {file}"));
    assert_eq!(shown["engine.fetch_records"]["source"], "default");
    assert_eq!(shown["log.url"]["value"], "sqlite:///tmp/elsewhere/log.db");
    assert_eq!(shown["operator.token"]["value"], "***");
    assert!(!stdout(&output).contains("hunter2"));
    assert!(
        stderr(&output).contains("WORLDLOG__LOG__ULR"),
        "{}",
        stderr(&output)
    );
    assert!(
        stderr(&output).contains("WORLDLOG__LOG__URL"),
        "{}",
        stderr(&output)
    );
    let text = command(&["config", "show", "--docs", "--config", &file]).output();
    let text = stdout(&text.expect("the binary starts"));
    toml::from_str::<toml::Table>(&text.replace(" =  ", " = \"\""))
        .unwrap_or_else(|e| panic!("{e}\n{text}"));
}

#[test]
fn a_server_that_is_not_there_is_waited_for_and_then_named() {
    let folder = Folder::new();
    // Nothing listens on port 1.
    for (key, url) in [
        ("WORLDLOG__LOG__URL", "kafka://127.0.0.1:1"),
        ("WORLDLOG__STORE__URL", "cql://127.0.0.1:1/w"),
        ("WORLDLOG__BUS__URL", "nats://127.0.0.1:1"),
    ] {
        let data = folder.text("data");
        let output = command(&["up", "--listen", "127.0.0.1:0", "--data", &data])
            .env(key, url)
            .env("WORLDLOG__CLUSTER__CONNECT_WAIT", "1s")
            .env("WORLDLOG__KAFKA__REQUEST_TIMEOUT", "2s")
            .output()
            .expect("the binary starts");
        assert_eq!(code(&output), 5, "{url}: {}", stderr(&output));
        let last = stderr(&output);
        let last = last.lines().last().unwrap_or_default();
        assert!(last.contains("127.0.0.1:1"), "{url}: {last}");
    }
}

#[test]
fn topics_are_planned_then_applied_and_run_refuses_without_them() {
    let folder = Folder::new();
    let data = folder.text("data");
    let plan = run(&["topics", "plan", "--data", &data, "--output", "json"]);
    assert_eq!(code(&plan), 3, "{}", stderr(&plan));
    let missing = json(&plan)["changes"].as_array().map_or(0, Vec::len);
    assert!(missing > 10, "{missing}");
    let dry = run(&["topics", "apply", "--data", &data]);
    assert_eq!(code(&dry), 4, "{}", stderr(&dry));
    assert!(
        !Path::new(&data).join("log.db").exists(),
        "a dry run makes nothing"
    );
    let refused = run(&[
        "run",
        "--listen",
        "127.0.0.1:0",
        "--data",
        &data,
        "--gateways",
        "none",
    ]);
    assert_eq!(code(&refused), 1);
    assert!(
        stderr(&refused).contains("user.actions"),
        "{}",
        stderr(&refused)
    );
    assert!(
        stderr(&refused).contains("topics apply --yes"),
        "{}",
        stderr(&refused)
    );
    let applied = run(&["topics", "apply", "--data", &data, "--yes"]);
    assert_eq!(code(&applied), 0, "{}", stderr(&applied));
    let plan = run(&["topics", "plan", "--data", &data]);
    assert_eq!(code(&plan), 0, "{}", stdout(&plan));
}

#[test]
fn processors_and_schemas_are_listed_without_a_platform() {
    let list = run(&["processors", "list", "--output", "json"]);
    assert_eq!(code(&list), 0);
    assert!(json(&list).as_array().is_some_and(|all| !all.is_empty()));
    let schemas = run(&["schemas", "check", "--output", "json"]);
    assert_eq!(code(&schemas), 0, "{}", stdout(&schemas));
    assert_eq!(json(&schemas)["problems"].as_array().map(Vec::len), Some(0));
    let folder = Folder::new();
    let name = "badge-granted.avsc";
    fs::create_dir(folder.path("badge")).expect("the folder is writable");
    folder.write(
        &format!("badge/{name}"),
        r#"{"type":"record","name":"BadgeGranted","namespace":"worldlog.badge","fields":[{"name":"timestamp","type":"string","default":""}]}"#,
    );
    let changed = run(&["schemas", "check", "--schemas", &folder.text("")]);
    assert_eq!(code(&changed), 3, "{}", stdout(&changed));
    assert!(
        stdout(&changed).contains("badge/badge-granted"),
        "{}",
        stdout(&changed)
    );
}

#[test]
fn nobody_at_a_url_is_unreachable() {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", socket.local_addr().expect("it is bound"));
    drop(socket);
    let output = run(&["processors", "lag", "--url", &url]);
    assert_eq!(code(&output), 5, "{}", stderr(&output));
    assert!(stderr(&output).contains(&url), "{}", stderr(&output));
    let folder = Folder::new();
    let output = run(&["log", "cat", "deployments", "--data", &folder.text("none")]);
    assert_eq!(code(&output), 5, "{}", stderr(&output));
}

#[test]
fn doctor_is_content_with_a_fresh_folder_and_names_what_is_broken() {
    let folder = Folder::new();
    let data = folder.text("data");
    let output = command(&["doctor", "--data", &data, "--output", "json"])
        .env("WORLDLOG__LISTEN", "127.0.0.1:0")
        .output()
        .expect("the binary starts");
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert!(
        json(&output)
            .as_array()
            .is_some_and(|checks| checks.len() > 5)
    );
    assert!(!Path::new(&data).exists(), "doctor changes nothing");
    fs::create_dir(&data).expect("the folder is writable");
    fs::write(
        Path::new(&data).join("log.db"),
        "this is no database, and it is long enough to be read",
    )
    .expect("the folder is writable");
    let output = run(&["doctor", "--data", &data]);
    assert_eq!(code(&output), 1, "{}", stdout(&output));
    assert!(stdout(&output).contains("BROKEN"), "{}", stdout(&output));
}

#[test]
fn a_new_processor_is_only_named_without_yes() {
    let folder = Folder::new();
    fs::create_dir(folder.path("processors")).expect("the folder is writable");
    folder.write("processors/lib.rs", "");
    let tree = folder.text("");
    let dry = run(&["new", "processor", "visits", "--tree", &tree]);
    assert_eq!(code(&dry), 4, "{}", stderr(&dry));
    assert!(!folder.path("processors/visits").exists());
    let done = run(&["new", "processor", "visits", "--tree", &tree, "--yes"]);
    assert_eq!(code(&done), 0, "{}", stderr(&done));
    assert!(folder.path("processors/visits/step.rs").exists());
    let twice = run(&["new", "processor", "visits", "--tree", &tree, "--yes"]);
    assert_eq!(code(&twice), 2, "{}", stderr(&twice));
}
