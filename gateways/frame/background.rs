//! What runs beside the requests of a gateway.

use futures::future::BoxFuture;

use super::{Gateway, GatewayContext};

/// A task that ends only when it is dropped; dropping it at any await point must be safe.
pub type Background = BoxFuture<'static, ()>;

/// The tasks of these gateways, for the process to run as long as it serves them.
pub fn backgrounds(
    gateways: &[&'static Gateway],
    context: &GatewayContext,
) -> Vec<(&'static str, Background)> {
    let tasks = gateways.iter().filter_map(|gateway| {
        let start = gateway.background?;
        Some((gateway.name, start(context.clone())))
    });
    tasks.collect()
}
