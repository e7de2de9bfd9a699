//! The suite of the port `Blobs`.

use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use runtime::ports::{Blobs, PortError};

use super::{Run, unique};

/// A case and its name.
pub type Case = (&'static str, fn(&dyn Blobs) -> Run<'_>);

/// Every case.
pub const CASES: &[Case] = &[
    ("put_get_and_head", |b| Box::pin(put_get_and_head(b))),
    ("put_keeps_what_is_there", |b| {
        Box::pin(put_keeps_what_is_there(b))
    }),
    ("what_is_replaced_is_never_away", |b| {
        Box::pin(what_is_replaced_is_never_away(b))
    }),
    ("ranges", |b| Box::pin(ranges(b))),
    ("a_failed_stream_leaves_nothing", |b| {
        Box::pin(a_failed_stream_leaves_nothing(b))
    }),
    ("puts_at_once", |b| Box::pin(puts_at_once(b))),
    ("what_is_removed_is_gone", |b| {
        Box::pin(what_is_removed_is_gone(b))
    }),
    ("bad_keys_are_refused", |b| {
        Box::pin(bad_keys_are_refused(b))
    }),
];

fn chunks(chunks: Vec<Vec<u8>>) -> BoxStream<'static, std::io::Result<Bytes>> {
    stream::iter(chunks.into_iter().map(|c| Ok(Bytes::from(c)))).boxed()
}

async fn bytes_of(blobs: &dyn Blobs, key: &str) -> Option<Vec<u8>> {
    let reader = blobs.get(key, None).await.expect("get")?;
    let bytes = collect(reader.stream).await;
    assert_eq!(bytes.len() as u64, reader.size);
    Some(bytes)
}

async fn collect(mut stream: BoxStream<'static, std::io::Result<Bytes>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await {
        bytes.extend_from_slice(&chunk.expect("read"));
    }
    bytes
}

async fn put_get_and_head(blobs: &dyn Blobs) {
    let key = unique("content/file.bin");
    assert_eq!(blobs.head(&key).await.expect("head"), None);
    assert_eq!(bytes_of(blobs, &key).await, None);
    let large: Vec<u8> = (0..500_000_u32).flat_map(u32::to_le_bytes).collect();
    let parts = large.chunks(70_001).map(<[u8]>::to_vec).collect();
    assert!(blobs.put(&key, chunks(parts)).await.expect("put"));
    assert_eq!(blobs.head(&key).await.expect("head"), Some(2_000_000));
    assert_eq!(bytes_of(blobs, &key).await, Some(large));
    let empty = unique("empty");
    assert!(blobs.put(&empty, chunks(Vec::new())).await.expect("put"));
    assert_eq!(bytes_of(blobs, &empty).await, Some(Vec::new()));
}

async fn put_keeps_what_is_there(blobs: &dyn Blobs) {
    let key = unique("kept");
    assert!(
        blobs
            .put(&key, chunks(vec![b"first".to_vec()]))
            .await
            .expect("put")
    );
    assert!(
        !blobs
            .put(&key, chunks(vec![b"second".to_vec()]))
            .await
            .expect("put")
    );
    assert_eq!(bytes_of(blobs, &key).await, Some(b"first".to_vec()));
}

async fn what_is_replaced_is_never_away(blobs: &dyn Blobs) {
    let key = unique("replaced");
    let one = |bytes: &[u8]| chunks(vec![bytes.to_vec()]);
    blobs.replace(&key, one(b"first")).await.expect("replace");
    assert_eq!(bytes_of(blobs, &key).await, Some(b"first".to_vec()));
    // Whoever has begun to read the old one reads it to its end.
    let old = blobs.get(&key, None).await.expect("get");
    let old = old.expect("it is there");
    // As long as the new one is being written the old one is there.
    let (go_on, wait) = futures::channel::oneshot::channel::<()>();
    let rest = stream::once(async move {
        wait.await.map_err(std::io::Error::other)?;
        Ok::<_, std::io::Error>(Bytes::from_static(b"half"))
    });
    let halves = stream::iter([Ok(Bytes::from_static(b"the other "))]).chain(rest);
    let look = async {
        for _ in 0..20 {
            assert_eq!(bytes_of(blobs, &key).await, Some(b"first".to_vec()));
        }
        go_on.send(()).expect("somebody waits");
    };
    let (written, ()) = futures::join!(blobs.replace(&key, halves.boxed()), look);
    written.expect("replace");
    assert_eq!(
        bytes_of(blobs, &key).await,
        Some(b"the other half".to_vec())
    );
    assert_eq!(collect(old.stream).await, b"first");
    // What fails leaves it as it was.
    let broken = stream::iter([
        Ok(Bytes::from_static(b"no")),
        Err(std::io::Error::other("the peer went away")),
    ]);
    let error = blobs.replace(&key, broken.boxed()).await;
    assert!(error.expect_err("must fail").is_retry());
    assert_eq!(
        bytes_of(blobs, &key).await,
        Some(b"the other half".to_vec())
    );
    let put = blobs.put(&key, one(b"third")).await.expect("put");
    assert!(!put, "it is there");
}

async fn ranges(blobs: &dyn Blobs) {
    let key = unique("ranges");
    blobs
        .put(&key, chunks(vec![b"0123456789".to_vec()]))
        .await
        .expect("put");
    for (range, wanted) in [
        (0..10, &b"0123456789"[..]),
        (3..6, b"345"),
        (9..10, b"9"),
        (4..4, b""),
    ] {
        let reader = blobs.get(&key, Some(range.clone())).await.expect("get");
        let reader = reader.expect("it is there");
        assert_eq!(reader.size, 10, "the size is the whole blob's");
        assert_eq!(collect(reader.stream).await, wanted, "{range:?}");
    }
    let outside = blobs.get(&key, Some(5..11)).await;
    assert!(
        matches!(outside, Err(PortError::Refused(_))),
        "not within the blob"
    );
}

async fn a_failed_stream_leaves_nothing(blobs: &dyn Blobs) {
    let key = unique("failed");
    let parts = vec![
        Ok(Bytes::from_static(b"half")),
        Err(std::io::Error::other("the peer went away")),
    ];
    let error = blobs
        .put(&key, stream::iter(parts).boxed())
        .await
        .expect_err("must fail");
    assert!(error.is_retry(), "{error}");
    assert_eq!(blobs.head(&key).await.expect("head"), None);
    assert!(
        blobs
            .put(&key, chunks(vec![b"whole".to_vec()]))
            .await
            .expect("put")
    );
    assert_eq!(bytes_of(blobs, &key).await, Some(b"whole".to_vec()));
}

async fn puts_at_once(blobs: &dyn Blobs) {
    let key = unique("race");
    let puts = (0..8_u8).map(|n| blobs.put(&key, chunks(vec![vec![n; 1000]; 5])));
    let results = futures::future::join_all(puts).await;
    let written = results.into_iter().filter(|r| *r.as_ref().expect("put"));
    assert!(written.count() >= 1, "one of them writes it");
    let bytes = bytes_of(blobs, &key).await.expect("it is there");
    assert_eq!(bytes.len(), 5000);
    assert!(
        bytes.iter().all(|b| *b == bytes[0]),
        "it is one of them, whole"
    );
}

async fn what_is_removed_is_gone(blobs: &dyn Blobs) {
    let key = unique("removed");
    assert!(!blobs.remove(&key).await.expect("nothing to remove"));
    for text in ["first", "second"] {
        let bytes = text.as_bytes().to_vec();
        let put = blobs.put(&key, chunks(vec![bytes.clone()])).await;
        assert!(put.expect("put"), "{text}");
        assert_eq!(bytes_of(blobs, &key).await, Some(bytes));
        assert!(blobs.remove(&key).await.expect("removed"));
        assert_eq!(blobs.head(&key).await.expect("head"), None);
    }
}

async fn bad_keys_are_refused(blobs: &dyn Blobs) {
    for key in ["", "../up", "a/../b", "/root", "a b", "a%2fb", "ключ"] {
        let got = blobs.head(key).await;
        assert!(matches!(got, Err(PortError::Refused(_))), "{key:?}");
        let put = blobs.put(key, chunks(vec![b"x".to_vec()])).await;
        assert!(matches!(put, Err(PortError::Refused(_))), "{key:?}");
    }
}
