//! Islands over real WebSockets: the gateway on a port of its own, clients that sign as the explorers do.

mod admission;
mod bad_input;
pub(crate) mod client;
mod cores;
mod fuzz;
mod meeting;

use std::sync::Arc;

use gateways::{GatewayContext, Surroundings};
use runtime::ports::SystemClock;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::world::{World, settings};

/// One process that serves the gateway.
pub(crate) struct House {
    pub(crate) context: GatewayContext,
    pub(crate) url: String,
    tasks: JoinSet<()>,
}

/// A platform, and settings with a flush every tenth of a second.
pub(crate) async fn platform(mut over: Value) -> World {
    let quick = json!({
        "archipelago_flush_frequency": 0.1, "lease_interval": "100ms", "lease_timeout": "400ms",
        "hot_scenes_max_age": "0s",
    });
    let (Value::Object(over), Value::Object(quick)) = (&mut over, quick) else {
        panic!("settings are an object");
    };
    for (key, value) in quick {
        over.entry(key).or_insert(value);
    }
    World::with(
        settings(json!({ "archipelago": over })),
        Arc::new(SystemClock),
    )
    .await
}

impl House {
    /// A process on the platform's ports, with sockets and an office of its own.
    pub(crate) async fn on(world: &World) -> Self {
        let context = GatewayContext::from(Surroundings {
            islands: Arc::default(),
            realms: Arc::default(),
            shutdown: CancellationToken::new(),
            ..(*world.context).clone()
        });
        let gateways: Vec<_> = gateways::all().iter().collect();
        let metrics = Arc::new(|| "up 1\n".to_owned());
        let listener = gateways::listener(&gateways, &context, metrics).expect("a listener");
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", socket.local_addr().expect("an address"));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            axum::serve(socket, listener).await.expect("it serves");
        });
        let own: Vec<_> = gateways
            .into_iter()
            .filter(|g| g.name == "archipelago")
            .collect();
        for (_, task) in gateways::backgrounds(&own, &context) {
            tasks.spawn(task);
        }
        let house = Self {
            context,
            url,
            tasks,
        };
        client::soon("the background task", async {
            while !house.context.islands.is_listening() {
                client::a_moment().await;
            }
        })
        .await;
        house
    }

    pub(crate) fn ws(&self) -> String {
        format!("{}/archipelago/ws", self.url.replacen("http", "ws", 1))
    }

    /// What a route answers, whatever its status.
    pub(crate) async fn ask(&self, path: &str) -> (u16, String) {
        let url = format!("{}/archipelago{path}", self.url);
        let answer = reqwest::get(url).await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.text().await.expect("a body"))
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        let (_, body) = self.ask(path).await;
        serde_json::from_str(&body).unwrap_or_else(|e| panic!("{path}: {e}: {body}"))
    }

    /// Asks until the answer is as wanted.
    pub(crate) async fn until(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        client::soon(path, async {
            loop {
                let (status, body) = self.ask(path).await;
                let value = serde_json::from_str(&body).unwrap_or(Value::Null);
                if status == 200 && wanted(&value) {
                    return value;
                }
                client::a_moment().await;
            }
        })
        .await
    }

    /// Waits until it is the core.
    pub(crate) async fn leads(&self) {
        client::soon("the office", async {
            while !self.context.islands.is_core() {
                client::a_moment().await;
            }
        })
        .await;
    }

    /// Ends as a process does that is killed.
    pub(crate) async fn kill(mut self) {
        self.tasks.shutdown().await;
    }

    /// Ends in order.
    pub(crate) async fn stop(self) {
        self.context.shutdown.cancel();
        let not_core = async {
            while self.context.islands.is_core() {
                client::a_moment().await;
            }
        };
        client::soon("the end of the office", not_core).await;
        self.kill().await;
    }
}
