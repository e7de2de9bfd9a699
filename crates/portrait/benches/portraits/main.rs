//! Portraits a second: both pictures of an avatar, 256 by 512 and 256 by 256, as PNG files.
//!
//! `cargo bench -p portrait --bench portraits`. With `PORTRAIT_EXPORT=FILE` the avatars are written there too,
//! for the browser beside it (`chromium/`) to draw.

#[expect(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/pack.rs"]
mod pack;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use portrait::{
    Avatar, Category, Colour, Library, Limits, Look, Scene, Shot, compose, png, render,
};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde_json::json;

const WORKERS: usize = 2;
const AVATARS: usize = 32;

/// Avatars that wear one item of each category, by chance.
fn avatars(pack: &pack::Pack) -> Vec<Avatar> {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let shapes = ["basemale", "basefemale"];
    (0..AVATARS)
        .map(|index| {
            let body_shape = format!(
                "urn:decentraland:off-chain:base-avatars:{}",
                shapes[index % 2]
            );
            let mut choices: BTreeMap<Category, Vec<&str>> = BTreeMap::new();
            for wearable in pack.assets.wearables() {
                if wearable.representation(&body_shape).is_some()
                    && wearable.category != Category::BodyShape
                {
                    choices
                        .entry(wearable.category)
                        .or_default()
                        .push(&wearable.urn);
                }
            }
            let mut pick =
                |items: &Vec<&str>| items[random.next_u32() as usize % items.len()].to_owned();
            let wearables = choices.values().map(&mut pick).collect();
            let mut colour = || {
                let [r, g, b] = [(); 3].map(|()| f64::from(random.next_u32() % 256) / 255.0);
                Colour { r, g, b }
            };
            let (eyes, hair, skin) = (colour(), colour(), colour());
            Avatar {
                body_shape,
                wearables,
                force_render: Vec::new(),
                eyes,
                hair,
                skin,
            }
        })
        .collect()
}

fn export(avatars: &[Avatar], file: &str) {
    let colour = |c: Colour| json!({"color": {"r": c.r, "g": c.g, "b": c.b}});
    let wire = avatars.iter().map(|avatar| {
        json!({
            "bodyShape": avatar.body_shape, "wearables": avatar.wearables,
            "eyes": colour(avatar.eyes), "hair": colour(avatar.hair), "skin": colour(avatar.skin)
        })
    });
    let wire: Vec<_> = wire.collect();
    std::fs::write(file, json!(wire).to_string()).expect("a written file");
}

/// Times of the steps of one portrait.
#[derive(Default, Clone, Copy)]
struct Steps([Duration; 4]);

fn portrait(avatar: &Avatar, pack: &pack::Pack, library: &Library) -> Steps {
    let mut at = Instant::now();
    let mut lap = || std::mem::replace(&mut at, Instant::now()).elapsed();
    let composition = compose(avatar, &pack.assets, library).expect("a composition");
    let composed = lap();
    let scene = Scene::new(&composition, &pack.pose);
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

/// Processor time of this process so far, where the system tells. What other programs on the machine do
/// changes it less than the time on the wall.
fn processor_ms() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ').skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    // A tick is a hundredth of a second on all common kernels.
    Some((ticks()? + ticks()?) * 10.0)
}

/// Draws `count` portraits on all workers; reports how long it took and the mean of each step.
fn run(name: &str, count: usize, one: impl Fn(usize) -> Steps + Sync) {
    let next = AtomicUsize::new(0);
    let before = processor_ms();
    let start = Instant::now();
    let sums: Vec<[Duration; 4]> = std::thread::scope(|scope| {
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
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("a worker"))
            .collect()
    });
    let elapsed = start.elapsed();
    let mean = |step: usize| {
        let sum: Duration = sums.iter().map(|sum| sum[step]).sum();
        sum.as_secs_f64() * 1000.0 / count as f64
    };
    let [composed, posed, drawn, encoded] = std::array::from_fn(mean);
    let processor = before
        .zip(processor_ms())
        .map(|(before, after)| (after - before) / count as f64);
    let rate = count as f64 / elapsed.as_secs_f64();
    println!(
        "{name:<8} {count:>5} portraits {rate:>7.1} /s, processor {:.1} ms each",
        processor.unwrap_or(0.0)
    );
    println!(
        "         on the wall: compose {composed:.1} ms, pose {posed:.2} ms, draw {drawn:.1} ms, encode {encoded:.1} ms"
    );
}

fn main() {
    let Some(pack) = pack::Pack::open("the bench of portraits") else {
        return;
    };
    let avatars = avatars(&pack);
    if let Ok(file) = std::env::var("PORTRAIT_EXPORT") {
        export(&avatars, &file);
    }
    let limits = Limits::default();
    println!("{WORKERS} threads, an avatar on each");
    // Every avatar from its files.
    run("cold", avatars.len(), |index| {
        portrait(&avatars[index], &pack, &Library::new(limits))
    });
    let library = Library::new(limits);
    run("filling", avatars.len(), |index| {
        portrait(&avatars[index], &pack, &library)
    });
    let count = avatars.len() * 12;
    run("cached", count, |index| {
        portrait(&avatars[index % avatars.len()], &pack, &library)
    });
    println!(
        "the library holds {:.1} MiB",
        library.bytes() as f64 / f64::from(1 << 20)
    );
}
