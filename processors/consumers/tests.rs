//! Behaviour of a consumer over many commands.
