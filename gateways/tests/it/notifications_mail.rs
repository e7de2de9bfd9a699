//! E-mail addresses and mails, from the request to the file.

use runtime::effects::Outcome;
use serde_json::{Value, json};

use crate::notifications_people::{Parsed, Person, Post, SERVICE, now, platform, post};
use crate::support::{get, get_with, post_with};
use crate::world::{BEARER, World};

async fn subscription(world: &World, person: &Person) -> Value {
    person
        .ask(world, "GET", "/subscription", Value::Null)
        .await
        .json()
}

fn message(answer: &crate::support::Answer) -> Value {
    assert_eq!(answer.status, 400, "{:?}", answer.body);
    answer.json()["message"].clone()
}

/// A person whose address is confirmed.
async fn with_email(world: &World, post: &Post, person: &Person, email: &str) {
    assert_eq!(person.set_email(world, email).await.status, 204);
    let code = post.code(world, email).await;
    let confirmed = person.confirm(world, &code).await;
    assert_eq!(confirmed.status, 204, "{:?}", confirmed.body);
}

#[tokio::test]
async fn an_address_is_set_by_the_code_that_is_mailed_there() {
    let world = platform(json!({})).await;
    let (post, alice) = (Post::new(&world), Person::new(1));
    assert_eq!(
        message(&alice.set_email(&world, "no address").await),
        "Invalid email"
    );
    let nothing = alice.confirm(&world, "x").await;
    assert_eq!(message(&nothing), "No unconfirmed email for this address");
    assert_eq!(
        alice.set_email(&world, "Alice@Example.org").await.status,
        204
    );
    let waiting = subscription(&world, &alice).await;
    assert_eq!(waiting["unconfirmedEmail"], "Alice@Example.org");
    assert_eq!(waiting.get("email"), None);
    let mails = post.mails(&world, "Alice@Example.org").await;
    let mail = Parsed::of(&mails[0]);
    assert_eq!(mail.header("to"), Some("Alice@Example.org"));
    assert_eq!(mail.header("list-unsubscribe"), None);
    let code = post.code(&world, "Alice@Example.org").await;
    assert_eq!(code.len(), 32);
    let link = format!(
        "https://decentraland.org/account/confirm-email/{code}?address={}",
        alice.address
    );
    assert!(
        mail.html.contains(&format!("href=\"{link}\"")),
        "{}",
        mail.html
    );
    assert_eq!(
        message(&alice.confirm(&world, "wrong").await),
        "Invalid code"
    );
    let confirmed = alice.confirm(&world, &code).await;
    assert_eq!(confirmed.status, 204, "{:?}", confirmed.body);
    let set = subscription(&world, &alice).await;
    assert_eq!(set["email"], "Alice@Example.org");
    assert_eq!(set.get("unconfirmedEmail"), None);
    let again = alice.confirm(&world, &code).await;
    assert_eq!(message(&again), "No unconfirmed email for this address");
    world.stop().await;
}

#[tokio::test]
async fn the_code_is_nowhere_in_the_log() {
    let world = platform(json!({})).await;
    let (post, alice) = (Post::new(&world), Person::new(1));
    assert_eq!(alice.set_email(&world, "a@example.org").await.status, 204);
    let code = post.code(&world, "a@example.org").await;
    for topic in ["notifications", "effects.mail", "emails.claims"] {
        let path = format!("/operator/topics/{topic}/records?limit=1000&format=ndjson");
        let records = get_with(&world.router, &path, &[BEARER]).await;
        let text = String::from_utf8(records.body.to_vec()).expect("text");
        assert!(!text.contains(&code), "{topic}: {text}");
        assert!(
            topic == "emails.claims" || text.contains("a@example.org"),
            "{topic}: {text}"
        );
    }
    world.stop().await;
}

#[tokio::test]
async fn five_wrong_codes_void_a_validation() {
    let world = platform(json!({})).await;
    let (post, alice) = (Post::new(&world), Person::new(1));
    assert_eq!(alice.set_email(&world, "a@example.org").await.status, 204);
    let code = post.code(&world, "a@example.org").await;
    for _ in 0..5 {
        assert_eq!(
            message(&alice.confirm(&world, "guess").await),
            "Invalid code"
        );
    }
    let void = alice.confirm(&world, &code).await;
    assert_eq!(message(&void), "No unconfirmed email for this address");
    for (body, missing) in [
        (json!({"code": "x"}), "Missing address"),
        (json!({"address": alice.address}), "Missing code"),
    ] {
        let answer = alice
            .ask_with(&world, "PUT", "/confirm-email", body, &[])
            .await;
        assert_eq!(message(&answer), missing);
    }
    world.stop().await;
}

#[tokio::test]
async fn an_address_is_one_wallets_until_it_gives_it_back() {
    let world = platform(json!({})).await;
    let post = Post::new(&world);
    let (alice, bob) = (Person::new(1), Person::new(2));
    // Both prove that they read it; the first keeps it.
    assert_eq!(bob.set_email(&world, "one@example.org").await.status, 204);
    let bobs = post.code(&world, "one@example.org").await;
    with_email(&world, &post, &alice, "One@example.org").await;
    let taken = "Email already in use by another wallet";
    assert_eq!(message(&bob.confirm(&world, &bobs).await), taken);
    assert_eq!(
        message(&bob.set_email(&world, "ONE@example.org").await),
        taken
    );
    assert_eq!(alice.set_email(&world, "one@example.org").await.status, 204);
    assert_eq!(
        subscription(&world, &alice).await["email"],
        "One@example.org"
    );
    assert_eq!(alice.set_email(&world, "").await.status, 204);
    let cleared = subscription(&world, &alice).await;
    assert_eq!(cleared.get("email"), None);
    assert_eq!(cleared["details"]["ignore_all_email"], true);
    world.settle().await;
    with_email(&world, &post, &bob, "one@example.org").await;
    // A new address undoes what clearing the old one did.
    with_email(&world, &post, &alice, "two@example.org").await;
    let again = subscription(&world, &alice).await;
    assert_eq!(again["email"], "two@example.org");
    assert_eq!(again["details"]["ignore_all_email"], false);
    world.stop().await;
}

fn reward(address: &str, key: &str) -> Value {
    json!({"type": "rewards", "subType": "reward-assigned", "key": key, "timestamp": 1_755_000_000_000_i64,
        "metadata": {"title": "<script>alert(1)</script>", "description": "\"><img src=x onerror=alert(1)> {{code}}",
            "beneficiary": address, "tokenName": "Hat & <b>Coat</b>\r\nBcc: all@example.org",
            "tokenImage": "javascript:alert(1)", "tokenRarity": "epic", "tokenCategory": "wearable"}})
}

#[tokio::test]
async fn a_notification_is_mailed_once_and_hostile_text_stays_text() {
    let world = platform(json!({})).await;
    let post = Post::new(&world);
    let alice = Person::new(1);
    with_email(&world, &post, &alice, "a@example.org").await;
    let name = json!({"type": "catalyst-deployment", "subType": "profile",
        "entity": {"version": "v3", "id": identity::hash::hash_v1("p"), "type": "profile", "pointers": [alice.address],
            "timestamp": 1_767_225_600_000_i64, "content": [],
            "metadata": {"avatars": [{"name": "<i>Al</i>"}]}},
        "authChain": [{"type": "SIGNER", "payload": alice.address, "signature": ""}],
        "contentServerUrls": ["http://127.0.0.1:1/content"]});
    world.feed(&name).await;
    world.settle().await;
    world
        .feed(&json!([
            reward(&alice.address, "r1"),
            reward(&alice.checksum, "r1")
        ]))
        .await;
    world.settle().await;
    let mails = post.mails(&world, "a@example.org").await;
    assert_eq!(mails.len(), 2, "one to confirm, one of the reward");
    assert_eq!(
        post.mails(&world, "a@example.org").await,
        mails,
        "a repetition writes nothing"
    );
    let mail = Parsed::of(&mails[1]);
    assert_eq!(
        mail.header("subject"),
        Some("You were given Hat & <b>Coat</b>  Bcc: all@example.org")
    );
    assert_eq!(mail.header("bcc"), None);
    for tag in [
        "<script",
        "<img",
        "<b>",
        "<i>",
        "javascript:",
        "onerror=alert(1)>",
        "{{",
    ] {
        assert!(!mail.html.contains(tag), "{tag}: {}", mail.html);
    }
    assert!(
        mail.html.contains("Hat &amp; &lt;b&gt;Coat&lt;/b&gt;"),
        "{}",
        mail.html
    );
    assert!(mail.html.contains("&lt;i&gt;Al&lt;/i&gt;"), "{}", mail.html);
    assert!(mail.text.contains("Hey there <i>Al</i>"), "{}", mail.text);
    let unsubscribe = mail.header("list-unsubscribe").expect("a way out");
    let wanted = format!(
        "<https://n.example/unsubscribe/{}/reward_assignment?signature=",
        alice.address
    );
    assert!(unsubscribe.starts_with(&wanted), "{unsubscribe}");
    assert_eq!(
        mail.header("list-unsubscribe-post"),
        Some("List-Unsubscribe=One-Click")
    );
    world.stop().await;
}

#[tokio::test]
async fn a_link_shows_when_it_is_opened_and_acts_when_it_is_posted() {
    let world = platform(json!({})).await;
    let post = Post::new(&world);
    let alice = Person::new(1);
    with_email(&world, &post, &alice, "a@example.org").await;
    world.feed(&reward(&alice.address, "r1")).await;
    world.settle().await;
    let mails = post.mails(&world, "a@example.org").await;
    let mail = Parsed::of(mails.last().expect("a mail"));
    let way_out = mail.header("list-unsubscribe").expect("a link");
    let one = way_out
        .trim_matches(['<', '>'])
        .replace("https://n.example", "/notifications");
    let all = mail
        .text
        .split("No more mails at all: ")
        .nth(1)
        .expect("a link");
    let all = all
        .lines()
        .next()
        .expect("a line")
        .replace("https://n.example", "/notifications");
    for link in [&one, &all] {
        let page = get(&world.router, link).await;
        assert_eq!(page.status, 200, "{link}");
        assert!(
            page.header("content-type")
                .is_some_and(|kind| kind.starts_with("text/html"))
        );
    }
    let details = async || subscription(&world, &alice).await["details"].clone();
    assert_eq!(
        details().await["message_type"]["reward_assignment"]["email"],
        true
    );
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let done = post_with(&world.router, &one, "List-Unsubscribe=One-Click", &form).await;
    assert_eq!(done.status, 200, "{:?}", done.body);
    assert_eq!(
        details().await["message_type"]["reward_assignment"],
        json!({"email": false, "in_app": true})
    );
    assert_eq!(details().await["ignore_all_email"], false);
    world.feed(&reward(&alice.address, "r2")).await;
    world.settle().await;
    assert_eq!(
        post.mails(&world, "a@example.org").await.len(),
        mails.len(),
        "no more of these"
    );
    assert_eq!(alice.list(&world, "").await.len(), 2, "but in the inbox");
    post_with(&world.router, &all, "", &form).await;
    assert_eq!(details().await["ignore_all_email"], true);
    let forged = one.replace("reward_assignment", "banned");
    let refused = get(&world.router, &forged).await;
    assert_eq!(refused.status, 401);
    assert_eq!(refused.json()["message"], "Invalid URL.");
    world.stop().await;
}

#[tokio::test]
async fn a_service_sends_a_mail_with_its_own_text() {
    let world = platform(json!({})).await;
    let post = Post::new(&world);
    let path = "/notifications/notifications/email";
    let body =
        json!({"email": "x@example.org", "content": "<b>bold</b>\nline", "subject": "Hello"});
    let answer = post_with(&world.router, path, body.to_string(), &[SERVICE]).await;
    assert_eq!(answer.status, 204, "{:?}", answer.body);
    let mails = post.mails(&world, "x@example.org").await;
    let mail = Parsed::of(&mails[0]);
    assert_eq!(mail.header("subject"), Some("Hello"));
    assert!(
        mail.html.contains("&lt;b&gt;bold&lt;/b&gt;<br>line"),
        "{}",
        mail.html
    );
    assert!(mail.text.contains("New Notification"), "{}", mail.text);
    assert_eq!(
        post_with(&world.router, path, body.to_string(), &[])
            .await
            .status,
        401
    );
    for name in ["email", "content", "subject"] {
        let mut part = body.clone();
        part[name] = json!("");
        let answer = post_with(&world.router, path, part.to_string(), &[SERVICE]).await;
        assert_eq!(message(&answer), format!("Missing {name}"));
    }
    world.stop().await;
}

#[tokio::test]
async fn nobody_is_mailed_of_what_everybody_is_told() {
    let world = platform(json!({})).await;
    let letters = Post::new(&world);
    let alice = Person::new(1);
    with_email(&world, &letters, &alice, "a@example.org").await;
    let notice = |address: Option<&str>| {
        let mut notice = json!({"type": "governance_announcement", "eventKey": "k", "timestamp": now(),
            "metadata": {"title": "T", "description": "D", "link": "https://dao.example"}});
        if let Some(address) = address {
            notice["address"] = json!(address);
        }
        notice
    };
    assert_eq!(post(&world, json!([notice(None)])).await.status, 204);
    assert_eq!(letters.mails(&world, "a@example.org").await.len(), 1);
    assert_eq!(
        post(&world, json!([notice(Some(&alice.address))]))
            .await
            .status,
        204
    );
    assert_eq!(letters.mails(&world, "a@example.org").await.len(), 2);
    world.stop().await;
}

#[tokio::test]
async fn a_wallet_asks_for_so_many_mails_and_no_more() {
    let world = platform(json!({"validation_mails_max": 2})).await;
    let (post, alice) = (Post::new(&world), Person::new(1));
    for email in ["a@example.org", "b@example.org"] {
        assert_eq!(alice.set_email(&world, email).await.status, 204);
    }
    // Nor does clearing give any back.
    assert_eq!(alice.set_email(&world, "").await.status, 204);
    let refused = alice.set_email(&world, "c@example.org").await;
    assert_eq!(refused.status, 429, "{:?}", refused.body);
    assert_eq!(refused.json()["error"], "Too Many Requests");
    assert_eq!(post.mails(&world, "c@example.org").await.len(), 0);
    let bob = Person::new(2);
    assert_eq!(bob.set_email(&world, "d@example.org").await.status, 204);
    world.stop().await;
}

#[tokio::test]
async fn services_may_look_at_the_mails_and_nobody_else() {
    let world = platform(json!({})).await;
    let path = "/notifications/test-notifications";
    assert_eq!(get(&world.router, path).await.status, 401);
    let one = format!("{path}/item_sold");
    assert_eq!(get(&world.router, &one).await.status, 401);
    let listed = get_with(&world.router, path, &[SERVICE]).await;
    assert_eq!(listed.status, 200);
    let listed = listed.json();
    let url = listed["item_sold"].as_str().expect("an address");
    assert!(
        url.ends_with("/notifications/test-notifications/item_sold"),
        "{url}"
    );
    assert_eq!(listed.get("badge_granted"), None, "it has no mail");
    for kind in listed.as_object().expect("a map").keys() {
        let shown = get_with(&world.router, &format!("{path}/{kind}"), &[SERVICE]).await;
        assert_eq!(shown.status, 200, "{kind}");
        let html = String::from_utf8(shown.body.to_vec()).expect("text");
        assert!(
            html.contains("<html") && !html.contains("{{"),
            "{kind}: {html}"
        );
        assert!(
            !html.contains("News for you"),
            "{kind}: something is not made up: {html}"
        );
    }
    let none = get_with(&world.router, &format!("{path}/badge_granted"), &[SERVICE]).await;
    assert_eq!(none.status, 204);
    let unknown = get_with(&world.router, &format!("{path}/nonsense"), &[SERVICE]).await;
    assert_eq!(message(&unknown), "Invalid notification type: nonsense");
    world.stop().await;
}

#[tokio::test]
async fn who_has_another_address_or_wants_no_mail_by_now_is_not_mailed() {
    let world = platform(json!({})).await;
    let (letters, alice) = (Post::new(&world), Person::new(1));
    with_email(&world, &letters, &alice, "a@example.org").await;
    let notice = json!([{"type": "governance_announcement", "eventKey": "k", "timestamp": now(),
        "address": alice.address, "metadata": {"title": "T", "description": "D", "link": "https://dao.example"}}]);
    assert_eq!(post(&world, notice).await.status, 204);
    // The mail that confirmed the address goes to whoever it names.
    let asking = Post::asking(&world);
    assert_eq!(asking.try_all(&world).await, vec![Outcome::Done(None); 2]);
    assert_eq!(alice.set_email(&world, "").await.status, 204);
    let outcomes = asking.try_all(&world).await;
    assert_eq!(outcomes[0], Outcome::Done(None));
    let Outcome::GiveUp { reason } = &outcomes[1] else {
        panic!("nobody wants it: {outcomes:?}");
    };
    assert!(reason.contains("does not want it"), "{reason}");
    world.stop().await;
}
