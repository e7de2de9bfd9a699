//! Whose credits or dollars change, found once for all who follow some: one task a process reads the ledger's short list of
//! changes as the journal grows, and only those whose wallet it names read more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use model::tables::credits::Changed;
use runtime::ports::PortError;
use tokio::sync::broadcast;

use super::journal;
use super::tables::Tables;
use crate::frame::GatewayContext;

/// Changes that wait for a slow follower, which then reads without being told.
const WAITING_MAX: usize = 256;
/// Changes read at a time.
const PAGE: usize = 256;
/// Pause after a fault of the log or the store.
const PAUSE: Duration = Duration::from_secs(1);

/// What is told.
#[derive(Clone, Debug)]
pub(super) struct News {
    /// Who changed; none named: perhaps everybody.
    pub(super) changed: Arc<Vec<Changed>>,
    /// The ledger's time, s.
    pub(super) now: i64,
}

impl News {
    /// Whether somebody may have changed.
    pub(super) fn names(&self, address: &str) -> bool {
        let named = |change: &Changed| change.many || change.addresses.iter().any(|a| a == address);
        self.changed.iter().any(named)
    }
}

/// What is followed in this process.
pub(super) struct Followed {
    news: broadcast::Sender<News>,
    running: AtomicBool,
}

impl Default for Followed {
    fn default() -> Self {
        Self {
            news: broadcast::Sender::new(WAITING_MAX),
            running: AtomicBool::new(false),
        }
    }
}

impl Followed {
    /// News from now on.
    pub(super) fn follow(self: &Arc<Self>, context: &GatewayContext) -> broadcast::Receiver<News> {
        let news = self.news.subscribe();
        if !self.running.swap(true, Ordering::AcqRel) {
            tokio::spawn(run(Arc::clone(self), context.clone()));
        }
        news
    }

    /// Whether nobody listens any more, and the task is to end.
    fn is_over(&self) -> bool {
        if self.news.receiver_count() > 0 {
            return false;
        }
        self.running.store(false, Ordering::Release);
        // Somebody may have come between the two: either they began a task of their own, or this one goes on.
        self.news.receiver_count() == 0 || self.running.swap(true, Ordering::AcqRel)
    }
}

async fn run(followed: Arc<Followed>, context: GatewayContext) {
    let mut place = Place::default();
    while !followed.is_over() {
        let told = async {
            match place.look(&context).await {
                Ok(Some(news)) => drop(followed.news.send(news)),
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, "followers of credits wait for the log or the store");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        };
        tokio::select! {
            () = context.shutdown.cancelled() => return,
            () = told => {}
        }
    }
}

/// How far the task has come.
#[derive(Default)]
struct Place {
    /// Where the journal ended; none: it was not looked at yet.
    end: Option<u64>,
    /// The next change.
    next: i64,
}

impl Place {
    /// Waits for the journal to grow and gives what that changed.
    async fn look(&mut self, context: &GatewayContext) -> Result<Option<News>, PortError> {
        if let Some(end) = self.end {
            journal::grown(context, end).await?;
        }
        let end = journal::shown(context).await?;
        let first = self.end.is_none();
        let (mut changed, now) = (Vec::new(), Tables::of(&context.platform).clock().await?.now);
        loop {
            let tables = Tables::of(&context.platform);
            let page = tables.changes(self.next, PAGE).await?;
            let Some((last, _)) = page.last() else { break };
            // The oldest are gone: nobody knows whose they were.
            let missed = page.first().is_some_and(|(number, _)| *number > self.next);
            let (more, last) = (page.len() == PAGE, *last);
            if missed {
                changed.push(Changed {
                    many: true,
                    ..Changed::default()
                });
            }
            changed.extend(page.into_iter().map(|(_, change)| change));
            self.next = last + 1;
            if !more {
                break;
            }
        }
        self.end = Some(end);
        if first {
            // Who follows reads for themselves what was before; what came while we began may have been missed.
            changed = vec![Changed {
                many: true,
                ..Changed::default()
            }];
        }
        let changed = Arc::new(changed);
        let now = now / 1000;
        Ok(Some(News { changed, now }))
    }
}
