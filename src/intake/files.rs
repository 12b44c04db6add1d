//! The text of a file, whatever it was written with: plain text, HTML, DOCX, a PDF with text. What a
//! file is, its first bytes say; its name says nothing. Pure: bytes in, text out.

mod docx;
mod html;
mod pdf;

/// The largest file that is read, in bytes.
pub const LARGEST: u64 = 32 * 1024 * 1024;
/// The longest text, in characters: some thousand pages.
const LONGEST: usize = 3_000_000;

/// Why a file gives no text. Each message goes on behind the file's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("is empty; there is nothing to read in it")]
    Empty,
    #[error(
        "has more than {LONGEST} characters of text; an outcome document has not: give the document alone"
    )]
    Enormous,
    #[error("is encrypted; save it without a password and try again")]
    Encrypted,
    #[error(
        "has no text, only pictures of pages: it was scanned; run it through text recognition (OCR) and try again"
    )]
    Scanned,
    #[error("is a file of the old Word, or an encrypted one; save it as DOCX without a password")]
    OldWord,
    #[error("is RTF; save it as DOCX or plain text")]
    Rtf,
    #[error("is a ZIP archive, but no Word document; give the document itself")]
    NotADocument,
    #[error("is damaged: its {0} cannot be read")]
    Damaged(&'static str),
    #[error(
        "is no document that can be read: give plain text in UTF-8, HTML, DOCX, or a PDF with text"
    )]
    Unknown,
}

/// The text of a file.
///
/// # Errors
/// One sentence, to be put behind the name of the file.
pub fn text_of(bytes: &[u8]) -> Result<String, Unreadable> {
    let text = read(bytes)?;
    if text.trim().is_empty() {
        return Err(Unreadable::Empty);
    }
    if text.chars().nth(LONGEST).is_some() {
        return Err(Unreadable::Enormous);
    }
    Ok(text)
}

fn read(bytes: &[u8]) -> Result<String, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    let head = &bytes[..bytes.len().min(1024)];
    if head.windows(5).any(|w| w == b"%PDF-") {
        return pdf::text_of(bytes);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return docx::text_of(bytes);
    }
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(Unreadable::OldWord);
    }
    if bytes.starts_with(b"{\\rtf") {
        return Err(Unreadable::Rtf);
    }
    let text = decoded(bytes)?;
    if html::is_html(&text) {
        return html::text_of(&text);
    }
    Ok(text)
}

/// UTF-8, or UTF-16 where it says so.
fn decoded(bytes: &[u8]) -> Result<String, Unreadable> {
    let wide = |pair: fn([u8; 2]) -> u16| {
        let units = bytes[2..].as_chunks::<2>().0.iter().map(|two| pair(*two));
        char::decode_utf16(units)
            .map(|c| c.unwrap_or('\u{FFFD}'))
            .collect()
    };
    if bytes.starts_with(&[0xFF, 0xFE]) {
        return Ok(wide(u16::from_le_bytes));
    }
    if bytes.starts_with(&[0xFE, 0xFF]) {
        return Ok(wide(u16::from_be_bytes));
    }
    if bytes.contains(&0) {
        return Err(Unreadable::Unknown);
    }
    String::from_utf8(bytes.to_vec()).map_err(|_| Unreadable::Unknown)
}

/// What a foreign library does with a damaged file must not end the program.
fn guarded<T: Send>(read: impl FnOnce() -> T + Send, damaged: Unreadable) -> Result<T, Unreadable> {
    // Its own stack, because such readers recurse as deep as the file tells them to.
    const STACK: usize = 64 * 1024 * 1024;
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(STACK);
        let thread = builder
            .spawn_scoped(scope, read)
            .map_err(|_| damaged.clone())?;
        thread.join().map_err(|_| damaged)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_told_in_one_sentence() {
        let said = |bytes: &[u8]| text_of(bytes).unwrap_err();
        assert_eq!(said(b""), Unreadable::Empty);
        assert_eq!(said(b" \n\t "), Unreadable::Empty);
        assert_eq!(said(&[0xD0, 0xCF, 0x11, 0xE0, 1]), Unreadable::OldWord);
        assert_eq!(said(b"{\\rtf1 hello}"), Unreadable::Rtf);
        assert_eq!(said(b"\x89PNG\x00\x01"), Unreadable::Unknown);
        assert_eq!(said(b"caf\xE9"), Unreadable::Unknown);
        assert_eq!(
            said(b"PK\x03\x04 not a zip"),
            Unreadable::Damaged("archive")
        );
        assert_eq!(said(b"%PDF-1.7 nothing"), Unreadable::Damaged("pages"));
        assert_eq!(said("a ".repeat(LONGEST).as_bytes()), Unreadable::Enormous);
    }

    #[test]
    fn utf_16_says_so_itself() {
        let mut bytes = vec![0xFF, 0xFE];
        bytes.extend("Café".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(text_of(&bytes).unwrap(), "Café");
    }
}
