//! Who is subscribed to what: a tree of the words of patterns.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::buffer::BusBuffer;

/// A subscription in the tree.
#[derive(Clone)]
struct Subscriber {
    number: u64,
    group: Option<Arc<str>>,
    buffer: Arc<BusBuffer>,
}

#[derive(Default)]
struct Node {
    words: HashMap<Box<str>, Node>,
    any: Option<Box<Node>>,
    /// Patterns that end here.
    here: Vec<Subscriber>,
    /// Patterns that end here in `>`.
    below: Vec<Subscriber>,
}

/// The subscriptions of a bus.
#[derive(Default)]
pub(super) struct Routes {
    root: Node,
    numbers: u64,
    /// Turns of queue groups.
    turn: AtomicUsize,
}

/// Who gets one message.
#[derive(Default)]
pub(super) struct Receivers<'a> {
    /// Everyone outside of groups.
    pub(super) all: Vec<&'a Arc<BusBuffer>>,
    /// One of each group.
    groups: BTreeMap<&'a str, Vec<&'a Arc<BusBuffer>>>,
}

impl Routes {
    /// Adds a subscription; gives the number by which it is removed.
    pub(super) fn add(
        &mut self,
        pattern: &str,
        group: Option<&str>,
        buffer: Arc<BusBuffer>,
    ) -> u64 {
        self.numbers += 1;
        let number = self.numbers;
        place(&mut self.root, pattern).push(Subscriber {
            number,
            group: group.map(Arc::from),
            buffer,
        });
        number
    }

    /// Removes a subscription and the branches that were only there for it.
    pub(super) fn remove(&mut self, pattern: &str, number: u64) {
        remove(&mut self.root, pattern, number);
    }

    /// Delivers to everyone a subject reaches; says to how many.
    pub(super) fn deliver(&self, subject: &str, mut send: impl FnMut(&Arc<BusBuffer>)) -> usize {
        let mut receivers = Receivers::default();
        self.root.collect(Some(subject), &mut receivers);
        let count = receivers.all.len() + receivers.groups.len();
        for buffer in receivers.all {
            send(buffer);
        }
        for members in receivers.groups.into_values() {
            let turn = self.turn.fetch_add(1, Ordering::Relaxed);
            send(members[turn % members.len()]);
        }
        count
    }

    /// Every buffer.
    pub(super) fn each(&self, mut visit: impl FnMut(&Arc<BusBuffer>)) {
        self.root.each(&mut visit);
    }
}

/// Where subscriptions to a pattern are kept.
fn place<'a>(node: &'a mut Node, pattern: &str) -> &'a mut Vec<Subscriber> {
    let mut node = node;
    for word in pattern.split('.') {
        node = match word {
            ">" => return &mut node.below,
            "*" => node.any.get_or_insert_default(),
            word => node.words.entry(word.into()).or_default(),
        };
    }
    &mut node.here
}

fn remove(node: &mut Node, pattern: &str, number: u64) {
    let (word, rest) = match pattern.split_once('.') {
        Some((word, rest)) => (word, Some(rest)),
        None => (pattern, None),
    };
    if word == ">" {
        node.below.retain(|s| s.number != number);
        return;
    }
    let child = match word {
        "*" => node.any.as_deref_mut(),
        word => node.words.get_mut(word),
    };
    let Some(child) = child else { return };
    match rest {
        Some(rest) => remove(child, rest, number),
        None => child.here.retain(|s| s.number != number),
    }
    if child.is_empty() {
        match word {
            "*" => node.any = None,
            word => drop(node.words.remove(word)),
        }
    }
}

impl Node {
    fn is_empty(&self) -> bool {
        self.words.is_empty() && self.any.is_none() && self.here.is_empty() && self.below.is_empty()
    }

    fn collect<'a>(&'a self, subject: Option<&str>, receivers: &mut Receivers<'a>) {
        let Some(subject) = subject else {
            receivers.extend(&self.here);
            return;
        };
        receivers.extend(&self.below);
        let (word, rest) = match subject.split_once('.') {
            Some((word, rest)) => (word, Some(rest)),
            None => (subject, None),
        };
        if let Some(child) = self.words.get(word) {
            child.collect(rest, receivers);
        }
        if let Some(child) = &self.any {
            child.collect(rest, receivers);
        }
    }

    fn each(&self, visit: &mut impl FnMut(&Arc<BusBuffer>)) {
        for subscriber in self.here.iter().chain(&self.below) {
            visit(&subscriber.buffer);
        }
        for child in self.words.values().chain(self.any.as_deref()) {
            child.each(visit);
        }
    }
}

impl<'a> Receivers<'a> {
    fn extend(&mut self, subscribers: &'a [Subscriber]) {
        for subscriber in subscribers {
            match &subscriber.group {
                None => self.all.push(&subscriber.buffer),
                Some(group) => self
                    .groups
                    .entry(group)
                    .or_default()
                    .push(&subscriber.buffer),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::BusLimits;

    fn reached(routes: &Routes, subject: &str) -> usize {
        routes.deliver(subject, |_| {})
    }

    #[test]
    fn patterns_reach_what_nats_says_they_reach() {
        let cases: [(&str, &[&str], &[&str]); 6] = [
            ("a.b", &["a.b"], &["a", "a.b.c", "b.a"]),
            ("*", &["a"], &["a.b"]),
            ("a.*.c", &["a.b.c", "a.x.c"], &["a.c", "a.b.b.c", "a.b.d"]),
            ("a.>", &["a.b", "a.b.c"], &["a", "b.a"]),
            (">", &["a", "a.b.c"], &[]),
            ("*.*.>", &["a.b.c", "a.b.c.d"], &["a.b"]),
        ];
        for (pattern, hits, misses) in cases {
            let mut routes = Routes::default();
            let buffer = Arc::new(BusBuffer::new(pattern, BusLimits::default()));
            let number = routes.add(pattern, None, buffer);
            for subject in hits {
                assert_eq!(reached(&routes, subject), 1, "{pattern} {subject}");
            }
            for subject in misses {
                assert_eq!(reached(&routes, subject), 0, "{pattern} {subject}");
            }
            routes.remove(pattern, number);
            assert!(routes.root.is_empty(), "{pattern} leaves nothing behind");
        }
    }

    #[test]
    fn a_group_is_one_receiver_whatever_its_patterns() {
        let mut routes = Routes::default();
        for pattern in ["a.b", "a.*", ">"] {
            let buffer = Arc::new(BusBuffer::new(pattern, BusLimits::default()));
            routes.add(pattern, Some("g"), buffer.clone());
            routes.add(pattern, None, buffer);
        }
        assert_eq!(reached(&routes, "a.b"), 4);
        let mut turns = Vec::new();
        for _ in 0..3 {
            routes.deliver("a.b", |buffer| turns.push(Arc::as_ptr(buffer)));
        }
        turns.sort();
        turns.dedup();
        assert_eq!(turns.len(), 3, "the members take turns");
    }
}
