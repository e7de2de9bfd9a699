//! Everything a caller sees of the crate, in one binary.

mod chains;
mod clients;
mod codecs;
mod corpus;
mod formats;
mod garbage;
mod measure;
mod pictures;
mod real;
