//! Adds what is new in `schemas/` to `schemas/ids.json`, and a sample of each new version to `schemas/samples/`.
//!
//! A changed schema becomes a new version. First copy the published file to `<name>.v<N>.avsc`; this refuses to go on
//! without it, because published bytes must be readable for ever. Run twice: ids first, then (compiled in) samples.
//!
//! `cargo run -p model --example publish_schemas`

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use model::dynamic::encode_json;
use model::registry::{Published, Registry, paths, published};
use model::schema::{Field, Shape};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    let lines = publish(&root)?;
    let samples = samples(&root)?;
    println!("{} schemas published, {samples} samples added", lines.len());
    if lines.len() > published().len() {
        println!("run again to write the samples of the new ones");
    }
    Ok(())
}

/// The fingerprint of a schema file.
fn fingerprint(root: &Path, path: &str) -> Result<String> {
    let text = fs::read_to_string(root.join(path)).map_err(|e| format!("{path}: {e}"))?;
    let schema = apache_avro::Schema::parse_str(&text).map_err(|e| format!("{path}: {e}"))?;
    Ok(hex::encode(Sha256::digest(schema.canonical_form())))
}

fn publish(root: &Path) -> Result<Vec<Published>> {
    let mut lines = published();
    for path in paths().filter(|p| !is_old(p)) {
        let name = path.trim_end_matches(".avsc");
        let fingerprint = fingerprint(root, path)?;
        let last = lines.iter().rposition(|l| l.name == name);
        let version = match last {
            Some(i) if lines[i].fingerprint == fingerprint => continue,
            Some(i) => {
                let old = format!("{name}.v{}.avsc", lines[i].version);
                if self::fingerprint(root, &old).ok().as_ref() != Some(&lines[i].fingerprint) {
                    return Err(
                        format!("{path} changed: first copy the published file to {old}").into(),
                    );
                }
                lines[i].path = old;
                lines[i].version + 1
            }
            None => 1,
        };
        lines.push(Published {
            id: lines.len() as u32 + 1,
            name: name.to_owned(),
            version,
            fingerprint,
            path: path.to_owned(),
        });
    }
    write_lines(&root.join("ids.json"), &lines)?;
    Ok(lines)
}

/// Whether a file is an earlier version: `<name>.v<N>.avsc`.
fn is_old(path: &str) -> bool {
    let stem = path.trim_end_matches(".avsc");
    stem.rsplit_once(".v")
        .is_some_and(|(_, n)| n.parse::<u32>().is_ok())
}

/// One sample a version, one file a domain; what is there is never touched.
fn samples(root: &Path) -> Result<usize> {
    let mut files: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut added = 0;
    for schema in Registry::global().schemas() {
        let domain = schema.name.split('/').next().unwrap_or_default().to_owned();
        let path = root.join(format!("samples/{domain}.json"));
        let samples = files.entry(domain).or_insert_with(|| {
            let text = fs::read_to_string(&path).unwrap_or_else(|_| "[]".to_owned());
            serde_json::from_str(&text).expect("samples are a JSON list")
        });
        if samples.iter().any(|s| s["id"] == schema.id) {
            continue;
        }
        let value = Value::Object(record(schema.fields()));
        let bytes = encode_json(schema, &value)?;
        samples.push(
            json!({"id": schema.id, "name": schema.name, "version": schema.version,
            "value": value, "bytes": hex::encode(bytes)}),
        );
        added += 1;
    }
    fs::create_dir_all(root.join("samples"))?;
    for (domain, samples) in files {
        write_lines(&root.join(format!("samples/{domain}.json")), &samples)?;
    }
    Ok(added)
}

fn record(fields: &[Field]) -> Map<String, Value> {
    let mut members = Map::new();
    for field in fields.iter().filter(|f| f.name != "extra") {
        let value = match field.default.as_str() {
            Some(text) if !text.is_empty() && field.shape == Shape::Text => json!(text),
            _ => sample(&field.shape, &field.name),
        };
        members.insert(field.name.clone(), value);
    }
    members
}

fn sample(shape: &Shape, name: &str) -> Value {
    match shape {
        Shape::Boolean => json!(true),
        Shape::Long => json!(1_767_225_600_000_i64),
        Shape::Double => json!(2.5),
        Shape::Text => json!(format!("a {name}")),
        Shape::Json => json!({"id": "bafkreisample", "n": 1.5, "none": null}),
        Shape::Array(items) => json!([sample(items, name)]),
        Shape::Nullable(inner) => sample(inner, name),
        Shape::Record(fields) => Value::Object(record(fields)),
    }
}

/// A JSON list with one line an item: a small diff when one is added.
fn write_lines<T: serde::Serialize>(path: &Path, items: &[T]) -> Result<()> {
    let lines: Vec<String> = items
        .iter()
        .map(serde_json::to_string)
        .collect::<std::result::Result<_, _>>()?;
    fs::write(path, format!("[\n{}\n]\n", lines.join(",\n")))?;
    Ok(())
}
