//! Tests on real models, beside bundles that Unity built, and by readers of others.

mod clients;
mod corpus;
mod data;
mod golden;
mod grey;
mod likeness;
mod made;
mod readers;
