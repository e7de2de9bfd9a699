//! The journal, which the ledger folds: its end is where changes come from, signatures among them.

use runtime::ports::PortError;
use runtime::reading::Token;

use super::tables::CREDITS;
use crate::frame::GatewayContext;

const JOURNAL: &str = "credits.journal";
const PARTITION: u32 = 0;

/// Waits until the ledger's rows show all that is in the journal now; gives its end.
///
/// # Errors
/// The log's and the store's faults.
pub(super) async fn shown(context: &GatewayContext) -> Result<u64, PortError> {
    let ends = context.platform.log.ends(JOURNAL).await?;
    let end = ends.first().copied().unwrap_or(0);
    if let Some(last) = end.checked_sub(1) {
        let mut token = Token::default();
        token.add(JOURNAL.into(), PARTITION, last);
        context.platform.waiter.passed(CREDITS, &token).await?;
    }
    Ok(end)
}

/// Waits until there is more of it.
///
/// # Errors
/// The log's faults.
pub(super) async fn grown(context: &GatewayContext, end: u64) -> Result<(), PortError> {
    context.platform.log.wait(JOURNAL, PARTITION, end).await
}
