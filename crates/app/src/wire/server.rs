//! The HTTP server: one loop accepts, and each core serves the connections that fell to it on a thread of its own.
//!
//! Most requests are reads that the store answers at once. On the platform's runtime, whose threads share all work, each
//! of them woke another thread to look for more; on a thread of its own a connection wakes nobody. What takes long is
//! done elsewhere by the gateways themselves: see `spawn_blocking`.

use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::num::NonZero;
use std::thread::{self, JoinHandle};

use anyhow::{Context as _, Result};
use axum::serve::{self, ListenerExt as _};
use gateways::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::REQUESTS_TIMEOUT;

/// A connection between two runtimes, known to neither.
type Arrived = (std::net::TcpStream, SocketAddr);

/// The server while it runs.
pub(super) struct Server {
    /// Cancelled first: nothing new is taken.
    stop: CancellationToken,
    /// Cancelled next: what is still open is cut.
    cut: CancellationToken,
    threads: Vec<JoinHandle<()>>,
}

impl Server {
    /// Serves what connects to the socket.
    pub(super) fn start(socket: TcpListener, http: &Listener) -> Result<Self> {
        let (stop, cut) = (CancellationToken::new(), CancellationToken::new());
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let mut shares = Vec::with_capacity(cores);
        let mut threads = Vec::with_capacity(cores);
        let address = socket.local_addr().context("the listener has no address")?;
        for core in 0..cores {
            let (sender, arriving) = unbounded_channel();
            let share = Share { arriving, address };
            let (http, stop, cut) = (http.clone(), stop.clone(), cut.clone());
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .context("cannot make a thread of the server")?;
            let serve = move || {
                let served =
                    serve::serve(share, http).with_graceful_shutdown(stop.cancelled_owned());
                runtime.block_on(cut.run_until_cancelled(served.into_future()));
                runtime.shutdown_background();
            };
            let thread = thread::Builder::new().name(format!("http-{core}"));
            threads.push(
                thread
                    .spawn(serve)
                    .context("cannot start a thread of the server")?,
            );
            shares.push(sender);
        }
        tokio::spawn(
            stop.clone()
                .run_until_cancelled_owned(share_out(socket, shares)),
        );
        Ok(Self { stop, cut, threads })
    }

    /// Takes no more requests, lets those in hand finish.
    pub(super) async fn stop(self) {
        self.stop.cancel();
        let mut ended = tokio::task::spawn_blocking(|| {
            // One that panicked has said so.
            self.threads
                .into_iter()
                .for_each(|thread| drop(thread.join()));
        });
        if timeout(REQUESTS_TIMEOUT, &mut ended).await.is_err() {
            tracing::info!("cutting connections that stay open");
            self.cut.cancel();
            let _ = ended.await;
        }
    }
}

/// Hands each connection to the next thread in turn.
async fn share_out(socket: TcpListener, shares: Vec<UnboundedSender<Arrived>>) {
    // Small answers on a kept connection would otherwise wait for the client's delayed acknowledgement.
    let mut socket = socket.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was not set");
        }
    });
    for share in shares.iter().cycle() {
        let (connection, address) = serve::Listener::accept(&mut socket).await;
        match connection.into_std() {
            // A thread that is gone takes nothing; its receiver goes with it only when all stop.
            Ok(connection) => drop(share.send((connection, address))),
            Err(error) => tracing::debug!(%error, "a connection was lost"),
        }
    }
}

/// The connections of one thread.
struct Share {
    arriving: UnboundedReceiver<Arrived>,
    address: SocketAddr,
}

impl serve::Listener for Share {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        while let Some((connection, address)) = self.arriving.recv().await {
            match TcpStream::from_std(connection) {
                Ok(connection) => return (connection, address),
                Err(error) => tracing::debug!(%error, "a connection was lost"),
            }
        }
        // Nothing arrives any more: the end of the server is told otherwise.
        pending().await
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}
