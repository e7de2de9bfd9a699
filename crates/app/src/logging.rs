//! Log lines on standard error, chosen by `WORLDLOG_LOG`.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Names what is logged, e.g. `info,gateways=debug`.
pub(crate) const FILTER_VARIABLE: &str = "WORLDLOG_LOG";

/// Starts logging for the whole process. A filter that does not parse falls back to `default` and says so.
pub(crate) fn start(format: LogFormat, default: &str) {
    let wanted = std::env::var(FILTER_VARIABLE).unwrap_or_else(|_| default.to_owned());
    let filter = EnvFilter::try_new(&wanted);
    let broken = filter.is_err();
    let filter = filter.unwrap_or_else(|_| EnvFilter::new(default));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let started = match format {
        LogFormat::Text => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    if started.is_ok() && broken {
        tracing::warn!("{FILTER_VARIABLE}={wanted:?} is no filter; using {default:?}");
    }
}
