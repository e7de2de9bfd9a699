//! The bounded queue in front of a thread that writes: what waits is written together.
//!
//! Bounded by cost (bytes, with a floor a request), so that a slow disk slows its callers down.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Even a small request takes this much room: bounds the count as well.
const COST_MIN: usize = 512;

struct Waiting<R> {
    request: R,
    cost: usize,
    _room: Option<OwnedSemaphorePermit>,
}

/// The side that asks.
pub(super) struct Queue<R> {
    requests: Sender<Waiting<R>>,
    room: Arc<Semaphore>,
    room_max: usize,
}

/// The side that writes.
pub(super) struct Drain<R> {
    requests: Receiver<Waiting<R>>,
    turn_cost_max: usize,
}

/// What the writing thread should do next.
pub(super) enum Turn<R> {
    /// Write these together. Their room is free again when the guard is dropped.
    Write(Vec<R>, RoomGuard),
    /// Nothing came for a while.
    Idle,
    /// Nobody can ask any more.
    Closed,
}

/// Holds the room of the requests being written.
pub(super) struct RoomGuard(
    #[expect(dead_code, reason = "held, never read")] Vec<OwnedSemaphorePermit>,
);

/// A queue with room for `room_max` bytes, handed on in turns of about `turn_cost_max` bytes.
pub(super) fn queue<R>(room_max: usize, turn_cost_max: usize) -> (Queue<R>, Drain<R>) {
    let room_max = room_max.clamp(COST_MIN, Semaphore::MAX_PERMITS.min(u32::MAX as usize));
    let (sender, receiver) = mpsc::channel();
    let queue = Queue {
        requests: sender,
        room: Arc::new(Semaphore::new(room_max)),
        room_max,
    };
    let drain = Drain {
        requests: receiver,
        turn_cost_max,
    };
    (queue, drain)
}

impl<R> Queue<R> {
    /// Waits for room, then queues. Gives the request back when the writing thread is gone.
    pub(super) async fn push(&self, request: R, cost: usize) -> Result<(), R> {
        // A request larger than the whole queue gets all of it.
        let cost = cost.clamp(COST_MIN, self.room_max);
        let permits = u32::try_from(cost).expect("the queue's room fits u32");
        let room = Arc::clone(&self.room)
            .acquire_many_owned(permits)
            .await
            .ok();
        self.send(request, cost, room)
    }

    /// Queues without waiting: for the few requests that must not be held up.
    pub(super) fn push_now(&self, request: R) -> Result<(), R> {
        self.send(request, 0, None)
    }

    fn send(&self, request: R, cost: usize, room: Option<OwnedSemaphorePermit>) -> Result<(), R> {
        let waiting = Waiting {
            request,
            cost,
            _room: room,
        };
        self.requests.send(waiting).map_err(|e| e.0.request)
    }
}

impl<R> Drain<R> {
    /// Waits for a request, `idle` at most if given, and takes what else is there up to a turn's size.
    pub(super) fn next(&self, idle: Option<Duration>) -> Turn<R> {
        let first = match idle {
            None => self
                .requests
                .recv()
                .map_err(|_| RecvTimeoutError::Disconnected),
            Some(idle) => self.requests.recv_timeout(idle),
        };
        let first = match first {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => return Turn::Idle,
            Err(RecvTimeoutError::Disconnected) => return Turn::Closed,
        };
        let (mut cost, mut requests, mut room) = (0, Vec::new(), Vec::new());
        let mut next = Some(first);
        while let Some(waiting) = next {
            cost += waiting.cost;
            requests.push(waiting.request);
            room.extend(waiting._room);
            next = if cost < self.turn_cost_max {
                self.requests.try_recv().ok()
            } else {
                None
            };
        }
        Turn::Write(requests, RoomGuard(room))
    }
}
