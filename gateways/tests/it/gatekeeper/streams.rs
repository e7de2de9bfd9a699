//! Keys to stream with, and what they lead to. No key is in the log.

use http::Method;
use serde_json::{Value, json};

use super::told::Told;
use super::{ANN, House, OWNER, address, claims, plaza, soon};
use crate::support::{Answer, post_with};

const PATH: &str = "/scene-stream-access";

async fn cast(house: &House, path: &str, body: Value) -> Answer {
    let path = format!("/comms-gatekeeper/cast/{path}");
    post_with(&house.world.router, &path, body.to_string(), &[]).await
}

#[tokio::test]
async fn an_admin_gets_a_key_resets_it_and_takes_it_away() {
    let house = House::with_plaza(json!({})).await;
    let ask = async |key: u8, method: Method| house.at_plaza(key, method, PATH, &Value::Null).await;
    assert_eq!(ask(ANN, Method::POST).await.status, 401);
    let none = ask(OWNER, Method::GET).await;
    assert_eq!(
        none.json(),
        json!({ "error": "No active streaming access found for place" })
    );
    assert_eq!(ask(OWNER, Method::PUT).await.status, 404);
    let opened = ask(OWNER, Method::POST).await;
    assert_eq!(opened.status, 200, "{:?}", opened.body);
    let opened = opened.json();
    let (from, to) = (opened["created_at"].as_i64(), opened["ends_at"].as_i64());
    assert_eq!(
        to.zip(from).map(|(to, from)| to - from),
        Some(4 * 86_400_000)
    );
    assert_eq!(
        (&opened["streaming_key"], &opened["streaming_url"]),
        (&json!("sk_1"), &json!("rtmp://live"))
    );
    assert_eq!(
        ask(OWNER, Method::POST).await.json(),
        opened,
        "the same again"
    );
    assert_eq!(ask(OWNER, Method::GET).await.json(), opened);
    let reset = ask(OWNER, Method::PUT).await.json();
    assert_eq!(reset["streaming_key"], "sk_2");
    assert_eq!(house.around.inner().ingresses.len(), 1);
    let told = Told::of(&house);
    told.tell(json!({ "event": "ingress_started", "ingressInfo": { "ingressId": "IN_2" } }))
        .await;
    assert_eq!(ask(OWNER, Method::DELETE).await.status, 204);
    assert!(house.around.inner().ingresses.is_empty());
    for kind in ["streaming-key-reset", "streaming-key-revoke"] {
        let events = house.events("streaming.events", kind).await;
        assert_eq!(events.len(), 1, "{kind}");
        assert_eq!(events[0]["metadata"]["address"], address(OWNER));
    }
    let changes = house.events("gatekeeper.scenes", "").await;
    let text = Value::from(changes).to_string();
    assert!(
        text.contains("stream-started") && text.contains("stream-closed"),
        "{text}"
    );
    for key in ["sk_1", "sk_2"] {
        assert!(!text.contains(key), "a key is in the log: {text}");
    }
    house.stop().await;
}

#[tokio::test]
async fn a_link_lets_people_stream_and_watch() {
    let house = House::with_plaza(json!({})).await;
    let link = async |key: u8| {
        house
            .at_plaza(key, Method::GET, "/cast/generate-stream-link", &Value::Null)
            .await
    };
    let refused = link(ANN).await;
    assert_eq!(
        (refused.status.as_u16(), refused.json()),
        (
            403,
            json!({ "error": "Only scene administrators can generate stream links" })
        )
    );
    let made = link(OWNER).await;
    assert_eq!(made.status, 200, "{:?}", made.body);
    let made = made.json();
    assert_eq!(made["streamLink"], "https://decentraland.org/cast/s/sk_1");
    assert_eq!(made["watcherLink"], "https://decentraland.org/cast/w/0,0");
    assert_eq!(
        (&made["placeName"], &made["expiresInDays"]),
        (&json!("Plaza"), &json!(4))
    );
    assert_eq!(link(OWNER).await.json(), made, "the same again");

    let room = format!("scene-main:{}", plaza());
    let streamer = cast(
        &house,
        "streamer-token",
        json!({ "token": "sk_1", "identity": "Eve" }),
    )
    .await;
    assert_eq!(streamer.status, 200, "{:?}", streamer.body);
    let streamer = streamer.json();
    let said = claims(streamer["token"].as_str().expect("a token"));
    assert_eq!(
        (&said["video"]["room"], &said["name"]),
        (&json!(room), &json!("Eve"))
    );
    assert!(
        said["video"].get("canPublishSources").is_none(),
        "all sources"
    );
    assert_eq!(
        (&streamer["roomId"], &said["sub"]),
        (&json!(room), &streamer["identity"])
    );
    let identity = streamer["identity"].as_str().expect("text").to_owned();
    let presents = || house.around.metadata(&room)["presenters"] == json!([identity]);
    soon("who streams presents", presents).await;

    let watcher = cast(
        &house,
        "watcher-token",
        json!({ "location": "0,1", "identity": "Joe" }),
    )
    .await
    .json();
    let said = claims(watcher["token"].as_str().expect("a token"));
    assert_eq!(
        (&said["video"]["canPublish"], &watcher["placeName"]),
        (&json!(false), &json!("Plaza"))
    );
    let bot = cast(
        &house,
        "presentation-bot-token",
        json!({ "streamingKey": "sk_1" }),
    )
    .await
    .json();
    let said = claims(bot["token"].as_str().expect("a token"));
    assert_eq!(said["metadata"], r#"{"role":"presentation"}"#);

    let info = house
        .world
        .get("/comms-gatekeeper/cast/stream-info/sk_1")
        .await
        .json();
    assert_eq!(info["location"], "0,0");
    for (path, body, status, text) in [
        (
            "streamer-token",
            json!({ "token": "sk_9", "identity": "a" }),
            401,
            "Invalid or expired streaming token",
        ),
        (
            "watcher-token",
            json!({ "location": "9,9", "identity": "a" }),
            404,
            "No active stream found for 9,9",
        ),
        (
            "presentation-bot-token",
            json!({ "streamingKey": "x" }),
            401,
            "Invalid or expired streaming token",
        ),
    ] {
        let answer = cast(&house, path, body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()),
            (status, json!({ "error": text })),
            "{path}"
        );
    }
    let blank = cast(
        &house,
        "streamer-token",
        json!({ "token": " sk_1", "identity": "a" }),
    )
    .await;
    assert_eq!(blank.status, 400);
    let unknown = house
        .world
        .get("/comms-gatekeeper/cast/stream-info/sk_9")
        .await;
    assert_eq!(unknown.json(), json!({ "error": "Invalid streaming key" }));

    let path = format!("/cast/presenters/{}", address(ANN));
    let change = async |method: Method| {
        house
            .at_plaza(OWNER, method, &path, &Value::Null)
            .await
            .json()
    };
    assert_eq!(
        change(Method::PUT).await,
        json!({ "message": "Participant promoted to presenter" })
    );
    let listed = house
        .at_plaza(OWNER, Method::GET, "/cast/presenters", &Value::Null)
        .await
        .json();
    assert_eq!(listed, json!({ "presenters": [address(ANN), identity] }));
    assert_eq!(
        change(Method::DELETE).await,
        json!({ "message": "Participant demoted from presenter" })
    );
    let odd = house
        .at_plaza(OWNER, Method::PUT, "/cast/presenters/bob", &Value::Null)
        .await;
    assert_eq!(odd.status, 400);
    house.stop().await;
}

#[tokio::test]
async fn a_key_that_has_run_out_is_no_key() {
    let over = json!({ "stream_key_ttl": "0s" });
    let house = House::with_plaza(over).await;
    house
        .at_plaza(OWNER, Method::POST, PATH, &Value::Null)
        .await;
    let late = cast(
        &house,
        "streamer-token",
        json!({ "token": "sk_1", "identity": "a" }),
    )
    .await;
    assert_eq!(
        late.json(),
        json!({ "error": "Streaming token has expired" })
    );
    let late = cast(
        &house,
        "watcher-token",
        json!({ "location": "0,0", "identity": "a" }),
    )
    .await;
    assert_eq!(late.status, 401);
    assert_eq!(
        house
            .at_plaza(OWNER, Method::GET, PATH, &Value::Null)
            .await
            .status,
        404
    );
    house.stop().await;
}
