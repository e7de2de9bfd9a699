//! The auth server: what is asked, answered and handed over, each once.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use identity::sign::{LOGIN_TITLE, Wallet, create_ephemeral_chain};
use identity::signed_fetch::{PayloadFormat, RequestToSign, headers_for};
use runtime::ports::{Clock, TickClock};
use serde_json::{Value, json};

use crate::support::{Answer, send};
use crate::world::{World, settings};

/// A moment of 2026, ms.
const START: i64 = 1_767_225_600_000;

async fn world(auth: Value) -> (World, Arc<TickClock>) {
    let clock = Arc::new(TickClock::default());
    clock.observe_tick(START);
    let own = settings(json!({ "auth": auth }));
    let world = World::with(own, Arc::clone(&clock) as Arc<dyn Clock>).await;
    (world, clock)
}

/// A request from an address, through a proxy of this machine.
async fn from(
    router: &Router,
    address: &str,
    method: &str,
    path: &str,
    body: Option<&Value>,
    headers: &[(String, String)],
) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("/auth{path}"))
        .header("x-forwarded-for", address);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let mut request = request.body(body).expect("a request");
    let peer: SocketAddr = "127.0.0.1:9".parse().expect("an address");
    request.extensions_mut().insert(ConnectInfo(peer));
    send(router, request).await
}

async fn ask(world: &World, method: &str, path: &str, body: Option<Value>) -> Answer {
    from(
        &world.router,
        "203.0.113.7",
        method,
        path,
        body.as_ref(),
        &[],
    )
    .await
}

async fn login_request(world: &World) -> Value {
    let body = json!({"method": "dcl_personal_sign", "params": ["Decentraland Login"]});
    let answer = ask(world, "POST", "/requests", Some(body)).await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    answer.json()
}

fn sender() -> String {
    format!("0x{}", "ab".repeat(20))
}

fn said(answer: &Answer) -> (u16, String) {
    let text = answer.json()["error"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    (answer.status.as_u16(), text)
}

#[tokio::test]
async fn a_request_is_recovered_answered_and_taken_once() {
    let (world, _) = world(json!({})).await;
    let made = login_request(&world).await;
    let id = made["requestId"].as_str().expect("an id");
    let code = made["code"].as_u64().expect("a code");
    assert!(code < 100, "{code}");
    assert_eq!(made["expiration"], "2026-01-01T00:10:00.000Z");

    let path = format!("/v2/requests/{id}");
    let recovered = ask(&world, "GET", &path, None).await;
    assert_eq!(
        recovered.json(),
        json!({"expiration": "2026-01-01T00:10:00.000Z", "code": code,
            "method": "dcl_personal_sign", "params": ["Decentraland Login"]})
    );
    let poll = format!("/requests/{id}");
    assert_eq!(ask(&world, "GET", &poll, None).await.status, 204);

    let validation = format!("{path}/validation");
    let requires = json!({"requiresValidation": false});
    assert_eq!(ask(&world, "GET", &validation, None).await.json(), requires);
    for _ in 0..2 {
        assert_eq!(ask(&world, "POST", &validation, None).await.status, 204);
    }
    let requires = json!({"requiresValidation": true});
    assert_eq!(ask(&world, "GET", &validation, None).await.json(), requires);

    let outcome = format!("{path}/outcome");
    let body = json!({"sender": sender(), "result": "0xsigned"});
    let answered = ask(&world, "POST", &outcome, Some(body.clone())).await;
    assert_eq!(
        (answered.status.as_u16(), &answered.body[..]),
        (200, &b""[..])
    );
    let again = ask(&world, "POST", &outcome, Some(body)).await;
    let text = format!("Request with id \"{id}\" already has a response");
    assert_eq!(said(&again), (400, text));

    let taken = ask(&world, "GET", &poll, None).await;
    let wanted = json!({"requestId": id, "sender": sender(), "result": "0xsigned"});
    assert_eq!((taken.status.as_u16(), taken.json()), (200, wanted));
    let text = format!("Request with id \"{id}\" has already been fulfilled");
    for (method, path) in [("GET", &poll), ("GET", &path), ("POST", &validation)] {
        let over = ask(&world, method, path, None).await;
        assert_eq!(said(&over), (410, text.clone()), "{method} {path}");
    }
    world.stop().await;
}

#[tokio::test]
async fn of_many_who_answer_or_take_at_once_one_does() {
    let (world, _) = world(json!({})).await;
    let made = login_request(&world).await;
    let id = made["requestId"].as_str().expect("an id");
    let outcome = format!("/v2/requests/{id}/outcome");
    let answers = (0..8).map(|n| {
        let body = json!({"sender": sender(), "result": n});
        ask(&world, "POST", &outcome, Some(body))
    });
    let statuses = futures::future::join_all(answers).await;
    let taken = statuses.iter().filter(|answer| answer.status == 200);
    assert_eq!(taken.count(), 1);
    let poll = format!("/requests/{id}");
    let polls = (0..8).map(|_| ask(&world, "GET", &poll, None));
    let polls = futures::future::join_all(polls).await;
    let got = polls.iter().filter(|answer| answer.status == 200);
    assert_eq!(got.count(), 1);
    assert!(
        polls
            .iter()
            .all(|answer| [200, 410].contains(&answer.status.as_u16()))
    );
    world.stop().await;
}

#[tokio::test]
async fn what_is_unknown_too_old_or_no_request_is_said_so() {
    let (world, clock) =
        world(json!({"dcl_personal_sign_request_expiration_in_seconds": 60})).await;
    let nobody = "1b4e28ba-2fa1-4d2f-883f-0016d3cca427";
    let text = format!("Request with id \"{nobody}\" not found");
    for path in ["/requests/", "/v2/requests/"] {
        let answer = ask(&world, "GET", &format!("{path}{nobody}"), None).await;
        assert_eq!(said(&answer), (404, text.clone()));
    }
    let made = login_request(&world).await;
    let id = made["requestId"].as_str().expect("an id");
    clock.observe_tick(START + 60_001);
    let path = format!("/v2/requests/{id}");
    let text = format!("Request with id \"{id}\" has expired");
    assert_eq!(said(&ask(&world, "GET", &path, None).await), (410, text));
    assert_eq!(
        ask(&world, "GET", &path, None).await.status,
        404,
        "and is gone"
    );

    let wrong = ask(&world, "POST", "/requests", Some(json!({"method": "m"}))).await;
    let (status, problems) = said(&wrong);
    let problems: Value = serde_json::from_str(&problems).expect("a list of errors");
    assert_eq!((status, &problems[0]["keyword"]), (400, &json!("required")));
    let request = Request::post("/auth/requests").body(Body::from("{"));
    let broken = send(&world.router, request.expect("a request")).await;
    let wanted = json!({"error": "Bad request", "message": "Invalid JSON body"});
    assert_eq!((broken.status.as_u16(), broken.json()), (400, wanted));
    let large = json!({"method": "m", "params": ["x".repeat(17 << 10)]});
    let answer = ask(&world, "POST", "/requests", Some(large)).await;
    assert_eq!(answer.status, 413);
    world.stop().await;
}

#[tokio::test]
async fn who_wants_more_than_a_login_is_logged_in() {
    let (world, _) = world(json!({})).await;
    let person = Person::new(1, "2026-02-01T00:00:00.000Z");
    let body = |chain: Option<Value>| {
        let mut body = json!({"method": "eth_sendTransaction", "params": [{"to": sender()}]});
        if let Some(chain) = chain {
            body["authChain"] = chain;
        }
        body
    };
    let answer = ask(&world, "POST", "/requests", Some(body(None))).await;
    assert_eq!(said(&answer), (400, "Auth chain is required".to_owned()));
    let old = Person::new(1, "2025-12-31T00:00:00.000Z").identity()["authChain"].clone();
    let answer = ask(&world, "POST", "/requests", Some(body(Some(old)))).await;
    assert_eq!(
        said(&answer),
        (400, "Ephemeral payload has expired".to_owned())
    );
    let mut forged = person.identity()["authChain"].clone();
    forged[0]["payload"] = json!(sender());
    let answer = ask(&world, "POST", "/requests", Some(body(Some(forged)))).await;
    assert_eq!(answer.status, 400, "somebody else's wallet");
    let chain = person.identity()["authChain"].clone();
    let answer = ask(&world, "POST", "/requests", Some(body(Some(chain)))).await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    let made = answer.json();
    assert_eq!(made["expiration"], "2026-01-01T00:05:00.000Z");
    let path = format!(
        "/v2/requests/{}",
        made["requestId"].as_str().expect("an id")
    );
    let recovered = ask(&world, "GET", &path, None).await.json();
    assert_eq!(recovered["sender"], person.wallet.address());
    world.stop().await;
}

#[tokio::test]
async fn an_address_that_asks_too_much_waits_and_others_do_not() {
    let (world, _) = world(json!({"makes_per_minute": 2})).await;
    let body = json!({"method": "dcl_personal_sign", "params": []});
    let make = async |address: &str| {
        from(
            &world.router,
            address,
            "POST",
            "/requests",
            Some(&body),
            &[],
        )
        .await
    };
    for _ in 0..2 {
        assert_eq!(make("198.51.100.1").await.status, 201);
    }
    let refused = make("198.51.100.1").await;
    assert_eq!(refused.status, 429);
    let after: u64 = refused
        .header("retry-after")
        .expect("a header")
        .parse()
        .expect("seconds");
    assert!((1..=60).contains(&after), "{after}");
    assert_eq!(make("198.51.100.2").await.status, 201);
    world.stop().await;
}

/// Somebody with a wallet, logged in with a key until a date.
struct Person {
    wallet: Wallet,
    session: Wallet,
    private_key: String,
    chain: identity::chain::AuthChain,
}

impl Person {
    fn new(seed: u8, until: &str) -> Self {
        let wallet = Wallet::from_private_key([seed; 32]).expect("a valid key");
        let session = Wallet::from_private_key([seed + 100; 32]).expect("a valid key");
        let chain = create_ephemeral_chain(&wallet, &session, LOGIN_TITLE, until);
        Self {
            private_key: format!("0x{}", hex::encode([seed + 100; 32])),
            chain: chain.expect("short texts"),
            wallet,
            session,
        }
    }

    fn identity(&self) -> Value {
        json!({"expiration": "2026-02-01T00:00:00.000Z",
            "ephemeralIdentity": {"address": self.session.checksum_address(), "privateKey": self.private_key,
                "publicKey": "0x04"},
            "authChain": self.chain})
    }

    fn headers(&self, method: &str, path: &str, metadata: &str) -> Vec<(String, String)> {
        let request = RequestToSign {
            method,
            path,
            timestamp_ms: START,
            metadata: Some(metadata),
            format: PayloadFormat::Verbatim,
        };
        headers_for(&self.chain, &self.session, &request).expect("a short path")
    }

    async fn leaves(&self, world: &World, address: &str, body: &Value) -> Answer {
        let headers = self.headers("POST", "/identities", "{}");
        let router = &world.router;
        from(router, address, "POST", "/identities", Some(body), &headers).await
    }
}

const UNTIL: &str = "2026-02-01T00:00:00.000Z";

async fn left(world: &World, more: Value) -> String {
    let person = Person::new(1, UNTIL);
    let mut body = json!({"identity": person.identity()});
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    let answer = person.leaves(world, "203.0.113.7", &body).await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    assert_eq!(answer.json()["expiration"], "2026-01-01T01:00:00.000Z");
    let id = answer.json()["identityId"]
        .as_str()
        .expect("an id")
        .to_owned();
    format!("/identities/{id}")
}

#[tokio::test]
async fn an_identity_is_fetched_once_from_the_same_place() {
    let (world, _) = world(json!({})).await;
    let path = left(&world, json!({})).await;
    // The last byte of an address may differ, and it may be asked by many at once.
    let fetches = (0..8).map(|_| from(&world.router, "203.0.113.99", "GET", &path, None, &[]));
    let fetches = futures::future::join_all(fetches).await;
    let (got, late): (Vec<_>, Vec<_>) = fetches.iter().partition(|a| a.status == 200);
    assert_eq!(got.len(), 1);
    assert_eq!(
        got[0].json(),
        json!({"identity": Person::new(1, UNTIL).identity()})
    );
    for answer in late {
        assert_eq!(
            said(answer),
            (404, "Identity was already consumed".to_owned())
        );
        assert_eq!(answer.json()["createdAt"], "2026-01-01T00:00:00.000Z");
    }
    world.stop().await;
}

#[tokio::test]
async fn an_identity_is_destroyed_when_it_is_asked_for_from_elsewhere() {
    let (world, clock) = world(json!({})).await;
    let path = left(&world, json!({})).await;
    let router = &world.router;
    let elsewhere = from(router, "198.51.100.1", "GET", &path, None, &[]).await;
    assert_eq!(said(&elsewhere), (403, "IP address mismatch".to_owned()));
    let owner = from(router, "203.0.113.7", "GET", &path, None, &[]).await;
    assert_eq!(
        said(&owner),
        (404, "Identity was deleted due to IP mismatch".to_owned())
    );

    let mobile = left(&world, json!({"isMobile": true})).await;
    let fetched = from(router, "198.51.100.1", "GET", &mobile, None, &[]).await;
    assert_eq!(fetched.status, 200, "a telephone may be anywhere");

    let late = left(&world, json!({})).await;
    clock.observe_tick(START + 3_600_001);
    let answer = ask(&world, "GET", &late, None).await;
    assert_eq!(said(&answer), (410, "Identity has expired".to_owned()));
    let answer = ask(&world, "GET", &late, None).await;
    assert_eq!(said(&answer), (404, "Identity has expired".to_owned()));

    let nobody = "/identities/1b4e28ba-2fa1-4d2f-883f-0016d3cca427";
    let answer = ask(&world, "GET", nobody, None).await;
    assert_eq!(said(&answer), (404, "Identity not found".to_owned()));
    for wrong in ["x", "1b4e28ba-2fa1-11d2-883f-0016d3cca427"] {
        let answer = ask(&world, "GET", &format!("/identities/{wrong}"), None).await;
        assert_eq!(said(&answer), (400, "Invalid identity format".to_owned()));
    }
    world.stop().await;
}

#[tokio::test]
async fn a_program_that_gave_a_challenge_is_known_by_its_answer_and_not_by_its_address() {
    let (world, _) = world(json!({})).await;
    // SHA-256 of "verifier" in unpadded URL-safe base64.
    let challenge = "iMnq5o6zALKXGivsnlom_0F5_WYda32GHkxlV7mq7hQ";
    let path = left(&world, json!({ "codeChallenge": challenge })).await;
    for query in ["", "?codeVerifier=other"] {
        let answer = ask(&world, "GET", &format!("{path}{query}"), None).await;
        assert_eq!(said(&answer), (403, "Code verifier mismatch".to_owned()));
    }
    let path = format!("{path}?codeVerifier=verifier");
    let fetched = from(&world.router, "198.51.100.1", "GET", &path, None, &[]).await;
    assert_eq!(fetched.status, 200, "guesses destroyed nothing");
    world.stop().await;
}

#[tokio::test]
async fn only_whole_identities_of_who_signs_are_taken() {
    let (world, _) = world(json!({})).await;
    let (alice, bob) = (Person::new(1, UNTIL), Person::new(2, UNTIL));
    let address = "203.0.113.7";
    let whole = json!({"identity": alice.identity()});
    let refused = bob.leaves(&world, address, &whole).await;
    assert_eq!(
        said(&refused),
        (
            403,
            "Request sender does not match identity owner".to_owned()
        )
    );
    let mut body = whole.clone();
    body["identity"]["ephemeralIdentity"]["address"] = json!(bob.session.address());
    let refused = alice.leaves(&world, address, &body).await;
    let text = "Ephemeral wallet address does not match auth chain final authority";
    assert_eq!(said(&refused), (403, text.to_owned()));
    let mut body = whole.clone();
    body["identity"]["ephemeralIdentity"]["privateKey"] = json!(bob.private_key);
    let refused = alice.leaves(&world, address, &body).await;
    let text = "Ephemeral private key does not match the provided address";
    assert_eq!(said(&refused), (403, text.to_owned()));
    for (pointer, value) in [
        ("/identity/ephemeralIdentity/privateKey", json!("no key")),
        ("/identity/authChain", json!([])),
        ("/identity/expiration", json!(7)),
    ] {
        let mut body = whole.clone();
        *body.pointer_mut(pointer).expect("a member") = value;
        let refused = alice.leaves(&world, address, &body).await;
        assert_eq!(refused.status, 400, "{pointer}");
    }
    let unsigned = ask(&world, "POST", "/identities", Some(whole.clone())).await;
    assert_eq!(said(&unsigned), (400, "Invalid Auth Chain".to_owned()));
    let metadata = r#"{"signer":"decentraland-kernel-scene"}"#;
    let headers = alice.headers("POST", "/identities", metadata);
    let router = &world.router;
    let scene = from(
        router,
        address,
        "POST",
        "/identities",
        Some(&whole),
        &headers,
    )
    .await;
    assert_eq!(scene.status, 400, "a scene signs nobody in");
    world.stop().await;
}

#[tokio::test]
async fn what_is_stored_tells_nothing_and_is_taken_away_when_it_is_over() {
    let (world, clock) = world(json!({"sweep_interval": "1s", "identity_status_ttl": "2h"})).await;
    let left = left(&world, json!({})).await;
    let id = left.rsplit('/').next().expect("an id").to_owned();
    login_request(&world).await;
    let store = Arc::clone(&world.context.platform.store);
    let stored = async || store.pointers("auth/").await.expect("the store answers");
    let before = stored().await;
    assert_eq!(before.len(), 2);
    let key = hex::encode([101; 32]);
    for (name, pointer) in &before {
        let text = String::from_utf8_lossy(&pointer.value).into_owned();
        assert!(!name.contains(&id) && !text.contains(&id), "{name} {text}");
        assert!(
            !text.contains(&key) && !text.contains("privateKey"),
            "{text}"
        );
    }
    let backgrounds =
        gateways::backgrounds(&gateways::all().iter().collect::<Vec<_>>(), &world.context);
    let (_, sweep) = backgrounds
        .into_iter()
        .find(|(name, _)| *name == "auth")
        .expect("it sweeps");
    let sweep = tokio::spawn(sweep);
    clock.observe_tick(START + 3_600_001);
    while stored().await.len() > 1 {
        tokio::task::yield_now().await;
    }
    // The identity itself is gone before it is forgotten that there was one.
    while stored().await[0].1.value.len() > 100 {
        tokio::task::yield_now().await;
    }
    let answer = ask(&world, "GET", &left, None).await;
    assert_eq!(said(&answer), (404, "Identity has expired".to_owned()));
    clock.observe_tick(START + 7_200_001);
    while !stored().await.is_empty() {
        tokio::task::yield_now().await;
    }
    sweep.abort();
    world.stop().await;
}
