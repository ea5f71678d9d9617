//! Values of a million payloads, of which most are the same.

use std::{collections::HashMap, hash::Hash};

/// Each value once, and four bytes for each payload.
#[derive(Debug)]
pub(super) struct Alike<T> {
    values: Vec<T>,
    of: Vec<u32>,
}

impl<T: Copy> Alike<T> {
    pub fn get(&self, index: usize) -> T {
        self.values[self.of[index] as usize]
    }
}

impl<T: Copy + Eq + Hash> FromIterator<T> for Alike<T> {
    fn from_iter<I: IntoIterator<Item = T>>(all: I) -> Self {
        let all = all.into_iter();
        let mut alike = Self {
            values: Vec::new(),
            of: Vec::with_capacity(all.size_hint().0),
        };
        let mut known: HashMap<T, u32> = HashMap::new();
        let mut last = None;
        for value in all {
            // Neighbours mostly are the same.
            let index = match last {
                Some((before, index)) if before == value => index,
                _ => *known.entry(value).or_insert_with(|| {
                    alike.values.push(value);
                    u32::try_from(alike.values.len() - 1).unwrap_or(u32::MAX)
                }),
            };
            last = Some((value, index));
            alike.of.push(index);
        }
        alike
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_stands_where_it_stood_and_is_held_once() {
        let all = [3, 3, 1, 3, 2, 2, 1];
        let alike: Alike<i32> = all.into_iter().collect();
        let back: Vec<i32> = (0..all.len()).map(|index| alike.get(index)).collect();
        assert_eq!(back, all);
        assert_eq!(alike.values, [3, 1, 2]);
    }
}
