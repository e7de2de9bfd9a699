//! What is not taken in, and how much may be.

use futures::future::join_all;
use image::ImageFormat;
use kernel::{Headers, NewRecord};
use model::Recorded as _;
use model::events::reel::{Ask, Command, Files, Reserve};
use serde_json::json;

use super::*;

#[tokio::test]
async fn the_limit_holds_under_uploads_at_once() {
    let world = world(json!({"max_images_per_user": 3})).await;
    let shots: Vec<Shot> = (0..8).map(Shot::private).collect();
    let answers = join_all(shots.iter().map(|shot| ANN.send(&world, shot))).await;
    let taken = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(taken, 3);
    let full = json!({"reason": "maxLimitReached", "message": "you have reached the limit of 3 max images"});
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!((answer.status.as_u16(), answer.json()), (403, full.clone()));
    }
    let path = format!("/api/users/{}", ANN.address());
    let person = ANN.get(&world, &path).await;
    assert_eq!(person, json!({"currentImages": 3, "maxImages": 3}));
    // Another's room is their own; and what was deleted makes room.
    BOB.take(&world, &Shot::new(9)).await;
    let list = ANN.get(&world, &format!("{path}/images")).await;
    let gone = format!("/api/images/{}", ids(&list)[0]);
    let answer = ANN.ask(&world, Method::DELETE, &gone, Body::empty()).await;
    assert_eq!(answer.json(), json!({"currentImages": 2, "maxImages": 3}));
    ANN.take(&world, &Shot::new(9)).await;
    world.stop().await;
}

#[tokio::test]
async fn the_same_upload_again_is_one_photo() {
    let world = world(json!({"max_images_per_user": 1})).await;
    let headers = ANN.headers(&world, "post", "/api/images", "{}");
    let form = Shot::new(1).form(&ANN.address());
    let first = upload(&world, &headers, form.clone()).await;
    assert_eq!(first.status, 200, "{:?}", first.body);
    let again = upload(&world, &headers, form).await;
    assert_eq!((again.status, again.json()), (first.status, first.json()));
    assert_eq!(records(&world, "user.actions").await.len(), 1);
    world.stop().await;
}

#[tokio::test]
async fn who_signs_nothing_or_for_a_scene_is_nobody() {
    let world = world(json!({})).await;
    let form = || Shot::new(1).form(&ANN.address());
    let scene = r#"{"signer":"decentraland-kernel-scene"}"#;
    let elsewhere = ANN.headers(&world, "post", "/api/image", "{}");
    let mut old = ANN.headers(&world, "post", "/api/images", "{}");
    for (name, value) in &mut old {
        if name == "x-identity-timestamp" {
            *value = "1767225600000".to_owned();
        }
    }
    for headers in [
        Vec::new(),
        elsewhere,
        old,
        ANN.headers(&world, "post", "/api/images", scene),
    ] {
        let answer = upload(&world, &headers, form()).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body[..]),
            (401, &b"Unathorized"[..])
        );
    }
    // As a client signs that knows the mount.
    let mounted = ANN.headers(&world, "post", "/camera-reel/api/images", "{}");
    assert_eq!(upload(&world, &mounted, form()).await.status, 200);
    world.stop().await;
}

#[tokio::test]
async fn what_is_wrong_with_an_upload_is_told() {
    let over = json!({"image_side_max": 64, "image_limit": "20 KiB", "metadata_limit": 400});
    let world = world(over).await;
    let with = |bytes: Vec<u8>, content_type| Shot {
        bytes,
        content_type,
        ..Shot::new(1)
    };
    let jpeg = |side| picture(1, side, 8, ImageFormat::Jpeg);
    for (shot, message) in [
        (with(jpeg(8), "image/png"), "invalid image format"),
        (with(jpeg(8), "image/webp"), "unsupported content type"),
        (
            with(b"hello".to_vec(), "image/jpeg"),
            "invalid image format",
        ),
        (with(jpeg(8)[..40].to_vec(), "image/jpeg"), "invalid image"),
        (
            with(jpeg(65), "image/jpeg"),
            "the image has 65 x 8 pixels, at most 64 on a side and 40000000 in all",
        ),
        (
            Shot {
                name: "a\\b.jpg",
                ..Shot::new(1)
            },
            "invalid file name",
        ),
    ] {
        let answer = ANN.send(&world, &shot).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()),
            (400, json!({ "message": message }))
        );
    }
    let headers = ANN.headers(&world, "post", "/api/images", "{}");
    let answer = upload(&world, &headers, Shot::new(1).form(&BOB.address())).await;
    assert_eq!(answer.json(), json!({"message": "invalid user address"}));
    let answer = upload(&world, &headers, b"no form".to_vec()).await;
    assert_eq!(answer.status, 400, "{:?}", answer.body);
    for size in [21 << 10, 1 << 20] {
        let answer = ANN.send(&world, &with(vec![0; size], "image/jpeg")).await;
        assert_eq!(answer.status, 413, "{size}: {:?}", answer.body);
    }
    let long: &str = Box::leak("x".repeat(400).into_boxed_str());
    let answer = ANN
        .send(
            &world,
            &Shot {
                place: long,
                ..Shot::new(1)
            },
        )
        .await;
    assert_eq!(answer.status, 413, "{:?}", answer.body);
    assert!(
        records(&world, "reel.commands").await.is_empty(),
        "nothing of it is kept"
    );
    world.stop().await;
}

#[tokio::test]
async fn an_upload_that_died_makes_room_again() {
    let over = json!({"max_images_per_user": 1, "expiry_interval": "20ms"});
    let world = world(over).await;
    let place = Reserve {
        photo_id: PLACE.into(),
        files: Files::default(),
        most: 1,
        patience_ms: 300,
    };
    let command = Command {
        address: ANN.address(),
        command: "reserve".into(),
        command_id: "died".into(),
        body: model::Json::of(&Ask::Reserve(place)).expect("JSON"),
        at: 0,
    };
    let headers = Headers::new(uuid::Uuid::now_v7(), Command::SCHEMA, "tests");
    let key = ANN.address().into_bytes().into();
    let value = model::encode(&command);
    let record = NewRecord::keyed("reel.commands".into(), key, headers, value);
    world
        .context
        .platform
        .append(vec![record])
        .await
        .expect("kept");
    world.settle().await;
    let gateways: Vec<_> = gateways::all().iter().collect();
    let tasks = gateways::backgrounds(&gateways, &world.context);
    let task = tasks.into_iter().find(|(name, _)| *name == "camera-reel");
    let (_, task) = task.expect("it looks for such");
    let gone = async {
        while records(&world, "effects.remove").await.is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        () = task => panic!("it goes on"),
        () = gone => {}
    }
    let removed = records(&world, "effects.remove").await;
    assert!(
        removed[0]["keys"][0]
            .as_str()
            .is_some_and(|key| key.ends_with(PLACE)),
        "{removed:?}"
    );
    ANN.take(&world, &Shot::new(1)).await;
    world.stop().await;
}
