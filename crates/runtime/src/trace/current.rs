//! The context of what a task is doing, for the records that it appends.

use std::sync::Arc;

use kernel::NewRecord;

tokio::task_local! {
    static CARRIED: Arc<str>;
}

/// Runs `work` so that the records which are appended in it carry this `traceparent`.
pub fn carry<W: Future>(header: Arc<str>, work: W) -> impl Future<Output = W::Output> {
    CARRIED.scope(header, work)
}

/// The `traceparent` of what is being done here.
pub fn carried() -> Option<Arc<str>> {
    CARRIED.try_with(Arc::clone).ok()
}

/// Gives it to the records that have none.
pub fn stamp(records: &mut [NewRecord]) {
    // Outside of what is traced there is none.
    let _ = CARRIED.try_with(|header| {
        for record in records {
            let trace = &mut record.headers.trace;
            trace.get_or_insert_with(|| Arc::clone(header));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use kernel::Headers;
    use uuid::Uuid;

    fn record(trace: Option<&str>) -> NewRecord {
        let mut headers = Headers::new(Uuid::nil(), "a/b", "gateways/a");
        headers.trace = trace.map(Arc::from);
        NewRecord::keyed("t".into(), Bytes::new(), headers, Bytes::new())
    }

    #[tokio::test]
    async fn records_get_the_context_they_are_made_in_and_keep_one_they_have() {
        let mut records = [record(None), record(Some("own"))];
        stamp(&mut records);
        assert_eq!(records[0].headers.trace, None);
        carry("here".into(), async {
            tokio::task::yield_now().await;
            stamp(&mut records);
        })
        .await;
        let traces = records.each_ref().map(|r| r.headers.trace.as_deref());
        assert_eq!(traces, [Some("here"), Some("own")]);
        assert_eq!(carried(), None);
    }
}
