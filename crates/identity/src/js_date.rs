//! The part of JavaScript's `Date.parse` that expirations use.
//!
//! Accepted: ISO 8601 with a zone (`2026-01-01T00:00:00.000Z`, no milliseconds, `+01:00`, six-digit
//! years), ISO dates alone (`2026`, `2026-01`, `2026-01-01`: midnight UTC) and the text of
//! `Date.prototype.toString` (`Tue Jun 30 2026 12:00:00 GMT+0000 (Coordinated Universal Time)`).
//! Everything else is refused; so is an ISO time without a zone, whose meaning in JavaScript
//! depends on the server's own zone. As in V8, day 31 of a short month runs over into the next.

/// Milliseconds of one day.
const DAY_MS: i64 = 86_400_000;
/// The largest magnitude of a JavaScript time value, in ms.
const TIME_MS_MAX: i64 = 8_640_000_000_000_000;
/// No text of an accepted form is longer, a time zone's name included.
const TEXT_BYTES_MAX: usize = 128;

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Parses `text` to milliseconds since 1970-01-01T00:00:00Z; `None` where JavaScript says NaN or
/// where the form is outside the accepted part.
pub fn parse(text: &str) -> Option<i64> {
    if text.len() > TEXT_BYTES_MAX || !text.is_ascii() {
        return None;
    }
    let time_ms = iso(text).or_else(|| to_string_form(text))?;
    (time_ms.abs() <= TIME_MS_MAX).then_some(time_ms)
}

/// Reads a text from the left.
struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    fn eat(&mut self, literal: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(literal)?;
        Some(())
    }

    /// Exactly `count` digits.
    fn digits(&mut self, count: usize) -> Option<i64> {
        let (now, later) = self.0.split_at_checked(count)?;
        if !now.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.0 = later;
        now.parse().ok()
    }

    /// As many digits as there are.
    fn digit_run(&mut self) -> &'a str {
        let end = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (now, later) = self.0.split_at(end);
        self.0 = later;
        now
    }

    /// `HH:MM`, then `:SS` when `seconds` says so; in ms of the day, 24:00:00 included.
    fn clock(&mut self, seconds: bool) -> Option<i64> {
        let hour = self.digits(2)?;
        self.eat(":")?;
        let minute = self.digits(2)?;
        let mut second = 0;
        if seconds {
            self.eat(":")?;
            second = self.digits(2)?;
        }
        let midnight = hour == 24 && minute == 0 && second == 0;
        let valid = (hour < 24 || midnight) && minute < 60 && second < 60;
        valid.then_some(((hour * 60 + minute) * 60 + second) * 1000)
    }

    /// `+HH:MM`, `-HHMM` and so on, in ms to be subtracted.
    fn offset(&mut self) -> Option<i64> {
        let sign = if self.eat("+").is_some() {
            1
        } else {
            self.eat("-")?;
            -1
        };
        let hour = self.digits(2)?;
        // The colon is optional in both forms.
        let _ = self.eat(":");
        let minute = self.digits(2)?;
        (hour < 24 && minute < 60).then_some(sign * (hour * 60 + minute) * 60_000)
    }
}

fn iso(text: &str) -> Option<i64> {
    let mut cursor = Cursor(text);
    let year = iso_year(&mut cursor)?;
    let (mut month, mut day) = (1, 1);
    if cursor.eat("-").is_some() {
        month = cursor.digits(2)?;
        if cursor.eat("-").is_some() {
            day = cursor.digits(2)?;
        }
    }
    let midnight_ms = date_ms(year, month, day)?;
    if cursor.0.is_empty() {
        return Some(midnight_ms);
    }
    cursor.eat("T")?;
    let with_seconds = cursor.0.as_bytes().get(5) == Some(&b':');
    let mut clock_ms = cursor.clock(with_seconds)?;
    if with_seconds && cursor.eat(".").is_some() {
        clock_ms += fraction_ms(cursor.digit_run())?;
        if clock_ms > DAY_MS {
            return None;
        }
    }
    let offset_ms = if cursor.eat("Z").is_some() {
        0
    } else {
        cursor.offset()?
    };
    cursor
        .0
        .is_empty()
        .then_some(midnight_ms + clock_ms - offset_ms)
}

fn iso_year(cursor: &mut Cursor<'_>) -> Option<i64> {
    if cursor.eat("+").is_some() {
        return cursor.digits(6);
    }
    if cursor.eat("-").is_some() {
        // Year -000000 is no year.
        return cursor.digits(6).filter(|year| *year != 0).map(|year| -year);
    }
    cursor.digits(4)
}

/// The first three digits of a fraction of a second; further ones are dropped as V8 does.
fn fraction_ms(digits: &str) -> Option<i64> {
    let kept = &digits[..digits.len().min(3)];
    let value: i64 = kept.parse().ok()?;
    Some(value * 10_i64.pow(3 - kept.len() as u32))
}

fn to_string_form(text: &str) -> Option<i64> {
    let mut cursor = Cursor(text);
    WEEKDAYS.iter().find_map(|name| cursor.eat(name))?;
    cursor.eat(" ")?;
    let month = (1..)
        .zip(MONTHS)
        .find_map(|(number, name)| cursor.eat(name).map(|()| number))?;
    cursor.eat(" ")?;
    let day = cursor.digits(2)?;
    cursor.eat(" ")?;
    let year = cursor.digit_run();
    if !(4..=6).contains(&year.len()) {
        return None;
    }
    let year = year.parse().ok()?;
    cursor.eat(" ")?;
    let clock_ms = cursor.clock(true)?;
    cursor.eat(" GMT")?;
    let signed = cursor.0.starts_with(['+', '-']);
    let offset_ms = if signed { cursor.offset()? } else { 0 };
    if !cursor.0.is_empty() {
        let zone_name = cursor.0.strip_prefix(" (")?.strip_suffix(')')?;
        if zone_name.contains(['(', ')']) {
            return None;
        }
    }
    Some(date_ms(year, month, day)? + clock_ms - offset_ms)
}

/// Midnight UTC of a date of the proleptic Gregorian calendar.
fn date_ms(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days from civil, after Howard Hinnant: years start in March, 400-year eras of 146 097 days.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some((era * 146_097 + day_of_era - 719_468 + day - 1) * DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::parse;

    /// What V8 (node 20, TZ=UTC) answers.
    #[test]
    fn accepted_texts_have_the_time_v8_gives_them() {
        for (text, time_ms) in [
            ("2026-02-30", 1_772_409_600_000),
            ("2026-02-29T00:00:00Z", 1_772_323_200_000),
            ("2026-01-01T24:00:00Z", 1_767_312_000_000),
            ("2026-01-01T00:00Z", 1_767_225_600_000),
            ("2026", 1_767_225_600_000),
            ("2026-01", 1_767_225_600_000),
            ("2026-01-01T00:00:00.1Z", 1_767_225_600_100),
            ("2026-01-01T00:00:00.123456Z", 1_767_225_600_123),
            ("2026-01-01T00:00:00+0100", 1_767_222_000_000),
            ("2026-01-01T00:00:00+01:00", 1_767_222_000_000),
            ("2026-01-01T00:00:00-23:59", 1_767_311_940_000),
            ("+010000-01-01T00:00:00Z", 253_402_300_800_000),
            ("-000001-01-01T00:00:00Z", -62_198_755_200_000),
            ("+275760-09-13T00:00:00.000Z", 8_640_000_000_000_000),
            ("2021-11-26T02:05:42.057Z", 1_637_892_342_057),
            (
                "Tue Jun 30 2026 12:00:00 GMT+0000 (Coordinated Universal Time)",
                1_782_820_800_000,
            ),
            ("Tue Jun 30 2026 12:00:00 GMT+0530", 1_782_801_000_000),
            ("Tue Jun 30 2026 12:00:00 GMT", 1_782_820_800_000),
            ("Mon Jun 30 2026 12:00:00 GMT-0300 (x)", 1_782_831_600_000),
            ("Tue Jun 31 2026 12:00:00 GMT+0000", 1_782_907_200_000),
            ("Tue Feb 29 2026 24:00:00 GMT+0000", 1_772_409_600_000),
        ] {
            assert_eq!(parse(text), Some(time_ms), "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "abc",
            "2026-02-32",
            "2026-13-01",
            "2026-01-01T24:00:01Z",
            "2026-01-01T24:00:00.001Z",
            "2026-01-01T00:00:60Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00,5Z",
            "2026-01-01T00:00:00+25:00",
            "2026-01-01T00:00:00+00:60",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00",
            "-000000-01-01T00:00:00Z",
            "+275760-09-13T00:00:00.001Z",
            " 2026-01-01T00:00:00.000Z",
            "2026-01-01T00:00:00.000Z ",
            "Tue Jun 32 2026 12:00:00 GMT+0000",
            "Tue Jun 05 2026 12:00:00 GMT+0000 (a) b",
            "1767225600000",
            "2026-01-01T00:00:00.000Zé",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
