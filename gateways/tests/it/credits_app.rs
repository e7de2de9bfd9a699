//! Credits that are bought in the app, ways to register a name, and how much one wallet may ask.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::credits::signed_at_last;
use crate::credits_desk::{ADMIN, CREDIT, DAY, Desk, Person};
use crate::support::{get_with, post_with};

const PRODUCT: &str = "org.app.pack_30";
/// `dcl-iap:` and the address, SHA-256, the first 16 bytes.
fn account(who: &Person) -> String {
    use sha2::Digest as _;
    let hash = sha2::Sha256::digest(format!("dcl-iap:{}", who.address));
    let hex = hex::encode(&hash[..16]);
    [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-")
}

/// What the store knows, by transaction; and how often it was asked.
#[derive(Clone, Default)]
struct Store(Arc<Mutex<(BTreeMap<String, Value>, usize)>>);

impl Store {
    /// Something is bought; the text that the device gets. Nobody signs it: it is not believed.
    fn sell(&self, id: &str, who: &Person, more: Value) -> String {
        let mut bought = json!({"transactionId": id, "bundleId": "org.app", "productId": PRODUCT,
            "appAccountToken": account(who), "environment": "Production"});
        for (name, value) in more.as_object().expect("members") {
            bought[name] = value.clone();
        }
        let text = signed(&bought);
        self.0
            .lock()
            .expect("no panic")
            .0
            .insert(id.to_owned(), bought);
        text
    }

    fn asked(&self) -> usize {
        self.0.lock().expect("no panic").1
    }
}

fn signed(payload: &Value) -> String {
    let body = URL_SAFE_NO_PAD.encode(payload.to_string());
    format!("e30.{body}.c2ln")
}

async fn transaction(
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<Json<Value>, StatusCode> {
    let mut known = store.0.lock().expect("no panic");
    known.1 += 1;
    if id == "broken" {
        return Err(StatusCode::INTERNAL_SERVER_ERROR);
    }
    let bought = known.0.get(&id).ok_or(StatusCode::NOT_FOUND)?;
    Ok(Json(json!({ "signedTransactionInfo": signed(bought) })))
}

async fn way(Json(asked): Json<Value>) -> Result<Json<Value>, StatusCode> {
    let cost = match asked["name"].as_str() {
        Some("broken") => return Err(StatusCode::BAD_GATEWAY),
        Some("dear") => 7 * CREDIT,
        _ => 2 * CREDIT,
    };
    assert_eq!(asked["priceWei"], (100 * CREDIT).to_string());
    Ok(Json(
        json!({"target": format!("0x{}", "33".repeat(20)), "data": "0xfd165a7312345678",
        "quoteId": format!("q-{}", asked["name"].as_str().unwrap_or_default()), "estimatedRouteDuration": 120,
        "costWei": cost.to_string()}),
    ))
}

/// Servers outside: the store and the finder of ways.
async fn outside() -> (String, Store) {
    let store = Store::default();
    let router = Router::new()
        .route("/inApps/v1/transactions/{id}", get(transaction))
        .route("/way", post(way))
        .with_state(store.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, store)
}

async fn open(more: Value) -> (Desk, Store) {
    let (url, store) = outside().await;
    let mut settings = json!({"iap_store_url": url, "iap_bundle_id": "org.app",
        "iap_product_catalog": {PRODUCT: 30, "org.app.half": "0.5"},
        "name_route_urls": {"across": format!("{url}/way")}, "name_route_cost_limit": 5});
    for (name, value) in more.as_object().expect("settings") {
        settings[name] = value.clone();
    }
    (Desk::with(settings).await, store)
}

async fn verify(desk: &Desk, who: &Person, jws: &str) -> Value {
    let answer = desk
        .post(
            who,
            "/credits/iap/verify",
            json!({ "jwsRepresentation": jws }),
        )
        .await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    answer.json()
}

fn refused(code: &str) -> Value {
    json!({"ok": false, "code": code})
}

#[tokio::test]
async fn what_is_bought_in_the_app_is_credited_once_and_taken_back_when_refunded() {
    let (desk, store) = open(json!({})).await;
    let (ann, bob) = (Person::new(1), Person::new(2));
    let registered = desk.post(&ann, "/credits/iap/register", json!({})).await;
    assert_eq!(
        registered.json(),
        json!({"ok": true, "data": {"appAccountToken": account(&ann)}})
    );
    let quoted = desk
        .post(&ann, "/credits/iap/quote", json!({ "productId": PRODUCT }))
        .await;
    assert_eq!(
        quoted.json(),
        json!({"ok": true, "data": {"allowed": true, "appAccountToken": account(&ann)}})
    );
    let unknown = desk
        .post(&ann, "/credits/iap/quote", json!({"productId": "x"}))
        .await;
    assert_eq!(unknown.json(), refused("unknown_product"));

    let bought = store.sell("t1", &ann, json!({}));
    assert_eq!(
        verify(&desk, &bob, &bought).await,
        refused("token_mismatch")
    );
    let credited = json!({"ok": true, "data": {"alreadyExisted": false}});
    assert_eq!(verify(&desk, &ann, &bought).await, credited);
    let asked = store.asked();
    let again = json!({"ok": true, "data": {"alreadyExisted": true}});
    assert_eq!(verify(&desk, &ann, &bought).await, again);
    assert_eq!(store.asked(), asked + 1);
    signed_at_last(&desk, &ann, 1).await;
    let credits = desk.credits(&ann).await;
    assert_eq!(credits["totalCreditsWei"], (30 * CREDIT).to_string());
    assert_eq!(credits["credits"][0]["creditSource"], "iap");
    assert_eq!(credits["credits"][0]["expiresAt"], 4_070_908_800_i64);

    // What the device says of a transaction counts for nothing.
    let forged = signed(
        &json!({"transactionId": "t9", "bundleId": "org.app", "productId": PRODUCT,
        "appAccountToken": account(&bob), "environment": "Production"}),
    );
    for jws in ["nonsense", &forged] {
        assert_eq!(
            verify(&desk, &bob, jws).await,
            refused("invalid_jws"),
            "{jws}"
        );
    }
    for (id, more, code) in [
        ("t2", json!({"bundleId": "org.other"}), "invalid_jws"),
        ("t3", json!({"environment": "Sandbox"}), "invalid_jws"),
        ("t4", json!({"productId": "x"}), "unknown_product"),
        ("t5", json!({"revocationDate": 1}), "revoked_transaction"),
    ] {
        let jws = store.sell(id, &ann, more);
        assert_eq!(verify(&desk, &ann, &jws).await, refused(code), "{id}");
    }
    let silent = store.sell("broken", &ann, json!({}));
    let silent = json!({ "jwsRepresentation": silent });
    let silent = desk.post(&ann, "/credits/iap/verify", silent).await;
    assert_eq!(silent.status, 503, "the app tries again");

    let refund = store.sell("t1", &ann, json!({"revocationDate": 5}));
    assert_eq!(notify(&desk, &refund).await, 200);
    desk.world.settle().await;
    assert_eq!(desk.credits(&ann).await["totalCreditsWei"], "0");
    desk.close().await;
}

async fn notify(desk: &Desk, transaction: &str) -> u16 {
    let payload =
        signed(&json!({"notificationType": "ANY", "data": {"signedTransactionInfo": transaction}}));
    let body = json!({ "signedPayload": payload }).to_string();
    let told = post_with(&desk.world.router, "/credits/apple/webhook", body, &[]).await;
    told.status.as_u16()
}

#[tokio::test]
async fn the_store_tells_of_a_purchase_that_the_device_did_not() {
    let (desk, store) = open(json!({})).await;
    let (ann, bob) = (Person::new(1), Person::new(2));
    desk.post(&ann, "/credits/iap/register", json!({})).await;
    let (known, unknown) = (
        store.sell("t1", &ann, json!({"quantity": 2})),
        store.sell("t2", &bob, json!({})),
    );
    for transaction in [&known, &known, &unknown] {
        assert_eq!(notify(&desk, transaction).await, 200);
    }
    let nonsense = post_with(
        &desk.world.router,
        "/credits/apple/webhook",
        r#"{"signedPayload":"x"}"#,
        &[],
    );
    assert_eq!(nonsense.await.status, 400);
    signed_at_last(&desk, &ann, 1).await;
    assert_eq!(
        desk.credits(&ann).await["totalCreditsWei"],
        (60 * CREDIT).to_string()
    );
    assert_eq!(
        desk.credits(&bob).await["totalCreditsWei"],
        "0",
        "nobody said whose it is"
    );
    desk.close().await;
}

#[tokio::test]
async fn what_one_wallet_buys_in_a_day_is_limited() {
    let caps = json!({"iap_wallet_total_limit": 90, "iap_wallet_daily_limit": 30, "iap_service_daily_limit": 50});
    let (mut desk, store) = open(caps).await;
    let (ann, bob) = (Person::new(1), Person::new(2));
    let cap = |reason: &str| json!({"ok": false, "code": "cap_exceeded", "reason": reason});
    let first = store.sell("t1", &ann, json!({}));
    assert_eq!(verify(&desk, &ann, &first).await["ok"], true);
    let second = store.sell("t2", &ann, json!({}));
    assert_eq!(verify(&desk, &ann, &second).await, cap("daily_limit"));
    let wanted = json!({ "productId": PRODUCT });
    let quoted = desk.post(&ann, "/credits/iap/quote", wanted.clone()).await;
    assert_eq!(quoted.json(), cap("daily_limit"));
    let quoted = desk.post(&bob, "/credits/iap/quote", wanted.clone()).await;
    assert_eq!(quoted.json(), refused("service_daily_limit"));
    for id in ["t2", "t3"] {
        desk.tick(DAY).await;
        let jws = store.sell(id, &ann, json!({}));
        assert_eq!(
            verify(&desk, &ann, &jws).await["ok"],
            true,
            "tomorrow it is within the limit"
        );
    }
    desk.tick(DAY).await;
    let quoted = desk.post(&ann, "/credits/iap/quote", wanted).await;
    assert_eq!(quoted.json(), cap("total_limit"));
    desk.close().await;
}

#[tokio::test]
async fn a_way_to_a_name_is_signed_for_its_buyer() {
    let (desk, _) = open(json!({})).await;
    let ann = Person::new(1);
    let ask = async |query: &str| {
        desk.get(&ann, &format!("/credits-name-route?{query}"))
            .await
    };
    let found = ask("name=Ann1&chainId=137&provider=across").await;
    assert_eq!(found.status, 200, "{:?}", found.body);
    let found = found.json();
    let call = &found["externalCall"];
    assert_eq!(call["selector"], "0xfd165a73");
    assert_eq!(call["data"], "0x12345678");
    assert_eq!(call["expiresAt"], desk.now / 1000 + 900);
    for (name, value) in [
        ("quoteId", json!("q-Ann1")),
        ("estimatedRouteDuration", json!(120)),
        ("fromChainId", json!("137")),
        ("toChainId", json!("1")),
        ("provider", json!("across")),
    ] {
        assert_eq!(found[name], value, "{name}");
    }
    // The same as if it had been asked for by itself.
    let manager = "0x8b3a40ca1b6f5cafc99d112a4d02e897d1fd8cc5";
    let wanted = json!({"userAddress": ann.address, "chainId": 137, "creditsManagerAddress": manager,
        "externalCall": call});
    let signed = desk.post(&ann, "/sign-external-call", wanted).await.json();
    assert_eq!(found["customExternalCallSignature"], signed["signature"]);

    let dear = ask("name=dear&chainId=137&provider=across").await;
    assert_eq!(dear.status, 503);
    assert_eq!(dear.json()["code"], "ROUTE_COST_TOO_HIGH");
    for (query, status) in [
        ("name=broken&chainId=137&provider=across", 503),
        ("name=ann&chainId=137", 503),
        ("name=a&chainId=137&provider=across", 400),
        ("name=not-a-name&chainId=137&provider=across", 400),
        ("name=ann&chainId=1&provider=across", 400),
        ("name=ann&chainId=137&provider=other", 400),
        ("chainId=137", 400),
    ] {
        assert_eq!(ask(query).await.status.as_u16(), status, "{query}");
    }
    desk.close().await;
}

#[tokio::test]
async fn only_listed_contracts_are_called() {
    let target = format!("0x{}", "22".repeat(20));
    let desk = Desk::with(json!({ "external_call_targets": [target] })).await;
    let ann = Person::new(1);
    let manager = "0x8b3a40ca1b6f5cafc99d112a4d02e897d1fd8cc5";
    let ask = async |target: &str| {
        let body = json!({"userAddress": ann.address, "chainId": 137, "creditsManagerAddress": manager,
            "externalCall": {"target": target, "selector": "0xdeadbeef", "data": "0x",
                "expiresAt": 1_800_000_000, "salt": format!("0x{}", "cd".repeat(32))}});
        desk.post(&ann, "/sign-external-call", body)
            .await
            .status
            .as_u16()
    };
    assert_eq!(ask(&target).await, 200);
    assert_eq!(ask(&format!("0x{}", "23".repeat(20))).await, 400);
    assert_eq!(ask(manager).await, 400);
    desk.close().await;
}

#[tokio::test]
async fn one_wallet_asks_so_much_and_is_told_when_it_may_again() {
    let limits = json!({"wallet_questions_per_day": 3, "wallet_requests_per_minute": 8});
    let mut desk = Desk::with(limits).await;
    let (ann, bob) = (Person::new(1), Person::new(2));
    let enrol = async |desk: &Desk, who: &Person| desk.post(who, "/users", json!("")).await;
    for _ in 0..3 {
        assert_eq!(enrol(&desk, &ann).await.status, 200);
    }
    let refused = enrol(&desk, &ann).await;
    assert_eq!(refused.status, 429);
    assert!(
        refused.json()["error"]
            .as_str()
            .is_some_and(|e| e.contains("a day"))
    );
    assert_eq!(refused.header("retry-after"), Some("86400"));
    assert_eq!(enrol(&desk, &bob).await.status, 200, "another wallet");
    let path = format!("/users/{}/status", ann.address);
    assert_eq!(
        desk.get(&ann, &path).await.status,
        200,
        "reading is no question"
    );
    desk.tick(DAY).await;
    for _ in 0..3 {
        assert_eq!(enrol(&desk, &ann).await.status, 200, "another day");
    }
    let mut refusals = Vec::new();
    while refusals.len() < 50
        && refusals
            .last()
            .is_none_or(|last: &String| last.contains("a day"))
    {
        let refused = enrol(&desk, &ann).await;
        assert_eq!(refused.status, 429);
        refusals.push(
            refused.json()["error"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        );
    }
    assert!(refusals[0].contains("a day"), "{refusals:?}");
    assert!(
        refusals
            .last()
            .is_some_and(|last| last.contains("a minute")),
        "{refusals:?}"
    );
    let captcha = desk.get(&ann, "/captcha").await;
    assert_eq!(captcha.status, 429, "a picture is written down, too");
    desk.close().await;
}

#[tokio::test]
async fn admins_see_every_credit_and_every_reason() {
    let desk = Desk::open().await;
    let (ann, bob, admin) = (Person::new(1), Person::new(2), Person::new(9));
    for (who, reason) in [(&ann, "event"), (&bob, "prize"), (&bob, "event")] {
        let path = format!("/users/{}/credits", who.address);
        let grant = json!({"type": "on-demand", "amount": 1, "reason": reason});
        let token = [("authorization", "Bearer grant")];
        let given = desk
            .signed(&admin, Method::POST, &path, Some(grant), &token)
            .await;
        assert_eq!(given.status, 200, "{:?}", given.body);
    }
    desk.world.settle().await;
    let router = &desk.world.router;
    let reasons = get_with(router, "/credits/credit-reasons", &[ADMIN])
        .await
        .json();
    assert_eq!(reasons, json!({"reasons": ["event", "prize"]}));
    let (mut owners, mut cursor) = (BTreeMap::<String, usize>::new(), String::new());
    loop {
        let page = get_with(
            router,
            &format!("/credits/credits?limit=2{cursor}"),
            &[ADMIN],
        )
        .await;
        let page = page.json();
        for credit in page["credits"].as_array().expect("credits") {
            let owner = credit["userAddress"].as_str().expect("an address");
            *owners.entry(owner.to_owned()).or_default() += 1;
        }
        let Some(next) = page["next"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(owners[&ann.address], 1);
    assert_eq!(owners[&bob.address], 2);
    for path in ["/credits/credits", "/credits/credit-reasons"] {
        assert_eq!(get_with(router, path, &[]).await.status, 401, "{path}");
    }
    desk.close().await;
}
