//! The year as a drawing: one line a commitment, its windows as bars, meetings as verticals, today
//! as a hairline. All measures are shares of the width and the height, so that the drawing fits a
//! phone and a desk without a script; and it says itself in words.

use chrono::{Datelike, Months, NaiveDate};
use serde::Serialize;

use crate::domain::deadline::{Window, month_name};
use crate::domain::meeting::Meeting;
use crate::domain::schedule::{Schedule, live_deadlines, of_window};
use crate::wording;

use super::row::{Link, Row};
use super::say;
use super::scene::{Scene, meeting_order};
use super::standing::Standing;

/// How many commitments are drawn.
const LINES: usize = 40;
/// How many meetings are drawn as verticals.
const VERTICALS: usize = 24;

#[derive(Debug, Serialize)]
pub struct Timeline<'a> {
    /// `March 2025 to February 2026`
    pub span: String,
    pub months: Vec<Month>,
    pub today: f64,
    pub meetings: Vec<Vertical>,
    /// Meetings of the year whose day nobody has named: told, and not drawn.
    pub undrawn: Vec<UndrawnMeeting>,
    pub lines: Vec<Line<'a>>,
    pub more: Option<Link>,
    /// What the drawing says.
    pub words: String,
}

#[derive(Debug, Serialize)]
pub struct Month {
    pub at: f64,
    /// The middle of the month, where its name stands.
    pub middle: f64,
    pub name: &'static str,
    pub initial: &'static str,
}

/// A meeting dated to days.
#[derive(Debug, Serialize)]
pub struct Vertical {
    pub n: usize,
    pub at: f64,
    pub link: Link,
    pub date: String,
}

#[derive(Debug, Serialize)]
pub struct UndrawnMeeting {
    pub link: Link,
    pub date: String,
}

#[derive(Debug, Serialize)]
pub struct Line<'a> {
    pub row: Row<'a>,
    pub top: f64,
    pub height: f64,
    pub bars: Vec<Bar>,
}

#[derive(Debug, Serialize)]
pub struct Bar {
    pub at: f64,
    pub width: f64,
    pub class: &'static str,
}

/// The stretch of time that is drawn: a year of whole months, a quarter of it past.
struct Scale {
    window: Window,
}

impl Scale {
    fn around(today: NaiveDate) -> Self {
        let month = today.with_day(1).unwrap_or(today);
        let first = month.checked_sub_months(Months::new(3)).unwrap_or(month);
        let after = first.checked_add_months(Months::new(12)).unwrap_or(month);
        let last = after.pred_opt().unwrap_or(after);
        Self {
            window: Window { first, last },
        }
    }

    /// The share of the width at which a day begins, in percent.
    fn at(&self, day: NaiveDate) -> f64 {
        let all = (self.window.last - self.window.first).num_days() + 1;
        let days = (day - self.window.first).num_days().clamp(0, all);
        rounded(days as f64 * 100.0 / all as f64)
    }

    fn holds(&self, window: Window) -> bool {
        window.first <= self.window.last && window.last >= self.window.first
    }

    /// Where a window is drawn, wide enough to be seen.
    fn bar(&self, window: Window) -> (f64, f64) {
        let from = self.at(window.first);
        let to = self.at(window.last.succ_opt().unwrap_or(window.last));
        let width = (to - from).max(0.9);
        (rounded(from.min(100.0 - width)), rounded(width))
    }

    fn months(&self) -> Vec<Month> {
        let starts = (0..=12).map(|n| self.window.first + Months::new(n));
        let starts: Vec<NaiveDate> = starts.collect();
        let pairs = starts.windows(2).map(|pair| {
            let (from, to) = (self.at(pair[0]), self.at(pair[1]));
            let name = month_name(pair[0].month());
            Month {
                at: from,
                middle: rounded((from + to) / 2.0),
                name: &name[..3],
                initial: &name[..1],
            }
        });
        pairs.collect()
    }

    fn words(&self) -> String {
        let month = |d: NaiveDate| format!("{} {}", month_name(d.month()), d.year());
        format!(
            "{} to {}",
            month(self.window.first),
            month(self.window.last)
        )
    }
}

/// Two decimals are finer than any screen, and keep the page small.
fn rounded(share: f64) -> f64 {
    (share * 100.0).round() / 100.0
}

/// Draws the year around today. `None` where nothing open has a window in it.
pub fn of_year<'a>(scene: &Scene<'a>, open: &[&'a Standing]) -> Option<Timeline<'a>> {
    let scale = Scale::around(scene.today());
    let drawn: Vec<&Standing> = open
        .iter()
        .copied()
        .filter(|s| s.window.is_some_and(|w| scale.holds(w)))
        .collect();
    if drawn.is_empty() {
        return None;
    }
    let shown = drawn.len().min(LINES);
    let height = 100.0 / shown as f64;
    let lines = drawn.iter().take(LINES).enumerate().map(|(n, s)| Line {
        row: Row::of(s, scene.directory()),
        top: rounded(n as f64 * height),
        height: rounded(height),
        bars: bars(scene, &scale, s),
    });
    let (meetings, undrawn) = meetings(scene, &scale);
    let more = drawn.len() - shown;
    Some(Timeline {
        span: scale.words(),
        months: scale.months(),
        today: scale.at(scene.today()),
        meetings,
        undrawn,
        lines: lines.collect(),
        more: (more > 0).then(|| {
            let text = format!("and {} more", say::figures(more));
            Link::new("/commitments", text)
        }),
        words: words(scene, &scale, open.len(), &drawn),
    })
}

/// The windows of a commitment and of its milestones still to be reached.
fn bars(scene: &Scene<'_>, scale: &Scale, standing: &Standing) -> Vec<Bar> {
    let commitment = &standing.commitment;
    let due_soon = scene.directory().policy_for(commitment).due_soon;
    live_deadlines(commitment, scene.directory())
        .into_iter()
        .filter_map(|d| d.window.filter(|w| scale.holds(*w)))
        .map(|window| {
            let (at, width) = scale.bar(window);
            let schedule = match standing.schedule {
                // What was reported completed is not drawn late.
                Schedule::OnTrack => Schedule::OnTrack,
                _ => of_window(Some(window), standing.today, due_soon),
            };
            Bar {
                at,
                width,
                class: schedule.as_str(),
            }
        })
        .collect()
}

fn meetings(scene: &Scene<'_>, scale: &Scale) -> (Vec<Vertical>, Vec<UndrawnMeeting>) {
    let mut of_year: Vec<&Meeting> = scene
        .directory()
        .meetings
        .values()
        .filter(|m| m.dated().is_some_and(|d| scale.holds(d.window)))
        .collect();
    of_year.sort_by_key(|m| meeting_order(m));
    let (coarse, exact): (Vec<&Meeting>, Vec<&Meeting>) = of_year
        .into_iter()
        .partition(|m| m.dated().is_some_and(|d| d.coarse));
    let verticals = exact.into_iter().take(VERTICALS).enumerate();
    let verticals = verticals.filter_map(|(n, meeting)| {
        Some(Vertical {
            n: n + 1,
            at: scale.at(meeting.dated()?.window.first),
            link: Link::meeting(meeting),
            date: wording::date_of_meeting(meeting),
        })
    });
    let undrawn = coarse
        .into_iter()
        .take(VERTICALS)
        .map(|meeting| UndrawnMeeting {
            link: Link::meeting(meeting),
            date: wording::date_of_meeting(meeting),
        });
    (verticals.collect(), undrawn.collect())
}

/// The same in words: how many, how many late, what ends next, and where it is crowded.
fn words(scene: &Scene<'_>, scale: &Scale, open: usize, drawn: &[&Standing]) -> String {
    let late = drawn.iter().filter(|s| s.schedule == Schedule::Overdue);
    let late = late.count();
    let mut said = vec![format!(
        "{} of {} open commitments {} a window between {}.",
        say::number(drawn.len()),
        say::figures(open),
        if drawn.len() == 1 { "has" } else { "have" },
        scale.words().replace(" to ", " and "),
    )];
    if late > 0 {
        said.push(format!("{} {} overdue.", say::number(late), say::are(late)));
    }
    let next = drawn
        .iter()
        .find(|s| s.schedule != Schedule::Overdue && s.window.is_some_and(|w| w.last >= s.today));
    if let Some((standing, deadline)) = next.and_then(|s| Some((s, s.deadline()?))) {
        said.push(say::sentence(&format!(
            "the next to end is {}: {}",
            standing.commitment.reference,
            wording::deadline(deadline, scene.directory())
        )));
    }
    said.extend(crowded(drawn));
    said.join(" ")
}

/// The month in which most of them end, where it is more than one.
fn crowded(drawn: &[&Standing]) -> Option<String> {
    let mut months = std::collections::BTreeMap::<(i32, u32), usize>::new();
    for standing in drawn.iter().filter(|s| s.schedule != Schedule::Overdue) {
        let last = standing.window?.last;
        *months.entry((last.year(), last.month())).or_default() += 1;
    }
    let ((year, month), n) = months.into_iter().rev().max_by_key(|(_, n)| *n)?;
    (n > 1).then(|| {
        format!(
            "Most end in {} {year}: {}.",
            month_name(month),
            say::number(n).to_lowercase()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::testing::{MONDAY, World, person};

    #[test]
    fn the_scale_is_a_year_of_whole_months() {
        let scale = Scale::around("2025-06-02".parse().unwrap());
        assert_eq!(scale.words(), "March 2025 to February 2026");
        assert_eq!(scale.at("2025-03-01".parse().unwrap()), 0.0);
        assert_eq!(scale.at("2024-01-01".parse().unwrap()), 0.0);
        assert_eq!(scale.at("2026-03-01".parse().unwrap()), 100.0);
        assert_eq!(scale.months().len(), 12);
        assert_eq!(scale.months()[11].name, "Feb");
        // The last of a month in a leap year, clamped.
        assert_eq!(
            Scale::around("2028-05-31".parse().unwrap()).words(),
            "February 2028 to January 2029"
        );
    }

    #[test]
    fn a_meeting_without_a_day_is_told_and_not_drawn() {
        let world = World::new(person("som-leader"), MONDAY);
        let scene = world.scene();
        let open: Vec<_> = scene.open().collect();
        let year = of_year(&scene, &open).expect("the first record has windows");
        let drawn: Vec<_> = year.meetings.iter().map(|m| &*m.link.text).collect();
        assert!(drawn.contains(&"37th ASEAN-U.S. Dialogue"), "{drawn:?}");
        assert!(!drawn.iter().any(|m| m.contains("Summit")), "{drawn:?}");
        assert_eq!(year.undrawn[0].link.text, "13th ASEAN-U.S. Summit");
    }

    #[test]
    fn every_bar_lies_within_the_drawing() {
        let world = World::new(person("som-leader"), MONDAY);
        let scene = world.scene();
        let open: Vec<_> = scene.open().collect();
        let year = of_year(&scene, &open).expect("the first record has windows");
        for bar in year.lines.iter().flat_map(|l| &l.bars) {
            assert!(
                bar.at >= 0.0 && bar.width > 0.0 && bar.at + bar.width <= 100.01,
                "{bar:?}"
            );
        }
        assert!(
            year.words
                .contains("The next to end is PREP-03: 13 June 2025."),
            "{}",
            year.words
        );
    }
}
