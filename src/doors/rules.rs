//! Which passwords are taken: long ones. No rule asks for signs and digits (NIST SP 800-63B, 3.1.1.2);
//! what everybody tries first is refused, and what is made of the person's own name or address.

use crate::domain::desk::EmailAddress;

/// The shortest password, in characters.
pub const SHORTEST: usize = 15;
/// The longest: beyond this nobody types.
pub const LONGEST: usize = 256;

/// How many letters and digits of its own a password has to have, once what is well known, what is
/// repeated and what is the person's is taken out.
const OF_ITS_OWN: usize = 8;

/// What people put into passwords when they are asked for a long one.
const WELL_KNOWN: &[&str] = &[
    "password",
    "passwort",
    "motdepasse",
    "passphrase",
    "welcome",
    "letmein",
    "administrator",
    "admin",
    "secret",
    "changeme",
    "iloveyou",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "dragon",
    "monkey",
    "master",
    "superman",
    "batman",
    "trustno",
    "whatever",
    "freedom",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwerty",
    "azerty",
    "asdf",
    "zxcv",
    "qazwsx",
    "default",
    "temporary",
    "summer",
    "winter",
    "spring",
    "autumn",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "ministry",
    "foreign",
    "affairs",
    "embassy",
    "secretariat",
    "asean",
    "aidememoire",
    "government",
    "correcthorsebatterystaple",
];

/// Why a password is not taken; a full sentence.
pub fn complaint(password: &str, name: &str, email: &EmailAddress) -> Option<String> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Some(format!(
            "The password needs {SHORTEST} characters or more; a sentence of four or five words is \
             easily typed and hard to guess."
        ));
    }
    if length > LONGEST {
        return Some(format!("The password has {LONGEST} characters at most."));
    }
    let plain = plain(password);
    let own = own_words(name, email);
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    if of_its_own(&plain, &[]) < OF_ITS_OWN {
        return Some(
            "This password repeats itself or runs along the keyboard: it is among the first that \
             are tried."
                .to_owned(),
        );
    }
    if of_its_own(&plain, WELL_KNOWN) < OF_ITS_OWN {
        return Some(
            "This password is made of words that are tried first. Take words of your own."
                .to_owned(),
        );
    }
    let both: Vec<&str> = WELL_KNOWN.iter().copied().chain(own).collect();
    if of_its_own(&plain, &both) < OF_ITS_OWN {
        return Some(
            "This password is made of your own name or address, which anybody can guess."
                .to_owned(),
        );
    }
    None
}

/// Letters and digits in lower case, the usual disguises taken off.
fn plain(text: &str) -> String {
    let letters = text.chars().flat_map(char::to_lowercase);
    let undisguised = letters.map(|c| match c {
        '@' | '4' => 'a',
        '3' => 'e',
        '1' | '!' => 'i',
        '0' => 'o',
        '5' | '$' => 's',
        '7' => 't',
        c => c,
    });
    undisguised.filter(|c| c.is_alphanumeric()).collect()
}

/// The words of a person's name and address.
fn own_words(name: &str, email: &EmailAddress) -> Vec<String> {
    let words = name
        .split(|c: char| !c.is_alphanumeric())
        .chain(email.as_str().split(|c: char| !c.is_alphanumeric()));
    let mut words: Vec<String> = words.map(plain).filter(|w| w.chars().count() > 2).collect();
    // The longest first: `mfa` must not be taken out of the middle of a longer one.
    words.sort_by_key(|w| std::cmp::Reverse(w.len()));
    words
}

/// How much is left when known words are taken out, runs are shortened and what is repeated counts
/// once.
fn of_its_own(plain: &str, known: &[&str]) -> usize {
    let mut rest = plain.to_owned();
    for word in known {
        rest = rest.replace(word, " ");
    }
    let parts = rest.split(' ').map(without_runs);
    let parts: Vec<Vec<char>> = parts.filter(|part| !part.is_empty()).collect();
    let joined: Vec<char> = parts.concat();
    without_repetition(&joined)
}

/// Of a run along the alphabet, the digits or a row of the keyboard, and of one letter again and again,
/// only the first two count.
fn without_runs(part: &str) -> Vec<char> {
    const ROWS: [&str; 5] = [
        "abcdefghijklmnopqrstuvwxyz",
        // The digits, undisguised.
        "oi2eas6t89",
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
    ];
    let follows = |a: char, b: char| {
        let in_row = |row: &&str| {
            let place = |c| row.chars().position(|r| r == c);
            matches!((place(a), place(b)), (Some(x), Some(y)) if x.abs_diff(y) == 1)
        };
        a == b || ROWS.iter().any(in_row)
    };
    let letters: Vec<char> = part.chars().collect();
    let mut kept: Vec<char> = Vec::new();
    let mut run = 1;
    for (n, letter) in letters.iter().enumerate() {
        run = match n > 0 && follows(letters[n - 1], *letter) {
            true => run + 1,
            false => 1,
        };
        if run <= 2 {
            kept.push(*letter);
        }
    }
    kept
}

/// The length of the shortest beginning of which the whole is made by repeating it.
fn without_repetition(letters: &[char]) -> usize {
    let whole = letters.len();
    let repeats = |n: &usize| (*n..whole).all(|place| letters[place] == letters[place - n]);
    (1..whole).find(repeats).unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(password: &str) -> bool {
        let email = EmailAddress::parse("sokha.chan@mfa.example.org").unwrap();
        complaint(password, "Sokha Chan", &email).is_some()
    }

    #[test]
    fn long_ones_are_taken_whatever_they_are_made_of() {
        for good in [
            "the heron stands in the rice",
            "four brown boxes left",
            "ស្រមៃឃើញផ្កាឈូកក្នុងបឹង",
            "r7Kq2mW9xZp4Vd1",
            "coffee before the plenary",
            "my march to the river delta",
        ] {
            assert!(!refused(good), "{good}");
        }
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        for bad in [
            "",
            "short",
            "fourteen chars",
            "passwordpassword",
            "Password12345678",
            "P@ssw0rd!P@ssw0rd!",
            "aaaaaaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabc",
            "abcdefghijklmnopqrstuvwxyz",
            "123456789012345678",
            "qwertyuiopasdfghjkl",
            "welcome2025welcome2025",
            "ministry of foreign affairs",
            "sokha.chan@mfa.example.org",
            "SokhaChan2025!!!!",
            "correct horse battery staple",
            &"x y ".repeat(80),
        ] {
            assert!(refused(bad), "{bad}");
        }
    }
}
