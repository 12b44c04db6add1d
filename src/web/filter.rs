//! The filters of the list of commitments and of the search, as they stand in the address: read, checked
//! against what is on record, asked of each commitment, and written back into links.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::domain::commitment::{Commitment, Kind, Lifecycle};
use crate::domain::directory::Directory;
use crate::domain::finding::Query;
use crate::domain::ids::CommitmentRef;
use crate::domain::progress::Confidence;
use crate::domain::schedule::Schedule;

use super::encoding::encoded;
use super::scene::Scene;
use super::standing::Standing;

/// The page that filters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Place {
    /// The list: of what is open, unless another state is asked for.
    #[default]
    List,
    /// The search: in whatever state it is.
    Search,
}

impl Place {
    pub fn path(self) -> &'static str {
        match self {
            Place::List => "/commitments",
            Place::Search => "/search",
        }
    }

    /// Which lives are listed where none is asked for.
    pub fn usual(self) -> States {
        match self {
            Place::List => States::Open,
            Place::Search => States::All,
        }
    }
}

/// What is asked of the list. Everything that is `None` is not asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub place: Place,
    pub partnership: Option<String>,
    /// The lead desk.
    pub lead: Option<String>,
    pub schedule: Option<Schedule>,
    pub kind: Option<Kind>,
    pub state: States,
    pub confidence: Option<Confidence>,
    /// A meeting that produced it, or that it hangs on.
    pub meeting: Option<String>,
    pub instrument: Option<String>,
    pub words: Option<String>,
    /// The commitments that say the words, once they were looked for; until then none does.
    pub saying: Option<Arc<HashSet<CommitmentRef>>>,
    /// From 1.
    pub page: usize,
}

/// Which lives of a commitment are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum States {
    #[default]
    Open,
    All,
    Only(Lifecycle),
}

impl States {
    pub fn as_str(self) -> &'static str {
        match self {
            States::Open => "open",
            States::All => "all",
            States::Only(state) => state.as_str(),
        }
    }

    fn parse(word: &str) -> Option<Self> {
        match word {
            "open" => Some(States::Open),
            "all" => Some(States::All),
            other => Lifecycle::parse(other).map(States::Only),
        }
    }
}

/// The longest search, in characters.
const MAX_WORDS: usize = 200;

/// What could not be read of an address, one sentence each; the rest of it still holds.
pub type Complaints = Vec<String>;

impl Filter {
    /// Reads the pairs of an address. What is empty is not asked for; what cannot be is left out,
    /// and said.
    pub fn read(
        place: Place,
        pairs: &[(String, String)],
        directory: &Directory,
    ) -> (Self, Complaints) {
        let mut filter = Self {
            place,
            state: place.usual(),
            page: 1,
            ..Self::default()
        };
        let mut complaints = Vec::new();
        for (name, value) in pairs {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            if let Err(complaint) = filter.set(name, value, directory) {
                complaints.push(complaint);
            }
        }
        (filter, complaints)
    }

    fn set(&mut self, name: &str, value: &str, directory: &Directory) -> Result<(), String> {
        match name {
            "partnership" => {
                let known = directory.partnerships.contains_key(value);
                self.partnership = Some(on_record(known, "partnership", value)?);
            }
            "lead" => {
                let known = directory.desks.contains_key(value);
                self.lead = Some(on_record(known, "desk", value)?);
            }
            "meeting" => {
                let known = directory.meetings.contains_key(value);
                self.meeting = Some(on_record(known, "meeting", value)?);
            }
            "instrument" => {
                let known = directory.instruments.contains_key(value);
                self.instrument = Some(on_record(known, "instrument", value)?);
            }
            "schedule" => {
                let words = Schedule::ALL.iter().map(|s| s.as_str());
                self.schedule = Some(one_of(Schedule::parse(value), "schedule", value, words)?);
            }
            "kind" => {
                let words = Kind::ALL.iter().map(|s| s.as_str());
                self.kind = Some(one_of(Kind::parse(value), "kind", value, words)?);
            }
            "confidence" => {
                let words = Confidence::ALL.iter().map(|s| s.as_str());
                self.confidence = Some(one_of(
                    Confidence::parse(value),
                    "confidence",
                    value,
                    words,
                )?);
            }
            "state" => {
                let words = Lifecycle::ALL.iter().map(|s| s.as_str());
                self.state = one_of(States::parse(value), "state", value, words.chain(["all"]))?;
            }
            "q" => {
                let words: String = value.chars().take(MAX_WORDS).collect();
                if self.place == Place::List && Query::read(&words).is_empty() {
                    let value = quoted(value);
                    return Err(format!("There is no word in {value} to look for."));
                }
                self.words = Some(words);
            }
            "page" => {
                let page = value.parse().ok().filter(|n| *n > 0);
                self.page = page.ok_or_else(|| {
                    format!(
                        "There is no page {}; pages are counted from 1.",
                        quoted(value)
                    )
                })?;
            }
            // Other names are somebody else's: mail programs add their own to links.
            _ => {}
        }
        Ok(())
    }

    /// Whether a commitment is asked for, as far as the reader may know.
    pub fn admits(&self, scene: &Scene<'_>, standing: &Standing) -> bool {
        let commitment = &*standing.commitment;
        let is = |wanted: &Option<String>, own: Option<&str>| match wanted {
            Some(wanted) => own == Some(wanted.as_str()),
            None => true,
        };
        self.admits_state(commitment)
            && self.schedule.is_none_or(|s| s == standing.schedule)
            && self.kind.is_none_or(|k| k == commitment.kind)
            && is(
                &self.partnership,
                commitment.partnership.as_ref().map(|p| p.as_str()),
            )
            && is(&self.lead, Some(commitment.lead.as_str()))
            && self.admits_confidence(scene, standing)
            && self
                .instrument
                .as_deref()
                .is_none_or(|i| commitment.instruments.iter().any(|own| own.as_str() == i))
            && self
                .meeting
                .as_deref()
                .is_none_or(|m| touches(commitment, m))
            && self.admits_words(&commitment.reference)
    }

    fn admits_words(&self, reference: &CommitmentRef) -> bool {
        let says = |saying: &Arc<HashSet<CommitmentRef>>| saying.contains(reference);
        self.words.is_none() || self.saying.as_ref().is_some_and(says)
    }

    fn admits_state(&self, commitment: &Commitment) -> bool {
        match self.state {
            States::Open if self.schedule == Some(Schedule::Closed) => !commitment.is_open(),
            States::Open => commitment.is_open(),
            States::All => true,
            States::Only(state) => commitment.state == state,
        }
    }

    /// An update that the reader may not read tells no confidence, either.
    fn admits_confidence(&self, scene: &Scene<'_>, standing: &Standing) -> bool {
        self.confidence.is_none_or(|wanted| {
            let commitment = &*standing.commitment;
            let latest = commitment.latest_update(standing.today);
            let latest = latest.filter(|u| scene.may_read_update(u, commitment));
            latest.and_then(|u| u.confidence) == Some(wanted)
        })
    }

    /// The address of the list or the search with these filters, on a page.
    pub fn href(&self, page: usize) -> String {
        self.address(self.place.path(), page)
    }

    /// The same filters at another address.
    pub fn address(&self, path: &str, page: usize) -> String {
        let pairs: Vec<String> = self
            .pairs()
            .into_iter()
            .map(|(name, value)| format!("{name}={}", encoded(&value)))
            .chain((page > 1).then(|| format!("page={page}")))
            .collect();
        match pairs.as_slice() {
            [] => path.to_owned(),
            pairs => format!("{path}?{}", pairs.join("&")),
        }
    }

    /// What is asked for, by the names in the address.
    pub fn pairs(&self) -> BTreeMap<&'static str, String> {
        let text = |value: &Option<String>| value.clone();
        let is_usual = self.state == self.place.usual();
        let state = (!is_usual).then(|| self.state.as_str().to_owned());
        [
            ("q", text(&self.words)),
            ("partnership", text(&self.partnership)),
            ("lead", text(&self.lead)),
            ("schedule", self.schedule.map(|s| s.to_string())),
            ("kind", self.kind.map(|s| s.to_string())),
            ("state", state),
            ("confidence", self.confidence.map(|s| s.to_string())),
            ("meeting", text(&self.meeting)),
            ("instrument", text(&self.instrument)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// Whether anything is asked for at all.
    pub fn is_plain(&self) -> bool {
        self.pairs().is_empty()
    }
}

fn on_record(known: bool, what: &str, value: &str) -> Result<String, String> {
    if known {
        return Ok(value.to_owned());
    }
    let value = quoted(value);
    Err(format!(
        "There is no {what} {value} on record; choose one from the list."
    ))
}

fn one_of<T>(
    parsed: Option<T>,
    what: &str,
    value: &str,
    words: impl Iterator<Item = &'static str>,
) -> Result<T, String> {
    parsed.ok_or_else(|| {
        let words: Vec<&str> = words.collect();
        let value = quoted(value);
        format!(
            "There is no {what} {value}; choose one of {}.",
            words.join(", ")
        )
    })
}

/// A value as a message may repeat it: short, in quotation marks.
fn quoted(value: &str) -> String {
    let short: String = value.chars().take(40).collect();
    let dots = if short.len() < value.len() { "…" } else { "" };
    format!("“{short}{dots}”")
}

/// Whether a meeting produced a commitment, or a deadline of it, its own or a milestone's, hangs on
/// the meeting.
fn touches(commitment: &Commitment, meeting: &str) -> bool {
    let own = commitment.deadline.iter();
    let steps = commitment
        .milestones
        .iter()
        .filter_map(|m| m.deadline.as_ref());
    let hung_on = own.chain(steps).filter_map(|d| d.meeting());
    commitment
        .meeting
        .iter()
        .chain(hung_on)
        .any(|m| m.as_str() == meeting)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::commitment::Confidentiality;
    use crate::web::testing::{MONDAY, World, first_book, person};

    fn read(pairs: &[(&str, &str)]) -> (Filter, Complaints) {
        let world = World::new(person("som-leader"), MONDAY);
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        Filter::read(Place::List, &pairs, &world.book.directory)
    }

    fn found(pairs: &[(&str, &str)]) -> Vec<String> {
        let world = World::new(person("som-leader"), MONDAY);
        let (filter, complaints) = read(pairs);
        assert_eq!(complaints, Vec::<String>::new());
        let scene = world.scene();
        scene
            .readable()
            .filter(|s| filter.admits(&scene, s))
            .map(|s| s.commitment.reference.to_string())
            .collect()
    }

    #[test]
    fn each_filter_narrows_the_list() {
        assert_eq!(found(&[("schedule", "overdue")]), ["PREP-01"]);
        assert_eq!(found(&[("lead", "cyber-desk")]), ["PREP-06", "US37-07"]);
        assert_eq!(
            found(&[("meeting", "pmc-us-2025"), ("kind", "deliverable")]),
            ["PREP-02", "US37-03"]
        );
        assert_eq!(found(&[("instrument", "defa")]).len(), 1);
        assert_eq!(found(&[("state", "closed")]), ["PREP-07"]);
        assert_eq!(found(&[("schedule", "closed")]), ["PREP-07"]);
        assert!(found(&[("confidence", "amber")]).contains(&"US37-03".to_owned()));
    }

    #[test]
    fn words_are_looked_for_before_anything_is_let_through() {
        let world = World::new(person("som-leader"), MONDAY);
        let scene = world.scene();
        let (filter, _) = read(&[("q", "scams")]);
        let admits = |filter: &Filter| {
            let listed = scene.readable().filter(|s| filter.admits(&scene, s));
            listed
                .map(|s| s.commitment.reference.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(admits(&filter), [""; 0]);
        let one = CommitmentRef::parse("US37-05").expect("a reference");
        let saying = Some(Arc::new(HashSet::from([one])));
        assert_eq!(admits(&Filter { saying, ..filter }), ["US37-05"]);
        let (_, complaints) = read(&[("q", "***")]);
        assert_eq!(complaints, ["There is no word in “***” to look for."]);
    }

    #[test]
    fn a_confidence_that_may_not_be_read_is_no_match() {
        let mut book = first_book();
        let commitment = book
            .commitments
            .get_mut("US37-03")
            .expect("it is on record");
        for update in &mut Arc::make_mut(commitment).updates {
            update.confidentiality = Confidentiality::Restricted;
        }
        let world = World::of(book, person("som-leader"), MONDAY);
        let (filter, _) = read(&[("confidence", "amber")]);
        let scene = world.scene();
        let mut found = scene.readable().filter(|s| filter.admits(&scene, s));
        assert!(found.all(|s| s.commitment.reference.as_str() != "US37-03"));
    }

    #[test]
    fn what_cannot_be_is_said_and_left_out() {
        let (filter, complaints) = read(&[
            ("schedule", "late"),
            ("lead", "nobody"),
            ("page", "0"),
            ("kind", "request"),
            ("utm_source", "mail"),
        ]);
        assert_eq!(filter.kind, Some(Kind::Request));
        assert_eq!((filter.schedule, filter.page), (None, 1));
        assert_eq!(
            complaints,
            [
                "There is no schedule “late”; choose one of on-track, due-soon, overdue, awaiting-event, no-deadline, closed.",
                "There is no desk “nobody” on record; choose one from the list.",
                "There is no page “0”; pages are counted from 1.",
            ]
        );
    }

    #[test]
    fn an_address_reads_back() {
        let (filter, _) = read(&[
            ("q", "50% & more"),
            ("state", "all"),
            ("lead", "cyber-desk"),
        ]);
        assert_eq!(
            filter.href(3),
            "/commitments?lead=cyber-desk&q=50%25%20%26%20more&state=all&page=3"
        );
        assert_eq!(Filter::default().href(1), "/commitments");
    }

    #[test]
    fn a_search_is_of_every_state_and_says_so_where_it_is_not() {
        let world = World::new(person("som-leader"), MONDAY);
        let address = |pairs: &[(&str, &str)]| {
            let pairs: Vec<_> = pairs
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
                .collect();
            let (filter, _) = Filter::read(Place::Search, &pairs, &world.book.directory);
            filter.href(1)
        };
        assert_eq!(
            address(&[("q", "Grid"), ("state", "all")]),
            "/search?q=Grid"
        );
        assert_eq!(address(&[("state", "open")]), "/search?state=open");
    }
}
