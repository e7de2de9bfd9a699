//! What the queue's routes take and give, as JSON.

use std::collections::BTreeMap;

use model::tables::consumers::{Entry, Status};
use runtime::settings::Span;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Where a new consumer begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Begin {
    /// With the first deployment there ever was.
    #[default]
    Beginning,
    /// With the next one.
    Now,
}

/// Body of `PUT /queue/:consumer`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Register {
    /// Entity types to read; empty: all, also those to come.
    pub(super) types: Vec<String>,
    /// Where windows that do not exist yet begin.
    pub(super) from: Begin,
}

/// Body of `POST /queue/:consumer/lease`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct LeaseRequest {
    /// Most items.
    pub(super) limit: usize,
    /// How long they are held: `5m`, or seconds.
    #[schema(value_type = String)]
    pub(super) ttl: Span,
    /// Only these types, unless empty.
    pub(super) types: Vec<String>,
    /// How long to wait for the first item: `20s`, or seconds.
    #[schema(value_type = String)]
    pub(super) wait: Span,
    /// An id of the caller's, to ask again with after a broken connection.
    pub(super) command_id: Option<String>,
}

impl Default for LeaseRequest {
    fn default() -> Self {
        Self {
            limit: 1,
            ttl: Span::secs(300),
            types: Vec::new(),
            wait: Span::secs(0),
            command_id: None,
        }
    }
}

/// Body of `POST /queue/:consumer/ack` and `…/nack`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Return {
    /// The lease the items are held under.
    pub(super) lease_id: String,
    /// The items.
    pub(super) entity_ids: Vec<String>,
    /// `nack`: how long they rest, `30s` or seconds.
    #[schema(value_type = Option<String>)]
    pub(super) delay: Option<Span>,
    /// `nack`: why.
    pub(super) reason: Option<String>,
    /// An id of the caller's, to ask again with after a broken connection.
    pub(super) command_id: Option<String>,
}

/// Body of `POST /requeue`: what to hand out again. `ids`, `pointers`, or a `type` and/or a span of time.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Requeue {
    /// These entities.
    pub(super) ids: Vec<String>,
    /// What stands at these pointers now.
    pub(super) pointers: Vec<String>,
    /// Only of this type.
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    /// Taken by the platform at this time (ms) or later.
    pub(super) from: Option<i64>,
    /// Taken by the platform at this time (ms) or earlier.
    pub(super) to: Option<i64>,
    /// Only for this consumer; else for all.
    pub(super) consumer: Option<String>,
    /// Why: it is kept with each item.
    pub(super) reason: String,
    /// An id of the caller's, to ask again with: what its first request put back is not put back again.
    pub(super) command_id: Option<String>,
}

/// The answer of `POST /requeue`, whole (202) or as far as it went (503).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Requeued {
    /// The id to ask again with.
    pub(super) command_id: String,
    /// Entities that were found.
    pub(super) entities: usize,
    /// Items put back, by consumer; those for whom all is done.
    pub(super) consumers: BTreeMap<String, i64>,
    /// Consumers that have not answered yet; ask again with the same `commandId`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) waiting: Vec<String>,
    /// Consumers that put nothing or not everything back, and why.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) refused: BTreeMap<String, String>,
    /// Ids that are not in the queue.
    pub(super) unknown: Vec<String>,
    /// Consumers for which not everything was put back, and the bound that was reached.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) bounded: BTreeMap<String, String>,
}

/// The answer of a `POST /requeue` that was not carried out for everybody in time.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequeueUnfinished {
    /// `unavailable`
    pub(super) error: &'static str,
    /// For people; names who is waited for.
    pub(super) message: String,
    /// Also in the header `x-request-id`.
    pub(super) request_id: String,
    /// What was done.
    #[serde(flatten)]
    pub(super) done: Requeued,
}

/// The answer of `POST /queue/:consumer/lease`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Leased {
    /// The lease; `null` when there was nothing.
    pub(super) lease_id: Option<String>,
    /// Until when it holds, ms.
    pub(super) until: Option<i64>,
    /// What was handed out.
    pub(super) items: Vec<LeasedItem>,
    /// The bound of the consumer that kept it from getting more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bounded: Option<String>,
}

/// One item that was handed out: the queue's message, and the entity in API form within it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct LeasedItem {
    /// The lease.
    pub(super) lease_id: String,
    /// The entity.
    pub(super) entity_id: String,
    /// Its type.
    pub(super) entity_type: String,
    /// Its number in the order of its type.
    pub(super) seq: i64,
    /// How often it was handed out, this time included.
    pub(super) attempts: i64,
    /// The entity: members of the API form and of the queue's form.
    #[schema(value_type = Object)]
    pub(super) entity: Map<String, Value>,
    /// Who signed it.
    #[schema(value_type = Vec<Object>)]
    pub(super) auth_chain: Box<RawValue>,
    /// Servers that hold its files.
    pub(super) content_server_urls: Vec<String>,
}

/// The answer of `PUT /queue/:consumer`, `…/ack` and `…/nack`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Done {
    /// How many items (or types) it was carried out for.
    pub(super) accepted: i64,
    /// Entities it was not carried out for: not in the queue, or not held under that lease.
    pub(super) unknown: Vec<String>,
}

/// The answer of `GET /queue`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Queue {
    /// By entity type: how many deployments there are.
    pub(super) types: BTreeMap<String, TypeState>,
    /// Every consumer, or the one asked for.
    pub(super) consumers: Vec<ConsumerState>,
}

/// The order of one type.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TypeState {
    /// Items there are.
    pub(super) items: i64,
    /// When the last came, ms.
    pub(super) last_at: i64,
}

/// A consumer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConsumerState {
    /// Name.
    pub(super) name: String,
    /// When it registered, ms.
    pub(super) since: i64,
    /// Items not done, over its types.
    pub(super) depth: i64,
    /// By entity type.
    pub(super) types: BTreeMap<String, WindowState>,
}

/// A consumer's place in the order of one type.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WindowState {
    /// Everything below this number is done.
    pub(super) start: i64,
    /// Items not done: waiting, leased or resting.
    pub(super) depth: i64,
    /// Items that workers have.
    pub(super) in_flight: usize,
    /// Items that were given back and rest.
    pub(super) delayed: usize,
    /// Items that were given up.
    pub(super) failed: i64,
    /// Items that were acknowledged.
    pub(super) acked: i64,
    /// The first item that nobody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) oldest: Option<ItemState>,
    /// Items of the status asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) items: Option<Vec<ItemState>>,
}

/// An item and what it is to a consumer.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ItemState {
    /// Number in the order of its type.
    pub(super) seq: i64,
    /// The entity.
    pub(super) entity_id: String,
    /// When the platform took it, ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) local_timestamp: Option<i64>,
    /// How often it was handed out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) attempts: Option<i64>,
    /// The lease it is under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lease_id: Option<String>,
    /// Leased until, or resting until, ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<i64>,
    /// Why it was given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
}

/// The answer of `GET /entities/:id`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EntityView {
    /// The entity.
    pub(super) entity_id: String,
    /// Its type.
    pub(super) entity_type: String,
    /// Lower case.
    pub(super) pointers: Vec<String>,
    /// Its own time, ms.
    pub(super) entity_timestamp: i64,
    /// When the platform took it, ms.
    pub(super) local_timestamp: i64,
    /// Who signed it.
    pub(super) deployer: String,
    /// Servers that hold it, with the time (ms) each was first seen to.
    pub(super) servers: BTreeMap<String, i64>,
    /// Number in the order of its type.
    pub(super) seq: Option<i64>,
    /// The entity in API form.
    #[schema(value_type = Object)]
    pub(super) entity: Box<RawValue>,
    /// What it is to each consumer.
    #[schema(value_type = Object)]
    pub(super) consumers: BTreeMap<String, Status>,
    /// What became of it, oldest first.
    #[schema(value_type = Vec<Object>)]
    pub(super) history: Vec<Entry>,
}
