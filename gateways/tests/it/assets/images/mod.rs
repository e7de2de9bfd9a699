//! Pictures of the web as textures: from a server of the test's to what readers that are not ours make of the answer.

mod refused;
mod shared;
mod upstream;

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use basisu::{DecodeFlags, TargetFormat, Transcoder};
use bytes::Bytes;
use futures::stream::BoxStream;
use http::Method;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder, ImageFormat, RgbaImage};
use runtime::ports::{BlobReader, Blobs, PortError, SystemClock};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::{Answer, get_with, send};
use crate::world::{World, settings};
use upstream::Upstream;

/// Blobs that count what is put, which is once for each image that is encoded, and hold it back while they are closed.
struct Counting {
    inner: Arc<dyn Blobs>,
    puts: AtomicUsize,
    door: Semaphore,
    /// One permit more for each put that has come to the door.
    arrived: Semaphore,
}

impl Counting {
    fn puts(&self) -> usize {
        self.puts.load(Ordering::SeqCst)
    }

    /// Waits until another image is encoded and stands at the door.
    async fn arrival(&self) {
        let permit = self.arrived.acquire().await.expect("never closed");
        permit.forget();
    }
}

#[async_trait]
impl Blobs for Counting {
    async fn head(&self, key: &str) -> Result<Option<u64>, PortError> {
        self.inner.head(key).await
    }

    async fn get(
        &self,
        key: &str,
        range: Option<Range<u64>>,
    ) -> Result<Option<BlobReader>, PortError> {
        self.inner.get(key, range).await
    }

    async fn put(
        &self,
        key: &str,
        stream: BoxStream<'static, Result<Bytes, std::io::Error>>,
    ) -> Result<bool, PortError> {
        self.puts.fetch_add(1, Ordering::SeqCst);
        self.arrived.add_permits(1);
        let _open = self.door.acquire().await.expect("never closed");
        self.inner.put(key, stream).await
    }

    async fn replace(
        &self,
        key: &str,
        stream: BoxStream<'static, Result<Bytes, std::io::Error>>,
    ) -> Result<(), PortError> {
        self.inner.replace(key, stream).await
    }

    async fn remove(&self, key: &str) -> Result<bool, PortError> {
        self.inner.remove(key).await
    }
}

/// A platform that fetches images from one server of this machine, and from all of the internet.
struct Studio {
    world: World,
    upstream: Upstream,
    blobs: Arc<Counting>,
}

impl Studio {
    async fn open(own: Value) -> Self {
        let studio = Self::closed(own).await;
        studio.blobs.door.add_permits(1000);
        studio
    }

    /// The same, with blobs that take nothing yet.
    async fn closed(own: Value) -> Self {
        let upstream = Upstream::start().await;
        let mut assets = json!({"image_hosts": [upstream.host(), "*"]});
        let more = own.as_object().expect("settings").clone();
        assets.as_object_mut().expect("an object").extend(more);
        let settings = settings(json!({"assets": assets}));
        let mut world = World::with(settings, Arc::new(SystemClock)).await;
        let blobs = Arc::new(Counting {
            inner: Arc::clone(&world.context.platform.blobs),
            puts: AtomicUsize::new(0),
            door: Semaphore::new(0),
            arrived: Semaphore::new(0),
        });
        let counting = blobs.clone();
        world.mount(|surroundings| surroundings.platform.blobs = counting);
        Self {
            world,
            upstream,
            blobs,
        }
    }

    fn path(&self, path: &str, more: &str) -> String {
        let url = format!("http://{}{path}", self.upstream.host());
        format!("/assets/convert?url={}{more}", encoded(&url))
    }

    async fn ask(&self, path: &str) -> Answer {
        self.world.get(&self.path(path, "")).await
    }

    async fn ask_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        get_with(&self.world.router, &self.path(path, ""), headers).await
    }
}

/// Percent-encoded, as clients write it.
fn encoded(url: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let one = |byte: u8| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    url.bytes().map(one).collect()
}

/// A picture with as many colours as a photograph has.
fn photo(width: u32, height: u32) -> RgbaImage {
    let mut seed = 7_u32;
    RgbaImage::from_fn(width, height, |x, y| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (seed >> 24) as u8 / 32;
        let across = (x * 200 / width) as u8;
        let down = (y * 180 / height) as u8;
        image::Rgba([
            across + noise,
            down + noise,
            255 - across / 2 - down / 2,
            255,
        ])
    })
}

/// A drawing of two colours with hard edges.
fn drawing(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, y| match (x / 9 + y / 13) % 2 {
        0 => image::Rgba([250, 240, 20, 255]),
        _ => image::Rgba([10, 20, 60, 255]),
    })
}

fn file(picture: &RgbaImage, format: ImageFormat) -> Bytes {
    let picture = DynamicImage::ImageRgba8(picture.clone());
    let picture = match format {
        ImageFormat::Jpeg => DynamicImage::ImageRgb8(picture.into_rgb8()),
        _ => picture,
    };
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("an encoder");
    bytes.into_inner().into()
}

/// Size, transfer function, compression and levels, as another program reads them.
fn header(texture: &[u8]) -> (u32, u32, String, String, u32) {
    let reader = ktx2::Reader::new(texture).expect("a KTX2 file");
    let header = reader.header();
    let transfer = format!("{:?}", reader.transfer_function().expect("one is named"));
    let model = format!("{:?}", reader.color_model().expect("one is named"));
    let (width, height) = (header.pixel_width, header.pixel_height);
    (width, height, transfer, model, header.level_count)
}

/// How far the texture's first level is from the picture on average, a channel.
fn distance(texture: &[u8], picture: &RgbaImage) -> f64 {
    let transcoder = Transcoder::new(texture).expect("a basis texture");
    let rgba = transcoder.transcode(0, TargetFormat::Rgba32, DecodeFlags::NONE);
    let rgba = rgba.expect("a level that decodes");
    assert_eq!(rgba.len(), picture.as_raw().len());
    let pairs = rgba.iter().zip(picture.as_raw());
    let sum: u64 = pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / rgba.len() as f64
}

#[tokio::test]
async fn pictures_of_every_format_come_back_as_textures_that_look_like_them() {
    let studio = Studio::open(json!({})).await;
    let (photo, drawing) = (photo(512, 320), drawing(600, 600));
    for (name, picture, format, model, most) in [
        ("photo.png", &photo, ImageFormat::Png, "ETC1S", 4.0),
        ("photo.jpg", &photo, ImageFormat::Jpeg, "ETC1S", 5.0),
        ("photo.webp", &photo, ImageFormat::WebP, "ETC1S", 4.0),
        ("drawing.gif", &drawing, ImageFormat::Gif, "UASTC", 1.5),
        ("drawing.bmp", &drawing, ImageFormat::Bmp, "UASTC", 1.5),
    ] {
        let path = format!("/{name}");
        studio.upstream.give(&path, file(picture, format));
        let answer = studio.ask(&path).await;
        assert_eq!(answer.status, 200, "{name}: {:?}", answer.body);
        assert_eq!(answer.header("content-type"), Some("image/ktx2"), "{name}");
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        let (width, height, transfer, read, levels) = header(&answer.body);
        assert_eq!((width, height), picture.dimensions(), "{name}");
        assert_eq!(levels, width.ilog2() + 1, "{name}");
        assert_eq!(transfer, "SRGB", "{name}");
        assert_eq!(read, model, "{name}");
        let away = distance(&answer.body, picture);
        assert!(away < most, "{name}: {away}");
    }
    assert_eq!(studio.blobs.puts(), 5);
    studio.world.stop().await;
}

/// A file that says how the camera was held (EXIF, tag 0x0112).
fn held(picture: &RgbaImage, format: ImageFormat, orientation: u8) -> Bytes {
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    let (width, height) = picture.dimensions();
    let mut bytes = Vec::new();
    let written = match format {
        ImageFormat::Jpeg => {
            let mut encoder = JpegEncoder::new(&mut bytes);
            encoder.set_exif_metadata(exif).expect("there is room");
            let picture = DynamicImage::ImageRgba8(picture.clone()).into_rgb8();
            encoder.write_image(&picture, width, height, ExtendedColorType::Rgb8)
        }
        _ => {
            let mut encoder = PngEncoder::new(&mut bytes);
            encoder.set_exif_metadata(exif).expect("there is room");
            encoder.write_image(picture, width, height, ExtendedColorType::Rgba8)
        }
    };
    written.expect("an encoder");
    bytes.into()
}

#[tokio::test]
async fn photographs_stand_upright() {
    let studio = Studio::open(json!({})).await;
    let upright = photo(320, 512);
    // As the camera has it whose top is at the left.
    let lying = image::imageops::rotate270(&upright);
    let jpeg = |orientation| held(&lying, ImageFormat::Jpeg, orientation);
    studio.upstream.give("/x", jpeg(6));
    studio.upstream.give("/lying", jpeg(1));
    for (path, picture) in [("/x", &upright), ("/lying", &lying)] {
        let answer = studio.ask(path).await;
        let (width, height, ..) = header(&answer.body);
        assert_eq!((width, height), picture.dimensions(), "{path}");
        let away = distance(&answer.body, picture);
        assert!(away < 5.0, "{path}: {away}");
    }
    // Nobody else turns it: so even a small one does not stay what it is.
    for (orientation, kind) in [(1, "image/png"), (8, "image/ktx2")] {
        let path = format!("/icon{orientation}");
        let icon = held(&drawing(32, 32), ImageFormat::Png, orientation);
        studio.upstream.give(&path, icon);
        let answer = studio.ask(&path).await;
        assert_eq!(answer.header("content-type"), Some(kind), "{orientation}");
    }
    studio.world.stop().await;
}

#[tokio::test]
async fn large_pictures_shrink_and_small_files_stay() {
    let studio = Studio::open(json!({"image_texture_side": 128})).await;
    let large = photo(512, 256);
    studio
        .upstream
        .give("/large", file(&large, ImageFormat::Png));
    let answer = studio.ask("/large").await;
    let (width, height, ..) = header(&answer.body);
    assert_eq!((width, height), (128, 64));
    let small = image::imageops::resize(&large, 128, 64, image::imageops::FilterType::Triangle);
    let away = distance(&answer.body, &small);
    assert!(away < 6.0, "{away}");

    let icon = file(&drawing(32, 32), ImageFormat::Png);
    studio.upstream.give("/icon", icon.clone());
    // Its server says something else.
    let answer = studio.ask("/icon").await;
    assert_eq!(answer.header("content-type"), Some("image/png"));
    assert_eq!(answer.body, icon);
    // No client reads this one as it is.
    studio
        .upstream
        .give("/icon.gif", file(&drawing(32, 32), ImageFormat::Gif));
    let answer = studio.ask("/icon.gif").await;
    assert_eq!(answer.header("content-type"), Some("image/ktx2"));
    studio.world.stop().await;
}

#[tokio::test]
async fn what_an_image_is_for_decides_how_it_is_encoded() {
    let studio = Studio::open(json!({})).await;
    studio
        .upstream
        .give("/x", file(&photo(256, 192), ImageFormat::Png));
    for (usage, transfer, model) in [
        ("colour", "SRGB", "ETC1S"),
        ("data", "Linear", "ETC1S"),
        ("normal", "Linear", "UASTC"),
    ] {
        let path = studio.path("/x", &format!("&usage={usage}"));
        let answer = studio.world.get(&path).await;
        let (_, _, transfer_read, model_read, _) = header(&answer.body);
        assert_eq!(
            (&*transfer_read, &*model_read),
            (transfer, model),
            "{usage}"
        );
    }
    // Without a word it is the first of them.
    studio.ask("/x").await;
    assert_eq!(studio.blobs.puts(), 3);
    studio.world.stop().await;
}

#[tokio::test]
async fn answers_are_kept_asked_about_and_read_in_part() {
    let studio = Studio::open(json!({})).await;
    studio
        .upstream
        .give("/x", file(&photo(256, 192), ImageFormat::Png));
    let whole = studio.ask("/x").await;
    assert_eq!(whole.header("cache-control"), Some("public,max-age=600"));
    let tag = whole.header("etag").expect("a tag").to_owned();
    let known = studio.ask_with("/x", &[("if-none-match", &tag)]).await;
    assert_eq!((known.status.as_u16(), known.body.len()), (304, 0));
    let part = studio.ask_with("/x", &[("range", "bytes=0-11")]).await;
    assert_eq!(part.status, 206);
    assert_eq!(&part.body[..], b"\xabKTX 20\xbb\r\n\x1a\n");
    let nowhere = studio.ask_with("/x", &[("range", "bytes=99999999-")]).await;
    assert_eq!(nowhere.status, 416);
    let head = http::Request::builder()
        .method(Method::HEAD)
        .uri(studio.path("/x", ""))
        .body(axum::body::Body::empty())
        .expect("a request");
    let head = send(&studio.world.router, head).await;
    let length = whole.body.len().to_string();
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), Some(&*length));

    let place = whole.header("content-location").expect("a place");
    let by_content = studio.world.get(&format!("/assets/{place}")).await;
    assert_eq!(by_content.body, whole.body);
    assert_eq!(by_content.header("content-type"), Some("image/ktx2"));
    let kept = by_content.header("cache-control").unwrap_or_default();
    assert!(kept.ends_with("immutable"), "{kept}");
    for missing in [
        "x.ktx2",
        "..%2F..%2Flog.db",
        &place.replace(".ktx2", ".png"),
    ] {
        let missing = missing.trim_start_matches("convert/");
        let answer = studio
            .world
            .get(&format!("/assets/convert/{missing}"))
            .await;
        assert_eq!(answer.status, 404, "{missing}");
    }
    studio.world.stop().await;
}
