//! Guessing what somebody meant: the known word that looks most like the one that was written.

/// The known word nearest to `word`, where one is near enough to be worth asking about.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_of(word, known, 0.7)
}

/// The same, where it is at least so much alike (0 to 1, Jaro-Winkler).
pub fn nearest_of<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
    least: f64,
) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|k| (strsim::jaro_winkler(&word, &k.to_lowercase()), k))
        .filter(|(likeness, _)| *likeness > least)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, k)| k)
}
