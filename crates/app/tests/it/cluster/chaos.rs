//! Processes and servers that die at any moment under load: what was accepted is told, and the store is what a naive
//! fold of the log makes it.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use peers::Server;
use serde_json::json;

use super::fold::{self, Compared};
use super::stand::{PATIENCE, Stand, Wants};
use crate::crowd::Crowd;
use crate::http::{POSITION, post, try_send};
use crate::process::{Launch, Program};
use crate::replay::every_read_model_is_right;
use crate::stage::Stage;
use crate::world::Dice;

/// Rounds, unless `CLUSTER_ROUNDS` says otherwise; rounds go on for `CLUSTER_SECONDS` at least.
const ROUNDS: u64 = 30;
const ROUNDS_VARIABLE: &str = "CLUSTER_ROUNDS";
const SECONDS_VARIABLE: &str = "CLUSTER_SECONDS";
/// A file to write what happened to.
const REPORT_VARIABLE: &str = "CLUSTER_REPORT";
/// A broker that was killed looks through every partition it has when it starts: four thousand would be a minute each time.
const PARTITIONS_MAX: u32 = 4;
/// Between two things that a person does: the history must stay small enough to be looked at whole.
const PAUSE: Duration = Duration::from_millis(250);
/// Events that must be accepted between two blows: the platform has recovered from the one before.
const EVENTS_BETWEEN: u64 = 40;
/// Load goes on for at most this much longer before the next blow.
const CALM_MS_MAX: u64 = 2000;
/// How long a server that was killed is away, at most, before it starts again.
const AWAY_MS_MAX: u64 = 3000;
/// A process that is killed while it starts lives at most so long.
const EARLY_MS_MAX: u64 = 2500;
const ASK_AGAIN: Duration = Duration::from_millis(20);

/// What dies in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blow {
    Process,
    Kafka,
    Cassandra,
    ProcessAndKafka,
    ProcessAndCassandra,
}

/// Ten rounds, in an order that the dice decide.
const DECK: [(Blow, usize); 5] = [
    (Blow::Process, 5),
    (Blow::Kafka, 2),
    (Blow::Cassandra, 1),
    (Blow::ProcessAndKafka, 1),
    (Blow::ProcessAndCassandra, 1),
];

/// What has happened.
#[derive(Default)]
struct Tally {
    blows: Vec<Blow>,
    early: u64,
    /// From each blow until events were accepted again.
    recoveries: Vec<Duration>,
}

struct Chaos {
    stand: Stand,
    dice: Dice,
    stage: Stage,
    crowd: Crowd,
    run: Launch,
    program: Program,
    tally: Tally,
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is a number")),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_accepted_survives_kills_of_everything_under_load() {
    let wants = Wants {
        kafka: Wants::sessions_of(6),
        cassandra: true,
        partitions_max: Some(PARTITIONS_MAX),
        ..Wants::default()
    };
    let Some(mut stand) = Stand::new(wants).await else {
        return;
    };
    // As a pod of a stateful set: who comes back under its name has its partitions at once.
    stand.set("WORLDLOG__KAFKA__GROUP_INSTANCE_ID", "worldlog-0");
    stand.set("WORLDLOG__KAFKA__SESSION_TIMEOUT", "6s");
    let mut dice = Dice::of_run(31);
    let (rounds, started) = (number(ROUNDS_VARIABLE).unwrap_or(ROUNDS), Instant::now());
    let time = Duration::from_secs(number(SECONDS_VARIABLE).unwrap_or(0));
    let stage = Stage::new();
    let run = stand.process("worldlog");
    let program = run.start().await;
    stage.enter(&program);
    let mut chaos = Chaos {
        crowd: Crowd::strolling(&stage, &mut dice, PAUSE),
        stand,
        dice,
        stage,
        run,
        program,
        tally: Tally::default(),
    };
    let mut deck = Vec::new();
    for round in (1..).take_while(|round| *round <= rounds || started.elapsed() < time) {
        let blow = deck.pop().unwrap_or_else(|| {
            deck = DECK.iter().flat_map(|(blow, n)| vec![*blow; *n]).collect();
            chaos.dice.shuffle(&mut deck);
            deck.pop().expect("it was just filled")
        });
        println!(
            "round {round}: {blow:?}, {} accepted",
            chaos.crowd.accepted()
        );
        chaos = chaos.round(blow).await;
    }
    Box::pin(chaos.end(started)).await;
}

impl Chaos {
    async fn round(mut self, blow: Blow) -> Self {
        let calm = Duration::from_millis(self.dice.below(CALM_MS_MAX));
        tokio::time::sleep(calm).await;
        let (before, struck) = (self.crowd.accepted(), Instant::now());
        let mut this = match blow {
            Blow::Process => self.process_dies().await,
            Blow::Kafka | Blow::Cassandra => {
                self.server_dies(blow).await;
                self
            }
            Blow::ProcessAndKafka | Blow::ProcessAndCassandra => self.both_die(blow).await,
        };
        let recovered = this.recovered(before);
        if tokio::time::timeout(PATIENCE, recovered).await.is_err() {
            panic!("not recovered from {blow:?}\n{}", this.program.log());
        }
        this.tally.blows.push(blow);
        this.tally.recoveries.push(struck.elapsed());
        this
    }

    /// Returns when more events were accepted, and what was accepted last shows in the read models.
    async fn recovered(&self, before: u64) {
        while self.crowd.accepted() < before + EVENTS_BETWEEN {
            tokio::time::sleep(ASK_AGAIN).await;
        }
        let position = self.crowd.last_built().expect("some have built by now");
        let url = self.program.at("/catalyst/content/entities/active");
        let body = json!({ "pointers": ["0,-1"] });
        loop {
            let read = post(&url, &body).header(POSITION, &position);
            match try_send(read).await {
                Ok(answer) if answer.status == 200 => return,
                Ok(answer) => assert_eq!(answer.status, 503, "{}", answer.text()),
                // Slower than a client waits: the same as "not now".
                Err(error) => assert!(error.is_timeout(), "{error}"),
            }
            tokio::time::sleep(ASK_AGAIN).await;
        }
    }

    async fn process_dies(mut self) -> Self {
        self.program.kill();
        if self.dice.below(2) == 0 {
            let starting = self.run.spawn();
            let early = Duration::from_millis(self.dice.below(EARLY_MS_MAX));
            tokio::time::sleep(early).await;
            starting.kill();
            self.tally.early += 1;
        }
        self.program = self.run.start().await;
        self.stage.enter(&self.program);
        self
    }

    async fn server_dies(&mut self, blow: Blow) {
        let away = Duration::from_millis(self.dice.below(AWAY_MS_MAX));
        let server = server(&mut self.stand, blow);
        server.kill();
        tokio::time::sleep(away).await;
        server.restart().await.expect("it starts again");
    }

    /// The process starts while the server is away, and waits for it.
    async fn both_die(mut self, blow: Blow) -> Self {
        let away = Duration::from_millis(self.dice.below(AWAY_MS_MAX));
        let server = server(&mut self.stand, blow);
        server.kill();
        self.program.kill();
        let back = async {
            tokio::time::sleep(away).await;
            server.restart().await.expect("it starts again");
        };
        let ((), program) = tokio::join!(back, self.run.start());
        self.program = program;
        self.stage.enter(&self.program);
        self
    }

    async fn end(self, started: Instant) {
        let Self {
            stage,
            crowd,
            stand,
            program,
            tally,
            ..
        } = self;
        stage.end();
        let accepted = crowd.leave().await;
        accepted.is_told_at_least_once_by(&program).await;
        let compared = fold::is_kept_by(&stand).await;
        every_read_model_is_right(&program).await;
        assert!(!program.log().contains("panicked"), "{}", program.log());
        let report = tally.report(started.elapsed(), accepted.events(), compared);
        println!("{report}");
        if let Some(path) = std::env::var_os(REPORT_VARIABLE) {
            let path = Path::new(&path);
            let folder = path.parent().expect("a file has a folder");
            std::fs::create_dir_all(folder).expect("the folder can be made");
            std::fs::write(path, report).expect("the report can be written");
        }
        assert!(program.terminate().await.success());
        stand.clear().await;
    }
}

fn server(stand: &mut Stand, blow: Blow) -> &mut Server {
    match blow {
        Blow::Cassandra | Blow::ProcessAndCassandra => {
            stand.cassandra.as_mut().expect("this test has its own")
        }
        Blow::Process | Blow::Kafka | Blow::ProcessAndKafka => &mut stand.kafka,
    }
}

impl Tally {
    /// For people.
    fn report(&self, took: Duration, accepted: u64, compared: Compared) -> String {
        let mut text = String::from("# Kills under load\n\n| What | |\n| --- | --- |\n");
        let mut row = |what: &str, value: String| {
            writeln!(text, "| {what} | {value} |").expect("text can be written to");
        };
        row("rounds", self.blows.len().to_string());
        for (blow, _) in DECK {
            let count = self.blows.iter().filter(|b| **b == blow).count();
            row(&format!("kills: {blow:?}"), count.to_string());
        }
        row(
            "of processes, also while they started",
            self.early.to_string(),
        );
        row("took", format!("{:.0?}", took));
        for (blow, _) in DECK {
            let of_blow = self.blows.iter().zip(&self.recoveries);
            let of_blow = of_blow.filter(|(b, _)| **b == blow).map(|(_, time)| *time);
            let mut times: Vec<Duration> = of_blow.collect();
            times.sort();
            let median = times.get(times.len() / 2).copied().unwrap_or_default();
            let longest = times.last().copied().unwrap_or_default();
            row(
                &format!("recovery, {blow:?}"),
                format!("median {median:.1?}, longest {longest:.1?}"),
            );
        }
        row("events accepted", accepted.to_string());
        row("records that processors read", compared.events.to_string());
        row(
            "records they appended, each id once",
            compared.said.to_string(),
        );
        row("of these appended again", compared.repetitions.to_string());
        row("rows of read models", compared.rows.to_string());
        text.push_str(
            "\nA recovery is from a kill until clients had events accepted again and read what followed from them, the start of what \
             was killed included.\n\n\
             Checked: every accepted event is told once (by id) and in its person's order; every deployment is in each \
             derived topic once (by id); the newest scene of each parcel is active; every row of every read model, every \
             derived record and every mark equals what a naive fold of the log makes.\n",
        );
        text
    }
}
