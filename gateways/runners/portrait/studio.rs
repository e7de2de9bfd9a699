//! Where avatars are drawn: few at a time, each within a time, and whatever goes wrong with one is nobody else's trouble.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use portrait::pictures::Error;
use portrait::{Avatar, Library, Pictures, Pose, compose, pictures};
use runtime::ports::PortError;

use super::wardrobe::Wardrobe;
use crate::runners::lanes::Lanes;

/// See the module.
pub(super) struct Studio {
    pub(super) library: Arc<Library>,
    pub(super) pose: Arc<Pose>,
    pub(super) lanes: Lanes,
    pub(super) timeout: Duration,
}

/// What came of an avatar.
pub(super) enum Painted {
    /// Pictures, and what was at hand for them.
    Done(Box<(Pictures, Wardrobe)>),
    /// There never will be any.
    Refused(String),
    /// The body cannot be had.
    Bodyless(String),
}

impl Studio {
    /// Draws an avatar.
    ///
    /// # Errors
    /// It took too long; that says nothing of the avatar.
    pub(super) async fn draw(
        &self,
        avatar: Avatar,
        wardrobe: Wardrobe,
        live: bool,
    ) -> Result<Painted, PortError> {
        let place = self.lanes.place(live).await;
        let (library, pose) = (Arc::clone(&self.library), Arc::clone(&self.pose));
        let drawing = tokio::task::spawn_blocking(move || {
            // A drawing that nobody waits for any more keeps its place until it is over.
            let _place = place;
            guarded(move || painted(&avatar, wardrobe, &library, &pose))
        });
        match tokio::time::timeout(self.timeout, drawing).await {
            Ok(Ok(painted)) => Ok(painted),
            Ok(Err(gone)) => Err(PortError::retry(format!("the drawing was dropped: {gone}"))),
            Err(_) => {
                let most = self.timeout;
                Err(PortError::retry(format!("not drawn within {most:?}")))
            }
        }
    }
}

/// A panic would come again with every try.
fn guarded(draw: impl FnOnce() -> Painted) -> Painted {
    let drawn = catch_unwind(AssertUnwindSafe(draw));
    drawn.unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied());
        let said: String = said
            .unwrap_or("it says nothing")
            .chars()
            .take(300)
            .collect();
        Painted::Refused(format!("the renderer panicked: {said}"))
    })
}

fn painted(avatar: &Avatar, wardrobe: Wardrobe, library: &Library, pose: &Pose) -> Painted {
    match pictures(avatar, &wardrobe, library, pose) {
        Ok(drawn) => Painted::Done(Box::new((drawn, wardrobe))),
        Err(Error::Compose(error)) if is_missing(&error, &wardrobe) => {
            let why = wardrobe.trouble;
            Painted::Bodyless(why.unwrap_or_else(|| error.to_string()))
        }
        Err(error) => Painted::Refused(error.to_string()),
    }
}

/// Whether the body shape may be there another time.
fn is_missing(error: &compose::Error, wardrobe: &Wardrobe) -> bool {
    match error {
        compose::Error::NoBodyShape(_) => wardrobe.trouble.is_some(),
        compose::Error::BrokenBodyShape { cause, .. } => cause.is_missing(),
        compose::Error::NotABodyShape(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_one_avatars_and_says_what_it_said() {
        let painted = guarded(|| panic!("no vertex {}", 7));
        let Painted::Refused(reason) = painted else {
            panic!("it is refused")
        };
        assert!(reason.contains("no vertex 7"), "{reason}");
    }
}
