//! Metrics: one Prometheus recorder for the process, rendered by the listener at `/metrics`.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use gateways::MetricsText;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::version;

/// Upper bounds in seconds of every histogram of durations.
const SECONDS: &[f64] = &[
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];
/// Gauge {version, commit}: always 1.
const BUILD_INFO: &str = "worldlog_build_info";
/// How often histograms are folded, so that they stay small when nobody scrapes.
const UPKEEP: Duration = Duration::from_secs(5);

/// Installs the recorder. Call once, before anything counts.
///
/// # Errors
/// A recorder is there already.
pub(crate) fn install() -> Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets(SECONDS)
        .context("histogram buckets")?
        .install_recorder()
        .context("the metrics recorder is installed once")?;
    metrics::gauge!(BUILD_INFO, "version" => version::VERSION, "commit" => version::COMMIT)
        .set(1.0);
    Ok(handle)
}

/// What the listener serves.
pub(crate) fn text(handle: PrometheusHandle) -> MetricsText {
    Arc::new(move || handle.render())
}

/// Keeps the recorder small for as long as it runs.
pub(crate) async fn upkeep(handle: PrometheusHandle) {
    let mut pause = tokio::time::interval(UPKEEP);
    loop {
        pause.tick().await;
        handle.run_upkeep();
    }
}
