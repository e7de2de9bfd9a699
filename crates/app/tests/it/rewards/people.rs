//! People with wallets who sign what they ask, as an explorer does.

use std::time::{SystemTime, UNIX_EPOCH};

use identity::chain::AuthChain;
use identity::sign::{LOGIN_TITLE, Wallet, create_ephemeral_chain};
use identity::signed_fetch::{PayloadFormat, RequestToSign, headers_for};
use serde_json::{Value, json};

use super::providers::Provider;
use crate::http::{Answer, get, post, put, send, settle};
use crate::process::Program;

/// Now, ms.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    i64::try_from(since.expect("after 1970").as_millis()).expect("a time")
}

/// A person with a wallet, logged in.
pub(crate) struct Person {
    pub(super) login: AuthChain,
    session: Wallet,
    /// Lower case.
    pub(crate) address: String,
    /// As wallets write it.
    pub(super) checksum: String,
}

impl Person {
    /// Whoever `seed` stands for; logged in until `until`.
    pub(super) fn until(seed: u8, until: &str) -> Self {
        let wallet = Wallet::from_private_key([seed; 32]).expect("a valid key");
        let session = Wallet::from_private_key([seed + 100; 32]).expect("a valid key");
        let login = create_ephemeral_chain(&wallet, &session, LOGIN_TITLE, until);
        Self {
            login: login.expect("short texts"),
            session,
            address: wallet.address().to_owned(),
            checksum: wallet.checksum_address(),
        }
    }

    pub(crate) fn new(seed: u8) -> Self {
        Self::until(seed, "2100-01-01T00:00:00.000Z")
    }

    /// Asks a gateway, signed for the path of the service without its mount and query. A body makes it a POST or a PUT.
    pub(super) async fn ask(
        &self,
        program: &Program,
        gateway: &str,
        (method, path): (&str, &str),
        body: Option<&Value>,
    ) -> Answer {
        self.ask_as(program, gateway, (method, path), &json!({}), body)
            .await
    }

    /// The same with metadata.
    pub(crate) async fn ask_as(
        &self,
        program: &Program,
        gateway: &str,
        (method, path): (&str, &str),
        metadata: &Value,
        body: Option<&Value>,
    ) -> Answer {
        let metadata = metadata.to_string();
        let request = RequestToSign {
            method,
            path: path.split('?').next().expect("a path"),
            timestamp_ms: now(),
            metadata: Some(&metadata),
            format: PayloadFormat::Verbatim,
        };
        let url = program.at(&format!("/{gateway}{path}"));
        let nothing = json!({});
        let asked = match method {
            "PUT" => put(&url, body.unwrap_or(&nothing)),
            "POST" => post(&url, body.unwrap_or(&nothing)),
            _ => get(&url),
        };
        let signed = headers_for(&self.login, &self.session, &request).expect("a short path");
        let asked = signed
            .into_iter()
            .fold(asked, |asked, (name, value)| asked.header(name, value));
        send(asked.header("x-request-id", "the same")).await
    }

    /// Has mails from now on: sets an address and confirms it with the code that was mailed there.
    pub(super) async fn with_email(&self, program: &Program, provider: &Provider, email: &str) {
        let wish = ("PUT", "/set-email");
        let asked = json!({ "email": email });
        self.ask(program, "notifications", wish, Some(&asked))
            .await
            .expect(204);
        settle(program).await;
        let code = provider.code(email).await;
        let given = json!({ "address": self.address, "code": code });
        let url = program.at("/notifications/confirm-email");
        send(put(&url, &given)).await.expect(204);
        settle(program).await;
    }
}
