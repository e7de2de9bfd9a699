//! A platform that comes and goes, and clients who do not mind: they repeat a request until it is answered.

use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;

use crate::http::{Answer, post, try_send};
use crate::process::{Program, TOKEN};

#[derive(Clone, Default)]
struct Scene {
    url: Option<String>,
    over: bool,
}

/// Where the platform is now, and whether the play is over.
pub(crate) struct Stage(watch::Sender<Scene>);

/// A client's view of it.
pub(crate) struct Seat(watch::Receiver<Scene>);

impl Stage {
    pub(crate) fn new() -> Self {
        Self(watch::channel(Scene::default()).0)
    }

    pub(crate) fn seat(&self) -> Seat {
        Seat(self.0.subscribe())
    }

    /// From now on everybody talks to this one.
    pub(crate) fn enter(&self, program: &Program) {
        self.0
            .send_modify(|scene| scene.url = Some(program.url.clone()));
    }

    pub(crate) fn end(&self) {
        self.0.send_modify(|scene| scene.over = true);
    }
}

impl Seat {
    pub(crate) fn is_over(&self) -> bool {
        self.0.borrow().over
    }

    /// Waits for the first platform.
    pub(crate) async fn begin(&mut self) {
        let begun = self.0.wait_for(|scene| scene.url.is_some()).await;
        drop(begun.expect("the test is not over"));
    }

    /// POSTs to whatever platform is there, again and again until one answers with more than "not now".
    pub(crate) async fn ask(&mut self, path: &str, body: &Value) -> Answer {
        loop {
            let url = self.0.borrow_and_update().url.clone();
            let url = format!("{}{path}", url.expect("the play has begun"));
            match try_send(post(&url, body).bearer_auth(TOKEN)).await {
                Ok(answer) if answer.status != 503 => return answer,
                Ok(_) | Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }
}
