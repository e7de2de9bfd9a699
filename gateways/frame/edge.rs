//! Where a request came in: from which address, and at which mount.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, header};

use super::scope;

/// The mount a request was dispatched to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mount {
    /// The gateway's name.
    pub gateway: &'static str,
    /// Whether its paths lie below `/<name>`; otherwise the whole host is its own.
    pub below: bool,
}

/// Where a server without mounts answers.
const NOWHERE: Mount = Mount {
    gateway: "",
    below: false,
};

/// Where requests come in.
pub(super) struct Entrance {
    pub(super) mount: Mount,
    pub(super) proxies: Arc<Proxies>,
}

/// How a request came in.
pub(super) struct Arrival {
    /// The other end of the connection, if the listener knows it.
    pub(super) peer: Option<IpAddr>,
    pub(super) entrance: Arc<Entrance>,
}

/// A network of [`Proxies`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    bits: u8,
}

/// Whose forwarding headers are believed.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<Network>);

/// A text of `gateway.trusted_proxies` that is no address and no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "gateway.trusted_proxies: not an address or network: {0:?} (want for example \"10.0.0.0/8\")"
)]
pub struct ProxyError(String);

impl Proxies {
    /// Parses the configured list.
    ///
    /// # Errors
    /// The first text that is neither an address nor a network.
    pub fn parse(texts: &[String]) -> Result<Self, ProxyError> {
        texts
            .iter()
            .map(|text| Network::parse(text).ok_or_else(|| ProxyError(text.clone())))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
            None => (text.trim(), None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Self { address, bits })
    }

    fn contains(self, address: IpAddr) -> bool {
        fn prefix(value: u128, bits: u32, width: u32) -> u128 {
            if bits == 0 {
                0
            } else {
                value >> (width - bits)
            }
        }
        let bits = u32::from(self.bits);
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                prefix(u32::from(a).into(), bits, 32) == prefix(u32::from(b).into(), bits, 32)
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => {
                prefix(u128::from(a), bits, 128) == prefix(u128::from(b), bits, 128)
            }
            _ => false,
        }
    }
}

/// What a handler may know of the connection: a request extractor.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The client's address: the peer's, or what a trusted proxy says.
    pub address: IpAddr,
    /// A program of this machine that speaks for itself. Nobody a proxy speaks for is, whatever the headers say: a
    /// proxy on this machine may pass on headers that a stranger wrote.
    pub local: bool,
    /// The client's country by a trusted `cf-ipcountry`.
    pub country: Option<String>,
    /// URL of the mount without a trailing slash, as the client reached it: `http://host:port/<name>`.
    pub base_url: String,
    /// The mount.
    pub mount: Mount,
}

impl<S: Send + Sync> FromRequestParts<S> for Edge {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(scope::arrival(|arrival| Self::of(parts, arrival)))
    }
}

impl Edge {
    fn of(parts: &Parts, arrival: Option<&Arrival>) -> Self {
        let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = arrival
            .and_then(|arrival| arrival.peer)
            .or(info.map(|info| info.0.ip()))
            .unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let proxies = arrival.map(|arrival| &*arrival.entrance.proxies);
        let trusted = proxies.is_some_and(|p| p.trusts(peer));
        let mount = arrival.map_or(NOWHERE, |arrival| arrival.entrance.mount);
        let headers = &parts.headers;
        let forwarded = match proxies {
            Some(proxies) if trusted => forwarded_for(headers, proxies),
            _ => None,
        };
        let country = text(headers, "cf-ipcountry").filter(|_| trusted);
        Self {
            address: forwarded.unwrap_or(peer),
            local: peer.to_canonical().is_loopback() && !is_forwarded(headers),
            country: country.filter(|c| c.len() == 2).map(str::to_owned),
            base_url: base_url(headers, trusted, mount),
            mount,
        }
    }
}

impl Edge {
    /// URL of another gateway's mount at the same listener; `None` when this one has the host to itself.
    pub fn beside(&self, gateway: &str) -> Option<String> {
        let own = self.mount.gateway;
        if self.mount.below {
            let root = self.base_url.strip_suffix(own)?;
            return Some(format!("{root}{gateway}"));
        }
        let (scheme, host) = self.base_url.split_once("://")?;
        let rest = host.strip_prefix(own)?.strip_prefix('.')?;
        Some(format!("{scheme}://{gateway}.{rest}"))
    }
}

/// Whether some proxy handed the request on.
fn is_forwarded(headers: &HeaderMap) -> bool {
    const HEADERS: [&str; 5] = [
        "cf-connecting-ip",
        "forwarded",
        "via",
        "x-forwarded-for",
        "x-real-ip",
    ];
    HEADERS.iter().any(|name| headers.contains_key(*name))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// The address a trusted proxy speaks for: Cloudflare's own header first, else the last address of `x-forwarded-for`
/// that is not itself a trusted proxy (whatever stands before it, the client may have written).
fn forwarded_for(headers: &HeaderMap, proxies: &Proxies) -> Option<IpAddr> {
    if let Some(address) = text(headers, "cf-connecting-ip").and_then(|t| t.parse().ok()) {
        return Some(address);
    }
    let mut furthest = None;
    // A proxy may add a line of its own instead of lengthening the first: the last line is the nearest.
    let lines: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|line| line.to_str().ok())
        .collect();
    for address in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let Ok(address) = address.trim().parse::<IpAddr>() else {
            break;
        };
        furthest = Some(address);
        if !proxies.trusts(address) {
            break;
        }
    }
    furthest
}

fn base_url(headers: &HeaderMap, trusted: bool, mount: Mount) -> String {
    let forwarded = |name| text(headers, name).filter(|_| trusted);
    let scheme = match forwarded("x-forwarded-proto") {
        Some("https") => "https",
        _ => "http",
    };
    let host = forwarded("x-forwarded-host")
        .or_else(|| text(headers, header::HOST.as_str()))
        .filter(|host| {
            host.parse::<Authority>()
                .is_ok_and(|a| !a.as_str().contains('@'))
        })
        .unwrap_or("localhost");
    if mount.below {
        format!("{scheme}://{host}/{}", mount.gateway)
    } else {
        format!("{scheme}://{host}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(texts: &[&str]) -> Proxies {
        let texts: Vec<String> = texts.iter().map(|t| (*t).to_owned()).collect();
        Proxies::parse(&texts).expect("addresses and networks")
    }

    #[test]
    fn networks_contain_their_addresses_and_no_others() {
        let trusted = proxies(&["127.0.0.0/8", "::1", "10.1.2.3"]);
        for (address, expected) in [
            ("127.9.9.9", true),
            ("::ffff:127.0.0.1", true),
            ("::1", true),
            ("::2", false),
            ("10.1.2.3", true),
            ("10.1.2.4", false),
        ] {
            let address: IpAddr = address.parse().expect("an address");
            assert_eq!(trusted.trusts(address), expected, "{address}");
        }
        assert!(Proxies::parse(&["10.0.0.0/33".into()]).is_err());
        assert!(Proxies::parse(&["proxy".into()]).is_err());
    }

    #[test]
    fn the_last_untrusted_address_counts() {
        let mut headers = HeaderMap::new();
        headers.insert(
            "x-forwarded-for",
            "6.6.6.6, 9.9.9.9, 10.0.0.7".parse().expect("a header"),
        );
        let trusted = proxies(&["10.0.0.0/8"]);
        let found = forwarded_for(&headers, &trusted).map(|a| a.to_string());
        assert_eq!(found.as_deref(), Some("9.9.9.9"));
    }

    fn edge(peer: &str, headers: &[(&'static str, &'static str)]) -> Edge {
        let mut request = http::Request::new(());
        for (name, value) in headers {
            request
                .headers_mut()
                .append(*name, value.parse().expect("a header"));
        }
        let peer: SocketAddr = peer.parse().expect("an address");
        let entrance = Arc::new(Entrance {
            mount: NOWHERE,
            proxies: Arc::new(proxies(&["127.0.0.0/8"])),
        });
        let arrival = Arrival {
            peer: Some(peer.ip()),
            entrance,
        };
        Edge::of(&request.into_parts().0, Some(&arrival))
    }

    #[test]
    fn a_server_without_mounts_knows_its_clients_too() {
        let mut request = http::Request::new(());
        let address: SocketAddr = "127.0.0.1:9".parse().expect("an address");
        request.extensions_mut().insert(ConnectInfo(address));
        let (parts, ()) = request.into_parts();
        assert!(Edge::of(&parts, None).local);
    }

    #[test]
    fn only_who_comes_without_a_proxy_is_local() {
        assert!(edge("127.0.0.1:9", &[]).local);
        assert!(!edge("192.0.2.1:9", &[]).local);
        for name in ["cf-connecting-ip", "x-forwarded-for", "x-real-ip"] {
            let forged = edge("127.0.0.1:9", &[(name, "127.0.0.1")]);
            assert!(
                !forged.local,
                "{name}: a stranger behind a proxy of this machine"
            );
        }
    }

    #[test]
    fn the_line_that_the_nearest_proxy_added_is_believed() {
        let lines = [
            ("x-forwarded-for", "6.6.6.6"),
            ("x-forwarded-for", "9.9.9.9"),
        ];
        assert_eq!(edge("127.0.0.1:9", &lines).address.to_string(), "9.9.9.9");
    }

    #[test]
    fn another_gateway_is_beside_this_one_or_nowhere() {
        let at = |base_url: &str, below| Edge {
            base_url: base_url.into(),
            mount: Mount {
                gateway: "realm-provider",
                below,
            },
            ..edge("127.0.0.1:9", &[])
        };
        let beside = |base_url, below| at(base_url, below).beside("catalyst");
        let below = beside("http://h:1/realm-provider", true);
        assert_eq!(below.as_deref(), Some("http://h:1/catalyst"));
        let named = beside("http://realm-provider.localhost:1", false);
        assert_eq!(named.as_deref(), Some("http://catalyst.localhost:1"));
        assert_eq!(beside("https://realms.example", false), None);
    }

    #[test]
    fn a_host_that_is_none_is_not_repeated() {
        let mount = Mount {
            gateway: "catalyst",
            below: true,
        };
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "peer.test:80".parse().expect("a header"));
        headers.insert("x-forwarded-host", "evil.test".parse().expect("a header"));
        assert_eq!(
            base_url(&headers, false, mount),
            "http://peer.test:80/catalyst"
        );
        assert_eq!(base_url(&headers, true, mount), "http://evil.test/catalyst");
        headers.insert(header::HOST, "a\"<b>".parse().expect("a header"));
        assert_eq!(
            base_url(&headers, false, mount),
            "http://localhost/catalyst"
        );
    }
}
