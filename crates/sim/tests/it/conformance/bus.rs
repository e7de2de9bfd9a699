//! The suite of the port `Bus` on the bus in memory.

use runtime::embedded::MemoryBus;
use runtime::ports::BusLimits;
use sim::conformance::bus::CASES;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bus_in_memory_keeps_the_contract() {
    let bus = MemoryBus::new(BusLimits {
        buffer_messages: 2000,
        ..BusLimits::default()
    });
    for (name, case) in CASES {
        println!("{name}");
        case(&bus).await;
    }
}
