//! Many seeds, each run twice. `SIM_SEEDS=20000` runs more, `SIM_SEED=7` exactly one.

use std::collections::BTreeMap;

use sim::simulation::run;

/// Things that happen in one history.
const STEPS: usize = 600;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn every_history_ends_as_the_naive_fold_of_its_log() {
    let seeds = match number("SIM_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("SIM_SEEDS").unwrap_or(200),
    };
    let mut faults: BTreeMap<&'static str, u64> = BTreeMap::new();
    let count = seeds.end - seeds.start;
    for seed in seeds {
        let report = run(seed, STEPS);
        assert!(
            report.divergences.is_empty(),
            "SIM_SEED={seed} diverges:\n{}",
            report.divergences.join("\n")
        );
        let again = run(seed, STEPS);
        assert_eq!(report, again, "SIM_SEED={seed} is not deterministic");
        for (kind, n) in report.faults {
            *faults.entry(kind).or_default() += n;
        }
    }
    println!("{count} seeds, each run twice; faults that really happened:");
    for (kind, n) in &faults {
        println!("{n:>9}  {kind}");
    }
    if count >= 100 {
        for kind in sim::simulation::FAULTS {
            assert!(
                faults.contains_key(kind),
                "the fault {kind:?} never happened in {count} seeds"
            );
        }
    }
}
