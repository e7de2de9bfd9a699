//! Sockets of the auth server when there are several processes: the one that has the socket and the one that is told the
//! answer know each other through the store and the bus alone. (The published client: `crates/app/tests/it/clients`.)

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use bytes::Bytes;
use futures::{SinkExt as _, StreamExt as _};
use runtime::ports::{Bus, BusLimits, BusMessage, PortError, Subscription, SystemClock};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::support::{get, post_with};
use crate::world::{World, settings};

/// How long the next packet may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
const SENDER: &str = "0xabababababababababababababababababababab";

/// Another process on the same ports.
fn process(world: &World) -> gateways::Listener {
    let gateways: Vec<_> = gateways::all().iter().collect();
    let metrics = Arc::new(String::new);
    gateways::listener(&gateways, &world.context, metrics).expect("a listener")
}

/// A process that is reached over TCP: its address.
async fn served(world: &World) -> String {
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = socket.local_addr().expect("an address");
    let listener = process(world);
    tokio::spawn(async move { axum::serve(socket, listener).await });
    address.to_string()
}

/// A socket that speaks WebSocket from the first byte, as Unity's does.
struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    async fn open(address: &str) -> Self {
        let url = format!("ws://{address}/auth/socket.io/?EIO=4&transport=websocket");
        let (stream, _) = connect_async(url).await.expect("it upgrades");
        let mut socket = Self(stream);
        assert!(socket.read().await.starts_with("0{"), "it opens");
        socket.write("40").await;
        assert!(socket.read().await.starts_with("40{"), "it joins");
        socket
    }

    async fn write(&mut self, text: &str) {
        let sent = self.0.send(Message::text(text.to_owned())).await;
        sent.expect("it is sent");
    }

    /// The next packet that is no ping.
    async fn read(&mut self) -> String {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.0.next()).await;
            let message = next.expect("something comes");
            let message = message.expect("it is open").expect("it is well");
            match message {
                Message::Text(text) if text.as_str() == "2" => self.write("3").await,
                Message::Text(text) => return text.as_str().to_owned(),
                _ => {}
            }
        }
    }

    /// Emits and gives the acknowledgement.
    async fn emit(&mut self, event: &str, argument: Value) -> Value {
        self.write(&format!("427{}", json!([event, argument])))
            .await;
        let text = self.read().await;
        let json = text
            .strip_prefix("437")
            .unwrap_or_else(|| panic!("no acknowledgement: {text}"));
        serde_json::from_str::<Value>(json).expect("JSON")[0].clone()
    }

    /// The next event.
    async fn event(&mut self) -> Value {
        let text = self.read().await;
        let json = text
            .strip_prefix("42")
            .unwrap_or_else(|| panic!("no event: {text}"));
        serde_json::from_str(json).expect("JSON")
    }

    async fn request(&mut self) -> String {
        let asked = json!({"method": "dcl_personal_sign", "params": ["m"]});
        let made = self.emit("request", asked).await;
        made["requestId"].as_str().expect("an id").to_owned()
    }
}

async fn world(auth: Value) -> World {
    World::with(settings(json!({ "auth": auth })), Arc::new(SystemClock)).await
}

async fn answered_elsewhere(world: &World) {
    let mut socket = Socket::open(&served(world).await).await;
    let id = socket.request().await;
    let other = Router::new().fallback_service(process(world));
    let path = format!("/auth/v2/requests/{id}");
    let validation = post_with(&other, &format!("{path}/validation"), "", &[]).await;
    assert_eq!(validation.status, 204, "{:?}", validation.body);
    let told = json!(["request-validation-status", { "requestId": id }]);
    assert_eq!(socket.event().await, told);
    let body = json!({"sender": SENDER, "result": "0xsigned"}).to_string();
    let answer = post_with(&other, &format!("{path}/outcome"), body, &[]).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let outcome = json!(["outcome", {"requestId": id, "sender": SENDER, "result": "0xsigned"}]);
    assert_eq!(socket.event().await, outcome);
    assert_eq!(
        get(&other, &format!("/auth/requests/{id}")).await.status,
        410
    );
    // What comes next is the answer to this, and no second outcome.
    let over = socket.emit("recover", json!({ "requestId": id })).await;
    let text = over["error"].as_str().expect("an error");
    assert!(text.ends_with("has already been fulfilled"), "{text}");
}

#[tokio::test]
async fn an_answer_that_another_process_took_reaches_the_socket_once() {
    // Looking again would take an hour: it is the bus that brings the word.
    let world = world(json!({"look_again": "1h"})).await;
    answered_elsewhere(&world).await;
    world.stop().await;
}

#[tokio::test]
async fn an_answer_reaches_the_socket_though_the_bus_loses_every_word() {
    let mut world = world(json!({"look_again": "20ms"})).await;
    world.mount(|surroundings| surroundings.platform.bus = Arc::new(Deaf));
    answered_elsewhere(&world).await;
    world.stop().await;
}

#[tokio::test]
async fn sockets_are_limited_in_number_and_in_what_they_send() {
    let world = world(json!({"sockets_max": 2, "body_limit": "1 KiB"})).await;
    let address = served(&world).await;
    let mut first = Socket::open(&address).await;
    let mut second = Socket::open(&address).await;
    // Who is answered was counted.
    assert!(!first.request().await.is_empty() && !second.request().await.is_empty());
    let url = format!("ws://{address}/auth/socket.io/?EIO=4&transport=websocket");
    let refused = connect_async(&url).await.expect_err("one too many");
    assert!(refused.to_string().contains("503"), "{refused}");
    let large = format!(
        "427{}",
        json!(["request", {"method": "m", "params": ["x".repeat(2000)]}])
    );
    first.write(&large).await;
    let end = first.0.next().await;
    assert!(
        !matches!(end, Some(Ok(Message::Text(_)))),
        "it is closed: {end:?}"
    );
    assert!(!second.request().await.is_empty(), "others are well");
    // Its place is free again, as soon as it is noticed.
    while connect_async(&url).await.is_err() {
        tokio::task::yield_now().await;
    }
    world.stop().await;
}

/// A bus that loses everything.
struct Deaf;

struct Nothing;

#[async_trait]
impl Subscription for Nothing {
    async fn next(&mut self) -> Option<BusMessage> {
        std::future::pending().await
    }

    fn lost(&self) -> u64 {
        0
    }
}

#[async_trait]
impl Bus for Deaf {
    fn limits(&self) -> BusLimits {
        BusLimits::default()
    }

    async fn publish(&self, _: &str, _: Bytes) -> Result<(), PortError> {
        Ok(())
    }

    async fn subscribe(
        &self,
        _: &str,
        _: Option<&str>,
    ) -> Result<Box<dyn Subscription>, PortError> {
        Ok(Box::new(Nothing))
    }

    async fn request(&self, _: &str, _: Bytes, _: Duration) -> Result<Bytes, PortError> {
        Err(PortError::retry("nobody hears"))
    }
}
