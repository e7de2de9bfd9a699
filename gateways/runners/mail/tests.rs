//! Mails handed to a provider in process.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use model::events::effects::Mail;
use runtime::effects::{EffectHandler as _, Outcome};
use runtime::ports::SystemClock;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;

use super::Mailer;
use crate::frame::{Secret, Settings};
use crate::sources::outbound::Outbound;

/// What a provider was asked, and what it answers.
#[derive(Clone)]
struct Provider {
    asked: Arc<Mutex<Vec<(HeaderMap, Value)>>>,
    status: StatusCode,
}

async fn send(
    State(provider): State<Provider>,
    headers: HeaderMap,
    body: String,
) -> (StatusCode, [(&'static str, &'static str); 1]) {
    let body = serde_json::from_str(&body).expect("JSON");
    provider
        .asked
        .lock()
        .expect("not poisoned")
        .push((headers, body));
    (provider.status, [("retry-after", "7")])
}

async fn sendgrid(status: StatusCode) -> (String, Provider) {
    let provider = Provider {
        asked: Arc::default(),
        status,
    };
    let router = Router::new()
        .route("/v3/mail/send", post(send))
        .with_state(provider.clone());
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", socket.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(socket, router).await });
    (url, provider)
}

fn mailer(own: Value) -> Mailer {
    let settings: Settings =
        serde_json::from_value(json!({"notifications": own})).expect("settings");
    let folder = std::env::temp_dir().join("nothing-is-written-here");
    let made = Mailer::new(
        &settings,
        &Outbound::default(),
        Secret::new("k"),
        "http://127.0.0.1:1",
        &folder,
        Arc::new(SystemClock),
    );
    made.expect("a mailer")
}

fn mail() -> Mail {
    Mail {
        to: "a@example.org".into(),
        kind: "notification".into(),
        of_type: Some("banned".into()),
        address: Some("0xa".into()),
        subject: "S".into(),
        html: "<a href=\"{{unsubscribeOne}}\">x</a>".into(),
        text: "t\n.\nline".into(),
        title: "Hey there".into(),
        title_highlight: "Ada".into(),
        content: "<p>c</p>".into(),
        action_text: Some("Go".into()),
        action_link: Some("{{marketplace}}/x".into()),
        ..Mail::default()
    }
}

#[tokio::test]
async fn sendgrid_gets_what_its_template_wants() {
    let (url, provider) = sendgrid(StatusCode::ACCEPTED).await;
    let mailer = mailer(
        json!({"sendgrid_api_url": url, "sendgrid_api_key": "key", "sendgrid_email_from": "n@d.org",
        "sendgrid_email_template_id": "t1", "service_base_url": "https://n.example"}),
    );
    assert_eq!(
        mailer.perform("id-1", &model::encode(&mail())).await,
        Outcome::Done(None)
    );
    let asked = provider.asked.lock().expect("not poisoned").clone();
    let (headers, body) = &asked[0];
    assert_eq!(headers["authorization"], "Bearer key");
    let data = &body["personalizations"][0]["dynamic_template_data"];
    let one = data["unsubscribeOneUrl"].as_str().expect("a link");
    let all = data["unsubscribeAllUrl"].as_str().expect("a link");
    assert!(
        one.starts_with("https://n.example/unsubscribe/0xa/banned?signature="),
        "{one}"
    );
    assert!(
        all.starts_with("https://n.example/unsubscribe/0xa?signature="),
        "{all}"
    );
    assert_eq!(
        *body,
        json!({"personalizations": [{"to": [{"email": "a@example.org"}], "dynamic_template_data": {
                "subject": "S", "address": "0xa", "content": "<p>c</p>",
                "actionButtonLink": "https://decentraland.org/marketplace/x", "actionButtonText": "Go",
                "title": "Hey there", "titleHighlight": "Ada", "unsubscribeAllUrl": all, "unsubscribeOneUrl": one,
                "accountLink": "https://decentraland.org/account"}}],
            "from": {"email": "n@d.org", "name": "Decentraland"}, "template_id": "t1",
            "custom_args": {"environment": "prd", "tracking_id": "id-1", "email_type": "notification"},
            "attachments": [], "mail_settings": {"sandbox_mode": {"enable": false}}})
    );
}

#[tokio::test]
async fn a_provider_in_trouble_is_asked_again_when_it_says() {
    let (url, _) = sendgrid(StatusCode::TOO_MANY_REQUESTS).await;
    let mailer = mailer(json!({"sendgrid_api_url": url}));
    let Outcome::Retry { after, .. } = mailer.perform("id", &model::encode(&mail())).await else {
        panic!("it is tried again");
    };
    assert_eq!(after.map(|after| after.as_secs()), Some(7));
    let junk = mailer.perform("id", b"junk").await;
    assert!(matches!(junk, Outcome::GiveUp { .. }), "{junk:?}");
}

/// Speaks as much SMTP as one mail needs, and gives what was said to it.
async fn smtp(answer_to_rcpt: &'static str) -> (String, tokio::task::JoinHandle<String>) {
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("smtp://{}", socket.local_addr().expect("an address"));
    let heard = tokio::spawn(async move {
        let (connection, _) = socket.accept().await.expect("a client");
        let (read, mut write) = connection.into_split();
        let mut lines = BufReader::new(read).lines();
        let (mut heard, mut data) = (String::new(), false);
        write.write_all(b"220 test\r\n").await.expect("written");
        while let Ok(Some(line)) = lines.next_line().await {
            heard.push_str(&line);
            heard.push('\n');
            let answer = match (data, line.as_str()) {
                (true, ".") => {
                    data = false;
                    "250 taken\r\n"
                }
                (true, _) => continue,
                (false, "DATA") => {
                    data = true;
                    "354 go on\r\n"
                }
                (false, "QUIT") => break,
                (false, line) if line.starts_with("RCPT") => answer_to_rcpt,
                (false, _) => "250 ok\r\n",
            };
            write.write_all(answer.as_bytes()).await.expect("written");
        }
        heard
    });
    (url, heard)
}

#[tokio::test]
async fn smtp_takes_a_whole_mail() {
    let (url, heard) = smtp("250 ok\r\n").await;
    let mailer = mailer(json!({"smtp_url": url, "email_from": "N <n@example.org>"}));
    assert_eq!(
        mailer.perform("id-1", &model::encode(&mail())).await,
        Outcome::Done(None)
    );
    drop(mailer);
    let heard = heard.await.expect("a conversation");
    for line in [
        "MAIL FROM:<n@example.org>",
        "RCPT TO:<a@example.org>",
        "Message-ID: <id-1@example.org>",
        "Subject: S",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "..",
    ] {
        assert!(
            heard.lines().any(|said| said.starts_with(line)),
            "{line}: {heard}"
        );
    }
}

#[tokio::test]
async fn smtp_refusals_are_told_apart() {
    for (answer, for_good) in [("550 unknown\r\n", true), ("451 later\r\n", false)] {
        let (url, _heard) = smtp(answer).await;
        let mailer = mailer(json!({"smtp_url": url}));
        let outcome = mailer.perform("id", &model::encode(&mail())).await;
        assert_eq!(
            matches!(outcome, Outcome::GiveUp { .. }),
            for_good,
            "{outcome:?}"
        );
        assert_eq!(
            matches!(outcome, Outcome::Retry { .. }),
            !for_good,
            "{outcome:?}"
        );
    }
    // Nobody listens there.
    let gone = mailer(json!({"smtp_url": "smtp://127.0.0.1:1"}));
    let outcome = gone.perform("id", &model::encode(&mail())).await;
    assert!(matches!(outcome, Outcome::Retry { .. }), "{outcome:?}");
}

#[test]
fn links_start_where_the_configuration_says() {
    for (settings, base) in [
        (json!({}), None),
        (
            json!({"cdn": {"public_url": "https://p.example/"}}),
            Some("https://p.example/notifications"),
        ),
        (
            json!({"cdn": {"public_url": "https://p.example"},
                "notifications": {"service_base_url": "https://n.example/"}}),
            Some("https://n.example"),
        ),
    ] {
        let settings: Settings = serde_json::from_value(settings).expect("settings");
        assert_eq!(super::links_base(&settings).as_deref(), base);
    }
}

#[test]
fn addresses_of_the_configuration_that_are_none_are_refused_by_name() {
    for (own, key) in [
        (json!({"sendgrid_api_url": "nowhere"}), "sendgrid_api_url"),
        (json!({"smtp_url": "http://u:pw@x"}), "smtp_url"),
        (json!({"email_from": "nobody"}), "email_from"),
    ] {
        let settings: Settings =
            serde_json::from_value(json!({"notifications": own})).expect("settings");
        let made = Mailer::new(
            &settings,
            &Outbound::default(),
            Secret::new("k"),
            "http://h",
            "x".as_ref(),
            Arc::new(SystemClock),
        );
        let error = made.err().expect("it is refused");
        assert!(error.contains(key) && !error.contains("pw"), "{error}");
    }
}
