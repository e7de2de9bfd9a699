//! Which sockets of this process wait for which requests.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use socketioxide::socket::Sid;

/// One that waits.
#[derive(Clone, Debug)]
pub(super) struct Waiter {
    /// The request's id.
    pub(super) id: String,
    pub(super) socket: Sid,
    /// Whether the socket was told that codes are to be compared.
    told: bool,
}

/// At most one request a socket. Bounded by the number of sockets.
#[derive(Default)]
pub(super) struct Waiting(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    /// By the name that the vault has for the request.
    by_name: HashMap<String, Waiter>,
    by_socket: HashMap<Sid, String>,
}

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Each change below is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a socket waits, and gives the request that it waited for before.
    pub(super) fn wait(&self, socket: Sid, name: String, id: String) -> Option<Waiter> {
        let mut inner = self.lock();
        let waiter = Waiter {
            id,
            socket,
            told: false,
        };
        let former = inner.by_socket.insert(socket, name.clone());
        let former = former.and_then(|former| inner.by_name.remove(&former));
        inner.by_name.insert(name, waiter);
        former
    }

    /// Who waits for a request.
    pub(super) fn of(&self, name: &str) -> Option<Waiter> {
        self.lock().by_name.get(name).cloned()
    }

    /// Nobody waits for it any more.
    pub(super) fn done(&self, name: &str) {
        let mut inner = self.lock();
        if let Some(waiter) = inner.by_name.remove(name) {
            inner.by_socket.remove(&waiter.socket);
        }
    }

    /// A socket is gone. Its request stays where it is: it is answered and polled for as any other.
    pub(super) fn leave(&self, socket: Sid) {
        let mut inner = self.lock();
        if let Some(name) = inner.by_socket.remove(&socket) {
            inner.by_name.remove(&name);
        }
    }

    /// Whether the socket is still to be told that codes are compared; from now on it was.
    pub(super) fn tell(&self, name: &str) -> Option<Waiter> {
        let mut inner = self.lock();
        let waiter = inner.by_name.get_mut(name)?;
        (!std::mem::replace(&mut waiter.told, true)).then(|| waiter.clone())
    }

    /// The names of all that is waited for.
    pub(super) fn names(&self) -> Vec<String> {
        self.lock().by_name.keys().cloned().collect()
    }
}
