//! The console: one page that shows lag, topics and dead letters, out of the routes beside it.

use axum::response::Html;

const PAGE: &str = include_str!("console.html");

/// The console page.
#[utoipa::path(get, path = "/", tag = "console", responses((status = 200, description = "a page")))]
pub(super) async fn page() -> Html<&'static str> {
    Html(PAGE)
}
