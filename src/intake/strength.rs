//! How checkable an act is: a verb that is concrete by itself, or one that makes a deliverable; a
//! sum; a date. A firm commitment needs both the verb that undertakes and an act that can be checked.

use super::lexicon::{Act, Lexicon};
use super::tokens::Token;

/// The act that begins at a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    /// It names a deliverable, an event, a sum.
    Checkable,
    /// Its outcome is open.
    OpenEnded,
    /// An endeavour only: explore, consider, seek.
    Endeavour,
}

/// How far an object is looked for behind its verb.
const REACH: usize = 16;

/// Grades the act whose first verb stands at `at`; it ends before `to`.
pub fn grade(tokens: &[Token], at: usize, to: usize, lexicon: &Lexicon) -> Grade {
    let Some(first) = (at..to).find(|n| !is_filler(&tokens[*n])) else {
        return Grade::OpenEnded;
    };
    // "work to establish": what is worked for, if that can be checked.
    let together = tokens.get(first + 1).is_some_and(|t| t.is("together"));
    let adverb = usize::from(together || tokens.get(first + 1).is_some_and(Token::is_manner));
    let works = tokens[first].is_any(&["work", "working"])
        && tokens.get(first + 1 + adverb).is_some_and(|t| t.is("to"));
    if works {
        let aim = (first + 2 + adverb).min(to);
        // "work to provide support": what is worked for is given some day, or not.
        let given = tokens
            .get(aim)
            .is_some_and(|t| lexicon.giving.contains(&*t.lower));
        let aimed = graded(tokens, aim, to, lexicon);
        let weighed = tokens
            .get(aim)
            .is_some_and(|t| t.is_any(&["consider", "explore", "examine", "study"]));
        return match aimed {
            Grade::Checkable if !given && !together => aimed,
            Grade::Endeavour if weighed => aimed,
            _ => Grade::OpenEnded,
        };
    }
    match graded(tokens, first, to, lexicon) {
        Grade::OpenEnded if is_done_by_deed(tokens, first, to, lexicon) => Grade::Checkable,
        grade => grade,
    }
}

/// "enhance collaboration by launching the Platform", "address barriers, including by exempting
/// goods": what is open by itself is done when the deed is.
fn is_done_by_deed(tokens: &[Token], first: usize, to: usize, lexicon: &Lexicon) -> bool {
    if tokens[first].is_any(&["working", "cooperating", "collaborating", "continuing"]) {
        return false;
    }
    let by = (first + 1..to.min(first + 2 * REACH)).find(|n| {
        let gerund = tokens
            .get(n + 1)
            .is_some_and(|t| t.lower.ends_with("ing") && t.lower.len() > 5);
        tokens[*n].is("by") && gerund
    });
    by.is_some_and(|by| {
        let first_of_two = tokens.get(by + 2).is_some_and(|t| t.is("and"));
        let made = matches!(
            lexicon.act(&tokens[by + 1].lower),
            Some(Act::Concrete | Act::Making)
        );
        let given = lexicon.giving.contains(&*tokens[by + 1].lower);
        made && !first_of_two && !given && graded(tokens, by + 1, to, lexicon) == Grade::Checkable
    })
}

fn graded(tokens: &[Token], first: usize, to: usize, lexicon: &Lexicon) -> Grade {
    if first >= to {
        return Grade::OpenEnded;
    }
    if tokens[first].is_any(&["continue", "continuing", "keep"]) {
        return Grade::OpenEnded;
    }
    // "meet regularly": nobody can say when it was not done.
    if tokens[first].is_any(&["meet", "convene", "report"])
        && (first..to.min(first + 6)).any(|n| tokens[n].is_any(&FREQUENT))
    {
        return Grade::OpenEnded;
    }
    // "refrain from imposing a tax": done or not done.
    // "phase out our dependency on its oil".
    let phased = tokens[first].is_any(&["phase", "phasing"])
        && tokens.get(first + 1).is_some_and(|t| t.is("out"))
        && tokens.get(first + 2).is_some();
    if phased {
        return Grade::Checkable;
    }
    let levied = tokens[first].is_any(&["refrain", "refraining"])
        && tokens.get(first + 2).is_some_and(|t| {
            t.is_any(&[
                "imposing",
                "banning",
                "levying",
                "introducing",
                "charging",
                "applying",
            ])
        });
    if levied {
        return Grade::Checkable;
    }
    // "not to restrict", "will not apply": seen at once.
    let denied = first
        .checked_sub(1 + usize::from(first > 0 && tokens[first - 1].is("to")))
        .is_some_and(|n| tokens[n].is("not"))
        && tokens[first].is_any(&[
            "apply",
            "impose",
            "require",
            "restrict",
            "levy",
            "introduce",
            "adopt",
            "limit",
            "charge",
        ]);
    if denied || lifts_a_rule(tokens, first, to) || ensures_none(tokens, first, to) {
        return Grade::Checkable;
    }
    // "the establishment of": a noun of an act that can be checked.
    // `support the adoption of`: others adopt it.
    let furthers = lexicon.advancing.contains(&*tokens[first].lower)
        && !lexicon.concrete_nouns.contains(&*tokens[first].lower);
    let reach = if furthers { first } else { to.min(first + 5) };
    let noun = (first..reach).find(|n| lexicon.concrete_nouns.contains(&*tokens[*n].lower));
    if noun
        .is_some_and(|n| !tokens[n].is_capital() && tokens.get(n + 1).is_some_and(|t| t.is("of")))
    {
        return Grade::Checkable;
    }
    // "seek to" endeavours, "seek guidance" asks; "explore and expand" does more than explore.
    let open = |n: usize| {
        lexicon.act(&tokens[n].lower) == Some(Act::Open)
            && (!tokens[n].is_any(&["seek", "seeking"])
                || tokens.get(n + 1).is_some_and(|t| {
                    t.is_any(&["to", "opportunities", "ways", "avenues", "possibilities"])
                }))
    };
    if open(first) {
        let more = first + 2 < to
            && tokens[first + 1].is("and")
            && !open(first + 2)
            && (lexicon.advancing.contains(&*tokens[first + 2].lower)
                || lexicon.act(&tokens[first + 2].lower).is_some());
        if !more {
            return Grade::Endeavour;
        }
    }
    // `support, of which two billion were paid`: told of.
    // `a corridor, drawing on 7 billion in funds`: what it is drawn from.
    let told = (first..to)
        .find(|n| {
            tokens[*n].is("which") && *n > first && tokens[n - 1].is_any(&[",", "of"])
                || tokens[*n].is(",")
                    && tokens
                        .get(n + 1)
                        .is_some_and(|t| t.is_any(&["drawing", "building", "following"]))
                    && tokens.get(n + 2).is_some_and(|t| t.is("on"))
        })
        .unwrap_or(to);
    if has_sum(tokens, first, told) {
        return Grade::Checkable;
    }
    let end = to.min(first + 60);
    // "deepen trade, recognising its value", "use funding mechanisms": of another form, no second act.
    let form = |n: usize| tokens[n].lower.ends_with("ing");
    let verbs = (first..end)
        .filter(|n| *n == first || is_coordinated(tokens, *n) && form(*n) == form(first));
    for verb in verbs {
        match lexicon.act(&tokens[verb].lower) {
            Some(Act::Concrete)
                if !tokens[verb].is_any(&["table", "report", "present", "review"])
                    || verb == first =>
            {
                return Grade::Checkable;
            }
            Some(Act::Making)
                if makes(tokens, verb + 1, to, lexicon) && !grows(tokens, verb, to, lexicon) =>
            {
                return Grade::Checkable;
            }
            _ => {}
        }
        let gives = lexicon.giving.contains(&*tokens[verb].lower);
        if gives && verb == first && is_thing_given(tokens, verb + 1, to, lexicon) {
            return Grade::Checkable;
        }
    }
    Grade::OpenEnded
}

/// "remove restrictions on exports", "phase out the tax", "join the Forum": a rule or a membership that
/// is there or is not.
fn lifts_a_rule(tokens: &[Token], first: usize, to: usize) -> bool {
    const LIFTS: [&str; 9] = [
        "remove",
        "eliminate",
        "suspend",
        "phase",
        "cut",
        "reduce",
        "removing",
        "eliminating",
        "suspending",
    ];
    const RULES: [&str; 17] = [
        "tariff",
        "tariffs",
        "restrictions",
        "restriction",
        "requirement",
        "requirements",
        "tax",
        "taxes",
        "duty",
        "duties",
        "quota",
        "quotas",
        "subsidies",
        "visa",
        "visas",
        "fee",
        "fees",
    ];
    let lifted = tokens[first].is_any(&LIFTS)
        && (first + 1..to.min(first + 8))
            .take_while(|n| !tokens[*n].is_any(&[",", ";", "and", "that"]))
            .any(|n| tokens[n].is_any(&RULES));
    let next = |n: usize| tokens.get(first + n).filter(|_| first + n < to);
    let article = usize::from(next(1).is_some_and(|t| t.is("the")));
    let joined = tokens[first].is_any(&["join", "joining"])
        && next(1 + article).is_some_and(Token::is_capital);
    lifted || joined
}

/// "build partnerships", "developing resilient food systems": what has no article and is many is never
/// all there.
fn grows(tokens: &[Token], verb: usize, to: usize, lexicon: &Lexicon) -> bool {
    let creates = ["build", "develop", "creat", "grow"]
        .iter()
        .any(|stem| tokens[verb].lower.starts_with(stem));
    let stop = (verb + 1..to.min(verb + REACH)).find(|n| {
        lexicon.prepositions.contains(&*tokens[*n].lower)
            || tokens[*n].is_any(&[",", ";", ".", "that", "which", "and", "to", ":"])
    });
    let object = &tokens[verb + 1..stop.unwrap_or(to.min(verb + REACH)).max(verb + 1)];
    let determined = object.iter().any(|t| {
        t.is_any(&[
            "the",
            "a",
            "an",
            "our",
            "their",
            "its",
            "these",
            "those",
            "new",
            "two",
            "three",
            "four",
            "five",
            "'s",
            "following",
        ]) || t.is_number()
            || t.is_capital()
    });
    let many = object
        .last()
        .is_some_and(|t| t.lower.ends_with('s') && !t.lower.ends_with("ss"));
    let body = object
        .last()
        .is_some_and(|t| lexicon.bodies.contains(&*t.lower));
    creates && many && !determined && !body
}

/// "ensure that no restrictions are imposed": seen as soon as one is.
fn ensures_none(tokens: &[Token], first: usize, to: usize) -> bool {
    let none = first + 1 + usize::from(tokens.get(first + 1).is_some_and(|t| t.is("that")));
    tokens[first].is_any(&["ensure", "ensuring"])
        && tokens.get(none).is_some_and(|t| t.is("no"))
        && (none..to.min(none + 8)).any(|n| tokens[n].is_any(&["imposed", "applied", "levied"]))
}

/// How often, without saying how often.
const FREQUENT: [&str; 8] = [
    "regularly",
    "frequently",
    "often",
    "periodically",
    "continually",
    "closely",
    "necessary",
    "needed",
];

/// Whether the object of a giving verb is something that can be counted: land, vehicles, a loan; not
/// support, opportunities, leadership.
fn is_thing_given(tokens: &[Token], from: usize, to: usize, lexicon: &Lexicon) -> bool {
    let stop = (from..to.min(from + REACH))
        .find(|n| {
            *n > from
                && (lexicon.prepositions.contains(&*tokens[*n].lower)
                    || tokens[*n].is_any(&[";", ".", "that", "which", ":", ",", "and"]))
        })
        .unwrap_or(to.min(from + REACH));
    let head = stop
        .checked_sub(1)
        .filter(|h| *h >= from)
        .map(|h| &*tokens[h].lower);
    head.is_some_and(|head| {
        let abstract_end = [
            "tion", "sion", "ment", "ance", "ence", "ity", "ship", "ness", "ism", "ing",
        ]
        .iter()
        .any(|end| head.ends_with(end) && head.len() > 5);
        // "preferential access": a tariff that is lower, or is not.
        let preferential = (from..stop).any(|n| tokens[n].is("preferential"));
        if preferential {
            return true;
        }
        !abstract_end
            && !tokens[from].is_any(&["with", "for", "to", "in", "on"])
            && !lexicon.abstract_nouns.contains(head)
            && !lexicon.joint.contains(head)
            && !lexicon.agents.contains(head)
            && !lexicon.prepositions.contains(head)
            && lexicon.name(tokens, stop - 1).is_none()
            && !tokens[stop - 1].is_manner()
    })
}

/// Words between the verb that undertakes and the act.
fn is_filler(token: &Token) -> bool {
    token.is_any(&[
        "to",
        "also",
        "further",
        "jointly",
        "together",
        ",",
        "therefore",
        "both",
        "not",
        "formally",
        "the",
        "a",
        "an",
        "on",
    ]) || token.is_manner()
}

/// A verb that stands beside the first: `combine ... and establish`.
fn is_coordinated(tokens: &[Token], at: usize) -> bool {
    let before = &tokens[at - 1];
    let joined = before.is_any(&["and", ";", ",", "&"])
        || before.is("to") && at >= 2 && tokens[at - 2].is_any(&["and", ","]);
    joined && !tokens[at].is_capital()
}

/// Whether the object behind a making verb is a deliverable.
pub fn makes(tokens: &[Token], from: usize, to: usize, lexicon: &Lexicon) -> bool {
    // `contribute to the fund`: nothing is made.
    let preposition = tokens
        .get(from)
        .is_some_and(|t| t.is_any(&["to", "with", "for", "on"]));
    if preposition {
        return false;
    }
    // `a minimum of three meetings`: what there is a number of.
    let counted = tokens
        .get(from + 1)
        .is_some_and(|t| t.is_any(&["minimum", "number", "series", "set", "couple", "round"]))
        && tokens.get(from + 2).is_some_and(|t| t.is("of"));
    let from = if counted { from + 3 } else { from };
    let stop = (from..to.min(from + REACH)).find(|n| {
        let token = &tokens[*n];
        // The head of the object stands before what describes it.
        *n > from
            && (lexicon.prepositions.contains(&*token.lower)
                || token.is_any(&[";", ".", "that", "which", "to", ":", "[", "as"])
                || token.is_any(&["designed", "aimed", "intended", "focused", "dedicated"]))
    });
    let stop = stop.unwrap_or(to.min(from + REACH));
    (from..stop).any(|n| {
        let head = tokens.get(n + 1).is_none_or(|next| {
            n + 1 >= stop || next.is_any(&[",", "and", "(", "or", "a", "each", "every"])
        });
        // `launch the POA`: a name in capitals, of a thing and of no party.
        let shortened = tokens[n].is_shouted()
            && tokens[n].text.len() <= 12
            && lexicon.name(tokens, n).is_none();
        head && (shortened || lexicon.deliverables.contains(&*tokens[n].lower))
    })
}

fn is_year(text: &str) -> bool {
    text.len() == 4
        && text
            .parse()
            .is_ok_and(|year: u32| (1900..2200).contains(&year))
}

/// Units in which a quantity is told apart from a date or an article of a treaty.
const UNITS: [&str; 70] = [
    "million",
    "billion",
    "trillion",
    "percent",
    "per",
    "%",
    "scholarships",
    "fellowships",
    "doses",
    "mw",
    "gw",
    "gwh",
    "mwh",
    "kw",
    "kv",
    "megawatts",
    "gigawatts",
    "kilowatts",
    "km",
    "kilometres",
    "kilometers",
    "hectares",
    "acres",
    "tons",
    "tonnes",
    "barrels",
    "litres",
    "liters",
    "metric",
    "students",
    "officials",
    "officers",
    "experts",
    "teachers",
    "participants",
    "trainees",
    "young",
    "youth",
    "women",
    "people",
    "persons",
    "volunteers",
    "researchers",
    "scientists",
    "engineers",
    "nurses",
    "farmers",
    "troops",
    "personnel",
    "vessels",
    "ships",
    "aircraft",
    "vehicles",
    "schools",
    "hospitals",
    "houses",
    "projects",
    "grants",
    "seats",
    "places",
    "refugees",
    "families",
    "jobs",
    "trees",
    "homes",
    "doses",
    "migrants",
    "children",
    "communities",
    "companies",
];

/// `$100 million`, `US$5 billion`, `40 percent`, `1,000 scholarships`, `300 megawatts`, `80 young leaders`.
pub fn has_sum(tokens: &[Token], from: usize, to: usize) -> bool {
    (from..to).any(|n| {
        let token = &tokens[n];
        let next = tokens.get(n + 1);
        let spelled = token.is_any(&["hundred", "thousand", "million", "billion"]);
        if spelled && next.is_some_and(|t| t.is_any(&["dollars", "euros", "yen", "us", "u.s."])) {
            return true;
        }
        let counts = token.is_number()
            && token.text.chars().all(|c| !c.is_alphabetic())
            && !is_year(&token.text);
        token.text.contains(['$', '€', '£', '¥'])
            || counts
                && (next.is_some_and(|t| t.is_any(&UNITS))
                    || next.is_some_and(|t| !t.is_capital())
                        && tokens
                            .get(n + 2)
                            .is_some_and(|t| t.is_any(&UNITS) && !t.is("per")))
    })
}
