//! The patterns used lately, as the stream's reader keeps them: an approximate move to the front.

/// How many are kept.
pub(super) const HISTORY: usize = 64;

/// Entries of the selector palette; those often used wander to the front.
#[derive(Debug)]
pub(super) struct History {
    entries: [u16; HISTORY],
    next: usize,
}

impl History {
    /// As a slice begins: entry 0 everywhere.
    pub(super) fn new() -> Self {
        Self {
            entries: [0; HISTORY],
            next: HISTORY / 2,
        }
    }

    /// An entry was named by its own number: it takes a place in the back half. The entry again.
    pub(super) fn add(&mut self, entry: u16) -> u16 {
        self.entries[self.next] = entry;
        self.next += 1;
        if self.next == HISTORY {
            self.next = HISTORY / 2;
        }
        entry
    }

    /// An entry was named by its place: it moves half way to the front. The entry.
    pub(super) fn touch(&mut self, place: u8) -> u16 {
        let place = usize::from(place);
        self.entries.swap(place / 2, place);
        self.entries[place / 2]
    }

    /// Places and what is there, from the front.
    pub(super) fn entries(&self) -> impl Iterator<Item = (u8, u16)> {
        (0_u8..).zip(self.entries.iter().copied())
    }
}
