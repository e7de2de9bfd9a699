//! A GET that goes where redirects lead: each of them is judged as if it had been asked for.

use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{StatusCode, Url};

use super::body::Asked;
use super::client::refusal;
use super::{Body, Client, FetchError};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Follow<'a> {
    /// Where to begin.
    pub url: &'a Url,
    /// How errors call it, e.g. `image`.
    pub thing: &'a str,
    /// Sent along everywhere: nothing secret.
    pub headers: &'a HeaderMap,
    /// Redirects followed.
    pub redirects_max: usize,
    /// Most bytes of the body.
    pub bytes_max: u64,
}

/// What was found in the end.
#[derive(Debug)]
pub struct Followed {
    /// Of the answer.
    pub headers: HeaderMap,
    /// `None`: what the caller has (`if-none-match`) is what there is.
    pub body: Option<Body>,
}

impl Client {
    /// Asks, follows redirects to where the guard lets it, and gives the answer's body to read. Errors name the origin
    /// that was asked last and no path: a stranger wrote it, and it may hold a key.
    ///
    /// # Errors
    /// The guard refused a URL or all addresses of its host, nobody answered in time, or the last status is neither 200
    /// nor 304.
    pub async fn follow(&self, wanted: &Follow<'_>) -> Result<Followed, FetchError> {
        let mut url = wanted.url.clone();
        let mut left = wanted.redirects_max;
        loop {
            let asked = Asked {
                server: url.origin().ascii_serialization().into(),
                thing: wanted.thing.into(),
            };
            self.check_url(&url).map_err(|fault| asked.fail(fault))?;
            let request = self.get(url.clone()).headers(wanted.headers.clone());
            let response = self.ask(&asked, request).await?;
            let status = response.status();
            if status == StatusCode::OK || status == StatusCode::NOT_MODIFIED {
                let headers = response.headers().clone();
                let body = match status {
                    StatusCode::OK => {
                        let limits = self.limits(wanted.bytes_max);
                        Some(Body::new(response, asked, limits)?)
                    }
                    _ => None,
                };
                return Ok(Followed { headers, body });
            }
            let next = target(&url, status, response.headers());
            let (Some(next), Some(rest)) = (next, left.checked_sub(1)) else {
                return Err(asked.fail(refusal(&response)));
            };
            (url, left) = (next, rest);
        }
    }
}

/// Where a redirect leads.
fn target(from: &Url, status: StatusCode, headers: &HeaderMap) -> Option<Url> {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    from.join(headers.get(LOCATION)?.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::Router;
    use axum::http::StatusCode as Status;
    use axum::routing::get;

    use super::super::guard::{self, Found};
    use super::super::{Fault, Guard, Outbound};
    use super::*;

    /// The resolver of tests: all names are this machine's.
    fn inside(_: String) -> Found {
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        let network = SocketAddr::from(([10, 0, 0, 1], 0));
        Box::pin(async move { Ok(vec![loopback, network]) })
    }

    fn client(allow: &[&str], lookup: guard::Lookup) -> Client {
        let settings = Outbound {
            allow: allow.iter().map(|host| (*host).to_owned()).collect(),
            ..Outbound::default()
        };
        let guard = Guard::new(&settings, [""; 0]).expect("hosts");
        Client::guarded(&settings, guard, lookup)
    }

    async fn ask(client: &Client, url: &str) -> Result<String, FetchError> {
        let wanted = Follow {
            url: &Url::parse(url).expect("a URL"),
            thing: "image",
            headers: &HeaderMap::new(),
            redirects_max: 2,
            bytes_max: 100,
        };
        let followed = client.follow(&wanted).await?;
        let body = followed.body.expect("it was not asked for a version");
        let bytes = body.collect().await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A server that redirects `/N` to `/N-1` and `/0` to what is there, and counts what is asked inside.
    async fn server() -> (SocketAddr, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let step = |to: &'static str| get(async move || (Status::FOUND, [("location", to)]));
        let inside = get(async move || {
            count.fetch_add(1, Ordering::SeqCst);
            "inside"
        });
        let router = Router::new()
            .route("/there", get(async || "there"))
            .route("/0", step("there"))
            .route("/1", step("/0"))
            .route("/2", step("1"))
            .route("/out", step("http://10.0.0.1/"))
            .route("/other", step("http://localhost:9/?key=s3cret"))
            .route("/nowhere", get(async || Status::FOUND))
            .route("/inside", inside);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        (address, asked)
    }

    #[tokio::test]
    async fn redirects_are_followed_as_far_as_was_said() {
        let (address, _) = server().await;
        let client = client(&[&address.to_string()], guard::system);
        let url = |path: &str| format!("http://{address}{path}");
        assert_eq!(ask(&client, &url("/there")).await.expect("there"), "there");
        assert_eq!(ask(&client, &url("/1")).await.expect("there"), "there");
        let far = ask(&client, &url("/2")).await.expect_err("too far");
        assert_eq!(far.fault, Fault::Redirect(302));
        let nowhere = ask(&client, &url("/nowhere")).await.expect_err("nowhere");
        assert_eq!(nowhere.fault, Fault::Redirect(302));
    }

    #[tokio::test]
    async fn a_redirect_to_where_the_guard_says_no_is_not_followed() {
        let (address, _) = server().await;
        let client = client(&[&address.to_string(), "*"], guard::system);
        for path in ["/out", "/other"] {
            let error = ask(&client, &format!("http://{address}{path}")).await;
            let error = error.expect_err("it leads inside");
            assert!(matches!(error.fault, Fault::Forbidden(_)), "{error}");
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
    }

    #[tokio::test]
    async fn a_name_whose_addresses_are_all_inside_is_forbidden_and_nothing_is_sent() {
        let (address, asked) = server().await;
        // Allowed by its name, at the very port where a server listens.
        let client = client(&["*:443", &format!("*.test:{}", address.port())], inside);
        for url in [
            format!("https://rebound.test:{}/inside", address.port()),
            "https://rebound.test/inside".to_owned(),
        ] {
            let error = ask(&client, &url).await.expect_err("it leads inside");
            let Fault::Forbidden(why) = &error.fault else {
                panic!("{error}");
            };
            assert_eq!(why, "rebound.test resolves to no public address");
        }
        assert_eq!(asked.load(Ordering::SeqCst), 0);
    }
}
