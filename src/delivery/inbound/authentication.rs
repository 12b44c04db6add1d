//! What the receiving server found out about a sender: its Authentication-Results (RFC 8601). Only the
//! topmost header under the trusted server's name is read: what a sender put into the message lies
//! below it, and what the server did not say, nobody said.

/// Whether DMARC passed for a domain, by the server of this name.
pub fn dmarc_passed(headers: &[&str], server: &str, domain: &str) -> bool {
    let of_server = headers.iter().map(|value| Results::read(value));
    let mut of_server = of_server.filter(|found| found.server.eq_ignore_ascii_case(server));
    of_server.next().is_some_and(|found| found.passes(domain))
}

/// One header, without its comments.
struct Results {
    server: String,
    /// Each method's words: `dmarc=pass`, `header.from=mfa.example.org`.
    methods: Vec<Vec<String>>,
}

impl Results {
    fn read(value: &str) -> Self {
        let plain = without_comments(value);
        let mut parts = plain.split(';').map(words);
        let server = parts.next().unwrap_or_default().into_iter().next();
        Self {
            server: server.unwrap_or_default(),
            methods: parts.collect(),
        }
    }

    /// The verdict on DMARC is a pass, and where it names the domain it is about, it is this one.
    fn passes(&self, domain: &str) -> bool {
        let verdicts: Vec<&Vec<String>> = self
            .methods
            .iter()
            .filter(|method| method.first().is_some_and(|first| is_of(first, "dmarc")))
            .collect();
        let [verdict] = verdicts.as_slice() else {
            return false;
        };
        let passed = verdict[0]
            .split_once('=')
            .is_some_and(|(_, result)| result.eq_ignore_ascii_case("pass"));
        let from = verdict.iter().find(|word| is_of(word, "header.from"));
        let from = from.and_then(|word| word.split_once('='));
        passed && from.is_none_or(|(_, from)| from.eq_ignore_ascii_case(domain))
    }
}

fn is_of(word: &str, name: &str) -> bool {
    let before = word.split_once('=').map(|(before, _)| before);
    // A method may carry its version: `dmarc/1`.
    let before = before.and_then(|before| before.split('/').next());
    before.is_some_and(|before| before.trim().eq_ignore_ascii_case(name))
}

fn words(part: &str) -> Vec<String> {
    let spaced = part.replace(" =", "=").replace("= ", "=");
    spaced.split_whitespace().map(str::to_owned).collect()
}

/// RFC 5322 comments, which may lie in one another, and quotation marks.
fn without_comments(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for c in value.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            // What is quoted is one word, and ends nothing.
            c if depth == 0 && quoted && (c == ';' || c.is_whitespace()) => plain.push('_'),
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(headers: &[&str]) -> bool {
        dmarc_passed(headers, "mx.mfa.example.org", "mfa.example.org")
    }

    #[test]
    fn servers_write_it_in_many_ways() {
        for value in [
            "mx.mfa.example.org; dmarc=pass (p=reject dis=none) header.from=mfa.example.org",
            "MX.mfa.example.org 1;\tspf=pass smtp.mailfrom=x@mfa.example.org;\r\n dkim=pass header.d=mfa.example.org; dmarc=pass header.from=MFA.example.org",
            "mx.mfa.example.org; dkim=fail (bad; dmarc=fail) header.d=x; dmarc = pass",
            "mx.mfa.example.org; dmarc/1=pass action=none header.from=mfa.example.org; arc=none",
        ] {
            assert!(passed(&[value]), "{value}");
        }
    }

    #[test]
    fn only_a_pass_of_the_trusted_server_for_this_domain_counts() {
        for value in [
            "",
            "mx.mfa.example.org; none",
            "mx.mfa.example.org; spf=pass; dkim=pass header.d=mfa.example.org",
            "mx.mfa.example.org; dmarc=fail header.from=mfa.example.org",
            "mx.mfa.example.org; dmarc=none",
            "mx.mfa.example.org; dmarc=bestguesspass",
            "mx.mfa.example.org; dmarc=pass header.from=evil.example.com",
            "mx.mfa.example.org; dmarc=fail; dmarc=pass",
            "mx.evil.example.com; dmarc=pass header.from=mfa.example.org",
            "mx.evil.example.com (mx.mfa.example.org); dmarc=pass",
            "mx.mfa.example.org; spf=fail (dmarc=pass) smtp.mailfrom=\"x; dmarc=pass\"",
            "dmarc=pass; mx.mfa.example.org",
        ] {
            assert!(!passed(&[value]), "{value}");
        }
    }

    #[test]
    fn what_lies_below_the_servers_own_is_the_senders() {
        let own = "mx.mfa.example.org; dmarc=fail header.from=mfa.example.org";
        let forged = "mx.mfa.example.org; dmarc=pass header.from=mfa.example.org";
        assert!(!passed(&[own, forged]));
        assert!(passed(&["other.example.org; dmarc=fail", forged, own]));
        let silent = "mx.mfa.example.org; spf=pass smtp.mailfrom=mfa.example.org";
        assert!(!passed(&[silent, forged]), "it did not look: nobody did");
    }
}
