//! What people ask, into the log.

use bytes::Bytes;
use kernel::{Headers, NewRecord};
use model::Recorded;
use runtime::ports::PortError;
use runtime::reading::Token;
use uuid::Uuid;

use super::{GatewayContext, Written, after_write};

/// The records of one gateway in one topic.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Producer {
    topic: &'static str,
    source: &'static str,
}

impl Producer {
    /// `source` is the unit that appends, as headers name it.
    pub(crate) const fn new(topic: &'static str, source: &'static str) -> Self {
        Self { topic, source }
    }

    /// The record of a value, in the partition of `key`. Two of one `id` are one event.
    pub(crate) fn record<T: Recorded>(self, key: &str, id: Uuid, value: &T) -> NewRecord {
        let headers = Headers::new(id, T::SCHEMA, self.source);
        let key = Bytes::copy_from_slice(key.as_bytes());
        NewRecord::keyed(self.topic.into(), key, headers, model::encode(value))
    }
}

impl GatewayContext {
    /// Appends, and waits until these read models show it.
    ///
    /// # Errors
    /// The log's faults.
    pub(crate) async fn write(
        &self,
        records: Vec<NewRecord>,
        read_models: &[&str],
    ) -> Result<Written, PortError> {
        let token = self.platform.append(records).await?;
        Ok(self.shown(token, read_models).await)
    }

    /// Waits, as long as a gateway may, until these read models show what was appended. The write stands whether they do or
    /// not.
    pub(crate) async fn shown(&self, token: Token, read_models: &[&str]) -> Written {
        after_write(
            &self.platform,
            self.settings.gateway.wait,
            read_models,
            token,
        )
        .await
    }
}
