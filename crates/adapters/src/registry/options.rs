//! Which registry, and who we are there: read from a URL, with the secrets kept out of every text.

use std::fmt;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use reqwest::Url;
use runtime::ports::PortError;
use runtime::settings::Size;

/// Who we are to the registry.
#[derive(Clone, PartialEq, Eq)]
pub enum RegistryAuth {
    /// `Authorization: Basic …`
    Basic {
        /// Name.
        user: String,
        /// Password.
        password: String,
    },
    /// `Authorization: Bearer …`
    Bearer(String),
}

impl fmt::Debug for RegistryAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Basic { .. } => "Basic(…)",
            Self::Bearer(_) => "Bearer(…)",
        })
    }
}

/// Which registry, and the bounds of asking it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryOptions {
    /// What Confluent's paths follow, e.g. `http://host:8081` or `http://host:8080/apis/ccompat/v7`; no secrets.
    pub base: Url,
    /// Who we are; `None` where the registry takes anyone.
    pub auth: Option<RegistryAuth>,
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest time of one question and its answer.
    pub timeout: Duration,
    /// Most bytes of an answer.
    pub answer_bytes: Size,
    /// Subjects asked about at a time.
    pub in_flight: usize,
}

impl RegistryOptions {
    /// The options of `http[s]://[user:password@|token@]host[:port][/path]`; what the URL does not say is the default.
    /// User, password and token are percent-encoded where they have other than letters and digits.
    ///
    /// # Errors
    /// `Refused`, naming what is wrong and never the secrets.
    pub fn of_url(url: &str) -> Result<Self, PortError> {
        let mut base = Url::parse(url).map_err(|e| refused(&e.to_string()))?;
        if !matches!(base.scheme(), "http" | "https") {
            return Err(refused("want http:// or https://"));
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(refused("it ends with the path: no ? and no #"));
        }
        let auth = match (base.username(), base.password()) {
            ("", None) => None,
            (token, None) => Some(RegistryAuth::Bearer(decoded(token)?)),
            (user, Some(password)) => Some(RegistryAuth::Basic {
                user: decoded(user)?,
                password: decoded(password)?,
            }),
        };
        // Without a host there is nothing to clear, and no http URL is without one.
        let cleared = base.set_username("").and_then(|()| base.set_password(None));
        cleared.map_err(|()| refused("it names no host"))?;
        Ok(Self {
            base,
            auth,
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
            answer_bytes: Size::mib(4),
            in_flight: 8,
        })
    }
}

fn decoded(text: &str) -> Result<String, PortError> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| refused("something in it is percent-encoded, but not as text"))
}

/// The URL itself is not repeated: it may hold a secret.
fn refused(what: &str) -> PortError {
    PortError::refused(format!("url of the registry: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_the_registry_and_who_we_are() {
        let of = |url| RegistryOptions::of_url(url).expect("a url");
        assert_eq!(of("http://a:8081").auth, None);
        let basic = of("https://me:p%40ss@a/apis/ccompat/v7");
        let (user, password) = ("me".to_owned(), "p@ss".to_owned());
        assert_eq!(basic.auth, Some(RegistryAuth::Basic { user, password }));
        assert_eq!(basic.base.as_str(), "https://a/apis/ccompat/v7");
        let bearer = of("http://s3cret@a:1/");
        assert_eq!(bearer.auth, Some(RegistryAuth::Bearer("s3cret".to_owned())));
        assert_eq!(bearer.base.as_str(), "http://a:1/");
    }

    #[test]
    fn what_is_wrong_is_named_without_the_secrets() {
        for url in [
            "",
            "registry",
            "ftp://me:hunter2@a",
            "http://me:hunter2@a?x=1",
            "http://me:hunter2@",
            "http://me:hunter2@a:port",
            "http://me:hunter2%ff@a",
        ] {
            let error = RegistryOptions::of_url(url).expect_err(url).to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
        let options = RegistryOptions::of_url("http://me:hunter2@a").expect("a url");
        assert!(!format!("{options:?}").contains("hunter2"));
    }
}
