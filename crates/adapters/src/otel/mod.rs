//! Spans to an OpenTelemetry collector, by OTLP over HTTP in protobuf. The SDK batches them in a thread of its own and
//! drops what does not fit its queue: a collector that is slow or gone costs traces and nothing else.
//!
//! `OTEL_EXPORTER_OTLP_HEADERS` and `OTEL_BSP_*` are the SDK's own and hold here, too.

mod client;

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::trace::{
    Link, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{
    BatchSpanProcessor, SpanData, SpanEvents, SpanLinks, SpanProcessor as _,
};
use runtime::ports::PortError;
use runtime::trace::{Kind, Span, Spans, Value};

use client::Client;

/// Where the signal is below the address of a collector.
const PATH: &str = "/v1/traces";
/// How long a batch may take to be taken, tries again included.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(10);

/// What every span of this process says of it.
#[derive(Clone, Debug)]
pub struct Process {
    /// `service.name`
    pub name: String,
    /// `service.version`
    pub version: String,
    /// `service.instance.id`
    pub instance: String,
    /// `worldlog.role`: what runs in it.
    pub role: String,
}

/// The way to a collector. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Collector(Arc<Sender>);

#[derive(Debug)]
struct Sender {
    processor: BatchSpanProcessor,
    scope: InstrumentationScope,
}

impl Collector {
    /// Starts to send to the collector at `url`, e.g. `http://127.0.0.1:4318`; a URL that ends in `/v1/traces` is taken
    /// as it is. Must be called in a tokio runtime, whose tasks do the sending. It is not asked whether anybody is there.
    ///
    /// # Errors
    /// A URL that is none.
    pub fn start(url: &str, process: Process) -> Result<Self, PortError> {
        let refused = |error: String| PortError::refused(format!("telemetry.otlp_url: {error}"));
        let base = url.trim_end_matches('/');
        let endpoint = match base.ends_with(PATH) {
            true => base.to_owned(),
            false => format!("{base}{PATH}"),
        };
        let parsed = reqwest::Url::parse(&endpoint).map_err(|e| refused(e.to_string()))?;
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err(refused("want http:// or https://".to_owned()));
        }
        let client = Client::new().map_err(|e| refused(e.to_string()))?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_endpoint(endpoint)
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(EXPORT_TIMEOUT)
            .build()
            .map_err(|e| refused(e.to_string()))?;
        let mut processor = BatchSpanProcessor::builder(exporter).build();
        let attributes = [
            KeyValue::new("service.version", process.version),
            KeyValue::new("service.instance.id", process.instance),
            KeyValue::new("worldlog.role", process.role),
        ];
        let resource = Resource::builder()
            .with_service_name(process.name)
            .with_attributes(attributes);
        processor.set_resource(&resource.build());
        Ok(Self(Arc::new(Sender {
            processor,
            scope: InstrumentationScope::builder("worldlog").build(),
        })))
    }

    /// Sends what is left, for at most `patience`.
    pub async fn stop(&self, patience: Duration) {
        let sender = Arc::clone(&self.0);
        // It waits for the thread that sends.
        let stopping = move || sender.processor.shutdown_with_timeout(patience);
        match tokio::task::spawn_blocking(stopping).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the last spans were not sent"),
            Err(error) => tracing::warn!(%error, "the last spans were not sent"),
        }
    }
}

impl Spans for Collector {
    fn ended(&self, span: Span) {
        let data = data(span, self.0.scope.clone());
        self.0.processor.on_end(data);
    }
}

fn data(span: Span, instrumentation_scope: InstrumentationScope) -> SpanData {
    let mut links = SpanLinks::default();
    let linked = span.links.iter();
    links.links = linked
        .map(|link| Link::new(context(link), Vec::new(), 0))
        .collect();
    let attributes = span
        .attributes
        .into_iter()
        .map(|(name, value)| match value {
            Value::Text(text) => KeyValue::new(name, text),
            Value::Number(number) => KeyValue::new(name, number),
        });
    SpanData {
        span_context: context(&span.context),
        parent_span_id: span.parent.map_or(SpanId::INVALID, id),
        // A server's and a consumer's parent is in another process, or may as well be.
        parent_span_is_remote: span.parent.is_some() && span.kind != Kind::Internal,
        span_kind: match span.kind {
            Kind::Server => SpanKind::Server,
            Kind::Consumer => SpanKind::Consumer,
            Kind::Internal => SpanKind::Internal,
        },
        name: span.name.into(),
        start_time: span.start,
        end_time: span.end,
        attributes: attributes.collect(),
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links,
        status: span.error.map_or(Status::Unset, Status::error),
        instrumentation_scope,
    }
}

fn id(span: u64) -> SpanId {
    SpanId::from_bytes(span.to_be_bytes())
}

fn context(of: &kernel::TraceContext) -> SpanContext {
    let flags = match of.sampled {
        true => TraceFlags::SAMPLED,
        false => TraceFlags::default(),
    };
    let trace = TraceId::from_bytes(of.trace_id.to_be_bytes());
    SpanContext::new(trace, id(of.span_id), flags, true, TraceState::default())
}
