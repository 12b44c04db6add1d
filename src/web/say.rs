//! Small words: numbers as people write them in a sentence, and lists with their "and".

pub use crate::wording::capitalised;

/// `No`, `One` ... `Twelve`, then figures: how a sentence begins with a number.
pub fn number(n: usize) -> String {
    const WORDS: [&str; 13] = [
        "No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten",
        "Eleven", "Twelve",
    ];
    match WORDS.get(n) {
        Some(word) => (*word).to_owned(),
        None => figures(n),
    }
}

/// `10,000`
pub fn figures(n: usize) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `is` for one, `are` for any other number.
pub fn are(n: usize) -> &'static str {
    if n == 1 { "is" } else { "are" }
}

/// Adds the `s` of the third person for one: `need` becomes `needs`.
pub fn does(n: usize, verb: &str) -> String {
    if n == 1 {
        format!("{verb}s")
    } else {
        verb.to_owned()
    }
}

/// `a`, `a and b`, `a, b and c`
pub fn list<S: AsRef<str>>(items: &[S]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [most @ .., last] => {
            let most: Vec<&str> = most.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", most.join(", "), last.as_ref())
        }
    }
}

/// Ends a sentence; one that ends with an abbreviation has its stop already.
pub fn sentence(text: &str) -> String {
    let stop = if text.ends_with(['.', '?', '!']) {
        ""
    } else {
        "."
    };
    format!("{}{stop}", capitalised(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_begin_sentences_in_words_and_grow_into_figures() {
        let said: Vec<String> = [0, 1, 4, 12, 13, 999, 1000, 1234567].map(number).to_vec();
        assert_eq!(
            said,
            [
                "No",
                "One",
                "Four",
                "Twelve",
                "13",
                "999",
                "1,000",
                "1,234,567"
            ]
        );
    }

    #[test]
    fn lists_and_sentences_read_as_prose() {
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(list::<&str>(&[]), "");
        assert_eq!(sentence("with the U.S."), "With the U.S.");
        assert_eq!(sentence("due soon"), "Due soon.");
        assert_eq!(
            (are(1), does(1, "need"), does(2, "need")),
            ("is", "needs".into(), "need".into())
        );
    }
}
