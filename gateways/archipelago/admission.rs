//! Who may not come in: the deny list and the bans of the gatekeeper. Where neither can be asked, everybody may, and it
//! is counted.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use http::Method;
use islands::PeerId;
use serde::Deserialize;

use super::settings::Archipelago;
use super::{Live, meters};
use crate::frame::{GatewayContext, outside};
use crate::sources::outbound::{Client, Request};

/// Largest answer about one address.
const BAN_BYTES_MAX: usize = 64 << 10;

/// Asks about addresses. Cheap to clone.
#[derive(Clone)]
pub(super) struct Admission(Arc<Asking>);

struct Asking {
    client: Client,
    bans: Option<String>,
    denied_at: Option<String>,
    ban_timeout: Duration,
    keep: Duration,
    denied: Mutex<Denied>,
}

#[derive(Default)]
struct Denied {
    who: HashSet<PeerId>,
    /// When it was asked for last, whatever came of it.
    asked: Option<Instant>,
}

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    users: Vec<User>,
}

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    wallet: String,
}

#[derive(Deserialize)]
struct Bans {
    data: BanData,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BanData {
    is_banned: bool,
}

impl Admission {
    pub(super) fn new(context: &GatewayContext) -> Self {
        let settings = &context.settings.archipelago;
        let set = |url: &Option<String>| url.clone().filter(|url| !url.is_empty());
        let bans = set(&settings.comms_gatekeeper_url);
        let denied_at = set(&settings.denylist_json_url);
        let urls = [
            ("archipelago.comms_gatekeeper_url", bans.as_deref()),
            ("archipelago.denylist_json_url", denied_at.as_deref()),
        ];
        Self(Arc::new(Asking {
            client: outside(context, &urls),
            bans,
            denied_at,
            ban_timeout: settings.ban_timeout.0,
            keep: settings.denylist_interval.0,
            denied: Mutex::default(),
        }))
    }

    /// Whether the deny list has the address, as it is known now.
    pub(super) fn is_denied(&self, peer: PeerId) -> bool {
        let denied = self.0.denied.lock().unwrap_or_else(PoisonError::into_inner);
        denied.who.contains(&peer)
    }

    /// Fetches the deny list if that is due: the first time whoever comes first waits for it, within the time for bans.
    pub(super) async fn refresh_denied(&self) {
        let Some(url) = &self.0.denied_at else { return };
        {
            let mut denied = self.0.denied.lock().unwrap_or_else(PoisonError::into_inner);
            if denied.asked.is_some_and(|at| at.elapsed() < self.0.keep) {
                return;
            }
            denied.asked = Some(Instant::now());
        }
        let request = Request {
            server: url,
            path: "",
            thing: "deny list",
        };
        let fetched = self.0.client.json::<List>(request);
        match tokio::time::timeout(self.0.ban_timeout, fetched).await {
            Ok(Ok(list)) => {
                let wallets = list.users.iter().map(|user| PeerId::parse(&user.wallet));
                let who = wallets.filter_map(Result::ok).collect();
                let mut denied = self.0.denied.lock().unwrap_or_else(PoisonError::into_inner);
                denied.who = who;
            }
            Ok(Err(error)) => {
                meters::fail_open("denylist");
                tracing::warn!(%error, "the deny list was not fetched; the old one stays");
            }
            Err(_) => {
                meters::fail_open("denylist");
                tracing::warn!("the deny list did not come in time; the old one stays");
            }
        }
    }

    /// Whether the gatekeeper says that the address is banned.
    pub(super) async fn is_banned(&self, peer: PeerId) -> bool {
        let Some(base) = &self.0.bans else {
            return false;
        };
        match tokio::time::timeout(self.0.ban_timeout, self.ask(base, peer)).await {
            Ok(Ok(banned)) => banned,
            Ok(Err(error)) => {
                meters::fail_open("ban");
                tracing::debug!(error, "whether somebody is banned is not known");
                false
            }
            Err(_) => {
                meters::fail_open("ban");
                false
            }
        }
    }

    async fn ask(&self, base: &str, peer: PeerId) -> Result<bool, String> {
        let url = format!("{}/users/{peer}/bans", base.trim_end_matches('/'));
        let request = self.0.client.request(Method::GET, &url);
        let request = request.map_err(|fault| fault.to_string())?;
        let mut answer = request.send().await.map_err(|e| e.to_string())?;
        if answer.status() != http::StatusCode::OK {
            return Err(format!("answered {}", answer.status()));
        }
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(|e| e.to_string())? {
            if body.len() + piece.len() > BAN_BYTES_MAX {
                return Err("the answer is too large".into());
            }
            body.extend_from_slice(&piece);
        }
        let bans: Bans = serde_json::from_slice(&body).map_err(|e| e.to_string())?;
        Ok(bans.data.is_banned)
    }
}

/// Asks about everybody who is connected, again and again.
pub(super) async fn sweep(admission: Admission, live: Arc<Live>, settings: Archipelago) {
    if admission.0.bans.is_none() && admission.0.denied_at.is_none() {
        return std::future::pending().await;
    }
    loop {
        tokio::time::sleep(settings.ban_sweep_interval_ms.0).await;
        admission.refresh_denied().await;
        let peers = futures::stream::iter(live.sessions.peers());
        let checks = peers.for_each_concurrent(settings.ban_checks.max(1), |peer| {
            let (admission, live) = (&admission, &live);
            async move {
                if (admission.is_denied(peer) || admission.is_banned(peer).await)
                    && let Some(session) = live.sessions.of(peer)
                {
                    session.kick(super::sessions::Kick::Banned);
                }
            }
        });
        checks.await;
    }
}
