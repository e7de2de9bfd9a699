//! The pages behind the links of mails. They insert nothing but addresses and types that were checked.

use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, header};

/// Nothing is loaded and nothing frames them; the one form leads back to the page.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
);

/// Asks whether it is meant: mail scanners open links, and must change nothing by it.
pub(super) fn ask(address: &str, kind: Option<&str>) -> Response {
    page(
        "Fewer mails",
        &format!(
            "<p>Send no more {} to the wallet {address}?</p>\
             <form method=\"post\"><button name=\"List-Unsubscribe\" value=\"One-Click\">Yes, no more</button></form>",
            mails(kind)
        ),
    )
}

/// Says that it is done.
pub(super) fn done(address: &str, kind: Option<&str>) -> Response {
    let text = format!("<p>The wallet {address} gets no more {}.</p>", mails(kind));
    page("Done", &text)
}

fn mails(kind: Option<&str>) -> String {
    match kind {
        Some(kind) => format!("mails of the kind {}", kind.replace('_', " ")),
        None => "mails".into(),
    }
}

fn page(title: &str, body: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\">\
         <style>body{{font-family:sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem;line-height:1.5}}\
         button{{font:inherit;padding:.5rem 1rem}}</style></head><body><h1>{title}</h1>{body}</body></html>\n"
    );
    let mut response = Html(html).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
