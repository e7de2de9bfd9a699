//! The recorded content server of the shared data folder, and copies of it in other orders.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use identity::hash::hash_v1;
use serde_json::{Value, json};

use crate::http::{eventually, get, post, send, settle};
use crate::process::Program;

/// Names the data folder.
const DATA_VARIABLE: &str = "WORLDLOG_DATA";
const HISTORY: &str = "pointer-changes.ndjson";
const SNAPSHOTS: &str = "snapshots.json";
const SNAPSHOT_HEADER: &str = "### Decentraland json snapshot";

/// A small deterministic generator (splitmix64): a seed is the whole bug report.
pub(crate) struct Dice(u64);

impl Dice {
    /// The seed of `WORLDLOG_TEST_SEED`, else `default`; printed, so that a failure can be repeated.
    pub(crate) fn of_run(default: u64) -> Self {
        let given = std::env::var("WORLDLOG_TEST_SEED").ok();
        let seed = given.map_or(default, |text| {
            text.parse().expect("WORLDLOG_TEST_SEED is a number")
        });
        println!("seed: WORLDLOG_TEST_SEED={seed}");
        Self(seed)
    }

    pub(crate) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last as u64 + 1) as usize;
            items.swap(last, other);
        }
    }
}

/// A folder laid out as a content server's.
pub(crate) struct World {
    pub(crate) folder: PathBuf,
    /// The lines of its history, in the file's order.
    pub(crate) history: Vec<Value>,
}

/// Which snapshots a copy has.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Snapshots {
    /// None yet: all must come from pointer-changes.
    None,
    /// Of the older half only; the rest must come from pointer-changes.
    OlderHalf,
    /// As recorded.
    All,
}

/// A folder of the shared data; `None`, with a line on stderr, when it is absent.
pub(crate) fn shared(part: &str) -> Option<PathBuf> {
    data(std::env::var_os(DATA_VARIABLE), part)
}

impl World {
    /// The recorded server; `None`, with a line on stderr, when the data folder is absent.
    pub(crate) fn recorded() -> Option<Self> {
        let folder = shared("spine/catalyst-offline")?;
        let folder = folder.canonicalize().expect("the folder is there");
        let text = fs::read_to_string(folder.join(HISTORY)).expect("the history is readable");
        let history = text
            .lines()
            .map(|line| serde_json::from_str(line).expect("a line is JSON"));
        let world = Self {
            history: history.collect(),
            folder,
        };
        let bytes = fs::read(world.folder.join("active-pointers.json"));
        let recorded: BTreeMap<String, String> =
            serde_json::from_slice(&bytes.expect("the file is readable")).expect("a map to ids");
        assert_eq!(world.active(), recorded, "our rule is the recorded one");
        Some(world)
    }

    /// Of entity files that are in `folder` already.
    pub(crate) fn written(folder: &Path, history: Vec<Value>) -> Self {
        write_history(folder, &history);
        Self {
            history,
            folder: folder.to_owned(),
        }
    }

    /// Ids of everything that was ever deployed.
    pub(crate) fn deployed(&self) -> BTreeSet<String> {
        self.history
            .iter()
            .map(|row| text(row, "entityId"))
            .collect()
    }

    /// What must be active at the end: "<type> <pointer>" to id.
    pub(crate) fn active(&self) -> BTreeMap<String, String> {
        let alive = self
            .history
            .iter()
            .filter(|row| !overlapped(row, &self.history));
        let named = alive.flat_map(|row| {
            let id = text(row, "entityId");
            let name = move |pointer: String| {
                (format!("{} {pointer}", text(row, "entityType")), id.clone())
            };
            pointers_of(row).into_iter().map(name)
        });
        named.collect()
    }

    /// A copy with the first `rows` of the history and no snapshots, to grow later.
    pub(crate) fn beginning(&self, into: &Path, rows: usize) -> Self {
        self.copy(into, self.history[..rows].to_vec(), &[])
    }

    /// Appends rows to the history, as a server does that accepts deployments.
    pub(crate) fn grow(&mut self, rows: &[Value]) {
        self.history.extend_from_slice(rows);
        write_history(&self.folder, &self.history);
    }

    /// A copy whose deployments arrived in another order.
    pub(crate) fn shuffled(&self, into: &Path, dice: &mut Dice, snapshots: Snapshots) -> Self {
        let mut history = self.history.clone();
        history.sort_by_key(|row| number(row, "entityTimestamp"));
        let half = match snapshots {
            Snapshots::OlderHalf => history.len() / 2,
            Snapshots::None | Snapshots::All => 0,
        };
        // What the snapshot stops before arrives after what it covers; apart from that, any order.
        for part in [0..half, half..history.len()] {
            reorder(&mut history[part], dice);
        }
        history.sort_by_key(|row| number(row, "localTimestamp"));
        let listed = match snapshots {
            Snapshots::None => Vec::new(),
            Snapshots::All => {
                let bytes = fs::read(self.folder.join(SNAPSHOTS)).expect("the list is readable");
                serde_json::from_slice(&bytes).expect("a list of snapshots")
            }
            Snapshots::OlderHalf => vec![self.snapshot(into, &history[..half])],
        };
        self.copy(into, history, &listed)
    }

    /// Writes the snapshot file of what is active after `rows` alone; gives its line of `/snapshots`.
    fn snapshot(&self, into: &Path, rows: &[Value]) -> Value {
        let mut rows: Vec<&Value> = rows.iter().filter(|row| !overlapped(row, rows)).collect();
        rows.sort_by_key(|row| number(row, "entityTimestamp"));
        let mut file = format!("{SNAPSHOT_HEADER}\n");
        for row in &rows {
            let line = json!({
                "entityId": row["entityId"], "entityType": row["entityType"], "pointers": row["pointers"],
                "authChain": row["authChain"], "entityTimestamp": row["entityTimestamp"],
            });
            file.push_str(&format!("{line}\n"));
        }
        let hash = hash_v1(file.as_bytes());
        fs::create_dir_all(into.join("contents")).expect("the copy is writable");
        fs::write(into.join("contents").join(&hash), file).expect("the copy is writable");
        let end = rows
            .iter()
            .map(|row| number(row, "localTimestamp").max(number(row, "entityTimestamp")));
        let end = end.max().expect("half of the world is not empty");
        json!({
            "hash": hash, "numberOfEntities": rows.len(), "replacedSnapshotHashes": [],
            "timeRange": { "initTimestamp": 1_577_836_800_000_i64, "endTimestamp": end },
            "generationTimestamp": end,
        })
    }

    fn copy(&self, into: &Path, history: Vec<Value>, snapshots: &[Value]) -> Self {
        let contents = into.join("contents");
        fs::create_dir_all(&contents).expect("the copy is writable");
        let files = fs::read_dir(self.folder.join("contents")).expect("the contents are readable");
        for file in files {
            let file = file.expect("the contents are readable");
            fs::copy(file.path(), contents.join(file.file_name())).expect("the copy is writable");
        }
        let list = serde_json::to_vec(snapshots).expect("JSON");
        fs::write(into.join(SNAPSHOTS), list).expect("the copy is writable");
        write_history(into, &history);
        Self {
            folder: into.to_owned(),
            history,
        }
    }
}

/// A part of the data folder. A test without its data says so, and is no failure on a machine that never had the data;
/// where the folder is named, as in CI, it is one: a test that skips proves nothing.
fn data(named: Option<OsString>, part: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = named.as_ref().map_or(beside, PathBuf::from).join(part);
    if path.exists() {
        return Some(path);
    }
    assert!(
        named.is_none(),
        "{DATA_VARIABLE} names a folder without {part}: {}",
        path.display()
    );
    // Not by a macro: what those write is shown only when a test fails.
    let line = format!("skipped: {} is not there\n", path.display());
    let written = std::io::stderr().write_all(line.as_bytes());
    written.expect("standard error is open");
    None
}

#[test]
fn a_data_folder_that_is_named_but_empty_fails_and_skips_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let named = Some(folder.path().as_os_str().to_owned());
    let skipped = std::panic::catch_unwind(|| data(named, "spine/catalyst-offline"));
    let said = skipped.expect_err("a test that wants the data must fail");
    let said = said.downcast_ref::<String>().expect("it says why");
    assert!(said.contains(DATA_VARIABLE), "{said}");
}

/// Waits until the active set is the recorded one and all that follows from it is done.
pub(crate) async fn caught_up(program: &Program, world: &World) {
    let expected = world.active();
    let ids: BTreeSet<&String> = expected.values().collect();
    let url = program.at("/catalyst/content/entities/active");
    let body = json!({ "ids": ids });
    let asked = || post(&url, &body);
    eventually(asked, |answer| {
        let known = answer.status == 200
            && answer
                .json()
                .as_array()
                .is_some_and(|a| a.len() == ids.len());
        known.then_some(())
    })
    .await;
    settle(program).await;
    assert_eq!(active_of(program, "/catalyst", world).await, expected);
}

/// Waits until each of these ids was deployed.
pub(crate) async fn eventually_known(program: &Program, ids: &BTreeSet<String>) {
    for id in ids {
        let url = program.at(&format!("/catalyst/content/deployments?entityId={id}"));
        eventually(
            || get(&url),
            |answer| {
                let found = answer.json()["deployments"].as_array().map_or(0, Vec::len);
                (found == 1).then_some(())
            },
        )
        .await;
    }
    settle(program).await;
}

/// Asks a catalyst what is active: "<type> <pointer>" to id, over all pointers of the history.
pub(crate) async fn active_of(
    program: &Program,
    base: &str,
    world: &World,
) -> BTreeMap<String, String> {
    let rows = world.history.iter();
    let pointers: BTreeSet<String> = rows
        .flat_map(|row| pointers(row).map(str::to_owned))
        .collect();
    let request = post(
        &program.at(&format!("{base}/content/entities/active")),
        &json!({ "pointers": pointers }),
    );
    let entities = send(request).await.expect(200).json();
    let mut active = BTreeMap::new();
    for entity in entities.as_array().expect("a list of entities") {
        for pointer in pointers_of(entity) {
            let name = format!("{} {pointer}", text(entity, "type"));
            let twice = active.insert(name.clone(), text(entity, "id"));
            assert_eq!(twice, None, "{name} is active twice");
        }
    }
    active
}

fn write_history(folder: &Path, history: &[Value]) {
    let lines: String = history.iter().map(|row| format!("{row}\n")).collect();
    // Renamed into place: the server reads all of it or nothing.
    let beside = folder.join("history.tmp");
    fs::write(&beside, lines).expect("the copy is writable");
    fs::rename(beside, folder.join(HISTORY)).expect("the copy is writable");
}

/// Deals the local timestamps of the rows out anew among them.
fn reorder(rows: &mut [Value], dice: &mut Dice) {
    let mut times: Vec<i64> = rows
        .iter()
        .map(|row| number(row, "localTimestamp"))
        .collect();
    dice.shuffle(&mut times);
    for (row, time) in rows.iter_mut().zip(times) {
        row["localTimestamp"] = time.into();
    }
}

/// Whether something newer of `rows` has the same type and shares a pointer.
fn overlapped(row: &Value, rows: &[Value]) -> bool {
    let rank = |row: &Value| {
        (
            number(row, "entityTimestamp"),
            text(row, "entityId").to_lowercase(),
        )
    };
    rows.iter().any(|other| {
        other["entityType"] == row["entityType"]
            && rank(other) > rank(row)
            && pointers(other).any(|pointer| pointers(row).any(|own| own == pointer))
    })
}

fn pointers(row: &Value) -> impl Iterator<Item = &str> {
    let pointers = row["pointers"]
        .as_array()
        .expect("a deployment has pointers");
    pointers
        .iter()
        .map(|pointer| pointer.as_str().expect("a pointer is text"))
}

fn pointers_of(entity: &Value) -> Vec<String> {
    pointers(entity).map(str::to_lowercase).collect()
}

fn text(row: &Value, key: &str) -> String {
    row[key]
        .as_str()
        .unwrap_or_else(|| panic!("no {key} in {row}"))
        .to_owned()
}

fn number(row: &Value, key: &str) -> i64 {
    row[key]
        .as_i64()
        .unwrap_or_else(|| panic!("no {key} in {row}"))
}
