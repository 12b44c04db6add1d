//! The pages on which the record is kept by hand. A form is looked at as often as one likes; what
//! changes is shown before it is saved.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::acts::editing::{Edit, EditError, Edited, edit, may_edit, preview};
use crate::record::editing::Wanted;
use crate::record::{Body, EntityKey, entity};
use crate::web::failure::Failure;
use crate::web::frame::Area;
use crate::web::pages::edit::{self as pages, Typed};
use crate::web::record_forms::{self as forms, Form, form_of};
use crate::web::site::{Pairs, Typed as TypedForm, Visit};

/// The form field that carries what the editor saw.
const SEEN: &str = "seen";
/// The button that shows what would change.
const LOOK: &str = "look";
const REASON: &str = "reason";

pub async fn record(visit: Visit) -> Response {
    let page = pages::record(&visit.scene(), visit.administrator);
    visit.page(Area::Record, "The record", "record.html", &page)
}

pub async fn show_new(visit: Visit, Path(kind): Path<String>) -> Response {
    let result = show(&visit, &kind, None, &[]);
    visit.answer(result)
}

/// The form of a thing; what the address gives for its fields is filled in, and saved by nobody yet.
pub async fn show_known(
    visit: Visit,
    Path((kind, id)): Path<(String, String)>,
    given: Pairs,
) -> Response {
    let result = show(&visit, &kind, Some(id), &given.0);
    visit.answer(result)
}

fn show(
    visit: &Visit,
    kind: &str,
    id: Option<String>,
    given: &[(String, String)],
) -> Result<Response, Failure> {
    let (form, key) = addressed(visit, kind, id)?;
    let scene = visit.scene();
    let seen = match &key {
        Some(key) => Some(pages::seen(&scene, &form, key).ok_or(Failure::NotFound)?),
        None => None,
    };
    let mut fields = form.fields(key.is_none());
    fields.retain(|field| given.iter().any(|(name, _)| name == field.key));
    let mut body = seen.clone().unwrap_or_default();
    body.extend(forms::read(&fields, given));
    let typed = Typed {
        body,
        ..Typed::default()
    };
    let page = pages::edit(&scene, &form, key.as_ref(), seen.as_ref(), typed);
    let title = page.heading.clone();
    Ok(visit.page(Area::Record, &title, "edit.html", &page))
}

pub async fn save_new(visit: Visit, Path(kind): Path<String>, typed: TypedForm) -> Response {
    let result = save(&visit, &kind, None, &typed.0).await;
    visit.answer(result)
}

pub async fn save_known(
    visit: Visit,
    Path((kind, id)): Path<(String, String)>,
    typed: TypedForm,
) -> Response {
    let result = save(&visit, &kind, Some(id), &typed.0).await;
    visit.answer(result)
}

/// Looks, or saves and leads to the thing; what is not in order comes back with everything typed.
async fn save(
    visit: &Visit,
    kind: &str,
    id: Option<String>,
    pairs: &[(String, String)],
) -> Result<Response, Failure> {
    let (form, key) = addressed(visit, kind, id)?;
    let scene = visit.scene();
    let fields = form.fields(key.is_none());
    let body = forms::read(&fields, pairs);
    let typed = |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.trim());
    let seen = key.as_ref().map(|_| seen(typed(SEEN), &form));
    let reason = typed(REASON).unwrap_or_default().to_owned();
    let wanted = Edit {
        wanted: Wanted {
            key: match &key {
                Some(key) => key.clone(),
                None => form.key_of(&body).ok_or(Failure::NotFound)?,
            },
            seen: seen.clone(),
            body: body.clone(),
        },
        reason: Some(reason.clone()).filter(|r| !r.is_empty()),
    };
    let store = &visit.site.state.store;
    let editor = pages::editor(&scene, visit.administrator).ok_or(Failure::NotFound)?;
    let is_look = typed(LOOK).is_some();
    let result = match is_look {
        true => preview(store, &wanted, &editor, visit.now).await,
        false => edit(store, &wanted, &editor, visit.now).await,
    };
    let (looked, complaints) = match result {
        Ok(edited) if !is_look => return Ok(saved(&edited)),
        Ok(edited) => (Some(edited), Vec::new()),
        Err(EditError::Complaints(complaints)) => (None, complaints),
        Err(error) => return Err(error.into()),
    };
    let status = match complaints.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let typed = Typed {
        body,
        reason,
        complaints,
        looked,
    };
    let page = pages::edit(&scene, &form, key.as_ref(), seen.as_ref(), typed);
    let title = page.heading.clone();
    Ok(visit.page_with(status, Area::Record, &title, "edit.html", &page))
}

fn saved(edited: &Edited) -> Response {
    Redirect::to(&pages::page_of(&edited.key)).into_response()
}

/// What the editor saw, as the form carried it: only the keys of the form. What cannot be read is
/// nothing, and everything that was on record then counts as changed by somebody else.
fn seen(text: Option<&str>, form: &Form) -> Body {
    let fields = form.fields(false);
    let mut body: Body = text
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    body.retain(|name, _| fields.iter().any(|f| f.key == name));
    body
}

/// The form and the thing an address names, where the viewer may edit it. What one may not read is
/// not there; what one may read and others keep is said to be so.
fn addressed(
    visit: &Visit,
    kind: &str,
    id: Option<String>,
) -> Result<(Form, Option<EntityKey>), Failure> {
    let form = form_of(kind).ok_or(Failure::NotFound)?;
    let scene = visit.scene();
    pages::editor(&scene, visit.administrator).ok_or(Failure::NotFound)?;
    let key = id.and_then(|id| EntityKey::of(form.kind, id));
    if let Some(key) = &key {
        let is_hidden = key.kind == entity::COMMITMENT && scene.commitment(&key.id).is_none();
        let is_there = crate::record::editing::body_of(scene.book, key).is_some();
        if is_hidden || !is_there {
            return Err(Failure::NotFound);
        }
    }
    // An absence is asked about once it is known whose it is.
    let asked = key.clone().or_else(|| {
        let new = EntityKey::of(form.kind, String::new());
        new.filter(|key| key.kind != entity::ABSENCE)
    });
    if let Some(asked) = asked {
        may_edit(
            &pages::rights(&scene),
            visit.administrator,
            &asked,
            scene.book,
        )?;
    }
    Ok((form, key))
}

impl From<EditError> for Failure {
    fn from(error: EditError) -> Self {
        use crate::acts::ActError;
        match error {
            EditError::Unknown => Failure::NotFound,
            EditError::NotYours(who) => Failure::Refused(who),
            EditError::Act(ActError::Store(error)) => Failure::Store(error),
            EditError::Act(ActError::Refused(why)) => Failure::Failed(why),
            EditError::Complaints(_) => Failure::Failed(error.to_string()),
        }
    }
}
