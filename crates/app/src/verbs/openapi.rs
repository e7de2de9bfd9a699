//! `worldlog openapi`: the HTTP contract of a gateway.

use std::collections::BTreeMap;

use crate::exit::{Exit, Failure, Outcome};
use crate::flags::Common;
use crate::output::{Format, table};

const EXAMPLES: &str = "\
Examples:
  worldlog openapi                            names the gateways
  worldlog openapi catalyst > catalyst.json
  worldlog openapi --output json | jq 'keys'  all documents in one object

A running gateway serves the same document at /<gateway>/openapi.json.";

/// `worldlog openapi`
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Gateway whose document is printed
    gateway: Option<String>,
}

pub(crate) fn run(common: &Common, args: &Args) -> Outcome {
    let all = gateways::all();
    let Some(name) = &args.gateway else {
        let documents: BTreeMap<&str, _> = match common.output {
            Format::Json => all.iter().map(|g| (g.name, (g.openapi)())).collect(),
            Format::Text => BTreeMap::new(),
        };
        common.output.print(&documents, |_| {
            let rows: Vec<Vec<String>> = all
                .iter()
                .map(|g| vec![g.name.to_owned(), g.title.to_owned()])
                .collect();
            table(&["gateway", "title"], &rows)
        })?;
        return Ok(Exit::Done);
    };
    let Some(gateway) = all.iter().find(|g| g.name == name) else {
        let names = all.iter().map(|g| g.name);
        let hint = match crate::config::nearest(name, names.clone()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("there are {}", names.collect::<Vec<_>>().join(", ")),
        };
        return Err(Failure::usage(format!("no gateway {name:?}: {hint}")));
    };
    // The document itself is JSON, whatever the output format.
    Format::Json.print(&(gateway.openapi)(), |_| String::new())?;
    Ok(Exit::Done)
}
