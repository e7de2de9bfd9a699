//! Pictures that another program serves, as textures: the way of a client that asks for `convert?url=`.

use std::fs;

use crate::http::{get, send};
use crate::process::{Launch, Program, Scratch};
use crate::world::World;

/// A picture of many colours as a bitmap file: that format no client reads, so that it never stays what it is.
pub(crate) fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut file = b"BM".to_vec();
    let pixels = width.next_multiple_of(4) * height * 3;
    // File: its size, nothing, where the pixels are. Picture: size of this head, width, height, 1 plane, 24 bits, plain.
    for number in [
        54 + pixels,
        0,
        54,
        40,
        width,
        height,
        24 << 16 | 1,
        0,
        pixels,
    ] {
        file.extend_from_slice(&number.to_le_bytes());
    }
    file.resize(54, 0);
    for y in 0..height {
        for x in 0..width.next_multiple_of(4) {
            file.extend_from_slice(&[(x * 3) as u8, (y * 3) as u8, (x * y / 8) as u8]);
        }
    }
    file
}

/// Where a platform answers a picture of a content server of this machine, if it may ask there.
pub(crate) fn converted(program: &Program, server: &Program, hash: &str) -> String {
    let url = server.at(&format!("/content/contents/{hash}"));
    let url = url.replace(':', "%3A").replace('/', "%2F");
    program.at(&format!("/assets/convert?url={url}"))
}

/// The setting that lets a platform fetch images from a server of this machine.
pub(crate) fn allowing(server: &Program) -> (&'static str, String) {
    let host = server.url.strip_prefix("http://").expect("a listener");
    (
        "WORLDLOG__ASSETS__IMAGE_HOSTS",
        format!("*.example.org,{host}"),
    )
}

#[tokio::test]
async fn a_picture_is_converted_where_the_configuration_says_so_and_only_there() {
    let scratch = Scratch::new();
    let folder = scratch.path("world");
    let contents = folder.join("contents");
    fs::create_dir_all(&contents).expect("the scratch folder is writable");
    let picture = picture(64, 48);
    let hash = identity::hash::hash_v1(&picture);
    fs::write(contents.join(&hash), &picture).expect("the scratch folder is writable");
    fs::write(folder.join("snapshots.json"), "[]").expect("the scratch folder is writable");
    let world = World::written(&folder, Vec::new());
    let server = Launch::catalyst(&scratch, "catalyst", &world.folder);
    let server = server.start().await;

    let (key, hosts) = allowing(&server);
    let up = Launch::up(&scratch, "up").environment(key, hosts);
    let program = up.start().await;
    let url = converted(&program, &server, &hash);
    let answer = send(get(&url)).await.expect(200);
    assert_eq!(answer.header("content-type"), Some("image/ktx2"));
    let reader = ktx2::Reader::new(&answer.body).expect("a KTX2 file");
    let header = reader.header();
    assert_eq!((header.pixel_width, header.pixel_height), (64, 48));
    assert_eq!(reader.levels().len(), 7);
    assert!(program.terminate().await.success());

    let strict = Launch::up(&scratch, "strict").start().await;
    let url = converted(&strict, &server, &hash);
    let answer = send(get(&url)).await.expect(403);
    assert_eq!(answer.json()["error"], "host_not_allowed");
    assert!(strict.terminate().await.success());
}
