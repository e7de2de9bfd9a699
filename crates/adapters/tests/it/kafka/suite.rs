//! The conformance suite, in both group protocols.

use std::time::Instant;

use adapters::kafka::{GroupProtocol, KafkaLog};
use async_trait::async_trait;
use runtime::ports::Log;
use sim::conformance::log::{CASES, LogPeer};

use super::{connect, options};

struct Peer(KafkaLog);

#[async_trait]
impl LogPeer for Peer {
    fn log(&self) -> &dyn Log {
        &self.0
    }

    async fn sweep(&self, _now_ms: i64) -> bool {
        // The broker does it by its own clock, when it likes; `retention.rs` waits for it.
        false
    }

    fn set_clock(&self, _now_ms: i64) -> bool {
        // Many may append to one partition, each with a time of its own.
        false
    }

    fn counts_bytes(&self) -> bool {
        false
    }
}

async fn keeps_the_contract(protocol: GroupProtocol) {
    let Some(shared) = peers::shared() else {
        return;
    };
    let peer = Peer(connect(&shared.kafka, options(protocol)));
    for (name, case) in CASES {
        let started = Instant::now();
        case(&peer).await;
        println!("{name}: {:?}", started.elapsed());
    }
    peer.0.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kafka_log_keeps_the_contract_in_classic_groups() {
    keeps_the_contract(GroupProtocol::Classic).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kafka_log_keeps_the_contract_in_groups_of_the_broker() {
    keeps_the_contract(GroupProtocol::Consumer).await;
}
