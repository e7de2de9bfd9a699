//! Who lives in the demo world.

use identity::chain::AuthChain;
use serde_json::{Value, json};

use super::dice::Dice;
use super::login::Login;

const FIRST: [&str; 16] = [
    "Ada", "Bo", "Cleo", "Dov", "Esme", "Finn", "Gala", "Hugo", "Iris", "Jun", "Kaya", "Leo",
    "Mina", "Nils", "Olga", "Pim",
];
const LAST: [&str; 12] = [
    "Aster", "Birch", "Cedar", "Drift", "Ember", "Flint", "Grove", "Hazel", "Inlet", "Juniper",
    "Knoll", "Lark",
];
const ABOUT: [&str; 6] = [
    "I build small houses.",
    "Mostly dancing.",
    "Collecting hats since the first season.",
    "Ask me about the lighthouse.",
    "New here, say hello.",
    "",
];
pub(super) const BODIES: [&str; 2] = [
    "urn:decentraland:off-chain:base-avatars:BaseMale",
    "urn:decentraland:off-chain:base-avatars:BaseFemale",
];

/// A person with a wallet and a session key.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) address: String,
    pub(super) name: String,
    /// Wallet and session.
    pub(super) login: Login,
    has_claimed_name: bool,
    body: &'static str,
    /// How often the profile was saved.
    version: u32,
    /// Urns with token ids of what the person wears and owns.
    pub(super) owned: Vec<String>,
    dice: Dice,
}

impl Person {
    pub(super) fn new(seed: u64, number: usize) -> Self {
        let mut dice = Dice::new(seed, &format!("person {number}"));
        let login = Login::new(seed, &number.to_string());
        Self {
            address: login.address().to_owned(),
            name: format!("{}{}", dice.pick(&FIRST), dice.pick(&LAST)),
            login,
            has_claimed_name: dice.one_in(2),
            body: *dice.pick(&BODIES),
            version: 0,
            owned: Vec::new(),
            dice,
        }
    }

    /// The chain that signs an entity.
    pub(super) fn sign(&self, entity_id: &str) -> AuthChain {
        self.login.sign_entity(entity_id)
    }

    /// The next version of the person's profile: its metadata.
    pub(super) fn profile(&mut self, emotes: &[String]) -> Value {
        self.version += 1;
        let avatar = self.avatar(emotes);
        let links = if self.dice.one_in(3) {
            json!([{"title": "Home", "url": format!("https://{}.example.org/", self.name.to_lowercase())}])
        } else {
            json!([])
        };
        json!({"avatars": [{
            "userId": self.address, "ethAddress": self.address, "name": self.name,
            "description": self.dice.pick(&ABOUT), "version": self.version, "tutorialStep": 256,
            "hasClaimedName": self.has_claimed_name, "hasConnectedWeb3": true, "email": "",
            "interests": [], "blocked": [], "muted": [], "links": links, "avatar": avatar,
        }]})
    }

    /// One to three saved outfits: their metadata.
    pub(super) fn outfits(&mut self) -> Value {
        let outfits: Vec<Value> = (0..=self.dice.below(3))
            .map(|slot| {
                let mut outfit = self.avatar(&[]);
                if let Some(members) = outfit.as_object_mut() {
                    members.remove("emotes");
                }
                json!({"slot": slot, "outfit": outfit})
            })
            .collect();
        json!({"outfits": outfits, "namesForExtraSlots": []})
    }

    fn avatar(&mut self, emotes: &[String]) -> Value {
        let base = "urn:decentraland:off-chain:base-avatars:";
        let mut wearables: Vec<String> = super::pages::BASE_WEARABLES
            .iter()
            .filter(|item| item.category != "body_shape")
            .map(|item| format!("{base}{}", item.name))
            .collect();
        if !self.owned.is_empty() {
            wearables.push(self.dice.pick(&self.owned).clone());
        }
        let slots: Vec<Value> = (0..emotes.len().min(3))
            .map(|slot| json!({"slot": slot, "urn": self.dice.pick(emotes)}))
            .collect();
        let mut colour = || {
            let [r, g, b] = [self.dice.shade(), self.dice.shade(), self.dice.shade()];
            json!({"color": {"r": r, "g": g, "b": b, "a": 1}})
        };
        json!({"bodyShape": self.body, "eyes": colour(), "hair": colour(), "skin": colour(),
            "wearables": wearables, "forceRender": [], "emotes": slots})
    }
}
