//! Blobs that go.

use bytes::Bytes;
use futures::stream;
use runtime::embedded::FolderBlobs;

use super::*;

#[tokio::test]
async fn blobs_go_and_may_be_gone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let blobs = Arc::new(FolderBlobs::open(folder.path()).expect("blobs"));
    let piece = stream::iter([Ok(Bytes::from_static(b"x"))]);
    let written = blobs.put("camera-reel/a/p", Box::pin(piece)).await;
    assert!(written.expect("it is written"));
    let request = |key: &str| {
        model::encode(&effects::Remove {
            keys: vec![key.into(), "camera-reel/b/p".into()],
            reason: "it was deleted".into(),
        })
    };
    let remove = Remove::new(Arc::clone(&blobs) as Arc<dyn Blobs>);
    for _ in 0..2 {
        let outcome = remove.perform("k", &request("camera-reel/a/p")).await;
        assert!(matches!(outcome, Outcome::Done(None)), "{outcome:?}");
        let size = blobs.head("camera-reel/a/p").await.expect("blobs");
        assert_eq!(size, None);
    }
    let outcome = remove.perform("k", &request("../x")).await;
    assert!(matches!(outcome, Outcome::GiveUp { .. }), "{outcome:?}");
    let outcome = remove.perform("k", b"?").await;
    assert!(matches!(outcome, Outcome::GiveUp { .. }), "{outcome:?}");
}
