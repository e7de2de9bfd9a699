//! Draft.
use bundler::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
fn cpu() -> f64 {
    let s = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    s.split(' ')
        .next()
        .and_then(|n| n.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 1e9
}
fn main() {
    let root = Path::new("/work/shared/data/assets");
    let corpus: serde_json::Value =
        serde_json::from_slice(&fs::read(root.join("corpus.json")).unwrap()).unwrap();
    let out = Path::new("/tmp/b/out");
    fs::create_dir_all(out).unwrap();
    let profile = if std::env::var("PLAIN").is_ok() {
        Profile::Plain
    } else {
        Profile::Gltf
    };
    let (mut total, mut non, mut json, mut t) = (0, 0, 0, 0.0);
    let mut bad = 0;
    for m in corpus.as_array().unwrap() {
        let id = m["id"].as_str().unwrap();
        let file = m["file"].as_str().unwrap();
        let dir = root.join("models").join(id);
        let mut files = BTreeMap::new();
        let mut stack = vec![dir.clone()];
        while let Some(d) = stack.pop() {
            for e in fs::read_dir(d).unwrap().flatten() {
                if e.path().is_dir() {
                    stack.push(e.path());
                    continue;
                }
                files.insert(
                    e.path()
                        .strip_prefix(&dir)
                        .unwrap()
                        .to_string_lossy()
                        .into_owned(),
                    fs::read(e.path()).unwrap(),
                );
            }
        }
        let name = file.split_once('/').unwrap().1;
        let bytes = files[name].clone();
        let a = cpu();
        let c = convert(
            &Source {
                path: name,
                bytes: &bytes,
                files: &files,
            },
            &Options::new(profile),
            &KeepTextures,
        );
        let d = cpu() - a;
        t += d;
        if c.outcome != Outcome::Converted
            || c.rung
                != Some(if profile == Profile::Gltf {
                    Rung::Full
                } else {
                    Rung::Exact
                })
            || c.reason.is_some()
        {
            bad += 1;
            println!("{id}: {:?} {:?} {:?}", c.outcome, c.rung, c.reason);
        }
        let j = u32::from_le_bytes(c.output[12..16].try_into().unwrap());
        let n = c.output.len() - c.stats.image_bytes_out;
        if std::env::var("V").is_ok() {
            println!("{id}\t{}\t{n}\t{j}\t{d:.4}", c.output.len());
        }
        total += c.output.len();
        non += n;
        json += j;
        fs::write(out.join(format!("{id}.glb")), &c.output).unwrap();
    }
    println!("total {total} non {non} json {json} cpu {t:.3} bad {bad}");
}
