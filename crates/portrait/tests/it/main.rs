//! Tests of portraits from outside: pictures against the data pack, and everything else against files
//! made here.

mod combinations;
mod compare;
mod glb;
mod golden;
mod models;
mod mutations;
mod needed;
mod oracle;
mod outcomes;
mod pack;
mod raster;
mod references;
mod seeds;
