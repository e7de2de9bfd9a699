//! Which units of a role run.

use crate::config::nearest;
use crate::exit::Failure;

/// A role flag: left out means all, `none` means none, else names by commas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pick {
    /// Every unit.
    All,
    /// No unit.
    None,
    /// These.
    Only(Vec<String>),
}

impl Pick {
    /// Reads a flag.
    pub(crate) fn parse(flag: Option<&str>) -> Self {
        match flag.map(str::trim) {
            None | Some("all") => Self::All,
            Some("none" | "") => Self::None,
            Some(names) => {
                let names = names.split(',').map(|n| n.trim().to_owned());
                Self::Only(names.filter(|n| !n.is_empty()).collect())
            }
        }
    }

    /// The units of `all` that are picked, in the order of `all`.
    ///
    /// # Errors
    /// A name that none of them has; the nearest one is named.
    pub(crate) fn of<T>(
        &self,
        flag: &str,
        all: Vec<T>,
        name: impl Fn(&T) -> &'static str,
    ) -> Result<Vec<T>, Failure> {
        let picked = match self {
            Self::All => return Ok(all),
            Self::None => return Ok(Vec::new()),
            Self::Only(picked) => picked,
        };
        let names: Vec<&str> = all.iter().map(&name).collect();
        if let Some(unknown) = picked.iter().find(|p| !names.contains(&p.as_str())) {
            let hint = match nearest(unknown, names.iter().copied()) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("there are {}", names.join(", ")),
            };
            return Err(Failure::usage(format!("{flag}: no {unknown:?}; {hint}")));
        }
        let is_picked = |unit: &T| picked.iter().any(|p| p == name(unit));
        Ok(all.into_iter().filter(is_picked).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn left_out_is_all_none_is_none_and_names_are_checked() {
        let all = || vec!["badges", "pointers"];
        let of = |flag| Pick::parse(flag).of("--processors", all(), |n| n);
        assert_eq!(of(None).ok(), Some(all()));
        assert_eq!(of(Some("none")).ok(), Some(vec![]));
        assert_eq!(of(Some("pointers, ")).ok(), Some(vec!["pointers"]));
        let error = of(Some("pointer")).err().map(|f| f.error.to_string());
        assert!(error.is_some_and(|e| e.contains("did you mean pointers?")));
    }
}
