//! The list of the DAO, through a node that is asked over a real socket.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::post;
use identity::signature::keccak256;
use serde_json::{Value, json};

use super::others::{Lie, liar, serve};
use super::{ask, platform};

const SEPOLIA: &str = "0x9b5091588a4bae0a5ea54a35af3c31f57a68ed37";

/// The data of each call.
type Calls = Arc<Mutex<Vec<String>>>;

fn function(name: &str) -> String {
    format!("0x{}", hex::encode(&keccak256(name)[..4]))
}

/// A word of an answer.
fn word(number: usize) -> String {
    format!("{number:064x}")
}

/// A node that knows the contract, with these names. The id of a catalyst is its place.
async fn node(domains: Vec<String>) -> (String, Calls) {
    let calls = Calls::default();
    let noted = Arc::clone(&calls);
    let answer = move |axum::Json(body): axum::Json<Value>| {
        let call = &body["params"][0];
        assert_eq!(
            (&call["to"], &body["method"]),
            (&json!(SEPOLIA), &json!("eth_call"))
        );
        let data = call["data"].as_str().expect("a text").to_owned();
        let (asked, argument) = data.split_at(10);
        let place = usize::from_str_radix(argument, 16).unwrap_or(0);
        let result = match asked {
            _ if asked == function("catalystCount()") => word(domains.len()),
            _ if asked == function("catalystIds(uint256)") => word(place),
            _ if asked == function("catalystById(bytes32)") => {
                let domain = &domains[place];
                let head = [word(place), word(9), word(96), word(domain.len())].concat();
                format!("{head}{:0<128}", hex::encode(domain))
            }
            _ => panic!("no such function: {data}"),
        };
        noted.lock().expect("nobody panics with it").push(data);
        let answer = json!({ "jsonrpc": "2.0", "id": body["id"], "result": format!("0x{result}") });
        async move { axum::Json(answer) }
    };
    let url = serve(Router::new().route("/", post(answer))).await;
    (url, calls)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_is_read_once_and_leads_nowhere_inside() {
    let (trap, came) = liar(Lie::NoJson).await;
    let inside = trap.replace("http://", "");
    let (url, calls) = node(vec![trap, inside, " ".into()]).await;
    let world =
        platform(json!({ "rpc_url": url, "eth_network": "sepolia", "max_age": "9s" })).await;
    for _ in 0..3 {
        let answer = ask(&world, "/main/about").await;
        assert_eq!(
            answer.json(),
            json!({ "error": "No content catalysts available" })
        );
    }
    let calls = calls.lock().expect("nobody panics with it").clone();
    let functions: Vec<&str> = calls.iter().map(|data| &data[..10]).collect();
    let (id, of) = (
        function("catalystIds(uint256)"),
        function("catalystById(bytes32)"),
    );
    let count = function("catalystCount()");
    assert_eq!(functions, [&count, &id, &of, &id, &of, &id, &of]);
    assert_eq!(
        came.load(Ordering::SeqCst),
        0,
        "a name of the list led to this machine"
    );
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_hangs_keeps_nobody_waiting() {
    let (url, _) = liar(Lie::Hangs).await;
    let world =
        platform(json!({ "rpc_url": url, "rpc_timeout": "1h", "answer_timeout": "200ms" })).await;
    let answer = ask(&world, "/realms").await;
    assert_eq!(answer.status, 503);
    assert_eq!(
        answer.json(),
        json!({ "error": "The catalysts did not answer in time" })
    );
    world.stop().await;
}
