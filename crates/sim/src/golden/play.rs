//! The ways to play a case, none of which may make a difference.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use kernel::{Position, Record, Topic, partition_for};
use runtime::engine::Fold;
use serde_json::Value;

use super::ledger::{Crashed, Ledger};
use super::{Case, Difference, outcome};

/// In which order the records of different keys lie in the log. Those of one key never change order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Given,
    KeyByKey,
    KeyByKeyBackwards,
    RoundRobin,
}

/// One way to play a case.
#[derive(Clone, Debug)]
pub struct Play {
    order: Order,
    /// How often each record lies in the log: twice is what a producer does that crashed.
    copies: usize,
    /// How often each record is delivered: twice is what a consumer sees that crashed.
    deliveries: usize,
    /// Records between two flushes; 0: all.
    batch: usize,
    /// Aggregates kept in memory between flushes.
    cache: usize,
    /// The write before which the process dies.
    crash: Option<usize>,
    /// Whether the rest of the cut-off flush lands at the end.
    late: bool,
}

/// What one run came to.
pub(super) struct Run {
    /// As `then.json`.
    pub(super) outcome: Value,
    /// Single writes it took.
    pub(super) writes: usize,
}

impl Play {
    /// Record by record, nothing goes wrong.
    pub fn straight() -> Self {
        Self {
            order: Order::Given,
            copies: 1,
            deliveries: 1,
            batch: 1,
            cache: 1000,
            crash: None,
            late: false,
        }
    }

    /// The same with a crash before a write.
    #[must_use]
    pub(super) fn crashing(&self, write: usize, late: bool) -> Self {
        Self {
            crash: Some(write),
            late,
            ..self.clone()
        }
    }
}

/// Every way besides the straight one, without crashes.
pub fn plays() -> Vec<Play> {
    let straight = Play::straight();
    let mut plays = Vec::new();
    for batch in [1, 3, 0] {
        for (copies, deliveries) in [(1, 1), (2, 1), (1, 2)] {
            plays.push(Play {
                copies,
                deliveries,
                batch,
                cache: if batch == 3 { 2 } else { 1000 },
                ..straight.clone()
            });
        }
    }
    for order in [Order::KeyByKey, Order::KeyByKeyBackwards, Order::RoundRobin] {
        plays.push(Play {
            order,
            batch: 3,
            cache: 2,
            ..straight.clone()
        });
    }
    plays
}

impl fmt::Display for Play {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "played in order {:?}", self.order)?;
        match self.batch {
            0 => write!(f, ", in one batch")?,
            n => write!(f, ", in batches of {n}")?,
        }
        if self.copies > 1 {
            write!(f, ", each record in the log {} times", self.copies)?;
        }
        if self.deliveries > 1 {
            write!(f, ", each record delivered {} times", self.deliveries)?;
        }
        if let Some(write) = self.crash {
            write!(f, ", with a crash before write {write}")?;
            if self.late {
                write!(f, " and its rest landing at the end")?;
            }
        }
        Ok(())
    }
}

/// The log of a play: records by partition, and which record of the case each is.
pub(super) struct Log {
    partitions: BTreeMap<u32, Vec<Record>>,
    given: BTreeMap<(u32, u64), usize>,
}

impl Log {
    fn of(case: &Case, play: &Play) -> Self {
        let mut log = Self {
            partitions: BTreeMap::new(),
            given: BTreeMap::new(),
        };
        let order = order(case, play.order);
        let causes = dealt(case, &order);
        for (given, cause) in order.into_iter().zip(causes) {
            let mut record = case.records[given].clone();
            record.headers.cause = cause;
            let key = record.key.as_deref().unwrap_or_default();
            let partition = partition_for(key, case.partitions);
            let records = log.partitions.entry(partition).or_default();
            for _ in 0..play.copies {
                let offset = records.len() as u64;
                log.given.insert((partition, offset), given);
                records.push(Record {
                    offset,
                    ..record.clone()
                });
            }
        }
        log
    }

    /// Which record of the case lies there.
    pub(super) fn given(&self, partition: u32, offset: u64) -> usize {
        self.given[&(partition, offset)]
    }
}

/// The causes of the records in their new order. To a processor without state the order of one producer's records is that
/// of its causes, whatever their keys: where keys change places, the producer has met them in that order.
fn dealt(case: &Case, order: &[usize]) -> Vec<Option<Position>> {
    let own = |given: usize| case.records[given].headers.cause.clone();
    if case.processor.spec().aggregates.is_some() {
        return order.iter().map(|given| own(*given)).collect();
    }
    let from = |given: usize| {
        let headers = &case.records[given].headers;
        let cause = headers.ordered_cause()?;
        Some((headers.source.clone(), cause.topic.clone(), cause.partition))
    };
    let mut rest: BTreeMap<_, VecDeque<Option<Position>>> = BTreeMap::new();
    for given in 0..case.records.len() {
        rest.entry(from(given)).or_default().push_back(own(given));
    }
    let next = order.iter().map(|given| match from(*given) {
        None => own(*given),
        of => rest.get_mut(&of).and_then(VecDeque::pop_front).flatten(),
    });
    next.collect()
}

/// Indexes of the case's records in the order they are appended.
fn order(case: &Case, order: Order) -> Vec<usize> {
    let mut keys: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    for (given, record) in case.records.iter().enumerate() {
        let key = record.key.as_deref().unwrap_or_default();
        keys.entry(key).or_default().push(given);
    }
    match order {
        Order::Given => (0..case.records.len()).collect(),
        Order::KeyByKey => keys.into_values().flatten().collect(),
        Order::KeyByKeyBackwards => keys.into_values().rev().flatten().collect(),
        Order::RoundRobin => {
            let longest = keys.values().map(Vec::len).max().unwrap_or(0);
            (0..longest)
                .flat_map(|round| keys.values().filter_map(move |of_key| of_key.get(round)))
                .copied()
                .collect()
        }
    }
}

/// Plays a case once.
///
/// # Errors
/// The processor halted.
pub(super) fn run(case: &Case, play: &Play) -> Result<Run, Difference> {
    let log = Log::of(case, play);
    let mut ledger = Ledger::crashing(play.crash);
    for (partition, records) in &log.partitions {
        // A process that dies is started again, and goes on where the mark says.
        while own(case, play, *partition, records, &mut ledger)?.is_err() {}
    }
    if play.late {
        ledger.land_late();
    }
    Ok(Run {
        outcome: outcome::of(case, &log, &ledger)?,
        writes: ledger.writes,
    })
}

/// One process that owns a partition from its mark to its end.
fn own(
    case: &Case,
    play: &Play,
    partition: u32,
    records: &[Record],
    ledger: &mut Ledger,
) -> Result<Result<(), Crashed>, Difference> {
    let mut fold = Fold::new(case.processor.clone(), 1, partition, play.cache, 1);
    let start = ledger.marks.get(&partition).copied().unwrap_or(0);
    let rest = &records[start as usize..];
    let batch = if play.batch == 0 {
        usize::MAX
    } else {
        play.batch
    };
    for batch in rest.chunks(batch.min(rest.len().max(1))) {
        let again = batch
            .iter()
            .flat_map(|r| std::iter::repeat_n(r, play.deliveries));
        let delivered: Vec<&Record> = again.collect();
        take_in(case, &mut fold, &delivered, ledger)?;
        if let Err(crashed) = ledger.write(fold.take()) {
            return Ok(Err(crashed));
        }
        if play.deliveries > 1 {
            // Once more, after they were written.
            take_in(case, &mut fold, &delivered, ledger)?;
            if let Err(crashed) = ledger.write(fold.take()) {
                return Ok(Err(crashed));
            }
        }
    }
    Ok(Ok(()))
}

/// Decodes, loads and folds one batch, as the engine does.
fn take_in(
    case: &Case,
    fold: &mut Fold,
    batch: &[&Record],
    ledger: &Ledger,
) -> Result<(), Difference> {
    let halted = |halt: &dyn fmt::Display| {
        let topic: Topic = case.processor.spec().input.into();
        Difference(format!("halted on {topic}: {halt}"))
    };
    let decoded: Vec<_> = batch.iter().map(|record| fold.decode(record)).collect();
    let missing = fold.missing(&decoded);
    let loaded = missing.iter().map(|key| ledger.load(key)).collect();
    fold.admit(missing, loaded).map_err(|halt| halted(&halt))?;
    for (record, decoded) in batch.iter().zip(decoded) {
        fold.apply(record, decoded).map_err(|halt| halted(&halt))?;
    }
    Ok(())
}
