//! Content lines of an iCalendar file: unfolded byte by byte, as RFC 5545 folds them (a fold may
//! stand inside a character), each with the line of the file on which it begins.

use super::holidays::IcsError;

/// The unfolded lines of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Lines {
    /// The text of each, and where it begins in the file, from 1.
    pub lines: Vec<(String, usize)>,
}

impl Lines {
    /// # Errors
    /// What is not UTF-8, with its line.
    pub fn unfold(bytes: &[u8]) -> Result<Self, IcsError> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
            return Err(IcsError::at(1, "the file is UTF-16; save it as UTF-8"));
        }
        let mut raw: Vec<(Vec<u8>, usize)> = Vec::new();
        for (place, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            match (line.first(), raw.last_mut()) {
                (Some(b' ' | b'\t'), Some((text, _))) => text.extend_from_slice(&line[1..]),
                _ => raw.push((line.to_vec(), place + 1)),
            }
        }
        let lines = raw
            .into_iter()
            .filter(|(text, _)| !text.iter().all(u8::is_ascii_whitespace))
            .map(|(text, line)| match String::from_utf8(text) {
                Ok(text) => Ok((text, line)),
                Err(_) => Err(IcsError::at(
                    line,
                    "the file is not UTF-8 text; save it as UTF-8",
                )),
            });
        Ok(Self {
            lines: lines.collect::<Result<_, _>>()?,
        })
    }

    /// The text, one line each, as a parser takes it.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (line, _) in &self.lines {
            text.push_str(line);
            text.push_str("\r\n");
        }
        text
    }

    /// Where each component of a name begins in the file, and the lines of its properties by name.
    pub fn places_of(&self, component: &str) -> Vec<Places> {
        let mut found: Vec<Places> = Vec::new();
        let mut depth = 0usize;
        let mut inside: Option<usize> = None;
        for (text, line) in &self.lines {
            let name = name_of(text);
            let value = text.get(name.len() + 1..).unwrap_or_default().trim();
            if name.eq_ignore_ascii_case("BEGIN") {
                depth += 1;
                if inside.is_none() && value.eq_ignore_ascii_case(component) {
                    inside = Some(depth);
                    found.push(Places {
                        begins: *line,
                        properties: Vec::new(),
                    });
                }
            } else if name.eq_ignore_ascii_case("END") {
                if inside == Some(depth) {
                    inside = None;
                }
                depth = depth.saturating_sub(1);
            } else if inside == Some(depth)
                && let Some(last) = found.last_mut()
            {
                last.properties.push((name.to_ascii_uppercase(), *line));
            }
        }
        found
    }
}

/// The name of a property: what stands before its parameters or its value.
fn name_of(line: &str) -> &str {
    let end = line.find([':', ';']).unwrap_or(line.len());
    &line[..end]
}

/// Where one component stands in its file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Places {
    pub begins: usize,
    properties: Vec<(String, usize)>,
}

impl Places {
    /// The line of a property, else that on which the component begins.
    pub fn of(&self, property: &str) -> usize {
        let mut properties = self.properties.iter();
        let found = properties.find(|(name, _)| name == property);
        found.map_or(self.begins, |(_, line)| *line)
    }
}
