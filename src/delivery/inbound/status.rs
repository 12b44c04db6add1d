//! Standard reports: the message/delivery-status part of RFC 3464. Its first block is about the
//! message, each further one about a recipient.

use super::parts::Parts;
use super::{Report, enhanced_code, one_line};
use crate::domain::bounce::Action;
use crate::domain::desk::EmailAddress;

/// One block: its fields, unfolded.
type Block = Vec<(String, String)>;

/// Reads the status part. Of several recipients (an address of ours that a server expanded) the
/// worst news counts.
pub fn read(parts: &Parts) -> Option<Report> {
    let status = parts.status.as_deref()?;
    let reports = blocks(status).into_iter().filter_map(|block| of(&block));
    reports.min_by_key(|report| report.action)
}

fn blocks(status: &str) -> Vec<Block> {
    let mut blocks = vec![Block::new()];
    for line in status.lines() {
        let Some(block) = blocks.last_mut() else {
            break;
        };
        if line.trim().is_empty() {
            if !block.is_empty() {
                blocks.push(Block::new());
            }
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = block.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            block.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    blocks
}

fn of(block: &Block) -> Option<Report> {
    let field = |name: &str| {
        let found = block.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    };
    let action = match field("action")?
        .split_whitespace()
        .next()?
        .to_ascii_lowercase()
        .as_str()
    {
        "failed" => Action::Failed,
        "delayed" => Action::Delayed,
        "delivered" | "relayed" | "expanded" => Action::Delivered,
        _ => return None,
    };
    let status = field("status").unwrap_or_default();
    let diagnostic = field("diagnostic-code").unwrap_or_default();
    // "smtp; 550 5.1.1 ...": the type says whose words these are.
    let words = diagnostic
        .split_once(';')
        .map_or(diagnostic, |(_, words)| words);
    let reply = if words.trim().is_empty() {
        status
    } else {
        words
    };
    Some(Report {
        action,
        // The first is what we wrote, where the server knows it; a forward may have led elsewhere.
        address: field("original-recipient")
            .and_then(address)
            .or_else(|| field("final-recipient").and_then(address)),
        enhanced_code: code(status, words, action),
        reply: one_line(reply),
    })
}

/// The status, unless it says no more than that it failed and the server's words say why.
fn code(status: &str, words: &str, action: Action) -> Option<String> {
    let classes: &[u8] = match action {
        Action::Failed => b"45",
        _ => b"245",
    };
    let status = enhanced_code(status, classes);
    let vague = |code: &String| code.ends_with(".0.0");
    match status {
        Some(code) if !vague(&code) => Some(code),
        vague => enhanced_code(words, classes).or(vague),
    }
}

/// `rfc822;us-desk@mfa.example.org`, also `utf-8;` and in angle brackets.
fn address(value: &str) -> Option<EmailAddress> {
    let address = value.split_once(';').map_or(value, |(_, address)| address);
    let address = address.trim().trim_start_matches('<').trim_end_matches('>');
    EmailAddress::parse(address).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_status(status: &str) -> Option<Report> {
        let mut parts = Parts::default();
        parts.status = Some(status.to_owned());
        read(&parts)
    }

    #[test]
    fn the_worst_of_several_counts() {
        let report = read_status(
            "Reporting-MTA: dns; relay.example.org\n\n\
             Final-Recipient: rfc822; one@mfa.example.org\nAction: expanded\nStatus: 2.1.5\n\n\
             Final-Recipient: rfc822; two@mfa.example.org\nAction: FAILED (user unknown)\nStatus: 5.0.0\n\
             Diagnostic-Code: smtp; 550 5.1.1\n <two@mfa.example.org> unknown\n",
        )
        .unwrap();
        assert_eq!(report.action, Action::Failed);
        assert_eq!(report.enhanced_code.as_deref(), Some("5.1.1"));
        assert_eq!(report.address.unwrap().as_str(), "two@mfa.example.org");
        assert_eq!(report.reply, "550 5.1.1 <two@mfa.example.org> unknown");
    }

    #[test]
    fn a_part_without_an_action_is_no_report() {
        assert_eq!(read_status(""), None);
        assert_eq!(read_status("Reporting-MTA: dns; x\n\nStatus: 5.1.1"), None);
        assert_eq!(read_status("\n\n\n \n: \nAction:\n"), None);
        assert_eq!(read_status("Action: eaten\nStatus: 5.1.1"), None);
    }
}
