//! The mirror against servers in process.

use std::sync::Arc;

use bytes::Bytes;
use futures::future::join_all;
use identity::hash::hash_v1;
use model::events::effects;
use runtime::effects::{EffectHandler, Outcome};
use runtime::embedded::FolderBlobs;
use runtime::ports::Blobs;
use runtime::settings::{Size, Span};

use super::{Mirror, Settings};
use crate::catalyst::ContentFetch;
use crate::sources::catalyst::Follow;
use crate::sources::catalyst::test_support::{Fake, Fault, outbound};
use crate::sources::outbound::{Client, Outbound};

struct Rig {
    mirror: Mirror,
    blobs: Arc<dyn Blobs>,
    _folder: tempfile::TempDir,
}

fn rig(fakes: &[&Fake]) -> Rig {
    with(&outbound(), &Follow::default(), fakes, &[])
}

/// A mirror that may ask `fakes`; `configured` are asked for every file.
fn with(outbound: &Outbound, follow: &Follow, fakes: &[&Fake], configured: &[&Fake]) -> Rig {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs: Arc<dyn Blobs> = Arc::new(FolderBlobs::open(folder.path()).expect("blobs"));
    let urls: Vec<&str> = fakes.iter().map(|fake| fake.url.as_str()).collect();
    let client = Client::new(outbound, urls).expect("URLs");
    let follow = Follow {
        wait_time_between_retries: Span::millis(10),
        ..follow.clone()
    };
    let configured = configured.iter().map(|fake| fake.url.clone()).collect();
    let settings = Settings::from(&follow);
    let mirror = Mirror::new(Arc::clone(&blobs), client, &settings, configured);
    Rig {
        mirror,
        blobs,
        _folder: folder,
    }
}

fn serve(fake: &Fake, bytes: &'static [u8]) -> String {
    let hash = hash_v1(bytes);
    fake.content()
        .files
        .insert(hash.clone(), Bytes::from_static(bytes));
    hash
}

#[tokio::test]
async fn a_file_is_fetched_once_however_many_ask() {
    let fake = Fake::start().await;
    let hash = serve(&fake, b"some model");
    let rig = rig(&[&fake]);
    let servers = [format!("{}/", fake.url)];
    let fetches = (0..20).map(|_| rig.mirror.fetch(&hash, &servers));
    for fetched in join_all(fetches).await {
        assert!(matches!(fetched, Ok(true)), "{fetched:?}");
    }
    assert!(matches!(rig.mirror.fetch(&hash, &[]).await, Ok(true)));
    assert_eq!(fake.asked("/contents/"), 1);
    assert_eq!(rig.blobs.head(&hash).await.expect("asked"), Some(10));
}

#[tokio::test]
async fn bad_servers_are_passed_over_and_leave_nothing() {
    let (liar, lost, good) = (
        Fake::start().await,
        Fake::start().await,
        Fake::start().await,
    );
    let hash = serve(&good, b"the right bytes");
    liar.content()
        .files
        .insert(hash.clone(), Bytes::from_static(b"other bytes"));
    let rig = rig(&[&liar, &lost, &good]);
    let bad = [
        liar.url.clone(),
        lost.url.clone(),
        "http://10.0.0.1/content".to_owned(),
    ];
    assert!(matches!(rig.mirror.fetch(&hash, &bad).await, Ok(false)));
    assert_eq!(rig.blobs.head(&hash).await.expect("asked"), None);
    let all = [bad.as_slice(), std::slice::from_ref(&good.url)].concat();
    assert!(matches!(rig.mirror.fetch(&hash, &all).await, Ok(true)));
}

#[tokio::test]
async fn a_server_in_trouble_is_asked_again_later() {
    let fake = Fake::start().await;
    let hash = serve(&fake, b"later");
    let rig = rig(&[&fake]);
    for fault in [Fault::Status(503), Fault::Hang] {
        fake.fault(&format!("/contents/{hash}"), fault);
        let error = rig
            .mirror
            .fetch(&hash, std::slice::from_ref(&fake.url))
            .await
            .expect_err("not now");
        assert!(error.is_retry());
        let text = error.to_string();
        assert!(text.contains(&fake.url) && text.contains(&hash), "{text}");
    }
    fake.heal();
    assert!(matches!(
        rig.mirror
            .fetch(&hash, std::slice::from_ref(&fake.url))
            .await,
        Ok(true)
    ));
}

#[tokio::test]
async fn a_server_in_trouble_is_asked_as_often_as_the_settings_say() {
    let fake = Fake::start().await;
    let (hash, max_retries) = (serve(&fake, b"in the end"), 4);
    let path = format!("/contents/{hash}");
    let follow = Follow {
        max_retries,
        ..Follow::default()
    };
    let rig = with(&outbound(), &follow, &[&fake], &[]);
    let servers = std::slice::from_ref(&fake.url);
    fake.fault(&path, Fault::Status(503));
    let error = rig.mirror.fetch(&hash, servers).await.expect_err("not now");
    assert!(error.is_retry());
    assert_eq!(fake.asked(&path), 4);
    fake.fault(&path, Fault::Times(3, Box::new(Fault::Status(503))));
    assert!(matches!(rig.mirror.fetch(&hash, servers).await, Ok(true)));
    // What is not there is not there: whoever waits is told so at once.
    let gone = hash_v1("gone");
    assert!(matches!(rig.mirror.fetch(&gone, servers).await, Ok(false)));
    assert_eq!(fake.asked(&format!("/contents/{gone}")), 1);
}

#[tokio::test]
async fn a_server_that_is_gone_or_wants_to_be_left_alone_is_not_waited_for() {
    let fake = Fake::start().await;
    let hash = serve(&fake, b"much later");
    let path = format!("/contents/{hash}");
    let rig = rig(&[&fake]);
    let servers = std::slice::from_ref(&fake.url);
    for (n, fault) in (1..).zip([Fault::Hang, Fault::Busy(60)]) {
        fake.fault(&path, fault);
        let error = rig.mirror.fetch(&hash, servers).await.expect_err("not now");
        assert!(error.is_retry());
        assert_eq!(fake.asked(&path), n);
    }
}

#[tokio::test]
async fn a_file_beyond_the_configured_limit_is_not_taken() {
    let fake = Fake::start().await;
    let hash = serve(&fake, b"twelve bytes");
    let servers = std::slice::from_ref(&fake.url);
    for (limit, taken) in [(11, false), (12, true)] {
        let outbound = Outbound {
            file_limit: Size(limit),
            ..outbound()
        };
        let rig = with(&outbound, &Follow::default(), &[&fake], &[]);
        let fetched = rig.mirror.fetch(&hash, servers).await;
        assert_eq!(fetched.expect("an answer"), taken);
        let size = rig.blobs.head(&hash).await.expect("asked");
        assert_eq!(size.is_some(), taken);
    }
}

#[tokio::test]
async fn a_requests_own_servers_push_out_no_configured_one() {
    let (fake, good) = (Fake::start().await, Fake::start().await);
    let hash = serve(&good, b"only the configured one has it");
    let rig = with(&outbound(), &Follow::default(), &[&fake, &good], &[&good]);
    // All of one server that may be asked, so that each counts.
    let many: Vec<String> = (0..40).map(|n| format!("{}/{n}", fake.url)).collect();
    assert!(matches!(rig.mirror.fetch(&hash, &many).await, Ok(true)));
    assert_eq!(fake.asked("/"), 15, "one place is the configured one's");
}

#[tokio::test]
async fn servers_that_may_not_be_asked_take_no_place() {
    let fake = Fake::start().await;
    let hash = serve(&fake, b"from the last one");
    let rig = rig(&[&fake]);
    let mut servers: Vec<String> = (0..40).map(|n| format!("https://{n}.example")).collect();
    servers.push("no URL".to_owned());
    servers.push(fake.url.clone());
    assert!(matches!(rig.mirror.fetch(&hash, &servers).await, Ok(true)));
}

#[tokio::test]
async fn as_an_effect_it_is_done_tried_again_or_given_up() {
    let fake = Fake::start().await;
    let hash = serve(&fake, b"wanted");
    let rig = rig(&[&fake]);
    let perform = |hash: &str| {
        let servers = vec![fake.url.clone()];
        let entity_id = "bafyentity".to_owned();
        let request = effects::Mirror {
            hash: hash.to_owned(),
            servers,
            entity_id,
            not_after: None,
        };
        let (request, mirror) = (model::encode(&request), rig.mirror.clone());
        async move { mirror.perform("key", &request).await }
    };
    assert_eq!(perform(&hash).await, Outcome::Done(None));
    match perform(&hash_v1("gone")).await {
        Outcome::Retry { reason, .. } => assert!(reason.contains("bafyentity"), "{reason}"),
        other => panic!("{other:?}"),
    }
    assert!(matches!(perform("../x").await, Outcome::GiveUp { .. }));
    assert!(matches!(
        rig.mirror.perform("key", b"junk").await,
        Outcome::GiveUp { .. }
    ));
}
