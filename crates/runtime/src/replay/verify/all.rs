//! Every key, partition by partition, and every row.

use super::compare::compare;
use super::confirm::confirm;
use super::job::Job;
use super::present::Present;
use super::slice::{Slice, hash};
use crate::ports::PortError;

/// Another seed than that of samples.
pub(super) const SLICES: u64 = 1;

pub(super) async fn run(job: &mut Job<'_>, memory: u64) -> Result<(), PortError> {
    // The rows that are there before the marks are taken: what wrote them lies before the marks.
    let mut present = Present::look(job).await?;
    let passes = present.passes(memory);
    job.report.passes = passes;
    let total = job.events_marked().await? * passes;
    job.begin("events", total);
    let mut unsure = Vec::new();
    for pass in 0..passes {
        for partition in 0..job.partitions {
            let Some((start, mark)) = job.mark(partition).await? else {
                continue;
            };
            let wanted = |key: &bytes::Bytes| hash(SLICES, key) % passes == pass;
            let mut slice = Slice::new(job, partition, start);
            slice.fold(job, mark, wanted).await?;
            present.explain(job, &slice);
            compare(job, &mut slice, &wanted, &mut unsure).await?;
        }
    }
    if !job.is_cut() {
        unsure.extend(present.unexplained(job).await?);
    }
    confirm(job, unsure, passes).await
}
