//! One photo, from its upload to its end.

use axum::body::Body;
use http::Method;
use image::ImageFormat;
use serde_json::json;

use super::*;

#[tokio::test]
async fn a_photo_is_served_and_known() {
    let world = world(json!({})).await;
    let shot = Shot::new(7);
    let taken = ANN.take(&world, &shot).await;
    let id = id(&taken);
    assert_eq!(
        (&taken["currentImages"], &taken["maxImages"]),
        (&json!(1), &json!(500))
    );
    let image = &taken["image"];
    assert_eq!(image["metadata"], metadata(&ANN.address(), PLACE));
    assert_eq!(image["isPublic"], true);
    let url = path(&image["url"]);
    assert_eq!(url, format!("/camera-reel/api/images/{id}-1767225600.jpg"));
    let file = world.get(&url).await;
    assert_eq!(
        (file.status.as_u16(), &file.body[..]),
        (200, &shot.bytes[..])
    );
    assert_eq!(file.header("content-type"), Some("image/jpeg"));
    assert_eq!(
        file.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );
    assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
    let etag = file.header("etag").expect("a tag").to_owned();
    let again = get_with(&world.router, &url, &[("if-none-match", &etag)]).await;
    assert_eq!(again.status, 304);
    let small = path(&image["thumbnailUrl"]);
    assert_eq!(
        small,
        format!("/camera-reel/api/images/{id}-thumbnail-1767225600.jpg")
    );
    let small = world.get(&small).await;
    let small = image::load_from_memory(&small.body).expect("a picture");
    assert_eq!((small.width(), small.height()), (640, 360));
    let known = open(&world, &format!("/api/images/{id}/metadata")).await;
    assert_eq!(&known, image);
    for path in [
        "other.jpg",
        &format!("{id}-other.jpg"),
        &format!("{PLACE}-1767225600.jpg"),
    ] {
        let answer = world.get(&format!("/camera-reel/api/images/{path}")).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.json(), json!({"message": "image not found"}));
    }
    let answer = world
        .get(&format!("/camera-reel/api/images/{PLACE}/metadata"))
        .await;
    assert_eq!(answer.status, 404);
    let actions = records(&world, "user.actions").await;
    let [taken] = &actions[..] else {
        panic!("one event: {actions:?}")
    };
    assert_eq!(taken["subType"], "photo-taken");
    assert_eq!(taken["key"], id.as_str());
    assert!(
        taken["timestamp"].as_i64().expect("a time") < 100_000_000_000,
        "seconds"
    );
    let expected = json!({"photoId": id, "userAddress": ANN.address(), "realm": "main", "sceneId": "Plaza",
        "placeId": PLACE, "isPublic": true, "users": [{"address": "0xB0b", "isEmoting": true}]});
    assert_eq!(taken["metadata"], expected);
    world.stop().await;
}

#[tokio::test]
async fn a_place_in_a_picture_is_not_kept() {
    let world = world(json!({})).await;
    let mut shot = Shot::new(7);
    let exif = b"\xff\xe1\x00\x11Exif\0\0GPS52.5N\0";
    let mut told = shot.bytes[..2].to_vec();
    told.extend(exif);
    told.extend(&shot.bytes[2..]);
    let plain = std::mem::replace(&mut shot.bytes, told);
    let taken = ANN.take(&world, &shot).await;
    let file = world.get(&path(&taken["image"]["url"])).await;
    assert_eq!(
        file.body, plain,
        "its pixels, and no word of where they are"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_png_stays_a_png() {
    let world = world(json!({})).await;
    let shot = Shot {
        bytes: picture(1, 100, 100, ImageFormat::Png),
        name: "my shot.png",
        content_type: "image/png",
        ..Shot::new(1)
    };
    let taken = ANN.take(&world, &shot).await;
    for (link, side) in [("url", 100), ("thumbnailUrl", 360)] {
        let link = &taken["image"][link];
        assert!(
            link.as_str()
                .is_some_and(|link| link.ends_with("my%20shot.png")),
            "{link}"
        );
        let file = world.get(&path(link)).await;
        assert_eq!(file.header("content-type"), Some("image/png"));
        let read = image::load_from_memory_with_format(&file.body, ImageFormat::Png);
        assert_eq!(read.expect("a picture").width(), side);
    }
    world.stop().await;
}

#[tokio::test]
async fn visibility_is_its_owners_to_change() {
    let world = world(json!({})).await;
    let photo = id(&ANN.take(&world, &Shot::private(1)).await);
    let change = format!("/api/images/{photo}/visibility");
    let public = r#"{"is_public":true}"#;
    for (person, path, body, status) in [
        (&BOB, &change, public, 403),
        (&ANN, &change, "{}", 400),
        (
            &ANN,
            &format!("/api/images/{PLACE}/visibility"),
            public,
            404,
        ),
        (&ANN, &change, public, 200),
        (&ANN, &change, r#"{"is_public": true}"#, 200),
    ] {
        let answer = person.ask(&world, Method::PATCH, path, body).await;
        assert_eq!(answer.status, status, "{body}: {:?}", answer.body);
        assert!(status != 200 || answer.body.is_empty());
    }
    let nobody = ask(&world, Method::PATCH, &change, &[], public).await;
    assert_eq!(
        (nobody.status.as_u16(), &nobody.body[..]),
        (401, &b"Unathorized"[..])
    );
    let known = open(&world, &format!("/api/images/{photo}/metadata")).await;
    assert_eq!(known["isPublic"], true);
    let actions = records(&world, "user.actions").await;
    assert_eq!(
        actions.len(),
        2,
        "what did not change is not told: {actions:?}"
    );
    assert_eq!(actions[1]["subType"], "photo-privacy-changed");
    world.stop().await;
}

#[tokio::test]
async fn a_photo_that_is_deleted_is_nowhere() {
    let world = world(json!({})).await;
    let taken = ANN.take(&world, &Shot::new(1)).await;
    let stays = id(&ANN.take(&world, &Shot::new(2)).await);
    let photo = id(&taken);
    let path_of = format!("/api/images/{photo}");
    let delete = async |person: &Person| {
        person
            .ask(&world, Method::DELETE, &path_of, Body::empty())
            .await
    };
    let answer = delete(&BOB).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (403, json!({"message": "forbidden"}))
    );
    for _ in 0..2 {
        let answer = delete(&ANN).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        assert_eq!(answer.json(), json!({"currentImages": 1, "maxImages": 500}));
    }
    assert_eq!(delete(&BOB).await.status, 404);
    for path in [
        path(&taken["image"]["url"]),
        path(&taken["image"]["thumbnailUrl"]),
        format!("/camera-reel{path_of}/metadata"),
    ] {
        assert_eq!(world.get(&path).await.status, 404, "{path}");
    }
    for list in [
        open(&world, &format!("/api/users/{}/images", ANN.address())).await,
        open(&world, &format!("/api/places/{PLACE}/images")).await,
    ] {
        assert_eq!(ids(&list), std::slice::from_ref(&stays));
    }
    let told = records(&world, "reel.events").await;
    assert_eq!(told.len(), 1);
    assert_eq!(
        (&told[0]["subType"], &told[0]["key"]),
        (&json!("photo-deleted"), &json!(photo))
    );
    let removed = records(&world, "effects.remove").await;
    assert_eq!(removed.len(), 1, "{removed:?}");
    assert_eq!(removed[0]["keys"].as_array().map(Vec::len), Some(2));
    world.stop().await;
}

#[tokio::test]
async fn a_base_of_links_that_is_configured_is_used() {
    let over = json!({"api_url": "https://reel.example/", "s3_url": "https://cdn.example/reel/"});
    let world = world(over).await;
    let taken = ANN.take(&world, &Shot::new(1)).await;
    let photo = id(&taken);
    let url = format!("https://reel.example/api/images/{photo}-1767225600.jpg");
    assert_eq!(taken["image"]["url"], url);
    let away = world
        .get(&format!("/camera-reel/api/images/{photo}-a%20b.jpg"))
        .await;
    assert_eq!(away.status, 307);
    let place = format!("https://cdn.example/reel/{photo}-a%20b.jpg");
    assert_eq!(away.header("location"), Some(&*place));
    world.stop().await;
}
