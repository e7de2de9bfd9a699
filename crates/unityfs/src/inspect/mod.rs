//! What is in a bundle, for people and programs: a report, one object's fields, the differences of two bundles.

mod bundle;
mod diff;
mod labels;
mod object;
mod report;

pub use bundle::Bundle;
pub use diff::{Change, Difference, ObjectDifference, diff};
pub use object::{ObjectDump, ObjectName, object};
pub use report::{
    AddressReport, BlockReport, ContainerReport, FileReport, ObjectReport, Report, TypeReport,
    describe,
};
