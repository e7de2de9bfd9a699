//! `worldlog explain`: why a key is as it is.

use std::fmt::Write as _;

use model::dates::{iso, parse_iso};
use serde_json::{Value, json};

use super::block_on;
use crate::exit::{Exit, Outcome};
use crate::flags::{Common, Place};
use crate::remote::Remote;
use crate::remote::lines::{Lines, shown};

const EXAMPLES: &str = "\
Examples:
  worldlog explain badges 0x6d97…             what happened to this person, in the order of the log
  worldlog explain badges 0x6d97… --from 2026-11-01T00:00:00Z --limit 20
  worldlog explain pointers 0,-1 --output json | jq '.events[].document'

KEY is the aggregate's key. Where it is the partition key of a table instead, it is said whose
events wrote the rows. There is no index: the partition of the key is read from its start.";

/// `worldlog explain`
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// The read model, named after the processor that writes it
    #[arg(value_name = "READ_MODEL")]
    model: String,
    /// The aggregate's key
    #[arg(value_name = "KEY", allow_hyphen_values = true)]
    key: String,
    /// Show events from this offset, or from this time on
    #[arg(long, value_name = "OFFSET|TIME", value_parser = from)]
    from: Option<From>,
    /// Most events
    #[arg(long, value_name = "EVENTS", default_value_t = 100)]
    limit: u64,
    /// The generation [default: the live one]
    #[arg(long, value_name = "GENERATION")]
    generation: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    Offset(u64),
    Time(i64),
}

fn from(text: &str) -> Result<From, String> {
    let offset = text.parse().ok().map(From::Offset);
    let from = offset.or_else(|| parse_iso(text).map(From::Time));
    from.ok_or_else(|| "want an offset, or for example 2026-11-01T00:00:00Z".to_owned())
}

pub(crate) fn run(common: &Common, args: Args) -> Outcome {
    block_on(async {
        let mut query = vec![("limit", args.limit.to_string())];
        match args.from {
            Some(From::Offset(offset)) => query.push(("from", offset.to_string())),
            Some(From::Time(time)) => query.push(("since", time.to_string())),
            None => {}
        }
        query.extend(args.generation.map(|g| ("generation", g.to_string())));
        let remote = Remote::running(common, args.place)?;
        let (model, key) = (Remote::segment(&args.model), Remote::segment(&args.key));
        let path = format!("/operator/explain/{model}/{key}");
        let mut lines = Lines::of(remote.get(&path, &query).await?);
        let (mut started, mut events) = (Value::Null, Vec::new());
        let end = loop {
            let (name, value) = lines.next().await?;
            match &*name {
                "started" => started = value,
                "event" => events.push(value),
                "end" => break value,
                _ => {}
            }
        };
        let found = json!({ "explained": started, "events": events, "end": end });
        common.output.print(&found, text)?;
        Ok(Exit::Done)
    })
}

fn text(found: &Value) -> String {
    let mut out = String::new();
    for event in found["events"].as_array().into_iter().flatten() {
        one(&mut out, event).expect("text can be written to");
    }
    let (what, end) = (&found["explained"], &found["end"]);
    summary(&mut out, what, end).expect("text can be written to");
    out
}

fn one(out: &mut String, event: &Value) -> std::fmt::Result {
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let time = event["timestamp"].as_i64().map_or_else(String::new, iso);
    let headers = &event["headers"];
    writeln!(
        out,
        "{}/{}/{}  {time}  {}  by {}",
        word(&event["topic"]),
        event["partition"],
        event["offset"],
        word(&headers["ce_type"]),
        word(&headers["ce_source"]),
    )?;
    match event["undecodable"].as_str() {
        Some(why) => writeln!(out, "    event    undecodable: {why}")?,
        None => writeln!(out, "    event    {}", shown(Some(&event["value"])))?,
    }
    if event["outcome"] != "applied" {
        let reason = event["reason"].as_str().unwrap_or_default();
        writeln!(out, "    {}  {reason}", word(&event["outcome"]))?;
    }
    if event["parks"] == true {
        writeln!(out, "    parked   later events of the key wait behind it")?;
    }
    if event["applied"] == false {
        writeln!(out, "    pending  the read model has not come to it yet")?;
    }
    changes(out, "", &event["document"])?;
    for part in list(&event["parts"]) {
        changes(out, &word(&part["part"]), &part["changes"])?;
    }
    for row in list(&event["rows"]) {
        let (table, key, name) = (word(&row["table"]), word(&row["key"]), word(&row["row"]));
        match &row["doc"] {
            Value::Null => writeln!(out, "    deleted  {table} {key:?} {name:?}")?,
            doc => writeln!(
                out,
                "    wrote    {table} {key:?} {name:?} {}",
                shown(Some(doc))
            )?,
        }
    }
    for emit in list(&event["emits"]) {
        let (topic, kind, key) = (
            word(&emit["topic"]),
            word(&emit["kind"]),
            word(&emit["key"]),
        );
        writeln!(out, "    emitted  {kind} to {topic} {key:?}")?;
    }
    for effect in list(&event["effects"]) {
        writeln!(
            out,
            "    asked    {} {:?}",
            word(&effect["kind"]),
            word(&effect["key"])
        )?;
    }
    Ok(())
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// `+` for what was added, `-` for what was removed, `~` for what was changed.
fn changes(out: &mut String, part: &str, of: &Value) -> std::fmt::Result {
    for change in list(of) {
        let path = change["path"].as_str().unwrap_or_default();
        let path = if path.is_empty() { "(all)" } else { path };
        let place = if part.is_empty() {
            path.to_owned()
        } else {
            format!("{part} {path}")
        };
        match (change.get("before"), change.get("after")) {
            (None, after) => writeln!(out, "    +        {place} {}", shown(after))?,
            (before, None) => writeln!(out, "    -        {place} {}", shown(before))?,
            (before, after) => {
                writeln!(
                    out,
                    "    ~        {place} {} → {}",
                    shown(before),
                    shown(after)
                )?;
            }
        }
    }
    Ok(())
}

fn summary(out: &mut String, what: &Value, end: &Value) -> std::fmt::Result {
    let word = |name: &str| what[name].as_str().unwrap_or_default();
    let (model, key, input) = (word("readModel"), word("key"), word("input"));
    if end["truncated"] == true {
        let next = &end["next"];
        return writeln!(
            out,
            "stopped at operator.records_bytes_max; go on with --from {next}"
        );
    }
    if let Some(cut) = end["cut"].as_u64() {
        writeln!(
            out,
            "what came before offset {cut} is not in the log any more"
        )?;
    }
    if let Some(next) = end["next"].as_u64() {
        return writeln!(out, "there are more; go on with --from {next}");
    }
    if end["events"].as_u64().unwrap_or(0) > 0 {
        let partition = &end["partition"];
        return writeln!(
            out,
            "{model}: {} events of {key:?} in {input}/{partition}",
            end["events"]
        );
    }
    writeln!(out, "{model}: no event of {input} has the key {key:?}")?;
    for row in list(&end["rows"]) {
        let word = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
        let (table, name, by) = (word("table"), word("row"), word("key"));
        match row["offset"].as_u64() {
            Some(offset) => writeln!(
                out,
                "  it is a partition key of {table}: row {name:?} was written by {by:?} at {input}/{}/{offset}; \
                 see `worldlog explain {model} {by}`",
                row["partition"]
            )?,
            None => writeln!(
                out,
                "  it is a partition key of {table}: no event wrote the row {name:?}; see `worldlog verify {model} --all`"
            )?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_an_offset_or_a_time() {
        assert_eq!(from("17"), Ok(From::Offset(17)));
        assert_eq!(
            from("2026-01-05T00:00:00Z"),
            Ok(From::Time(1_767_571_200_000))
        );
        assert!(from("yesterday").is_err());
    }

    #[test]
    fn an_event_is_told_with_what_it_changed() {
        let found = json!({
            "explained": {"readModel": "badges", "key": "0x1", "input": "badges.facts"},
            "events": [{
                "topic": "badges.facts", "partition": 3, "offset": 7, "timestamp": 0, "value": {"a": 1},
                "headers": {"ce_type": "badge/fact", "ce_source": "processors/x"},
                "applied": true, "outcome": "applied",
                "document": [{"path": "/n", "before": 1, "after": 2}, {"path": "/m", "after": 3}],
                "rows": [{"table": "t", "key": "k", "row": "r", "doc": null}],
                "emits": [{"topic": "badge.events", "kind": "badge/granted", "key": "0x1"}],
                "effects": [{"kind": "mail", "key": "m"}],
            }],
            "end": {"partition": 3, "events": 1, "shown": 1},
        });
        let wanted = "\
badges.facts/3/7  1970-01-01T00:00:00.000Z  badge/fact  by processors/x
    event    {\"a\":1}
    ~        /n 1 → 2
    +        /m 3
    deleted  t \"k\" \"r\"
    emitted  badge/granted to badge.events \"0x1\"
    asked    mail \"m\"
badges: 1 events of \"0x1\" in badges.facts/3
";
        assert_eq!(text(&found), wanted);
    }
}
