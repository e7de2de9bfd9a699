//! The bounds of an inbox.

use model::tables::DAY_MS;

/// Notifications that are kept and known again; an inbox of so many is a document of some 300 KiB. Clients look at
/// the newest 50, so the bound is there for the dedupe: it is years of notifications for nearly everybody.
pub(super) const KNOWN_MAX: usize = 4096;
/// Notifications to everybody that a person's inbox remembers as read; as many as there are rows of.
pub(super) const SEEN_MAX: usize = KNOWN_MAX;
/// Commands whose answers are kept.
pub(super) const COMMANDS_MAX: usize = 128;
/// Things one person may opt out of.
pub(super) const OPT_OUTS_MAX: usize = 1000;
/// Ids one `read` may name.
pub(super) const IDS_MAX: usize = 1000;
/// How long a mail is worth sending.
pub(super) const MAIL_WAITS_MS: i64 = 3 * DAY_MS;
