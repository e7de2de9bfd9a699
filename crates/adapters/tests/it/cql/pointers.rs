//! Pointers: compare-and-set between processes, and finding them by prefix.

use futures::future::join_all;
use runtime::ports::Store;

use super::{connect, with_keyspace};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_processes_one_sets_a_pointer() {
    with_keyspace(|address, keyspace| async move {
        let stores = join_all((0..4).map(|_| connect(&address, &keyspace))).await;
        for round in 0..6_u64 {
            let expected = (round > 0).then_some(round);
            let tries = stores.iter().enumerate().map(|(n, store)| {
                let value = format!("{round}/{n}");
                store.compare_and_set("live", expected, value.into())
            });
            let verdicts = join_all(tries).await;
            let pointer = stores[0].pointer("live").await.expect("read");
            let pointer = pointer.expect("somebody has set it");
            assert_eq!(pointer.version, round + 1, "once, {verdicts:?}");
            for (n, verdict) in verdicts.iter().enumerate() {
                let ours = pointer.value == format!("{round}/{n}");
                match verdict {
                    Ok(set) => assert_eq!(*set, ours, "{verdicts:?} {pointer:?}"),
                    // Too many at once: it is not known, until one reads.
                    Err(error) => assert!(error.is_retry(), "{error}"),
                }
            }
            let decided = verdicts.iter().filter(|verdict| verdict.is_ok()).count();
            assert!(decided > 0, "{verdicts:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn pointers_are_found_by_prefix_in_name_order() {
    with_keyspace(|address, keyspace| async move {
        let store = connect(&address, &keyspace).await;
        let mut names: Vec<String> = (0..60).map(|n| format!("effects/mail/{n}")).collect();
        names.push("effects/mail/é".into());
        names.push("effects/mail/".into());
        let others = [
            "effects/mail",
            "effects/mail0",
            "effects/maik/9",
            "live",
            "é",
        ];
        let all = names.iter().map(String::as_str).chain(others);
        let sets = all.map(|name| store.compare_and_set(name, None, name.to_owned().into()));
        for set in join_all(sets).await {
            assert!(set.expect("asked"));
        }
        names.sort();
        let found = store.pointers("effects/mail/").await.expect("read");
        let found: Vec<_> = found
            .into_iter()
            .inspect(|(name, pointer)| assert_eq!(pointer.value, name.as_bytes()))
            .map(|(name, _)| name)
            .collect();
        assert_eq!(found, names);
        assert_eq!(store.pointers("").await.expect("read").len(), 67);
        assert_eq!(store.pointers("é").await.expect("read").len(), 1);
        assert_eq!(store.pointers("nobody").await.expect("read"), []);
    })
    .await;
}
