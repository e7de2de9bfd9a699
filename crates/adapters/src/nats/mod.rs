//! The bus on NATS: core NATS, no streams, since the port promises nothing that would need them.
//!
//! The client connects again by itself and renews its subscriptions. While it is away nothing is queued: a message of
//! minutes ago is worth nothing to whoever is on this bus, and its publisher is told at once.

mod options;

use std::sync::Arc;
use std::time::Duration;

use async_nats::client::{PublishErrorKind, Request, RequestErrorKind};
use async_nats::connection::State;
use async_nats::{Client, ConnectError, ConnectErrorKind, ConnectOptions, Event, ServerError};
use async_nats::{Subscriber, ToServerAddrs as _};
use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use runtime::embedded::BusBuffer;
use runtime::observe;
use runtime::ports::{
    Bus, BusLimits, BusMessage, PortError, Subscription, check_group, check_pattern, check_payload,
    check_subject,
};
use runtime::settings::Size;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

pub use self::options::{NatsAuth, NatsOptions};

/// First pause before connecting again; doubles.
const RECONNECT_DELAY_MIN: Duration = Duration::from_millis(50);
/// Messages between the connection and our own buffer, which is the one that counts: a task does nothing but carry
/// them across.
const PIPE_MESSAGES: usize = 65_536;

/// A connection to a NATS server, or to one of a cluster.
pub struct NatsBus {
    client: Client,
    options: Arc<NatsOptions>,
    /// Cancelled when the bus is closed.
    open: CancellationToken,
    _close: DropGuard,
}

struct NatsSubscription {
    buffer: Arc<BusBuffer>,
    /// Ends the carrying task, and with it the subscription at the server.
    _unsubscribe: DropGuard,
}

impl NatsBus {
    /// Connects.
    ///
    /// # Errors
    /// `Refused` when the options are wrong or the servers do not let us in; `Retry` when none is there.
    pub async fn connect(options: NatsOptions) -> Result<Self, PortError> {
        let place = options.place();
        let servers: Vec<String> = options
            .servers
            .iter()
            .map(|s| format!("nats://{s}"))
            .collect();
        let servers: Vec<_> = servers
            .to_server_addrs()
            .map_err(|e| PortError::refused(format!("{place}: {e}")))?
            .collect();
        let client = connect_options(&options)
            .connect(servers)
            .await
            .map_err(|e| connect_fault(&place, &e))?;
        let open = CancellationToken::new();
        Ok(Self {
            client,
            options: Arc::new(options),
            _close: open.clone().drop_guard(),
            open,
        })
    }

    /// Hands what was published to the server, ends the subscriptions and refuses everything from now on.
    ///
    /// # Errors
    /// `Retry` when the server did not take it in time; then messages may be lost.
    pub async fn close(&self) -> Result<(), PortError> {
        self.open.cancel();
        match timeout(self.options.send_timeout, self.client.flush()).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(self.away("close")),
        }
    }

    fn away(&self, what: &str) -> PortError {
        PortError::retry(format!("{what}: {} is away", self.options.place()))
    }

    /// Nothing is kept for a server that is not there.
    fn check_there(&self, what: &str) -> Result<(), PortError> {
        if self.open.is_cancelled() {
            return Err(PortError::refused(format!("{what}: the bus is closed")));
        }
        match self.client.connection_state() {
            State::Connected => Ok(()),
            State::Pending | State::Disconnected => Err(self.away(what)),
        }
    }

    /// Waits for what should take no time.
    async fn promptly<T>(
        &self,
        what: &str,
        future: impl Future<Output = Result<T, PortError>> + Send,
    ) -> Result<T, PortError> {
        match timeout(self.options.send_timeout, future).await {
            Ok(result) => result,
            Err(_) => Err(self.away(what)),
        }
    }

    fn check(&self, subject: &str, payload: &Bytes) -> Result<(), PortError> {
        check_subject(subject)?;
        check_payload(subject, payload, self.limits().payload_bytes)
    }

    /// Subscribes, and returns when the server knows: it does things in the order we ask, so our own message comes
    /// back after that.
    async fn subscribed(
        &self,
        pattern: &str,
        queue_group: Option<&str>,
    ) -> Result<Subscriber, PortError> {
        let fault =
            |e: &dyn std::fmt::Display| PortError::retry(format!("subscribe to {pattern}: {e}"));
        let subscriber = match queue_group {
            Some(group) => {
                let (pattern, group) = (pattern.to_owned(), group.to_owned());
                self.client.queue_subscribe(pattern, group).await
            }
            None => self.client.subscribe(pattern.to_owned()).await,
        }
        .map_err(|e| fault(&e))?;
        let echo = self.client.new_inbox();
        let mut echoes = self
            .client
            .subscribe(echo.clone())
            .await
            .map_err(|e| fault(&e))?;
        let sent = self.client.publish(echo, Bytes::new()).await;
        sent.map_err(|e| fault(&e))?;
        match echoes.next().await {
            Some(_) => Ok(subscriber),
            None => Err(fault(&"the connection closed")),
        }
    }
}

#[async_trait]
impl Bus for NatsBus {
    fn limits(&self) -> BusLimits {
        let mut limits = self.options.limits;
        let server = u64::try_from(self.client.max_payload()).unwrap_or(u64::MAX);
        limits.payload_bytes = limits.payload_bytes.min(Size(server));
        limits
    }

    async fn publish(&self, subject: &str, payload: Bytes) -> Result<(), PortError> {
        self.check(subject, &payload)?;
        self.check_there("publish")?;
        let published = self.client.publish(subject.to_owned(), payload);
        let published = async {
            published.await.map_err(|e| match e.kind() {
                PublishErrorKind::MaxPayloadExceeded | PublishErrorKind::InvalidSubject => {
                    PortError::refused(format!("publish to {subject}: {e}"))
                }
                PublishErrorKind::Send => PortError::retry(format!("publish to {subject}: {e}")),
            })
        };
        self.promptly("publish", published).await
    }

    async fn subscribe(
        &self,
        pattern: &str,
        queue_group: Option<&str>,
    ) -> Result<Box<dyn Subscription>, PortError> {
        check_pattern(pattern)?;
        queue_group.map_or(Ok(()), check_group)?;
        self.check_there("subscribe")?;
        let subscribed = self.subscribed(pattern, queue_group);
        let subscriber = self.promptly("subscribe", subscribed).await?;
        let buffer = Arc::new(BusBuffer::new(pattern, self.options.limits));
        let subscribed = self.open.child_token();
        tokio::spawn(carry(subscriber, buffer.clone(), subscribed.clone()));
        Ok(Box::new(NatsSubscription {
            buffer,
            _unsubscribe: subscribed.drop_guard(),
        }))
    }

    async fn request(
        &self,
        subject: &str,
        payload: Bytes,
        patience: Duration,
    ) -> Result<Bytes, PortError> {
        self.check(subject, &payload)?;
        self.check_there("request")?;
        // An inbox of its own: the client's shared one never forgets a request that got no answer.
        let request = Request::new()
            .payload(payload)
            .inbox(self.client.new_inbox())
            .timeout(None);
        let answer = self.client.send_request(subject.to_owned(), request);
        match timeout(patience, answer).await {
            Ok(Ok(answer)) => Ok(answer.payload),
            Ok(Err(e)) => Err(match e.kind() {
                RequestErrorKind::NoResponders => {
                    PortError::retry(format!("nobody answers on {subject}"))
                }
                RequestErrorKind::InvalidSubject | RequestErrorKind::MaxPayloadExceeded => {
                    PortError::refused(format!("request on {subject}: {e}"))
                }
                RequestErrorKind::TimedOut | RequestErrorKind::Other => {
                    PortError::retry(format!("request on {subject}: {e}"))
                }
            }),
            Err(_) => Err(PortError::retry(format!(
                "no answer on {subject} within {patience:?}"
            ))),
        }
    }
}

#[async_trait]
impl Subscription for NatsSubscription {
    async fn next(&mut self) -> Option<BusMessage> {
        self.buffer.next().await
    }

    fn lost(&self) -> u64 {
        self.buffer.lost()
    }
}

/// Carries messages from the connection into the buffer, where the oldest give way. Left in the client's own channel
/// the newest would be lost.
async fn carry(mut from: Subscriber, into: Arc<BusBuffer>, subscribed: CancellationToken) {
    while let Some(Some(message)) = subscribed.run_until_cancelled(from.next()).await {
        into.push(BusMessage {
            subject: message.subject.as_str().into(),
            payload: message.payload,
            reply: message.reply.map(|reply| reply.as_str().into()),
        });
    }
    into.close();
}

fn connect_options(options: &NatsOptions) -> ConnectOptions {
    let delay_max = options.reconnect_delay_max;
    let place: Arc<str> = options.place().into();
    let mut connect = ConnectOptions::new()
        .name(&options.name)
        .require_tls(options.tls)
        .connection_timeout(options.connect_timeout)
        .ping_interval(options.ping_interval)
        .subscription_capacity(options.limits.buffer_messages.max(PIPE_MESSAGES))
        // For ever: what a bus that gave up would be good for nobody knows.
        .max_reconnects(None)
        .reconnect_delay_callback(move |attempts| delay(attempts, delay_max))
        // Ours is stricter.
        .skip_subject_validation(true)
        .event_callback(move |event| {
            let place = place.clone();
            async move { observe_event(&place, &event) }
        });
    if let Some(file) = &options.root_certificates {
        connect = connect.add_root_certificates(file.clone());
    }
    // Not as part of the addresses: the client logs those.
    match options.auth.clone() {
        Some(NatsAuth::User { user, password }) => connect.user_and_password(user, password),
        Some(NatsAuth::Token(token)) => connect.token(token),
        None => connect,
    }
}

/// The pause before the n-th try, from 1. The first is at once.
fn delay(attempts: usize, max: Duration) -> Duration {
    let doublings = attempts.saturating_sub(2).min(16);
    match attempts {
        0 | 1 => Duration::ZERO,
        _ => (RECONNECT_DELAY_MIN * (1 << doublings)).min(max),
    }
}

fn observe_event(place: &str, event: &Event) {
    match event {
        Event::Connected => {
            metrics::gauge!(observe::BUS_CONNECTED).set(1.0);
            tracing::info!(bus.place = place, "the bus is connected");
        }
        Event::Disconnected => {
            metrics::gauge!(observe::BUS_CONNECTED).set(0.0);
            tracing::warn!(bus.place = place, "the bus is away; connecting again");
        }
        Event::Closed => metrics::gauge!(observe::BUS_CONNECTED).set(0.0),
        Event::SlowConsumer(_) => {
            metrics::counter!(observe::BUS_MESSAGES_LOST, "root" => "connection").increment(1);
        }
        Event::ServerError(ServerError::AuthorizationViolation) => {
            tracing::error!(bus.place = place, "the bus does not let us in");
        }
        Event::ServerError(error) => {
            tracing::warn!(bus.place = place, error = %error, "the bus reports an error");
        }
        Event::LameDuckMode | Event::Draining | Event::ClientError(_) => {
            tracing::debug!(bus.place = place, event = %event, "the bus has news");
        }
    }
}

fn connect_fault(place: &str, error: &ConnectError) -> PortError {
    let what = format!("connect to {place}: {error}");
    match error.kind() {
        ConnectErrorKind::ServerParse
        | ConnectErrorKind::Authentication
        | ConnectErrorKind::AuthorizationViolation
        | ConnectErrorKind::Tls => PortError::refused(what),
        ConnectErrorKind::Dns
        | ConnectErrorKind::TimedOut
        | ConnectErrorKind::Io
        | ConnectErrorKind::MaxReconnects => PortError::retry(what),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let max = Duration::from_secs(2);
        assert_eq!(delay(1, max), Duration::ZERO);
        assert_eq!(delay(2, max), RECONNECT_DELAY_MIN);
        assert_eq!(delay(3, max), RECONNECT_DELAY_MIN * 2);
        assert_eq!(delay(100, max), max);
        assert_eq!(delay(usize::MAX, max), max);
    }
}
