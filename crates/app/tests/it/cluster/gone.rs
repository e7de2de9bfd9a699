//! Servers that are gone for a while, dead or standing still: gateways say "not now" and hang nobody, partitions say what
//! they wait for, and all goes on by itself when the server is back.

use std::time::{Duration, Instant};

use identity::hash::hash_v1;
use peers::Server;
use serde_json::json;

use super::fold;
use super::stand::{PATIENCE, Stand, Wants};
use crate::crowd::{Crowd, deployed};
use crate::http::{Answer, POSITION, eventually, get, operator, post, send, try_send};
use crate::process::{Launch, Program, TOKEN};
use crate::stage::Stage;
use crate::world::{Dice, World, caught_up};

/// How long a server is gone, unless `CLUSTER_GONE_SECONDS` says otherwise.
const SECONDS: u64 = 20;
const SECONDS_VARIABLE: &str = "CLUSTER_GONE_SECONDS";
/// People act often enough that something is in hand at any moment, and no more than all processors of a debug build follow
/// on two cores: who reads what was written last would wait for ever behind a lag that grows.
const PAUSE: Duration = Duration::from_millis(200);
const ASK_AGAIN: Duration = Duration::from_millis(20);

/// How a server is gone.
#[derive(Clone, Copy, Debug)]
enum Outage {
    /// Its connections stay, nothing answers.
    Still,
    Dead,
}

impl Outage {
    fn begin(self, server: &mut Server) -> Instant {
        match self {
            Self::Still => server.pause().expect("it runs"),
            Self::Dead => server.kill(),
        }
        let text = std::env::var(SECONDS_VARIABLE).ok();
        let seconds = text.map_or(SECONDS, |text| text.parse().expect("a number of seconds"));
        Instant::now() + Duration::from_secs(seconds)
    }

    async fn end(self, server: &mut Server) {
        match self {
            Self::Still => server.resume().expect("it was paused"),
            Self::Dead => server.restart().await.expect("it starts again"),
        }
    }
}

/// Series of partitions that do not move now.
async fn blocked(program: &Program) -> Vec<String> {
    let metrics = send(get(&program.at("/metrics"))).await.expect(200).text();
    let lines = metrics.lines();
    let blocked = lines.filter(|l| l.starts_with("partition_blocked{") && l.ends_with(" 1"));
    blocked.map(str::to_owned).collect()
}

/// Waits until some partition says that it waits for this port.
async fn eventually_waits_for(program: &Program, port: &str) {
    let reason = format!("reason=\"{port}\"");
    let end = Instant::now() + PATIENCE;
    loop {
        let blocked = blocked(program).await;
        if blocked.iter().any(|series| series.contains(&reason)) {
            return;
        }
        assert!(
            Instant::now() < end,
            "nothing waits for the {port}: {blocked:?}"
        );
        tokio::time::sleep(ASK_AGAIN).await;
    }
}

/// Waits until the lag of what stands still shows: more than can be in hand when nothing does.
async fn eventually_behind(program: &Program) {
    const IN_HAND: f64 = 300.0;
    let end = Instant::now() + PATIENCE;
    loop {
        let metrics = send(get(&program.at("/metrics"))).await.expect(200).text();
        let lines = metrics.lines();
        let lags = lines.filter(|l| l.starts_with("processor_lag_events{"));
        let lags = lags.filter_map(|l| l.rsplit(' ').next()?.parse::<f64>().ok());
        let lag: f64 = lags.sum();
        if lag > IN_HAND {
            return;
        }
        assert!(Instant::now() < end, "the lag does not grow: {lag}");
        tokio::time::sleep(ASK_AGAIN).await;
    }
}

fn says_not_now(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}: {}", answer.what, answer.text());
    assert!(answer.header("retry-after").is_some(), "{}", answer.what);
}

/// A platform under load, and somebody who looks at it from outside.
struct Play {
    stand: Stand,
    program: Program,
    stage: Stage,
    crowd: Crowd,
    next: u64,
}

impl Play {
    async fn begin(wants: Wants) -> Option<Self> {
        let stand = Stand::when_asked(wants).await?;
        let program = stand.process("worldlog").start().await;
        let stage = Stage::new();
        let crowd = Crowd::strolling(&stage, &mut Dice::of_run(47), PAUSE);
        stage.enter(&program);
        let play = Self {
            stand,
            program,
            stage,
            crowd,
            next: 0,
        };
        play.goes_on().await;
        Some(play)
    }

    /// Waits until more is accepted, what was accepted shows, and nothing is said to stand still.
    async fn goes_on(&self) {
        let before = self.crowd.accepted();
        let shown = async {
            while self.crowd.accepted() < before + 50 {
                tokio::time::sleep(ASK_AGAIN).await;
            }
            let position = self.crowd.last_built().expect("somebody has built by now");
            while !matches!(self.look(Some(&position)).await, Ok(answer) if answer.status == 200) {
                tokio::time::sleep(ASK_AGAIN).await;
            }
            while !blocked(&self.program).await.is_empty() {
                tokio::time::sleep(ASK_AGAIN).await;
            }
        };
        if tokio::time::timeout(PATIENCE, shown).await.is_err() {
            let accepted = self.crowd.accepted() - before;
            let position = self.crowd.last_built();
            let processors = operator(&self.program, "/processors").await.json();
            let processors = processors.as_array().into_iter().flatten();
            let behind: Vec<_> = processors.filter(|of| of["lag"] != 0).collect();
            panic!(
                "it does not go on: {accepted} accepted, at {position:?} {:?}; blocked {:?}; behind {behind:#?}",
                self.look(position.as_deref())
                    .await
                    .map(|answer| answer.text()),
                blocked(&self.program).await
            );
        }
    }

    /// A read, of a position if there is one.
    async fn look(&self, position: Option<&str>) -> Result<Answer, reqwest::Error> {
        let url = self.program.at("/catalyst/content/entities/active");
        let read = post(&url, &json!({ "pointers": ["0,-1"] }));
        try_send(match position {
            Some(position) => read.header(POSITION, position),
            None => read,
        })
        .await
    }

    /// A write of somebody else's.
    async fn write(&mut self) -> Answer {
        self.next += 1;
        let (_, event) = deployed("50,50", self.next);
        let feed = self.program.at("/events-notifier/events");
        send(post(&feed, &event).bearer_auth(TOKEN)).await
    }

    async fn health(&self, what: &str) -> Answer {
        send(get(&self.program.at(&format!("/catalyst/health/{what}")))).await
    }

    async fn end(self) {
        self.stage.end();
        let accepted = self.crowd.leave().await;
        accepted.is_told_among_others_by(&self.program).await;
        println!("{:?}", fold::is_kept_by(&self.stand).await);
        assert!(self.program.terminate().await.success());
        self.stand.clear().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_broker_reads_are_answered_writes_are_put_off_and_all_goes_on_later() {
    let Some(mut play) = Play::begin(Wants::default()).await else {
        return;
    };
    for outage in [Outage::Still, Outage::Dead] {
        let position = play.crowd.last_built().expect("somebody has built by now");
        let until = outage.begin(&mut play.stand.kafka);
        says_not_now(&play.write().await);
        eventually_waits_for(&play.program, "log").await;
        while Instant::now() < until {
            says_not_now(&play.write().await);
            let told = play.look(None).await.expect("it answers");
            told.expect(200);
            says_not_now(&play.look(Some(&position)).await.expect("it answers"));
            play.health("live").await.expect(200);
            play.health("ready").await.expect(200);
        }
        outage.end(&mut play.stand.kafka).await;
        play.goes_on().await;
    }
    play.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_store_writes_are_taken_reads_are_put_off_and_all_goes_on_later() {
    let wants = Wants {
        cassandra: true,
        ..Wants::default()
    };
    let Some(mut play) = Play::begin(wants).await else {
        return;
    };
    for outage in [Outage::Still, Outage::Dead] {
        let server = play.stand.cassandra.as_mut().expect("its own");
        let until = outage.begin(server);
        eventually_waits_for(&play.program, "store").await;
        eventually_behind(&play.program).await;
        while Instant::now() < until {
            play.write().await.expect(202);
            says_not_now(&play.look(None).await.expect("it answers"));
            play.health("live").await.expect(200);
            says_not_now(&play.health("ready").await);
        }
        let server = play.stand.cassandra.as_mut().expect("its own");
        outage.end(server).await;
        play.goes_on().await;
    }
    play.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_while_neither_log_nor_store_answers_ends_in_time() {
    let wants = Wants {
        cassandra: true,
        ..Wants::default()
    };
    let Some(play) = Play::begin(wants).await else {
        return;
    };
    play.stand.kafka.pause().expect("it runs");
    play.stand
        .cassandra
        .as_ref()
        .expect("its own")
        .pause()
        .expect("it runs");
    eventually_waits_for(&play.program, "log").await;
    assert!(play.program.terminate().await.success());
    play.stage.end();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_of_a_position_waits_no_longer_than_the_gateway_says() {
    let Some(stand) = Stand::when_asked(Wants::default()).await else {
        return;
    };
    // Questions to the broker would be waited for much longer than this test's client waits.
    let launch = stand.process("worldlog");
    let launch = launch.environment("WORLDLOG__KAFKA__REQUEST_TIMEOUT", "5m");
    let program = launch.start().await;
    let feed = program.at("/events-notifier/events");
    let fed = send(post(&feed, &deployed("50,50", 0).1).bearer_auth(TOKEN)).await;
    let fed = fed.expect(202);
    let token = fed.header(POSITION).expect("a write has a position");
    let read = || get(&program.at("/deployments/queue")).header(POSITION, token);
    send(read()).await.expect(200);
    stand.kafka.pause().expect("it runs");
    says_not_now(&send(read()).await);
    program.kill();
    stand.clear().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_bus_blobs_and_registry_what_needs_them_is_put_off_and_the_rest_goes_on() {
    let Some(world) = World::recorded() else {
        return;
    };
    let wants = Wants {
        others: true,
        ..Wants::default()
    };
    let Some(mut stand) = Stand::when_asked(wants).await else {
        return;
    };
    let served = world.beginning(&stand.scratch.path("world"), 5);
    let content = Launch::catalyst(&stand.scratch, "catalyst", &served.folder);
    let place = content.start().await;
    let url = place.url.clone();
    place.kill();
    let launch = stand.process("worldlog").following_urls(&[&url]);
    let program = launch.start().await;
    let others = stand.others.as_mut().expect("its own");
    for server in [&mut others.bus, &mut others.blobs, &mut others.registry] {
        server.kill();
    }
    eventually_metric(&program, "bus_connected 0").await;
    let server = content.in_place_of(&url).start().await;
    caught_up_without_files(&program, &served).await;
    // Nobody can say whether such a file is there.
    let file = program.at(&format!(
        "/catalyst/content/contents/{}",
        hash_v1("no file")
    ));
    says_not_now(&send(get(&file)).await);
    send(get(&program.at("/catalyst/health/ready")))
        .await
        .expect(200);
    others.bus.restart().await.expect("it starts again");
    others.blobs.restart().await.expect("it starts again");
    eventually_metric(&program, "bus_connected 1").await;
    caught_up(&program, &served).await;
    eventually(|| get(&file), |answer| (answer.status == 404).then_some(())).await;
    let register = stand
        .verb("register", &["schemas", "register"])
        .finish()
        .await;
    assert_eq!(register.code, Some(5), "{}", register.output);
    // What the registry once said is kept: a start needs it no more.
    assert!(program.terminate().await.success());
    let program = launch.start().await;
    caught_up(&program, &served).await;
    server.kill();
    assert!(program.terminate().await.success());
    stand.clear().await;
}

/// Waits for a line of `/metrics`.
async fn eventually_metric(program: &Program, line: &str) {
    let url = program.at("/metrics");
    let has = |answer: &Answer| answer.text().lines().any(|l| l == line).then_some(());
    eventually(|| get(&url), has).await;
}

/// Waits until what is active is known, while some effects wait for the blobs.
async fn caught_up_without_files(program: &Program, world: &World) {
    let ids: Vec<String> = world.active().into_values().collect();
    let url = program.at("/catalyst/content/entities/active");
    let body = json!({ "ids": ids });
    let known = |answer: &Answer| {
        let all = answer.status == 200 && answer.json().as_array()?.len() == ids.len();
        all.then_some(())
    };
    eventually(|| post(&url, &body), known).await;
    let effects = program.at("/operator/effects");
    let waits = |answer: &Answer| {
        let pending = answer.json()["pending"].as_array()?.len();
        (pending > 0).then_some(())
    };
    eventually(|| get(&effects).bearer_auth(TOKEN), waits).await;
}
