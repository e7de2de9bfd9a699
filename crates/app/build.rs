//! Links the binary so that librdkafka does not believe what brokers say of new leaders beside their errors (KIP-951).
//!
//! A broker that the controller has just fenced names "no leader" there. librdkafka 2.12.1 then reads memory it never
//! wrote, which ends the process (its issue 5280), or takes a partition for one without a leader for good (5430). Without
//! the hint it asks for the metadata, as it did before. Decision 018 says more, and when this may go.

/// What is left out, by the linker's option `--wrap`.
const FUNCTION: &str = "rd_kafka_metadata_update_op";
const STAND_IN: &str = "native/leaders.c";

fn main() {
    println!("cargo::rerun-if-changed={STAND_IN}");
    // Apple's linker and Microsoft's have no such option; nobody runs a cluster there.
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("linux") {
        return;
    }
    for object in cc::Build::new().file(STAND_IN).compile_intermediates() {
        println!("cargo::rustc-link-arg-bins={}", object.display());
    }
    println!("cargo::rustc-link-arg-bins=-Wl,--wrap={FUNCTION}");
}
