//! The shape that an earlier run's evidence showed of a pipeline, kept beside what discovery
//! found. It is an assumption for the next run, which that run's evidence may refute.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::discovery::state_file::state_file;
use edactl_core::{event::shape::Shape, topology::Named};

/// Where one pipeline's shape is kept.
#[derive(Debug, Clone)]
pub struct LearnedShape {
    path: PathBuf,
}

#[derive(Debug, Serialize, Deserialize)]
struct Content {
    messages: Shape,
}

impl LearnedShape {
    /// The place for a pipeline, by its resources where any is named, so that a name given later
    /// changes nothing; `account` is whatever tells one account from another: region, profile,
    /// endpoint. Where no state directory is known, nothing is learned.
    #[must_use]
    pub fn of(name: &str, named: &Named, account: &[&Option<String>]) -> Option<Self> {
        let name = if named.is_empty() { name } else { "" };
        let named = [&named.producer, &named.queue, &named.consumer];
        let told = named.iter().chain(account).map(|told| told.as_deref());
        let told: Vec<_> = [name]
            .into_iter()
            .chain(told.map(Option::unwrap_or_default))
            .collect();
        Some(Self::at(&edactl_state::state_dir().ok()?, &told))
    }

    fn at(state: &Path, told: &[&str]) -> Self {
        Self {
            path: state_file(state, told.iter().copied(), "-shape.json"),
        }
    }

    /// The shape that was learned. A file that cannot be read is none.
    #[must_use]
    pub fn read(&self) -> Option<Shape> {
        let kept: Content = serde_json::from_slice(&fs::read(&self.path).ok()?).ok()?;
        Some(kept.messages)
    }

    /// Keeps a shape, if it can be kept: nothing depends on it.
    pub fn keep(&self, messages: &Shape) {
        if self.read().as_ref() != Some(messages) {
            let _ = self.put(messages);
        }
    }

    /// Forgets a shape that was refuted.
    pub fn forget(&self) {
        let _ = fs::remove_file(&self.path);
    }

    fn put(&self, messages: &Shape) -> io::Result<()> {
        let dir = self.path.parent().unwrap_or(Path::new("."));
        edactl_state::create_private(dir)?;
        // Written aside and moved into place, so that nobody reads a half; such files are private.
        let mut file = tempfile::NamedTempFile::new_in(dir)?;
        let kept = Content {
            messages: messages.clone(),
        };
        file.write_all(&serde_json::to_vec(&kept)?)?;
        file.persist(&self.path)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_learned_of_one_pipeline_is_not_another_s() {
        let state = tempfile::tempdir().unwrap();
        let one = LearnedShape::at(state.path(), &["", "orders"]);
        let other = LearnedShape::at(state.path(), &["", "order", "s"]);
        one.keep(&"/body".parse().unwrap());
        assert_eq!(one.read(), Some("/body".parse().unwrap()));
        assert_eq!(other.read(), None);
        one.keep(&Shape::Event);
        assert_eq!(one.read(), Some(Shape::Event));
        one.forget();
        assert_eq!(one.read(), None);
    }
}
