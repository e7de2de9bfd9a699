//! The camera reel from a page in a real browser, and from the signing client alone.

use super::in_a_browser;
use crate::process::{Launch, Scratch};

const SCRIPT: &str = "reel.mjs";
/// The script takes no pictures for the documentation.
const SHOTS: &str = "REEL_SHOTS";

#[tokio::test]
async fn photos_are_taken_shown_and_ended_in_a_browser() {
    let scratch = Scratch::new();
    let program = Launch::up(&scratch, "up").start().await;
    in_a_browser(&scratch, &program, SCRIPT, SHOTS, &[]).await;
    assert!(program.terminate().await.success());
}
