//! The camera reel from outside: photos come, are found by whom they may be, and go.

mod limits;
mod lists;
mod photos;

use std::io::Cursor;
use std::sync::Arc;

use axum::body::Body;
use http::{Method, Request};
use identity::sign::{LOGIN_TITLE, Wallet, create_ephemeral_chain};
use identity::signed_fetch::{PayloadFormat, RequestToSign, headers_for};
use image::{ImageFormat, Rgb, RgbImage};
use runtime::ports::SystemClock;
use serde_json::{Value, json};

use crate::support::{Answer, get_with, send};
use crate::world::{BEARER, World, settings};

pub(super) const PLACE: &str = "2f1f0d2c-8a05-4a3f-8ad5-0c1c8b4c8e11";
pub(super) const ELSEWHERE: &str = "9b0e7e64-90aa-4c7c-9d9c-5b8f3e2a4d10";
const BOUNDARY: &str = "----worldlog";

/// Somebody with a wallet.
pub(super) struct Person(pub(super) u8);

pub(super) const ANN: Person = Person(2);
pub(super) const BOB: Person = Person(3);

/// A photo to be sent.
pub(super) struct Shot {
    pub(super) bytes: Vec<u8>,
    pub(super) name: &'static str,
    pub(super) content_type: &'static str,
    pub(super) place: &'static str,
    pub(super) public: Option<bool>,
}

impl Shot {
    /// A small JPEG like no other of another number.
    pub(super) fn new(number: u8) -> Self {
        Self {
            bytes: picture(number, 32, 18, ImageFormat::Jpeg),
            name: "1767225600.jpg",
            content_type: "image/jpeg",
            place: PLACE,
            public: Some(true),
        }
    }

    pub(super) fn private(number: u8) -> Self {
        Self {
            public: None,
            ..Self::new(number)
        }
    }

    pub(super) fn at(number: u8, place: &'static str) -> Self {
        Self {
            place,
            ..Self::new(number)
        }
    }

    /// The form that an explorer sends.
    fn form(&self, address: &str) -> Vec<u8> {
        let Self {
            bytes,
            name,
            content_type,
            place,
            public,
        } = self;
        let metadata = metadata(address, place);
        let mut form = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"image\"; filename=\"{name}\"\r\n\
             content-type: {content_type}\r\n\r\n"
        )
        .into_bytes();
        form.extend(bytes);
        form.extend(
            format!(
                "\r\n--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"metadata\"\r\n\r\n{metadata}\r\n"
            )
            .bytes(),
        );
        if let Some(public) = public {
            form.extend(
                format!(
                    "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"is_public\"\r\n\r\n{public}\r\n"
                )
                .bytes(),
            );
        }
        form.extend(format!("--{BOUNDARY}--\r\n").bytes());
        form
    }
}

pub(super) fn picture(number: u8, width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| Rgb([number, x as u8, y as u8]));
    let mut bytes = Vec::new();
    let written = picture.write_to(&mut Cursor::new(&mut bytes), format);
    written.expect("a picture");
    bytes
}

pub(super) fn metadata(address: &str, place: &str) -> Value {
    json!({"userName": "Ann", "userAddress": address, "dateTime": "1767225600", "realm": "main",
        "scene": {"name": "Plaza", "location": {"x": "10", "y": "-4"}}, "placeId": place,
        "visiblePeople": [{"userName": "Bob", "userAddress": "0xB0b", "wearables": ["urn:w"], "isGuest": false,
            "isEmoting": true}]})
}

impl Person {
    fn wallet(&self) -> Wallet {
        Wallet::from_private_key([self.0; 32]).expect("a key")
    }

    pub(super) fn address(&self) -> String {
        self.wallet().address().to_owned()
    }

    pub(super) fn checksum(&self) -> String {
        self.wallet().checksum_address()
    }

    /// The headers of a request.
    pub(super) fn headers(
        &self,
        world: &World,
        method: &str,
        path: &str,
        metadata: &str,
    ) -> Vec<(String, String)> {
        let session = Wallet::from_private_key([9; 32]).expect("a key");
        let login = create_ephemeral_chain(&self.wallet(), &session, LOGIN_TITLE, "2999-01-01");
        let signed = RequestToSign {
            method,
            path: path.split('?').next().unwrap_or_default(),
            timestamp_ms: world.context.platform.clock.now_ms(),
            metadata: Some(metadata),
            format: PayloadFormat::Folded,
        };
        headers_for(&login.expect("short"), &session, &signed).expect("short")
    }

    pub(super) async fn ask(
        &self,
        world: &World,
        method: Method,
        path: &str,
        body: impl Into<Body>,
    ) -> Answer {
        let headers = self.headers(world, method.as_str(), path, "{}");
        ask(world, method, path, &headers, body).await
    }

    pub(super) async fn send(&self, world: &World, shot: &Shot) -> Answer {
        let headers = self.headers(world, "post", "/api/images", "{}");
        upload(world, &headers, shot.form(&self.address())).await
    }

    /// Sends a photo that is taken in; gives its answer.
    pub(super) async fn take(&self, world: &World, shot: &Shot) -> Value {
        let answer = self.send(world, shot).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        assert!(answer.header("x-worldlog-position").is_some());
        answer.json()
    }

    pub(super) async fn get(&self, world: &World, path: &str) -> Value {
        let answer = self.ask(world, Method::GET, path, Body::empty()).await;
        assert_eq!(answer.status, 200, "{path}: {:?}", answer.body);
        answer.json()
    }
}

pub(super) async fn ask(
    world: &World,
    method: Method,
    path: &str,
    headers: &[(String, String)],
    body: impl Into<Body>,
) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("/camera-reel{path}"));
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let request = request.body(body.into()).expect("a request");
    send(&world.router, request).await
}

pub(super) async fn upload(world: &World, headers: &[(String, String)], form: Vec<u8>) -> Answer {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let kind = ("content-type".to_owned(), kind);
    let headers = [headers, &[kind]].concat();
    ask(world, Method::POST, "/api/images", &headers, form).await
}

/// What a stranger reads.
pub(super) async fn open(world: &World, path: &str) -> Value {
    let answer = world.get(&format!("/camera-reel{path}")).await;
    assert_eq!(answer.status, 200, "{path}: {:?}", answer.body);
    answer.json()
}

pub(super) fn id(answer: &Value) -> String {
    answer["image"]["id"].as_str().expect("an id").to_owned()
}

/// Ids of the photos of a list.
pub(super) fn ids(list: &Value) -> Vec<String> {
    let images = list["images"].as_array().expect("a list");
    let ids = images
        .iter()
        .map(|image| image["id"].as_str().expect("an id"));
    ids.map(str::to_owned).collect()
}

/// The path of a link.
pub(super) fn path(link: &Value) -> String {
    let link = link.as_str().expect("a link");
    let (_, path) = link
        .split_once("/camera-reel")
        .expect("it is below the mount");
    format!("/camera-reel{path}")
}

pub(super) async fn records(world: &World, topic: &str) -> Vec<Value> {
    let path = format!("/operator/topics/{topic}/records");
    let records = get_with(&world.router, &path, &[BEARER]).await;
    assert_eq!(records.status, 200, "{topic}: {:?}", records.body);
    let records = records.json().as_array().expect("a list").clone();
    records
        .into_iter()
        .map(|record| record["value"].clone())
        .collect()
}

pub(super) async fn world(over: Value) -> World {
    let over = json!({ "camera_reel": over });
    World::with(settings(over), Arc::new(SystemClock)).await
}
