//! Which bucket, where, and who we are there: read from a URL, with the secrets kept out of every text.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use reqwest::Url;
use runtime::ports::PortError;
use runtime::settings::Size;

/// Least size of a part but the last, by the protocol.
const PART_BYTES_MIN: u64 = 5 << 20;

/// Who we are to the server.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum S3Credentials {
    /// What the standard variables say: `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` (and `AWS_SESSION_TOKEN`), or
    /// those of a web identity or a container's role. Otherwise no variable is read.
    #[default]
    Environment,
    /// A key.
    Key {
        /// Access key id.
        id: String,
        /// Secret access key.
        secret: String,
        /// Token of a session.
        session: Option<String>,
    },
    /// The role of the machine, asked of its metadata service at a link-local address.
    Instance,
}

impl fmt::Debug for S3Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::Key { .. } => "Key(…)",
            Self::Instance => "Instance",
        })
    }
}

/// Which bucket, where, and how it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3Options {
    /// Bucket; it must exist.
    pub bucket: String,
    /// What the names of objects begin with, without slashes at its ends; may be empty.
    pub prefix: String,
    /// Base URL of the server; `None`: `AWS_ENDPOINT_URL` if the environment says who we are, else Amazon's.
    pub endpoint: Option<String>,
    /// Region; `None`: `AWS_REGION` if the environment says who we are, else `us-east-1`.
    pub region: Option<String>,
    /// Whether the bucket is the first part of the path; else it is the first part of the host, which an endpoint
    /// must then have. `None`: in the path if there is an endpoint, as every server but Amazon's takes it.
    pub path_style: Option<bool>,
    /// Whether plain http may go to other hosts than loopback.
    pub allow_http: bool,
    /// Whether the server knows `If-None-Match: *` on PUT and on the end of an upload, as S3 does since 2024. Without
    /// it a put looks first, and of two at once the last one wins.
    pub conditional_put: bool,
    /// Who we are.
    pub credentials: S3Credentials,
    /// Blobs larger than this are sent in parts of this size. S3 takes 10,000 parts and no part below 5 MiB.
    pub part_bytes: Size,
    /// Parts of one blob in flight at a time. With the one being gathered, times `part_bytes`, this bounds the memory
    /// of a put.
    pub parts_in_flight: usize,
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest wait for an answer, and for the next bytes of one.
    pub inactivity_timeout: Duration,
    /// Tries of one request after the first, with growing pauses.
    pub retries: usize,
    /// No new try of a request after this long.
    pub retry_for: Duration,
}

impl Default for S3Options {
    fn default() -> Self {
        Self {
            bucket: String::new(),
            prefix: String::new(),
            endpoint: None,
            region: None,
            path_style: None,
            allow_http: false,
            conditional_put: true,
            credentials: S3Credentials::default(),
            part_bytes: Size::mib(8),
            parts_in_flight: 2,
            connect_timeout: Duration::from_secs(5),
            inactivity_timeout: Duration::from_secs(60),
            retries: 3,
            retry_for: Duration::from_secs(20),
        }
    }
}

impl S3Options {
    /// The options of `s3://[id:secret@]bucket[/prefix][?name=value&…]` with the names `endpoint`, `region`,
    /// `path_style`, `allow_http`, `conditional_put`, `credentials` (`environment` or `instance`), `part_bytes`,
    /// `parts_in_flight`. What the URL does not say is the default. Id and secret are percent-encoded.
    ///
    /// # Errors
    /// `Refused`, naming what is wrong and never the secrets.
    pub fn of_url(url: &str) -> Result<Self, PortError> {
        let url = Url::parse(url).map_err(|e| refused(&e.to_string()))?;
        if url.scheme() != "s3" {
            return Err(refused("want s3://bucket"));
        }
        let bucket = url.host_str().filter(|b| is_bucket(b));
        let mut options = Self {
            bucket: bucket
                .ok_or_else(|| refused("want the bucket's name after s3://"))?
                .to_owned(),
            prefix: url.path().trim_matches('/').to_owned(),
            ..Self::default()
        };
        if !options.prefix.is_empty() {
            runtime::ports::check_blob_key(&options.prefix)?;
        }
        if let Some(secret) = url.password() {
            options.credentials = S3Credentials::Key {
                id: decoded(url.username())?,
                secret: decoded(secret)?,
                session: None,
            };
        } else if !url.username().is_empty() {
            return Err(refused("want id:secret before @"));
        }
        for (name, value) in url.query_pairs() {
            options.set(&name, &value)?;
        }
        options.check()?;
        Ok(options)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), PortError> {
        let bad = || refused(&format!("{name}={value} is no value for it"));
        let flag = || value.parse::<bool>().map_err(|_| bad());
        match name {
            "endpoint" => self.endpoint = Some(value.trim_end_matches('/').to_owned()),
            "region" => self.region = Some(value.to_owned()),
            "path_style" => self.path_style = Some(flag()?),
            "allow_http" => self.allow_http = flag()?,
            "conditional_put" => self.conditional_put = flag()?,
            "credentials" => match (value, &self.credentials) {
                ("environment", S3Credentials::Environment) => {}
                ("instance", S3Credentials::Environment) => {
                    self.credentials = S3Credentials::Instance
                }
                _ => return Err(bad()),
            },
            "part_bytes" => self.part_bytes = value.parse().map_err(|_| bad())?,
            "parts_in_flight" => self.parts_in_flight = value.parse().map_err(|_| bad())?,
            _ => return Err(refused(&format!("?{name}= is unknown"))),
        }
        Ok(())
    }

    /// What the types cannot say.
    ///
    /// # Errors
    /// `Refused`, naming what is wrong.
    pub(super) fn check(&self) -> Result<(), PortError> {
        if self.part_bytes.0 < PART_BYTES_MIN {
            return Err(refused("part_bytes: S3 takes no part below 5 MiB"));
        }
        if self.parts_in_flight == 0 {
            return Err(refused("parts_in_flight: want at least 1"));
        }
        self.endpoint
            .as_deref()
            .map_or(Ok(()), |endpoint| self.check_endpoint(endpoint))
    }

    /// Whether signed requests may go to an endpoint.
    ///
    /// # Errors
    /// `Refused` for plain http to another machine, unless that is allowed.
    pub(super) fn check_endpoint(&self, endpoint: &str) -> Result<(), PortError> {
        let url =
            Url::parse(endpoint).map_err(|e| refused(&format!("endpoint {endpoint:?}: {e}")))?;
        let loopback = match url.host_str() {
            Some("localhost") => true,
            Some(host) => {
                let host = host.trim_start_matches('[').trim_end_matches(']');
                host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
            }
            None => return Err(refused("endpoint: it names no host")),
        };
        match url.scheme() {
            "https" => Ok(()),
            "http" if loopback || self.allow_http => Ok(()),
            "http" => Err(refused(
                "endpoint: plain http to another machine; use https, or say allow_http=true",
            )),
            _ => Err(refused("endpoint: want http:// or https://")),
        }
    }
}

fn is_bucket(name: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    (1..=63).contains(&name.len()) && name.chars().all(legal)
}

fn decoded(text: &str) -> Result<String, PortError> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| refused("something in it is percent-encoded, but not as text"))
}

/// The URL itself is not repeated: it may hold a secret.
fn refused(what: &str) -> PortError {
    PortError::refused(format!("url of the blobs: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_says_everything() {
        let of = |url| S3Options::of_url(url).expect("a url");
        let plain = of("s3://files");
        assert_eq!((&*plain.bucket, &*plain.prefix), ("files", ""));
        assert_eq!(plain.credentials, S3Credentials::Environment);
        assert!(plain.path_style.is_none() && plain.conditional_put);
        let full = of(
            "s3://id:a%2Fb%2Bc@files/a/b/?endpoint=http://127.0.0.1:9000/&region=eu-1&part_bytes=16%20MiB\
                       &parts_in_flight=3&conditional_put=false",
        );
        assert_eq!((&*full.bucket, &*full.prefix), ("files", "a/b"));
        assert_eq!(full.endpoint.as_deref(), Some("http://127.0.0.1:9000"));
        assert_eq!(full.region.as_deref(), Some("eu-1"));
        assert_eq!((full.part_bytes, full.parts_in_flight), (Size::mib(16), 3));
        assert!(full.path_style.is_none() && !full.conditional_put);
        let key = S3Credentials::Key {
            id: "id".to_owned(),
            secret: "a/b+c".to_owned(),
            session: None,
        };
        assert_eq!(full.credentials, key);
        let host = of(
            "s3://files?endpoint=https://files.s3.example&path_style=false&credentials=instance",
        );
        assert_eq!(host.path_style, Some(false));
        assert_eq!(host.credentials, S3Credentials::Instance);
    }

    #[test]
    fn what_is_wrong_is_named_without_the_secrets() {
        for url in [
            "",
            "s3://",
            "http://hunter2:hunter2@files",
            "s3://hunter2@files",
            "s3://id:hunter2@files?colour=red",
            "s3://id:hunter2@files?path_style=maybe",
            "s3://id:hunter2@files?credentials=instance",
            "s3://id:hunter2@files?part_bytes=1MiB",
            "s3://id:hunter2@files?parts_in_flight=0",
            "s3://id:hunter2@files?endpoint=ftp://a",
            "s3://id:hunter2%ff@files",
            "s3://id:hunter2@files/a//b",
        ] {
            let error = S3Options::of_url(url).expect_err(url).to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
        let options = S3Options::of_url("s3://id:hunter2@files").expect("a url");
        assert!(!format!("{options:?}").contains("hunter2"));
    }

    #[test]
    fn plain_http_stays_on_this_machine_unless_it_is_allowed() {
        let of = |endpoint: &str| S3Options::of_url(&format!("s3://files?endpoint={endpoint}"));
        for fine in [
            "http://127.0.0.1:1",
            "http://[::1]:1",
            "http://localhost:1",
            "https://a",
        ] {
            assert!(of(fine).is_ok(), "{fine}");
        }
        for bad in ["http://a", "http://127.0.0.1.example", "http://10.0.0.1"] {
            assert!(of(bad).is_err(), "{bad}");
            assert!(of(&format!("{bad}&allow_http=true")).is_ok(), "{bad}");
        }
    }
}
