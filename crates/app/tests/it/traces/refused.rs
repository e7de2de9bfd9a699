//! A program that was built without traces does not pretend.

use crate::process::{Launch, Scratch};

#[tokio::test]
async fn a_build_without_traces_refuses_a_collector() {
    let scratch = Scratch::new();
    let ended = Launch::up(&scratch, "up")
        .environment("WORLDLOG__TELEMETRY__OTLP_URL", "http://127.0.0.1:4318")
        .finish()
        .await;
    assert_eq!(ended.code, Some(1), "{}", ended.output);
    assert!(ended.output.contains("--features otel"), "{}", ended.output);
}
