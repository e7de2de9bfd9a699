//! Many seeds, each run twice. `SIM_SEEDS=20000` runs more, `SIM_SEED=7` exactly one.

use std::collections::BTreeMap;
use std::io::Write as _;

use sim::simulation::run;

/// Things that happen in one history.
const STEPS: usize = 600;

/// The number in an environment variable; `None` when it is not set.
fn number(name: &str) -> Option<u64> {
    let value = std::env::var_os(name)?;
    let value = value.to_string_lossy();
    Some(parse(name, &value).unwrap_or_else(|error| panic!("{error}")))
}

fn parse(name: &str, value: &str) -> Result<u64, String> {
    value
        .trim()
        .parse()
        .map_err(|_| format!("{name}={value}: want a whole number"))
}

#[test]
fn a_number_of_seeds_that_is_none_is_an_error() {
    assert_eq!(parse("SIM_SEEDS", " 20000 "), Ok(20_000));
    for value in ["", "20k", "20_000", "-1", "1e4"] {
        let error = parse("SIM_SEEDS", value).expect_err("no number");
        assert!(error.contains("SIM_SEEDS="), "{error}");
    }
}

/// Runs one seed twice; gives the faults that happened.
fn checked(seed: u64) -> BTreeMap<&'static str, u64> {
    let report = run(seed, STEPS);
    let divergences = report.divergences.join("\n");
    assert!(
        divergences.is_empty(),
        "SIM_SEED={seed} diverges:\n{divergences}"
    );
    assert_eq!(
        report,
        run(seed, STEPS),
        "SIM_SEED={seed} is not deterministic"
    );
    report.faults
}

#[test]
fn every_history_ends_as_the_naive_fold_of_its_log() {
    let seeds = match number("SIM_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("SIM_SEEDS").unwrap_or(200),
    };
    let count = seeds.end - seeds.start;
    let halves = [
        seeds.clone().step_by(2),
        (seeds.start + 1..seeds.end).step_by(2),
    ];
    let threads = halves.map(|half| std::thread::spawn(move || half.map(checked).collect()));
    let mut faults: BTreeMap<&'static str, u64> = BTreeMap::new();
    for thread in threads {
        let reports: Vec<BTreeMap<&'static str, u64>> = match thread.join() {
            Ok(reports) => reports,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        for (kind, n) in reports.into_iter().flatten() {
            *faults.entry(kind).or_default() += n;
        }
    }
    let mut report = format!("{count} seeds, each run twice; faults that really happened:\n");
    for (kind, n) in &faults {
        report.push_str(&format!("{n:>9}  {kind}\n"));
    }
    // Past the test harness, which would swallow it: the counts are part of what a run shows.
    std::io::stderr()
        .write_all(report.as_bytes())
        .expect("stderr takes it");
    if count >= 100 {
        for kind in sim::simulation::FAULTS {
            assert!(
                faults.contains_key(kind),
                "the fault {kind:?} never happened in {count} seeds"
            );
        }
    }
}
