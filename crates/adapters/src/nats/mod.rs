//! The bus on NATS.
