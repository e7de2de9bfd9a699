//! Bundles as a CDN sends them: whole, in part, and compressed for those who take that.

use bytes::Bytes;
use futures::stream;

use super::*;
use crate::support::get_with;

const BUNDLE: &str = "bundles/v104/QmModel_d1";
const PATH: &str = "/assets/v104/assets/QmModel_d1_windows";

async fn put(world: &World, key: &str, bytes: &[u8]) {
    let piece = stream::iter([Ok(Bytes::copy_from_slice(bytes))]);
    let blobs = &world.context.platform.blobs;
    blobs.put(key, Box::pin(piece)).await.expect("a blob");
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams::default();
    brotli::BrotliCompress(&mut &*bytes, &mut out, &params).expect("Brotli");
    out
}

fn read(brotli: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    brotli::BrotliDecompress(&mut &*brotli, &mut out).expect("Brotli");
    out
}

async fn taking(world: &World, coding: &str, more: &[(&str, &str)]) -> Answer {
    let headers = [&[("accept-encoding", coding)][..], more].concat();
    get_with(&world.router, PATH, &headers).await
}

#[tokio::test]
async fn a_bundle_is_sent_compressed_to_those_who_take_that() {
    let world = world().await;
    let bundle = [&b"UnityFS\0"[..], &[7; 5000]].concat();
    let (small, zstd) = (brotli(&bundle), b"as Zstandard");
    put(&world, BUNDLE, &bundle).await;
    put(&world, &format!("{BUNDLE}.br"), &small).await;

    let plain = taking(&world, "gzip", &[]).await;
    assert_eq!((plain.status.as_u16(), &plain.body[..]), (200, &bundle[..]));
    assert_eq!(plain.header("content-encoding"), None);
    // The one that lies there is sent, whatever else the client takes; Zstandard comes first where both do.
    let sent = taking(&world, "gzip, zstd, br", &[]).await;
    assert_eq!(sent.header("content-encoding"), Some("br"));
    assert_eq!(read(&sent.body), bundle);
    assert_eq!(
        sent.header("content-length"),
        Some(&*small.len().to_string())
    );
    assert_eq!(sent.header("vary"), Some("accept-encoding"));
    assert_eq!(plain.header("vary"), Some("accept-encoding"));
    put(&world, &format!("{BUNDLE}.zst"), zstd).await;
    let sent_zstd = taking(&world, "br, zstd", &[]).await;
    assert_eq!(sent_zstd.header("content-encoding"), Some("zstd"));
    assert_eq!(&sent_zstd.body[..], zstd);

    // Each is another representation: its tag, its ranges.
    let tags = [&plain, &sent, &sent_zstd].map(|answer| answer.header("etag").expect("a tag"));
    assert!(
        tags[0] != tags[1] && tags[1] != tags[2] && tags[0] != tags[2],
        "{tags:?}"
    );
    let known = taking(&world, "br", &[("if-none-match", tags[1])]).await;
    assert_eq!((known.status.as_u16(), known.body.len()), (304, 0));
    let other = taking(&world, "br", &[("if-none-match", tags[0])]).await;
    assert_eq!(other.status, 200);
    let part = taking(
        &world,
        "br",
        &[("range", "bytes=2-5"), ("if-range", tags[1])],
    )
    .await;
    assert_eq!((part.status.as_u16(), &part.body[..]), (206, &small[2..6]));
    let range = format!("bytes 2-5/{}", small.len());
    assert_eq!(part.header("content-range"), Some(&*range));
    assert_eq!(part.header("content-encoding"), Some("br"));
    let whole = taking(
        &world,
        "br",
        &[("range", "bytes=2-5"), ("if-range", tags[0])],
    )
    .await;
    assert_eq!((whole.status.as_u16(), &whole.body[..]), (200, &small[..]));
    let beyond = taking(&world, "br", &[("range", "bytes=4000-")]).await;
    assert_eq!(beyond.status, 416);
    world.stop().await;
}

#[tokio::test]
async fn brotli_is_also_a_file_of_its_own() {
    let world = world().await;
    let bundle = [&b"UnityFS\0"[..], &[7; 5000]].concat();
    let small = brotli(&bundle);
    put(&world, BUNDLE, &bundle).await;
    let missing = world.get(&format!("{PATH}.br")).await;
    assert_eq!(missing.status, 404);
    put(&world, &format!("{BUNDLE}.br"), &small).await;

    let file = world.get(&format!("{PATH}.br")).await;
    assert_eq!((file.status.as_u16(), &file.body[..]), (200, &small[..]));
    // It is what it is called, for whoever asks for it by that name.
    assert_eq!(file.header("content-encoding"), None);
    assert_eq!(
        file.header("content-type"),
        Some("application/octet-stream")
    );
    let kept = file.header("cache-control").unwrap_or_default();
    assert!(kept.ends_with("immutable"), "{kept}");
    let tag = file.header("etag").expect("a tag").to_owned();
    let sent = taking(&world, "br", &[]).await;
    assert_ne!(sent.header("etag"), Some(&*tag));
    let path = format!("{PATH}.br");
    let known = get_with(&world.router, &path, &[("if-none-match", &tag)]).await;
    assert_eq!(known.status, 304);
    let part = get_with(&world.router, &path, &[("range", "bytes=-3")]).await;
    let end = &small[small.len() - 3..];
    assert_eq!((part.status.as_u16(), &part.body[..]), (206, end));
    for other in [
        "QmOther_d1_windows.br",
        "QmModel_d1.br",
        "_windows.br.br",
        ".br",
    ] {
        let answer = world.get(&format!("/assets/v104/assets/{other}")).await;
        assert_eq!(answer.status, 404, "{other}");
    }
    world.stop().await;
}
