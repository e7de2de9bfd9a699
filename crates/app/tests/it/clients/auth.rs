//! The auth server through socket.io-client and the signer of the web pages.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{FOLDER, SCRIPT_LIMIT, finish, installed, node};
use crate::process::{Launch, Scratch};

const SCRIPT: &str = "auth.mjs";

#[tokio::test]
async fn people_log_in_through_the_published_socket_and_page_clients() {
    let modules = installed().await;
    let scratch = Scratch::new();
    let program = Launch::up(&scratch, "up").start().await;
    let late = Launch::up(&scratch, "late")
        .environment(
            "WORLDLOG__AUTH__DCL_PERSONAL_SIGN_REQUEST_EXPIRATION_IN_SECONDS",
            "1",
        )
        .environment("WORLDLOG__AUTH__IDENTITY_TTL", "1s")
        .start()
        .await;
    let script = scratch.path(SCRIPT);
    fs::copy(Path::new(FOLDER).join(SCRIPT), &script).expect("the script is there");
    let link = std::os::unix::fs::symlink(modules, scratch.path("node_modules"));
    link.expect("a link can be made");
    let mut command = Command::new(node(modules));
    command
        .arg(&script)
        .env("WORLDLOG_PLATFORM", &program.url)
        .env("WORLDLOG_LATE", &late.url);
    let (succeeded, output) = finish(command, &scratch.path("auth.log"), SCRIPT_LIMIT).await;
    println!("{output}");
    assert!(succeeded, "{SCRIPT} failed");
    assert!(late.terminate().await.success());
    assert!(program.terminate().await.success());
}
