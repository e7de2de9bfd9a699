//! What is done once for many, again after a while, and not at all when too much is to do.

use futures::future::join_all;
use image::ImageFormat;
use serde_json::json;

use super::upstream::There;
use super::{Studio, file, photo};

#[tokio::test]
async fn what_is_known_is_neither_fetched_nor_encoded_again() {
    let studio = Studio::open(json!({})).await;
    let picture = file(&photo(256, 192), ImageFormat::Png);
    studio.upstream.give("/a", picture.clone());
    studio.upstream.give("/b", picture);
    let first = studio.ask("/a").await;
    for _ in 0..3 {
        assert_eq!(studio.ask("/a").await.body, first.body);
    }
    assert_eq!(studio.upstream.asked("/a").len(), 1);
    // Another place, the same bytes.
    let other = studio.ask("/b").await;
    assert_eq!(other.header("etag"), first.header("etag"));
    assert_eq!(studio.upstream.asked("/b").len(), 1);
    assert_eq!(studio.blobs.puts(), 1);
    studio.world.stop().await;
}

#[tokio::test]
async fn twenty_at_a_time_encode_once() {
    let studio = Studio::open(json!({})).await;
    let picture = file(&photo(256, 192), ImageFormat::Png);
    studio.upstream.give("/a", picture.clone());
    studio.upstream.give("/b", picture);
    let paths = (0..20).map(|number| if number % 2 == 0 { "/a" } else { "/b" });
    let answers = join_all(paths.map(|path| studio.ask(path))).await;
    for answer in &answers {
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        assert_eq!(answer.body, answers[0].body);
    }
    assert_eq!(studio.blobs.puts(), 1);
    let asked = ["/a", "/b"].map(|path| studio.upstream.asked(path).len());
    assert_eq!(asked, [1, 1]);
    studio.world.stop().await;
}

#[tokio::test]
async fn a_server_is_asked_after_a_while_whether_it_is_still_the_same() {
    let studio = Studio::open(json!({"image_fresh": "0s"})).await;
    let one = file(&photo(256, 192), ImageFormat::Png);
    let other = file(&photo(192, 256), ImageFormat::Png);
    studio
        .upstream
        .put("/x", There::Versioned(one.clone(), "\"1\""));
    let first = studio.ask("/x").await;
    let again = studio.ask("/x").await;
    assert_eq!((again.status.as_u16(), &again.body), (200, &first.body));
    let asked = studio.upstream.asked("/x");
    let versions: Vec<_> = asked.iter().map(|h| h.get("if-none-match")).collect();
    assert_eq!(versions, [None, Some(&"\"1\"".parse().expect("a tag"))]);
    studio.upstream.put("/x", There::Versioned(other, "\"2\""));
    let changed = studio.ask("/x").await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.body, first.body);
    // And back: encoded it was long ago.
    studio.upstream.put("/x", There::Versioned(one, "\"3\""));
    assert_eq!(studio.ask("/x").await.body, first.body);
    assert_eq!(studio.blobs.puts(), 2);
    studio.world.stop().await;
}

#[tokio::test]
async fn a_server_says_how_long_it_is_believed_within_bounds() {
    let studio = Studio::open(json!({"image_fresh_min": "0s", "image_fresh_max": "200s"})).await;
    let picture = file(&photo(256, 192), ImageFormat::Png);
    for (said, told, times) in [
        ("public, max-age=90", 90, 1),
        ("max-age=86400", 200, 1),
        ("max-age=90, s-maxage=\"100\"", 100, 1),
        ("max-age=90, no-cache", 0, 2),
        ("max-age=0", 0, 2),
        ("private, no-store", 0, 2),
        ("max-age=soon", 600, 1),
        ("immutable", 600, 1),
    ] {
        let path = format!("/{told}-{times}-{}", said.len());
        let there = There::Dated(picture.clone(), said);
        studio.upstream.put(&path, there);
        for _ in 0..2 {
            let answer = studio.ask(&path).await;
            let kept = format!("public,max-age={told}");
            assert_eq!(answer.header("cache-control"), Some(&*kept), "{said}");
        }
        assert_eq!(studio.upstream.asked(&path).len(), times, "{said}");
    }
    assert_eq!(studio.blobs.puts(), 1);
    studio.world.stop().await;
}

#[tokio::test]
async fn a_server_that_has_the_same_may_believe_it_for_longer() {
    let studio = Studio::open(json!({"image_fresh_min": "0s"})).await;
    let picture = file(&photo(256, 192), ImageFormat::Png);
    let there = There::Dated(picture.clone(), "max-age=0");
    studio.upstream.put("/x", there);
    studio.ask("/x").await;
    studio
        .upstream
        .put("/x", There::Dated(picture, "max-age=50"));
    // 304: it was asked with the version that it gave.
    for _ in 0..3 {
        let answer = studio.ask("/x").await;
        assert_eq!(answer.header("cache-control"), Some("public,max-age=50"));
    }
    let asked = studio.upstream.asked("/x");
    let versions = asked.iter().filter(|h| h.contains_key("if-none-match"));
    assert_eq!((asked.len(), versions.count()), (2, 1));
    studio.world.stop().await;
}

#[tokio::test]
async fn only_so_many_urls_are_remembered() {
    let studio = Studio::open(json!({"image_urls": 2})).await;
    let picture = file(&photo(256, 192), ImageFormat::Png);
    for path in ["/a", "/b", "/c", "/c", "/a"] {
        studio.upstream.give(path, picture.clone());
        assert_eq!(studio.ask(path).await.status, 200);
    }
    let asked = ["/a", "/b", "/c"].map(|path| studio.upstream.asked(path).len());
    assert_eq!(asked, [2, 1, 1]);
    studio.world.stop().await;
}

#[tokio::test]
async fn a_texture_that_was_removed_is_made_again() {
    let studio = Studio::open(json!({})).await;
    studio
        .upstream
        .give("/x", file(&photo(256, 192), ImageFormat::Png));
    let first = studio.ask("/x").await;
    let place = first.header("content-location").expect("a place");
    let key = place.replace("convert/", "images/2/");
    let blobs = &studio.world.context.platform.blobs;
    assert!(
        blobs.remove(&key).await.expect("the store answers"),
        "{key}"
    );
    assert_eq!(studio.ask("/x").await.body, first.body);
    assert_eq!(studio.blobs.puts(), 2);
    studio.world.stop().await;
}

#[tokio::test]
async fn who_finds_everything_busy_is_told_to_come_again() {
    let studio = Studio::closed(json!({"image_encodes": 1, "image_queue": 0})).await;
    studio
        .upstream
        .give("/a", file(&photo(256, 192), ImageFormat::Png));
    studio
        .upstream
        .give("/b", file(&photo(192, 256), ImageFormat::Png));
    let first = studio.ask("/a");
    let second = async {
        studio.blobs.arrival().await;
        let busy = studio.ask("/b").await;
        assert_eq!(busy.status, 503, "{:?}", busy.body);
        assert_eq!(busy.header("retry-after"), Some("2"));
        // The gateway is there for everything else.
        assert_eq!(studio.world.get("/assets/status").await.status, 200);
        studio.blobs.door.add_permits(1000);
    };
    let (first, ()) = tokio::join!(first, second);
    assert_eq!(first.status, 200);
    assert_eq!(studio.ask("/b").await.status, 200);
    studio.world.stop().await;
}

#[tokio::test]
async fn who_does_not_wait_that_long_finds_it_done_later() {
    let studio = Studio::closed(json!({"image_wait": "50ms"})).await;
    studio
        .upstream
        .give("/x", file(&photo(256, 192), ImageFormat::Png));
    let late = studio.ask("/x").await;
    assert_eq!(late.status, 503, "{:?}", late.body);
    assert!(late.header("retry-after").is_some());
    studio.blobs.door.add_permits(1000);
    while studio.ask("/x").await.status != 200 {
        tokio::task::yield_now().await;
    }
    assert_eq!(studio.upstream.asked("/x").len(), 1);
    assert_eq!(studio.blobs.puts(), 1);
    studio.world.stop().await;
}

#[tokio::test]
async fn only_so_many_images_are_fetched_at_a_time() {
    let studio = Studio::open(json!({"image_fetches": 1, "image_wait": "50ms"})).await;
    studio.upstream.put("/silent", There::Silent);
    studio
        .upstream
        .give("/x", file(&photo(256, 192), ImageFormat::Png));
    assert_eq!(studio.ask("/silent").await.status, 503);
    let busy = studio.ask("/x").await;
    assert_eq!(
        (busy.status.as_u16(), studio.upstream.asked("/x").len()),
        (503, 0)
    );
    studio.world.stop().await;
}
