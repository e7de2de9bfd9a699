//! The client: one request, guarded; and files whose name is confirmed while they stream.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::stream::{self, BoxStream};
use identity::hash::{ContentHash, Verifier};
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::body::{Asked, Limits, chain_of};
use super::guard::{self, GuardedResolver, Lookup, NotPublic};
use super::{Body, Fault, FetchError, Guard, GuardError, Outbound};

/// What is asked of whom.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Base URL, e.g. `https://peer.decentraland.org/content`.
    pub server: &'a str,
    /// Path and query below the base, e.g. `/snapshots`.
    pub path: &'a str,
    /// How errors call it, e.g. `snapshots`.
    pub thing: &'a str,
}

/// The guarded client. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    guard: Arc<Guard>,
    settings: Arc<Outbound>,
}

impl Client {
    /// A client that may ask the hosts of `configured` URLs and those of `outbound.allow`.
    ///
    /// # Errors
    /// A configured text that is no host.
    ///
    /// # Panics
    /// When the TLS back end cannot be set up at all.
    pub fn new<S: AsRef<str>>(
        settings: &Outbound,
        configured: impl IntoIterator<Item = S>,
    ) -> Result<Self, GuardError> {
        let guard = Guard::new(settings, configured)?;
        Ok(Self::guarded(settings, guard, guard::system))
    }

    /// A client behind a guard, with a way to ask for the addresses of names.
    pub(super) fn guarded(settings: &Outbound, guard: Guard, lookup: Lookup) -> Self {
        let guard = Arc::new(guard);
        let resolver = GuardedResolver {
            guard: Arc::clone(&guard),
            lookup,
        };
        let http = reqwest::Client::builder()
            .user_agent("worldlog")
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(settings.connect_timeout.0)
            .pool_idle_timeout(Duration::from_secs(60))
            .dns_resolver(Arc::new(resolver))
            .build()
            .expect("the TLS back end is compiled in");
        Self {
            http,
            guard,
            settings: Arc::new(settings.clone()),
        }
    }

    /// The limits in force.
    pub fn settings(&self) -> &Outbound {
        &self.settings
    }

    /// Whether a URL may be asked at all.
    ///
    /// # Errors
    /// [`Fault::Forbidden`] or [`Fault::Broken`] with the reason.
    pub fn check(&self, url: &str) -> Result<Url, Fault> {
        let url = Url::parse(url).map_err(|e| Fault::Broken(format!("{url}: {e}")))?;
        self.guard.check(&url)?;
        Ok(url)
    }

    /// The same for a URL that is parsed already.
    ///
    /// # Errors
    /// As [`Client::check`].
    pub fn check_url(&self, url: &Url) -> Result<(), Fault> {
        self.guard.check(url)
    }

    /// A GET, without a look at its URL.
    pub(super) fn get(&self, url: Url) -> RequestBuilder {
        self.http.get(url)
    }

    /// Asks and gives the body to read, at most `limit` bytes of it.
    ///
    /// # Errors
    /// The guard refused, nobody answered in time, or the status is not 200.
    pub async fn open(&self, request: Request<'_>, limit: u64) -> Result<Body, FetchError> {
        let well = |status| status == StatusCode::OK;
        self.send(request, limit, |url| self.http.get(url), well)
            .await
    }

    /// The same with a bearer token, if there is one.
    ///
    /// # Errors
    /// As [`Client::open`].
    pub async fn open_as(
        &self,
        request: Request<'_>,
        token: Option<&str>,
        limit: u64,
    ) -> Result<Body, FetchError> {
        let build = |url| {
            let builder = self.http.get(url);
            match token {
                Some(token) => builder.bearer_auth(token),
                None => builder,
            }
        };
        self.send(request, limit, build, |status| status == StatusCode::OK)
            .await
    }

    /// Sends JSON text by POST and gives the answer's body to read, at most `limit` bytes of it. `key` goes along as
    /// idempotency key.
    ///
    /// # Errors
    /// As [`Client::open`], but any 2xx is well.
    pub async fn post(
        &self,
        request: Request<'_>,
        json: String,
        key: Option<&str>,
        limit: u64,
    ) -> Result<Body, FetchError> {
        let build = |url| {
            let mut builder = self.http.post(url).header(CONTENT_TYPE, "application/json");
            if let Some(key) = key {
                builder = builder.header("idempotency-key", key);
            }
            builder.body(json)
        };
        self.send(request, limit, build, |status| status.is_success())
            .await
    }

    /// A request of this client to a URL that may be asked. Who sends it reads the answer within bounds of its own.
    ///
    /// # Errors
    /// As [`Client::check`].
    pub fn request(&self, method: Method, url: &str) -> Result<RequestBuilder, Fault> {
        Ok(self.http.request(method, self.check(url)?))
    }

    async fn send(
        &self,
        request: Request<'_>,
        limit: u64,
        build: impl FnOnce(Url) -> RequestBuilder,
        well: impl FnOnce(StatusCode) -> bool,
    ) -> Result<Body, FetchError> {
        let server = request.server.trim_end_matches('/');
        let asked = Asked {
            server: server.into(),
            thing: request.thing.into(),
        };
        let url = self.check(&format!("{server}{}", request.path));
        let url = url.map_err(|fault| asked.fail(fault))?;
        let response = self.ask(&asked, build(url)).await?;
        if !well(response.status()) {
            return Err(asked.fail(refusal(&response)));
        }
        Body::new(response, asked, self.limits(limit))
    }

    /// Sends a request and waits for the head of its answer, whatever that says.
    pub(super) async fn ask(
        &self,
        asked: &Asked,
        request: RequestBuilder,
    ) -> Result<Response, FetchError> {
        let silence = self.settings.inactivity_timeout.0;
        let error = match timeout(silence, request.send()).await {
            Err(_) => return Err(asked.fail(Fault::Silent(silence))),
            Ok(Err(error)) => error.without_url(),
            Ok(Ok(response)) => return Ok(response),
        };
        Err(asked.fail(match (not_public(&error), error.is_connect()) {
            (Some(refused), _) => Fault::Forbidden(refused.to_string()),
            (None, true) => Fault::Unreachable(chain_of(&error)),
            (None, false) => Fault::Broken(chain_of(&error)),
        }))
    }

    /// The limits of a body of at most `bytes`.
    pub(super) fn limits(&self, bytes: u64) -> Limits {
        Limits {
            bytes,
            silence: self.settings.inactivity_timeout.0,
            slow_after: self.settings.slow_after.0,
            slow_rate: self.settings.slow_rate.0,
        }
    }

    /// A JSON answer.
    ///
    /// # Errors
    /// As [`Client::open`]; the body passes a limit or is not of the wanted shape.
    pub async fn json<T: DeserializeOwned>(&self, request: Request<'_>) -> Result<T, FetchError> {
        let body = self.open(request, self.settings.json_limit.0).await?;
        let asked = body.asked().clone();
        let bytes = body.collect().await?;
        serde_json::from_slice(&bytes)
            .map_err(|error| asked.fail(Fault::Unreadable(error.to_string())))
    }

    /// A content file in memory, its name confirmed. `kind` is how errors call it, e.g. `entity file`.
    ///
    /// # Errors
    /// As [`Client::open`]; the body passes a limit or hashes to another name.
    pub async fn file(
        &self,
        server: &str,
        hash: &ContentHash,
        kind: &str,
        limit: u64,
    ) -> Result<Bytes, FetchError> {
        let mut file = self.verified(server, hash, kind, limit).await?;
        let mut all = Vec::new();
        while let Some(chunk) = file.chunk().await? {
            all.extend_from_slice(&chunk);
        }
        Ok(all.into())
    }

    /// A content file to stream. Its last piece is held back until the name is confirmed: who has read to the end
    /// without an error has the right bytes.
    ///
    /// # Errors
    /// As [`Client::open`].
    pub async fn verified(
        &self,
        server: &str,
        hash: &ContentHash,
        kind: &str,
        limit: u64,
    ) -> Result<VerifiedBody, FetchError> {
        let request = Request {
            server,
            path: &format!("/contents/{hash}"),
            thing: &format!("{kind} {hash}"),
        };
        let body = self.open(request, limit).await?;
        Ok(VerifiedBody {
            body,
            verifier: Some(Verifier::new(hash.clone())),
            held: None,
        })
    }
}

/// What a status that is not the wanted one means.
pub(super) fn refusal(response: &Response) -> Fault {
    let after = response.headers().get("retry-after");
    let seconds = after.and_then(|v| v.to_str().ok()?.trim().parse().ok());
    Fault::status(response.status(), seconds.map(Duration::from_secs))
}

/// The guard's refusal of every address of a name, if that is why there was no connection.
fn not_public(error: &reqwest::Error) -> Option<&NotPublic> {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if let Some(refused) = inner.downcast_ref() {
            return Some(refused);
        }
        cause = inner.source();
    }
    None
}

/// A file whose name is confirmed while it is read.
#[derive(Debug)]
pub struct VerifiedBody {
    body: Body,
    verifier: Option<Verifier>,
    held: Option<Bytes>,
}

impl VerifiedBody {
    /// The next bytes; `None` at the end of a file that has its name.
    ///
    /// # Errors
    /// As [`Body::chunk`], and [`Fault::Hash`] in place of the last piece.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, FetchError> {
        while let Some(chunk) = self.body.chunk().await? {
            if let Some(verifier) = &mut self.verifier {
                verifier.update(&chunk);
            }
            if let Some(earlier) = self.held.replace(chunk) {
                return Ok(Some(earlier));
            }
        }
        if let Some(verifier) = self.verifier.take()
            && let Err(mismatch) = verifier.finish()
        {
            self.held = None;
            return Err(self.body.asked().fail(Fault::Hash(mismatch.actual)));
        }
        Ok(self.held.take())
    }

    /// The same as a stream, for a blob store.
    pub fn into_stream(self) -> BoxStream<'static, Result<Bytes, std::io::Error>> {
        Box::pin(stream::try_unfold(self, |mut body| async move {
            let chunk = body.chunk().await.map_err(std::io::Error::other)?;
            Ok(chunk.map(|chunk| (chunk, body)))
        }))
    }
}
