//! The bus on a real NATS server.

mod certificates;

use std::path::Path;
use std::time::Duration;

use adapters::nats::{NatsAuth, NatsBus, NatsOptions};
use bytes::Bytes;
use peers::{Nats, Options, Server};
use runtime::ports::{Bus, BusLimits, PortError, Subscription};
use sim::conformance::bus::CASES;

/// Nothing here takes this long: what does hangs.
const HANGS_AFTER: Duration = Duration::from_secs(60);

async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    let timeout = tokio::time::timeout(HANGS_AFTER, future);
    timeout
        .await
        .unwrap_or_else(|_| panic!("{what} did not happen"))
}

fn at(address: &str) -> NatsOptions {
    NatsOptions {
        servers: vec![address.to_owned()],
        send_timeout: Duration::from_millis(500),
        ..NatsOptions::default()
    }
}

async fn connect(options: NatsOptions) -> NatsBus {
    NatsBus::connect(options).await.expect("connected")
}

/// The fault of a connection that must not be made.
async fn refused(options: NatsOptions) -> PortError {
    let bus = soon("the answer", NatsBus::connect(options)).await;
    bus.err().expect("not connected")
}

/// A server of one's own, unless real servers are left out.
async fn server(folder: &Path, arguments: &[&str]) -> Option<Server> {
    peers::shared()?;
    let options = Options {
        arguments: arguments.iter().map(|a| (*a).to_owned()).collect(),
        ..Options::default()
    };
    Some(Nats::start(folder, options).await.expect("started"))
}

/// Publishes until the subscription gets something of it: what is said while the bus is away is lost.
async fn until_heard(bus: &NatsBus, subject: &str, subscription: &mut Box<dyn Subscription>) {
    soon("a message", async {
        loop {
            let _ = bus.publish(subject, Bytes::new()).await;
            let wait = tokio::time::timeout(Duration::from_millis(50), subscription.next());
            if let Ok(message) = wait.await {
                assert_eq!(&*message.expect("the bus is open").subject, subject);
                return;
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bus_on_nats_keeps_the_contract() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let bus = connect(NatsOptions {
        limits: BusLimits {
            buffer_messages: 2000,
            ..BusLimits::default()
        },
        send_timeout: Duration::from_secs(10),
        ..at(&shared.nats)
    })
    .await;
    for (name, case) in CASES {
        println!("{name}");
        case(&bus).await;
    }
}

#[tokio::test]
async fn two_processes_meet() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let (one, two) = (
        connect(at(&shared.nats)).await,
        connect(at(&shared.nats)).await,
    );
    let subject = format!("meet.{}", uuid::Uuid::now_v7().simple());
    // Once subscribed returned, the server knows: nothing that another process says is missed.
    for n in 0..50_u8 {
        let mut subscription = one.subscribe(&subject, None).await.expect("subscribed");
        two.publish(&subject, vec![n].into())
            .await
            .expect("published");
        let message = soon("the message", subscription.next()).await;
        assert_eq!(message.expect("the bus is open").payload, vec![n]);
    }
}

#[tokio::test]
async fn an_outage_is_told_at_once_and_subscriptions_outlive_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(mut server) = server(folder.path(), &[]).await else {
        return;
    };
    let bus = connect(at(server.address())).await;
    let mut plain = bus
        .subscribe("peer.*.heartbeat", None)
        .await
        .expect("subscribed");
    let mut shared = bus
        .subscribe("peer.>", Some("core"))
        .await
        .expect("subscribed");
    until_heard(&bus, "peer.a.heartbeat", &mut plain).await;
    for round in ["peer.b.heartbeat", "peer.c.heartbeat"] {
        server.kill();
        let error = soon("the word that the bus is away", async {
            loop {
                if let Err(error) = bus.publish(round, Bytes::new()).await {
                    return error;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        assert!(error.await.is_retry());
        let subscribed = soon("an answer", bus.subscribe("late", None)).await;
        assert!(subscribed.is_err_and(|e| e.is_retry()));
        let asked = bus.request("late", Bytes::new(), Duration::from_secs(600));
        assert!(soon("an answer", asked).await.is_err_and(|e| e.is_retry()));
        server.restart().await.expect("restarted");
        until_heard(&bus, round, &mut plain).await;
        soon("the shared message", async {
            while &*shared.next().await.expect("the bus is open").subject != round {}
        })
        .await;
    }
}

#[tokio::test]
async fn a_server_that_hangs_holds_nobody_up_for_ever() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(server) = server(folder.path(), &[]).await else {
        return;
    };
    let bus = connect(at(server.address())).await;
    server.pause().expect("paused");
    let subscribed = soon("an answer", bus.subscribe("a", None)).await;
    assert!(subscribed.is_err_and(|e| e.is_retry()));
    let asked = bus.request("a", Bytes::new(), Duration::from_millis(200));
    assert!(soon("an answer", asked).await.is_err_and(|e| e.is_retry()));
    server.resume().expect("resumed");
    let mut subscription = soon("a subscription", async {
        loop {
            if let Ok(subscription) = bus.subscribe("b", None).await {
                return subscription;
            }
        }
    })
    .await;
    until_heard(&bus, "b", &mut subscription).await;
}

#[tokio::test]
async fn nobody_there_is_tried_again() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    drop(listener);
    let error = refused(at(&address)).await;
    assert!(error.is_retry(), "{error}");
    assert!(error.to_string().contains(&address), "{error}");
}

#[tokio::test]
async fn who_is_not_let_in_is_told_so_without_the_secret() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(server) = server(folder.path(), &["--user", "me", "--pass", "s3cret"]).await else {
        return;
    };
    let user = |password: &str, address: &str| {
        let url = format!("nats://me:{password}@{address}");
        NatsOptions::of_url(&url).expect("a url")
    };
    for options in [at(server.address()), user("hunter2", server.address())] {
        let error = refused(options).await;
        assert!(matches!(error, PortError::Refused(_)), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
    connect(user("s3cret", server.address())).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(server) = self::server(folder.path(), &["--auth", "t0ken"]).await else {
        return;
    };
    let token = NatsOptions {
        auth: Some(NatsAuth::Token("t0ken".to_owned())),
        ..at(server.address())
    };
    connect(token).await;
    let error = refused(user("s3cret", server.address())).await;
    assert!(!error.to_string().contains("s3cret"), "{error}");
}

#[tokio::test]
async fn tls_is_spoken_and_insisted_on() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.display().to_string()
    };
    let authority = file("ca.pem", certificates::AUTHORITY);
    let certificate = file("server.pem", certificates::SERVER);
    let key = file("server.key", certificates::SERVER_KEY);
    let arguments = ["--tls", "--tlscert", &certificate, "--tlskey", &key];
    let Some(server) = server(folder.path(), &arguments).await else {
        return;
    };
    let url = format!("tls://{}?root_certificates={authority}", server.address());
    let bus = connect(NatsOptions::of_url(&url).expect("a url")).await;
    let mut subscription = bus.subscribe("safe", None).await.expect("subscribed");
    until_heard(&bus, "safe", &mut subscription).await;
    let unknown = NatsOptions::of_url(&format!("tls://{}", server.address())).expect("a url");
    refused(unknown).await;
    let plain = peers::shared().expect("it was there");
    refused(NatsOptions {
        tls: true,
        ..at(&plain.nats)
    })
    .await;
}

#[tokio::test]
async fn the_servers_own_limit_of_a_payload_holds() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("small.conf");
    std::fs::write(&file, "max_payload: 1024\n").expect("written");
    let file = file.display().to_string();
    let Some(server) = server(folder.path(), &["--config", &file]).await else {
        return;
    };
    let bus = connect(at(server.address())).await;
    assert_eq!(bus.limits().payload_bytes.0, 1024);
    let large = bus.publish("a", vec![0; 1025].into()).await;
    assert!(matches!(large, Err(PortError::Refused(_))), "{large:?}");
    bus.publish("a", vec![0; 1024].into())
        .await
        .expect("it fits");
}

#[tokio::test]
async fn closing_delivers_what_was_said_and_ends_the_subscriptions() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let subject = format!("last.{}", uuid::Uuid::now_v7().simple());
    let listener = connect(at(&shared.nats)).await;
    let mut heard = listener
        .subscribe(&subject, None)
        .await
        .expect("subscribed");
    let bus = connect(at(&shared.nats)).await;
    let mut own = bus
        .subscribe("nothing.here", None)
        .await
        .expect("subscribed");
    for n in 0..100_u8 {
        bus.publish(&subject, vec![n].into())
            .await
            .expect("published");
    }
    bus.close().await.expect("closed");
    assert_eq!(soon("the end", own.next()).await, None);
    let after = bus.publish(&subject, Bytes::new()).await;
    assert!(matches!(after, Err(PortError::Refused(_))), "{after:?}");
    drop(bus);
    for n in 0..100_u8 {
        let message = soon("a message", heard.next()).await;
        assert_eq!(message.expect("the bus is open").payload, vec![n]);
    }
    drop(listener);
    assert_eq!(soon("the end", heard.next()).await, None);
}
