//! Which of the catalysts that are well somebody is sent to.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::countries;
use super::view::Realm;

/// Countries of the catalysts that are known, by URL without scheme.
const NODES: [(&str, &str); 11] = [
    ("Interconnected", "US"),
    ("peer-ap1.decentraland.org", "SG"),
    ("peer-ec1.decentraland.org", "US"),
    ("peer-ec2.decentraland.org", "BR"),
    ("peer-eu.decentraland.org", "IE"),
    ("peer-wc.decentraland.org", "US"),
    ("peer.dclnodes.io", "FR"),
    ("peer.decentral.io", "US"),
    ("peer.decentraland.zone", "US"),
    ("peer.kyllian.me", "FR"),
    ("peer.uadevops.com", "US"),
];

/// Distances that differ by less, km, are the same.
const SAME_KM: f64 = 1e-6;

/// Those that may be offered: not on the list of `blacklist`, and of the newest versions. When none has the newest of
/// both, all may.
pub(super) fn offered(mut realms: Vec<Arc<Realm>>, blacklist: &[String]) -> Vec<Arc<Realm>> {
    realms.retain(|realm| {
        let url = realm.url.to_lowercase();
        !blacklist.iter().any(|text| url.contains(text.as_str()))
    });
    let newest: [String; 2] = [0, 1].map(|part| {
        let versions = realms.iter().map(|realm| realm.versions()[part]);
        let newest = versions.max_by(|a, b| by_number(a, b));
        newest.unwrap_or_default().to_owned()
    });
    let is_newest = |realm: &Arc<Realm>| {
        let both = realm.versions().into_iter().zip(&newest);
        both.into_iter()
            .all(|(version, newest)| by_number(version, newest) == Ordering::Equal)
    };
    if realms.iter().any(is_newest) {
        realms.retain(is_newest);
    }
    realms
}

/// Versions by the numbers between their dots; what is missing is 0.
fn by_number(a: &str, b: &str) -> Ordering {
    let numbers = |version: &str| -> Vec<u64> {
        let digits = |part: &str| -> String {
            let digits = part.trim().chars().take_while(char::is_ascii_digit);
            digits.collect()
        };
        let parts = version.split('.').take(8);
        parts
            .map(|part| digits(part).parse().unwrap_or(0))
            .collect()
    };
    let (mut a, mut b) = (numbers(a), numbers(b));
    let length = a.len().max(b.len());
    a.resize(length, 0);
    b.resize(length, 0);
    a.cmp(&b)
}

/// Who asks.
pub(super) struct Client<'a> {
    /// The country that the edge says it is in.
    pub(super) country: Option<&'a str>,
    pub(super) address: IpAddr,
    /// The catalyst that it wishes for.
    pub(super) wish: Option<&'a str>,
}

/// The place of the one that somebody is sent to: the wished one; else, when the country is known, the nearest; else the
/// first. What the original leaves to chance is the same for the same address here.
pub(super) fn chosen(
    urls: &[&str],
    client: &Client<'_>,
    configured: &BTreeMap<String, String>,
) -> Option<usize> {
    let bare = |url: &str| url.trim_end_matches('/').to_owned();
    if let Some(wish) = client.wish.map(bare)
        && let Some(place) = urls.iter().position(|url| bare(url) == wish)
    {
        return Some(place);
    }
    if urls.is_empty() {
        return None;
    }
    let Some(country) = client.country else {
        return Some(0);
    };
    let country = country.to_ascii_uppercase();
    let away: Vec<Option<f64>> = urls
        .iter()
        .map(|url| countries::distance(&country, country_of(url, configured)?))
        .collect();
    let least = away.iter().flatten().copied().reduce(f64::min);
    let nearest: Vec<usize> = match least {
        Some(least) => {
            let near = |km: &Option<f64>| km.is_some_and(|km| km - least < SAME_KM);
            (0..urls.len()).filter(|at| near(&away[*at])).collect()
        }
        None => (0..urls.len()).collect(),
    };
    let dice = usize::from(Sha256::digest(client.address.to_string())[0]);
    nearest.get(dice % nearest.len().max(1)).copied()
}

fn country_of<'a>(url: &str, configured: &'a BTreeMap<String, String>) -> Option<&'a str> {
    let bare = url
        .trim_start_matches("https://")
        .trim_start_matches("http://")
        .trim_end_matches('/');
    if let Some(country) = configured.get(bare) {
        return Some(country);
    }
    let known = NODES.iter().find(|(node, _)| *node == bare);
    known.map(|(_, country)| *country)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use serde_json::json;

    use super::*;

    const ALL: [&str; 5] = [
        "https://peer-ec1.decentraland.org",
        "https://peer-ec2.decentraland.org",
        "https://peer-ap1.decentraland.org",
        "https://peer.kyllian.me/",
        "https://peer.nobody-knows.org",
    ];

    fn of(country: Option<&str>, wish: Option<&str>, urls: &[&str], last: u8) -> Option<usize> {
        let client = Client {
            country,
            address: Ipv4Addr::new(203, 0, 113, last).into(),
            wish,
        };
        chosen(urls, &client, &BTreeMap::new())
    }

    #[test]
    fn people_are_sent_to_the_nearest_catalyst() {
        for (country, place) in [
            ("US", 0),
            ("BR", 1),
            ("BE", 3),
            ("JP", 2),
            ("BS", 0),
            ("AR", 1),
            ("us", 0),
        ] {
            for last in 0..20 {
                assert_eq!(
                    of(Some(country), None, &ALL, last),
                    Some(place),
                    "{country}"
                );
            }
        }
        assert_eq!(of(None, None, &ALL[1..], 1), Some(0));
        assert_eq!(of(Some("US"), None, &[], 1), None);
        assert_eq!(of(None, None, &[], 1), None);
    }

    #[test]
    fn a_wish_wins_if_it_is_on_the_list() {
        let wish = Some("https://peer-ap1.decentraland.org/");
        assert_eq!(of(Some("US"), wish, &ALL, 1), Some(2));
        assert_eq!(of(Some("US"), wish, &ALL[..2], 1), Some(0));
        assert_eq!(of(None, Some(""), &ALL, 1), Some(0));
    }

    #[test]
    fn where_nothing_is_known_everybody_is_sent_somewhere_and_always_there() {
        let both = ["https://a.org", "https://b.org"];
        for (country, urls) in [("US", &both[..]), ("XX", &ALL[..])] {
            let places: Vec<_> = (0..200)
                .map(|last| of(Some(country), None, urls, last))
                .collect();
            let again = (0..200).map(|last| of(Some(country), None, urls, last));
            assert!(places.iter().copied().eq(again));
            for place in 0..urls.len() {
                assert!(places.contains(&Some(place)), "{country}: {place}");
            }
        }
        // Two in the same country, one elsewhere.
        let urls = [
            "https://peer-ec2.decentraland.org",
            "https://peer-ec1.decentraland.org",
            "https://peer-wc.decentraland.org",
        ];
        let places: Vec<_> = (0..200)
            .filter_map(|last| of(Some("CA"), None, &urls, last))
            .collect();
        assert!(places.contains(&1) && places.contains(&2) && !places.contains(&0));
    }

    #[test]
    fn countries_may_be_configured() {
        let configured = BTreeMap::from([("127.0.0.1:6000".to_owned(), "FR".to_owned())]);
        let client = Client {
            country: Some("BE"),
            address: Ipv4Addr::LOCALHOST.into(),
            wish: None,
        };
        let urls = [ALL[0], "http://127.0.0.1:6000"];
        assert_eq!(chosen(&urls, &client, &configured), Some(1));
    }

    #[test]
    fn versions_are_compared_by_number() {
        for (a, b, order) in [
            ("1.2.3", "1.2.3", Ordering::Equal),
            ("1.10.0", "1.9.9", Ordering::Greater),
            ("1.2", "1.2.0", Ordering::Equal),
            ("", "0.0.0", Ordering::Equal),
            ("2", "1.99.99", Ordering::Greater),
            ("1.2.3-rc1", "1.2.3", Ordering::Equal),
            ("x.y", "0.1", Ordering::Less),
            ("99999999999999999999999", "1", Ordering::Less),
        ] {
            assert_eq!(by_number(a, b), order, "{a} {b}");
            assert_eq!(by_number(b, a), order.reverse(), "{b} {a}");
        }
    }

    fn realm(url: &str, content: &str, lambdas: &str) -> Arc<Realm> {
        let about = json!({
            "healthy": true, "acceptingUsers": true,
            "content": { "version": content }, "lambdas": { "version": lambdas },
        });
        Arc::new(Realm::of(url, about).expect("it is well"))
    }

    fn offer(realms: &[(&str, &str, &str)], blacklist: &[&str]) -> Vec<String> {
        let realms = realms.iter().map(|(url, c, l)| realm(url, c, l)).collect();
        let blacklist: Vec<String> = blacklist.iter().map(|t| (*t).to_owned()).collect();
        let kept = offered(realms, &blacklist);
        kept.iter().map(|realm| realm.url.clone()).collect()
    }

    #[test]
    fn only_the_newest_are_offered_if_some_are_newest_in_both() {
        let mixed = [
            ("a", "2.0.0", "1.0.0"),
            ("b", "2.0.0", "3.0.0"),
            ("c", "1.0.0", "3.0.0"),
        ];
        assert_eq!(offer(&mixed, &[]), ["b"]);
        // What is not offered does not make the others old.
        assert_eq!(offer(&mixed, &["b"]), ["a", "c"]);
        assert_eq!(offer(&[mixed[0], mixed[2]], &[]), ["a", "c"]);
        let none = [("a", "", ""), ("b", "", "")];
        assert_eq!(offer(&none, &[]), ["a", "b"]);
        assert_eq!(offer(&[], &[]), [""; 0]);
    }

    #[test]
    fn a_blacklist_is_by_parts_of_urls() {
        let two = [
            ("https://Peer-EC1.org", "1", "1"),
            ("https://peer-ec2.org", "1", "1"),
        ];
        assert_eq!(offer(&two, &["peer-ec1"]), ["https://peer-ec2.org"]);
        assert_eq!(offer(&two, &[]).len(), 2);
        assert_eq!(offer(&two, &["nobody"]).len(), 2);
        assert_eq!(offer(&two, &["org"]), [""; 0]);
    }
}
