//! Dollars from outside: authorizations, cancellations, orders, the stream.

use futures::StreamExt as _;
use futures::future::join_all;
use http::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::credits_desk::{Desk, Person};
use crate::support::post_with;

async fn authorize(desk: &Desk, who: &Person, key: &str, cents: i64) -> crate::support::Answer {
    let body = json!({"usdPriceCents": cents, "contractAddress": "0xC0", "itemId": key});
    let key = [("idempotency-key", key)];
    desk.signed(who, Method::POST, "/credits/authorize", Some(body), &key)
        .await
}

#[tokio::test]
async fn a_purchase_is_held_signed_sent_and_settled() {
    let desk = Desk::open().await;
    let ann = Person::new(1);
    let poor = authorize(&desk, &ann, "k0", 200).await;
    assert_eq!(
        (poor.status.as_u16(), poor.json()),
        (402, json!({"error": "insufficient credits"}))
    );
    desk.mint(&ann, 1000).await;
    let first = authorize(&desk, &ann, "k1", 195).await;
    assert_eq!(first.status, 200, "{:?}", first.body);
    let voucher = first.json();
    assert_eq!(
        (&voucher["maxCreditedValue"], &voucher["usdCents"]),
        (&json!("7566765578635014835"), &json!(200))
    );
    let credit = &voucher["credit"];
    assert_eq!(credit["expiresAt"], desk.now / 1000 + 900);
    assert_eq!(credit["signature"].as_str().map(str::len), Some(132));
    assert_eq!(
        authorize(&desk, &ann, "k1", 195).await.json(),
        voucher,
        "the same key, the same answer"
    );
    let offset = first
        .header("x-ledger-offset")
        .expect("an offset")
        .to_owned();
    let path = format!("/users/{}/credits", ann.address);
    let read = desk
        .signed(
            &ann,
            Method::GET,
            &path,
            None,
            &[("x-ledger-offset", &offset)],
        )
        .await;
    assert_eq!(read.json()["usd"]["balanceCents"], 800);
    assert_eq!(read.header("x-ledger-stale"), None);
    let beyond = desk
        .signed(
            &ann,
            Method::GET,
            &path,
            None,
            &[("x-ledger-offset", "999999")],
        )
        .await;
    assert_eq!(beyond.status, 400);
    let other = authorize(&desk, &ann, "k1", 205).await;
    assert_eq!(
        (other.status.as_u16(), other.json()),
        (409, json!({"error": "idempotency key reused"}))
    );

    let usd = desk.credits(&ann).await["usd"].clone();
    assert_eq!(
        usd,
        json!({"balanceCents": 800, "credits": 80, "held": {"cents": 200, "credits": 20,
            "releasesAtSeconds": credit["expiresAt"], "purchases": [{"credits": 20,
                "releasesAtSeconds": credit["expiresAt"], "contractAddress": "0xc0", "itemId": "k1"}]}})
    );
    let salt = credit["id"].as_str().expect("an id").to_owned();
    let sent = desk
        .post(
            &ann,
            "/credits/authorize/submitted",
            json!({"salts": [salt], "txHash": "0xT"}),
        )
        .await;
    assert_eq!(sent.json(), json!({"recorded": 1}));
    let kept = desk
        .post(&ann, "/credits/authorize/cancel", json!({"salts": [salt]}))
        .await;
    assert_eq!(kept.json(), json!({"released": 0}), "it may be on its way");
    desk.used(&ann, &salt, 77, "0xb1", 1).await;
    let path = format!("/users/{}/purchases", ann.address);
    let purchases = desk.get(&ann, &path).await.json();
    assert_eq!(
        purchases["purchases"][0],
        json!({"id": salt, "tradeId": null, "contractAddress": "0xc0", "itemId": "k1", "registeredName": null,
            "usdCents": 200, "credits": 20, "status": "SETTLED", "createdAt": desk.now, "manaSettledWei": "77",
            "txHash": "0xtx0xb1", "submittedTxHash": "0xt"})
    );
    assert_eq!(
        desk.credits(&ann).await["usd"],
        json!({"balanceCents": 800, "credits": 80})
    );
    desk.close().await;
}

#[tokio::test]
async fn many_at_once_get_what_the_balance_covers() {
    let desk = Desk::open().await;
    let ann = Person::new(1);
    desk.mint(&ann, 1000).await;
    let keys: Vec<String> = (0..12).map(|n| format!("race{n}")).collect();
    let asked = keys.iter().map(|key| authorize(&desk, &ann, key, 150));
    let statuses: Vec<u16> = join_all(asked)
        .await
        .iter()
        .map(|a| a.status.as_u16())
        .collect();
    let count = |status: u16| statuses.iter().filter(|s| **s == status).count();
    assert_eq!((count(200), count(402)), (6, 6), "{statuses:?}");
    let same = (0..6).map(|_| authorize(&desk, &ann, "race0", 150));
    let answers: Vec<Value> = join_all(same)
        .await
        .iter()
        .map(crate::support::Answer::json)
        .collect();
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
    assert_eq!(desk.credits(&ann).await["usd"]["balanceCents"], 100);
    desk.close().await;
}

fn hook(event: &Value, now: i64) -> (String, String) {
    let body = event.to_string();
    let time = now / 1000;
    let pad = |with: u8| -> Vec<u8> {
        let mut block = b"whsec".to_vec();
        block.resize(64, 0);
        block.iter().map(|byte| byte ^ with).collect()
    };
    let inner = Sha256::new_with_prefix(pad(0x36))
        .chain_update(format!("{time}.{body}"))
        .finalize();
    let outer = Sha256::new_with_prefix(pad(0x5c))
        .chain_update(inner)
        .finalize();
    (body, format!("t={time},v1={}", hex::encode(outer)))
}

#[tokio::test]
async fn an_order_is_opened_paid_by_the_provider_and_credited_once() {
    let desk = Desk::open().await;
    let (ann, bob) = (Person::new(1), Person::new(2));
    let packs = desk.world.get("/credits/credits/packs").await.json();
    assert_eq!(
        packs["packs"][1],
        json!({"id": "pack_10", "usd": 11.99, "credits": 100, "order": 1, "recommended": true})
    );
    let unknown = desk
        .post(&ann, "/credits/checkout", json!({"packId": "pack_7"}))
        .await;
    assert_eq!(
        (unknown.status.as_u16(), unknown.json()),
        (400, json!({"error": "Unknown pack"}))
    );
    let opened = desk
        .post(
            &ann,
            "/credits/checkout",
            json!({"packId": "pack_10", "source": "website"}),
        )
        .await
        .json();
    let order = opened["orderId"].as_str().expect("an id").to_owned();
    assert_eq!(
        opened["url"],
        json!(format!("https://pay.test/p10?client_reference_id={order}"))
    );
    let closed = desk
        .post(&ann, "/credits/checkout", json!({"packId": "pack_5"}))
        .await;
    assert_eq!(closed.status, 503);
    let path = format!("/credits/orders/{order}");
    assert_eq!(
        desk.get(&ann, &path).await.json(),
        json!({"status": "initiated"})
    );
    assert_eq!(desk.get(&bob, &path).await.status, 404);
    for id in ["evt1", "evt2", "evt1"] {
        let event = json!({"id": id, "type": "checkout.session.completed",
            "data": {"object": {"payment_status": "paid", "metadata": {"orderId": order}}}});
        let (body, signature) = hook(&event, desk.now);
        let path = "/credits/credits/webhook";
        let taken = post_with(
            &desk.world.router,
            path,
            body.clone(),
            &[("stripe-signature", &signature)],
        )
        .await;
        assert_eq!(taken.status, 200, "{:?}", taken.body);
        let forged = post_with(
            &desk.world.router,
            path,
            format!("{body} "),
            &[("stripe-signature", &signature)],
        )
        .await;
        assert_eq!(forged.status, 400);
    }
    let paid = desk.get(&ann, &path).await.json();
    assert_eq!(
        paid,
        json!({"status": "credited", "creditsGranted": 100, "newBalance": 100})
    );
    let listed = desk
        .get(&ann, &format!("/users/{}/credit-orders", ann.address))
        .await
        .json();
    assert_eq!(
        (&listed["total"], &listed["orders"][0]["usdCents"]),
        (&json!(1), &json!(1199))
    );
    desk.close().await;
}

#[tokio::test]
async fn an_order_is_given_up_or_gone_on_with() {
    let desk = Desk::open().await;
    let (ann, bob) = (Person::new(1), Person::new(2));
    let opened = desk
        .post(&ann, "/credits/checkout", json!({"packId": "pack_10"}))
        .await
        .json();
    let path = format!(
        "/credits/orders/{}",
        opened["orderId"].as_str().expect("an id")
    );
    let resumed = desk
        .signed(&ann, Method::POST, &format!("{path}/resume"), None, &[])
        .await;
    assert_eq!(
        (resumed.status.as_u16(), &resumed.json()["url"]),
        (200, &opened["url"])
    );
    let theirs = desk
        .signed(&bob, Method::POST, &format!("{path}/cancel"), None, &[])
        .await;
    assert_eq!(theirs.status, 404);
    let given_up = desk
        .signed(&ann, Method::POST, &format!("{path}/cancel"), None, &[])
        .await;
    assert_eq!(given_up.json()["status"], "abandoned");
    let gone = desk
        .signed(&ann, Method::POST, &format!("{path}/resume"), None, &[])
        .await;
    assert_eq!(
        (gone.status.as_u16(), gone.json()),
        (409, json!({"status": "abandoned"}))
    );
    desk.close().await;
}

#[tokio::test]
async fn external_calls_are_signed_for_the_sender_and_our_manager() {
    let desk = Desk::open().await;
    let ann = Person::new(1);
    let call = |user: &str, manager: &str| {
        json!({"userAddress": user, "chainId": 137, "creditsManagerAddress": manager, "usdPriceCents": 100,
            "externalCall": {"target": format!("0x{}", "22".repeat(20)), "selector": "0xdeadbeef", "data": "0x1234",
                "expiresAt": 1_800_000_000, "salt": format!("0x{}", "cd".repeat(32))}})
    };
    let manager = "0x8B3a40ca1b6f5cafc99d112a4d02e897d1fd8cc5";
    let signed = desk
        .post(&ann, "/sign-external-call", call(&ann.address, manager))
        .await;
    assert_eq!(signed.status, 200, "{:?}", signed.body);
    assert_eq!(signed.json()["signature"].as_str().map(str::len), Some(132));
    let other = desk
        .post(
            &ann,
            "/sign-external-call",
            call(&Person::new(2).address, manager),
        )
        .await;
    assert_eq!(other.status, 403);
    let other = desk
        .post(
            &ann,
            "/sign-external-call",
            call(&ann.address, &ann.address),
        )
        .await;
    assert_eq!(other.status, 400);
    let poor = desk
        .post(
            &ann,
            "/credits/authorize-publication",
            call(&ann.address, manager),
        )
        .await;
    assert_eq!(poor.status, 402);
    desk.mint(&ann, 100).await;
    let paid = desk
        .post(
            &ann,
            "/credits/authorize-publication",
            call(&ann.address, manager),
        )
        .await
        .json();
    assert_eq!(paid["externalCallSignature"], signed.json()["signature"]);
    assert_eq!(
        paid["credit"]["signature"].as_str().map(str::len),
        Some(132)
    );
    desk.close().await;
}

#[tokio::test]
async fn a_stream_tells_of_changes() {
    use tower::ServiceExt as _;
    let desk = Desk::open().await;
    let ann = Person::new(1);
    desk.mint(&ann, 100).await;
    let path = format!("/users/{}/credits/stream", ann.address);
    let request = desk.to_send(&ann, Method::GET, &path, None, &[]);
    let response = desk
        .world
        .router
        .clone()
        .oneshot(request)
        .await
        .expect("a router does not fail");
    assert_eq!(response.status(), 200);
    let mut body = response.into_body().into_data_stream();
    let mut next = async || -> Value {
        let chunk = body.next().await.expect("an event").expect("bytes");
        let text = String::from_utf8_lossy(&chunk).into_owned();
        let data = text
            .strip_prefix("data: ")
            .unwrap_or_else(|| panic!("no data: {text}"));
        serde_json::from_str(data.trim()).expect("JSON")
    };
    assert_eq!(next().await["usd"]["balanceCents"], 100);
    desk.mint(&ann, 50).await;
    let changed = next().await;
    assert_eq!(
        (&changed["usd"]["balanceCents"], &changed["credits"]),
        (&json!(150), &json!([]))
    );
    drop(body);
    desk.close().await;
}
