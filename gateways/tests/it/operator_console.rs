//! The console from outside: its files, and what a session may do.

use std::sync::Arc;

use axum::body::Body;
use http::{Method, Request};
use runtime::ports::TickClock;
use serde_json::{Value, json};

use crate::support::{Answer, get_with, send};
use crate::world::{BEARER, TOKEN, World, settings};

const ORIGIN: (&str, &str) = ("origin", "http://console.test:8080");
const HOST: (&str, &str) = ("host", "console.test:8080");
const SESSION: &str = "/operator/session";
/// A change that leaves everything as it is.
const CHANGE: &str = "/operator/processors/badges/resume";

async fn ask(
    world: &World,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Value,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers.iter().chain([&HOST]) {
        request = request.header(*name, *value);
    }
    let request = request.header("content-type", "application/json");
    let request = request.body(Body::from(body.to_string()));
    send(&world.router, request.expect("a request")).await
}

async fn sign_in(world: &World, token: &str, headers: &[(&str, &str)]) -> Answer {
    ask(
        world,
        Method::POST,
        SESSION,
        headers,
        json!({ "token": token }),
    )
    .await
}

/// Cookie and second half of a new session.
async fn session(world: &World) -> (String, String) {
    let answer = sign_in(world, TOKEN, &[ORIGIN]).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let cookie = answer.header("set-cookie").expect("a cookie");
    let cookie = cookie.split(';').next().expect("a pair").to_owned();
    let csrf = answer.json()["csrf"].as_str().expect("text").to_owned();
    (cookie, csrf)
}

async fn status(world: &World, headers: &[(&str, &str)]) -> u16 {
    let answer = ask(world, Method::POST, CHANGE, headers, json!({})).await;
    answer.status.as_u16()
}

async fn is_signed_in(world: &World, cookie: &str) -> bool {
    let answer = get_with(&world.router, SESSION, &[("cookie", cookie)]).await;
    answer.json()["signedIn"] == true
}

#[tokio::test]
async fn a_session_changes_something_only_from_the_console_itself() {
    let mut world = World::start().await;
    let (cookie, csrf) = session(&world).await;
    let (cookie, csrf) = (("cookie", &*cookie), ("x-csrf-token", &*csrf));
    assert_eq!(status(&world, &[]).await, 401, "nobody");
    assert_eq!(status(&world, &[BEARER]).await, 200, "a program");
    assert_eq!(status(&world, &[cookie, csrf, ORIGIN]).await, 200);
    let same = ("sec-fetch-site", "same-origin");
    assert_eq!(status(&world, &[cookie, csrf, same]).await, 200);
    let secure = ("origin", "https://console.test:8080");
    assert_eq!(status(&world, &[cookie, csrf, secure]).await, 200, "TLS");
    for (why, headers) in [
        ("without the second half", vec![cookie, ORIGIN]),
        (
            "another's half",
            vec![cookie, ORIGIN, ("x-csrf-token", "00")],
        ),
        ("no origin", vec![cookie, csrf]),
        (
            "another port",
            vec![cookie, csrf, ("origin", "http://console.test:1")],
        ),
        (
            "another host",
            vec![cookie, csrf, ("origin", "http://evil.test")],
        ),
        ("an opaque origin", vec![cookie, csrf, ("origin", "null")]),
        (
            "another site",
            vec![cookie, csrf, ("sec-fetch-site", "same-site")],
        ),
    ] {
        let answer = ask(&world, Method::POST, CHANGE, &headers, json!({})).await;
        assert_eq!(answer.status, 403, "{why}: {:?}", answer.body);
        assert_eq!(answer.json()["error"], "csrf", "{why}");
    }
    assert_eq!(status(&world, &[csrf, ORIGIN]).await, 401, "half of one");
    // Another process with the same token knows it; one with another token does not.
    world.mount(|_| {});
    assert_eq!(status(&world, &[cookie, csrf, ORIGIN]).await, 200);
    world.mount(|surroundings| {
        let mut other = settings(json!({}));
        other.operator.token = Some(gateways::settings::Secret::new("another"));
        surroundings.settings = Arc::new(other);
    });
    assert_eq!(status(&world, &[cookie, csrf, ORIGIN]).await, 401);
    world.stop().await;
}

#[tokio::test]
async fn a_forged_session_is_none_and_a_real_one_ends() {
    let over = settings(json!({ "operator": { "session": "10s" } }));
    let clock = Arc::new(TickClock::default());
    let world = World::with(over, clock.clone()).await;
    let (cookie, csrf) = session(&world).await;
    assert!(is_signed_in(&world, &cookie).await);
    let longer = cookie.replacen("=10000.", "=99999.", 1);
    assert_ne!(longer, cookie, "the end is in it");
    let mut bent = cookie.clone();
    let last = bent.pop().expect("a digit");
    bent.push(if last == '0' { '1' } else { '0' });
    for forged in [&longer, &bent, "worldlog_session=", "worldlog_session=x"] {
        assert!(!is_signed_in(&world, forged).await, "{forged}");
        let headers = [("cookie", forged), ("x-csrf-token", &csrf), ORIGIN];
        assert_eq!(status(&world, &headers).await, 401, "{forged}");
    }
    // Beside one of that name that somebody else set.
    let both = format!("worldlog_session=x; other=1; {cookie}");
    assert!(is_signed_in(&world, &both).await);
    runtime::ports::Clock::observe_tick(&*clock, 10_000);
    assert!(!is_signed_in(&world, &cookie).await, "it has ended");
    let headers = [("cookie", &*cookie), ("x-csrf-token", &csrf), ORIGIN];
    assert_eq!(status(&world, &headers).await, 401);
    world.stop().await;
}

#[tokio::test]
async fn the_cookie_is_for_the_console_alone() {
    let world = World::start().await;
    let plain = sign_in(&world, TOKEN, &[ORIGIN]).await;
    let cookie = plain.header("set-cookie").expect("a cookie").to_owned();
    for part in [
        "; HttpOnly",
        "; SameSite=Strict",
        "; Path=/operator;",
        "; Max-Age=43200",
    ] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    assert!(!cookie.contains("Secure"), "{cookie}");
    assert!(!cookie.contains(TOKEN), "the token is not in it");
    assert_eq!(plain.header("cache-control"), Some("no-store"));
    let own = [("host", "operator.localhost:8080")];
    let request = Request::post("/session").header(own[0].0, own[0].1);
    let request = request.header("content-type", "application/json");
    let body = Body::from(json!({ "token": TOKEN }).to_string());
    let answer = send(&world.router, request.body(body).expect("a request")).await;
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(cookie.contains("; Path=/;"), "{cookie}");
    let gone = ask(&world, Method::DELETE, SESSION, &[ORIGIN], json!({})).await;
    let cookie = gone.header("set-cookie").expect("a cookie");
    assert!(cookie.starts_with("worldlog_session=; "), "{cookie}");
    assert!(cookie.contains("; Max-Age=0"), "{cookie}");
    let evil = ("origin", "http://evil.test");
    assert_eq!(sign_in(&world, TOKEN, &[evil]).await.status, 403);
    let out = ask(&world, Method::DELETE, SESSION, &[evil], json!({})).await;
    assert_eq!(out.status, 403);
    world.stop().await;
}

#[tokio::test]
async fn wrong_tokens_are_counted() {
    let mut world = World::start().await;
    let mut last = 0;
    for _ in 0..30 {
        let answer = sign_in(&world, "guess", &[ORIGIN]).await;
        last = answer.status.as_u16();
        if last == 429 {
            assert!(answer.header("retry-after").is_some());
            break;
        }
        assert_eq!(last, 401);
        assert_eq!(answer.header("set-cookie"), None);
    }
    assert_eq!(last, 429, "after some it is enough");
    assert_eq!(sign_in(&world, TOKEN, &[ORIGIN]).await.status, 429);
    world.mount(|surroundings| {
        let mut open = settings(json!({}));
        open.operator.token = None;
        surroundings.settings = Arc::new(open);
    });
    let refused = sign_in(&world, "", &[ORIGIN]).await;
    assert_eq!(refused.status, 403, "no token is set");
    assert!(
        refused.json()["message"]
            .to_string()
            .contains("operator.token")
    );
    let who = world.get(SESSION).await.json();
    assert_eq!(
        (&who["signedIn"], &who["enabled"]),
        (&json!(false), &json!(false))
    );
    world.stop().await;
}

#[tokio::test]
async fn the_page_is_shown_to_all_and_what_it_shows_to_whom_it_may() {
    let over = settings(json!({ "operator": { "protect_reads": true } }));
    let clock = Arc::new(runtime::ports::SystemClock);
    let world = World::with(over, clock).await;
    for (path, kind) in [
        ("/operator", "text/html; charset=utf-8"),
        ("/operator/", "text/html; charset=utf-8"),
        ("/operator/console/app.js", "text/javascript; charset=utf-8"),
        (
            "/operator/console/screens/flow.js",
            "text/javascript; charset=utf-8",
        ),
        ("/operator/console/style.css", "text/css; charset=utf-8"),
    ] {
        let answer = world.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), Some(kind), "{path}");
        let policy = answer.header("content-security-policy").expect("a policy");
        for rule in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(rule), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        let tag = answer.header("etag").expect("a tag");
        let again = get_with(&world.router, path, &[("if-none-match", tag)]).await;
        assert_eq!(
            (again.status.as_u16(), again.body.len()),
            (304, 0),
            "{path}"
        );
    }
    for path in [
        "/operator/console/nothing.js",
        "/operator/console/../mod.rs",
    ] {
        assert_eq!(world.get(path).await.status, 404, "{path}");
    }
    assert_eq!(world.get("/operator/topics").await.status, 401);
    let (cookie, _) = session(&world).await;
    let cookie = [("cookie", &*cookie)];
    let read = get_with(&world.router, "/operator/topics", &cookie).await;
    assert_eq!(read.status, 200, "reading needs no second half");
    let secrets = "/operator/topics/effects.mail/records";
    assert_eq!(get_with(&world.router, secrets, &cookie).await.status, 200);
    world.stop().await;
}

#[tokio::test]
async fn the_flow_names_who_writes_and_who_reads_and_counts() {
    let world = World::start().await;
    let flow = async || world.get("/operator/flow").await.json();
    let appended = |flow: &Value, name: &str| {
        let topics = flow["topics"].as_array().expect("a list").iter();
        let mut found = topics.filter(|topic| topic["name"] == name);
        found.next().expect("it is there")["appended"].as_u64()
    };
    let before = flow().await;
    let ticks = json!([{"type": "platform", "subType": "clock-tick", "key": "t", "timestamp": 1, "metadata": {"now": 1}}]);
    world.feed(&ticks).await;
    world.settle().await;
    let after = flow().await;
    let grown = |name| appended(&after, name).zip(appended(&before, name));
    let (after_inbox, before_inbox) = grown("events.inbox").expect("counted");
    let (after_ticks, before_ticks) = grown("platform.ticks").expect("counted");
    assert_eq!(
        (after_inbox - before_inbox, after_ticks - before_ticks),
        (1, 1)
    );
    let named = |list: &str, name: &str| {
        let all = after[list].as_array().expect("a list").iter();
        let mut found = all.filter(|one| one["name"] == name).cloned();
        found.next().unwrap_or_else(|| panic!("no {name}"))
    };
    let ingest = named("processors", "ingest");
    assert_eq!(ingest["input"], "events.inbox");
    assert_eq!(
        (&ingest["passed"], &ingest["lag"]),
        (&json!(after_inbox), &json!(0))
    );
    let inbox = named("topics", "events.inbox");
    assert!(
        inbox["writers"]
            .to_string()
            .contains("gateways/events-notifier")
    );
    assert_eq!(named("gateways", "badges")["readModels"], json!(["badges"]));
    assert!(!after.to_string().contains("\"dlq."), "templates are none");
    world.stop().await;
}
