//! The part of a profile's avatar that decides its picture, and the hash that names it.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A colour of a profile: sRGB, each channel nominally 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Colour {
    pub r: f64,
    pub g: f64,
    pub b: f64,
}

/// What a profile says of its avatar, as far as the picture depends on it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Avatar {
    /// URN of the body shape.
    pub body_shape: String,
    /// URNs of wearables, with token ids, in the profile's order.
    pub wearables: Vec<String>,
    /// Categories that no other wearable hides.
    pub force_render: Vec<String>,
    pub eyes: Colour,
    pub hair: Colour,
    pub skin: Colour,
}

/// The JSON is no avatar.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the avatar is not JSON of the expected shape: {0}")]
    Json(#[from] serde_json::Error),
}

/// Bytes of what decides a picture: a thousand wearables, far more than anybody is drawn with.
const DECIDES_MAX: usize = 128 << 10;
/// Members of an avatar that its picture depends on.
const DECIDES: [&str; 6] = [
    "bodyShape",
    "wearables",
    "forceRender",
    "eyes",
    "hair",
    "skin",
];

/// The avatar of a profile, as far as its picture depends on it.
#[derive(Clone, Debug, PartialEq)]
pub struct OfProfile {
    /// [`Avatar::hash`].
    pub hash: String,
    /// JSON that [`Avatar::from_json`] reads: without emotes, pictures and whatever else there is.
    pub decides: Value,
}

/// A profile has no avatar that could be drawn.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    #[error("the profile has no avatar")]
    None,
    #[error("the avatar has more than {DECIDES_MAX} bytes")]
    TooLarge,
    #[error(transparent)]
    Avatar(#[from] Error),
}

/// The first avatar in the JSON of a profile, of its entity, or of a list of profiles as some servers answer it.
#[must_use]
pub fn find(json: &Value) -> Option<&Value> {
    let first = json.get(0).unwrap_or(json);
    let profile = first.get("metadata").unwrap_or(first);
    let avatar = profile.get("avatars")?.get(0)?.get("avatar")?;
    avatar.is_object().then_some(avatar)
}

/// The first avatar of a profile, with its hash.
///
/// # Errors
/// There is none, or none that could be drawn.
pub fn of_profile(json: &Value) -> Result<OfProfile, ProfileError> {
    let avatar = find(json).ok_or(ProfileError::None)?;
    let members = DECIDES
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), avatar.get(*name)?.clone())));
    let decides = Value::Object(members.collect());
    let text = decides.to_string();
    if text.len() > DECIDES_MAX {
        return Err(ProfileError::TooLarge);
    }
    let hash = Avatar::from_json(text.as_bytes())?.hash();
    Ok(OfProfile { hash, decides })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Wire {
    #[serde(deserialize_with = "text")]
    body_shape: String,
    #[serde(deserialize_with = "texts")]
    wearables: Vec<String>,
    #[serde(deserialize_with = "texts")]
    force_render: Vec<String>,
    #[serde(deserialize_with = "colour")]
    eyes: Colour,
    #[serde(deserialize_with = "colour")]
    hair: Colour,
    #[serde(deserialize_with = "colour")]
    skin: Colour,
}

fn text<'de, D: Deserializer<'de>>(wire: D) -> Result<String, D::Error> {
    Ok(Option::<String>::deserialize(wire)?.unwrap_or_default())
}

/// Null counts as empty, and what is no text is passed over: profiles of many years are about.
fn texts<'de, D: Deserializer<'de>>(wire: D) -> Result<Vec<String>, D::Error> {
    let values = Option::<Vec<Value>>::deserialize(wire)?.unwrap_or_default();
    let texts = values.into_iter().filter_map(|value| match value {
        Value::String(text) => Some(text),
        _ => None,
    });
    Ok(texts.collect())
}

fn colour<'de, D: Deserializer<'de>>(wire: D) -> Result<Colour, D::Error> {
    let value = Value::deserialize(wire)?;
    let channel = |name: &str| value["color"][name].as_f64().unwrap_or(0.0);
    Ok(Colour {
        r: channel("r"),
        g: channel("g"),
        b: channel("b"),
    })
}

impl Avatar {
    /// Reads `avatars[n].avatar` of a profile. Unknown keys are passed over; missing lists are empty,
    /// missing colour channels 0.
    ///
    /// # Errors
    /// The text is not JSON, or a field has another type than it should.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        let wire: Wire = serde_json::from_slice(json)?;
        Ok(Self {
            body_shape: wire.body_shape,
            wearables: wire.wearables,
            force_render: wire.force_render,
            eyes: wire.eyes,
            hair: wire.hair,
            skin: wire.skin,
        })
    }

    /// Names the picture: SHA-256 (64 hex digits) of a fixed JSON text of what the picture depends
    /// on. Two avatars with one hash have one picture. The text is the one profile-images hashes, so
    /// that hashes stored by it stay valid.
    #[must_use]
    pub fn hash(&self) -> String {
        let digest = Sha256::digest(self.hashed_text().as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn hashed_text(&self) -> String {
        format!(
            r#"{{"bodyShape":{},"wearables":{},"forceRender":{},"eyes":{},"hair":{},"skin":{}}}"#,
            quoted(&self.body_shape.to_lowercase()),
            sorted(&self.wearables),
            sorted(&self.force_render),
            channels(self.eyes),
            channels(self.hair),
            channels(self.skin),
        )
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A JSON list of the texts in lower case, in the order of their UTF-16 code units.
fn sorted(texts: &[String]) -> String {
    let mut texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
    texts.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
    let quoted: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", quoted.join(","))
}

fn channels(colour: Colour) -> String {
    let Colour { r, g, b } = colour;
    format!(
        r#"{{"r":{},"g":{},"b":{}}}"#,
        number(r),
        number(g),
        number(b)
    )
}

/// Four decimals, then as JavaScript prints a number. Rust's shortest digits are the same; the
/// exponent that JavaScript writes from 10^21 on is far outside what a colour may be, so such
/// numbers are cut there.
fn number(value: f64) -> String {
    if !value.is_finite() {
        return "null".to_owned();
    }
    // Half rounds up, also below zero, as in JavaScript.
    let rounded = (value.clamp(-1e12, 1e12) * 10_000.0 + 0.5).floor() / 10_000.0;
    if rounded == 0.0 {
        return "0".to_owned();
    }
    rounded.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(r: f64, g: f64, b: f64) -> Colour {
        Colour { r, g, b }
    }

    #[test]
    fn the_published_vector_has_its_hash() {
        let urn = |name: &str| format!("urn:decentraland:off-chain:base-avatars:{name}");
        let avatar = Avatar {
            body_shape: urn("BaseMale"),
            wearables: vec![urn("eyes_00"), urn("Casual_Hair_01")],
            force_render: vec!["Hat".to_owned()],
            eyes: grey(0.23, 0.24, 0.25),
            hair: grey(0.56, 0.57, 0.58),
            skin: grey(0.78001, 0.79, 0.8),
        };
        let expected = "284739795618ba7314e113b9715ce9ad964572eef1050bc4ae4282d70b2e8aca";
        assert_eq!(avatar.hash(), expected);
    }

    #[test]
    fn order_case_and_emotes_do_not_change_the_hash() {
        let one =
            br#"{"bodyShape":"A","wearables":["x","Y"],"emotes":[],"skin":{"color":{"r":1}}}"#;
        let two = br#"{"bodyShape":"a","wearables":["y","X"],"skin":{"color":{"r":1.00001}},"hair":null}"#;
        let one = Avatar::from_json(one).expect("an avatar");
        let two = Avatar::from_json(two).expect("an avatar");
        assert_eq!(one.hash(), two.hash());
        let three =
            Avatar::from_json(br#"{"bodyShape":"a","wearables":["y"]}"#).expect("an avatar");
        assert_ne!(one.hash(), three.hash());
    }

    #[test]
    fn a_profile_has_the_hash_of_its_first_avatar() {
        let avatar = serde_json::json!({
            "bodyShape": "A", "wearables": ["x"], "emotes": [{"slot": 1}], "snapshots": {"body": "b"}
        });
        let metadata = serde_json::json!({ "avatars": [{ "name": "n", "avatar": avatar }] });
        let entity = serde_json::json!({ "type": "profile", "metadata": metadata });
        let text = br#"{"bodyShape":"a","wearables":["X"]}"#;
        let hash = Avatar::from_json(text).expect("an avatar").hash();
        for json in [&entity, &metadata, &serde_json::json!([metadata])] {
            let found = of_profile(json).expect("an avatar");
            assert_eq!(found.hash, hash);
            let members: Vec<&String> =
                found.decides.as_object().expect("members").keys().collect();
            assert_eq!(members, ["bodyShape", "wearables"]);
        }
        for json in [
            serde_json::json!({}),
            serde_json::json!({"metadata": {"avatars": [{"avatar": "none"}]}}),
        ] {
            assert!(matches!(of_profile(&json), Err(ProfileError::None)));
        }
        let mut odd = metadata;
        odd["avatars"][0]["avatar"]["bodyShape"] = 7.into();
        assert!(matches!(of_profile(&odd), Err(ProfileError::Avatar(_))));
        odd["avatars"][0]["avatar"]["wearables"] = vec!["w".repeat(1000); 200].into();
        assert!(matches!(of_profile(&odd), Err(ProfileError::TooLarge)));
    }

    #[test]
    fn texts_are_sorted_by_utf16_units() {
        // In UTF-8 the first is the smaller one, in UTF-16 the second, whose first unit is a surrogate.
        let texts = ["\u{ffee}".to_owned(), "\u{1f600}".to_owned()];
        assert_eq!(sorted(&texts), "[\"\u{1f600}\",\"\u{ffee}\"]");
    }

    #[test]
    fn numbers_print_as_in_javascript() {
        let cases = [
            (0.78001, "0.78"),
            (1.0, "1"),
            (-0.00001, "0"),
            (0.00005, "0.0001"),
            (0.1234567, "0.1235"),
            (f64::NAN, "null"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
    }
}
