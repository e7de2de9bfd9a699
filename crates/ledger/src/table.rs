//! An ordered map that is cheap to clone: 64 shared shards, of which a change copies one.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Shards: a change copies 1/64 of the entries, a clone one pointer.
const SHARDS: usize = 64;

type Shard<K, V> = Arc<BTreeMap<K, V>>;

/// See the module. Its document is one JSON object in order of keys.
pub struct Table<K, V> {
    /// None at all until something is put in.
    shards: Arc<Vec<Shard<K, V>>>,
    len: usize,
}

impl<K, V> Clone for Table<K, V> {
    fn clone(&self) -> Self {
        Self {
            shards: Arc::clone(&self.shards),
            len: self.len,
        }
    }
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self {
            shards: Arc::new(Vec::new()),
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
        self.shards.get(shard_of(key.as_ref()))?.get(key)
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
        self.shard(key).get_mut(key)
    }

    /// The value of a key, made if it is not there.
    pub fn entry(&mut self, key: &K) -> &mut V
    where
        V: Default,
    {
        if !self.contains(key) {
            self.len += 1;
        }
        self.shard(key).entry(key.clone()).or_default()
    }

    /// Puts a value in; gives the one that was there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let old = self.shard(&key).insert(key, value);
        self.len += usize::from(old.is_none());
        old
    }

    /// Takes a value out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        if !self.contains(key) {
            return None;
        }
        self.len -= 1;
        self.shard(key).remove(key)
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
        self.shards.iter().flat_map(|shard| shard.iter())
    }

    /// All entries in order of keys.
    pub fn sorted(&self) -> Vec<(&K, &V)> {
        let mut entries: Vec<_> = self.iter().collect();
        entries.sort_unstable_by(|a, b| a.0.cmp(b.0));
        entries
    }

    /// The least key.
    pub fn first(&self) -> Option<&K> {
        let firsts = self.shards.iter().filter_map(|shard| shard.keys().next());
        firsts.min()
    }

    /// All keys below one, in order. What it costs depends on how many these are, not on how many there are.
    pub fn below(&self, end: &K) -> Vec<&K> {
        let mut keys: Vec<_> = self
            .shards
            .iter()
            .flat_map(|shard| shard.range(..end.clone()).map(|(key, _)| key))
            .collect();
        keys.sort_unstable();
        keys
    }

    fn shard(&mut self, key: &K) -> &mut BTreeMap<K, V> {
        let shards = Arc::make_mut(&mut self.shards);
        if shards.is_empty() {
            shards.resize_with(SHARDS, Arc::default);
        }
        Arc::make_mut(&mut shards[shard_of(key.as_ref())])
    }
}

impl<K: Ord + Clone + AsRef<[u8]>, V: Clone + PartialEq> PartialEq for Table<K, V> {
    fn eq(&self, other: &Self) -> bool {
        if self.len != other.len {
            return false;
        }
        // What is shared is equal, and keys lie in the same shard on both sides; one without shards has nothing.
        let shared = |(a, b): (&Shard<K, V>, &Shard<K, V>)| Arc::ptr_eq(a, b) || a == b;
        Arc::ptr_eq(&self.shards, &other.shards)
            || self.is_empty()
            || self.shards.iter().zip(other.shards.iter()).all(shared)
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
