//! Ids for what a document proposes to the record.

/// A name as an id: letters and digits in lower case, hyphens between.
pub(super) fn slug(name: &str, most: usize) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        match c {
            c if c.is_ascii_alphanumeric() => slug.push(c.to_ascii_lowercase()),
            '.' | '\'' | '\u{2019}' => {}
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
        if slug.len() >= most {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        "unnamed".to_owned()
    } else {
        slug.to_owned()
    }
}

/// The id, or with a number behind it where it is taken.
pub(super) fn free(id: String, taken: impl Fn(&str) -> bool) -> String {
    if !taken(&id) {
        return id;
    }
    let mut n = 2;
    loop {
        let other = format!("{id}-{n}");
        if !taken(&other) {
            return other;
        }
        n += 1;
    }
}
