//! Mails by SMTP to a server that others wrote: Python's `aiosmtpd`, which parses what it gets with Python's own library.
//!
//! `make test-fast` leaves it out, as it does all whose path holds `clients::`.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use super::people::Person;
use super::{feed, platform};
use crate::http::{put, send, settle};
use crate::process::Scratch;

const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/python");
const PATIENCE: Duration = Duration::from_secs(60);

/// The server, and what it says: a JSON line each.
struct Server {
    child: Child,
    said: Receiver<Value>,
}

impl Server {
    /// `None`, said aloud, without Python.
    async fn start() -> Option<Self> {
        let python = Command::new("python3").arg("--version").output();
        if !python.is_ok_and(|output| output.status.success()) {
            eprintln!("skipped: no python3, which aiosmtpd needs");
            return None;
        }
        let requirements = Path::new(CLIENTS).join("mail-requirements.txt");
        let python = peers::programs::python(&requirements).await;
        let python = python.unwrap_or_else(|error| panic!("no aiosmtpd: {error:#}"));
        let mut child = Command::new(python)
            .arg(Path::new(CLIENTS).join("mail_server.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let output = child.stdout.take().expect("it is piped");
        let (say, said) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let line = serde_json::from_str(&line).expect("a JSON line");
                if say.send(line).is_err() {
                    return;
                }
            }
        });
        Some(Self { child, said })
    }

    fn next(&self) -> Value {
        self.said
            .recv_timeout(PATIENCE)
            .expect("a line of the server")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().expect("our own child can be killed");
        self.child.wait().expect("a child can be waited for");
    }
}

#[tokio::test]
async fn another_mail_server_gets_whole_mails_and_retries_under_one_message_id() {
    let Some(server) = Server::start().await else {
        return;
    };
    let port = server.next()["port"].clone();
    let scratch = Scratch::new();
    let up = platform(&scratch, "up").environment(
        "WORLDLOG__NOTIFICATIONS__SMTP_URL",
        format!("smtp://127.0.0.1:{port}"),
    );
    let program = up.start().await;
    let alice = Person::new(1);
    let wish = json!({ "email": "alice+x@example.org" });
    alice
        .ask(
            &program,
            "notifications",
            ("PUT", "/set-email"),
            Some(&wish),
        )
        .await
        .expect(204);
    // The server refuses each mail twice for now: once before and once after it has read it.
    let mail = server.next();
    assert_eq!(mail["tries"], 3, "{mail}");
    assert_eq!(
        mail["messageIds"].as_array().expect("a list").len(),
        1,
        "{mail}"
    );
    assert_eq!(mail["to"], "alice+x@example.org");
    assert_eq!(mail["recipients"], json!(["alice+x@example.org"]));
    assert_eq!(mail["sender"], "news@example.org");
    assert_eq!(mail["subject"], "Please confirm your e-mail address");
    assert_eq!(
        mail["headers"]["List-Unsubscribe"],
        Value::Null,
        "there is nothing to end"
    );
    let text = mail["text"].as_str().expect("text").replace("\r\n", "\n");
    let code = text
        .split("/confirm-email/")
        .nth(1)
        .and_then(|rest| rest.split('?').next());
    let code = code.unwrap_or_else(|| panic!("no code in {text}"));
    assert!(
        mail["html"]
            .as_str()
            .is_some_and(|html| html.contains(code)),
        "{mail}"
    );
    let given = json!({ "address": alice.address, "code": code });
    send(put(&program.at("/notifications/confirm-email"), &given))
        .await
        .expect(204);
    settle(&program).await;

    let reward = json!({ "type": "rewards", "subType": "reward-assigned", "key": "r", "timestamp": 1_767_225_600_000_i64,
        "metadata": { "title": "T", "description": "A dot\n.\nalone, and an é 🙂", "beneficiary": alice.checksum,
            "tokenName": "Ünique Hat 🎩", "tokenImage": "https://i.example/x.png", "tokenRarity": "epic",
            "tokenCategory": "wearable" } });
    feed(&program, &reward).await;
    let mail = server.next();
    assert_eq!(mail["subject"], "You were given Ünique Hat 🎩");
    assert_eq!(mail["recipients"], json!(["alice+x@example.org"]));
    assert_eq!(mail["from"], "Decentraland <news@example.org>");
    assert_eq!(mail["types"], json!(["text/plain", "text/html"]));
    let text = mail["text"].as_str().expect("text").replace("\r\n", "\n");
    assert!(text.contains("A dot\n.\nalone, and an é 🙂"), "{text}");
    let html = mail["html"].as_str().expect("text");
    assert!(
        html.contains("Ünique Hat 🎩") && html.contains("https://i.example/x.png"),
        "{html}"
    );
    let one = mail["headers"]["List-Unsubscribe"]
        .as_str()
        .expect("a header");
    let start = format!(
        "<https://n.example/unsubscribe/{}/reward_assignment?signature=",
        alice.address
    );
    assert!(one.starts_with(&start) && one.ends_with('>'), "{one}");
    let link = one.trim_matches(['<', '>']);
    assert!(html.contains(link) && text.contains(link), "{link}: {text}");
    assert_eq!(
        mail["headers"]["List-Unsubscribe-Post"],
        "List-Unsubscribe=One-Click"
    );
    assert_eq!(mail["tries"], 3, "{mail}");
    assert_eq!(
        mail["messageIds"].as_array().expect("a list").len(),
        1,
        "{mail}"
    );
    assert!(mail["headers"]["Date"].is_string(), "{mail}");
    assert_eq!(mail["defects"], json!([]), "{mail}");
    assert!(program.terminate().await.success());
}
