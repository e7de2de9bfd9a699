//! A served folder with the data pack's wearables, and people who wear them: no two look alike.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use identity::hash::hash_v1;
use identity::sign::{Wallet, create_simple_chain};
use serde_json::{Value, json};

use crate::people::wallet;

/// When what is old was deployed, ms.
const OLD_MS: i64 = 1_767_225_600_000;
/// From a deployment to its acceptance, ms.
const ACCEPTED_MS: i64 = 1_500;
/// What the wallets of people are made from.
const PEOPLE: u8 = 4;
const HISTORY: &str = "pointer-changes.ndjson";
const SHAPES: [&str; 2] = ["BaseMale", "BaseFemale"];
const BASE: &str = "urn:decentraland:off-chain:base-avatars:";

/// See the module.
pub(super) struct Town {
    pub(super) folder: PathBuf,
    /// URNs for each body shape, by category.
    wardrobe: [BTreeMap<String, Vec<String>>; 2],
}

/// A signed entity.
pub(super) struct Signed {
    pub(super) id: String,
    pub(super) file: String,
    /// The chain of its author, JSON.
    pub(super) chain: String,
    row: Value,
}

/// The data pack, if it is there.
pub(super) fn pack() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("WORLDLOG_DATA").map_or(beside, PathBuf::from);
    let pack = data.join("images");
    pack.join("entities.json").exists().then_some(pack)
}

impl Town {
    /// Lays the folder out, with all wearables of the pack.
    pub(super) fn new(pack: &Path, folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder.join("contents"))?;
        fs::write(folder.join("snapshots.json"), "[]")?;
        let files: BTreeMap<String, String> =
            serde_json::from_slice(&fs::read(pack.join("content-map.json"))?)?;
        let entities: Vec<Value> = serde_json::from_slice(&fs::read(pack.join("entities.json"))?)?;
        let mut town = Self {
            folder: folder.to_owned(),
            wardrobe: Default::default(),
        };
        let author = wallet(3, 0)?;
        let mut wearables = BTreeMap::new();
        for entity in entities {
            let urn = entity["pointers"][0].as_str().context("no pointer")?;
            // Of two at a pointer the later one counts.
            wearables.insert(urn.to_owned(), entity);
        }
        let mut rows = Vec::new();
        for (urn, of) in wearables {
            town.hang(&urn, &of["metadata"]["data"]);
            let content = of["content"].as_array().context("no content")?;
            for hash in content.iter().filter_map(|file| file["hash"].as_str()) {
                let file = pack.join(files.get(hash).context("a file that is nowhere")?);
                fs::copy(file, folder.join("contents").join(hash))?;
            }
            let entity = entity("wearable", &urn, OLD_MS, &of["content"], &of["metadata"]);
            rows.push(town.stored(signed(&author, &entity)?)?);
        }
        town.append(&rows)?;
        Ok(town)
    }

    /// Puts a wearable where it is picked from.
    fn hang(&mut self, urn: &str, data: &Value) {
        let category = data["category"].as_str().unwrap_or_default();
        let representations = data["representations"].as_array().into_iter().flatten();
        let shapes: Vec<&Value> = representations
            .filter_map(|of| of["bodyShapes"].as_array())
            .flatten()
            .collect();
        if category == "body_shape" {
            return;
        }
        for (wardrobe, shape) in self.wardrobe.iter_mut().zip(SHAPES) {
            if shapes.iter().any(|of| **of == format!("{BASE}{shape}")) {
                let of_category = wardrobe.entry(category.to_owned()).or_default();
                of_category.push(urn.to_owned());
            }
        }
    }

    /// What the `n`-th person looks like: one thing of each category.
    fn avatar(&self, n: u64) -> Value {
        let mut random = Random(n);
        let shape = (n % 2) as usize;
        let mut wearables = Vec::new();
        for urns in self.wardrobe[shape].values() {
            wearables.push(&urns[random.below(urns.len() as u64) as usize]);
        }
        let mut colour = || {
            let [r, g, b] = [(); 3].map(|()| random.below(1000) as f64 / 1000.0);
            json!({"color": {"r": r, "g": g, "b": b, "a": 1}})
        };
        let (eyes, hair, skin) = (colour(), colour(), colour());
        let shape = format!("{BASE}{}", SHAPES[shape]);
        json!({"bodyShape": shape, "wearables": wearables, "eyes": eyes, "hair": hair, "skin": skin})
    }

    /// The `n`-th person's address.
    pub(super) fn address(&self, n: u64) -> Result<String> {
        Ok(wallet(PEOPLE, n)?.address().to_owned())
    }

    /// The profile of the `n`-th person, made at a time.
    pub(super) fn profile(&self, n: u64, at_ms: i64) -> Result<Signed> {
        let person = wallet(PEOPLE, n)?;
        let metadata =
            json!({"avatars": [{"name": format!("Person {n}"), "avatar": self.avatar(n)}]});
        let entity = entity("profile", person.address(), at_ms, &json!([]), &metadata);
        signed(&person, &entity)
    }

    /// Deploys old profiles, all at once.
    pub(super) fn deploy_old(&self, people: std::ops::Range<u64>) -> Result<()> {
        let rows = people.map(|n| {
            let at = OLD_MS + 10 * ACCEPTED_MS + n.cast_signed();
            self.stored(self.profile(n, at)?)
        });
        self.append(&rows.collect::<Result<Vec<_>>>()?)
    }

    /// Stores the file of an entity; gives its line of the history.
    fn stored(&self, signed: Signed) -> Result<Value> {
        fs::write(self.folder.join("contents").join(&signed.id), signed.file)?;
        Ok(signed.row)
    }

    fn append(&self, rows: &[Value]) -> Result<()> {
        let path = self.folder.join(HISTORY);
        let mut text = fs::read(&path).unwrap_or_default();
        for row in rows {
            writeln!(text, "{row}")?;
        }
        // Renamed into place: the server reads all of it or nothing.
        let beside = self.folder.join("history.tmp");
        fs::write(&beside, text)?;
        fs::rename(beside, path)?;
        Ok(())
    }
}

fn entity(kind: &str, pointer: &str, at_ms: i64, content: &Value, metadata: &Value) -> Value {
    json!({
        "version": "v3", "type": kind, "pointers": [pointer], "timestamp": at_ms, "content": content,
        "metadata": metadata,
    })
}

fn signed(author: &Wallet, entity: &Value) -> Result<Signed> {
    let file = entity.to_string();
    let id = hash_v1(&file);
    let chain = create_simple_chain(author, &id)?;
    let at = entity["timestamp"].as_i64().context("no time")?;
    let row = json!({
        "entityId": id, "entityType": entity["type"], "pointers": entity["pointers"], "entityTimestamp": at,
        "metadata": entity["metadata"], "deployerAddress": author.address(), "version": "v3", "authChain": chain,
        "localTimestamp": at + ACCEPTED_MS,
    });
    Ok(Signed {
        chain: serde_json::to_string(&chain)?,
        id,
        file,
        row,
    })
}

/// Splitmix: the same people in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}
