//! The registry client on a real registry, and on one that misbehaves.

mod misbehaving;

use std::time::Duration;

use adapters::registry::{
    IdTable, Level, RegistryClient, RegistryOptions, Subject, Verdict, Version, check_all,
    find_all, register_all,
};
use model::Registry;
use model::compatibility::{Policy, policy_of};
use model::wire::WireIds;
use runtime::ports::PortError;
use serde_json::json;

fn client(url: &str) -> RegistryClient {
    let options = RegistryOptions::of_url(url).expect("a url");
    RegistryClient::new(options).expect("a client")
}

/// A name nobody else uses.
fn unique(what: &str) -> String {
    format!("{what}{}", uuid::Uuid::now_v7().simple())
}

/// A record with fields of type long, each with a default.
fn record(name: &str, fields: &[&str]) -> String {
    let fields = fields
        .iter()
        .map(|f| json!({ "name": f, "type": "long", "default": 0 }));
    let fields: Vec<_> = fields.collect();
    json!({ "type": "record", "name": name, "namespace": "it", "fields": fields }).to_string()
}

fn version(own_id: u32, version: u32, schema: &str) -> Version {
    Version {
        own_id,
        version,
        schema: schema.into(),
    }
}

/// The platform's own subjects.
fn ours() -> Vec<Subject> {
    let registry = Registry::global();
    let subjects = registry.subjects().into_iter();
    let subjects = subjects.map(|(name, schema)| Subject {
        name,
        level: match policy_of(schema) {
            Policy::FullTransitive => Level::FullTransitive,
            Policy::BackwardTransitive => Level::BackwardTransitive,
        },
        versions: registry
            .versions(schema)
            .map(|s| version(s.id, s.version, s.text))
            .collect(),
    });
    subjects.collect()
}

#[tokio::test]
async fn a_schema_is_registered_once_and_found() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let client = client(&shared.registry);
    let name = unique("Once");
    let subject = format!("it.{name}");
    let (one, two) = (record(&name, &["a"]), record(&name, &["a", "b"]));
    assert_eq!(client.find(&subject, &one).await.expect("asked"), None);
    assert_eq!(
        client.check(&subject, &one).await.expect("asked"),
        Verdict::NewSubject
    );
    let id = client.register(&subject, &one).await.expect("registered");
    assert_eq!(
        client.register(&subject, &one).await.expect("registered"),
        id
    );
    let found = client
        .find(&subject, &one)
        .await
        .expect("asked")
        .expect("there");
    assert_eq!((found.id, found.version), (id, 1));
    assert_eq!(client.find(&subject, &two).await.expect("asked"), None);
    let text = client.schema(id).await.expect("asked").expect("there");
    let text: serde_json::Value = serde_json::from_str(&text).expect("json");
    assert_eq!(
        text,
        serde_json::from_str::<serde_json::Value>(&one).expect("json")
    );
    assert_eq!(client.schema(2_000_000_000).await.expect("asked"), None);
    let subjects = client.subjects().await.expect("asked");
    assert!(subjects.contains(&subject));
}

#[tokio::test]
async fn what_others_could_not_read_is_refused_with_the_reason() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let client = client(&shared.registry);
    let name = unique("Strict");
    let subject = format!("it.{name}");
    let one = record(&name, &["a"]);
    client.register(&subject, &one).await.expect("registered");
    client
        .set_level(&subject, Level::FullTransitive)
        .await
        .expect("set");
    let fine = record(&name, &["a", "b"]);
    assert_eq!(
        client.check(&subject, &fine).await.expect("asked"),
        Verdict::Compatible
    );
    let broken = record(&name, &["a"])
        .replace("\"long\"", "\"string\"")
        .replace(":0", ":\"\"");
    let verdict = client.check(&subject, &broken).await.expect("asked");
    assert!(matches!(verdict, Verdict::Incompatible(_)), "{verdict:?}");
    let refused = client.register(&subject, &broken).await;
    let Err(PortError::Refused(text)) = refused else {
        panic!("it was taken: {refused:?}");
    };
    assert!(text.contains(&subject) && text.contains("409"), "{text}");
    let no_schema = client.register(&subject, "{\"type\":\"nothing\"}").await;
    assert!(
        matches!(no_schema, Err(PortError::Refused(_))),
        "{no_schema:?}"
    );
    let subjects = vec![Subject {
        name: subject.clone(),
        level: Level::FullTransitive,
        versions: vec![version(1, 1, &one), version(2, 2, &broken)],
    }];
    let found = check_all(&client, subjects).await.expect("asked");
    assert_eq!((&*found[0].subject, found[0].version), (&*subject, 2));
}

#[tokio::test]
async fn versions_are_registered_in_order_and_under_their_level() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let client = client(&shared.registry);
    let name = unique("Grows");
    let subject = |level| Subject {
        name: format!("it.{name}"),
        level,
        versions: vec![
            version(11, 1, &record(&name, &["a"])),
            version(12, 2, &record(&name, &["a", "b"])),
            version(13, 3, &record(&name, &["a", "b", "c"])),
        ],
    };
    let missing = find_all(&client, vec![subject(Level::FullTransitive)]).await;
    let Err(PortError::Refused(text)) = missing else {
        panic!("found what is not there: {missing:?}");
    };
    assert!(text.contains("schemas register"), "{text}");
    let IdTable(rows) = register_all(&client, vec![subject(Level::FullTransitive)])
        .await
        .expect("registered");
    let versions: Vec<_> = rows.iter().map(|r| (r.own_id, r.version)).collect();
    assert_eq!(versions, [(11, 1), (12, 2), (13, 3)]);
    for (row, fields) in rows.iter().zip([&["a"][..], &["a", "b"], &["a", "b", "c"]]) {
        let found = client
            .find(&row.subject, &record(&name, fields))
            .await
            .expect("asked");
        let found = found.expect("there");
        assert_eq!((found.id, found.version), (row.id, row.version));
    }
    let again = register_all(&client, vec![subject(Level::FullTransitive)]).await;
    assert_eq!(again.expect("registered").0, rows, "nothing new");
    let found = find_all(&client, vec![subject(Level::FullTransitive)]).await;
    assert_eq!(found.expect("found").0, rows);
    let kept = serde_json::to_string(&IdTable(rows.clone())).expect("json");
    let kept: IdTable = serde_json::from_str(&kept).expect("json");
    assert_eq!(kept.0, rows, "it can be kept");
}

#[tokio::test]
async fn the_platforms_schemas_get_ids_that_can_be_told_apart() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let client = client(&shared.registry);
    let table = register_all(&client, ours()).await.expect("registered");
    assert_eq!(table.0.len(), Registry::global().schemas().count());
    let ids = WireIds::new(table.pairs()).expect("they differ");
    for row in &table.0 {
        assert_eq!(ids.written(row.own_id), row.id);
        assert_eq!(ids.read(row.id), Some(row.own_id));
    }
    let again = register_all(&client, ours()).await.expect("registered");
    assert_eq!(again, table, "nothing new");
    assert_eq!(find_all(&client, ours()).await.expect("found"), table);
    assert_eq!(check_all(&client, ours()).await.expect("asked"), []);
    // What a client of the registry gets for the id of a value is that value's schema.
    let row = table
        .0
        .iter()
        .find(|r| r.subject == "worldlog.badge.BadgeGranted");
    let text = client
        .schema(row.expect("registered").id)
        .await
        .expect("asked")
        .expect("there");
    let schema = Registry::global()
        .current("badge/badge-granted")
        .expect("ours");
    let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("json");
    assert_eq!(parsed(&text), parsed(schema.text));
}

#[tokio::test]
async fn a_registry_that_is_not_there_is_tried_again() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let client = client(&format!("http://me:hunter2@{address}/path"));
    let faults = [
        client.register("s", "{}").await.err(),
        client.find("s", "{}").await.err(),
        client.check("s", "{}").await.err(),
        client.schema(1).await.err(),
        client.subjects().await.err(),
        client.set_level("s", Level::FullTransitive).await.err(),
        register_all(&client, ours()).await.err(),
        find_all(&client, ours()).await.err(),
    ];
    for fault in faults {
        let error = fault.expect("it cannot succeed");
        assert!(error.is_retry(), "{error}");
        let text = error.to_string();
        assert!(
            text.contains(&address.to_string()) && !text.contains("hunter2"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_wrong_base_url_is_no_missing_subject() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let wrong = client(&shared.registry.replace("ccompat", "nothing"));
    let found = wrong.find("s", "{}").await;
    assert!(matches!(found, Err(PortError::Refused(_))), "{found:?}");
}

#[tokio::test]
async fn silence_ends() {
    let silent = misbehaving::Server::silent().await;
    let mut options = RegistryOptions::of_url(&silent.url()).expect("a url");
    options.timeout = Duration::from_millis(100);
    let client = RegistryClient::new(options).expect("a client");
    let asked = tokio::time::timeout(Duration::from_secs(60), client.subjects()).await;
    assert!(asked.expect("it ends").is_err_and(|e| e.is_retry()));
}
