//! People for the tests of notifications: wallets that sign, and the post that delivers their mails.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::{Body, Bytes};
use gateways::runners::mail::Mailer;
use gateways::settings::Secret;
use gateways::sources::outbound::Outbound;
use http::Request;
use identity::chain::AuthChain;
use identity::sign::{LOGIN_TITLE, Wallet, create_ephemeral_chain};
use identity::signed_fetch::{PayloadFormat, RequestToSign, headers_for};
use runtime::effects::{EffectHandler as _, Outcome};
use runtime::ports::{ReadLimits, SystemClock};
use serde_json::{Value, json};

use crate::support::{Answer, post_with, send};
use crate::world::{World, settings};

pub(crate) const SERVICE: (&str, &str) = ("authorization", "Bearer s3rvice");

/// Now, ms.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    i64::try_from(since.expect("after 1970").as_millis()).expect("a time")
}

/// A platform whose services know the token, with further settings of `notifications`.
pub(crate) async fn platform(more: Value) -> World {
    let mut own = json!({"notification_service_token": "s3rvice", "signing_key": "k3y",
        "service_base_url": "https://n.example"});
    for (name, value) in more.as_object().into_iter().flatten() {
        own[name] = value.clone();
    }
    World::with(
        settings(json!({"notifications": own})),
        Arc::new(SystemClock),
    )
    .await
}

/// A person with a wallet, logged in.
pub(crate) struct Person {
    login: AuthChain,
    session: Wallet,
    /// Lower case.
    pub(crate) address: String,
    /// As wallets write it.
    pub(crate) checksum: String,
}

impl Person {
    pub(crate) fn new(seed: u8) -> Self {
        let wallet = Wallet::from_private_key([seed; 32]).expect("a valid key");
        let session = Wallet::from_private_key([seed + 100; 32]).expect("a valid key");
        let until = "2100-01-01T00:00:00.000Z";
        let login = create_ephemeral_chain(&wallet, &session, LOGIN_TITLE, until);
        Self {
            login: login.expect("short texts"),
            session,
            address: wallet.address().to_owned(),
            checksum: wallet.checksum_address(),
        }
    }

    /// The headers of a request that is signed for a path at a time.
    pub(crate) fn headers(
        &self,
        method: &str,
        path: &str,
        at: i64,
        metadata: &str,
    ) -> Vec<(String, String)> {
        let request = RequestToSign {
            method,
            path,
            timestamp_ms: at,
            metadata: Some(metadata),
            format: PayloadFormat::Verbatim,
        };
        headers_for(&self.login, &self.session, &request).expect("a short path")
    }

    /// Sends a request that is signed as Unity signs: for the path of the service, without its query.
    pub(crate) async fn ask(&self, world: &World, method: &str, path: &str, body: Value) -> Answer {
        let signed_path = path.split('?').next().expect("a path");
        let headers = self.headers(method, signed_path, now(), "{}");
        self.ask_with(world, method, path, body, &headers).await
    }

    /// Sends a request with these headers.
    pub(crate) async fn ask_with(
        &self,
        world: &World,
        method: &str,
        path: &str,
        body: Value,
        headers: &[(String, String)],
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/notifications{path}"));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let body = match body {
            Value::Null => Body::empty(),
            body => Body::from(body.to_string()),
        };
        send(&world.router, request.body(body).expect("a request")).await
    }

    /// The person's notifications.
    pub(crate) async fn list(&self, world: &World, query: &str) -> Vec<Value> {
        let answer = self
            .ask(world, "GET", &format!("/notifications{query}"), Value::Null)
            .await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        answer.json()["notifications"]
            .as_array()
            .expect("a list")
            .clone()
    }

    /// Marks as read; says how many were.
    pub(crate) async fn read(&self, world: &World, ids: &[&Value]) -> Value {
        let body = json!({"notificationIds": ids});
        let answer = self.ask(world, "PUT", "/notifications/read", body).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        answer.json()["updated"].clone()
    }

    pub(crate) async fn set_email(&self, world: &World, email: &str) -> Answer {
        self.ask(world, "PUT", "/set-email", json!({"email": email}))
            .await
    }

    /// Confirms with a code; nobody signs that.
    pub(crate) async fn confirm(&self, world: &World, code: &str) -> Answer {
        let body = json!({"address": self.checksum, "code": code});
        self.ask_with(world, "PUT", "/confirm-email", body, &[])
            .await
    }
}

/// Posts notifications as a service.
pub(crate) async fn post(world: &World, notices: Value) -> Answer {
    post_with(
        &world.router,
        "/notifications/notifications",
        notices.to_string(),
        &[SERVICE],
    )
    .await
}

/// Performs the mails that were asked for, into a folder.
pub(crate) struct Post {
    mailer: Mailer,
    folder: tempfile::TempDir,
}

impl Post {
    pub(crate) fn new(world: &World) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let context = &world.context;
        let (key, url) = (Secret::new("k3y"), "http://127.0.0.1:8080");
        let clock = Arc::clone(&context.platform.clock);
        let mailer = Mailer::new(
            &context.settings,
            &Outbound::default(),
            key,
            url,
            folder.path(),
            clock,
        );
        let mailer = mailer.expect("a mailer");
        Self { mailer, folder }
    }

    /// The same, which asks before each mail whether its reader still wants it.
    pub(crate) fn asking(world: &World) -> Self {
        let Self { mailer, folder } = Self::new(world);
        let mailer = mailer.asking(world.context.platform.views.clone());
        Self { mailer, folder }
    }

    /// Tries every mail that was asked for: how each turned out.
    pub(crate) async fn try_all(&self, world: &World) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for (key, request) in asked(world).await {
            outcomes.push(self.mailer.perform(&key, &request).await);
        }
        outcomes
    }

    /// The mails to an address so far, oldest first, as their bytes.
    pub(crate) async fn mails(&self, world: &World, to: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (at, (key, request)) in asked(world).await.into_iter().enumerate() {
            let done = self.mailer.perform(&key, &request).await;
            assert_eq!(done, Outcome::Done(None));
            let mail: model::events::effects::Mail = model::decode(&request).expect("a mail");
            if mail.to == to {
                let file = self.folder.path().join("outbox").join(format!("{key}.eml"));
                let eml = std::fs::read_to_string(file).expect("the mail's file");
                found.push((at, eml));
            }
        }
        found.sort();
        found.into_iter().map(|(_, eml)| eml).collect()
    }

    /// The code in the newest mail to an address.
    pub(crate) async fn code(&self, world: &World, to: &str) -> String {
        let mails = self.mails(world, to).await;
        let mail = Parsed::of(mails.last().expect("a mail"));
        let link = mail.text.split("/confirm-email/").nth(1).expect("a link");
        link.split('?').next().expect("a code").to_owned()
    }
}

/// The mails that were asked for, oldest first: keys and requests.
async fn asked(world: &World) -> Vec<(String, Bytes)> {
    let log = &world.context.platform.log;
    let partitions = log.ends("effects.mail").await.expect("a topic").len();
    let mut found = Vec::new();
    for partition in 0..u32::try_from(partitions).expect("few") {
        let limits = ReadLimits::default();
        let batch = log.read("effects.mail", partition, 0, limits).await;
        for record in batch.expect("read").records {
            let key = record.key.expect("a key");
            let key = String::from_utf8(key.to_vec()).expect("text");
            found.push((record.timestamp, key, record.value.expect("a request")));
        }
    }
    found.sort();
    found
        .into_iter()
        .map(|(_, key, request)| (key, request))
        .collect()
}

/// A mail as a mail program sees it.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: String,
    pub(crate) html: String,
}

impl Parsed {
    pub(crate) fn of(eml: &str) -> Self {
        let mail = mailparse::parse_mail(eml.as_bytes()).expect("a mail");
        assert_eq!(mail.ctype.mimetype, "multipart/alternative");
        let [text, html] = &mail.subparts[..] else {
            panic!("two parts: {eml}");
        };
        assert_eq!(text.ctype.mimetype, "text/plain");
        assert_eq!(html.ctype.mimetype, "text/html");
        let headers = mail.headers.iter().map(|h| (h.get_key(), h.get_value()));
        Self {
            headers: headers.collect(),
            text: text.get_body().expect("a text").replace("\r\n", "\n"),
            html: html.get_body().expect("a text"),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut named = self
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.as_str())
    }
}
