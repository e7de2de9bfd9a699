//! Several processes share the partitions; they come, go for a moment and for good, while the load goes on and a gateway
//! of its own shows what was written.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::json;

use super::fold;
use super::stand::{PATIENCE, Stand, Wants};
use crate::crowd::{Crowd, deployed};
use crate::http::{POSITION, get, post, send};
use crate::process::{Launch, Program, TOKEN, until};
use crate::stage::Stage;
use crate::world::Dice;

const PROTOCOLS: [&str; 2] = ["classic", "consumer"];
const PARTITIONS: u32 = 32;
const PAUSE: Duration = Duration::from_millis(250);

/// Partitions that a process has, by group: as its log says.
fn owned(program: &Program) -> BTreeMap<String, BTreeSet<u32>> {
    let mut owned: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for line in program.log().lines() {
        let Some(change) = Change::read(line) else {
            continue;
        };
        let of_group = owned.entry(change.group).or_default();
        match change.assigned {
            true => of_group.extend(change.partitions),
            false => of_group.retain(|p| !change.partitions.contains(p)),
        }
    }
    owned
}

/// How often partitions came to a process or left it.
fn changes(program: &Program) -> usize {
    program.log().lines().filter_map(Change::read).count()
}

/// A line of the log about partitions.
struct Change {
    group: String,
    assigned: bool,
    partitions: Vec<u32>,
}

impl Change {
    fn read(line: &str) -> Option<Self> {
        let (head, rest) = line.split_once(" kafka.group=\"")?;
        let (group, rest) = rest.split_once('"')?;
        let (_, list) = rest.split_once("partitions=[")?;
        let (list, _) = list.split_once(']')?;
        let numbers = list.split(", ").filter(|text| !text.is_empty());
        let numbers = numbers.map(|text| text.parse().expect("a partition's number"));
        let partitions: Vec<u32> = numbers.collect();
        // A rebalance that changes nothing for this member is told, too.
        (!partitions.is_empty()).then_some(Self {
            group: group.to_owned(),
            assigned: head.ends_with(" assigned"),
            partitions,
        })
    }
}

/// The groups of all processors and effect runners, and how many partitions each shares.
fn groups() -> BTreeMap<String, usize> {
    let width = |topic: &str| {
        let known = model::Topics::global().find(topic);
        known.map_or(PARTITIONS, |topic| topic.partitions.min(PARTITIONS)) as usize
    };
    let mut groups = BTreeMap::new();
    for processor in processors::all() {
        let spec = processor.spec();
        groups.insert(format!("worldlog.{}.g1", spec.name), width(spec.input));
        let effects = spec.effects.iter();
        let of = |kind: &&str| {
            (
                format!("worldlog.effects.{kind}"),
                width(&format!("effects.{kind}")),
            )
        };
        groups.extend(effects.map(of));
    }
    groups
}

/// Waits until these processes share all partitions of every group, each partition at one of them.
pub(super) async fn shared_by(programs: &[&Program]) {
    let groups = groups();
    let whole = || {
        let all: Vec<_> = programs.iter().map(|p| owned(p)).collect();
        let complete = groups.iter().all(|(group, partitions)| {
            let shares: Vec<_> = all.iter().filter_map(|owned| owned.get(group)).collect();
            let sizes: Vec<usize> = shares.iter().map(|share| share.len()).collect();
            let together: BTreeSet<u32> = shares.into_iter().flatten().copied().collect();
            let one_each = sizes.iter().sum::<usize>() == together.len();
            // One partition has one owner.
            let wanted = programs.len().min(*partitions);
            let everybody = sizes.iter().filter(|size| **size > 0).count() == wanted;
            one_each && everybody && together.len() == *partitions
        });
        complete.then_some(())
    };
    if until(PATIENCE, whole).await.is_none() {
        let shares: Vec<_> = programs.iter().map(|p| owned(p)).collect();
        panic!("not shared by {}: {shares:?}", programs.len());
    }
}

/// Waits until one process has all partitions, whatever another, which cannot speak, believes.
pub(super) async fn owns_all(program: &Program) {
    shared_by(&[program]).await;
}

/// Writes, and reads what it has written, by its position.
pub(super) async fn reads_its_writes(gateway: &Program, parcel: &str) {
    let feed = gateway.at("/events-notifier/events");
    for number in 0..10 {
        let (id, event) = deployed(parcel, number);
        let fed = send(post(&feed, &event).bearer_auth(TOKEN))
            .await
            .expect(202);
        let token = fed.header(POSITION).expect("a write has a position");
        let url = gateway.at("/catalyst/content/entities/active");
        let read = post(&url, &json!({ "pointers": [parcel] })).header(POSITION, token);
        let active = send(read).await.expect(200).json();
        assert_eq!(active[0]["id"], id.as_str(), "write {number} at {parcel}");
        let url = gateway.at(&format!("/deployments/entities/{id}"));
        send(get(&url).header(POSITION, token)).await.expect(200);
    }
}

/// A process that only processes.
pub(super) fn worker(stand: &Stand, name: &str) -> Launch {
    let launch = stand
        .process(name)
        .argument("--gateways")
        .argument("operator");
    launch.argument("--sources").argument("none")
}

/// A process that only answers.
pub(super) async fn gateway(stand: &Stand) -> Program {
    let mut launch = stand.process("gateway");
    for role in ["--processors", "--sources", "--runners"] {
        launch = launch.argument(role).argument("none");
    }
    // Whoever reads while partitions move waits for them.
    launch
        .environment("WORLDLOG__GATEWAY__WAIT", "2m")
        .start()
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_come_and_one_that_goes_for_good_share_the_partitions() {
    for protocol in PROTOCOLS {
        let wants = Wants {
            kafka: Wants::sessions_of(6),
            ..Wants::default()
        };
        let Some(mut stand) = Stand::when_asked(wants).await else {
            return;
        };
        stand.set("WORLDLOG__KAFKA__GROUP_PROTOCOL", protocol);
        stand.set("WORLDLOG__KAFKA__SESSION_TIMEOUT", "6s");
        let gateway = gateway(&stand).await;
        let stage = Stage::new();
        stage.enter(&gateway);
        let crowd = Crowd::strolling(&stage, &mut Dice::of_run(37), PAUSE);
        let first = worker(&stand, "first").start().await;
        shared_by(&[&first]).await;
        reads_its_writes(&gateway, "70,70").await;
        let second = worker(&stand, "second").start().await;
        shared_by(&[&first, &second]).await;
        reads_its_writes(&gateway, "71,71").await;
        let third = worker(&stand, "third").start().await;
        shared_by(&[&first, &second, &third]).await;
        reads_its_writes(&gateway, "72,72").await;
        second.kill();
        shared_by(&[&first, &third]).await;
        reads_its_writes(&gateway, "73,73").await;
        stage.end();
        let accepted = crowd.leave().await;
        accepted.is_told_among_others_by(&gateway).await;
        println!("{protocol}: {:?}", fold::is_kept_by(&stand).await);
        for program in [first, third, gateway] {
            assert!(program.terminate().await.success());
        }
        stand.clear().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_of_named_members_moves_nothing() {
    for protocol in PROTOCOLS {
        let wants = Wants {
            // Longer than a restart takes on a machine however busy.
            kafka: Wants::sessions_of(60),
            ..Wants::default()
        };
        let Some(mut stand) = Stand::when_asked(wants).await else {
            return;
        };
        stand.set("WORLDLOG__KAFKA__GROUP_PROTOCOL", protocol);
        stand.set("WORLDLOG__KAFKA__SESSION_TIMEOUT", "60s");
        let gateway = gateway(&stand).await;
        let stage = Stage::new();
        stage.enter(&gateway);
        let crowd = Crowd::strolling(&stage, &mut Dice::of_run(41), PAUSE);
        let names = ["worldlog-0", "worldlog-1", "worldlog-2"];
        let launches = names.map(|name| {
            worker(&stand, name).environment("WORLDLOG__KAFKA__GROUP_INSTANCE_ID", name)
        });
        let mut programs = Vec::new();
        for launch in &launches {
            programs.push(launch.start().await);
        }
        shared_by(&programs.iter().collect::<Vec<_>>()).await;
        for (number, launch) in launches.iter().enumerate() {
            let before: Vec<_> = programs.iter().map(changes).collect();
            let old = programs.remove(number);
            let had = owned(&old);
            assert!(old.terminate().await.success());
            programs.insert(number, launch.start().await);
            shared_by(&programs.iter().collect::<Vec<_>>()).await;
            assert_eq!(
                owned(&programs[number]),
                had,
                "{protocol}: it has its own again"
            );
            for (other, program) in programs.iter().enumerate() {
                if other != number {
                    assert_eq!(
                        changes(program),
                        before[other],
                        "{protocol}: {}",
                        names[other]
                    );
                }
            }
            reads_its_writes(&gateway, &format!("8{number},80")).await;
        }
        stage.end();
        let accepted = crowd.leave().await;
        accepted.is_told_among_others_by(&gateway).await;
        println!("{protocol}: {:?}", fold::is_kept_by(&stand).await);
        programs.push(gateway);
        for program in programs {
            assert!(program.terminate().await.success());
        }
        stand.clear().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_named_member_that_was_killed_comes_back_under_its_name() {
    for protocol in PROTOCOLS {
        let wants = Wants {
            kafka: Wants::sessions_of(10),
            ..Wants::default()
        };
        let Some(mut stand) = Stand::when_asked(wants).await else {
            return;
        };
        stand.set("WORLDLOG__KAFKA__GROUP_PROTOCOL", protocol);
        stand.set("WORLDLOG__KAFKA__SESSION_TIMEOUT", "10s");
        stand.set("WORLDLOG__KAFKA__GROUP_INSTANCE_ID", "worldlog-0");
        let gateway = gateway(&stand).await;
        let launch = worker(&stand, "worker");
        for parcel in ["90,90", "91,91", "92,92"] {
            let worker = launch.start().await;
            shared_by(&[&worker]).await;
            reads_its_writes(&gateway, parcel).await;
            worker.kill();
        }
        assert!(gateway.terminate().await.success());
        stand.clear().await;
    }
}
