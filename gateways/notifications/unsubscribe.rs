//! `/unsubscribe`: the links of mails. A GET shows what it is about; a POST does it (RFC 8058, one click).

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use model::events::notification::{Command, is_address, is_type};

use super::error::{Fault, Refusal};
use super::{Server, command, pages};
use crate::frame::Edge;
use crate::runners::mail::{links_base, unsubscribe_url};

/// A link that was proven.
struct Link {
    address: String,
    kind: Option<String>,
}

/// The page to unsubscribe from all mails.
#[utoipa::path(get, path = "/unsubscribe/{address}", tag = "unsubscribe",
    params(("address" = String, Path), ("signature" = String, Query)),
    responses((status = 200, content_type = "text/html", body = String), (status = 401, body = Refusal)))]
pub(super) async fn show_all(
    State(server): State<Server>,
    edge: Edge,
    Path(address): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let link = prove(&server, &edge, address, None, query.as_deref())?;
    Ok(pages::ask(&link.address, None))
}

/// Unsubscribes from all mails.
#[utoipa::path(post, path = "/unsubscribe/{address}", tag = "unsubscribe",
    params(("address" = String, Path), ("signature" = String, Query)),
    responses((status = 200, content_type = "text/html", body = String), (status = 401, body = Refusal)))]
pub(super) async fn act_all(
    State(server): State<Server>,
    edge: Edge,
    Path(address): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let link = prove(&server, &edge, address, None, query.as_deref())?;
    act(&server, link).await
}

/// The page to unsubscribe from mails of one type.
#[utoipa::path(get, path = "/unsubscribe/{address}/{notificationType}", tag = "unsubscribe",
    params(("address" = String, Path), ("notificationType" = String, Path), ("signature" = String, Query)),
    responses((status = 200, content_type = "text/html", body = String), (status = 400, body = Refusal),
        (status = 401, body = Refusal)))]
pub(super) async fn show_one(
    State(server): State<Server>,
    edge: Edge,
    Path((address, kind)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let link = prove(&server, &edge, address, Some(kind), query.as_deref())?;
    Ok(pages::ask(&link.address, link.kind.as_deref()))
}

/// Unsubscribes from mails of one type.
#[utoipa::path(post, path = "/unsubscribe/{address}/{notificationType}", tag = "unsubscribe",
    params(("address" = String, Path), ("notificationType" = String, Path), ("signature" = String, Query)),
    responses((status = 200, content_type = "text/html", body = String), (status = 400, body = Refusal),
        (status = 401, body = Refusal)))]
pub(super) async fn act_one(
    State(server): State<Server>,
    edge: Edge,
    Path((address, kind)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let link = prove(&server, &edge, address, Some(kind), query.as_deref())?;
    act(&server, link).await
}

async fn act(server: &Server, link: Link) -> Result<Response, Fault> {
    let command = Command {
        command: "unsubscribe".into(),
        command_id: command::new_id(),
        address: link.address.clone(),
        kind: link.kind.clone(),
        ..Command::default()
    };
    let (answer, written) = command::run(server, command).await?;
    command::accepted(answer)?;
    let page = pages::done(&link.address, link.kind.as_deref());
    Ok((written, page).into_response())
}

/// Checks a link's signature, then what it is about.
///
/// # Errors
/// 401 for a link that nobody signed; 400 for a type that there is not.
fn prove(
    server: &Server,
    edge: &Edge,
    address: String,
    kind: Option<String>,
    query: Option<&str>,
) -> Result<Link, Fault> {
    let signature = query
        .unwrap_or_default()
        .split('&')
        .find_map(|pair| pair.strip_prefix("signature="));
    let configured = links_base(&server.context.settings);
    // What the link was written with: the configured base, or the one by which the client came.
    let bases = [configured.as_deref(), Some(edge.base_url.as_str())];
    let signer = server.signer.as_ref();
    let proven = bases.into_iter().flatten().any(|base| {
        let url = unsubscribe_url(base, &address, kind.as_deref());
        signer
            .zip(signature)
            .is_some_and(|(signer, signature)| signer.verifies(&url, signature))
    });
    let invalid = || Fault::Unauthorized("Invalid URL.".into());
    if !proven {
        return Err(invalid());
    }
    let lower = address.to_lowercase();
    if !is_address(&lower) {
        return Err(invalid());
    }
    if let Some(kind) = kind.as_deref().filter(|kind| !is_type(kind)) {
        let shown: String = kind.chars().take(64).collect();
        return Err(Fault::bad(format!("Invalid notification type: {shown}")));
    }
    Ok(Link {
        address: lower,
        kind,
    })
}
