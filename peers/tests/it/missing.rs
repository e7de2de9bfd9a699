//! A machine without the tools: the error says what to install, and nothing is left half fetched.

use std::process::Output;

use crate::{peers, said};

/// Where no program is, `apt-get` among them, so nothing gets installed either.
async fn on_a_bare_machine(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = folder.path().join("cache");
    let mut command = peers(folder.path());
    command.args(arguments).env("PATH", folder.path());
    command
        .env("WORLDLOG_PEERS_CACHE", &cache)
        .env_remove("JAVA_HOME");
    let output = command.output().await.expect("it starts");
    let fetched = std::fs::read_dir(cache).into_iter().flatten().flatten();
    for name in fetched.map(|entry| entry.file_name()) {
        let name = name.to_string_lossy().into_owned();
        assert!(
            name.ends_with(".lock") || name.ends_with(".draft"),
            "{name}"
        );
    }
    output
}

#[tokio::test]
async fn a_start_names_the_program_and_its_package() {
    let output = on_a_bare_machine(&["up", "--only", "s3"]).await;
    assert_eq!(output.status.code(), Some(1));
    let text = said(&output);
    assert!(text.contains("go is missing"), "{text}");
    let install = "apt-get install -y --no-install-recommends golang-go";
    assert!(text.contains(install), "{text}");
}

#[tokio::test]
async fn the_doctor_lists_all_that_is_missing_and_fails() {
    let output = on_a_bare_machine(&["doctor"]).await;
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let advice = text.lines().last().expect("it says something");
    assert!(advice.starts_with("please do: apt-get install"), "{text}");
    assert!(
        advice.contains("maven") && advice.ends_with("golang-go"),
        "{text}"
    );
    assert!(!advice.contains("kcat"), "nobody needs it: {text}");
    assert!(
        text.contains("will be fetched by the first start"),
        "{text}"
    );
}
