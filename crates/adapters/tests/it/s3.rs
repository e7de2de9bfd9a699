//! Blobs on a real S3 server.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use adapters::s3::{S3Blobs, S3Credentials, S3Options};
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use peers::{Options, S3, S3Server, Server};
use runtime::ports::{Blobs, PortError};
use runtime::settings::Size;
use sim::conformance::blobs::CASES;

/// Nothing here takes this long: what does hangs.
const HANGS_AFTER: Duration = Duration::from_secs(120);
const MIB: usize = 1 << 20;

async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    let timeout = tokio::time::timeout(HANGS_AFTER, future);
    timeout
        .await
        .unwrap_or_else(|_| panic!("{what} did not happen"))
}

fn at(s3: &S3) -> S3Options {
    S3Options {
        bucket: s3.bucket.clone(),
        prefix: "adapters/it".to_owned(),
        endpoint: Some(s3.endpoint.clone()),
        credentials: S3Credentials::Key {
            id: s3.access_key.clone(),
            secret: s3.secret_key.clone(),
            session: None,
        },
        part_bytes: Size::mib(5),
        ..S3Options::default()
    }
}

fn open(options: S3Options) -> S3Blobs {
    S3Blobs::open(options).expect("opened")
}

/// A server of one's own, unless real servers are left out.
async fn server(folder: &Path) -> Option<Server> {
    peers::shared()?;
    let server = S3Server::start(folder, Options::default());
    Some(server.await.expect("started"))
}

fn key(what: &str) -> String {
    format!("{what}-{}", uuid::Uuid::now_v7().simple())
}

/// The n-th chunk of a large blob.
fn chunk(n: usize, bytes: usize) -> Vec<u8> {
    let mut chunk = vec![0; bytes];
    for (i, word) in chunk.chunks_mut(8).enumerate() {
        let number = (n * bytes + i).to_le_bytes();
        word.copy_from_slice(&number[..word.len()]);
    }
    chunk
}

/// Bytes that count as long as they are in memory.
struct Counted {
    bytes: Vec<u8>,
    held: Arc<AtomicUsize>,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.held.fetch_sub(self.bytes.len(), Ordering::SeqCst);
    }
}

#[tokio::test]
async fn blobs_on_s3_keep_the_contract() {
    let Some(shared) = peers::shared() else {
        return;
    };
    for conditional_put in [true, false] {
        let blobs = open(S3Options {
            conditional_put,
            ..at(&shared.s3)
        });
        blobs.check().await.expect("the bucket is there");
        for (name, case) in CASES {
            println!("{name}, conditional: {conditional_put}");
            case(&blobs).await;
        }
    }
}

#[tokio::test]
async fn the_url_says_everything() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let S3 {
        endpoint,
        bucket,
        access_key,
        secret_key,
    } = &shared.s3;
    let url =
        format!("s3://{access_key}:{secret_key}@{bucket}/by/url?endpoint={endpoint}&region=eu-1");
    let blobs = open(S3Options::of_url(&url).expect("a url"));
    let key = key("url");
    let put = blobs.put(&key, stream::iter([Ok("x".into())]).boxed());
    // versitygw has one region; another is nothing that time heals.
    assert!(matches!(put.await, Err(PortError::Refused(_))));
    let blobs = open(S3Options::of_url(&url.replace("eu-1", "us-east-1")).expect("a url"));
    let put = blobs.put(&key, stream::iter([Ok("x".into())]).boxed());
    put.await.expect("written");
    let full = format!("by/url/{key}");
    let root = open(S3Options {
        prefix: String::new(),
        ..at(&shared.s3)
    });
    assert_eq!(root.head(&full).await.expect("asked"), Some(1));
}

/// Set in a process whose environment says who we are.
const CHILD: &str = "WORLDLOG_TEST_S3_URL";

#[tokio::test]
async fn the_environment_says_who_we_are() {
    let Some(shared) = peers::shared() else {
        return;
    };
    if let Ok(url) = std::env::var(CHILD) {
        let blobs = open(S3Options::of_url(&url).expect("a url"));
        return blobs.check().await.expect("let in");
    }
    let S3 {
        endpoint,
        bucket,
        access_key,
        secret_key,
    } = &shared.s3;
    let child = |variables: &[(&str, &str)]| {
        let name = "s3::the_environment_says_who_we_are";
        let ours = std::env::vars().filter(|(name, _)| name.starts_with("AWS_"));
        let mut command = std::process::Command::new(std::env::current_exe().expect("a path"));
        for (name, _) in ours {
            command.env_remove(name);
        }
        command.args(["--exact", name, "--nocapture"]);
        command.env(CHILD, format!("s3://{bucket}"));
        let output = command.envs(variables.iter().copied()).output();
        let output = output.expect("started");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.success(), text)
    };
    let whole = [
        ("AWS_ACCESS_KEY_ID", &**access_key),
        ("AWS_SECRET_ACCESS_KEY", secret_key),
        ("AWS_ENDPOINT_URL", endpoint),
    ];
    let (fine, text) = child(&whole);
    assert!(fine, "{text}");
    let (fine, text) = child(&whole[2..]);
    assert!(!fine && text.contains("nobody says who we are"), "{text}");
    let elsewhere = [
        whole[0],
        whole[1],
        ("AWS_ENDPOINT_URL", "http://example.com"),
    ];
    let (fine, text) = child(&elsewhere);
    assert!(!fine && text.contains("plain http"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_stream_passes_through_bounded_memory() {
    const CHUNKS: usize = 100;
    let Some(shared) = peers::shared() else {
        return;
    };
    let options = at(&shared.s3);
    let bound = (options.parts_in_flight + 1) * options.part_bytes.as_usize() + 2 * MIB;
    let blobs = open(options);
    let (held, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let source = {
        let (held, most) = (held.clone(), most.clone());
        stream::iter(0..CHUNKS).map(move |n| {
            let bytes = chunk(n, MIB);
            let now = held.fetch_add(MIB, Ordering::SeqCst) + MIB;
            most.fetch_max(now, Ordering::SeqCst);
            let held = held.clone();
            Ok(Bytes::from_owner(Counted { bytes, held }))
        })
    };
    let key = key("large");
    assert!(blobs.put(&key, source.boxed()).await.expect("written"));
    assert_eq!(held.load(Ordering::SeqCst), 0);
    let most = most.load(Ordering::SeqCst);
    assert!(most <= bound, "{most} bytes at once, more than {bound}");
    assert!(
        most > 5 * MIB,
        "it was sent in parts, and while others were read"
    );
    let reader = blobs.get(&key, None).await.expect("asked").expect("there");
    assert_eq!(reader.size, (CHUNKS * MIB) as u64);
    let mut stream = reader.stream;
    let mut expected = (0..CHUNKS).flat_map(|n| chunk(n, MIB));
    while let Some(bytes) = stream.next().await {
        let bytes = bytes.expect("read");
        let same = expected
            .by_ref()
            .take(bytes.len())
            .eq(bytes.iter().copied());
        assert!(same, "what was written is read");
    }
    assert_eq!(expected.next(), None, "to the end");
    let (start, end) = (7 * MIB as u64 - 3, 7 * MIB as u64 + 4);
    let part = blobs.get(&key, Some(start..end)).await.expect("asked");
    let part: Vec<_> = part.expect("there").stream.collect().await;
    let part: Vec<u8> = part.into_iter().flat_map(|b| b.expect("read")).collect();
    let around = [&chunk(6, MIB)[MIB - 3..], &chunk(7, MIB)[..4]].concat();
    assert_eq!(part, around);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_large_blobs_at_once_one_is_kept() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let blobs = open(at(&shared.s3));
    let key = key("both");
    let put = |byte: u8| {
        let chunks = (0..12).map(move |_| Ok(Bytes::from(vec![byte; MIB])));
        blobs.put(&key, stream::iter(chunks).boxed())
    };
    let (one, two) = tokio::join!(put(1), put(2));
    let written = (one.expect("put"), two.expect("put"));
    let winner = match written {
        (true, false) => 1,
        (false, true) => 2,
        both => panic!("one of them writes it: {both:?}"),
    };
    let reader = blobs.get(&key, None).await.expect("asked").expect("there");
    assert_eq!(reader.size, 12 * MIB as u64);
    let chunks: Vec<_> = reader.stream.collect().await;
    let mut bytes = chunks.into_iter().flat_map(|b| b.expect("read"));
    assert!(bytes.all(|b| b == winner), "whole, and whose put said so");
}

/// Files of unfinished uploads.
fn unfinished(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.join("buckets")];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("readable").flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path.display().to_string()),
            }
        }
    }
    found
}

/// Chunks of a blob of several parts, and then what `end` gives.
fn large(
    end: impl Future<Output = std::io::Result<Bytes>> + Send + 'static,
) -> BoxStream<'static, std::io::Result<Bytes>> {
    let chunks = (0..12).map(|n| Ok(Bytes::from(chunk(n, MIB))));
    stream::iter(chunks).chain(stream::once(end)).boxed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_does_not_end_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(server) = server(folder.path()).await else {
        return;
    };
    let blobs = open(at(&S3Server::client(server.address())));
    let key = key("half");
    let gone = async { Err(std::io::Error::other("the peer went away")) };
    let error = blobs.put(&key, large(gone)).await.expect_err("it fails");
    assert!(error.is_retry(), "{error}");
    assert!(error.to_string().contains("the peer went away"), "{error}");
    assert_eq!(blobs.head(&key).await.expect("asked"), None);
    assert_eq!(unfinished(folder.path()).len(), 0);
    let (reached, half_way) = tokio::sync::oneshot::channel();
    let waits = async move {
        let _ = reached.send(());
        std::future::pending().await
    };
    tokio::select! {
        _ = blobs.put(&key, large(waits)) => panic!("it has no end"),
        reached = half_way => reached.expect("the stream is read"),
    }
    soon("the parts are removed", async {
        while !unfinished(folder.path()).is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    assert_eq!(blobs.head(&key).await.expect("asked"), None);
    let ends = async { Ok(Bytes::from_static(b"the end")) };
    assert!(blobs.put(&key, large(ends)).await.expect("written"));
}

#[tokio::test]
async fn a_server_that_is_away_is_tried_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(mut server) = server(folder.path()).await else {
        return;
    };
    let blobs = open(S3Options {
        retries: 1,
        inactivity_timeout: Duration::from_millis(500),
        ..at(&S3Server::client(server.address()))
    });
    let key = key("away");
    let small = || stream::iter([Ok(Bytes::from_static(b"small"))]).boxed();
    assert!(blobs.put(&key, small()).await.expect("written"));
    let retries = |what: &str, error: Option<PortError>| {
        let error = error.unwrap_or_else(|| panic!("{what} cannot succeed"));
        assert!(error.is_retry(), "{what}: {error}");
    };
    for hangs in [true, false] {
        match hangs {
            true => server.pause().expect("paused"),
            false => server.kill(),
        }
        retries("check", soon("check", blobs.check()).await.err());
        retries("head", soon("head", blobs.head(&key)).await.err());
        retries("get", soon("get", blobs.get(&key, None)).await.err());
        retries("put", soon("put", blobs.put("other", small())).await.err());
        match hangs {
            true => server.resume().expect("resumed"),
            false => server.restart().await.expect("restarted"),
        }
        assert_eq!(blobs.head(&key).await.expect("asked"), Some(5));
    }
}

#[tokio::test]
async fn who_is_not_let_in_is_told_so_without_the_secret() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let mut wrong = shared.s3.clone();
    wrong.secret_key = "hunter2".to_owned();
    let blobs = open(at(&wrong));
    let faults = [
        blobs.check().await.err(),
        blobs.head("a").await.err(),
        blobs.get("a", None).await.err(),
        blobs.put("a", stream::empty().boxed()).await.err(),
    ];
    for fault in faults {
        let error = fault.expect("it cannot succeed");
        assert!(matches!(error, PortError::Refused(_)), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
    let mut nowhere = shared.s3.clone();
    nowhere.bucket = "no-such-bucket".to_owned();
    let blobs = open(at(&nowhere));
    let error = blobs.check().await.expect_err("no bucket").to_string();
    assert!(error.contains("no-such-bucket"), "{error}");
    let put = blobs.put("a", stream::empty().boxed()).await;
    assert!(matches!(put, Err(PortError::Refused(_))), "{put:?}");
}
