//! Exported records put back: at the offsets they had, whatever is missing between them.

use std::time::Duration;

use adapters::kafka::{GroupProtocol, KafkaLog, KafkaOptions};
use kernel::{NewRecord, Position, Topic};
use rdkafka::Offset;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::Message as _;
use rdkafka::topic_partition_list::TopicPartitionList;
use runtime::ports::{Log, ReadLimits, Restore, Retention};

use super::groups::{Member, next};
use super::{bare, connect, options, record, refused, soon, text, topic, unique, values};

/// 2026-01-01, ms: not the machine's time.
const TIME: i64 = 1_767_225_600_000;

/// A record as an export has it: with a time and a cause of its own.
fn exported(topic: &Topic, partition: u32, offset: u64) -> (u64, NewRecord) {
    let mut record = record(topic, partition, &offset.to_string());
    record.timestamp = Some(TIME + i64::try_from(offset).expect("it is small"));
    record.headers.cause = Some(Position::new("upstream", 3, offset).at(1));
    (offset, record)
}

async fn restore(log: &KafkaLog, topic: &Topic, partition: u32, offsets: &[u64]) {
    let records = offsets.iter().map(|o| exported(topic, partition, *o));
    log.restore(records.collect()).await.expect("restored");
}

/// Offset, time and value of what a read gives.
async fn read(log: &KafkaLog, topic: &Topic, partition: u32, from: u64) -> Vec<(u64, i64, String)> {
    let read = log.read(topic, partition, from, ReadLimits::default());
    let batch = soon("a read", read).await.expect("read");
    assert_eq!(batch.next, batch.end, "what is no record is read over");
    let seen = batch
        .records
        .iter()
        .map(|r| (r.offset, r.timestamp, text(r)));
    seen.collect()
}

fn seen(offsets: &[u64]) -> Vec<(u64, i64, String)> {
    let each = |o: &u64| {
        (
            *o,
            TIME + i64::try_from(*o).expect("it is small"),
            o.to_string(),
        )
    };
    offsets.iter().map(each).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_come_back_at_their_offsets_and_gaps_stay_gaps() {
    let Some(shared) = peers::shared() else {
        return;
    };
    for protocol in [GroupProtocol::Classic, GroupProtocol::Consumer] {
        let log = connect(&shared.kafka, options(protocol));
        let t = topic(&log, "restored", 3, Retention::FOREVER).await;
        // Both partitions in one call, and the second call goes on where the first ended.
        let mixed = [(0, 3), (1, 0), (0, 4), (1, 1), (0, 9)];
        let mixed = mixed.map(|(partition, offset)| exported(&t, partition, offset));
        log.restore(mixed.into()).await.expect("restored");
        restore(&log, &t, 0, &[11, 12, 20]).await;
        for (partition, end) in [(0, 25), (1, 2), (2, 7)] {
            log.restore_end(&t, partition, end).await.expect("restored");
        }
        assert_eq!(log.starts(&t).await.expect("starts"), [3, 0, 7]);
        assert_eq!(log.ends(&t).await.expect("ends"), [25, 2, 7]);
        let all = [3, 4, 9, 11, 12, 20];
        assert_eq!(read(&log, &t, 0, 0).await, seen(&all));
        assert_eq!(
            read(&log, &t, 0, 5).await,
            seen(&all[2..]),
            "from within a gap"
        );
        assert_eq!(read(&log, &t, 0, 21).await, seen(&[]), "the last gap");
        assert_eq!(read(&log, &t, 1, 0).await, seen(&[0, 1]));
        assert_eq!(read(&log, &t, 2, 0).await, seen(&[]));
        let original = exported(&t, 0, 9).1.headers;
        let batch = log
            .read(&t, 0, 9, ReadLimits::default())
            .await
            .expect("read");
        assert_eq!(batch.records[0].headers, original);
        let from = log.offset_at(&t, 0, TIME + 9).await.expect("by time");
        assert_eq!(read(&log, &t, 0, from).await, seen(&all[2..]));
        in_a_group(&log, &t, &all).await;
        // New ones go behind.
        let appended = (0..3)
            .map(|partition| record(&t, partition, "new"))
            .collect();
        let appended = log.append(appended).await.expect("appended");
        let offsets: Vec<u64> = appended.iter().map(|a| a.offset).collect();
        assert_eq!(offsets, [25, 2, 7]);
        assert_eq!(values(&log, &t, 2).await, ["new"]);
        // More is missing than fits into one call.
        let t = topic(&log, "far", 1, Retention::FOREVER).await;
        restore(&log, &t, 0, &[25_000, 36_000]).await;
        assert_eq!(log.starts(&t).await.expect("starts"), [25_000]);
        assert_eq!(read(&log, &t, 0, 0).await, seen(&[25_000, 36_000]));
    }
}

/// A member sees the records and then that it is at the end.
async fn in_a_group(log: &KafkaLog, topic: &Topic, offsets: &[u64]) {
    let mut member = Member::join(log, &unique("group"), topic).await;
    soon("its partitions", member.settle(3)).await;
    let reader = member.readers.get_mut(&0).expect("it is one of them");
    refused(reader.seek(2).await, &["starts at 3"]);
    refused(reader.seek(26).await, &["ends at 25"]);
    reader.seek(3).await.expect("within bounds");
    let (mut got, mut at) = (Vec::new(), 3);
    while at < 25 {
        let batch = next(reader).await;
        assert!(
            batch.next > at && batch.end <= 25,
            "{} {}",
            batch.next,
            batch.end
        );
        at = batch.next;
        got.extend(batch.records.iter().map(|r| r.offset));
    }
    assert_eq!(got, offsets);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_there_is_never_moved() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let log = connect(&shared.kafka, options(GroupProtocol::Classic));
    let t = topic(&log, "taken", 1, Retention::FOREVER).await;
    restore(&log, &t, 0, &[0, 1, 4]).await;
    for taken in [0, 4] {
        let again = log.restore(vec![exported(&t, 0, taken)]).await;
        refused(again, &[&format!("{t}/0"), "reaches to offset 5"]);
    }
    let falling = vec![exported(&t, 0, 7), exported(&t, 0, 6)];
    refused(log.restore(falling).await, &["reaches to offset 8"]);
    assert_eq!(
        log.ends(&t).await.expect("ends"),
        [5],
        "nothing of a refused call"
    );
    log.restore_end(&t, 0, 3).await.expect("it is past that");
    assert_eq!(log.ends(&t).await.expect("ends"), [5]);
    assert_eq!(read(&log, &t, 0, 0).await, seen(&[0, 1, 4]));
    refused(log.restore(vec![exported(&t, 1, 0)]).await, &["partition"]);
    refused(log.restore_end(&t, 1, 9).await, &[&t]);
    refused(log.restore_end("nobody", 0, 9).await, &["nobody"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_compacted_topic_is_put_back_and_what_fills_its_gaps_goes() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let eager = [
        ("segment.ms", "100"),
        ("min.cleanable.dirty.ratio", "0.0"),
        ("max.compaction.lag.ms", "100"),
        ("delete.retention.ms", "100"),
    ];
    let eager = KafkaOptions {
        topic_properties: eager.map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
        ..options(GroupProtocol::Classic)
    };
    let log = connect(&shared.kafka, eager);
    let compacted = Retention {
        compact: true,
        ..Retention::FOREVER
    };
    let t = topic(&log, "far", 1, compacted).await;
    let far = [25_000, 25_001, 36_000];
    let records = far.map(|offset| {
        let (offset, mut record) = exported(&t, 0, offset);
        record.key = Some(offset.to_string().into());
        (offset, record)
    });
    log.restore(records.into()).await.expect("restored");
    // Kafka lets nobody remove records of a compacted topic, and a start that is too low hides nothing.
    assert_eq!(log.starts(&t).await.expect("starts"), [0]);
    assert_eq!(read(&log, &t, 0, 0).await, seen(&far));
    // What fills gaps has one key: the broker itself removes it, and nothing of ours.
    let gone = async {
        while messages(&shared.kafka, &t) > 100 {
            // A segment is only closed when something is appended after its time.
            let mut next = record(&t, 0, "next");
            next.key = Some("next".into());
            log.append(vec![next]).await.expect("appended");
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    };
    soon("compaction", gone).await;
    let left = read(&log, &t, 0, 0).await;
    assert_eq!(left[..3], seen(&far));
    assert!(
        left[3..]
            .iter()
            .all(|(offset, _, value)| *offset > 36_000 && value == "next")
    );
}

/// How many messages any other client sees.
fn messages(brokers: &str, topic: &Topic) -> usize {
    let mut config = bare(brokers);
    config
        .set("group.id", "nobody")
        .set("enable.partition.eof", "true");
    let consumer: BaseConsumer = config.create().expect("a consumer");
    let mut all = TopicPartitionList::new();
    all.add_partition_offset(topic, 0, Offset::Beginning)
        .expect("an offset");
    consumer.assign(&all).expect("assigned");
    let mut count = 0;
    loop {
        match consumer.poll(Duration::from_secs(60)).expect("it answers") {
            Ok(message) => {
                assert!(message.offset() >= 0);
                count += 1;
            }
            Err(_) => return count,
        }
    }
}
