//! One trace from a request through the log to the row, as a collector sees it; and what a build without traces says.

#[cfg(feature = "otel")]
mod collector;
#[cfg(feature = "otel")]
mod journey;
#[cfg(not(feature = "otel"))]
mod refused;
