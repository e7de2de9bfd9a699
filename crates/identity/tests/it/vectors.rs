//! `vectors/auth-vectors.json`, entry by entry.
//!
//! Its `platform` answers are those of @dcl/platform-crypto-middleware 1.1.0. Where the 6.x rules
//! we follow differ, the entry is listed in [`ours`]; everything else must match to the letter.

use identity::chain::{AuthChain, DenyContractWallets, validate};
use identity::signed_fetch::{Options, SignedRequest, verify};
use serde_json::{Value, json};

use crate::data;

/// Our answer where it differs from 1.1.0's: (status, start of the message), status 0 for accepted.
fn ours(name: &str) -> Option<(u64, &'static str)> {
    match name {
        // Verbatim payloads are what 6.x signs.
        "B verbatim" => Some((0, "")),
        // The parser's own text, V8's there and serde_json's here.
        "R8 bad json link" => Some((400, "Invalid chain format: ")),
        // The downgrade hole.
        "R11 recased metadata (folded chain)" => Some((400, "Invalid chain metadata: \"signer\"")),
        // The vector's answer is the core function's; through HTTP it is a 401 that names the
        // folded payload, tried last.
        "R12 recased metadata (verbatim chain)" => Some((401, "Invalid signature: ERROR: Invalid")),
        _ => None,
    }
}

fn answer(vector: &Value) -> Value {
    let headers = vector["headers"]
        .as_object()
        .expect("an HTTP vector has headers");
    let header = |name: &str| headers.get(name).and_then(Value::as_str).map(str::to_owned);
    let request = SignedRequest {
        method: vector["method"].as_str().unwrap_or("POST"),
        paths: &[vector["path"].as_str().unwrap_or("/v1/Places/42")],
        header: &header,
        now_ms: vector["now"].as_i64().unwrap_or(1_767_225_600_000),
    };
    match verify(&request, &Options::default(), &DenyContractWallets) {
        Ok(who) => json!({ "ok": true, "auth": who.address, "authMetadata": who.metadata }),
        Err(error) => json!({ "ok": false, "status": error.status, "message": error.message }),
    }
}

#[test]
fn http_vectors_are_answered_as_recorded() {
    let Some(path) = data::spine("vectors/auth-vectors.json") else {
        return;
    };
    let file = data::json(&path);
    let vectors = file["vectors"].as_array().expect("the file lists vectors");
    let mut checked = 0;
    for vector in vectors
        .iter()
        .filter(|vector| vector.get("headers").is_some())
    {
        let name = vector["name"].as_str().expect("a vector has a name");
        let answer = answer(vector);
        match ours(name) {
            None => assert_eq!(answer, vector["platform"], "{name}"),
            Some((0, _)) => assert_eq!(answer["ok"], true, "{name}: {answer}"),
            Some((status, start)) => {
                assert_eq!(answer["status"], status, "{name}");
                let message = answer["message"].as_str().expect("a refusal has a message");
                assert!(message.starts_with(start), "{name}: {message}");
            }
        }
        checked += 1;
    }
    assert_eq!(checked, 15);
}

#[test]
fn core_vectors_are_answered_as_recorded() {
    let Some(path) = data::spine("vectors/auth-vectors.json") else {
        return;
    };
    let file = data::json(&path);
    let vectors = file["vectors"].as_array().expect("the file lists vectors");
    let mut checked = 0;
    for vector in vectors.iter().filter(|vector| vector.get("core").is_some()) {
        let links = match vector.get("chain") {
            Some(chain) => chain.clone(),
            None => (0..10)
                .map_while(|index| {
                    vector["headers"][format!("x-identity-auth-chain-{index}")].as_str()
                })
                .map(|text| serde_json::from_str::<Value>(text).expect("links are JSON"))
                .collect(),
        };
        let chain: AuthChain = serde_json::from_value(links).expect("the vector has a chain");
        let text = |pointer: &str| vector[pointer].as_str();
        let metadata = vector["headers"]["x-identity-metadata"]
            .as_str()
            .unwrap_or_default();
        let expected = match (text("final"), text("name")) {
            (Some(expected), _) => expected.to_owned(),
            // The lone signer "proves" its own payload.
            (None, Some("R6 single link")) => chain.links()[0].payload.clone(),
            _ => format!("post:/v1/places/42:1767225600000:{metadata}"),
        };
        let date_ms = vector["at"].as_i64().unwrap_or(1_767_225_600_000);
        let outcome = validate(&chain, &expected, date_ms, &DenyContractWallets);
        let answer = match outcome {
            Ok(()) => json!({ "ok": true }),
            Err(error) => json!({ "ok": false, "message": error.to_string() }),
        };
        assert_eq!(answer, vector["core"], "{}", vector["name"]);
        checked += 1;
    }
    assert_eq!(checked, 5);
}
