//! The table: which event makes which notice, for whom, of what.

mod commerce;
mod community;
mod made;
mod platform;

use serde_json::Value;

/// One row: an event and its notice.
pub(super) struct Rule {
    /// `type/subType` of the event.
    pub(super) pair: &'static str,
    /// Type of the notification.
    pub(super) notice: &'static str,
    /// Who is told.
    pub(super) to: To,
    /// Path of the community that its reader may have opted out of.
    pub(super) opt_out: Option<&'static str>,
    /// What clients show.
    pub(super) metadata: &'static [Member],
}

/// Who is told.
pub(super) enum To {
    /// The address at this path of the event.
    One(&'static str),
    /// Each address in this list of the event's metadata.
    Many(&'static str),
}

/// One member of a notice's metadata.
pub(super) struct Member {
    /// Its name.
    pub(super) name: &'static str,
    /// Where its value comes from.
    pub(super) from: From,
}

/// Where a value comes from. What the event does not have is left out.
pub(super) enum From {
    /// The member of the event's metadata with this name.
    Event(&'static str),
    /// Always this text. It may start with `{{place}}`, an address of the configuration.
    Text(&'static str),
    /// Computed from the event's metadata.
    Made(fn(&Value) -> Option<Value>),
}

impl From {
    /// The value, given the event's metadata.
    pub(super) fn of(&self, metadata: &Value) -> Option<Value> {
        match self {
            Self::Event(name) => metadata.get(name).filter(|v| !v.is_null()).cloned(),
            Self::Text(text) => Some(Value::from(*text)),
            Self::Made(make) => make(metadata),
        }
    }
}

/// Every row.
pub(super) fn all() -> impl Iterator<Item = &'static Rule> {
    let tables = [
        commerce::RULES,
        community::RULES,
        platform::RULES,
        platform::CREDITS,
        platform::GOVERNANCE,
    ];
    tables.into_iter().flatten()
}

/// The row of an event.
pub(super) fn of(pair: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.pair == pair)
}

/// A member under the name it has in the event.
const fn same(name: &'static str) -> Member {
    Member {
        name,
        from: From::Event(name),
    }
}

/// A member that the event has under another name.
const fn renamed(name: &'static str, event: &'static str) -> Member {
    Member {
        name,
        from: From::Event(event),
    }
}

/// A member that is always the same.
const fn fixed(name: &'static str, text: &'static str) -> Member {
    Member {
        name,
        from: From::Text(text),
    }
}

/// A member that is computed.
const fn made(name: &'static str, make: fn(&Value) -> Option<Value>) -> Member {
    Member {
        name,
        from: From::Made(make),
    }
}

/// A row whose notice nobody opts out of.
const fn rule(
    pair: &'static str,
    notice: &'static str,
    to: To,
    metadata: &'static [Member],
) -> Rule {
    Rule {
        pair,
        notice,
        to,
        opt_out: None,
        metadata,
    }
}

/// The same row, for a notice of the community at this path.
const fn of_community(path: &'static str, rule: Rule) -> Rule {
    Rule {
        opt_out: Some(path),
        ..rule
    }
}
