//! The way out for gateways that ask services of others: guarded and limited as everything that leaves the process.

use crate::sources::outbound::Client;

use super::GatewayContext;

/// A client that may ask the services of `urls`, each with its key of the configuration, and `outbound.allow`. A text
/// that is no URL is said once, here; what would be asked there fails.
pub fn outside(context: &GatewayContext, urls: &[(&str, Option<&str>)]) -> Client {
    let mut sane = Vec::new();
    for (key, url) in urls {
        let Some(url) = url else { continue };
        match Client::new(&context.outbound, [url]) {
            Ok(_) => sane.push(*url),
            // Not the text: some hold a key.
            Err(_) => tracing::error!("{key} is no http(s) URL: nothing is asked there"),
        }
    }
    Client::new(&context.outbound, sane).unwrap_or_else(|error| {
        tracing::error!(%error, "outbound.allow is not used by this gateway");
        let alone = crate::sources::outbound::Outbound {
            allow: Vec::new(),
            ..(*context.outbound).clone()
        };
        Client::new::<&str>(&alone, []).expect("nothing is allowed, so that nothing is wrong")
    })
}
