//! The audit: who changed what from what to what, and who saw what is restricted. Its lines are a
//! chain that cannot be edited unnoticed: the seal of a line is a digest over the line and the seal
//! before it, so that whoever changes one line must change every seal after it; and the last one is
//! kept outside the database as well.

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};

/// One line of the audit: who did what, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    pub at: DateTime<Utc>,
    pub actor: String,
    pub act: String,
    pub subject: String,
    pub detail: String,
}

/// What seals a line: 64 hexadecimal digits. The first line is sealed to [`Seal::nothing`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal(String);

impl Seal {
    /// Before the first line.
    pub fn nothing() -> Self {
        Self(String::new())
    }

    /// The seal a database or a person kept.
    pub fn kept(text: &str) -> Self {
        Self(text.trim().to_ascii_lowercase())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The seal of a line that follows this one: SHA-256 over a JSON list of this seal, the number
    /// of the line, and its parts; the time in UTC to the microsecond.
    pub fn of_next(&self, line: i64, entry: &AuditEntry) -> Self {
        let AuditEntry {
            at,
            actor,
            act,
            subject,
            detail,
        } = entry;
        let at = at.to_rfc3339_opts(SecondsFormat::Micros, true);
        let text = serde_json::json!([self.0, line, at, actor, act, subject, detail]).to_string();
        let digest = Sha256::digest(text.as_bytes());
        Self(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// How far the audit goes: its last line and the seal on it. Written `LINE:SEAL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    pub line: i64,
    pub seal: Seal,
}

impl End {
    /// Reads what [`Display`](std::fmt::Display) writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (line, seal) = text.trim().split_once(':')?;
        let is_seal = seal.len() == 64 && seal.bytes().all(|b| b.is_ascii_hexdigit());
        Some(Self {
            line: line.parse().ok().filter(|line| *line > 0 && is_seal)?,
            seal: Seal::kept(seal),
        })
    }
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.line, self.seal.0)
    }
}

/// What became of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trail {
    /// Every line is as it was written, up to this end; `None` before the first.
    Whole(Option<End>),
    /// The first line that is not what was sealed, or is missing.
    Broken { line: i64 },
}

/// Follows a chain from its beginning, line by line.
#[derive(Debug)]
pub struct Follower {
    line: i64,
    seal: Seal,
}

impl Default for Follower {
    fn default() -> Self {
        Self {
            line: 0,
            seal: Seal::nothing(),
        }
    }
}

impl Follower {
    /// Takes the next line with the seal on it.
    ///
    /// # Errors
    /// The number of the first line that is not what it was.
    pub fn take(&mut self, line: i64, entry: &AuditEntry, seal: &str) -> Result<(), i64> {
        let next = self.line + 1;
        let expected = self.seal.of_next(next, entry);
        if line != next || expected.as_str() != seal {
            return Err(next);
        }
        self.line = next;
        self.seal = expected;
        Ok(())
    }

    /// After the last line: what the chain says of itself must be where it ended.
    pub fn finish(self, end: Option<End>) -> Trail {
        let reached = (self.line > 0).then_some(End {
            line: self.line,
            seal: self.seal,
        });
        if reached != end {
            return Trail::Broken {
                line: self.line + 1,
            };
        }
        Trail::Whole(reached)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(n: i64) -> AuditEntry {
        AuditEntry {
            at: DateTime::UNIX_EPOCH + chrono::TimeDelta::microseconds(n),
            actor: "officer".into(),
            act: "redate".into(),
            subject: "US37-03".into(),
            detail: format!("July {n} became August"),
        }
    }

    fn chain(length: i64) -> Vec<(i64, AuditEntry, String)> {
        let mut seal = Seal::nothing();
        let lines = (1..=length).map(|n| {
            seal = seal.of_next(n, &line(n));
            (n, line(n), seal.as_str().to_owned())
        });
        lines.collect()
    }

    fn end_of(chain: &[(i64, AuditEntry, String)]) -> Option<End> {
        chain.last().map(|(line, _, seal)| End {
            line: *line,
            seal: Seal::kept(seal),
        })
    }

    fn followed(chain: &[(i64, AuditEntry, String)], end: Option<End>) -> Trail {
        let mut follower = Follower::default();
        for (n, entry, seal) in chain {
            if let Err(line) = follower.take(*n, entry, seal) {
                return Trail::Broken { line };
            }
        }
        follower.finish(end)
    }

    #[test]
    fn the_seal_is_the_one_others_compute() {
        // Python: hashlib.sha256('["",1,"1970-01-01T00:00:00.000001Z","officer","redate","US37-03",
        // "July 1 became August"]'.encode()).hexdigest(), the list on one line
        let seal = Seal::nothing().of_next(1, &line(1));
        assert_eq!(
            seal.as_str(),
            "651344d9f1dbc0ffe1a1b93afbccaded47cd2efd3a63063217a6742aaf463765"
        );
    }

    #[test]
    fn whatever_is_done_to_a_line_is_noticed() {
        let whole = chain(5);
        let end = end_of(&whole);
        assert_eq!(followed(&whole, end.clone()), Trail::Whole(end.clone()));
        assert_eq!(followed(&[], None), Trail::Whole(None));

        let mut changed = whole.clone();
        changed[2].1.detail = "nothing happened".into();
        assert_eq!(followed(&changed, end.clone()), Trail::Broken { line: 3 });

        let mut taken_out = whole.clone();
        taken_out.remove(1);
        assert_eq!(followed(&taken_out, end.clone()), Trail::Broken { line: 2 });

        let mut swapped = whole.clone();
        swapped.swap(1, 2);
        assert_eq!(followed(&swapped, end.clone()), Trail::Broken { line: 2 });

        // The last lines cut off: what the chain says of its end tells it.
        assert_eq!(
            followed(&whole[..3], end.clone()),
            Trail::Broken { line: 4 }
        );
        assert_eq!(followed(&[], end), Trail::Broken { line: 1 });
    }

    #[test]
    fn an_end_is_read_as_it_is_written() {
        let end = end_of(&chain(2)).expect("two lines");
        assert_eq!(End::parse(&end.to_string()), Some(end));
        for odd in ["", "2", "2:", "2:abc", "x:y", "0:00"] {
            assert_eq!(End::parse(odd), None, "{odd}");
        }
    }
}
