//! The processor of these tests, whose aggregates have parts.

use std::collections::BTreeMap;

use bytes::Bytes;
use kernel::{
    Context, Kind, Part, Parts, Poison, Processor, Record, Reject, RowWrite, Spec, Step, Table,
};
use serde::{Deserialize, Serialize};

pub(super) const INPUT: &str = "numbers";

/// Remembers the numbers of each key, each as a part; tells of each number who had it last, and of each key its last.
pub(super) struct Book;

#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Pages {
    n: u64,
    #[serde(skip)]
    seen: BTreeMap<u64, u64>,
}

fn split(state: &Pages, since: Option<&Pages>) -> (Pages, Vec<Part>) {
    let old = |number| since.and_then(|since| since.seen.get(number));
    let new = state
        .seen
        .iter()
        .filter(|(number, times)| old(number) != Some(times));
    let parts = new.map(|(number, times)| Part {
        name: number.to_string().into(),
        doc: Some(times.to_string().into()),
    });
    let (n, seen) = (state.n, BTreeMap::new());
    (Pages { n, seen }, parts.collect())
}

fn join(state: &mut Pages, parts: &[Part]) -> Result<(), String> {
    for part in parts {
        let number = |bytes: &[u8]| std::str::from_utf8(bytes).ok()?.parse().ok();
        let name = number(&part.name).ok_or("its name is no number")?;
        let times = number(part.doc.as_deref().unwrap_or(b"0")).ok_or("no number")?;
        state.seen.insert(name, times);
    }
    Ok(())
}

impl Processor for Book {
    const SPEC: Spec = Spec {
        name: "book",
        revision: 1,
        input: INPUT,
        aggregates: Some("book"),
        projections: &[
            Table {
                name: "book_last",
                doc: "partition = key, one row",
            },
            Table {
                name: "book_owner",
                doc: "partition all, row = number: whose it was last",
            },
        ],
        emits: &[],
        effects: &[],
        kind: Kind::Projector,
        poison: Poison::Park,
    };
    const PARTS: Option<Parts<Pages>> = Some(Parts {
        split,
        join,
        copy: Pages::clone,
    });
    type Event = (Bytes, u64);
    type State = Pages;

    fn decode(&self, record: &Record) -> Result<Option<Self::Event>, Reject> {
        let value = record.value.as_deref().unwrap_or_default();
        let number = std::str::from_utf8(value).ok().and_then(|t| t.parse().ok());
        let number = number.ok_or_else(|| Reject::new("NOT_A_NUMBER", format!("{value:?}")))?;
        Ok((number != 0).then(|| (record.key.clone().unwrap_or_default(), number)))
    }

    fn key(&self, event: &Self::Event) -> Bytes {
        event.0.clone()
    }

    fn step(&self, state: &Pages, event: &Self::Event, _: &Context) -> Result<Step<Pages>, Reject> {
        let (key, number) = event;
        if *number == 666 {
            return Err(Reject::new("UNLUCKY", "666"));
        }
        let mut state = state.clone();
        state.n += 1;
        *state.seen.entry(*number).or_default() += 1;
        let mut step = Step::state(state);
        let row = Bytes::from(number.to_string());
        let owner = String::from_utf8_lossy(key).into_owned();
        step.rows
            .push(RowWrite::put("book_owner", "all", row, &owner));
        step.rows.push(match number % 10 {
            9 => RowWrite::delete("book_last", key.clone(), "last"),
            _ => RowWrite::put("book_last", key.clone(), "last", number),
        });
        Ok(step)
    }
}
