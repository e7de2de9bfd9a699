//! Seasons, enrolment and goals.

use std::sync::Arc;

use model::dates::parse_iso;
use model::tables::credits::{Flag, Goal, week};
use serde_json::{Value, json};

use super::books::Leg;
use super::names::{Account, goal_key, salt};
use super::rules::{
    Answered, GOALS_MAX, Refused, STEPS_MAX, WALLETS_MAX, integer, optional, refuse, text, wei,
    whole_credits,
};
use super::run::Run;
use super::state::{GoalProgress, Hold, Season};

impl Season {
    /// The week a time lies in, from 1.
    pub(super) fn week(&self, now: i64) -> i64 {
        week(self.start, now)
    }

    /// Whether steps count at a time.
    pub(super) fn runs(&self, now: i64) -> bool {
        self.lasts(now) && !self.paused
    }

    /// Whether it has begun and is not over.
    pub(super) fn lasts(&self, now: i64) -> bool {
        (self.start..self.end).contains(&now) && !self.closed
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.id != other.id && self.start < other.end && other.start < self.end
    }
}

impl Run<'_> {
    pub(super) fn program(&mut self) -> Answered {
        match self.entry.kind.as_str() {
            "season-defined" => self.define_season(),
            "user-enrolled" => self.enrol(true),
            "user-opted-out" => self.enrol(false),
            "goal-step" => self.goal_step(),
            "captcha-issued" => self.challenge(),
            "claim-requested" => self.claim(),
            "wallets-flagged" => self.flag(true),
            _ => self.flag(false),
        }
    }

    /// The season that lasts now.
    pub(super) fn season(&self) -> Option<&Arc<Season>> {
        let now = self.now();
        self.state.seasons.values().find(|season| season.lasts(now))
    }

    fn enrol(&mut self, enrolled: bool) -> Answered {
        let (address, now) = (self.address()?, self.now());
        let user = self.user(&address);
        user.enrolled = enrolled;
        user.opted_out_at = (!enrolled).then_some(now);
        self.done()
    }

    fn flag(&mut self, flagged: bool) -> Answered {
        let now = self.now();
        let body = self.body.clone();
        let listed = body["addresses"].as_array().map(Vec::as_slice);
        let listed = listed.unwrap_or_default();
        if listed.len() > WALLETS_MAX {
            return refuse("invalid", format!("more than {WALLETS_MAX} addresses"));
        }
        let addresses: Vec<String> = listed
            .iter()
            .filter_map(|address| address.as_str().map(str::to_lowercase))
            .collect();
        let word = |name: &str, default: &str| body[name].as_str().unwrap_or(default).to_owned();
        for address in &addresses {
            let flag = Flag {
                address: address.clone(),
                flag_type: word("flagType", "multi-account"),
                flagged_at: now,
                reason: word("reason", ""),
            };
            self.user(address).flag = flagged.then_some(flag);
            self.flags.insert(address.clone());
        }
        Ok(json!({ "addresses": addresses }))
    }

    fn define_season(&mut self) -> Answered {
        let mut season = self.read_season()?;
        let old = self.state.seasons.get(&season.id).cloned();
        if let Some(old) = &old {
            if old.closed {
                return refuse("closed", format!("season {} is over", season.id));
            }
            if season.version <= old.version {
                return refuse(
                    "stale",
                    format!("season {} has version {}", old.id, old.version),
                );
            }
            season.weeks.clone_from(&old.weeks);
            season.returned.clone_from(&old.returned);
        }
        if let Some(other) = self.state.seasons.values().find(|s| s.overlaps(&season)) {
            return refuse("overlaps", format!("season {} runs at that time", other.id));
        }
        let before = old.as_ref().map_or(0, |old| old.max);
        let (id, version) = (season.id.to_string(), season.version.to_string());
        let (world, own) = (Account::world(), Account::season(season.id));
        let fund = |accounts, amount| Leg::exact("fund-season", &[&id, &version], accounts, amount);
        let leg = match season.max.checked_sub(before) {
            Some(0) => None,
            Some(more) => Some(fund((world, own), more)),
            None => Some(fund((own, world), before - season.max)),
        };
        if let Some(leg) = leg
            && let Err(refusal) = self.book("", &[leg])
        {
            return refuse("over-budget", refusal.to_string());
        }
        self.program = true;
        self.changed = true;
        let answer = json!({ "id": season.id, "version": season.version });
        self.state.seasons.insert(season.id, Arc::new(season));
        Ok(answer)
    }

    fn read_season(&self) -> Result<Season, Refused> {
        let body = &self.body;
        let id = integer(body, "id")?;
        let date = |name: &str| match parse_iso(text(body, name)?) {
            Some(ms) => Ok(ms),
            None => refuse("invalid", format!("{name} is no date in UTC")),
        };
        let (start, end) = (date("startDate")?, date("endDate")?);
        if id < 1 || start >= end {
            return refuse(
                "invalid",
                "a season has an id from 1 and ends after its start",
            );
        }
        let weekly = match &body["weeklyManaWei"] {
            Value::Null => None,
            _ => Some(wei(body, "weeklyManaWei")?),
        };
        let listed = body["goals"].as_array().map(Vec::as_slice);
        let listed = listed.unwrap_or_default();
        if listed.len() > GOALS_MAX {
            return refuse("invalid", format!("more than {GOALS_MAX} goals"));
        }
        let last = self.entry.key.rsplit(':').next().unwrap_or_default();
        let known = self
            .state
            .seasons
            .get(&id)
            .map_or(0, |season| season.version);
        Ok(Season {
            id,
            version: last.parse().unwrap_or(known + 1),
            name: text(body, "name")?.to_owned(),
            start,
            end,
            max: wei(body, "maxManaWei")?,
            weekly,
            paused: body["paused"].as_bool().unwrap_or(false),
            goals: listed.iter().map(read_goal).collect::<Result<_, _>>()?,
            ..Season::default()
        })
    }

    fn goal_step(&mut self) -> Answered {
        let (address, now) = (self.address()?, self.now());
        let body = self.body.clone();
        let (goal_id, step) = (text(&body, "goalId")?, text(&body, "stepKey")?);
        let known = self.state.users.get(&address);
        if !known.is_some_and(|user| user.enrolled) {
            return refuse("not-enrolled", "steps count for who takes part");
        }
        let Some(season) = self.season().filter(|season| season.runs(now)).cloned() else {
            return refuse("no-season", "no season runs");
        };
        let week = season.week(now);
        let of_week = |goal: &&Goal| goal.goal_id == goal_id && goal.week.is_none_or(|w| w == week);
        let Some(goal) = season.goals.iter().find(of_week) else {
            return refuse(
                "unknown-goal",
                format!("week {week} has no goal {goal_id:?}"),
            );
        };
        let key = goal_key(season.id, week, goal_id);
        let progress = known.and_then(|user| user.goals.get(&key));
        let (over, seen) = progress.map_or((false, false), |p| {
            (p.completed_at.is_some(), p.steps.contains(step))
        });
        if over || seen {
            return refuse("exists", "the step is counted, or the goal complete");
        }
        let progress = self.user(&address).goals.entry(key.clone()).or_default();
        (progress.season, progress.week) = (season.id, week);
        goal_id.clone_into(&mut progress.goal);
        progress.steps.insert(step.to_owned());
        progress.count += 1;
        let count = progress.count;
        if count >= goal.total_steps {
            self.complete(&address, &key, &season, goal);
        }
        Ok(json!({ "steps": count, "completed": count >= goal.total_steps }))
    }

    /// The last step of a goal: its reward is reserved, if the budgets have it.
    fn complete(&mut self, address: &str, key: &str, season: &Season, goal: &Goal) {
        let now = self.now();
        let week = season.week(now);
        let amount = ledger::decimal::parse(&goal.reward).unwrap_or_default();
        self.fund_week(season, week);
        let (id, n) = (season.id.to_string(), week.to_string());
        let text = format!("goal:{id}:{n}:{}:{address}", goal.goal_id);
        let hold = Hold {
            salt: salt(&text),
            weekly: season.weekly.is_some(),
            amount,
        };
        let from = Account::budget(season.id, week, hold.weekly);
        let parts = [&*id, &n, &goal.goal_id, address];
        let leg = Leg::hold("goal", &parts, (from, Account::credit(&hold.salt)), amount);
        let funded = self.book(address, &[leg]).is_ok();
        self.program = true;
        let progress = self.user(address).goals.entry(key.to_owned()).or_default();
        progress.completed_at = Some(now);
        progress.steps.clear();
        progress.hold = funded.then_some(hold);
        let metadata = json!({
            "goalId": goal.goal_id,
            "creditsObtained": whole_credits(amount),
            "seasonId": season.id,
            "weekNumber": week,
            "address": address,
        });
        let told = format!("{address}-{id}-{n}-{}", goal.goal_id);
        self.tell("credits-goal-completed", told, address, metadata);
    }

    /// Gives a week its budget at its first use, and the difference when the cap was changed since.
    fn fund_week(&mut self, season: &Season, week: i64) {
        let Some(cap) = season.weekly else {
            return;
        };
        let funded = season.weeks.get(&week).copied();
        if funded == Some(cap) {
            return;
        }
        let (id, n, version) = (
            season.id.to_string(),
            week.to_string(),
            season.version.to_string(),
        );
        let (whole, own) = (Account::season(season.id), Account::week(season.id, week));
        let before = funded.unwrap_or_default();
        let parts = [&*id, &n, &version];
        let leg = match cap.checked_sub(before) {
            Some(more) => Leg::balancing("fund-week", &parts, (whole, own), more),
            None => Leg::balancing("return-week", &parts, (own, whole), before - cap),
        };
        // A week that gets nothing is a week without budget: its goals stay unfunded.
        if self.book("", &[leg]).is_ok()
            && let Some(season) = self.state.seasons.get_mut(&season.id)
        {
            Arc::make_mut(season).weeks.insert(week, cap);
        }
    }
}

fn read_goal(goal: &Value) -> Result<Goal, Refused> {
    let steps = integer(goal, "totalSteps")?;
    if !(1..=STEPS_MAX).contains(&steps) {
        return refuse("invalid", format!("totalSteps is not 1 to {STEPS_MAX}"));
    }
    let word = |name: &str| Ok(optional(goal, name)?.unwrap_or_default().to_owned());
    Ok(Goal {
        goal_id: text(goal, "goalId")?.to_owned(),
        week: goal["week"].as_i64(),
        title: word("title")?,
        description: word("description")?,
        thumbnail: word("thumbnail")?,
        reward: wei(goal, "rewardWei")?.to_string(),
        total_steps: steps,
    })
}

impl GoalProgress {
    /// Whether its reward waits to be claimed.
    pub(super) fn waits(&self) -> bool {
        self.hold.is_some() && !self.claimed
    }
}
