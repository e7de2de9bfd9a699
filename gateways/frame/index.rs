//! `/`: the page that names every gateway.

use axum::Json;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, header};
use serde::Serialize;

use super::Gateway;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    name: &'static str,
    title: &'static str,
    url: String,
    openapi: String,
}

/// JSON for `accept: application/json`, else a page.
pub(super) fn answer(
    gateways: &[&'static Gateway],
    version: &str,
    headers: &HeaderMap,
) -> Response {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .unwrap_or("");
    if accept.contains("application/json") && !accept.contains("text/html") {
        let entries: Vec<Entry> = gateways
            .iter()
            .map(|gateway| Entry {
                name: gateway.name,
                title: gateway.title,
                url: format!("/{}/", gateway.name),
                openapi: format!("/{}/openapi.json", gateway.name),
            })
            .collect();
        let body = serde_json::json!({ "version": version, "gateways": entries });
        return Json(body).into_response();
    }
    Html(page(gateways, version)).into_response()
}

fn page(gateways: &[&'static Gateway], version: &str) -> String {
    let mut rows = String::new();
    for Gateway { name, title, .. } in gateways {
        rows.push_str(&format!(
            "<tr><th><a href=\"/{name}/\">{name}</a><td>{title}\
             <td><a href=\"/{name}/openapi.json\">OpenAPI</a>\
             <td><a href=\"/{name}/health/ready\">ready?</a>\n"
        ));
    }
    format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>worldlog</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <style>body{{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}}\
         th{{text-align:left;padding-right:1rem}}td{{padding-right:1rem}}</style>\n\
         <h1>worldlog {version}</h1>\n\
         <p>Each gateway answers below its path and at the host <code>&lt;name&gt;.localhost</code>. \
         <a href=\"/metrics\">Metrics</a>.\n<table>\n{rows}</table>\n"
    )
}
