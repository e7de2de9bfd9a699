//! Portraits a second, beside a headless browser that draws the same avatars, in one run: `make bench-portrait`.
//!
//! A portrait is both pictures of an avatar, 256 by 512 and 256 by 256, as PNG files. Cold: its files are read and
//! decoded, and forgotten. Warm: everything that is worn was decoded before. Two threads here; the browser has as
//! many processes and threads as it likes, and a page with one worker or with two, whichever is faster. The table goes
//! into `docs/benchmarks.md`. Without a browser it tells only of this crate.

mod avatars;
#[path = "../../../bundler/tests/it/install.rs"]
mod install;
mod ours;
#[expect(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/it/pack.rs"]
mod pack;
#[path = "../../../bundler/benches/assets/page.rs"]
mod page;
mod plan;
mod rival;

use std::fmt::Write;

use avatars::{AVATARS, Shelf};
use serde_json::Value;

/// What is at hand before a portrait.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Phase {
    Cold,
    Warm,
}

impl Phase {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cold => "cold",
            Self::Warm => "warm",
        }
    }
}

/// What a phase took.
#[derive(Clone, Copy)]
pub(crate) struct Measured {
    /// Portraits a second.
    rate: f64,
    /// Processor time of a portrait, ms, of all processes together.
    processor: f64,
    /// The most memory at a time, MiB: what is resident, of all processes added up.
    resident: f64,
    /// The same with shared pages counted once; none where it is one process.
    shared_once: Option<f64>,
}

impl Measured {
    pub(crate) fn of(told: &Value) -> Self {
        let number = |name: &str| told[name].as_f64().expect("a number");
        let portraits = number("portraits");
        Self {
            rate: portraits / number("seconds"),
            processor: number("processor") * 1000.0 / portraits,
            resident: number("resident"),
            shared_once: told["shared_once"].as_f64(),
        }
    }

    fn once(&self) -> f64 {
        self.shared_once.unwrap_or(self.resident)
    }
}

fn table(rows: &[(Phase, Measured, Measured)]) -> String {
    let mut table = format!(
        "{AVATARS} avatars of base wearables, two cores, both pictures of each as PNG.\n\n\
        | | Portraits/s | Processor ms a portrait | Peak MiB, shared once | Peak MiB, resident |\n\
        | --- | ---: | ---: | ---: | ---: |\n"
    );
    for (phase, ours, theirs) in rows {
        let sides = [
            ("portrait", ours),
            ("Chromium, three.js on SwiftShader", theirs),
        ];
        for (who, of) in sides {
            let (name, rate, processor) = (phase.name(), of.rate, of.processor);
            let (once, resident) = (of.once(), of.resident);
            let _ = writeln!(
                table,
                "| {who}, {name} | {rate:.1} | {processor:.0} | {once:.0} | {resident:.0} |"
            );
        }
        let _ = writeln!(
            table,
            "| **ratio, {}** | {:.1} × | 1/{:.1} | 1/{:.1} | 1/{:.1} |",
            phase.name(),
            ours.rate / theirs.rate,
            theirs.processor / ours.processor,
            theirs.once() / ours.once(),
            theirs.resident / ours.resident
        );
    }
    table
}

fn main() {
    let Some(shelf) = Shelf::open() else {
        return;
    };
    let arguments: Vec<String> = std::env::args().collect();
    let asked = arguments.iter().position(|word| word == ours::WORK);
    if let Some(at) = asked {
        let warm = arguments.get(at + 1).is_some_and(|phase| phase == "warm");
        let phase = if warm { Phase::Warm } else { Phase::Cold };
        return ours::work(phase, &shelf);
    }
    let browser = rival::browser();
    let mut rows = Vec::new();
    for phase in [Phase::Cold, Phase::Warm] {
        let ours = ours::measure(phase);
        println!(
            "ours, {}: {:.1} portraits/s, {:.0} ms of processor, {:.0} MiB",
            phase.name(),
            ours.rate,
            ours.processor,
            ours.resident
        );
        let Some(browser) = &browser else { continue };
        let theirs = [1, 2].map(|workers| rival::measure(&shelf, browser, phase, workers));
        let [one, two] = theirs;
        rows.push((phase, ours, if one.rate > two.rate { one } else { two }));
    }
    if browser.is_none() {
        eprintln!("skipped: no Chromium on the PATH to stand beside it (or WORLDLOG_BROWSER)");
        return;
    }
    let table = table(&rows);
    println!("{table}");
    page::put("benchmarks.md", "portraits", &table);
}
