//! What somebody wrote in a reply, without what they replied to and without the signature of their
//! program. There are no standards for either, only habits; these are the rules:
//!
//! 1. From a line that begins the message replied to, everything goes: a rule of dashes around words
//!    (`-----Original Message-----`) or of underscores, or a block of its headers (`From:`, `Sent:`).
//! 2. Lines that begin with `>` go, wherever they stand: an answer between the lines stays. With them goes
//!    the line or two that introduce them (`On 13 June, X wrote:`), also where the quotation is not marked.
//! 3. From a line `-- ` everything goes, and from what phones and programs add of themselves.
//!
//! Greetings and names under a text stay: what is told from them is told by guessing. The desk sees the
//! draft before it counts.

/// How introductions of a quotation end, or what they say: in the languages of ASEAN and its partners,
/// as Outlook, Gmail, Apple Mail and Thunderbird write them. In lower case.
const WROTE: [&str; 27] = [
    " wrote",
    "schrieb",
    "a écrit",
    "escribió",
    "ha scritto",
    "escreveu",
    "schreef",
    "skrev",
    "napisał",
    "pisze",
    "написал",
    "пишет",
    "menulis",
    "đã viết",
    "เขียน",
    "បានសរសេរ",
    "ຂຽນວ່າ",
    "ရေးသား",
    "sumulat",
    "isinulat",
    "写道",
    "寫道",
    "書きました",
    "のメッセージ",
    "작성:",
    "님이",
    "लिखा",
];

/// Names of the headers that programs write over what is replied to: first the sender's, then what
/// follows.
const FROM: [&str; 19] = [
    "from",
    "von",
    "de",
    "da",
    "van",
    "från",
    "fra",
    "od",
    "от",
    "dari",
    "daripada",
    "từ",
    "จาก",
    "ពី",
    "ຈາກ",
    "mula sa",
    "发件人",
    "差出人",
    "보낸 사람",
];
const FOLLOWS: [&str; 40] = [
    "sent",
    "date",
    "to",
    "subject",
    "cc",
    "gesendet",
    "datum",
    "an",
    "betreff",
    "envoyé",
    "à",
    "objet",
    "enviado",
    "fecha",
    "para",
    "asunto",
    "assunto",
    "data",
    "inviato",
    "a",
    "oggetto",
    "verzonden",
    "aan",
    "onderwerp",
    "dikirim",
    "tarikh",
    "tanggal",
    "kepada",
    "subjek",
    "perihal",
    "đã gửi",
    "ngày",
    "đến",
    "chủ đề",
    "ส่ง",
    "วันที่",
    "ถึง",
    "发送时间",
    "送信日時",
    "보낸 날짜",
];

/// What phones and programs add of themselves. In lower case, at the beginning of a line.
const ADDED: [&str; 21] = [
    "sent from my ",
    "sent from outlook",
    "sent from mail for",
    "get outlook for",
    "sent via ",
    "von meinem ",
    "gesendet von ",
    "envoyé de mon ",
    "envoyé à partir d",
    "enviado desde mi ",
    "enviado do meu ",
    "inviato da ",
    "verstuurd vanaf ",
    "dikirim dari ",
    "dihantar daripada ",
    "được gửi từ ",
    "ส่งจาก ",
    "ផ្ញើពី",
    "发自我的",
    "iphoneから送信",
    "나의 iphone에서 보냄",
];

/// The words of a reply.
pub fn words_of(text: &str) -> String {
    let text = text
        .replace("\r\n", "\n")
        .replace(['\u{a0}', '\u{200b}'], " ");
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let end = lines
        .iter()
        .enumerate()
        .position(|(at, line)| ends_here(line, &lines[at..]))
        .unwrap_or(lines.len());
    let lines = &lines[..end];
    let mut kept: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if is_quoted(line) {
            at += 1;
            continue;
        }
        if let Some(behind) = introduction(&lines[at..]) {
            let rest = &lines[at + behind..];
            // Where nothing is marked as quoted, all that follows is.
            if !rest.iter().any(|line| is_quoted(line)) {
                break;
            }
            at += behind;
            continue;
        }
        kept.push(line);
        at += 1;
    }
    one_gap(&kept)
}

fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with(['>', '｜']) || line.trim_start().starts_with("| ")
}

/// Whether the message replied to, or the program's own words, begin with this line.
fn ends_here(line: &str, from_here: &[&str]) -> bool {
    let plain = line.trim();
    let lower = plain.to_lowercase();
    let is_signature = line == "--" || line == "-- " || plain == "--";
    let dashes = plain.starts_with("--") && plain.ends_with("--") && plain.len() > 6;
    let underscores = plain.len() >= 20 && plain.chars().all(|c| c == '_');
    is_signature
        || dashes
        || underscores
        || ADDED.iter().any(|added| lower.starts_with(added))
        || is_header_block(from_here)
}

/// `From: ...` and, within the next lines, two more headers such as `Sent:` and `To:`.
fn is_header_block(lines: &[&str]) -> bool {
    let is = |line: &&str, names: &[&str]| {
        let line = line.trim().trim_start_matches('*').to_lowercase();
        let name = line
            .split_once([':', '：'])
            .map(|(name, _)| name.trim_matches(['*', ' ']));
        name.is_some_and(|name| names.contains(&name))
    };
    let Some((first, rest)) = lines.split_first() else {
        return false;
    };
    let next = rest.iter().filter(|line| !line.trim().is_empty()).take(4);
    is(first, &FROM) && next.filter(|line| is(line, &FOLLOWS)).count() >= 2
}

/// How many lines introduce a quotation here: one, or two or three where the program broke it.
fn introduction(lines: &[&str]) -> Option<usize> {
    if lines.first().is_none_or(|line| line.trim().is_empty()) {
        return None;
    }
    (1..=3).find(|n| {
        let Some(some) = lines.get(..*n) else {
            return false;
        };
        let last = some[n - 1].trim();
        let whole = some.join(" ").to_lowercase();
        let says_so = WROTE.iter().any(|wrote| whole.contains(wrote));
        let dated = whole.chars().any(|c| c.is_ascii_digit()) || whole.contains('@');
        let inner = &some[..n - 1];
        last.ends_with([':', '：'])
            && says_so
            && dated
            && whole.chars().count() < 300
            && inner.iter().all(|line| !line.trim().is_empty())
    })
}

/// The lines with one empty line at the most between two, and none around them.
fn one_gap(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        let is_empty = line.trim().is_empty();
        if is_empty && (text.is_empty() || text.ends_with("\n\n")) {
            continue;
        }
        text.push_str(if is_empty { "" } else { line });
        text.push('\n');
    }
    text.trim_end().to_owned()
}

/// Where the message replied to begins in HTML, by what programs mark it with.
const MARKS: [&str; 11] = [
    "<blockquote",
    "class=\"gmail_quote",
    "class=\"gmail_attr",
    "id=\"appendonsend\"",
    "id=\"divrplyfwdmsg\"",
    "class=\"moz-cite-prefix",
    "class=\"yahoo_quoted",
    "class=\"protonmail_quote",
    "outlookmessageheader",
    "border-top:solid #e1e1e1",
    "border-top:solid #b5c4df",
];

/// The HTML up to where the message replied to begins.
pub fn html_before_quote(html: &str) -> &str {
    // Lower case in ASCII alone, so that places stay where they are.
    let lower = html.to_ascii_lowercase();
    let mark = MARKS.iter().filter_map(|mark| lower.find(mark)).min();
    let Some(at) = mark else {
        return html;
    };
    // Back to where its tag begins.
    let tag = html[..at]
        .rfind('<')
        .filter(|_| !lower[at..].starts_with('<'));
    &html[..tag.unwrap_or(at)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each program makes of the same answer, and in which language.
    const REPLIES: [(&str, &str); 22] = [
        (
            "gmail",
            "On track.\n\nOn Fri, Jun 13, 2025 at 8:00 AM Aide-mémoire <aide@mfa.example.org> wrote:\n\n> Please say\n> where it stands",
        ),
        (
            "gmail, broken",
            "On track.\r\n\r\nOn Fri, 13 Jun 2025 at 08:00, Aide-mémoire <\r\nreply+x@mfa.example.org> wrote:\r\n\r\n> Please",
        ),
        (
            "outlook",
            "On track.\n\nFrom: Aide-mémoire <aide@mfa.example.org>\nSent: Friday, June 13, 2025 8:00 AM\nTo: ASEAN-U.S. desk\nSubject: US37-01\n\nPlease say",
        ),
        (
            "outlook on the web",
            "On track.\n\n________________________________\nFrom: Aide-mémoire\nSent: Friday\nPlease say",
        ),
        (
            "outlook, old",
            "On track.\n\n-----Original Message-----\nFrom: Aide-mémoire\nPlease say",
        ),
        (
            "outlook, german",
            "On track.\n\nVon: Aide-mémoire\nGesendet: Freitag, 13. Juni 2025\nAn: Referat\nBetreff: US37-01\n\nBitte",
        ),
        (
            "outlook, french",
            "On track.\n\nDe : Aide-mémoire\nEnvoyé : vendredi 13 juin 2025\nÀ : bureau\nObjet : US37-01\n\nMerci",
        ),
        (
            "outlook, indonesian",
            "On track.\n\nDari: Aide-mémoire\nDikirim: Jumat, 13 Juni 2025\nKepada: meja\nSubjek: US37-01\n\nMohon",
        ),
        (
            "outlook, vietnamese",
            "On track.\n\nTừ: Aide-mémoire\nĐã gửi: 13/06/2025\nĐến: bàn\nChủ đề: US37-01\n\nXin",
        ),
        (
            "outlook, thai",
            "On track.\n\nจาก: Aide-mémoire\nส่ง: 13 มิถุนายน 2568\nถึง: โต๊ะ\n\nกรุณา",
        ),
        (
            "outlook, chinese",
            "On track.\n\n发件人: Aide-mémoire\n发送时间: 2025年6月13日\nTo: desk\n\n请",
        ),
        (
            "apple mail, german",
            "On track.\n\nAm 13.06.2025 um 08:00 schrieb Aide-mémoire <a@b>:\n\n> Bitte",
        ),
        (
            "apple mail, french",
            "On track.\n\nLe 13 juin 2025 à 08:00, Aide-mémoire <a@b> a écrit :\n\n> Merci",
        ),
        (
            "thunderbird, malay",
            "On track.\n\nPada 13/6/2025 8:00 PG, Aide-mémoire menulis:\n> Sila",
        ),
        (
            "gmail, vietnamese",
            "On track.\n\nVào Th 6, 13 thg 6, 2025 vào lúc 08:00 Aide-mémoire <a@b> đã viết:\n\n> Xin",
        ),
        (
            "gmail, thai",
            "On track.\n\nในวันที่ ศ. 13 มิ.ย. 2025 เวลา 08:00 Aide-mémoire <a@b> เขียนว่า:\n\n> กรุณา",
        ),
        (
            "gmail, khmer",
            "On track.\n\nនៅថ្ងៃ 13 មិថុនា 2025 Aide-mémoire <a@b> បានសរសេរ៖:\n\n> សូម",
        ),
        (
            "gmail, japanese",
            "On track.\n\n2025年6月13日(金) 8:00 Aide-mémoire <a@b>のメッセージ:\n\n> 本件",
        ),
        (
            "gmail, chinese",
            "On track.\n\nAide-mémoire <a@b> 于2025年6月13日周五 08:00写道：\n\n> 请",
        ),
        (
            "a phone",
            "On track.\n\nSent from my iPhone\n\n> On 13 Jun 2025, at 08:00, Aide-mémoire wrote:\n>\n> Please",
        ),
        (
            "a signature",
            "On track.\n\n-- \nSok Dara\nAmericas Division\n+855 23 000 000",
        ),
        (
            "unmarked",
            "On track.\n\nOn 13 June 2025 Aide-mémoire wrote:\nPlease say where it stands.",
        ),
    ];

    #[test]
    fn what_is_replied_to_goes_whatever_the_program_and_its_language() {
        for (program, reply) in REPLIES {
            assert_eq!(words_of(reply), "On track.", "{program}");
        }
    }

    #[test]
    fn what_was_written_stays() {
        let between = "> Where does it stand?\nThe text is agreed.\n\n> Who signs?\nThe Minister: on 10 July.\n";
        assert_eq!(
            words_of(between),
            "The text is agreed.\n\nThe Minister: on 10 July."
        );
        for said in [
            "From: the Minister we heard nothing.",
            "To: do\n- call\n- write",
            "The partner wrote: no.",
            "We sent it on 3 June. From there:\nnothing.",
            "Dear all,\n\nOn track; the U.S. side wrote on 3 June that it agrees.\n\nBest regards,\nDara",
            "ដំណើរការល្អ",
        ] {
            assert_eq!(words_of(said), said);
        }
        assert_eq!(words_of("> all\n> quoted"), "");
        assert_eq!(words_of(""), "");
        assert_eq!(words_of("\n\na\n\n\n\nb\n\n"), "a\n\nb");
    }

    #[test]
    fn html_is_cut_where_programs_mark_it() {
        for (html, kept) in [
            (
                "<p>On track.</p><div class=\"gmail_quote\"><p>x</p></div>",
                "<p>On track.</p>",
            ),
            (
                "<p>On track.</p><BLOCKQUOTE>x</BLOCKQUOTE>",
                "<p>On track.</p>",
            ),
            (
                "<p>On track.</p><div id=\"divRplyFwdMsg\">x",
                "<p>On track.</p>",
            ),
            ("<p>On track.</p>", "<p>On track.</p>"),
        ] {
            assert_eq!(html_before_quote(html), kept);
        }
    }
}
