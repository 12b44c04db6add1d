//! DOCX: the paragraphs of `word/document.xml` in a ZIP archive, without deleted text and without
//! fields.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::Event;
use zip::ZipArchive;
use zip::result::ZipError;

use super::Unreadable;

/// The largest text part, in bytes: against archives that unfold without end.
const LARGEST_PART: u64 = 64 * 1024 * 1024;

pub fn text_of(bytes: &[u8]) -> Result<String, Unreadable> {
    let archive = ZipArchive::new(Cursor::new(bytes));
    let mut archive = archive.map_err(|_| Unreadable::Damaged("archive"))?;
    if archive.index_for_name("EncryptedPackage").is_some() {
        return Err(Unreadable::Encrypted);
    }
    let part = match archive.by_name("word/document.xml") {
        Ok(part) => part,
        Err(ZipError::FileNotFound) => return Err(Unreadable::NotADocument),
        Err(ZipError::UnsupportedArchive(_)) => return Err(Unreadable::Encrypted),
        Err(_) => return Err(Unreadable::Damaged("archive")),
    };
    let mut xml = String::new();
    let mut part = part.take(LARGEST_PART + 1);
    part.read_to_string(&mut xml)
        .map_err(|_| Unreadable::Damaged("text"))?;
    if xml.len() as u64 > LARGEST_PART {
        return Err(Unreadable::Enormous);
    }
    paragraphs(&xml)
}

/// The paragraphs, with a blank line between them; what is numbered by the word processor gets a
/// bullet, for its number is nowhere in the file.
fn paragraphs(xml: &str) -> Result<String, Unreadable> {
    let damaged = || Unreadable::Damaged("text");
    let mut reader = Reader::from_str(xml);
    let (mut text, mut paragraph) = (String::new(), String::new());
    let (mut in_text, mut numbered) = (false, false);
    // A text that breaks off, or never begins, leaves elements open or has none.
    let (mut elements, mut open) = (0_usize, 0_usize);
    loop {
        match reader.read_event().map_err(|_| damaged())? {
            Event::Start(tag) => {
                elements += 1;
                open += 1;
                match tag.local_name().as_ref() {
                    "t" => in_text = true,
                    "p" => (paragraph, numbered) = (String::new(), false),
                    "numPr" => numbered = true,
                    _ => {}
                }
            }
            Event::Empty(tag) => match tag.local_name().as_ref() {
                "tab" => paragraph.push(' '),
                "br" | "cr" => paragraph.push('\n'),
                "noBreakHyphen" => paragraph.push('-'),
                "numPr" => numbered = true,
                _ => {}
            },
            Event::End(tag) => {
                open = open.saturating_sub(1);
                match tag.local_name().as_ref() {
                    "t" => in_text = false,
                    "p" => finish(&mut text, &paragraph, numbered),
                    _ => {}
                }
            }
            Event::Text(words) if in_text => paragraph.push_str(&words.xml10_content()),
            Event::CData(words) if in_text => paragraph.push_str(&words.xml10_content()),
            Event::GeneralRef(reference) if in_text => {
                let written = format!("&{};", reference.xml10_content());
                let meant = unescape(&written).map_err(|_| damaged())?;
                paragraph.push_str(&meant);
            }
            Event::Eof if elements == 0 || open > 0 => return Err(damaged()),
            Event::Eof => return Ok(text),
            _ => {}
        }
    }
}

fn finish(text: &mut String, paragraph: &str, numbered: bool) {
    if paragraph.trim().is_empty() {
        return;
    }
    if !text.is_empty() {
        text.push_str("\n\n");
    }
    if numbered {
        text.push_str("\u{2022} ");
    }
    text.push_str(paragraph.trim_end());
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    fn archive(name: &str, content: &str) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content.as_bytes()).unwrap();
        writer.finish().unwrap().into_inner()
    }

    fn document(body: &str) -> Vec<u8> {
        let xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"urn:w\"><w:body>{body}</w:body></w:document>"
        );
        archive("word/document.xml", &xml)
    }

    #[test]
    fn paragraphs_stand_apart_and_what_was_deleted_is_gone() {
        let file = document(
            "<w:p><w:r><w:t>Outcomes</w:t></w:r></w:p>\
             <w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t xml:space=\"preserve\">Both sides </w:t></w:r>\
             <w:del><w:r><w:delText>never </w:delText></w:r></w:del>\
             <w:r><w:t>agreed &amp; signed</w:t><w:tab/><w:t>it&#8217;s</w:t></w:r></w:p><w:p/>",
        );
        assert_eq!(
            text_of(&file).unwrap(),
            "Outcomes\n\n\u{2022} Both sides agreed & signed it\u{2019}s"
        );
    }

    #[test]
    fn what_is_no_document_is_told_apart_from_what_is_damaged() {
        let other = archive("xl/workbook.xml", "<a/>");
        assert_eq!(text_of(&other), Err(Unreadable::NotADocument));
        let locked = archive("EncryptedPackage", "x");
        assert_eq!(text_of(&locked), Err(Unreadable::Encrypted));
        let broken = archive("word/document.xml", "<w:p><w:t>x</w:p>");
        assert_eq!(text_of(&broken), Err(Unreadable::Damaged("text")));
        let mut cut = document("<w:p/>");
        cut.truncate(cut.len() / 2);
        assert_eq!(text_of(&cut), Err(Unreadable::Damaged("archive")));
    }

    #[test]
    fn a_text_that_breaks_off_is_damaged_and_not_empty() {
        for broken in [
            "no markup at all",
            "<w:document xmlns:w=\"urn:w\"><w:body><w:p><w:r>",
            "<w:document xmlns:w=\"urn:w\"><w:body></w:document>",
        ] {
            let file = archive("word/document.xml", broken);
            let read = text_of(&file);
            assert_eq!(read, Err(Unreadable::Damaged("text")), "{broken}");
        }
    }
}
