//! A person's notifications, signed for, from the real binary: beside a bare axum route that returns the same bytes, and
//! beside one that also verifies the same signature, which shows what that alone costs.

use std::time::Duration;

use anyhow::{Result, ensure};
use reqwest::{Client, Request};
use serde_json::{Value, json};

use crate::bare::{Bare, load, median};
use crate::people::{Person, now_ms};
use crate::report;
use crate::startup::Running;

/// Requests of one turn.
const REQUESTS: usize = 1_600;
/// Turns of each side.
const TURNS: usize = 6;
/// Pairs of processes.
const STARTS: usize = 3;
const PEOPLE: u64 = 200;
/// Notifications of each; a read shows twenty.
const NOTIFICATIONS: usize = 25;
const TOKEN: &str = "bench";
/// What a client signs.
const PATH: &str = "/notifications";

pub(crate) async fn run() -> Result<()> {
    let people: Vec<Person> = (0..PEOPLE).map(Person::new).collect::<Result<_>>()?;
    let mut times = Times::default();
    let mut bytes = 0;
    for _ in 0..STARTS {
        bytes = turns(&people, &mut times).await?;
    }
    let rate = |times| report::per_second(REQUESTS, median(times));
    let (ours, bare, verified) = (rate(times.ours), rate(times.bare), rate(times.verified));
    report::rate(&format!("signed inbox read, {bytes} bytes"), ours, bare);
    report::rate("the same, the limit verifies as well", ours, verified);
    Ok(())
}

#[derive(Default)]
struct Times {
    ours: Vec<Duration>,
    bare: Vec<Duration>,
    verified: Vec<Duration>,
}

/// Starts all sides and measures them in turns. Returns the length of an answer.
async fn turns(people: &[Person], times: &mut Times) -> Result<usize> {
    let token = ("WORLDLOG__NOTIFICATIONS__NOTIFICATION_SERVICE_TOKEN", TOKEN);
    let running = Running::start(&[], &[token])?;
    let base = running.url();
    let client = Client::builder().no_gzip().build()?;
    tell(&client, &base, people).await?;
    let ours = requests(
        &client,
        &format!("{base}/notifications/notifications"),
        people,
    )?;
    let first = ours[0].try_clone().expect("a request without a body");
    let body = client
        .execute(first)
        .await?
        .error_for_status()?
        .bytes()
        .await?;
    let shown: Value = serde_json::from_slice(&body)?;
    let shown = shown["notifications"].as_array().map_or(0, Vec::len);
    ensure!(shown == 20, "an inbox shows {shown} notifications");
    let process = Bare::start(&body)?;
    let bare = requests(&client, &process.route(), people)?;
    let verified = requests(&client, &process.verified_route(PATH), people)?;
    let sides = [
        (&ours, &mut times.ours),
        (&bare, &mut times.bare),
        (&verified, &mut times.verified),
    ];
    let mut sides = sides.map(|(requests, times)| (requests, times));
    for (requests, _) in &sides {
        load(&client, requests, REQUESTS).await?;
    }
    for _ in 0..TURNS {
        for (requests, times) in &mut sides {
            times.push(load(&client, requests, REQUESTS).await?);
        }
    }
    Ok(body.len())
}

/// Tells everybody something, and waits until it is theirs.
async fn tell(client: &Client, base: &str, people: &[Person]) -> Result<()> {
    let now = now_ms()?;
    for person in people {
        let notice = |n: usize| {
            json!({"type": "item_sold", "address": person.address, "eventKey": format!("sale-{n}"),
                "timestamp": now - n as i64, "metadata": {"link": "https://market.example/item/7",
                    "image": "https://cdn.example/item/7.png", "title": "Item sold", "seller": person.address,
                    "description": "You just sold this item.", "network": "polygon", "price": "100000000000000000"}})
        };
        let notices: Vec<Value> = (0..NOTIFICATIONS).map(notice).collect();
        let post = client.post(format!("{base}/notifications/notifications"));
        let posted = post
            .bearer_auth(TOKEN)
            .body(serde_json::to_vec(&notices)?)
            .send()
            .await?;
        posted.error_for_status()?;
    }
    let settled = format!("{base}/operator/settled?timeout=60s");
    client.get(settled).send().await?.error_for_status()?;
    Ok(())
}

/// One signed request a person.
fn requests(client: &Client, url: &str, people: &[Person]) -> Result<Vec<Request>> {
    let request = |person: &Person| {
        let signed = person.signed_get(PATH)?;
        Ok(client.get(url).headers(signed).build()?)
    };
    people.iter().map(request).collect()
}
