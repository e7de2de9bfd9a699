//! Who takes the platform's mails, in this process, and counts them: one speaks SendGrid's HTTP, one SMTP.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::process::{Launch, until};

const PATIENCE: Duration = Duration::from_secs(60);

/// A mail that was taken.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    pub(super) to: String,
    /// The idempotency key: of SendGrid's `tracking_id`, or the first part of the message id.
    pub(super) key: String,
    pub(super) subject: String,
    /// Where the button leads.
    pub(super) link: String,
}

/// What it took and was asked; shared with its tasks.
#[derive(Default)]
struct Kept {
    letters: Vec<Letter>,
    /// How often it was asked to take each key, taken or not.
    asked: BTreeMap<String, usize>,
    /// Every so many of the keys are refused once, for now.
    refuse_each: Option<usize>,
    refused: BTreeSet<String>,
    /// The next mail is taken, and not answered.
    hold: bool,
}

#[derive(Clone, Default)]
struct Shared {
    kept: Arc<Mutex<Kept>>,
    held: Arc<Notify>,
}

impl Shared {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A provider of mails. It stops with the test's runtime.
pub(super) struct Provider {
    shared: Shared,
    setting: (&'static str, String),
}

impl Provider {
    /// `POST /v3/mail/send`.
    pub(super) async fn sendgrid() -> Self {
        let shared = Shared::default();
        let router = Router::new()
            .route("/v3/mail/send", post(take))
            .with_state(shared.clone());
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", socket.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(socket, router).await });
        Self {
            shared,
            setting: ("WORLDLOG__NOTIFICATIONS__SENDGRID_API_URL", url),
        }
    }

    /// As much SMTP as mails need.
    pub(super) async fn smtp() -> Self {
        let shared = Shared::default();
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("smtp://{}", socket.local_addr().expect("an address"));
        let taken = shared.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = socket.accept().await {
                tokio::spawn(converse(client, taken.clone()));
            }
        });
        Self {
            shared,
            setting: ("WORLDLOG__NOTIFICATIONS__SMTP_URL", url),
        }
    }

    /// The launch of a platform whose mails it takes.
    pub(super) fn serving(&self, launch: Launch) -> Launch {
        let (name, url) = &self.setting;
        launch.environment(name, url)
    }

    /// Answers one of `each` mails with 503 the first time, and has not taken it.
    pub(super) fn refuse_one_of(&self, each: usize) {
        self.shared.kept().refuse_each = Some(each);
    }

    /// Takes the next mail and never answers; returns when that has happened.
    pub(super) async fn hold(&self) {
        self.shared.kept().hold = true;
        self.shared.held.notified().await;
    }

    /// Answers again, whether or not anything was held.
    pub(super) fn release(&self) {
        self.shared.kept().hold = false;
    }

    /// What it took so far.
    pub(super) fn letters(&self) -> Vec<Letter> {
        self.shared.kept().letters.clone()
    }

    /// How often it was asked to take each key.
    pub(super) fn asked(&self) -> BTreeMap<String, usize> {
        self.shared.kept().asked.clone()
    }

    /// The code in the newest mail to an address that has one.
    pub(super) async fn code(&self, to: &str) -> String {
        let code = || {
            let letters = self.letters().into_iter().rev();
            let mut mine = letters.filter(|letter| letter.to == to);
            mine.find_map(|letter| {
                let (_, rest) = letter.link.split_once("/confirm-email/")?;
                Some(rest.split('?').next()?.to_owned())
            })
        };
        until(PATIENCE, code).await.expect("a mail with a code")
    }
}

/// SendGrid's one route.
async fn take(State(shared): State<Shared>, body: String) -> StatusCode {
    let mail: Value = serde_json::from_str(&body).expect("JSON");
    let text = |pointer: &str| {
        let value = mail.pointer(pointer).and_then(Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    let key = text("/custom_args/tracking_id");
    let (hold, refuse) = {
        let mut kept = shared.kept();
        *kept.asked.entry(key.clone()).or_default() += 1;
        let turn = kept.asked.len();
        let refuse = kept.refuse_each.is_some_and(|each| turn % each == 0)
            && kept.refused.insert(key.clone());
        if !refuse {
            kept.letters.push(Letter {
                to: text("/personalizations/0/to/0/email"),
                key,
                subject: text("/personalizations/0/dynamic_template_data/subject"),
                link: text("/personalizations/0/dynamic_template_data/actionButtonLink"),
            });
        }
        (!refuse && std::mem::take(&mut kept.hold), refuse)
    };
    if hold {
        shared.held.notify_one();
        std::future::pending::<()>().await;
    }
    // A little time, so that a kill may fall into it.
    tokio::time::sleep(Duration::from_millis(5)).await;
    match refuse {
        true => StatusCode::SERVICE_UNAVAILABLE,
        false => StatusCode::ACCEPTED,
    }
}

/// One client of the SMTP server, and all its mails.
async fn converse(client: TcpStream, shared: Shared) {
    let (read, mut write) = client.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut data: Option<String> = None;
    let mut answer = "220 the tests\r\n";
    loop {
        if write.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
        answer = loop {
            let Ok(Some(line)) = lines.next_line().await else {
                return;
            };
            match (&mut data, line.as_str()) {
                (Some(mail), ".") => {
                    shared.kept().letters.push(letter(mail));
                    data = None;
                    break "250 taken\r\n";
                }
                (Some(mail), line) => {
                    mail.push_str(line.strip_prefix('.').unwrap_or(line));
                    mail.push_str("\r\n");
                }
                (None, "DATA") => {
                    data = Some(String::new());
                    break "354 go on\r\n";
                }
                (None, "QUIT") => return,
                (None, _) => break "250 ok\r\n",
            }
        };
    }
}

fn letter(mail: &str) -> Letter {
    let mail = mailparse::parse_mail(mail.as_bytes()).expect("a mail");
    let header = |name: &str| {
        let found = mail
            .headers
            .iter()
            .find(|h| h.get_key().eq_ignore_ascii_case(name));
        found
            .map(mailparse::MailHeader::get_value)
            .unwrap_or_default()
    };
    let text = mail.subparts[0].get_body().expect("text");
    let link = text.lines().find(|line| line.contains("/confirm-email/"));
    let key = header("message-id");
    let key = key
        .trim_start_matches('<')
        .split('@')
        .next()
        .expect("a key");
    Letter {
        to: header("to"),
        key: key.to_owned(),
        subject: header("subject"),
        link: link.unwrap_or_default().to_owned(),
    }
}
