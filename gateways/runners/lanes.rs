//! Places for work that takes a core, in two lanes: who waits for one now goes first, but of every few places one is for history.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// The places. Cheap to clone.
#[derive(Clone)]
pub(super) struct Lanes(Arc<Inner>);

struct Inner {
    /// Of so many places one is for history, while it waits.
    share: usize,
    state: Mutex<State>,
}

struct State {
    free: usize,
    live: VecDeque<oneshot::Sender<Place>>,
    backlog: VecDeque<oneshot::Sender<Place>>,
    /// Places that went to the live ones since history had one.
    since: usize,
}

/// A place, until it is dropped.
pub(super) struct Place(Arc<Inner>);

impl Lanes {
    pub(super) fn new(places: usize, share: usize) -> Self {
        Self(Arc::new(Inner {
            share: share.max(1),
            state: Mutex::new(State {
                free: places.max(1),
                live: VecDeque::new(),
                backlog: VecDeque::new(),
                since: 0,
            }),
        }))
    }

    /// Waits for a place.
    pub(super) async fn place(&self, live: bool) -> Place {
        loop {
            let waiting = {
                let mut state = self.0.state();
                if state.free > 0 {
                    state.free -= 1;
                    return Place(Arc::clone(&self.0));
                }
                let (give, waiting) = oneshot::channel();
                match live {
                    true => state.live.push_back(give),
                    false => state.backlog.push_back(give),
                }
                waiting
            };
            if let Ok(place) = waiting.await {
                return place;
            }
        }
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn next(&mut self, share: usize) -> Option<oneshot::Sender<Place>> {
        let is_due = self.since + 1 >= share || self.live.is_empty();
        if is_due && let Some(next) = self.backlog.pop_front() {
            self.since = 0;
            return Some(next);
        }
        self.since += 1;
        self.live.pop_front()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        loop {
            let next = {
                let mut state = self.0.state();
                let next = state.next(self.0.share);
                if next.is_none() {
                    state.free += 1;
                }
                next
            };
            let Some(next) = next else { return };
            match next.send(Place(Arc::clone(&self.0))) {
                Ok(()) => return,
                // Whoever waited has gone; this is the same place still.
                Err(back) => std::mem::forget(back),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn live_goes_first_and_history_is_not_starved() {
        let lanes = Lanes::new(1, 3);
        let first = lanes.place(false).await;
        let (told, mut order) = tokio::sync::mpsc::unbounded_channel();
        let mut tasks = Vec::new();
        for (live, count) in [(false, 3), (true, 6)] {
            for _ in 0..count {
                let (lanes, told) = (lanes.clone(), told.clone());
                tasks.push(tokio::spawn(async move {
                    let place = lanes.place(live).await;
                    told.send(live).expect("as it should");
                    drop(place);
                }));
                tokio::task::yield_now().await;
            }
        }
        // One that gives up does not take its place with it.
        let mut gone = Box::pin(lanes.place(true));
        assert!(gone.as_mut().now_or_never().is_none());
        drop(gone);
        drop(first);
        drop(told);
        let mut seen = Vec::new();
        while let Some(live) = order.recv().await {
            seen.push(live);
        }
        assert_eq!(
            seen,
            [true, true, false, true, true, false, true, true, false]
        );
        let _again = lanes.place(true).now_or_never().expect("a place is free");
    }
}
