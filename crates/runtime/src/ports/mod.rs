//! The traits the engine and the gateways stand on. One trait a file; each promises only what every
//! implementation, embedded or clustered, can keep.

mod blobs;
mod bus;
mod clock;
mod error;
mod log;
mod restore;
mod store;

pub use blobs::{BLOB_KEY_BYTES_MAX, BlobReader, Blobs, check_blob_key};
pub use bus::{
    Bus, BusLimits, BusMessage, SUBJECT_BYTES_MAX, Subscription, check_group, check_pattern,
    check_payload, check_subject,
};
pub use clock::{Clock, SystemClock, TickClock};
pub use error::PortError;
pub use log::{
    Appended, Assignment, Batch, Log, Membership, PartitionReader, ReadLimits, Retention,
    TopicInfo, TopicSpec,
};
pub use restore::Restore;
pub use store::{
    AggregateWrite, Flush, Head, Mark, MarkAt, Page, Parked, Pointer, Row, RowRange, Scanned,
    StampedRow, Store, StoredAggregate, StoredCell, TableName,
};
