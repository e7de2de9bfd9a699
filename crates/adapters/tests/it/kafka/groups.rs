//! Members of groups: sharing, handing over, restarting.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use adapters::kafka::{GroupProtocol, KafkaLog, KafkaOptions};
use kernel::Topic;
use runtime::ports::{Assignment, Batch, Log, Membership, PartitionReader, ReadLimits, Retention};

use super::{connect, options, record, refused, soon, text, topic, unique};

const PROTOCOLS: [GroupProtocol; 2] = [GroupProtocol::Classic, GroupProtocol::Consumer];

/// A member that reads whatever it is given from the start, and what it has read.
pub(super) struct Member {
    membership: Box<dyn Membership>,
    pub(super) readers: BTreeMap<u32, Box<dyn PartitionReader>>,
    /// Assignments and revocations seen.
    changes: usize,
}

impl Member {
    pub(super) async fn join(log: &KafkaLog, group: &str, topic: &Topic) -> Self {
        Self {
            membership: log.join(group, topic).await.expect("joined"),
            readers: BTreeMap::new(),
            changes: 0,
        }
    }

    /// Takes changes for as long as it is polled.
    async fn take_changes(&mut self) -> ! {
        loop {
            match self.membership.next().await.expect("the group is open") {
                Assignment::Assigned(reader) => {
                    let twice = self.readers.insert(reader.partition(), reader);
                    assert!(twice.is_none(), "a partition is assigned once");
                }
                Assignment::Revoked(partition) => {
                    let had = self.readers.remove(&partition);
                    assert!(had.is_some(), "{partition} was not assigned");
                }
            }
            self.changes += 1;
        }
    }

    /// Takes changes until it has that many partitions.
    pub(super) async fn settle(&mut self, count: usize) {
        while self.readers.len() != count {
            self.step().await;
        }
    }

    /// Takes changes for a while.
    async fn step(&mut self) {
        let _ = tokio::time::timeout(Duration::from_millis(50), self.take_changes()).await;
    }
}

pub(super) async fn next(reader: &mut Box<dyn PartitionReader>) -> Batch {
    soon("a batch", reader.next(ReadLimits::default()))
        .await
        .expect("read")
}

/// Lets all members take changes until each has its share.
async fn settle(members: &mut [Member], shares: &[usize]) {
    let settled = async {
        loop {
            let mut have: Vec<usize> = members.iter().map(|m| m.readers.len()).collect();
            have.sort_unstable();
            if have == shares {
                return;
            }
            futures::future::join_all(members.iter_mut().map(Member::step)).await;
        }
    };
    soon("a settled group", settled).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_members_share_and_each_partition_has_one_reader() {
    let Some(shared) = peers::shared() else {
        return;
    };
    for protocol in PROTOCOLS {
        let log = connect(&shared.kafka, options(protocol));
        let t = topic(&log, "three", 6, Retention::FOREVER).await;
        let group = unique("group");
        let mut members = Vec::new();
        for shares in [&[6][..], &[3, 3], &[2, 2, 2]] {
            members.push(Member::join(&log, &group, &t).await);
            settle(&mut members, shares).await;
        }
        let records = (0..6).map(|p| record(&t, p, &format!("value of {p}")));
        log.append(records.collect()).await.expect("appended");
        let mut read = Vec::new();
        for member in &mut members {
            for (partition, reader) in &mut member.readers {
                reader.seek(0).await.expect("within bounds");
                let batch = next(reader).await;
                assert_eq!(text(&batch.records[0]), format!("value of {partition}"));
                read.push(*partition);
            }
        }
        read.sort_unstable();
        assert_eq!(read, [0, 1, 2, 3, 4, 5], "{protocol:?}");
        members.pop();
        settle(&mut members, &[3, 3]).await;
        drop(members);
        log.close().await.expect("the groups are left");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_that_are_placed_as_soon_as_they_are_assigned_miss_nothing() {
    let Some(shared) = peers::shared() else {
        return;
    };
    const PARTITIONS: u32 = 200;
    for protocol in PROTOCOLS {
        let log = connect(&shared.kafka, options(protocol));
        let t = topic(&log, "placed", PARTITIONS, Retention::FOREVER).await;
        let records = (0..PARTITIONS).map(|p| record(&t, p, &p.to_string()));
        log.append(records.collect()).await.expect("appended");
        let mut membership = log.join(&unique("group"), &t).await.expect("joined");
        let mut reading = tokio::task::JoinSet::new();
        for _ in 0..PARTITIONS {
            let change = soon("an assignment", membership.next()).await;
            let Some(Assignment::Assigned(mut reader)) = change else {
                panic!("nobody else is in the group");
            };
            reading.spawn(async move {
                reader.seek(0).await.expect("within bounds");
                (reader.partition(), next(&mut reader).await)
            });
        }
        while let Some(read) = reading.join_next().await {
            let (partition, batch) = read.expect("no panic");
            let values: Vec<String> = batch.records.iter().map(text).collect();
            assert_eq!(values, [partition.to_string()], "{protocol:?}");
        }
        drop(membership);
        log.close().await.expect("the group is left");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_whose_partition_was_taken_gives_nothing_more() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let log = connect(&shared.kafka, options(GroupProtocol::Classic));
    let t = topic(&log, "taken", 2, Retention::FOREVER).await;
    let group = unique("group");
    let mut first = Member::join(&log, &group, &t).await;
    soon("both", first.settle(2)).await;
    let mut old = std::mem::take(&mut first.readers);
    for reader in old.values_mut() {
        reader.seek(0).await.expect("within bounds");
    }
    let mut second = Member::join(&log, &group, &t).await;
    let taken = async {
        loop {
            let (change, ()) = tokio::join!(first.membership.next(), async {});
            if let Some(Assignment::Revoked(partition)) = change {
                return partition;
            }
        }
    };
    let taken = soon("a revocation", taken).await;
    soon("its share", second.settle(1)).await;
    log.append(vec![record(&t, 0, "0"), record(&t, 1, "1")])
        .await
        .expect("appended");
    let reader = second.readers.get_mut(&taken).expect("it was handed over");
    reader.seek(0).await.expect("within bounds");
    assert_eq!(text(&next(reader).await.records[0]), taken.to_string());
    let old_reader = old.get_mut(&taken).expect("it had both");
    let more = old_reader.next(ReadLimits::default());
    let more = tokio::time::timeout(Duration::from_millis(300), more).await;
    assert!(more.is_err(), "it waits for ever, and is not told an error");
    let kept = old.get_mut(&(1 - taken)).expect("it had both");
    assert_eq!(text(&next(kept).await.records[0]), (1 - taken).to_string());
    // Whoever has left is told so.
    drop(first);
    log.close().await.expect("the group is left");
    refused(kept.next(ReadLimits::default()).await, &[&t, "left"]);
}

fn named(protocol: GroupProtocol, instance: &str) -> KafkaOptions {
    KafkaOptions {
        group_instance_id: Some(instance.to_owned()),
        ..options(protocol)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_of_static_members_moves_no_partition() {
    let Some(shared) = peers::shared() else {
        return;
    };
    for protocol in PROTOCOLS {
        let names = ["pod-0", "pod-1", "pod-2"];
        let group = unique("static");
        let mut logs = names.map(|name| connect(&shared.kafka, named(protocol, name)));
        let t = topic(&logs[0], "static", 6, Retention::FOREVER).await;
        let mut members = Vec::new();
        for (log, shares) in logs.iter().zip([&[6][..], &[3, 3], &[2, 2, 2]]) {
            members.push(Member::join(log, &group, &t).await);
            settle(&mut members, shares).await;
        }
        let before: Vec<Vec<u32>> = members
            .iter()
            .map(|m| m.readers.keys().copied().collect())
            .collect();
        let mut changes: Vec<usize> = members.iter().map(|m| m.changes).collect();
        for (i, name) in names.into_iter().enumerate() {
            // The process ends, and another begins in its place.
            let gone = members.remove(i);
            drop(gone);
            logs[i].close().await.expect("closed");
            logs[i] = connect(&shared.kafka, named(protocol, name));
            let back = Member::join(&logs[i], &group, &t).await;
            members.insert(i, back);
            settle(&mut members, &[2, 2, 2]).await;
            changes[i] = members[i].changes;
        }
        for _ in 0..20 {
            // A rebalance that is on its way shows within a heartbeat.
            futures::future::join_all(members.iter_mut().map(Member::step)).await;
        }
        for (i, member) in members.iter().enumerate() {
            let now: Vec<u32> = member.readers.keys().copied().collect();
            assert_eq!(now, before[i], "{} has what it had, {protocol:?}", names[i]);
            assert_eq!(member.changes, changes[i], "and nobody else saw a change");
        }
        drop(members);
        for log in &logs {
            log.close().await.expect("closed");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_that_was_fenced_loses_its_partitions_and_joins_again() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let group = unique("fenced");
    let old = connect(&shared.kafka, named(GroupProtocol::Classic, "pod-0"));
    let new = connect(&shared.kafka, named(GroupProtocol::Classic, "pod-0"));
    let t = topic(&old, "fenced", 1, Retention::FOREVER).await;
    let mut first = Member::join(&old, &group, &t).await;
    soon("its partition", first.settle(1)).await;
    let mut second = Member::join(&new, &group, &t).await;
    soon("its partition", second.settle(1)).await;
    soon("the first one hears of it", first.settle(0)).await;
    drop(second);
    new.close().await.expect("the group is left");
    // Nobody has to start it anew: a member that is fenced by its own former self comes back, too.
    soon("its partition again", first.settle(1)).await;
    let reader = first.readers.get_mut(&0).expect("the only one");
    reader.seek(0).await.expect("within bounds");
    old.append(vec![record(&t, 0, "after")])
        .await
        .expect("appended");
    let read = next(reader).await;
    assert_eq!(text(&read.records[0]), "after");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_that_the_broker_does_not_let_in_waits_for_its_name() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let group = unique("waits");
    let old = connect(&shared.kafka, named(GroupProtocol::Consumer, "pod-0"));
    let new = connect(&shared.kafka, named(GroupProtocol::Consumer, "pod-0"));
    let t = topic(&old, "waits", 1, Retention::FOREVER).await;
    let mut first = Member::join(&old, &group, &t).await;
    soon("its partition", first.settle(1)).await;
    let mut second = Member::join(&new, &group, &t).await;
    // Long enough that it was refused more than once.
    let early = tokio::time::timeout(Duration::from_secs(4), second.settle(1)).await;
    assert!(early.is_err(), "the name is another's");
    drop(first);
    old.close().await.expect("the group is left");
    soon("its partition", second.settle(1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_read_before_anybody_said_where() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let log = connect(&shared.kafka, options(GroupProtocol::Classic));
    let t = topic(&log, "unsaid", 1, Retention::FOREVER).await;
    log.append(vec![record(&t, 0, "first")])
        .await
        .expect("appended");
    let mut member = Member::join(&log, &unique("group"), &t).await;
    soon("its partition", member.settle(1)).await;
    let reader = member.readers.get_mut(&0).expect("the only one");
    refused(reader.next(ReadLimits::default()).await, &[&t]);
    reader.seek(0).await.expect("within bounds");
    assert_eq!(text(&next(reader).await.records[0]), "first");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_commits_and_the_group_remembers() {
    let Some(shared) = peers::shared() else {
        return;
    };
    for protocol in PROTOCOLS {
        let log = connect(&shared.kafka, options(protocol));
        let t = topic(&log, "commits", 2, Retention::FOREVER).await;
        let group = unique("group");
        log.append((0..4).map(|n| record(&t, 1, &n.to_string())).collect())
            .await
            .expect("appended");
        let mut member = Member::join(&log, &group, &t).await;
        soon("both", member.settle(2)).await;
        log.commit(&group, &t, 1, 3).await.expect("noted");
        let here = log.committed(&group, &t).await.expect("committed");
        assert_eq!(here, BTreeMap::from([(1, 3)]), "{protocol:?}");
        log.commit(&group, &t, 1, 4).await.expect("noted");
        log.close().await.expect("what was noted is committed");
        let other = connect(&shared.kafka, options(protocol));
        let found = other.committed(&group, &t).await.expect("committed");
        assert_eq!(
            found,
            BTreeMap::from([(1, 4)]),
            "as another process sees it"
        );
        drop(member);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_log_refuses() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let log = Arc::new(connect(&shared.kafka, options(GroupProtocol::Classic)));
    let t = topic(&log, "closed", 1, Retention::FOREVER).await;
    log.append(vec![record(&t, 0, "early")])
        .await
        .expect("appended");
    let waiting = tokio::spawn({
        let (log, t) = (Arc::clone(&log), Arc::clone(&t));
        async move { log.wait(&t, 0, 1).await }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    log.close().await.expect("closed");
    let woken = soon("the end of waiting", waiting).await.expect("no panic");
    refused(woken, &["closed"]);
    refused(log.wait(&t, 0, 1).await, &["closed"]);
    refused(log.append(vec![record(&t, 0, "late")]).await, &["closed"]);
    refused(log.join("group", &t).await.map(drop), &["closed"]);
    let read = log.read(&t, 0, 0, ReadLimits::default()).await;
    refused(read, &["closed"]);
}
