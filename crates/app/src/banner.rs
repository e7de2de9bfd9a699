//! What a person sees when the platform has started: what runs where, and what to try next.

use std::fmt::Write as _;
use std::sync::Arc;

use kernel::ErasedProcessor;

use crate::config::{Config, Loaded, LogPlace, StorePlace};
use crate::version::VERSION;

/// So many names fit a line that people read.
const NAMED_MAX: usize = 10;

/// Ten lines for standard error.
pub(crate) fn text(
    loaded: &Loaded,
    verb: &str,
    url: &str,
    gateways: &[&'static str],
    processors: &[Arc<dyn ErasedProcessor>],
) -> String {
    let config = &loaded.config;
    let names: Vec<&str> = processors.iter().map(|p| p.spec().name).collect();
    let list = |names: &[&str]| match names.len() {
        0 => "none".to_owned(),
        1..=NAMED_MAX => names.join(" "),
        count => format!("{count} of them: worldlog processors list"),
    };
    let follows = match config.follow.urls.as_slice() {
        [] => "nobody (give --catalyst URL)".to_owned(),
        urls => urls.join(" "),
    };
    let data = config.platform.data.display();
    let mut out = String::new();
    let _ = writeln!(out, "worldlog {VERSION}: `{verb}` is ready at {url}");
    for line in places(config) {
        let _ = writeln!(out, "  {line}");
    }
    let _ = writeln!(out, "  processors  {}", list(&names));
    let _ = writeln!(out, "  gateways    {}", list(gateways));
    let _ = writeln!(out, "  follows     {follows}");
    let _ = writeln!(out, "try");
    let _ = writeln!(
        out,
        "  curl {url}/                       every gateway, with its OpenAPI document"
    );
    let _ = writeln!(
        out,
        "  curl {url}/operator/topics        what is in the log"
    );
    let _ = writeln!(out, "  curl {url}/metrics                for Prometheus");
    let _ = writeln!(out, "  worldlog log tail deployments --data {data}");
    out
}

/// Where the truth is, and what can be rebuilt from it.
fn places(config: &Config) -> Vec<String> {
    let data = config.platform.data.display();
    let log = match config.log_place() {
        Ok(LogPlace::Kafka(brokers)) => format!("kafka at {brokers}"),
        _ => "log.db".to_owned(),
    };
    let store = match config.store_place() {
        Ok(StorePlace::Cql { contacts, keyspace }) => {
            format!("keyspace {keyspace} at {}", contacts.join(","))
        }
        _ => "store.db".to_owned(),
    };
    if (log.as_str(), store.as_str()) == ("log.db", "store.db") {
        return vec![format!(
            "data        {data} (log.db is the truth, store.db can be rebuilt)"
        )];
    }
    vec![
        format!("log         {log}: the truth"),
        format!("store       {store}: can be rebuilt"),
        format!("data        {data}"),
    ]
}
