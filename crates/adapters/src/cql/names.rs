//! Names of keyspaces and tables: CQL takes 48 letters, digits and underscores, our names may be anything.

use runtime::ports::{PortError, TableName};

/// Characters of a name, by Cassandra; ScyllaDB takes more.
const LENGTH_MAX: usize = 48;
/// Digits of the hash that stands for a name that had to be changed.
const HASH_DIGITS: usize = 16;

fn is_legal(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// A name in CQL text. Quoted, or the server would fold its case.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// Refuses a keyspace name that CQL does not take: unlike a table's it is written by hand, so it is not changed.
pub(super) fn check_keyspace(name: &str) -> Result<(), PortError> {
    if name.is_empty() || name.len() > LENGTH_MAX || !name.chars().all(is_legal) {
        return Err(PortError::refused(format!(
            "{name:?} is no keyspace name: want 1 to {LENGTH_MAX} of a-z A-Z 0-9 _"
        )));
    }
    Ok(())
}

/// The name of a table in CQL: its own if that is legal, otherwise as much of it as there is room for and a hash of
/// all of it. The same in every process, for ever.
pub(super) fn table(table: &TableName) -> Result<String, PortError> {
    if table.name.is_empty() {
        return Err(PortError::refused("a table without a name".to_owned()));
    }
    let own = table.to_string();
    if own.len() <= LENGTH_MAX && own.chars().all(is_legal) {
        return Ok(own);
    }
    let hash = kernel::event_id(table.name.as_bytes()).simple().to_string();
    let tail = format!("_{}_g{}", &hash[..HASH_DIGITS], table.generation);
    let legal = |c| if is_legal(c) { c } else { '_' };
    let head = table.name.chars().map(legal).take(LENGTH_MAX - tail.len());
    Ok(head.collect::<String>() + &tail)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn named(name: &'static str, generation: u32) -> String {
        table(&TableName { name, generation }).expect("a name")
    }

    #[test]
    fn legal_names_stay_as_they_are() {
        assert_eq!(named("profiles", 3), "profiles_g3");
        assert_eq!(named("Profiles", 3), "Profiles_g3");
        assert_eq!(named("a", u32::MAX), "a_g4294967295");
    }

    #[test]
    fn other_names_are_changed_and_stay_apart() {
        let long: &'static str = "l".repeat(60).leak();
        let longer: &'static str = "l".repeat(61).leak();
        let names = [
            "user.actions",
            "user-actions",
            "user_actions",
            "é",
            long,
            longer,
        ];
        let mut seen = HashSet::new();
        for name in names {
            for generation in [1, 2, 1_000_000_000] {
                let name = named(name, generation);
                assert!(
                    name.len() <= LENGTH_MAX && name.chars().all(is_legal),
                    "{name}"
                );
                assert!(seen.insert(name.clone()), "{name} twice");
            }
        }
        // Written into keyspaces: a change would lose tables.
        assert_eq!(named("user.actions", 7), "user_actions_d62230a1c5665fb4_g7");
        assert!(
            table(&TableName {
                name: "",
                generation: 1
            })
            .is_err()
        );
    }

    #[test]
    fn keyspaces_are_taken_as_written_or_refused() {
        assert!(check_keyspace("worldlog").is_ok());
        for bad in ["", "a-b", "a\"b", &"k".repeat(49)] {
            let error = check_keyspace(bad).expect_err(bad).to_string();
            assert!(error.contains(&format!("{bad:?}")), "{error}");
        }
    }
}
