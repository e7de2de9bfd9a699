//! Socket.IO v4, over both transports or over WebSocket alone: the same desk as HTTP, and answers that come by themselves.

use std::future::ready;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use runtime::ports::Subscription;
use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, SocketRef, TryData};
use socketioxide::service::SocketIoService;
use socketioxide::socket::Sid;
use tokio::sync::OnceCell;
use tower::Service as _;

use super::Server;
use super::desk::Desk;
use super::fault::Fault;
use super::record::Channel;
use super::requests::{Created, Recovered};
use super::schema;
use crate::frame::{ApiError, Edge, GatewayContext, Limiter};

/// Shortest pause between two looks at what is waited for.
const LOOK_AGAIN_MIN: Duration = Duration::from_millis(10);

/// What the engine answers; what is not its own goes to an empty router.
type Engine = SocketIoService<Router>;

/// The sockets of this process.
pub(super) struct Sockets {
    engine: Engine,
    io: SocketIo,
    desk: Arc<Desk>,
    context: GatewayContext,
    opens: Limiter<IpAddr>,
    count: Arc<AtomicUsize>,
    /// Whether somebody listens for what other processes say.
    attended: OnceCell<()>,
}

/// Where a socket comes from.
#[derive(Clone, Copy, Debug)]
struct Origin(IpAddr);

/// What each message needs.
#[derive(Clone)]
struct Client {
    desk: Arc<Desk>,
    makes: Arc<Limiter<IpAddr>>,
    asks: Arc<Limiter<IpAddr>>,
    address: IpAddr,
}

impl Sockets {
    pub(super) fn new(
        context: &GatewayContext,
        desk: &Arc<Desk>,
        makes: &Arc<Limiter<IpAddr>>,
        asks: &Arc<Limiter<IpAddr>>,
    ) -> Self {
        let settings = &context.settings.auth;
        let bytes_max = settings.body_limit;
        let (engine, io) = SocketIo::builder()
            .req_path("/socket.io")
            .max_payload(bytes_max.0)
            .ws_max_message_size(bytes_max.as_usize())
            .ws_max_frame_size(bytes_max.as_usize())
            .connect_timeout(settings.connect_timeout.0)
            .ping_interval(settings.ping_interval.0)
            .ping_timeout(settings.ping_timeout.0)
            .build_with_inner_svc(Router::new());
        desk.serve(io.clone());
        let count = Arc::new(AtomicUsize::new(0));
        let most = settings.sockets_max;
        let client = Client {
            desk: Arc::clone(desk),
            makes: Arc::clone(makes),
            asks: Arc::clone(asks),
            address: IpAddr::from([0; 4]),
        };
        let counted = Arc::clone(&count);
        // Synchronous, so that no message of a socket is read before its handlers are there.
        io.ns("/", move |socket: SocketRef| {
            welcome(&socket, client, counted, most);
            ready(())
        });
        Self {
            engine,
            io,
            desk: Arc::clone(desk),
            context: context.clone(),
            opens: Limiter::per_minute(settings.sockets_per_minute),
            count,
            attended: OnceCell::new(),
        }
    }

    /// Starts the task that listens for other processes, once, and listens when it returns.
    async fn attend(&self) {
        let begin = async || {
            let news = listen(&self.desk, &self.context).await;
            let (desk, io) = (Arc::clone(&self.desk), self.io.clone());
            tokio::spawn(attend(desk, io, self.context.clone(), news));
        };
        self.attended.get_or_init(begin).await;
    }
}

/// Everything under the path of Socket.IO.
pub(super) async fn enter(
    State(server): State<Server>,
    edge: Edge,
    mut request: Request,
) -> Result<Response, Fault> {
    let sockets = &server.sockets;
    let query = request.uri().query().unwrap_or_default();
    let is_new = !query.split('&').any(|pair| pair.starts_with("sid="));
    if is_new {
        sockets.opens.admit(edge.address)?;
        if sockets.count.load(Ordering::Relaxed) >= server.context.settings.auth.sockets_max {
            return Err(ApiError::unavailable("as many sockets as there may be", 5).into());
        }
        sockets.attend().await;
    }
    request.extensions_mut().insert(Origin(edge.address));
    match sockets.engine.clone().call(request).await {
        Ok(response) => Ok(response.map(Body::new).into_response()),
        Err(never) => match never {},
    }
}

/// A socket has joined.
fn welcome(socket: &SocketRef, mut client: Client, count: Arc<AtomicUsize>, most: usize) {
    if count.fetch_add(1, Ordering::Relaxed) >= most {
        count.fetch_sub(1, Ordering::Relaxed);
        // Already gone is as well.
        let _ = socket.clone().disconnect();
        return;
    }
    let origin = socket.req_parts().extensions.get::<Origin>();
    client.address = origin.map_or(client.address, |origin| origin.0);
    let desk = Arc::clone(&client.desk);
    socket.on_disconnect(move |socket: SocketRef| {
        desk.waiting.leave(socket.id);
        count.fetch_sub(1, Ordering::Relaxed);
        ready(())
    });
    for event in ["request", "recover", "request-validation-status", "outcome"] {
        let client = client.clone();
        let handler = move |socket: SocketRef, data: TryData<Value>, ack: AckSender| async move {
            client.handle(event, &socket, data.0, ack).await;
        };
        socket.on(event, handler);
    }
}

impl Client {
    /// Answers a message by its acknowledgement.
    async fn handle(
        &self,
        event: &str,
        socket: &SocketRef,
        data: Result<Value, impl std::fmt::Display>,
        ack: AckSender,
    ) {
        let answer = match data {
            Ok(data) => self.answer(event, socket.id, &data).await,
            Err(error) => Err(Fault::bad(error.to_string())),
        };
        let answer = answer.unwrap_or_else(|fault| {
            if let Fault::Api(error) = &fault {
                tracing::warn!(%error, "a message of a socket failed");
            }
            json!({ "error": fault.text() })
        });
        // One that went away reads no answer.
        let _ = ack.send(&answer);
    }

    async fn answer(&self, event: &str, socket: Sid, data: &Value) -> Result<Value, Fault> {
        let limit = if event == "request" {
            &self.makes
        } else {
            &self.asks
        };
        limit.admit(self.address)?;
        match event {
            "request" => {
                let asked = schema::asked(data).map_err(Fault::bad)?;
                let made = self.desk.make(asked, Some(socket)).await?;
                Ok(json!(Created::from(made)))
            }
            "recover" => {
                let id = schema::id(data).map_err(Fault::bad)?;
                Ok(json!(Recovered::from(self.desk.recover(id).await?)))
            }
            "request-validation-status" => {
                let id = schema::id(data).map_err(Fault::bad)?;
                self.desk.validate(id, Channel::Socket).await?;
                Ok(json!({}))
            }
            _ => {
                let id = schema::id(data).map_err(Fault::bad)?;
                let outcome = schema::outcome(data).map_err(Fault::bad)?;
                self.desk.answer(id, outcome).await?;
                Ok(json!({}))
            }
        }
    }
}

/// What other processes say to this one; nothing while the bus is away.
async fn listen(desk: &Desk, context: &GatewayContext) -> Option<Box<dyn Subscription>> {
    let subscribed = context.platform.bus.subscribe(&desk.subject(), None).await;
    subscribed
        .inspect_err(|error| tracing::warn!(%error, "other processes are not heard"))
        .ok()
}

/// Hears what other processes say of requests of our sockets, and looks after all of them now and then, for a bus may
/// lose words. Ends with the process.
async fn attend(
    desk: Arc<Desk>,
    io: SocketIo,
    context: GatewayContext,
    mut news: Option<Box<dyn Subscription>>,
) {
    let pause = context.settings.auth.look_again.0.max(LOOK_AGAIN_MIN);
    let mut look_again = tokio::time::interval(pause);
    loop {
        let heard = async {
            match &mut news {
                Some(news) => news.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = context.shutdown.cancelled() => {
                io.close().await;
                return;
            }
            message = heard => match message {
                Some(message) => desk.hear(&message.payload).await,
                // The bus was closed. What it would have said is found by looking.
                None => news = None,
            },
            _ = look_again.tick() => {
                if news.is_none() {
                    news = listen(&desk, &context).await;
                }
                look_at_all(&desk).await;
            }
        }
    }
}

/// Looks at every request that a socket of this process waits for.
async fn look_at_all(desk: &Desk) {
    for name in desk.waiting.names() {
        if let Err(fault) = desk.attend(&name).await {
            tracing::warn!(?fault, "a request could not be looked at; it will be again");
            return;
        }
    }
}
