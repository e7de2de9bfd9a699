//! Requests for signatures: made, looked at, answered once, taken once. The same rules for HTTP and for sockets, and for
//! any number of processes: each step is one compare-and-set of the request, and who loses looks again.

use std::sync::OnceLock;

use http::StatusCode;
use runtime::platform::Platform;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use socketioxide::SocketIo;
use socketioxide::socket::Sid;
use uuid::Uuid;

use super::fault::Fault;
use super::login::login;
use super::record::{Channel, Record};
use super::schema::Asked;
use super::vault::{Held, Kind, Life, Vault, name};
use super::waiting::{Waiter, Waiting};
use crate::frame::{ApiError, GatewayContext};

/// The one method that nobody needs to be logged in for.
const LOGIN_METHOD: &str = "dcl_personal_sign";
/// Steps that may lose against others before it is given up; each loss is another's success.
const TRIES: usize = 16;
/// What subjects of the bus begin with; the process that is told follows.
const SUBJECT: &str = "auth.home";

/// What one process tells another of a request.
#[derive(Debug, Serialize, Deserialize)]
struct News {
    /// The request, by the name that the vault has for it.
    name: String,
}

/// A new request.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) id: String,
    pub(super) expiration: i64,
    pub(super) code: u8,
}

/// See the module.
pub(super) struct Desk {
    platform: Platform,
    vault: Vault,
    /// What this process is called on the bus.
    home: String,
    login_ms: i64,
    other_ms: i64,
    pub(super) waiting: Waiting,
    /// Set once, when the sockets are.
    io: OnceLock<SocketIo>,
}

impl Desk {
    pub(super) fn new(context: &GatewayContext) -> Self {
        let settings = &context.settings.auth;
        Self {
            platform: context.platform.clone(),
            vault: Vault::new(&context.platform),
            home: Uuid::now_v7().simple().to_string(),
            login_ms: settings
                .dcl_personal_sign_request_expiration_in_seconds
                .as_millis(),
            other_ms: settings.request_expiration_in_seconds.as_millis(),
            waiting: Waiting::default(),
            io: OnceLock::new(),
        }
    }

    /// The sockets that answers go to.
    pub(super) fn serve(&self, io: SocketIo) {
        // Made once, with the desk.
        let _ = self.io.set(io);
    }

    /// Where this process hears of its sockets' requests.
    pub(super) fn subject(&self) -> String {
        format!("{SUBJECT}.{}", self.home)
    }

    /// Keeps a new request; a socket has one at a time.
    pub(super) async fn make(&self, asked: Asked, socket: Option<Sid>) -> Result<Made, Fault> {
        let now = self.platform.clock.now_ms();
        let (sender, lives_ms) = if asked.method == LOGIN_METHOD {
            (None, self.login_ms)
        } else {
            let chain = asked.chain.as_ref();
            let chain = chain.ok_or_else(|| Fault::bad("Auth chain is required"))?;
            let login = login(chain, now).map_err(Fault::bad)?;
            (Some(login.owner), self.other_ms)
        };
        let id = random_id()?;
        let record = Record {
            method: asked.method,
            params: asked.params,
            sender,
            code: random_code()?,
            expiration: now.saturating_add(lives_ms),
            home: socket.map(|_| self.home.clone()),
            validation: None,
            outcome: None,
            fulfilled: false,
        };
        if !self.put(&id, None, &record).await? {
            return Err(ApiError::internal("a random id is there already").into());
        }
        // After it is stored, for whoever looks after those who wait must find it; nobody can answer before its id is told.
        let former = socket.and_then(|socket| {
            let name = name(Kind::Request, &id);
            let former = self.waiting.wait(socket, name, id.clone());
            let connected = self.io.get().and_then(|io| io.get_socket(socket));
            if connected.is_none() {
                self.waiting.leave(socket);
            }
            former
        });
        if let Some(former) = former {
            self.forget(&former.id).await?;
        }
        Ok(Made {
            id,
            expiration: record.expiration,
            code: record.code,
        })
    }

    /// A request that may still be acted on.
    pub(super) async fn recover(&self, id: &str) -> Result<Record, Fault> {
        Ok(self.pending(id).await?.1)
    }

    /// Notes that the person is to compare codes. Who asked is told the first time.
    pub(super) async fn validate(&self, id: &str, by: Channel) -> Result<(), Fault> {
        for _ in 0..TRIES {
            let (version, mut record) = self.pending(id).await?;
            if record.validation.is_some() {
                return Ok(());
            }
            record.validation = Some(by);
            if self.put(id, Some(version), &record).await? {
                self.announce(id, &record).await;
                return Ok(());
            }
        }
        Err(busy())
    }

    /// Takes an answer. It goes to the socket that asked, wherever that is, or waits to be polled for.
    pub(super) async fn answer(&self, id: &str, outcome: Map<String, Value>) -> Result<(), Fault> {
        let name = name(Kind::Request, id);
        for _ in 0..TRIES {
            let (version, mut record) = self.pending(id).await?;
            if record.outcome.is_some() {
                let text = format!("Request with id \"{id}\" already has a response");
                return Err(Fault::bad(text));
            }
            let outcome = Value::Object(outcome.clone());
            // At once, where it can be: who answered and then looks finds it fulfilled.
            let waiter = self.waiting.of(&name).filter(|w| self.is_connected(w));
            if let Some(waiter) = waiter {
                record.fulfilled = true;
                if self.put(id, Some(version), &record).await? {
                    self.hand_over(&name, &waiter, &outcome);
                    return Ok(());
                }
            } else {
                record.outcome = Some(outcome);
                if self.put(id, Some(version), &record).await? {
                    self.announce(id, &record).await;
                    return Ok(());
                }
            }
        }
        Err(busy())
    }

    /// Takes a request's answer, if there is one.
    pub(super) async fn poll(&self, id: &str) -> Result<Option<Value>, Fault> {
        for _ in 0..TRIES {
            let (version, mut record) = self.pending(id).await?;
            let Some(outcome) = record.outcome.take() else {
                return Ok(None);
            };
            record.fulfilled = true;
            if self.put(id, Some(version), &record).await? {
                self.waiting.done(&name(Kind::Request, id));
                return Ok(Some(with_id(id, &outcome)));
            }
        }
        Err(busy())
    }

    /// Looks at a request that a socket of this process waits for, and hands over what there is.
    pub(super) async fn attend(&self, name: &str) -> Result<(), Fault> {
        let Some(waiter) = self.waiting.of(name) else {
            return Ok(());
        };
        for _ in 0..TRIES {
            let (version, mut record) = match self.pending(&waiter.id).await {
                Ok(pending) => pending,
                // It is over: taken by somebody else, or too old.
                Err(Fault::Said(..)) => {
                    self.waiting.done(name);
                    return Ok(());
                }
                Err(fault) => return Err(fault),
            };
            if let Some(by) = record.validation {
                self.tell_of_validation(name, by, record.code);
            }
            let outcome = match record.outcome.take() {
                Some(outcome) if self.is_connected(&waiter) => outcome,
                _ => return Ok(()),
            };
            record.fulfilled = true;
            if self.put(&waiter.id, Some(version), &record).await? {
                self.hand_over(name, &waiter, &outcome);
                return Ok(());
            }
        }
        Err(busy())
    }

    /// The same for a word that came over the bus.
    pub(super) async fn hear(&self, payload: &[u8]) {
        match serde_json::from_slice::<News>(payload) {
            Ok(news) => {
                if let Err(fault) = self.attend(&news.name).await {
                    tracing::warn!(?fault, "a request could not be looked at; it will be again");
                }
            }
            Err(error) => tracing::warn!(%error, "what came over the bus is no news"),
        }
    }

    fn socket_of(&self, waiter: &Waiter) -> Option<socketioxide::extract::SocketRef> {
        let socket = self.io.get()?.get_socket(waiter.socket)?;
        socket.connected().then_some(socket)
    }

    fn is_connected(&self, waiter: &Waiter) -> bool {
        self.socket_of(waiter).is_some()
    }

    /// Sends an answer that was taken for this socket.
    fn hand_over(&self, name: &str, waiter: &Waiter, outcome: &Value) {
        self.waiting.done(name);
        let sent = self
            .socket_of(waiter)
            .map(|socket| socket.emit("outcome", &with_id(&waiter.id, outcome)));
        if !matches!(sent, Some(Ok(()))) {
            tracing::warn!("a socket went away at the moment of its answer, which is lost");
        }
    }

    fn tell_of_validation(&self, name: &str, by: Channel, code: u8) {
        let Some(waiter) = self.waiting.tell(name) else {
            return;
        };
        let mut said = json!({ "requestId": waiter.id });
        if by == Channel::Socket {
            said["code"] = json!(code);
        }
        if let Some(socket) = self.socket_of(&waiter) {
            // One that goes away now needs it no more.
            let _ = socket.emit("request-validation-status", &said);
        }
    }

    /// Tells the process whose socket asked, if there is one.
    async fn announce(&self, id: &str, record: &Record) {
        let Some(home) = &record.home else {
            return;
        };
        let name = name(Kind::Request, id);
        if *home == self.home {
            if let Err(fault) = self.attend(&name).await {
                tracing::warn!(?fault, "a request could not be looked at; it will be again");
            }
            return;
        }
        let news = serde_json::to_vec(&News { name }).unwrap_or_default();
        let subject = format!("{SUBJECT}.{home}");
        // What is lost is found when the other looks again.
        if let Err(error) = self.platform.bus.publish(&subject, news.into()).await {
            tracing::warn!(%error, "another process was not told of an answer");
        }
    }

    /// A request that is neither fulfilled nor over, and its version.
    async fn pending(&self, id: &str) -> Result<(u64, Record), Fault> {
        let held: Option<Held<Record>> = self.vault.get(Kind::Request, id).await?;
        let Some((version, record)) = held.and_then(|h| Some((h.version, h.value?))) else {
            let text = format!("Request with id \"{id}\" not found");
            return Err(Fault::said(StatusCode::NOT_FOUND, text));
        };
        if record.fulfilled {
            let text = format!("Request with id \"{id}\" has already been fulfilled");
            return Err(Fault::said(StatusCode::GONE, text));
        }
        if record.expiration < self.platform.clock.now_ms() {
            self.vault.remove(Kind::Request, id, version).await?;
            let text = format!("Request with id \"{id}\" has expired");
            return Err(Fault::said(StatusCode::GONE, text));
        }
        Ok((version, record))
    }

    async fn put(&self, id: &str, expected: Option<u64>, record: &Record) -> Result<bool, Fault> {
        let life = Life {
            dies_at: record.expiration,
            forget_at: record.expiration,
        };
        let put = self.vault.put(Kind::Request, id, expected, life, record);
        Ok(put.await?)
    }

    async fn forget(&self, id: &str) -> Result<(), Fault> {
        let held: Option<Held<Record>> = self.vault.get(Kind::Request, id).await?;
        if let Some(held) = held {
            self.vault.remove(Kind::Request, id, held.version).await?;
        }
        Ok(())
    }
}

/// An answer as it is told.
fn with_id(id: &str, outcome: &Value) -> Value {
    let mut told = Map::new();
    told.insert("requestId".to_owned(), json!(id));
    told.extend(outcome.as_object().cloned().unwrap_or_default());
    Value::Object(told)
}

fn busy() -> Fault {
    ApiError::unavailable("too many act on this request at once", 1).into()
}

fn no_chance(error: getrandom::Error) -> Fault {
    ApiError::internal(error).into()
}

/// A random UUID.
pub(super) fn random_id() -> Result<String, Fault> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(no_chance)?;
    Ok(uuid::Builder::from_random_bytes(bytes)
        .into_uuid()
        .to_string())
}

/// A number from 0 to 99, each as likely as the others.
fn random_code() -> Result<u8, Fault> {
    loop {
        let mut byte = [0];
        getrandom::fill(&mut byte).map_err(no_chance)?;
        if byte[0] < 200 {
            return Ok(byte[0] % 100);
        }
    }
}
