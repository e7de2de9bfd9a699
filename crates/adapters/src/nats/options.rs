//! How to reach the servers: read from a URL, with the secrets kept out of every text.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use runtime::ports::{BusLimits, PortError};

/// Port of a server whose address names none.
const PORT: u16 = 4222;

/// Who we are to the servers.
#[derive(Clone, PartialEq, Eq)]
pub enum NatsAuth {
    /// A user and a password.
    User {
        /// Name.
        user: String,
        /// Password.
        password: String,
    },
    /// A token.
    Token(String),
}

impl fmt::Debug for NatsAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::User { .. } => "User(…)",
            Self::Token(_) => "Token(…)",
        })
    }
}

/// How to reach the servers, and the bounds of the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NatsOptions {
    /// `host:port` of each server of one cluster.
    pub servers: Vec<String>,
    /// Who we are; `None` where the servers take anyone.
    pub auth: Option<NatsAuth>,
    /// Whether a connection without TLS is given up.
    pub tls: bool,
    /// A PEM file of certificates to trust besides the system's.
    pub root_certificates: Option<PathBuf>,
    /// Our name in the servers' list of clients.
    pub name: String,
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest wait until the connection takes a message, and until a server knows of a subscription.
    pub send_timeout: Duration,
    /// Longest pause between two tries to connect again.
    pub reconnect_delay_max: Duration,
    /// How often a silent server is asked whether it is there; one that misses two of these is given up.
    pub ping_interval: Duration,
    /// Bounds.
    pub limits: BusLimits,
}

impl Default for NatsOptions {
    fn default() -> Self {
        Self {
            servers: Vec::new(),
            auth: None,
            tls: false,
            root_certificates: None,
            name: "worldlog".to_owned(),
            connect_timeout: Duration::from_secs(5),
            send_timeout: Duration::from_secs(2),
            reconnect_delay_max: Duration::from_secs(2),
            ping_interval: Duration::from_secs(10),
            limits: BusLimits::default(),
        }
    }
}

impl NatsOptions {
    /// The options of `nats://[user:password@|token@]host[:port][,host[:port]…][?tls=true&root_certificates=FILE]`;
    /// what the URL does not say is the default. `tls://…` is `nats://…?tls=true`. User, password and token are
    /// percent-encoded where they have other than letters and digits.
    ///
    /// # Errors
    /// `Refused`, naming what is wrong and never the secrets.
    pub fn of_url(url: &str) -> Result<Self, PortError> {
        let mut options = Self::default();
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        match scheme {
            "nats" => {}
            "tls" => options.tls = true,
            _ => return Err(refused("want nats://host:port")),
        }
        let (authority, query) = rest.split_once('?').unwrap_or((rest, ""));
        let authority = authority.trim_end_matches('/');
        let (user_info, hosts) = match authority.rsplit_once('@') {
            Some((user_info, hosts)) => (Some(user_info), hosts),
            None => (None, authority),
        };
        options.auth = user_info.map(auth).transpose()?;
        options.servers = hosts.split(',').map(server).collect::<Result<_, _>>()?;
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match (name, value) {
                ("tls", "true") => options.tls = true,
                ("tls", "false") => options.tls = false,
                ("root_certificates", file) if !file.is_empty() => {
                    options.root_certificates = Some(decoded(file)?.into());
                }
                _ => {
                    return Err(refused(&format!(
                        "?{name}= is unknown or has no such value"
                    )));
                }
            }
        }
        Ok(options)
    }

    /// The servers, for messages.
    pub fn place(&self) -> String {
        format!("nats://{}", self.servers.join(","))
    }
}

fn auth(user_info: &str) -> Result<NatsAuth, PortError> {
    Ok(match user_info.split_once(':') {
        Some((user, password)) => NatsAuth::User {
            user: decoded(user)?,
            password: decoded(password)?,
        },
        None => NatsAuth::Token(decoded(user_info)?),
    })
}

fn server(host: &str) -> Result<String, PortError> {
    let (name, port) = match host.rsplit_once(':') {
        // The last colon of `[::1]` is no port's.
        Some((_, port)) if port.ends_with(']') => (host, PORT),
        Some((name, port)) => {
            let port = port.parse().map_err(|_| refused("a port is no number"))?;
            (name, port)
        }
        None => (host, PORT),
    };
    let legal =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    if name.is_empty() || !name.chars().all(legal) {
        return Err(refused("want one or more hosts with commas between them"));
    }
    Ok(format!("{name}:{port}"))
}

fn decoded(text: &str) -> Result<String, PortError> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| refused("something in it is percent-encoded, but not as text"))
}

/// The URL itself is not repeated: it may hold a password in an unexpected place.
fn refused(what: &str) -> PortError {
    PortError::refused(format!("url of the bus: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_servers_and_who_we_are() {
        let of = |url| NatsOptions::of_url(url).expect("a url");
        assert_eq!(of("nats://127.0.0.1:4333").servers, ["127.0.0.1:4333"]);
        let cluster = of("nats://a,b:1,[::1],[::1]:2/");
        assert_eq!(cluster.servers, ["a:4222", "b:1", "[::1]:4222", "[::1]:2"]);
        assert_eq!((cluster.auth, cluster.tls), (None, false));
        let user = of("tls://me:p%40ss%3A@a?root_certificates=%2Ftmp%2Fca.pem");
        let (name, password) = ("me".to_owned(), "p@ss:".to_owned());
        let expected = NatsAuth::User {
            user: name,
            password,
        };
        assert_eq!(user.auth, Some(expected));
        assert_eq!(user.root_certificates, Some("/tmp/ca.pem".into()));
        assert!(user.tls);
        let token = of("nats://s3cret@a?tls=true");
        assert_eq!(token.auth, Some(NatsAuth::Token("s3cret".to_owned())));
    }

    #[test]
    fn what_is_wrong_is_named_without_the_secrets() {
        for url in [
            "",
            "http://hunter2@a",
            "nats://",
            "nats://me:hunter2@",
            "nats://hunter2@a:port",
            "nats://hunter2@a,,b",
            "nats://hunter2@a b",
            "nats://hunter2@a?tls=maybe",
            "nats://hunter2@a?colour=red",
            "nats://hunter2%ff@a",
        ] {
            let error = NatsOptions::of_url(url).expect_err(url).to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
        let options = NatsOptions::of_url("nats://me:hunter2@a").expect("a url");
        assert!(!format!("{options:?}").contains("hunter2"));
        assert_eq!(options.place(), "nats://a:4222");
    }
}
