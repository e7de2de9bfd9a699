//! The credits program from outside: seasons, goals, captcha, claims, credits, statements.

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Value, json};

use crate::credits_desk::{ADMIN, CREDIT, DAY, Desk, Person};
use crate::support::{get_with, post_with};

/// Enrolled, with both goals of the first week complete.
async fn with_goals(desk: &Desk, who: &Person) {
    desk.season(10).await;
    assert_eq!(desk.post(who, "/users", json!("")).await.status, 200);
    for (n, (goal, step)) in [("log-in", "1"), ("log-in", "2"), ("visit-event", "1")]
        .into_iter()
        .enumerate()
    {
        let body = json!({"address": who.address.to_uppercase().replace("0X", "0x"), "goalId": goal, "stepKey": step});
        desk.feed("credits", "goal-step", &format!("step{n}"), body)
            .await;
    }
}

async fn claim(desk: &Desk, who: &Person, x: f64) -> Value {
    let picture = desk.get(who, "/captcha").await;
    assert_eq!(picture.status, 200, "{:?}", picture.body);
    assert_eq!(picture.header("content-type"), Some("image/png"));
    assert!(picture.body.starts_with(b"\x89PNG\r\n\x1a\n"));
    let answer = desk.post(who, "/captcha", json!({ "x": x })).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    answer.json()
}

#[tokio::test]
async fn goals_become_credits_that_are_signed_and_spent() {
    let mut desk = Desk::open().await;
    let ann = Person::new(1);
    let seasons = desk.world.get("/credits/seasons").await.json();
    assert_eq!(seasons, json!({}));
    with_goals(&desk, &ann).await;
    desk.tick(1_000).await;
    let path = format!("/users/{}/progress", ann.address);
    let progress = desk.get(&ann, &path).await.json();
    assert_eq!(progress["user"]["hasStartedProgram"], true);
    assert_eq!(
        progress["goals"][0],
        json!({"title": "LOG-IN", "description": "d", "thumbnail": "https://t.test/t.png",
            "progress": {"totalSteps": 2, "completedSteps": 2}, "reward": 1.0, "isClaimed": false})
    );
    assert_eq!(
        claim(&desk, &ann, 45.0).await,
        json!({"ok": true, "credits_granted": 3.5, "isBlockedForClaiming": false})
    );
    desk.world.settle().await;
    signed_at_last(&desk, &ann, 2).await;

    let credits = desk.credits(&ann).await;
    assert_eq!(credits["totalCredits"].to_string(), "3500000000000000000");
    assert_eq!(credits["totals"]["nonExpiring"], 0);
    let first = credits["credits"][0].clone();
    assert_eq!(
        (&first["status"], &first["seasonId"], &first["weekId"]),
        (&json!("available"), &json!(7), &json!(1))
    );
    assert_eq!(first["expiresAt"], 1_771_200_000);
    assert_eq!(first["signature"], json!(expected_signature(&ann, &first)));

    let salt = first["id"].as_str().expect("an id").to_owned();
    let amount: u128 = first["amount"]
        .as_str()
        .expect("digits")
        .parse()
        .expect("digits");
    desk.used(&ann, &salt, amount - 1, "0xb1", 3).await;
    let shown = desk
        .get(
            &ann,
            &format!("/users/{}/credits?status=partially_used", ann.address),
        )
        .await
        .json();
    assert_eq!(shown["credits"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (
            &shown["credits"][0]["id"],
            &shown["credits"][0]["availableAmount"]
        ),
        (&json!(salt), &json!("1"))
    );
    let reverted =
        json!({"chainId": 137, "blockHash": "0xb1", "logIndex": 3, "txHash": "0xtx0xb1"});
    desk.feed(
        "blockchain",
        "log-reverted",
        "137:0xb1:3:reverted",
        reverted,
    )
    .await;
    assert_eq!(
        desk.credits(&ann).await["totalCredits"].to_string(),
        "3500000000000000000"
    );
    desk.close().await;
}

/// Waits until so many credits are signed.
pub(crate) async fn signed_at_last(desk: &Desk, who: &Person, count: usize) {
    for _ in 0..500 {
        if desk.credits(who).await["credits"].as_array().map(Vec::len) == Some(count) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{count} credits are never signed");
}

/// What the contract would check.
fn expected_signature(who: &Person, credit: &Value) -> String {
    use identity::voucher::{Credit, Domain};
    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        let mut bytes = [0; N];
        hex::decode_to_slice(&text[2..], &mut bytes).expect("hex");
        bytes
    }
    let word = |name: &str| credit[name].as_str().expect("a text");
    let domain = Domain {
        user: bytes(&who.address),
        chain_id: 137,
        manager: bytes("0x8b3a40ca1b6f5cafc99d112a4d02e897d1fd8cc5"),
    };
    let hash = domain.credit_hash(&Credit {
        value: word("amount").parse().expect("digits"),
        expires_at: credit["expiresAt"].as_u64().expect("a number"),
        salt: bytes(word("id")),
    });
    let key = identity::sign::Wallet::from_private_key([0x11; 32]).expect("a valid key");
    key.sign_hash(&hash)
}

#[tokio::test]
async fn wrong_answers_block_claiming_and_seasons_have_their_states() {
    let mut desk = Desk::open().await;
    let ann = Person::new(1);
    with_goals(&desk, &ann).await;
    let no = |blocked: bool| json!({"ok": false, "credits_granted": 0.0, "isBlockedForClaiming": blocked});
    assert_eq!(
        desk.post(&ann, "/captcha", json!({"x": 40})).await.json(),
        no(false),
        "no challenge"
    );
    for blocked in [false, false, true] {
        assert_eq!(claim(&desk, &ann, 80.0).await, no(blocked));
    }
    assert_eq!(claim(&desk, &ann, 40.0).await, no(true));
    let path = format!("/users/{}/progress", ann.address);
    assert_eq!(
        desk.get(&ann, &path).await.json()["credits"]["isBlockedForClaiming"],
        true
    );
    assert_eq!(
        desk.post(&ann, "/captcha", json!({"x": 101})).await.status,
        400
    );

    let season = desk.world.get("/credits/season").await.json();
    assert_eq!(season, json!({"id": 7, "week": 1, "isPaused": false}));
    desk.tick(8 * DAY).await;
    let seasons = desk.world.get("/credits/seasons").await.json();
    let current = &seasons["currentSeason"];
    assert_eq!(
        (&current["season"]["state"], &current["week"]["weekNumber"]),
        (&json!("RUNNING"), &json!(2))
    );
    assert_eq!(current["season"]["amountOfWeeks"], 4);
    assert_eq!(current["season"]["maxMana"], "10");
    desk.tick(30 * DAY).await;
    let seasons = desk.world.get("/credits/seasons").await.json();
    assert_eq!(
        (
            &seasons["lastSeason"]["state"],
            seasons.get("currentSeason")
        ),
        (&json!("ENDED"), None)
    );
    assert_eq!(desk.get(&ann, &path).await.json()["goals"], json!([]));
    desk.close().await;
}

#[tokio::test]
async fn people_come_and_go_and_see_only_their_own() {
    let desk = Desk::open().await;
    let (ann, bob) = (Person::new(1), Person::new(2));
    let path = format!("/users/{}/status", ann.address);
    assert_eq!(
        desk.get(&ann, &path).await.json()["data"]["status"],
        "not_registered"
    );
    assert_eq!(desk.post(&ann, "/users", json!("")).await.status, 200);
    assert_eq!(
        desk.get(&ann, &path).await.json()["data"]["status"],
        "enrolled"
    );
    assert_eq!(desk.get(&bob, &path).await.status, 403);
    let unsigned = desk.world.get(&format!("/credits{path}")).await;
    assert_eq!(unsigned.status, 400);
    assert_eq!(unsigned.json(), json!({"error": "Invalid Auth Chain"}));
    let gone = desk
        .signed(
            &ann,
            Method::DELETE,
            &format!("/users/{}", ann.address),
            None,
            &[],
        )
        .await;
    assert_eq!(gone.status, 204);
    let left = desk.get(&ann, &path).await.json();
    assert_eq!(
        (&left["data"]["status"], &left["data"]["optedOutAt"]),
        (&json!("opted_out"), &json!(desk.now))
    );

    let token = ("authorization", "Bearer progr");
    let body = json!({"addresses": [ann.address.to_uppercase().replace("0X", "0x")], "source": "ip", "ip": "1"});
    let flagged = post_with(
        &desk.world.router,
        "/credits/flag",
        body.to_string(),
        &[token],
    )
    .await;
    assert_eq!(flagged.status, 200, "{:?}", flagged.body);
    assert_eq!(desk.get(&ann, &path).await.status, 401);
    let listed = get_with(
        &desk.world.router,
        "/credits/admin/flagged-wallets",
        &[token],
    )
    .await
    .json();
    assert_eq!(listed["flaggedWallets"][0]["address"], json!(ann.address));
    assert_eq!(listed["flaggedWallets"][0]["flagType"], "multi-account");
    post_with(
        &desk.world.router,
        "/credits/unflag",
        body.to_string(),
        &[token],
    )
    .await;
    assert_eq!(desk.get(&ann, &path).await.status, 200);
    let open = post_with(&desk.world.router, "/credits/flag", body.to_string(), &[]).await;
    assert_eq!(open.status, 401);
    desk.close().await;
}

#[tokio::test]
async fn grants_are_limited_and_statements_add_up() {
    let desk = Desk::open().await;
    let (ann, admin) = (Person::new(1), Person::new(9));
    let path = format!("/users/{}/credits", ann.address);
    let grant = json!({"type": "on-demand", "amount": 3.5, "reason": "event"});
    let token = ("authorization", "Bearer grant");
    let give = async |who: &Person, body: &Value, key: &str| {
        let more = [token, ("idempotency-key", key)];
        desk.signed(who, Method::POST, &path, Some(body.clone()), &more)
            .await
    };
    assert_eq!(give(&ann, &grant, "a").await.status, 403, "not an admin");
    let first = give(&admin, &grant, "g1").await;
    assert_eq!(first.status, 200, "{:?}", first.body);
    let again = give(&admin, &grant, "g1").await;
    assert_eq!(again.json(), first.json());
    let more = give(&admin, &grant, "g2").await;
    assert_eq!(
        (more.status.as_u16(), more.json()),
        (400, json!({"error": "DailyGrantLimitExceeded"}))
    );
    let salt = first.json()["id"].as_str().expect("an id").to_owned();
    desk.used(&ann, &salt, CREDIT, "0xb1", 1).await;
    desk.mint(&ann, 700).await;

    let path = format!("/credits/admin/statements/{}", ann.address);
    let statement = get_with(&desk.world.router, &path, &[ADMIN]).await.json();
    let mut sums = BTreeMap::<String, i128>::new();
    for line in statement["lines"].as_array().expect("lines") {
        let word = |name: &str| line[name].as_str().expect("a text");
        let sum = sums.entry(word("account").to_owned()).or_default();
        *sum += word("amount").parse::<i128>().expect("a number");
        assert_eq!(sum.to_string(), word("balance"));
    }
    assert_eq!(sums[&format!("m:credit:{salt}")], 2_500_000_000_000_000_000);
    assert_eq!(sums[&format!("u:user:{}", ann.address)], 700);
    let csv = get_with(&desk.world.router, &format!("{path}?format=csv"), &[ADMIN]).await;
    let text = String::from_utf8_lossy(&csv.body);
    assert_eq!(text.lines().count(), 4, "{text}");
    assert!(
        text.contains(",chain,") && text.contains("-1000000000000000000"),
        "{text}"
    );
    assert_eq!(get_with(&desk.world.router, &path, &[]).await.status, 401);

    desk.used(&ann, "0xnobody", 1, "0xb2", 1).await;
    let anomalies = get_with(&desk.world.router, "/credits/admin/anomalies", &[ADMIN])
        .await
        .json();
    assert_eq!(anomalies["anomalies"][0]["kind"], "unknown-consumption");
    assert_eq!(anomalies["reconciled"], true);
    desk.close().await;
}

#[tokio::test]
async fn what_people_do_in_the_world_are_steps_of_their_goals() {
    let mut desk = Desk::open().await;
    let ann = Person::new(1);
    let goal = |id: &str, steps: i64| {
        json!({"goalId": id, "week": null, "title": id, "description": "", "thumbnail": "",
            "rewardWei": CREDIT.to_string(), "totalSteps": steps})
    };
    let season = json!({"id": 7, "name": "Winter", "startDate": "2026-01-05T00:00:00Z",
        "endDate": "2026-02-02T00:00:00Z", "maxManaWei": (10 * CREDIT).to_string(), "weeklyManaWei": null,
        "paused": false, "goals": [goal("log-in", 2), goal("visit-profile", 2), goal("take-photo", 1)]});
    desk.feed("credits", "season-defined", "season:7:1", season)
        .await;
    assert_eq!(desk.post(&ann, "/users", json!("")).await.status, 200);
    let upper = ann.address.to_uppercase().replace("0X", "0x");
    let acts = |more: Value| {
        let mut metadata =
            json!({"userAddress": upper, "authChain": [], "sessionId": "s", "realm": "main"});
        let more = more.as_object().expect("members").clone();
        metadata.as_object_mut().expect("members").extend(more);
        metadata
    };
    desk.feed("client", "logged-in", "l1", acts(json!({})))
        .await;
    desk.feed("client", "logged-in-cached", "l2", acts(json!({})))
        .await;
    for (key, receiver) in [
        ("p1", "0xF00"),
        ("p2", "0xf00"),
        ("p3", &*upper),
        ("p4", "0xba2"),
    ] {
        let opened = acts(json!({"passport": {"receiver": receiver}}));
        desk.feed("client", "passport-opened", key, opened).await;
    }
    let photo = json!({"userAddress": upper, "photoId": "ph1", "realm": "main", "isPublic": true, "users": []});
    desk.feed("camera", "photo-taken", "ph1", photo).await;
    let steps = async |desk: &Desk| -> Vec<i64> {
        let path = format!("/users/{}/progress", ann.address);
        let progress = desk.get(&ann, &path).await.json();
        let goals = progress["goals"].as_array().expect("goals").clone();
        let done = |goal: &Value| {
            goal["progress"]["completedSteps"]
                .as_i64()
                .expect("a number")
        };
        goals.iter().map(done).collect()
    };
    assert_eq!(steps(&desk).await, [1, 2, 1], "a day, two people, a photo");
    desk.tick(DAY).await;
    desk.feed("client", "logged-in", "l3", acts(json!({})))
        .await;
    assert_eq!(steps(&desk).await, [2, 2, 1]);
    desk.close().await;
}
