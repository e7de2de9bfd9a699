//! The store on Cassandra 5 or ScyllaDB.
