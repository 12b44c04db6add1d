//! Rules: the steps of the reminder ladder, and the order in which one gives way to another.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One step: when, to whom, in what tone. The planner says when; this says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Rule {
    /// The window opens.
    Opens,
    /// So many days before the window ends.
    Before(u32),
    /// The last working day of the window.
    LastDay,
    /// The morning after a meeting that was itself the deadline: what came of it?
    Outcome(u32),
    /// So many days after the window ended.
    Overdue(u32),
    /// A desk was given the commitment.
    Assigned,
    /// A reviewer returned the latest update.
    Returned,
    /// The n-th review of a standing commitment.
    Review(u32),
    /// The n-th time nothing was heard for long.
    Stale(u32),
    /// A submission awaits the reviewer since so many working days.
    Decision(u32),
    /// What a meeting is expected to touch.
    Brief,
    /// The week of a reader.
    Digest,
}

impl Rule {
    /// Makes no mail of its own: it waits for the reader's next digest day.
    pub fn is_quiet(self) -> bool {
        matches!(self, Rule::Opens | Rule::Review(_) | Rule::Stale(_))
    }

    /// Speaks whatever the reader or the commitment would rather: through a snooze, and through a
    /// reader's pause.
    pub fn is_duty(self) -> bool {
        matches!(
            self,
            Rule::LastDay | Rule::Overdue(_) | Rule::Outcome(_) | Rule::Brief
        )
    }

    /// Whether a reader's pause holds it. A digest is not held: it says less.
    pub fn can_wait(self) -> bool {
        !self.is_duty() && self != Rule::Digest
    }

    /// Whether it speaks of a deadline's window.
    pub fn has_window(self) -> bool {
        matches!(
            self,
            Rule::Opens | Rule::Before(_) | Rule::LastDay | Rule::Outcome(_) | Rule::Overdue(_)
        )
    }

    /// The place in the order by which, of several rules of one commitment in one notice, only the
    /// first goes out. Smaller is more pressing.
    pub fn precedence(self) -> (u8, u32) {
        match self {
            Rule::Overdue(k) => (0, u32::MAX - k),
            Rule::Outcome(k) => (1, u32::MAX - k),
            Rule::LastDay => (2, 0),
            Rule::Before(n) => (3, n),
            Rule::Opens => (4, 0),
            Rule::Returned => (5, 0),
            Rule::Assigned => (6, 0),
            Rule::Review(n) => (7, u32::MAX - n),
            Rule::Stale(n) => (8, u32::MAX - n),
            Rule::Decision(n) => (9, u32::MAX - n),
            Rule::Brief => (10, 0),
            Rule::Digest => (11, 0),
        }
    }

    /// The rule a name stands for, as in the ledger and the JSON.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "opens" => return Some(Rule::Opens),
            "last-day" => return Some(Rule::LastDay),
            "assigned" => return Some(Rule::Assigned),
            "returned" => return Some(Rule::Returned),
            "brief" => return Some(Rule::Brief),
            "digest" => return Some(Rule::Digest),
            _ => {}
        }
        let (stem, n) = name.rsplit_once('-')?;
        let n = n.parse().ok()?;
        match stem {
            "before" => Some(Rule::Before(n)),
            "outcome" => Some(Rule::Outcome(n)),
            "overdue" => Some(Rule::Overdue(n)),
            "review" => Some(Rule::Review(n)),
            "stale" => Some(Rule::Stale(n)),
            "decision" => Some(Rule::Decision(n)),
            _ => None,
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::Opens => f.write_str("opens"),
            Rule::Before(n) => write!(f, "before-{n}"),
            Rule::LastDay => f.write_str("last-day"),
            Rule::Outcome(n) => write!(f, "outcome-{n}"),
            Rule::Overdue(n) => write!(f, "overdue-{n}"),
            Rule::Assigned => f.write_str("assigned"),
            Rule::Returned => f.write_str("returned"),
            Rule::Review(n) => write!(f, "review-{n}"),
            Rule::Stale(n) => write!(f, "stale-{n}"),
            Rule::Decision(n) => write!(f, "decision-{n}"),
            Rule::Brief => f.write_str("brief"),
            Rule::Digest => f.write_str("digest"),
        }
    }
}

impl From<Rule> for String {
    fn from(rule: Rule) -> String {
        rule.to_string()
    }
}

impl TryFrom<String> for Rule {
    type Error = String;
    fn try_from(name: String) -> Result<Self, String> {
        Rule::parse(&name).ok_or_else(|| format!("`{name}` is not a rule"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        let rules = [
            Rule::Opens,
            Rule::Before(7),
            Rule::LastDay,
            Rule::Outcome(1),
            Rule::Overdue(15),
            Rule::Assigned,
            Rule::Returned,
            Rule::Review(2),
            Rule::Stale(1),
            Rule::Decision(10),
            Rule::Brief,
            Rule::Digest,
        ];
        for rule in rules {
            assert_eq!(Rule::parse(&rule.to_string()), Some(rule));
        }
        assert_eq!(Rule::parse("before-"), None);
        assert_eq!(Rule::parse("after-3"), None);
    }

    #[test]
    fn the_most_pressing_comes_first() {
        let mut rules = [
            Rule::Assigned,
            Rule::Before(7),
            Rule::Overdue(1),
            Rule::Opens,
            Rule::Before(1),
            Rule::Overdue(8),
            Rule::LastDay,
        ];
        rules.sort_by_key(|r| r.precedence());
        assert_eq!(
            rules.map(|r| r.to_string()).join(" "),
            "overdue-8 overdue-1 last-day before-1 before-7 opens assigned"
        );
    }
}
