//! Who acts: the subject of a verb, found by walking left from it, and what its words stand for.

use super::lexicon::Lexicon;
use super::parties::{Parties, list, mentions};
use super::tokens::Token;

mod standing;

/// What a subject stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// The parties together: "both sides", "we".
    Parties,
    /// Some of them, by name.
    Named(Vec<String>),
    /// So many of them: `thirteen` of us.
    Some(String),
    /// Officials or a body of theirs.
    Body,
    /// Bodies with a name of their own: `the Joint Committee`.
    Organs(Vec<String>),
    /// A person in office whom nobody named.
    Speaker,
    /// States or bodies that are no parties.
    Outsiders,
    /// No one: a programme, an agreement, cooperation itself.
    Thing,
}

impl Who {
    /// Whether it can undertake anything.
    pub fn acts(&self) -> bool {
        !matches!(self, Who::Thing | Who::Outsiders)
    }
}

/// How a verb is bound to its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bond {
    /// It stands in front: where it begins, and who it is.
    Own { from: usize, who: Who },
    /// `... and will ...`: the subject of the verb before.
    Shared,
    /// `..., which will ...`: where the pronoun stands, and where its antecedent begins.
    Relative { pronoun: usize, antecedent: usize },
    /// None that is read: a clause of condition, comparison or circumstance.
    None,
}

/// Finds subjects in the words of one document.
pub struct Subjects<'a> {
    pub lexicon: &'a Lexicon,
    pub parties: &'a Parties,
}

/// The longest subject, in tokens; a bound on the work for text without punctuation.
const LONGEST: usize = 30;

impl Subjects<'_> {
    /// Where a group of auxiliaries and adverbs in front of a verb begins.
    pub fn group(&self, tokens: &[Token], verb: usize, low: usize) -> usize {
        let mut at = verb;
        while at > low && verb - at < 8 {
            let before = &tokens[at - 1];
            let auxiliary = before.is_any(&["have", "has", "had", "do", "does", "did"]);
            if auxiliary || self.is_adverb(before) {
                at -= 1;
            } else if before.is(",")
                && at >= low + 2
                && self.is_adverb(&tokens[at - 2])
                && !tokens[at - 2].is_capital()
            {
                at -= 2;
                if at > low && tokens[at - 1].is(",") {
                    at -= 1;
                }
            } else {
                break;
            }
        }
        // An adverb that opens the sentence, or stands behind a comma, is none of the group's commas.
        while at < verb && tokens[at].is(",") {
            at += 1;
        }
        at
    }

    pub fn is_adverb(&self, token: &Token) -> bool {
        token.is_manner() || self.lexicon.adverbs.contains(&*token.lower)
    }

    /// The subject of a verb group that begins at `group`; `low` bounds the clause on the left,
    /// `led` says that a verb with a subject stands before it in the sentence.
    pub fn bond(&self, tokens: &[Token], group: usize, low: usize, led: bool) -> Bond {
        if group <= low {
            return if led && group > 0 {
                Bond::Shared
            } else {
                Bond::None
            };
        }
        let before = &tokens[group - 1];
        if before.is("\u{2014}") {
            // `The UAE - host of COP28 - will`: the subject stands before the insertion.
            let reach = low.max(group.saturating_sub(40));
            let opened = (reach..group - 1).rev().find(|n| tokens[*n].is("\u{2014}"));
            if let Some(opened) = opened {
                let from = self.noun_phrase(tokens, low, opened, led);
                let who = self.who(tokens, from, opened);
                let depends = from > 0 && tokens[from - 1].is_any(&["as", "while", "if", "when"]);
                if from < opened && who.acts() && !depends {
                    return Bond::Own { from, who };
                }
            }
        }
        if before.is_any(&["and", "or", "but", ";", "\u{2014}", "&", "to"])
            || before.is_number() && led
        {
            return if led && !before.is("to") {
                Bond::Shared
            } else {
                Bond::None
            };
        }
        if before.is_any(&["which", "that", "who"]) {
            return self.relative(tokens, group - 1, low);
        }
        if before.is(")")
            && !led
            && let Some(from) = self.named_list(tokens, group - 1, low)
        {
            let who = self.who(tokens, from, group);
            if who.acts() {
                return Bond::Own { from, who };
            }
        }
        if before.is(",") || before.is(")") && tokens[group - 1].spaced {
            return self.across(tokens, group - 1, low, led);
        }
        let from = self.noun_phrase(tokens, low, group, led);
        if from >= group {
            return Bond::None;
        }
        let outside = from
            .checked_sub(1)
            .filter(|o| *o >= low)
            .map(|o| &tokens[o]);
        let depends = outside.is_some_and(|t| {
            t.is_any(&[
                "if", "as", "when", "where", "because", "until", "unless", "while", "how", "what",
                "whether", "whose", "than", "since", "although",
            ])
        });
        // `..., where they affirmed`, `..., during which the sides agreed`: a new statement.
        let anew = from >= low + 3
            && (tokens[from - 1].is("where") && tokens[from - 2].is(",")
                || tokens[from - 1].is("which")
                    && tokens[from - 2].is_any(&["during", "at", "in"])
                    && tokens[from - 3].is(","));
        if anew {
            let who = self.who(tokens, from, group);
            return Bond::Own { from, who };
        }
        // `Italy will contribute to it, while the United States will`: one beside the other.
        let beside = from >= low + 2
            && tokens[from - 1].is_any(&["while", "whilst", "whereas"])
            && tokens[from - 2].is(",")
            && tokens[group].is_any(&["will", "shall"]);
        if depends && !beside && !outside.is_some_and(|t| t.is("as") && t.is_capital()) {
            return Bond::None;
        }
        // `the work we carry out will`, `a pledge to Japan and Korea will`: no subject.
        let contact = tokens[from].is_any(&["we", "they"])
            && tokens
                .get(from + 1)
                .is_some_and(|t| from + 1 < group && !t.is("both") && !t.is("all") && t.is_word())
            && !self.is_adverb(&tokens[from + 1])
            && tokens[from..group].iter().all(Token::is_word)
            && !tokens[from + 1].is("the");
        if contact || outside.is_some_and(|t| t.is("to")) {
            return Bond::None;
        }
        let who = self.who(tokens, from, group);
        if outside.is_some_and(|t| t.is_any(&["which", "that", "whom"])) && from >= low + 2 {
            // `priorities from which we will ...`, `actions that we intend to`: it describes what it
            // hangs on.
            let hung = &tokens[from - 2];
            let plural = hung.lower.len() > 3
                && hung.lower.ends_with('s')
                && !self.lexicon.is_verb(&hung.lower)
                && !self.is_adverb(hung);
            if self.lexicon.prepositions.contains(&*hung.lower)
                || plural && outside.is_some_and(|t| !t.is("which"))
            {
                return Bond::None;
            }
        }
        Bond::Own { from, who }
    }

    /// Whether a noun phrase takes a verb without an ending: `the sides reaffirm`, not `U.S. support`.
    pub fn is_plural(&self, tokens: &[Token], from: usize, to: usize) -> bool {
        let words = &tokens[from..to];
        let several = words.iter().any(|t| {
            t.is_any(&[
                "we", "they", "both", "all", "us", "and", "two", "three", "four", "five", "several",
            ])
        });
        let head = self.head(tokens, from, to).map(|n| &*tokens[n].lower);
        several
            || head.is_some_and(|h| h.ends_with('s') && !h.ends_with("ss") && !h.ends_with("'s"))
    }

    /// A verb behind a comma: the subject may stand before an insertion.
    fn across(&self, tokens: &[Token], comma: usize, low: usize, led: bool) -> Bond {
        if let Some(from) = self.named_list(tokens, comma, low).filter(|_| !led) {
            let who = self.who(tokens, from, comma);
            if who.acts() {
                return Bond::Own { from, who };
            }
        }
        let reach = low.max(comma.saturating_sub(60));
        let first = (reach..comma).find(|n| tokens[*n].is(",") || tokens[*n].is(";"));
        if let Some(first) = first.filter(|f| *f > low)
            && !led
        {
            if first - low <= 12 {
                let who = self.who(tokens, low, first);
                if who.acts() {
                    return Bond::Own { from: low, who };
                }
            }
            // A circumstance in front of the subject: "On trade, the sides, recalling ..., agreed".
            let second = (first + 1..comma).find(|n| tokens[*n].is(","));
            if let Some(second) = second {
                let who = self.who(tokens, first + 1, second);
                if who.acts() {
                    return Bond::Own {
                        from: first + 1,
                        who,
                    };
                }
            }
        }
        // A list of names: "Japan, Korea, and the United States, will".
        if !led && comma - low <= LONGEST {
            let who = self.who(tokens, low, comma);
            if matches!(who, Who::Named(_) | Who::Parties) {
                return Bond::Own { from: low, who };
            }
        }
        match self.beside_others(tokens, comma, low) {
            Some((from, who)) if led => Bond::Own { from, who },
            _ if led => Bond::Shared,
            _ => Bond::None,
        }
    }

    /// `that Norway, alongside its allies, will`: who it is that others stand beside.
    fn beside_others(&self, tokens: &[Token], comma: usize, low: usize) -> Option<(usize, Who)> {
        let open = (low..comma).rev().find(|n| tokens[*n].is(","))?;
        let beside = tokens.get(open + 1)?;
        let that = (low..open).rev().find(|n| tokens[*n].is("that"))?;
        if !beside.is_any(&["alongside", "together", "along", "like"]) || open > that + 8 {
            return None;
        }
        let who = self.who(tokens, that + 1, open);
        who.acts().then_some((that + 1, who))
    }

    /// Where a list of names begins that ends here: `the United States (U.S.), the Swiss Confederation
    /// and Liechtenstein (together, Participants)`.
    fn named_list(&self, tokens: &[Token], end: usize, low: usize) -> Option<usize> {
        let reach = low.max(end.saturating_sub(60));
        let mut listed = reach;
        mentions(tokens, reach, end, self.lexicon)
            .iter()
            .find_map(|mention| {
                // `the leaders of Norway, Japan, and Kenya,`: no list begins within a list.
                if mention.from < listed {
                    return None;
                }
                let (names, to) = list(tokens, mention.from, end, self.lexicon);
                listed = to;
                let bracket = tokens[end].is(")") && tokens[to].is("(") && end - to < 8;
                let article =
                    usize::from(mention.from > reach && tokens[mention.from - 1].is("the"));
                let hung = (mention.from - article)
                    .checked_sub(1)
                    .filter(|n| *n >= low)
                    .is_some_and(|n| self.lexicon.prepositions.contains(&*tokens[n].lower));
                (names.len() > 1 && !hung && (to >= end || bracket)).then_some(mention.from)
            })
    }

    fn relative(&self, tokens: &[Token], pronoun: usize, low: usize) -> Bond {
        let mut end = pronoun;
        if end > low && tokens[end - 1].is(",") {
            end -= 1;
        }
        if end <= low {
            return Bond::None;
        }
        let hung = &tokens[end - 1];
        if self.lexicon.prepositions.contains(&*hung.lower) || self.lexicon.is_verb(&hung.lower) {
            return Bond::None;
        }
        let mut from = end;
        while from > low && end - from < LONGEST {
            let token = &tokens[from - 1];
            // A comma or an "and" within a name.
            let within_name = from < end
                && tokens[from].is_capital()
                && from >= 2
                && tokens[from - 2].is_capital()
                && token.is_any(&[",", "to", "with"]);
            if within_name {
                from -= 1;
                continue;
            }
            let stops = token.is_any(&[",", ";", ":", "."])
                || self.lexicon.subordinators.contains(&*token.lower)
                || token.is_any(&["through", "including", "by", "with", "to", "at"]) && from < end;
            if stops {
                break;
            }
            from -= 1;
        }
        Bond::Relative {
            pronoun,
            antecedent: from,
        }
    }

    /// Where the noun phrase in front of a verb begins.
    fn noun_phrase(&self, tokens: &[Token], low: usize, end: usize, led: bool) -> usize {
        let bottom = low.max(end.saturating_sub(LONGEST));
        let mut from = end;
        while from > bottom {
            let token = &tokens[from - 1];
            if token.is(")") {
                let open = (bottom..from).rev().find(|n| tokens[*n].is("("));
                match open {
                    Some(open) => {
                        from = open;
                        continue;
                    }
                    None => break,
                }
            }
            if token.is_any(&[";", ":", ".", "!", "?", "\"", "\u{2014}", "("]) {
                break;
            }
            if self.lexicon.subordinators.contains(&*token.lower) && !token.is_any(&["once", "so"])
            {
                break;
            }
            // Behind "to" stands the act of somebody else, or whom something is given to; not in
            // `the Summit to commemorate the anniversary will`.
            // `the Assistant to the President`.
            let serves = from >= 2
                && tokens[from - 2].is_capital()
                && self.lexicon.offices.contains(&*tokens[from - 2].lower);
            if token.is("to") && !serves && !self.is_purpose_of_noun(tokens, from - 1, bottom, end)
            {
                break;
            }
            let collected = &tokens[from..end];
            let pronoun = collected
                .first()
                .is_some_and(|t| t.is_any(&["we", "they", "he", "she", "it"]));
            if pronoun {
                break;
            }
            if token.is(",") && !self.goes_on(tokens, from, end, bottom) {
                break;
            }
            let named = self
                .lexicon
                .name(tokens, from)
                .is_some_and(|(_, length, adjective)| !adjective && from + length == end);
            if token.is("and") && (led || named) && !self.goes_on(tokens, from, end, bottom) {
                break;
            }
            from -= 1;
        }
        self.without_lead(tokens, from, end)
    }

    /// `the Summit to commemorate`, `a workshop to share`: an infinitive that belongs to a noun.
    fn is_purpose_of_noun(&self, tokens: &[Token], to: usize, low: usize, end: usize) -> bool {
        let Some(noun) = to.checked_sub(1).filter(|n| *n >= low && to + 1 < end) else {
            return false;
        };
        let willed = tokens[end..tokens.len().min(end + 3)]
            .iter()
            .any(|t| t.is_any(&["will", "shall", "would", "is", "are", "should"]));
        let held = self.lexicon.meetings.contains(&*tokens[noun].lower)
            || self.lexicon.deliverables.contains(&*tokens[noun].lower);
        let verb = &tokens[to + 1];
        let names = verb.is_capital() || verb.is_any(&["the", "a", "an", "our", "their", "its"]);
        held && willed && !names
    }

    /// Whether a list of names goes on to the left of a comma or an "and".
    fn goes_on(&self, tokens: &[Token], at: usize, end: usize, low: usize) -> bool {
        let right = at + usize::from(tokens.get(at).is_some_and(|t| t.is("and")));
        let right = right + usize::from(tokens.get(right).is_some_and(|t| t.is("the")));
        let named_right = right < end && self.lexicon.name(tokens, right).is_some();
        let mut left = at - 1;
        if left > low && tokens[left - 1].is(",") {
            left -= 1;
        }
        let named_left = (left.saturating_sub(5).max(low)..left).any(|n| {
            // `such as USAID Power Central Asia, the United States`: a part of a longer name.
            let inside =
                n > low && tokens[n - 1].is_capital() && !tokens[n - 1].is_any(&["the", "both"]);
            !inside
                && self
                    .lexicon
                    .name(tokens, n)
                    .is_some_and(|(_, length, _)| n + length == left)
        });
        if named_right && named_left {
            return true;
        }
        // `President A, President B, and Prime Minister C`.
        let office = |n: usize| {
            tokens[n].is_capital()
                && (self.lexicon.offices.contains(&*tokens[n].lower) || tokens[n].is("prime"))
        };
        let person_left = (left.saturating_sub(6).max(low)..left)
            .rev()
            .take_while(|n| tokens[*n].is_capital())
            .any(office);
        if person_left && right < end && office(right) {
            return true;
        }
        // `; our leaders and foreign ministers will`: two that act, behind a boundary.
        let reach = low.max((at - 1).saturating_sub(6));
        let edge = (reach..at - 1)
            .rev()
            .find(|n| tokens[*n].is_any(&[";", ":", "that"]));
        edge.is_some_and(|edge| {
            tokens[at - 1].is("and") && self.who(tokens, edge + 1, at - 1).acts()
        })
    }

    /// A phrase without the conjunctions, adverbs and circumstances in front of it.
    fn without_lead(&self, tokens: &[Token], from: usize, end: usize) -> usize {
        let mut from = from;
        while from < end
            && (tokens[from].is_any(&["and", "or", "but", ",", "that"])
                || self.is_adverb(&tokens[from]) && !tokens[from].is_any(&["both", "all", "each"]))
        {
            from += 1;
        }
        if from < end && self.lexicon.prepositions.contains(&*tokens[from].lower) {
            let article = |n: &usize| {
                tokens[*n].is_any(&["the", "we", "both", "all", "our", "they", "he", "she"])
            };
            // `In 2025 the parties`, but not `On the margins of the Summit`.
            let behind = (from + 2..end).rev().find(|n| {
                article(n) && !self.lexicon.prepositions.contains(&*tokens[*n - 1].lower)
            });
            if let Some(behind) = behind {
                return behind;
            }
        }
        from
    }
}
