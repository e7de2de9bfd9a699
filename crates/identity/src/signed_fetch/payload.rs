//! The text a request's sender signs.

/// The two ways to join the parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayloadFormat {
    /// Method, path and timestamp in lower case, metadata byte for byte (@dcl/crypto-middleware 6).
    Verbatim,
    /// Everything in lower case, metadata included (all clients released before August 2026).
    Folded,
}

/// Joins `method:path:timestamp:metadata` in the given format. `path` is the URL's pathname without
/// query; `metadata` is the header's text, empty when the header is absent.
pub fn payload(
    format: PayloadFormat,
    method: &str,
    path: &str,
    timestamp: &str,
    metadata: &str,
) -> String {
    let head = format!("{method}:{path}:{timestamp}");
    match format {
        PayloadFormat::Verbatim => format!("{}:{metadata}", head.to_lowercase()),
        PayloadFormat::Folded => format!("{head}:{metadata}").to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::{PayloadFormat, payload};

    /// The vectors of core-libs crypto-middleware and crypto-fetch 6.
    #[test]
    fn verbatim_payloads_match_the_published_vectors() {
        let timestamp = "1700000000000";
        for (method, path, metadata, expected) in [
            ("GET", "/anything", "{}", "get:/anything:1700000000000:{}"),
            (
                "POST",
                "/Scene/Resource",
                "{}",
                "post:/scene/resource:1700000000000:{}",
            ),
            (
                "GET",
                "/r",
                r#"{"sceneId":"QmAbC","isGuest":false}"#,
                r#"get:/r:1700000000000:{"sceneId":"QmAbC","isGuest":false}"#,
            ),
            (
                "GET",
                "/r",
                r#"{"realm":{"serverName":"MyRealm"}}"#,
                r#"get:/r:1700000000000:{"realm":{"serverName":"MyRealm"}}"#,
            ),
            (
                "GET",
                "/r",
                r#"{"signer":"decentraland-kernel-scene"}"#,
                r#"get:/r:1700000000000:{"signer":"decentraland-kernel-scene"}"#,
            ),
        ] {
            let verbatim = payload(PayloadFormat::Verbatim, method, path, timestamp, metadata);
            assert_eq!(verbatim, expected);
            let folded = payload(PayloadFormat::Folded, method, path, timestamp, metadata);
            assert_eq!(folded, expected.to_lowercase());
        }
    }
}
