//! Headers of the ledger: `x-ledger-offset` on what was written and on reads that wait for it, `x-ledger-stale` on
//! what is read while the ledger stands still.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue};
use runtime::reading::Token;

use super::error::Fault;
use super::tables::CREDITS;
use crate::frame::{GatewayContext, POSITION};

/// Offset in the ledger's log.
const OFFSET: HeaderName = HeaderName::from_static("x-ledger-offset");
/// The ledger takes nothing more until a person acts.
const STALE: HeaderName = HeaderName::from_static("x-ledger-stale");
/// The ledger's log and its one partition.
const LOG: &str = "credits.log";
const PARTITION: u32 = 0;

/// Waits before a read, marks after it.
pub(super) async fn headers(
    State(context): State<GatewayContext>,
    request: Request,
    next: Next,
) -> Response {
    if let Err(fault) = wait(&context, request.headers()).await {
        return fault.into_response();
    }
    let mut response = next.run(request).await;
    if let Some(offset) = written(response.headers()) {
        response
            .headers_mut()
            .insert(OFFSET, HeaderValue::from(offset));
    }
    let stands_still = context.process.as_ref().is_some_and(|process| {
        let blocked = process.blocked();
        blocked.iter().any(|blocked| blocked.processor == CREDITS)
    });
    if stands_still {
        let stale = HeaderValue::from_static("true");
        response.headers_mut().insert(STALE, stale);
    }
    response
}

/// The last offset that an answer says was written.
fn written(headers: &HeaderMap) -> Option<u64> {
    let token: Token = headers.get(POSITION)?.to_str().ok()?.parse().ok()?;
    token.of(LOG).map(|(_, offset)| offset).max()
}

async fn wait(context: &GatewayContext, headers: &HeaderMap) -> Result<(), Fault> {
    let Some(value) = headers.get(OFFSET) else {
        return Ok(());
    };
    let offset: u64 = value
        .to_str()
        .ok()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Fault::bad_request(format!("{OFFSET} is not an offset")))?;
    let end = context.platform.log.ends(LOG).await?.first().copied();
    if end.is_none_or(|end| offset >= end) {
        return Err(Fault::bad_request(format!(
            "{OFFSET} is beyond the end of the log"
        )));
    }
    let mut token = Token::default();
    token.add(LOG.into(), PARTITION, offset);
    let passed = context.platform.waiter.passed(CREDITS, &token);
    match tokio::time::timeout(context.settings.gateway.wait.0, passed).await {
        Ok(passed) => Ok(passed?),
        Err(_) => Err(Fault::unavailable(format!(
            "the ledger has not passed {OFFSET}"
        ))),
    }
}
