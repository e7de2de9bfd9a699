//! Servers of others: catalysts, islands, a content server, a node; honest ones and liars.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What a catalyst says of itself, and how often it was asked.
#[derive(Clone)]
pub(crate) struct Catalyst {
    pub(crate) url: String,
    pub(crate) about: Arc<Mutex<Value>>,
    pub(crate) asked: Arc<AtomicUsize>,
    parcels: Arc<Mutex<Value>>,
}

/// What a catalyst that is well says.
pub(crate) fn about(name: &str, content: &str, lambdas: &str, users: u64) -> Value {
    json!({
        "healthy": true, "acceptingUsers": true,
        "content": { "healthy": true, "version": content, "publicUrl": "https://peer.example/content" },
        "lambdas": { "healthy": true, "version": lambdas, "publicUrl": "https://peer.example/lambdas" },
        "configurations": { "networkId": 1, "realmName": name, "globalScenesUrn": [], "scenesUrn": [] },
        "comms": { "healthy": true, "protocol": "v3", "usersCount": users, "adapter": "x:y" },
        "bff": { "healthy": true, "userCount": 0, "publicUrl": "/bff" },
    })
}

pub(crate) async fn serve(router: Router) -> String {
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", socket.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(socket, router).await });
    url
}

impl Catalyst {
    pub(crate) async fn saying(about: Value) -> Self {
        let catalyst = Self {
            url: String::new(),
            about: Arc::new(Mutex::new(about)),
            asked: Arc::default(),
            parcels: Arc::new(Mutex::new(json!({ "parcels": [] }))),
        };
        async fn told(State(catalyst): State<Catalyst>) -> axum::Json<Value> {
            catalyst.asked.fetch_add(1, Ordering::SeqCst);
            axum::Json(
                catalyst
                    .about
                    .lock()
                    .expect("nobody panics with it")
                    .clone(),
            )
        }
        async fn people(State(catalyst): State<Catalyst>) -> axum::Json<Value> {
            axum::Json(
                catalyst
                    .parcels
                    .lock()
                    .expect("nobody panics with it")
                    .clone(),
            )
        }
        let router = Router::new()
            .route("/about", get(told))
            .route("/stats/parcels", get(people))
            .with_state(catalyst.clone());
        Self {
            url: serve(router).await,
            ..catalyst
        }
    }

    pub(crate) fn says(&self, about: Value) {
        *self.about.lock().expect("nobody panics with it") = about;
    }

    /// With people on parcels.
    pub(crate) fn with(self, parcels: &[(i32, i32, u64)]) -> Self {
        *self.parcels.lock().expect("nobody panics with it") = people(parcels);
        self
    }
}

pub(crate) fn people(parcels: &[(i32, i32, u64)]) -> Value {
    let lines = parcels.iter();
    let lines = lines.map(|(x, y, n)| json!({ "peersCount": n, "parcel": { "x": x, "y": y } }));
    json!({ "parcels": lines.collect::<Vec<_>>() })
}

/// Stats and front door of islands.
pub(crate) async fn islands(users: u64, parcels: &[(i32, i32, u64)]) -> String {
    let parcels = people(parcels);
    let core = json!({ "healthy": true, "userCount": users });
    let door = json!({ "version": "1.2.3", "commitHash": "c0ffee", "userCount": 7 });
    let answer = |value: Value| get(move || async move { axum::Json(value) });
    let router = Router::new()
        .route("/core-status", answer(core))
        .route("/status", answer(door))
        .route("/parcels", answer(parcels));
    serve(router).await
}

/// How a socket that is no server of HTTP behaves.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lie {
    /// Takes connections and says nothing.
    Hangs,
    /// Says that all is well and then sends spaces for ever.
    Huge,
    /// Names a length that it never sends.
    Short,
    /// One byte now and then.
    Drips,
    /// Something that is no HTTP.
    Noise,
    /// HTTP whose body is no JSON.
    NoJson,
    /// Brackets within brackets.
    Deep,
    /// Somewhere else.
    Redirects,
}

/// A liar; gives its address, and how many connections it had.
pub(crate) async fn liar(lie: Lie) -> (String, Arc<AtomicUsize>) {
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", socket.local_addr().expect("an address"));
    let came = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&came);
    tokio::spawn(async move {
        while let Ok((stream, _)) = socket.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            // Whoever asked may go at any time.
            tokio::spawn(async move { lied(lie, stream).await.ok() });
        }
    });
    (url, came)
}

async fn lied(lie: Lie, mut stream: TcpStream) -> std::io::Result<()> {
    const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    let mut request = [0; 4096];
    let _ = stream.read(&mut request).await?;
    let whole = |body: &str| format!("{HEAD}content-length: {}\r\n\r\n{body}", body.len());
    match lie {
        Lie::Hangs => {}
        Lie::Huge => {
            let head = format!("{HEAD}\r\n{{\"healthy\": true,");
            stream.write_all(head.as_bytes()).await?;
            loop {
                stream.write_all(&[b' '; 4096]).await?;
            }
        }
        Lie::Short => {
            let head = format!("{HEAD}content-length: 1000\r\n\r\n{{");
            stream.write_all(head.as_bytes()).await?;
        }
        Lie::Drips => {
            let head = format!("{HEAD}content-length: 60000\r\n\r\n");
            stream.write_all(head.as_bytes()).await?;
            loop {
                stream.write_all(b" ").await?;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Lie::Noise => stream.write_all(&[0xff; 9000]).await?,
        Lie::NoJson => stream.write_all(whole("<html>").as_bytes()).await?,
        Lie::Deep => {
            stream
                .write_all(whole(&"[".repeat(50_000)).as_bytes())
                .await?
        }
        Lie::Redirects => {
            let answer = "HTTP/1.1 302 Found\r\nlocation: /other\r\ncontent-length: 0\r\n\r\n";
            stream.write_all(answer.as_bytes()).await?;
        }
    }
    // It stays until who asked goes.
    while stream.read(&mut request).await? > 0 {}
    Ok(())
}
