//! What the system lets this process have.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Open files that are asked for at most: each may cost the system memory of its own.
const OPEN_FILES_MAX: u64 = 1 << 20;

/// Lets it have as many open files as it may: each socket is one, and the usual first limit is 1024.
pub(crate) fn open_files() {
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.unwrap_or(OPEN_FILES_MAX).min(OPEN_FILES_MAX);
    if limit.current.is_some_and(|current| current < most) {
        let raised = Rlimit {
            current: Some(most),
            maximum: limit.maximum,
        };
        // Where that is refused the process has what it had.
        let _ = setrlimit(Resource::Nofile, raised);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_files_are_open_as_may_be() {
        open_files();
        let limit = getrlimit(Resource::Nofile);
        let most = limit.maximum.unwrap_or(OPEN_FILES_MAX).min(OPEN_FILES_MAX);
        assert!(
            limit.current.is_none_or(|current| current >= most),
            "{limit:?}"
        );
    }
}
