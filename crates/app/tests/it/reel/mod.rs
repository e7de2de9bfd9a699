//! The camera reel on the real binary: photos are uploaded as an explorer does, found by whom they may be, deleted, and the
//! platform is killed in the middle of it.

mod kills;

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use identity::sign::{LOGIN_TITLE, Wallet, create_ephemeral_chain};
use identity::signed_fetch::{PayloadFormat, RequestToSign, headers_for};
use image::{ImageFormat, Rgb, RgbImage};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::http::{Answer, distinct, get, request, send, settle};
use crate::process::{Launch, Program, Scratch};
use crate::replay::every_read_model_is_right;

const PLACE: &str = "2f1f0d2c-8a05-4a3f-8ad5-0c1c8b4c8e11";
const BOUNDARY: &str = "----worldlog";
/// What stands in the metadata of each photo that is sent.
const SECRET: &[u8] = b"GPS52.5N13.4E";

/// Somebody with a wallet, logged in.
struct Person {
    wallet: Wallet,
    session: Wallet,
}

/// A request as it is signed: it can be sent again.
struct Upload {
    headers: Vec<(String, String)>,
    form: Vec<u8>,
}

impl Person {
    fn new(seed: u8) -> Self {
        let wallet = |key| Wallet::from_private_key([key; 32]).expect("a valid key");
        Self {
            wallet: wallet(seed),
            session: wallet(seed + 100),
        }
    }

    fn address(&self) -> &str {
        self.wallet.address()
    }

    fn signed(&self, method: &str, path: &str) -> Vec<(String, String)> {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("after 1970");
        let login = create_ephemeral_chain(&self.wallet, &self.session, LOGIN_TITLE, "2100-01-01");
        let request = RequestToSign {
            method,
            path,
            timestamp_ms: i64::try_from(now.as_millis()).expect("a time"),
            metadata: Some("{}"),
            format: PayloadFormat::Folded,
        };
        let headers = headers_for(&login.expect("short texts"), &self.session, &request);
        headers.expect("a short path")
    }

    async fn ask(&self, program: &Program, (method, path): (&str, &str), body: &str) -> Answer {
        let url = program.at(&format!("/camera-reel{path}"));
        let of = request(method.parse().expect("a method"), &url);
        let signed = self.signed(method, path.split('?').next().expect("a path"));
        let signed = signed.into_iter();
        let of = signed.fold(of, |of, (name, value)| of.header(name, value));
        send(of.body(body.to_owned())).await
    }

    /// An upload of a photo like no other of another number.
    fn upload(&self, number: u32, public: bool) -> Upload {
        Upload {
            headers: self.signed("POST", "/api/images"),
            form: form(self.address(), &photo(number), public),
        }
    }

    async fn take(&self, program: &Program, number: u32, public: bool) -> Value {
        let sent = send(self.upload(number, public).request(&program.url)).await;
        sent.expect(200).json()
    }

    /// Their photos as they see them, page by page.
    async fn images(&self, program: &Program) -> Vec<Value> {
        let mut images = Vec::new();
        loop {
            let (address, offset) = (self.address(), images.len());
            let path = format!("/api/users/{address}/images?limit=100&offset={offset}");
            let page = self
                .ask(program, ("GET", &path), "")
                .await
                .expect(200)
                .json();
            let page = page["images"].as_array().expect("a list").clone();
            if page.is_empty() {
                return images;
            }
            images.extend(page);
        }
    }

    /// Their ids.
    async fn own(&self, program: &Program) -> Vec<String> {
        ids(&json!({ "images": self.images(program).await }))
    }
}

impl Upload {
    fn request(&self, url: &str) -> RequestBuilder {
        let url = format!("{url}/camera-reel/api/images");
        let of = request(reqwest::Method::POST, &url);
        let headers = self.headers.iter();
        let of = headers.fold(of, |of, (name, value)| of.header(name, value));
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        of.header("content-type", kind).body(self.form.clone())
    }
}

/// A JPEG with a place in its metadata, and its pixels without.
fn photo(number: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(96, 54, |x, y| {
        Rgb([
            (number * 5) as u8,
            (x * 2) as u8,
            (y * 4 + number / 50) as u8,
        ])
    });
    let mut plain = Vec::new();
    let written = picture.write_to(&mut Cursor::new(&mut plain), ImageFormat::Jpeg);
    written.expect("a picture");
    let exif = [&b"Exif\0\0"[..], SECRET].concat();
    let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
    [
        &plain[..2],
        &[0xff, 0xe1][..],
        &length[..],
        &exif,
        &plain[2..],
    ]
    .concat()
}

/// The form that an explorer sends.
fn form(address: &str, photo: &[u8], public: bool) -> Vec<u8> {
    let metadata = json!({"userName": "Ann", "userAddress": address, "dateTime": "1767225600", "realm": "main",
        "scene": {"name": "Plaza", "location": {"x": "10", "y": "-4"}}, "placeId": PLACE, "visiblePeople": []});
    let head = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"image\"; filename=\"1767225600.jpg\"\r\n\
         content-type: image/jpeg\r\n\r\n"
    );
    let rest = format!(
        "\r\n--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"metadata\"\r\n\r\n{metadata}\r\n\
         --{BOUNDARY}\r\ncontent-disposition: form-data; name=\"is_public\"\r\n\r\n{public}\r\n--{BOUNDARY}--\r\n"
    );
    [head.as_bytes(), photo, rest.as_bytes()].concat()
}

fn id(uploaded: &Value) -> String {
    uploaded["image"]["id"].as_str().expect("an id").to_owned()
}

/// Ids of the photos of a list.
fn ids(list: &Value) -> Vec<String> {
    let images = list["images"].as_array().expect("a list").iter();
    let ids = images.map(|image| image["id"].as_str().expect("an id"));
    ids.map(str::to_owned).collect()
}

/// What a stranger reads.
async fn open(program: &Program, path: &str) -> Answer {
    send(get(&program.at(&format!("/camera-reel{path}")))).await
}

/// Files of photos among the blobs of a data folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder of blobs") {
        let path = entry.expect("an entry").path();
        if path.ends_with("tmp") {
            // What a killed process was writing.
        } else if path.is_dir() {
            found.extend(files(&path));
        } else if path.to_string_lossy().contains("camera-reel%") {
            found.push(path);
        }
    }
    found
}

#[tokio::test]
async fn a_photo_from_its_upload_to_its_end() {
    let scratch = Scratch::new();
    let up = Launch::up(&scratch, "up");
    let program = up.start().await;
    let (ann, bob) = (Person::new(1), Person::new(2));
    let taken = ann.take(&program, 1, true).await;
    let private = id(&ann.take(&program, 2, false).await);
    let public = id(&taken);
    assert_eq!(
        (&taken["currentImages"], &taken["maxImages"]),
        (&json!(1), &json!(500))
    );
    for (link, sides) in [("url", (96, 54)), ("thumbnailUrl", (640, 360))] {
        let link = taken["image"][link].as_str().expect("a link");
        let file = send(get(link)).await.expect(200);
        assert_eq!(file.header("content-type"), Some("image/jpeg"));
        assert_eq!(
            file.header("cache-control"),
            Some("public, max-age=31536000, immutable")
        );
        let read = image::load_from_memory(&file.body).expect("a picture");
        assert_eq!((read.width(), read.height()), sides);
        let has_place = file.body.windows(SECRET.len()).any(|bytes| bytes == SECRET);
        assert!(!has_place, "{link}");
    }
    assert_eq!(ann.own(&program).await, [private.clone(), public.clone()]);
    let gallery = format!("/api/users/{}/images", ann.address());
    let place = format!("/api/places/{PLACE}/images");
    let seen = bob.ask(&program, ("GET", &gallery), "").await.expect(200);
    for list in [
        seen.json(),
        open(&program, &gallery).await.expect(200).json(),
        open(&program, &place).await.expect(200).json(),
    ] {
        assert_eq!(ids(&list), std::slice::from_ref(&public));
    }
    let change = format!("/api/images/{private}/visibility");
    let shown = r#"{"is_public":true}"#;
    bob.ask(&program, ("PATCH", &change), shown)
        .await
        .expect(403);
    ann.ask(&program, ("PATCH", &change), shown)
        .await
        .expect(200);
    assert_eq!(
        ids(&open(&program, &place).await.json()),
        [private.clone(), public.clone()]
    );
    let ended = format!("/api/images/{public}");
    bob.ask(&program, ("DELETE", &ended), "").await.expect(403);
    let left = ann.ask(&program, ("DELETE", &ended), "").await.expect(200);
    assert_eq!(left.json(), json!({"currentImages": 1, "maxImages": 500}));
    let link = taken["image"]["url"].as_str().expect("a link");
    send(get(link)).await.expect(404);
    settle(&program).await;
    assert_eq!(
        files(&up.data().join("blobs")).len(),
        2,
        "those of the one that is left"
    );
    let mut actions = distinct(&program, "user.actions").await;
    actions.retain(|record| record["value"]["type"] == "camera");
    let told: Vec<_> = actions
        .iter()
        .map(|of| of["value"]["subType"].clone())
        .collect();
    assert_eq!(
        told,
        ["photo-taken", "photo-taken", "photo-privacy-changed"]
    );
    let deleted = distinct(&program, "reel.events").await;
    assert_eq!(
        (deleted.len(), &deleted[0]["value"]["key"]),
        (1, &json!(public))
    );
    every_read_model_is_right(&program).await;
    assert!(program.terminate().await.success());
    // The store is made again of the log: the same photos for the same people.
    up.lose_the_store();
    let program = up.start().await;
    settle(&program).await;
    assert_eq!(
        ids(&open(&program, &gallery).await.json()),
        std::slice::from_ref(&private)
    );
    assert_eq!(
        ids(&open(&program, &place).await.json()),
        std::slice::from_ref(&private)
    );
    assert_eq!(ann.own(&program).await, [private]);
    assert_eq!(files(&up.data().join("blobs")).len(), 2);
    assert!(program.terminate().await.success());
}

#[tokio::test]
async fn the_limit_holds_under_uploads_at_once() {
    let scratch = Scratch::new();
    let up =
        Launch::up(&scratch, "up").environment("WORLDLOG__CAMERA_REEL__MAX_IMAGES_PER_USER", "3");
    let program = up.start().await;
    let ann = Person::new(1);
    let uploads = (0..8).map(|number| send(ann.upload(number, true).request(&program.url)));
    let answers = futures::future::join_all(uploads).await;
    let taken = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(taken, 3);
    for refused in answers.into_iter().filter(|answer| answer.status != 200) {
        assert_eq!(refused.expect(403).json()["reason"], "maxLimitReached");
    }
    settle(&program).await;
    assert_eq!(ann.own(&program).await.len(), 3);
    assert_eq!(
        files(&up.data().join("blobs")).len(),
        6,
        "nothing is stored of what was refused"
    );
    assert!(program.terminate().await.success());
}
