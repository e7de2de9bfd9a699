//! Rows and files that are not what they should be: rejected by name and code, and the rest flows.

use bytes::Bytes;
use identity::sign::{Wallet, create_simple_chain};
use serde_json::{Value, json};

use super::fake::{Fake, Fault, Made, Rig, T0, listed, long_line_hash, made, scene, until};

/// Serves good, bad, good; waits until both good ones are sighted and the bad one is rejected with `code`.
async fn reject(code: &str, spoil: impl FnOnce(&Fake, &mut Made)) {
    let fake = Fake::start().await;
    let mut bad = scene(2);
    spoil(&fake, &mut bad);
    fake.deploy(&scene(1));
    fake.deploy(&bad);
    fake.deploy(&scene(3));
    let rig = Rig::of(&[&fake]);
    let running = rig.run();
    rig.sighted(&[&scene(1), &scene(3)]).await;
    let rejected = rig.rejection(code).await;
    assert_eq!(rejected.server, fake.url);
    assert!(rejected.reason.contains(&fake.url), "{}", rejected.reason);
    assert!(
        rejected.reason.contains(&rejected.entity_id),
        "{}",
        rejected.reason
    );
    let id = bad.row["entityId"].as_str().unwrap_or_default();
    assert_eq!(rejected.entity_id, id);
    assert_eq!(
        rejected.row.value().expect("json")["pointers"],
        bad.row["pointers"]
    );
    // Read again by every overlap, recorded once; and the cursor passes it.
    let requests = fake.asked("/pointer-changes");
    until("more polls", || {
        fake.asked("/pointer-changes") > requests + 12
    })
    .await;
    assert_eq!(rig.rejected().len(), 1);
    let status = &running.follower.status()[0];
    assert_eq!((status.rejected, status.cursor), (1, Some(T0 + 3500)));
}

#[tokio::test]
async fn an_entity_file_of_other_bytes() {
    reject("ENTITY_HASH_MISMATCH", |_, bad| {
        bad.file = Bytes::from_static(b"{}")
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_no_entity() {
    reject("ENTITY_MALFORMED", |_, bad| {
        let timestamp = bad.row["entityTimestamp"].clone();
        let mut file: Value = serde_json::from_slice(&bad.file).expect("json");
        file["content"] = json!([{"file": "a"}]);
        *bad = made(&file, T0 + 2500);
        bad.row["entityTimestamp"] = timestamp;
    })
    .await;
}

#[tokio::test]
async fn a_missing_file() {
    reject("ENTITY_FILE_REFUSED", |fake, bad| {
        fake.fault(&format!("/contents/{}", bad.id), Fault::Status(404));
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_denied_is_asked_for_again_before_the_verdict() {
    let other_bytes = Fault::Bytes(Bytes::from_static(b"{}"));
    let denials = [401, 403, 404].map(Fault::Status);
    for fault in denials.into_iter().chain([other_bytes]) {
        let fake = Fake::start().await;
        let made = scene(1);
        fake.deploy(&made);
        let path = format!("/contents/{}", made.id);
        let rig = Rig::of(&[&fake]);
        let times = rig.follow.max_retries as usize - 1;
        fake.fault(&path, Fault::Times(times, Box::new(fault)));
        let running = rig.run();
        rig.sighted(&[&made]).await;
        assert_eq!(fake.asked(&path), times + 1);
        assert!(rig.rejected().is_empty(), "{:?}", rig.rejected());
        let error = running.follower.status()[0].last_error.clone();
        let error = error.expect("it was told meanwhile");
        assert!(
            error.contains(&fake.url) && error.contains(&made.id),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_file_that_its_only_server_denies_is_refused_and_saved_by_a_later_sighting() {
    let (poor, rich) = (Fake::start().await, Fake::start().await);
    let made = scene(1);
    poor.deploy(&made);
    let path = format!("/contents/{}", made.id);
    let rig = Rig::of(&[&poor, &rich]);
    poor.fault(&path, Fault::Status(403));
    let _running = rig.run();
    let rejected = rig.rejection("ENTITY_FILE_REFUSED").await;
    assert_eq!(rejected.entity_id, made.id);
    assert_eq!(poor.asked(&path), rig.follow.max_retries as usize);
    rich.deploy(&made);
    rig.sighted(&[&made]).await;
    assert_eq!(rig.sightings()[0].servers, std::slice::from_ref(&rich.url));
}

#[tokio::test]
async fn a_row_that_disagrees_with_its_file() {
    reject("ENTITY_DIFFERS", |_, bad| {
        bad.row["pointers"] = json!(["7,7"])
    })
    .await;
    reject("ENTITY_DIFFERS", |_, bad| {
        bad.row["entityType"] = json!("profile")
    })
    .await;
    reject("ENTITY_DIFFERS", |_, bad| {
        bad.row["entityTimestamp"] = json!(T0)
    })
    .await;
}

#[tokio::test]
async fn a_broken_chain() {
    reject("CHAIN_INVALID", |_, bad| {
        let wallet = Wallet::from_private_key([8; 32]).expect("a key");
        let chain = create_simple_chain(&wallet, "another text").expect("short");
        bad.row["authChain"] = json!(chain);
    })
    .await;
    reject("CHAIN_INVALID", |_, bad| {
        bad.row["authChain"][0]["payload"] = json!("0x0000000000000000000000000000000000000001");
    })
    .await;
}

#[tokio::test]
async fn a_chain_that_nobody_signed_or_with_too_many_links() {
    reject("CHAIN_INVALID", |_, bad| {
        bad.row["authChain"] = json!([{"type": "SIGNER", "payload": bad.id, "signature": ""}]);
    })
    .await;
    reject("CHAIN_MALFORMED", |_, bad| {
        let link = bad.row["authChain"][0].clone();
        bad.row["authChain"] = json!(vec![link; 11]);
    })
    .await;
}

#[tokio::test]
async fn a_contract_wallet_without_a_chain_node() {
    reject("CHAIN_CONTRACT_WALLET", |_, bad| {
        bad.row["authChain"][1]["type"] = json!("ECDSA_EIP_1654_SIGNED_ENTITY");
    })
    .await;
}

#[tokio::test]
async fn rows_of_a_wrong_shape() {
    reject("ENTITY_ID_INVALID", |_, bad| {
        bad.row["entityId"] = json!("../../etc/passwd")
    })
    .await;
    reject("POINTERS_INVALID", |_, bad| bad.row["pointers"] = json!([])).await;
    reject("TIMESTAMP_INVALID", |_, bad| {
        bad.row["entityTimestamp"] = json!(1e17)
    })
    .await;
    reject("ROW_MALFORMED", |_, bad| {
        bad.row
            .as_object_mut()
            .expect("a row")
            .remove("localTimestamp");
    })
    .await;
}

#[tokio::test]
async fn another_servers_file_saves_a_row_whose_own_server_lost_it() {
    let (poor, rich) = (Fake::start().await, Fake::start().await);
    let made = scene(1);
    poor.deploy(&made);
    poor.fault(&format!("/contents/{}", made.id), Fault::Status(404));
    rich.content()
        .files
        .insert(made.id.clone(), made.file.clone());
    let rig = Rig::of(&[&poor, &rich]);
    let _running = rig.run();
    rig.sighted(&[&made]).await;
    assert_eq!(
        rig.sightings()[0].servers,
        [poor.url.clone(), rich.url.clone()]
    );
}

#[tokio::test]
async fn a_snapshot_that_lies_about_its_range_and_its_count() {
    let fake = Fake::start().await;
    let (inside, outside) = (scene(1), scene(5));
    for made in [&inside, &outside] {
        fake.content()
            .files
            .insert(made.id.clone(), made.file.clone());
    }
    let lines = [
        inside.line(),
        outside.line(),
        "{\"entityId\":".to_owned(),
        "[]".to_owned(),
    ];
    let hash = fake.snapshot((T0, T0 + 2000), &lines, 7);
    let rig = Rig::of(&[&fake]);
    let running = rig.run();
    rig.sighted(&[&inside]).await;
    let range = rig.rejection("SNAPSHOT_RANGE").await;
    assert!(
        range.reason.contains(&outside.id) && range.reason.contains(&hash),
        "{}",
        range.reason
    );
    let count = rig.rejection("SNAPSHOT_COUNT").await;
    assert!(
        count.reason.contains("7") && count.reason.contains(&fake.url),
        "{}",
        count.reason
    );
    assert_eq!(count.entity_id, hash);
    until("finished", || running.follower.status()[0].snapshots == 1).await;
    assert_eq!(
        rig.rejected()
            .iter()
            .filter(|r| r.code == "ROW_MALFORMED")
            .count(),
        2
    );
}

#[tokio::test]
async fn a_snapshot_with_another_hash_or_header_is_refused_and_others_flow() {
    let fake = Fake::start().await;
    let good = scene(1);
    fake.content()
        .files
        .insert(good.id.clone(), good.file.clone());
    fake.snapshot((T0, T0 + 2000), &[good.line()], 1);
    let bare = Bytes::from(format!("{}\n", good.line()));
    let headless = identity::hash::hash_v1(&bare);
    let late = scene(2);
    let header = super::super::spool::HEADER;
    let promised = Bytes::from(format!("{header}\n{}\n", late.line()));
    let swapped = identity::hash::hash_v1(&promised);
    {
        let mut content = fake.content();
        content.files.insert(late.id.clone(), late.file.clone());
        content.files.insert(headless.clone(), bare.clone());
        content.files.insert(swapped.clone(), bare);
        let gone = identity::hash::hash_v1("gone");
        for hash in [&headless, &swapped, &gone] {
            content.snapshots.push(listed(hash, (T0, T0 + 3000), 1));
        }
        content.snapshots.push(json!({"hash": "../x"}));
    }
    let rig = Rig::of(&[&fake]);
    let running = rig.run();
    rig.sighted(&[&good]).await;
    assert_eq!(rig.rejection("SNAPSHOT_HEADER").await.entity_id, headless);
    let mismatch = rig.rejection("SNAPSHOT_HASH_MISMATCH").await;
    assert!(mismatch.reason.contains(&swapped) && mismatch.reason.contains(&fake.url));
    rig.rejection("SNAPSHOT_REFUSED").await;
    rig.rejection("SNAPSHOT_MALFORMED").await;
    until("done", || running.follower.status()[0].snapshots_done).await;
    assert_eq!(running.follower.status()[0].snapshots, 1);
    assert_eq!(rig.ids(), std::slice::from_ref(&good.id));
    // A server that repairs its file is believed at the next list.
    fake.content().files.insert(swapped, promised);
    rig.sighted(&[&good, &late]).await;
    until("read", || running.follower.status()[0].snapshots == 2).await;
}

/// Set in the process that runs one test alone, so that the peak of its memory is that test's.
const ALONE: &str = "WORLDLOG_TEST_ALONE";

#[tokio::test]
async fn a_line_of_300_megabytes_is_never_held() {
    if std::env::var_os(ALONE).is_none() {
        return alone("a_line_of_300_megabytes_is_never_held");
    }
    let fake = Fake::start().await;
    let (first, second) = (scene(1), scene(2));
    for made in [&first, &second] {
        fake.content()
            .files
            .insert(made.id.clone(), made.file.clone());
    }
    let lines = format!("{}\n{}\n", first.line(), second.line());
    let bytes = 300 << 20;
    let hash = long_line_hash(bytes, &lines);
    fake.fault(&format!("/contents/{hash}"), Fault::LongLine(bytes, lines));
    fake.content()
        .snapshots
        .push(listed(&hash, (T0, T0 + 9000), 3));
    let mut rig = Rig::of(&[&fake]);
    rig.outbound.inactivity_timeout = runtime::settings::Span::secs(15);
    let before = peak_bytes();
    let _running = rig.run();
    rig.sighted(&[&first, &second]).await;
    let rejected = rig.rejection("ROW_TOO_LONG").await;
    assert!(rejected.reason.contains(&hash) && rejected.reason.contains("314572800"));
    assert!(rejected.row.text().len() < 3000);
    let grown = peak_bytes() - before;
    assert!(grown < 100 << 20, "at its peak it took {grown} bytes more");
}

/// Runs a test of this file in a process of its own.
fn alone(test: &str) {
    let module = module_path!().split_once("::").expect("below the crate").1;
    let program = std::env::current_exe().expect("this program has a path");
    let ran = std::process::Command::new(program)
        .args(["--exact", &format!("{module}::{test}"), "--nocapture"])
        .env(ALONE, "1")
        .output()
        .expect("this program starts");
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}{errors}");
    assert!(said.contains("1 passed"), "{said}{errors}");
}

/// The most bytes of this process that were ever in memory.
fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux says");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|text| text.trim().strip_suffix(" kB"));
    let kilobytes = peak.and_then(|text| text.parse::<u64>().ok());
    kilobytes.expect("Linux says it in kB") << 10
}
