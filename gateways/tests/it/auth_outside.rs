//! What the auth server asks of others: simulations of Tenderly, deletions of Magic. Both are fakes on loopback here.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Request, StatusCode, Uri};
use identity::sign::{LOGIN_TITLE, Wallet, create_ephemeral_chain};
use identity::signed_fetch::{PayloadFormat, RequestToSign, headers_for};
use runtime::ports::{Clock, TickClock};
use serde_json::{Value, json};

use crate::support::{Answer, send};
use crate::world::{World, settings};

/// A moment of 2026, ms.
const START: i64 = 1_767_225_600_000;
const ADDRESS: &str = "0xabababababababababababababababababababab";

/// Somebody outside: what it answers, and what it was asked.
#[derive(Clone)]
struct Outside {
    answer: Arc<Mutex<(u16, Value)>>,
    asked: Arc<Mutex<Vec<(String, HeaderMap, Value)>>>,
}

impl Outside {
    async fn start(answer: Value) -> (Self, String) {
        let outside = Self {
            answer: Arc::new(Mutex::new((200, answer))),
            asked: Arc::default(),
        };
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let url = format!("http://{}", socket.local_addr().expect("an address"));
        let router = Router::new().fallback(handle).with_state(outside.clone());
        tokio::spawn(async move { axum::serve(socket, router).await });
        (outside, url)
    }

    fn answers(&self, status: u16, body: Value) {
        *self.answer.lock().expect("no panic elsewhere") = (status, body);
    }

    fn asked(&self) -> Vec<(String, HeaderMap, Value)> {
        self.asked.lock().expect("no panic elsewhere").clone()
    }
}

async fn handle(
    State(outside): State<Outside>,
    uri: Uri,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let mut asked = outside.asked.lock().expect("no panic elsewhere");
    asked.push((uri.path().to_owned(), headers, body));
    let (status, body) = outside.answer.lock().expect("no panic elsewhere").clone();
    (StatusCode::from_u16(status).expect("a status"), Json(body))
}

async fn world(auth: Value) -> World {
    let clock = Arc::new(TickClock::default());
    clock.observe_tick(START);
    let own = settings(json!({ "auth": auth }));
    World::with(own, clock as Arc<dyn Clock>).await
}

async fn ask(
    world: &World,
    method: &str,
    path: &str,
    headers: &[(String, String)],
    body: Option<&Value>,
) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("/auth{path}"));
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let mut request = request.body(body).expect("a request");
    let peer: SocketAddr = "127.0.0.1:9".parse().expect("an address");
    request.extensions_mut().insert(ConnectInfo(peer));
    send(&world.router, request).await
}

async fn simulate(world: &World, body: &Value) -> Answer {
    ask(world, "POST", "/simulations", &[], Some(body)).await
}

fn transaction() -> Value {
    json!({"chainId": 137, "from": ADDRESS, "to": ADDRESS, "data": "0x1234", "value": "7"})
}

#[tokio::test]
async fn a_transaction_is_simulated_and_told_in_our_words() {
    let answer = json!({"transaction": {"status": true, "transaction_info": {
        "asset_changes": [{"type": "Transfer", "from": ADDRESS, "to": "0x1", "amount": "1.5", "raw_amount": "15",
            "dollar_value": 3.5, "token_info": {"standard": "ERC20", "contract_address": "0xc", "symbol": "MANA",
            "name": "Decentraland MANA", "decimals": 18, "logo": "https://l"}}],
        "exposure_changes": [{"type": "Approve", "owner": ADDRESS, "spender": "0x2", "raw_amount": "0xff",
            "amount": "255", "token_info": {"standard": "ERC20", "contract_address": "0xc", "symbol": "MANA", "name": "M"}}],
        "balance_changes": [{"address": ADDRESS, "dollar_value": "-3.5"}],
        "logs": [{"name": "Transfer", "raw": {"address": "0xc"}}]}}});
    let (tenderly, url) = Outside::start(answer).await;
    let world = world(
        json!({"tenderly_api_url": url, "tenderly_access_key": "k3y", "tenderly_account_slug": "a",
        "tenderly_project_slug": "p", "simulation_rate_limit": 7}),
    )
    .await;
    let told = simulate(&world, &transaction()).await;
    assert_eq!(told.status, 200, "{:?}", told.body);
    let told = told.json();
    assert_eq!(told["status"], "success");
    assert_eq!(told["assetChanges"][0]["type"], "transfer");
    assert_eq!(told["assetChanges"][0]["standard"], "erc20");
    assert_eq!(told["assetChanges"][0]["dollarValue"], "3.5");
    assert_eq!(told["approvalChanges"][0]["isUnlimited"], false);
    assert_eq!(
        told["balanceChanges"],
        json!([{"address": ADDRESS, "dollarValue": "-3.5"}])
    );
    assert_eq!(
        told["events"],
        json!([{"name": "Transfer", "address": "0xc"}])
    );
    let (path, headers, body) = tenderly.asked().pop().expect("it was asked");
    assert_eq!(path, "/account/a/project/p/simulate");
    assert_eq!(headers["x-access-key"], "k3y");
    assert_eq!(
        (&body["gas_price"], &body["network_id"]),
        (&json!("0"), &json!("137"))
    );

    let before = tenderly.asked().len();
    for (change, value) in [
        ("chainId", json!(56)),
        ("from", json!("0x1")),
        ("data", json!("zz")),
        ("value", json!(7)),
    ] {
        let mut wrong = transaction();
        wrong[change] = value;
        let answer = simulate(&world, &wrong).await;
        assert_eq!(answer.status, 400, "{change}");
    }
    assert_eq!(
        tenderly.asked().len(),
        before,
        "nobody was asked about these"
    );
    tenderly.answers(500, json!({}));
    assert_eq!(simulate(&world, &transaction()).await.status, 502);
    tenderly.answers(400, json!({}));
    assert_eq!(simulate(&world, &transaction()).await.status, 400);
    let refused = simulate(&world, &transaction()).await;
    assert_eq!(refused.status, 429, "the eighth of this minute");
    assert!(refused.header("retry-after").is_some());
    world.stop().await;
}

#[tokio::test]
async fn what_is_not_configured_says_so() {
    let world = world(json!({})).await;
    let answer = simulate(&world, &transaction()).await;
    assert_eq!(answer.status, 503);
    let message = answer.json()["message"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    assert!(message.contains("auth.tenderly_access_key"), "{message}");
    let answer = ask(&world, "DELETE", "/accounts", &[], None).await;
    assert_eq!(answer.status, 503);
    let message = answer.json()["message"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    assert!(message.contains("auth.magic_secret_key"), "{message}");
    world.stop().await;
}

fn wallet(seed: u8) -> Wallet {
    Wallet::from_private_key([seed; 32]).expect("a valid key")
}

/// Magic's word for who somebody is.
fn did_token(seed: u8, id: &str, change: &Value) -> String {
    let seconds = START / 1000;
    let mut claim = json!({"iat": seconds, "ext": seconds + 900, "nbf": seconds,
        "iss": format!("did:ethr:{}", wallet(seed).checksum_address()), "sub": "s", "aud": "app", "tid": id});
    for (name, value) in change.as_object().into_iter().flatten() {
        claim[name] = value.clone();
    }
    let claim = claim.to_string();
    STANDARD.encode(json!([wallet(seed).sign(&claim), claim]).to_string())
}

async fn delete(world: &World, token: &str, origin: &str) -> (u16, Value) {
    let session = wallet(101);
    let until = "2026-02-01T00:00:00.000Z";
    let chain = create_ephemeral_chain(&wallet(1), &session, LOGIN_TITLE, until);
    let metadata = json!({ "didToken": token }).to_string();
    let request = RequestToSign {
        method: "DELETE",
        path: "/accounts",
        timestamp_ms: START,
        metadata: Some(&metadata),
        format: PayloadFormat::Verbatim,
    };
    let headers = headers_for(&chain.expect("short texts"), &session, &request);
    let mut headers = headers.expect("a short path");
    headers.push(("origin".to_owned(), origin.to_owned()));
    let answer = ask(world, "DELETE", "/accounts", &headers, None).await;
    (answer.status.as_u16(), answer.json())
}

#[tokio::test]
async fn an_account_is_deleted_with_a_fresh_token_of_its_own_once() {
    let address = wallet(1).address().to_owned();
    let (magic, url) = Outside::start(json!({"processed": [address], "unprocessed": []})).await;
    let page = "https://decentraland.org";
    let world = world(
        json!({"magic_api_url": url, "magic_secret_key": "s3cret", "magic_client_id": "app",
        "account_deletion_allowed_origins": [page]}),
    )
    .await;
    let fine = did_token(1, "t1", &json!({}));
    assert_eq!(
        delete(&world, &fine, "https://evil.example").await.0,
        403,
        "another page"
    );
    for (token, status, why) in [
        ("x".to_owned(), 401, "no token"),
        (
            did_token(1, "t2", &json!({"aud": "other"})),
            401,
            "another audience",
        ),
        (
            did_token(1, "t3", &json!({"ext": START / 1000 - 1})),
            401,
            "expired",
        ),
        (did_token(2, "t4", &json!({})), 403, "another wallet"),
        (
            did_token(1, "t5", &json!({"iat": START / 1000 - 121})),
            403,
            "too old",
        ),
        (
            did_token(2, "t6", &json!({"iss": format!("did:ethr:{address}")})),
            401,
            "forged",
        ),
    ] {
        assert_eq!(delete(&world, &token, page).await.0, status, "{why}");
    }
    assert!(magic.asked().is_empty(), "Magic heard of none of these");
    let deleted = delete(&world, &fine, page).await;
    let wanted = json!({"deleted": true, "address": address,
        "magic": {"processed": [address], "unprocessed": []}});
    assert_eq!(deleted, (200, wanted));
    let (path, headers, body) = magic.asked().pop().expect("it was asked");
    assert_eq!(path, "/v1/admin/user/deletion/request");
    assert_eq!(headers["x-magic-secret-key"], "s3cret");
    assert_eq!(body, json!({"public_addresses": [address]}));
    assert_eq!(
        delete(&world, &fine, page).await.0,
        403,
        "a token is used once"
    );
    for (theirs, ours) in [(429, 429), (500, 500), (401, 500)] {
        magic.answers(theirs, json!({}));
        let token = did_token(1, &format!("after {theirs}"), &json!({}));
        assert_eq!(delete(&world, &token, page).await.0, ours);
    }
    world.stop().await;
}
