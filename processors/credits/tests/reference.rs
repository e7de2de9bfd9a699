//! A naive credits program: lists of what happened, added up for each question. It knows nothing of accounts.

use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Act {
    Mint {
        who: u8,
        cents: i64,
    },
    Authorize {
        who: u8,
        key: u8,
        cents: i64,
    },
    Cancel {
        who: u8,
        key: u8,
    },
    Submit {
        who: u8,
        key: u8,
    },
    Grant {
        who: u8,
        key: u8,
        wei: u128,
    },
    Buy {
        who: u8,
        key: u8,
        wei: u128,
    },
    Refund {
        key: u8,
    },
    Goal {
        who: u8,
    },
    Claim {
        who: u8,
        right: bool,
    },
    /// What a log spends: 'u'sd, 'g'rant, 'b'ought or 'c'laimed, and of whom.
    Used {
        of: (char, u8, u8),
        log: u8,
        value: u128,
    },
    Reverted {
        log: u8,
    },
    Tick {
        ms: i64,
    },
    Head {
        seconds: i64,
    },
}

type Salt = (char, u8, u8);

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Status {
    Pending,
    Settled,
    Expired,
}

#[derive(Clone, Debug)]
pub(super) struct Intent {
    pub(super) who: u8,
    pub(super) cents: i64,
    pub(super) status: Status,
    expires_at: i64,
    submitted: bool,
    late: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Credit {
    pub(super) who: u8,
    amount: u128,
    expires_at: Option<i64>,
    /// Nothing of it is left for its owner.
    over: bool,
}

#[derive(Clone, Debug)]
struct Log {
    of: Option<Salt>,
    moved: u128,
    active: bool,
}

#[derive(Clone, Default)]
pub(super) struct Reference {
    now: i64,
    head: i64,
    topped: BTreeMap<u8, i64>,
    pub(super) intents: BTreeMap<Salt, Intent>,
    pub(super) credits: BTreeMap<Salt, Credit>,
    logs: BTreeMap<u8, Log>,
    used_late: BTreeMap<u8, bool>,
    refunds: Vec<u8>,
    bought: Vec<u8>,
    goals: BTreeMap<u8, bool>,
    wrong: BTreeMap<u8, u8>,
    blocked: BTreeMap<u8, i64>,
}

/// The season's budget pays for so many goals of 2 each.
pub(super) const FUNDED: usize = 2;
pub(super) const REWARD: u128 = 2_000_000_000_000_000_000;
const DAY: i64 = 86_400_000;

impl Reference {
    pub(super) fn new(now: i64) -> Self {
        Self {
            now,
            ..Self::default()
        }
    }

    /// Dollars without what is spent and held; below zero it is owed.
    pub(super) fn net(&self, who: u8) -> i64 {
        let mine = self.intents.values().filter(|intent| intent.who == who);
        let gone = mine.filter(|intent| intent.status != Status::Expired);
        self.topped.get(&who).copied().unwrap_or_default()
            - gone.map(|intent| intent.cents).sum::<i64>()
    }

    pub(super) fn settled(&self, salt: Salt) -> u128 {
        let logs = self
            .logs
            .values()
            .filter(|log| log.active && log.of == Some(salt));
        logs.map(|log| log.moved).sum()
    }

    pub(super) fn left(&self, salt: Salt) -> u128 {
        let credit = &self.credits[&salt];
        if credit.over {
            0
        } else {
            credit.amount - self.settled(salt)
        }
    }

    /// What is answered, in one word. What the newest final block ends, ends at once.
    pub(super) fn act(&mut self, act: &Act) -> &'static str {
        let answer = self.answer(act);
        self.fall_due();
        answer
    }

    fn answer(&mut self, act: &Act) -> &'static str {
        match *act {
            Act::Mint { who, cents } => {
                *self.topped.entry(who).or_default() += cents;
                "done"
            }
            Act::Authorize { who, key, cents } => self.authorize(who, key, cents),
            Act::Cancel { who, key } => {
                let barred = self.used_late.contains_key(&who);
                match self.intents.get_mut(&('u', who, key)) {
                    Some(intent)
                        if intent.status == Status::Pending && !intent.submitted && !barred =>
                    {
                        intent.status = Status::Expired;
                        "1"
                    }
                    _ => "0",
                }
            }
            Act::Submit { who, key } => match self.intents.get_mut(&('u', who, key)) {
                Some(intent) => {
                    intent.submitted = true;
                    "1"
                }
                None => "0",
            },
            Act::Grant { who, key, wei } => {
                let season = self.now < super::desk::START + 28 * DAY;
                let end = if season {
                    super::desk::START + 42 * DAY
                } else {
                    self.now + 90 * DAY
                };
                self.give(('g', 0, key), who, wei, Some(end / 1000))
            }
            Act::Buy { who, key, wei } => self.buy(who, key, wei),
            Act::Refund { key } => {
                self.refunds.push(key);
                let all = self
                    .credits
                    .iter_mut()
                    .filter(|(salt, _)| salt.0 == 'b' && salt.2 == key);
                all.for_each(|(_, credit)| credit.over = true);
                "done"
            }
            Act::Goal { who } => self.goal(who),
            Act::Claim { who, right } => self.claim(who, right),
            Act::Used { of, log, value } => self.used(of, log, value),
            Act::Reverted { log } => self.reverted(log),
            Act::Tick { ms } => {
                self.now += ms;
                ""
            }
            Act::Head { seconds } => {
                self.head = self.head.max(self.now / 1000 + seconds);
                ""
            }
        }
    }

    fn fall_due(&mut self) {
        for intent in self.intents.values_mut() {
            if intent.status == Status::Pending && self.head >= intent.expires_at {
                intent.status = Status::Expired;
            }
        }
        for credit in self.credits.values_mut() {
            credit.over |= credit.expires_at.is_some_and(|at| self.head >= at);
        }
    }

    fn authorize(&mut self, who: u8, key: u8, cents: i64) -> &'static str {
        if self.net(who) < cents {
            return "insufficient";
        }
        let intent = Intent {
            who,
            cents,
            status: Status::Pending,
            expires_at: self.now / 1000 + 900,
            submitted: false,
            late: false,
        };
        self.intents.insert(('u', who, key), intent);
        "done"
    }

    fn give(&mut self, salt: Salt, who: u8, amount: u128, expires_at: Option<i64>) -> &'static str {
        let over = false;
        self.credits.insert(
            salt,
            Credit {
                who,
                amount,
                expires_at,
                over,
            },
        );
        "done"
    }

    fn buy(&mut self, who: u8, key: u8, wei: u128) -> &'static str {
        if self.refunds.contains(&key) {
            return "revoked-transaction";
        }
        if self.bought.contains(&key) {
            return "done";
        }
        self.bought.push(key);
        self.give(('b', 0, key), who, wei, None)
    }

    fn goal(&mut self, who: u8) -> &'static str {
        if self.now >= super::desk::START + 28 * DAY {
            return "no-season";
        }
        if self.now >= super::desk::START + 7 * DAY {
            return "unknown-goal";
        }
        if self.goals.contains_key(&who) {
            return "exists";
        }
        self.goals.insert(who, self.goals.len() < FUNDED);
        "done"
    }

    fn claim(&mut self, who: u8, right: bool) -> &'static str {
        let blocked = self.blocked.get(&who).copied().unwrap_or_default();
        if blocked > self.now {
            return "blocked";
        }
        if blocked > 0 {
            self.blocked.remove(&who);
            self.wrong.remove(&who);
        }
        if !right {
            let wrong = self.wrong.entry(who).or_default();
            *wrong += 1;
            if *wrong < 3 {
                return "wrong";
            }
            self.blocked.insert(who, self.now + DAY);
            return "blocked";
        }
        self.wrong.remove(&who);
        let waits =
            self.goals.get(&who) == Some(&true) && !self.credits.contains_key(&('c', who, 0));
        if !waits || self.now >= super::desk::START + 28 * DAY {
            return "nothing";
        }
        let end = (super::desk::START + 42 * DAY) / 1000;
        self.give(('c', who, 0), who, REWARD, Some(end))
    }

    fn used(&mut self, of: Salt, log: u8, value: u128) -> &'static str {
        if self.logs.contains_key(&log) {
            return "exists";
        }
        let mut moved = value;
        if self.credits.contains_key(&of) {
            moved = value.min(self.left(of));
        } else if let Some(intent) = self.intents.get_mut(&of) {
            if intent.status == Status::Expired {
                intent.late = true;
                self.used_late.insert(intent.who, true);
            }
            intent.status = Status::Settled;
        } else {
            let of = None;
            self.logs.insert(
                log,
                Log {
                    of,
                    moved,
                    active: true,
                },
            );
            return "unknown-consumption";
        }
        let of = Some(of);
        self.logs.insert(
            log,
            Log {
                of,
                moved,
                active: true,
            },
        );
        "done"
    }

    fn reverted(&mut self, log: u8) -> &'static str {
        let Some(old) = self.logs.get_mut(&log) else {
            let (of, moved, active) = (None, 0, false);
            self.logs.insert(log, Log { of, moved, active });
            return "done";
        };
        if !old.active {
            return "exists";
        }
        old.active = false;
        let Some(of) = old.of else { return "done" };
        let more = self
            .logs
            .values()
            .any(|log| log.active && log.of == Some(of));
        if let Some(intent) = self.intents.get_mut(&of)
            && !more
        {
            let over = intent.late || self.head >= intent.expires_at;
            intent.late = false;
            intent.status = if over {
                Status::Expired
            } else {
                Status::Pending
            };
        }
        "done"
    }
}
