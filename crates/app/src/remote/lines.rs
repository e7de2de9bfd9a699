//! Answers of work that tells of itself: a JSON object with one member a line, until the work has ended.

use anyhow::{Context as _, anyhow};
use indicatif::ProgressBar;
use reqwest::Response;
use serde_json::Value;

use crate::exit::Failure;
use crate::progress;

/// Most characters of a value in a line for people.
const SHOWN_MAX: usize = 200;

/// The lines of an answer. Progress goes to a bar on standard error.
pub(crate) struct Lines {
    answer: Response,
    rest: Vec<u8>,
    /// A bar, and what it counts.
    bar: Option<(String, ProgressBar)>,
}

impl Lines {
    /// Of an answer that has begun.
    pub(crate) fn of(answer: Response) -> Self {
        Self {
            answer,
            rest: Vec::new(),
            bar: None,
        }
    }

    /// The next line that is not progress: its member's name and value.
    ///
    /// # Errors
    /// The work failed, or the answer broke off before it ended.
    pub(crate) async fn next(&mut self) -> Result<(String, Value), Failure> {
        loop {
            let line = self.line().await?;
            let line: Value = serde_json::from_slice(&line).context("a line is not JSON")?;
            let member = line.as_object().and_then(|line| line.iter().next());
            let (name, value) = member.context("a line has no member")?;
            match (&**name, value) {
                ("progress", progress) => self.show(progress),
                ("error", why) => {
                    self.finish();
                    return Err(anyhow!("{}", why.as_str().unwrap_or("it failed")).into());
                }
                (name, value) => {
                    if ["report", "end"].contains(&name) {
                        self.finish();
                    }
                    return Ok((name.to_owned(), value.clone()));
                }
            }
        }
    }

    async fn line(&mut self) -> Result<Vec<u8>, Failure> {
        loop {
            if let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.rest.drain(..=end).collect();
                line.pop();
                return Ok(line);
            }
            let chunk = self.answer.chunk().await.context("the answer broke off")?;
            let chunk = chunk.context("the answer broke off before its end")?;
            self.rest.extend_from_slice(&chunk);
        }
    }

    fn show(&mut self, progress: &Value) {
        let number = |name: &str| progress[name].as_u64().unwrap_or(0);
        let what = progress["what"].as_str().unwrap_or("events");
        if self.bar.as_ref().is_some_and(|(before, _)| before != what) {
            self.finish();
        }
        let total = number("total").max(number("done"));
        let bar = || (what.to_owned(), progress::bar(total, what));
        let (_, bar) = self.bar.get_or_insert_with(bar);
        bar.set_length(total);
        bar.set_position(number("done"));
    }

    fn finish(&mut self) {
        if let Some((_, bar)) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// A value for people, on one line and not too long.
pub(crate) fn shown(value: Option<&Value>) -> String {
    let Some(value) = value else {
        return "-".to_owned();
    };
    let text = value.to_string();
    match text.char_indices().nth(SHOWN_MAX) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
