//! Rows of the ledger's read models.

use model::tables::credits as tables;
use model::tables::credits::{
    Anomaly, Answer, Changed, Clock, Flag, InAppAccount, Line, Order, Program, Purchase,
    PurchaseList, Reason, User, Voucher,
};
use model::tables::{number_key, parse_number_key};
use runtime::platform::Platform;
use runtime::ports::{PortError, RowRange};
use runtime::reading::{View, decode};
use serde::de::DeserializeOwned;

use crate::frame;

pub(super) const CREDITS: &str = "credits";
pub(super) const SEQUENCER: &str = "credits-sequencer";

/// Handles on the read models, at the generations of the request.
pub(super) struct Tables {
    credits: View,
    sequencer: View,
}

impl Tables {
    pub(super) fn of(platform: &Platform) -> Self {
        Self {
            credits: frame::view(platform, CREDITS),
            sequencer: frame::view(platform, SEQUENCER),
        }
    }

    async fn one<T: DeserializeOwned>(
        &self,
        table: &'static str,
        partition: &str,
        row: &str,
    ) -> Result<Option<T>, PortError> {
        let (partition, row) = (partition.as_bytes(), row.as_bytes());
        self.credits.read(table, partition, row).await
    }

    async fn all<T: DeserializeOwned>(
        &self,
        table: &'static str,
        partition: &str,
        most: usize,
    ) -> Result<Vec<T>, PortError> {
        let rows = frame::rows(&self.credits, table, partition.as_bytes(), most).await?;
        rows.iter().map(|row| decode(table, row)).collect()
    }

    /// The ledger's time.
    pub(super) async fn clock(&self) -> Result<Clock, PortError> {
        let all = tables::ALL.as_bytes();
        let clock = self.sequencer.read(tables::SEQUENCER, all, b"").await?;
        Ok(clock.unwrap_or_default())
    }

    pub(super) async fn program(&self) -> Result<Program, PortError> {
        let program = self.one(tables::PROGRAM, tables::ALL, "").await?;
        Ok(program.unwrap_or_default())
    }

    pub(super) async fn user(&self, address: &str) -> Result<Option<User>, PortError> {
        self.one(tables::USERS, address, "").await
    }

    pub(super) async fn flag(&self, address: &str) -> Result<Option<Flag>, PortError> {
        self.one(tables::FLAGS, tables::ALL, address).await
    }

    pub(super) async fn flags(&self, most: usize) -> Result<Vec<Flag>, PortError> {
        self.all(tables::FLAGS, tables::ALL, most).await
    }

    pub(super) async fn anomalies(&self, most: usize) -> Result<Vec<Anomaly>, PortError> {
        self.all(tables::ANOMALIES, tables::ALL, most).await
    }

    pub(super) async fn vouchers(&self, who: &str, most: usize) -> Result<Vec<Voucher>, PortError> {
        self.all(tables::VOUCHERS, who, most).await
    }

    pub(super) async fn voucher(&self, who: &str, id: &str) -> Result<Option<Voucher>, PortError> {
        self.one(tables::VOUCHERS, who, id).await
    }

    /// A page of everybody's credits, and where the next one starts.
    pub(super) async fn every_voucher(
        &self,
        from: Option<Vec<u8>>,
        most: usize,
    ) -> Result<(Vec<Voucher>, Option<Vec<u8>>), PortError> {
        let page = self
            .credits
            .page(tables::VOUCHERS, from.map(Into::into), most);
        let page = page.await?;
        let vouchers = page.rows.iter().map(|row| decode(tables::VOUCHERS, row));
        let next = page.next.map(|next| next.to_vec());
        Ok((vouchers.collect::<Result<_, _>>()?, next))
    }

    pub(super) async fn reasons(&self, most: usize) -> Result<Vec<Reason>, PortError> {
        self.all(tables::REASONS, tables::ALL, most).await
    }

    /// The first purchases of a list, newest first.
    pub(super) async fn purchases(
        &self,
        who: &str,
        list: PurchaseList,
        most: usize,
    ) -> Result<Vec<Purchase>, PortError> {
        let range = RowRange {
            limit: most,
            ..RowRange::default()
        };
        let partition = list.partition(who);
        let rows = self
            .credits
            .range(tables::PURCHASE_LISTS, &partition, range);
        let rows = rows.await?;
        rows.iter()
            .map(|row| decode(tables::PURCHASE_LISTS, row))
            .collect()
    }

    /// Changes from a number on, with their numbers.
    pub(super) async fn changes(
        &self,
        from: i64,
        most: usize,
    ) -> Result<Vec<(i64, Changed)>, PortError> {
        let range = RowRange {
            from: Some(number_key(from).to_vec().into()),
            limit: most,
            ..RowRange::default()
        };
        let all = tables::ALL.as_bytes();
        let rows = self.credits.range(tables::CHANGES, all, range).await?;
        rows.iter()
            .map(|row| {
                let number = parse_number_key(&row.row).unwrap_or_default();
                Ok((number, decode(tables::CHANGES, row)?))
            })
            .collect()
    }

    /// Whose an app account is.
    pub(super) async fn app_account(&self, token: &str) -> Result<Option<String>, PortError> {
        let account: Option<InAppAccount> = self.one(tables::IN_APP_TOKENS, token, "").await?;
        Ok(account.map(|account| account.address))
    }

    pub(super) async fn purchase(
        &self,
        who: &str,
        id: &str,
    ) -> Result<Option<Purchase>, PortError> {
        self.one(tables::PURCHASES, who, id).await
    }

    pub(super) async fn order(&self, who: &str, id: &str) -> Result<Option<Order>, PortError> {
        self.one(tables::ORDERS, who, id).await
    }

    /// Orders, newest first.
    pub(super) async fn orders(&self, who: &str, most: usize) -> Result<Vec<Order>, PortError> {
        let mut all: Vec<Order> = self.all(tables::ORDERS, who, most).await?;
        all.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
        Ok(all)
    }

    pub(super) async fn answer(&self, who: &str, key: &str) -> Result<Option<Answer>, PortError> {
        self.one(tables::ANSWERS, tables::whose(who), key).await
    }

    /// Lines of a statement after a number.
    pub(super) async fn lines(
        &self,
        who: &str,
        after: i64,
        most: usize,
    ) -> Result<Vec<Line>, PortError> {
        let range = RowRange {
            from: Some(number_key(after.saturating_add(1)).to_vec().into()),
            limit: most,
            ..RowRange::default()
        };
        let rows = self.credits.range(tables::STATEMENT, who.as_bytes(), range);
        let rows = rows.await?;
        rows.iter()
            .map(|row| decode(tables::STATEMENT, row))
            .collect()
    }
}
