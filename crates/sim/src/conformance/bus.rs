//! The suite of the port `Bus`.

use std::time::Duration;

use bytes::Bytes;
use runtime::ports::{Bus, BusMessage, PortError, SUBJECT_BYTES_MAX, Subscription};

use super::{Run, soon, unique};

/// A case and its name.
pub type Case = (&'static str, fn(&dyn Bus) -> Run<'_>);

/// Every case.
pub const CASES: &[Case] = &[
    ("everyone_subscribed_gets_it", |b| {
        Box::pin(everyone_subscribed_gets_it(b))
    }),
    ("wildcards", |b| Box::pin(wildcards(b))),
    ("order_of_one_publisher", |b| {
        Box::pin(order_of_one_publisher(b))
    }),
    ("a_group_shares", |b| Box::pin(a_group_shares(b))),
    ("who_is_dropped_gets_nothing", |b| {
        Box::pin(who_is_dropped_gets_nothing(b))
    }),
    ("requests_are_answered", |b| {
        Box::pin(requests_are_answered(b))
    }),
    ("requests_without_an_answer", |b| {
        Box::pin(requests_without_an_answer(b))
    }),
    ("a_slow_reader_loses_the_oldest", |b| {
        Box::pin(a_slow_reader_loses_the_oldest(b))
    }),
    ("a_wait_may_be_cancelled", |b| {
        Box::pin(a_wait_may_be_cancelled(b))
    }),
    ("what_is_no_subject_is_refused", |b| {
        Box::pin(what_is_no_subject_is_refused(b))
    }),
    ("large_payloads_are_refused", |b| {
        Box::pin(large_payloads_are_refused(b))
    }),
];

async fn subscribe(bus: &dyn Bus, pattern: &str, group: Option<&str>) -> Box<dyn Subscription> {
    bus.subscribe(pattern, group).await.expect("subscribed")
}

async fn publish(bus: &dyn Bus, subject: &str, payload: impl Into<Bytes>) {
    let payload = payload.into();
    bus.publish(subject, payload).await.expect("published");
}

async fn next(subscription: &mut Box<dyn Subscription>) -> BusMessage {
    let message = soon("a message", subscription.next()).await;
    message.expect("the bus is open")
}

/// The subjects read up to and without `last`.
async fn until(subscription: &mut Box<dyn Subscription>, last: &str) -> Vec<String> {
    let mut subjects = Vec::new();
    loop {
        let message = next(subscription).await;
        if &*message.subject == last {
            return subjects;
        }
        subjects.push(message.subject.to_string());
    }
}

async fn everyone_subscribed_gets_it(bus: &dyn Bus) {
    let subject = unique("peer.0xab.heartbeat");
    publish(bus, &subject, "before anyone listens").await;
    let mut one = subscribe(bus, &subject, None).await;
    let mut two = subscribe(bus, &subject, None).await;
    publish(bus, &subject, &[0_u8, 255, 10][..]).await;
    publish(bus, &subject, Bytes::new()).await;
    for subscription in [&mut one, &mut two] {
        let message = next(subscription).await;
        assert_eq!(*message.subject, *subject);
        assert_eq!(message.payload, &[0_u8, 255, 10][..]);
        assert_eq!(message.reply, None);
        assert_eq!(next(subscription).await.payload, Bytes::new());
        assert_eq!(subscription.lost(), 0);
    }
}

async fn wildcards(bus: &dyn Bus) {
    let root = unique("wild");
    let subjects = [
        "peer",
        "peer.a",
        "peer.a.heartbeat",
        "peer.b.heartbeat",
        "peer.a.world.join",
        "engine.peer.a.island_changed",
    ];
    let cases: [(&str, &[usize]); 7] = [
        ("peer", &[0]),
        ("*", &[0]),
        ("peer.*", &[1]),
        ("peer.*.heartbeat", &[2, 3]),
        ("peer.>", &[1, 2, 3, 4]),
        ("engine.peer.*.island_changed", &[5]),
        (">", &[0, 1, 2, 3, 4, 5]),
    ];
    let mut subscriptions = Vec::new();
    for (pattern, _) in cases {
        subscriptions.push(subscribe(bus, &format!("{root}.{pattern}"), None).await);
    }
    // The second round says to every pattern that the first is over.
    for payload in ["first", "second"] {
        for subject in subjects {
            publish(bus, &format!("{root}.{subject}"), payload).await;
        }
    }
    for ((pattern, hits), mut subscription) in cases.into_iter().zip(subscriptions) {
        for hit in hits {
            let message = next(&mut subscription).await;
            assert_eq!(message.payload, "first", "{pattern}");
            assert_eq!(*message.subject, format!("{root}.{}", subjects[*hit]));
        }
        assert_eq!(next(&mut subscription).await.payload, "second", "{pattern}");
    }
}

async fn order_of_one_publisher(bus: &dyn Bus) {
    let root = unique("order");
    let mut subscription = subscribe(bus, &format!("{root}.*"), None).await;
    for n in 0..500_u32 {
        publish(bus, &format!("{root}.{}", n % 7), n.to_string()).await;
    }
    for n in 0..500_u32 {
        assert_eq!(next(&mut subscription).await.payload, n.to_string());
    }
}

async fn a_group_shares(bus: &dyn Bus) {
    let root = unique("jobs");
    let mut everyone = subscribe(bus, &format!("{root}.>"), None).await;
    let mut one = subscribe(bus, &format!("{root}.*"), Some("workers")).await;
    let mut two = subscribe(bus, &format!("{root}.*"), Some("workers")).await;
    let mut other = subscribe(bus, &format!("{root}.*"), Some("others")).await;
    for n in 0..100_u32 {
        publish(bus, &format!("{root}.{n}"), "").await;
    }
    for subscription in [&mut everyone, &mut other] {
        for n in 0..100_u32 {
            assert_eq!(*next(subscription).await.subject, format!("{root}.{n}"));
        }
    }
    let mut seen = Vec::new();
    while seen.len() < 100 {
        let message = soon("a message", async {
            tokio::select! { m = one.next() => m, m = two.next() => m }
        });
        seen.push(message.await.expect("the bus is open").subject.to_string());
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 100, "each went to one of the two");
}

async fn who_is_dropped_gets_nothing(bus: &dyn Bus) {
    let root = unique("left");
    let stays = subscribe(bus, &format!("{root}.*"), Some("workers")).await;
    let leaves = subscribe(bus, &format!("{root}.*"), Some("workers")).await;
    let mut everyone = subscribe(bus, &format!("{root}.*"), None).await;
    drop(leaves);
    let mut stays = stays;
    // The word that someone left may take its time, but then all work is done by who stays.
    soon("the whole work for who stays", async {
        for round in 0.. {
            for n in 0..20_u32 {
                publish(bus, &format!("{root}.{round}-{n}"), "").await;
            }
            let end = format!("{root}.end-{round}");
            publish(bus, &end, "").await;
            until(&mut everyone, &end).await;
            let mut count = 0;
            while let Ok(Some(message)) =
                tokio::time::timeout(Duration::from_millis(200), stays.next()).await
            {
                count += u32::from(!message.subject.contains(".end-"));
                if *message.subject == *end {
                    break;
                }
            }
            if count == 20 {
                return;
            }
        }
    })
    .await;
}

async fn requests_are_answered(bus: &dyn Bus) {
    let subject = unique("ask.who");
    let mut questions = subscribe(bus, &subject, None).await;
    let answers = async {
        for _ in 0..10 {
            let question = next(&mut questions).await;
            let answer = [&question.payload[..], b"!"].concat();
            bus.reply(&question, answer.into()).await.expect("answered");
        }
        let more = next(&mut questions).await;
        assert_eq!(more.reply, None);
        let reply = bus.reply(&more, Bytes::new()).await;
        assert!(matches!(reply, Err(PortError::Refused(_))), "none awaited");
    };
    let subject = &subject;
    let asks = async move {
        let requests = (0..10).map(|n| async move {
            let text = format!("{n}");
            let timeout = Duration::from_secs(20);
            (n, bus.request(subject, text.into(), timeout).await)
        });
        for (n, answer) in futures::future::join_all(requests).await {
            assert_eq!(answer.expect("answered"), format!("{n}!"));
        }
        publish(bus, subject, "no question").await;
    };
    futures::future::join(answers, asks).await;
}

async fn requests_without_an_answer(bus: &dyn Bus) {
    let subject = unique("nobody");
    let nobody = bus.request(&subject, Bytes::new(), Duration::from_secs(600));
    let error = soon("the word that nobody is there", nobody).await;
    assert!(error.expect_err("nobody").is_retry());
    let subject = unique("silent");
    let mut silent = subscribe(bus, &subject, None).await;
    let request = bus.request(&subject, Bytes::new(), Duration::from_millis(50));
    let error = soon("the end of the wait", request).await;
    assert!(error.expect_err("no answer").is_retry());
    let question = next(&mut silent).await;
    bus.reply(&question, "too late".into())
        .await
        .expect("nobody minds");
}

async fn a_slow_reader_loses_the_oldest(bus: &dyn Bus) {
    let subject = unique("flood");
    let mut slow = subscribe(bus, &subject, None).await;
    let count = bus.limits().buffer_messages + 100;
    for n in 0..count {
        publish(bus, &subject, n.to_string()).await;
        if n % 1000 == 0 {
            tokio::task::yield_now().await;
        }
    }
    soon("the loss", async {
        while slow.lost() < 100 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    assert_eq!(slow.lost(), 100);
    for n in 100..count {
        assert_eq!(next(&mut slow).await.payload, n.to_string());
    }
    publish(bus, &subject, "on it goes").await;
    assert_eq!(next(&mut slow).await.payload, "on it goes");
}

async fn a_wait_may_be_cancelled(bus: &dyn Bus) {
    let subject = unique("waits");
    let mut subscription = subscribe(bus, &subject, None).await;
    for n in 0..20_u32 {
        let nothing = tokio::time::timeout(Duration::from_millis(1), subscription.next()).await;
        assert!(nothing.is_err());
        publish(bus, &subject, n.to_string()).await;
        assert_eq!(next(&mut subscription).await.payload, n.to_string());
    }
}

async fn what_is_no_subject_is_refused(bus: &dyn Bus) {
    let long = "a".repeat(SUBJECT_BYTES_MAX + 1);
    for subject in ["", "a..b", "a b", "a.*", "a.>", "a\r\nPUB b 0", &long] {
        let published = bus.publish(subject, Bytes::new()).await;
        assert!(
            matches!(published, Err(PortError::Refused(_))),
            "{subject:?}"
        );
        let asked = bus
            .request(subject, Bytes::new(), Duration::from_secs(1))
            .await;
        assert!(matches!(asked, Err(PortError::Refused(_))), "{subject:?}");
    }
    for pattern in ["", "a..b", "a b", "a*", ">.a", "a\r\nSUB b 1", &long] {
        let subscribed = bus.subscribe(pattern, None).await;
        assert!(
            matches!(subscribed, Err(PortError::Refused(_))),
            "{pattern:?}"
        );
    }
    for group in ["", "a b", "a\r\n", "*"] {
        let subscribed = bus.subscribe("a", Some(group)).await;
        assert!(
            matches!(subscribed, Err(PortError::Refused(_))),
            "{group:?}"
        );
    }
}

async fn large_payloads_are_refused(bus: &dyn Bus) {
    let subject = unique("large");
    let mut subscription = subscribe(bus, &subject, None).await;
    let most = bus.limits().payload_bytes.as_usize();
    let refused = bus.publish(&subject, vec![7; most + 1].into()).await;
    assert!(matches!(refused, Err(PortError::Refused(_))), "too large");
    publish(bus, &subject, vec![7; most]).await;
    assert_eq!(next(&mut subscription).await.payload.len(), most);
}
