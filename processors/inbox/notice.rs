//! A notice becomes a row, once, and perhaps a mail.

use kernel::{EffectRequest, Reject, RowWrite, Step};
use model::events::notification::{Notice, is_type};
use model::tables::inbox::{Known, ROWS, Row, State, UNREAD};
use model::tables::number_key;
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::mail::{self, EFFECT};
use super::rules::{KNOWN_MAX, MAIL_WAITS_MS};
use super::step::Run;

pub(super) fn step(state: &State, notice: &Notice, now: i64) -> Result<Step<State>, Reject> {
    let id = id(notice);
    let row = row(notice, id)?;
    if let (Some(scope), Some(scope_id)) = (&notice.scope, &notice.scope_id)
        && state.opted_out(scope, scope_id)
    {
        return Ok(Step::nothing());
    }
    let key = notice.key();
    if let Some(known) = state.known.get(&id) {
        let rows = vec![put(key, known.order(), &row)];
        return Ok(Step {
            rows,
            ..Step::nothing()
        });
    }
    let mut run = Run::new(state, now);
    let order = now.max(state.last + 1);
    run.state.last = order;
    forget_oldest(&mut run, key);
    run.state.known.insert(id, Known(order, 0));
    run.rows.push(put(key, order, &row));
    if !notice.address.is_empty() {
        let place = number_key(order).to_vec();
        run.rows
            .push(RowWrite::put(UNREAD, key.to_owned(), place, &()));
        ask_for_mail(&mut run, notice, id);
    }
    Ok(run.end())
}

/// The same event, type and address have the same id.
fn id(notice: &Notice) -> Uuid {
    let (address, kind, key) = (&notice.address, &notice.kind, &notice.event_key);
    kernel::event_id(format!("notification\n{address}\n{kind}\n{key}").as_bytes())
}

fn row(notice: &Notice, id: Uuid) -> Result<Row, Reject> {
    let bad = |what: String| {
        let message = format!("notice of {} ({}): {what}", notice.event_key, notice.kind);
        Reject::new("NOTICE_INVALID", message)
    };
    if !is_type(&notice.kind) {
        return Err(bad("no such type".into()));
    }
    let metadata = RawValue::from_string(notice.metadata.text().to_owned());
    Ok(Row {
        id,
        kind: notice.kind.clone(),
        address: Some(notice.address.clone()).filter(|address| !address.is_empty()),
        metadata: metadata.map_err(|e| bad(format!("metadata: {e}")))?,
        timestamp: notice.timestamp,
    })
}

fn put(key: &str, order: i64, row: &Row) -> RowWrite {
    RowWrite::put(ROWS, key.to_owned(), number_key(order).to_vec(), row)
}

/// Makes room for one more.
fn forget_oldest(run: &mut Run, key: &str) {
    while run.state.known.len() >= KNOWN_MAX {
        let oldest = run
            .state
            .known
            .iter()
            .min_by_key(|(_, known)| known.order());
        let Some((id, known)) = oldest.map(|(id, known)| (*id, *known)) else {
            return;
        };
        run.state.known.remove(&id);
        for table in [ROWS, UNREAD] {
            let place = number_key(known.order()).to_vec();
            run.rows
                .push(RowWrite::delete(table, key.to_owned(), place));
        }
    }
}

/// Asks for a mail, if the person has an address and wants one of that type, and the type has one.
fn ask_for_mail(run: &mut Run, notice: &Notice, id: Uuid) {
    let state = &run.state;
    let Some(email) = &state.email else { return };
    if !state.details.wants_mail(&notice.kind) {
        return;
    }
    let name = state.name.as_ref().map(|(name, _)| name.as_str());
    let metadata: Value = notice.metadata.value().unwrap_or_default();
    let Some(mail) = mail::notification(&notice.kind, &notice.address, email, name, &metadata)
    else {
        return;
    };
    run.effects.push(EffectRequest {
        kind: EFFECT,
        key: Some(id.to_string()),
        request: model::encode(&mail),
        not_after: Some(run.now.saturating_add(MAIL_WAITS_MS)),
    });
}
