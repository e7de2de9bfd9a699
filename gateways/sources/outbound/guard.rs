//! Which URLs may be asked, and which addresses may stand behind a name.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use futures::future::BoxFuture;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{Fault, Outbound};

/// The port of https.
const HTTPS: u16 = 443;

/// A configured text that names no host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no host and no http(s) URL")]
pub struct GuardError(pub String);

/// No address of a name may be connected to.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0} resolves to no public address")]
pub(super) struct NotPublic(String);

/// Hosts that may be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Hosts {
    /// One.
    One(String),
    /// Every name that ends so, by its dot.
    Below(String),
    /// Every one.
    Any,
}

/// Hosts that may be asked, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    hosts: Hosts,
    /// `None` allows every port.
    port: Option<u16>,
}

/// The allow-list.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    entries: Vec<Entry>,
    private: Vec<String>,
}

impl Guard {
    /// The hosts of `configured` URLs, and those of `outbound.allow`.
    ///
    /// # Errors
    /// Names the text that is no host.
    pub fn new<S: AsRef<str>>(
        settings: &Outbound,
        configured: impl IntoIterator<Item = S>,
    ) -> Result<Self, GuardError> {
        let mut entries = Vec::new();
        for url in configured {
            entries.push(Entry::of_url(url.as_ref())?);
        }
        for text in &settings.allow {
            entries.push(Entry::of_allowed(text)?);
        }
        let private = settings
            .private
            .iter()
            .map(|name| name.to_lowercase())
            .collect();
        Ok(Self { entries, private })
    }

    /// Whether a URL may be asked.
    ///
    /// # Errors
    /// [`Fault::Forbidden`] with the reason.
    pub fn check(&self, url: &Url) -> Result<(), Fault> {
        let refuse = |why: String| Err(Fault::Forbidden(why));
        let Some(host) = url.host_str() else {
            return refuse(format!("{url} names no host"));
        };
        let port = url.port_or_known_default();
        let listed =
            |entry: &Entry| entry.hosts.have(host) && entry.port.is_none_or(|p| Some(p) == port);
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("the URL carries a user name or a password".to_owned());
        }
        if !self.entries.iter().any(listed) {
            return refuse(format!(
                "host {host} is neither configured nor in outbound.allow"
            ));
        }
        match url.scheme() {
            "https" => Ok(()),
            "http" if is_loopback_host(host) => Ok(()),
            scheme => refuse(format!(
                "{scheme} to {host}: only https, or http to loopback"
            )),
        }
    }

    /// Whether `address` may be connected to under the name `host`.
    fn accepts(&self, host: &str, address: IpAddr) -> bool {
        is_loopback_host(host) || self.private.iter().any(|name| name == host) || is_public(address)
    }
}

impl Hosts {
    /// Whether a host is one of them. A loopback is only by its own name, and of bare addresses only public ones are by
    /// no name: whoever allows many hosts means those of the internet. (No name is resolved for a bare address.)
    fn have(&self, host: &str) -> bool {
        let outside = || !is_loopback_host(host) && address_of(host).is_none_or(is_public);
        match self {
            Self::One(name) => name == host,
            Self::Below(end) => host.len() > end.len() && host.ends_with(end) && outside(),
            Self::Any => outside(),
        }
    }
}

impl Entry {
    fn of_url(text: &str) -> Result<Self, GuardError> {
        let bad = || GuardError(text.chars().take(200).collect());
        let url = Url::parse(text.trim()).map_err(|_| bad())?;
        let host = url.host_str().ok_or_else(bad)?;
        if !matches!(url.scheme(), "http" | "https" | "ws" | "wss") {
            return Err(bad());
        }
        // Another port of a loopback or of a bare address is another service, not the one that was configured.
        let fixed = is_loopback_host(host) || address_of(host).is_some();
        let port = url.port_or_known_default().filter(|_| fixed);
        Ok(Self {
            hosts: Hosts::One(host.to_owned()),
            port,
        })
    }

    fn of_allowed(text: &str) -> Result<Self, GuardError> {
        if text.contains("://") {
            return Self::of_url(text);
        }
        let bad = || GuardError(text.chars().take(200).collect());
        if let Some(rest) = text.trim().strip_prefix('*') {
            return Self::of_many(rest).ok_or_else(bad);
        }
        // The parser drops a scheme's default port; of two schemes one keeps it.
        let parse = |scheme: &str| Url::parse(&format!("{scheme}://{}/", text.trim()));
        let (secure, plain) = (
            parse("https").map_err(|_| bad())?,
            parse("http").map_err(|_| bad())?,
        );
        let host = secure.host_str().ok_or_else(bad)?;
        if secure.path() != "/" || !secure.username().is_empty() {
            return Err(bad());
        }
        Ok(Self {
            hosts: Hosts::One(host.to_owned()),
            port: secure.port().or(plain.port()),
        })
    }

    /// What follows the star of `*`, `*:port`, `*.name` or `*.name:port`. Without a port it is that of https: a name that
    /// nobody wrote down has no other service that was meant.
    fn of_many(rest: &str) -> Option<Self> {
        let (end, port) = match rest.split_once(':') {
            Some((end, port)) => (end, port.parse().ok()?),
            None => (rest, HTTPS),
        };
        let hosts = match end.strip_prefix('.') {
            None if end.is_empty() => Hosts::Any,
            None => return None,
            Some(name) => {
                let url = Url::parse(&format!("https://{name}/")).ok()?;
                let plain = url.username().is_empty() && url.path() == "/" && !name.contains('*');
                let host = url.host_str().filter(|_| plain)?;
                Hosts::Below(format!(".{host}"))
            }
        };
        let port = Some(port);
        Some(Self { hosts, port })
    }
}

/// The address a host of a URL spells, if it spells one.
fn address_of(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .ok()
}

fn is_loopback_host(host: &str) -> bool {
    let named = host == "localhost" || host.ends_with(".localhost");
    named || address_of(host).is_some_and(|address| address.is_loopback())
}

/// Whether an address is one of the public internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public_v4(v4),
            None => is_public_v6(v6),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19));
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // Global unicast is 2000::/3; inside it, 6to4, Teredo and the documentation block hide other addresses.
    let global = segments[0] & 0xe000 == 0x2000;
    let hidden = segments[0] == 0x2002
        || (segments[0] == 0x2001 && (segments[1] == 0 || segments[1] == 0xdb8));
    global && !hidden
}

/// Addresses of a name.
pub(super) type Found = BoxFuture<'static, std::io::Result<Vec<SocketAddr>>>;
/// Asks for the addresses of a name.
pub(super) type Lookup = fn(host: String) -> Found;

/// Asks the machine's resolver.
pub(super) fn system(host: String) -> Found {
    Box::pin(async move {
        let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
        Ok(found.collect())
    })
}

/// Resolves names, and gives back only addresses that the guard accepts: those are then connected to, so that a name
/// cannot mean another address by then.
pub(super) struct GuardedResolver {
    pub(super) guard: Arc<Guard>,
    pub(super) lookup: Lookup,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.guard);
        let host = name.as_str().to_lowercase();
        let found = (self.lookup)(host.clone());
        Box::pin(async move {
            let found = found.await?.into_iter();
            let kept: Vec<SocketAddr> = found.filter(|a| guard.accepts(&host, a.ip())).collect();
            if kept.is_empty() {
                return Err(NotPublic(host).into());
            }
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(allow: &[&str], configured: &[&str]) -> Guard {
        let allow = allow.iter().map(|s| (*s).to_owned()).collect();
        let private = vec!["minio.internal".to_owned()];
        let settings = Outbound {
            allow,
            private,
            ..Outbound::default()
        };
        Guard::new(&settings, configured).expect("the cases are hosts")
    }

    fn allowed(guard: &Guard, url: &str) -> bool {
        guard
            .check(&Url::parse(url).expect("the case is a URL"))
            .is_ok()
    }

    #[test]
    fn only_listed_hosts_over_https_or_configured_loopback_pass() {
        let guard = guard(
            &["cdn.org", "127.0.0.1:7000", "https://x.org/y"],
            &[
                "https://peer.org/content",
                "http://127.0.0.1:6000/content",
                "http://plain.org",
            ],
        );
        for url in [
            "https://peer.org/content/contents/x",
            "https://peer.org:8443/",
            "https://cdn.org/",
            "https://x.org/z",
            "http://127.0.0.1:6000/other",
            "http://127.0.0.1:7000/",
        ] {
            assert!(allowed(&guard, url), "{url}");
        }
        for url in [
            "http://peer.org/content",
            "http://plain.org/",
            "https://other.org/",
            "https://peer.org.evil.net/",
            "https://user@peer.org/",
            "http://127.0.0.1:6379/",
            "http://localhost:6000/content",
            "http://[::1]:6000/",
            "https://127.0.0.1:443/",
            "file:///etc/passwd",
        ] {
            assert!(!allowed(&guard, url), "{url}");
        }
    }

    #[test]
    fn many_hosts_are_those_of_the_internet() {
        let guard = guard(
            &["*.Decentraland.org", "*.x.org:8443", "127.0.0.1:7000"],
            &[],
        );
        for url in [
            "https://peer.decentraland.org/content",
            "https://a.b.decentraland.org/",
            "https://a.x.org:8443/",
            "http://127.0.0.1:7000/",
        ] {
            assert!(allowed(&guard, url), "{url}");
        }
        for url in [
            "https://decentraland.org/",
            "https://.decentraland.org/",
            "https://evildecentraland.org/",
            "https://decentraland.org.evil.net/",
            "https://peer.decentraland.org:8443/",
            "http://peer.decentraland.org/",
            "https://a.x.org/",
            "http://127.0.0.1:7001/",
        ] {
            assert!(!allowed(&guard, url), "{url}");
        }
    }

    #[test]
    fn every_host_is_none_of_this_machine_or_its_network() {
        let guard = guard(&["*"], &[]);
        for url in [
            "https://any.org/x",
            "https://93.184.216.34/",
            "https://[2606:2800:220:1::1]/",
        ] {
            assert!(allowed(&guard, url), "{url}");
        }
        for url in [
            "http://any.org/",
            "https://any.org:8443/",
            "https://localhost/",
            "https://x.localhost/",
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://10.0.0.1/",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/",
            "https://224.0.0.1/",
            "https://0.0.0.0/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[fe80::1]/",
            "https://[ff02::1]/",
            "https://user@any.org/",
            "ftp://any.org/",
        ] {
            assert!(!allowed(&guard, url), "{url}");
        }
    }

    #[test]
    fn a_public_name_must_not_lead_inside() {
        let guard = guard(&[], &[]);
        let accepts = |host: &str, ip: &str| guard.accepts(host, ip.parse().expect("an address"));
        for ip in [
            "10.0.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "192.168.1.1",
            "100.64.0.1",
            "0.0.0.0",
            "::1",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "2002:a00:1::",
            "64:ff9b::a00:1",
        ] {
            assert!(!accepts("peer.org", ip), "{ip}");
        }
        assert!(accepts("peer.org", "93.184.216.34"));
        assert!(accepts("peer.org", "2606:2800:220:1::1"));
        assert!(accepts("localhost", "127.0.0.1"));
        assert!(accepts("minio.internal", "10.0.0.1"));
    }

    #[test]
    fn a_text_that_is_no_host_is_named() {
        let settings = Outbound {
            allow: vec!["a b".to_owned()],
            ..Outbound::default()
        };
        let error = Guard::new(&settings, [""; 0]).expect_err("no host");
        assert!(error.to_string().contains("\"a b\""));
        assert!(Guard::new(&Outbound::default(), ["ftp://x"]).is_err());
        for text in ["*x.org", "*.", "*.*.org", "*.a/b", "*.u@x.org", "*:x", "**"] {
            let allow = vec![text.to_owned()];
            let settings = Outbound {
                allow,
                ..Outbound::default()
            };
            assert!(Guard::new(&settings, [""; 0]).is_err(), "{text}");
        }
    }
}
