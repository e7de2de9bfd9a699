//! `log cat` and `log tail`: records as people see them, of a data folder or of a running platform.

use std::collections::VecDeque;
use std::io::{BufWriter, Stdout, Write as _};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use futures::StreamExt as _;
use kernel::Topic;

use runtime::ports::Log;
use serde_json::Value;

use super::open::{local, partitions, read};
use crate::exit::{Exit, Failure, Outcome};
use crate::flags::{Common, DataFolder, Running};
use crate::output::Format;
use crate::record_view::line;
use crate::remote::Remote;
use crate::verbs::configured;
use crate::wire;

const TAIL_EXAMPLES: &str = "\
Examples:
  worldlog log tail deployments               new records, one a line
  worldlog log tail user.actions --key 0xabc --output json | jq .value
  worldlog log tail deployments --from 10m    the last ten minutes, then new ones
  worldlog log tail deployments --url http://127.0.0.1:8080 --count 3";

const CAT_EXAMPLES: &str = "\
Examples:
  worldlog log cat deployments                everything, oldest first
  worldlog log cat deployments --partition 3 --from 120 --count 10
  worldlog log cat dlq.pointers --from 1h --output json | jq .headers";

/// How often a tail of a data folder looks for new records.
const LOOK: Duration = Duration::from_millis(100);

/// `worldlog log tail`
#[derive(Debug, clap::Args)]
#[command(after_help = TAIL_EXAMPLES)]
pub(crate) struct TailArgs {
    #[command(flatten)]
    what: What,
    /// Where to start: `end`, `beginning`, an offset, or a time ago such as 10m
    #[arg(long, value_name = "WHERE", default_value = "end")]
    from: From,
}

/// `worldlog log cat`
#[derive(Debug, clap::Args)]
#[command(after_help = CAT_EXAMPLES)]
pub(crate) struct CatArgs {
    #[command(flatten)]
    what: What,
    /// Where to start: `beginning`, an offset, or a time ago such as 10m
    #[arg(long, value_name = "WHERE", default_value = "beginning")]
    from: From,
}

/// Which records.
#[derive(Debug, clap::Args)]
struct What {
    /// Topic to read
    topic: String,
    /// Only this partition
    #[arg(long, value_name = "N")]
    partition: Option<u32>,
    /// Only records of this key
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Stop after this many records
    #[arg(long, value_name = "N")]
    count: Option<u64>,
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    running: Running,
}

/// Where to start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    Beginning,
    End,
    Offset(u64),
    Ago(Duration),
}

impl std::str::FromStr for From {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "beginning" | "earliest" => Ok(Self::Beginning),
            "end" | "latest" => Ok(Self::End),
            _ => match text.parse() {
                Ok(offset) => Ok(Self::Offset(offset)),
                Err(_) => text
                    .parse::<runtime::settings::Span>()
                    .map(|span| Self::Ago(span.0))
                    .map_err(|_| {
                        "want beginning, end, an offset, or a time ago such as 10m".into()
                    }),
            },
        }
    }
}

/// Log time (ms) so long ago, by the machine's clock.
fn time_ago(ago: Duration) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let then = now.unwrap_or_default().saturating_sub(ago);
    i64::try_from(then.as_millis()).unwrap_or(i64::MAX)
}

/// Prints what is wanted of the records it is given.
struct Printer {
    out: BufWriter<Stdout>,
    format: Format,
    key: Option<String>,
    left: u64,
}

impl Printer {
    /// Prints a record unless it is filtered out. Says whether more are wanted.
    fn print(&mut self, record: &Value) -> Result<bool, Failure> {
        let unwanted = |key: &String| record["key"].as_str() != Some(key);
        if self.left == 0 || self.key.as_ref().is_some_and(unwanted) {
            return Ok(self.left > 0);
        }
        match self.format {
            Format::Text => writeln!(self.out, "{}", line(record))?,
            Format::Json => writeln!(self.out, "{record}")?,
        }
        self.left -= 1;
        Ok(self.left > 0)
    }

    /// Lets the reader have what was printed.
    fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }
}

pub(crate) async fn cat(common: &Common, args: CatArgs) -> Outcome {
    show(common, args.what, args.from, false).await
}

pub(crate) async fn tail(common: &Common, args: TailArgs) -> Outcome {
    show(common, args.what, args.from, true).await
}

async fn show(common: &Common, what: What, from: From, follow: bool) -> Outcome {
    let loaded = configured(&common.inputs_in(&what.folder))?;
    let mut printer = Printer {
        out: BufWriter::new(std::io::stdout()),
        format: common.output,
        key: what.key.clone(),
        left: what.count.unwrap_or(u64::MAX),
    };
    let shown = async {
        match Remote::of(&what.running, &loaded.config)? {
            Some(remote) => of_platform(&remote, &what, from, follow, &mut printer).await,
            None => {
                wire::registry_ids(&loaded.config).await?;
                of_folder(&*local(&loaded)?, &what, from, follow, &mut printer).await
            }
        }
    };
    tokio::select! {
        shown = shown => shown?,
        stopped = tokio::signal::ctrl_c() => stopped.context("cannot wait for ctrl-c")?,
    }
    printer.flush()?;
    Ok(Exit::Done)
}

/// Prints what a running platform streams, one JSON object a line.
async fn of_platform(
    remote: &Remote,
    what: &What,
    from: From,
    follow: bool,
    printer: &mut Printer,
) -> Result<(), Failure> {
    let mut query = vec![
        ("format", "ndjson".to_owned()),
        ("follow", follow.to_string()),
        (
            "limit",
            what.count.unwrap_or(u64::from(u32::MAX)).to_string(),
        ),
    ];
    query.push(match from {
        From::Beginning => ("offset", "earliest".to_owned()),
        From::End => ("offset", "latest".to_owned()),
        From::Offset(offset) => ("offset", offset.to_string()),
        From::Ago(ago) => ("timestamp", time_ago(ago).to_string()),
    });
    query.extend(what.partition.map(|p| ("partition", p.to_string())));
    query.extend(what.key.clone().map(|key| ("key", key)));
    let path = format!("/operator/topics/{}/records", what.topic);
    let mut body = remote.get(&path, &query).await?.bytes_stream();
    let mut unfinished = Vec::new();
    while let Some(piece) = body.next().await {
        unfinished.extend_from_slice(&piece.context("the answer broke off")?);
        let Some(end) = unfinished.iter().rposition(|b| *b == b'\n') else {
            continue;
        };
        let rest = unfinished.split_off(end + 1);
        for text in unfinished.split(|b| *b == b'\n').filter(|t| !t.is_empty()) {
            let record = serde_json::from_slice(text)
                .context("the platform answered something else than records")?;
            if !printer.print(&record)? {
                return Ok(());
            }
        }
        unfinished = rest;
        printer.flush()?;
    }
    Ok(())
}

/// One partition being read.
struct Cursor {
    partition: u32,
    next: u64,
    /// Records before this offset are wanted; `None` has no end.
    end: Option<u64>,
    waiting: VecDeque<Value>,
}

/// Prints the records of a data folder, those of all partitions in order of time.
async fn of_folder(
    log: &dyn Log,
    what: &What,
    from: From,
    follow: bool,
    printer: &mut Printer,
) -> Result<(), Failure> {
    let topic: Topic = what.topic.as_str().into();
    let mut cursors = cursors(log, what, from, follow).await?;
    loop {
        loop {
            for cursor in &mut cursors {
                fill(log, &topic, cursor).await?;
            }
            match oldest(&mut cursors) {
                None => break,
                Some(record) if printer.print(&record)? => {}
                Some(_) => return Ok(()),
            }
        }
        if !follow {
            return Ok(());
        }
        printer.flush()?;
        tokio::time::sleep(LOOK).await;
    }
}

/// Where each partition starts and, unless it is followed, ends.
async fn cursors(
    log: &dyn Log,
    what: &What,
    from: From,
    follow: bool,
) -> Result<Vec<Cursor>, Failure> {
    let count = partitions(log, &what.topic).await?;
    if let Some(partition) = what.partition.filter(|p| *p >= count) {
        return Err(Failure::usage(format!(
            "--partition {partition}: {} has {count} partitions",
            what.topic
        )));
    }
    let mut cursors = Vec::new();
    for (partition, end) in (0..).zip(log.ends(&what.topic).await?) {
        if what.partition.is_some_and(|p| p != partition) {
            continue;
        }
        let next = match from {
            From::Beginning => 0,
            From::End => end,
            From::Offset(offset) => offset,
            From::Ago(ago) => log.offset_at(&what.topic, partition, time_ago(ago)).await?,
        };
        cursors.push(Cursor {
            partition,
            next,
            end: (!follow).then_some(end),
            waiting: VecDeque::new(),
        });
    }
    Ok(cursors)
}

/// Reads on where a cursor has nothing waiting.
async fn fill(log: &dyn Log, topic: &Topic, cursor: &mut Cursor) -> Result<(), Failure> {
    while cursor.waiting.is_empty() && cursor.end.is_none_or(|end| cursor.next < end) {
        let (records, next) = read(log, topic, cursor.partition, cursor.next).await?;
        let at_end = next <= cursor.next;
        cursor.next = next.max(cursor.next);
        cursor.waiting.extend(records);
        if at_end {
            break;
        }
    }
    Ok(())
}

/// Takes the record with the least (time, partition) of those waiting.
fn oldest(cursors: &mut [Cursor]) -> Option<Value> {
    let first = cursors
        .iter_mut()
        .filter(|c| !c.waiting.is_empty())
        .min_by_key(|c| (c.waiting[0]["timestamp"].as_i64(), c.partition))?;
    first.waiting.pop_front()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_to_start_is_a_word_an_offset_or_a_time_ago() {
        assert_eq!("end".parse(), Ok(From::End));
        assert_eq!("120".parse(), Ok(From::Offset(120)));
        assert_eq!("10m".parse(), Ok(From::Ago(Duration::from_secs(600))));
        assert!("yesterday".parse::<From>().is_err());
    }
}
