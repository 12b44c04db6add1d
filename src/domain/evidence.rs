//! Files of evidence: what may be kept, told by its content and never by its name, and what it is then
//! called. Pure.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::access::{Viewer, may_read_update};
use super::commitment::Commitment;
use super::directory::Directory;
use super::reporting::FILE;

closed_list! {
    /// What kinds of files are kept.
    Media {
        Pdf = "application/pdf",
        Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Pptx = "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        Jpeg = "image/jpeg",
        Png = "image/png",
        Text = "text/plain",
    }
}

impl Media {
    /// What a file of this kind is called at its end.
    pub fn extension(self) -> &'static str {
        match self {
            Media::Pdf => "pdf",
            Media::Docx => "docx",
            Media::Xlsx => "xlsx",
            Media::Pptx => "pptx",
            Media::Jpeg => "jpg",
            Media::Png => "png",
            Media::Text => "txt",
        }
    }

    /// What the content is; `None` for what is not kept.
    pub fn of(content: &[u8]) -> Option<Self> {
        let begins = |magic: &[u8]| content.starts_with(magic);
        if begins(b"%PDF-") {
            Some(Media::Pdf)
        } else if begins(b"\x89PNG\r\n\x1a\n") {
            Some(Media::Png)
        } else if begins(b"\xff\xd8\xff") {
            Some(Media::Jpeg)
        } else if begins(b"PK\x03\x04") {
            office(content)
        } else {
            is_text(content).then_some(Media::Text)
        }
    }
}

/// Office Open XML is an archive that names its parts; other archives are not kept, and no documents
/// with macros.
fn office(content: &[u8]) -> Option<Media> {
    let holds = |name: &[u8]| content.windows(name.len()).any(|w| w == name);
    if !holds(b"[Content_Types].xml") || holds(b"vbaProject.bin") {
        return None;
    }
    let kinds = [
        (&b"word/document.xml"[..], Media::Docx),
        (&b"xl/workbook.xml"[..], Media::Xlsx),
        (&b"ppt/presentation.xml"[..], Media::Pptx),
    ];
    kinds
        .into_iter()
        .find(|(part, _)| holds(part))
        .map(|(_, media)| media)
}

/// Plain text: no control characters, and nothing a browser could take for a page.
fn is_text(content: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(content) else {
        return false;
    };
    let plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    !text.trim().is_empty() && text.chars().all(plain) && !text.trim_start().starts_with('<')
}

/// The name it is kept under: the letters and figures of the one it came with, and the ending of what
/// it is.
pub fn kept_name(name: &str, media: Media) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let plain = |c: char| {
        if c.is_alphanumeric() || "-_.".contains(c) {
            c
        } else {
            '-'
        }
    };
    let stem: String = stem.chars().map(plain).take(80).collect();
    let stem = stem.trim_matches(['-', '.']);
    let stem = if stem.is_empty() { "evidence" } else { stem };
    format!("{stem}.{}", media.extension())
}

/// How an update names a file among its evidence.
pub fn reference_to(id: Uuid, name: &str) -> String {
    format!("{FILE}{id}/{name}")
}

/// The id of a file that a piece of evidence names.
pub fn id_in(evidence: &str) -> Option<Uuid> {
    let (id, _) = evidence.strip_prefix(FILE)?.split_once('/')?;
    id.parse().ok()
}

/// The name of a file that a piece of evidence names; `None` where it is an address.
pub fn name_in(evidence: &str) -> Option<&str> {
    let (_, name) = evidence.strip_prefix(FILE)?.split_once('/')?;
    Some(name)
}

/// Whether a viewer may have a file: one of the updates they may read names it.
pub fn may_have(viewer: &Viewer, id: Uuid, commitment: &Commitment, directory: &Directory) -> bool {
    commitment.updates.iter().any(|update| {
        let names = update.evidence.iter().any(|e| id_in(e) == Some(id));
        names && may_read_update(viewer, update, commitment, directory)
    })
}

/// The hash by which a content is known, in hexadecimal.
pub fn sha256(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    digest.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_is_stands_in_its_content() {
        let docx = b"PK\x03\x04....[Content_Types].xml....word/document.xml";
        for (content, media) in [
            (&b"%PDF-1.7 ..."[..], Some(Media::Pdf)),
            (b"\x89PNG\r\n\x1a\n....", Some(Media::Png)),
            (b"\xff\xd8\xff\xe0....", Some(Media::Jpeg)),
            (docx, Some(Media::Docx)),
            ("Agreed on 3 June: សូមអរគុណ\n".as_bytes(), Some(Media::Text)),
            (b"PK\x03\x04....evil.exe", None),
            (
                b"PK\x03\x04[Content_Types].xmlword/document.xmlword/vbaProject.bin",
                None,
            ),
            (b"<html><script>alert(1)</script>", None),
            (b" \n<svg xmlns=...>", None),
            (b"MZ\x90\x00", None),
            (b"\x7fELF", None),
            (b"", None),
        ] {
            assert_eq!(
                Media::of(content),
                media,
                "{:?}",
                String::from_utf8_lossy(content)
            );
        }
    }

    #[test]
    fn a_name_carries_nothing_but_itself() {
        let name = |name: &str| kept_name(name, Media::Pdf);
        assert_eq!(
            name("Joint Statement (final).docx"),
            "Joint-Statement--final.pdf"
        );
        assert_eq!(name("../../etc/passwd"), "passwd.pdf");
        assert_eq!(name("C:\\temp\\a.pdf"), "a.pdf");
        assert_eq!(name("\r\nSet-Cookie: x"), "Set-Cookie--x.pdf");
        assert_eq!(name("...."), "evidence.pdf");
        let id = Uuid::from_u128(7);
        let named = reference_to(id, &name("a b.pdf"));
        assert_eq!(id_in(&named), Some(id));
        assert!(!named.contains(char::is_whitespace));
        assert_eq!(id_in("https://example.org/file:1/x"), None);
    }
}
