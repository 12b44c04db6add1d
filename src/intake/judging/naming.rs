//! Whether words name an act, or only a thing or a value.

use super::Judge;
use crate::intake::tokens::Token;

impl Judge<'_> {
    /// Whether what somebody is committed to is an act: a verb, or a phrase with a noun of action in it.
    pub(super) fn names_an_act(&self, act: usize, to: usize) -> bool {
        let Some(first) = (act..to).find(|n| {
            !self.is(
                *n,
                &["the", "a", "an", "our", "their", "its", "also", "further"],
            ) && !self.is_manner(*n)
        }) else {
            return true;
        };
        let behind_to = self.is(act.wrapping_sub(1), &["to", "towards", "toward"]);
        let article = first > act && self.is(act, &["the", "a", "an", "our", "their", "its"]);
        if self.is_doing(first)
            || behind_to
                && !article
                && self.is_verb_of_act(first)
                && !self.word(first).ends_with("ed")
        {
            return true;
        }
        let near = to.min(act + 12);
        let stop = (act..near)
            .find(|n| {
                self.is(*n, &[".", ";", "that", "which"])
                    || *n > act + 1 && self.is(*n, &["including", "such"])
            })
            .unwrap_or(near);
        let noun = |n: usize| {
            let word = self.word(n);
            // `the ASEAN-India Dialogue Partnership`: what a name is made of is no act.
            if self.tokens[n].is_capital() && !self.tokens[act].is_shouted() {
                return false;
            }
            let made = ["tion", "sion", "ment", "ance"]
                .iter()
                .any(|end| word.ends_with(end))
                && word.len() > 6
                && ![
                    "nation",
                    "association",
                    "environment",
                    "government",
                    "governance",
                    "organisation",
                    "organization",
                    "region",
                    "constitution",
                    "alliance",
                    "importance",
                    "convention",
                    "declaration",
                    "solution",
                    "position",
                    "vision",
                    "mission",
                    "ambition",
                    "tradition",
                    "institution",
                    "navigation",
                    "self-determination",
                    "civilisation",
                    "civilization",
                    "generation",
                    "population",
                    "document",
                    "commitment",
                    "resolution",
                    "assurance",
                    "compliance",
                ]
                .contains(&word);
            self.lexicon.act_nouns.contains(word)
                || word == "resolution" && self.is(n + 1, &["of"])
                || self.lexicon.joint.contains(word) && !word.starts_with("partnership")
                // `a holistic approach to address`
                || word == "approach" && self.is(n + 1, &["to"]) && self.is_verb_of_act(n + 2)
                || made
                || is_gerund(self.tokens.get(n))
        };
        // A bare verb: no article, and an object behind it.
        let bare = behind_to
            && !article
            && !self.tokens.get(first).is_some_and(Token::is_capital)
            && self.tokens.get(first + 1).is_some_and(|t| {
                t.is_any(&[
                    "the",
                    "a",
                    "an",
                    "our",
                    "their",
                    "its",
                    "with",
                    "all",
                    "each",
                    "together",
                    "collaboratively",
                    "closely",
                    "more",
                    "on",
                    "to",
                    "towards",
                ]) || t.is_manner()
            });
        // "to adapt and modernise our alliance".
        let paired = behind_to
            && !article
            && self.is(first + 1, &["and"])
            && self.is(first + 3, &["the", "our", "their", "its"]);
        (act..stop).any(noun) || paired || bare || behind_to && !article && self.is_bare_verb(first)
    }

    /// A gerund, and "continuing to" where it is no adjective.
    fn is_doing(&self, at: usize) -> bool {
        is_gerund(self.tokens.get(at)) || self.is(at, &["continuing"]) && self.is(at + 1, &["to"])
    }

    /// A verb whose act is known: `strengthen`, `host`.
    pub(super) fn is_verb_of_act(&self, at: usize) -> bool {
        let word = self.word(at);
        self.lexicon.act(word).is_some() || self.lexicon.advancing.contains(word)
    }

    /// A word of no ending that nouns have, with a plain word behind it: "confront the scourge",
    /// "combat crime"; not "peace and stability", "the region".
    pub(super) fn is_bare_verb(&self, at: usize) -> bool {
        let word = self.word(at);
        let nominal = [
            "ity",
            "ness",
            "ism",
            "cy",
            "ship",
            "hood",
            "dom",
            "peace",
            "law",
            "order",
            "values",
            "principles",
            "unity",
            "rules",
        ];
        let next = self.tokens.get(at + 1);
        let described = ["al", "ic", "ous", "ary", "ful", "ble", "ern", "less"]
            .iter()
            .any(|end| word.len() > 4 && word.ends_with(end))
            || word.ends_with("ed") && !word.ends_with("eed");
        !described
            && !nominal.iter().any(|end| word.ends_with(end))
            && !word.contains('-')
            && next.is_some_and(|t| {
                t.is_word() && !self.lexicon.prepositions.contains(&*t.lower) && !t.is("and")
            })
    }

    /// Whether a noun phrase names an act: a gerund, a noun of action, cooperation that is to grow.
    pub fn is_act(&self, from: usize, to: usize) -> bool {
        let mut at = from;
        while at < to
            && (self.is(
                at,
                &[
                    "the", "a", "an", "our", "their", "its", "further", "jointly",
                ],
            ) || self.is_manner(at))
        {
            at += 1;
        }
        if self.is_doing(at) {
            return true;
        }
        let stop = (at..to.min(at + 12)).find(|n| {
            *n > at
                && (self.lexicon.prepositions.contains(self.word(*n))
                    || self.is(*n, &[",", ";", ".", "and", "that", "which", "to"]))
        });
        let stop = stop.unwrap_or(to.min(at + 12));
        if stop == at {
            return false;
        }
        // "democracies working together", "governments carrying out reforms": who does what.
        let does = (at + 1..stop).any(|n| {
            let who = self.word(n - 1);
            is_gerund(self.tokens.get(n)) && who.len() > 3 && who.ends_with('s')
        });
        if does {
            return true;
        }
        // "cooperation on addressing threats".
        let joint = self.lexicon.joint.contains(self.word(stop - 1))
            && !self.word(stop - 1).starts_with("partnership")
            && self.is(stop, &["on", "in", "for"])
            && is_gerund(self.tokens.get(stop + 1));
        // "cooperation with partners of the region".
        let with = self.is(
            stop - 1,
            &[
                "cooperation",
                "co-operation",
                "coordination",
                "collaboration",
                "communication",
                "engagement",
            ],
        ) && self.is(stop, &["with", "among", "between"]);
        if joint || with {
            return true;
        }
        // "efforts to provide".
        let aims = self.lexicon.joint.contains(self.word(stop - 1))
            && self.is(stop, &["to"])
            && self.is_verb_of_act(stop + 1);
        if aims {
            return true;
        }
        // "agricultural productivity, trade, and prevention of food loss": an act among things.
        let among = (stop..to.min(from + 20)).any(|n| {
            self.lexicon.act_nouns.contains(self.word(n))
                && self.is(n + 1, &["of"])
                && !self.tokens[n].is_capital()
                && !(stop..n).any(|m| {
                    self.is(
                        m,
                        &["that", "which", "to", "for", "with", "in", "through", "as"],
                    )
                })
        });
        if among {
            return true;
        }
        let head = self.word(stop - 1);
        // `ASEAN-ROK collaboration`: what two of them do together.
        let mutual = self.is(
            stop - 1,
            &[
                "cooperation",
                "co-operation",
                "collaboration",
                "coordination",
            ],
        ) && (from..stop)
            .any(|n| self.tokens[n].is_capital() && self.tokens[n].text.contains('-'));
        let more = mutual || (from..stop).any(|n| self.lexicon.more.contains(self.word(n)));
        let of = self.is(
            stop,
            &["of", "and", "to", "in", "with", "by", "between", "on"],
        );
        // `the trilateral partnership` is there already; a closer one is not.
        let there = head.starts_with("partnership")
            && !(from..stop).any(|n| {
                self.is(
                    n,
                    &[
                        "closer",
                        "stronger",
                        "enhanced",
                        "deeper",
                        "greater",
                        "strengthened",
                    ],
                )
            });
        self.lexicon.act_nouns.contains(head) && (of || more) && !self.tokens[stop - 1].is_capital()
            || self.lexicon.joint.contains(head) && more && !there
    }
}

/// `strengthening`: lower case, ends in -ing, and is no noun of that ending.
pub fn is_gerund(token: Option<&Token>) -> bool {
    token.is_some_and(|t| {
        !t.is_capital()
            && t.lower.len() > 4
            && t.lower.ends_with("ing")
            && !t.is_any(&[
                "meeting",
                "training",
                "funding",
                "shipping",
                "existing",
                "ongoing",
                "outstanding",
                "financing",
                "spring",
                "king",
                "thing",
                "nothing",
                "something",
                "everything",
                "wellbeing",
                "well-being",
                "farming",
                "fishing",
                "mining",
                "during",
                "regarding",
                "including",
                "banking",
                "trafficking",
                "housing",
                "learning",
                "forthcoming",
                "upcoming",
                "long-standing",
                "longstanding",
                "continuing",
                "emerging",
                "developing",
            ])
    })
}
