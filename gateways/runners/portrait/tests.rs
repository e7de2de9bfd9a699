//! What is an answer for good, what is tried again, and what is left out.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream;
use identity::hash::hash_v1;
use model::Json;
use model::events::portrait::{Drawn, Render};
use runtime::effects::Outcome;
use runtime::embedded::FolderBlobs;
use runtime::ports::{Blobs, Clock, PortError};
use runtime::settings::Size;
use serde_json::{Value, json};

use super::entities::{Found, Wearables};
use super::{Portraits, ProfileImages, picture};
use crate::catalyst::ContentFetch;

const SHAPE: &str = "urn:body";
const NOW: i64 = 1_767_225_600_000;

struct Still;

#[async_trait]
impl Clock for Still {
    fn now_ms(&self) -> i64 {
        NOW
    }

    fn observe_tick(&self, _: i64) {}

    async fn sleep_until(&self, _: i64) {}
}

/// Entities, and why not all may be known.
#[derive(Default)]
struct Shelf {
    entities: BTreeMap<String, Vec<u8>>,
    trouble: Mutex<Option<String>>,
    asked: Mutex<usize>,
}

#[async_trait]
impl Wearables for Shelf {
    async fn of(&self, urns: &[String], _: &[String]) -> Result<Found, PortError> {
        *self.asked.lock().expect("as it should") += 1;
        let known = urns.iter().filter_map(|urn| {
            let entity = self.entities.get(urn)?;
            Some((urn.clone(), entity.clone()))
        });
        Ok(Found {
            entities: known.collect(),
            trouble: self.trouble.lock().expect("as it should").clone(),
        })
    }
}

/// Files are in the blobs or nowhere.
struct Nobody;

#[async_trait]
impl ContentFetch for Nobody {
    async fn fetch(&self, hash: &str, _: &[String]) -> Result<bool, PortError> {
        assert!(!hash.is_empty());
        Ok(false)
    }
}

struct Place {
    _folder: tempfile::TempDir,
    blobs: Arc<FolderBlobs>,
    shelf: Shelf,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("as it should");
        Self {
            blobs: Arc::new(FolderBlobs::open(folder.path()).expect("as it should")),
            _folder: folder,
            shelf: Shelf::default(),
        }
    }

    /// A wearable with a file, which is there or not.
    async fn wearable(&mut self, urn: &str, category: &str, file: &[u8], is_there: bool) {
        let hash = hash_v1(file);
        if is_there {
            let piece = stream::iter([Ok(Bytes::copy_from_slice(file))]);
            self.blobs
                .put(&hash, Box::pin(piece))
                .await
                .expect("as it should");
        }
        let entity = json!({
            "id": "QmE", "pointers": [urn], "content": [{"file": "a.glb", "hash": hash}],
            "metadata": {"data": {"category": category, "representations": [
                {"bodyShapes": [SHAPE], "mainFile": "a.glb", "contents": ["a.glb"]}]}},
        });
        self.shelf
            .entities
            .insert(urn.to_owned(), entity.to_string().into_bytes());
    }

    fn portraits(
        self,
        settings: &ProfileImages,
    ) -> (Portraits, Arc<Shelf>, Arc<FolderBlobs>, tempfile::TempDir) {
        let shelf = Arc::new(self.shelf);
        let blobs = Arc::clone(&self.blobs) as Arc<dyn Blobs>;
        let wearables = Arc::clone(&shelf) as Arc<dyn Wearables>;
        let made = Portraits::with(
            blobs,
            Arc::new(Still),
            Arc::new(Nobody),
            wearables,
            (Vec::new(), settings),
        );
        (
            made.expect("no pose to read"),
            shelf,
            self.blobs,
            self._folder,
        )
    }
}

fn avatar(wearables: &[&str]) -> Value {
    json!({"bodyShape": SHAPE, "wearables": wearables})
}

async fn perform(portraits: &Portraits, avatar: &Value, due: i64) -> Outcome {
    let render = Render {
        avatar_hash: "ab".into(),
        avatar: Json::from(avatar.clone()),
        due,
        ..Render::default()
    };
    let lanes = portraits.handlers();
    assert_eq!(lanes[0].kind(), "render");
    lanes[0].perform("ab~1", &model::encode(&render)).await
}

fn drawn(outcome: Outcome) -> Drawn {
    match outcome {
        Outcome::Done(Some(json)) => serde_json::from_slice(&json).expect("what was drawn"),
        other => panic!("{other:?}"),
    }
}

fn retried(outcome: Outcome) -> (String, Option<Duration>) {
    match outcome {
        Outcome::Retry { reason, after } => (reason, after),
        other => panic!("{other:?}"),
    }
}

/// A body of one triangle.
fn body() -> Vec<u8> {
    let corners: [f32; 9] = [-0.3, 0.2, 0.0, 0.3, 0.2, 0.0, 0.0, 1.9, 0.0];
    let binary: Vec<u8> = corners.iter().flat_map(|at| at.to_le_bytes()).collect();
    let mut text = json!({
        "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0, "name": "b"}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3",
            "min": [-0.3, 0.2, 0.0], "max": [0.3, 1.9, 0.0]}],
        "bufferViews": [{"buffer": 0, "byteLength": binary.len()}], "buffers": [{"byteLength": binary.len()}],
    })
    .to_string()
    .into_bytes();
    text.resize(text.len().next_multiple_of(4), b' ');
    let word = |value: usize| u32::try_from(value).expect("small").to_le_bytes();
    let mut out = b"glTF".to_vec();
    out.extend(word(2));
    out.extend(word(28 + text.len() + binary.len()));
    for (kind, part) in [(b"JSON", &text), (b"BIN\0", &binary)] {
        out.extend(word(part.len()));
        out.extend(kind);
        out.extend(part);
    }
    out
}

/// Without the eyes, brows and mouth that every avatar has, and that nobody has here.
fn own(urns: &[String]) -> Vec<&str> {
    let own = urns.iter().filter(|urn| !urn.contains(":base-avatars:"));
    own.map(String::as_str).collect()
}

#[tokio::test]
async fn an_avatar_is_drawn_and_both_pictures_lie_under_their_hashes() {
    let mut place = Place::new();
    place.wearable(SHAPE, "body_shape", &body(), true).await;
    place.wearable("urn:hat", "hat", b"noise", true).await;
    place.wearable("urn:gone", "mask", b"gone", false).await;
    let (portraits, shelf, blobs, _folder) = place.portraits(&ProfileImages::default());
    let worn = avatar(&["urn:hat", "urn:gone", "urn:nobody"]);
    let first = drawn(perform(&portraits, &worn, 0).await);
    assert_eq!(first.refused, None);
    assert_eq!(own(&first.missing), ["urn:gone", "urn:nobody"]);
    let left: Vec<String> = first.left_out.iter().map(|left| left.urn.clone()).collect();
    assert_eq!(own(&left), ["urn:hat", "urn:gone", "urn:nobody"]);
    for hash in [&first.body, &first.face] {
        let size = blobs.head(&picture(hash)).await.expect("as it should");
        assert!(size.is_some_and(|size| size > 100), "{size:?}");
    }
    assert_ne!(first.body, first.face);
    // The same again, and what was found is not asked for again.
    let second = drawn(perform(&portraits, &worn, 0).await);
    assert_eq!(second, first);
    assert_eq!(*shelf.asked.lock().expect("as it should"), 2);
    let bare = drawn(perform(&portraits, &avatar(&["urn:hat"]), 0).await);
    assert_eq!(bare.body, first.body);
    assert!(own(&bare.missing).is_empty(), "{:?}", bare.missing);
}

#[tokio::test]
async fn what_could_not_be_asked_for_is_waited_for_a_few_times() {
    let mut place = Place::new();
    place.wearable(SHAPE, "body_shape", &body(), true).await;
    let (portraits, shelf, _, _folder) = place.portraits(&ProfileImages::default());
    *shelf.trouble.lock().expect("as it should") = Some("peer 503".into());
    let worn = avatar(&["urn:hat"]);
    for _ in 0..2 {
        let (reason, _) = retried(perform(&portraits, &worn, 0).await);
        assert_eq!(reason, "peer 503");
    }
    let third = drawn(perform(&portraits, &worn, 0).await);
    assert_eq!(own(&third.missing), ["urn:hat"]);
}

#[tokio::test]
async fn without_a_body_nothing_is_drawn_now_or_ever() {
    let (portraits, shelf, _, _folder) = Place::new().portraits(&ProfileImages::default());
    let unknown = drawn(perform(&portraits, &avatar(&[]), 0).await);
    let reason = unknown.refused.expect("it is refused");
    assert!(reason.contains(SHAPE), "{reason}");
    *shelf.trouble.lock().expect("as it should") = Some("peer 503".into());
    for _ in 0..5 {
        let (reason, _) = retried(perform(&portraits, &avatar(&[]), 0).await);
        assert_eq!(reason, "peer 503");
    }
    let mut place = Place::new();
    place.wearable(SHAPE, "body_shape", b"gone", false).await;
    let (portraits, _, _, _folder) = place.portraits(&ProfileImages::default());
    retried(perform(&portraits, &avatar(&[]), 0).await);
}

#[tokio::test]
async fn who_wears_too_much_is_refused_and_who_comes_early_waits() {
    let mut place = Place::new();
    place.wearable(SHAPE, "body_shape", &body(), true).await;
    let little = ProfileImages {
        avatar_bytes_max: Size(100),
        ..ProfileImages::default()
    };
    let (portraits, _, _, _folder) = place.portraits(&little);
    let refused = drawn(perform(&portraits, &avatar(&[]), 0).await).refused;
    assert!(refused.is_some_and(|reason| reason.contains("100 bytes")));
    let (_, after) = retried(perform(&portraits, &avatar(&[]), NOW + 5000).await);
    assert_eq!(after, Some(Duration::from_secs(5)));
    let odd = drawn(perform(&portraits, &json!({"bodyShape": 7}), 0).await);
    assert!(odd.refused.is_some());
}

#[test]
fn where_nothing_shall_be_drawn_there_is_no_runner() {
    let off = ProfileImages {
        enabled: false,
        ..ProfileImages::default()
    };
    let (portraits, ..) = Place::new().portraits(&off);
    assert!(portraits.handlers().is_empty());
}
