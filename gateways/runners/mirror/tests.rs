//! The mirror against servers in process.

use std::sync::Arc;

use bytes::Bytes;
use futures::future::join_all;
use identity::hash::hash_v1;
use model::events::effects;
use runtime::effects::{EffectHandler, Outcome};
use runtime::embedded::FolderBlobs;
use runtime::ports::Blobs;

use super::{Mirror, Settings};
use crate::catalyst::ContentFetch;
use crate::sources::catalyst::test_support::{Fake, Fault, outbound};
use crate::sources::outbound::Client;

struct Rig {
    mirror: Mirror,
    blobs: Arc<dyn Blobs>,
    _folder: tempfile::TempDir,
}

fn rig(fakes: &[&Fake]) -> Rig {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs: Arc<dyn Blobs> = Arc::new(FolderBlobs::open(folder.path()).expect("blobs"));
    let urls: Vec<&str> = fakes.iter().map(|fake| fake.url.as_str()).collect();
    let client = Client::new(&outbound(), urls).expect("URLs");
    let mirror = Mirror::new(Arc::clone(&blobs), client, &Settings::default(), Vec::new());
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
