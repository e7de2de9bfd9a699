//! Whatever happens to a log or a model, there is a result or an error, never a panic.
//!
//! Seeded: a failure names the round that made it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bundler::model::Material;
use bundler::read::read;
use bundler::{KeepTextures, Limits as Reading, NoFiles, Options, Profile, Source};
use lods::levels::{LevelOptions, write};
use lods::scene::{MergeOptions, Piece, merge};
use lods::{Limits, crdt, iss::Descriptor};

use crate::log::{Local, Log, float, int, message, text};
use crate::made::{ball, model, png, textured};
use crate::scenes::land;

/// Xorshift: enough to spread, the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % count.max(1) as u64) as usize
    }

    fn of(round: u64) -> Self {
        Self(0x9e37_79b9_7f4a_7c15 ^ (round + 1))
    }
}

fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len());
        match random.below(8) {
            0 => bytes.truncate(at),
            1 => bytes.extend_from_within(at..),
            2 => {
                let word = [0_u32, 1, u32::MAX, 0x7fc0_0000, 0x7f80_0000][random.below(5)];
                let end = (at + 4).min(bytes.len());
                bytes.splice(at..end, word.to_le_bytes());
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = random.below(256) as u8;
                }
            }
        }
    }
}

fn log() -> Vec<u8> {
    let mut log = Log::default();
    let mut parent = 0;
    for at in 0..12_u8 {
        let entity = log.entity();
        let mut local = Local::at([f32::from(at), 1.0, f32::from(at)]);
        local.turn(f32::from(at));
        local.parent = parent;
        log.transform(entity, &local);
        log.put(
            entity,
            1081,
            &[int(1, u64::from(at % 5)), int(2, 1)].concat(),
        );
        if at % 3 == 0 {
            log.model(entity, "models/a.glb");
            parent = entity;
        } else {
            log.shape(entity, u64::from(at % 4) + 1);
            let color = [float(1, 0.5), float(4, 0.5)].concat();
            let texture = message(1, &message(1, &text(1, "a.png")));
            log.put(
                entity,
                1017,
                &message(2, &[texture, message(7, &color)].concat()),
            );
        }
    }
    log.delete(parent);
    log.bytes
}

#[test]
fn changed_logs_end_well() {
    let (whole, limits) = (log(), Limits::default());
    let (mut right, mut wrong) = (0, 0);
    for round in 0..20_000 {
        let mut random = Random::of(round);
        let mut bytes = whole.clone();
        mutate(&mut bytes, &mut random);
        let result = catch_unwind(|| {
            let state = crdt::decode(&bytes, &limits)?;
            let places = state.models.iter().map(|placed| ("a", &placed.place));
            let json = Descriptor::new(places).json();
            serde_json::from_str::<Descriptor>(&json).expect("numbers only");
            Ok::<_, crdt::CrdtError>(())
        });
        match result.unwrap_or_else(|_| panic!("round {round} panicked")) {
            Ok(()) => right += 1,
            Err(_) => wrong += 1,
        }
    }
    assert!(right > 1000 && wrong > 1000, "{right} right, {wrong} wrong");
}

#[test]
fn changed_models_end_well() {
    let mut made = model("ball", ball([0.0; 3], 1.0, 8), Material::default());
    let uv = made.geometries[0].normals.iter().map(|n| [n[0], n[1]]);
    made.geometries[0].texcoords = vec![uv.collect()];
    let image = png(16, 16, |x, y| [x as u8 * 9, y as u8 * 9, 3, 200]);
    textured(&mut made, image, bundler::model::AlphaMode::Mask);
    let stored = bundler::store(made, &Options::new(Profile::Plain), &KeepTextures);
    let whole = stored.expect("a model of ours").output;
    let mut merged = 0;
    for round in 0..1500 {
        let mut random = Random::of(round);
        let mut bytes = whole.clone();
        mutate(&mut bytes, &mut random);
        let source = Source {
            path: "m.glb",
            bytes: &bytes,
            files: &NoFiles,
        };
        let Ok(read) = read(&source, &Reading::default()) else {
            continue;
        };
        let mut matrix = bundler::model::space::IDENTITY;
        matrix[random.below(16)] = [f64::MAX, f64::NAN, -1e9, 1e-9, 3.0][random.below(5)];
        let stored = Options::new([Profile::Plain, Profile::Gltf][random.below(2)]);
        let mut options = MergeOptions::new(stored);
        options.triangles_per_parcel = [10, 500][random.below(2)];
        options.atlas_side_min = 64;
        options.atlas_side_max = [64, 256][random.below(2)];
        let models = [read.model];
        let pieces = [Piece { model: 0, matrix }];
        let result = catch_unwind(AssertUnwindSafe(|| {
            let _ = write(&models[0], &LevelOptions::default(), &stored, &KeepTextures);
            merge(&models, &pieces, &land(&[[0, 0]]), &options, &KeepTextures)
        }));
        let result = result.unwrap_or_else(|_| panic!("round {round} panicked"));
        if let Ok(result) = result {
            merged += 1;
            assert!(result.stats.triangles_out <= options.triangles_per_parcel);
        }
    }
    assert!(merged > 100, "only {merged} were merged");
}
