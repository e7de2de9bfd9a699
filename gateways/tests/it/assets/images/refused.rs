//! What is not answered with an image, and in which words.

use bytes::Bytes;
use image::ImageFormat;
use serde_json::json;

use super::upstream::There;
use super::{Studio, drawing, encoded, file, photo};
use crate::support::Answer;

fn told(answer: &Answer) -> (u16, String) {
    let body = answer.json();
    let code = body["error"].as_str().expect("a code").to_owned();
    assert!(body["requestId"].is_string(), "{body}");
    (answer.status.as_u16(), code)
}

fn is(answer: &Answer, status: u16, code: &str) {
    assert_eq!(told(answer), (status, code.to_owned()), "{:?}", answer.body);
}

#[tokio::test]
async fn what_is_no_url_is_a_bad_request() {
    let studio = Studio::open(json!({"image_url_bytes_max": 100})).await;
    for url in [
        "",
        "x.png",
        "ftp://x.org/x.png",
        "data:image/png;base64,AAAA",
        "file:///etc/passwd",
        "https://me:s3cret@x.org/x.png",
        &format!("https://x.org/{}", "x".repeat(100)),
    ] {
        let path = format!("/assets/convert?url={}", encoded(url));
        let answer = studio.world.get(&path).await;
        is(&answer, 400, "invalid_url");
        assert!(!answer.json().to_string().contains("s3cret"), "{url}");
    }
    for query in ["", "?url=https%3A%2F%2Fx.org&usage=hats", "?url=a&url=b"] {
        let answer = studio.world.get(&format!("/assets/convert{query}")).await;
        is(&answer, 400, "invalid_url");
    }
    studio.world.stop().await;
}

#[tokio::test]
async fn hosts_that_are_not_listed_and_addresses_inside_are_forbidden() {
    let studio = Studio::open(json!({})).await;
    let port = studio.upstream.host();
    let port = port.rsplit(':').next().expect("a port");
    for url in [
        "http://x.org/x.png",
        "https://x.org:8443/x.png",
        &format!("http://localhost:{port}/x.png"),
        "http://127.0.0.1:1/x.png",
        "https://127.0.0.1/x.png",
        "https://0x7f000001/x.png",
        "https://10.0.0.1/x.png?key=s3cret",
        "https://192.168.0.1/x.png",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.1.1/x.png",
        "https://224.0.0.1/x.png",
        "https://[::1]/x.png",
        "https://[::ffff:10.0.0.1]/x.png",
        "https://[fd00::1]/x.png",
    ] {
        let path = format!("/assets/convert?url={}", encoded(url));
        let answer = studio.world.get(&path).await;
        is(&answer, 403, "host_not_allowed");
        assert!(!answer.json().to_string().contains("s3cret"), "{url}");
    }
    studio.world.stop().await;
    let strict = Studio::open(json!({"image_hosts": ["*.decentraland.org"]})).await;
    let answer = strict.ask("/x.png").await;
    is(&answer, 403, "host_not_allowed");
    let message = answer.json()["message"].to_string();
    assert!(
        message.contains("127.0.0.1"),
        "it names the host: {message}"
    );
    assert_eq!(strict.upstream.asked("/x.png").len(), 0);
    strict.world.stop().await;
}

#[tokio::test]
async fn redirects_lead_to_what_may_be_fetched_and_nowhere_else() {
    let studio = Studio::open(json!({"image_redirects_max": 2})).await;
    studio
        .upstream
        .give("/x", file(&photo(256, 192), ImageFormat::Png));
    let redirects = [
        ("/one", "/x".to_owned()),
        ("/two", "one".to_owned()),
        ("/three", format!("http://{}/two", studio.upstream.host())),
        ("/loop", "/loop".to_owned()),
        ("/inside", "http://10.0.0.1/x.png?key=s3cret".to_owned()),
        ("/secure", "https://10.0.0.1/x.png".to_owned()),
        ("/cloud", "http://169.254.169.254/latest".to_owned()),
        ("/other", "http://127.0.0.1:1/x.png".to_owned()),
        ("/file", "file:///etc/passwd".to_owned()),
    ];
    for (path, to) in redirects {
        studio.upstream.put(path, There::Elsewhere(to));
    }
    for path in ["/one", "/two"] {
        let answer = studio.ask(path).await;
        assert_eq!(answer.header("content-type"), Some("image/ktx2"), "{path}");
    }
    for path in ["/three", "/loop"] {
        is(&studio.ask(path).await, 502, "upstream_failed");
    }
    assert_eq!(studio.upstream.asked("/loop").len(), 3);
    for path in ["/inside", "/secure", "/cloud", "/other", "/file"] {
        let answer = studio.ask(path).await;
        is(&answer, 403, "host_not_allowed");
        assert!(!answer.json().to_string().contains("s3cret"), "{path}");
    }
    studio.world.stop().await;
}

#[tokio::test]
async fn what_is_no_image_or_too_much_of_one_is_said_to_be_that() {
    let own =
        json!({"image_file_limit": "64 KiB", "image_side_max": 500, "image_pixels_max": 90_000});
    let studio = Studio::open(own).await;
    let png = file(&photo(128, 96), ImageFormat::Png);
    let broken = [&png[..png.len() / 2], &[0; 100]].concat();
    let texts: [(&str, &'static [u8], u16, &str); 4] = [
        ("/video.mp4", b"\0\0\0\x18ftypmp42", 415, "not_an_image"),
        (
            "/x.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            415,
            "not_an_image",
        ),
        ("/empty", b"", 415, "not_an_image"),
        ("/header.png", b"\x89PNG\r\n\x1a\n", 422, "image_unreadable"),
    ];
    for (path, bytes, ..) in texts {
        studio.upstream.give(path, Bytes::from_static(bytes));
    }
    studio.upstream.give("/broken.png", broken.into());
    studio
        .upstream
        .give("/wide.png", file(&drawing(504, 8), ImageFormat::Png));
    studio
        .upstream
        .give("/many.png", file(&drawing(304, 304), ImageFormat::Png));
    studio.upstream.put("/endless", There::Endless);
    studio.upstream.put("/long", There::Boasted(1 << 40));
    let others = [
        ("/broken.png", 422, "image_unreadable"),
        ("/wide.png", 422, "image_unreadable"),
        ("/many.png", 422, "image_unreadable"),
        ("/endless", 413, "image_too_large"),
        ("/long", 413, "image_too_large"),
    ];
    let texts = texts.map(|(path, _, status, code)| (path, status, code));
    for (path, status, code) in texts.into_iter().chain(others) {
        let answer = studio.ask(path).await;
        is(&answer, status, code);
        // Nobody would have closed the connection for it.
        assert_eq!(answer.header("connection"), None, "{path}");
        // And it is known from then on.
        is(&studio.ask(path).await, status, code);
        assert_eq!(studio.upstream.asked(path).len(), 1, "{path}");
    }
    assert_eq!(studio.blobs.puts(), 0);
    studio.world.stop().await;
}

#[tokio::test]
async fn servers_that_do_not_do_well_are_named() {
    let own = json!({"image_fetch_timeout": "300ms", "image_failed_for": "0s"});
    let studio = Studio::open(own).await;
    let begin = file(&photo(64, 64), ImageFormat::Png).slice(..100);
    studio.upstream.put("/fails", There::Status(500));
    studio.upstream.put("/again", There::Status(304));
    studio
        .upstream
        .put("/short", There::Promised(50_000, begin.clone()));
    studio.upstream.put("/silent", There::Silent);
    studio.upstream.put("/stalled", There::Stalled(begin));
    for (path, status, code) in [
        ("/missing?key=s3cret", 502, "upstream_failed"),
        ("/fails", 502, "upstream_failed"),
        ("/again", 502, "upstream_failed"),
        ("/short", 502, "upstream_failed"),
        ("/silent", 504, "upstream_timeout"),
        ("/stalled", 504, "upstream_timeout"),
    ] {
        let answer = studio.ask(path).await;
        is(&answer, status, code);
        let text = answer.json().to_string();
        assert!(
            text.contains("127.0.0.1") && !text.contains("s3cret"),
            "{text}"
        );
    }
    // Well again, asked again.
    studio
        .upstream
        .give("/fails", file(&photo(256, 192), ImageFormat::Png));
    assert_eq!(studio.ask("/fails").await.status, 200);
    studio.world.stop().await;
}

#[tokio::test]
async fn a_server_that_is_away_is_not_asked_by_everybody() {
    let studio = Studio::open(json!({})).await;
    studio.upstream.put("/fails", There::Status(500));
    for _ in 0..3 {
        is(&studio.ask("/fails").await, 502, "upstream_failed");
    }
    assert_eq!(studio.upstream.asked("/fails").len(), 1);
    studio.world.stop().await;
}
