//! A port: who asks for a confirmation has passed a captcha (Cloudflare's Turnstile), where one is configured.

use serde::Deserialize;
use serde_json::json;

use super::Server;
use super::error::Fault;
use crate::sources::outbound::Request;

/// Largest answer that is read.
const ANSWER_BYTES_MAX: u64 = 64 << 10;

#[derive(Deserialize)]
struct Verdict {
    success: bool,
}

/// Whether one is configured: then links in mails lead over its page.
pub(super) fn is_asked_for(server: &Server) -> bool {
    server.settings().cloudflare_challenge_url.is_some()
}

/// Passes an answer that the other side calls right; any, where no captcha is configured.
///
/// # Errors
/// 401 for a wrong answer or none; 503 when the other side does not say.
pub(super) async fn pass(server: &Server, answer: Option<&str>) -> Result<(), Fault> {
    let settings = server.settings();
    let Some(url) = &settings.cloudflare_challenge_url else {
        return Ok(());
    };
    let wrong = || Fault::Unauthorized("Invalid captcha".into());
    let answer = answer.ok_or_else(wrong)?;
    let secret = settings
        .cloudflare_secret
        .as_ref()
        .map_or("", |secret| secret.reveal());
    let body = json!({"secret": secret, "response": answer}).to_string();
    let asked = Request {
        server: url,
        path: "",
        thing: "captcha",
    };
    let said = async {
        let body = server.outside.post(asked, body, None, ANSWER_BYTES_MAX);
        body.await?.collect().await
    };
    let silent = || Fault::unavailable("the captcha cannot be checked just now");
    let said = tokio::time::timeout(server.context.settings.gateway.wait.0, said).await;
    let said = said.map_err(|_| silent())?.map_err(|error| {
        tracing::warn!(error = %error.fault, "the captcha's service did not say");
        silent()
    })?;
    let verdict: Result<Verdict, _> = serde_json::from_slice(&said);
    match verdict {
        Ok(Verdict { success: true }) => Ok(()),
        Ok(Verdict { success: false }) => Err(wrong()),
        Err(_) => Err(Fault::unavailable("the captcha's service did not say")),
    }
}
