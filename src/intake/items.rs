//! Lists and preambles: the items behind "WE HEREBY DECIDE TO:", and the participles of a preamble.

use super::blocks::{Block, Mark, sentences};
use super::judging::{Finding, Judge, is_gerund};
use super::lexicon::{Act, Class, Form, Lexicon};
use super::strength::{Grade, grade, has_sum};
use super::tokens::Token;
use super::when::{Due, Precision};
use crate::domain::commitment::Strength;

/// An opening that makes what follows it a list of commitments.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The deadline that the items inherit.
    pub due: Option<Due>,
    /// The opening ends in "to": each item begins with a verb.
    pub verbs: bool,
    /// An item may begin with a gerund: "we commit to: working within our systems".
    pub gerunds: bool,
    /// The verb that opens, in words.
    pub verb: String,
    /// Who owes the items, where one of the parties opens the list: "Thailand will:".
    pub owners: Vec<String>,
    /// It hopes or emphasises: so does each item.
    pub hopes: bool,
    /// It agrees or decides: an item may be a noun.
    pub settles: bool,
    /// How the opening itself is marked, and the first of its items.
    pub mark: Option<Mark>,
    pub items: Option<Mark>,
    /// Nothing opens: the document is a plan, and its items are what is planned.
    pub implied: bool,
}

impl Opening {
    /// Who owes an item that names nobody.
    fn obligors(&self, judge: &Judge<'_>) -> Vec<String> {
        if self.owners.is_empty() {
            judge.parties.labels.clone()
        } else {
            self.owners.clone()
        }
    }

    /// Whether a block stands behind the list: `4. We commit to: a. ... b. ...` is over at `5.`.
    pub fn ends_before(&self, block: &Block) -> bool {
        let paragraph = self.mark.is_some() && block.mark == self.mark;
        let ours = block.tokens.first().is_some_and(|t| t.is("we"));
        !self.implied
            && (paragraph && self.items.is_some_and(|items| Some(items) != self.mark)
                || ours && !block.marked
                || self.items.is_some() && !block.marked && !block.is_heading())
    }
}

/// A plan of action is a list from its beginning.
pub fn implied(title: Option<&str>) -> Option<Opening> {
    let title = title?.to_lowercase();
    let plan = [
        "plan of action",
        "action plan",
        "work plan",
        "workplan",
        "work programme",
        "work program",
        "programme of action",
        "programme of work",
        "roadmap",
    ];
    let other = [
        "statement",
        "communiqu",
        "summary",
        "release",
        "declaration",
        "readout",
        "outcomes",
        "meeting",
        "remarks",
    ];
    let is_plan =
        plan.iter().any(|p| title.contains(p)) && !other.iter().any(|o| title.contains(o));
    is_plan.then(|| Opening {
        due: None,
        verbs: true,
        gerunds: false,
        verb: "a plan".to_owned(),
        owners: Vec::new(),
        hopes: false,
        settles: false,
        mark: None,
        items: None,
        implied: true,
    })
}

/// Whether a block opens a list of commitments: it ends in a colon, and before it stands a verb
/// that undertakes.
pub fn opening(block: &Block, judge: &Judge<'_>) -> Option<Opening> {
    let tokens = &block.tokens;
    if !block.opens_list() && !promises_a_list(tokens) {
        return None;
    }
    let end = tokens.len() - 1;
    let sentence = sentences(tokens).last().map_or(0, |(start, _)| *start);
    let from = end.saturating_sub(60).max(sentence);
    let verb = (from..end)
        .rev()
        .find(|n| undertakes(tokens, *n, judge.lexicon))?;
    // `will engage industry on measures such as:`: what follows are examples.
    if end > 1 && tokens[end - 1].is("as") && tokens[end - 2].is("such") {
        return None;
    }
    // `networks that fulfil the following principles:`: what follows is no act.
    if tokens[end - 1].is_any(&[
        "principles",
        "values",
        "components",
        "technologies",
        "criteria",
        "countries",
    ]) {
        return None;
    }
    let verbs = tokens[end - 1].is_any(&["to", "will", "shall"]);
    // `commit to: working within our systems`.
    let gerunds = !verbs
        || judge
            .lexicon
            .verb(tokens, verb)
            .is_some_and(|(form, _)| form.classes.has(Class::Commit))
        || tokens[verb..end]
            .iter()
            .any(|t| t.is_any(&["attention", "priority", "committed"]));
    let hopes = hopes(tokens, verb, end, judge.lexicon);
    let clear = verbs
        || hopes && tokens[end - 1].is_any(&["of", "for", "on"])
        || tokens[verb..end].iter().any(|t| {
            t.is_any(&[
                "following",
                "actions",
                "measures",
                "steps",
                "by",
                "areas",
                "initiatives",
                "commitments",
                "follows",
                "below",
                "priorities",
                "activities",
                "outcomes",
                "points",
                "others",
                "attention",
                "through",
            ])
        })
        // `bring new progress in:`.
        || tokens[end - 1].is("in")
            && tokens[verb..end]
                .iter()
                .any(|t| t.is_any(&["progress", "efforts", "work"]));
    if !clear {
        return None;
    }
    Some(Opening {
        due: judge
            .clock
            .deadline(from, end, false)
            // `This week they met to agree on the following`: when they met.
            .filter(|due| due.from >= verb || !tokens[due.from].is("this")),
        verbs,
        gerunds,
        verb: tokens[verb].text.to_lowercase(),
        owners: Vec::new(),
        hopes,
        settles: judge.lexicon.verb(tokens, verb).is_some_and(|(form, _)| {
            form.classes.has(Class::Agree) || form.classes.has(Class::Decide)
        }),
        mark: block.mark,
        items: None,
        implied: false,
    })
}

/// `They committed to the following actions.`: a list follows, though no colon says so.
fn promises_a_list(tokens: &[Token]) -> bool {
    let Some((start, end)) = sentences(tokens).last().copied() else {
        return false;
    };
    end == tokens.len()
        && (start..end.saturating_sub(2)).any(|n| {
            tokens[n].is("the")
                && tokens[n + 1].is("following")
                && tokens[n + 2].is_any(&["actions", "steps", "measures", "commitments"])
        })
}

/// `underscored the importance of:`, `looked forward to the following:`.
fn hopes(tokens: &[Token], verb: usize, end: usize, lexicon: &Lexicon) -> bool {
    let Some((form, _)) = lexicon.verb(tokens, verb) else {
        return false;
    };
    let emphasis = tokens[verb..end]
        .iter()
        .any(|t| lexicon.emphasis.contains(&*t.lower));
    form.classes.has(Class::Expect) || form.classes.has(Class::Emphasise) && emphasis
}

fn undertakes(tokens: &[Token], at: usize, lexicon: &Lexicon) -> bool {
    if tokens[at].is_any(&["will", "shall", "committed", "commit"]) {
        return true;
    }
    let classes = lexicon.verb(tokens, at).map(|(form, _)| form.classes);
    classes.is_some_and(|c| {
        c.has(Class::Commit) || c.has(Class::Decide) || c.has(Class::Agree) || c.has(Class::Intend)
    }) || classes.is_some_and(|_| hopes(tokens, at, tokens.len(), lexicon))
        || tokens[at].is_any(&[
            "declare",
            "hereby",
            "endeavour",
            "endeavor",
            "pursue",
            "undertake",
        ])
}

/// What an item of a list is.
pub enum Item {
    Commits(Box<Finding>),
    Passes(String),
    /// It begins with no verb: it is read like any other sentence.
    Prose,
}

/// Judges a sentence of an item by its own first verb.
pub fn item(judge: &Judge<'_>, opening: &Opening, start: usize, end: usize) -> Item {
    let tokens = judge.tokens;
    let mut verb = start;
    while verb < end && (is_lead(&tokens[verb]) || tokens[verb].is_manner()) {
        verb += 1;
    }
    if verb >= end {
        return Item::Prose;
    }
    let word = &tokens[verb];
    let lexicon = judge.lexicon;
    let found = lexicon.verb(tokens, verb);
    let knows = lexicon.act(&word.lower).is_some()
        || found.is_some()
        || lexicon.advancing.contains(&*word.lower)
        || lexicon.giving.contains(&*word.lower)
        || lexicon.fulfilling.contains(&*word.lower);
    let gerund = word.lower.ends_with("ing") && word.lower.len() > 5;
    let plain = !["s", "ment", "ity", "ness", "ance", "ence"]
        .iter()
        .any(|ending| word.lower.ends_with(ending));
    // `3. IMPLEMENTATION MECHANISM`: a heading within a plan.
    if opening.implied && word.is_shouted() {
        return Item::Prose;
    }
    let bare = !opening.implied
        && (opening.verbs || word.is_capital() && plain)
        && is_bare(tokens, verb, end, lexicon);
    // `Establishment of a working group`.
    let nominal = !opening.verbs
        && tokens.get(verb + 1).is_some_and(|t| t.is("of"))
        && (lexicon.act_nouns.contains(&*word.lower)
            || lexicon.concrete_nouns.contains(&*word.lower));
    // `To strengthen the reefs, Norway announced`: a sentence with a subject of its own.
    let another = (bare && !knows || tokens[start].is("to") && tokens[start].is_capital())
        && names_who_acts(tokens, start, end, lexicon);
    if another {
        return Item::Prose;
    }
    let is_verb = knows || bare || nominal || gerund && opening.gerunds;
    // `Beginning in 2023, experts will`: when it begins, not what is begun.
    let when = word.is_any(&["beginning", "starting", "commencing"])
        && tokens
            .get(verb + 1)
            .is_some_and(|t| t.is_any(&["in", "from", "on", "with", "by"]));
    if when {
        return Item::Prose;
    }
    // `agreed to: the inclusion of the Agency`: the act as a noun, with its article.
    let articled = word.is_any(&["the", "a", "an"]);
    if (opening.settles || opening.gerunds && !opening.hopes) && articled && judge.is_act(verb, end)
    {
        let concrete =
            (verb..end.min(verb + 4)).any(|n| lexicon.concrete_nouns.contains(&*tokens[n].lower));
        return Item::Commits(Box::new(Finding {
            strength: if concrete {
                Strength::Firm
            } else {
                Strength::Political
            },
            obligors: opening.obligors(judge),
            beneficiaries: Vec::new(),
            act: verb,
            due: judge
                .clock
                .deadline(verb, end, false)
                .or_else(|| opening.due.clone()),
            cue: (verb, (verb + 2).min(end)),
            why: format!("an item of the list opened by “{}”", opening.verb),
            asked: false,
            passive: false,
        }));
    }
    if !is_verb || word.is_any(&["the", "a", "an", "we", "our"]) || gerund && !opening.gerunds {
        return Item::Prose;
    }
    if found.is_some_and(|(form, _)| form.form == Form::Past) && !word.is_any(&["set", "put"]) {
        return Item::Prose;
    }
    let classes = found.map(|(form, _)| form.classes).unwrap_or_default();
    let rest = verb + found.map_or(1, |(_, length)| length);
    let due = judge
        .clock
        .deadline(verb, end, fulfils(tokens, verb, lexicon));
    // `Advance efforts to reach the goals by 2030`: the date is that of what is aimed at.
    let dated = due.as_ref().is_some_and(|d| {
        d.latest.is_some()
            && !matches!(d.precision, Precision::Range | Precision::Event)
            && !(verb + 1..d.from).any(|n| {
                tokens[n].is("to")
                    && tokens.get(n + 1).is_some_and(|t| {
                        lexicon.act(&t.lower).is_some() || lexicon.advancing.contains(&*t.lower)
                    })
            })
    });
    let due = due.or_else(|| opening.due.clone());
    // `Request the Committee to`: who is told owes it.
    let told = classes
        .has(Class::Task)
        .then(|| judge.told_names(rest, end))
        .flatten();
    let commits = |strength: Strength, why: &str| {
        let strength = if opening.hopes {
            Strength::Hortatory
        } else {
            strength
        };
        let obligors = told.clone();
        Item::Commits(Box::new(Finding {
            strength,
            obligors: obligors.unwrap_or_else(|| opening.obligors(judge)),
            beneficiaries: Vec::new(),
            act: verb,
            due: due.clone(),
            cue: (verb, rest.min(end)),
            why: why.to_owned(),
            asked: false,
            passive: false,
        }))
    };
    let by_verb = format!("an item of the list opened by “{}”", opening.verb);
    let acts = lexicon.act(&word.lower);
    // `Agrees to establish`: what is agreed.
    let settles = [Class::Commit, Class::Agree, Class::Decide, Class::Intend];
    if settles.into_iter().any(|c| classes.has(c)) && tokens.get(rest).is_some_and(|t| t.is("to")) {
        let strength = match grade(tokens, rest + 1, end, lexicon) {
            Grade::Checkable => Strength::Firm,
            Grade::OpenEnded => Strength::Political,
            Grade::Endeavour => Strength::Hortatory,
        };
        return commits(strength, &by_verb);
    }
    if nominal {
        let concrete = lexicon.concrete_nouns.contains(&*word.lower);
        return commits(
            if concrete {
                Strength::Firm
            } else {
                Strength::Political
            },
            &by_verb,
        );
    }
    if classes.has(Class::Task) && acts.is_none_or(|a| a != Act::Open) && !classes.has(Class::Done)
    {
        return commits(Strength::Firm, &by_verb);
    }
    if acts == Some(Act::Open) || classes.has(Class::Attempt) {
        return commits(Strength::Hortatory, &by_verb);
    }
    if classes.has(Class::Affirm) || classes.has(Class::Emphasise) {
        let near = rest..end.min(rest + 9);
        if near
            .clone()
            .any(|n| lexicon.commitment.contains(&*tokens[n].lower))
        {
            return commits(Strength::Political, lexicon.why(Class::Affirm));
        }
        let of = (rest..end.min(rest + 6)).find(|n| lexicon.emphasis.contains(&*tokens[*n].lower));
        if of.is_some_and(|n| judge.is_act(n + 2, end)) {
            return commits(Strength::Hortatory, lexicon.why(Class::Emphasise));
        }
        return Item::Passes(lexicon.passed(Class::Stand).to_owned());
    }
    let backward = [Class::Notice, Class::Welcome, Class::Feel];
    // `Recognising the treaty, the parties intend`: a sentence of its own.
    if gerund && backward.into_iter().any(|c| classes.has(c)) {
        return Item::Prose;
    }
    if let Some(class) = backward.into_iter().find(|c| classes.has(*c)) {
        return Item::Passes(lexicon.passed(class).to_owned());
    }
    if word.is_any(&["condemn", "reject", "deplore", "denounce", "call"]) {
        return Item::Passes(lexicon.passed(Class::Stand).to_owned());
    }
    if classes.has(Class::Expect) {
        return commits(Strength::Hortatory, lexicon.why(Class::Expect));
    }
    let strength = match grade(tokens, verb, end, lexicon) {
        Grade::Checkable => Strength::Firm,
        _ => Strength::Political,
    };
    // A first verb that leaves the outcome open stays open, whatever is made further on; a date of
    // its own closes it: "Peaking emissions by 2030".
    let lifts = word.is_any(&["remove", "eliminate", "suspend", "abolish", "phase"]);
    let told = (verb + 1..end).find(|n| {
        tokens[*n].is("that") || tokens[*n].is("which") && tokens[n - 1].is_any(&[",", "of"])
    });
    let sum = has_sum(tokens, verb, told.unwrap_or(end));
    let strength = match acts {
        None if lifts || sum => strength,
        _ if dated && gerund => Strength::Firm,
        None => Strength::Political,
        Some(_) => strength,
    };
    commits(strength, &by_verb)
}

/// Whether a party with a verb of its own follows a comma.
fn names_who_acts(tokens: &[Token], start: usize, end: usize, lexicon: &Lexicon) -> bool {
    (start + 1..end)
        .filter(|n| tokens[*n].is(","))
        .any(|comma| {
            let at = comma + 1 + usize::from(tokens.get(comma + 1).is_some_and(|t| t.is("the")));
            let pronoun = tokens
                .get(at)
                .filter(|t| t.is_any(&["we", "they"]))
                .map(|_| at + 1);
            let name = lexicon
                .name(tokens, at)
                .filter(|(.., adjective)| !adjective)
                .map(|(_, length, _)| at + length);
            pronoun.or(name).is_some_and(|verb| {
                tokens.get(verb).is_some_and(|t| {
                    !t.is_capital()
                        && (lexicon.is_verb(&t.lower)
                            || t.is_any(&["will", "has", "have", "is", "are", "also"]))
                })
            })
        })
}

fn fulfils(tokens: &[Token], at: usize, lexicon: &Lexicon) -> bool {
    tokens
        .iter()
        .skip(at)
        .take(1)
        .any(|t| lexicon.fulfilling.contains(&*t.lower))
}

/// Words in front of an item's verb.
fn is_lead(token: &Token) -> bool {
    token.is_any(&[
        "to", "further", "also", "and", "jointly", "together", "\"", "continue",
    ])
}

/// A bare word that can only be a verb behind "to:": no article, no plural ending, an object behind.
fn is_bare(tokens: &[Token], at: usize, end: usize, lexicon: &Lexicon) -> bool {
    let token = &tokens[at];
    // `This includes`, `If the Participants`; a heading: `Digital Trade and Technology`.
    let refers = token.is_any(&[
        "this",
        "these",
        "that",
        "those",
        "it",
        "if",
        "when",
        "while",
        "as",
        "such",
        "they",
        "there",
        "both",
        "all",
        "each",
        "likewise",
        "however",
        "moreover",
        "furthermore",
        "additionally",
        "meanwhile",
    ]);
    // `Additional plans can be developed`, `The Agency and its partners are anchoring`: a sentence
    // with a verb of its own further on.
    let stop = (at + 1..end)
        .find(|n| {
            tokens[*n].is_any(&[
                "that", "which", "who", "whose", "where", "when", "if", "while", ";", ":",
            ])
        })
        .unwrap_or(end);
    let finite = (at + 1..stop.min(at + 16)).any(|n| {
        tokens[n].is_any(&[
            "is", "are", "was", "were", "has", "have", "had", "will", "shall", "can", "could",
            "may", "must", "should", "would",
        ])
    });
    let heading = !tokens[end - 1].is_any(&[".", ";", ","])
        && tokens[at..end]
            .iter()
            .filter(|t| t.is_word() && t.lower.len() > 3)
            .all(Token::is_capital);
    token.is_word()
        && !refers
        && !finite
        && !heading
        && !token.is_number()
        && !token.lower.ends_with("tion")
        && !lexicon.prepositions.contains(&*token.lower)
        && lexicon.name(tokens, at).is_none()
        && at + 1 < end
}

/// A paragraph of a preamble: it opens with a participle and has no main verb.
pub fn preamble(judge: &Judge<'_>, start: usize, end: usize) -> Option<Item> {
    let tokens = judge.tokens;
    if tokens[start].is("whereas") && tokens[start].is_capital() {
        return Some(Item::Passes(
            "a reason given in the preamble, no promise".to_owned(),
        ));
    }
    let mut verb = start;
    while verb < end
        && (tokens[verb].is_any(&["further", "also", "and", "deeply", "fully", "strongly"])
            || verb == start && tokens[verb].is_number())
    {
        verb += 1;
    }
    let word = tokens.get(verb).filter(|_| verb < end)?;
    let closes = tokens[end - 1].is_any(&[";", ","]) || tokens[end - 1].is("and");
    let participle =
        word.lower.ends_with("ing") && (word.is_shouted() || closes) && !is_gerund(Some(word))
            || word.is_shouted() && word.lower.ends_with("ing");
    if !participle {
        return None;
    }
    let lexicon = judge.lexicon;
    let reason = "a reason given in the preamble, no promise";
    let Some((form, length)) = lexicon.verb(tokens, verb) else {
        return Some(Item::Passes(reason.to_owned()));
    };
    let rest = verb + length;
    let near = rest..end.min(rest + 6);
    let noun = near
        .into_iter()
        .find(|n| lexicon.commitment.contains(&*tokens[*n].lower));
    let to = |n: usize| tokens.get(n).is_some_and(|t| t.is_any(&["to", "towards"]));
    let committing = form.classes.has(Class::Commit) && to(rest);
    let affirming = form.classes.has(Class::Affirm)
        && noun.is_some_and(|n| {
            to(n + 1) && !(rest..n).any(|m| tokens[m].is_any(&["that", "of", "for", "in"]))
        });
    if !committing && !affirming {
        return Some(Item::Passes(reason.to_owned()));
    }
    let act = noun.filter(|_| affirming).map_or(rest, |n| n + 1) + 1;
    Some(Item::Commits(Box::new(Finding {
        strength: Strength::Political,
        obligors: judge.parties.labels.clone(),
        beneficiaries: Vec::new(),
        act: act.min(end),
        due: judge
            .clock
            .deadline(act.min(end), end, false)
            .filter(|d| d.precision != Precision::Event),
        cue: (verb, act.min(end)),
        why: lexicon.why(Class::Affirm).to_owned(),
        asked: false,
        passive: false,
    })))
}
