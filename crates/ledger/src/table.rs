//! An ordered map that is cheap to clone, and to compare with what it was: 1,024 shared shards, of which a change
//! copies one.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Shards of a group, and groups: a change copies 1/1024 of the entries and two lists of pointers, a clone one pointer.
const SIDE: usize = 32;
/// Shards of a table.
pub const SHARDS: usize = SIDE * SIDE;

/// `None` until something is put in; an empty one had something.
type Shard<K, V> = Option<Arc<BTreeMap<K, V>>>;
/// Empty until something is put in.
type Group<K, V> = Arc<Vec<Shard<K, V>>>;

/// See the module. Its document is one JSON object in order of keys.
pub struct Table<K, V> {
    /// Empty until something is put in.
    groups: Arc<Vec<Group<K, V>>>,
    len: usize,
}

impl<K, V> Clone for Table<K, V> {
    fn clone(&self) -> Self {
        Self {
            groups: Arc::clone(&self.groups),
            len: self.len,
        }
    }
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self {
            groups: Arc::default(),
            len: 0,
        }
    }
}

/// The shard of a key: FNV-1a, the same on every machine.
fn shard_of(key: &[u8]) -> usize {
    let hash = key.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash % SHARDS as u64) as usize
}

impl<K: Ord + Clone + AsRef<[u8]>, V: Clone> Table<K, V> {
    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.shard(shard_of(key.as_ref()))?.get(key)
    }

    /// Whether the key is there.
    pub fn contains(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    /// The value of a key, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        if !self.contains(key) {
            return None;
        }
        self.shard_mut(key).get_mut(key)
    }

    /// The value of a key, made if it is not there.
    pub fn entry(&mut self, key: &K) -> &mut V
    where
        V: Default,
    {
        if !self.contains(key) {
            self.len += 1;
        }
        self.shard_mut(key).entry(key.clone()).or_default()
    }

    /// Puts a value in; gives the one that was there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let old = self.shard_mut(&key).insert(key, value);
        self.len += usize::from(old.is_none());
        old
    }

    /// Takes a value out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        if !self.contains(key) {
            return None;
        }
        self.len -= 1;
        self.shard_mut(key).remove(key)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All entries in an order that depends on the keys alone.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.shards().flat_map(|shard| shard.iter())
    }

    /// All entries in order of keys.
    pub fn sorted(&self) -> Vec<(&K, &V)> {
        let mut entries: Vec<_> = self.iter().collect();
        entries.sort_unstable_by(|a, b| a.0.cmp(b.0));
        entries
    }

    /// The least key.
    pub fn first(&self) -> Option<&K> {
        let firsts = self.shards().filter_map(|shard| shard.keys().next());
        firsts.min()
    }

    /// All keys below one, in order. What it costs depends on how many these are, not on how many there are.
    pub fn below(&self, end: &K) -> Vec<&K> {
        let mut keys: Vec<_> = self
            .shards()
            .flat_map(|shard| shard.range(..end.clone()).map(|(key, _)| key))
            .collect();
        keys.sort_unstable();
        keys
    }

    /// Shards that were touched since this value was cloned from an earlier one, in order: the number of each, below
    /// [`SHARDS`], and its entries; also those that have again, or have no more, what they had. Of two values that
    /// share nothing all that were ever touched.
    pub fn changed_since(&self, earlier: &Self) -> impl Iterator<Item = (usize, &BTreeMap<K, V>)> {
        let groups = (0..SIDE).filter(|group| {
            let of = |table: &Self| table.groups.get(*group).map(Arc::as_ptr);
            of(self) != of(earlier)
        });
        let shards = groups.flat_map(|group| group * SIDE..(group + 1) * SIDE);
        shards.filter_map(|number| {
            let new = self.shard(number)?;
            let same = |old: &Arc<_>| Arc::ptr_eq(new, old);
            (!earlier.shard(number).is_some_and(same)).then_some((number, &**new))
        })
    }

    fn shards(&self) -> impl Iterator<Item = &Arc<BTreeMap<K, V>>> {
        self.groups.iter().flat_map(|group| group.iter().flatten())
    }

    fn shard(&self, number: usize) -> Option<&Arc<BTreeMap<K, V>>> {
        self.groups.get(number / SIDE)?.get(number % SIDE)?.as_ref()
    }

    fn shard_mut(&mut self, key: &K) -> &mut BTreeMap<K, V> {
        let number = shard_of(key.as_ref());
        let groups = Arc::make_mut(&mut self.groups);
        if groups.is_empty() {
            groups.resize_with(SIDE, Arc::default);
        }
        let shards = Arc::make_mut(&mut groups[number / SIDE]);
        if shards.is_empty() {
            shards.resize_with(SIDE, || None);
        }
        Arc::make_mut(shards[number % SIDE].get_or_insert_default())
    }
}

impl<K: Ord + Clone + AsRef<[u8]>, V: Clone + PartialEq> PartialEq for Table<K, V> {
    fn eq(&self, other: &Self) -> bool {
        if self.len != other.len {
            return false;
        }
        // What is shared is equal, and keys lie in the same shard on both sides; one without shards has nothing.
        let same = |number| match (self.shard(number), other.shard(number)) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b) || a == b,
            // One that was never touched, and one that is empty again.
            (a, b) => [a, b].into_iter().flatten().all(|shard| shard.is_empty()),
        };
        Arc::ptr_eq(&self.groups, &other.groups) || self.len == other.len && (0..SHARDS).all(same)
    }
}

impl<K, V> fmt::Debug for Table<K, V>
where
    K: Ord + Clone + AsRef<[u8]> + fmt::Debug,
    V: Clone + fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.sorted()).finish()
    }
}

impl<K, V> Serialize for Table<K, V>
where
    K: Ord + Clone + AsRef<[u8]> + Serialize,
    V: Clone + Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.sorted())
    }
}

impl<'de, K, V> Deserialize<'de> for Table<K, V>
where
    K: Ord + Clone + AsRef<[u8]> + Deserialize<'de>,
    V: Clone + Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries(PhantomData))
    }
}

struct Entries<K, V>(PhantomData<(K, V)>);

impl<'de, K, V> Visitor<'de> for Entries<K, V>
where
    K: Ord + Clone + AsRef<[u8]> + Deserialize<'de>,
    V: Clone + Deserialize<'de>,
{
    type Value = Table<K, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut table = Table::default();
        while let Some((key, value)) = map.next_entry()? {
            table.insert(key, value);
        }
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_keeps_what_it_had_and_a_document_what_it_holds() {
        let mut table: Table<String, u32> = Table::default();
        for n in 0..500 {
            table.insert(format!("k{n:03}"), n);
        }
        let before = table.clone();
        assert_eq!(table.remove(&"k007".to_owned()), Some(7));
        *table.entry(&"new".to_owned()) += 3;
        *table.get_mut(&"k001".to_owned()).expect("it is there") = 9;
        assert_eq!((table.len(), before.len()), (500, 500));
        assert_eq!(before.get(&"k001".to_owned()), Some(&1));
        assert_eq!(table.get(&"k001".to_owned()), Some(&9));
        let doc = serde_json::to_string(&table).expect("text keys");
        let again: Table<String, u32> = serde_json::from_str(&doc).expect("its own document");
        assert_eq!(again, table);
        assert!(doc.starts_with(r#"{"k000":0,"k001":9,"k002":2"#), "{doc}");
        assert_ne!(before, table);
    }

    #[test]
    fn what_changed_is_found_by_what_is_shared() {
        let changed = |table: &Table<String, u32>, since: &Table<String, u32>| {
            let shards = table.changed_since(since);
            shards.map(|(n, of)| (n, of.len())).collect::<Vec<_>>()
        };
        let empty = Table::default();
        let mut table: Table<String, u32> = Table::default();
        assert_eq!(changed(&table, &empty), []);
        for n in 0..5_000 {
            table.insert(format!("k{n}"), n);
        }
        let all: usize = changed(&table, &empty).iter().map(|(_, len)| len).sum();
        assert_eq!(all, 5_000);
        let before = table.clone();
        assert_eq!(changed(&table, &before), []);
        let key = "k77".to_owned();
        *table.get_mut(&key).expect("it is there") += 1;
        let number = shard_of(key.as_bytes());
        assert_eq!(changed(&table, &before).len(), 1);
        assert_eq!(changed(&table, &before)[0].0, number);
        // A shard that became empty is told, also if it was before; one that was never touched is not.
        let mut few: Table<String, u32> = Table::default();
        few.insert(key.clone(), 1);
        let with = few.clone();
        few.remove(&key);
        assert_eq!(changed(&few, &with), [(number, 0)]);
        assert_eq!(changed(&few, &empty), [(number, 0)]);
    }

    #[test]
    fn keys_are_found_in_order_without_a_look_at_all() {
        let mut table: Table<String, ()> = Table::default();
        assert_eq!(
            (table.first(), table.below(&"k9".to_owned()).len()),
            (None, 0)
        );
        for n in (0..200).rev() {
            table.insert(format!("k{n:03}"), ());
        }
        assert_eq!(table.first().map(String::as_str), Some("k000"));
        let below = table.below(&"k003".to_owned());
        assert_eq!(below, ["k000", "k001", "k002"]);
    }
}
