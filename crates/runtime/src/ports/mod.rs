//! The traits the engine and the gateways stand on. One trait a file; each promises only what every
//! implementation, embedded or clustered, can keep.

mod blobs;
mod clock;
mod error;
mod log;
mod store;

pub use blobs::{BlobReader, Blobs};
pub use clock::{Clock, SystemClock, TickClock};
pub use error::PortError;
pub use log::{
    Appended, Assignment, Batch, Log, Membership, PartitionReader, ReadLimits, Retention,
    TopicInfo, TopicSpec,
};
pub use store::{
    AggregateWrite, Flush, Head, Mark, Page, Parked, Pointer, Row, RowRange, StampedRow, Store,
    StoredAggregate, TableName,
};
