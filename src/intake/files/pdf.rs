//! PDF: its text layer, without page numbers.

use pdf_extract::{OutputError, extract_text_from_mem};

use super::{Unreadable, guarded};

/// Fewer characters than this are no text layer: a stamp, a page number.
const LEAST: usize = 40;

pub fn text_of(bytes: &[u8]) -> Result<String, Unreadable> {
    let damaged = Unreadable::Damaged("pages");
    let text = guarded(|| extract_text_from_mem(bytes), damaged.clone())?;
    let text = text.map_err(|error| {
        if is_encrypted(&error, bytes) {
            Unreadable::Encrypted
        } else {
            damaged
        }
    })?;
    let kept: Vec<&str> = text.lines().filter(|line| !is_page_number(line)).collect();
    let text = kept.join("\n");
    if text.chars().filter(|c| c.is_alphabetic()).count() < LEAST {
        return Err(Unreadable::Scanned);
    }
    Ok(text)
}

fn is_encrypted(error: &OutputError, bytes: &[u8]) -> bool {
    let names_it = bytes.windows(8).any(|w| w == b"/Encrypt");
    names_it && matches!(error, OutputError::PdfError(_))
}

/// `3`, `- 3 -`, `Page 3 of 12`.
fn is_page_number(line: &str) -> bool {
    let words: Vec<&str> = line
        .split_whitespace()
        .filter(|w| !matches!(*w, "-" | "\u{2013}" | "\u{2014}"))
        .collect();
    let number = |word: &&str| word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit());
    match words.as_slice() {
        [one] => one.len() <= 3 && number(one),
        [page, one] => page.eq_ignore_ascii_case("page") && number(one),
        [page, one, of, all] => {
            page.eq_ignore_ascii_case("page") && *of == "of" && number(one) && number(all)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PDF of one page, written by hand: the objects, their places, and a text in Helvetica.
    fn pdf(content: &str, trailer: &str) -> Vec<u8> {
        let stream = format!(
            "<< /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        );
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
            stream,
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        ];
        let mut file = String::from("%PDF-1.4\n");
        let mut places = Vec::new();
        for (n, object) in objects.iter().enumerate() {
            places.push(file.len());
            file.push_str(&format!("{} 0 obj\n{object}\nendobj\n", n + 1));
        }
        let start = file.len();
        file.push_str("xref\n0 6\n0000000000 65535 f \n");
        for place in places {
            file.push_str(&format!("{place:010} 00000 n \n"));
        }
        file.push_str(&format!(
            "trailer\n<< /Size 6 /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n"
        ));
        file.into_bytes()
    }

    #[test]
    fn the_text_layer_is_read_without_page_numbers() {
        let file = pdf(
            "BT /F1 12 Tf 50 700 Td (Both sides agreed to convene the fourth Joint Forum) Tj 0 -16 Td (in Jakarta in May 2031.) Tj 0 -600 Td (12) Tj ET",
            "",
        );
        let text = text_of(&file).unwrap();
        let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(
            folded,
            "Both sides agreed to convene the fourth Joint Forum in Jakarta in May 2031."
        );
    }

    #[test]
    fn a_page_without_text_was_scanned() {
        assert_eq!(
            text_of(&pdf("q 1 0 0 1 0 0 cm Q", "")),
            Err(Unreadable::Scanned)
        );
    }

    #[test]
    fn page_numbers_are_known_from_years() {
        for line in ["7", " - 12 - ", "Page 3", "page 3 of 12"] {
            assert!(is_page_number(line), "{line}");
        }
        for line in ["2025", "Page three", "3 May", "12 states"] {
            assert!(!is_page_number(line), "{line}");
        }
    }
}
