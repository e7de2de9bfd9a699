//! Portraits of this crate, in a process of their own: its peak of memory is then theirs.

use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use portrait::{Avatar, Library, Limits, Look, Scene, Shot, compose, png, render};
use serde_json::{Value, json};

use crate::avatars::Shelf;
use crate::{Measured, Phase};

const WORKERS: usize = 2;
/// Times that each avatar is drawn when everything is decoded.
const ROUNDS: usize = 12;
/// What the process is called with, and the phase.
pub(crate) const WORK: &str = "--work";

/// Times of the steps of one portrait.
struct Steps([Duration; 4]);

fn portrait(avatar: &Avatar, shelf: &Shelf, library: &Library) -> Steps {
    let mut at = Instant::now();
    let mut lap = || std::mem::replace(&mut at, Instant::now()).elapsed();
    let composition = compose(avatar, shelf, library).expect("a composition");
    let composed = lap();
    let scene = Scene::new(&composition, &shelf.pose);
    let posed = lap();
    let shots = [Shot::body(256, 512), Shot::face(256, 256)];
    let draw = |shot| render(&scene, &shot, &Look::default(), library.limits()).expect("a picture");
    let pictures = shots.map(draw);
    let drawn = lap();
    let bytes: usize = pictures
        .iter()
        .map(|picture| png(picture).expect("a file").len())
        .sum();
    assert!(bytes > 5_000);
    Steps([composed, posed, drawn, lap()])
}

/// Processor time of this process so far, seconds.
fn processor() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields);
    let ticks = fields.split(' ').skip(11).take(2);
    // A tick is a hundredth of a second on all common kernels.
    ticks
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

/// The most memory that this process has had, MiB.
fn peak_mib() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) / 1024.0
}

/// Draws `count` portraits on all workers; gives the mean of each step, ms.
fn run(count: usize, one: impl Fn(usize) -> Steps + Sync) -> [f64; 4] {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut sum = [Duration::ZERO; 4];
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                return sum;
            }
            let Steps(steps) = one(index);
            sum.iter_mut()
                .zip(steps)
                .for_each(|(sum, step)| *sum += step);
        }
    };
    let sums: Vec<[Duration; 4]> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(work)).collect();
        let sums = workers.into_iter();
        sums.map(|worker| worker.join().expect("a worker"))
            .collect()
    });
    std::array::from_fn(|step| {
        let sum: Duration = sums.iter().map(|sum| sum[step]).sum();
        sum.as_secs_f64() * 1000.0 / count as f64
    })
}

/// In a process of its own: draws, and says what that took as a line of JSON.
pub(crate) fn work(phase: Phase, shelf: &Shelf) {
    let avatars = shelf.avatars();
    let limits = Limits::default();
    let library = Library::new(limits);
    let of = |index: usize| &avatars[index % avatars.len()];
    let count = match phase {
        Phase::Cold => avatars.len(),
        Phase::Warm => {
            run(avatars.len(), |index| portrait(of(index), shelf, &library));
            avatars.len() * ROUNDS
        }
    };
    let (start, before) = (Instant::now(), processor());
    let steps = run(count, |index| match phase {
        Phase::Cold => portrait(of(index), shelf, &Library::new(limits)),
        Phase::Warm => portrait(of(index), shelf, &library),
    });
    let told = json!({
        "portraits": count, "seconds": start.elapsed().as_secs_f64(), "processor": processor() - before,
        "resident": peak_mib(), "steps": steps, "library": library.bytes() >> 20,
    });
    println!("{told}");
}

/// Measures a phase.
pub(crate) fn measure(phase: Phase) -> Measured {
    let program = std::env::current_exe().expect("this program");
    let output = Command::new(program)
        .args([WORK, phase.name()])
        .stderr(std::process::Stdio::inherit())
        .output();
    let output = output.expect("this program runs again");
    let told: Value = serde_json::from_slice(&output.stdout).expect("a line of JSON");
    let step = |index: usize| told["steps"][index].as_f64().unwrap_or(f64::NAN);
    println!(
        "ours, {}: compose {:.1} ms, pose {:.2} ms, draw {:.1} ms, encode {:.1} ms; {} MiB in the library",
        phase.name(),
        step(0),
        step(1),
        step(2),
        step(3),
        told["library"]
    );
    Measured::of(&told)
}
