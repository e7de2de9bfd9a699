//! `/verify/:model`: whether a read model is what the log makes it.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kernel::{ErasedProcessor, Spec};
use runtime::generations::{Generation, State as Stored};
use runtime::replay::{self, Keys, Scope, Telling};
use runtime::settings::Size;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::{Semaphore, mpsc};
use utoipa::IntoParams;

use super::generations::{spec, stored};
use super::lines::{Line, Work, lines};
use super::records::authorise;
use crate::frame::{ApiError, ErrorBody, GatewayContext};

/// Keys that are drawn when the request does not say.
const SAMPLE_DEFAULT: usize = 1000;
const SAMPLE_MAX: usize = 1_000_000;
/// Things told that wait for a slow reader.
const WAITING: usize = 64;
/// Its memory is bounded, so others wait.
static ONE_AT_A_TIME: Semaphore = Semaphore::const_new(1);

/// Query of `/verify/:model`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct VerifyQuery {
    /// All keys, and every row of every table.
    #[serde(default)]
    all: bool,
    /// So many keys of the log, drawn at random (1000).
    sample: Option<usize>,
    /// Decides which; drawn and told when it is left out.
    seed: Option<u64>,
    /// The generation; the live one when it is left out.
    generation: Option<u32>,
    /// Bytes that states and rows take at a time, e.g. `64 MiB`; at most `operator.verify_memory`.
    #[param(value_type = Option<String>)]
    memory: Option<Size>,
}

/// A generation that this program can fold again.
pub(super) struct Chosen {
    pub(super) spec: &'static Spec,
    pub(super) processor: Arc<dyn ErasedProcessor>,
    pub(super) number: u32,
    pub(super) generation: Generation,
}

/// The generation that a request names.
pub(super) async fn chosen(
    context: &GatewayContext,
    headers: &HeaderMap,
    model: &str,
    number: Option<u32>,
) -> Result<Chosen, ApiError> {
    let spec = spec(context, model)?;
    // What a read model holds of records that are not shown is not shown either.
    authorise(context, spec.input, headers)?;
    let found = context
        .processors
        .iter()
        .find(|p| p.spec().name == spec.name);
    let processor = Arc::clone(found.ok_or_else(|| {
        ApiError::not_found(format!("this program has no processor {}", spec.name))
    })?);
    let known = stored(context, spec).await?;
    let number = number.unwrap_or(known.live);
    let Some(generation) = known.generations.get(&number).cloned() else {
        let message = format!("{}: there is no generation {number}", spec.name);
        return Err(ApiError::not_found(message));
    };
    let unfit = match &generation {
        of if of.state == Stored::Dropping => "is being dropped".to_owned(),
        of if of.revision != spec.revision => format!(
            "is of revision {}, and this program folds as revision {}",
            of.revision, spec.revision
        ),
        _ => String::new(),
    };
    if !unfit.is_empty() {
        let message = format!("{}: generation {number} {unfit}", spec.name);
        return Err(ApiError::new(StatusCode::CONFLICT, "refused", message));
    }
    Ok(Chosen {
        spec,
        processor,
        number,
        generation,
    })
}

/// Folds keys of a read model again and compares them with the store. Lines: `started`, `progress`, `difference`, and at
/// the end `report` or `error`.
#[utoipa::path(get, path = "/verify/{model}", tag = "generations",
    params(("model" = String, Path), VerifyQuery),
    responses((status = 200, description = "a JSON object a line", content_type = "application/x-ndjson"),
        (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn verify(
    State(context): State<GatewayContext>,
    Path(model): Path<String>,
    headers: HeaderMap,
    query: Result<Query<VerifyQuery>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(query) =
        query.map_err(|e| ApiError::bad_request("invalid_query", e.body_text().to_lowercase()))?;
    let chosen = chosen(&context, &headers, &model, query.generation).await?;
    let keys = keys(&query)?;
    let most = context.settings.operator.verify_memory;
    let memory = query.memory.unwrap_or(most);
    if memory > most || memory.0 == 0 {
        let message = format!("memory: at most operator.verify_memory ({} bytes)", most.0);
        return Err(ApiError::bad_request("invalid_memory", message));
    }
    let scope = Scope {
        generation: chosen.number,
        keys,
        memory: memory.0,
    };
    let (sample, seed) = match keys {
        Keys::All => (None, None),
        Keys::Sample { count, seed } => (Some(count), Some(seed)),
    };
    let started = json!({ "started": {
        "readModel": chosen.spec.name, "generation": chosen.number, "sample": sample, "seed": seed,
    } });
    let (tell, told) = mpsc::channel(WAITING);
    let (platform, processor) = (context.platform.clone(), chosen.processor);
    let task = tokio::spawn(async move {
        let _turn = ONE_AT_A_TIME.acquire().await;
        replay::verify(&platform, processor, scope, tell).await
    });
    let work = Work {
        told,
        task,
        shutdown: context.shutdown.clone(),
    };
    let line = |told: Telling| Line::Next(json!(told));
    Ok(lines(
        work,
        started,
        line,
        |report| json!({ "report": report }),
    ))
}

fn keys(query: &VerifyQuery) -> Result<Keys, ApiError> {
    let wrong = |message: &str| Err(ApiError::bad_request("invalid_sample", message));
    if query.all {
        return match (query.sample, query.seed) {
            (None, None) => Ok(Keys::All),
            _ => wrong("all and sample exclude each other"),
        };
    }
    let count = query.sample.unwrap_or(SAMPLE_DEFAULT);
    if !(1..=SAMPLE_MAX).contains(&count) {
        return wrong("sample: want 1 to 1000000 keys");
    }
    Ok(Keys::Sample {
        count,
        seed: query.seed.unwrap_or_else(drawn),
    })
}

/// A seed that is easily typed again.
fn drawn() -> u64 {
    let mut bytes = [0; 4];
    // Without randomness any seed is as good.
    let _ = getrandom::fill(&mut bytes);
    u32::from_le_bytes(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_for_all_keys_or_for_some() {
        let keys = |text: &str| {
            let uri = format!("http://x/?{text}").parse().expect("a uri");
            let Query(query) = Query::try_from_uri(&uri).expect("a query");
            keys(&query).ok()
        };
        assert_eq!(keys("all=true"), Some(Keys::All));
        let (count, seed) = (7, 3);
        assert_eq!(keys("sample=7&seed=3"), Some(Keys::Sample { count, seed }));
        assert!(matches!(
            keys(""),
            Some(Keys::Sample {
                count: SAMPLE_DEFAULT,
                ..
            })
        ));
        assert_eq!(keys("all=true&sample=7"), None);
        assert_eq!(keys("sample=0"), None);
    }
}
