//! The runner against a rewards server in process.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use model::events::effects;
use runtime::effects::{EffectHandler as _, Outcome};
use serde_json::{Value, json};

use super::Reward;
use crate::settings::Secret;
use crate::sources::outbound::Outbound;

type Asked = Arc<Mutex<Vec<(String, Value)>>>;

async fn answer(
    State((status, said, asked)): State<(StatusCode, Value, Asked)>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let key = headers["idempotency-key"]
        .to_str()
        .expect("text")
        .to_owned();
    let body = serde_json::from_slice(&body).expect("JSON");
    asked.lock().expect("nobody panics").push((key, body));
    (status, said.to_string())
}

async fn server(status: StatusCode) -> (String, Asked) {
    let rewards = json!({"ok": true, "data": [{"id": "r1", "status": "pending"}]});
    saying(status, rewards).await
}

async fn saying(status: StatusCode, said: Value) -> (String, Asked) {
    let asked = Asked::default();
    let handler = axum::routing::post(answer);
    let router =
        Router::new()
            .route("/api/rewards", handler)
            .with_state((status, said, Arc::clone(&asked)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let url = format!("http://{}/api", listener.local_addr().expect("bound"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, asked)
}

async fn perform(url: Option<&str>) -> Outcome {
    let url = url.map(Secret::new);
    let runner = Reward::new(&Outbound::default(), url.as_ref()).expect("a URL");
    let request = effects::Reward {
        campaign_key: "c4mp".into(),
        beneficiary: "0xa".into(),
        mission_id: "m".into(),
    };
    runner.perform("run-1", &model::encode(&request)).await
}

#[tokio::test]
async fn a_reward_is_asked_for_under_its_run() {
    for status in [StatusCode::OK, StatusCode::CREATED] {
        let (url, asked) = server(status).await;
        let outcome = perform(Some(&url)).await;
        let rewards = json!([{"id": "r1", "status": "pending"}]).to_string();
        assert_eq!(outcome, Outcome::Done(Some(rewards.into())));
        let asked = asked.lock().expect("nobody panics").clone();
        let wanted = json!({"campaign_key": "c4mp", "beneficiary": "0xa"});
        assert_eq!(asked, [("run-1".to_owned(), wanted)]);
    }
}

#[tokio::test]
async fn what_is_refused_is_tried_again() {
    for status in [StatusCode::INTERNAL_SERVER_ERROR, StatusCode::BAD_REQUEST] {
        let (url, _) = server(status).await;
        let Outcome::Retry { reason, .. } = perform(Some(&url)).await else {
            panic!("{status} is no end");
        };
        assert!(reason.contains(status.as_str()), "{reason}");
    }
    let Outcome::Retry { reason, .. } = perform(None).await else {
        panic!("nobody was asked");
    };
    assert!(reason.contains("reward_server_url"), "{reason}");
}

#[tokio::test]
async fn a_no_in_a_status_of_success_is_tried_again() {
    let no = json!({"ok": false, "error": "campaign is empty", "data": []});
    let (url, _) = saying(StatusCode::OK, no).await;
    let Outcome::Retry { reason, .. } = perform(Some(&url)).await else {
        panic!("a no is no end");
    };
    assert!(reason.contains("campaign is empty"), "{reason}");
    // Who says neither was not asked in vain: the status is a yes.
    let (url, _) = saying(StatusCode::OK, json!({})).await;
    assert_eq!(perform(Some(&url)).await, Outcome::Done(Some("[]".into())));
}
