//! Taking part in a consumer group: one task a partition, started and stopped as the group decides.

use std::collections::BTreeMap;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::ports::{Assignment, Membership, PartitionReader};

/// Runs `work` for each partition this member gets, until stopped or the group is closed. A partition that is revoked,
/// or assigned anew, has its task stopped and waited for first; so have all of them in the end.
pub(crate) async fn share<F>(
    mut membership: Box<dyn Membership>,
    stop: CancellationToken,
    mut work: impl FnMut(Box<dyn PartitionReader>, CancellationToken) -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let mut running: BTreeMap<u32, (CancellationToken, JoinHandle<()>)> = BTreeMap::new();
    loop {
        let change = tokio::select! {
            () = stop.cancelled() => break,
            change = membership.next() => change,
        };
        match change {
            None => break,
            Some(Assignment::Assigned(reader)) => {
                let partition = reader.partition();
                end(running.remove(&partition)).await;
                let stop = stop.child_token();
                let task = tokio::spawn(work(reader, stop.clone()));
                running.insert(partition, (stop, task));
            }
            Some(Assignment::Revoked(partition)) => end(running.remove(&partition)).await,
        }
    }
    for task in running.into_values() {
        end(Some(task)).await;
    }
}

async fn end(task: Option<(CancellationToken, JoinHandle<()>)>) {
    let Some((stop, task)) = task else { return };
    stop.cancel();
    if let Err(error) = task.await {
        tracing::error!(%error, "the task of a partition ended by a panic");
    }
}
