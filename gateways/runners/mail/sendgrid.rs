//! Mails over SendGrid's HTTP, in the form that its template of the original expects.

use std::time::Duration;

use model::events::effects::Mail;
use reqwest::{Method, StatusCode, header};
use runtime::effects::Outcome;
use serde_json::{Map, Value, json};

use super::letter::Letter;
use crate::frame::Secret;
use crate::notifications::Notifications;
use crate::sources::outbound::{Client, Outbound};

/// Bytes of a refusal's body that are told.
const TOLD_BYTES: usize = 300;

/// SendGrid, or what speaks like it.
#[derive(Clone)]
pub(super) struct SendGrid {
    client: Client,
    url: String,
    timeout: Duration,
    key: Secret,
    from: String,
    template: String,
    environment: String,
    sandbox: bool,
}

impl SendGrid {
    /// As configured, at `base`.
    ///
    /// # Errors
    /// The address is none.
    pub(super) fn new(
        base: &str,
        settings: &Notifications,
        outbound: &Outbound,
    ) -> Result<Self, String> {
        let client = Client::new(outbound, [base])
            .map_err(|e| format!("notifications.sendgrid_api_url: {e}"))?;
        let from = settings.sendgrid_email_from.clone();
        Ok(Self {
            client,
            url: format!("{}/v3/mail/send", base.trim_end_matches('/')),
            timeout: settings.mail_timeout.0,
            key: settings
                .sendgrid_api_key
                .clone()
                .unwrap_or_else(|| Secret::new("")),
            from: from.unwrap_or_else(|| bare(&settings.email_from)),
            template: settings
                .sendgrid_email_template_id
                .clone()
                .unwrap_or_default(),
            environment: settings.environment.clone(),
            sandbox: settings.sendgrid_sandbox_mode,
        })
    }

    /// Hands a mail over.
    pub(super) async fn send(&self, key: &str, letter: &Letter) -> Outcome {
        let later = |reason: String| Outcome::Retry {
            after: None,
            reason,
        };
        let request = match self.client.request(Method::POST, &self.url) {
            Ok(request) => request,
            Err(fault) => return later(format!("SendGrid: {fault}")),
        };
        let request = request
            .timeout(self.timeout)
            .bearer_auth(self.key.reveal())
            .header(header::CONTENT_TYPE, "application/json")
            .body(self.payload(key, letter).to_string());
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) => {
                return later(format!("SendGrid did not answer: {}", error.without_url()));
            }
        };
        let status = response.status();
        let after = response.headers().get(header::RETRY_AFTER);
        let after = after
            .and_then(|v| v.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        let mut body = Vec::new();
        while !status.is_success()
            && body.len() < TOLD_BYTES
            && let Ok(Some(more)) = response.chunk().await
        {
            body.extend_from_slice(&more);
        }
        outcome(status, after, &String::from_utf8_lossy(&body))
    }

    fn payload(&self, key: &str, letter: &Letter) -> Value {
        json!({
            "personalizations": [{
                "to": [{"email": letter.mail.to}],
                "dynamic_template_data": data(letter),
            }],
            "from": {"email": self.from, "name": "Decentraland"},
            "template_id": self.template,
            "custom_args": {
                "environment": self.environment,
                "tracking_id": key,
                "email_type": letter.mail.kind,
            },
            "attachments": [],
            "mail_settings": {"sandbox_mode": {"enable": self.sandbox}},
        })
    }
}

/// What the template inserts; what a mail does not have is left out.
fn data(letter: &Letter) -> Value {
    let Mail {
        subject,
        address,
        content,
        action_link,
        action_text,
        title,
        title_highlight,
        banner_url,
        banner_label,
        ..
    } = &letter.mail;
    let members = [
        ("subject", Some(subject)),
        ("address", address.as_ref()),
        ("content", Some(content)),
        ("actionButtonLink", action_link.as_ref()),
        ("actionButtonText", action_text.as_ref()),
        ("title", Some(title)),
        ("titleHighlight", Some(title_highlight)),
        ("bannerUrl", banner_url.as_ref()),
        ("bannerLabel", banner_label.as_ref()),
        ("unsubscribeAllUrl", letter.unsubscribe_all.as_ref()),
        ("unsubscribeOneUrl", letter.unsubscribe_one.as_ref()),
        ("accountLink", Some(&letter.account)),
    ];
    let there = members
        .into_iter()
        .filter_map(|(name, text)| Some((name.to_owned(), Value::from(text?.as_str()))));
    Value::Object(there.collect::<Map<_, _>>())
}

/// Accepted, to be tried again, or never: what is wrong with the account or the load may be put right, what is wrong
/// with the mail may not.
fn outcome(status: StatusCode, after: Option<Duration>, body: &str) -> Outcome {
    if status.is_success() {
        return Outcome::Done(None);
    }
    let told: String = body.chars().take(TOLD_BYTES).collect();
    let reason = format!("SendGrid answered {status}: {told}");
    let later = [
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::TOO_MANY_REQUESTS,
    ];
    if status.is_server_error() || later.contains(&status) {
        Outcome::Retry { after, reason }
    } else {
        Outcome::GiveUp { reason }
    }
}

/// The address alone of `Name <address>`.
fn bare(from: &str) -> String {
    let inner = from
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or(from, |(address, _)| address).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart() {
        let of = |status: u16| outcome(StatusCode::from_u16(status).expect("a status"), None, "x");
        assert_eq!(of(202), Outcome::Done(None));
        for status in [401, 403, 408, 429, 500, 503] {
            assert!(matches!(of(status), Outcome::Retry { .. }), "{status}");
        }
        for status in [302, 400, 404, 413] {
            assert!(matches!(of(status), Outcome::GiveUp { .. }), "{status}");
        }
        let minute = Some(Duration::from_secs(60));
        let Outcome::Retry { after, .. } = outcome(StatusCode::TOO_MANY_REQUESTS, minute, "")
        else {
            panic!("it is tried again");
        };
        assert_eq!(after, minute);
    }
}
