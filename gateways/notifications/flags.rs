//! A port: feature flags, of which one refuses domains of e-mail addresses.

use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::sync::Mutex;

use super::Notifications;
use super::error::Fault;

/// The flag, and the variant whose payload lists domains with commas.
const BLACKLIST: &str = "dapps-credits-blacklisted-domains";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Answer {
    flags: std::collections::BTreeMap<String, bool>,
    variants: std::collections::BTreeMap<String, Variant>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Variant {
    payload: Payload,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    value: String,
}

/// What was said last, and when.
struct Known {
    domains: Vec<String>,
    since: Instant,
}

/// The flags, asked for when they are wanted and old.
pub(super) struct Flags {
    url: Option<String>,
    ttl: Duration,
    known: Mutex<Option<Known>>,
}

impl Flags {
    pub(super) fn new(settings: &Notifications) -> Self {
        let base = settings.feature_flags_url.as_deref();
        Self {
            url: base.map(|base| format!("{}/dapps.json", base.trim_end_matches('/'))),
            ttl: settings.feature_flags_ttl.0,
            known: Mutex::new(None),
        }
    }

    /// Passes an address whose domain is not refused; any, where no flags are configured.
    ///
    /// # Errors
    /// 400 for a refused domain; 503 when nothing is known because nobody says.
    pub(super) async fn allow(&self, http: &reqwest::Client, email: &str) -> Result<(), Fault> {
        let Some(url) = &self.url else { return Ok(()) };
        let mut known = self.known.lock().await;
        if known
            .as_ref()
            .is_none_or(|known| known.since.elapsed() >= self.ttl)
        {
            match ask(http, url).await {
                Ok(domains) => {
                    let since = Instant::now();
                    *known = Some(Known { domains, since });
                }
                Err(error) => {
                    tracing::warn!(error = %error.without_url(), "feature flags did not answer");
                    // What was said last holds on for as long again: requests do not queue behind who is silent.
                    if let Some(known) = &mut *known {
                        known.since = Instant::now();
                    }
                }
            }
        }
        let Some(known) = &*known else {
            return Err(Fault::unavailable(
                "the refused domains are not known just now",
            ));
        };
        match is_refused(&known.domains, email) {
            true => Err(Fault::bad("Email domain not allowed")),
            false => Ok(()),
        }
    }
}

async fn ask(http: &reqwest::Client, url: &str) -> Result<Vec<String>, reqwest::Error> {
    let answer = http
        .get(url)
        .send()
        .await?
        .error_for_status()?
        .bytes()
        .await?;
    Ok(domains(&answer))
}

/// The refused domains of an answer, lower case; none when the flag is off.
fn domains(answer: &[u8]) -> Vec<String> {
    let answer: Answer = serde_json::from_slice(answer).unwrap_or_default();
    if !answer.flags.get(BLACKLIST).copied().unwrap_or(false) {
        return Vec::new();
    }
    let list = answer
        .variants
        .get(BLACKLIST)
        .map(|variant| variant.payload.value.as_str());
    let names = list
        .unwrap_or_default()
        .split([',', '\n'])
        .map(|name| name.trim().to_lowercase());
    names.filter(|name| !name.is_empty()).collect()
}

fn is_refused(domains: &[String], email: &str) -> bool {
    let domain = email
        .rsplit_once('@')
        .map(|(_, domain)| domain.to_lowercase());
    domain.is_some_and(|domain| domains.contains(&domain))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn who_is_silent_is_not_asked_with_every_address() {
        let flags = Flags::new(&Notifications {
            feature_flags_url: Some("http://127.0.0.1:1".into()),
            feature_flags_ttl: runtime::settings::Span::secs(0),
            ..Notifications::default()
        });
        let http = reqwest::Client::new();
        let unknown = flags.allow(&http, "a@good.example").await;
        assert!(matches!(unknown, Err(Fault::Api(_))), "{unknown:?}");
        let since = Instant::now();
        let domains = vec!["spam.example".to_owned()];
        *flags.known.lock().await = Some(Known { domains, since });
        let spam = flags.allow(&http, "a@spam.example").await;
        assert!(matches!(spam, Err(Fault::Bad(_))), "{spam:?}");
        assert!(flags.allow(&http, "a@good.example").await.is_ok());
        let known = flags.known.lock().await;
        assert!(known.as_ref().is_some_and(|known| known.since > since));
    }

    #[test]
    fn domains_are_refused_while_the_flag_is_on() {
        let answer = |on: bool| {
            let value = json!({"flags": {BLACKLIST: on}, "variants": {BLACKLIST: {"name": "domains",
                "payload": {"type": "string", "value": "Spam.example, trash.example"}, "enabled": true}}});
            domains(value.to_string().as_bytes())
        };
        let on = answer(true);
        assert_eq!(on, ["spam.example", "trash.example"]);
        assert!(is_refused(&on, "a@SPAM.example"));
        assert!(!is_refused(&on, "a@good.example"));
        assert!(!is_refused(&on, "a@sub.spam.example"));
        assert!(answer(false).is_empty());
        assert!(domains(b"<html>").is_empty());
    }
}
