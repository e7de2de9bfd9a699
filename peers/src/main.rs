//! `peers up|down|status`: the real servers of tests and benches.

fn main() {}
