//! Asks the running platform: plain requests, `settled`, the records of a topic.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use reqwest::header::HeaderMap;
use reqwest::{Client, RequestBuilder};
use serde_json::Value;

use crate::process::{Program, TOKEN};

/// Header of a write's position, and of a read that waits for it.
pub(crate) const POSITION: &str = "x-worldlog-position";
/// How long `settled` may take on a busy machine.
const SETTLE_LIMIT: Duration = Duration::from_secs(300);

/// An answer, read whole.
pub(crate) struct Answer {
    pub(crate) what: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Fails unless the status is this one.
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.what, self.text());
        self
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.what, self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

thread_local! {
    // Connections belong to the runtime that made them, and each test has a runtime and a thread of its own.
    static CLIENT: Client = Client::builder()
        .timeout(Duration::from_secs(30))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .expect("a client without TLS settings");
}

fn client() -> Client {
    CLIENT.with(Client::clone)
}

/// A GET, not sent yet.
pub(crate) fn get(url: &str) -> RequestBuilder {
    client().get(url)
}

/// A request of any method, not sent yet.
pub(crate) fn request(method: reqwest::Method, url: &str) -> RequestBuilder {
    client().request(method, url)
}

/// A POST of JSON, not sent yet.
pub(crate) fn post(url: &str, body: &Value) -> RequestBuilder {
    client()
        .post(url)
        .header("content-type", "application/json")
        .body(body.to_string())
}

/// A PUT of JSON, not sent yet.
pub(crate) fn put(url: &str, body: &Value) -> RequestBuilder {
    client()
        .put(url)
        .header("content-type", "application/json")
        .body(body.to_string())
}

/// The answer, or why there is none.
pub(crate) async fn try_send(request: RequestBuilder) -> Result<Answer, reqwest::Error> {
    let request = request.build()?;
    let what = format!("{} {}", request.method(), request.url());
    let response = client().execute(request).await?;
    Ok(Answer {
        what,
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.bytes().await?.to_vec(),
    })
}

/// The answer of a platform that must answer.
pub(crate) async fn send(request: RequestBuilder) -> Answer {
    match try_send(request).await {
        Ok(answer) => answer,
        Err(error) => panic!("no answer: {error:?}"),
    }
}

/// A GET of the operator gateway.
pub(crate) async fn operator(program: &Program, path: &str) -> Answer {
    send(get(&program.at(&format!("/operator{path}"))).bearer_auth(TOKEN)).await
}

/// Waits until no processor has lag and no effect is due.
pub(crate) async fn settle(program: &Program) {
    let end = Instant::now() + SETTLE_LIMIT;
    loop {
        let answer = operator(program, "/settled?timeout=5s").await;
        if answer.status == 200 {
            return;
        }
        assert_eq!(answer.status, 503, "{}: {}", answer.what, answer.text());
        assert!(Instant::now() < end, "not settled: {}", answer.text());
    }
}

/// Asks again and again until `accept` takes the answer.
pub(crate) async fn eventually<T>(
    request: impl Fn() -> RequestBuilder,
    accept: impl Fn(&Answer) -> Option<T>,
) -> T {
    let end = Instant::now() + SETTLE_LIMIT;
    loop {
        let answer = send(request()).await;
        if let Some(accepted) = accept(&answer) {
            return accepted;
        }
        assert!(
            Instant::now() < end,
            "{}: {} {}",
            answer.what,
            answer.status,
            answer.text()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Names of the topics and their numbers of partitions.
pub(crate) async fn topics(program: &Program) -> Vec<(String, u64)> {
    let listed = operator(program, "/topics").await.expect(200).json();
    let listed = listed.as_array().expect("a list of topics").iter();
    let topics = listed.map(|topic| {
        let name = topic["name"].as_str().expect("a topic has a name");
        (
            name.to_owned(),
            topic["partitions"]
                .as_u64()
                .expect("a topic has partitions"),
        )
    });
    topics.collect()
}

/// Every record of a topic, partition by partition, in the order of the offsets.
pub(crate) async fn records(program: &Program, topic: &str) -> Vec<Value> {
    let all = topics(program).await;
    let partitions = all
        .iter()
        .find(|(name, _)| name == topic)
        .map(|(_, count)| *count);
    let partitions = partitions.unwrap_or_else(|| panic!("no topic {topic} in {all:?}"));
    let mut records = Vec::new();
    for partition in 0..partitions {
        let mut next = 0;
        loop {
            let path = format!(
                "/topics/{topic}/records?partition={partition}&offset={next}&limit=500&format=ndjson"
            );
            let text = operator(program, &path).await.expect(200).text();
            let before = records.len();
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                let record: Value = serde_json::from_str(line).expect("a record is JSON on a line");
                assert_eq!(record["partition"], partition, "{record}");
                let offset = record["offset"].as_u64().expect("a record has an offset");
                assert!(
                    offset >= next,
                    "{topic}/{partition}: offset {offset} after {next}"
                );
                next = offset + 1;
                records.push(record);
            }
            if records.len() == before {
                break;
            }
        }
    }
    records
}

/// The same, each id once: where processes die, a record may be appended again.
pub(crate) async fn distinct(program: &Program, topic: &str) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    let mut all = records(program, topic).await;
    all.retain(|record| {
        let id = record["headers"]["ce_id"].as_str();
        seen.insert(id.expect("a record has an id").to_owned())
    });
    all
}
