//! The cases of the port `Log` that are about consumer groups.

use std::collections::BTreeMap;
use std::time::Duration;

use kernel::NewRecord;
use runtime::ports::{Assignment, Log, Membership, PartitionReader, ReadLimits};

use super::log::{record, refused, text, topic};
use super::{soon, unique};

type Readers = BTreeMap<u32, Box<dyn PartitionReader>>;

/// Takes one change; says whether it was an assignment.
async fn change(member: &mut dyn Membership, readers: &mut Readers) -> bool {
    match soon("a change of assignment", member.next()).await {
        Some(Assignment::Assigned(reader)) => {
            let known = readers.insert(reader.partition(), reader);
            assert!(known.is_none(), "a partition is assigned once");
            true
        }
        Some(Assignment::Revoked(partition)) => {
            assert!(
                readers.remove(&partition).is_some(),
                "{partition} was not read"
            );
            false
        }
        None => panic!("the group was closed"),
    }
}

/// Takes changes until the member reads that many partitions.
async fn settle(member: &mut dyn Membership, readers: &mut Readers, count: usize) {
    while readers.len() != count {
        change(member, readers).await;
    }
}

fn pinned(topic: &kernel::Topic, partition: u32, value: &str) -> NewRecord {
    NewRecord {
        partition: Some(partition),
        ..record(topic, "k", value)
    }
}

pub(super) async fn a_lone_member_reads_everything(log: &dyn Log) {
    let t = topic(log, "lone", 4).await;
    let group = unique("group");
    let records = (0..20).map(|n| pinned(&t, n % 4, &n.to_string()));
    log.append(records.collect()).await.expect("appended");
    let mut member = log.join(&group, &t).await.expect("joined");
    let mut readers = Readers::new();
    settle(&mut *member, &mut readers, 4).await;
    for (partition, reader) in &mut readers {
        reader.seek(2).await.expect("within bounds");
        let mut values = Vec::new();
        while values.len() < 3 {
            let limits = ReadLimits {
                records: 2,
                bytes: usize::MAX,
            };
            let batch = soon("a batch", reader.next(limits)).await.expect("read");
            assert!(!batch.records.is_empty() && batch.records.len() <= 2);
            values.extend(batch.records.iter().map(text));
        }
        let wanted: Vec<String> = (2..5).map(|n| (n * 4 + partition).to_string()).collect();
        assert_eq!(values, wanted);
    }
}

pub(super) async fn members_share_and_hand_over(log: &dyn Log) {
    let t = topic(log, "shared", 4).await;
    let group = unique("group");
    let mut first = log.join(&group, &t).await.expect("joined");
    let mut first_reads = Readers::new();
    settle(&mut *first, &mut first_reads, 4).await;
    let mut second = log.join(&group, &t).await.expect("joined");
    let mut second_reads = Readers::new();
    // Both must be polled: on a real broker a member that does not ask is thought dead.
    tokio::join!(
        settle(&mut *first, &mut first_reads, 2),
        settle(&mut *second, &mut second_reads, 2),
    );
    let mut all: Vec<u32> = first_reads
        .keys()
        .chain(second_reads.keys())
        .copied()
        .collect();
    all.sort_unstable();
    assert_eq!(all, [0, 1, 2, 3], "every partition has one reader");
    let mut other = log.join(&unique("group"), &t).await.expect("joined");
    let mut other_reads = Readers::new();
    settle(&mut *other, &mut other_reads, 4).await;
    drop((first_reads, first));
    settle(&mut *second, &mut second_reads, 4).await;
    log.append(vec![pinned(&t, 3, "after")])
        .await
        .expect("appended");
    let reader = second_reads.get_mut(&3).expect("it reads all of them");
    reader.seek(0).await.expect("within bounds");
    let batch = soon("a batch", reader.next(ReadLimits::default()))
        .await
        .expect("read");
    assert_eq!(text(&batch.records[0]), "after");
}

pub(super) async fn readers_seek_within_bounds(log: &dyn Log) {
    let t = topic(log, "seek", 1).await;
    log.append(vec![pinned(&t, 0, "0"), pinned(&t, 0, "1")])
        .await
        .expect("appended");
    let mut member = log.join(&unique("group"), &t).await.expect("joined");
    let mut readers = Readers::new();
    settle(&mut *member, &mut readers, 1).await;
    let reader = readers.get_mut(&0).expect("the only one");
    refused(reader.seek(3).await, &t);
    reader.seek(2).await.expect("the end is within bounds");
    let next = async {
        soon("a batch", reader.next(ReadLimits::default()))
            .await
            .expect("read")
    };
    let append = async {
        tokio::task::yield_now().await;
        log.append(vec![pinned(&t, 0, "2")])
            .await
            .expect("appended");
    };
    let (batch, ()) = tokio::join!(next, append);
    assert_eq!(batch.records[0].offset, 2);
    assert_eq!((batch.next, batch.end), (3, 3));
    reader.seek(0).await.expect("back is fine");
    let batch = soon("a batch", reader.next(ReadLimits::default()))
        .await
        .expect("read");
    assert_eq!(batch.records[0].offset, 0);
}

pub(super) async fn a_cancelled_read_loses_nothing(log: &dyn Log) {
    let t = topic(log, "cancelled", 1).await;
    let mut member = log.join(&unique("group"), &t).await.expect("joined");
    let mut readers = Readers::new();
    settle(&mut *member, &mut readers, 1).await;
    let reader = readers.get_mut(&0).expect("the only one");
    reader.seek(0).await.expect("within bounds");
    for round in 0..3 {
        let early = reader.next(ReadLimits::default());
        let early = tokio::time::timeout(Duration::from_millis(1), early).await;
        assert!(early.is_err(), "there is nothing yet");
        log.append(vec![pinned(&t, 0, &round.to_string())])
            .await
            .expect("appended");
        let batch = soon("a batch", reader.next(ReadLimits::default()))
            .await
            .expect("read");
        assert_eq!(text(&batch.records[0]), round.to_string());
    }
}

pub(super) async fn positions_are_remembered(log: &dyn Log) {
    let t = topic(log, "positions", 3).await;
    let group = unique("group");
    assert_eq!(
        log.committed(&group, &t).await.expect("committed"),
        BTreeMap::new()
    );
    log.append(vec![pinned(&t, 2, "v"), pinned(&t, 2, "w")])
        .await
        .expect("appended");
    log.commit(&group, &t, 2, 1).await.expect("recorded");
    log.commit(&group, &t, 2, 2).await.expect("recorded");
    log.commit(&group, &t, 0, 0).await.expect("recorded");
    let wanted = BTreeMap::from([(0, 0), (2, 2)]);
    assert_eq!(log.committed(&group, &t).await.expect("committed"), wanted);
    assert_eq!(
        log.committed(&unique("group"), &t)
            .await
            .expect("committed"),
        BTreeMap::new()
    );
}
