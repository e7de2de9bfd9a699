//! Servers that hang, lead astray, flood or trickle: each is named, none holds up another.

use bytes::Bytes;
use runtime::settings::{Size, Span};
use serde_json::json;

use super::fake::{Fake, Fault, Rig, T0, scene, until};
use crate::sources::catalyst::{Follow, Phase, ServerStatus as Status};

/// A bad and a good server side by side: the good one's rows flow, the bad one is named with `word`.
async fn beside(word: &str, path: &str, fault: Fault, text: &str) {
    let (bad, good) = (Fake::start().await, Fake::start().await);
    bad.deploy(&scene(1));
    bad.fault(path, fault);
    good.deploy(&scene(2));
    let mut rig = Rig::of(&[&bad, &good]);
    rig.outbound.json_limit = Size(100_000);
    let running = rig.run();
    rig.sighted(&[&scene(2)]).await;
    until(word, || {
        running.follower.status()[0].blocked == Some(word_of(word))
    })
    .await;
    let error = running.follower.status()[0]
        .last_error
        .clone()
        .expect("an error");
    assert!(error.contains(&bad.url) && error.contains(text), "{error}");
    until("good syncs", || {
        running.follower.status()[1].phase == Phase::Syncing
    })
    .await;
    // Nothing is lost: when the server is well again, its row comes.
    bad.heal();
    rig.sighted(&[&scene(1), &scene(2)]).await;
    until("unblocked", || {
        running.follower.status()[0].blocked.is_none()
    })
    .await;
    assert!(rig.rejected().is_empty());
}

fn word_of(word: &str) -> &'static str {
    [
        "silent",
        "redirect",
        "too_large",
        "slow",
        "status_5xx",
        "unreadable",
    ]
    .into_iter()
    .find(|known| *known == word)
    .expect("a known word")
}

#[tokio::test]
async fn a_server_that_hangs() {
    beside(
        "silent",
        "/pointer-changes",
        Fault::Hang,
        "pointer-changes: silent",
    )
    .await;
    beside("silent", "/snapshots", Fault::Hang, "snapshots: silent").await;
    let file = format!("/contents/{}", scene(1).id);
    beside("silent", &file, Fault::Hang, &scene(1).id).await;
}

#[tokio::test]
async fn a_server_that_redirects() {
    let elsewhere = Fault::Redirect("http://169.254.169.254/latest".to_owned());
    beside(
        "redirect",
        "/pointer-changes",
        elsewhere.clone(),
        "a redirect",
    )
    .await;
    beside(
        "redirect",
        &format!("/contents/{}", scene(1).id),
        elsewhere,
        &scene(1).id,
    )
    .await;
}

#[tokio::test]
async fn an_answer_that_is_too_large_too_slow_or_none() {
    let huge = Fault::Bytes(Bytes::from(vec![b' '; 200_000]));
    beside(
        "too_large",
        "/pointer-changes",
        huge,
        "limit of 100000 bytes",
    )
    .await;
    beside("slow", "/pointer-changes", Fault::Trickle, "too slow").await;
    beside(
        "status_5xx",
        "/pointer-changes",
        Fault::Status(502),
        "answered 502",
    )
    .await;
    let text = Fault::Bytes(Bytes::from_static(b"<html>"));
    beside("unreadable", "/pointer-changes", text, "unreadable answer").await;
}

#[tokio::test]
async fn a_next_that_points_elsewhere_or_never_ends() {
    let target = Fake::start().await;
    for next in [
        format!("{}/pointer-changes?x=1", target.url),
        "?from=1".to_owned(),
    ] {
        let fake = Fake::start().await;
        for n in 0..12 {
            fake.deploy(&scene(n));
        }
        fake.content().pagination = Some(json!({"moreData": true, "next": next}));
        let mut rig = Rig::of(&[&fake]);
        rig.follow.page_size = 5;
        // Six offsets of a thousand lead past the limit.
        let running = rig.run();
        let all: Vec<_> = (0..12).map(scene).collect();
        rig.sighted(&all.iter().collect::<Vec<_>>()).await;
        // More is promised for ever: it cannot be told whether this server is read up to now, and nobody is.
        let status = || running.follower.status()[0].clone();
        until("stalled", || status().blocked == Some("stalled")).await;
        let error = status().last_error.expect("an error");
        assert!(
            error.contains(&fake.url) && error.contains("pointer-changes"),
            "{error}"
        );
        fake.deploy(&scene(20));
        until("new rows", || rig.ids().contains(&scene(20).id)).await;
        assert_eq!(rig.sightings().len(), 13, "each once");
        let Status {
            phase, settled_at, ..
        } = status();
        assert_eq!((phase, settled_at), (Phase::Bootstrapping, None));
        // When the truth is told, all is well.
        fake.content().pagination = None;
        until("synced", || status().phase == Phase::Syncing).await;
        until("unblocked", || status().blocked.is_none()).await;
    }
    assert!(
        target.content().requests.is_empty(),
        "next is never followed"
    );
}

#[tokio::test]
async fn a_poll_that_is_cut_says_so_and_the_next_one_goes_on() {
    let fake = Fake::start().await;
    let all: Vec<_> = (0..12).map(scene).collect();
    all.iter().for_each(|made| fake.deploy(made));
    let mut rig = Rig::of(&[&fake]);
    (rig.follow.page_size, rig.follow.pages_max) = (2, 2);
    // Every poll would begin anew with the overlap, which holds all the rows.
    rig.follow.overlap_interval = Span::millis(0);
    let running = rig.run();
    rig.sighted(&all.iter().collect::<Vec<_>>()).await;
    until("synced", || {
        running.follower.status()[0].phase == Phase::Syncing
    })
    .await;
    let error = running.follower.status()[0]
        .last_error
        .clone()
        .expect("it was told");
    assert!(
        error.contains(&fake.url) && error.contains("2 pages"),
        "{error}"
    );
}

#[tokio::test]
async fn what_leads_nowhere_behind_the_cursor_does_not_hold_up_what_is_new() {
    let fake = Fake::start().await;
    fake.deploy(&scene(10));
    let rig = Rig::of(&[&fake]);
    let running = rig.run();
    rig.sighted(&[&scene(10)]).await;
    let status = || running.follower.status()[0].clone();
    until("synced", || status().phase == Phase::Syncing).await;
    // More rows that are none than offsets lead past.
    let nothing = json!({"localTimestamp": T0 + 1});
    fake.content()
        .rows
        .extend(std::iter::repeat_n(nothing, 5600));
    until("stalled", || status().blocked == Some("stalled")).await;
    fake.deploy(&scene(20));
    rig.sighted(&[&scene(10), &scene(20)]).await;
    // The rows in between have their turn, yet what was not read stays known.
    let polls = fake.asked("/pointer-changes");
    until("polls", || fake.asked("/pointer-changes") > polls + 30).await;
    let error = status().last_error.expect("an error");
    assert!(
        error.contains(&fake.url) && error.contains("offset 5000"),
        "{error}"
    );
}

#[tokio::test]
async fn pages_that_are_too_large_are_asked_for_in_parts() {
    let fake = Fake::start().await;
    let all: Vec<_> = (0..64).map(scene).collect();
    all.iter().for_each(|made| fake.deploy(made));
    let mut rig = Rig::of(&[&fake]);
    rig.outbound.json_limit = Size(8000);
    let _running = rig.run();
    rig.sighted(&all.iter().collect::<Vec<_>>()).await;
}

#[tokio::test]
async fn one_row_that_has_to_wait_holds_the_cursor_and_nothing_else() {
    let fake = Fake::start().await;
    for n in 0..200 {
        fake.deploy(&scene(n));
    }
    fake.fault(&format!("/contents/{}", scene(3).id), Fault::Status(503));
    let rig = Rig::of(&[&fake]);
    let running = rig.run();
    until("the rest", || rig.ids().len() == 199).await;
    until("blocked", || {
        running.follower.status()[0].blocked == Some("status_5xx")
    })
    .await;
    until("held", || {
        let status = &running.follower.status()[0];
        (status.cursor, status.pending) == (Some(T0 + 2500), 1)
    })
    .await;
    let status = running.follower.status()[0].clone();
    let error = status.last_error.expect("an error");
    assert!(
        error.contains(&fake.url) && error.contains(&scene(3).id),
        "{error}"
    );
    fake.heal();
    until("all", || rig.ids().len() == 200).await;
    until("the cursor", || {
        running.follower.status()[0].cursor == Some(T0 + 199_500)
    })
    .await;
    assert_eq!(rig.sightings().len(), 200, "each once");
}

#[tokio::test]
async fn a_snapshot_row_that_has_to_wait_is_tried_again_later() {
    let fake = Fake::start().await;
    let all: Vec<_> = (0..6).map(scene).collect();
    for made in &all {
        fake.content()
            .files
            .insert(made.id.clone(), made.file.clone());
    }
    let lines: Vec<_> = all.iter().map(|made| made.line()).collect();
    fake.snapshot((T0, T0 + 9000), &lines, 6);
    fake.fault(&format!("/contents/{}", all[2].id), Fault::Status(500));
    let rig = Rig::of(&[&fake]);
    let running = rig.run();
    until("the rest", || rig.ids().len() == 5).await;
    until("tried", || {
        fake.asked(&format!("/contents/{}", all[2].id)) >= 4
    })
    .await;
    assert!(!running.follower.status()[0].snapshots_done);
    fake.heal();
    rig.sighted(&all.iter().collect::<Vec<_>>()).await;
    until("done", || running.follower.status()[0].snapshots_done).await;
}

#[tokio::test]
async fn the_entity_file_of_a_snapshots_row_has_a_limit_of_its_own() {
    let fake = Fake::start().await;
    let made = scene(1);
    fake.content()
        .files
        .insert(made.id.clone(), made.file.clone());
    fake.snapshot((T0, T0 + 9000), &[made.line()], 1);
    fake.fault(&format!("/contents/{}", made.id), Fault::Hang);
    let mut rig = Rig::of(&[&fake]);
    rig.outbound.inactivity_timeout = Span::secs(15);
    rig.follow.synchronizer_queue_timeout_ms = Span::millis(30);
    let running = rig.run();
    let told = |status: Status| {
        let error = status.last_error.unwrap_or_default();
        error.contains(&made.id) && error.contains("silent for 30ms")
    };
    until("given up", || told(running.follower.status()[0].clone())).await;
    fake.heal();
    rig.sighted(&[&made]).await;
}

#[tokio::test]
async fn servers_that_may_not_be_asked_stop_the_start() {
    let refuse = |url: &str, hosts: &[&str]| {
        let mut rig = Rig::of(&[]);
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        let urls = vec![url.to_owned()];
        rig.follow = Follow {
            urls,
            allowed_content_server_hosts: hosts,
            ..Follow::default()
        };
        rig.build().err().expect("refused").to_string()
    };
    let plain = refuse("http://peer.example.org/content", &[]);
    assert!(
        plain.contains("http://peer.example.org/content") && plain.contains("https"),
        "{plain}"
    );
    let other = refuse("https://peer.example.org/content", &["other.org"]);
    assert!(other.contains("allowed_content_server_hosts"), "{other}");
    refuse("https://user:secret@peer.example.org/content", &[]);
    refuse("not a url", &[]);
    let mut rig = Rig::of(&[]);
    rig.follow.poll_interval = Span::secs(11);
    assert!(rig.build().is_err());
}
