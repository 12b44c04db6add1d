//! A letter set as text and as HTML. Our templates stand beside this file and are embedded; all take
//! the letter itself as their context. An administrator's stand in for them: see
//! [`stationery`](super::stationery).

use std::fmt::Write as _;
use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior};

use super::letter::Letter;

/// Columns of the text part.
const COLUMNS: usize = 72;

/// Our own templates, by the names under which an override may include or extend them.
const HOUSE: [(&str, &str); 2] = [
    ("house/letter.txt", include_str!("templates/letter.txt")),
    ("house/letter.html", include_str!("templates/letter.html")),
];

static OURS: LazyLock<Templates> = LazyLock::new(|| Templates {
    environment: environment(),
    text: "house/letter.txt".to_owned(),
    html: "house/letter.html".to_owned(),
});

/// The templates that letters are set with.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
    text: String,
    html: String,
}

impl Templates {
    /// Ours.
    pub fn ours() -> &'static Self {
        &OURS
    }

    /// Ours, with these sources beside them. A source named `letter.txt` or `letter.html` sets the
    /// letter in place of ours; any of them may include the others and ours, and nothing else.
    ///
    /// # Errors
    /// A source that is no template, with its name and line.
    pub fn with(sources: &[(String, String)]) -> Result<Self, minijinja::Error> {
        let mut environment = environment();
        for (name, source) in sources {
            environment.add_template_owned(name.clone(), source.clone())?;
        }
        let instead = |name: &str| {
            let own = sources.iter().any(|(own, _)| own == name);
            if own {
                name.to_owned()
            } else {
                format!("house/{name}")
            }
        };
        Ok(Self {
            environment,
            text: instead("letter.txt"),
            html: instead("letter.html"),
        })
    }

    /// The text part, lines of at most 72 columns where words allow it.
    ///
    /// # Errors
    /// What the template asks for and the letter does not have; ours ask for nothing else.
    pub fn text(&self, letter: &Letter) -> Result<String, minijinja::Error> {
        self.set(&self.text, letter)
    }

    /// The HTML part: tables, styles inline, nothing fetched from elsewhere.
    ///
    /// # Errors
    /// As for the text.
    pub fn html(&self, letter: &Letter) -> Result<String, minijinja::Error> {
        self.set(&self.html, letter)
    }

    fn set(&self, template: &str, letter: &Letter) -> Result<String, minijinja::Error> {
        let template = self.environment.get_template(template)?;
        template.render(Value::from(Serde(letter)))
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    let tags_on_lines_of_their_own = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
        .expect("the usual delimiters");
    environment.set_syntax(tags_on_lines_of_their_own);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_formatter(escape);
    environment.add_filter("fill", fill);
    for (name, source) in HOUSE {
        environment
            .add_template(name, source)
            .expect("an embedded template, rendered by every test of a letter");
    }
    environment
}

/// The text part by our own template.
pub fn text(letter: &Letter) -> String {
    OURS.text(letter).expect(OURS_FIT)
}

/// The HTML part by our own template.
pub fn html(letter: &Letter) -> String {
    OURS.html(letter).expect(OURS_FIT)
}

const OURS_FIT: &str = "the template uses only what every letter has, as the tests of letters show";

/// Escapes what HTML needs escaped. The engine's own way also escapes every slash, which makes
/// addresses unreadable and mail a good deal longer.
pub(crate) fn escape(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), minijinja::Error> {
    if !matches!(state.auto_escape(), AutoEscape::Html) || value.is_safe() {
        return minijinja::escape_formatter(out, state, value);
    }
    for c in value.to_string().chars() {
        match c {
            '&' => out.write_str("&amp;")?,
            '<' => out.write_str("&lt;")?,
            '>' => out.write_str("&gt;")?,
            '"' => out.write_str("&quot;")?,
            '\'' => out.write_str("&#39;")?,
            c => out.write_char(c)?,
        }
    }
    Ok(())
}

/// Fills a text to the columns of the text part, every line after the first begun with `indent`.
/// A word longer than a line (an address) keeps its line to itself.
fn fill(text: &str, indent: Option<&str>) -> String {
    let indent = indent.unwrap_or_default();
    let mut filled = String::new();
    let mut column = indent.chars().count();
    for (place, word) in text.split_whitespace().enumerate() {
        let length = word.chars().count();
        if place > 0 && column + 1 + length > COLUMNS {
            filled.push('\n');
            filled.push_str(indent);
            column = indent.chars().count();
        } else if place > 0 {
            filled.push(' ');
            column += 1;
        }
        filled.push_str(word);
        column += length;
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_filled_at_words() {
        let words = "word ".repeat(40);
        let filled = fill(&words, Some("  "));
        assert!(filled.lines().all(|l| l.chars().count() <= COLUMNS));
        assert!(filled.lines().skip(1).all(|l| l.starts_with("  w")));
        assert_eq!(filled.split_whitespace().count(), 40);
        let address = "x".repeat(100);
        assert_eq!(
            fill(&format!("see {address}"), None),
            format!("see\n{address}")
        );
    }
}
