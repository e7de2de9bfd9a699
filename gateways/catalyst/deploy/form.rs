//! The multipart form of a deployment, within its limits.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use http::StatusCode;
use identity::chain::{AuthChain, AuthLink, LinkKind};
use identity::hash::ContentHash;

use super::spool::{Files, Spool};

const MIB: u64 = 1 << 20;
const FILE_BYTES_MAX: u64 = 100 * MIB;
const TOTAL_BYTES_MAX: u64 = 2048 * MIB;
const FILES_MAX: usize = 3000;
const FIELDS_MAX: usize = 100;
const FIELD_BYTES_MAX: usize = 100 * 1024;
/// What is read of a form after it was refused.
const DRAIN_BYTES_MAX: usize = 16 << 20;
const DRAIN_WITHIN: Duration = Duration::from_secs(5);

/// A deployment as it was sent.
pub(super) struct Form {
    pub(super) entity_id: String,
    pub(super) chain: AuthChain,
    /// The files, verified against their names.
    pub(super) files: Files,
    /// Holds the files.
    _spool: Spool,
}

/// Why there is no form.
#[derive(Debug)]
pub(super) enum FormError {
    /// 400
    Refused(String),
    /// 413
    TooLarge(String),
    /// 500
    Disk(std::io::Error),
}

impl From<std::io::Error> for FormError {
    fn from(error: std::io::Error) -> Self {
        Self::Disk(error)
    }
}

impl From<MultipartError> for FormError {
    fn from(error: MultipartError) -> Self {
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge(error.body_text()),
            _ => Self::Refused(format!("The form is not valid: {}", error.body_text())),
        }
    }
}

impl Form {
    /// Names of the files that were sent.
    pub(super) fn hashes(&self) -> BTreeSet<&str> {
        self.files.keys().map(String::as_str).collect()
    }
}

/// Reads a form; its files go to disk as they come.
///
/// # Errors
/// A form that is none, or beyond a limit.
pub(super) async fn read(mut multipart: Multipart) -> Result<Form, FormError> {
    let form = parse(&mut multipart).await;
    if form.is_err() {
        // A client that is still sending when the connection closes would see a broken pipe, not the answer.
        let _ = tokio::time::timeout(DRAIN_WITHIN, drain(multipart)).await;
    }
    form
}

/// Reads the rest of a form that was refused, up to a bound.
async fn drain(mut multipart: Multipart) {
    let mut left = DRAIN_BYTES_MAX;
    while let Ok(Some(mut field)) = multipart.next_field().await {
        while let Ok(Some(chunk)) = field.chunk().await {
            left = match left.checked_sub(chunk.len()) {
                Some(left) => left,
                None => return,
            };
        }
    }
}

async fn parse(multipart: &mut Multipart) -> Result<Form, FormError> {
    let spool = Spool::create().await?;
    let mut files = Files::new();
    let mut fields = BTreeMap::new();
    let mut total = 0;
    while let Some(field) = multipart.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        match ContentHash::parse(&name) {
            Ok(hash) => {
                if files.len() >= FILES_MAX {
                    return Err(FormError::TooLarge(format!("More than {FILES_MAX} files")));
                }
                let (name, spooled) = file(&spool, hash, field, &mut total).await?;
                files.insert(name, spooled);
            }
            Err(_) if field.file_name().is_some() => {
                let name: String = name.chars().take(80).collect();
                return Err(FormError::Refused(format!(
                    "The file {name:?} is not named by its hash"
                )));
            }
            Err(_) => {
                if fields.len() >= FIELDS_MAX {
                    return Err(FormError::TooLarge(format!(
                        "More than {FIELDS_MAX} fields"
                    )));
                }
                let text = text(&name, field).await?;
                fields.insert(name, text);
            }
        }
    }
    let entity_id = fields.remove("entityId").unwrap_or_default();
    if ContentHash::parse(&entity_id).is_err() {
        return Err(FormError::Refused(
            "The entityId is missing or is no entity id".into(),
        ));
    }
    let chain = chain(&fields, &entity_id).map_err(FormError::Refused)?;
    Ok(Form {
        entity_id,
        chain,
        files,
        _spool: spool,
    })
}

async fn file(
    spool: &Spool,
    hash: ContentHash,
    mut field: Field<'_>,
    total: &mut u64,
) -> Result<(String, super::spool::Spooled), FormError> {
    let mut writing = spool.begin(&hash).await?;
    while let Some(chunk) = field.chunk().await? {
        *total += chunk.len() as u64;
        if writing.size + chunk.len() as u64 > FILE_BYTES_MAX || *total > TOTAL_BYTES_MAX {
            let name = hash.as_str();
            return Err(FormError::TooLarge(format!(
                "The file {name} is larger than 100 MB, or all files together than 2 GiB"
            )));
        }
        writing.write(&chunk).await?;
    }
    let spooled = writing.end().await?;
    let spooled =
        spooled.map_err(|e| FormError::Refused(format!("File {}: {e}", hash.as_str())))?;
    Ok((hash.into(), spooled))
}

async fn text(name: &str, mut field: Field<'_>) -> Result<String, FormError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await? {
        if bytes.len() + chunk.len() > FIELD_BYTES_MAX {
            let name: String = name.chars().take(80).collect();
            return Err(FormError::TooLarge(format!(
                "The field {name:?} is larger than 100 KB"
            )));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes)
        .map_err(|_| FormError::Refused(format!("The field {name:?} is not text")))
}

/// The chain of any of the three forms clients send.
fn chain(fields: &BTreeMap<String, String>, entity_id: &str) -> Result<AuthChain, String> {
    let invalid = |error: String| format!("The auth chain is not valid: {error}");
    if let Some(json) = fields.get("authChain") {
        return AuthChain::from_json(json).map_err(|e| invalid(e.to_string()));
    }
    if let (Some(address), Some(signature)) = (fields.get("ethAddress"), fields.get("signature")) {
        let links = vec![
            link("SIGNER", address, ""),
            link("ECDSA_SIGNED_ENTITY", entity_id, signature),
        ];
        return AuthChain::new(links).map_err(|e| invalid(e.to_string()));
    }
    let mut links = Vec::new();
    for index in 0..=AuthChain::LINKS_MAX {
        let member = |name: &str| fields.get(&format!("authChain[{index}][{name}]"));
        let Some(kind) = member("type") else {
            break;
        };
        let payload =
            member("payload").ok_or_else(|| invalid(format!("link {index} has no payload")))?;
        links.push(link(
            kind,
            payload,
            member("signature").map_or("", String::as_str),
        ));
    }
    AuthChain::new(links).map_err(|e| invalid(e.to_string()))
}

fn link(kind: &str, payload: &str, signature: &str) -> AuthLink {
    AuthLink {
        kind: LinkKind::from(kind.to_owned()),
        payload: payload.to_owned(),
        signature: signature.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(texts: &[(&str, &str)]) -> BTreeMap<String, String> {
        let own = |(k, v): &(&str, &str)| ((*k).to_owned(), (*v).to_owned());
        texts.iter().map(own).collect()
    }

    #[test]
    fn the_three_forms_of_a_chain_are_the_same() {
        let json = r#"[{"type":"SIGNER","payload":"0xA","signature":""},
            {"type":"ECDSA_SIGNED_ENTITY","payload":"id","signature":"0xB"}]"#;
        let expected = chain(&fields(&[("authChain", json)]), "id").expect("a chain");
        let simple = fields(&[("ethAddress", "0xA"), ("signature", "0xB")]);
        assert_eq!(chain(&simple, "id"), Ok(expected.clone()));
        let indexed = fields(&[
            ("authChain[0][type]", "SIGNER"),
            ("authChain[0][payload]", "0xA"),
            ("authChain[1][type]", "ECDSA_SIGNED_ENTITY"),
            ("authChain[1][payload]", "id"),
            ("authChain[1][signature]", "0xB"),
        ]);
        assert_eq!(chain(&indexed, "id"), Ok(expected));
        assert!(chain(&fields(&[]), "id").is_err());
    }
}
