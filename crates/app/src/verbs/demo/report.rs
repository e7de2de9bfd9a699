//! What came of it, in words.

use std::fmt::Write as _;

use serde_json::Value;

use super::Action;
use super::player::{Done, Played};

/// The report for people.
pub(super) fn text(played: &Played) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "player {} on {}", played.address, played.url);
    for done in &played.actions {
        let _ = writeln!(out, "  {}", deed(done));
    }
    badges(played, &mut out);
    notifications(played, &mut out);
    credits(played, &mut out);
    out
}

fn deed(done: &Done) -> String {
    let deed = match done.action {
        Action::Enrol => "takes part in the credits program",
        Action::Login => "logged in",
        Action::Land => "stepped onto parcel 0,0",
        Action::Walk => "walked 10,000 steps",
        Action::Climb => "climbed 600 m",
        Action::Emote => "danced",
        Action::Passport => "opened three passports",
        Action::Claim => "claimed",
    };
    match &done.answer {
        Some(answer) => format!("{deed}: {answer}"),
        None => deed.to_owned(),
    }
}

fn badges(played: &Played, out: &mut String) {
    let badges = &played.badges;
    let _ = writeln!(
        out,
        "\n{}",
        counted(badges.granted.len(), "badge", "granted")
    );
    for badge in &badges.granted {
        let tier = badge.tier.as_ref().map(|tier| format!(", {tier}"));
        let _ = writeln!(out, "  {}{}", badge.name, tier.unwrap_or_default());
    }
    if badges.granted.is_empty() && badges.held > 0 {
        let _ = writeln!(
            out,
            "  the player has {} already; another --seed is another player",
            badges.held
        );
    }
    let _ = writeln!(out, "  see: curl {}", badges.url);
}

fn notifications(played: &Played, out: &mut String) {
    let inbox = &played.notifications;
    let _ = writeln!(
        out,
        "\n{}",
        counted(inbox.arrived.len(), "notification", "arrived")
    );
    for notification in &inbox.arrived {
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let metadata = &notification["metadata"];
        let (title, description) = (word(&metadata["title"]), word(&metadata["description"]));
        let _ = writeln!(
            out,
            "  {}: {title} {description}",
            word(&notification["type"])
        );
    }
    let _ = writeln!(out, "  see (signed, for five minutes): {}", inbox.curl);
}

fn credits(played: &Played, out: &mut String) {
    let credits = &played.credits;
    let _ = writeln!(out, "\n{}", counted(credits.given.len(), "credit", "given"));
    for credit in &credits.given {
        let why = credit["goalId"]
            .as_str()
            .or(credit["creditSource"].as_str());
        let amount = credit["amount"].as_str().unwrap_or_default();
        let why = why.unwrap_or_default();
        let _ = writeln!(out, "  {} MANA for {why}", mana(amount));
    }
    for goal in &credits.goals {
        let (title, progress) = (
            goal["title"].as_str().unwrap_or_default(),
            &goal["progress"],
        );
        let claimed = if goal["isClaimed"] == true {
            ", claimed"
        } else {
            ""
        };
        let (done, all) = (&progress["completedSteps"], &progress["totalSteps"]);
        let _ = writeln!(out, "  goal {title:?}: {done} of {all}{claimed}");
    }
    if credits.goals.is_empty() {
        let _ = writeln!(out, "  no season runs: `worldlog up --demo` has one");
    }
    let _ = writeln!(out, "  to spend: {}", credits.available);
    let _ = writeln!(out, "  see (signed, for a minute): {}", credits.curl);
}

/// Wei, as MANA that people read.
fn mana(wei: &str) -> String {
    let wei: f64 = wei.parse().unwrap_or_default();
    (wei / 1e18).to_string()
}

fn counted(number: usize, thing: &str, done: &str) -> String {
    match number {
        0 => format!("no {thing} {done}"),
        1 => format!("1 {thing} {done}"),
        _ => format!("{number} {thing}s {done}"),
    }
}
