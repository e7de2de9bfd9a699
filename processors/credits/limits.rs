//! What one wallet may ask of the ledger in a day. Each answer is kept for a week in the document that everybody
//! shares, and wallets cost nothing: without a limit anybody could make it as large as they like.

use model::events::ledger::is_own;
use model::tables::day;

use super::rules::{QUESTIONS_DAY_MAX, Refused, refuse};
use super::run::Run;
use super::state::Asked;

impl Run<'_> {
    /// Counts a question of a wallet's own. One too many is refused and leaves no trace: a refusal that was remembered
    /// would be what the limit is against.
    pub(super) fn admit(&mut self) -> Result<(), Refused> {
        let address = self.entry.address.clone();
        if address.is_empty() || !is_own(&self.entry.kind) {
            return Ok(());
        }
        let most = self.edge["questionsPerDay"].as_i64();
        let most = most
            .unwrap_or(QUESTIONS_DAY_MAX)
            .clamp(1, QUESTIONS_DAY_MAX);
        let today = day(self.now());
        let known = self.state.users.get(&address).map(|user| user.asked);
        let asked = known.filter(|asked| asked.day == today);
        let count = asked.map_or(0, |asked| asked.count);
        if count >= most {
            return refuse("too-many", format!("{most} questions in a day"));
        }
        self.user(&address).asked = Asked {
            day: today,
            count: count + 1,
        };
        Ok(())
    }
}
