//! The tree checks itself. Lives in the smallest crate so that it runs first and in a second.

mod tidy;
