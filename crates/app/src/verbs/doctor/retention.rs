//! What retention has removed, may remove, and is about to remove from under whoever still has to read it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use kernel::Kind;
use runtime::generations::Registry;
use runtime::ports::{Log, PortError, ReadLimits, Retention, Store, TopicInfo, TopicSpec};

use super::{Findings, State};
use crate::topics_plan::words;
use crate::wire::EFFECT_KINDS;

const WHAT: &str = "retention";
/// Less than this part of the time that a topic is kept is little.
const LITTLE: u32 = 4;

/// Whoever reads a topic and goes on where it was.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Reader {
    name: String,
    topic: String,
    /// Name and number of its marks.
    marks: (&'static str, u32),
    /// What is removed unread is lost to it; to others it has expired.
    whole: bool,
}

/// Where a reader stands in one partition.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    partition: u32,
    start: u64,
    end: u64,
    mark: Option<u64>,
    /// Log time of the first event that it has not read, ms, where somebody looked.
    waits_since: Option<i64>,
}

/// How long it takes until a reader loses something.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Left {
    of: String,
    left: Duration,
    kept: Duration,
}

/// Every topic that a read model is folded from, or that a decider has said its decisions in, with the read models.
fn histories() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut histories: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for processor in processors::all() {
        let spec = processor.spec();
        let said = match spec.kind {
            Kind::Projector => &[],
            Kind::Decider => spec.emits,
        };
        for topic in said.iter().chain([&spec.input]) {
            histories.entry(*topic).or_default().insert(spec.name);
        }
    }
    histories
}

/// Whether what can be rebuilt still has what it would be rebuilt from.
pub(super) async fn promises(
    findings: &mut Findings,
    log: &dyn Log,
    wanted: &[TopicSpec],
    topics: &[TopicInfo],
) -> Result<(), PortError> {
    let mut whole = true;
    for (topic, models) in histories() {
        let Some(info) = topics.iter().find(|info| info.spec.name == topic) else {
            continue;
        };
        let cut = log.starts(topic).await?.into_iter().filter(|s| *s > 0);
        let wanted = wanted.iter().find(|wanted| wanted.name == topic);
        let wanted = wanted.map_or(&info.spec.retention, |wanted| &wanted.retention);
        let told = promise(topic, &models, &info.spec.retention, wanted, cut.count());
        if let Some((state, detail)) = told {
            whole = false;
            findings.add(state, WHAT, detail);
        }
    }
    if whole {
        let all = "every read model can be rebuilt from the beginning";
        findings.add(State::Ok, WHAT, all);
    }
    Ok(())
}

/// What is to be said of a topic that these read models need, `cut` partitions of which have lost their beginning.
fn promise(
    topic: &str,
    models: &BTreeSet<&str>,
    is: &Retention,
    wanted: &Retention,
    cut: usize,
) -> Option<(State, String)> {
    let finite = |kept: &Retention| kept.time.is_some() || kept.bytes.is_some();
    let names: Vec<&str> = models.iter().copied().collect();
    let names = names.join(", ");
    let gone = match cut {
        0 => String::new(),
        cut => format!("; {cut} partitions have lost their beginning already"),
    };
    if shorter(is, wanted) {
        let detail = format!(
            "{topic} is kept {}, topics.yaml says {}: what {names} would be rebuilt from goes{gone}; \
             `worldlog topics apply --yes` mends it",
            words(is),
            words(wanted)
        );
        return Some((State::Warning, detail));
    }
    if finite(is) {
        let detail = format!(
            "{topic} is kept {}: {names} cannot be rebuilt from before that{gone}",
            words(is)
        );
        return Some((State::Note, detail));
    }
    // Compaction removes what a later record of the key stands for.
    (cut > 0 && !is.compact).then(|| {
        let detail = format!(
            "{topic} is kept {}, and yet {cut} partitions have lost their beginning: {names} cannot be rebuilt whole",
            words(is)
        );
        (State::Warning, detail)
    })
}

/// Whether less is kept than should be.
fn shorter(is: &Retention, wanted: &Retention) -> bool {
    let time = |kept: &Retention| kept.time.unwrap_or(Duration::MAX);
    let bytes = |kept: &Retention| kept.bytes.unwrap_or(u64::MAX);
    time(is) < time(wanted) || bytes(is) < bytes(wanted) || (is.compact && !wanted.compact)
}

/// Whether somebody has lost what it had not read, or is about to. `now`: ms, where the log's time is the machine's.
pub(super) async fn readers(
    findings: &mut Findings,
    log: &dyn Log,
    store: Arc<dyn Store>,
    topics: &[TopicInfo],
    now: Option<i64>,
) -> Result<(), PortError> {
    let mut slowest: Option<Left> = None;
    for reader in all_readers(&store).await? {
        let Some(info) = topics.iter().find(|info| info.spec.name == reader.topic) else {
            continue;
        };
        let kept = &info.spec.retention;
        let Some(places) = places(log, &*store, &reader, kept).await? else {
            continue;
        };
        for place in &places {
            if let Some((state, detail)) = lost(&reader, place, kept) {
                findings.add(state, WHAT, detail);
            }
        }
        let Some(now) = now else { continue };
        let left = places.iter().filter_map(|p| left(&reader, p, kept, now));
        let least = left.min_by_key(|left| left.left);
        if let Some(left) = &least
            && left.left < left.kept / LITTLE
        {
            let detail = format!(
                "{} loses what it has not read in {} at the earliest: the topic is kept {}",
                left.of,
                hours(left.left),
                words(kept)
            );
            findings.add(State::Warning, WHAT, detail);
        }
        slowest = slowest.into_iter().chain(least).min_by_key(|l| l.left);
    }
    let detail = match slowest {
        Some(Left { of, left, .. }) => format!(
            "the next to lose something unread would be {of}, in {} at the earliest",
            hours(left)
        ),
        None => "nobody has anything unread that retention could remove".to_owned(),
    };
    findings.add(State::Ok, WHAT, detail);
    Ok(())
}

async fn all_readers(store: &Arc<dyn Store>) -> Result<Vec<Reader>, PortError> {
    let registry = Registry::new(Arc::clone(store), false);
    registry.load().await?;
    let mut readers = Vec::new();
    for processor in processors::all() {
        let spec = processor.spec();
        let model = registry.get(spec.name);
        let generations = model.map_or(vec![1], |m| m.generations.keys().copied().collect());
        readers.extend(generations.into_iter().map(|generation| Reader {
            name: format!("{} generation {generation}", spec.name),
            topic: spec.input.to_owned(),
            marks: (spec.name, generation),
            whole: true,
        }));
    }
    readers.extend(EFFECT_KINDS.iter().map(|kind| Reader {
        name: format!("the runner of {kind} effects"),
        topic: format!("effects.{kind}"),
        marks: (*kind, 1),
        whole: false,
    }));
    Ok(readers)
}

/// Where a reader stands; `None` for one that has never read.
async fn places(
    log: &dyn Log,
    store: &dyn Store,
    reader: &Reader,
    kept: &Retention,
) -> Result<Option<Vec<Place>>, PortError> {
    let (name, generation) = reader.marks;
    let marks = store.marks(name, generation).await?;
    if marks.is_empty() {
        return Ok(None);
    }
    let (starts, ends) = (log.starts(&reader.topic), log.ends(&reader.topic));
    let kept_offsets = starts.await?.into_iter().zip(ends.await?);
    let mut places = Vec::new();
    for (partition, (start, end)) in (0..).zip(kept_offsets) {
        let mark = marks.get(&(reader.topic.clone(), partition));
        let mut place = Place {
            partition,
            start,
            end,
            mark: mark.map(|mark| mark.next),
            waits_since: None,
        };
        if kept.time.is_some() && place.unread() > 0 {
            place.waits_since = first_after(log, &reader.topic, &place).await?;
        }
        places.push(place);
    }
    Ok(Some(places))
}

async fn first_after(log: &dyn Log, topic: &str, place: &Place) -> Result<Option<i64>, PortError> {
    let limits = ReadLimits {
        records: 1,
        ..ReadLimits::default()
    };
    let batch = log
        .read(topic, place.partition, place.next(), limits)
        .await?;
    Ok(batch.records.first().map(|record| record.timestamp))
}

impl Place {
    fn next(&self) -> u64 {
        self.mark.map_or(self.start, |mark| mark.max(self.start))
    }

    fn unread(&self) -> u64 {
        self.end.saturating_sub(self.next())
    }
}

/// What a reader has lost; or may lose any time, where room is what ends.
fn lost(reader: &Reader, place: &Place, kept: &Retention) -> Option<(State, String)> {
    let Reader { name, topic, .. } = reader;
    let Place {
        partition,
        start,
        end,
        ..
    } = *place;
    let mark = place.mark?;
    if mark > end {
        let detail = format!(
            "{name} has read {topic}/{partition} up to offset {mark}, but the log ends at {end}: the store is not of \
             this log, or the log is an older copy"
        );
        return Some((State::Broken, detail));
    }
    if mark < start {
        let gone = start - mark;
        let (state, then) = match reader.whole {
            true => (
                State::Broken,
                "LOG_HOLE: import them, or build it anew from what is left",
            ),
            false => (State::Warning, "these effects have expired"),
        };
        let detail = format!(
            "{name} has read {topic}/{partition} up to offset {mark}, but the log starts at {start}: {gone} records are \
             gone unread; {then}"
        );
        return Some((state, detail));
    }
    // By room: it begins to be removed, and the reader is at the end where that happens.
    let bytes = kept.bytes.filter(|_| start > 0)?;
    let close = (mark - start) * u64::from(LITTLE) < end - start;
    close.then(|| {
        let detail = format!(
            "{name} has {} records of {topic}/{partition} unread, and the topic is kept up to {bytes} bytes: it is \
             close to what is removed next",
            place.unread()
        );
        (State::Warning, detail)
    })
}

/// How long what a reader has not read is kept.
fn left(reader: &Reader, place: &Place, kept: &Retention, now: i64) -> Option<Left> {
    let kept = kept.time?;
    let age = Duration::from_millis(u64::try_from(now - place.waits_since?).unwrap_or(0));
    Some(Left {
        of: format!("{} on {}/{}", reader.name, reader.topic, place.partition),
        left: kept.saturating_sub(age),
        kept,
    })
}

fn hours(time: Duration) -> String {
    match time.as_secs() / 60 {
        minutes if minutes < 120 => format!("{minutes} min"),
        minutes => format!("{} h", minutes / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn kept_hours(hours: u64) -> Retention {
        Retention {
            time: Some(Duration::from_secs(hours * 3600)),
            ..Retention::FOREVER
        }
    }

    fn reader(whole: bool) -> Reader {
        Reader {
            name: "badges generation 2".into(),
            topic: "badges.facts".into(),
            marks: ("badges", 2),
            whole,
        }
    }

    fn place(start: u64, mark: u64, end: u64) -> Place {
        Place {
            partition: 3,
            start,
            end,
            mark: Some(mark),
            waits_since: None,
        }
    }

    #[test]
    fn a_topic_that_is_kept_shorter_than_it_should_be_names_the_read_models() {
        let models = BTreeSet::from(["badges", "inbox"]);
        let week = kept_hours(168);
        let says = |is, wanted, cut| promise("t", &models, is, wanted, cut);
        let (state, detail) = says(&week, &Retention::FOREVER, 2).expect("it is shorter");
        assert_eq!(state, State::Warning);
        for part in ["badges, inbox", "for ever", "2 partitions have lost"] {
            assert!(detail.contains(part), "{detail}");
        }
        let (state, detail) = says(&week, &week, 0).expect("it ends");
        assert_eq!(state, State::Note);
        assert!(!detail.contains("lost"), "{detail}");
        let for_ever = Retention::FOREVER;
        assert_eq!(says(&for_ever, &for_ever, 0), None);
        let (state, _) = says(&for_ever, &for_ever, 1).expect("something is gone");
        assert_eq!(state, State::Warning);
        let compact = Retention {
            compact: true,
            ..for_ever
        };
        assert_eq!(says(&compact, &compact, 1), None);
        let (state, _) = says(&compact, &for_ever, 0).expect("older records of a key go");
        assert_eq!(state, State::Warning);
    }

    #[test]
    fn a_mark_behind_the_start_is_a_hole_and_an_expired_effect_is_not() {
        let kept = kept_hours(1);
        let of = |whole, place: &Place| lost(&reader(whole), place, &kept);
        let (state, detail) = of(true, &place(10, 7, 20)).expect("three are gone");
        assert_eq!(state, State::Broken);
        for part in [
            "badges generation 2",
            "badges.facts/3",
            "3 records",
            "LOG_HOLE",
        ] {
            assert!(detail.contains(part), "{detail}");
        }
        let (state, _) = of(false, &place(10, 7, 20)).expect("three are gone");
        assert_eq!(state, State::Warning);
        let (state, _) = of(true, &place(0, 21, 20)).expect("another log's");
        assert_eq!(state, State::Broken);
        for fine in [place(10, 10, 20), place(0, 20, 20)] {
            assert_eq!(of(true, &fine), None);
        }
    }

    #[test]
    fn room_warns_only_where_it_has_begun_to_end() {
        let kept = Retention {
            bytes: Some(1000),
            ..Retention::FOREVER
        };
        let of = |place: &Place| lost(&reader(true), place, &kept).map(|(state, _)| state);
        assert_eq!(of(&place(100, 110, 200)), Some(State::Warning));
        assert_eq!(of(&place(100, 150, 200)), None);
        assert_eq!(of(&place(0, 10, 200)), None);
    }

    #[test]
    fn the_time_left_is_counted_from_the_first_event_that_was_not_read() {
        let now = 1_000 * HOUR;
        let mut place = place(0, 5, 9);
        let of = |place: &Place| left(&reader(true), place, &kept_hours(10), now);
        assert_eq!(of(&place), None);
        place.waits_since = Some(now - 7 * HOUR);
        let three = of(&place).expect("it waits");
        assert_eq!(three.left, Duration::from_secs(3 * 3600));
        assert_eq!(three.of, "badges generation 2 on badges.facts/3");
        place.waits_since = Some(now - 11 * HOUR);
        assert_eq!(of(&place).map(|l| l.left), Some(Duration::ZERO));
        assert_eq!(hours(Duration::from_secs(3 * 3600)), "3 h");
        assert_eq!(hours(Duration::from_secs(119 * 60)), "119 min");
    }
}
