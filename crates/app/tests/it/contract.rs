//! The outer contract, asked from outside: start, ready file, configuration, mounts, errors, feeding, operator routes.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use crate::http::{POSITION, get, operator, post, records, send, settle, topics};
use crate::process::{Launch, Program, Scratch, TOKEN};

fn gateways(program: &Program) -> Vec<String> {
    let names = program.ready["gateways"]
        .as_array()
        .expect("the ready file names the gateways");
    names
        .iter()
        .map(|name| name.as_str().expect("a name is text").to_owned())
        .collect()
}

#[tokio::test]
async fn the_ready_file_says_where_who_and_what() {
    let scratch = Scratch::new();
    let up = Launch::up(&scratch, "up");
    let program = up.start().await;
    let port = program
        .url
        .strip_prefix("http://127.0.0.1:")
        .expect("the url is that of the listener");
    assert_ne!(port.parse::<u16>().expect("a port"), 0);
    assert_eq!(program.ready["pid"], program.pid());
    assert!(
        program.ready["version"]
            .as_str()
            .is_some_and(|v| !v.is_empty()),
        "{}",
        program.ready
    );
    let names = gateways(&program);
    for name in ["catalyst", "deployments", "events-notifier", "operator"] {
        assert!(
            names.iter().any(|n| n == name),
            "{name} is not in {names:?}"
        );
    }
    for file in ["log.db", "store.db"] {
        assert!(
            up.data().join(file).is_file(),
            "{file} is in the data folder"
        );
    }
}

#[tokio::test]
async fn every_gateway_answers_at_its_path_and_at_its_host() {
    let scratch = Scratch::new();
    let program = Launch::up(&scratch, "up").start().await;
    for name in gateways(&program) {
        for path in ["/health/live", "/health/ready", "/openapi.json"] {
            let below = send(get(&program.at(&format!("/{name}{path}"))))
                .await
                .expect(200);
            let host = get(&program.at(path)).header("host", format!("{name}.localhost:8080"));
            let alone = send(host).await.expect(200);
            assert_eq!(below.json(), alone.json(), "{name}{path}");
        }
        let openapi = send(get(&program.at(&format!("/{name}/openapi.json"))))
            .await
            .json();
        assert!(
            openapi["openapi"]
                .as_str()
                .is_some_and(|v| v.starts_with("3.")),
            "{name}"
        );
        assert!(
            openapi["paths"]
                .as_object()
                .is_some_and(|paths| !paths.is_empty()),
            "{name}"
        );
    }
    let elsewhere = get(&program.at("/openapi.json")).header("host", "catalyst.example");
    send(elsewhere).await.expect(404);
    // The process's own, for pods that have no gateway.
    for path in ["/health/live", "/health/ready"] {
        send(get(&program.at(path))).await.expect(200);
    }
}

#[tokio::test]
async fn the_index_names_every_gateway_for_people_and_for_programs() {
    let scratch = Scratch::new();
    let program = Launch::up(&scratch, "up").start().await;
    let page = send(get(&program.at("/")).header("accept", "text/html"))
        .await
        .expect(200);
    assert!(
        page.header("content-type")
            .is_some_and(|kind| kind.starts_with("text/html"))
    );
    let index = send(get(&program.at("/")).header("accept", "application/json"))
        .await
        .expect(200)
        .text();
    for name in gateways(&program) {
        assert!(
            page.text().contains(&format!("/{name}/")),
            "{name} is not on the page"
        );
        assert!(
            index.contains(&format!("\"{name}\"")),
            "{name} is not in {index}"
        );
    }
}

#[tokio::test]
async fn metrics_are_in_the_text_format() {
    let scratch = Scratch::new();
    let program = Launch::up(&scratch, "up").start().await;
    send(get(&program.at("/catalyst/content/status"))).await;
    let metrics = send(get(&program.at("/metrics"))).await.expect(200);
    assert!(
        metrics
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("text/plain"))
    );
    let text = metrics.text();
    assert!(
        text.lines().any(|line| line.starts_with("# TYPE ")),
        "{text}"
    );
    for line in text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
    {
        let number = line.rsplit(' ').next().expect("a line is not empty");
        assert!(number.parse::<f64>().is_ok(), "no number in {line}");
    }
}

#[tokio::test]
async fn an_unknown_path_is_answered_in_the_error_envelope() {
    let scratch = Scratch::new();
    let program = Launch::up(&scratch, "up").start().await;
    for path in ["/nowhere", "/operator/nowhere", "/deployments/nowhere"] {
        let answer = send(get(&program.at(path))).await.expect(404);
        let error = answer.json();
        for member in ["error", "message", "requestId"] {
            assert!(
                error[member].as_str().is_some_and(|text| !text.is_empty()),
                "{path}: no {member} in {error}"
            );
        }
        assert_eq!(
            answer.header("x-request-id"),
            error["requestId"].as_str(),
            "{path}"
        );
    }
}

#[tokio::test]
async fn feeding_needs_the_operator_token() {
    let scratch = Scratch::new();
    let program = Launch::up(&scratch, "up").start().await;
    let url = program.at("/events-notifier/events");
    send(post(&url, &tick(1))).await.expect(401);
    send(post(&url, &tick(1)).bearer_auth("not the token"))
        .await
        .expect(401);
    send(post(&url, &tick(1)).bearer_auth(TOKEN))
        .await
        .expect(202);
    let unset = Launch::verb(&scratch, "unset", &["up", "--listen", "127.0.0.1:0"]).ready_file();
    let unset = unset.start().await;
    let refused = send(post(&unset.at("/events-notifier/events"), &tick(1)).bearer_auth(TOKEN))
        .await
        .expect(403);
    assert!(
        refused.text().contains("operator.token"),
        "it says why: {}",
        refused.text()
    );
    send(get(&unset.at("/operator/topics"))).await.expect(200);
}

#[tokio::test]
async fn the_environment_sets_what_flags_would() {
    let scratch = Scratch::new();
    let secret = scratch.path("token");
    fs::write(&secret, format!("{TOKEN}\n")).expect("the scratch folder is writable");
    let up = Launch::verb(&scratch, "up", &["up"])
        .ready_file()
        .environment("WORLDLOG__LISTEN", "127.0.0.1:0")
        .environment(
            "WORLDLOG__DATA",
            scratch.path("elsewhere").to_string_lossy(),
        )
        .environment("WORLDLOG__OPERATOR__TOKEN_FILE", secret.to_string_lossy())
        .environment("WORLDLOG__OPERATOR__TOKKEN", "x");
    let program = up.start().await;
    assert!(scratch.path("elsewhere").join("log.db").is_file());
    send(post(&program.at("/events-notifier/events"), &tick(1)).bearer_auth(TOKEN))
        .await
        .expect(202);
    assert!(
        program.log().contains("WORLDLOG__OPERATOR__TOKKEN"),
        "an unknown variable is warned of"
    );
}

#[tokio::test]
async fn an_unknown_key_of_a_file_stops_the_start_and_names_the_nearest() {
    let scratch = Scratch::new();
    let file = scratch.path("worldlog.toml");
    fs::write(&file, "[operator]\ntokken = \"x\"\n").expect("the scratch folder is writable");
    let stopped = Launch::up(&scratch, "up")
        .argument("--config")
        .argument(&file)
        .finish()
        .await;
    assert_eq!(stopped.code, Some(2), "{}", stopped.output);
    for word in ["operator.tokken", "operator.token"] {
        assert!(
            stopped.output.contains(word),
            "no {word} in {}",
            stopped.output
        );
    }
    assert_eq!(
        Launch::verb(&scratch, "usage", &["uup"])
            .finish()
            .await
            .code,
        Some(2)
    );
}

#[tokio::test]
async fn events_are_fed_one_by_one_as_an_array_or_as_lines() {
    let scratch = Scratch::new();
    let program = Launch::up(&scratch, "up").start().await;
    let url = program.at("/events-notifier/events");
    let one = send(post(&url, &seen(0)).bearer_auth(TOKEN))
        .await
        .expect(202);
    assert_eq!(one.json()["accepted"], 1);
    assert_eq!(one.json()["position"].as_str(), one.header(POSITION));
    let array = send(post(&url, &json!([seen(1), seen(2)])).bearer_auth(TOKEN))
        .await
        .expect(202);
    assert_eq!(array.json()["accepted"], 2);
    let lines = format!("{}\n{}\n", seen(3), seen(4));
    let lines = post(&url, &Value::Null)
        .header("content-type", "application/x-ndjson")
        .body(lines);
    let lines = send(lines.bearer_auth(TOKEN)).await.expect(202);
    assert_eq!(lines.json()["accepted"], 2);
    send(post(&url, &json!([seen(4), seen(0)])).bearer_auth(TOKEN))
        .await
        .expect(202);
    settle(&program).await;
    assert_eq!(
        fed(&program).await,
        [0, 1, 2, 3, 4],
        "the same event again counts once"
    );
}

#[tokio::test]
async fn a_bad_event_is_named_and_nothing_of_its_request_is_taken() {
    let scratch = Scratch::new();
    let program = Launch::up(&scratch, "up").start().await;
    let url = program.at("/events-notifier/events");
    let mut without_address = seen(1);
    without_address["metadata"]["userAddress"] = json!(7);
    let unknown =
        json!({ "type": "client", "subType": "flew", "key": "k", "timestamp": 1, "metadata": {} });
    for bad in [
        without_address,
        unknown,
        json!({ "type": "client" }),
        json!("text"),
        json!(null),
    ] {
        let refused = send(post(&url, &json!([seen(0), bad, seen(2)])).bearer_auth(TOKEN)).await;
        let refused = refused.expect(400);
        let refused = refused.json();
        assert_eq!(refused["index"], 1, "{bad}: {refused}");
        assert!(refused["reason"].is_string(), "{bad}: {refused}");
    }
    send(post(&url, &json!([])).bearer_auth(TOKEN)).await;
    settle(&program).await;
    assert_eq!(fed(&program).await, [0_u64; 0]);
}

#[tokio::test]
async fn the_operator_gateway_tells_topics_records_processors_and_schemas() {
    let scratch = Scratch::new();
    let program = Launch::up(&scratch, "up").start().await;
    let fed = send(post(&program.at("/events-notifier/events"), &seen(0)).bearer_auth(TOKEN)).await;
    fed.expect(202);
    settle(&program).await;
    let names: BTreeSet<String> = topics(&program)
        .await
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    for name in ["deployments", "user.actions", "badge.events"] {
        assert!(names.contains(name), "{name} is not in {names:?}");
    }
    let record = records(&program, "user.actions")
        .await
        .pop()
        .expect("the event is in the log");
    assert_eq!(
        record["value"],
        seen(0),
        "a decoded event is the JSON it came in as"
    );
    for member in [
        "topic",
        "partition",
        "offset",
        "timestamp",
        "key",
        "headers",
        "value",
    ] {
        assert!(record.get(member).is_some(), "no {member} in {record}");
    }
    for path in ["/processors", "/effects", "/dlq", "/generations"] {
        let answer = operator(&program, path).await.expect(200).json();
        assert!(answer.is_array() || answer.is_object(), "{path}: {answer}");
    }
    for processor in operator(&program, "/processors")
        .await
        .json()
        .as_array()
        .expect("a list")
    {
        assert!(
            processor["name"].is_string() && processor["input"].is_string(),
            "{processor}"
        );
        assert_eq!(processor["lag"], 0, "{processor}");
    }
    let subjects = operator(&program, "/registry/subjects")
        .await
        .expect(200)
        .json();
    let subject = subjects[0].as_str().expect("there are subjects").to_owned();
    let latest = operator(
        &program,
        &format!("/registry/subjects/{subject}/versions/latest"),
    )
    .await;
    let latest = latest.expect(200).json();
    let by_id = operator(&program, &format!("/registry/schemas/ids/{}", latest["id"]))
        .await
        .expect(200)
        .json();
    assert_eq!(by_id["schema"], latest["schema"]);
}

#[tokio::test]
async fn an_answer_names_the_generation_of_what_it_read() {
    let scratch = Scratch::new();
    let program = Launch::up(&scratch, "up").start().await;
    let url = program.at("/catalyst/content/entities/active");
    let answer = send(post(&url, &json!({ "pointers": ["0,0"] })))
        .await
        .expect(200);
    let generation = answer
        .header("x-worldlog-generation")
        .expect("a read names its generation");
    let (model, number) = generation.split_once('=').expect("READ_MODEL=N");
    assert!(
        !model.is_empty() && number.parse::<u32>().is_ok(),
        "{generation}"
    );
    let wrong =
        post(&url, &json!({ "pointers": ["0,0"] })).header("x-worldlog-generation", "nonsense");
    send(wrong).await.expect(400);
}

/// Numbers of the events of `seen` that are in the log, in its order.
async fn fed(program: &Program) -> Vec<u64> {
    let records = records(program, "user.actions").await;
    let numbers = records.iter().map(|record| {
        let key = record["value"]["key"].as_str().expect("an event has a key");
        key.strip_prefix("seen-")
            .and_then(|n| n.parse().ok())
            .expect("keys are ours")
    });
    numbers.collect()
}

/// An event of one person.
fn seen(number: u64) -> Value {
    json!({
        "type": "client", "subType": "passport-opened", "key": format!("seen-{number}"), "timestamp": 1_767_225_600_000_u64 + number,
        "metadata": {
            "authChain": [], "userAddress": "0x14791697260e4c9a71f18484c9f997b308e59325", "sessionId": "s", "realm": "main",
            "timestamp": "2026-01-01T00:00:00.000Z", "timestamps": { "reportedAt": 1, "receivedAt": 2 },
            "passport": { "receiver": "0x0000000000000000000000000000000000000001" },
        },
    })
}

/// A tick of the platform's clock.
fn tick(now: u64) -> Value {
    json!({ "type": "platform", "subType": "clock-tick", "key": "tick", "timestamp": now, "metadata": { "now": now } })
}
