//! The multipart form of a deployment, within its limits.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use http::StatusCode;
use identity::chain::{AuthChain, AuthLink, LinkKind};
use identity::hash::ContentHash;
use tokio::time::{Instant, timeout, timeout_at};

use super::spool::{Files, Spool, Spooled, Spools};
use crate::frame::settings;

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
    /// 408
    TooSlow(String),
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

/// Reads forms within the configured limits.
pub(super) struct Reader {
    pub(super) settings: settings::Catalyst,
    pub(super) spools: Spools,
}

impl Reader {
    /// Reads a form until `deadline`; its files go to disk as they come.
    ///
    /// # Errors
    /// A form that is none, beyond a limit, or that does not come in time.
    pub(super) async fn read(
        &self,
        mut multipart: Multipart,
        deadline: Instant,
    ) -> Result<Form, FormError> {
        let form = match timeout_at(deadline, self.parse(&mut multipart)).await {
            Ok(form) => form,
            Err(_) => Err(FormError::TooSlow(format!(
                "The deployment was not sent within {}",
                self.settings.deploy_timeout
            ))),
        };
        // A client that is still sending when the connection closes would see a broken pipe, not the answer. One that
        // is slow is not waited for a second time.
        if !matches!(form, Ok(_) | Err(FormError::TooSlow(_))) {
            let _ = timeout(DRAIN_WITHIN, drain(multipart)).await;
        }
        form
    }

    /// Waits for the next piece of the form, but not for ever.
    async fn piece<T>(
        &self,
        piece: impl Future<Output = Result<T, MultipartError>>,
    ) -> Result<T, FormError> {
        let idle = self.settings.deploy_idle_timeout;
        match timeout(idle.0, piece).await {
            Ok(piece) => Ok(piece?),
            Err(_) => Err(FormError::TooSlow(format!(
                "Nothing of the deployment came for {idle}"
            ))),
        }
    }

    async fn parse(&self, multipart: &mut Multipart) -> Result<Form, FormError> {
        let spool = self.spools.begin().await?;
        let files_max = self.settings.deploy_files_max;
        let mut files = Files::new();
        let mut fields = BTreeMap::new();
        let mut total = 0;
        while let Some(field) = self.piece(multipart.next_field()).await? {
            let name = field.name().unwrap_or_default().to_owned();
            match ContentHash::parse(&name) {
                Ok(hash) => {
                    if files.len() >= files_max {
                        return Err(FormError::TooLarge(format!("More than {files_max} files")));
                    }
                    let (name, spooled) = self.file(&spool, hash, field, &mut total).await?;
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
                    let text = self.text(&name, field).await?;
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
        &self,
        spool: &Spool,
        hash: ContentHash,
        mut field: Field<'_>,
        total: &mut u64,
    ) -> Result<(String, Spooled), FormError> {
        let (file_limit, total_limit) = (
            self.settings.deploy_file_limit,
            self.settings.deploy_total_limit,
        );
        let mut writing = spool.begin(&hash).await?;
        while let Some(chunk) = self.piece(field.chunk()).await? {
            *total += chunk.len() as u64;
            if writing.size + chunk.len() as u64 > file_limit.0 || *total > total_limit.0 {
                let name = hash.as_str();
                return Err(FormError::TooLarge(format!(
                    "The file {name} is larger than {file_limit}, or all files together than {total_limit}"
                )));
            }
            writing.write(&chunk).await?;
        }
        let spooled = writing.end().await?;
        let spooled =
            spooled.map_err(|e| FormError::Refused(format!("File {}: {e}", hash.as_str())))?;
        Ok((hash.into(), spooled))
    }

    async fn text(&self, name: &str, mut field: Field<'_>) -> Result<String, FormError> {
        let mut bytes = Vec::new();
        while let Some(chunk) = self.piece(field.chunk()).await? {
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
