//! Where spans go: to a collector, in builds that can.

use anyhow::Result;

use super::Plan;
use crate::config::Telemetry;

/// How long the last spans may take to be sent; the whole stop has ten seconds.
#[cfg(feature = "otel")]
const LAST_SPANS: std::time::Duration = std::time::Duration::from_secs(2);

/// What has to be stopped at the end.
pub(super) struct Traces {
    #[cfg(feature = "otel")]
    collector: Option<adapters::otel::Collector>,
}

impl Traces {
    /// Starts to send, where the configuration says so.
    ///
    /// # Errors
    /// A URL that is none; or any at all, in a build that cannot.
    #[cfg(feature = "otel")]
    pub(super) fn start(settings: &Telemetry, plan: &Plan) -> Result<Self> {
        use adapters::otel::{Collector, Process};

        if settings.otlp_url.is_empty() {
            return Ok(Self { collector: None });
        }
        let process = Process {
            name: settings.service_name.clone(),
            version: crate::version::VERSION.to_owned(),
            instance: instance(),
            role: role(plan),
        };
        let collector = Collector::start(&settings.otlp_url, process)?;
        runtime::trace::install(Box::new(collector.clone()), settings.sample_ratio);
        Ok(Self {
            collector: Some(collector),
        })
    }

    /// As the other, in a build that cannot.
    #[cfg(not(feature = "otel"))]
    pub(super) fn start(settings: &Telemetry, _: &Plan) -> Result<Self> {
        anyhow::ensure!(
            settings.otlp_url.is_empty(),
            "telemetry.otlp_url is set, and this program was built without traces: \
             build it with `--features otel`, or take the image, which has them"
        );
        Ok(Self {})
    }

    /// Sends what is left.
    pub(super) async fn stop(&self) {
        #[cfg(feature = "otel")]
        if let Some(collector) = &self.collector {
            collector.stop(LAST_SPANS).await;
        }
    }
}

/// What tells this process from others: the pod's name, and the process's number where machines are shared.
#[cfg(feature = "otel")]
fn instance() -> String {
    let host = rustix::system::uname();
    let host = host.nodename().to_string_lossy().into_owned();
    format!("{host}/{}", std::process::id())
}

/// What runs here, e.g. `gateways=badges,credits`.
#[cfg(feature = "otel")]
fn role(plan: &Plan) -> String {
    use super::Pick;

    let roles = [
        ("processors", &plan.processors),
        ("gateways", &plan.gateways),
        ("sources", &plan.sources),
        ("runners", &plan.runners),
    ];
    let named = roles.into_iter().filter_map(|(role, pick)| match pick {
        Pick::None => None,
        Pick::All => Some(role.to_owned()),
        Pick::Only(names) => Some(format!("{role}={}", names.join(","))),
    });
    named.collect::<Vec<_>>().join(" ")
}
