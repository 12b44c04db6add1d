//! Answers laid out for a browser: what a page or a form was answered with, whoever asked, is opened
//! under an address of its own, beside the pages and their style sheet.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

/// What lies there, in the order in which it was laid down.
#[derive(Clone, Default)]
pub struct Shelf(Arc<Mutex<Vec<String>>>);

impl Shelf {
    /// Lays a page down; the path under which it is opened.
    pub fn lay(&self, html: &str) -> String {
        let mut pages = self.0.lock().unwrap();
        pages.push(html.to_owned());
        format!("/shelf/{}", pages.len() - 1)
    }

    /// Serves them.
    pub fn router(&self) -> Router {
        let shelf = self.clone();
        let answer = async move |Path(place): Path<usize>| shelf.answer(place);
        Router::new().route("/shelf/{place}", get(answer))
    }

    /// Without a policy of content: nothing on it comes from elsewhere, and a mail may be looked at.
    fn answer(&self, place: usize) -> Response {
        let page = self.0.lock().unwrap().get(place).cloned();
        match page {
            Some(page) => Html(page).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }
}
