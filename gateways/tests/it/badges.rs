//! Badges, from events that are fed to what clients read.

use std::sync::Arc;

use axum::body::Body;
use http::Request;
use runtime::ports::SystemClock;
use serde_json::{Value, json};

use crate::support::{Answer, get_with, post_with, send};
use crate::world::{World, settings};

const T: i64 = 1_767_225_600_000;
const PERSON: &str = "0x1111111111111111111111111111111111111abc";
/// As clients send it.
const MIXED: &str = "0x1111111111111111111111111111111111111AbC";
const SELLER: &str = "0x3333333333333333333333333333333333333333";
const V2: &str = "urn:decentraland:matic:collections-v2:0xc0ffee";
const ADMIN: (&str, &str) = ("authorization", "Bearer adm1n");

async fn world(env: &str) -> World {
    let own = json!({"badges": {"cdn_host": "https://any-host.tld", "api_admin_token": "adm1n", "env": env}});
    World::with(settings(own), Arc::new(SystemClock)).await
}

fn client(sub_type: &str, at: i64, members: Value) -> Value {
    let mut metadata =
        json!({"userAddress": MIXED, "authChain": [], "sessionId": "s", "realm": "main"});
    if let (Some(all), Value::Object(members)) = (metadata.as_object_mut(), members) {
        all.extend(members);
    }
    json!({"type": "client", "subType": sub_type, "key": format!("{sub_type}-{at}"),
        "timestamp": T + at, "metadata": metadata})
}

fn moved(at: i64, parcel: &str) -> Value {
    client(
        "move-to-parcel",
        at,
        json!({"parcel": {"newParcel": parcel}}),
    )
}

fn walked(at: i64, steps: i64) -> Value {
    client("walked-distance", at, json!({"stepCount": steps}))
}

fn deployed(kind: &str, name: &str, owner: &str, pointer: &str, metadata: Value) -> Value {
    let id = identity::hash::hash_v1(format!("{kind} {name}"));
    json!({"type": "catalyst-deployment", "subType": kind,
        "entity": {"version": "v3", "id": id, "type": kind, "pointers": [pointer],
            "timestamp": T, "content": [], "metadata": metadata},
        "authChain": [{"type": "SIGNER", "payload": owner, "signature": ""}],
        "contentServerUrls": ["http://127.0.0.1:1/content"]})
}

fn wearable(n: usize) -> Value {
    let urn = format!("{V2}:{n}");
    let metadata = json!({"id": urn, "rarity": "epic"});
    deployed("wearable", &urn.clone(), SELLER, &urn, metadata)
}

fn profile() -> Value {
    let worn = [format!("{V2}:0:7"), format!("{V2}:1"), format!("{V2}:2:9")];
    let avatar = json!({"description": "I build", "avatar": {"wearables": worn}});
    deployed("profile", "p", MIXED, MIXED, json!({"avatars": [avatar]}))
}

fn sold(key: &str, at: i64) -> Value {
    json!({"type": "blockchain", "subType": "item-sold", "key": key, "timestamp": T + at,
        "metadata": {"address": SELLER, "image": "", "buyer": MIXED, "seller": SELLER,
            "category": "emote", "link": "", "network": "MATIC", "title": "", "description": "",
            "nftName": null, "rarity": null}})
}

async fn badges_of(world: &World, token: &str) -> Value {
    let path = format!("/badges/users/{PERSON}/badges?includeNotAchieved=true");
    let answer = world.get_after(&path, token).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    assert_eq!(answer.header("x-worldlog-generation"), Some("badges=1"));
    answer.json()["data"].clone()
}

fn ids(list: &Value) -> Vec<&str> {
    let list = list.as_array().expect("a list").iter();
    list.map(|badge| badge["id"].as_str().expect("an id"))
        .collect()
}

#[tokio::test]
async fn five_minutes_at_an_event_are_told_live() {
    let world = world("prod").await;
    let scene = |name: &str, pointer: &str, title: &str| {
        deployed(
            "scene",
            name,
            SELLER,
            pointer,
            json!({"display": {"title": title}}),
        )
    };
    let scenes = json!([scene("a", "10,-4", "Arena"), scene("b", "11,-4", "Tower")]);
    let token = world.feed(&scenes).await;
    badges_of(&world, &token).await;
    world.settle().await;
    let started = json!({"type": "event", "subType": "event-started", "key": "e1-started", "timestamp": T,
        "metadata": {"name": "Party", "image": "", "attendee": MIXED,
            "link": "https://decentraland.org/jump/events?id=e1&position=10%2C-4"}});
    let all = json!([started, moved(0, "(10, -4)"), moved(299_999, "11,-4")]);
    let token = world.feed(&all).await;
    let badges = badges_of(&world, &token).await;
    assert!(
        !ids(&badges["achieved"]).contains(&"event_enthusiast"),
        "not long enough"
    );
    let token = world
        .feed(&json!([moved(300_000, "10,-4"), moved(300_001, "11,-4")]))
        .await;
    let badges = badges_of(&world, &token).await;
    let achieved = badges["achieved"].as_array().expect("a list").iter();
    let mut enthusiast = achieved.filter(|badge| badge["id"] == "event_enthusiast");
    let progress = &enthusiast.next().expect("it is granted")["progress"];
    assert_eq!(
        progress["achievedTiers"][0]["tierId"],
        "event-enthusiast-starter"
    );
    assert_eq!(progress["achievedTiers"][0]["completedAt"], T + 300_001);
    world.stop().await;
}

#[tokio::test]
async fn what_somebody_did_is_read_back_by_the_token_of_the_feed() {
    let world = world("prod").await;
    let scenes = json!([
        deployed(
            "scene",
            "a",
            SELLER,
            "0,0",
            json!({"display": {"title": "Plaza"}})
        ),
        deployed(
            "scene",
            "b",
            PERSON,
            "1,0",
            json!({"display": {"title": "Tower"}})
        ),
    ]);
    let token = world.feed(&scenes).await;
    // Where a step leads is decided by the scenes that stood before it.
    badges_of(&world, &token).await;
    world.settle().await;
    let all = json!([
        profile(),
        moved(0, "(0, 0)"),
        wearable(0),
        moved(60_000, "1,0"),
        sold("0x1", 70_000),
        wearable(1),
        wearable(2),
        client(
            "passport-opened",
            80_000,
            json!({"passport": {"receiver": SELLER}})
        ),
    ]);
    let token = world.feed(&all).await;
    let badges = badges_of(&world, &token).await;
    let want = [
        "dclcitizen",
        "epic_ensemble",
        "traveler",
        "profile_pro",
        "emotionista",
        "social_butterfly",
        "land_architect",
    ];
    assert_eq!(ids(&badges["achieved"]), want);
    assert_eq!(ids(&badges["notAchieved"]).len(), 24 - want.len());
    let citizen = &badges["achieved"][0];
    assert_eq!(
        citizen,
        &json!({"id": "dclcitizen", "name": "Decentraland Citizen", "description": "Landed in Decentraland",
            "category": "Explorer", "isTier": false, "completedAt": T.to_string(),
            "assets": {"2d": {"normal": "https://any-host.tld/dclcitizen/2d/normal.png"},
                "3d": {"normal": "https://any-host.tld/dclcitizen/3d/normal.png",
                    "hrm": "https://any-host.tld/dclcitizen/3d/hrm.png",
                    "basecolor": "https://any-host.tld/dclcitizen/3d/basecolor.png"}},
            "progress": {"stepsDone": 1, "nextStepsTarget": null, "totalStepsTarget": 1,
                "lastCompletedTierAt": null, "lastCompletedTierName": null,
                "lastCompletedTierImage": null}})
    );
    world.settle().await;
    let records = format!("/operator/topics/badge.events/records?key={PERSON}");
    let records = world.get(&records).await.json();
    let granted = records.as_array().expect("a list").len();
    assert_eq!(granted, want.len(), "each is told once: {records}");
    world.stop().await;
}

#[tokio::test]
async fn a_tiered_badge_shows_its_last_tier_and_the_way_to_the_next() {
    let world = world("prod").await;
    let token = world
        .feed(&json!([walked(0, 10_000), walked(50_000, 35_000)]))
        .await;
    let badges = badges_of(&world, &token).await;
    let image = "https://any-host.tld/walkabout_wanderer/bronze";
    let mut got = badges["achieved"][0].clone();
    let description = got["description"].take();
    assert!(
        description
            .as_str()
            .is_some_and(|d| d.starts_with("Starter: 10k Steps walked"))
    );
    let want = json!({"id": "walkabout_wanderer", "name": "Walkabout Wanderer", "description": null,
        "category": "Explorer", "isTier": true, "completedAt": null,
        "assets": {"2d": {"normal": format!("{image}/2d/normal.png")},
            "3d": {"normal": format!("{image}/3d/normal.png"), "hrm": format!("{image}/3d/hrm.png"),
                "basecolor": format!("{image}/3d/basecolor.png")}},
        "progress": {"achievedTiers": [
                {"tierId": "walkabout-wanderer-starter", "completedAt": T},
                {"tierId": "walkabout-wanderer-bronze", "completedAt": T + 50_000}],
            "stepsDone": 45_000, "nextStepsTarget": 150_000, "totalStepsTarget": 10_000_000,
            "lastCompletedTierAt": T + 50_000, "lastCompletedTierName": "Bronze",
            "lastCompletedTierImage": format!("{image}/2d/normal.png")}});
    assert_eq!(got, want);
    let open = badges["notAchieved"].as_array().expect("a list").iter();
    let mut open = open.filter(|badge| badge["id"] == "traveler");
    let traveler = open.next().expect("it is not achieved");
    assert_eq!(traveler["completedAt"], Value::Null);
    let first = "https://any-host.tld/traveler/starter/2d/normal.png";
    assert_eq!(traveler["assets"]["2d"]["normal"], first);
    let want = json!({"stepsDone": 0, "nextStepsTarget": 1, "totalStepsTarget": 10_000});
    assert_eq!(traveler["progress"], want);
    let plain = world
        .get(&format!("/badges/users/{MIXED}/badges"))
        .await
        .json();
    assert_eq!(plain["data"]["notAchieved"], json!([]));
    assert_eq!(ids(&plain["data"]["achieved"]), ["walkabout_wanderer"]);
    let nobody = world.get("/badges/users/anything/badges").await.json();
    assert_eq!(nobody, json!({"data": {"achieved": [], "notAchieved": []}}));
    world.stop().await;
}

#[tokio::test]
async fn a_preview_is_the_newest_five_tiers_and_badges() {
    let world = world("prod").await;
    // Three tiers at one instant, and a badge with them; then two more.
    let height = client("vertical-height-reached", 0, json!({}));
    let token = world
        .feed(&json!([walked(0, 150_000), height, sold("0x1", 5)]))
        .await;
    let scene = deployed("scene", "s", PERSON, "5,5", json!({}));
    let token2 = world.feed(&scene).await;
    badges_of(&world, &token).await;
    let path = format!("/badges/users/{MIXED}/preview");
    let preview = world.get_after(&path, &token2).await.json();
    let shown = preview["data"]["latestAchievedBadges"]
        .as_array()
        .expect("a list");
    let names: Vec<_> = shown
        .iter()
        .map(|one| {
            (
                one["id"].as_str().unwrap_or_default(),
                one["tierName"].as_str(),
            )
        })
        .collect();
    let want = [
        ("emotionista", Some("Starter")),
        ("walkabout_wanderer", Some("Silver")),
        ("walkabout_wanderer", Some("Bronze")),
        ("walkabout_wanderer", Some("Starter")),
        ("vertical_voyager", None),
    ];
    assert_eq!(names, want);
    assert!(shown[4].get("tierName").is_none());
    let image = "https://any-host.tld/walkabout_wanderer/silver/2d/normal.png";
    assert_eq!(shown[1]["image"], image);
    let none = world.get("/badges/users/0xnobody/preview").await.json();
    assert_eq!(none, json!({"data": {"latestAchievedBadges": []}}));
    world.stop().await;
}

#[tokio::test]
async fn the_catalogue_is_what_clients_know() {
    let world = world("prod").await;
    let all = world.get("/badges/badges").await;
    let all = all.json()["data"].clone();
    assert_eq!(ids(&all).len(), 24);
    assert_eq!(
        ids(&all)[..3],
        ["dclcitizen", "epic_ensemble", "regally_rare"]
    );
    let one = world.get("/badges/badges/open_for_business").await.json();
    let badge = &one["data"]["badge"];
    assert_eq!(
        (&badge["criteria"], badge.get("tiers")),
        (&json!({"steps": 2}), None)
    );
    let tiered = world.get("/badges/badges/traveler").await.json()["data"]["badge"].clone();
    assert_eq!((tiered.get("criteria"), tiered.get("assets")), (None, None));
    let tiers = world.get("/badges/badges/traveler/tiers").await.json();
    assert_eq!(tiers["data"]["tiers"], tiered["tiers"]);
    let third = &tiered["tiers"][2];
    assert_eq!(third["tierId"], "traveler-silver");
    assert_eq!(third["tierName"], "Silver");
    assert_eq!(third["criteria"], json!({"steps": 250}));
    assert_eq!(
        third["description"],
        "250 Genesis City scenes explored (for at least 1 min)"
    );
    let none = world.get("/badges/badges/dclcitizen/tiers").await.json();
    assert_eq!(none, json!({"data": {"tiers": []}}));
    for path in ["/badges/badges/none", "/badges/badges/none/tiers"] {
        let missing = world.get(path).await;
        assert_eq!(
            (missing.status.as_u16(), missing.json()),
            (404, json!({"error": "Badge not found"}))
        );
    }
    let categories = world.get("/badges/categories").await.json();
    let want = json!(["Explorer", "Collector", "Creator", "Socializer", "Builder"]);
    assert_eq!(categories["data"]["categories"], want);
    let status = world.get("/badges/status").await.json()["data"].clone();
    assert!(
        status["currentTime"].is_i64()
            && status["commitHash"].is_string()
            && status["version"].is_string()
    );
    world.stop().await;
}

async fn backfill(world: &World, badge: &str, body: &Value) -> Answer {
    let path = format!("/badges/badges/{badge}/backfill");
    post_with(&world.router, &path, body.to_string(), &[ADMIN]).await
}

fn registry(address: &str, progress: Value) -> Value {
    json!({"userAddress": address, "data": {"progress": progress}})
}

async fn details(world: &World, badge: &str) -> Answer {
    let path = format!("/badges/users/{MIXED}/badges/{badge}");
    get_with(&world.router, &path, &[ADMIN]).await
}

#[tokio::test]
async fn imported_progress_is_merged_silently_and_listed_where_it_contradicts_itself() {
    let world = world("test").await;
    let emotes = |count: i64| {
        json!({"usedEmotesCount": count, "lastEmoteTriggeredAt": T,
            "achievedTiers": [{"steps": 100, "completedAt": T}]})
    };
    let body = json!({"registries": [registry(MIXED, emotes(150)), registry("0xBAD", emotes(5))]});
    let answer = backfill(&world, "moves_master", &body).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let data = answer.json()["data"].clone();
    assert_eq!(
        (&data["badge"]["id"], &data["userProgressesMerged"]),
        (&json!("moves_master"), &json!(1))
    );
    let error = "tier achieved moves-master-starter criteria steps are greater than progress steps";
    assert_eq!(
        data["failures"],
        json!([{"address": "0xbad", "errors": [error]}])
    );
    let mut shown = details(&world, "moves_master").await.json()["data"].clone();
    assert!(
        shown["updated_at"]
            .take()
            .as_str()
            .is_some_and(|ms| ms.parse::<i64>().is_ok())
    );
    assert_eq!(
        shown,
        json!({"user_address": PERSON, "badge_id": "moves_master",
            "progress": {"steps": 150, "last_used_emote_timestamp": T, "last_day_used_emotes_timestamps": []},
            "achieved_tiers": [{"tier_id": "moves-master-starter", "completed_at": T}],
            "completed_at": null, "updated_at": null})
    );
    let body = json!({"registries": [registry(MIXED, json!({"completedAt": T}))]});
    let answer = backfill(&world, "fashion_week_2025", &body).await;
    assert_eq!(answer.json()["data"]["failures"], json!([]));
    let shown = details(&world, "fashion_week_2025").await.json()["data"].clone();
    assert_eq!(
        (&shown["completed_at"], &shown["achieved_tiers"]),
        (&json!(T.to_string()), &Value::Null)
    );
    world.settle().await;
    let told = world
        .get("/operator/topics/badge.events/records")
        .await
        .json();
    assert_eq!(told, json!([]), "nobody is told");
    world.stop().await;
}

#[tokio::test]
async fn a_malformed_import_is_refused_as_a_whole() {
    let world = world("test").await;
    let good = registry(PERSON, json!({"firstSceneDeployedAt": T}));
    let bad = registry(SELLER, json!({"firstSceneDeployedAt": "invalid"}));
    for (badge, body) in [
        ("land_architect", json!({"registries": [good, bad]})),
        ("land_architect", json!({"registries": 5})),
        ("land_architect", json!("no object")),
        (
            "dclcitizen",
            json!({"registries": [registry(PERSON, json!({"completedAt": T}))]}),
        ),
    ] {
        let answer = backfill(&world, badge, &body).await;
        assert_eq!(answer.status, 500, "{badge} {body}");
        let said = answer.json();
        assert!(
            said["message"].is_string() && said["details"]["stack"].is_string(),
            "{said}"
        );
    }
    let answer = backfill(&world, "unknown", &json!({"registries": []})).await;
    assert_eq!(answer.status, 404);
    assert!(answer.json()["message"].is_string());
    let absent = details(&world, "land_architect").await;
    assert_eq!(
        (absent.status.as_u16(), &absent.json()["error"]),
        (404, &json!("Not Found"))
    );
    world.stop().await;
}

async fn forget(world: &World, badge: &str) -> Answer {
    let path = format!("/badges/users/{MIXED}/badges/{badge}");
    let request = Request::delete(path).header(ADMIN.0, ADMIN.1);
    send(
        &world.router,
        request.body(Body::empty()).expect("a request"),
    )
    .await
}

#[tokio::test]
async fn progress_is_forgotten_only_where_tests_run() {
    let world = world("test").await;
    let token = world.feed(&walked(0, 10_000)).await;
    badges_of(&world, &token).await;
    let gone = forget(&world, "walkabout_wanderer").await;
    assert_eq!((gone.status.as_u16(), gone.body.len()), (204, 0));
    assert_eq!(details(&world, "walkabout_wanderer").await.status, 404);
    let token = gone
        .header("x-worldlog-position")
        .expect("a token")
        .to_owned();
    assert_eq!(badges_of(&world, &token).await["achieved"], json!([]));
    let unknown = forget(&world, "unknown").await;
    let want = json!({"error": "Not Found", "message": "Badge does not exists"});
    assert_eq!((unknown.status.as_u16(), unknown.json()), (404, want));
    world.stop().await;

    let world = self::world("prod").await;
    assert_eq!(forget(&world, "walkabout_wanderer").await.status, 405);
    world.stop().await;
}

#[tokio::test]
async fn only_administrators_pass_and_without_a_token_there_is_no_route() {
    let world = world("prod").await;
    let path = format!("/badges/users/{PERSON}/badges/traveler");
    let said = |answer: Answer| (answer.status.as_u16(), answer.json());
    let missing = json!({"error": "Not Authorized", "message": "Authorization header is missing"});
    assert_eq!(said(world.get(&path).await), (401, missing.clone()));
    let wrong = json!({"error": "Not Authorized", "message": "Invalid authorization header"});
    for header in ["Bearer nope", "Basic adm1n", "adm1n"] {
        let answer = get_with(&world.router, &path, &[("authorization", header)]).await;
        assert_eq!(said(answer), (401, wrong.clone()), "{header}");
    }
    let import = post_with(&world.router, "/badges/badges/unknown/backfill", "{}", &[]).await;
    assert_eq!(said(import), (401, missing));
    world.stop().await;

    let world = World::start().await;
    for answer in [
        get_with(&world.router, &path, &[ADMIN]).await,
        backfill(&world, "traveler", &json!({"registries": []})).await,
    ] {
        assert_eq!(answer.status, 404);
    }
    world.stop().await;
}
