//! A platform with a signer of credits, people with wallets, and a clock of ticks.

use std::sync::Arc;

use axum::body::Body;
use gateways::runners::outcomes::ReadModel;
use gateways::runners::voucher::Voucher;
use http::{Method, Request};
use identity::chain::AuthChain;
use identity::sign::{LOGIN_TITLE, Wallet, create_ephemeral_chain};
use identity::signed_fetch::{PayloadFormat, RequestToSign, headers_for};
use runtime::effects::{self, Effects};
use runtime::ports::TickClock;
use serde_json::{Value, json};

use crate::support::{Answer, send};
use crate::world::{World, settings};

/// 2026-01-05T00:00:00Z.
pub(crate) const START: i64 = 1_767_571_200_000;
pub(crate) const DAY: i64 = 86_400_000;
pub(crate) const ADMIN: (&str, &str) = ("authorization", "Bearer adm1n");
pub(crate) const CREDIT: u128 = 1_000_000_000_000_000_000;

/// Somebody with a wallet and a session.
pub(crate) struct Person {
    session: Wallet,
    chain: AuthChain,
    pub(crate) address: String,
}

impl Person {
    pub(crate) fn new(n: u8) -> Self {
        let owner = Wallet::from_private_key([n; 32]).expect("a small key is valid");
        let session = Wallet::from_private_key([n + 100; 32]).expect("a small key is valid");
        let until = "2040-01-01T00:00:00.000Z";
        let chain = create_ephemeral_chain(&owner, &session, LOGIN_TITLE, until);
        Self {
            address: owner.address().to_owned(),
            chain: chain.expect("short texts"),
            session,
        }
    }
}

pub(crate) struct Desk {
    pub(crate) world: World,
    effects: Effects,
    pub(crate) now: i64,
}

impl Desk {
    /// With everything switched on.
    pub(crate) async fn open() -> Self {
        Self::with(json!({})).await
    }

    /// The same with other settings of the gateway.
    pub(crate) async fn with(over: Value) -> Self {
        let mut credits = json!({
            "api_admin_token": "adm1n",
            "granter_api_admin_token": "grant",
            "programmatic_api_admin_token": "progr",
            "read_write_admin_addresses": [Person::new(9).address.to_uppercase().replace("0X", "0x")],
            "daily_granter_limit": 5,
            "private_key": "11".repeat(32),
            "external_call_signer_private_key": "12".repeat(32),
            "allow_dev_mint": true,
            "credits_test_captcha_x": 40.0,
            "oracle_fixed_rate": "26960000",
            "stripe_enabled": true,
            "stripe_webhook_secret": "whsec",
            "stripe_payment_links": {"pack_10": "https://pay.test/p10"},
        });
        for (name, value) in over.as_object().expect("settings") {
            credits[name] = value.clone();
        }
        let settings = settings(json!({ "credits": credits }));
        let signer = Voucher::new(&settings.credits).expect("good settings");
        let world = World::with(settings, Arc::new(TickClock::default())).await;
        let effects = Effects::start(
            effects::Settings::default(),
            world.context.platform.clone(),
            Arc::new(ReadModel(world.context.platform.views.clone())),
            vec![Arc::new(signer)],
        );
        let effects = effects.await.expect("the runner starts");
        let mut desk = Self {
            world,
            effects,
            now: 0,
        };
        desk.tick(START).await;
        desk
    }

    /// Time passes.
    pub(crate) async fn tick(&mut self, ms: i64) {
        self.now += ms;
        self.world.context.platform.clock.observe_tick(self.now);
        let tick = json!({"type": "platform", "subType": "clock-tick", "key": format!("tick:{}", self.now),
            "timestamp": self.now, "metadata": {"now": self.now}});
        self.world.feed(&json!([tick])).await;
        self.world.settle().await;
    }

    /// Feeds one event of the catalogue, and waits until it shows.
    pub(crate) async fn feed(&self, kind: &str, sub_type: &str, key: &str, metadata: Value) {
        let event = json!({"type": kind, "subType": sub_type, "key": key, "timestamp": self.now,
            "metadata": metadata});
        self.world.feed(&json!([event])).await;
        self.world.settle().await;
    }

    /// A signed request and its answer.
    pub(crate) async fn signed(
        &self,
        who: &Person,
        method: Method,
        path: &str,
        body: Option<Value>,
        more: &[(&str, &str)],
    ) -> Answer {
        send(
            &self.world.router,
            self.to_send(who, method, path, body, more),
        )
        .await
    }

    /// A signed request.
    pub(crate) fn to_send(
        &self,
        who: &Person,
        method: Method,
        path: &str,
        body: Option<Value>,
        more: &[(&str, &str)],
    ) -> Request<Body> {
        let bare = path.split('?').next().unwrap_or(path);
        let to_sign = RequestToSign {
            method: method.as_str(),
            path: bare,
            timestamp_ms: self.now,
            metadata: Some("{}"),
            format: PayloadFormat::Verbatim,
        };
        let headers = headers_for(&who.chain, &who.session, &to_sign).expect("short texts");
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/credits{path}"));
        for (name, value) in &headers {
            request = request.header(name, value);
        }
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        request.body(body).expect("a request")
    }

    pub(crate) async fn get(&self, who: &Person, path: &str) -> Answer {
        self.signed(who, Method::GET, path, None, &[]).await
    }

    pub(crate) async fn post(&self, who: &Person, path: &str, body: Value) -> Answer {
        self.signed(who, Method::POST, path, Some(body), &[]).await
    }

    /// Credits and dollars of somebody.
    pub(crate) async fn credits(&self, who: &Person) -> Value {
        let answer = self
            .get(who, &format!("/users/{}/credits", who.address))
            .await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        answer.json()
    }

    /// A season of four weeks: a goal a week of two steps for 1, one of one step for 2.5 in the first week.
    pub(crate) async fn season(&self, max: u128) {
        let goal = |id: &str, week: Value, reward: &str, steps: i64| {
            json!({"goalId": id, "week": week, "title": id.to_uppercase(), "description": "d",
                "thumbnail": "https://t.test/t.png", "rewardWei": reward, "totalSteps": steps})
        };
        let body = json!({"id": 7, "name": "Winter", "startDate": "2026-01-05T00:00:00Z",
            "endDate": "2026-02-02T00:00:00Z", "maxManaWei": (max * CREDIT).to_string(),
            "weeklyManaWei": null, "paused": false,
            "goals": [goal("log-in", Value::Null, "1000000000000000000", 2),
                goal("visit-event", json!(1), "2500000000000000000", 1)]});
        let key = [ADMIN, ("idempotency-key", "season:7:1")];
        let path = "/credits/admin/seasons";
        let answer =
            crate::support::post_with(&self.world.router, path, body.to_string(), &key).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
    }

    /// A log of `CreditUsed`.
    pub(crate) async fn used(
        &self,
        who: &Person,
        salt: &str,
        value: u128,
        block: &str,
        index: i64,
    ) {
        let body = json!({"chainId": 137, "contract": "0x8b3a40ca1b6f5cafc99d112a4d02e897d1fd8cc5",
            "sender": who.address, "creditId": "0x00", "credit": {"value": "1", "expiresAt": 1, "salt": salt},
            "value": value.to_string(), "blockNumber": 10, "blockHash": block, "blockTimestamp": 1,
            "txHash": format!("0xtx{block}"), "logIndex": index});
        let key = format!("137:{block}:{index}");
        self.feed("blockchain", "credit-used", &key, body).await;
    }

    /// Gives dollars.
    pub(crate) async fn mint(&self, who: &Person, cents: i64) {
        let body = json!({"address": who.address, "usdCents": cents}).to_string();
        let answer =
            crate::support::post_with(&self.world.router, "/credits/dev/mint-usd", body, &[]).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
    }

    pub(crate) async fn close(self) {
        self.effects.stop().await;
        self.world.stop().await;
    }
}
