//! A letter set as text and as HTML. The templates stand beside this file and are embedded; both
//! take the letter itself as their context.

use std::fmt::Write as _;
use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior};

use super::letter::Letter;

/// Columns of the text part.
const COLUMNS: usize = 72;

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    let tags_on_lines_of_their_own = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
        .expect("the usual delimiters");
    templates.set_syntax(tags_on_lines_of_their_own);
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_formatter(escape);
    templates.add_filter("fill", fill);
    let sources = [
        ("letter.txt", include_str!("templates/letter.txt")),
        ("letter.html", include_str!("templates/letter.html")),
    ];
    for (name, source) in sources {
        templates
            .add_template(name, source)
            .expect("an embedded template, rendered by every test of a letter");
    }
    templates
});

/// The text part, lines of at most 72 columns where words allow it.
pub fn text(letter: &Letter) -> String {
    set("letter.txt", letter)
}

/// The HTML part: tables, styles inline, nothing fetched from elsewhere.
pub fn html(letter: &Letter) -> String {
    set("letter.html", letter)
}

fn set(template: &str, letter: &Letter) -> String {
    TEMPLATES
        .get_template(template)
        .and_then(|t| t.render(Value::from(Serde(letter))))
        .expect("the template uses only what every letter has, as the tests of letters show")
}

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
