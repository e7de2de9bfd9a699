//! A collector of traces: takes OTLP over HTTP and reads the protobuf by its numbers, so that it shares nothing with what
//! writes it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

type Taken = Arc<Mutex<Vec<Span>>>;

/// A collector that runs until it is dropped.
pub(super) struct Collector {
    pub(super) url: String,
    taken: Taken,
    task: JoinHandle<()>,
}

/// A span as it came.
#[derive(Clone, Debug, Default)]
pub(super) struct Span {
    pub(super) trace: String,
    pub(super) id: String,
    /// Empty at a root.
    pub(super) parent: String,
    pub(super) name: String,
    pub(super) kind: u64,
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) attributes: BTreeMap<String, String>,
    /// Traces of its links.
    pub(super) links: Vec<String>,
    /// What its process says of itself.
    pub(super) resource: BTreeMap<String, String>,
}

impl Collector {
    pub(super) async fn start() -> Self {
        let taken = Taken::default();
        let router = Router::new()
            .route("/v1/traces", post(take))
            .with_state(Arc::clone(&taken));
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = socket.local_addr().expect("it is bound");
        let task = tokio::spawn(async move {
            axum::serve(socket, router).await.expect("it serves");
        });
        Self {
            url: format!("http://{address}"),
            taken,
            task,
        }
    }

    /// What came so far.
    pub(super) fn spans(&self) -> Vec<Span> {
        self.taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn take(State(taken): State<Taken>, headers: HeaderMap, body: Bytes) -> StatusCode {
    assert_eq!(headers["content-type"], "application/x-protobuf");
    let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
    for of_process in messages(&body, 1) {
        let resource = messages(of_process, 1);
        let resource = resource.first().map(|resource| attributes(resource, 1));
        for of_scope in messages(of_process, 2) {
            let spans = messages(of_scope, 2).into_iter().map(span);
            taken.extend(spans.map(|span| Span {
                resource: resource.clone().unwrap_or_default(),
                ..span
            }));
        }
    }
    StatusCode::OK
}

fn span(bytes: &[u8]) -> Span {
    let one = |number| messages(bytes, number).first().copied().unwrap_or_default();
    let fixed = |number| numbers(bytes, number).first().copied().unwrap_or_default();
    let links = messages(bytes, 13).into_iter();
    Span {
        trace: hex(one(1)),
        id: hex(one(2)),
        parent: hex(one(4)),
        name: String::from_utf8_lossy(one(5)).into_owned(),
        kind: fixed(6),
        start: fixed(7),
        end: fixed(8),
        attributes: attributes(bytes, 9),
        links: links
            .map(|link| hex(messages(link, 1).first().copied().unwrap_or_default()))
            .collect(),
        resource: BTreeMap::new(),
    }
}

/// Texts and whole numbers by name.
fn attributes(bytes: &[u8], number: u64) -> BTreeMap<String, String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let pairs = messages(bytes, number).into_iter().map(|pair| {
        let name = messages(pair, 1).first().map(|name| text(name));
        let value = messages(pair, 2).first().copied().unwrap_or_default();
        let said = messages(value, 1).first().map(|said| text(said));
        let number = numbers(value, 3).first().map(u64::to_string);
        (
            name.unwrap_or_default(),
            said.or(number).unwrap_or_default(),
        )
    });
    pairs.collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// Every field of a message with its number.
fn fields(mut bytes: &[u8]) -> Vec<(u64, Field<'_>)> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes);
        let field = match tag & 7 {
            0 => Field::Number(varint(&mut bytes)),
            1 => {
                let (fixed, rest) = bytes.split_at(8);
                bytes = rest;
                let fixed = fixed.try_into().expect("eight bytes");
                Field::Number(u64::from_le_bytes(fixed))
            }
            2 => {
                let length = usize::try_from(varint(&mut bytes)).expect("it fits");
                let (inner, rest) = bytes.split_at(length);
                bytes = rest;
                Field::Bytes(inner)
            }
            5 => {
                bytes = &bytes[4..];
                continue;
            }
            other => panic!("wire type {other}"),
        };
        found.push((tag >> 3, field));
    }
    found
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first().expect("a number ends");
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return value;
        }
    }
    panic!("a number of more than ten bytes")
}

fn messages(bytes: &[u8], number: u64) -> Vec<&[u8]> {
    let of_number = fields(bytes).into_iter().filter(|(n, _)| *n == number);
    let inner = of_number.filter_map(|(_, field)| match field {
        Field::Bytes(inner) => Some(inner),
        Field::Number(_) => None,
    });
    inner.collect()
}

fn numbers(bytes: &[u8], number: u64) -> Vec<u64> {
    let of_number = fields(bytes).into_iter().filter(|(n, _)| *n == number);
    let inner = of_number.filter_map(|(_, field)| match field {
        Field::Number(inner) => Some(inner),
        Field::Bytes(_) => None,
    });
    inner.collect()
}
