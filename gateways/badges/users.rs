//! Who has what.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use model::events::badges::BADGES;
use model::tables::badges::{PROGRESS, Row};
use runtime::ports::PortError;
use runtime::reading::decode;

use super::BADGES as MODEL;
use super::dto::{Achieved, Data, Latest, NotAchieved, Preview, UserBadges};
use super::error::BadgesError;
use crate::frame::{self, GatewayContext};

/// Badges and tiers of a preview.
const LATEST_MAX: usize = 5;

/// Progress of a person by badge; any text is somebody who may have none.
async fn progress(
    context: &GatewayContext,
    address: &str,
) -> Result<BTreeMap<String, Row>, PortError> {
    let view = frame::view(&context.platform, MODEL);
    let address = address.to_lowercase();
    let rows = frame::rows(&view, PROGRESS, address.as_bytes(), BADGES.len()).await?;
    let named = rows.iter().map(|row| {
        let id = String::from_utf8_lossy(&row.row).into_owned();
        Ok((id, decode(PROGRESS, row)?))
    });
    named.collect()
}

/// Whether a query asks for badges that are not achieved: only the exact word does.
fn includes_not_achieved(query: Option<&str>) -> bool {
    let pairs = query.unwrap_or_default().split('&');
    let mut values = pairs.filter_map(|pair| pair.strip_prefix("includeNotAchieved="));
    values.next() == Some("true")
}

/// The badges of a person, and those still to come.
#[utoipa::path(get, path = "/users/{address}/badges", tag = "users",
    params(("address" = String, Path),
        ("includeNotAchieved" = Option<String>, Query, description = "`true`, or nothing is not achieved")),
    responses((status = 200, body = Data<UserBadges>)))]
pub(super) async fn badges(
    State(context): State<GatewayContext>,
    Path(address): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<Data<UserBadges>>, BadgesError> {
    let all = includes_not_achieved(query.as_deref());
    let cdn_host = &context.settings.badges.cdn_host;
    let rows = progress(&context, &address).await?;
    let none = Row::default();
    let mut data = UserBadges::default();
    for badge in &BADGES {
        let row = rows.get(badge.id).unwrap_or(&none);
        match Achieved::of(badge, row, cdn_host) {
            Some(achieved) => data.achieved.push(achieved),
            None if all => {
                let open = NotAchieved::of(badge, row.steps, cdn_host);
                data.not_achieved.push(open);
            }
            None => {}
        }
    }
    Ok(Json(Data { data }))
}

/// What a person got last: each tier, and each badge without tiers.
#[utoipa::path(get, path = "/users/{address}/preview", tag = "users",
    params(("address" = String, Path)), responses((status = 200, body = Data<Preview>)))]
pub(super) async fn preview(
    State(context): State<GatewayContext>,
    Path(address): Path<String>,
) -> Result<Json<Data<Preview>>, BadgesError> {
    let rows = progress(&context, &address).await?;
    let mut got = Vec::new();
    for (place, badge) in BADGES.iter().enumerate() {
        let Some(row) = rows.get(badge.id) else {
            continue;
        };
        let tiers = row.tiers.iter().enumerate();
        got.extend(tiers.map(|(tier, at)| (*at, Some(tier), place, badge)));
        let whole = row.completed_at.filter(|_| !badge.is_tiered());
        got.extend(whole.map(|at| (at, None, place, badge)));
    }
    got.sort_by_key(|(at, tier, place, _)| (Reverse(*at), Reverse(*tier), *place));
    got.truncate(LATEST_MAX);
    let cdn_host = &context.settings.badges.cdn_host;
    let latest = got.into_iter();
    let latest = latest.map(|(_, tier, _, badge)| Latest::of(badge, tier, cdn_host));
    let data = Preview {
        latest_achieved_badges: latest.collect(),
    };
    Ok(Json(Data { data }))
}

#[cfg(test)]
mod tests {
    use super::includes_not_achieved;

    #[test]
    fn only_the_exact_word_includes() {
        for (query, wanted) in [
            (Some("includeNotAchieved=true"), true),
            (Some("a=b&includeNotAchieved=true"), true),
            (Some("includeNotAchieved=TRUE"), false),
            (Some("includeNotAchieved=1"), false),
            (
                Some("includeNotAchieved=false&includeNotAchieved=true"),
                false,
            ),
            (Some("includeNotAchieved"), false),
            (None, false),
        ] {
            assert_eq!(includes_not_achieved(query), wanted, "{query:?}");
        }
    }
}
