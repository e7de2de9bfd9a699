//! What the platform itself records about entities, from the first sighting to the queue's consumers.

use apache_avro::AvroSchema;
use serde::{Deserialize, Serialize};

use crate::Json;
use crate::codec::recorded;

/// One link of an auth chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog")]
pub struct AuthLink {
    /// `SIGNER`, `ECDSA_EPHEMERAL`, `ECDSA_SIGNED_ENTITY`…
    #[serde(rename = "type")]
    pub kind: String,
    /// What the link says.
    pub payload: String,
    /// Its proof; the first link has none or an empty one.
    pub signature: Option<String>,
}

/// One server was seen to hold one entity. The same entity may be sighted many times.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.catalyst")]
pub struct Sighting {
    /// Content id of the entity.
    pub entity_id: String,
    /// `scene`, `profile`, `wearable`, `store`, `emote` or `outfits`.
    pub entity_type: String,
    /// Lower case.
    pub pointers: Vec<String>,
    /// ms.
    pub entity_timestamp: i64,
    /// Proof of who deployed it.
    pub auth_chain: Vec<AuthLink>,
    /// Content server URLs that hold it.
    pub servers: Vec<String>,
    /// API form: `version`, `id`, `type`, `pointers`, `timestamp`, `content`, `metadata`.
    pub entity: Json,
    /// `snapshot`, `pointer-changes`, `fed`, `deploy` or `demo`.
    pub origin: String,
    /// The server's own time of acceptance, ms.
    pub local_timestamp: Option<i64>,
    /// Members the source sent that no field above carries.
    pub extra: Option<Json>,
}

/// An entity, once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.catalyst")]
pub struct Deployment {
    /// Content id of the entity.
    pub entity_id: String,
    /// `scene`, `profile`, `wearable`, `store`, `emote` or `outfits`.
    pub entity_type: String,
    /// Lower case.
    pub pointers: Vec<String>,
    /// ms.
    pub entity_timestamp: i64,
    /// The platform's own time of acceptance: the log time of the first sighting, ms.
    pub local_timestamp: Option<i64>,
    /// Proof of who deployed it.
    pub auth_chain: Vec<AuthLink>,
    /// Content server URLs that hold it.
    pub content_server_urls: Vec<String>,
    /// Lower-case address of the owner of the chain.
    pub deployer: String,
    /// API form.
    pub entity: Json,
    /// Members the source sent that no field above carries.
    pub extra: Option<Json>,
}

/// One pointer of one deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.catalyst")]
pub struct PointerClaim {
    /// Lower case.
    pub pointer: String,
    /// Type of the entity.
    pub entity_type: String,
    /// The entity.
    pub entity_id: String,
    /// ms.
    pub entity_timestamp: i64,
    /// ms.
    pub local_timestamp: Option<i64>,
}

/// A deployment as the queue orders it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.catalyst")]
pub struct QueueItem {
    /// The entity.
    pub entity_id: String,
    /// Its type: the queue has one order per type.
    pub entity_type: String,
    /// ms.
    pub entity_timestamp: i64,
    /// ms.
    pub local_timestamp: Option<i64>,
    /// Lower case.
    pub pointers: Vec<String>,
}

/// One item of the queue, as a command names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ConsumerItem {
    /// The entity.
    pub entity_id: String,
    /// Its type.
    pub entity_type: String,
    /// Its number in the order of its type.
    pub seq: i64,
}

/// What a consumer of the deployments queue asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.catalyst")]
pub struct ConsumerCommand {
    /// Name of the consumer.
    pub consumer: String,
    /// `register`, `lease`, `ack`, `nack`, `requeue` or `expire`.
    pub command: String,
    /// The same id is carried out once.
    pub command_id: String,
    /// The lease that is acknowledged or given back.
    pub lease_id: Option<String>,
    /// Who asked.
    pub by: String,
    /// Why, in words.
    pub reason: Option<String>,
    /// Entity types wanted; empty means all.
    pub types: Vec<String>,
    /// How long the lease holds, ms.
    pub ttl_ms: i64,
    /// Most items wanted.
    pub limit: i64,
    /// How long a returned item rests, ms.
    pub delay_ms: i64,
    /// The items meant.
    pub items: Vec<ConsumerItem>,
    /// The platform's time of the request, ms.
    pub at: i64,
}

/// How far one server was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.catalyst")]
pub struct Cursor {
    /// Base URL of the content server.
    pub server: String,
    /// `pointer-changes` or `snapshot`.
    pub kind: String,
    /// Whatever the reader needs to go on.
    pub position: Json,
    /// ms.
    pub at: i64,
}

/// A row of a server that was not taken, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.catalyst")]
pub struct Rejected {
    /// The entity, or what the row calls it.
    pub entity_id: String,
    /// Base URL of the content server.
    pub server: String,
    /// Stable code with a page in `docs/errors`.
    pub code: String,
    /// Why, in words.
    pub reason: String,
    /// The row as it came.
    pub row: Json,
    /// ms.
    pub at: i64,
}

/// The DEPLOYMENT message of the deployments queue: scenes, wearables and emotes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.catalyst")]
pub struct DeploymentMessage {
    /// `entityId`, `entityType`, `pointers`, `authChain`, `entityTimestamp`, `metadata`…
    pub entity: Json,
    /// Servers that hold it.
    pub content_server_urls: Vec<String>,
    /// Members of the source's event beside its entity (`force`, `lods`, `animation`…).
    pub extra: Option<Json>,
}

/// The EVENTS message of the deployments queue: what readers of either known shape expect.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.catalyst")]
pub struct EventMessage {
    /// `catalyst-deployment`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The entity's type.
    pub sub_type: String,
    /// The entity's id.
    pub key: Option<String>,
    /// The entity's timestamp, ms.
    pub timestamp: Option<i64>,
    /// The members of both shapes.
    pub entity: Json,
    /// The chain again, where the catalogue's form has it.
    pub auth_chain: Option<Vec<AuthLink>>,
    /// Servers that hold it.
    pub content_server_urls: Vec<String>,
    /// Members of the source's event beside its entity (`force`, `lods`, `animation`…).
    pub extra: Option<Json>,
}

recorded! {
    Sighting = "catalyst/sighting",
    Deployment = "catalyst/deployment",
    PointerClaim = "catalyst/pointer-claim",
    QueueItem = "catalyst/queue-item",
    ConsumerCommand = "catalyst/consumer-command",
    Cursor = "catalyst/cursor",
    Rejected = "catalyst/rejected",
    DeploymentMessage = "catalyst/deployment-message",
    EventMessage = "catalyst/event-message",
}
