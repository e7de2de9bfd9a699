//! Answers: one for each question, and the same one for the same question.

use kernel::RowWrite;
use model::Json;
use model::events::ledger::Outcome;
use model::tables::credits::{self as tables, Answer};
use serde_json::Value;

use super::OUTCOMES;
use super::rules::{Answered as Answering, Refused};
use super::run::Run;
use super::state::Answered;

/// What is known of a question's key.
pub(super) enum Known {
    /// Nothing.
    New,
    /// It was asked and answered.
    Same,
    /// Something else was asked under it.
    Other,
}

impl Run<'_> {
    /// Whether the entry's question was answered before.
    pub(super) fn known(&self) -> Known {
        match self.state.answered.get(&self.question_key()) {
            None => Known::New,
            Some(answered) if answered.question == self.question() => Known::Same,
            Some(_) => Known::Other,
        }
    }

    fn question_key(&self) -> String {
        format!("{}\n{}", self.entry.address, self.key())
    }

    /// The entry's key; an entry without one is its own question.
    fn key(&self) -> String {
        match self.entry.key.as_str() {
            "" => self.question(),
            key => key.chars().take(super::rules::TEXT_BYTES_MAX).collect(),
        }
    }

    fn question(&self) -> String {
        tables::question(&self.entry.kind, &self.entry.metadata)
    }

    /// Remembers an answer and tells it.
    pub(super) fn answered(&mut self, done: Answering) {
        self.told(&done);
        self.changed = true;
        let (question, at) = (self.question(), self.now());
        let (result, message, body) = match done {
            Ok(body) => ("done", String::new(), body),
            Err(Refused { result, message }) => (result, message, Value::Null),
        };
        let answer = Answer {
            kind: self.entry.kind.clone(),
            question: question.clone(),
            result: result.to_owned(),
            message,
            body,
            at,
        };
        let partition = tables::whose(&self.entry.address).to_owned();
        let row = self.key();
        self.rows
            .push(RowWrite::put(tables::ANSWERS, partition, row, &answer));
        let key = self.question_key();
        self.state.answered.insert(key, Answered { question, at });
    }

    /// Tells an answer, whether it is remembered or not.
    pub(super) fn told(&mut self, done: &Answering) {
        let (result, message, body) = match done {
            Ok(body) => ("done", String::new(), body.clone()),
            Err(Refused { result, message }) => (*result, message.clone(), Value::Null),
        };
        let entry = self.entry;
        let outcome = Outcome {
            kind: entry.kind.clone(),
            key: entry.key.clone(),
            address: entry.address.clone(),
            result: result.to_owned(),
            message,
            body: Json::from(body),
            at: self.now(),
        };
        let key = match entry.address.as_str() {
            "" => &entry.key,
            address => address,
        };
        self.emits.push(crate::wire::emit(OUTCOMES, key, &outcome));
    }
}
