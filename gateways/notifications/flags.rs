//! A port: feature flags, of which one refuses domains of e-mail addresses.

use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::sync::Mutex;

use super::Notifications;
use super::error::Fault;
use crate::sources::outbound::{Client, Request};

/// Largest answer that is read: all flags of an application.
const ANSWER_BYTES_MAX: u64 = 4 << 20;
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
    base: Option<String>,
    ttl: Duration,
    /// How long a request waits for them.
    wait: Duration,
    known: Mutex<Option<Known>>,
}

impl Flags {
    pub(super) fn new(settings: &Notifications, wait: Duration) -> Self {
        let base = settings.feature_flags_url.as_deref();
        Self {
            base: base.map(str::to_owned),
            ttl: settings.feature_flags_ttl.0,
            wait,
            known: Mutex::new(None),
        }
    }

    /// Passes an address whose domain is not refused; any, where no flags are configured.
    ///
    /// # Errors
    /// 400 for a refused domain; 503 when nothing is known because nobody says.
    pub(super) async fn allow(&self, outside: &Client, email: &str) -> Result<(), Fault> {
        let Some(base) = &self.base else {
            return Ok(());
        };
        let mut known = self.known.lock().await;
        if known
            .as_ref()
            .is_none_or(|known| known.since.elapsed() >= self.ttl)
        {
            match ask(outside, base, self.wait).await {
                Ok(domains) => {
                    let since = Instant::now();
                    *known = Some(Known { domains, since });
                }
                Err(error) => {
                    tracing::warn!(error, "feature flags did not answer");
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

async fn ask(outside: &Client, base: &str, wait: Duration) -> Result<Vec<String>, String> {
    let asked = Request {
        server: base,
        path: "/dapps.json",
        thing: "feature flags",
    };
    let answer = async {
        let body = outside.open(asked, ANSWER_BYTES_MAX).await?;
        body.collect().await
    };
    match tokio::time::timeout(wait, answer).await {
        Ok(Ok(answer)) => Ok(domains(&answer)),
        Ok(Err(error)) => Err(error.fault.to_string()),
        Err(_) => Err(format!("silent for {wait:?}")),
    }
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

    use crate::sources::outbound::Outbound;

    use super::*;

    #[tokio::test]
    async fn who_is_silent_is_not_asked_with_every_address() {
        let settings = Notifications {
            feature_flags_url: Some("http://127.0.0.1:1".into()),
            feature_flags_ttl: runtime::settings::Span::secs(0),
            ..Notifications::default()
        };
        let flags = Flags::new(&settings, Duration::from_secs(5));
        let http = Client::new(&Outbound::default(), &settings.feature_flags_url);
        let http = http.expect("a URL");
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
