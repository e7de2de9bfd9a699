//! Rows of the read models behind the inboxes.

use std::collections::BTreeSet;

use bytes::Bytes;
use model::events::notification::EVERYBODY;
use model::tables::inbox::{ANSWERS, Answer, ROWS, Row, SEEN, State, TABLE, UNREAD};
use model::tables::{emails, number_key, parse_number_key};
use runtime::platform::Platform;
use runtime::ports::{PortError, Row as StoredRow, RowRange};
use runtime::reading::{View, decode};
use uuid::Uuid;

use crate::frame;

pub(super) const INBOX: &str = "inbox";
pub(super) const EMAILS: &str = "emails";

/// Rows of everybody's inbox that are looked at at a time.
const PAGE: usize = 50;

/// A notification as one person sees it.
#[derive(Debug)]
pub(super) struct Found {
    /// Order of arrival.
    pub(super) order: i64,
    pub(super) row: Row,
    pub(super) read: bool,
}

/// Which notifications are wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    /// Least order of arrival.
    pub(super) from: i64,
    pub(super) limit: usize,
    pub(super) only_unread: bool,
    /// The newest, or the next.
    pub(super) newest: bool,
}

/// Handles on the read models, at the generations of the request.
pub(super) struct Tables {
    inbox: View,
    emails: View,
}

impl Tables {
    pub(super) fn of(platform: &Platform) -> Self {
        Self {
            inbox: frame::view(platform, INBOX),
            emails: frame::view(platform, EMAILS),
        }
    }

    /// An inbox; a fresh one for who has none.
    pub(super) async fn person(&self, address: &str) -> Result<State, PortError> {
        let state = self.inbox.read(TABLE, address.as_bytes(), b"").await?;
        Ok(state.unwrap_or_default())
    }

    /// The wallet that has an e-mail address.
    pub(super) async fn owner(&self, email: &str) -> Result<Option<String>, PortError> {
        let email = email.to_lowercase();
        let state: Option<emails::State> = self
            .emails
            .read(emails::TABLE, email.as_bytes(), b"")
            .await?;
        Ok(state.and_then(|state| state.owner))
    }

    /// The answer to a command.
    pub(super) async fn answer(
        &self,
        address: &str,
        id: &str,
    ) -> Result<Option<Answer>, PortError> {
        self.inbox
            .read(ANSWERS, address.as_bytes(), id.as_bytes())
            .await
    }

    /// Order of the newest row of an inbox; 0 without any.
    pub(super) async fn newest(&self, key: &str) -> Result<i64, PortError> {
        let range = RowRange {
            descending: true,
            limit: 1,
            ..RowRange::default()
        };
        let rows = self.inbox.range(ROWS, key.as_bytes(), range).await?;
        Ok(rows
            .first()
            .and_then(|row| parse_number_key(&row.row))
            .unwrap_or(0))
    }

    /// A person's own notifications, in order of arrival.
    pub(super) async fn own(&self, address: &str, wanted: Wanted) -> Result<Vec<Found>, PortError> {
        let listed = if wanted.only_unread { UNREAD } else { ROWS };
        let range = range(wanted);
        let rows = self.inbox.range(listed, address.as_bytes(), range).await?;
        match wanted.only_unread {
            true => self.unread(address, rows).await,
            false => self.marked(address, rows).await,
        }
    }

    /// Notifications of which it is known that they are not read.
    async fn unread(&self, address: &str, listed: Vec<StoredRow>) -> Result<Vec<Found>, PortError> {
        let key = Bytes::copy_from_slice(address.as_bytes());
        let keys = listed.into_iter().map(|row| (key.clone(), row.row));
        let keys: Vec<_> = keys.collect();
        let rows = self.inbox.get_many(ROWS, &keys).await?;
        // A row that went between the two looks is none any more.
        let rows = rows.iter().flatten();
        rows.map(|row| found(row, false)).collect()
    }

    /// Notifications, with whether they are read: one look at what of their span is not.
    async fn marked(&self, address: &str, rows: Vec<StoredRow>) -> Result<Vec<Found>, PortError> {
        let places = || rows.iter().map(|row| &row.row);
        let (Some(first), Some(last)) = (places().min(), places().max()) else {
            return Ok(Vec::new());
        };
        let span = RowRange {
            from: Some(first.clone()),
            to: Some([&last[..], &[0]].concat().into()),
            limit: rows.len(),
            ..RowRange::default()
        };
        let unread = self.inbox.range(UNREAD, address.as_bytes(), span).await?;
        let unread: BTreeSet<&Bytes> = unread.iter().map(|row| &row.row).collect();
        let read = |row: &StoredRow| !unread.contains(&row.row);
        rows.iter().map(|row| found(row, read(row))).collect()
    }

    /// What was said to everybody, as one person sees it, in order of arrival.
    pub(super) async fn everybodys(
        &self,
        address: &str,
        wanted: Wanted,
    ) -> Result<Vec<Found>, PortError> {
        let mut found = Vec::new();
        let mut range = range(Wanted {
            limit: PAGE,
            ..wanted
        });
        loop {
            let rows = self
                .inbox
                .range(ROWS, EVERYBODY.as_bytes(), range.clone())
                .await?;
            let last = rows.last().map(|row| row.row.clone());
            let full = rows.len() == range.limit;
            let rows: Vec<(i64, Row)> = rows
                .iter()
                .map(|row| Ok((parse_number_key(&row.row).unwrap_or(0), decode(ROWS, row)?)))
                .collect::<Result<_, PortError>>()?;
            let seen = self
                .seen(address, rows.iter().map(|(_, row)| row.id))
                .await?;
            for (order, row) in rows {
                let read = seen.contains(&row.id);
                if !(wanted.only_unread && read) {
                    found.push(Found { order, row, read });
                }
            }
            found.truncate(wanted.limit);
            match last.filter(|_| full && found.len() < wanted.limit) {
                None => return Ok(found),
                Some(last) if wanted.newest => range.to = Some(last),
                Some(last) => range.from = Some([&last[..], &[0]].concat().into()),
            }
        }
    }

    async fn seen(
        &self,
        address: &str,
        ids: impl Iterator<Item = Uuid>,
    ) -> Result<BTreeSet<Uuid>, PortError> {
        let ids: Vec<Uuid> = ids.collect();
        let key = Bytes::copy_from_slice(address.as_bytes());
        let cell = |id: &Uuid| (key.clone(), Bytes::from(id.to_string()));
        let keys: Vec<_> = ids.iter().map(cell).collect();
        let rows = self.inbox.get_many(SEEN, &keys).await?;
        let there = ids.into_iter().zip(rows).filter(|(_, row)| row.is_some());
        Ok(there.map(|(id, _)| id).collect())
    }
}

fn found(row: &StoredRow, read: bool) -> Result<Found, PortError> {
    Ok(Found {
        order: parse_number_key(&row.row).unwrap_or(0),
        row: decode(ROWS, row)?,
        read,
    })
}

fn range(wanted: Wanted) -> RowRange {
    RowRange {
        from: Some(Bytes::copy_from_slice(&number_key(wanted.from))),
        to: None,
        descending: wanted.newest,
        limit: wanted.limit,
    }
}
