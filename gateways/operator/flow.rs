//! `/flow`: what flows where. Topics with who writes and reads them, processors with how far they are, gateways with
//! the read models they show. Whoever asks twice has the rates.

use axum::Json;
use axum::extract::State;
use futures::{StreamExt, TryStreamExt, stream};
use kernel::Spec;
use model::Topics;
use model::topics::TopicEntry;
use runtime::ports::PortError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::frame::{ApiError, GatewayContext};

/// Topics asked about at a time.
const AT_A_TIME: usize = 8;

/// The platform as a graph.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Flow {
    /// Those of `topics.yaml`, without the dead letters.
    topics: Vec<FlowTopic>,
    processors: Vec<FlowProcessor>,
    gateways: Vec<FlowGateway>,
}

/// A topic.
#[derive(Debug, Serialize, ToSchema)]
struct FlowTopic {
    name: &'static str,
    /// What a record of it says.
    doc: &'static str,
    /// Records appended since the beginning, whether they are still kept or not.
    appended: u64,
    /// Units that write it: `processors/…`, `gateways/…`, `sources/…`, `runners/…`.
    writers: &'static [String],
    /// Units that read it.
    readers: &'static [String],
}

/// A processor.
#[derive(Debug, Serialize, ToSchema)]
struct FlowProcessor {
    name: &'static str,
    input: &'static str,
    emits: &'static [&'static str],
    /// Kinds of effect it asks for, each a topic `effects.<kind>`.
    effects: &'static [&'static str],
    /// The live generation.
    generation: u32,
    /// Where it is in its input: the sum of its next offsets.
    passed: u64,
    /// Events it has not yet applied.
    lag: u64,
}

/// A gateway that shows read models.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FlowGateway {
    name: &'static str,
    title: &'static str,
    read_models: &'static [&'static str],
}

/// What flows where.
#[utoipa::path(get, path = "/flow", tag = "state", responses((status = 200, body = Flow)))]
pub(super) async fn flow(State(context): State<GatewayContext>) -> Result<Json<Flow>, ApiError> {
    let topics: Vec<_> = Topics::global()
        .iter()
        .map(|t| topic(&context, t))
        .collect();
    let topics = stream::iter(topics).buffered(AT_A_TIME);
    let topics = topics.try_collect().await?;
    let specs = context.platform.waiter.specs().iter().copied();
    let processors: Vec<_> = specs.map(|spec| processor(&context, spec)).collect();
    let processors = stream::iter(processors).buffered(AT_A_TIME);
    let processors = processors.try_collect().await?;
    let shown = crate::all().iter().filter(|g| !g.read_models.is_empty());
    let gateways = shown.map(|gateway| FlowGateway {
        name: gateway.name,
        title: gateway.title,
        read_models: gateway.read_models,
    });
    Ok(Json(Flow {
        topics,
        processors,
        gateways: gateways.collect(),
    }))
}

/// The ends of a topic's partitions; none when the log has no such topic.
async fn ends(context: &GatewayContext, topic: &str) -> Result<Vec<u64>, PortError> {
    match context.platform.log.ends(topic).await {
        Err(PortError::Refused(_)) => Ok(Vec::new()),
        ends => ends,
    }
}

async fn topic(
    context: &GatewayContext,
    entry: &'static TopicEntry,
) -> Result<FlowTopic, PortError> {
    Ok(FlowTopic {
        name: &entry.name,
        doc: &entry.doc,
        appended: ends(context, &entry.name).await?.iter().sum(),
        writers: &entry.writers,
        readers: &entry.readers,
    })
}

async fn processor(
    context: &GatewayContext,
    spec: &'static Spec,
) -> Result<FlowProcessor, PortError> {
    let platform = &context.platform;
    let generation = platform.views.live(spec.name);
    platform.waiter.learn(spec).await?;
    let (mut passed, mut lag) = (0, 0);
    for (partition, end) in (0..).zip(ends(context, spec.input).await?) {
        let next = platform.progress.mark(spec.name, generation, partition);
        passed += next;
        lag += end.saturating_sub(next);
    }
    Ok(FlowProcessor {
        name: spec.name,
        input: spec.input,
        emits: spec.emits,
        effects: spec.effects,
        generation,
        passed,
        lag,
    })
}
