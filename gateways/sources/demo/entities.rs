//! Entities of all types with their files: bytes first, then hashes, then the entity file that names them.

use bytes::Bytes;
use identity::hash::hash_v1;
use serde_json::{Value, json};

use super::dice::Dice;
use super::glb::{blocks, turn};
use super::pages::{ADJECTIVES, Base, EMOTES, PLACES, RARITIES, SHAPES, TAGS};
use super::people::{BODIES, Person};
use super::png::png;

/// A finished entity.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) id: String,
    pub(super) kind: &'static str,
    /// Lower case.
    pub(super) pointers: Vec<String>,
    pub(super) timestamp: i64,
    /// API form.
    pub(super) api: Value,
    pub(super) chain: Value,
    pub(super) deployer: String,
    /// The entity file and its content files, by hash.
    pub(super) files: Vec<(String, Bytes)>,
}

/// A draft: what an author hands in.
pub(super) struct Draft {
    pub(super) kind: &'static str,
    pub(super) pointers: Vec<String>,
    pub(super) files: Vec<(String, Bytes)>,
    pub(super) metadata: Value,
}

impl Draft {
    /// The entity file, hashed and signed by its author.
    pub(super) fn publish(self, author: &Person, timestamp: i64) -> Made {
        let Self {
            kind,
            pointers,
            files,
            metadata,
        } = self;
        let hashed: Vec<(String, String, Bytes)> = files
            .into_iter()
            .map(|(name, bytes)| (name, hash_v1(&bytes), bytes))
            .collect();
        let content: Vec<Value> = hashed
            .iter()
            .map(|(name, hash, _)| json!({"file": name, "hash": hash}))
            .collect();
        let file = json!({"version": "v3", "type": kind, "pointers": pointers,
            "timestamp": timestamp, "content": content, "metadata": metadata});
        let bytes = Bytes::from(file.to_string());
        let id = hash_v1(&bytes);
        let pointers: Vec<String> = pointers
            .iter()
            .map(|pointer| pointer.to_lowercase())
            .collect();
        let api = json!({"version": "v3", "id": id, "type": kind, "pointers": pointers,
            "timestamp": timestamp, "content": content, "metadata": metadata});
        let mut files: Vec<(String, Bytes)> = hashed
            .into_iter()
            .map(|(_, hash, bytes)| (hash, bytes))
            .collect();
        files.push((id.clone(), bytes));
        let (chain, deployer) = (json!(author.sign(&id)), author.address.clone());
        Made {
            id,
            kind,
            pointers,
            timestamp,
            api,
            chain,
            deployer,
            files,
        }
    }
}

fn file(name: &str, bytes: Bytes) -> (String, Bytes) {
    (name.to_owned(), bytes)
}

/// A scene of one to four parcels in a town of eleven by eleven around the origin, so that scenes overwrite others.
pub(super) fn scene(dice: &mut Dice, author: &Person) -> Draft {
    let (x, y) = (dice.below(11) as i64 - 5, dice.below(11) as i64 - 5);
    let (width, height) = *dice.pick(&[(1, 1), (1, 1), (2, 1), (1, 2), (2, 2)]);
    let parcels: Vec<String> = (0..width * height)
        .map(|n| format!("{},{}", x + n % width, y + n / width))
        .collect();
    let title = format!("{} {}", dice.pick(&ADJECTIVES), dice.pick(&PLACES));
    let tags: Vec<&str> = (0..dice.below(3)).map(|_| *dice.pick(&TAGS)).collect();
    let mut metadata = json!({
        "ecs7": true, "runtimeVersion": "7", "main": "bin/index.js", "isPortableExperience": false,
        "display": {"title": title, "description": format!("{title}, built by {}", author.name),
            "navmapThumbnail": "images/thumbnail.png", "favicon": "favicon_asset"},
        "scene": {"parcels": parcels, "base": parcels[0]},
        "owner": author.address, "creator": author.address, "tags": tags,
        "contact": {"name": author.name, "email": ""},
        "spawnPoints": [{"name": "spawn1", "default": true,
            "position": {"x": [2, 6], "y": [0, 0], "z": [2, 6]},
            "cameraTarget": {"x": 8, "y": 1, "z": 8}}],
        "requiredPermissions": [], "allowedMediaHostnames": [],
        "featureToggles": {"voiceChat": "enabled"},
    });
    if dice.one_in(4) {
        metadata["multiplayerId"] = json!(format!("demo-{:x}", dice.bits()));
    }
    let (light, dark) = (dice.colour(), dice.colour());
    let tall = 1.0 + dice.below(8) as f32;
    let walls = [
        ("floor", [8.0, 0.05, 8.0], [16.0, 0.1, 16.0]),
        ("house", [8.0, tall / 2.0, 8.0], [6.0, tall, 6.0]),
        ("sign_collider", [8.0, 1.0, 3.0], [2.0, 1.0, 0.1]),
    ];
    let script = format!(
        "// {title}\nmodule.exports.onStart = async function () {{}}\n\
         module.exports.onUpdate = async function (dt) {{}}\n"
    );
    let files = vec![
        file("bin/index.js", Bytes::from(script)),
        file("models/house.glb", blocks(&walls, light, Some("wall.png"))),
        file("models/wall.png", png(64, light, dark)),
        file("images/thumbnail.png", png(64, dark, light)),
        file("scene.json", Bytes::from(metadata.to_string())),
    ];
    Draft {
        kind: "scene",
        pointers: parcels,
        files,
        metadata,
    }
}

/// The next version of somebody's profile.
pub(super) fn profile(person: &mut Person, emotes: &[String]) -> Draft {
    let (pointers, metadata) = (vec![person.address.clone()], person.profile(emotes));
    Draft {
        kind: "profile",
        pointers,
        files: Vec::new(),
        metadata,
    }
}

/// Somebody's saved outfits.
pub(super) fn outfits(person: &mut Person) -> Draft {
    let (pointers, metadata) = (
        vec![format!("{}:outfits", person.address)],
        person.outfits(),
    );
    Draft {
        kind: "outfits",
        pointers,
        files: Vec::new(),
        metadata,
    }
}

/// Somebody's store.
pub(super) fn store(dice: &mut Dice, person: &Person) -> Draft {
    let urn = format!(
        "urn:decentraland:off-chain:marketplace-stores:{}",
        person.address
    );
    let metadata = json!({"id": urn, "version": 1, "owner": person.address,
        "description": format!("Things by {}", person.name),
        "links": [{"name": "website", "url": "https://example.org/"}],
        "images": [{"name": "cover", "file": "cover.png"}]});
    let files = vec![file("cover.png", png(64, dice.colour(), dice.colour()))];
    Draft {
        kind: "store",
        pointers: vec![urn],
        files,
        metadata,
    }
}

fn representation(bodies: &[&str], main: &str, contents: &[&str]) -> Value {
    json!({"bodyShapes": bodies, "mainFile": main, "contents": contents,
        "overrideHides": [], "overrideReplaces": []})
}

/// An item of the base wardrobe.
pub(super) fn base_wearable(dice: &mut Dice, item: &Base) -> Draft {
    let urn = format!("urn:decentraland:off-chain:base-avatars:{}", item.name);
    let (light, dark) = (dice.colour(), dice.colour());
    let (main, bytes) = match item.category {
        "body_shape" => (format!("{}.glb", item.name), body(light)),
        "eyes" | "eyebrows" | "mouth" => (format!("{}.png", item.name), png(64, light, dark)),
        category => {
            let shape = SHAPES.iter().find(|shape| shape.0 == category);
            let hair = ("hair", [0.0, 1.78, -0.04], [0.32, 0.2, 0.34]);
            let (name, centre, size) = *shape.unwrap_or(&hair);
            (
                format!("{}.glb", item.name),
                blocks(&[(name, centre, size)], light, None),
            )
        }
    };
    // A body is its own shape; everything else fits both.
    let own = [urn.as_str()];
    let bodies: &[&str] = if item.category == "body_shape" {
        &own
    } else {
        &BODIES
    };
    let title = item.name.replace('_', " ");
    let metadata = json!({"id": urn, "name": title, "description": "",
        "i18n": [{"code": "en", "text": title}], "thumbnail": "thumbnail.png",
        "data": {"category": item.category, "tags": ["base-wearable"], "replaces": [], "hides": [],
            "removesDefaultHiding": [], "representations": [representation(bodies, &main, &[&main])]}});
    let files = vec![
        file("thumbnail.png", png(64, dark, light)),
        file(&main, bytes),
    ];
    Draft {
        kind: "wearable",
        pointers: vec![urn],
        files,
        metadata,
    }
}

/// A body of boxes, with the names that avatar renderers look for.
fn body(colour: [u8; 3]) -> Bytes {
    let parts = [
        ("M_Feet_BaseMesh", [0.0, 0.05, 0.03], [0.3, 0.1, 0.28]),
        ("M_lBody_BaseMesh", [0.0, 0.55, 0.0], [0.32, 0.9, 0.2]),
        ("M_uBody_BaseMesh", [0.0, 1.22, 0.0], [0.4, 0.5, 0.22]),
        ("M_Head_BaseMesh", [0.0, 1.66, 0.0], [0.26, 0.34, 0.26]),
        ("M_Eyes_BaseMesh", [0.0, 1.7, 0.135], [0.2, 0.06, 0.01]),
        ("M_Eyebrows_BaseMesh", [0.0, 1.76, 0.135], [0.2, 0.03, 0.01]),
        ("M_Mouth_BaseMesh", [0.0, 1.58, 0.135], [0.1, 0.03, 0.01]),
    ];
    blocks(&parts, colour, None)
}

/// The urn of a new item: the first of a new collection.
fn item_urn(dice: &mut Dice) -> (String, String) {
    let collection = format!(
        "0x{:016x}{:016x}{:08x}",
        dice.bits(),
        dice.bits(),
        dice.bits() as u32
    );
    (
        format!("urn:decentraland:matic:collections-v2:{collection}:0"),
        collection,
    )
}

/// A wearable of a collection.
pub(super) fn wearable(dice: &mut Dice, author: &Person) -> Draft {
    let (urn, collection) = item_urn(dice);
    let (category, centre, size) = *dice.pick(&SHAPES);
    let title = format!("{} {}", dice.pick(&ADJECTIVES), category.replace('_', " "));
    let (light, dark) = (dice.colour(), dice.colour());
    let metadata = json!({"id": urn, "name": title, "collectionAddress": collection,
        "description": format!("By {}", author.name), "rarity": dice.pick(&RARITIES),
        "i18n": [{"code": "en", "text": title}], "image": "image.png", "thumbnail": "thumbnail.png",
        "data": {"category": category, "tags": ["demo"], "replaces": [], "hides": [],
            "removesDefaultHiding": [],
            "representations": [representation(&BODIES, "item.glb", &["item.glb", "fabric.png"])]},
        "metrics": {"triangles": 12, "materials": 1, "textures": 1, "meshes": 1, "bodies": 1, "entities": 1}});
    let model = blocks(&[(category, centre, size)], light, Some("fabric.png"));
    let files = vec![
        file("image.png", png(128, light, dark)),
        file("thumbnail.png", png(64, light, dark)),
        file("item.glb", model),
        file("fabric.png", png(32, dark, light)),
    ];
    Draft {
        kind: "wearable",
        pointers: vec![urn],
        files,
        metadata,
    }
}

/// An emote of a collection.
pub(super) fn emote(dice: &mut Dice, author: &Person) -> Draft {
    let (urn, collection) = item_urn(dice);
    let title = format!("{} turn", dice.pick(&ADJECTIVES));
    let (light, dark) = (dice.colour(), dice.colour());
    let part = json!({"bodyShapes": BODIES, "mainFile": "emote.glb", "contents": ["emote.glb"]});
    let metadata = json!({"id": urn, "name": title, "collectionAddress": collection,
        "description": format!("By {}", author.name), "rarity": dice.pick(&RARITIES),
        "i18n": [{"code": "en", "text": title}], "image": "image.png", "thumbnail": "thumbnail.png",
        "emoteDataADR74": {"category": dice.pick(&EMOTES), "loop": dice.one_in(2), "tags": ["demo"],
            "representations": [part]},
        "metrics": {"triangles": 0, "materials": 0, "textures": 0, "meshes": 0, "bodies": 0, "entities": 1}});
    let files = vec![
        file("image.png", png(128, light, dark)),
        file("thumbnail.png", png(64, light, dark)),
        file("emote.glb", turn(1 + dice.below(3) as u8)),
    ];
    Draft {
        kind: "emote",
        pointers: vec![urn],
        files,
        metadata,
    }
}
