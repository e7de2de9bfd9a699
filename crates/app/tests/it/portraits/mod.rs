//! Profiles of a followed catalyst become portraits at the CDN paths, each avatar once.

pub(crate) mod people;

use serde_json::{Value, json};

use self::people::{Town, avatar, forget_pictures, size};
use crate::http::{Answer, eventually, get, post, records, send, settle};
use crate::png;
use crate::process::{Launch, Program};

const SECRET: (&str, &str) = ("WORLDLOG__PROFILE_IMAGES__AUTH_SECRET", "a secret");
/// Whoever lies is not waited for.
const HURRIED: (&str, &str) = ("WORLDLOG__PROFILE_IMAGES__MAX_DLQ_RETRIES", "1");

async fn picture(program: &Program, id: &str, file: &str) -> Answer {
    let url = program.at(&format!("/profile-images/entities/{id}/{file}"));
    send(get(&url)).await
}

/// What became of a profile, once it is over.
async fn over(program: &Program, id: &str) -> Value {
    let url = program.at(&format!("/profile-images/entities/{id}"));
    let is_over = |answer: &Answer| {
        let known = answer.status == 200 && answer.json()["state"] != "waiting";
        known.then(|| answer.json())
    };
    eventually(|| get(&url), is_over).await
}

/// How often anything was drawn.
async fn drawn(program: &Program) -> usize {
    let outcomes = records(program, "effects.outcomes").await;
    let kind = |record: &&Value| {
        let kind = record["value"]["kind"].as_str();
        kind.is_some_and(|kind| kind.starts_with("render"))
    };
    outcomes.iter().filter(kind).count()
}

#[tokio::test]
async fn profiles_become_pictures_and_equal_avatars_are_drawn_once() {
    let Some(mut town) = Town::open().await else {
        return;
    };
    let first = avatar(
        "BaseMale",
        &["green_hoodie", "brown_pants", "casual_hair_01"],
    );
    let mut same = first.clone();
    same["emotes"] = json!([{"slot": 0, "urn": "dance"}]);
    let other = avatar("BaseFemale", &["sneakers"]);
    let one = town.profile("One", &first);
    let two = town.profile("Two", &same);
    let three = town.profile("Three", &other);
    let up = Launch::up(&town.scratch, "up").following(&[&town.catalyst]);
    let up = up.environment(SECRET.0, SECRET.1);
    let program = up.start().await;
    for (id, avatar) in [(&one, &first), (&two, &first), (&three, &other)] {
        let told = over(&program, id).await;
        assert_eq!(told["state"], "rendered", "{told}");
        let (body, face) = town.expected(avatar);
        let served = picture(&program, id, "body.png").await.expect(200);
        assert!(served.body == body, "the body that the renderer draws");
        assert_eq!(size(&served.body), (256, 512));
        let served = picture(&program, id, "face.png").await.expect(200);
        assert!(served.body == face, "the face that the renderer draws");
        assert_eq!(served.header("content-type"), Some("image/png"));
        assert_eq!(served.header("access-control-allow-origin"), Some("*"));
        let kept = served.header("cache-control").expect("it says how long");
        assert!(kept.starts_with("public, max-age=86400"), "{kept}");
    }
    settle(&program).await;
    assert_eq!(drawn(&program).await, 2);
    let told = records(&program, "portrait.events").await;
    assert_eq!(told.len(), 2, "{told:?}");
    paths(&program, &one).await;
    by_hand(&program, &one, up.data()).await;
    let before = drawn(&program).await;
    assert!(program.terminate().await.success());

    // A new store, the same log and blobs: all is known, nothing is drawn.
    up.lose_the_store();
    let program = up.start().await;
    settle(&program).await;
    assert_eq!(over(&program, &two).await["state"], "rendered");
    picture(&program, &two, "face.png").await.expect(200);
    assert_eq!(drawn(&program).await, before);
    town.end(program).await;
}

/// What the CDN paths answer besides the pictures.
async fn paths(program: &Program, id: &str) {
    let face = picture(program, id, "face.png").await.expect(200);
    let etag = face.header("etag").expect("a tag").to_owned();
    let url = program.at(&format!("/profile-images/entities/{id}/face.png"));
    let known = send(get(&url).header("if-none-match", &etag)).await;
    assert!(known.expect(304).body.is_empty());
    let small = send(get(&format!("{url}?width=64&format=webp"))).await;
    let small = small.expect(200);
    assert_eq!(small.header("content-type"), Some("image/webp"));
    assert!(small.body.starts_with(b"RIFF") && small.body.len() < face.body.len());
    assert_ne!(small.header("etag"), Some(&*etag));
    let small = send(get(&format!("{url}?width=32"))).await.expect(200);
    assert_eq!(size(&small.body), (32, 32));
    send(get(&format!("{url}?width=33"))).await.expect(400);
    send(get(&format!("{url}?format=bmp"))).await.expect(400);

    let absent = picture(program, "bafkreinobody", "face.png")
        .await
        .expect(404);
    assert_eq!(absent.header("access-control-allow-origin"), Some("*"));
    assert_eq!(absent.header("cache-control"), Some("no-store"));
    assert_eq!(absent.json()["state"], "unknown");
    picture(program, id, "feet.png").await.expect(404);

    let told = over(program, id).await;
    let hash = told["avatarHash"].as_str().expect("a hash");
    let by_hash = program.at(&format!("/profile-images/avatars/{hash}/face.png"));
    assert!(send(get(&by_hash)).await.expect(200).body == face.body);
    let address = told["address"].as_str().expect("an address").to_uppercase();
    let address = address.replace("0X", "0x");
    let of_user = program.at(&format!("/profile-images/users/{address}"));
    assert_eq!(
        send(get(&of_user)).await.expect(200).json()[0]["entityId"],
        id
    );
    let newest = send(get(&program.at("/profile-images/portraits"))).await;
    let newest = newest.expect(200).json();
    assert_eq!(newest.as_array().map(Vec::len), Some(2), "{newest}");
    let status = send(get(&program.at("/profile-images/status"))).await;
    let status = status.expect(200).json();
    assert_eq!(
        status["queues"]["queue"]["ApproximateNumberOfMessages"],
        "0"
    );
    assert_eq!(
        status["queues"]["dlQueue"]["ApproximateNumberOfMessages"],
        "0"
    );
}

/// `schedule-processing`: who may, what is answered, and that a picture whose file is gone comes back.
async fn by_hand(program: &Program, id: &str, data: &std::path::Path) {
    let url = program.at("/profile-images/schedule-processing");
    let body = json!([{"entityId": id}]);
    let refused = send(post(&url, &body)).await.expect(401).json();
    let missing = json!({"error": "Not Authorized", "message": "Authorization header is missing"});
    assert_eq!(refused, missing);
    let ask = |body: &Value, bearer: &str| post(&url, body).header("authorization", bearer);
    send(ask(&body, "bearer a secret")).await.expect(401);
    send(ask(&json!({}), "Bearer a secret")).await.expect(400);
    let before = drawn(program).await;
    let asked = json!([id, {"entityId": "bafkreinobody"}]);
    let answer = send(ask(&asked, "Bearer a secret"))
        .await
        .expect(200)
        .json();
    let want = json!({"results": [
        {"entity": id, "success": true, "shouldRetry": false},
        {"entity": "bafkreinobody", "success": false, "shouldRetry": false, "error": "Entity not found"},
    ]});
    assert_eq!(answer, want);
    assert_eq!(drawn(program).await, before, "it is there already");
    assert!(forget_pictures(data) >= 4);
    picture(program, id, "body.png").await.expect(404);
    let answer = send(ask(&body, "Bearer a secret")).await.expect(200).json();
    assert_eq!(answer["results"][0]["success"], true, "{answer}");
    picture(program, id, "body.png").await.expect(200);
    assert_eq!(drawn(program).await, before + 1);
}

#[tokio::test]
async fn what_is_broken_is_told_and_the_line_goes_on() {
    let Some(mut town) = Town::open().await else {
        return;
    };
    let noise: Vec<u8> = (0..2048_u32)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let noise = town.hat("noise", &noise, &noise);
    let huge = [png::SIGNATURE.to_vec(), png::header(20_000, 20_000, 6)].concat();
    let huge = model_with_picture(&[huge, png::chunk(b"IDAT", &[])].concat());
    let huge = town.hat("huge", &huge, &huge);
    let lie = town.hat("lie", b"what it says", b"what it is");
    let up = Launch::up(&town.scratch, "up").following(&[&town.catalyst]);
    let up = up.environment(SECRET.0, SECRET.1);
    let up = up.environment(HURRIED.0, HURRIED.1);
    let program = up.start().await;

    for (name, urn, why) in [("Noise", &noise, "no glTF"), ("Huge", &huge, "20000")] {
        let id = town.profile(name, &avatar("BaseMale", &["sneakers", urn]));
        let told = over(&program, &id).await;
        assert_eq!(told["state"], "rendered", "{told}");
        assert_eq!(told["leftOut"][0]["urn"], **urn, "{told}");
        let reason = told["leftOut"][0]["reason"].as_str().expect("a reason");
        assert!(reason.contains(why), "{reason}");
        let bare = town.expected(&avatar("BaseMale", &["sneakers"])).0;
        let served = picture(&program, &id, "body.png").await.expect(200);
        assert!(served.body == bare, "{name}: the picture without it");
    }

    // A file that is not what its hash says may be right another time.
    let id = town.profile("Lie", &avatar("BaseMale", &[&lie, "brown_pants"]));
    let told = over(&program, &id).await;
    assert_eq!(
        (&told["state"], &told["missing"]),
        (&json!("degraded"), &json!([lie]))
    );
    let kept = picture(&program, &id, "face.png").await.expect(200);
    let kept = kept
        .header("cache-control")
        .expect("it says how long")
        .to_owned();
    assert!(kept.starts_with("public, max-age=300"), "{kept}");

    let id = town.profile("Nobody", &avatar("Nobody", &["sneakers"]));
    refused(&program, &id).await;
    let id = town.profile("None", &json!(null));
    assert_eq!(over(&program, &id).await["state"], "refused");

    let good = avatar("BaseFemale", &["green_hoodie"]);
    let id = town.profile("Good", &good);
    assert_eq!(over(&program, &id).await["state"], "rendered");
    settle(&program).await;
    let failed = records(&program, "portrait.events").await;
    let failed = failed.iter().filter(|of| of["value"]["permanent"] == true);
    assert_eq!(failed.count(), 3, "twice Nobody, once None");
    for processor in ["portraits", "portraits-requests", "portraits-outcomes"] {
        let dead = records(&program, &format!("dlq.{processor}")).await;
        assert!(dead.is_empty(), "{dead:?}");
    }
    town.end(program).await;
}

/// What is told of an avatar that can never be drawn, and that asking again does not help.
async fn refused(program: &Program, id: &str) {
    let told = over(program, id).await;
    assert_eq!(told["state"], "refused", "{told}");
    let reason = told["reason"].as_str().expect("a reason");
    assert!(reason.contains("body shape"), "{reason}");
    let absent = picture(program, id, "face.png").await.expect(404).json();
    assert_eq!(absent["state"], "refused");
    let failure = program.at(&format!("/profile-images/failures/{id}.txt"));
    let failure: String =
        serde_json::from_str(&send(get(&failure)).await.expect(200).text()).expect("a JSON text");
    let failure: Value = serde_json::from_str(&failure).expect("JSON within it");
    assert_eq!(failure["entity"], id);
    let url = program.at("/profile-images/schedule-processing");
    let again = post(&url, &json!([id])).header("authorization", "Bearer a secret");
    let again = send(again).await.expect(200).json();
    let (success, retry) = (
        &again["results"][0]["success"],
        &again["results"][0]["shouldRetry"],
    );
    assert_eq!((success, retry), (&json!(false), &json!(false)), "{again}");
}

/// A GLB of one triangle with a picture on it.
fn model_with_picture(picture: &[u8]) -> Vec<u8> {
    let corners: [f32; 9] = [0.0, 1.8, 0.0, 0.2, 1.8, 0.0, 0.0, 2.0, 0.0];
    let mut binary: Vec<u8> = corners.iter().flat_map(|at| at.to_le_bytes()).collect();
    let from = binary.len();
    binary.extend(picture);
    binary.resize(binary.len().next_multiple_of(4), 0);
    let json = json!({
        "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "material": 0}]}],
        "materials": [{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}],
        "textures": [{"source": 0}], "images": [{"bufferView": 1, "mimeType": "image/png"}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3",
            "min": [0.0, 1.8, 0.0], "max": [0.2, 2.0, 0.0]}],
        "bufferViews": [{"buffer": 0, "byteLength": from},
            {"buffer": 0, "byteOffset": from, "byteLength": picture.len()}],
        "buffers": [{"byteLength": binary.len()}],
    });
    let mut text = json.to_string().into_bytes();
    text.resize(text.len().next_multiple_of(4), b' ');
    let whole = 12 + 8 + text.len() + 8 + binary.len();
    let word = |value: usize| u32::try_from(value).expect("small").to_le_bytes();
    let mut out = b"glTF".to_vec();
    out.extend(word(2));
    out.extend(word(whole));
    out.extend(word(text.len()));
    out.extend(b"JSON");
    out.extend(text);
    out.extend(word(binary.len()));
    out.extend(b"BIN\0");
    out.extend(binary);
    out
}
