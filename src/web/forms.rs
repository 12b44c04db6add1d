//! Forms as they come in: every field with its name, however many; what was typed is kept, so that a
//! page can be drawn again with a complaint beside the field.

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::Form;
use axum::body::{Body, to_bytes};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use serde::Serialize;

use crate::acts::evidence::Upload;
use crate::domain::reporting::Complaint;

use super::router::MAX_FORM;
use super::site::Site;

/// A form that was sent: its fields, in their order, and the files that came with it.
#[derive(Debug, Default)]
pub struct Sent {
    pub fields: Vec<(String, String)>,
    /// Each with the name of its field.
    pub files: Vec<(String, Upload)>,
    /// The names of the fields whose files are larger than may be kept.
    pub too_large: Vec<String>,
    /// It could not be read to its end.
    pub broken: bool,
}

impl Sent {
    /// What was typed into a field, without the white space around it.
    pub fn text(&self, name: &str) -> &str {
        let field = self.fields.iter().find(|(n, _)| n == name);
        field.map_or("", |(_, value)| value.trim())
    }

    /// As [`text`](Self::text); `None` where nothing was typed.
    pub fn maybe(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }
}

impl FromRequest<Site> for Sent {
    type Rejection = Infallible;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Infallible> {
        let kind = request.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            let most = Most {
                file: site.state.settings.max_file,
                typed: MAX_FORM,
            };
            return Ok(read_parts(request, site, most).await);
        }
        let (parts, body) = request.into_parts();
        let Ok(bytes) = to_bytes(body, MAX_FORM).await else {
            return Ok(Self {
                broken: true,
                ..Self::default()
            });
        };
        let request = Request::from_parts(parts, Body::from(bytes));
        let form = Form::<Vec<(String, String)>>::from_request(request, site).await;
        let fields = form.map(|Form(pairs)| pairs);
        Ok(Self {
            broken: fields.is_err(),
            fields: fields.unwrap_or_default(),
            ..Self::default()
        })
    }
}

/// A document that was brought in: pasted, or as a file. It may be larger than other forms.
#[derive(Debug, Default)]
pub struct SentDocument(pub Sent);

impl FromRequest<Site> for SentDocument {
    type Rejection = Infallible;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Infallible> {
        let most = site.state.settings.max_document;
        let most = Most {
            file: most,
            typed: most + MAX_FORM,
        };
        Ok(Self(read_parts(request, site, most).await))
    }
}

/// How much a form may bring, in bytes: each file, and everything that was typed.
#[derive(Debug, Clone, Copy)]
struct Most {
    file: usize,
    typed: usize,
}

/// How many files one form brings at the most.
const MOST_FILES: usize = 12;

async fn read_parts(request: Request, site: &Site, most: Most) -> Sent {
    let mut sent = Sent::default();
    let Ok(mut parts) = Multipart::from_request(request, site).await else {
        sent.broken = true;
        return sent;
    };
    let mut typed = 0;
    loop {
        let read = match parts.next_field().await {
            Ok(None) => return sent,
            Ok(Some(field)) => read_part(field, most, &mut typed, &mut sent).await,
            Err(error) => Err(error),
        };
        if read.is_err() || typed > most.typed || sent.files.len() > MOST_FILES {
            sent.broken = true;
            return sent;
        }
    }
}

/// One field, never more of it in memory than may be kept; the rest of a file that is too large is
/// read past.
async fn read_part(
    mut field: Field<'_>,
    most: Most,
    typed: &mut usize,
    sent: &mut Sent,
) -> Result<(), MultipartError> {
    let name = field.name().unwrap_or_default().to_owned();
    let file = field.file_name().map(str::to_owned);
    let limit = match file {
        Some(_) => most.file,
        None => most.typed,
    };
    let mut content = Vec::new();
    let mut is_whole = true;
    while let Some(chunk) = field.chunk().await? {
        is_whole = is_whole && content.len() + chunk.len() <= limit;
        if is_whole {
            content.extend_from_slice(&chunk);
        }
    }
    match file {
        None => {
            *typed += content.len();
            sent.broken = sent.broken || !is_whole;
            let text = String::from_utf8_lossy(&content).into_owned();
            sent.fields.push((name, text));
        }
        Some(_) if !is_whole => sent.too_large.push(name),
        // A browser sends an empty part for a file that nobody chose.
        Some(file) if file.is_empty() && content.is_empty() => {}
        Some(file) => sent.files.push((
            name,
            Upload {
                name: file,
                content,
            },
        )),
    }
    Ok(())
}

/// One choice of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    pub value: String,
    pub text: String,
    pub chosen: bool,
}

/// The values of a closed list as choices, with nothing chosen where `chosen` is none of them.
pub fn choices<T: Copy>(
    all: &[T],
    word: impl Fn(T) -> &'static str,
    text: impl Fn(T) -> &'static str,
    chosen: &str,
) -> Vec<Choice> {
    let choice = |value: &T| Choice {
        value: word(*value).to_owned(),
        text: super::say::capitalised(text(*value)),
        chosen: word(*value) == chosen,
    };
    all.iter().map(choice).collect()
}

/// The complaints of a form, by field; several about one field stand together.
pub type Complaints = BTreeMap<&'static str, String>;

pub fn by_field(complaints: &[Complaint]) -> Complaints {
    let mut fields = Complaints::new();
    for Complaint { field, words } in complaints {
        let told = fields.entry(*field).or_default();
        if !told.is_empty() {
            told.push(' ');
        }
        told.push_str(words);
    }
    fields
}
