//! A client of schema registries with Confluent's routes.
