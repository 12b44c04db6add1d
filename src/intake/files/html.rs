//! HTML: its text, a paragraph for each block, without scripts, styles and navigation.

use html2text::render::TrivialDecorator;

use super::{Unreadable, guarded};

/// Wide enough that no line is broken: paragraphs stay whole.
const WIDTH: usize = 4_000_000;

/// A page begins with a tag, and has one of those that make a page.
pub fn is_html(text: &str) -> bool {
    let start = text.trim_start_matches('\u{FEFF}').trim_start();
    let head: String = start.chars().take(4000).collect::<String>().to_lowercase();
    head.starts_with('<')
        && [
            "<!doctype html",
            "<html",
            "<body",
            "<p",
            "<div",
            "<article",
            "<h1",
        ]
        .iter()
        .any(|tag| head.contains(tag))
}

pub fn text_of(text: &str) -> Result<String, Unreadable> {
    let damaged = Unreadable::Damaged("page");
    let bytes = text.as_bytes();
    let read = || {
        // Without marks for headings and items, which are not words of the document.
        html2text::config::with_decorator(TrivialDecorator::new())
            .raw_mode(true)
            .allow_width_overflow()
            .link_footnotes(false)
            .no_link_wrapping()
            .string_from_read(bytes, WIDTH)
    };
    guarded(read, damaged.clone())?.map_err(|_| damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_become_paragraphs() {
        let page = "<!DOCTYPE html><html><head><title>t</title><style>p{}</style></head><body>\
            <h1>Outcomes of the 3rd Forum</h1><p>Both sides <b>agreed</b> to meet\n again&nbsp;soon.</p>\
            <script>alert(1)</script><ul><li>first</li><li>second &amp; last</li></ul></body></html>";
        assert!(is_html(page));
        let text = text_of(page).unwrap();
        let lines: Vec<&str> = text
            .lines()
            .map(str::trim)
            .filter(|l| !l.is_empty())
            .collect();
        assert_eq!(lines[0], "Outcomes of the 3rd Forum");
        assert_eq!(
            lines[1].replace('\u{a0}', " "),
            "Both sides agreed to meet again soon."
        );
        assert!(
            lines[2].ends_with("first") && lines[3].ends_with("second & last"),
            "{lines:?}"
        );
        assert_eq!(lines.len(), 4, "{lines:?}");
    }

    #[test]
    fn plain_text_is_no_page() {
        assert!(!is_html("Both sides agreed that a < b."));
        assert!(!is_html("<- an arrow"));
    }
}
