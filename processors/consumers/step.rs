//! From a command to its answer.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Context, Reject, RowWrite, Step};
use model::events::catalyst::{ConsumerCommand, ConsumerItem};
use model::tables::consumers::{
    self as tables, ALL, Entry, Granted, Lease, Name, Outcome, State, Status, Unknown, Window,
    history_row,
};

use super::rules::{self, ATTEMPTS_MAX, COMMANDS_MAX, DELAY_MS_MAX, ITEMS_MAX, TTL_MS_MAX};
use super::window;

pub(super) fn step(
    state: &State,
    command: &ConsumerCommand,
    context: &Context,
) -> Result<Step<State>, Reject> {
    rules::check(command)?;
    if state.commands.contains(&command.command_id) {
        return Ok(Step::nothing());
    }
    let mut run = Run {
        state: state.clone(),
        command,
        now: context.timestamp,
        outcome: Outcome {
            command: command.command.clone(),
            at: context.timestamp,
            ..Outcome::default()
        },
        history: BTreeMap::new(),
    };
    run.outcome.refused = rules::refusal(command, state);
    if run.outcome.refused.is_none() {
        match command.command.as_str() {
            "register" => run.register(),
            "lease" => run.lease(),
            "expire" => run.expire(),
            _ => run.each_item(),
        }
    }
    Ok(run.end())
}

/// One command being carried out.
struct Run<'a> {
    state: State,
    command: &'a ConsumerCommand,
    now: i64,
    outcome: Outcome,
    /// By entity: one row each, the first thing that happened to it.
    history: BTreeMap<String, Entry>,
}

impl<'a> Run<'a> {
    /// Opens a window for each type that has none, at the number an item names or at the beginning.
    fn register(&mut self) {
        self.state.all |= self.command.types.is_empty();
        for item in &self.command.items {
            self.open(&item.entity_type, item.seq.max(0));
        }
        for name in &self.command.types {
            self.open(name, 0);
        }
        self.outcome.accepted = Some(self.state.types.len() as i64);
    }

    fn open(&mut self, name: &str, start: i64) {
        let window = Window {
            start,
            ..Window::default()
        };
        self.state.types.entry(name.to_owned()).or_insert(window);
    }

    /// Hands out what is free of the proposed items, in their order.
    fn lease(&mut self) {
        let (command, now) = (self.command, self.now);
        let lease_id = command.lease_id.clone();
        let lease_id = lease_id.unwrap_or_else(|| command.command_id.clone());
        let until = now.saturating_add(command.ttl_ms.clamp(1, TTL_MS_MAX));
        let limit = usize::try_from(command.limit).unwrap_or(0).min(ITEMS_MAX);
        let mut granted = Vec::new();
        for item in self.items() {
            if granted.len() >= limit {
                break;
            }
            let Some(window) = self.window(item) else {
                self.unknown(item);
                continue;
            };
            if window.status(item.seq, now) != Status::Waiting {
                continue;
            }
            let attempts = window::attempts(window, item.seq);
            if attempts >= ATTEMPTS_MAX {
                let reason = Some("its last lease ran out");
                window::give_up(
                    window,
                    item.seq,
                    item.entity_id.clone(),
                    attempts,
                    now,
                    reason,
                );
                self.note(&item.entity_id, item.seq, "failed", None, reason);
                continue;
            }
            if let Some(bound) = window::bound(window, item.seq) {
                self.outcome.bounded = Some(bound.into());
                continue;
            }
            let lease = Lease {
                entity_id: item.entity_id.clone(),
                lease_id: lease_id.clone(),
                until,
                attempts: attempts + 1,
            };
            window::lease(window, item.seq, lease);
            self.note(&item.entity_id, item.seq, "leased", Some(&lease_id), None);
            granted.push(Granted {
                entity_id: item.entity_id.clone(),
                entity_type: item.entity_type.clone(),
                seq: item.seq,
                attempts: attempts + 1,
            });
        }
        self.outcome.granted = Some(granted);
        self.outcome.lease_id = Some(lease_id);
        self.outcome.until = Some(until);
    }

    /// Gives back leases that ran out: the named ones, or all of the named types, or all.
    fn expire(&mut self) {
        let named: BTreeSet<(&str, i64)> = self.items().iter().map(|item| id(item)).collect();
        let (types, now) = (&self.command.types, self.now);
        let mut gone = Vec::new();
        for (name, window) in &mut self.state.types {
            if !types.is_empty() && !types.contains(name) {
                continue;
            }
            let over: Vec<(i64, String, String)> = window
                .leases
                .iter()
                .filter(|(seq, _)| named.is_empty() || named.contains(&(name.as_str(), **seq)))
                .filter(|(_, lease)| lease.until <= now)
                .map(|(seq, lease)| (*seq, lease.entity_id.clone(), lease.lease_id.clone()))
                .collect();
            for (seq, entity_id, lease_id) in over {
                let waits =
                    window::give_back(window, seq, now, now, Some("its last lease ran out"));
                gone.push((
                    seq,
                    entity_id,
                    lease_id,
                    if waits { "expired" } else { "failed" },
                ));
            }
        }
        self.outcome.accepted = Some(gone.len() as i64);
        for (seq, entity_id, lease_id, action) in gone {
            self.note(&entity_id, seq, action, Some(&lease_id), None);
        }
    }

    /// `ack`, `nack`, `requeue`: item by item.
    fn each_item(&mut self) {
        let mut accepted = 0;
        for item in self.items() {
            let done = match self.command.command.as_str() {
                "ack" => self.ack(item),
                "nack" => self.nack(item),
                _ => self.requeue(item),
            };
            if done {
                accepted += 1;
            } else {
                self.unknown(item);
            }
        }
        self.outcome.accepted = Some(accepted);
    }

    /// Done. A holder says so under its lease; without a lease it is an operator, who may also end what rests, was
    /// given up or was requeued.
    fn ack(&mut self, item: &ConsumerItem) -> bool {
        let lease_id = self.command.lease_id.as_deref();
        let Some(window) = self.window(item) else {
            return false;
        };
        let held = match window.leases.get(&item.seq) {
            Some(lease) => lease_id.is_none_or(|id| id == lease.lease_id),
            None => {
                let set_aside = window.delayed.contains_key(&item.seq)
                    || window.failed.contains_key(&item.seq)
                    || window.requeued.contains(item.seq);
                lease_id.is_none() && set_aside
            }
        };
        if held {
            window::finish(window, item.seq);
            self.note(&item.entity_id, item.seq, "acked", lease_id, None);
        }
        held
    }

    /// Given back by its holder, or by an operator without a lease id.
    fn nack(&mut self, item: &ConsumerItem) -> bool {
        let (command, now) = (self.command, self.now);
        let not_before = now.saturating_add(command.delay_ms.clamp(0, DELAY_MS_MAX));
        let (lease_id, reason) = (command.lease_id.as_deref(), command.reason.as_deref());
        let Some(window) = self.window(item) else {
            return false;
        };
        let lease = window.leases.get(&item.seq);
        let held = lease.is_some_and(|lease| lease_id.is_none_or(|id| id == lease.lease_id));
        if !held {
            return false;
        }
        let waits = window::give_back(window, item.seq, not_before, now, reason);
        let action = if waits { "nacked" } else { "failed" };
        self.note(&item.entity_id, item.seq, action, lease_id, reason);
        true
    }

    /// To be handed out again, whatever it was; a worker that has it loses it.
    fn requeue(&mut self, item: &ConsumerItem) -> bool {
        let reason = self.command.reason.as_deref();
        let Some(window) = self.window(item) else {
            return false;
        };
        if !window::put_back(window, item.seq) {
            self.outcome.bounded = Some("requeued".into());
            return false;
        }
        self.note(&item.entity_id, item.seq, "requeued", None, reason);
        true
    }

    /// The command's items, each number once.
    fn items(&self) -> Vec<&'a ConsumerItem> {
        let mut seen = BTreeSet::new();
        let items = self.command.items.iter();
        items.filter(|item| seen.insert(id(item))).collect()
    }

    /// The window an item belongs to; a consumer of all types gets one when a type first appears.
    fn window(&mut self, item: &ConsumerItem) -> Option<&mut Window> {
        if item.seq < 0 {
            return None;
        }
        if self.state.all {
            self.open(&item.entity_type, 0);
        }
        self.state.types.get_mut(&item.entity_type)
    }

    fn unknown(&mut self, item: &ConsumerItem) {
        self.outcome.unknown.push(Unknown {
            entity_id: item.entity_id.clone(),
            entity_type: item.entity_type.clone(),
            seq: item.seq,
        });
    }

    fn note(
        &mut self,
        entity_id: &str,
        seq: i64,
        action: &str,
        lease_id: Option<&str>,
        reason: Option<&str>,
    ) {
        if entity_id.is_empty() {
            return;
        }
        let by = Some(self.command.by.clone()).filter(|by| !by.is_empty());
        let entry = Entry {
            consumer: self.command.consumer.clone(),
            action: action.into(),
            at: self.now,
            seq,
            lease_id: lease_id.map(str::to_owned),
            by,
            reason: reason.map(str::to_owned),
        };
        self.history.entry(entity_id.to_owned()).or_insert(entry);
    }

    /// Remembers the command, forgets the oldest, writes the answer.
    fn end(mut self) -> Step<State> {
        let consumer = &self.command.consumer;
        let id = &self.command.command_id;
        let mut rows = vec![RowWrite::put(
            tables::COMMANDS,
            consumer.clone(),
            id.clone(),
            &self.outcome,
        )];
        if self.state.commands.is_empty() {
            self.state.since = self.now;
        }
        self.state.last_at = self.now;
        self.state.commands.push(id.clone());
        let old = self.state.commands.len().saturating_sub(COMMANDS_MAX);
        for forgotten in self.state.commands.drain(..old) {
            rows.push(RowWrite::delete(
                tables::COMMANDS,
                consumer.clone(),
                forgotten,
            ));
        }
        if self.command.command == "register" && self.outcome.refused.is_none() {
            let types = self.state.types.keys().cloned();
            let name = Name {
                types: if self.state.all {
                    Vec::new()
                } else {
                    types.collect()
                },
                since: self.state.since,
            };
            rows.push(RowWrite::put(tables::NAMES, ALL, consumer.clone(), &name));
        }
        let row = history_row(self.now, consumer, id);
        for (entity_id, entry) in self.history {
            rows.push(RowWrite::put(
                tables::HISTORY,
                entity_id,
                row.clone(),
                &entry,
            ));
        }
        Step {
            rows,
            ..Step::state(self.state)
        }
    }
}

fn id(item: &ConsumerItem) -> (&str, i64) {
    (&item.entity_type, item.seq)
}
