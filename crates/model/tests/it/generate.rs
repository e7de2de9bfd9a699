//! Random events of a pair, tame and wild, from its schema and a seed.

use model::schema::{Field, Schema, Shape};
use serde_json::{Map, Value, json};

/// A small deterministic source of choices (splitmix64).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// One in `n`.
    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn text(&mut self) -> String {
        const SOME: [&str; 7] = [
            "",
            "0xABC",
            "ü ≠ \"q\"\n",
            "a b",
            "null",
            "-1,2",
            "\u{1F600}",
        ];
        let n = self.below(SOME.len() as u64);
        SOME[n as usize].to_owned()
    }
}

/// An event that `check` must take.
pub(crate) fn event(schema: &Schema, dice: &mut Dice) -> Value {
    let mut event = Map::new();
    for field in schema.fields().iter().filter(|f| f.name != "extra") {
        match field.name.as_str() {
            "type" | "subType" => drop(event.insert(field.name.clone(), field.default.clone())),
            "key" | "timestamp" => {
                if field.required || dice.one_in(2) {
                    event.insert(
                        field.name.clone(),
                        required(field, strip(&field.shape), dice),
                    );
                }
            }
            _ => member(field, &mut event, dice),
        }
    }
    if schema.name.starts_with("catalyst-deployment/") || schema.name == "world/deployment" {
        deployment(schema, &mut event, dice);
    }
    wild_members(&mut event, dice);
    Value::Object(event)
}

fn deployment(schema: &Schema, event: &mut Map<String, Value>, dice: &mut Dice) {
    let mut entity = wild_object(dice, 2);
    for known in [
        "type",
        "entityType",
        "id",
        "localTimestamp",
        "timestamp",
        "entityTimestamp",
    ] {
        entity.shift_remove(known);
    }
    let chain = json!([{"type": "SIGNER", "payload": "0xAb", "x": dice.below(3)}]);
    entity.insert("entityId".into(), json!("bafkreiA"));
    entity.insert("pointers".into(), json!(["0,0", "Urn:X"]));
    entity.insert(
        "entityTimestamp".into(),
        json!(1_767_225_600_000_i64 + dice.below(9) as i64),
    );
    entity.insert("authChain".into(), chain.clone());
    event.insert("entity".into(), Value::Object(entity));
    if schema.name.starts_with("catalyst-deployment/") {
        event.insert("authChain".into(), chain);
        event.insert("contentServerUrls".into(), json!(["https://peer/content"]));
    }
}

fn strip(shape: &Shape) -> &Shape {
    match shape {
        Shape::Nullable(inner) => inner,
        shape => shape,
    }
}

/// Puts a member, or not: an optional one may be absent, null, or of another type.
fn member(field: &Field, into: &mut Map<String, Value>, dice: &mut Dice) {
    let nullable = matches!(field.shape, Shape::Nullable(_));
    let value = match (field.required, nullable) {
        (true, true) if dice.one_in(3) => Value::Null,
        (true, _) => required(field, strip(&field.shape), dice),
        (false, _) => match dice.below(5) {
            0 => return,
            1 => Value::Null,
            2 => wild(dice, 2),
            _ => required(field, strip(&field.shape), dice),
        },
    };
    into.insert(field.name.clone(), value);
}

fn required(field: &Field, shape: &Shape, dice: &mut Dice) -> Value {
    let least = field.minimum.unwrap_or(-9.0);
    match shape {
        Shape::Boolean => json!(dice.one_in(2)),
        Shape::Text => json!(dice.text()),
        Shape::Json => Value::Object(wild_object(dice, 2)),
        Shape::Long | Shape::Double => number(least, dice),
        Shape::Array(items) => {
            let count = field.min_items.unwrap_or(0) as u64 + dice.below(3);
            let plain = Field {
                minimum: None,
                min_items: None,
                ..field.clone()
            };
            (0..count).map(|_| required(&plain, items, dice)).collect()
        }
        Shape::Record(fields) => {
            let mut members = Map::new();
            for field in fields {
                member(field, &mut members, dice);
            }
            wild_members(&mut members, dice);
            Value::Object(members)
        }
        Shape::Nullable(inner) => required(field, inner, dice),
    }
}

fn number(least: f64, dice: &mut Dice) -> Value {
    match dice.below(10) {
        0 => json!(least + 1.5),
        1 => json!(1e300),
        2 => json!(u64::MAX),
        3 => json!(i64::MAX),
        4 => json!(9_007_199_254_740_993_i64),
        5 => json!(least + 2.0),
        6 => json!(9.3e18),
        _ => json!(least as i64 + 1 + dice.below(2_000_000_000_000) as i64),
    }
}

/// Sometimes adds members nobody knows, `extra` among them.
fn wild_members(into: &mut Map<String, Value>, dice: &mut Dice) {
    for name in ["unknown", "extra", "0", ""] {
        if dice.one_in(6) && !into.contains_key(name) {
            into.insert(name.to_owned(), wild(dice, 2));
        }
    }
}

fn wild_object(dice: &mut Dice, depth: u64) -> Map<String, Value> {
    let count = dice.below(4);
    (0..count)
        .map(|i| (format!("m{i}"), wild(dice, depth)))
        .collect()
}

fn wild(dice: &mut Dice, depth: u64) -> Value {
    match dice.below(if depth == 0 { 4 } else { 6 }) {
        0 => Value::Null,
        1 => json!(dice.one_in(2)),
        2 => number(-5.0, dice),
        3 => json!(dice.text()),
        4 => {
            let count = dice.below(3);
            (0..count).map(|_| wild(dice, depth - 1)).collect()
        }
        _ => Value::Object(wild_object(dice, depth - 1)),
    }
}
