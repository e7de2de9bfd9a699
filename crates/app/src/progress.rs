//! A bar on standard error with rate and time left; nothing where standard error is no terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar over `total` things.
pub(crate) fn bar(total: u64, what: &str) -> ProgressBar {
    let counts = if what == "bytes" {
        "{bytes}/{total_bytes} {bytes_per_sec}"
    } else {
        "{human_pos}/{human_len} {per_sec}"
    };
    let template = format!("{{bar:30}} {counts} {what}, {{eta}} left");
    let style =
        ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
    // Indicatif hides the bar by itself where standard error is no terminal.
    ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr()).with_style(style)
}
