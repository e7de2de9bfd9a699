//! What the routes give, as JSON.

use model::events::badges::{Badge, TIERS};
use model::tables::badges::Row;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Every answer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Data<T> {
    /// What was asked for.
    pub(super) data: T,
}

/// A badge.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BadgeView {
    id: &'static str,
    name: &'static str,
    category: &'static str,
    /// Its text, or those of its tiers.
    description: String,
    /// None when it has tiers.
    #[serde(skip_serializing_if = "Option::is_none")]
    criteria: Option<Criteria>,
    /// None when it has tiers.
    #[serde(skip_serializing_if = "Option::is_none")]
    assets: Option<Assets>,
    /// The lowest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    tiers: Option<Vec<TierView>>,
}

/// What it takes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Criteria {
    steps: i64,
}

/// A tier.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TierView {
    tier_id: String,
    tier_name: &'static str,
    description: &'static str,
    criteria: Criteria,
    assets: Assets,
}

/// Images.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Assets {
    #[serde(rename = "2d")]
    flat: Flat,
    #[serde(rename = "3d")]
    solid: Solid,
}

/// The flat image.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Flat {
    normal: String,
}

/// The textures of the solid one.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Solid {
    normal: String,
    hrm: String,
    basecolor: String,
}

/// `GET /badges/:id`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OneBadge {
    pub(super) badge: BadgeView,
}

/// `GET /badges/:id/tiers`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Tiers {
    pub(super) tiers: Vec<TierView>,
}

/// `GET /categories`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Categories {
    pub(super) categories: Vec<&'static str>,
}

/// `GET /users/:address/badges`.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UserBadges {
    pub(super) achieved: Vec<Achieved>,
    pub(super) not_achieved: Vec<NotAchieved>,
}

/// A badge somebody has, or has a tier of.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Achieved {
    #[serde(flatten)]
    what: Shown,
    /// ms, as text.
    completed_at: Option<String>,
    /// Of the last tier, or the badge.
    assets: Assets,
    progress: AchievedProgress,
}

/// A badge somebody has nothing of.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NotAchieved {
    #[serde(flatten)]
    what: Shown,
    /// Always null.
    completed_at: Option<String>,
    /// Of the first tier, or the badge.
    assets: Assets,
    progress: OpenProgress,
}

/// What both kinds say of the badge.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown {
    id: &'static str,
    name: &'static str,
    description: String,
    category: &'static str,
    is_tier: bool,
}

/// Progress of a badge somebody has.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AchievedProgress {
    /// None for a badge without tiers.
    #[serde(skip_serializing_if = "Option::is_none")]
    achieved_tiers: Option<Vec<AchievedTier>>,
    steps_done: i64,
    /// null when complete.
    next_steps_target: Option<i64>,
    total_steps_target: i64,
    /// ms; null for a badge without tiers.
    last_completed_tier_at: Option<i64>,
    last_completed_tier_name: Option<&'static str>,
    last_completed_tier_image: Option<String>,
}

/// A tier somebody has.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AchievedTier {
    tier_id: String,
    /// ms.
    completed_at: i64,
}

/// Progress of a badge somebody has nothing of.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OpenProgress {
    steps_done: i64,
    next_steps_target: i64,
    total_steps_target: i64,
}

/// `GET /users/:address/preview`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Preview {
    pub(super) latest_achieved_badges: Vec<Latest>,
}

/// A badge or a tier somebody got.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Latest {
    id: &'static str,
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier_name: Option<&'static str>,
    image: String,
}

/// `GET /users/:address/badges/:id`: a row as the original's database has it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Details {
    pub(super) user_address: String,
    pub(super) badge_id: &'static str,
    #[schema(value_type = Object)]
    pub(super) progress: Value,
    /// null for a badge without tiers.
    pub(super) achieved_tiers: Option<Vec<DetailedTier>>,
    /// ms, as text.
    pub(super) completed_at: Option<String>,
    /// ms, as text.
    pub(super) updated_at: String,
}

/// A tier of [`Details`].
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DetailedTier {
    pub(super) tier_id: String,
    /// ms.
    pub(super) completed_at: i64,
}

/// `POST /badges/:id/backfill`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Backfilled {
    pub(super) badge: BadgeView,
    /// People whose progress was merged.
    pub(super) user_progresses_merged: usize,
    /// Those whose was not.
    pub(super) failures: Vec<Failure>,
}

/// Why somebody's progress was not merged.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Failure {
    pub(super) address: String,
    pub(super) errors: Vec<String>,
}

impl Assets {
    fn of(badge: &Badge, tier: Option<usize>, cdn_host: &str) -> Self {
        let folder = badge.folder(cdn_host, tier);
        let solid = |name: &str| format!("{folder}/3d/{name}.png");
        Self {
            flat: Flat {
                normal: badge.image(cdn_host, tier),
            },
            solid: Solid {
                normal: solid("normal"),
                hrm: solid("hrm"),
                basecolor: solid("basecolor"),
            },
        }
    }
}

impl BadgeView {
    pub(super) fn of(badge: &'static Badge, cdn_host: &str) -> Self {
        let tiered = badge.is_tiered();
        Self {
            id: badge.id,
            name: badge.name,
            category: badge.category.name(),
            description: badge.description(),
            criteria: (!tiered).then_some(Criteria { steps: badge.steps }),
            assets: (!tiered).then(|| Assets::of(badge, None, cdn_host)),
            tiers: tiered.then(|| tiers(badge, cdn_host)),
        }
    }
}

/// The tiers of a badge; none when it has none.
pub(super) fn tiers(badge: &Badge, cdn_host: &str) -> Vec<TierView> {
    let tiers = badge.tiers.iter().enumerate();
    let view = |(tier, definition): (usize, &model::events::badges::Tier)| TierView {
        tier_id: badge.tier_id(tier),
        tier_name: TIERS[tier],
        description: definition.description,
        criteria: Criteria {
            steps: definition.steps,
        },
        assets: Assets::of(badge, Some(tier), cdn_host),
    };
    tiers.map(view).collect()
}

impl Shown {
    fn of(badge: &'static Badge) -> Self {
        Self {
            id: badge.id,
            name: badge.name,
            description: badge.description(),
            category: badge.category.name(),
            is_tier: badge.is_tiered(),
        }
    }
}

impl Achieved {
    /// The badge, if the person has it or a tier of it.
    pub(super) fn of(badge: &'static Badge, row: &Row, cdn_host: &str) -> Option<Self> {
        let last = row.tiers.len().checked_sub(1);
        if row.completed_at.is_none() && last.is_none() {
            return None;
        }
        let tiers = row.tiers.iter().enumerate();
        let tiers = tiers.map(|(tier, at)| AchievedTier {
            tier_id: badge.tier_id(tier),
            completed_at: *at,
        });
        let next = badge.tiers.get(row.tiers.len());
        let next = next.map_or(badge.steps, |tier| tier.steps);
        Some(Self {
            what: Shown::of(badge),
            completed_at: row.completed_at.map(|at| at.to_string()),
            assets: Assets::of(badge, last, cdn_host),
            progress: AchievedProgress {
                achieved_tiers: badge.is_tiered().then(|| tiers.collect()),
                steps_done: row.steps,
                next_steps_target: row.completed_at.is_none().then_some(next),
                total_steps_target: badge.steps,
                last_completed_tier_at: row.tiers.last().copied(),
                last_completed_tier_name: last.map(|tier| TIERS[tier]),
                last_completed_tier_image: last.map(|tier| badge.image(cdn_host, Some(tier))),
            },
        })
    }
}

impl NotAchieved {
    pub(super) fn of(badge: &'static Badge, steps: i64, cdn_host: &str) -> Self {
        let first = badge.tiers.first();
        Self {
            what: Shown::of(badge),
            completed_at: None,
            assets: Assets::of(badge, first.map(|_| 0), cdn_host),
            progress: OpenProgress {
                steps_done: steps,
                next_steps_target: first.map_or(badge.steps, |tier| tier.steps),
                total_steps_target: badge.steps,
            },
        }
    }
}

impl Latest {
    pub(super) fn of(badge: &'static Badge, tier: Option<usize>, cdn_host: &str) -> Self {
        Self {
            id: badge.id,
            name: badge.name,
            tier_name: tier.map(|tier| TIERS[tier]),
            image: badge.image(cdn_host, tier),
        }
    }
}
