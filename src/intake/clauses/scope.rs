//! What belongs to the verb before it, and what begins anew.

use super::{Clause, Cutter, Governs};
use crate::intake::lexicon::{Class, Classes, Form};
use crate::intake::tokens::Token;

impl Cutter<'_> {
    /// Whether a verb beside another is in the scope of its "will" or "to": `will converse often and
    /// meet`. Verbs of speech begin anew: `will work ... and reaffirm`.
    pub(super) fn in_scope(
        &self,
        tokens: &[Token],
        main: &Clause,
        (group, at): (usize, usize),
        governs: Governs,
    ) -> bool {
        let Governs::Verb { classes, form } = governs else {
            // `We recognise that financing, ..., will`: the subject is in the that-clause.
            let told = tokens.get(main.rest).is_some_and(|t| t.is("that"));
            return told
                && tokens[group - 1].is(",")
                && matches!(governs, Governs::Modal { .. })
                && !matches!(main.governs, Governs::Modal { .. });
        };
        // A verb beside another has its tense and number: `we commit ... mutually agreed terms`,
        // `we are committed ... exchanges among students`.
        let first = match main.governs {
            Governs::Verb { form, .. } => Some(form),
            Governs::Modal { .. } | Governs::Progressive | Governs::Continues => Some(Form::Base),
            Governs::Bound | Governs::Purpose | Governs::Told => None,
        };
        let we = tokens[main.subject].is_any(&["we", "both", "they"]);
        match form {
            // `they reiterate their concern, and affirmed the importance of`: a tense that slipped.
            Form::Past if matches!(first, Some(Form::Base | Form::Third)) => {
                // `will provide the sum, and agreed not to levy a tax`.
                let settles = [Class::Agree, Class::Decide, Class::Commit]
                    .into_iter()
                    .any(|class| classes.has(class))
                    && tokens
                        .get(at + 1)
                        .is_some_and(|t| t.is_any(&["to", "that", "not"]));
                return !(settles || is_speech(classes) && has_object(tokens, group, at));
            }
            // `has built schools and intends, with help, to build more`.
            Form::Third
                if matches!(first, Some(Form::Past))
                    && classes.has(Class::Intend)
                    && tokens[group - 1].is("and")
                    && tokens.get(at + 1).is_some_and(|t| t.is_any(&["to", ","])) =>
            {
                return false;
            }
            Form::Third if we || matches!(first, Some(Form::Base | Form::Past)) => return true,
            Form::Base if matches!(first, Some(Form::Past | Form::Third)) => {
                let intends =
                    classes.has(Class::Intend) && tokens.get(at + 1).is_some_and(|t| t.is("to"));
                let says = is_speech(classes) || intends;
                return !(says && has_object(tokens, group, at));
            }
            Form::Base => {}
            _ => return false,
        }
        let open = matches!(
            main.governs,
            Governs::Modal { .. }
                | Governs::Bound
                | Governs::Continues
                | Governs::Purpose
                | Governs::Told
        ) || (main.rest..group.min(main.rest + 20)).any(|n| tokens[n].is("to"));
        // `prepare the text and undertake the formalities`: a deed, no vow.
        let deed = tokens[at].is("undertake") && !tokens.get(at + 1).is_some_and(|t| t.is("to"));
        if open && deed {
            return true;
        }
        // `plan to conduct ..., and intend to deepen`: a new intention.
        let anew = [Class::Intend, Class::Agree, Class::Decide, Class::Attempt];
        let anew = anew.into_iter().any(|class| classes.has(class))
            && (matches!(main.governs, Governs::Verb { .. })
                || tokens
                    .get(main.rest)
                    .is_some_and(|t| t.lower.ends_with("ing")))
            && tokens[at + 1..].first().is_some_and(|t| t.is("to"));
        // `resolve to establish three tracks and ask Ministers to meet`: somebody else is told.
        let told = (classes.has(Class::Task) || classes.has(Class::Encourage))
            && tokens[at + 1..]
                .iter()
                .take(5)
                .take_while(|t| !t.is_any(&["to", "of", ","]))
                .any(|t| self.lexicon().bodies.contains(&*t.lower));
        // `we welcome the initiatives to ..., and encourage`: what is welcomed is behind us.
        let spoken = matches!(main.governs, Governs::Verb { classes, .. } if is_speech(classes))
            && classes.has(Class::Encourage)
            && tokens[group - 1].is("and")
            && tokens[group - 2].is(",");
        // `will resist monopolies and offer choices`: deeds, though they may open a vow.
        let deeds = tokens[at].is_any(&[
            "offer",
            "extend",
            "make",
            "give",
            "share",
            "assume",
            "maintain",
            "demonstrate",
            "enter",
            "record",
        ]);
        open && (deeds || !is_speech(classes)) && !anew && !told && !spoken
    }
}

/// Verbs whose that-clause is noted or welcomed, however far it stands: `welcomed the undertaking by
/// the Government that elections will be held`.
pub(super) fn only_notes(governs: Governs) -> bool {
    let Governs::Verb { classes, .. } = governs else {
        return false;
    };
    [Class::Welcome, Class::Notice, Class::Discuss]
        .into_iter()
        .any(|class| classes.has(class))
        && !classes.has(Class::Agree)
}

/// Whether a verb behind "and" has an object of its own: `and affirmed the importance`, and not
/// `mutually agreed terms`.
pub(super) fn has_object(tokens: &[Token], group: usize, verb: usize) -> bool {
    tokens[group - 1].is("and")
        && tokens.get(verb + 1).is_some_and(|t| {
            t.is_any(&[
                "the", "a", "an", "their", "our", "its", "that", "to", "forward",
            ])
        })
}

/// Verbs that begin anew wherever they stand: they are what is said.
pub(super) fn is_speech(classes: Classes) -> bool {
    let speech = [
        Class::Affirm,
        Class::Emphasise,
        Class::Expect,
        Class::Commit,
        Class::Welcome,
        Class::Notice,
    ];
    speech.into_iter().any(|class| classes.has(class))
}
